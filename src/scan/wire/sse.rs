//! Server-sent events, as the WHATWG parses them
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>).
//! The sentences of that section stand beside the branches that carry them out.

use std::ops::ControlFlow;

use super::lines::{empty, grow, Ending, Line, Lines};
use super::{before, skim, Frame, Sink};

/// How long a line of an event that is skipped may be to be read all the same, in bytes: the name of the event may follow.
const NAME_BYTES: usize = 256;

/// Splits an event stream into frames.
///
/// An event of more than the given number of bytes, counted over its lines without their ends and without comments, is
/// skipped, however the reads were cut.
#[derive(Debug)]
pub struct Sse {
    lines: Lines,
    data: Data,
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
    /// This event is over the bound.
    skips: bool,
    max: usize,
}

/// "The data buffer", without the line feed that the specification appends and takes off again.
#[derive(Debug, Default)]
struct Data {
    /// Where the data came in one line over several reads, this is the line as it was kept, with its field's name.
    buffer: Vec<u8>,
    /// Where in it the data begins.
    from: usize,
    /// A data field came: tells an event whose data is empty from no event.
    is_there: bool,
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
            lines: Lines::new(Ending::Any),
            data: Data::default(),
            event: Vec::new(),
            new_id: None,
            id: Vec::new(),
            retry: None,
            size: 0,
            skips: false,
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

    /// Takes the bytes of one read and hands out the events they complete. An event that the stream ends in is not handed
    /// out: "any pending data must be discarded". See [`Self::finish`].
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
        // Where the event begins, if it does in this read.
        let mut from: Option<&[u8]> = None;
        // The data of an event with one data line, while it still lies in this read: nothing is copied then.
        let mut whole: Option<&[u8]> = None;
        let mut between = self.is_between();
        loop {
            if between {
                skim(&mut bytes, sink)?;
                from = Some(bytes);
                between = false;
            }
            let room = self.room();
            let Some(line) = self.lines.next(&mut bytes, room) else { break };
            let text = match &line {
                Line::Whole(text) => *text,
                Line::Carried(text) => text.as_slice(),
                Line::TooLong(first) => {
                    if *first != b':' {
                        whole = None;
                        self.skip();
                    }
                    continue;
                }
            };
            let field = classify(text);
            match field {
                Field::End => {
                    let raw = from.map_or(&b""[..], |from| before(from, bytes));
                    self.dispatch(whole.take(), raw, sink)?;
                    between = true;
                    continue;
                }
                Field::Comment => continue,
                Field::Unknown if !self.skips => sink.stray(text)?,
                _ => {}
            }
            self.size += text.len();
            match field {
                Field::Data(_) if self.skips => {}
                Field::Data(value) => {
                    let at = text.len() - value.len();
                    if let Some(first) = whole.take() {
                        self.data.append(first, self.max);
                    }
                    match line {
                        // Taken from the line again, because here it is known to live as long as the read.
                        Line::Whole(text) if !self.data.is_there => whole = text.get(at..),
                        Line::Carried(text) if !self.data.is_there => self.data.take(text, at),
                        _ => self.data.append(value, self.max),
                    }
                }
                Field::Event(value) => {
                    self.event.clear();
                    self.event.extend_from_slice(value);
                }
                // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field
                // value. Otherwise, ignore the field."
                Field::Id(value) if !value.contains(&0) => self.new_id = Some(value.to_vec()),
                Field::Retry(value) => self.retry = digits(value).or(self.retry),
                _ => {}
            }
        }
        if let Some(first) = whole {
            self.data.append(first, self.max);
        }
        ControlFlow::Continue(())
    }

    /// The line that has no end yet.
    pub fn last_line(&mut self) -> &[u8] {
        let room = self.room();
        self.lines.remainder(room)
    }

    /// No more bytes will come: the event that the stream ended in, as if a blank line had followed. The specification
    /// discards it, but many servers leave out the last blank line. Whether the event is whole is for the caller to see.
    pub fn finish(&mut self) -> Option<Frame<'_>> {
        let room = self.room();
        let mut last = std::mem::take(self.lines.remainder(room));
        let field = classify(&last);
        match field {
            Field::Data(value) => {
                let at = last.len() - value.len();
                if self.data.is_there {
                    self.data.append(value, self.max);
                } else {
                    self.data.take(&mut last, at);
                }
            }
            Field::Event(value) => value.clone_into(&mut self.event),
            _ => {}
        }
        let data = self.data.get().filter(|_| !self.is_skipping())?;
        Some(Frame { event: &self.event, data })
    }

    /// Whether an event is being skipped.
    #[must_use]
    pub fn is_skipping(&self) -> bool {
        self.skips || self.lines.skipping().is_some_and(|first| first != b':')
    }

    /// Whether what comes next begins an event.
    fn is_between(&self) -> bool {
        self.size == 0 && !self.skips && self.lines.is_between()
    }

    /// How many bytes the next line may have.
    fn room(&self) -> usize {
        if self.skips {
            return NAME_BYTES.min(self.max);
        }
        self.max.saturating_sub(self.size)
    }

    /// The event is over the bound: what has come of it is given back, but for its name.
    #[cold]
    fn skip(&mut self) {
        self.skips = true;
        self.data = Data::default();
    }

    /// "If the line is empty (a blank line): dispatch the event."
    fn dispatch(&mut self, whole: Option<&[u8]>, raw: &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
        self.size = 0;
        // "Set the last event ID string of the event source to the value of the last event ID buffer."
        if let Some(id) = self.new_id.take() {
            self.id = id;
        }
        let data = whole.or(self.data.get());
        // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and
        // return."
        let skips = std::mem::take(&mut self.skips);
        let flow = match data {
            _ if skips => sink.skipped(&self.event),
            Some(data) => sink.frame(Frame { event: &self.event, data }, raw),
            None => ControlFlow::Continue(()),
        };
        self.data.clear();
        self.event.clear();
        flow
    }
}

impl Data {
    fn get(&self) -> Option<&[u8]> {
        if self.is_there {
            self.buffer.get(self.from..)
        } else {
            None
        }
    }

    /// Takes over the value of a line, which begins `at` there, without copying it.
    fn take(&mut self, line: &mut Vec<u8>, at: usize) {
        std::mem::swap(&mut self.buffer, line);
        self.from = at;
        self.is_there = true;
    }

    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED"; the feed goes between two here.
    #[inline(never)]
    fn append(&mut self, value: &[u8], max: usize) {
        if std::mem::replace(&mut self.is_there, true) {
            self.buffer.push(b'\n');
        } else {
            self.from = 0;
        }
        grow(&mut self.buffer, value, max);
    }

    fn clear(&mut self) {
        empty(&mut self.buffer);
        self.is_there = false;
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
