//! Tools that are Rust functions.

use std::fmt::{self, Display};
use std::future::Future;
use std::rc::Rc;

use super::values::{json_of, value};
use crate::error::Error;
use crate::event::HostValue;
use crate::json::Value;
use crate::message;
use crate::run::features::{Done, HostTool, ToolContext, Validator};
use crate::text::concat;

/// A tool that the model may call, and the async function that the call runs.
pub struct Tool {
    pub(super) declared: message::Tool,
    pub(super) function: Rc<Function>,
}

/// The function, which takes the model's arguments as JSON.
pub(super) struct Function(Box<dyn Fn(Value) -> Done<HostValue>>);

impl Tool {
    /// A tool. `parameters` is the JSON Schema of the arguments. If the arguments do not fit it, or if the function fails, the
    /// model gets the error as the tool's result.
    ///
    /// # Errors
    /// `invalid-argument` if `parameters` is not JSON.
    pub fn new<F, O, E>(
        name: &str,
        description: &str,
        parameters: &str,
        function: impl Fn(Value) -> F + 'static,
    ) -> Result<Self, Error>
    where
        F: Future<Output = Result<O, E>> + 'static,
        O: Into<Value>,
        E: Display,
    {
        let parameters = Value::parse(parameters.as_bytes()).map_err(|error| {
            Error::invalid(concat(&["the parameters of the tool ", name, " are not valid JSON: ", &error.told()]))
        })?;
        let declared =
            message::Tool { name: name.to_owned(), description: description.to_owned(), parameters, executes: true };
        let function = Function(Box::new(move |input| {
            let running = function(input);
            Box::pin(async move {
                let done = running.await;
                done.map(|output| value(output.into())).map_err(|error| value(Value::string(error.to_string())))
            })
        }));
        Ok(Self { declared, function: Rc::new(function) })
    }
}

impl HostTool for Function {
    fn validator(&self) -> Option<Rc<dyn Validator>> {
        None
    }

    fn execute(&self, input: HostValue, _: ToolContext<'_>) -> Done<HostValue> {
        (self.0)(json_of(&input).cloned().unwrap_or(Value::object()))
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("name", &self.declared.name).finish_non_exhaustive()
    }
}
