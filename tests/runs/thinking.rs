//! Reasoning in `<think>` tags, in runs: what is kept, what is asked again, and where the option counts.

use std::rc::Rc;

use refinire_web::config::{Limits, ResolvedConfig};
use refinire_web::response::{Batch, Shape};
use refinire_web::run::Run;

use crate::world::{replies, Outcome, Reply};

fn said(run: &Outcome) -> (&str, &str) {
    (run.result["reasoning"].as_str().unwrap(), run.result["text"].as_str().unwrap())
}

fn streamed(pieces: &[&str]) -> Reply {
    pieces.iter().fold(Reply::ok(), |reply, piece| reply.say(piece)).done()
}

#[test]
fn it_is_reasoning_and_no_part_of_the_answer_that_is_kept() {
    let run = replies([streamed(&["<think>", "We think", "</think>\n\n", "one"])]).run();
    assert_eq!(run.answered(), "one");
    assert_eq!(said(&run), ("We think", "one"));
    assert_eq!(run.turns(), ["start 1", "reasoning We think", "text one"]);
    assert_eq!(run.kept(), ["user: question", "assistant: one"]);
    assert_eq!(run.conversation.messages()[1].reasoning, "We think");
}

#[test]
fn it_is_so_without_streaming_and_by_itself() {
    let config = |provider: &str, tags: Option<bool>| {
        Rc::new(ResolvedConfig::decoding(provider, tags, Limits::default()).unwrap())
    };
    let chat = r#"{"choices":[{"message":{"content":"<think>Hm</think> one"},"finish_reason":"stop"}]}"#;
    let anthropic = r#"{"content":[{"type":"text","text":"<think>Hm</think> one"}],"stop_reason":"end_turn"}"#;
    let tagged = ("", "<think>Hm</think> one");
    for (provider, body, tags, expected) in [
        ("openai", chat, None, ("Hm", "one")),
        ("openai", chat, Some(false), tagged),
        ("anthropic", anthropic, None, tagged),
        ("anthropic", anthropic, Some(true), ("Hm", "one")),
    ] {
        let mut run = Run::new(config(provider, tags), Batch::Delta, false, None);
        run.reader_mut().begin(Shape::Whole);
        run.reader_mut().push(body.as_bytes(), 0.0);
        run.reader_mut().end(None).unwrap();
        let answer = run.reader().answer();
        assert_eq!((answer.reasoning(), answer.text()), expected, "{provider} {tags:?}");
    }
}

#[test]
fn the_option_turns_it_off_and_on() {
    let run = replies([streamed(&["<think>Hm</think>one"])]).options(r#""thinkTags":false"#).run();
    assert_eq!(run.answered(), "<think>Hm</think>one");
    let turn = Reply::ok()
        .data(r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"<think>Hm</think>one"}}"#)
        .data(r#"{"type":"message_stop"}"#);
    let run = replies([turn]).model("anthropic://m").options(r#""thinkTags":true"#).run();
    assert_eq!((run.answered(), said(&run)), ("one".to_owned(), ("Hm", "one")));
}

#[test]
fn reasoning_without_an_end_is_the_answer_as_well() {
    let run = replies([streamed(&["<think>Only ", "this</thi"])]).run();
    assert_eq!(run.answered(), "Only this</thi");
    assert_eq!(said(&run), ("Only this</thi", "Only this</thi"));
    // Not where it was cut, and not before the calls of tools.
    let run = replies([Reply::ok().say("<think>Only this")]).run();
    assert_eq!((run.code(), run.text()), ("truncated", String::new()));
    let run = replies([Reply::ok().say("<think>Hm").call("c", "f", "{}").finish("tool_calls").done()]).run();
    assert_eq!((run.answered(), said(&run)), (String::new(), ("Hm", "")));
}

#[test]
fn the_beginning_of_a_tag_is_text_where_the_answer_ends_and_is_no_answer_before() {
    assert_eq!(replies([streamed(&["<thi"])]).run().answered(), "<thi");
    // A cut behind it costs nothing: the question is asked again.
    let run = replies([Reply::ok().say(" <thi"), Reply::answer("one")]).run();
    assert_eq!((run.answered(), run.sent.len()), ("one".to_owned(), 2));
    // Behind more it does.
    let run = replies([Reply::ok().say("<think>a")]).run();
    assert_eq!((run.code(), run.sent.len()), ("truncated", 1));
}

#[test]
fn a_seam_is_no_beginning() {
    let parts = [Reply::ok().say("The tag is "), streamed(&["<think>", " and so on"])];
    let run = replies(parts).options(r#""continueOnCut":1,"retry":{"attempts":3,"baseMs":0}"#).run();
    assert_eq!(run.answered(), "The tag is <think> and so on");
}

#[test]
fn each_turn_of_a_run_may_begin_with_reasoning() {
    let tools =
        r#""fallback":false,"tools":[{"name":"f","description":"","parameters":{"type":"object"},"executes":true}]"#;
    let call = Reply::ok().say("<think>Call f.</think>One. ").call("c", "f", "{}").finish("tool_calls").done();
    let run = replies([call, streamed(&["<think>Done.</think>", "Two."])])
        .options(tools)
        .tools(|_, _| ("done".to_owned(), false, 0.0))
        .run();
    assert_eq!(run.answered(), "One. Two.");
    assert_eq!(run.result["reasoning"], "Call f.\n\nDone.");
}

#[test]
fn a_summary_is_compared_with_what_was_told_apart() {
    let end = |text: &str| {
        let message = serde_json::json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]});
        message.to_string()
    };
    for (pieces, summary, expected) in [
        (&["<think>Hm</think>\n\n", "one"][..], "<think>Hm</think>\n\none two", ("Hm", "one two")),
        (&["<think>H"], "<think>Hm</think>\n\none", ("Hm", "one")),
        (&["<thi"], "<think>Hm</think>one", ("Hm", "one")),
        (&["<think>Hm</think>\n\n", "one"], "<think>Hm</think>another", ("Hm", "one")),
        (&[], "<think>Hm</think>one", ("Hm", "one")),
    ] {
        let reply = pieces.iter().fold(Reply::ok(), |reply, piece| reply.say(piece));
        let run = replies([reply.data(&end(summary)).data("[DONE]")]).run();
        run.answered();
        assert_eq!(said(&run), expected, "{pieces:?} {summary}");
    }
}
