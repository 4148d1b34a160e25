//! What is asked, and what the bound on the answer's tokens is called.

use refinire_web::message::Role;
use refinire_web::provider::{Prompt, Protocol};

use crate::support::{assert_body, prompt, say};

/// <https://platform.openai.com/docs/api-reference/chat/create>
#[test]
fn a_question_with_everything_is_written_as_documented() {
    let messages = [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, "Say \"ü\"\n")];
    let prompt = Prompt {
        instructions: "Be brief.",
        temperature: Some("0.2"),
        max_tokens: Some(100),
        public: true,
        ..prompt("gpt-4o-mini", &messages)
    };
    assert_body(
        "openai",
        &prompt,
        r#"{
            "model": "gpt-4o-mini",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "Say \"ü\"\n"}
            ],
            "temperature": 0.2,
            "max_completion_tokens": 100,
            "stream": true,
            "stream_options": {"include_usage": true}
        }"#,
    );
}

#[test]
fn a_compatible_server_is_told_the_bound_by_its_older_name() {
    let messages = [say(Role::User, "Hi")];
    let prompt = Prompt { max_tokens: Some(5), stream: false, ..prompt("llama", &messages) };
    assert_body(
        "openai",
        &prompt,
        r#"{"model": "llama", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5}"#,
    );
}

/// "`max_tokens` … is now deprecated in favor of `max_completion_tokens`, and is not compatible with o-series models":
/// <https://platform.openai.com/docs/api-reference/chat/create#chat_create-max_tokens>
#[test]
fn the_bound_has_its_newer_name_for_reasoning_models_whoever_serves_them() {
    let messages = [say(Role::User, "Hi")];
    let newer = |model| {
        let prompt = Prompt { max_tokens: Some(5), ..prompt(model, &messages) };
        let body = Protocol::named("openai").unwrap().encode("", &prompt).body;
        assert!(body.contains(r#""max_tokens":5"#) || body.contains(r#""max_completion_tokens":5"#), "{body}");
        body.contains("max_completion_tokens")
    };
    for model in [
        "gpt-5",
        "gpt-5-mini",
        "gpt-5.1",
        "gpt-6",
        "gpt-10-nano",
        "openai/gpt-5-mini",
        "a/b/o3",
        "o1",
        "o4-mini-high",
        "GPT-5",
    ] {
        assert!(newer(model), "{model}");
    }
    for model in [
        "gpt-4o",
        "gpt-4.1",
        "gpt-oss-120b",
        "openai/gpt-oss-20b",
        "gpt-",
        "gpt-4",
        "olmo-2",
        "allenai/olmo-3",
        "o",
        "oh1",
        "gpt-5/llama",
        "mygpt-5",
        "",
    ] {
        assert!(!newer(model), "{model}");
    }
}
