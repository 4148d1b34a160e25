//! A run, as `js/driver.js` drives it and its delivery sees it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::bindings::{describe, timestamp, TokenCounter};
use super::error::{cause_of, into_js, thrown};
use super::event::{calls_to_js, Objects};
use super::pattern::matches;
use crate::agent::{self as core, Batch, Head, Item, Plan, Step};
use crate::conversation::{estimate, Conversation};
use crate::error::{Code, Error};
use crate::event::Event;
use crate::json::{Begin, JsonExtractor, Value};
use crate::provider::Auth;
use crate::text::concat;

/// How much of a read is taken at once, in bytes: what a browser gives in one read, most of the time. `js/exchange.js`
/// knows it, too.
const INPUT_BYTES: usize = 64 * 1024;

thread_local! {
    /// Where JavaScript puts the bytes of a read. One for all runs: they are decoded before anything else happens.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The core of a run. Internal: no part of the public surface.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Run {
    core: RefCell<core::Run>,
    plan: Rc<Plan>,
    provider: &'static str,
    objects: Objects,
    /// The errors that events have told of.
    told: RefCell<Vec<Error>>,
    /// Looks for the JSON in the answer.
    extractor: RefCell<JsonExtractor>,
}

impl Run {
    /// `deltas`: how many become one chunk, 0 for as many as come.
    pub(super) fn new(
        plan: &Rc<Plan>,
        deltas: u32,
        wants_events: bool,
        conversation: Option<Rc<RefCell<Conversation>>>,
        number: u32,
    ) -> Self {
        let batch = match deltas {
            0 => Batch::Gather { deltas: None },
            1 => Batch::Delta,
            deltas => Batch::Gather { deltas: Some(deltas) },
        };
        let core = RefCell::new(core::Run::new(plan.clone(), batch, wants_events, conversation).numbered(number));
        Self {
            core,
            plan: plan.clone(),
            provider: plan.wire.name,
            objects: Objects::default(),
            told: RefCell::default(),
            extractor: RefCell::new(plan.extractor()),
        }
    }
}

/// What tools and structured answers are checked by: called by `js/run/structured.js` and `js/run/tools.js`.
#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate)]
impl Run {
    /// Another answer begins.
    #[wasm_bindgen(js_name = restartValue)]
    pub fn restart_value(&self) {
        self.extractor.borrow_mut().restart();
    }

    /// Takes the next piece of the answer. Undefined where it cannot be said yet whether the answer begins with the value,
    /// null where it does not; else what of the value has come. Not to be asked again then.
    #[wasm_bindgen(js_name = beginValue)]
    pub fn begin_value(&self, piece: &str) -> JsValue {
        match self.extractor.borrow_mut().begin(piece) {
            Begin::NotYet => JsValue::UNDEFINED,
            Begin::Never => JsValue::NULL,
            Begin::Here { opening, at } => {
                let mut value = String::from(opening);
                value.push_str(piece.get(at..).unwrap_or_default());
                JsValue::from_str(&value)
            }
        }
    }

    /// Where in a whole answer the values stand that may be meant, in the order in which to try them: for each where it
    /// begins and ends, in UTF-16 units.
    pub fn values(&self, answer: &str) -> Vec<u32> {
        let found = self.extractor.borrow().find_utf16(answer);
        found.iter().flat_map(|range| [word(range.start), word(range.end)]).collect()
    }

    /// Why there are none.
    #[wasm_bindgen(js_name = whyNone)]
    pub fn why_none(&self, answer: &str) -> String {
        self.extractor.borrow().why_none(answer)
    }

    /// What is wrong with a value in JSON by the JSON Schema of the answer.
    #[wasm_bindgen(js_name = answerMisfit)]
    pub fn answer_misfit(&self, json: &str) -> Option<String> {
        Some(self.plan.answer_misfit(json, &mut matches)?.to_string())
    }

    /// What is wrong with the arguments of a call, as the model wrote them, by the JSON Schema of the tool.
    #[wasm_bindgen(js_name = inputMisfit)]
    pub fn input_misfit(&self, tool: &str, input: &str) -> Option<String> {
        Some(self.plan.input_misfit(tool, input, &mut matches)?.to_string())
    }
}

