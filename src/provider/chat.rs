//! OpenAI Chat Completions, and the many servers that speak it.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/chat/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>
//! - Tools: <https://platform.openai.com/docs/guides/function-calling?api-mode=chat>; JSON:
//!   <https://platform.openai.com/docs/guides/structured-outputs?api-mode=chat>
//! - Images: <https://platform.openai.com/docs/guides/images-vision?api-mode=chat>; sound:
//!   <https://platform.openai.com/docs/guides/audio>; files, PDF only and not by URL:
//!   <https://platform.openai.com/docs/guides/file-inputs?api-mode=chat>
//! - `reasoning_content`, which goes back with the turns that call tools, even if it is empty:
//!   <https://api-docs.deepseek.com/guides/thinking_mode#tool-calls>,
//!   <https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>; `reasoning` and `reasoning_details`:
//!   <https://openrouter.ai/docs/use-cases/reasoning-tokens>; `extra_content`, what Gemini wants back:
//!   <https://ai.google.dev/gemini-api/docs/thought-signatures>; content as parts:
//!   <https://docs.mistral.ai/capabilities/reasoning/>, references among them:
//!   <https://docs.mistral.ai/capabilities/citations/>; `x_groq`: <https://console.groq.com/docs/api-reference#chat-create>

mod decoder;
mod details;
mod fields;
mod finds;
mod request;

use self::decoder::Chat;
use self::request::body;
use super::select::{contains, is_numbered_o};
use super::{Auth, Framing, Protocol, TransportKind};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "openai",
    prefixes: &[
        ("openai", None),
        ("openrouter", Some("https://openrouter.ai/api/v1")),
        ("groq", Some("https://api.groq.com/openai/v1")),
        ("lmstudio", Some("http://localhost:1234/v1")),
    ],
    is_model: |name| contains(name, "gpt") || is_numbered_o(name),
    is_default: false,
    base_url: Some("https://api.openai.com/v1"),
    local_server: None,
    endpoints: &["/chat/completions"],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    non_streaming: true,
    prefill: false,
    optional: &[
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "strict",
        REASONING_CONTENT,
        REASONING,
        REASONING_DETAILS,
        EXTRA_CONTENT,
        PROVIDER_FIELDS,
    ],
    unread: &[r#""obfuscation":""#],
    final_events: &[],
    plain_text: false,
    tools: true,
    media: &[
        ("image/", true),
        ("audio/wav", false),
        ("audio/x-wav", false),
        ("audio/mpeg", false),
        ("audio/mp3", false),
        ("application/pdf", false),
    ],
    think_tags: true,
    path: |_| "/chat/completions".to_owned(),
    body,
    decoder: || Box::<Chat>::default(),
};

/// What models want back with a turn, and with a call.
const REASONING_CONTENT: &str = "reasoning_content";
const REASONING: &str = "reasoning";
const REASONING_DETAILS: &str = "reasoning_details";
const EXTRA_CONTENT: &str = "extra_content";
const PROVIDER_FIELDS: &str = "provider_specific_fields";
const TURN_STATE: &[&str] = &[REASONING_CONTENT, REASONING, REASONING_DETAILS, EXTRA_CONTENT];
const CALL_STATE: &[&str] = &[EXTRA_CONTENT, PROVIDER_FIELDS];
