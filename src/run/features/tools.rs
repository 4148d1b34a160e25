//! Runs the tools that the model calls.

use futures::stream::{FuturesUnordered, StreamExt};

use super::{RunFeatures, ToolContext};
use crate::event::{Event, HostValue};
use crate::json::quote;
use crate::message::ToolCall;
use crate::run::{StopSignal, ToolOutcome};
use crate::text::{concat, join};

/// Runs all `calls` at once. Returns, in their order, the text for the model about each, including tools that do not
/// exist, inputs that do not fit and tools that throw. An event reports each call, in the order in which they finish.
pub(super) async fn answered(run: &RunFeatures, calls: Vec<ToolCall>, signal: &StopSignal) -> Vec<ToolOutcome> {
    let numbered = |(place, call)| async move { (place, answer(run, call, signal).await) };
    let running: FuturesUnordered<_> = calls.into_iter().enumerate().map(numbered).collect();
    let mut outcomes: Vec<_> = running.collect().await;
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn answer(run: &RunFeatures, call: ToolCall, signal: &StopSignal) -> ToolOutcome {
    let values = &run.host.values;
    let done = executed(run, &call, signal).await;
    let done = done.and_then(|output| Ok((values.text_of(&output)?, output)));
    let is_error = done.is_err();
    let (text, output) = done.unwrap_or_else(|thrown| {
        let words = values.describe(&thrown);
        let output = values.string(&words);
        (words, output)
    });
    let ToolCall { id, name, .. } = call;
    if !signal.is_stopped() {
        run.host.events.tell(&Event::ToolResult { id: id.clone(), name, output, is_error });
    }
    ToolOutcome { id, output: text, is_error }
}

async fn executed(run: &RunFeatures, call: &ToolCall, signal: &StopSignal) -> Result<HostValue, HostValue> {
    let (config, values) = (&run.config, &run.host.values);
    let place = config.options.tools.iter().position(|tool| tool.name == call.name);
    let Some(tool) = place.and_then(|place| run.features.tools.get(place)) else {
        let names: Vec<_> = config.options.tools.iter().map(|tool| quote(&tool.name)).collect();
        return Err(values.error(&concat(&["there is no tool ", &quote(&call.name), ", only ", &join(&names, ", ")])));
    };
    let Some(input) = call.input() else {
        return Err(values.error(&concat(&["the arguments are not valid JSON: ", &call.input_text])));
    };
    let mut input = values.parse(&input)?;
    if let Some(validator) = tool.validator() {
        input = validator.validate(input).await?;
    } else if let Some(misfit) =
        config.input_misfit(&call.name, &call.input_text, &mut |pattern, text| values.matches(pattern, text))
    {
        return Err(values.error(&misfit.to_string()));
    }
    let context = run.context.as_ref().map(|context| context.own());
    let given = ToolContext { id: &call.id, context: context.as_ref(), signal, turn: run.turn.as_deref() };
    tool.execute(input, given).await
}
