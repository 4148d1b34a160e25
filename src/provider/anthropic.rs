//! Anthropic's Messages API.
//!
//! - Request: <https://platform.claude.com/docs/en/api/messages/create>
//! - Stream: <https://platform.claude.com/docs/en/build-with-claude/streaming>
//! - Stop reasons: <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>; refusals:
//!   <https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals>
//! - Tools: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools>; their calls:
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>; thinking, which goes back with
//!   what they answered: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>, and is good only
//!   behind what it was thought of, words among it:
//!   <https://platform.claude.com/docs/en/build-with-claude/preserved-thinking>
//! - Citations: <https://platform.claude.com/docs/en/build-with-claude/citations>, of search results:
//!   <https://platform.claude.com/docs/en/build-with-claude/search-results>; what a search or a fetch found:
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool>,
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool>
//! - JSON, and how much of JSON Schema: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>
//! - Images: <https://platform.claude.com/docs/en/build-with-claude/vision>; PDF:
//!   <https://platform.claude.com/docs/en/build-with-claude/pdf-support>
//! - An answer to be gone on with as the last turn, which models from 4.6 on refuse with a status of 400:
//!   <https://platform.claude.com/docs/en/about-claude/models/migration-guide>

mod decoder;
mod request;

use self::decoder::Anthropic;
use self::request::body;
use super::select::contains;
use super::{Auth, Framing, Protocol, TransportKind};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "anthropic",
    prefixes: &[("anthropic", None)],
    is_model: |name| contains(name, "claude"),
    is_default: false,
    base_url: Some("https://api.anthropic.com/v1"),
    local_server: None,
    endpoints: &["/messages"],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Header("x-api-key"),
    headers: &[
        ("anthropic-version", "2023-06-01"),
        // Without it the server answers no page of another origin.
        ("anthropic-dangerous-direct-browser-access", "true"),
    ],
    non_streaming: true,
    prefill: true,
    optional: &[],
    unread: &[],
    final_events: &["message_stop"],
    plain_text: false,
    tools: true,
    media: &[("image/", true), ("application/pdf", true)],
    think_tags: false,
    path: |_| "/messages".to_owned(),
    body,
    decoder: || Box::<Anthropic>::default(),
};
