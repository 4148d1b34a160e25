//! Files: those that the model makes, and those that belong to a question.

use std::rc::Rc;

/// A file that the model made: an image, a sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeneratedFile {
    /// Its media type, as `image/png`.
    pub media_type: String,
    /// Its bytes, in Base64. Shared, because the event, the result and the conversation all hold them.
    pub data: Option<Rc<str>>,
    /// Its address, if its bytes were not sent.
    pub url: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// An image or a file that belongs to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its media type, as `image/png`.
    pub media_type: String,
    /// The bytes, or where they are.
    pub source: AttachmentSource,
    /// The file's name; may be empty.
    pub name: String,
}

/// Where an attachment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentSource {
    /// Its bytes, in Base64.
    Data(String),
    /// An absolute URL, which the provider fetches.
    Url(String),
}
