//! Why an answer ended, and how many tokens it took.

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is complete.
    Stop,
    /// The provider's bound on tokens was reached.
    Length,
    /// The provider withheld the answer, or the model refused.
    ContentFilter,
    /// The model waits for tools.
    ToolCalls,
    /// `limits.maxChars` was reached.
    Limit,
    /// The caller stopped the run.
    Aborted,
    /// A flow waits for the user.
    UserInput,
    /// The provider has another word for it.
    Other,
}

impl FinishReason {
    /// The reason as JavaScript callers see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content-filter",
            Self::ToolCalls => "tool-calls",
            Self::Limit => "limit",
            Self::Aborted => "aborted",
            Self::UserInput => "user-input",
            Self::Other => "other",
        }
    }
}

/// Tokens used. Input includes cached tokens, and output includes reasoning, whichever way the provider counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens of the request.
    pub input_tokens: Option<u64>,
    /// Tokens of the answer.
    pub output_tokens: Option<u64>,
    /// Input and output together.
    pub total_tokens: Option<u64>,
    /// Tokens of the answer that were reasoning.
    pub reasoning_tokens: Option<u64>,
    /// Tokens of the request that came from a cache.
    pub cached_input_tokens: Option<u64>,
    /// The run was stopped before the provider had reported all tokens, so some are estimated.
    pub estimated: bool,
}

/// `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

impl Usage {
    /// Takes over every figure that `newer` has.
    pub fn update(&mut self, newer: &Self) {
        self.input_tokens = newer.input_tokens.or(self.input_tokens);
        self.output_tokens = newer.output_tokens.or(self.output_tokens);
        self.total_tokens = newer.total_tokens.or(self.total_tokens);
        self.reasoning_tokens = newer.reasoning_tokens.or(self.reasoning_tokens);
        self.cached_input_tokens = newer.cached_input_tokens.or(self.cached_input_tokens);
    }

    /// The sum of both. A figure that only one of them has is taken from there.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Self {
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
            total_tokens: sum(self.total_tokens, other.total_tokens),
            reasoning_tokens: sum(self.reasoning_tokens, other.reasoning_tokens),
            cached_input_tokens: sum(self.cached_input_tokens, other.cached_input_tokens),
            estimated: self.estimated || other.estimated,
        }
    }

    /// The same for an answer that was stopped, of which about `output_tokens` had come: the provider reports less while
    /// it streams, or nothing.
    #[must_use]
    pub fn of_stopped(&self, output_tokens: u64) -> Self {
        let output_tokens = Some(output_tokens.max(self.output_tokens.unwrap_or_default()));
        Self { output_tokens, total_tokens: None, estimated: true, ..*self }
    }

    /// The same as callers see it: the total is the sum if the provider gives none, and no figure is larger than the largest
    /// integer that a number of JavaScript holds exactly.
    #[must_use]
    pub fn reported(self) -> Self {
        let sum = self.input_tokens.zip(self.output_tokens).map(|(input, output)| input.saturating_add(output));
        let bounded = |figure: Option<u64>| figure.map(|figure| figure.min(MAX_SAFE_INTEGER));
        Self {
            input_tokens: bounded(self.input_tokens),
            output_tokens: bounded(self.output_tokens),
            total_tokens: bounded(self.total_tokens.or(sum)),
            reasoning_tokens: bounded(self.reasoning_tokens),
            cached_input_tokens: bounded(self.cached_input_tokens),
            estimated: self.estimated,
        }
    }
}
