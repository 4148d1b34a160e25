//! The sources and files of an answer, which accompany its text.
//!
//! - Annotations: <https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat>, with what the page says:
//!   <https://openrouter.ai/docs/features/web-search>
//! - `search_results` and `citations`, in every chunk: <https://docs.perplexity.ai/api-reference/chat-completions-post>; only
//!   addresses, in the last one: <https://docs.x.ai/docs/guides/live-search>; `web_search`:
//!   <https://docs.z.ai/api-reference/llm/chat-completion>; `context`:
//!   <https://learn.microsoft.com/en-us/azure/ai-services/openai/references/on-your-data>
//! - `executed_tools`: <https://console.groq.com/docs/compound/built-in-tools>
//! - `images`: <https://openrouter.ai/docs/features/multimodal/image-generation>; `audio`, in pieces of PCM or whole:
//!   <https://platform.openai.com/docs/guides/audio>

use super::fields::Chunk;
use crate::json::{fields, RawValue};
use crate::message::Delta;
use crate::provider::base64::Base64;
use crate::provider::cite::{annotate, cite_results, file_at, file_of, sniffed};
use crate::provider::read::raw;
use crate::provider::OnDelta;

/// The sources and files that have arrived.
#[derive(Debug, Default)]
pub(super) struct Finds {
    /// The lists of the previous chunk, as they are in JSON: most chunks repeat them.
    results: [Vec<u8>; 2],
    audio: Base64,
}

impl Finds {
    /// Hands on what was found, in a delta or in a `complete` message.
    pub(super) fn take(&mut self, found: &Chunk<'_>, complete: bool, out: &mut OnDelta<'_>) {
        let Chunk {
            annotations, images, sound: audio, executed_tools: tools, context, citations, search_results, ..
        } = found;
        for annotation in annotations.items() {
            if !annotate(&annotation, 0, out) {
                out(Delta::Raw(annotation.other().unwrap_or_default()));
            }
        }
        // The list with the most details comes first: the other one repeats its addresses.
        for (list, before) in [search_results, citations].into_iter().zip(&mut self.results) {
            let json = list.other().unwrap_or_default();
            if !json.is_empty() && json != before.as_slice() {
                before.clear();
                before.extend_from_slice(json);
                cite_results(list, out);
            }
        }
        cite_results(context, out);
        for tool in tools.items() {
            let ExecutedTool { results } = &tool.select(TOOL);
            cite_results(results, out);
        }
        for image in images.items() {
            take_image(&image, out);
        }
        if !complete {
            self.audio.push(raw(audio));
        } else if let Some(file) = file_of(sniffed(raw(audio), PCM), audio) {
            out(Delta::File(file));
        }
    }

    /// Nothing more follows.
    pub(super) fn end(&mut self, out: &mut OnDelta<'_>) {
        let kind = sniffed(self.audio.text().as_bytes(), PCM);
        if let Some(file) = self.audio.end(kind) {
            out(Delta::File(file));
        }
    }
}

/// The only format that is streamed: 16 bits per sample, without a header.
const PCM: &str = "audio/pcm";

fields! {
    struct ExecutedTool { results }
    const TOOL = { "search_results" => { "results" => results } }
}

fields! {
    struct Image { inner, url, data }
    const IMAGE = { "image_url" => inner, "url" => url, "b64_json" => data }
}

/// Hands on an image: its address, or an object that contains it, perhaps in another object. False for anything else.
pub(super) fn take_image(image: &RawValue<'_>, out: &mut OnDelta<'_>) -> bool {
    let Image { inner, url, data } = &image.select(IMAGE);
    let file = [image, inner, url].into_iter().find_map(|url| file_at(url, "image/*"));
    let file = file.or_else(|| file_of(sniffed(raw(data), "image/png"), data));
    match file {
        Some(file) => out(Delta::File(file)),
        None => return inner.as_object().is_some() && take_image(inner, out),
    }
    true
}
