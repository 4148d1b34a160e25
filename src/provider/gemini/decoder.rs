//! Reading a response.

use super::calls::Calls;
use super::grounding::cite_all;
use super::SIGNATURE;
use crate::error::Error;
use crate::json::{fields, Kind, RawValue, Scanner, Select, Text};
use crate::message::{Delta, FinishReason, Usage};
use crate::provider::base64::Base64;
use crate::provider::cite::{file_at, file_of};
use crate::provider::errors::{error_in, is_error, plain_error, unknown};
use crate::provider::read::{newest, raw, say, sum};
use crate::provider::{Decode, OnDelta};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Gemini {
    calls: Calls,
    /// Whether anything else has arrived since the last thought: then the next thought is another part.
    thought_over: bool,
    counts: Counts,
    /// Speech that arrives in pieces, and its media type.
    audio: (Base64, String),
}

/// The newest of each count.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    prompt: Option<u64>,
    tool_use_prompt: Option<u64>,
    total: Option<u64>,
    cached: Option<u64>,
    candidates: Option<u64>,
    thoughts: Option<u64>,
}

fields! {
    /// One response of a stream, or the only one without; with its first part, or the members of a part alone.
    struct Response {
        candidates, parts, finish, feedback, usage, error, grounding, citations, pages,
        text, thought, call, signature, inline, file,
    }
    const RESPONSE = {
        "candidates" => [candidates: {
            "content" => { "parts" => [parts: (PART)] },
            "finishReason" => finish,
            "groundingMetadata" => grounding,
            "citationMetadata" => citations,
            "urlContextMetadata" => pages,
        }],
        "promptFeedback" => feedback,
        "usageMetadata" => usage,
        "error" => error,
    }
    const PART = {
        "text" => text,
        "thought" => thought,
        "functionCall" => call,
        SIGNATURE => signature,
        "inlineData" => inline,
        "fileData" => file,
    }
}

fields! {
    /// `inlineData` or `fileData`.
    struct File { kind, data, uri, name }
    const FILE = { "mimeType" => kind, "data" => data, "fileUri" => uri, "displayName" => name }
}

fields! {
    struct Feedback { blocked }
    const FEEDBACK = { "blockReason" => blocked }
}

fields! {
    struct UsageMetadata { prompt, tool_use_prompt, total, cached, candidates, thoughts }
    const USAGE = {
        "promptTokenCount" => prompt,
        "toolUsePromptTokenCount" => tool_use_prompt,
        "totalTokenCount" => total,
        "cachedContentTokenCount" => cached,
        "candidatesTokenCount" => candidates,
        "thoughtsTokenCount" => thoughts,
    }
}

impl Decode for Gemini {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        if !self.response(data, false, out)? {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut scan = Scanner::new(body);
        let mut known = false;
        if scan.peek()? == Kind::Array {
            // The form of a stream without `alt=sse`.
            let responses = RawValue::Other(scan.raw()?);
            scan.finish()?;
            for response in responses.items() {
                if let Some(response) = response.as_object() {
                    known |= self.response(response, false, out)?;
                }
            }
        } else {
            known = self.response(body, true, out)?;
        }
        if !known {
            return Err(Error::protocol("the response has no candidates"));
        }
        out(Delta::End);
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.counts != Counts::default()
    }

    fn end(&mut self, out: &mut OnDelta<'_>) {
        self.calls.end(out);
        let kind = std::mem::take(&mut self.audio.1);
        if let Some(file) = self.audio.0.end(&kind) {
            out(Delta::File(file));
        }
    }
}