/// An address or a size: 32 bits are all there are.
fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A step as a number: a wait as it is, in milliseconds.
fn number(step: Step) -> f64 {
    match step {
        Step::Wait(ms) => ms,
        Step::Send => -1.0,
        Step::Read => -2.0,
        Step::End => -3.0,
        Step::Calls => -4.0,
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)] // Called by driver.js, delivery.js, exchange.js and connection.js, where it is explained.
impl Run {
    /// What the question comes with; gives what is wrong with it.
    pub fn attach(&self, attachments: &str) -> JsValue {
        let refused = self.core.borrow_mut().attach(attachments).err();
        refused.map_or(JsValue::UNDEFINED, |error| into_js(&error, "", Some(self.provider), &JsValue::UNDEFINED))
    }

    /// `{instructions, prompt}`, or one of them; where the question was `asked`.
    pub fn put(&self, given: &str, asked: &super::Conversation) {
        let given = Value::parse(given.as_bytes()).unwrap_or(Value::object());
        self.core.borrow_mut().put(given.text("instructions"), given.text("prompt"), &asked.shared().borrow());
    }

    /// Asks the `input`, or goes on from an interrupted answer.
    pub fn begin(&self, input: &str, goes_on: bool, now: f64) -> f64 {
        let input = if goes_on { None } else { Some(input) };
        number(self.core.borrow_mut().begin(input, timestamp(), now))
    }

    /// The URL, the header for the key (empty for a WebSocket), the body, then the headers, a name and a value in turn, each
    /// behind a zero. Without a `counter` tokens are estimated.
    pub fn call(&self, counter: &TokenCounter) -> JsValue {
        // Whoever counts may stop the run: nothing of it is borrowed meanwhile.
        let request = self.core.borrow().request();
        let call = request.call(&mut |text| if counter.is_undefined() { estimate(text) } else { counter.count(text) });
        let key_header = match call.auth {
            Auth::Bearer => "authorization",
            Auth::Header(name) => name,
            Auth::Nowhere => "",
        };
        let mut text = concat(&[&call.url, "\0", key_header, "\0", &call.body]);
        for header in &call.headers {
            text.push('\0');
            text.push_str(header);
        }
        JsValue::from_str(&text)
    }

    /// An empty `retry_after` is none.
    pub fn head(&self, status: u16, retry_after: &str, until: f64, content_type: &str) -> f64 {
        let retry_after = given(retry_after).map(str::to_owned);
        number(self.core.borrow_mut().head(&Head { status, retry_after, until, content_type: content_type.to_owned() }))
    }

    /// `what`: 0 goes on, 1 asks the timers, 2 stops and 3 restarts the clock, 4 there is no network and 5 one again.
    pub fn clock(&self, what: u32, now: f64, random: f64) -> f64 {
        let mut core = self.core.borrow_mut();
        match what {
            0 => return number(core.next(now, random)),
            1 => return core.timer(now),
            2 => core.intake_mut().pause(now),
            3 => core.intake_mut().resume(now),
            _ => core.offline(what == 4, now),
        }
        0.0
    }

    /// Whether something waits that is to be handed on now.
    #[wasm_bindgen(js_name = isReleased)]
    pub fn is_released(&self) -> bool {
        self.core.borrow().intake().answer().outbox().is_released()
    }

    /// `how`: 0 time has run out, 1 the request failed, 2 the connection broke, 3 it was the caller's mistake; the last
    /// three for `reason`. `facts`, if any, are what the page knows about a request that failed.
    pub fn lost(&self, how: u32, reason: &JsValue, facts: &str, now: f64, random: f64) -> f64 {
        let error = match how {
            0 => None,
            1 if !facts.is_empty() => {
                let error = self.core.borrow().unsent(&describe(reason), facts);
                Some(error.caused_by(cause_of(reason.clone())))
            }
            1 => Some(thrown(Code::Network, "the request failed", reason)),
            2 => Some(thrown(Code::Network, "the connection broke", reason)),
            _ => {
                let mut mistake = Error::invalid(describe(reason)).caused_by(cause_of(reason.clone()));
                // Asked once more, without streaming, it would be the same.
                mistake.refused = true;
                Some(mistake)
            }
        };
        number(self.core.borrow_mut().lost(error, now, random))
    }

