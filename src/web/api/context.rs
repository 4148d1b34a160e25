//! The conversation, as users see it.

mod options;
mod row;
mod text;

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use js_sys::{Array, Promise, Reflect, JSON};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen_futures::future_to_promise;

use self::options::Options;
use self::row::row_of;
use self::text::text_of;
use crate::conversation::{list, Conversation};
use crate::error::{Code, Error};
use crate::flow::Steer;
use crate::message::Role;
use crate::text::concat;
use crate::web::bindings::describe;
use crate::web::context::{json_of, ContextInner, State};
use crate::web::error::{cause_of, into_js};
use crate::web::options::{get, is_none, refuse_unknown, refused};
use crate::web::storage::open;

/// A conversation, and the state that steps of a flow share.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Context {
    inner: Rc<ContextInner>,
}

impl Context {
    /// The object of a context, as users see it.
    pub(super) fn object_of(inner: &Rc<ContextInner>) -> JsValue {
        let object = JsValue::from(Self { inner: inner.clone() });
        inner.attach_to(&object);
        object
    }

    fn alive(&self) -> Result<&ContextInner, JsValue> {
        match self.inner.conversation() {
            Ok(_) => Ok(&self.inner),
            Err(error) => Err(into_js(&error)),
        }
    }

    fn state(&self, read: impl FnOnce(&State) -> JsValue) -> JsValue {
        self.inner.state().as_ref().map_or(JsValue::UNDEFINED, read)
    }
}