impl Gemini {
    /// Hands on everything in a response. If it `is_document`, citations count from the beginning of one of its parts.
    /// Returns false if the response has no known member.
    fn response(&mut self, data: &[u8], is_document: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut response = Response::default();
        response.select(data, RESPONSE)?;
        let Response { candidates, parts, finish, feedback, usage, error, .. } = &response;
        let Response { grounding, citations, pages, .. } = &response;
        // For each part, how many parts of the answer's text there are before it.
        let mut numbers = Vec::new();
        let mut texts = 0;
        for (place, part) in parts.items().enumerate() {
            if is_document {
                let Response { text, thought, .. } = &part.select(PART);
                let is_text = text.text().is_some() && !thought.is_true();
                if is_text && texts > 0 {
                    out(Delta::TextPart);
                }
                numbers.push(texts);
                texts += usize::from(is_text);
            }
            let known = if place == 0 { self.part(&response, out) } else { self.part(&part.select(PART), out) };
            if !known {
                out(Delta::Raw(part.other().unwrap_or_default()));
            }
        }
        if [grounding, citations, pages].into_iter().any(RawValue::is_there) {
            let number = |part: u64| usize::try_from(part).ok().and_then(|part| numbers.get(part));
            let part = |part| number(part).copied().unwrap_or_default();
            if !cite_all(grounding, citations, pages, &part, out) {
                out(Delta::Raw(data));
            }
        }
        self.usage(usage, out);
        if is_error(error) {
            return Err(error_in(data));
        }
        let Feedback { blocked } = feedback.select(FEEDBACK);
        if blocked.text().is_some() {
            out(Delta::Finish { reason: FinishReason::ContentFilter, raw: blocked.to_text() });
        } else if finish.text().is_some() && !finish.says("FINISH_REASON_UNSPECIFIED") {
            let raw = finish.to_text();
            out(Delta::Finish { reason: finish_reason(&raw), raw });
        }
        Ok(candidates.is_there() || feedback.is_there() || usage.is_there())
    }

    /// False for a part that has no meaning here: `executableCode`, `codeExecutionResult` …
    fn part(&mut self, part: &Response<'_>, out: &mut OnDelta<'_>) -> bool {
        let Response { text, thought, call, signature, inline, file, .. } = part;
        if text.text().is_some() {
            let thought = thought.is_true();
            if thought && self.thought_over {
                out(Delta::ReasoningPart);
            }
            self.thought_over = !thought;
            say(text, thought, out);
        }
        if call.as_object().is_some() {
            self.thought_over = true;
            self.calls.take(call, signature, out);
        }
        // Files that are made during thinking are not part of the answer.
        let is_file = !thought.is_true() && (self.file(inline, out) || self.file(file, out));
        text.is_there() || call.is_there() || signature.is_there() || is_file
    }

    fn file(&mut self, file: &RawValue<'_>, out: &mut OnDelta<'_>) -> bool {
        let File { kind, data, uri, name } = &file.select(FILE);
        let media_type = kind.to_text();
        if is_pcm(&media_type) && data.text().is_some() {
            self.audio.0.push(raw(data));
            self.audio.1 = media_type;
            return true;
        }
        let found = file_of(&media_type, data).or_else(|| file_at(uri, &media_type));
        let is_there = found.is_some();
        if let Some(mut found) = found {
            found.media_type = if media_type.is_empty() { found.media_type } else { media_type };
            found.name = name.text().map(Text::read);
            out(Delta::File(found));
        }
        is_there
    }

    /// The prompt's count includes cached tokens, but not the tokens from tools; that of the candidates excludes
    /// thoughts.
    fn usage(&mut self, usage: &RawValue<'_>, out: &mut OnDelta<'_>) {
        let found: UsageMetadata<'_> = usage.select(USAGE);
        let Counts { prompt, tool_use_prompt, total, cached, candidates, thoughts } = &mut self.counts;
        newest(prompt, &found.prompt);
        newest(tool_use_prompt, &found.tool_use_prompt);
        newest(total, &found.total);
        newest(cached, &found.cached);
        newest(candidates, &found.candidates);
        newest(thoughts, &found.thoughts);
        let sums = Usage {
            input_tokens: sum(&[*prompt, *tool_use_prompt]),
            output_tokens: sum(&[*candidates, *thoughts]),
            total_tokens: *total,
            reasoning_tokens: *thoughts,
            cached_input_tokens: *cached,
            ..Usage::default()
        };
        if usage.is_there() && sums != Usage::default() {
            out(Delta::Usage(sums));
        }
    }
}

/// Whether it is sound without a header, whose pieces are one file.
fn is_pcm(media_type: &str) -> bool {
    ["audio/l16", "audio/pcm"]
        .iter()
        .any(|kind| media_type.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(kind)))
}

fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        _ if FILTERED.contains(&raw) => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

const FILTERED: &[&str] = &[
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MODEL_ARMOR",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
];
