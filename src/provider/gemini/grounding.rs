//! What an answer is grounded on, and what it cites.

use std::collections::HashMap;

use crate::json::{Found, Want, Wants};
use crate::message::{Span, Unit};
use crate::provider::cite::cite;
use crate::provider::OnDelta;

/// `groundingMetadata`. What searched for it has to be shown beside the answer, in Google's own words and looks:
/// `searchEntryPoint`.
pub(super) const GROUNDING: Wants =
    &[("groundingChunks", Want::Value(0)), ("groundingSupports", Want::Value(1)), ("searchEntryPoint", Want::Value(2))];

/// `citationMetadata`, which has another name for its list in Vertex AI.
pub(super) const CITATIONS: Wants = &[("citationSources", Want::Value(0)), ("citations", Want::Value(0))];

/// A chunk: `web`, `retrievedContext` or `maps`.
const CHUNK: Wants =
    &[("web", Want::In(CONTEXT)), ("retrievedContext", Want::In(CONTEXT)), ("maps", Want::In(CONTEXT))];

const CONTEXT: Wants = &[("uri", Want::Value(0)), ("title", Want::Value(1)), ("text", Want::Value(2))];

const SUPPORT: Wants = &[
    (
        "segment",
        Want::In(&[("startIndex", Want::Value(0)), ("endIndex", Want::Value(1)), ("partIndex", Want::Value(2))]),
    ),
    ("groundingChunkIndices", Want::Value(3)),
];

const CITATION: Wants =
    &[("uri", Want::Value(0)), ("title", Want::Value(1)), ("startIndex", Want::Value(2)), ("endIndex", Want::Value(3))];

const PAGES: Wants = &[("urlMetadata", Want::Value(0))];

const PAGE: Wants = &[("retrievedUrl", Want::Value(0)), ("urlRetrievalStatus", Want::Value(1))];

/// Hands on the sources of a response: what it is grounded on, with each place that is, what it cites, what pages were read.
/// `part` gives the number of a part of the answer's text. False where there is more to know of it than these.
pub(super) fn cite_all(
    [chunks, supports, entry]: &[Found<'_>; 3],
    [citations]: &[Found<'_>; 1],
    pages: &Found<'_>,
    part: &dyn Fn(u64) -> usize,
    out: &mut OnDelta<'_>,
) -> bool {
    let mut count = 0;
    let out: &mut OnDelta<'_> = &mut |delta| {
        count += 1;
        out(delta);
    };
    let spans = spans(supports, part);
    for (place, chunk) in chunks.items().enumerate() {
        let [uri, title, text] = &chunk.pick(CHUNK);
        let Some(spans) = spans.get(&place) else {
            cite(uri, title, text, None, out);
            continue;
        };
        for span in spans {
            cite(uri, title, text, Some(*span), out);
        }
    }
    for citation in citations.items() {
        let [uri, title, start, end] = &citation.pick(CITATION);
        cite(uri, title, &Found::Nothing, span(start, end, 0), out);
    }
    let [pages] = &pages.pick(PAGES);
    for page in pages.items() {
        let [url, status] = &page.pick(PAGE);
        if status.says("URL_RETRIEVAL_STATUS_SUCCESS") {
            cite(url, &Found::Nothing, &Found::Nothing, None, out);
        }
    }
    count > 0 && !entry.is_there()
}

/// The places that each chunk supports, by its number.
fn spans(supports: &Found<'_>, part: &dyn Fn(u64) -> usize) -> HashMap<usize, Vec<Span>> {
    let mut spans: HashMap<usize, Vec<Span>> = HashMap::new();
    for support in supports.items() {
        let [start, end, index, chunks] = &support.pick(SUPPORT);
        let Some(span) = span(start, end, part(index.unsigned().unwrap_or_default())) else { continue };
        let chunks = chunks.items().filter_map(|chunk| usize::try_from(chunk.unsigned()?).ok());
        for chunk in chunks {
            spans.entry(chunk).or_default().push(span);
        }
    }
    spans
}

/// "Start index in the given Part, measured in bytes. Offset from the start of the Part, inclusive, starting at zero": 0 is left out.
fn span(start: &Found<'_>, end: &Found<'_>, part: usize) -> Option<Span> {
    let bytes = |index: &Found<'_>| index.unsigned().and_then(|index| usize::try_from(index).ok());
    Some(Span { part, start: bytes(start).unwrap_or_default(), end: bytes(end)?, unit: Unit::Bytes })
}
