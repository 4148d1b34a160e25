//! What an answer cites, and files that it made: through attempts, turns and stops.

use serde_json::{json, Value};

use crate::world::{replies, Outcome, Reply};

fn cite(text: &str, passage: &str, url: &str) -> String {
    let start = text[..text.find(passage).unwrap()].chars().count();
    let citation =
        json!({"url": url, "title": "T", "start_index": start, "end_index": start + passage.chars().count()});
    json!({"annotations": [{"type": "url_citation", "url_citation": citation}]}).to_string()
}

const IMAGE: &str = r#"{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}"#;

/// Where the first source of each turn of the model's is in its content.
fn passages(run: &Outcome) -> Vec<String> {
    let answers = run.conversation.messages().iter().filter(|message| !message.sources.is_empty());
    let passage = |content: &str, start: Option<usize>, end: Option<usize>| {
        let units: Vec<_> = content.encode_utf16().collect();
        String::from_utf16(&units[start.unwrap()..end.unwrap()]).unwrap()
    };
    answers.map(|message| passage(&message.content, message.sources[0].start, message.sources[0].end)).collect()
}

#[test]
fn places_are_in_the_text_of_the_result_and_in_the_content_of_a_message() {
    let (first, second) = ("😀 Mal sehen. ", "𝔄lso: Köln.");
    let call = r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"add","arguments":"{}"}}]}"#;
    let run = replies([
        Reply::ok().say(first).delta(&cite(first, "sehen", "https://a.test/")).delta(call).finish("tool_calls").done(),
        Reply::ok().say(second).delta(&cite(second, "Köln", "https://b.test/")).done(),
    ])
    .options(r#""tools":[{"name":"add","description":"Adds.","parameters":{"type":"object"},"executes":true}]"#)
    .tools(|_, _| ("3".to_owned(), false, 0.0))
    .run();
    let text = run.answered();
    let place = |passage: &str| text[..text.find(passage).unwrap()].encode_utf16().count();
    let source = |passage: &str, url: &str| {
        let start = place(passage);
        json!({"url": url, "title": "T", "start": start, "end": start + passage.encode_utf16().count()})
    };
    let wanted = [source("sehen", "https://a.test/"), source("Köln", "https://b.test/")];
    assert_eq!(run.result["sources"], json!(wanted));
    let told: Vec<Value> = run
        .told("event {\"type\":\"source\"")
        .iter()
        .map(|line| serde_json::from_str::<Value>(&line["event ".len()..]).unwrap()["source"].clone())
        .collect();
    assert_eq!(told, wanted);
    assert_eq!(passages(&run), ["sehen", "Köln"]);
}

#[test]
fn an_answer_that_is_only_an_image_is_whole_and_kept() {
    let run = replies([Reply::ok().delta(IMAGE).finish("stop").done()]).run();
    assert_eq!(run.answered(), "");
    assert_eq!(run.result["files"], json!([{"mediaType": "image/png", "data": "AAAA"}]));
    assert_eq!(run.told("event"), [r#"event {"type":"file","file":{"mediaType":"image/png","data":"AAAA"}}"#]);
    let kept = run.conversation.messages().last().unwrap();
    assert_eq!((kept.files.len(), kept.files[0].data.as_deref(), kept.interrupted), (1, Some("AAAA"), false));
}

#[test]
fn behind_a_file_nothing_is_asked_again() {
    let run = replies([Reply::ok().delta(IMAGE)]).options(r#""retry":{"attempts":3,"baseMs":0}"#).run();
    assert_eq!((run.code(), run.sent.len()), ("truncated", 1));
    assert_eq!(run.conversation.messages().last().unwrap().files.len(), 1);
}

#[test]
fn a_source_alone_is_asked_again_and_told_once() {
    let found = r#"{"choices":[],"citations":["https://a.test/"]}"#;
    let run = replies([Reply::ok().data(found), Reply::ok().data(found).say("Hi").done()])
        .options(r#""retry":{"attempts":3,"baseMs":0}"#)
        .run();
    assert_eq!((run.answered(), run.sent.len()), ("Hi".to_owned(), 2));
    assert_eq!(run.result["sources"], json!([{"url": "https://a.test/"}]));
    assert_eq!(run.told("event {\"type\":\"source\"").len(), 1);
}

#[test]
fn a_source_of_text_that_never_came_has_no_place() {
    let run = replies([Reply::ok().say("Hi").delta(&cite("Hi there", "there", "https://a.test/")).done()]).run();
    assert_eq!(run.answered(), "Hi");
    assert_eq!(run.result["sources"], json!([{"url": "https://a.test/", "title": "T"}]));
}

#[test]
fn a_source_of_text_that_comes_later_waits_for_it() {
    let text = "Hi there";
    let reply = Reply::ok().delta(&cite(text, "there", "https://a.test/")).say("Hi ").say("there").done();
    let run = replies([reply]).run();
    assert_eq!(run.answered(), text);
    assert_eq!(run.result["sources"], json!([{"url": "https://a.test/", "title": "T", "start": 3, "end": 8}]));
}

#[test]
fn a_resumed_answer_keeps_what_it_had_cited_and_thought() {
    let text = "Köln ist";
    let run = replies([Reply::ok().think("Hm").say(text).delta(&cite(text, "Köln", "https://a.test/"))]).run();
    let interrupted = run.conversation;
    let rest = " schön und groß.";
    let run = replies([Reply::ok().say(rest).delta(&cite(rest, "groß", "https://b.test/")).done()])
        .conversation(interrupted)
        .resume()
        .run();
    let message = run.conversation.messages().last().unwrap();
    assert_eq!((message.content.as_str(), message.reasoning.as_str()), ("Köln ist schön und groß.", "Hm"));
    let urls: Vec<_> = message.sources.iter().map(|source| (source.url.as_deref().unwrap(), source.start)).collect();
    assert_eq!(urls, [("https://a.test/", Some(0)), ("https://b.test/", Some(19))]);
}
