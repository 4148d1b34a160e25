//! Steps that ask: an agent, or the user.

use super::Walker;
use crate::event::{Event, Thrown};
use crate::flow::host::{Host, Question};
use crate::flow::plan::{Node, Prompt};
use crate::flow::record::{Awaiting, StepRecord, AWAITING};
use crate::flow::scope::{Failure, IS_KEPT};
use crate::json::Value;
use crate::message::{Message, Role};
use crate::text::concat;

impl<H: Host> Walker<H> {
    pub(super) async fn ask_agent(&mut self, node: &Node<H::Step>, agent: &H::Step) -> Result<(), Failure> {
        let host = self.flow.host.clone();
        let scope = &self.scope;
        let question = Question {
            input: self.input.clone(),
            prompt: self.prompt_of_agent()?,
            context: scope.context.clone(),
            answer_target: scope.answer_target.clone(),
            signal: scope.signal.clone(),
            write: scope.write.clone(),
            trail: self.trail(node),
        };
        let result = host.ask(agent, question).await?;
        let text = result.text.clone();
        self.flow.totals.borrow_mut().add(result);
        if self.scope.answer_target.is_some() && !text.is_empty() {
            // The later steps of the branch see the answer, too.
            self.add_assistant(text, Value::object().with(IS_KEPT, Value::bool(true)))?;
        }
        self.scope.source = Some(node.name.clone());
        Ok(())
    }

    /// What an agent is asked: the input and, if there is one, the content of the step before under its name.
    fn prompt_of_agent(&self) -> Result<String, Thrown> {
        // The content may have been cleared.
        let (Some(source), Some(content)) = (&self.scope.source, self.flow.host.content(&self.scope.context)) else {
            return Ok((*self.input).to_owned());
        };
        Ok(concat(&[&self.input, "\n\n# ", source, "\n\n", &self.flow.host.text_of(&content)?]))
    }

    /// Asks the user. Returns the failure that ends the walk.
    pub(super) async fn ask_user(&self, node: &Node<H::Step>, prompt: &Prompt<H::Step>) -> Result<Failure, Failure> {
        let host = &self.flow.host;
        let text = match prompt {
            Prompt::Text(text) => text.clone(),
            Prompt::Made(prompt) => self.until(host.prompt(prompt, &self.scope.context)).await?,
        };
        let path: Vec<String> = self.scope.outer.iter().chain([&node.name]).map(|name| (**name).to_owned()).collect();
        // After the answer the history goes on, even if the answer comes in another page.
        let mut history = self.flow.history.borrow().clone();
        history.push(StepRecord::new(path.first().map_or("", String::as_str), host.timestamp()));
        let awaiting = Awaiting {
            flow: (*self.flow.name).to_owned(),
            path,
            input: (*self.input).to_owned(),
            prompt: text.clone(),
            history,
        };
        self.add_assistant(text.clone(), Value::object().with(AWAITING, awaiting.to_value()))?;
        self.tell(node, Event::UserInput { prompt: text.clone() });
        Ok(Failure::Asked(text))
    }

    fn add_assistant(&self, text: String, metadata: Value) -> Result<(), Thrown> {
        let host = &self.flow.host;
        let mut message = Message::new(Role::Assistant, text);
        message.timestamp = host.timestamp();
        message.metadata = metadata;
        host.conversation(&self.scope.context)?.borrow_mut().add(message);
        host.changed(&self.scope.context);
        Ok(())
    }
}
