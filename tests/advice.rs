//! What a person is told about mistakes that many make.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

#[path = "runs/world/config.rs"]
mod config;

use refinire_web::advice::{closest, unknown_option, unsent, wrong_root, PageFacts};
use refinire_web::config::ResolvedConfig;
use refinire_web::provider::PROTOCOLS;

const KNOWN: &[&str] = &[
    "name",
    "generationInstructions",
    "model",
    "provider",
    "baseUrl",
    "apiKey",
    "temperature",
    "maxTokens",
    "tools",
    "timeout",
    "retry",
    "outputSchema",
    "signal",
];

#[test]
fn a_misspelled_option_is_known_again() {
    for (given, meant) in [
        ("temprature", Some("temperature")),
        ("Temperature", Some("temperature")),
        ("max_tokens", Some("maxTokens")),
        ("maxToken", Some("maxTokens")),
        ("baseURL", Some("baseUrl")),
        ("apikey", Some("apiKey")),
        ("toosl", Some("tools")),
        ("instructions", Some("generationInstructions")),
        ("schema", Some("outputSchema")),
        ("abortSignal", Some("signal")),
        ("timeouts", Some("timeout")),
        ("retries", Some("retry")),
        ("colour", None),
        ("x", None),
        ("", None),
        ("__proto__", None),
    ] {
        assert_eq!(closest(given, KNOWN), meant, "{given}");
    }
    assert_eq!(closest(&"a".repeat(100_000), KNOWN), None);
    assert_eq!(closest("a", &[]), None);
}

#[test]
fn the_error_of_an_unknown_option_names_it_and_what_is_meant() {
    let error = unknown_option("RefinireAgent", "temprature", KNOWN);
    assert_eq!(
        (error.code.as_str(), &*error.message),
        ("invalid-argument", "RefinireAgent: there is no option `temprature`; did you mean `temperature`?")
    );
    let error = unknown_option("RateLimiter", "colour", &["maxConcurrent", "perMinute"]);
    assert_eq!(error.message, "RateLimiter: there is no option `colour`; known are `maxConcurrent`, `perMinute`");
}

fn settings(options: &str) -> Result<ResolvedConfig, String> {
    config::resolved(options).map_err(|error| error.message.clone().into_owned())
}

