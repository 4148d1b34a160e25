//! A conversation in the list that `Context.list` returns.

use js_sys::Object;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use crate::conversation::Listed;

#[wasm_bindgen]
extern "C" {
    /// A stored conversation.
    type Row;
    #[wasm_bindgen(method, setter)]
    fn set_id(this: &Row, id: &str);
    #[wasm_bindgen(method, setter, js_name = updatedAt)]
    fn set_updated_at(this: &Row, time: &str);
    #[wasm_bindgen(method, setter)]
    fn set_messages(this: &Row, messages: u32);
    #[wasm_bindgen(method, setter)]
    fn set_preview(this: &Row, preview: &str);
    #[wasm_bindgen(method, setter)]
    fn set_title(this: &Row, title: &str);
}

/// The row of a conversation.
pub(super) fn row_of(listed: &Listed) -> JsValue {
    let row: Row = JsValue::from(Object::new()).unchecked_into();
    row.set_id(&listed.id);
    row.set_updated_at(&listed.updated_at);
    row.set_messages(u32::try_from(listed.messages).unwrap_or(u32::MAX));
    row.set_preview(&listed.preview);
    if let Some(title) = &listed.title {
        row.set_title(title);
    }
    row.into()
}
