//! The options of an agent and of a run, checked.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::convert::{count, Options};
use super::transport::{Key, Link};
use crate::agent::{Batch, Limits, Plan, Retry, Timeouts};
use crate::error::Error;
use crate::provider::{is_vendor_url, select, Selection};

/// How many earlier turns are sent along where the caller does not say, as in Refinire.
const DEFAULT_HISTORY: usize = 10;

/// Options that this version knows of and cannot do: refused, so that nobody believes they are heeded.
const NOT_YET: [&str; 5] = ["tools", "outputSchema", "evaluation", "outputGuardrails", "continueOnCut"];

/// An agent's options.
#[derive(Debug)]
pub(super) struct AgentOptions {
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) link: Rc<Link>,
    pub(super) history: usize,
    pub(super) input_guardrails: Vec<Function>,
}

impl AgentOptions {
    pub(super) fn read(value: &JsValue) -> Result<Self, Error> {
        let options = Options::new(value, "RefinireAgent")?;
        for name in NOT_YET {
            if options.get(name)?.is_some_and(|value| value.is_truthy() && !is_empty_array(&value)) {
                return Err(Error::invalid(["RefinireAgent: `", name, "` is not supported in this version"].concat()));
            }
        }
        let name = options.required_string("name")?;
        let model = options.required_string("model")?;
        let selection = select(&model, options.string("provider")?.as_deref())?;
        let own = options.string("baseUrl")?;
        let base_url = base_url(&selection, own)?;
        let public = is_vendor_url(&base_url);
        let key = read_key(&options)?;
        let allowed = options.bool("dangerouslyAllowBrowser")?.unwrap_or(false);
        if public && !allowed && matches!(key, Some(Key::Text(_))) && in_page() {
            return Err(Error::invalid(
                "RefinireAgent: a key in a page can be read by everyone who opens it. Give a function that fetches a \
                 short-lived one, or a baseUrl of your own backend, or set dangerouslyAllowBrowser: true",
            ));
        }
        let temperature = options.number("temperature")?.and_then(js_number);
        let plan = Plan {
            wire: selection.wire,
            base_url,
            public,
            model: selection.model,
            instructions: options.required_string("generationInstructions")?,
            temperature,
            max_tokens: options.number("maxTokens")?.map(|number| count(number) as u64),
            options: options.json("providerOptions")?,
            timeouts: read_timeouts(&options)?,
            retry: read_retry(&options)?,
            fallback: options.bool("fallback")?.unwrap_or(true),
            limits: read_limits(&options)?,
        };
        let link = Link::new(key, read_headers(&options)?, read_credentials(&options)?, options.function("fetch")?);
        let history = options.number("historySize")?.map_or(DEFAULT_HISTORY, count);
        let input_guardrails = read_functions(&options, "inputGuardrails")?;
        Ok(Self { name, plan, link: Rc::new(link), history, input_guardrails })
    }
}

/// The API root: the caller's own, else the provider's. Checked here, so that a typing error is not retried as if it were
/// the network's.
fn base_url(selection: &Selection, own: Option<String>) -> Result<String, Error> {
    let wrong = |url: &str| {
        Err(Error::invalid(["RefinireAgent: `baseUrl` is no address that can be fetched: \"", url, "\""].concat()))
    };
    let Some(own) = own else {
        return match selection.base_url {
            Some(url) => Ok(url.to_owned()),
            None => Err(Error::invalid(
                ["RefinireAgent: provider \"", selection.wire.name, "\" needs `baseUrl`, your endpoint"].concat(),
            )),
        };
    };
    // Resolved against the page when it is fetched; the check needs any page.
    match web_sys::Url::new_with_base(&own, "http://page.invalid/") {
        Ok(url) if matches!(&*url.protocol(), "http:" | "https:") && url.username().is_empty() => Ok(own),
        _ => wrong(&own),
    }
}

fn read_key(options: &Options<'_>) -> Result<Option<Key>, Error> {
    let Some(value) = options.get("apiKey")? else { return Ok(None) };
    if let Some(text) = value.as_string() {
        // A header cannot carry it, and the browser's own error would repeat it.
        if text.chars().any(|char| char.is_control() || char > '\u{FF}') {
            return Err(options.wrong("apiKey", "a key without line breaks or other control characters"));
        }
        return Ok(Some(Key::Text(text)));
    }
    value.dyn_into().map(|ask| Some(Key::Ask(ask))).map_err(|_| options.wrong("apiKey", "a string or a function"))
}

fn read_headers(options: &Options<'_>) -> Result<Vec<(String, String)>, Error> {
    let Some(value) = options.get("headers")? else { return Ok(Vec::new()) };
    let wrong = || options.wrong("headers", "an object of strings");
    let object: Object = value.dyn_into().map_err(|_| wrong())?;
    let mut headers = Vec::new();
    for entry in Object::entries(&object) {
        let entry: Array = entry.unchecked_into();
        let (name, value) = (entry.get(0).as_string(), entry.get(1).as_string());
        let (name, value) = name.zip(value).ok_or_else(wrong)?;
        headers.push((name.to_ascii_lowercase(), value));
    }
    Ok(headers)
}

fn read_credentials(options: &Options<'_>) -> Result<Option<String>, Error> {
    let credentials = options.string("credentials")?;
    match credentials.as_deref() {
        None | Some("omit" | "same-origin" | "include") => Ok(credentials),
        Some(_) => Err(options.wrong("credentials", "\"omit\", \"same-origin\" or \"include\"")),
    }
}

