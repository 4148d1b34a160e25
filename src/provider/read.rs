//! What the readers of several formats need.

use super::OnDelta;
use crate::json::{Found, Value};
use crate::message::{Delta, FinishReason, Usage};

/// Whether an object has one of these members, be it `null`.
#[cold]
pub(super) fn names(object: &[u8], members: &[&str]) -> bool {
    Value::parse(object).is_ok_and(|value| members.iter().any(|member| value.get(member).is_some()))
}

/// Hands on a text that is there and not empty.
pub(super) fn say(text: &Found<'_>, thought: bool, out: &mut OnDelta<'_>) {
    if let Some(text) = text.text() {
        out(if thought { Delta::Reasoning(text) } else { Delta::Text(text) });
    }
}

/// What stands between the quotes of a string.
pub(super) fn raw<'a>(found: &Found<'a>) -> &'a [u8] {
    if let Found::Text(text) = found {
        return text.raw();
    }
    &[]
}

/// Ends the answer.
pub(super) fn finish(reason: FinishReason, raw: String, out: &mut OnDelta<'_>) {
    out(Delta::Finish { reason, raw });
    out(Delta::End);
}

/// Hands on what `count` counts, if that is anything.
pub(super) fn usage(tokens: &[Found<'_>], out: &mut OnDelta<'_>) {
    let usage = count(tokens);
    if usage != Usage::default() {
        out(Delta::Usage(usage));
    }
}

/// The tokens of the input, the output, both, of reasoning and from a cache, these under one of two names: as many of
/// them as the format has.
pub(super) fn count(tokens: &[Found<'_>]) -> Usage {
    let count = |place: usize| tokens.get(place).and_then(Found::unsigned);
    let mut usage = Usage {
        input_tokens: count(0),
        output_tokens: count(1),
        total_tokens: count(2),
        reasoning_tokens: count(3),
        cached_input_tokens: count(4).or(count(5)),
        ..Usage::default()
    };
    // xAI leaves the reasoning out of the output; only the total tells.
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

/// Takes over the counts that are there: the newest of each are good.
pub(super) fn newest(counts: &mut [Option<u64>], found: &[Found<'_>]) {
    for (count, found) in counts.iter_mut().zip(found) {
        *count = found.unsigned().or(*count);
    }
}

/// The sum of the counts that are there.
pub(super) fn sum(counts: &[Option<u64>]) -> Option<u64> {
    counts.iter().flatten().copied().reduce(u64::saturating_add)
}
