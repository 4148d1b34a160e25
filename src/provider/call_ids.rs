//! The ids of tool calls, as the server that is asked takes them. A conversation may hold calls that models of other
//! vendors made: Kimi writes `functions.f:0`, some servers begin each answer at `call_0`.
//!
//! - Anthropic wants `^[a-zA-Z0-9_-]+$`, and each id once in a request:
//!   <https://platform.claude.com/docs/en/api/messages/create>, <https://github.com/anthropics/claude-code/issues/20901>
//! - OpenAI takes at most 40 characters: <https://github.com/vercel/ai/issues/5171>
//! - Mistral wants nine letters or digits: <https://github.com/anomalyco/opencode/issues/1680>
//!
//! Stored ids never change. A request gives a call the same id each time, as long as the calls before it are the same,
//! so that a server can still use its cache for the beginning of a conversation.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::message::{Message, Role};

/// Which ids a server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// `[A-Za-z0-9_-]{1,40}`, which all servers but Mistral's take.
    Common,
    /// `[A-Za-z0-9]{9}`.
    Mistral,
}

/// Parts of the names of Mistral's models.
const MISTRAL_MODELS: [&str; 7] = ["mistral", "ministral", "magistral", "codestral", "devstral", "pixtral", "mixtral"];

const MISTRAL_DOMAIN: &str = "mistral.ai";

const MISTRAL_LENGTH: usize = 9;
const MAX_LENGTH: usize = 40;
/// A hash in hexadecimal digits, and the separator between it and the letters of the id.
const HASH_LENGTH: usize = 17;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

impl IdForm {
    /// The form for this model behind this API root.
    #[must_use]
    pub fn of(api_root: &str, model: &str) -> Self {
        let model = model.to_ascii_lowercase();
        let is_mistral =
            is_in_domain(host(api_root), MISTRAL_DOMAIN) || MISTRAL_MODELS.iter().any(|name| model.contains(name));
        if is_mistral {
            return Self::Mistral;
        }
        Self::Common
    }

    /// Whether the server takes this id as it is.
    #[must_use]
    pub fn fits(self, id: &str) -> bool {
        match self {
            Self::Common => (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(is_common),
            Self::Mistral => id.len() == MISTRAL_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        }
    }

    /// A valid id that replaces an invalid one. Another `number` leads to another id.
    fn replacement(self, id: &str, number: u64) -> String {
        let hash = hash(id).wrapping_add(number);
        match self {
            Self::Common => {
                let letter = |byte: u8| if is_common(byte) { char::from(byte) } else { '_' };
                let letters: String = id.bytes().map(letter).take(MAX_LENGTH - HASH_LENGTH).collect();
                format!("{letters}_{hash:016x}")
            }
            Self::Mistral => {
                let mut rest = hash;
                let mut digit = || {
                    let digit = ALPHABET.get(usize::try_from(rest % 36).unwrap_or_default());
                    rest /= 36;
                    digit.copied().map_or('0', char::from)
                };
                (0..MISTRAL_LENGTH).map(|_| digit()).collect()
            }
        }
    }
}

/// The turns with valid ids: each call has its own, and its answer has the same.
#[must_use]
pub fn with_fitting_ids(messages: &[Message], form: IdForm) -> Cow<'_, [Message]> {
    let calls = || messages.iter().flat_map(|message| &message.tool_calls).map(|call| call.id.as_str());
    let answered = messages.iter().filter_map(|message| message.tool_call_id.as_deref());
    let mut taken = HashSet::new();
    let are_fine =
        calls().all(|id| form.fits(id) && taken.insert(id.to_owned())) && answered.into_iter().all(|id| form.fits(id));
    if are_fine {
        return messages.into();
    }
    taken.extend(calls().filter(|id| form.fits(id)).map(str::to_owned));
    let mut ids = Ids { form, taken, given: HashMap::new() };
    let mut fitting = messages.to_vec();
    for (turn, message) in fitting.iter_mut().enumerate() {
        for call in &mut message.tool_calls {
            call.id = ids.of_call(&call.id, turn);
        }
        if message.role == Role::Tool {
            message.tool_call_id = message.tool_call_id.as_ref().map(|id| ids.of_answer(id));
        }
    }
    fitting.into()
}

struct Ids {
    form: IdForm,
    /// Every id that the request has.
    taken: HashSet<String>,
    given: HashMap<String, Given>,
}

/// The replaced ids of the calls that share one id: those of the last turn with such calls.
struct Given {
    turn: usize,
    ids: Vec<String>,
    /// How many of them have been answered.
    answered: usize,
}

impl Ids {
    fn of_call(&mut self, id: &str, turn: usize) -> String {
        let is_first = !self.given.contains_key(id);
        let new = if is_first && self.form.fits(id) { id.to_owned() } else { self.free(id) };
        let given = self.given.entry(id.to_owned()).or_insert(Given { turn, ids: Vec::new(), answered: 0 });
        if given.turn != turn {
            *given = Given { turn, ids: Vec::new(), answered: 0 };
        }
        given.ids.push(new.clone());
        new
    }

    /// If calls of one turn share an id, the first answer belongs to the first call.
    fn of_answer(&mut self, id: &str) -> String {
        let Some(given) = self.given.get_mut(id) else {
            return if self.form.fits(id) { id.to_owned() } else { self.free(id) };
        };
        let new = given.ids.get(given.answered).or(given.ids.last()).cloned();
        given.answered += 1;
        new.unwrap_or_default()
    }

    fn free(&mut self, id: &str) -> String {
        let mut number = 0;
        loop {
            let new = self.form.replacement(id, number);
            if self.taken.insert(new.clone()) {
                return new;
            }
            number += 1;
        }
    }
}

fn is_common(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

pub(super) fn is_in_domain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The host of an absolute address; empty for one that is relative to the page.
pub(super) fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}