fn read_functions(options: &Options<'_>, name: &str) -> Result<Vec<Function>, Error> {
    let Some(value) = options.get(name)? else { return Ok(Vec::new()) };
    let wrong = || options.wrong(name, "a list of functions");
    let list: Array = value.dyn_into().map_err(|_| wrong())?;
    list.iter().map(|item| item.dyn_into().map_err(|_| wrong())).collect()
}

fn read_timeouts(options: &Options<'_>) -> Result<Timeouts, Error> {
    let default = Timeouts::default();
    let Some(given) = options.get("timeout")? else { return Ok(default) };
    let given = Options::new(&given, "RefinireAgent: `timeout`")?;
    Ok(Timeouts {
        connect: given.number("connect")?.unwrap_or(default.connect),
        first_chunk: given.number("firstChunk")?.unwrap_or(default.first_chunk),
        idle: given.number("idle")?.unwrap_or(default.idle),
        total: given.number("total")?.unwrap_or(default.total),
    })
}

fn read_retry(options: &Options<'_>) -> Result<Retry, Error> {
    let default = Retry::default();
    let Some(given) = options.get("retry")? else { return Ok(default) };
    if given == JsValue::FALSE {
        return Ok(Retry { attempts: 1, ..default });
    }
    let given = Options::new(&given, "RefinireAgent: `retry`")?;
    let attempts = given.number("attempts")?.map_or(Ok(default.attempts), |attempts| match count(attempts) {
        0 => Err(given.wrong("attempts", "at least 1")),
        attempts => Ok(u32::try_from(attempts).unwrap_or(u32::MAX)),
    })?;
    Ok(Retry {
        attempts,
        base_ms: given.number("baseMs")?.unwrap_or(default.base_ms),
        max_ms: given.number("maxMs")?.unwrap_or(default.max_ms),
    })
}

fn read_limits(options: &Options<'_>) -> Result<Limits, Error> {
    let default = Limits::default();
    let Some(given) = options.get("limits")? else { return Ok(default) };
    let given = Options::new(&given, "RefinireAgent: `limits`")?;
    Ok(Limits {
        max_chars: given.number("maxChars")?.map(count),
        max_event_bytes: given.number("maxEventBytes")?.map_or(default.max_event_bytes, count),
    })
}

/// A run's options.
#[derive(Debug)]
pub(super) struct RunOptions {
    pub(super) callback: Option<Function>,
    pub(super) on_event: Option<Function>,
    pub(super) signal: Option<AbortSignal>,
    pub(super) batch: Batch,
    /// When what was gathered goes out: undefined, "frame", or milliseconds.
    pub(super) hold: JsValue,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { callback: None, on_event: None, signal: None, batch: Batch::Delta, hold: JsValue::UNDEFINED }
    }
}

impl RunOptions {
    pub(super) fn read(value: &JsValue) -> Result<Self, Error> {
        if value.is_undefined() || value.is_null() {
            return Ok(Self::default());
        }
        let options = Options::new(value, "the run's options")?;
        let (batch, hold) = read_batch(&options)?;
        Ok(Self {
            callback: options.function("callback")?,
            on_event: options.function("onEvent")?,
            signal: read_signal(&options)?,
            batch,
            hold,
        })
    }
}

fn read_signal(options: &Options<'_>) -> Result<Option<AbortSignal>, Error> {
    let Some(signal) = options.get("signal")? else { return Ok(None) };
    // Looked at instead of asked for its class: another window's is as good.
    let aborted = Reflect::get(&signal, &JsValue::from_str("aborted")).ok().and_then(|value| value.as_bool());
    if aborted.is_none() {
        return Err(options.wrong("signal", "an AbortSignal"));
    }
    Ok(Some(signal.unchecked_into()))
}

fn read_batch(options: &Options<'_>) -> Result<(Batch, JsValue), Error> {
    const WANTED: &str = "\"delta\", \"frame\" or { deltas?, ms? }";
    let Some(value) = options.get("batch")? else { return Ok((Batch::Delta, JsValue::UNDEFINED)) };
    match value.as_string().as_deref() {
        Some("delta") => return Ok((Batch::Delta, JsValue::UNDEFINED)),
        Some("frame") => return Ok((Batch::Gather { deltas: None }, value)),
        Some(_) => return Err(options.wrong("batch", WANTED)),
        None => {}
    }
    let given = Options::new(&value, "the run's options: `batch`")?;
    let deltas = match given.number("deltas")?.map(count) {
        Some(0) => return Err(given.wrong("deltas", "at least 1")),
        deltas => deltas.map(|deltas| u32::try_from(deltas).unwrap_or(u32::MAX)),
    };
    let hold = given.number("ms")?;
    if deltas.is_none() && hold.is_none() {
        return Ok((Batch::Delta, JsValue::UNDEFINED));
    }
    Ok((Batch::Gather { deltas }, hold.map_or(JsValue::UNDEFINED, JsValue::from_f64)))
}

/// The number as JavaScript writes it; none for what JSON cannot hold.
fn js_number(number: f64) -> Option<String> {
    let text = js_sys::JSON::stringify(&JsValue::from_f64(number)).ok()?.as_string()?;
    (text != "null").then_some(text)
}

fn is_empty_array(value: &JsValue) -> bool {
    value.dyn_ref::<Array>().is_some_and(|array| array.length() == 0)
}

/// Whether this is a page or one of its workers, whose code everyone can read.
fn in_page() -> bool {
    let global = js_sys::global();
    let has = |name: &str| Reflect::has(&global, &JsValue::from_str(name)).unwrap_or(false);
    has("document") || has("WorkerGlobalScope")
}
