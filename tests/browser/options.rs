//! Options as callers write them.

use refinire_web::config::{Limits, Retry, Timeouts};
use refinire_web::response::Batch;
use refinire_web::run::Batching;
use refinire_web::web::options::{check, AgentOptions, DecodeOptions, Kind, RunOptions};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{get, js, json};

/// Options of an agent, with these members besides or instead.
fn agent(members: &str) -> Result<AgentOptions, JsValue> {
    AgentOptions::read(&js(&format!("{{ name: 'a', generationInstructions: 'b', model: 'gpt-4o', {members} }}")))
}

/// The message of what was refused.
fn refused<T: std::fmt::Debug>(read: Result<T, JsValue>) -> String {
    let error = read.unwrap_err();
    assert_eq!(get(&error, "code"), "invalid-argument");
    get(&error, "message").as_string().unwrap()
}

#[wasm_bindgen_test]
fn nonsense_is_refused_by_its_name() {
    let cases = [
        ("name: 5", "RefinireAgent: `name` must be a string"),
        ("name: null", "RefinireAgent: `name` must be a string"),
        ("name: new String('a')", "RefinireAgent: `name` must be a string"),
        ("baseUrl: 'http://[bad'", "RefinireAgent: `baseUrl` is no address that can be fetched"),
        ("baseUrl: 'https://me:pw@host/v1'", "RefinireAgent: `baseUrl` is no address that can be fetched"),
        ("baseUrl: 'ws://host/v1'", "RefinireAgent: `baseUrl` is no address that can be fetched"),
        ("headers: { a: 1 }", "RefinireAgent: `headers` must be an object of strings"),
        ("credentials: 'always'", r#"RefinireAgent: `credentials` must be "omit" or "same-origin" or "include""#),
        ("fetch: 'fetch'", "RefinireAgent: `fetch` must be a function"),
        ("temperature: Infinity", "RefinireAgent: `temperature` must be a finite number of at least 0"),
        ("maxTokens: 1.5", "RefinireAgent: `maxTokens` must be a whole number of at least 1, or Infinity"),
        ("maxTokens: 5n", "RefinireAgent: `maxTokens` must be a whole number of at least 1, or Infinity"),
        ("continueOnCut: -1", "RefinireAgent: `continueOnCut` must be a whole number of at least 0, or Infinity"),
        ("providerOptions: { n: 1n }", "RefinireAgent: `providerOptions` must be something that JSON can hold"),
        ("timeout: 5", "RefinireAgent: `timeout`: an object of options is needed"),
        ("timeout: { idle: NaN }", "RefinireAgent: `timeout`: `idle` must be a number of at least 0"),
        ("timeout: { idel: 1 }", "RefinireAgent: `timeout`: there is no option `idel`; did you mean `idle`?"),
        ("retry: true", "RefinireAgent: `retry`: an object of options is needed"),
        ("limits: { maxEventBytes: 0 }", "RefinireAgent: `limits`: `maxEventBytes` must be a number of at least 1"),
        ("tools: [{}]", "RefinireAgent: `tools[0]`: `name` must be a string"),
        ("tools: [5]", "RefinireAgent: `tools` must be a list of objects"),
        ("tools: {}", "RefinireAgent: `tools` must be a list of objects"),
        ("tools: [{ name: 'f', execute: 1 }]", "RefinireAgent: `tools[0]`: `execute` must be a function"),
        ("tools: [{ name: 'f' }, { name: 'f' }]", "RefinireAgent: two `tools` of the name \"f\""),
        ("outputSchema: 5", "RefinireAgent: `outputSchema` must be a JSON Schema or a validator"),
        ("inputGuardrails: [1]", "RefinireAgent: `inputGuardrails` must be a list of functions"),
        ("middleware: [{ event: 5 }]", "RefinireAgent: `middleware[0]`: `event` must be a function"),
        ("routing: { destinations: [] }", "RefinireAgent: `routing`: `destinations` must be a list of names"),
        ("evaluation: {}", "RefinireAgent: `evaluation`: `instructions` must be a string"),
        (
            "evaluation: { instructions: 'x', threshold: 100.5 }",
            "RefinireAgent: `evaluation`: `threshold` must be a number from 0 to 100",
        ),
        ("retries: 1", "RefinireAgent: there is no option `retries`; did you mean `retry`?"),
    ];
    for (members, message) in cases {
        assert_eq!(refused(agent(members)), message, "{members}");
    }
    for given in ["undefined", "null", "5", "[]", "'gpt-4o'", "() => {}"] {
        assert_eq!(refused(AgentOptions::read(&js(given))), "RefinireAgent: an object of options is needed", "{given}");
    }
}

#[wasm_bindgen_test]
fn what_is_given_is_read() {
    let read = agent(
        "temperature: 1e-7, maxTokens: 7, historySize: 2.9, timeout: { idle: 1.5, total: Infinity }, fallback: false,
        maxSteps: 3, maxInputTokens: 9, retry: { attempts: Infinity, baseMs: 0, schema: 2 }, limits: { maxChars: 6 },
        baseUrl: 'https://host:8080/v1', provider: 'openai', maxConnections: Infinity, providerOptions: { a: [1] },
        headers: { b: 'c' }, more: undefined,
        tools: [{ name: 'f', parameters: { properties: { n: { type: 'number' } } }, execute() {} }, { name: 'g' }],
        middleware: [{ request() {}, own: 1 }, { event() {}, request: null }], outputSchema: { type: 'array' },
        evaluation: { instructions: 'x', maxRetries: 0 }, routing: { destinations: ['s'] }, countTokens() {}",
    )
    .unwrap();
    let config = &read.config;
    assert_eq!((&*read.name, &*config.instructions, &*config.model), ("a", "b", "gpt-4o"));
    assert_eq!((config.temperature.as_deref(), config.max_tokens, config.history), (Some("1e-7"), Some(7), 2));
    assert_eq!((config.max_steps, config.max_input_tokens), (3, Some(9.0)));
    let most = f64::from(i32::MAX);
    assert_eq!(config.timeouts, Timeouts { idle: 1.0, total: most, ..Timeouts::default() });
    assert_eq!(config.retry, Retry { attempts: i32::MAX.unsigned_abs(), base_ms: 0.0, ..Retry::default() });
    assert_eq!((config.limits, config.fallback), (Limits { max_chars: Some(6), ..Limits::default() }, false));
    assert_eq!((config.host.as_deref(), config.provider.as_deref()), (Some("host:8080"), Some("openai")));
    assert_eq!(read.http.max_connections, Some(f64::INFINITY));
    assert_eq!(read.http.provider_options.as_ref().unwrap().to_json(), r#"{"a":[1]}"#);
    assert_eq!(json(&read.http.headers), r#"{"b":"c"}"#);
    assert_eq!((read.http.middleware.len(), read.event_middleware.len()), (1, 1));
    let executes: Vec<_> = config.tools.iter().map(|tool| (&*tool.name, tool.executes)).collect();
    assert_eq!(executes, [("f", true), ("g", false)]);
    let schema = r#"{"properties":{"n":{"type":"number"}},"type":"object"}"#;
    assert_eq!(config.tools[0].parameters.to_json(), schema);
    assert_eq!((read.tools.len(), read.tools[1].execute.is_some()), (2, false));
    assert_eq!(config.schema.as_ref().unwrap().to_json(), r#"{"type":"array"}"#);
    assert!(read.answer_validator.is_none() && read.count_tokens.is_some());
    let evaluation = read.evaluation.as_ref().unwrap();
    assert_eq!((evaluation.threshold, evaluation.max_retries, read.schema_retries), (85.0, 0, 2));
    assert_eq!(read.routing.as_ref().unwrap().destinations, ["s"]);
    assert_eq!(agent("retry: false").unwrap().config.retry, Retry { attempts: 1, ..Retry::default() });
    assert_eq!(agent("retry: null, tools: [], timeout: null").unwrap().config.retry, Retry::default());
}

#[wasm_bindgen_test]
fn a_key_that_everyone_would_see_is_refused() {
    let visible = |members| {
        let options = agent(members).unwrap();
        options.refuse_visible_key(&options.resolve().unwrap())
    };
    assert!(refused(visible("apiKey: 'k'")).contains("dangerouslyAllowBrowser"));
    for members in
        ["apiKey: 'k', dangerouslyAllowBrowser: true", "apiKey: () => 'k'", "apiKey: 'k', baseUrl: '/api'", ""]
    {
        assert!(visible(members).is_ok(), "{members}");
    }
}

#[wasm_bindgen_test]
fn options_choose_a_wire_format() {
    assert_eq!(agent("").unwrap().resolve().unwrap().protocol.name, "openai");
    assert!(refused(agent("provider: 'nobody'").unwrap().resolve()).contains("nobody"));
}

#[wasm_bindgen_test]
fn a_validator_says_what_the_model_is_told() {
    let standard = |rest: &str, methods: &str| format!("{{ '~standard': {{ vendor: 'v', {rest} }}, {methods} }}");
    let old = "jsonSchema: { input({ target }) { if (target !== 'draft-07') throw new Error('no'); return { type: this.made }; }, made: 'null' }";
    let cases = [
        (standard(old, ""), r#"{"type":"null"}"#),
        (standard("", "toJSONSchema: ({ io }) => ({ io })"), r#"{"io":"input"}"#),
        (standard("", "toJsonSchema: () => ({ own: 1 })"), r#"{"own":1}"#),
        (format!("Object.assign(() => {{}}, {})", standard("", "toJsonSchema: () => ({})")), "{}"),
        ("{ type: 'string' }".to_owned(), r#"{"type":"string"}"#),
    ];
    for (schema, told) in cases {
        let read = agent(&format!("outputSchema: {schema}")).unwrap();
        assert_eq!(read.config.schema.unwrap().to_json(), told, "{schema}");
        assert_eq!(read.answer_validator.is_some(), schema.contains("~standard"), "{schema}");
    }
    let none = refused(agent(&format!("outputSchema: {}", standard("", ""))));
    assert!(none.starts_with("RefinireAgent: `outputSchema`: this validator (v) has no JSON Schema"), "{none}");
    let zod = refused(agent("tools: [{ name: 'f', parameters: { '~standard': { vendor: 'zod' } } }]"));
    assert!(
        zod.starts_with("RefinireAgent: `tools[0]`: `parameters`: this validator") && zod.contains("Zod 4.2"),
        "{zod}"
    );
    let throws = agent(&format!("outputSchema: {}", standard("", "toJsonSchema() { throw new Error('oh') }")));
    assert!(refused(throws).ends_with("cannot be written as JSON Schema: oh"));
    let round = "((schema) => (schema.not = schema))({})";
    assert!(refused(agent(&format!("outputSchema: {round}")))
        .starts_with("RefinireAgent: `outputSchema` has no JSON Schema: "));
}

#[wasm_bindgen_test]
fn what_a_getter_throws_goes_out_unchanged() {
    for options in [
        "{ get name() { throw 'mine' } }",
        "{ name: 'a', generationInstructions: 'b', model: 'gpt', tools: [{ get name() { throw 'mine' } }] }",
        "{ name: 'a', generationInstructions: 'b', model: 'gpt', headers: { get a() { throw 'mine' } } }",
        "new Proxy({}, { ownKeys() { throw 'mine' } })",
    ] {
        assert_eq!(AgentOptions::read(&js(options)).unwrap_err(), "mine", "{options}");
    }
    assert_eq!(RunOptions::read(&js("{ get signal() { throw 'mine' } }"), &[]).unwrap_err(), "mine");
}

#[wasm_bindgen_test]
fn options_of_a_run_are_read() {
    let read = |source: &str| RunOptions::read(&js(source), &[]);
    let batch = |source: &str| read(source).map(|read| (read.batch, read.batching)).unwrap();
    let gather = |deltas| Batch::Gather { deltas };
    for nothing in
        ["undefined", "null", "{}", "{ batch: null }", "{ batch: 'delta' }", "{ batch: {} }", "{ more: undefined }"]
    {
        assert_eq!(batch(nothing), (Batch::Delta, Batching::None), "{nothing}");
    }
    assert_eq!(batch("{ batch: 'frame' }"), (gather(None), Batching::Frame));
    assert_eq!(batch("{ batch: { deltas: 3.7 } }"), (gather(Some(3)), Batching::None));
    assert_eq!(batch("{ batch: { ms: 0.5 } }"), (gather(None), Batching::Ms(0.5)));
    assert_eq!(batch("{ batch: { deltas: 2, ms: 5 } }"), (gather(Some(2)), Batching::Ms(5.0)));
    assert_eq!(batch("{ batch: { pace: true } }"), (gather(None), Batching::Pace(500.0)));
    assert_eq!(batch("{ batch: { pace: true, ms: 200 } }"), (gather(None), Batching::Pace(200.0)));
    assert_eq!(batch("{ batch: { pace: false, ms: 5 } }"), (gather(None), Batching::Ms(5.0)));
    let all = read("{ callback() {}, onEvent() {}, signal: { aborted: false, addEventListener() {} }, context: {}, ifBusy: 'fail' }");
    let all = all.unwrap();
    assert!(all.callback.is_some() && all.on_event.is_some() && all.signal.is_some() && all.context.is_some());
    assert!(all.fails_if_busy);
    for (source, message) in [
        ("5", "the run's options: an object of options is needed"),
        ("{ callback: 'log' }", "the run's options: `callback` must be a function"),
        ("{ signal: {} }", "the run's options: `signal` must be an AbortSignal"),
        ("{ signal: 'x' }", "the run's options: `signal` must be an AbortSignal"),
        ("{ ifBusy: 'no' }", r#"the run's options: `ifBusy` must be "wait" or "fail""#),
        (
            "{ batch: 'line' }",
            r#"the run's options: `batch` must be "delta", "frame", { deltas?, ms? } or { pace, ms? }"#,
        ),
        ("{ batch: { pace: 5 } }", "the run's options: `batch`: `pace` must be true or false"),
        ("{ batch: { pace: true, deltas: 3 } }", "the run's options: `batch` must not have both `pace` and `deltas`"),
        ("{ batch: { deltas: 0 } }", "the run's options: `batch`: `deltas` must be a number of at least 1"),
        ("{ abortSignal: 1 }", "the run's options: there is no option `abortSignal`; did you mean `signal`?"),
    ] {
        assert_eq!(refused(read(source)), message, "{source}");
    }
    let decode =
        DecodeOptions::read(&js("{ provider: 'ollama', thinkTags: true, limits: { maxChars: 5 }, batch: 'frame' }"));
    let decode = decode.unwrap();
    assert_eq!((&*decode.provider, decode.think_tags, decode.limits.max_chars), ("ollama", Some(true), Some(5)));
    assert_eq!(decode.run.batching, Batching::Frame);
    assert_eq!(refused(DecodeOptions::read(&js("{}"))), "decodeResponse: `provider` must be a string");
}

#[wasm_bindgen_test]
fn the_options_that_may_be_asked_for_are_those_of_the_shape() {
    let given = check(&js("{}"), &[("temperature", Kind::Number)], "a test", &[]).unwrap();
    assert_eq!((given.knows("temperature"), given.number("temperature")), (true, None));
    // To ask for its value panics here.
    assert!(!given.knows("temprature"));
}
