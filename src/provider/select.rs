//! Which format a model uses.

use super::{Protocol, PROTOCOLS};
use crate::error::Error;
use crate::text::{concat, split_once};

/// A model, its format and its API root.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The format.
    pub protocol: &'static Protocol,
    /// The model's name as the provider knows it.
    pub model: String,
    /// The API root, without the caller's own; none for one's own backend.
    pub base_url: Option<&'static str>,
    /// Whether the format is only the default, because nothing in the model's name determines it.
    pub is_guess: bool,
}

/// Chooses the format as Refinire does: first by `provider`, then by the part of the model's name before `://`, then by
/// the form of the name; otherwise the default.
///
/// # Errors
/// `invalid-argument` for a provider that does not exist, or if a model is needed and there is none.
pub fn select(model: &str, provider: Option<&str>) -> Result<Selection, Error> {
    let split = split_once(model, ':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
    let (scheme, name) = split.map_or((None, model), |(scheme, name)| (Some(scheme), name));
    let implied = scheme.and_then(by_scheme);
    let (protocol, base_url) = match (provider, scheme) {
        (Some(provider), _) => {
            let protocol = Protocol::named(provider).ok_or_else(|| unknown(provider))?;
            // The scheme's root is good for the same format only.
            let root = implied.filter(|(by, _)| by.name == protocol.name).and_then(|(_, root)| root);
            (protocol, root)
        }
        (None, Some(scheme)) => implied.ok_or_else(|| unknown(scheme))?,
        (None, None) => (by_name(name).ok_or_else(|| unknown(name))?, None),
    };
    let is_guess = provider.is_none() && scheme.is_none() && protocol.is_default;
    // One's own backend may know which.
    if name.is_empty() && protocol.base_url.is_some() {
        return Err(Error::invalid("`model` names no model"));
    }
    Ok(Selection { protocol, model: name.to_owned(), base_url: base_url.or(protocol.base_url), is_guess })
}

/// Whether a key for this host, or for this API root if the host is not given, goes to a vendor's public endpoint:
/// every visitor of a page could take a key that the page holds.
#[must_use]
pub fn is_vendor_host(host: Option<&str>, base_url: &str) -> bool {
    let vendor = |root: &str| {
        let Some(rest) = root.strip_prefix("https://") else { return false };
        let end = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
        host.map_or(base_url == root, |host| rest.get(..end) == Some(host))
    };
    PROTOCOLS.iter().any(|protocol| {
        protocol.base_url.is_some_and(vendor) || protocol.prefixes.iter().any(|(_, root)| root.is_some_and(vendor))
    })
}

/// Whether the name is that of one of OpenAI's reasoning models: `gpt-5` and later, or `o` and a number, after any path
/// that ends in `/`. Similar names of other models do not count: `gpt-oss`, `gpt-4o`, `olmo`.
pub(super) fn is_reasoning_model(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let mut name = model.as_str();
    while let Some((_, rest)) = split_once(name, '/') {
        name = rest;
    }
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text.get(..digits).and_then(|digits| digits.parse::<u32>().ok())
    };
    name.strip_prefix("gpt-").and_then(number).is_some_and(|version| version >= 5)
        || name.strip_prefix('o').and_then(number).is_some()
}

fn by_scheme(scheme: &str) -> Option<(&'static Protocol, Option<&'static str>)> {
    PROTOCOLS.iter().find_map(|protocol| {
        let (_, root) = protocol.prefixes.iter().find(|(name, _)| *name == scheme)?;
        Some((*protocol, *root))
    })
}

fn by_name(model: &str) -> Option<&'static Protocol> {
    let first = |is: &dyn Fn(&Protocol) -> bool| PROTOCOLS.iter().find(|protocol| is(protocol)).copied();
    first(&|protocol| (protocol.is_model)(model)).or_else(|| first(&|protocol| protocol.is_default))
}

/// Whether a model's name has that word in it.
pub(super) fn contains(model: &str, word: &str) -> bool {
    // Small names in small names: the standard library's search for long ones would be most of this file's size.
    model.as_bytes().windows(word.len()).any(|part| part == word.as_bytes())
}

/// Whether a model's name begins like `o3`.
pub(super) fn is_numbered_o(model: &str) -> bool {
    let mut letters = model.bytes();
    letters.next() == Some(b'o') && letters.next().is_some_and(|byte| byte.is_ascii_digit())
}

fn unknown(provider: &str) -> Error {
    let mut message = concat(&["there is no provider \"", provider, "\": known are"]);
    for (place, protocol) in PROTOCOLS.iter().enumerate() {
        message.push_str(if place == 0 { " " } else { ", " });
        message.push_str(protocol.name);
    }
    Error::invalid(message)
}
