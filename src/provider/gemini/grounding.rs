//! The grounding of an answer, and its citations.

use std::collections::HashMap;

use crate::json::{fields, RawValue};
use crate::message::{Span, Unit};
use crate::provider::cite::cite;
use crate::provider::OnDelta;

fields! {
    /// `groundingMetadata`. The search suggestions must be shown beside the answer, exactly as Google sends them:
    /// `searchEntryPoint`.
    struct Grounding { chunks, supports, search_entry_point }
    const GROUNDING = {
        "groundingChunks" => chunks,
        "groundingSupports" => supports,
        "searchEntryPoint" => search_entry_point,
    }
}

fields! {
    /// `citationMetadata`, which has another name for its list in Vertex AI.
    struct Citations { citations }
    const CITATIONS = { "citationSources" => citations, "citations" => citations }
}

fields! {
    /// A chunk: `web`, `retrievedContext` or `maps`.
    struct Chunk { uri, title, text }
    const CHUNK = { "web" => (CONTEXT), "retrievedContext" => (CONTEXT), "maps" => (CONTEXT) }
    const CONTEXT = { "uri" => uri, "title" => title, "text" => text }
}

fields! {
    /// A part of the text that chunks support.
    struct Support { start, end, part, chunks }
    const SUPPORT = {
        "segment" => { "startIndex" => start, "endIndex" => end, "partIndex" => part },
        "groundingChunkIndices" => chunks,
    }
}

fields! {
    struct Citation { uri, title, start, end }
    const CITATION = { "uri" => uri, "title" => title, "startIndex" => start, "endIndex" => end }
}

fields! {
    /// `urlContextMetadata`.
    struct Pages { pages }
    const PAGES = { "urlMetadata" => pages }
}

fields! {
    struct Page { url, status }
    const PAGE = { "retrievedUrl" => url, "urlRetrievalStatus" => status }
}

/// Hands on the sources of a response: its grounding, with each place that it supports, its citations and the pages
/// that were read. `part` returns the number of a part of the answer's text. False if there is more information than
/// these.
pub(super) fn cite_all(
    grounding: &RawValue<'_>,
    citations: &RawValue<'_>,
    pages: &RawValue<'_>,
    part: &dyn Fn(u64) -> usize,
    out: &mut OnDelta<'_>,
) -> bool {
    let mut count = 0;
    let out: &mut OnDelta<'_> = &mut |delta| {
        count += 1;
        out(delta);
    };
    let Grounding { chunks, supports, search_entry_point } = &grounding.select(GROUNDING);
    let spans = spans(supports, part);
    for (place, chunk) in chunks.items().enumerate() {
        let Chunk { uri, title, text } = &chunk.select(CHUNK);
        let Some(spans) = spans.get(&place) else {
            cite(uri, title, text, None, out);
            continue;
        };
        for span in spans {
            cite(uri, title, text, Some(*span), out);
        }
    }
    let Citations { citations } = &citations.select(CITATIONS);
    for citation in citations.items() {
        let Citation { uri, title, start, end } = &citation.select(CITATION);
        cite(uri, title, &RawValue::Missing, span(start, end, 0), out);
    }
    let Pages { pages } = &pages.select(PAGES);
    for page in pages.items() {
        let Page { url, status } = &page.select(PAGE);
        if status.says("URL_RETRIEVAL_STATUS_SUCCESS") {
            cite(url, &RawValue::Missing, &RawValue::Missing, None, out);
        }
    }
    count > 0 && !search_entry_point.is_there()
}

/// The places that each chunk supports, by its number.
fn spans(supports: &RawValue<'_>, part: &dyn Fn(u64) -> usize) -> HashMap<usize, Vec<Span>> {
    let mut spans: HashMap<usize, Vec<Span>> = HashMap::new();
    for support in supports.items() {
        let Support { start, end, part: index, chunks } = &support.select(SUPPORT);
        let Some(span) = span(start, end, part(index.unsigned().unwrap_or_default())) else { continue };
        let chunks = chunks.items().filter_map(|chunk| usize::try_from(chunk.unsigned()?).ok());
        for chunk in chunks {
            spans.entry(chunk).or_default().push(span);
        }
    }
    spans
}

/// "Start index in the given Part, measured in bytes. Offset from the start of the Part, inclusive, starting at zero": 0 is left out.
fn span(start: &RawValue<'_>, end: &RawValue<'_>, part: usize) -> Option<Span> {
    let bytes = |index: &RawValue<'_>| index.unsigned().and_then(|index| usize::try_from(index).ok());
    Some(Span { part, start: bytes(start).unwrap_or_default(), end: bytes(end)?, unit: Unit::Bytes })
}
