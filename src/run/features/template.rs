//! Instructions with placeholders for shared values, as in Refinire.

use super::{SharedContext, Values};
use crate::event::{Evaluation, HostValue};
use crate::text::concat;

/// `instructions` with the placeholders filled in: `{{RESULT}}` is the result of the run or step before,
/// `{{EVAL_RESULT}}` how that was judged, and `{{name}}` the value that is shared under that name. A text is inserted
/// as it is, anything else as JSON. A placeholder without a value stays.
///
/// # Errors
/// What is thrown by a value that cannot be written as JSON.
pub fn fill(instructions: &str, context: &dyn SharedContext, values: &dyn Values) -> Result<String, HostValue> {
    let mut filled = String::new();
    let mut rest = instructions;
    while let Some(open) = rest.find("{{") {
        let behind = rest.get(open + 2..).unwrap_or_default();
        let end = behind.find(['{', '}']).unwrap_or(behind.len());
        let is_closed = behind.get(end..).is_some_and(|close| close.starts_with("}}"));
        if !is_closed {
            // The next one may begin within these two.
            let (passed, next) = rest.split_at_checked(open + 1).unwrap_or((rest, ""));
            filled.push_str(passed);
            rest = next;
            continue;
        }
        filled.push_str(rest.get(..open).unwrap_or_default());
        let name = behind.get(..end).unwrap_or_default().trim_matches(is_space);
        match value_of(name, context, values)? {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(rest.get(open..open + 2 + end + 2).unwrap_or_default()),
        }
        rest = behind.get(end + 2..).unwrap_or_default();
    }
    filled.push_str(rest);
    Ok(filled)
}

fn value_of(name: &str, context: &dyn SharedContext, values: &dyn Values) -> Result<Option<String>, HostValue> {
    let value = match name {
        "RESULT" => context.content(),
        "EVAL_RESULT" => return Ok(Some(context.evaluation().map_or(String::new(), |it| judged(&it, values)))),
        name => match context.shared(name) {
            Some(value) => Some(value),
            None => return Ok(None),
        },
    };
    value.map_or(Ok(Some(String::new())), |value| values.text_of(&value).map(Some))
}

fn judged(Evaluation { score, passed, feedback }: &Evaluation, values: &dyn Values) -> String {
    let passed = if *passed { "true" } else { "false" };
    let line = concat(&["Score: ", &values.number_text(*score), ", passed: ", passed]);
    match feedback.as_deref() {
        None | Some("") => line,
        Some(feedback) => concat(&[&line, ", feedback: ", feedback]),
    }
}

/// White space as JavaScript sees it.
pub(super) fn is_space(char: char) -> bool {
    (char.is_whitespace() && char != '\u{85}') || char == '\u{FEFF}'
}
