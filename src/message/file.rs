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
    /// What its bytes are stored under, apart from the conversation; empty where they are not.
    pub id: String,
    /// Its media type, as `image/png`.
    pub media_type: String,
    /// The file's name; may be empty.
    pub name: String,
    /// How many bytes it has, where that is known.
    pub size: Option<u64>,
    /// The bytes, or where they are.
    pub source: AttachmentSource,
}

/// Where an attachment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentSource {
    /// Its bytes, in Base64. Shared, because the conversation and the request both hold them.
    Data(Rc<str>),
    /// An absolute URL, which the provider fetches.
    Url(String),
    /// Its bytes are stored under its id, if they still are, and read for each request.
    Stored,
}

impl Attachment {
    /// One of these bytes, in Base64, that is stored nowhere: a conversation holds them as long as it is in memory.
    pub fn of_data(media_type: impl Into<String>, name: impl Into<String>, data: impl Into<Rc<str>>) -> Self {
        Self { source: AttachmentSource::Data(data.into()), ..Self::at_url(media_type, name, "") }
    }

    /// One that the provider fetches from an absolute URL.
    pub fn at_url(media_type: impl Into<String>, name: impl Into<String>, url: impl Into<String>) -> Self {
        let source = AttachmentSource::Url(url.into());
        Self { id: String::new(), media_type: media_type.into(), name: name.into(), size: None, source }
    }

    /// Whether its bytes are elsewhere, under its id.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.source == AttachmentSource::Stored
    }

    /// The same without bytes that are stored.
    pub(crate) fn into_kept(mut self) -> Self {
        if !self.id.is_empty() && matches!(self.source, AttachmentSource::Data(_)) {
            self.source = AttachmentSource::Stored;
        }
        self
    }
}
