//! What happens before a run asks: the guardrails are asked, and the run gets its features.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Array;

use super::{AgentFeatures, HelperAgents, JsContext, JsValues, Packed};
use crate::config::ResolvedConfig;
use crate::conversation::turns::Turn;
use crate::conversation::Conversation;
use crate::event::Thrown;
use crate::run::features::{fill, guard_input, Asked, Host, Member, RunFeatures, SharedContext};
use crate::run::{Delivery, Run, TokenCounter};
use crate::web::attachments::Attachments;

/// A run that is to begin, and what it needs for that.
pub(in crate::web) struct Equipment {
    pub(in crate::web) features: AgentFeatures,
    pub(in crate::web) helpers: Rc<HelperAgents>,
    pub(in crate::web) config: Rc<ResolvedConfig>,
    pub(in crate::web) run: Rc<RefCell<Run>>,
    pub(in crate::web) delivery: Weak<Delivery>,
    pub(in crate::web) turn: Option<Rc<Turn>>,
    /// The conversation that is asked in.
    pub(in crate::web) conversation: Rc<RefCell<Conversation>>,
    pub(in crate::web) question: Question,
    pub(in crate::web) context: Option<JsContext>,
}

/// What a run is asked.
pub(in crate::web) struct Question {
    /// `None` for a run that continues an interrupted answer.
    pub(in crate::web) text: RefCell<Option<String>>,
    /// The question is the last one in the conversation at the time when the run may begin.
    pub(in crate::web) regenerates: bool,
    pub(in crate::web) attachments: Array,
    /// Where the attachments are stored.
    pub(in crate::web) store: Option<Rc<Attachments>>,
    /// Sent instead of the text, which is already a turn.
    pub(in crate::web) prompt: Option<String>,
}

impl Equipment {
    /// Returns what the run does besides asking, if anything.
    pub(in crate::web) async fn equip(
        &self,
        token_counter: Option<Rc<dyn TokenCounter>>,
    ) -> Result<Option<Rc<RunFeatures>>, Thrown> {
        let AgentFeatures { features, input_guardrails } = &self.features;
        if self.question.regenerates {
            let last = self.last_question();
            *self.question.text.borrow_mut() = last;
        }
        let question = self.question.text.borrow().clone();
        // If the run was stopped while it waited, no guardrail is asked.
        if let Some(question) = question.as_deref().filter(|_| !self.is_over()) {
            guard_input(input_guardrails, question, self.question.attachments.length() > 0, &JsValues).await?;
        }
        let Some(delivery) = self.delivery.upgrade().filter(|delivery| !delivery.is_over()) else { return Ok(None) };
        let mut extras = None;
        if !features.is_empty() {
            let asked = Asked {
                question: self.asked(),
                resumes: question.is_none(),
                context: self.context.clone().map(|context| Rc::new(context) as Rc<dyn SharedContext>),
                turn: self.turn.clone(),
                judge: self.helpers.make(Member::Score, &self.config, token_counter.clone())?,
                router: self.helpers.make(Member::NextRoute, &self.config, token_counter)?,
            };
            let host = Host { values: Rc::new(JsValues), events: delivery.clone() };
            let own = Rc::new(RunFeatures::new(features.clone(), self.config.clone(), host, asked));
            if features.answer.is_some() {
                let hears = Rc::downgrade(&own);
                delivery.on_text(Rc::new(move |text| {
                    if let Some(own) = hears.upgrade() {
                        own.heard(text);
                    }
                }));
            }
            extras = Some(own);
        }
        drop(delivery);
        self.put()?;
        self.attach().await?;
        Ok(extras)
    }

    fn is_over(&self) -> bool {
        self.delivery.upgrade().is_none_or(|delivery| delivery.is_over())
    }

    /// The text that the answer responds to.
    fn asked(&self) -> String {
        let asked = self.question.prompt.clone().or_else(|| self.question.text.borrow().clone());
        asked.or_else(|| self.last_question()).unwrap_or_default()
    }

    fn last_question(&self) -> Option<String> {
        self.conversation.borrow().last_question()
    }

    fn put(&self) -> Result<(), Thrown> {
        let instructions = &self.config.options.instructions;
        let context = self.context.as_ref().filter(|_| instructions.contains("{{"));
        let filled = context.map(|context| fill(instructions, context, &JsValues)).transpose().map_err(Thrown::Host)?;
        if filled.is_some() || self.question.prompt.is_some() {
            let conversation = self.conversation.borrow();
            self.run.borrow_mut().put(filled.as_deref(), self.question.prompt.as_deref(), &conversation);
        }
        Ok(())
    }

    async fn attach(&self) -> Result<(), Thrown> {
        if self.question.attachments.length() == 0 {
            return Ok(());
        }
        let question = Packed::of(&self.question.attachments, self.question.store.clone())?;
        // Attachments of a question that is refused are neither read nor stored.
        if let Some(mut error) = self.config.protocol.refuses(&question.attachments()) {
            error.provider = Some(self.config.protocol.name);
            return Err(error.into());
        }
        let kept = question.keep().await?;
        if self.is_over() {
            return Ok(());
        }
        self.run.borrow_mut().attach(kept.asked())?;
        Ok(())
    }
}
