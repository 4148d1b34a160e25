//! What a model says before it continues: a preamble, or the fence of the code block it is in.
//!
//! A preamble is dropped only if it is certainly one: a first line, or the text before its first colon, that begins
//! with a capital letter, has only words with which models introduce the rest of an answer, and says that it is the
//! rest. "Continuing education:" is not a preamble. For text that only might be one, the anchor is searched for after
//! it.

use super::fold::{symbol, tail_from, Fence};

/// A preamble has at most this many bytes.
const MOST: usize = 200;

/// What may come before its first letter.
const MARKS: [char; 8] = ['(', '[', '*', '_', '"', '“', '-', ' '];

/// The words of preambles in one language, with a space between them.
struct Words {
    /// They begin with one of these words.
    first: &'static str,
    /// They contain at least one of these words.
    rest: &'static str,
    /// They may contain these words, too.
    other: &'static str,
}

const LANGUAGES: &[Words] = &[
    Words {
        first: "sure certainly absolutely of okay ok alright right yes understood got no apologies my i \
            sorry here let the below continuing continuation continued continue resuming picking going",
        rest: "rest remaining remainder continuing continuation continued continue resuming resume picking \
            pick left cut",
        other: "course is s it part answer response text code story list article essay email letter function \
            script example table from where we you your off was stopped previous message last line \
            sentence word starting beginning with exactly point up me ll will apologize apologise for \
            interruption about that and to be complete as requested without repeating in a an this now \
            then on go ahead problem happy can confusion at by there out",
    },
    Words {
        first: "natürlich klar gerne selbstverständlich hier ja entschuldigung fortsetzung weiter",
        rest: "rest fortsetzung weiter restliche fort",
        other: "ist der die das sind meiner antwort text code ich mache dort wo wir aufgehört habe haben \
            fahre geht es für unterbrechung und ab stelle genau",
    },
    Words {
        first: "bien voici certainement désolé suite oui je la",
        rest: "suite reste continue reprends",
        other: "sûr le de du la l ma mon réponse texte code pour interruption là où j je me suis m arrêté ai \
            à partir",
    },
    Words {
        first: "claro por aquí continuación continúo continuando sí desde disculpa perdón",
        rest: "resto continuación continúo continuando sigue sigo",
        other: "supuesto está tienes el la de del mi respuesta texto código donde desde lo dejé quedé me a \
            por interrupción que aquí con",
    },
];

/// What is known so far, from the beginning of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    Maybe,
    Yes,
}

/// Looks for an opening while the continuation arrives.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// The end of the opening that is certainly dropped.
    pub(super) end: Option<usize>,
    is_closed: bool,
    /// There is no certain preamble.
    is_none: bool,
}

impl Opening {
    /// Whether more of the continuation may show an opening.
    pub(super) fn is_open(&self) -> bool {
        !self.is_closed
    }

    /// `new` has one more character. If an opening ends there, returns where a repetition may begin after it, and
    /// whether it is certainly an opening.
    pub(super) fn look_at(&mut self, new: &str, old: &str, fence: Option<&Fence>) -> Option<(usize, bool)> {
        if self.is_closed {
            return None;
        }
        let body = tail_from(new, self.end.unwrap_or_default());
        let text = body.trim_start();
        let words = text.trim_start_matches(MARKS);
        if text.is_empty() || (words.is_empty() && self.end.is_none() && text.len() <= 4) {
            return None;
        }
        match fence.map_or(Known::No, |fence| reopens(text, fence)) {
            Known::Maybe => return None,
            Known::Yes => {
                self.is_closed = true;
                self.end = Some(new.len());
                return Some((new.len(), true));
            }
            Known::No => {}
        }
        // A model that writes a space first continues after the last word.
        if self.end.is_some() || body.starts_with(' ') {
            self.is_closed = true;
            return None;
        }
        if !self.is_none {
            match preamble(text) {
                // The anchor may follow its first sentence: "Sure! …", "Sorry for the interruption. …".
                Known::Maybe => {
                    let is_sentence = [". ", "! "].iter().any(|end| text.ends_with(end));
                    return is_sentence.then_some((new.len(), false));
                }
                Known::Yes => {
                    self.end = Some(new.len());
                    return Some((new.len(), true));
                }
                Known::No => self.is_none = true,
            }
        }
        if fence.is_none() && text.len() <= MOST && is_capital(text) && ends_within_sentence(old) {
            if !text.ends_with('\n') {
                return None;
            }
            self.is_closed = true;
            return Some((new.len(), false));
        }
        self.is_closed = true;
        None
    }
}

/// Whether the text begins with the line that opens the block again.
fn reopens(text: &str, fence: &Fence) -> Known {
    match text.split_once('\n') {
        Some((line, _)) if fence.is_reopened(line) => Known::Yes,
        None if text.len() <= MOST
            && ["```", "~~~"].iter().any(|mark| text.starts_with(mark) || mark.starts_with(text)) =>
        {
            Known::Maybe
        }
        _ => Known::No,
    }
}

/// Whether the complete text is a preamble, or the beginning of one.
fn preamble(text: &str) -> Known {
    if text.len() > MOST || !is_capital(text) || !text.chars().all(is_usual) {
        return Known::No;
    }
    LANGUAGES.iter().map(|words| words.preamble(text)).find(|known| *known != Known::No).unwrap_or(Known::No)
}

impl Words {
    fn preamble(&self, text: &str) -> Known {
        let is_in = |list: &str, word: &str| list.split(' ').any(|known| known == word);
        let is_any = |word: &str| is_in(self.first, word) || is_in(self.rest, word) || is_in(self.other, word);
        let folded: String = text.chars().map(|char| symbol(char).unwrap_or(' ')).collect();
        let mut words: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let open = if folded.ends_with(' ') { None } else { words.pop() };
        let begins_any = |word: &str| {
            let lists: &[&str] = if words.is_empty() { &[self.first] } else { &[self.first, self.rest, self.other] };
            lists.iter().any(|list| list.split(' ').any(|known| known.starts_with(word)))
        };
        if words.first().is_some_and(|first| !is_in(self.first, first))
            || !words.iter().all(|word| is_any(word))
            || open.is_some_and(|word| !begins_any(word))
        {
            return Known::No;
        }
        let says_rest = words.iter().any(|word| is_in(self.rest, word));
        let closes = |open: &str, close: char| text.starts_with(open) && text.ends_with(close);
        let is_end = text.ends_with([':', '\n']) || closes("(", ')') || closes("[", ']');
        match (is_end, says_rest) {
            (false, _) => Known::Maybe,
            (true, true) => Known::Yes,
            // "Sure!", on a line of its own.
            (true, false) if text.ends_with('\n') && words.len() <= 2 => Known::Maybe,
            (true, false) => Known::No,
        }
    }
}

/// Whether a preamble may contain the character.
fn is_usual(char: char) -> bool {
    char.is_alphabetic() || char.is_whitespace() || "'’,.!:…-–—()[]*_\"“”".contains(char)
}

/// Whether its first letter is a capital, after brackets, quotes and markup.
fn is_capital(text: &str) -> bool {
    let is_capital = |first| symbol(first).is_some_and(|small| small != first);
    text.trim_start_matches(MARKS).starts_with(is_capital)
}

/// Whether the answer ends in the middle of a sentence, where no capital letter is expected.
fn ends_within_sentence(old: &str) -> bool {
    let last = old.trim_end_matches(' ').chars().next_back();
    last.is_some_and(|last| last.is_alphanumeric() || ",;-–—(".contains(last))
}
