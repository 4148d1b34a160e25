//! What the runs of an agent do besides asking, as its options say.

use std::rc::Rc;

use js_sys::Function;

use super::{JsGuardrail, JsTool, JsValidator};
use crate::run::features::{AnswerCheck, Features, Guardrail, HostTool};
use crate::web::options::AgentOptions;

/// What the runs of an agent do besides asking.
#[derive(Clone, Default)]
pub(in crate::web) struct AgentFeatures {
    pub(in crate::web) features: Rc<Features>,
    /// The guardrails that are asked before a question is sent.
    pub(in crate::web) input_guardrails: Rc<[Rc<dyn Guardrail>]>,
}

impl AgentFeatures {
    pub(in crate::web) fn new(options: &AgentOptions) -> Self {
        let tools = options.tools.iter().cloned();
        let validator = options.answer_validator.clone();
        let check = validator.map_or(AnswerCheck::JsonSchema, |own| AnswerCheck::Validator(Rc::new(JsValidator(own))));
        Self {
            features: Rc::new(Features {
                tools: tools.map(|tool| Rc::new(JsTool(tool)) as Rc<dyn HostTool>).collect(),
                answer: options.config.schema.as_ref().map(|_| check),
                schema_retries: options.schema_retries,
                output_guardrails: guardrails(&options.output_guardrails).collect(),
                evaluation: options.evaluation.clone(),
                routing: options.routing.clone(),
            }),
            input_guardrails: guardrails(&options.input_guardrails).collect(),
        }
    }
}

fn guardrails(given: &[Function]) -> impl Iterator<Item = Rc<dyn Guardrail>> + '_ {
    given.iter().cloned().map(|guardrail| Rc::new(JsGuardrail(guardrail)) as Rc<dyn Guardrail>)
}
