//! What tabs tell each other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::FutureExt;
use refinire_web::conversation::tabs::{Heard, Member, Tabs, ANSWER, ASK};
use refinire_web::env::{Change, Seen, Tasks};

use crate::world::World;

/// What a conversation has heard, as `key=value`, `-key`, and `*` for anything.
type Log = Rc<RefCell<Vec<String>>>;

/// Joins a tab's conversations.
fn join(tab: &Rc<Tabs>) -> (Member, Log) {
    let log = Log::default();
    let heard: Rc<Heard> = {
        let log = log.clone();
        Rc::new(move |key: Option<&str>, value: Option<&str>| {
            log.borrow_mut().push(match (key, value) {
                (Some(key), Some(value)) => format!("{key}={value}"),
                (Some(key), None) => format!("-{key}"),
                (None, _) => "*".to_owned(),
            });
        })
    };
    (tab.join(heard), log)
}

fn take(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.borrow_mut())
}

/// Whether that has come to its end; it goes on as time does.
fn watched(world: &Rc<World>, task: impl std::future::Future<Output = ()> + 'static) -> Rc<Cell<bool>> {
    let is_done = Rc::new(Cell::new(false));
    let done = is_done.clone();
    world.page().spawn(
        async move {
            task.await;
            done.set(true);
        }
        .boxed_local(),
    );
    is_done
}

fn said(key: &str, value: &str, by: &str) -> Change {
    Change { key: Some(key.to_owned()), value: Some(value.to_owned()), by: Some(by.to_owned()) }
}

const TURN: &str = "refinire-web/turn:talk";
const PIECE: &str = "refinire-web+piece:talk";

#[test]
fn conversations_of_a_tab_and_of_others_hear_what_one_has_stored_and_it_does_not() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let ((member, own), (_second, near), (_third, far)) = (join(&one), join(&one), join(&other));
    world.settle();
    member.publish(TURN, Some("a"));
    assert!(take(&near).is_empty(), "whoever writes is in the middle of it");
    member.publish(TURN, None);
    world.settle();
    let wanted = [format!("{TURN}=a"), format!("-{TURN}")];
    assert_eq!((take(&own), take(&near), take(&far)), (vec![], wanted.to_vec(), wanted.to_vec()));
}

#[test]
fn what_one_change_writes_is_one_message_and_who_is_alone_tells_nobody_how_an_answer_grows() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let (member, _) = join(&one);
    world.settle();
    assert_eq!(world.take_posted(), [""], "who begins says so");
    for keys in [[TURN, "refinire-web:talk"], [PIECE, PIECE], [PIECE, TURN]] {
        for key in keys {
            member.publish(key, Some("a"));
        }
        world.settle();
    }
    assert_eq!(world.take_posted(), [format!("{TURN} refinire-web:talk"), TURN.to_owned()]);
    let (_member, _) = join(&other);
    world.settle();
    assert_eq!(world.take_posted(), ["", "", ""], "who begins is answered, and answers once itself");
    member.publish(PIECE, Some("a"));
    world.settle();
    assert_eq!(world.take_posted(), [PIECE]);
}

#[test]
fn who_asks_hears_first_what_was_told_before_and_waits_no_longer_than_for_the_last_answer() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let ((member, _), (_member, far)) = (join(&one), join(&other));
    world.settle();
    // The first time nobody is known: it waits for whoever there is.
    let first = watched(&world, other.caught_up(false));
    world.settle();
    assert!(first.get());
    member.publish(TURN, Some("a"));
    let caught_up = watched(&world, other.caught_up(true));
    world.settle();
    assert!(caught_up.get());
    assert_eq!(take(&far).first(), Some(&format!("{TURN}=a")));
    assert_eq!((world.timers(), world.channels()), (0, 2), "nothing is left of it");
}

#[test]
fn one_that_has_just_told_something_is_waited_for_but_not_for_ever() {
    let world = World::new();
    let one = world.tab();
    let (_member, _) = join(&one);
    let caught_up = watched(&world, one.caught_up(true));
    world.pass(299.0);
    assert!(!caught_up.get());
    world.pass(1.0);
    assert!(caught_up.get());
    assert_eq!(world.channels(), 1);
}

#[test]
fn a_tab_that_has_closed_is_waited_for_once_and_not_again() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let ((_member, _), (away, _)) = (join(&one), join(&other));
    let known = watched(&world, one.caught_up(true));
    world.settle();
    assert!(known.get());
    drop(away);
    let missed = watched(&world, one.caught_up(false));
    world.pass(299.0);
    assert!(!missed.get());
    world.pass(1.0);
    assert!(missed.get());
    let after = watched(&world, one.caught_up(false));
    world.settle();
    assert!(after.get());
}

