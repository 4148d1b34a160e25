//! The caller's code that decides whether a question is asked, and whether an answer is accepted.

use std::rc::Rc;

use super::{Guardrail, Values};
use crate::error::{Code, Error};
use crate::event::HostValue;
use crate::text::concat;

/// Asks the guardrails about a question before it is sent.
///
/// # Errors
/// `invalid-argument` for an empty question, `guardrail` for one that is refused.
pub async fn guard_input(
    guardrails: &[Rc<dyn Guardrail>],
    question: &str,
    has_attachments: bool,
    values: &dyn Values,
) -> Result<(), Error> {
    if !has_attachments && question.chars().all(super::template::is_space) {
        return Err(Error::invalid("the input is empty: there is nothing to answer"));
    }
    for guardrail in guardrails {
        asked(&**guardrail, values.string(question), "input", "the input").await?;
    }
    Ok(())
}

/// Asks the guardrails about an answer that has been given. `text` is the part of it that was shown.
pub(super) async fn guard_output(
    guardrails: &[Rc<dyn Guardrail>],
    content: &HostValue,
    text: &str,
) -> Result<(), Error> {
    for guardrail in guardrails {
        asked(&**guardrail, content.clone(), "output", "the answer").await.map_err(|mut error| {
            text.clone_into(&mut error.partial_text);
            error
        })?;
    }
    Ok(())
}

async fn asked(guardrail: &dyn Guardrail, value: HostValue, which: &str, what: &str) -> Result<(), Error> {
    match guardrail.passes(value).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::new(Code::Guardrail, concat(&["an ", which, " guardrail refused ", what]))),
        Err(cause) => Err(Error::new(Code::Guardrail, concat(&["an ", which, " guardrail threw"])).caused_by(cause)),
    }
}
