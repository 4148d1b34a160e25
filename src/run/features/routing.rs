//! The model chooses the step of a flow that runs next.

use std::rc::Rc;

use super::helper::{input, said, unsaid};
use super::{Helper, Values};
use crate::error::{Code, Error};
use crate::event::Routing;
use crate::json::{quote, Value};
use crate::text::{concat, join};

/// The steps that a model chooses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingConfig {
    /// Additional instructions for the router.
    pub instruction: Option<String>,
    /// The names of the steps.
    pub destinations: Vec<String>,
}

impl RoutingConfig {
    /// The instructions of the router.
    pub(super) fn router_instructions(&self) -> String {
        let instruction = self.instruction.as_deref().unwrap_or("Choose what is to be done next.");
        let names: Vec<_> = self.destinations.iter().map(|name| quote(name)).collect();
        let choice = join(&names, ", ");
        concat(&["You decide what follows an answer. ", instruction, "\n\nChoose one of: ", &choice, "."])
    }

    /// The JSON Schema of a choice.
    pub(super) fn router_schema(&self) -> Value {
        let destinations = self.destinations.iter().map(Value::string).collect();
        let properties = Value::object()
            .with("nextRoute", Value::object().with("type", "string").with("enum", Value::Array(destinations)))
            .with("reasoning", Value::object().with("type", "string").with("description", "Why."));
        Value::object()
            .with("type", "object")
            .with("properties", properties)
            .with("required", Value::Array(vec![Value::string("nextRoute"), Value::string("reasoning")]))
            .with("additionalProperties", Value::bool(false))
    }
}

/// Lets a model choose the next step.
pub(super) struct Router {
    helper: Rc<dyn Helper>,
    destinations: Vec<String>,
}

impl Router {
    pub(super) fn new(helper: Rc<dyn Helper>, config: &RoutingConfig) -> Self {
        Self { helper, destinations: config.destinations.clone() }
    }

    /// The step that follows this answer.
    pub(super) async fn route(&self, question: &str, text: &str, values: &dyn Values) -> Result<Routing, Error> {
        let result = self.helper.ask(input(question, text)).await;
        let result = result.map_err(|cause| unsaid("routed", cause, text, values))?;
        let said = said(&result);
        let next = said.text("nextRoute").filter(|next| self.destinations.iter().any(|name| name == next));
        let Some(next) = next else {
            let mut error = Error::new(Code::Schema, concat(&["the model chose no destination: ", &result.text]));
            text.clone_into(&mut error.partial_text);
            return Err(error);
        };
        Ok(Routing { next_route: next.to_owned(), reasoning: said.text("reasoning").map(str::to_owned) })
    }
}
