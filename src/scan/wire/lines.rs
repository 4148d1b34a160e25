//! Splits bytes into lines, wherever the reads happen to be cut.

/// The byte order mark that one stream may begin with.
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// A buffer that is larger than this, in bytes, is given back when it is not needed any more: WebAssembly's memory never
/// shrinks, so what one long line took must serve for the next thing.
const KEPT_BYTES: usize = 64 * 1024;

/// A line without its end.
#[derive(Debug)]
pub(crate) enum Line<'carry, 'read> {
    /// Lies in this read.
    Whole(&'read [u8]),
    /// Began in an earlier one. Whoever wants to keep it may take it.
    Carried(&'carry mut Vec<u8>),
    /// Was longer than there was room for, and has been skipped: its first byte.
    TooLong(u8),
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
    /// The first byte of a line that is being skipped.
    skipping: Option<u8>,
    /// The last byte was CR: an LF that comes first in the next read belongs to it.
    after_cr: bool,
    /// How many bytes of a byte order mark have been seen; `None` once the stream is past it.
    bom: Option<usize>,
    ending: Ending,
}

impl Lines {
    pub(crate) fn new(ending: Ending) -> Self {
        Self { carry: Vec::new(), handed_out: false, skipping: None, after_cr: false, bom: Some(0), ending }
    }

    /// The next line of `rest`, which moves past it; `None` when it holds no further line end. A line of more than `room`
    /// bytes is skipped, however it was cut; `room` must not change within a line.
    pub(crate) fn next<'c, 'r>(&'c mut self, rest: &mut &'r [u8], room: usize) -> Option<Line<'c, 'r>> {
        self.empty_carry();
        if self.bom.is_some() {
            self.skip_bom(rest);
        }
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            *rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        let other = if self.ending == Ending::Any { b'\r' } else { b'\n' };
        let Some(end) = memchr::memchr2(b'\n', other, rest) else {
            self.hold(rest, room);
            *rest = &[];
            return None;
        };
        let (line, tail) = rest.split_at(end);
        let (ending, tail) = tail.split_at(1);
        *rest = tail;
        if ending == b"\r" {
            match tail.split_first() {
                Some((b'\n', after)) => *rest = after,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
        if self.carry.is_empty() && self.skipping.is_none() && line.len() <= room {
            return Some(Line::Whole(line));
        }
        self.hold(line, room);
        if let Some(first) = self.skipping.take() {
            return Some(Line::TooLong(first));
        }
        self.handed_out = true;
        Some(Line::Carried(&mut self.carry))
    }

    /// Whether what comes next begins a line, and the stream is past its byte order mark.
    pub(crate) fn is_between(&self) -> bool {
        (self.handed_out || self.carry.is_empty()) && self.skipping.is_none() && self.bom.is_none()
    }

    /// The first byte of the line that is being skipped, if one is.
    pub(crate) fn skipping(&self) -> Option<u8> {
        self.skipping
    }

    /// What stands after the last line end, if that is no more than `room` bytes.
    pub(crate) fn remainder(&mut self, room: usize) -> &mut Vec<u8> {
        self.empty_carry();
        self.no_bom();
        self.hold(b"", room);
        &mut self.carry
    }

    /// Keeps more of a line, unless it becomes longer than `room`.
    #[inline(never)]
    fn hold(&mut self, more: &[u8], room: usize) {
        if self.skipping.is_some() {
            return;
        }
        let length = self.carry.len() + more.len();
        if length > room {
            self.skipping = self.carry.first().or(more.first()).copied();
            self.carry = Vec::new();
            return;
        }
        grow(&mut self.carry, more, room);
    }

    fn empty_carry(&mut self) {
        if std::mem::take(&mut self.handed_out) {
            empty(&mut self.carry);
        }
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

/// Appends to a buffer that may become `bound` bytes long: where it has to grow, to twice of what is needed, but to no more
/// than that.
pub fn grow(buffer: &mut Vec<u8>, more: &[u8], bound: usize) {
    let length = buffer.len() + more.len();
    if length > buffer.capacity() {
        let wanted = (2 * length).min(bound.max(length));
        buffer.reserve_exact(wanted - buffer.len());
    }
    buffer.extend_from_slice(more);
}

/// Empties a buffer, and gives a large one back.
pub(crate) fn empty(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_BYTES {
        *buffer = Vec::new();
    }
    buffer.clear();
}