#[test]
fn an_endpoint_is_no_api_root() {
    let endpoints = [
        ("openai", "https://a.example/v1/chat/completions", "https://a.example/v1"),
        ("openai", "/api/v1/chat/completions/?key=1", "/api/v1"),
        ("openai-responses", "https://a.example/v1/responses", "https://a.example/v1"),
        ("anthropic", "https://a.example/v1/messages", "https://a.example/v1"),
        (
            "gemini",
            "https://a.example/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
            "https://a.example/v1beta",
        ),
        ("ollama", "http://localhost:11434/api/chat", "http://localhost:11434"),
        ("ollama", "http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1"),
        ("openai", "https://a.example/v1/messages", "https://a.example/v1"),
    ];
    for protocol in PROTOCOLS.iter().filter(|protocol| !protocol.endpoints.is_empty()) {
        let is_there = endpoints.iter().any(|(provider, ..)| *provider == protocol.name);
        assert!(is_there, "no case above pastes an endpoint of provider {}", protocol.name);
    }
    for (provider, given, root) in endpoints {
        let options = format!(r#"{{"model":"m","provider":"{provider}","baseUrl":"{given}"}}"#);
        let message = settings(&options).expect_err(given);
        assert!(message.contains(&format!("\"{root}\"")) && message.contains("baseUrl"), "{message}");
        assert!(!message.contains("key=1"), "{message}");
    }
    let roots = [
        ("openai", "https://a.example/v1"),
        ("openai-responses", "https://a.example/v1"),
        ("gemini", "https://a.example/v1beta"),
        ("openai", "/api/chat"),
        ("openai", "https://a.example/messages"),
        ("anthropic", "/v1?path=/messages"),
        ("relay", "/api/chat"),
        ("relay", "/v1/chat/completions"),
        ("websocket", "/v1/messages"),
        ("ollama", "http://localhost:11434/"),
        ("ollama", "http://localhost:11434/v1"),
    ];
    for protocol in PROTOCOLS {
        let is_there = roots.iter().any(|(provider, _)| *provider == protocol.name);
        assert!(is_there, "no case above is an API root of provider {}", protocol.name);
    }
    for (provider, given) in roots {
        assert!(wrong_root(provider, given, false, "m").is_none(), "{provider} {given}");
    }
}

#[test]
fn an_address_is_read_as_a_browser_reads_it() {
    let root = |given: &str| settings(&format!(r#"{{"model":"gpt-4o","baseUrl":"{given}"}}"#));
    let spaced = [" https://a.example/v1", "https://a.example/v1\\n", "\\t https://a.example/v1 "];
    for given in spaced.into_iter().chain(["https://a.example/v1#models", "https://a.example/v1#"]) {
        assert_eq!(root(given).unwrap().api_root, "https://a.example/v1", "{given:?}");
    }
}

#[test]
fn a_name_that_selected_ollama_says_so() {
    let message =
        settings(r#"{"model":"deepseek-chat","baseUrl":"https://api.deepseek.com/v1/chat/completions"}"#).unwrap_err();
    assert!(message.contains("\"deepseek-chat\" selected Ollama") && message.contains("`provider`"), "{message}");
    assert!(settings(r#"{"model":"deepseek-chat"}"#).unwrap().is_guess);
    for chosen in [r#""model":"ollama://m""#, r#""model":"m","provider":"ollama""#, r#""model":"gpt-4o""#] {
        assert!(!settings(&format!("{{{chosen}}}")).unwrap().is_guess, "{chosen}");
    }
}

fn facts(url: &str, origin: &str) -> PageFacts {
    PageFacts { url: url.to_owned(), origin: origin.to_owned(), ..PageFacts::default() }
}

fn told(options: &str, facts: &PageFacts) -> (String, bool, bool) {
    let error = unsent(&settings(options).unwrap(), facts, "Failed to fetch");
    assert_eq!(error.code.as_str(), "network");
    (error.message.clone().into_owned(), error.retryable, error.refused)
}

/// Whether these come in this order.
fn in_order(text: &str, parts: &[&str]) -> bool {
    let mut rest = text;
    parts.iter().all(|part| {
        rest.split_once(part).is_some_and(|(_, behind)| {
            rest = behind;
            true
        })
    })
}

const OLLAMA: &str = r#"{"model":"llama3.1:8b"}"#;
const OPENAI: &str = r#"{"model":"gpt-4o","baseUrl":"https://api.example/v1"}"#;

#[test]
fn a_cause_that_the_page_knows_is_the_only_one() {
    let url = "https://api.example/v1/chat/completions?key=secret";
    let page = "https://app.example";
    let cases = [
        (PageFacts { is_forbidden: true, ..facts(url, page) }, "`connect-src`", false),
        (PageFacts { is_denied: true, ..facts("http://192.168.0.2/v1", page) }, "denied access", false),
        (facts("http://api.example/v1", page), "mixed content", false),
        (PageFacts { is_offline: true, ..facts(url, page) }, "The browser is offline", true),
    ];
    for (facts, words, retryable) in cases {
        let (message, may_retry, refused) = told(OPENAI, &facts);
        assert!(message.contains(words) && message.contains("Failed to fetch"), "{message}");
        assert!(!message.contains("Possible causes") && !message.contains("secret"), "{message}");
        assert_eq!((may_retry, refused), (retryable, !retryable), "{message}");
    }
    let (message, ..) = told(OPENAI, &PageFacts { is_forbidden: true, ..facts(url, page) });
    assert!(message.starts_with("POST https://api.example/v1/chat/completions failed: "), "{message}");
    assert!(message.contains("add https://api.example to"), "{message}");
}

#[test]
fn else_the_likeliest_causes_come_first() {
    let serve = "`ollama serve`";
    let origins = "OLLAMA_ORIGINS=";
    let ollama = "http://localhost:11434/api/chat";
    for (options, facts, parts) in [
        (
            OLLAMA,
            facts(ollama, "http://localhost:5173"),
            vec![serve, origins, "nothing answers at http://localhost:11434"],
        ),
        (OLLAMA, facts(ollama, "https://app.example"), vec!["OLLAMA_ORIGINS=https://app.example", serve, "Safari"]),
        (
            OLLAMA,
            facts("http://localhost:9/api/chat", "http://localhost:5173"),
            vec![serve, "nothing answers at http://localhost:9"],
        ),
        (
            r#"{"model":"mistral-large"}"#,
            facts(ollama, "http://localhost:5173"),
            vec!["\"mistral-large\" selected Ollama", "`provider`", serve],
        ),
        (
            r#"{"model":"ollama://m","baseUrl":"http://localhost:11434/v1"}"#,
            facts("http://localhost:11434/v1/api/chat", "http://localhost:5173"),
            vec!["provider: \"openai\"", "write \"http://localhost:11434\"", serve],
        ),
        (
            OPENAI,
            facts("https://api.example/v1/chat/completions", "https://app.example"),
            vec!["CORS", "nothing answers at https://api.example", "firewall"],
        ),
        (
            OPENAI,
            facts("http://127.0.0.1:1234/v1", "http://localhost:5173"),
            vec!["nothing answers at http://127.0.0.1:1234", "CORS"],
        ),
        (
            OPENAI,
            facts("https://app.example/api", "https://app.example"),
            vec!["nothing answers at https://app.example"],
        ),
    ] {
        let (message, retryable, refused) = told(options, &facts);
        assert!(in_order(&message, &parts), "{message}\n{parts:?}");
        assert_eq!((retryable, refused), (true, false));
    }
    let (message, ..) = told(OPENAI, &facts("https://app.example/api", "https://app.example"));
    assert!(!message.contains("CORS"), "{message}");
    let (message, ..) = told(OPENAI, &facts("https://api.example/v1", ""));
    assert!(message.contains("nothing answers at https://api.example") && !message.contains("CORS"), "{message}");
}

#[test]
fn a_fetch_of_the_callers_own_is_explained_where_it_fails_as_the_platforms_does() {
    let own = PageFacts { is_own_fetch: true, ..facts("http://api.example/v1", "https://app.example") };
    let message = told(OPENAI, &own).0;
    // What the page knows of requests is not known of this one.
    assert!(message.contains("(1) ") && message.contains("CORS") && !message.contains("mixed content"), "{message}");
    let plan = config::resolved(OPENAI).unwrap();
    assert_eq!(unsent(&plan, &own, "my own").message, "POST http://api.example/v1 failed: my own");
}

#[test]
fn without_facts_the_api_root_is_named() {
    assert!(told(OPENAI, &PageFacts::default()).0.starts_with("POST https://api.example/v1 failed: "));
}
