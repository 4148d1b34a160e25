//! Events that differ in nothing but their text.
//!
//! Most events of an answer are the one before them with other words in it. Comparing an event with the last one costs a
//! tenth of reading it, and says as much: a string in the same place of the same JSON is text again.

use super::{string_from, Text};

/// So many events are learnt that no other is like; then the stream is taken to have no two alike.
const TRIES: u32 = 8;

/// What an event has in common with the next ones like it: everything but its text and some values that are never read.
#[derive(Debug, Default)]
pub struct Template {
    /// The event as it came, line ends and all; empty for none.
    event: Vec<u8>,
    /// Its pieces that may differ, in order.
    holes: Vec<Hole>,
    /// How many templates in a row nothing was like.
    unlike: u32,
}

/// A piece of an event that may differ, from where to where.
#[derive(Debug, Clone, Copy)]
struct Hole {
    from: usize,
    to: usize,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// The text, between its quotes.
    Text,
    /// A string that is never read.
    String,
    /// Digits of a number that is never read.
    Digits,
}

impl Template {
    /// Learns from an event, as it came, whose only meaning is the text that stands `at` there between quotes; from one that
    /// did not come in one piece, nothing. `idle` are
    /// the members that no one reads, up to where their value begins: `"id":"` for a string, `"id":` for a number.
    pub fn learn(&mut self, event: &[u8], at: usize, length: usize, idle: &[&str]) {
        if event.is_empty() {
            return;
        }
        self.forget();
        let quoted = at.checked_sub(1).and_then(|before| event.get(before..)?.get(..length + 2));
        if self.unlike >= TRIES || !quoted.is_some_and(|quoted| quoted.starts_with(b"\"") && quoted.ends_with(b"\"")) {
            return;
        }
        self.unlike += 1;
        self.event.extend_from_slice(event);
        self.add(Hole { from: at, to: at + length, holds: Holds::Text });
        for member in idle {
            let holds = if member.ends_with('"') { Holds::String } else { Holds::Digits };
            let from = event.windows(member.len()).position(|window| window == member.as_bytes());
            let hole = from.map(|from| from + member.len()).and_then(|from| Some((from, end_of(holds, event, from)?)));
            if let Some((from, to)) = hole {
                self.add(Hole { from, to, holds });
            }
        }
    }

    fn add(&mut self, hole: Hole) {
        let place = self.holes.iter().take_while(|other| other.from < hole.from).count();
        self.holes.insert(place, hole);
    }

    /// What comes next means something else.
    pub fn forget(&mut self) {
        self.event.clear();
        self.holes.clear();
    }

    /// If `bytes` begin with an event of at most `max` bytes that differs in nothing but its text: that, and the event's
    /// length.
    pub fn next<'a>(&mut self, bytes: &'a [u8], max: usize) -> Option<(Text<'a>, usize)> {
        let mut text = None;
        let (mut known, mut at) = (0, 0);
        for hole in &self.holes {
            at = same_from(self.event.get(known..hole.from)?, bytes, at)?;
            known = hole.to;
            if hole.holds == Holds::Text {
                let (found, end) = string_from(bytes, at)?;
                text = Some(found);
                at = end - 1;
            } else {
                at = end_of(hole.holds, bytes, at)?;
            }
        }
        at = same_from(self.event.get(known..)?, bytes, at)?;
        // Text that is empty is none.
        let text = text.filter(|text| !text.is_empty() && at <= max)?;
        self.unlike = 0;
        Some((text, at))
    }
}

/// Where a value that is never read ends.
fn end_of(holds: Holds, bytes: &[u8], from: usize) -> Option<usize> {
    if holds == Holds::String {
        return string_from(bytes, from).map(|(_, end)| end - 1);
    }
    let digits = bytes.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // A number of several digits begins with none that is 0.
    (digits == 1 || digits > 1 && bytes.get(from) != Some(&b'0')).then_some(from + digits)
}

/// Where `known` ends, if it stands `at` there.
fn same_from(known: &[u8], bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + known.len();
    let found = bytes.get(at..end)?;
    let mut rest = (known, found);
    while let (Some((word, known)), Some((other, found))) =
        (rest.0.split_first_chunk::<8>(), rest.1.split_first_chunk())
    {
        if u64::from_le_bytes(*word) != u64::from_le_bytes(*other) {
            return None;
        }
        rest = (known, found);
    }
    while let (Some((byte, known)), Some((other, found))) = (rest.0.split_first(), rest.1.split_first()) {
        if byte != other {
            return None;
        }
        rest = (known, found);
    }
    Some(end)
}
