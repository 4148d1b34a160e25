//! Server-sent events, as the WHATWG parses them
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>).
//! The sentences of that section stand beside the branches that carry them out.

use std::ops::ControlFlow;

use super::lines::{too_long, Ending, Line, Lines};
use super::{before, skim, Frame, Sink};
use crate::error::Error;

/// Splits an event stream into frames.
///
/// An event of more than the given number of bytes, counted over its lines without their ends, is an error however the
/// reads were cut. Comments count for themselves only.
#[derive(Debug)]
pub struct Sse {
    lines: Lines,
    /// "The data buffer", without the line feed that the specification appends and takes off again.
    data: Vec<u8>,
    /// A data field came: tells an event whose data is empty from no event.
    has_data: bool,
    /// "The event type buffer".
    event: Vec<u8>,
    /// "The last event ID buffer", where a field has set it since the last blank line.
    new_id: Option<Vec<u8>>,
    /// "The last event ID string".
    id: Vec<u8>,
    /// "The event stream's reconnection time", in milliseconds.
    retry: Option<u64>,
    /// The bytes of this event's lines so far.
    size: usize,
    max: usize,
}

/// A line, taken apart.
enum Field<'a> {
    End,
    Comment,
    Data(&'a [u8]),
    Event(&'a [u8]),
    Id(&'a [u8]),
    Retry(&'a [u8]),
    Unknown,
}

impl Sse {
    /// A parser for events of at most `max` bytes.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            lines: Lines::new(Ending::Any, max),
            data: Vec::new(),
            has_data: false,
            event: Vec::new(),
            new_id: None,
            id: Vec::new(),
            retry: None,
            size: 0,
            max,
        }
    }

    /// The ID of the last event that ended, with data or without.
    #[must_use]
    pub fn last_event_id(&self) -> &[u8] {
        &self.id
    }

    /// How long the server asks to wait before reconnecting, in milliseconds.
    #[must_use]
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry
    }

    /// Takes the bytes of one read and hands out the events they complete. An event that the stream ends in is never
    /// handed out: "any pending data must be discarded".
    ///
    /// # Errors
    /// `limit` for an event over the bound; what came before it has been handed out.
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut dyn Sink) -> Result<ControlFlow<()>, Error> {
        // Where the event begins, if it does in this read.
        let mut from: Option<&[u8]> = None;
        // The data of an event with one data line, while it still lies in this read: nothing is copied then.
        let mut whole: Option<&[u8]> = None;
        let mut between = self.is_between();
        loop {
            if between {
                if skim(&mut bytes, sink).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                from = Some(bytes);
                between = false;
            }
            let Some(line) = self.lines.next(&mut bytes)? else { break };
            let (Line::Whole(text) | Line::Carried(text)) = line;
            let field = classify(text);
            match field {
                Field::End => {
                    self.size = 0;
                    // "Set the last event ID string of the event source to the value of the last event ID buffer."
                    if let Some(id) = self.new_id.take() {
                        self.id = id;
                    }
                    let data = whole.take().or(self.has_data.then_some(self.data.as_slice()));
                    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
                    // empty string and return."
                    let flow = match data {
                        Some(data) => {
                            let raw = from.map_or(&b""[..], |from| before(from, bytes));
                            sink.frame(Frame { event: &self.event, data }, raw)
                        }
                        None => ControlFlow::Continue(()),
                    };
                    self.data.clear();
                    self.has_data = false;
                    self.event.clear();
                    if flow.is_break() {
                        return Ok(flow);
                    }
                    between = true;
                    continue;
                }
                Field::Comment => continue,
                Field::Unknown if sink.stray(text).is_break() => return Ok(ControlFlow::Break(())),
                _ => {}
            }
            self.size += text.len();
            if self.size > self.max {
                return Err(too_long(self.max));
            }
            match (field, &line) {
                (Field::Data(_), Line::Whole(text)) if whole.is_none() && !self.has_data => {
                    // Taken from the line again, because here it is known to live as long as the read.
                    if let Field::Data(value) = classify(text) {
                        whole = Some(value);
                    }
                }
                (Field::Data(value), _) => {
                    if let Some(first) = whole.take() {
                        append(&mut self.data, &mut self.has_data, first);
                    }
                    append(&mut self.data, &mut self.has_data, value);
                }
                (Field::Event(value), _) => {
                    self.event.clear();
                    self.event.extend_from_slice(value);
                }
                // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field
                // value. Otherwise, ignore the field."
                (Field::Id(value), _) if !value.contains(&0) => self.new_id = Some(value.to_vec()),
                (Field::Retry(value), _) => self.retry = digits(value).or(self.retry),
                _ => {}
            }
        }
        if let Some(first) = whole {
            append(&mut self.data, &mut self.has_data, first);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Whether what comes next begins an event.
    fn is_between(&self) -> bool {
        self.size == 0 && self.lines.is_between()
    }
}

#[inline(always)]
fn classify(line: &[u8]) -> Field<'_> {
    // The one that matters, told apart without looking for the colon.
    if let Some(value) = line.strip_prefix(b"data:") {
        return Field::Data(value.strip_prefix(b" ").unwrap_or(value));
    }
    // "If the line is empty (a blank line): dispatch the event."
    if line.is_empty() {
        return Field::End;
    }
    classify_other(line)
}

#[inline(never)]
fn classify_other(line: &[u8]) -> Field<'_> {
    let (name, value) = match line.iter().position(|byte| *byte == b':') {
        // "If the line starts with a U+003A COLON character (:): ignore the line."
        Some(0) => return Field::Comment,
        // "If value starts with a U+0020 SPACE character, remove it from value."
        Some(colon) => {
            let (name, value) = line.split_at(colon);
            let value = value.strip_prefix(b":").unwrap_or(value);
            (name, value.strip_prefix(b" ").unwrap_or(value))
        }
        // "Otherwise: process the field, using the whole line as the field name, and the empty string as the value."
        None => (line, &b""[..]),
    };
    // Compared one by one: a `match` on bytes compares them byte by byte.
    if name == b"event" {
        Field::Event(value)
    } else if name == b"data" {
        Field::Data(value)
    } else if name == b"id" {
        Field::Id(value)
    } else if name == b"retry" {
        Field::Retry(value)
    } else {
        // "Otherwise: the field is ignored."
        Field::Unknown
    }
}

/// "Append the field value to the data buffer, then append a single U+000A LINE FEED"; the feed goes between two here.
#[inline(never)]
fn append(data: &mut Vec<u8>, has_data: &mut bool, value: &[u8]) {
    if *has_data {
        data.push(b'\n');
    }
    *has_data = true;
    data.extend_from_slice(value);
}

/// "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten."
fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })
}
