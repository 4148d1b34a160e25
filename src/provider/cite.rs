//! Sources and files, for the readers of several formats.

use super::read::raw;
use super::OnDelta;
use crate::json::{fields, RawValue, Text};
use crate::message::{Delta, GeneratedFile, Source, Span, Unit};
use crate::text::{concat, split_once};

/// Hands on a source of these texts, unless none of them is there.
pub(super) fn cite(
    url: &RawValue<'_>,
    title: &RawValue<'_>,
    text: &RawValue<'_>,
    span: Option<Span>,
    out: &mut OnDelta<'_>,
) {
    let [url, title, text] = [url, title, text].map(|part| part.text().map(Text::read));
    if url.is_some() || title.is_some() || text.is_some() {
        out(Delta::Source { source: Source { url, title, text, start: None, end: None }, span });
    }
}

fields! {
    /// A search result, or a retrieved document: its address, its title, its text.
    struct SearchResult { url, title, text }
    const RESULT = {
        "url" => url,
        "link" => url,
        "title" => title,
        "filename" => title,
        "snippet" => text,
        "content" => text,
        "text" => text,
    }
}

/// Hands on a list of results, each an object or only an address.
pub(super) fn cite_results(results: &RawValue<'_>, out: &mut OnDelta<'_>) {
    for result in results.items() {
        if result.text().is_some() {
            cite(&result, &RawValue::Missing, &RawValue::Missing, None, out);
        } else {
            let SearchResult { url, title, text } = &result.select(RESULT);
            cite(url, title, text, None, out);
        }
    }
}

fields! {
    /// An annotation as Responses has it; Chat Completions has most of it in a member that is named as the type is.
    struct Annotation { kind, url, title, name, id, start, end, text }
    const ANNOTATION = {
        "type" => kind,
        "url_citation" => (CITATION),
        "file_citation" => (CITATION),
        "url" => url,
        "title" => title,
        "filename" => name,
        "file_id" => id,
        "start_index" => start,
        "end_index" => end,
    }
    const CITATION = {
        "url" => url,
        "title" => title,
        "filename" => name,
        "file_id" => id,
        "start_index" => start,
        "end_index" => end,
        // OpenRouter's: what the page says.
        "content" => text,
        "quote" => text,
    }
}

/// Hands on an annotation of the text's `part`: `url_citation`, `file_citation`, `container_file_citation`, `file_path`. False for
/// another one. "The index of the first character of the URL citation in the message."
pub(super) fn annotate(annotation: &RawValue<'_>, part: usize, out: &mut OnDelta<'_>) -> bool {
    let Annotation { kind, url, title, name, id, start, end, text } = &annotation.select(ANNOTATION);
    let known = ["url_citation", "file_citation", "container_file_citation", "file_path"];
    if !known.iter().any(|known| kind.says(known)) {
        return false;
    }
    let span = start.unsigned().zip(end.unsigned()).and_then(|(start, end)| {
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        Some(Span { part, start, end, unit: Unit::Chars })
    });
    let title = [title, name, id].into_iter().find(|title| title.text().is_some()).unwrap_or(title);
    cite(url, title, text, span, out);
    true
}

/// The file at an address, which may be a `data:` URL that contains it. `media_type` is used if there is no better one.
pub(super) fn file_at(url: &RawValue<'_>, media_type: &str) -> Option<GeneratedFile> {
    let text = url.text()?;
    // A file without escapes, as most are, is copied once.
    let read;
    let url = match std::str::from_utf8(text.raw()) {
        Ok(plain) if text.is_plain() => plain,
        _ => {
            read = text.read();
            &read
        }
    };
    let held = url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and_then(|_| split_once(url, ','));
    if let Some((head, data)) = held {
        let kind = head.get(5..).unwrap_or_default();
        if let Some(kind) = kind.strip_suffix(";base64") {
            let media_type = if kind.is_empty() { media_type } else { kind };
            return Some(file(media_type, data));
        }
        let kind = split_once(kind, ';').map_or(kind, |(kind, _)| kind);
        let media_type = if kind.is_empty() { "text/plain" } else { kind }.to_owned();
        return Some(GeneratedFile { media_type, url: Some(url.to_owned()), ..GeneratedFile::default() });
    }
    let media_type = by_ending(url).unwrap_or(media_type).to_owned();
    Some(GeneratedFile { media_type, url: Some(url.to_owned()), ..GeneratedFile::default() })
}

/// The file of these bytes, in Base64.
pub(super) fn file_of(media_type: &str, data: &RawValue<'_>) -> Option<GeneratedFile> {
    let text = data.text()?;
    match std::str::from_utf8(text.raw()) {
        Ok(plain) if text.is_plain() => Some(file(media_type, plain)),
        _ => Some(GeneratedFile {
            media_type: media_type.to_owned(),
            data: Some(text.read().into()),
            ..GeneratedFile::default()
        }),
    }
}

fn file(media_type: &str, data: &str) -> GeneratedFile {
    let media_type = media_type.to_owned();
    GeneratedFile { media_type, data: Some(data.into()), ..GeneratedFile::default() }
}

/// `image/…` for the short name of a format, if there is one.
pub(super) fn image_type(format: &RawValue<'_>) -> String {
    let format = format.to_text();
    concat(&["image/", if format.is_empty() { "png" } else { &format }])
}

/// How common kinds of files begin, in Base64.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"iVBORw0KGgo", "image/png"),
    (b"/9j/", "image/jpeg"),
    (b"R0lGOD", "image/gif"),
    (b"UklGR", "audio/wav"),
    (b"SUQz", "audio/mpeg"),
    (b"T2dnUw", "audio/ogg"),
    (b"ZkxhQ", "audio/flac"),
];

/// The media type of a file by its beginning, in Base64; `other` if the beginning is not known.
pub(super) fn sniffed(data: &[u8], other: &'static str) -> &'static str {
    // A WebP is a RIFF file, too: `RIFF`, four bytes of length, `WEBP`.
    if data.starts_with(b"UklGR") && data.get(12..16) == Some(b"RUJQ") {
        return "image/webp";
    }
    // MP3 without a tag begins with the sync word of a frame of layer III.
    if data.starts_with(b"//") && matches!(data.get(2), Some(b'I'..=b'P' | b'o'..=b'v')) {
        return "audio/mpeg";
    }
    BEGINNINGS.iter().find(|(beginning, _)| data.starts_with(beginning)).map_or(other, |(_, kind)| kind)
}

/// An image without a name or a media type.
pub(super) fn image_of(data: &RawValue<'_>) -> Option<GeneratedFile> {
    file_of(sniffed(raw(data), "image/png"), data)
}

const ENDINGS: &[(&str, &str)] = &[
    (".png", "image/png"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".webp", "image/webp"),
    (".gif", "image/gif"),
    (".svg", "image/svg+xml"),
    (".mp3", "audio/mpeg"),
    (".wav", "audio/wav"),
    (".mp4", "video/mp4"),
];

fn by_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ends = |ending: &str| {
        let from = path.len().checked_sub(ending.len());
        from.and_then(|from| path.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    ENDINGS.iter().find(|(ending, _)| ends(ending)).map(|(_, kind)| *kind)
}
