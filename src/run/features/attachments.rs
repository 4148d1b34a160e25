//! Images and files beside a question.

use crate::message::{Attachment, AttachmentSource};

/// What is at an absolute URL, `href`, whose path is `path`.
#[must_use]
pub fn attachment_at(href: &str, path: &str) -> Attachment {
    let name = path.rsplit('/').next().unwrap_or_default();
    Attachment {
        media_type: media_type_of(name).to_owned(),
        source: AttachmentSource::Url(href.to_owned()),
        name: name.to_owned(),
    }
}

/// The media type of a file, by its ending: an address says no more.
#[must_use]
pub fn media_type_of(name: &str) -> &'static str {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match &*ending {
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "txt" => "text/plain",
        _ => "image/jpeg",
    }
}
