//! OpenAI Responses.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/responses/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/responses-streaming>
//! - Whole: <https://platform.openai.com/docs/api-reference/responses/object>
//! - Tools and their calls: <https://platform.openai.com/docs/guides/function-calling?api-mode=responses>; JSON:
//!   <https://platform.openai.com/docs/guides/structured-outputs?api-mode=responses>
//! - Images: <https://platform.openai.com/docs/guides/images-vision?api-mode=responses>; files:
//!   <https://platform.openai.com/docs/guides/file-inputs?api-mode=responses>
//! - Citations: <https://platform.openai.com/docs/guides/tools-web-search>; files that were found:
//!   <https://platform.openai.com/docs/guides/tools-file-search>; images that were made:
//!   <https://platform.openai.com/docs/guides/tools-image-generation>; Perplexity's results:
//!   <https://docs.perplexity.ai/docs/cookbook/articles/streaming-citations/README>
//!
//! Reasoning items go back before the calls that they led to, as "we highly recommend":
//! <https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context>. So that they can be read where
//! nothing is stored, they are asked for with their encrypted content, which other models than those that reason refuse.
//!
//! A text comes up to four times: in deltas, at the end of its part, at the end of its item, and in the response that
//! ends the stream. Some servers leave out the first, or all but the last; it is handed on once, when it first comes. An annotation
//! comes as often, and is handed on each time: the answer keeps one of them.

mod decoder;
mod events;
mod items;
mod request;

use self::decoder::Responses;
use self::request::body;
use super::{Auth, Framing, Protocol, TransportKind};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "openai-responses",
    prefixes: &[("openai-responses", None)],
    is_model: |_| false,
    is_default: false,
    base_url: Some("https://api.openai.com/v1"),
    local_server: None,
    endpoints: &["/responses"],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    non_streaming: true,
    prefill: false,
    optional: &[INCLUDE, REASONING],
    unread: &[r#""sequence_number":"#, r#""obfuscation":""#],
    final_events: &["response.completed"],
    plain_text: false,
    tools: true,
    media: &[("image/", true), ("application/", true), ("text/", true)],
    think_tags: false,
    path: |_| "/responses".to_owned(),
    body,
    decoder: || Box::<Responses>::default(),
};

const INCLUDE: &str = "include";
const FUNCTION_CALL: &str = "function_call";
const REASONING: &str = "reasoning";
