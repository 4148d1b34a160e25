//! What a person can do about a mistake that many make: an option that is misspelled, an address that is no API root, a
//! request that a page could not send.

use crate::config::ResolvedConfig;
use crate::error::{Code, Error};
use crate::provider::{LocalServer, Protocol, PROTOCOLS};
use crate::text::concat;

/// The error of an option that does not exist: `invalid-argument`, with the known one that is meant, or all of them.
/// `of` says whose options they are.
#[must_use]
pub fn unknown_option(of: &str, name: &str, known: &[&str]) -> Error {
    let mut message = concat(&[of, ": there is no option `", name, "`"]);
    if let Some(meant) = closest(name, known) {
        message.push_str(&concat(&["; did you mean `", meant, "`?"]));
    } else {
        for (place, known) in known.iter().enumerate() {
            message.push_str(&concat(&[if place == 0 { "; known are `" } else { ", `" }, known, "`"]));
        }
    }
    Error::invalid(message)
}

/// The known word that another one is most likely meant to be, if any is likely.
#[must_use]
pub fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    /// For a longer word no suggestion is made.
    const MOST: usize = 64;
    let plain = |word: &str| -> Vec<char> {
        word.chars()
            .filter(|letter| !matches!(letter, '_' | '-' | ' '))
            .map(|letter| letter.to_ascii_lowercase())
            .take(MOST + 1)
            .collect()
    };
    let given = plain(word);
    if given.is_empty() || given.len() > MOST {
        return None;
    }
    // A third of the letters may be wrong.
    let (distance, nearest) =
        known.iter().map(|known| (distance(&given, &plain(known)), *known)).min_by_key(|(distance, _)| *distance)?;
    if distance <= (given.len() / 3).max(1) {
        return Some(nearest);
    }
    // `retries` begins as `retry` does.
    let shared = plain(nearest).iter().zip(&given).take_while(|(one, other)| one == other).count();
    if shared >= 4 && distance <= given.len() / 2 {
        return Some(nearest);
    }
    // `instructions` is a part of `generationInstructions`, and `abortSignal` has `signal` in it.
    let text = |word: &str| plain(word).into_iter().collect::<String>();
    let given = text(word);
    let has_common_part = |known: &&&str| {
        let known = text(known);
        known.len().min(given.len()) >= 4 && (known.contains(&given) || given.contains(&known))
    };
    known.iter().find(has_common_part).copied()
}

