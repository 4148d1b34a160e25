//! Where a continuation joins the answer that was cut.
//!
//! A model that is asked to continue is told to begin with the end of its answer again, from the *anchor* on: see
//! [`anchor`]. What it really writes is one of these, and each must be handled:
//!
//! 1. The anchor, or any other end of the answer, and what follows it. The repetition is dropped. It may differ in
//!    detail: only letters and digits are compared, without their case, so that spaces, punctuation, quotes, dashes and
//!    markup may differ. What is between the last letter and the seam is aligned afterwards: see `join`.
//! 2. What follows, without any repetition, as from a model that simply continues. It is delivered unchanged.
//! 3. One of these after a preamble ("Sure, here is the rest:"), a repeated opening code fence, or an ellipsis: see
//!    `opening`. In case 2, a preamble is dropped only if it is certainly one.
//!
//! Text is held back only as long as it may still turn out to be a repetition or a preamble: at most [`MOST_HELD`]
//! characters, or as long as the driver of the run allows. There is no limit for a repetition that is too long to be an
//! accident: nothing new is held back with it. The decision depends only on the text, character by character, and not
//! on how it was cut into chunks.
//!
//! Because the comparison is loose, a short repetition may be an accident. So the shorter a repetition is, the more
//! evidence it needs: see `Start::accepts`.

mod anchor;
mod fold;
mod join;
mod opening;

pub use anchor::anchor;
pub(super) use fold::begins_word;

use crate::json::{Split, Text};
use fold::{end_of, is_ideograph, is_symbol, marks, next_symbol, run_before, span, symbols, tail_from, Fence};
use join::{aligned, without_repetition};
use opening::Opening;

/// How many characters are held back while it is not known whether they are new.
pub const MOST_HELD: usize = 400;

/// How far from its end the answer is searched for the beginning of the continuation, in bytes; its very beginning is
/// searched, too.
const WINDOW: usize = 4096;

/// This many letters and digits are not repeated by accident.
const CERTAIN: usize = 16;

/// This many are not, even if the answer itself repeats them.
const BEYOND_DOUBT: usize = 40;

/// This many are not, if the repetition begins inside a word.
const IN_WORD: usize = 8;

/// How far the marks after a repetition are looked at, in bytes.
const RUN: usize = 64;

/// Fewer than this prove nothing.
const LEAST: usize = 3;

/// Marks that continue a text and do not begin one.
const CLAUSE: [char; 5] = [',', ';', ':', '!', '?'];

/// Words that other words begin with. At a cut, they count as whole words.
const COMMON: &str =
    "the and for not are was but her his has had can out one all any our you now its may per over under \
    some with here there where when what then than other more such that this they your from into also \
    will been have";

/// The part that is delivered of the text that was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// From this byte on.
    pub from: usize,
    /// What is added before it.
    pub glue: &'static str,
}

impl Join {
    /// From that byte on, unchanged.
    pub(super) const fn at(from: usize) -> Self {
        Self { from, glue: "" }
    }
}

/// The parts of the interrupted answer that matter.
#[derive(Debug, Default)]
struct Old {
    /// The end of its last letter or digit, in bytes.
    end: usize,
    /// Where its anchor begins.
    anchor: usize,
    /// The code block that it ends in.
    fence: Option<Fence>,
}

/// Takes the continuation until it is known where it joins the answer.
#[derive(Debug, Default)]
pub struct Seam {
    old: Old,
    /// The continuation, which has not been delivered.
    held: String,
    split: Split,
    /// How much of it has been looked at, in bytes and in characters.
    seen: usize,
    chars: usize,
    /// Where a repetition may begin in it: at its beginning, and after a preamble or a fence.
    starts: Vec<Start>,
    opening: Opening,
}

impl Seam {
    /// A seam for what follows `old`.
    #[must_use]
    pub fn new(old: &str) -> Self {
        let end = old.char_indices().rev().find(|(_, char)| is_symbol(*char));
        let old = Old {
            end: end.map_or(0, |(at, char)| at + char.len_utf8()),
            anchor: old.len() - anchor(old).len(),
            fence: Fence::open_in(old),
        };
        Self { old, starts: vec![Start::default()], ..Self::default() }
    }

    /// Takes more of the continuation. Returns where it joins, once that is known; no more is taken then.
    pub fn push(&mut self, text: Text<'_>, old: &str) -> Option<Join> {
        text.append_to(&mut self.held, &mut self.split);
        while let Some(char) = tail_from(&self.held, self.seen).chars().next() {
            self.look_at(char, old);
            if let Some(join) = self.decide(old, false) {
                return Some(join);
            }
        }
        None
    }