#[test]
fn changes_of_the_last_five_seconds_are_repeated_to_who_asks_the_last_of_each_key_and_a_hundred_at_most() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let (member, _) = join(&one);
    for key in ["old", "again", "theirs", "again"] {
        member.publish(key, Some(key));
    }
    world.settle();
    world.pass(2_000.0);
    member.publish("again", Some("new"));
    member.publish(PIECE, Some("p"));
    world.settle();
    let (_member, far) = join(&other);
    // What another has changed is not repeated as it was.
    world.post(&[said("theirs", "new", "old version")]);
    world.settle();
    take(&far);
    let asked = watched(&world, other.caught_up(true));
    world.settle();
    assert!(asked.get());
    assert_eq!(take(&far), ["old=old", "again=new"]);
    world.pass(3_000.0);
    member.publish("last", Some("l"));
    world.settle();
    take(&far);
    let _ = watched(&world, other.caught_up(true));
    world.settle();
    assert_eq!(take(&far), ["again=new", "last=l"]);
    for number in 0..150 {
        member.publish(&format!("key {number}"), Some("x"));
    }
    world.settle();
    take(&far);
    let _ = watched(&world, other.caught_up(true));
    world.settle();
    let repeated = take(&far);
    assert_eq!((repeated.len(), &*repeated[0], &*repeated[99]), (100, "key 50=x", "key 149=x"));
}

#[test]
fn the_answer_comes_behind_what_waits_to_be_told() {
    let world = World::new();
    let one = world.tab();
    let member: Rc<RefCell<Option<Member>>> = Rc::default();
    let heard: Rc<Heard> = {
        let member = member.clone();
        Rc::new(move |_: Option<&str>, _: Option<&str>| {
            member.borrow().as_ref().unwrap().publish(PIECE, Some("p"));
        })
    };
    *member.borrow_mut() = Some(one.join(heard));
    world.settle();
    world.take_posted();
    world.post(&[said(TURN, "a", "them"), said(ASK, "them 1", "them")]);
    world.settle();
    assert_eq!(world.take_posted()[1..], [String::new(), format!("{PIECE} !")]);
    member.borrow_mut().take();
}

#[test]
fn who_never_answers_takes_no_harm_and_questions_of_others_are_answered_by_their_number() {
    let world = World::new();
    let one = world.tab();
    let (member, log) = join(&one);
    world.settle();
    member.publish(TURN, Some("a"));
    world.settle();
    world.take_posted();
    // As a tab of the present version asks.
    world.post(&[said(ASK, "them 1", "them")]);
    world.settle();
    assert_eq!(world.take_posted()[1..], ["", &format!("{TURN} !")]);
    // An answer to what nobody has asked, and messages that say nothing.
    world.post(&[said(ANSWER, "them 1", "them")]);
    world.post(&[]);
    world.post(&[Change { key: Some(ASK.to_owned()), value: None, by: None }]);
    world.settle();
    assert!(take(&log).is_empty());
}

#[test]
fn the_storage_tells_of_other_tabs_too_and_a_page_that_comes_back_reads_all_again() {
    let world = World::new();
    let one = world.tab();
    let (member, log) = join(&one);
    let (key, value) = (Some(TURN.to_owned()), Some("a".to_owned()));
    world.seen(&Seen::Stored { key, value });
    world.seen(&Seen::Stored { key: None, value: None });
    world.seen(&Seen::Restored);
    assert_eq!(take(&log), [format!("{TURN}=a"), "*".to_owned(), "*".to_owned()]);
    drop(member);
    assert_eq!((world.watchers(), world.channels()), (0, 0), "who has left listens to nobody");
    let (_member, _) = join(&one);
    assert_eq!((world.watchers(), world.channels()), (1, 1));
}

#[test]
fn leaving_ends_what_is_waited_for() {
    let world = World::new();
    let one = world.tab();
    let (member, _) = join(&one);
    let caught_up = watched(&world, one.caught_up(true));
    world.settle();
    assert!(!caught_up.get());
    drop(member);
    world.settle();
    assert!(caught_up.get());
    assert_eq!((world.timers(), world.channels()), (0, 0));
}

#[test]
fn without_channels_there_is_nobody_to_wait_for_and_storage_tells_all_the_same() {
    let world = World::new();
    world.has_channels.set(false);
    let one = world.tab();
    let ((member, _), (_second, near)) = (join(&one), join(&one));
    assert!(!member.is_told());
    let caught_up = watched(&world, one.caught_up(true));
    world.settle();
    assert!(caught_up.get());
    member.publish(TURN, Some("a"));
    world.settle();
    world.seen(&Seen::Restored);
    assert_eq!(take(&near), [format!("{TURN}=a"), "*".to_owned()]);
}

#[test]
fn who_hears_may_leave_and_tell_something_meanwhile() {
    let world = World::new();
    let (one, other) = (world.tab(), world.tab());
    let members: Rc<RefCell<Vec<Member>>> = Rc::default();
    let heard: Rc<Heard> = {
        let members = members.clone();
        Rc::new(move |_: Option<&str>, _: Option<&str>| {
            if let Some(member) = members.borrow_mut().pop() {
                member.publish("refinire-web:reply", Some("r"));
            }
        })
    };
    members.borrow_mut().push(one.join(heard.clone()));
    members.borrow_mut().push(one.join(heard));
    let (member, log) = join(&other);
    world.settle();
    member.publish(TURN, Some("a"));
    world.settle();
    assert_eq!(take(&log), ["refinire-web:reply=r", "refinire-web:reply=r"]);
    assert!(members.borrow().is_empty());
    assert_eq!(world.watchers(), 1);
}