/// How many letters have to be put in, left out, replaced or exchanged with their neighbour to make one word of another
/// (optimal string alignment).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    for (y, letter) in from.iter().enumerate() {
        let mut next = vec![y + 1];
        for (x, other) in to.iter().enumerate() {
            let replaced = at(&row, x) + usize::from(letter != other);
            let mut least = replaced.min(at(&row, x + 1) + 1).min(at(&next, x) + 1);
            let is_exchanged = x > 0 && y > 0 && from.get(y - 1) == Some(other) && to.get(x - 1) == Some(letter);
            if is_exchanged {
                least = least.min(at(&before, x - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    at(&row, to.len())
}

/// The error of a `baseUrl` that is no API root but an endpoint.
#[must_use]
pub fn wrong_root(provider: &str, base_url: &str, is_guess: bool, model: &str) -> Option<Error> {
    // One's own backend is wherever it is.
    if Protocol::named(provider).is_some_and(|protocol| protocol.endpoints.is_empty()) {
        return None;
    }
    let path = without_query(base_url).trim_end_matches('/');
    let endpoints = PROTOCOLS.iter().flat_map(|of| of.endpoints.iter().map(|end| (*end, of.name)));
    let (end, of) = endpoints.into_iter().find(|(end, of)| {
        // A page's own route may be called `/api/chat`, and one of its own `/messages`.
        let is_certain = *of == provider || path.ends_with(&concat(&["/v1", end])) || *end == "/chat/completions";
        is_certain && path.ends_with(end)
    })?;
    let mut root = path.strip_suffix(end).unwrap_or(path);
    // A method of a model.
    if end.starts_with(':') {
        root = root.split("/models/").next().unwrap_or(root);
    }
    let what = "RefinireAgent: `baseUrl` is the API root, to which the rest is added: write \"";
    let mut message = concat(&[what, root, "\" instead of \"", path, "\""]);
    if of != provider {
        message.push_str(&concat(&[", and provider: \"", of, "\", whose endpoint that is"]));
    }
    if is_guess {
        message.push_str(". ");
        message.push_str(&guessed(model));
    }
    Some(Error::invalid(message))
}

/// What to know where a local server is asked at the root of its other API.
fn other_api(config: &ResolvedConfig) -> Option<String> {
    let LocalServer { title, openai_path, .. } = config.protocol.local_server?;
    let root = without_query(&config.api_root).trim_end_matches('/').strip_suffix(openai_path)?;
    let what = ", the root of an API as OpenAI has it: set provider: \"openai\", or for ";
    Some(concat(&["`baseUrl` ends with ", openai_path, what, title, "'s own API write \"", root, "\""]))
}

/// What to know where the model's name says no provider, so that the default was taken.
fn guessed(model: &str) -> String {
    let default = PROTOCOLS.iter().find(|protocol| protocol.is_default);
    let title = default.map_or("", |protocol| protocol.local_server.map_or(protocol.name, |server| server.title));
    concat(&[
        "The model's name \"",
        model,
        "\" selected ",
        title,
        ", as names do that belong to no other provider: for another one set `provider` and `baseUrl`",
    ])
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Says of a request to that address what it was: its method, and the address without its query, which may hold a key.
#[must_use]
pub fn request_of(url: &str) -> String {
    concat(&["POST ", without_query(url)])
}

/// More about an error by which a server says that there is nothing at this address, or that it is no API: what was asked
/// for, and what to look at.
pub fn about_address(error: &mut Error, config: &ResolvedConfig, url: &str) {
    let request = request_of(url);
    let mut message = concat(&[&error.message, " (", &request, ")"]);
    if let Some(advice) = other_api(config) {
        message.push_str(". ");
        message.push_str(&advice);
    }
    if config.is_guess {
        message.push_str(". ");
        message.push_str(&guessed(&config.model_name));
    } else if config.protocol.non_streaming && !error.message.contains("model") {
        message.push_str(". Is `baseUrl` the API root of provider \"");
        message.push_str(config.protocol.name);
        message.push_str("\"?");
    }
    error.message = message.into();
}

/// What a page knows about a request that it could not send, which is one opaque exception to it.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // Facts, each by itself.
pub struct PageFacts {
    /// The absolute address.
    pub url: String,
    /// The page's origin; empty where there is no page.
    pub origin: String,
    /// The browser says that there is no network.
    pub is_offline: bool,
    /// The page's Content Security Policy forbade it.
    pub is_forbidden: bool,
    /// The person, or a policy, denied the page this machine or the local network.
    pub is_denied: bool,
    /// It was sent by a `fetch` of the caller's own, of which nothing is known.
    pub is_own_fetch: bool,
}

/// The words by which Chromium, Firefox, Safari and Node say that a request failed, and no more. A `fetch` of the caller's own
/// that fails with them has passed the request on to the platform's.
const OPAQUE: &[&str] =
    &["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed", "fetch failed"];

/// The error of a request that could not be sent, for this `reason` of the browser's: a single cause where the page can
/// know it, else those that are possible here, the likeliest first.
#[must_use]
pub fn unsent(config: &ResolvedConfig, facts: &PageFacts, reason: &str) -> Error {
    let url = if facts.url.is_empty() { &config.api_root } else { &facts.url };
    let mut message = concat(&[&request_of(url), " failed: ", reason]);
    let single = single_cause(facts);
    if let Some(cause) = &single {
        message.push_str(". ");
        message.push_str(cause);
    } else if !facts.is_own_fetch || OPAQUE.contains(&reason) {
        let causes = causes(config, facts);
        message.push_str(". Possible causes, the likeliest first: ");
        for (place, cause) in causes.iter().enumerate() {
            let number = crate::json::decimal(place as u64 + 1);
            message.push_str(&concat(&[if place == 0 { "(" } else { "; (" }, &number, ") ", cause]));
        }
    }
    let mut error = Error::new(Code::Network, message);
    // What the page or the browser forbids it will forbid again.
    let is_final = single.is_some() && !facts.is_offline;
    error.retryable &= !is_final;
    error.refused |= is_final;
    error
}

/// The cause, where the page can know it.
fn single_cause(facts: &PageFacts) -> Option<String> {
    let address = Address::of(&facts.url);
    if facts.is_forbidden {
        let origin = address.origin();
        return Some(concat(&[
            "The page's Content Security Policy forbids it: add ",
            &origin,
            " to its `connect-src`",
        ]));
    }
    if facts.is_denied {
        let what = "This page was denied access to this machine or the local network: allow it in the site's settings in the browser";
        return Some(what.to_owned());
    }
    // The caller's own fetch may send it elsewhere.
    if facts.is_own_fetch {
        return None;
    }
    // Browsers make an exception for this machine, most of them.
    if facts.origin.starts_with("https:") && address.scheme == "http" && !address.is_this_machine() {
        return Some(
            "A page over https cannot ask a server over http (mixed content): use an https address".to_owned(),
        );
    }
    if facts.is_offline && !address.is_this_machine() {
        return Some("The browser is offline".to_owned());
    }
    None
}

/// The causes that are possible, the likeliest first.
fn causes(config: &ResolvedConfig, facts: &PageFacts) -> Vec<String> {
    let address = Address::of(&facts.url);
    let server = address.origin();
    let is_near = address.is_this_machine();
    let by_port = || PROTOCOLS.iter().filter_map(|protocol| protocol.local_server);
    let local_server =
        config.protocol.local_server.or_else(|| by_port().find(|server| address.host.ends_with(server.port)));
    let page = Address::of(&facts.origin);
    let mut causes = Vec::new();
    // A tag is Ollama's own way to write a model.
    let is_doubtful = config.is_guess && !config.model_name.contains(':');
    if is_doubtful {
        causes.push(guessed(&config.model_name));
    }
    causes.extend(other_api(config));
    if let Some(server) = local_server {
        let start = server.not_running.to_owned();
        let origin = if facts.origin.is_empty() { "*" } else { &facts.origin };
        let allow = concat(&[server.not_allowed, origin]);
        // Pages of this machine are allowed from the outset.
        let mut both = vec![start, allow];
        if !page.is_this_machine() && !facts.origin.is_empty() {
            both.reverse();
        }
        causes.extend(both);
    }
    let is_same = server == facts.origin;
    let nothing = concat(&["nothing answers at ", &server, ": the server does not run, or has another host or port"]);
    let cors = concat(&[
        "the server does not allow this page (CORS): its answers, also that to OPTIONS, need `access-control-allow-origin: ",
        &facts.origin,
        "` and have to allow the headers that are sent",
    ]);
    match (is_same, is_near) {
        _ if local_server.is_some() => causes.push(nothing),
        // Without a page there is no CORS.
        _ if facts.origin.is_empty() => causes.push(nothing),
        (true, _) => causes.push(nothing),
        (false, true) => causes.extend([nothing, cors]),
        (false, false) => causes.extend([cors, nothing]),
    }
    if is_near && facts.origin.starts_with("https:") {
        causes.push("Safari asks no http server from a page over https, nor this machine's".to_owned());
    }
    if !is_same {
        causes.push("an extension, a firewall or a proxy blocks it".to_owned());
    }
    if config.is_guess && !is_doubtful {
        causes.push(guessed(&config.model_name));
    }
    causes
}

/// Where a request goes.
#[derive(Debug, Default)]
struct Address<'a> {
    scheme: &'a str,
    /// With the port.
    host: &'a str,
}

impl<'a> Address<'a> {
    fn of(url: &'a str) -> Self {
        let Some((scheme, rest)) = url.split_once("://") else { return Self::default() };
        Self { scheme, host: rest.split(['/', '?', '#']).next().unwrap_or(rest) }
    }

    fn origin(&self) -> String {
        if self.host.is_empty() {
            return "the server".to_owned();
        }
        concat(&[self.scheme, "://", self.host])
    }

    /// Whether it is the machine that the page is on.
    fn is_this_machine(&self) -> bool {
        let name = self
            .host
            .strip_prefix("[::1]")
            .map_or_else(|| self.host.split(':').next().unwrap_or_default(), |_| "localhost");
        name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.")
    }
}
