//! A chat in Yew: a question, an answer that grows, a button that stops it. The conversation is there again after a reload.
//!
//! Serve this folder, with what `wasm-bindgen` makes in `dist/` and a backend under `/api/openai/v1` that adds the provider's key:
//!
//! ```sh
//! cargo build --release --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir dist target/wasm32-unknown-unknown/release/yew-chat.wasm
//! ```

use futures::future::{abortable, AbortHandle};
use futures::TryStreamExt;
use refinire_web::{Agent, AgentConfig, Batch, Context, Error, Message};
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

fn agent() -> Result<Agent, Error> {
    Agent::new(AgentConfig {
        provider: Some("openai".to_owned()),
        base_url: Some("/api/openai/v1".to_owned()),
        instructions: "Answer briefly.".to_owned(),
        ..AgentConfig::new("gpt-4o-mini")
    })
}

/// Asks, and shows the answer as it comes. Dropping this stops the run.
async fn ask(question: String, context: &Context, answer: &UseStateSetter<String>) -> Result<(), Error> {
    // One chunk for each frame that is drawn.
    let mut chunks = agent()?.run(question).in_conversation(context).batch(Batch::Frame).stream().text();
    let mut text = String::new();
    while let Some(chunk) = chunks.try_next().await? {
        text.push_str(&chunk);
        answer.set(text.clone());
    }
    Ok(())
}

#[function_component]
fn Chat() -> Html {
    // All tabs of the site have the same conversation, and it outlives them.
    let context = use_memo((), |()| Context::open("yew-chat").unwrap_or_default());
    let messages = use_state(|| context.messages());
    let answer = use_state(String::new);
    let problem = use_state(String::new);
    let running = use_state(|| None::<AbortHandle>);
    let input = use_node_ref();

    let on_submit = {
        let (context, messages, answer, problem) =
            (context.clone(), messages.setter(), answer.setter(), problem.setter());
        let (running, input) = (running.setter(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = input.cast::<HtmlInputElement>() else { return };
            let question = field.value();
            field.set_value("");
            let (context, messages, answer, problem) =
                (context.clone(), messages.clone(), answer.clone(), problem.clone());
            let is_running = running.clone();
            let asked = {
                let (context, answer) = (context.clone(), answer.clone());
                async move { ask(question, &context, &answer).await }
            };
            let (asked, handle) = abortable(asked);
            running.set(Some(handle));
            problem.set(String::new());
            spawn_local(async move {
                // Of a run that was stopped the conversation has what was shown of it.
                let asked = asked.await;
                problem.set(asked.ok().and_then(Result::err).map(|error| error.to_string()).unwrap_or_default());
                messages.set(context.messages());
                answer.set(String::new());
                is_running.set(None);
            });
        })
    };
    let on_stop = {
        let running = running.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(handle) = &*running {
                handle.abort();
            }
        })
    };

    html! {
        <main>
            <ol>{ for messages.iter().map(turn) }</ol>
            <output>{ &*answer }</output>
            <p role="alert">{ &*problem }</p>
            <form onsubmit={on_submit}>
                <input ref={input} aria-label="Question" required={true} />
                <button disabled={running.is_some()}>{ "Ask" }</button>
                <button type="button" onclick={on_stop} disabled={running.is_none()}>{ "Stop" }</button>
            </form>
        </main>
    }
}

fn turn(message: &Message) -> Html {
    html! {
        <li class={message.role.as_str()}>{ &message.content }{ if message.interrupted { " …" } else { "" } }</li>
    }
}

fn main() {
    yew::Renderer::<Chat>::new().render();
}
