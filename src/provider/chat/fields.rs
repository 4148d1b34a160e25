//! The members that are read of a chunk, and of what it contains.

use super::{EXTRA_CONTENT, PROVIDER_FIELDS, REASONING, REASONING_CONTENT, REASONING_DETAILS};
use crate::json::{fields, unsigned, RawValue, Text, Value};
use crate::provider::chat::CALL_STATE;
use crate::provider::read::Tokens;
use crate::provider::tools::Mention;

fields! {
    /// A chunk, with the delta of its first choice; or the content of a message, which has the members of a delta.
    pub(super) struct Chunk {
        choices, index, finish, message,
        // The text of a delta or a message.
        text, content, reasoning_content, reasoning, thinking, refusal, tools, function, transcript, details, extra,
        // What accompanies the text.
        annotations, images, sound, executed_tools, context,
        // Of the chunk itself.
        citations, search_results, usage, groq_usage, error, choice_error, base_resp,
    }
    pub(super) const CHUNK = {
        "choices" => [choices: {
            "error" => choice_error,
            "index" => index,
            "finish_reason" => finish,
            "delta" => (DELTA),
            // A complete answer has it in place of `delta`, and some servers send both.
            "message" => message,
            // The older completions: <https://platform.openai.com/docs/api-reference/completions/object>
            "text" => text,
        }],
        "usage" => usage,
        "x_groq" => { "usage" => groq_usage, "error" => error },
        "error" => error,
        // MiniMax sends it with a successful answer, too: its code is 0 then.
        "base_resp" => base_resp,
        "citations" => citations,
        "search_results" => search_results,
        "web_search" => search_results,
    }
    pub(super) const DELTA = {
        "content" => content,
        REASONING_CONTENT => reasoning_content,
        REASONING => reasoning,
        "thinking" => thinking,
        "refusal" => refusal,
        "tool_calls" => tools,
        "function_call" => function,
        "audio" => { "transcript" => transcript, "data" => sound },
        REASONING_DETAILS => details,
        EXTRA_CONTENT => extra,
        "annotations" => annotations,
        "images" => images,
        "executed_tools" => executed_tools,
        "context" => { "citations" => context },
    }
}

impl Chunk<'_> {
    /// Whether its delta has any content.
    pub(super) fn says_something(&self) -> bool {
        let Self { text, content, reasoning_content, reasoning, thinking, refusal, .. } = self;
        let Self { tools, function, transcript, details, extra, .. } = self;
        let words = [text, content, reasoning_content, reasoning, thinking, refusal, transcript];
        let others = [tools, function, details, extra];
        words.iter().chain(&others).any(|member| member.text().is_some() || member.other().is_some())
    }

    /// The same without its first choice.
    pub(super) fn without_choice(&self) -> Self {
        let Self { choices, citations, search_results, usage, groq_usage, error, choice_error, base_resp, .. } = *self;
        Self {
            choices,
            citations,
            search_results,
            usage,
            groq_usage,
            error,
            choice_error,
            base_resp,
            ..Self::default()
        }
    }
}

fields! {
    /// Whether a choice has a delta.
    pub(super) struct Choice { delta }
    pub(super) const CHOICE = { "delta" => delta }
}

fields! {
    /// A part of a text or of reasoning.
    pub(super) struct Part { text, refusal, thinking, summary, content, value, kind, image, url, title }
    pub(super) const PART = {
        "text" => text,
        "refusal" => refusal,
        "thinking" => thinking,
        "summary" => summary,
        "content" => content,
        "value" => value,
        "type" => kind,
        "image_url" => image,
        "url" => url,
        "title" => title,
    }
}

fields! {
    struct ToolCall { index, id, name, arguments, own_name, own_arguments, extra_content, provider_fields }
    const TOOL_CALL = {
        "index" => index,
        "id" => id,
        "function" => { "name" => name, "arguments" => arguments },
        "name" => own_name,
        "arguments" => own_arguments,
        EXTRA_CONTENT => extra_content,
        PROVIDER_FIELDS => provider_fields,
    }
}

fields! {
    struct Function { name, arguments }
    const FUNCTION = { "name" => name, "arguments" => arguments }
}

fields! {
    for Tokens;
    pub(super) const USAGE = {
        "prompt_tokens" => input,
        "completion_tokens" => output,
        "total_tokens" => total,
        "completion_tokens_details" => { "reasoning_tokens" => reasoning },
        "prompt_tokens_details" => { "cached_tokens" => cached },
        "prompt_cache_hit_tokens" => cache_hits,
    }
}

/// The calls of a delta or a message, under their newer and their older name.
pub(super) fn calls<'a>(tools: &RawValue<'a>, function: &RawValue<'a>) -> impl Iterator<Item = Mention<'a>> {
    let count = tools.items().take(2).count();
    let older = Some(*function).filter(|function| function.as_object().is_some());
    // A single call may have no list around it, and its name and arguments may be without `function`.
    let only = Some(*tools).filter(|call| call.as_object().is_some());
    let newer = tools.items().chain(only).enumerate().map(move |(position, call)| {
        let call: ToolCall<'_> = call.select(TOOL_CALL);
        let ToolCall { index, id, name, arguments, own_name, own_arguments, .. } = &call;
        let (name, arguments) =
            if name.is_there() || arguments.is_there() { (name, arguments) } else { (own_name, own_arguments) };
        let index = index.unsigned().or_else(|| unsigned(index.to_text().as_bytes()));
        // Several entries of one list are several calls, even without id, index or name.
        let index = index.or((count > 1).then_some(position as u64));
        Mention { extra: extra_of(&call), ..mention(index, id.to_text(), name, arguments) }
    });
    newer.chain(older.into_iter().map(|function| {
        let Function { name, arguments } = &function.select(FUNCTION);
        mention(None, String::new(), name, arguments)
    }))
}

/// What is sent back with a call, as JSON.
fn extra_of(call: &ToolCall<'_>) -> String {
    let extra = [&call.extra_content, &call.provider_fields];
    let mut value = Value::object();
    for (member, found) in CALL_STATE.iter().zip(extra).filter(|(_, found)| found.is_there()) {
        value.set(member, found.into());
    }
    if value == Value::object() {
        String::new()
    } else {
        value.to_json()
    }
}

fn mention<'a>(index: Option<u64>, id: String, name: &RawValue<'_>, arguments: &RawValue<'a>) -> Mention<'a> {
    // A few servers send the arguments as JSON instead of a string that contains it.
    let whole = arguments.as_object().map(Text::verbatim);
    Mention { index, id, name: name.to_text(), extra: String::new(), input: arguments.text().or(whole) }
}
