//! Functions that the readers of several formats share.

use super::OnDelta;
use crate::json::{fields, RawValue, Value};
use crate::message::{Delta, FinishReason, Usage};

/// Whether an object has one of these members, even if it is `null`.
#[cold]
pub(super) fn names(object: &[u8], members: &[&str]) -> bool {
    Value::parse(object).is_ok_and(|value| members.iter().any(|member| value.get(member).is_some()))
}

/// Hands on a text that is there and not empty.
pub(super) fn say(text: &RawValue<'_>, thought: bool, out: &mut OnDelta<'_>) {
    if let Some(text) = text.text() {
        out(if thought { Delta::Reasoning(text) } else { Delta::Text(text) });
    }
}

/// The characters between the quotes of a string.
pub(super) fn raw<'a>(found: &RawValue<'a>) -> &'a [u8] {
    if let RawValue::Text(text) = found {
        return text.raw();
    }
    &[]
}

/// Ends the answer.
pub(super) fn finish(reason: FinishReason, raw: String, out: &mut OnDelta<'_>) {
    out(Delta::Finish { reason, raw });
    out(Delta::End);
}

fields! {
    /// The counts of tokens, as many of them as a format has. Those from a cache have one of two names.
    pub(super) struct Tokens { input, output, total, reasoning, cached, cache_hits }
}

/// Hands on the counts of tokens, if there are any.
pub(super) fn usage(tokens: &Tokens<'_>, out: &mut OnDelta<'_>) {
    let usage = count(tokens);
    if usage != Usage::default() {
        out(Delta::Usage(usage));
    }
}

/// The counts of tokens as a [`Usage`].
pub(super) fn count(tokens: &Tokens<'_>) -> Usage {
    let mut usage = Usage {
        input_tokens: tokens.input.unsigned(),
        output_tokens: tokens.output.unsigned(),
        total_tokens: tokens.total.unsigned(),
        reasoning_tokens: tokens.reasoning.unsigned(),
        cached_input_tokens: tokens.cached.unsigned().or(tokens.cache_hits.unsigned()),
        ..Usage::default()
    };
    // xAI does not count the reasoning as output; only the total shows this.
    if let (Some(input), Some(output), Some(total), Some(reasoning @ 1..)) =
        (usage.input_tokens, usage.output_tokens, usage.total_tokens, usage.reasoning_tokens)
    {
        let with_reasoning = output.saturating_add(reasoning);
        if input.saturating_add(with_reasoning) == total {
            usage.output_tokens = Some(with_reasoning);
        }
    }
    usage
}

/// Takes over a count if there is one: the newest is valid.
pub(super) fn newest(count: &mut Option<u64>, found: &RawValue<'_>) {
    *count = found.unsigned().or(*count);
}

/// The sum of the counts that are there.
pub(super) fn sum(counts: &[Option<u64>]) -> Option<u64> {
    counts.iter().flatten().copied().reduce(u64::saturating_add)
}
