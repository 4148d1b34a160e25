//! The bytes of a `Blob`.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::run::features::Base64;
use crate::text::concat;

#[wasm_bindgen]
extern "C" {
    /// A `Blob`, or a `File`.
    #[derive(Debug, Clone)]
    pub(in crate::web) type Blob;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn media_type(this: &Blob) -> String;

    /// Only a `File` has one.
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn name(this: &Blob) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn size(this: &Blob) -> f64;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Blob) -> Result<Promise, JsValue>;
}

#[wasm_bindgen(module = "/src/web/js/attachments.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = blobOfDataUrl)]
    pub(super) fn blob_of_data_url(url: &str) -> Result<Blob, JsValue>;
}

/// How many bytes are read at a time: a multiple of three.
const PIECE: u32 = 48 * 1024;

impl Blob {
    /// Its media type; a generic one if it has none.
    pub(in crate::web) fn kind(&self) -> String {
        let kind = self.media_type();
        if kind.is_empty() {
            return "application/octet-stream".to_owned();
        }
        kind
    }

    /// Its bytes in Base64.
    pub(in crate::web) async fn base64(&self) -> Result<Rc<str>, JsValue> {
        let buffer: ArrayBuffer = JsFuture::from(self.array_buffer()?).await?.unchecked_into();
        let bytes = Uint8Array::new(&buffer);
        let mut text = Base64::for_bytes(bytes.length() as usize);
        for at in (0..bytes.length()).step_by(PIECE as usize) {
            let end = bytes.length().min(at.saturating_add(PIECE));
            text.push(&bytes.subarray(at, end).to_vec());
        }
        Ok(text.finish().into())
    }

    /// Its bytes and its media type, as a data URL.
    pub(super) async fn data_url(&self) -> Result<String, JsValue> {
        Ok(concat(&["data:", &self.kind(), ";base64,", &self.base64().await?]))
    }
}
