//! Bounds on the size of an event and of an answer.

use crate::world::{replies, Outcome, Reply, Scenario};

const EVENTS: &str = r#""limits":{"maxEventBytes":200}"#;

fn events(reply: Reply) -> Scenario {
    replies([reply]).options(EVENTS)
}

fn big() -> String {
    "x".repeat(1_000)
}

/// The run failed with `limit`, was not asked again, and kept what had been delivered.
fn over(run: &Outcome, text: &str, name: &str) {
    assert_eq!((run.code(), run.text().as_str()), ("limit", text), "{:?}", run.ended);
    assert!(!run.failure().retryable && run.failure().message.contains(name), "{}", run.failure().message);
    assert_eq!(run.sent.len(), 1, "it is asked only once");
    let answer = format!("assistant: {text}…");
    assert_eq!(run.kept().get(1), (!text.is_empty()).then_some(&answer));
}

#[test]
fn an_answer_that_ends_behind_an_event_over_the_bound_is_complete_without_it() {
    for end in [Reply::ok().finish("stop"), Reply::ok().data("[DONE]")] {
        let run = events(Reply::ok().say("Hel").say(&big()).say("lo").and(end)).run();
        assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"stop".into()));
    }
    let line = |text: &str| format!("{{\"message\":{{\"content\":\"{text}\"}}}}\n");
    let body = [&line("Hel"), &line(&big()), &line("lo"), "{\"done\":true}\n"].concat();
    assert_eq!(events(Reply::ok().bytes(body)).model("ollama://m").run().answered(), "Hello");
}

#[test]
fn without_a_terminal_an_event_over_the_bound_is_an_error() {
    let ends: [fn(Reply) -> Reply; 4] = [|r| r, |r| r.say("lo"), Reply::cut, Reply::hang];
    for end in ends {
        let run = events(end(Reply::ok().say("Hel").say(&big()))).run();
        let text = run.text();
        over(&run, &text, "maxEventBytes");
        let run = events(end(Reply::ok().say("Hel").bytes(["data: ", &big()].concat()))).run();
        let text = run.text();
        over(&run, &text, "maxEventBytes");
    }
    over(&events(Reply::ok().say(&big())).run(), "", "maxEventBytes");
    over(
        &events(Reply::ok().bytes(format!("{{\"message\":\"{}\"}}\n", big()))).model("ollama://m").run(),
        "",
        "maxEventBytes",
    );
    let whole = events(Reply::whole(&big())).run();
    over(&whole, "", "maxEventBytes");
    assert_eq!(whole.took, 0.0);
}

#[test]
fn a_terminal_over_the_bound_ends_the_answer_by_its_name_if_text_has_come() {
    let responses =
        |body: String| events(Reply::ok().bytes(body)).model("m").options(r#""provider":"openai-responses""#).run();
    let said = r#"data: {"type":"response.output_text.delta","output_index":0,"delta":"Hello"}"#.to_owned() + "\n\n";
    let end = |name: &str| format!("event: {name}\ndata: {{\"type\":\"{name}\",\"response\":\"{}\"}}\n\n", big());
    let run = responses(said.clone() + &end("response.completed"));
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"stop".into()));
    over(&responses(end("response.completed")), "", "maxEventBytes");
    over(&responses(said.clone() + &end("response.failed")), "Hello", "maxEventBytes");
    over(&responses(said + &end("response.output_item.done")), "Hello", "maxEventBytes");
    let said =
        r#"data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}"#.to_owned() + "\n\n";
    let run = events(Reply::ok().bytes(said + &end("message_stop"))).model("anthropic://m").run();
    assert_eq!(run.answered(), "Hello");
}

fn answers(max: usize, reply: Reply) -> Outcome {
    replies([reply]).options(&format!(r#""limits":{{"maxAnswerBytes":{max}}}"#)).run()
}

#[test]
fn text_reasoning_and_arguments_together_are_bounded() {
    let reply = || Reply::ok().think("héé").say("Hello").call("c", "f", r#"{"a":1}"#).finish("stop").data("[DONE]");
    assert_eq!(answers(17, reply()).answered(), "Hello");
    over(&answers(16, reply()), "Hello", "maxAnswerBytes");
    over(&answers(9, reply()), "", "maxAnswerBytes");
    let run = answers(4, reply().hang());
    over(&run, "", "maxAnswerBytes");
    assert_eq!((run.took, run.sent[0].closed_at), (0.0, Some(0.0)), "the connection is closed at once");
    let run = answers(11, Reply::ok().say("Hello").say(" world").say("!").done());
    over(&run, "Hello world", "maxAnswerBytes");
    // What an escape stands for counts.
    assert_eq!(
        answers(5, Reply::ok().delta(r#"{"content":"\u0048\u0065\u006c\u006c\u006f"}"#).done()).answered(),
        "Hello"
    );
    over(&answers(4, Reply::whole("Hello")), "", "maxAnswerBytes");
    // Not a reason to go on, and not complete because a finish reason came with what was left out.
    let whole = r#"{"content":"Hello"},"finish_reason":"stop""#;
    let run = replies([Reply::ok().say("He").data(&format!(r#"{{"choices":[{{"delta":{whole}}}]}}"#))])
        .options(r#""limits":{"maxAnswerBytes":4},"continueOnCut":3"#)
        .run();
    over(&run, "He", "maxAnswerBytes");
}
