//! An agent, its server, and the time.

use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
use refinire_web::{Agent, AgentConfig, Context, Env, Event};

pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) server: ScriptedTransport,
    pub(crate) agent: Agent,
}

impl World {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::of(AgentConfig::new("gpt-4o"), replies)
    }

    pub(crate) fn of(config: AgentConfig, replies: impl IntoIterator<Item = Reply>) -> Self {
        let clock = VirtualClock::default();
        let server = ScriptedTransport::new(&clock, replies);
        let agent = Agent::with_env(config, Env::new(clock.clone(), server.clone())).unwrap();
        Self { clock, server, agent }
    }

    /// Nothing is left of any run.
    pub(crate) fn is_clean(&self) -> bool {
        self.clock.pending() == 0 && self.server.sent().iter().all(|sent| sent.closed_at.is_some())
    }
}

/// The turns, a line each; one that was interrupted ends with a dash.
pub(crate) fn said(context: &Context) -> Vec<String> {
    let messages = context.messages();
    let line = |message: &refinire_web::Message| {
        format!("{}: {}{}", message.role.as_str(), message.content, if message.interrupted { "–" } else { "" })
    };
    messages.iter().map(line).collect()
}

/// An event in a word or two.
pub(crate) fn told(event: &Event) -> String {
    match event {
        Event::Start { attempt, .. } => format!("start {attempt}"),
        Event::TextDelta { text } => text.clone(),
        Event::ReasoningDelta { text } => format!("({text})"),
        Event::ToolCall(call) => format!("calls {}", call.name),
        Event::ToolResult { name, is_error, output, .. } => {
            let output = refinire_web::client::json_of(output).unwrap().to_json();
            format!("{name}{}: {output}", if *is_error { " failed" } else { "" })
        }
        Event::Retry { attempt, delay_ms, .. } => format!("retry {attempt} after {delay_ms}"),
        Event::Finish { .. } => "finish".to_owned(),
        other => format!("{other:?}"),
    }
}
