//! Images and files beside a question.

use futures::future::try_join_all;
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::host_value;
use crate::error::Error;
use crate::event::Thrown;
use crate::message::{Attachment, AttachmentSource};
use crate::run::features::{attachment_at, Base64};

#[wasm_bindgen]
extern "C" {
    /// What kind of object it is, also where its class is that of another window.
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call)]
    fn tag_of(value: &JsValue) -> String;

    type File;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn media_type(this: &File) -> String;

    /// A `Blob` has none.
    #[wasm_bindgen(method, getter)]
    fn name(this: &File) -> Option<String>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &File) -> Result<Promise, JsValue>;

    type Address;

    #[wasm_bindgen(method, getter)]
    fn href(this: &Address) -> String;

    #[wasm_bindgen(method, getter)]
    fn pathname(this: &Address) -> String;
}

/// So much of a file is read at a time: a multiple of three.
const PIECE: u32 = 48 * 1024;

/// What the core is told of a list of `Blob`, `File` and `URL`.
pub(super) async fn pack(attachments: &Array) -> Result<Vec<Attachment>, Thrown> {
    try_join_all(attachments.iter().map(pack_one)).await
}

async fn pack_one(given: JsValue) -> Result<Attachment, Thrown> {
    match &*tag_of(&given) {
        "[object Blob]" | "[object File]" => {
            let file: File = given.unchecked_into();
            let source =
                AttachmentSource::Data(base64(&file).await.map_err(|thrown| Thrown::Host(host_value(thrown)))?);
            let media_type = file.media_type();
            let media_type = if media_type.is_empty() { "application/octet-stream".to_owned() } else { media_type };
            Ok(Attachment { media_type, source, name: file.name().unwrap_or_default() })
        }
        "[object URL]" => {
            let address: Address = given.unchecked_into();
            Ok(attachment_at(&address.href(), &address.pathname()))
        }
        _ => Err(Error::invalid("the input: `attachments` must be a list of Blob, File or URL").into()),
    }
}

async fn base64(file: &File) -> Result<String, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(file.array_buffer()?).await?.unchecked_into();
    let bytes = Uint8Array::new(&buffer);
    let mut text = Base64::for_bytes(bytes.length() as usize);
    for at in (0..bytes.length()).step_by(PIECE as usize) {
        let end = bytes.length().min(at.saturating_add(PIECE));
        text.push(&bytes.subarray(at, end).to_vec());
    }
    Ok(text.finish())
}
