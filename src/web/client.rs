//! The parts of [`crate::client`] that need the page.

use std::rc::Rc;

use wasm_bindgen::JsValue;

pub(crate) use super::launch::entered;
pub(crate) use super::pattern::matches;
pub(crate) use super::saving::{add as save_with_page, remove as forget_with_page};

use super::env::{HttpClient, HttpOptions};
use super::error::thrown;
use super::options::{host_of, is_in_page};
use super::storage::Storage;
use super::ContextInner;
use crate::config::AgentConfig;
use crate::error::{Code, Error};

/// The client of an agent. Its config learns which host its base URL stands for.
///
/// # Errors
/// `invalid-argument` for a config that is not valid, or a key that cannot be sent or that everyone could read.
pub(crate) fn http_client(config: &mut AgentConfig) -> Result<HttpClient, Error> {
    if let Some(base_url) = &config.base_url {
        let host = host_of(base_url, config);
        let host = host.ok_or_else(|| Error::invalid("`base_url` is no address that can be fetched"))?;
        config.host = Some(host);
    }
    let resolved = config.clone().resolve()?;
    if resolved.public && config.api_key.is_some() && !config.dangerously_allow_browser && is_in_page() {
        return Err(Error::invalid(
            "a key in a page can be read by everyone who opens it: set `base_url` to your own backend, or \
             dangerously_allow_browser: true",
        ));
    }
    let api_key = config.api_key.as_ref().map_or(JsValue::UNDEFINED, |key| JsValue::from_str(key.expose()));
    HttpClient::new(HttpOptions { api_key, ..HttpOptions::default() }, Rc::new(resolved))
}

/// The context of that name in the page's local storage.
pub(crate) fn open_context(id: &str) -> Result<Rc<ContextInner>, Error> {
    ContextInner::new(id, &Storage::Local, &JsValue::UNDEFINED)
        .map_err(|cause| thrown(Code::Storage, "the conversation cannot be opened", &cause))
}
