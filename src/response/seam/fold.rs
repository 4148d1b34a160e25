//! Text as a seam compares it: letters and digits without their case, and the marks between them.

/// Whether it is a letter or a digit of any script.
pub(super) fn is_symbol(char: char) -> bool {
    char.is_alphanumeric()
}

/// A letter or a digit, without its case.
pub(super) fn symbol(char: char) -> Option<char> {
    is_symbol(char).then(|| small(char))
}

/// The lower case of a letter, in the alphabets in which people write today: Latin, Greek, Cyrillic and Armenian. The
/// tables of the standard library, for all alphabets, are 12 KB of the module.
fn small(char: char) -> char {
    let code = u32::from(char);
    let small = match char {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => code + 32,
        'Ѐ'..='Џ' => code + 80,
        'Ա'..='Ֆ' => code + 48,
        'İ' => u32::from('i'),
        'Ÿ' => u32::from('ÿ'),
        'ẞ' => u32::from('ß'),
        'Ə' => u32::from('ə'),
        'Ά' => u32::from('ά'),
        'Έ'..='Ί' => code + 37,
        'Ό' => u32::from('ό'),
        'Ύ' | 'Ώ' => code + 63,
        'Ơ' | 'Ư' => code + 1,
        // In these ranges each upper-case letter is followed by its lower-case letter. Its number is even, or odd.
        'Ā'..='ķ' | 'Ŋ'..='ŷ' | 'Ș'..='ț' | 'Ҋ'..='ҿ' | 'Ӑ'..='ԯ' | 'Ḁ'..='ẕ' | 'Ạ'..='ỿ' => code | 1,
        'Ĺ'..='ň' | 'Ź'..='ž' | 'Ǎ'..='ǜ' | 'Ӂ'..='ӎ' => code + code % 2,
        _ => code,
    };
    char::from_u32(small).unwrap_or(char)
}

/// All letters and digits, in order.
pub(super) fn symbols(text: &str) -> impl DoubleEndedIterator<Item = char> + '_ {
    text.chars().filter_map(symbol)
}

/// The first letter or digit from that byte on, and where it ends.
pub(super) fn next_symbol(text: &str, at: usize) -> Option<(char, usize)> {
    let found = tail_from(text, at).char_indices().find_map(|(place, char)| Some((place, char, symbol(char)?)));
    found.map(|(place, char, symbol)| (symbol, at + place + char.len_utf8()))
}

/// A letter of a script that writes words without spaces between them.
pub(super) fn is_ideograph(char: char) -> bool {
    ('\u{2E80}'..='\u{D7FF}').contains(&char)
}

/// Whether a word begins at that byte. In scripts without spaces, a word may begin anywhere.
pub(in crate::response) fn begins_word(text: &str, at: usize) -> bool {
    let is_inside = span(text, 0, at).chars().next_back().is_some_and(is_symbol);
    !is_inside || tail_from(text, at).chars().next().is_some_and(is_ideograph)
}

/// The characters at its end that are neither letters nor digits.
pub(super) fn run_before(text: &str) -> &str {
    tail_from(text, text.trim_end_matches(|char| !is_symbol(char)).len())
}

/// The marks in it, without white space: one for all quotes, one for all dashes, and one for all marks that end a
/// clause.
pub(super) fn marks(run: &str) -> String {
    run.chars().filter(|char| !char.is_whitespace()).map(mark).collect()
}

/// What a mark counts as.
pub(super) fn mark(char: char) -> char {
    match char {
        '\'' | '"' | '\u{2018}'..='\u{201F}' | '\u{2039}' | '\u{203A}' | '«' | '»' => '"',
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '.' | ',' | ';' | ':' | '!' | '?' | '…' | '。' | '、' | '，' | '：' | '；' | '！' | '？' => '.',
        other => other,
    }
}

pub(super) fn tail_from(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// Its last `length` bytes, or a little less where that would split a character.
pub(super) fn end_of(text: &str, length: usize) -> &str {
    let mut at = text.len().saturating_sub(length);
    while !text.is_char_boundary(at) {
        at += 1;
    }
    tail_from(text, at)
}

pub(super) fn span(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The line that opens a code block: <https://spec.commonmark.org/0.31.2/#fenced-code-blocks>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    mark: char,
    length: usize,
    /// The text after the fence, mostly the language.
    pub(super) info: String,
}

impl Fence {
    /// Reads a line that begins with a fence.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        (length >= 3).then(|| Self { mark, length, info: info.trim().to_owned() })
    }

    /// The fence that is open at the end of the text.
    pub(super) fn open_in(text: &str) -> Option<Self> {
        let mut open: Option<Self> = None;
        for line in text.lines().filter_map(Self::of) {
            open = match open {
                None => Some(line),
                Some(open) if line.mark == open.mark && line.length >= open.length && line.info.is_empty() => None,
                open => open,
            };
        }
        open
    }

    /// Whether that line opens the same block again. A fence without a language would close it.
    pub(super) fn is_reopened(&self, line: &str) -> bool {
        let other = Self::of(line);
        other.is_some_and(|other| !self.info.is_empty() && other.mark == self.mark && other.info == self.info)
    }
}
