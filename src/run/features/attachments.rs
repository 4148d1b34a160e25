//! Images and files beside a question.

use crate::message::Attachment;

/// The attachment at an absolute URL, `href`, whose path is `path`.
#[must_use]
pub fn attachment_at(href: &str, path: &str) -> Attachment {
    let name = path.rsplit('/').next().unwrap_or_default();
    Attachment::at_url(media_type_of(name), name, href)
}

/// The media type of a file, by its extension: a URL says no more.
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

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes that come in pieces as Base64.
#[derive(Debug)]
pub struct Base64(String);

impl Base64 {
    /// With room for `count` bytes.
    #[must_use]
    pub fn for_bytes(count: usize) -> Self {
        Self(String::with_capacity(count.div_ceil(3) * 4))
    }

    /// Adds a piece. The length of each piece but the last is a multiple of three.
    pub fn push(&mut self, bytes: &[u8]) {
        for three in bytes.chunks(3) {
            let bits = three.iter().fold(0, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let digit = DIGITS.get(((bits >> (18 - 6 * place)) & 63) as usize).copied().unwrap_or(b'=');
                self.0.push(if place <= three.len() { char::from(digit) } else { '=' });
            }
        }
    }

    /// What has been written.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}
