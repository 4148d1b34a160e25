//! An agent's options as the core reads them.

use refinire_web::config::{Limits, ResolvedConfig, Retry, Timeouts};
use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::provider::{is_vendor_host, PROTOCOLS};

use crate::fixtures::over_http;
use crate::world::config::{config, resolved};

fn read(members: &str) -> ResolvedConfig {
    resolved(&format!("{{{members}}}")).unwrap()
}

fn refused(members: &str) -> String {
    let error = resolved(&format!("{{{members}}}")).unwrap_err();
    assert_eq!(error.code.as_str(), "invalid-argument");
    error.message.to_string()
}

#[test]
fn what_is_not_given_has_its_default() {
    let config = read(r#""model":"gpt-4o-mini""#);
    assert_eq!((config.options.history, config.options.max_input_tokens), (10, None));
    assert_eq!(
        (config.protocol.name, config.model_name.as_str(), config.options.instructions.as_str()),
        ("openai", "gpt-4o-mini", "")
    );
    assert_eq!((config.api_root.as_str(), config.public), ("https://api.openai.com/v1", true));
    assert_eq!((config.options.temperature, config.options.max_tokens), (None, None));
    assert_eq!(
        config.options.timeouts,
        Timeouts { connect: 30_000.0, first_chunk: 60_000.0, idle: 30_000.0, total: 0.0 }
    );
    assert_eq!(config.options.retry, Retry { attempts: 3, base_ms: 500.0, max_ms: 8_000.0 });
    assert_eq!(
        config.options.limits,
        Limits { max_chars: None, max_event_bytes: 16 << 20, max_answer_bytes: 64 << 20 }
    );
    assert!(config.options.fallback);
}

#[test]
fn every_option_is_heeded() {
    let config = read(
        r#""model":"m","provider":"anthropic","baseUrl":"/api","generationInstructions":"Be brief.","temperature":0.10,
        "maxTokens":7,"fallback":false,"historySize":3,"maxInputTokens":2,
        "timeout":{"connect":1,"firstChunk":2,"idle":0,"total":4},"retry":{"attempts":9,"baseMs":8,"maxMs":7},
        "limits":{"maxChars":6,"maxEventBytes":5,"maxAnswerBytes":7}"#,
    );
    assert_eq!(
        (config.options.history, config.protocol.name, config.api_root.as_str(), config.public),
        (3, "anthropic", "/api", false)
    );
    assert_eq!(config.options.max_input_tokens, Some(2.0));
    assert_eq!(
        (config.options.instructions.as_str(), config.options.temperature.as_deref()),
        ("Be brief.", Some("0.10"))
    );
    assert_eq!(config.options.max_tokens, Some(7));
    assert_eq!(config.options.timeouts, Timeouts { connect: 1.0, first_chunk: 2.0, idle: 0.0, total: 4.0 });
    assert_eq!(config.options.retry, Retry { attempts: 9, base_ms: 8.0, max_ms: 7.0 });
    assert_eq!(config.options.limits, Limits { max_chars: Some(6), max_event_bytes: 5, max_answer_bytes: 7 });
    assert!(!config.options.fallback);
    // Each member alone leaves the others.
    let one = read(r#""model":"m","timeout":{"idle":5},"retry":{"attempts":1},"limits":{"maxChars":0}"#);
    assert_eq!(one.options.timeouts, Timeouts { idle: 5.0, ..Timeouts::default() });
    assert_eq!(one.options.retry, Retry { attempts: 1, ..Retry::default() });
    assert_eq!(one.options.limits, Limits { max_chars: Some(0), ..Limits::default() });
}

#[test]
fn a_models_name_says_who_has_it() {
    let cases = [
        ("gpt-4o-mini", "openai", "gpt-4o-mini"),
        ("chatgpt-4o-latest", "openai", "chatgpt-4o-latest"),
        ("o3-mini", "openai", "o3-mini"),
        ("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("gemini-2.5-flash", "gemini", "gemini-2.5-flash"),
        ("llama3.1:8b", "ollama", "llama3.1:8b"),
        ("olmo", "ollama", "olmo"),
        ("anthropic://gpt-like", "anthropic", "gpt-like"),
        ("ollama://llama3.1:8b", "ollama", "llama3.1:8b"),
        ("openai://org/model://x", "openai", "org/model://x"),
        ("openrouter://anthropic/claude-sonnet-4.5", "openai", "anthropic/claude-sonnet-4.5"),
    ];
    for (model, protocol, name) in cases {
        let config = read(&format!(r#""model":"{model}""#));
        assert_eq!((config.protocol.name, config.model_name.as_str()), (protocol, name), "{model}");
    }
}

/// The provider, the address of a question, and the model that its body names.
fn asks(members: &str) -> (&'static str, String, Option<String>) {
    let config = read(members);
    let call = config.call(&[Message::new(Role::User, "Hi")], "", false, true);
    let body = Value::parse(call.body.as_bytes()).unwrap();
    (config.protocol.name, call.url, body.text("model").map(str::to_owned))
}

/// Every provider over HTTP that this table does not name.
fn missing(named: impl Fn(&str) -> bool) -> Vec<&'static str> {
    over_http().map(|protocol| protocol.name).filter(|name| !named(name)).collect()
}

#[test]
fn a_question_goes_to_the_address_of_who_has_the_model() {
    let chat = "https://api.openai.com/v1/chat/completions";
    let gemini = "https://generativelanguage.googleapis.com/v1beta/models";
    let cases = [
        ("gpt-4o-mini", "openai", chat.to_owned(), Some("gpt-4o-mini")),
        ("o3-mini", "openai", chat.to_owned(), Some("o3-mini")),
        ("openai://some-model", "openai", chat.to_owned(), Some("some-model")),
        (
            "openrouter://meta/llama-4",
            "openai",
            "https://openrouter.ai/api/v1/chat/completions".to_owned(),
            Some("meta/llama-4"),
        ),
        (
            "groq://llama3-70b",
            "openai",
            "https://api.groq.com/openai/v1/chat/completions".to_owned(),
            Some("llama3-70b"),
        ),
        (
            "openai-responses://gpt-5",
            "openai-responses",
            "https://api.openai.com/v1/responses".to_owned(),
            Some("gpt-5"),
        ),
        (
            "claude-sonnet-4-5",
            "anthropic",
            "https://api.anthropic.com/v1/messages".to_owned(),
            Some("claude-sonnet-4-5"),
        ),
        ("anthropic://my-model", "anthropic", "https://api.anthropic.com/v1/messages".to_owned(), Some("my-model")),
        ("gemini-2.5-flash", "gemini", format!("{gemini}/gemini-2.5-flash:streamGenerateContent?alt=sse"), None),
        ("gemini://tuned x", "gemini", format!("{gemini}/tuned%20x:streamGenerateContent?alt=sse"), None),
        ("llama3.1:8b", "ollama", "http://localhost:11434/api/chat".to_owned(), Some("llama3.1:8b")),
        ("ollama://gpt-oss:20b", "ollama", "http://localhost:11434/api/chat".to_owned(), Some("gpt-oss:20b")),
    ];
    for (model, provider, url, name) in &cases {
        let found = asks(&format!(r#""model":"{model}""#));
        assert_eq!(found, (*provider, url.clone(), name.map(str::to_owned)), "{model}");
    }
    // One's own backend has no address that everybody knows.
    assert_eq!(missing(|name| cases.iter().any(|(_, provider, ..)| *provider == name)), ["relay"]);
}

#[test]
fn ones_own_address_keeps_its_query_and_doubles_no_slash() {
    let cases = [
        ("openai", r#""model":"gpt","baseUrl":"/api/openai/v1""#, "/api/openai/v1/chat/completions"),
        ("openai", r#""model":"gpt","baseUrl":"/v1/""#, "/v1/chat/completions"),
        (
            "openai",
            r#""model":"gpt","baseUrl":"https://host.test/x/v1?key=1&b=2""#,
            "https://host.test/x/v1/chat/completions?key=1&b=2",
        ),
        ("openai", r#""model":"anthropic://m","provider":"openai","baseUrl":"/v1""#, "/v1/chat/completions"),
        ("gemini", r#""model":"gemini-x","baseUrl":"/g?k=1""#, "/g/models/gemini-x:streamGenerateContent?alt=sse&k=1"),
        ("ollama", r#""model":"ollama://m","baseUrl":"/o""#, "/o/api/chat"),
        ("anthropic", r#""model":"claude-x","baseUrl":"/a/v1""#, "/a/v1/messages"),
        ("openai-responses", r#""model":"gpt","provider":"openai-responses","baseUrl":"/r/v1""#, "/r/v1/responses"),
        ("relay", r#""model":"gpt","provider":"relay","baseUrl":"/relay/?id=3""#, "/relay/?id=3"),
    ];
    for (provider, members, url) in &cases {
        let found = asks(members);
        assert_eq!((found.0, &*found.1), (*provider, *url), "{members}");
    }
    assert_eq!(missing(|name| cases.iter().any(|(provider, ..)| *provider == name)), [""; 0]);
}

#[test]
fn provider_goes_before_the_scheme_and_the_scheme_before_the_name() {
    let config = |members: &str| {
        let config = read(members);
        (config.protocol.name, config.model_name, config.api_root)
    };
    let openrouter = "https://openrouter.ai/api/v1".to_owned();
    assert_eq!(config(r#""model":"openrouter://x""#), ("openai", "x".into(), openrouter.clone()));
    assert_eq!(config(r#""model":"openrouter://x","provider":"openai""#), ("openai", "x".into(), openrouter));
    let own = config(r#""model":"openrouter://x","provider":"ollama""#);
    assert_eq!(own, ("ollama", "x".into(), "http://localhost:11434".into()), "another protocol has another root");
    assert_eq!(config(r#""model":"claude","provider":"openai""#).0, "openai");
    assert_eq!(config(r#""model":"groq://x","baseUrl":"/mine""#).2, "/mine");
    for protocol in PROTOCOLS {
        let found = config(&format!(r#""model":"m","baseUrl":"/x","provider":"{}""#, protocol.name));
        assert_eq!(found, (protocol.name, "m".into(), "/x".into()));
        for (scheme, _) in protocol.prefixes {
            assert_eq!(config(&format!(r#""model":"{scheme}://m","baseUrl":"/x""#)).0, protocol.name, "{scheme}");
        }
    }
}

#[test]
fn a_provider_that_does_not_exist_is_refused_with_those_that_do() {
    for members in [r#""model":"nobody://m""#, r#""model":"gpt","provider":"OpenAI""#, r#""model":"://m""#] {
        let message = refused(members);
        assert!(PROTOCOLS.iter().all(|protocol| message.contains(protocol.name)), "{message}");
    }
    assert!(refused(r#""model":"nobody://m""#).contains("\"nobody\""));
    assert!(refused(r#""model":"m","provider":"relay""#).contains("baseUrl"));
}

#[test]
fn a_vendors_host_is_known_however_the_address_is_written() {
    let is_public = |members: &str| read(&format!(r#""model":"gpt",{members}"#)).public;
    assert!(is_public(r#""provider":"openai""#));
    for host in ["api.openai.com", "api.anthropic.com", "openrouter.ai", "api.groq.com"] {
        assert!(is_public(&format!(r#""baseUrl":"https://{host}:443/v2","host":"{host}""#)), "{host}");
    }
    for host in ["api.openai.com.evil.example", "localhost:1234", "openai.com", "", "api.openai.com:8443"] {
        assert!(!is_public(&format!(r#""baseUrl":"https://x","host":"{host}""#)), "{host}");
    }
    assert!(!read(r#""model":"llama3""#).public, "one's own machine is no vendor");
    assert!(is_vendor_host(None, "https://api.openai.com/v1") && !is_vendor_host(None, "/api"));
}

#[test]
fn a_decoder_alone_has_the_limits_that_it_is_given() {
    let limits = Limits { max_chars: Some(1), max_event_bytes: 2, max_answer_bytes: 3 };
    assert_eq!(ResolvedConfig::decoding("openai", None, limits).unwrap().options.limits, limits);
}

#[test]
fn an_agent_beside_another_has_its_server_and_none_of_its_bounds() {
    let own = config(
        r#"{"model":"gpt","provider":"openai","baseUrl":"/v1","temperature":0.5,"maxTokens":7,"limits":{"maxChars":6},
        "timeout":{"idle":5},"historySize":3,"tools":[{"name":"f","description":"F."}],"outputSchema":{"type":"null"}}"#,
    );
    let schema = Value::object().with("type", "object");
    let helper = own.helper(None, "You judge.".to_owned(), schema.clone()).resolve().unwrap();
    assert_eq!((helper.protocol.name, &*helper.model_name, &*helper.api_root), ("openai", "gpt", "/v1"));
    assert_eq!((&*helper.options.instructions, helper.options.schema), ("You judge.", Some(schema)));
    assert_eq!(
        (helper.options.temperature.as_deref(), helper.options.timeouts.idle, helper.options.history),
        (Some("0.5"), 5.0, 3)
    );
    assert_eq!(
        (helper.options.max_tokens, helper.options.limits, helper.options.tools.len()),
        (None, Limits::default(), 0)
    );
    for (model, protocol, name) in
        [("other", "openai", "other"), ("gpt", "openai", "gpt"), ("anthropic://x", "anthropic", "x")]
    {
        let helper = own.helper(Some(model.to_owned()), String::new(), Value::object()).resolve().unwrap();
        assert_eq!((helper.protocol.name, &*helper.model_name), (protocol, name), "{model}");
    }
}
