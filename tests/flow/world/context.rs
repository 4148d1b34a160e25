//! A context: a conversation, what its steps share, the last content, what was said of the next step.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use refinire_web::conversation::Conversation;
use refinire_web::error::Error;
use refinire_web::flow::Steer;
use refinire_web::json::Value;
use refinire_web::message::Role;
use serde_json::Value as Json;

pub(crate) struct Context {
    conversation: RefCell<Option<Rc<RefCell<Conversation>>>>,
    pub(crate) shared: RefCell<Value>,
    pub(crate) content: RefCell<Option<Json>>,
    pub(crate) result: Cell<u64>,
    pub(crate) steer: RefCell<Steer>,
    pub(crate) saves: Cell<usize>,
    /// How long it takes until what was stored has been read.
    pub(crate) ready_after: Cell<f64>,
}

impl Context {
    pub(crate) fn new(id: &str) -> Rc<Self> {
        Self::of(Conversation::new(id).by("aaaa"))
    }

    fn of(conversation: Conversation) -> Rc<Self> {
        let shared = conversation.shared_state().clone();
        Rc::new(Self {
            conversation: RefCell::new(Some(Rc::new(RefCell::new(conversation)))),
            shared: RefCell::new(shared),
            content: RefCell::default(),
            result: Cell::default(),
            steer: RefCell::default(),
            saves: Cell::default(),
            ready_after: Cell::default(),
        })
    }

    /// As another page has it, from what is kept.
    pub(crate) fn reload(&self) -> Rc<Self> {
        let kept = self.conversation().borrow().to_value().with("sharedState", self.shared.borrow().clone());
        Self::of(Conversation::from_value("", &kept).expect("a conversation"))
    }

    pub(crate) fn fork(&self) -> Result<Rc<Self>, Error> {
        self.alive()?;
        let fork = self.reload();
        fork.content.replace(self.content.borrow().clone());
        Ok(fork)
    }

    pub(crate) fn alive(&self) -> Result<Rc<RefCell<Conversation>>, Error> {
        self.conversation.borrow().clone().ok_or_else(|| Error::invalid("this context has been freed"))
    }

    pub(crate) fn conversation(&self) -> Rc<RefCell<Conversation>> {
        self.alive().expect("a context that is there")
    }

    pub(crate) fn free(&self) {
        self.conversation.take();
    }

    pub(crate) fn goto(&self, step: &str) {
        self.steer.replace(Steer::Goto(step.to_owned()));
    }

    pub(crate) fn finish(&self) {
        self.steer.replace(Steer::Finish);
    }

    pub(crate) fn is_finished(&self) -> bool {
        matches!(*self.steer.borrow(), Steer::Finish | Steer::Over)
    }

    pub(crate) fn share(&self, key: &str, json: &Json) {
        self.shared.borrow_mut().set(key, Value::parse(json.to_string().as_bytes()).expect("JSON"));
    }

    pub(crate) fn conclude(&self, content: Json) {
        self.content.replace(Some(content));
        self.result.set(self.result.get() + 1);
    }

    pub(crate) fn content_told(&self) -> String {
        self.content
            .borrow()
            .as_ref()
            .map_or("-".to_owned(), |content| content.as_str().map_or(content.to_string(), str::to_owned))
    }

    /// What was said, as `role: content`; what was interrupted ends with a dash.
    pub(crate) fn said(&self) -> Vec<String> {
        let conversation = self.conversation();
        let conversation = conversation.borrow();
        let line = |turn: &refinire_web::message::Message| {
            let role = if turn.role == Role::User { "user" } else { turn.role.as_str() };
            format!("{role}: {}{}", turn.content, if turn.interrupted { "–" } else { "" })
        };
        conversation.messages().iter().map(line).collect()
    }
}
