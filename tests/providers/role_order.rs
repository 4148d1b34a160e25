//! Orders of roles that some servers refuse.

use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::provider::Protocol;

use crate::support::{call, file, prompt_with_tools, say, tool};

/// The turns that are sent, each as its role and its words.
fn sent(base_url: &str, model: &str, messages: &[Message]) -> Vec<String> {
    let mut messages = messages.to_vec();
    if let Some(question) = messages.iter_mut().rfind(|message| message.role == Role::User) {
        question.attachments.push(file("image/png", "aW1n", ""));
    }
    let prompt = prompt_with_tools(model, &messages);
    let body = Value::parse(Protocol::named("openai").unwrap().encode(base_url, &prompt).body.as_bytes()).unwrap();
    let line = |turn: &Value| {
        let parts = turn.list("content").iter().filter_map(|part| part.text("text").map(str::to_owned));
        let words = turn.text("content").map_or_else(|| format!("image, {}", parts.collect::<String>()), str::to_owned);
        format!("{}: {words}", turn.text("role").unwrap())
    };
    body.list("messages").iter().map(line).collect()
}

fn stopped_after_its_tools() -> Vec<Message> {
    vec![
        say(Role::User, "Go!"),
        call("", &[("abcdefghi", "f", "{}")]),
        tool("abcdefghi", "1"),
        say(Role::User, "And now?"),
    ]
}

#[test]
fn mistral_is_told_of_an_answer_between_results_and_the_next_question() {
    let messages = stopped_after_its_tools();
    let usual = ["user: Go!", "assistant: ", "tool: 1", "user: image, And now?"];
    assert_eq!(sent("https://api.example/v1", "gpt", &messages), usual);
    let bridged = ["user: Go!", "assistant: ", "tool: 1", "assistant: …", "user: image, And now?"];
    assert_eq!(sent("https://api.mistral.ai/v1", "mistral-large-latest", &messages), bridged);
    assert_eq!(
        sent("https://api.mistral.ai/v1", "mistral-large-latest", &messages[..3]).len(),
        3,
        "results go out as they are"
    );
}

#[test]
fn perplexity_is_told_of_roles_that_alternate() {
    let messages = [say(Role::System, "Be brief."), say(Role::User, "One?"), say(Role::User, "Two?")];
    let usual = ["system: Be brief.", "user: One?", "user: image, Two?"];
    assert_eq!(sent("https://api.example/v1", "gpt", &messages), usual);
    let joined = ["system: Be brief.", "user: image, One?\n\nTwo?"];
    assert_eq!(sent("https://api.perplexity.ai", "sonar", &messages), joined);
    assert_eq!(sent("https://openrouter.ai/api/v1", "perplexity/sonar", &messages), joined);
}