    /// The same if no more follows, or if the wait for more is over.
    pub fn end(&mut self, old: &str) -> Join {
        self.split.end(&mut self.held);
        while let Some(char) = tail_from(&self.held, self.seen).chars().next() {
            self.look_at(char, old);
        }
        self.decide(old, true).unwrap_or(Join::at(0))
    }

    /// The part that is delivered: the glue before it, the text, and half a surrogate pair after it.
    #[must_use]
    pub fn rest(&self, join: Join) -> (&'static str, &str, Split) {
        (join.glue, tail_from(&self.held, join.from), self.split)
    }

    /// The part at its beginning that is not delivered.
    #[must_use]
    pub fn dropped(&self, join: Join) -> &str {
        span(&self.held, 0, join.from)
    }

    fn look_at(&mut self, char: char, old: &str) {
        for start in &mut self.starts {
            start.take(char, self.seen, old, &self.old);
        }
        self.seen += char.len_utf8();
        self.chars += 1;
        let new = self.held.get(..self.seen).unwrap_or_default();
        if let Some((at, is_certain)) = self.opening.look_at(new, old, self.old.fence.as_ref()) {
            self.starts.push(Start { at, is_doubtful: !is_certain, ..Start::default() });
        }
    }

    /// Where it joins; `None` as long as that may still change.
    fn decide(&self, old: &str, is_last: bool) -> Option<Join> {
        let new = self.held.get(..self.seen).unwrap_or_default();
        let is_bounded = !self.starts.iter().any(|start| start.is_beyond_doubt(self.seen));
        let is_last = is_last || (self.chars >= MOST_HELD && is_bounded);
        for start in &self.starts {
            if start.may_repeat(new, old) && !is_last {
                return None;
            }
            for found in start.found.iter().rev() {
                let rest = tail_from(new, found.end);
                if rest.is_empty() && !is_last {
                    return None;
                }
                if !start.accepts(found, new, old, &self.old) {
                    continue;
                }
                let tail = tail_from(old, self.old.end);
                let run = rest.split(is_symbol).next().unwrap_or_default();
                if run.len() == rest.len() && !tail.is_empty() && !is_last {
                    return None;
                }
                return Some(Join::at(found.end + aligned(tail, run)));
            }
        }
        if self.opening.is_open() && !is_last {
            return None;
        }
        without_repetition(old, new, &self.opening, self.old.fence.is_some(), is_last)
    }
}

/// A place in the continuation where a repetition of the end of the answer may begin.
#[derive(Debug, Default)]
struct Start {
    at: usize,
    /// The text before it may not be a preamble.
    is_doubtful: bool,
    /// The place of its first letter or digit, and how many there have been.
    first: Option<usize>,
    symbols: usize,
    /// Where in the answer a repetition may have begun, and how far it goes.
    alive: Vec<(usize, usize)>,
    /// The repetitions that reached the end of the answer, the shortest first.
    found: Vec<Repetition>,
}

/// An end of the answer that the continuation repeats.
#[derive(Debug)]
struct Repetition {
    /// Where it begins in the answer.
    from: usize,
    symbols: usize,
    /// Where it ends in the continuation.
    end: usize,
}

impl Start {
    /// Takes the next character, at byte `at` of the continuation.
    fn take(&mut self, char: char, at: usize, text: &str, old: &Old) {
        let Some(symbol) = fold::symbol(char).filter(|_| at >= self.at) else { return };
        if self.first.is_none() {
            self.first = Some(at);
            self.alive = places(text, old.end);
        } else if self.alive.is_empty() {
            return;
        }
        self.symbols += 1;
        self.alive.retain_mut(|(_, next)| match next_symbol(text, *next) {
            Some((same, after)) if same == symbol => {
                *next = after;
                true
            }
            _ => false,
        });
        let (symbols, end) = (self.symbols, at + char.len_utf8());
        let whole = self.alive.iter().rev().filter(|(_, next)| *next >= old.end);
        self.found.extend(whole.map(|(from, _)| Repetition { from: *from, symbols, end }));
        self.alive.retain(|(_, next)| *next < old.end);
    }

    /// Whether more of the continuation may show a repetition, or a longer one.
    fn may_repeat(&self, new: &str, old: &str) -> bool {
        if self.first.is_some() {
            return !self.alive.is_empty();
        }
        // Before its first letter, only characters that may precede a repetition.
        let is_usual = |char: char| char.is_whitespace() || char.is_ascii_punctuation();
        let is_quote = |char| ('\u{2010}'..='\u{203A}').contains(&char);
        tail_from(new, self.at)
            .chars()
            .all(|char| is_usual(char) || is_quote(char) || end_of(old, WINDOW).contains(char))
    }