/// Freed, or collected.
impl Drop for Context {
    fn drop(&mut self) {
        self.inner.close();
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // See `types.d.ts`.
impl Context {
    #[wasm_bindgen(constructor)]
    pub fn make(options: &JsValue) -> Result<JsValue, JsValue> {
        let options = Options::of(options, "Context")?;
        // The object itself, not `Self`: `ready` and the listeners receive it.
        Ok(Self::object_of(&options.open()?))
    }

    #[wasm_bindgen(getter)]
    pub fn ready(&self) -> JsValue {
        let Some((state, object)) = self.inner.state().zip(self.inner.object()) else { return JsValue::UNDEFINED };
        let known = state.ready();
        if !known.is_undefined() {
            return known;
        }
        let ready = match self.inner.ready() {
            Some(ready) => future_to_promise(async move {
                ready.await;
                Ok(object)
            }),
            None => Promise::resolve(&object),
        };
        state.set_ready(&ready);
        ready.into()
    }

    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.inner.id().to_owned()
    }

    #[wasm_bindgen(getter)]
    pub fn title(&self) -> Result<Option<String>, JsValue> {
        self.inner.title().map_err(|error| into_js(&error))
    }

    #[wasm_bindgen(setter)]
    pub fn set_title(&self, title: &JsValue) -> Result<(), JsValue> {
        if !is_none(title) && !title.is_string() {
            return Err(refused(&["`title` must be a string or undefined"]));
        }
        self.inner.set_title(title.as_string()).map_err(|error| into_js(&error))
    }

    #[wasm_bindgen(getter)]
    pub fn messages(&self) -> Result<Array, JsValue> {
        self.inner.messages()
    }

    #[wasm_bindgen(getter, js_name = lastUserInput)]
    pub fn last_user_input(&self) -> Result<Option<String>, JsValue> {
        let last = self.inner.read(Conversation::last_question);
        last.map_err(|error| into_js(&error))
    }

    #[wasm_bindgen(getter, js_name = sharedState)]
    pub fn shared_state(&self) -> JsValue {
        self.state(State::shared_state)
    }

    #[wasm_bindgen(setter, js_name = sharedState)]
    pub fn set_shared_state(&self, shared: &JsValue) {
        if let Some(state) = self.inner.state() {
            state.set_shared_state(shared);
        }
    }

    #[wasm_bindgen(getter)]
    pub fn result(&self) -> JsValue {
        self.inner.result()
    }

    #[wasm_bindgen(getter)]
    pub fn content(&self) -> Result<JsValue, JsValue> {
        let result = self.inner.result();
        if result.is_object() {
            get(&result, "content")
        } else {
            Ok(JsValue::UNDEFINED)
        }
    }

    #[wasm_bindgen(getter, js_name = routingResult)]
    pub fn routing_result(&self) -> JsValue {
        self.state(State::routing)
    }

    #[wasm_bindgen(setter, js_name = routingResult)]
    pub fn set_routing_result(&self, routing: &JsValue) {
        if let Some(state) = self.inner.state() {
            state.set_routing(routing);
        }
    }

    #[wasm_bindgen(js_name = addUserMessage)]
    pub fn add_user_message(&self, content: &JsValue, metadata: &JsValue) -> Result<(), JsValue> {
        self.inner.add(Role::User, content, metadata)
    }

    #[wasm_bindgen(js_name = addAssistantMessage)]
    pub fn add_assistant_message(&self, content: &JsValue, metadata: &JsValue) -> Result<(), JsValue> {
        self.inner.add(Role::Assistant, content, metadata)
    }

    #[wasm_bindgen(js_name = addSystemMessage)]
    pub fn add_system_message(&self, content: &JsValue, metadata: &JsValue) -> Result<(), JsValue> {
        self.inner.add(Role::System, content, metadata)
    }

    #[wasm_bindgen(js_name = getLastMessages)]
    pub fn last_messages(&self, most: Option<f64>) -> Result<Array, JsValue> {
        let messages = self.inner.messages()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates, and cuts.
        let most = most.unwrap_or(10.0) as u32;
        Ok(messages.slice(messages.length().saturating_sub(most), messages.length()))
    }

    #[wasm_bindgen(js_name = getConversationText)]
    pub fn conversation_text(&self, options: &JsValue) -> Result<String, JsValue> {
        const OF: &str = "getConversationText";
        self.alive()?.catch_up();
        let mut includes_system = false;
        if !options.is_undefined() {
            refuse_unknown(options, &["includeSystem"], OF)?;
            let given = get(options, "includeSystem")?;
            if !given.is_undefined() && !given.is_null() {
                let wrong = || refused(&[OF, ": `includeSystem` must be true or false"]);
                includes_system = given.as_bool().ok_or_else(wrong)?;
            }
        }
        let text = self.inner.read(|conversation| text_of(conversation.messages(), includes_system));
        text.map_err(|error| into_js(&error))
    }

    pub fn goto(&self, step: &JsValue) {
        self.inner.steer(step.as_string().map_or(Steer::Nothing, Steer::Goto));
    }

    pub fn finish(&self) {
        self.inner.steer(Steer::Finish);
    }

    #[wasm_bindgen(getter)]
    pub fn finished(&self) -> bool {
        self.inner.is_finished()
    }

    pub fn subscribe(&self, listener: &JsValue) -> Result<JsValue, JsValue> {
        if !listener.is_function() {
            return Err(refused(&["`listener` must be a function"]));
        }
        let (inner, number) = (Rc::downgrade(&self.inner), self.inner.subscribe(listener));
        let unsubscribe = Closure::<dyn Fn()>::new(move || {
            if let Some(inner) = inner.upgrade() {
                inner.unsubscribe(number);
            }
        });
        Ok(unsubscribe.into_js_value())
    }

    /// Saves at once what can be saved at once.
    pub fn save(&self) -> Result<Promise, JsValue> {
        self.alive()?.catch_up();
        let inner = self.inner.clone();
        let kept = if inner.is_loading() { None } else { Some(inner.keep()) };
        // The object keeps the caller's values alive, so that they are saved, too, when loading is done.
        let object = inner.object();
        Ok(future_to_promise(async move {
            let problem = if let Some(problem) = kept {
                problem
            } else {
                wait(inner.ready()).await;
                inner.conversation().map_err(|error| into_js(&error))?;
                inner.keep()
            };
            if let Some(saved) = inner.saved() {
                saved.await.map_err(|error| into_js(&error))?;
            }
            inner.attachments().settled().await;
            drop(object);
            match problem {
                // A storage error without a cause only reports what was removed to make room.
                Some(problem) if problem.cause.is_some() || problem.code != Code::Storage => Err(into_js(&problem)),
                _ => Ok(JsValue::UNDEFINED),
            }
        }))
    }

    /// The bytes of an attachment, wherever they are stored.
    pub fn attachment(&self, id: &JsValue) -> Result<Promise, JsValue> {
        let id = id.as_string().ok_or_else(|| refused(&["attachment: `id` must be a string"]))?;
        self.alive()?;
        let attachments = self.inner.attachments().clone();
        Ok(future_to_promise(async move { Ok(attachments.read(&id).await.map_or(JsValue::UNDEFINED, JsValue::from)) }))
    }

    pub fn truncate(&self, length: &JsValue) -> Result<(), JsValue> {
        self.inner.truncate(whole(length, "truncate")?).map_err(|error| into_js(&error))
    }

    pub fn branch(&self, length: &JsValue) -> Result<(), JsValue> {
        self.inner.branch(whole(length, "branch")?).map_err(|error| into_js(&error))
    }

    #[wasm_bindgen(js_name = selectAlternative)]
    pub fn select_alternative(&self, id: &JsValue, index: &JsValue) -> Result<(), JsValue> {
        let id = id.as_string().ok_or_else(|| refused(&["selectAlternative: the id must be a string"]))?;
        let index = whole(index, "selectAlternative")?;
        self.inner.select_alternative(&id, index).map_err(|error| into_js(&error))
    }

    pub fn fork(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        const OF: &str = "fork";
        let own = self.alive()?;
        let fork = Options::of_fork(options, OF, own.origin(), &["length"])?;
        let length = if is_none(options) { JsValue::UNDEFINED } else { get(options, "length")? };
        let length = if is_none(&length) { usize::MAX } else { whole(&length, OF)? };
        let inner = fork.open()?;
        let object = Self::object_of(&inner);
        own.fork_to(&inner, length).map_err(|error| into_js(&error))?;
        Ok(object)
    }

    pub fn clear(&self) -> Result<(), JsValue> {
        self.inner.clear().map_err(|error| into_js(&error))
    }

    /// Deletes at once what can be deleted at once.
    pub fn delete(&self) -> Result<Promise, JsValue> {
        self.alive()?;
        let inner = self.inner.clone();
        let is_late = inner.is_loading();
        if !is_late {
            inner.erase().map_err(|error| into_js(&error))?;
        }
        let object = inner.object();
        Ok(future_to_promise(async move {
            if is_late {
                wait(inner.ready()).await;
                inner.erase().map_err(|error| into_js(&error))?;
            }
            if let Some(saved) = inner.saved() {
                saved.await.map_err(|error| into_js(&error))?;
            }
            inner.attachments().settled().await;
            drop(object);
            Ok(JsValue::UNDEFINED)
        }))
    }

    #[wasm_bindgen(js_name = toJSON)]
    pub fn to_json(&self) -> Result<JsValue, JsValue> {
        self.inner.catch_up();
        let json = self.inner.read(|conversation| conversation.to_value().to_json());
        let record = JSON::parse(&json.map_err(|error| into_js(&error))?)?;
        Reflect::set(&record, &JsValue::from_str("sharedState"), &self.shared_state())?;
        Ok(record)
    }

    #[wasm_bindgen(js_name = fromJSON)]
    pub fn from_json(value: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        let mut options = Options::of(options, "Context")?;
        if options.id.is_none() && (value.is_object() || value.is_function()) {
            options.set_id(&get(value, "id")?, "Context")?;
        }
        let inner = options.open()?;
        let object = Self::object_of(&inner);
        let taken = json_of(value, "it").and_then(|json| inner.take(&json));
        if let Err(error) = taken {
            let cause = into_js(&error);
            inner.close();
            let message = concat(&["Context.fromJSON: ", &describe(&cause)]);
            return Err(into_js(&Error::invalid(message).caused_by(cause_of(cause))));
        }
        Ok(object)
    }

    pub fn list(options: &JsValue) -> Result<Promise, JsValue> {
        let options = Options::of(options, "Context.list")?;
        let problem: Rc<RefCell<Option<Error>>> = Rc::default();
        let failed = problem.clone();
        let note = Box::new(move |error| *failed.borrow_mut() = Some(error));
        let opened = open(&options.storage, None, None, note)?;
        Ok(future_to_promise(async move {
            wait(opened.fill).await;
            if let Some(problem) = problem.borrow_mut().take() {
                return Err(into_js(&problem));
            }
            let listed = opened.kept.as_ref().map_or(Ok(Vec::new()), |kept| list(kept));
            let rows = Array::new();
            for listed in listed.map_err(|error| into_js(&error.into()))? {
                rows.push(&row_of(&listed));
            }
            Ok(rows.into())
        }))
    }
}

async fn wait(ready: Option<LocalBoxFuture<'static, ()>>) {
    if let Some(ready) = ready {
        ready.await;
    }
}

/// A number of messages.
fn whole(given: &JsValue, of: &str) -> Result<usize, JsValue> {
    let number = given.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
    let number = number.ok_or_else(|| refused(&[of, ": a whole number of at least 0 is needed"]))?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let number = number as usize;
    Ok(number)
}
