//! How far a JSON text has come that arrives in pieces.

/// Follows a JSON text piece by piece without keeping it: whether it is whole, and whether it is the same as another one.
/// White space outside strings counts for nothing. Pushing costs what is pushed.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    depth: u32,
    quoted: bool,
    escaped: bool,
    whole: bool,
    /// The bytes that count, and what they hash to (FNV-1a).
    length: u64,
    hash: u64,
}

impl Default for Progress {
    fn default() -> Self {
        Self { depth: 0, quoted: false, escaped: false, whole: false, length: 0, hash: 0xcbf2_9ce4_8422_2325 }
    }
}

impl Progress {
    /// That of a text that is all there.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut progress = Self::default();
        progress.push(text);
        progress
    }

    /// Takes more of the text.
    pub fn push(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.take(byte));
    }

    fn take(&mut self, byte: u8) {
        if self.quoted {
            let escaped = self.escaped;
            self.escaped = byte == b'\\' && !escaped;
            self.quoted = escaped || byte != b'"';
            self.whole |= !self.quoted && self.depth == 0;
        } else {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => return,
                b'"' => self.quoted = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.whole |= self.depth == 0;
                }
                // `null`, a number …: more of it may follow, but it can be all.
                _ => self.whole |= self.depth == 0,
            }
        }
        self.length += 1;
        self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// Whether nothing but white space has come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether a value is complete. That it is valid is not checked.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether both texts are the same but for white space.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.length, self.hash) == (other.length, other.hash)
    }

    /// What `whole` has behind this text; `None` if it does not begin with it.
    #[must_use]
    pub fn rest_of<'t>(&self, whole: &'t str) -> Option<&'t str> {
        let mut beginning = Self::default();
        let mut at = 0;
        for byte in whole.bytes() {
            if beginning.length == self.length {
                break;
            }
            beginning.take(byte);
            at += 1;
        }
        if beginning.is_same(self) {
            return whole.get(at..);
        }
        None
    }
}
