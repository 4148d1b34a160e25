//! Writing JSON.

use super::decimal;

/// Writes JSON from front to back, and sets the commas by itself.
///
/// # Example: an object with a list
/// ```
/// use refinire_web::json::Writer;
///
/// let mut json = Writer::default();
/// json.add("{");
/// json.text("model", "\"small\"");
/// json.add(r#""stream":true,"messages":["#);
/// for text in ["Hello", "Hi"] {
///     json.add("{");
///     json.text("content", text);
///     json.add("}");
/// }
/// json.add("]}");
/// let written = r#"{"model":"\"small\"","stream":true,"messages":[{"content":"Hello"},{"content":"Hi"}]}"#;
/// assert_eq!(json.finish(), written);
/// ```
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// A writer with room for so many bytes: for what is long, which would be copied each time it has to grow.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Appends JSON as it stands: brackets, values, members, or a name with its colon whose value follows.
    #[inline(never)]
    pub fn add(&mut self, json: &str) {
        if !matches!(json.as_bytes().first(), Some(b'}' | b']')) {
            self.separate();
        }
        self.0.push_str(json);
    }

    /// Appends a string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        quote_into(text, &mut self.0);
    }

    /// Appends the name of a member, whose value follows.
    pub fn key(&mut self, key: &str) {
        self.string(key);
        self.0.push(':');
    }

    /// Appends a member that is a string.
    #[inline(never)]
    pub fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    /// Appends a member whose value is JSON already.
    #[inline(never)]
    pub fn member(&mut self, key: &str, json: &str) {
        self.key(key);
        self.add(json);
    }

    /// Appends a member that is a whole number, if there is one.
    #[inline(never)]
    pub fn number(&mut self, key: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.member(key, &decimal(number));
        }
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    /// A comma, unless what was written last wants none.
    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }
}

/// `text` as a JSON string, quotes and all.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

/// Appends `text` as a JSON string.
pub fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        escape(chars.next().unwrap_or_default(), out);
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn escape(char: char, out: &mut String) {
    out.push('\\');
    match char {
        '\n' => out.push('n'),
        '\r' => out.push('r'),
        '\t' => out.push('t'),
        '"' | '\\' => out.push(char),
        control => {
            out.push_str("u00");
            for shift in [4, 0] {
                out.push(char::from_digit((u32::from(control) >> shift) & 15, 16).unwrap_or('0'));
            }
        }
    }
}
