//! What the tools and structured answers of a run, which are JavaScript, need of its core.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::error::into_js;
use super::listener::JsListener;
use super::pattern::matches;
use super::promise::host_value;
use crate::agent::Plan;
use crate::event::Event;
use crate::json::{Begin, JsonExtractor};
use crate::run as core;
use crate::run::Delivery;

/// The core of a run. Internal: no part of the public surface.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Run {
    core: Rc<RefCell<core::Run>>,
    delivery: Weak<Delivery>,
    plan: Rc<Plan>,
    listener: Rc<JsListener>,
    /// Looks for the JSON in the answer.
    extractor: RefCell<JsonExtractor>,
}

impl Run {
    pub(super) fn new(
        core: Rc<RefCell<core::Run>>,
        delivery: &Rc<Delivery>,
        plan: Rc<Plan>,
        listener: Rc<JsListener>,
    ) -> Self {
        let extractor = RefCell::new(plan.extractor());
        Self { core, delivery: Rc::downgrade(delivery), plan, listener, extractor }
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)] // Called by world.js and js/run/.
impl Run {
    /// Nothing more is to be handed on.
    #[wasm_bindgen(getter, js_name = isOver)]
    pub fn is_over(&self) -> bool {
        self.delivery.upgrade().is_none_or(|delivery| delivery.is_over())
    }

    /// It has that turn in its conversation.
    #[wasm_bindgen(js_name = hasTurn)]
    pub fn has_turn(&self, turn: &super::inside::Turn) {
        self.listener.has_turn(turn.turn());
    }

    /// UTF-16 units that were delivered.
    #[wasm_bindgen(getter)]
    pub fn chars(&self) -> usize {
        self.delivery.upgrade().map_or(0, |delivery| delivery.chars())
    }

    /// Tells of an event.
    pub fn tell(&self, event: JsValue) {
        if let Some(delivery) = self.delivery.upgrade() {
            delivery.tell(&Event::Host(host_value(event)));
        }
    }

    /// Calls `listener` with each chunk where somebody listens to events.
    #[wasm_bindgen(js_name = onText)]
    pub fn on_text(&self, listener: Function) {
        if let Some(delivery) = self.delivery.upgrade() {
            delivery.on_text(Rc::new(move |text| {
                let _ = listener.call1(&JsValue::UNDEFINED, &JsValue::from_str(text));
            }));
        }
    }

    /// What the question comes with; gives what is wrong with it.
    pub fn attach(&self, attachments: &str) -> JsValue {
        let refused = self.core.borrow_mut().attach(attachments).err();
        refused.map_or(JsValue::UNDEFINED, |mut error| {
            error.provider = Some(self.plan.wire.name);
            into_js(&error)
        })
    }

    /// Other instructions than the agent's; a prompt that is asked instead of the question, which was `asked` already.
    pub fn put(&self, instructions: &str, prompt: Option<String>, asked: &super::Conversation) {
        self.core.borrow_mut().put(Some(instructions), prompt.as_deref(), &asked.shared().borrow());
    }

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
        found.iter().flat_map(|range| [unit(range.start), unit(range.end)]).collect()
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

/// A place in a text: 32 bits are all there are.
fn unit(place: usize) -> u32 {
    u32::try_from(place).unwrap_or_default()
}
