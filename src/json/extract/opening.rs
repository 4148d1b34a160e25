//! How an answer begins, piece by piece.

use super::super::{Kind, Kinds};
use super::{is_blank, is_text_only};

/// Whether an answer begins with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// That cannot be said yet.
    NotYet,
    /// It does: with this bracket or quote, and what stands in the piece from there on, in bytes.
    Here {
        /// What the value begins with. It may have stood in an earlier piece.
        opening: char,
        /// Where in this piece it goes on.
        at: usize,
    },
    /// It does not.
    Never,
}

/// The beginning of an answer, up to the first thing that tells whether it is the value.
#[derive(Debug)]
pub(super) struct Opening {
    kinds: Kinds,
    state: State,
    /// How many bytes have been taken, and where what is no white space and no fence begins.
    taken: usize,
    start: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// White space, before a fence or behind it.
    Blank { fenced: bool },
    /// So many marks of a fence.
    Marks { mark: char, count: usize },
    /// What stands behind them on the line.
    Info,
    /// A bracket, which words may have as well: what follows tells.
    Bracket(char),
    /// It has been said.
    Decided(Begin),
}

impl Opening {
    pub(super) fn new(kinds: Kinds) -> Self {
        Self { kinds, state: State::Blank { fenced: false }, taken: 0, start: usize::MAX }
    }

    /// Where the answer begins, in bytes: behind white space and the line of a fence.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    pub(super) fn push(&mut self, piece: &str) -> Begin {
        for (at, char) in piece.char_indices() {
            self.take(char, at);
            if let State::Decided(begin) = self.state {
                return begin;
            }
        }
        self.taken += piece.len();
        Begin::NotYet
    }

    fn take(&mut self, char: char, at: usize) {
        self.state = match self.state {
            State::Blank { .. } if is_blank(char) => return,
            State::Blank { fenced: false } if matches!(char, '`' | '~') => {
                self.start = self.taken + at;
                State::Marks { mark: char, count: 1 }
            }
            State::Blank { .. } => self.first(char, at),
            State::Marks { mark, count } if char == mark => State::Marks { mark, count: count + 1 },
            State::Marks { count, .. } if count < 3 => State::Decided(Begin::Never),
            State::Marks { .. } | State::Info if char == '\n' => State::Blank { fenced: true },
            // Without a line of its own the value stands behind the name of the language.
            State::Marks { .. } | State::Info if self.is_bracket(char) => self.first(char, at),
            State::Marks { .. } | State::Info => State::Info,
            State::Bracket(_) if matches!(char, ' ' | '\t' | '\n' | '\r') => return,
            State::Bracket(opening) => {
                State::Decided(if follows(opening, char) { Begin::Here { opening, at } } else { Begin::Never })
            }
            State::Decided(_) => return,
        };
    }

    /// The first thing that is neither white space nor a fence.
    fn first(&mut self, char: char, at: usize) -> State {
        self.start = self.taken + at;
        match char {
            '"' if is_text_only(self.kinds) => State::Decided(Begin::Here { opening: '"', at: at + 1 }),
            _ if self.is_bracket(char) => State::Bracket(char),
            _ => State::Decided(Begin::Never),
        }
    }

    /// Whether a value may begin with this bracket.
    fn is_bracket(&self, char: char) -> bool {
        (char == '{' && self.kinds.has(Kind::Object)) || (char == '[' && self.kinds.has(Kind::Array))
    }
}

/// Whether JSON may go on like this behind an opening bracket.
fn follows(opening: char, char: char) -> bool {
    match opening {
        '{' => matches!(char, '"' | '}'),
        _ => matches!(char, '"' | '{' | '[' | ']' | '-' | '0'..='9' | 't' | 'f' | 'n'),
    }
}
