//! The content of a request, before a provider writes it.

use crate::json::Value;
use crate::message::{Message, Role, Tool};

/// The content of a request, before a provider writes it.
#[derive(Debug)]
pub struct Prompt<'a> {
    /// The model's name, without its provider.
    pub model: &'a str,
    /// The agent's instructions; may be empty.
    pub instructions: &'a str,
    /// The conversation, the question last.
    pub messages: &'a [Message],
    /// A number, as text.
    pub temperature: Option<&'a str>,
    /// The limit on the answer, in tokens.
    pub max_tokens: Option<u64>,
    /// Whether the answer is to stream.
    pub stream: bool,
    /// Whether it goes to the vendor's own public endpoint.
    pub public: bool,
    /// The tools that the model may call.
    pub tools: &'a [Tool],
    /// The JSON Schema of the answer, if it must be JSON.
    pub schema: Option<&'a Value>,
    /// The optional members of the wire format that this server has rejected.
    pub rejected: &'a [&'static str],
}

impl Prompt<'_> {
    /// Whether a member may be sent: the server has not rejected it.
    #[must_use]
    pub fn sends(&self, member: &str) -> bool {
        !self.rejected.contains(&member)
    }

    /// The instructions and every system message, separated by blank lines: for formats that keep them apart.
    #[must_use]
    pub fn system_text(&self) -> String {
        let mut text = self.instructions.to_owned();
        let systems = self.messages.iter().filter(|message| message.role == Role::System);
        for message in systems {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&message.content);
        }
        text
    }
}
