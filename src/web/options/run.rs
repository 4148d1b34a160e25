//! The options of a run.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::{check, get, is_none, is_object, one_of, pick, refuse_unknown, refused, Checked, Kind, Shape};
use crate::config::Limits;
use crate::response::Batch;
use crate::run::Batching;
use crate::web::listener::Callback;

const RUN: Shape = &[
    ("callback", Kind::Function),
    ("onEvent", Kind::Function),
    ("signal", Kind::Signal),
    ("context", Kind::Object),
    ("ifBusy", Kind::Text),
    ("batch", Kind::Any),
];

const BATCH: Shape = &[("deltas", Kind::Positive), ("ms", Kind::Number), ("pace", Kind::Flag)];

/// How far paced chunks may lag behind what has arrived, in milliseconds.
const MOST_BEHIND_MS: f64 = 500.0;

const OF: &str = "the run's options";

/// The limits on size.
pub(super) const LIMITS: Shape =
    &[("maxChars", Kind::Number), ("maxEventBytes", Kind::Positive), ("maxAnswerBytes", Kind::Positive)];

const DECODE: Shape = &[("thinkTags", Kind::Flag), ("limits", Kind::Members(LIMITS))];

/// The options of a run.
#[derive(Debug, Default)]
pub struct RunOptions {
    /// Receives each chunk.
    pub callback: Option<Callback>,
    /// Receives each event.
    pub on_event: Option<Function>,
    /// Stops the run.
    pub signal: Option<AbortSignal>,
    /// An object that may be a `Context`.
    pub context: Option<JsValue>,
    /// If another run is going on in the conversation, the run fails instead of waiting.
    pub fails_if_busy: bool,
    /// How increments become chunks.
    pub batch: Batch,
    /// When gathered text goes out.
    pub batching: Batching,
}

impl RunOptions {
    /// Reads them; `others` are further options that are allowed.
    ///
    /// # Errors
    /// A `RefinireError` for what is wrong, or what a getter throws.
    pub fn read(options: &JsValue, others: &[&str]) -> Result<Self, JsValue> {
        if is_none(options) {
            return Ok(Self::default());
        }
        let known: Vec<_> = RUN.iter().map(|(name, _)| *name).chain(others.iter().copied()).collect();
        refuse_unknown(options, &known, OF)?;
        let checked = pick(options, RUN, OF, &[])?;
        let if_busy = checked.text("ifBusy");
        one_of(if_busy.as_deref(), &["wait", "fail"], "the run's options: `ifBusy`")?;
        let (batch, batching) = read_batch(checked.value("batch").unwrap_or(&JsValue::UNDEFINED))?;
        Ok(Self {
            callback: checked.function("callback").map(|callback| JsValue::from(callback).unchecked_into()),
            on_event: checked.function("onEvent"),
            signal: checked.value("signal").map(|signal| signal.unchecked_ref::<AbortSignal>().clone()),
            context: checked.value("context").cloned(),
            fails_if_busy: if_busy.as_deref() == Some("fail"),
            batch,
            batching,
        })
    }
}

fn read_batch(batch: &JsValue) -> Result<(Batch, Batching), JsValue> {
    if is_none(batch) || batch.as_string().as_deref() == Some("delta") {
        return Ok((Batch::Delta, Batching::None));
    }
    if batch.as_string().as_deref() == Some("frame") {
        return Ok((Batch::Gather { deltas: None }, Batching::Frame));
    }
    if !is_object(batch)? {
        return Err(refused(&[OF, ": `batch` must be \"delta\", \"frame\", { deltas?, ms? } or { pace, ms? }"]));
    }
    let checked = check(batch, BATCH, "the run's options: `batch`", &[])?;
    let ms = checked.number("ms");
    if checked.flag("pace") == Some(true) {
        if checked.whole("deltas").is_some() {
            return Err(refused(&[OF, ": `batch` must not have both `pace` and `deltas`"]));
        }
        return Ok((Batch::Gather { deltas: None }, Batching::Pace(ms.unwrap_or(MOST_BEHIND_MS))));
    }
    let batching = ms.map_or(Batching::None, Batching::Ms);
    let batch = match checked.whole("deltas") {
        None if batching == Batching::None => Batch::Delta,
        Some(1) => Batch::Delta,
        deltas => Batch::Gather { deltas },
    };
    Ok((batch, batching))
}

/// The options of `decodeResponse`.
#[derive(Debug)]
pub struct DecodeOptions {
    /// What it has in common with a run.
    pub run: RunOptions,
    /// The provider that the response comes from.
    pub provider: String,
    /// Whether responses may begin with reasoning in `<think>` tags.
    pub think_tags: Option<bool>,
    /// The limits on size.
    pub limits: Limits,
}

impl DecodeOptions {
    /// Reads them.
    ///
    /// # Errors
    /// As [`RunOptions::read`].
    pub fn read(options: &JsValue) -> Result<Self, JsValue> {
        let provider = if is_object(options)? { get(options, "provider")?.as_string() } else { None };
        let Some(provider) = provider else { return Err(refused(&["decodeResponse: `provider` must be a string"])) };
        let checked = pick(options, DECODE, "decodeResponse", &[])?;
        let run = RunOptions::read(options, &["provider", "thinkTags", "limits"])?;
        Ok(Self { run, provider, think_tags: checked.flag("thinkTags"), limits: limits_of(checked.members("limits")) })
    }
}

/// The limits on size.
pub(super) fn limits_of(given: Option<&Checked>) -> Limits {
    let default = Limits::default();
    let size = |name| given?.whole(name).map(|size| size as usize);
    Limits {
        max_chars: size("maxChars"),
        max_event_bytes: size("maxEventBytes").unwrap_or(default.max_event_bytes),
        max_answer_bytes: size("maxAnswerBytes").unwrap_or(default.max_answer_bytes),
    }
}
