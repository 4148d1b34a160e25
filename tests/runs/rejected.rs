//! A server that rejects a member which not all servers know is asked again without it.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use refinire_web::env::{Body, Response, Sink};
use refinire_web::error::Error;
use refinire_web::response::Batch;
use refinire_web::run::{Next, Run};

use crate::world::config::resolved;
use crate::world::{replies, Outcome, Reply, Scenario};

const MOST: &str = r#""maxTokens":9"#;

fn bodies(run: &Outcome) -> Vec<serde_json::Value> {
    run.sent.iter().map(|sent| serde_json::from_str(&sent.call.body).unwrap()).collect()
}

/// The bodies of a question that is rejected so, and then answered.
fn rejected(status: u16, words: &str) -> (Outcome, Vec<serde_json::Value>) {
    then_answered(replies([Reply::status(status).bytes(words), Reply::answer("Hello")]))
}

fn then_answered(scenario: Scenario) -> (Outcome, Vec<serde_json::Value>) {
    let run = scenario.options(MOST).run();
    assert_eq!(run.answered(), "Hello");
    let bodies = bodies(&run);
    (run, bodies)
}

#[test]
fn it_is_asked_at_once_without_what_it_rejects() {
    for (status, words) in [
        (
            400,
            r#"{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error"}}"#,
        ),
        (
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#,
        ),
        (400, r#"Unknown name "stream_options": Cannot find field."#),
    ] {
        let (run, bodies) = rejected(status, words);
        assert_eq!(run.turns(), ["start 1", "retry 2 after 0: http", "start 2", "text Hello"]);
        assert!(bodies[0].get("stream_options").is_some() && bodies[1].get("stream_options").is_none());
        assert_eq!((&bodies[1]["stream"], &bodies[1]["max_tokens"]), (&true.into(), &9.into()), "the rest is the same");
    }
}

#[test]
fn the_bound_on_the_answer_has_two_names() {
    let openais =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    for words in [openais, "use max_completion_tokens instead of max_tokens", "unknown field max_tokens"] {
        let (_, bodies) = rejected(400, words);
        assert_eq!((bodies[1].get("max_tokens"), &bodies[1]["max_completion_tokens"]), (None, &9.into()), "{words}");
    }
    // A value that is wrong is as wrong under another name.
    let words = "max_tokens is too large: 9. This model supports at most 5 completion tokens.";
    let run = replies([Reply::status(400).bytes(words)]).options(MOST).run();
    assert_eq!((run.code(), run.sent.len()), ("http", 1));
}

#[test]
fn each_member_is_left_out_once() {
    let options = || Reply::status(400).bytes("stream_options is not allowed");
    let bound = || Reply::status(400).bytes("max_tokens is not allowed");
    let (run, bodies) = then_answered(replies([options(), bound(), Reply::answer("Hello")]));
    assert_eq!(run.told("retry"), ["retry 2 after 0: http", "retry 3 after 0: http"]);
    assert_eq!(bodies[2].get("stream_options").or(bodies[2].get("max_tokens")), None);
    // Rejected again though it is no longer there, the request fails; it is about streaming, so it is tried without.
    let run = replies([options(), options(), Reply::status(400)]).run();
    assert_eq!(
        (run.code(), run.turns()[1..].to_vec()),
        ("http", vec!["retry 2 after 0: http", "start 2", "fallback: http", "start 3"])
    );
    let run = replies([bound(), bound()]).options(MOST).run();
    assert_eq!((run.code(), run.sent.len()), ("http", 2));
}

#[test]
fn it_is_no_attempt_and_needs_no_leave_to_try_again() {
    let reply = || Reply::status(400).bytes("stream_options is not allowed");
    let (run, _) =
        then_answered(replies([reply(), Reply::answer("Hello")]).options(r#""retry":{"attempts":1},"fallback":false"#));
    assert_eq!(run.times(), [0.0, 0.0]);
    let (run, _) = then_answered(replies([reply(), Reply::status(503), Reply::status(503), Reply::answer("Hello")]));
    assert_eq!(run.told("retry").len(), 3);
}

#[test]
fn what_is_not_in_the_request_is_not_left_out_of_it() {
    // There is no bound, and `strict` belongs to an answer that is JSON.
    for words in ["unknown field max_tokens", "strict mode is not supported", "no"] {
        let run = replies([Reply::status(400).bytes(words)]).run();
        assert_eq!((run.code(), run.sent.len()), ("http", 1), "{words}");
    }
    let schema = r#""outputSchema":{"type":"object","properties":{},"required":[],"additionalProperties":false}"#;
    let (_, bodies) = then_answered(
        replies([Reply::status(400).bytes("strict mode is not supported"), Reply::answer("Hello")]).options(schema),
    );
    assert_eq!(bodies[0]["response_format"]["json_schema"]["strict"], true);
    assert_eq!(bodies[1]["response_format"]["json_schema"].get("strict"), None);
}

#[test]
fn later_runs_of_the_agent_leave_it_out_at_once() {
    let options = r#"{"model":"openai://m","baseUrl":"/v1","maxTokens":9}"#;
    let config = Rc::new(resolved(options).unwrap());
    let run = || Run::new(config.clone(), Batch::Delta, false, None);
    let body = |run: &Run| run.request().call(&mut |_| 0.0).body;
    let reject = |run: &mut Run| {
        run.begin(Some("Hi"), String::new(), 0.0).unwrap();
        run.start_attempt(0.0);
        let refusal = run.head(&head(400), 0.0).unwrap();
        run.reader_mut().push(b"stream_options is not allowed", 0.0);
        assert_eq!(run.refused(refusal, 0.0).unwrap(), Next::Wait(0.0));
        run.start_attempt(0.0);
    };
    let mut first = run();
    reject(&mut first);
    assert!(!body(&first).contains("stream_options"));
    assert!(body(&run()).contains("stream_options"), "it is not known yet whether that helps");
    first.head(&head(200), 0.0);
    assert!(!body(&run()).contains("stream_options"));
}

fn head(status: u16) -> Response {
    let body = Box::new(NoBody);
    Response { status, retry_after: None, content_type: String::new(), body }
}

struct NoBody;

impl Body for NoBody {
    fn pump(&mut self, _: Rc<dyn Sink>) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}