    /// Whether so much has matched, to the end of the answer or so far, that nothing new is held back.
    fn is_beyond_doubt(&self, seen: usize) -> bool {
        let is_behind = |found: &Repetition| seen - found.end <= RUN;
        self.symbols >= BEYOND_DOUBT && (!self.alive.is_empty() || self.found.last().is_some_and(is_behind))
    }

    /// Whether it is not an accident. `new` has at least one more character, unless the continuation is over.
    fn accepts(&self, found: &Repetition, new: &str, text: &str, old: &Old) -> bool {
        let (before, repeated) = (span(text, 0, found.from), span(text, found.from, old.end));
        let tail = tail_from(text, old.end);
        let is_anchored = found.from <= old.anchor;
        // Whether the last word of the repetition goes on in the continuation.
        let goes_on = tail_from(new, found.end).chars().next().is_some_and(is_symbol);
        if self.is_doubtful {
            let least = if is_anchored { anchor::LEAST } else { CERTAIN };
            return found.symbols >= least && begins_word(text, found.from);
        }
        if goes_on && !tail.is_empty() && found.symbols < CERTAIN {
            return false;
        }
        if found.symbols >= BEYOND_DOUBT {
            return true;
        }
        let lead = span(new, self.at, self.first.unwrap_or(self.at));
        let is_spaced = self.at == 0 && lead.starts_with(' ') && !text.ends_with(char::is_whitespace);
        if (!is_anchored && is_again(before, repeated)) || (is_spaced && self.is_periodic(found)) {
            return false;
        }
        if found.symbols >= CERTAIN {
            return true;
        }
        let run = run_before(before);
        let Some(marked) = self.fits(lead, run, before) else { return false };
        if found.symbols + marked < LEAST {
            return false;
        }
        if !begins_word(text, found.from) {
            return found.symbols >= IN_WORD && !is_spaced;
        }
        let begins_line = run.contains('\n') || before.len() == run.len();
        if !begins_line && lead.contains(CLAUSE) {
            return false;
        }
        let is_word = repeated.chars().all(is_symbol) && !repeated.chars().any(is_ideograph);
        if is_word && goes_on {
            return !(is_spaced && is_whole_word(repeated, before));
        }
        if begins_line {
            return true;
        }
        if is_word && (is_spaced || repeated != span(new, self.first.unwrap_or_default(), found.end)) {
            return false;
        }
        found.symbols
            >= if is_spaced {
                6
            } else if is_word && !tail.is_empty() {
                5
            } else {
                LEAST
            }
    }

    /// How many marks the text before the repetition shares with the text before it in the answer; `None` if the two do
    /// not fit. Quotes, markup and an ellipsis may precede any repetition.
    fn fits(&self, lead: &str, run: &str, before: &str) -> Option<usize> {
        let is_behind = self.at > 0 || before.trim().is_empty();
        let has = |char: char| !lead.contains(char) || is_behind || run.contains(char);
        if !has('\n')
            || (!lead.contains('\n') && lead.contains(' ') && !is_behind && !run.contains(char::is_whitespace))
        {
            return None;
        }
        let (own, theirs) = (marks(lead), marks(run));
        if theirs.ends_with(&own) {
            return Some(own.chars().count());
        }
        (!lead.contains(CLAUSE) && own.chars().all(|mark| "\".*_`>#".contains(mark))).then_some(0)
    }

    /// Whether the repetition is periodic: half of it or more is a repetition as well.
    fn is_periodic(&self, found: &Repetition) -> bool {
        self.found.iter().any(|other| other.symbols < found.symbols && other.symbols * 2 >= found.symbols)
    }
}

/// Where a repetition may begin in the answer: at each letter and digit near its end, and at its very first one.
fn places(old: &str, end: usize) -> Vec<(usize, usize)> {
    let near = old.len() - end_of(old, WINDOW).len();
    let first = old.find(is_symbol).filter(|first| *first < near);
    let rest = tail_from(old, near).char_indices().map(|(at, char)| (near + at, char));
    let near = rest.filter(|(at, char)| *at < end && is_symbol(*char)).map(|(at, _)| at);
    first.into_iter().chain(near).map(|at| (at, at)).collect()
}

/// Whether the same text is right before it in the answer: then the model may well repeat it on purpose.
fn is_again(before: &str, repeated: &str) -> bool {
    let mut before = symbols(before).rev();
    symbols(repeated).rev().all(|symbol| before.next() == Some(symbol))
}

/// Whether a word at the end of the answer is complete: it is common, or it occurs elsewhere in the answer.
fn is_whole_word(word: &str, before: &str) -> bool {
    let is_same = |other: &str| symbols(other).eq(symbols(word));
    COMMON.split(' ').any(is_same) || before.split(|char| !is_symbol(char)).any(is_same)
}