    /// The calls of tools that are to be answered. With this their turn is kept.
    pub fn calls(&self) -> JsValue {
        let calls = self.core.borrow_mut().calls(timestamp());
        calls_to_js(&calls)
    }

    /// What a call came to, for the model.
    pub fn result(&self, id: String, output: String, is_error: bool) {
        self.core.borrow_mut().result(id, output, is_error, timestamp());
    }

    /// What the result will be; nothing where the run failed.
    pub fn draft(&self) -> JsValue {
        let draft = self.core.borrow_mut().draft();
        draft.map_or(JsValue::UNDEFINED, |result| self.objects.result(&result))
    }

    pub fn again(&self, prompt: &str, now: f64) -> f64 {
        number(self.core.borrow_mut().again(prompt, timestamp(), now))
    }

    /// The error that an event names by its number; for -1, what the run failed with, and how much of the text was
    /// `delivered`. `link` keeps the key out of its message.
    pub fn failure(&self, told: i32, delivered: usize, link: &JsValue) -> JsValue {
        let core = self.core.borrow();
        let partial_text = core.intake().answer().text_up_to(delivered);
        let told = usize::try_from(told).ok().map(|place| self.told.borrow().get(place).cloned());
        told.unwrap_or_else(|| core.failure().cloned())
            .map_or(JsValue::UNDEFINED, |error| into_js(&error, partial_text, Some(self.provider), link))
    }

    /// The text as far as it was `delivered`.
    #[wasm_bindgen(js_name = textUpTo)]
    pub fn text_up_to(&self, delivered: usize) -> JsValue {
        JsValue::from_str(self.core.borrow().intake().answer().text_up_to(delivered))
    }

    /// The result; nothing where the run failed. Without a `counter`, or where it fails, tokens are estimated.
    pub fn close(&self, stopped: bool, delivered: usize, counter: &TokenCounter) -> JsValue {
        let mut measure = |text: &str| {
            let tokens = if counter.is_undefined() { f64::INFINITY } else { counter.count(text) };
            if tokens.is_finite() {
                tokens
            } else {
                estimate(text)
            }
        };
        let result = self.core.borrow_mut().close(stopped, delivered, timestamp(), &mut measure);
        result.map_or(JsValue::UNDEFINED, |result| self.objects.result(&result))
    }

    /// Takes the answer into the conversation, as far as it was `delivered`.
    pub fn keep(&self, delivered: usize) {
        self.core.borrow().keep(delivered, &timestamp());
    }

    #[wasm_bindgen(js_name = inputAt)]
    pub fn input_at(&self) -> usize {
        INPUT.with_borrow_mut(|input| {
            input.resize(INPUT_BYTES, 0);
            input.as_ptr() as usize
        })
    }

    pub fn push(&self, length: usize, now: f64) -> u32 {
        INPUT.with_borrow(|input| {
            let bytes = input.get(..length).unwrap_or_default();
            self.core.borrow_mut().intake_mut().push(bytes, now).bits()
        })
    }

    pub fn release(&self) {
        self.core.borrow_mut().intake_mut().answer_mut().release();
    }

    /// What is to be handed on now: nothing; a text that is one chunk; or a list of the text, the reasoning, and in order
    /// how long each chunk is, in UTF-16 units, and events. The lengths of chunks of the reasoning are below zero.
    pub fn take(&self) -> JsValue {
        let waiting = self.core.borrow_mut().intake_mut().answer_mut().take_waiting();
        match (waiting.items.len(), waiting.items.peek()) {
            (0, _) => return JsValue::UNDEFINED,
            (1, Some(Item::Text(_))) => return JsValue::from_str(&waiting.text),
            _ => {}
        }
        let list = Array::of2(&JsValue::from_str(&waiting.text), &JsValue::from_str(&waiting.reasoning));
        for item in waiting.items {
            list.push(&match item {
                Item::Text(length) => f64::from(word(length.units)).into(),
                Item::Reasoning(length) => (-f64::from(word(length.units))).into(),
                Item::Event(event) => self.event(&event),
            });
        }
        list.into()
    }

    /// In place of an error stands the number under which [`Self::failure`] has it.
    fn event(&self, event: &Event) -> JsValue {
        self.objects.event(event, &|error| {
            let mut told = self.told.borrow_mut();
            told.push(error.clone());
            f64::from(word(told.len() - 1)).into()
        })
    }
}
