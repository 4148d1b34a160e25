//! An answer that is JSON: reported while it grows, and read when it is complete.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{AnswerCheck, GrowingValue, Host};
use crate::config::ResolvedConfig;
use crate::error::{Code, Error};
use crate::event::HostValue;
use crate::json::{Begin, JsonExtractor, Value};
use crate::text::concat;

/// Reads the JSON of an answer. A value at the beginning of the answer is reported while it arrives, any other once it
/// is clear that it is the one that is meant.
pub(super) struct Structured {
    config: Rc<ResolvedConfig>,
    check: AnswerCheck,
    host: Host,
    extractor: RefCell<JsonExtractor>,
    /// The value whose events are reported.
    growing: RefCell<Option<Rc<dyn GrowingValue>>>,
    /// No more events are reported while the answer arrives.
    is_over: Cell<bool>,
    /// There is a listener for events.
    is_heard: Cell<bool>,
}

impl Structured {
    pub(super) fn new(config: &Rc<ResolvedConfig>, check: AnswerCheck, host: &Host) -> Self {
        Self {
            extractor: RefCell::new(config.extractor()),
            config: config.clone(),
            check,
            host: host.clone(),
            growing: RefCell::default(),
            is_over: Cell::new(false),
            is_heard: Cell::new(false),
        }
    }

    /// The answer starts over.
    pub(super) fn restart(&self) {
        self.extractor.borrow_mut().restart();
        self.is_over.set(false);
        self.growing.take();
    }

    /// No events are reported until the answer is complete.
    pub(super) fn wait(&self) {
        self.is_over.set(true);
    }

    /// Takes a chunk of the answer that was reported as an event.
    pub(super) fn push(&self, text: &str) {
        self.is_heard.set(true);
        if self.is_over.get() {
            return;
        }
        if self.growing.borrow().is_some() {
            return self.grow(text);
        }
        let begin = self.extractor.borrow_mut().begin(text);
        match begin {
            Begin::NotYet => {}
            Begin::Never => self.is_over.set(true),
            Begin::Here { opening, at } => {
                let mut value = String::from(opening);
                value.push_str(text.get(at..).unwrap_or_default());
                self.grow(&value);
            }
        }
    }

    fn grow(&self, json: &str) {
        // A listener may call anything, so nothing is borrowed meanwhile.
        let growing = self.growing.borrow_mut().get_or_insert_with(|| self.host.values.growing()).clone();
        let goes_on = growing.push(json, &|event| self.host.events.tell(event));
        self.is_over.set(!goes_on);
    }

    /// The value of a complete `answer`, as the validator makes it; the answer ended with `text`.
    pub(super) async fn value(&self, answer: &str, text: &str) -> Result<HostValue, Error> {
        let mut inner;
        let mut answer = answer;
        loop {
            let places = self.extractor.borrow().find(answer);
            let is_none = places.is_empty();
            let mut failure = None;
            for (at, place) in places.into_iter().enumerate() {
                let json = answer.get(place).unwrap_or_default();
                match self.conformed(json).await {
                    Ok(value) => {
                        // The value at the beginning of the answer is tried first.
                        let is_told = at == 0 && self.is_whole();
                        if self.is_heard.get() && !is_told {
                            self.tell_whole(json);
                        }
                        return Ok(value);
                    }
                    Err(cause) => failure = failure.or(Some(cause)),
                }
            }
            match string_in(answer).filter(|_| is_none) {
                Some(string) => inner = string,
                None => return Err(self.refused(answer, text, failure)),
            }
            answer = &inner;
        }
    }

    fn refused(&self, answer: &str, text: &str, failure: Option<HostValue>) -> Error {
        let values = &self.host.values;
        let what = if failure.is_some() { "does not fit the schema" } else { "is not the JSON that was asked for" };
        let cause = failure.unwrap_or_else(|| {
            let why = self.extractor.borrow().why_none(answer);
            values.error(&why)
        });
        let message = concat(&["the answer ", what, ": ", &values.describe(&cause), ". It is: ", answer]);
        let mut error = Error::new(Code::Schema, message).caused_by(cause);
        text.clone_into(&mut error.partial_text);
        error
    }

    /// The value as the check makes it, or what is wrong with it.
    async fn conformed(&self, json: &str) -> Result<HostValue, HostValue> {
        let values = &self.host.values;
        match &self.check {
            AnswerCheck::JsonSchema => {
                let value = values.parse(json)?;
                let misfit = self.config.answer_misfit(json, &mut |pattern, text| values.matches(pattern, text));
                misfit.map_or(Ok(value), |misfit| Err(values.error(&misfit.to_string())))
            }
            AnswerCheck::Validator(validator) => validator.validate(values.parse(json)?).await,
            AnswerCheck::Member(member) => {
                let value = Value::parse(json.as_bytes()).map_err(|error| values.error(&error.told()))?;
                if member.is_in(&value, &**values) {
                    return Ok(Rc::new(value));
                }
                Err(values.error(&concat(&[member.name(), " is missing"])))
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.growing.borrow().as_ref().is_some_and(|growing| growing.is_whole())
    }

    /// Reports a value that did not stream.
    fn tell_whole(&self, json: &str) {
        self.growing.take();
        // A number is complete only when something follows it.
        self.grow(&concat(&[json, " "]));
    }
}

/// The string, if an answer is one: some models wrap their JSON in a string.
fn string_in(answer: &str) -> Option<String> {
    match Value::parse(answer.as_bytes()) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}
