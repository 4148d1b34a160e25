//! Splits bytes into lines, wherever the reads happen to be cut.

use crate::concat;
use crate::error::{Code, Error};
use crate::json::decimal;

/// The byte order mark that one stream may begin with.
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// A line without its end.
#[derive(Debug)]
pub(crate) enum Line<'carry, 'read> {
    /// Lies in this read.
    Whole(&'read [u8]),
    /// Began in an earlier one.
    Carried(&'carry [u8]),
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// LF, CR or CR LF, as "parsing an event stream" has them
    /// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>).
    Any,
    /// LF: a CR is part of the line.
    LineFeed,
}

/// Splits what it is given, read by read.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The beginning of a line whose end has not come.
    carry: Vec<u8>,
    /// `carry` was handed out and is to be emptied before the next line.
    handed_out: bool,
    /// The last byte was CR: an LF that comes first in the next read belongs to it.
    after_cr: bool,
    /// How many bytes of a byte order mark have been seen; `None` once the stream is past it.
    bom: Option<usize>,
    ending: Ending,
    max: usize,
}

impl Lines {
    pub(crate) fn new(ending: Ending, max: usize) -> Self {
        Self { carry: Vec::new(), handed_out: false, after_cr: false, bom: Some(0), ending, max }
    }

    /// The next line of `rest`, which moves past it; `None` when it holds no further line end.
    /// A line longer than the bound is an error, however it was cut.
    pub(crate) fn next<'c, 'r>(&'c mut self, rest: &mut &'r [u8]) -> Result<Option<Line<'c, 'r>>, Error> {
        if self.handed_out {
            self.carry.clear();
            self.handed_out = false;
        }
        if self.bom.is_some() {
            self.skip_bom(rest);
        }
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            *rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        let other = if self.ending == Ending::Any { b'\r' } else { b'\n' };
        let Some(end) = memchr::memchr2(b'\n', other, rest) else {
            self.check(self.carry.len() + rest.len())?;
            self.carry.extend_from_slice(rest);
            *rest = &[];
            return Ok(None);
        };
        let (line, tail) = rest.split_at(end);
        self.check(self.carry.len() + line.len())?;
        let (ending, tail) = tail.split_at(1);
        *rest = tail;
        if ending == b"\r" {
            match tail.split_first() {
                Some((b'\n', after)) => *rest = after,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
        if self.carry.is_empty() {
            return Ok(Some(Line::Whole(line)));
        }
        self.carry.extend_from_slice(line);
        self.handed_out = true;
        Ok(Some(Line::Carried(&self.carry)))
    }

    /// Whether what comes next begins a line, and the stream is past its byte order mark.
    pub(crate) fn is_between(&self) -> bool {
        (self.handed_out || self.carry.is_empty()) && self.bom.is_none()
    }

    /// What stands after the last line end.
    pub(crate) fn remainder(&mut self) -> &[u8] {
        if self.handed_out {
            self.carry.clear();
            self.handed_out = false;
        }
        self.no_bom();
        &self.carry
    }

    fn check(&self, length: usize) -> Result<(), Error> {
        if length > self.max {
            return Err(too_long(self.max));
        }
        Ok(())
    }

    #[cold]
    fn skip_bom(&mut self, rest: &mut &[u8]) {
        let Some(mut seen) = self.bom else { return };
        while let (Some((first, tail)), Some(wanted)) = (rest.split_first(), BOM.get(seen)) {
            if first != wanted {
                self.bom = Some(seen);
                self.no_bom();
                return;
            }
            *rest = tail;
            seen += 1;
        }
        self.bom = (seen < BOM.len()).then_some(seen);
    }

    /// It was no byte order mark after all: what looked like its beginning is text.
    fn no_bom(&mut self) {
        let seen = self.bom.take().unwrap_or_default();
        self.carry.extend_from_slice(BOM.get(..seen).unwrap_or_default());
    }
}

/// The error of an event over the bound.
pub(crate) fn too_long(max: usize) -> Error {
    let max = decimal(max as u64);
    Error::new(Code::Limit, concat(&["an event of the stream is longer than limits.maxEventBytes (", &max, " bytes)"]))
}
