//! One request: which part of the conversation it sends.

use std::rc::Rc;

use crate::config::ResolvedConfig;
use crate::conversation::trimmed;
use crate::message::Message;
use crate::provider::HttpRequest;

/// A request that is to be made. It borrows nothing from its run, because the caller's token counter may stop the run.
#[derive(Debug)]
pub struct Request {
    pub(crate) config: Rc<ResolvedConfig>,
    pub(crate) messages: Rc<Vec<Message>>,
    /// The beginning of the answer that is to be continued; empty for a new one.
    pub(crate) text: String,
    /// Whether that text is the last turn of the request.
    pub(crate) prefill: bool,
    pub(crate) stream: bool,
}

impl Request {
    /// The HTTP request. `count` returns how many tokens a text has; it is called only if tokens are limited.
    pub fn call(&self, count: &mut dyn FnMut(&str) -> f64) -> HttpRequest {
        let config = &*self.config;
        let fitting;
        let messages = match config.options.max_input_tokens {
            Some(max) => {
                let max = if self.text.is_empty() { max } else { max - count(&self.text) };
                fitting = trimmed(&self.messages, max, &config.options.instructions, count);
                &fitting
            }
            None => &*self.messages,
        };
        config.call(messages, &self.text, self.prefill, self.stream)
    }
}
