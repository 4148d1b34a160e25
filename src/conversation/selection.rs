//! Which turns are sent to the model.

use super::Conversation;
use crate::message::{Attachment, Message, Role, ToolCall};

impl Conversation {
    /// Adds the question, unless it is the last turn already, and returns the turns to send: the question, the newest `history`
    /// turns before it, and all earlier system turns.
    pub fn ask(&mut self, input: &str, history: usize, timestamp: String) -> Vec<Message> {
        self.ask_with(input, Vec::new(), history, timestamp)
    }

    /// The same with `attachments`. Without any, a question that is the last turn already keeps its own.
    pub fn ask_with(
        &mut self,
        input: &str,
        attachments: Vec<Attachment>,
        history: usize,
        timestamp: String,
    ) -> Vec<Message> {
        let asked = self.rows.messages.last().is_some_and(|last| last.role == Role::User && last.content == input);
        if !asked {
            let mut question = Message::new(Role::User, input);
            question.timestamp = timestamp;
            question.attachments = attachments;
            self.add(question);
        } else if !attachments.is_empty() {
            self.attach(attachments);
        }
        self.to_send(history)
    }

    /// The text of the last question.
    #[must_use]
    pub fn last_question(&self) -> Option<String> {
        let question = self.rows.messages.iter().rfind(|message| message.role == Role::User)?;
        Some(question.content.clone())
    }

    /// The last turn, the newest `history` turns before it, and all earlier system turns.
    pub(super) fn to_send(&self, history: usize) -> Vec<Message> {
        let messages = &self.rows.messages;
        selected(messages, messages.len().saturating_sub(history.saturating_add(1)))
    }

    /// The turns to send for a `prompt` that is not itself a turn: the newest `history` turns and the prompt, which replaces
    /// the last question if that has no answer yet.
    #[must_use]
    pub fn with_prompt(&self, prompt: &str, history: usize) -> Vec<Message> {
        let is_open = |message: &Message| matches!(message.role, Role::User | Role::System);
        let messages = &self.rows.messages;
        let answered = messages.iter().rposition(|message| !is_open(message)).map_or(0, |position| position + 1);
        let open = messages.iter().rposition(|message| message.role == Role::User).filter(|at| *at >= answered);
        let before = history.saturating_add(usize::from(open.is_some()));
        let mut turns = selected(messages, messages.len().saturating_sub(before));
        match turns.iter_mut().rev().find(|turn| turn.role == Role::User).filter(|_| open.is_some()) {
            Some(question) => prompt.clone_into(&mut question.content),
            None => turns.push(Message::new(Role::User, prompt)),
        }
        turns
    }
}

/// The turns from index `from` on, and the system turns before them. Providers refuse calls of tools that the next turns do
/// not answer, and tool results without a call right before them: both are left out, and so are turns that are then empty,
/// except for the last question.
pub(super) fn selected(messages: &[Message], from: usize) -> Vec<Message> {
    let mut kept = Vec::new();
    let mut open: &[ToolCall] = &[];
    for (position, message) in messages.iter().enumerate() {
        if position < from && message.role != Role::System {
            continue;
        }
        let mut turn = message.clone();
        if turn.role == Role::Tool {
            if !open.iter().any(|call| answers(message, call)) {
                continue;
            }
        } else {
            open = &message.tool_calls;
            turn.tool_calls.clear();
            for call in open {
                if is_answered(call, messages.get(position + 1..).unwrap_or_default()) {
                    turn.tool_calls.push(call.clone());
                }
            }
            let is_empty =
                turn.tool_calls.is_empty() && turn.attachments.is_empty() && turn.content.trim_ascii().is_empty();
            if is_empty && messages.iter().skip(position + 1).any(|later| later.role != Role::System) {
                continue;
            }
        }
        kept.push(turn);
    }
    kept
}

/// Whether one of the tool turns right after a call answers it.
fn is_answered(call: &ToolCall, after: &[Message]) -> bool {
    for message in after {
        if message.role != Role::Tool {
            break;
        }
        if answers(message, call) {
            return true;
        }
    }
    false
}

fn answers(message: &Message, call: &ToolCall) -> bool {
    message.tool_call_id.as_ref() == Some(&call.id)
}
