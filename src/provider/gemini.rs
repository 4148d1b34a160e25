//! Google's Gemini API.
//!
//! - Request, response and stream: <https://ai.google.dev/api/generate-content>
//! - Function calls: <https://ai.google.dev/gemini-api/docs/function-calling>; arguments in pieces, which Vertex AI sends:
//!   <https://googleapis.github.io/js-genai/release_docs/interfaces/types.PartialArg.html>
//! - JSON: <https://ai.google.dev/gemini-api/docs/structured-output>, which models before Gemini 3 do not give together with
//!   tools: <https://github.com/googleapis/python-genai/issues/867>; how much of JSON Schema:
//!   <https://ai.google.dev/api/caching#Schema>
//! - Images and files: <https://ai.google.dev/gemini-api/docs/file-input-methods>
//! - Thoughts: <https://ai.google.dev/gemini-api/docs/thinking>; their signatures:
//!   <https://ai.google.dev/gemini-api/docs/thought-signatures>
//! - What an answer is grounded on, and what it cites, both with places in bytes of UTF-8:
//!   <https://ai.google.dev/gemini-api/docs/google-search>, <https://ai.google.dev/api/generate-content#GroundingMetadata>; pages
//!   that were read: <https://ai.google.dev/gemini-api/docs/url-context>
//! - Images that were made: <https://ai.google.dev/gemini-api/docs/image-generation>; speech, PCM in pieces:
//!   <https://ai.google.dev/gemini-api/docs/speech-generation>
//! - Finish reasons: <https://googleapis.github.io/js-genai/release_docs/enums/types.FinishReason.html>; counts:
//!   <https://googleapis.github.io/js-genai/release_docs/classes/types.GenerateContentResponseUsageMetadata.html>
//! - An answer to be gone on with as the last turn is in none of these; models take it, but for some of the newer, which
//!   refuse with a status of 400: <https://github.com/LibreChat-AI/agents/pull/323>

mod calls;
mod decoder;
mod grounding;
mod request;

use self::decoder::Gemini;
use self::request::{body, path};
use super::select::contains;
use super::{Auth, Framing, Protocol, TransportKind};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "gemini",
    prefixes: &[("gemini", None), ("google", None)],
    is_model: |name| contains(name, "gemini"),
    is_default: false,
    base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
    local_server: None,
    endpoints: &[":streamGenerateContent", ":generateContent"],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Header("x-goog-api-key"),
    headers: &[],
    non_streaming: true,
    prefill: true,
    optional: &[],
    unread: &[],
    final_events: &[],
    plain_text: false,
    tools: true,
    media: &[("", true)],
    think_tags: false,
    path,
    body,
    decoder: || Box::<Gemini>::default(),
};

/// What signs a call, in a part and in the call's extra.
const SIGNATURE: &str = "thoughtSignature";
