//! The members that are read of an event, and of what it contains.

use super::items::Words;
use crate::json::fields;
use crate::provider::read::Tokens;

/// The subject of an event.
#[derive(Clone, Copy)]
pub(super) enum About {
    Words(Words),
    Arguments,
    Annotation,
    Results,
    Audio,
    Item,
    Beginning,
    End,
    Nothing,
}

/// The part after `response.` in the types of events.
pub(super) const EVENTS: &[(&[u8], About)] = &[
    (b"output_text.delta", About::Words(Words::Answer)),
    (b"output_text.done", About::Words(Words::Answer)),
    (b"refusal.delta", About::Words(Words::Answer)),
    (b"refusal.done", About::Words(Words::Answer)),
    (b"reasoning_text.delta", About::Words(Words::Reasoning)),
    (b"reasoning_text.done", About::Words(Words::Reasoning)),
    (b"reasoning_summary_text.delta", About::Words(Words::Summary)),
    (b"reasoning_summary_text.done", About::Words(Words::Summary)),
    (b"output_text.annotation.added", About::Annotation),
    (b"reasoning.search_results", About::Results),
    // The transcript of a sound is the answer's text.
    (b"audio.transcript.delta", About::Words(Words::Answer)),
    (b"audio.transcript.done", About::Nothing),
    (b"audio.delta", About::Audio),
    (b"audio.done", About::Audio),
    (b"function_call_arguments.delta", About::Arguments),
    (b"function_call_arguments.done", About::Arguments),
    (b"output_item.added", About::Item),
    (b"output_item.done", About::Item),
    (b"completed", About::End),
    (b"incomplete", About::End),
    (b"failed", About::End),
    (b"created", About::Beginning),
    (b"queued", About::Nothing),
    (b"in_progress", About::Nothing),
    (b"content_part.added", About::Nothing),
    (b"content_part.done", About::Nothing),
    (b"reasoning_summary_part.added", About::Nothing),
    (b"reasoning_summary_part.done", About::Nothing),
];

fields! {
    pub(super) struct Event {
        kind, item_id, output_index, part, delta, complete, item, response, error, annotation, results,
    }
    pub(super) const EVENT = {
        "type" => kind,
        "item_id" => item_id,
        "output_index" => output_index,
        "content_index" => part,
        "summary_index" => part,
        "delta" => delta,
        // The complete text of the deltas of a part.
        "text" => complete,
        "refusal" => complete,
        "arguments" => complete,
        "item" => item,
        "response" => response,
        "error" => error,
        "annotation" => annotation,
        "results" => results,
    }
}

fields! {
    pub(super) struct Item { kind, id, call_id, name, arguments, content, summary, image, image_format, results }
    pub(super) const ITEM = {
        "type" => kind,
        "id" => id,
        "call_id" => call_id,
        "name" => name,
        "arguments" => arguments,
        "content" => content,
        "summary" => summary,
        // A generated image.
        "result" => image,
        "output_format" => image_format,
        // The results of a search: in files, or on the web.
        "results" => results,
        "action" => { "sources" => results },
    }
}

fields! {
    /// A part of a message or of reasoning. The transcript of a sound is text.
    pub(super) struct Part { text, refusal, annotations, sound }
    pub(super) const PART = {
        "text" => text,
        "transcript" => text,
        "refusal" => refusal,
        "annotations" => annotations,
        "data" => sound,
    }
}

fields! {
    /// The response itself: the end of a stream, or all of an answer without streaming.
    pub(super) struct Response { status, reason, output, error, usage }
    pub(super) const RESPONSE = {
        "status" => status,
        "incomplete_details" => { "reason" => reason },
        "output" => output,
        "error" => error,
        "usage" => usage,
    }
}

fields! {
    for Tokens;
    /// The output's tokens include those of reasoning.
    pub(super) const USAGE = {
        "input_tokens" => input,
        "output_tokens" => output,
        "total_tokens" => total,
        "output_tokens_details" => { "reasoning_tokens" => reasoning },
        "input_tokens_details" => { "cached_tokens" => cached },
    }
}
