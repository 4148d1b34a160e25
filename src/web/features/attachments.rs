//! Images and files beside a question.

use std::rc::Rc;

use futures::future::try_join_all;
use js_sys::Array;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::host_value;
use crate::error::Error;
use crate::event::Thrown;
use crate::message::{Attachment, AttachmentSource};
use crate::run::features::attachment_at;
use crate::web::attachments::{Attachments, Blob, New};
use crate::web::context::random_text;

#[wasm_bindgen]
extern "C" {
    /// The kind of an object, even if its class comes from another window.
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call, catch)]
    fn tag_of(value: &JsValue) -> Result<String, JsValue>;

    type Address;

    #[wasm_bindgen(method, getter)]
    fn href(this: &Address) -> String;

    #[wasm_bindgen(method, getter)]
    fn pathname(this: &Address) -> String;
}

/// How many letters and digits an id has.
const ID_LENGTH: usize = 20;

/// The attachments of a question, not read yet.
pub(super) struct Packed {
    given: Vec<(Attachment, Option<Blob>)>,
    store: Option<Rc<Attachments>>,
}

impl Packed {
    /// Describes a list of `Blob`, `File` and `URL` for the core. In a conversation, each has an id.
    pub(super) fn of(given: &Array, store: Option<Rc<Attachments>>) -> Result<Self, Error> {
        let described = |given: JsValue| {
            let (mut attachment, blob) = describe(given)?;
            if store.is_some() {
                attachment.id = random_text(ID_LENGTH);
            }
            Ok((attachment, blob))
        };
        let given = given.iter().map(described).collect::<Result<_, Error>>()?;
        Ok(Self { given, store })
    }

    pub(super) fn attachments(&self) -> Vec<Attachment> {
        self.given.iter().map(|(attachment, _)| attachment.clone()).collect()
    }

    /// Reads them, and stores them where the conversation is: their turn refers to what is stored.
    pub(super) async fn keep(self) -> Result<Kept, Thrown> {
        let attachments = try_join_all(self.given.iter().cloned().map(read)).await?;
        let mut kept = Kept { attachments, store: None };
        if let Some(store) = self.store {
            let blobs = self
                .given
                .into_iter()
                .filter_map(|(Attachment { id, name, .. }, blob)| Some(New { id, name, blob: blob? }));
            store.keep(blobs.collect());
            kept.store = Some(store.clone());
            store.settled_soon().await;
        }
        Ok(kept)
    }
}

/// The attachments of a question. They are not kept if this is dropped before the question is asked, because the run
/// was stopped.
pub(super) struct Kept {
    attachments: Vec<Attachment>,
    store: Option<Rc<Attachments>>,
}

impl Kept {
    /// The question is asked with these now.
    pub(super) fn asked(mut self) -> Vec<Attachment> {
        self.store = None;
        std::mem::take(&mut self.attachments)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(store) = &self.store {
            store.forget(self.attachments.iter().map(|attachment| attachment.id.clone()).collect());
        }
    }
}

fn describe(given: JsValue) -> Result<(Attachment, Option<Blob>), Error> {
    match &*tag_of(&given).unwrap_or_default() {
        "[object Blob]" | "[object File]" => {
            let blob: Blob = given.unchecked_into();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
            let size = Some(blob.size() as u64);
            let stored = Attachment { source: AttachmentSource::Stored, size, ..named(&blob) };
            Ok((stored, Some(blob)))
        }
        "[object URL]" => {
            let address: Address = given.unchecked_into();
            Ok((attachment_at(&address.href(), &address.pathname()), None))
        }
        _ => Err(Error::invalid("the input: `attachments` must be a list of Blob, File or URL")),
    }
}

fn named(blob: &Blob) -> Attachment {
    Attachment::at_url(blob.kind(), blob.name().unwrap_or_default(), "")
}

async fn read((mut attachment, blob): (Attachment, Option<Blob>)) -> Result<Attachment, Thrown> {
    if let Some(blob) = blob {
        let data = blob.base64().await.map_err(|thrown| Thrown::Host(host_value(thrown)))?;
        attachment.source = AttachmentSource::Data(data);
    }
    Ok(attachment)
}
