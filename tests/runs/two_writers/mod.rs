//! Two and three pages that write into one conversation: a model in which every interleaving of their single calls of the
//! store is tried, also of a store that shows what others have written only later.

mod model;
mod page;
mod replay;

use model::{Model, State, Tried};
use page::{page, Op, Page};
use replay::Replay;

use crate::memory_store::{head_key, Records};
use Op::{Add, CatchUp, Clear, End, Enter, Grow, Hear, Load, Save, Send};

/// No turn is lost, none is there twice, and each page's are in its order; those of `start` come first.
fn everything_is_there(model: &Model<'_>, state: &State, start: &[&str]) {
    let (found, _) = model.outcome(state);
    let total: usize = model.pages.iter().map(|page| page.says().len()).sum();
    assert_eq!(found.len(), start.len() + total, "{found:?} of {state:#?}");
    assert_eq!(found[..start.len()], *start);
    for page in model.pages {
        let says = page.says();
        let own: Vec<_> = found.iter().map(String::as_str).filter(|line| says.contains(line)).collect();
        assert_eq!(own, says, "{} in {state:#?}", page.name);
    }
}

const A: Page = page("aaaa", &[Add("a1"), Save, Load, Add("a2"), Save]);
const B: Page = page("bbbb", &[Add("b1"), Save, Load, Add("b2"), Save]);
const C: Page = page("cccc", &[Load, Add("c1"), Save]);
const SHORT_A: Page = page("aaaa", &[Load, Add("a1"), Save]);
const SHORT_B: Page = page("bbbb", &[Load, Add("b1"), Save]);
const ANSWERS: Page =
    page("aaaa", &[Add("?"), Grow("x"), Save, Grow("xy"), Save, Load, Grow("xyz"), Save, End("xyz!"), Save]);
const ALSO_ANSWERS: Page = page("bbbb", &[Grow("u"), Save, Grow("uv"), Save, Load, End("uvw"), Save]);
const STARTS_ANEW: Page = page("ffff", &[Load, Clear, Save, Add("anew"), Save]);

/// A conversation with one turn.
fn old() -> Records {
    let key = "refinire-web/2026-01-01T00:00:00.000Z0000000000:talk";
    Records::from([(key.to_owned(), r#"{"role":"user","content":"old"}"#.to_owned())])
}

fn try_all(pages: &[Page], is_late: bool) -> Tried {
    let model = Model { pages, start: Records::new(), is_late };
    model.run(|model, state| everything_is_there(model, state, &[]))
}

#[test]
fn whatever_two_pages_do_at_once_no_turn_is_lost() {
    let pairs = [[A, B], [A, ALSO_ANSWERS], [ANSWERS, B], [ANSWERS, ALSO_ANSWERS]];
    for pages in pairs {
        let tried = try_all(&pages, false);
        assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
    }
}

#[test]
fn whatever_three_pages_do_at_once_no_turn_is_lost() {
    let tried = try_all(&[SHORT_A, SHORT_B, C], false);
    assert!(tried.states > 1_000 && tried.ends > 10, "{tried:?}");
}

#[test]
fn what_others_have_written_may_be_seen_late_and_nothing_is_lost() {
    for pages in [[SHORT_A, SHORT_B], [A, SHORT_B], [ANSWERS, SHORT_B]] {
        let tried = try_all(&pages, true);
        assert!(tried.states > 50 && tried.ends > 3, "{tried:?}");
    }
}

#[test]
fn clocks_that_go_back_or_stand_still_lose_nothing() {
    for clocks in [[(50, -1), (50, 0)], [(0, 0), (0, 0)], [(90, -3), (10, 5)]] {
        let pages = [Page { clock: clocks[0], ..A }, Page { clock: clocks[1], ..B }];
        try_all(&pages, false);
    }
}

#[test]
fn two_pages_that_migrate_at_once_lose_nothing() {
    let record = r#"{"schema":1,"messages":[{"role":"user","content":"old"},{"role":"user","content":"older"}]}"#;
    let start = Records::from([(head_key("talk"), record.to_owned())]);
    for is_late in [false, true] {
        let model = Model { pages: &[SHORT_A, SHORT_B], start: start.clone(), is_late };
        let tried = model.run(|model, state| everything_is_there(model, state, &["old", "older"]));
        assert!(tried.states > 100 && tried.ends > 1, "{tried:?}");
    }
}

#[test]
fn who_forgets_forgets_what_it_has_seen_and_nothing_else() {
    for other in [SHORT_B, B] {
        let model = Model { pages: &[STARTS_ANEW, other], start: old(), is_late: false };
        let tried = model.run(|model, state| {
            let (found, forgotten) = model.outcome(state);
            assert!(forgotten.contains(&"old".to_owned()));
            let all = ["old", "anew"].into_iter().chain(other.says());
            for line in all.map(str::to_owned) {
                let count = found.iter().filter(|one| **one == line).count();
                assert_eq!(count, usize::from(!forgotten.contains(&line)), "{line}: {found:?} of {state:#?}");
            }
        });
        assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
    }
}

#[test]
fn an_answer_that_is_forgotten_while_it_grows_is_whole_in_the_end_and_leaves_nothing_behind() {
    const FORGETS: Page = page("ffff", &[Load, Clear, Save]);
    let model = Model { pages: &[FORGETS, ANSWERS], start: Records::new(), is_late: false };
    let tried = model.run(|model, state| {
        let (found, forgotten) = model.outcome(state);
        let count = found.iter().filter(|line| *line == "xyz!").count();
        // What was seen of it may have been forgotten just when it ended.
        let was_seen = forgotten.iter().any(|line| line.starts_with('x'));
        assert!(count == 1 || (count == 0 && was_seen), "{found:?} of {state:#?}");
        assert!(!state.base.keys().any(|key| key.starts_with("refinire-web+")), "{state:#?}");
    });
    assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
}

/// Checks what a run sends that has waited for its turn. The messages of the page before it have come, however little of
/// the store it sees.
fn sends(holder: Page, start: &Records, expected: &[&str]) {
    const WAITS: Page = page("wwww", &[Load, Hear, Enter, CatchUp, Send, Add("And?"), Save]);
    for is_late in [false, true] {
        let model = Model { pages: &[holder, WAITS], start: start.clone(), is_late };
        let tried = model.run(|model, state| {
            let (_, sent) = WAITS.play(&Replay::new(&state.told[1], &state.base));
            assert_eq!(sent, expected, "{state:#?}");
            let (found, _) = model.outcome(state);
            assert_eq!(found, [expected, &["And?"]].concat(), "{state:#?}");
        });
        assert!(tried.states > 20 && tried.ends > 0, "{tried:?}");
    }
}

#[test]
fn a_run_that_waited_sends_the_last_turn_of_the_one_before_it() {
    const HOLDS: Page =
        page("hhhh", &[Load, Add("?"), Grow("x"), Save, Grow("xy"), Save, Grow("xyz"), Save, End("xyz!"), Save]);
    sends(HOLDS, &Records::new(), &["?", "xyz!"]);
}

#[test]
fn a_run_that_waited_does_not_send_what_was_forgotten_meanwhile() {
    sends(STARTS_ANEW, &old(), &["anew"]);
}
