//! Events that differ in little: what is told by comparing an event with the one before it is what reading it says. One
//! byte a read, none is compared, for none lies in one read.

use fastrand::Rng;
use refinire_web::error::Error;
use refinire_web::json::{Template, Text};
use refinire_web::message::Delta;
use refinire_web::provider::{Auth, Decode, Framing, OnDelta, Protocol, TransportKind};
use refinire_web::response::{Answer, Batch, ResponseReader, Shape};
use refinire_web::wire::{Frame, DEFAULT_MAX_EVENT_BYTES};

use crate::chunking::{bytes, difference, random, whole};
use crate::decode::decode_with;
use crate::fixtures::Events;
use crate::seed::{mutate, rng};

/// What an answer is made of, as it stands between the quotes; some of it is no text, or no JSON.
const TEXTS: [&str; 18] = [
    "Hello",
    " world",
    "",
    "é",
    "\u{1F600}",
    r"\n\n",
    r#" \"so\" "#,
    r"\\",
    r"\ud83d",
    r"\ude00",
    r"\u0041",
    r"\u00",
    r"\x",
    "\u{7}",
    r#"","content":""#,
    r#"\"obfuscation\":\""#,
    "[DONE]",
    "eight by",
];

/// A value that is never read, as a string and as a number.
const IDLE: [(&str, &str); 8] = [
    ("a", "1"),
    ("", "2"),
    ("Yk3pQ8xZ", "10"),
    (r"\n", "0"),
    (r"\", "007"),
    ("\u{7}", "-1"),
    ("é", "1.5"),
    ("b", "1e5"),
];

/// The event of a format whose only meaning is this text, between two values that are never read.
fn event(events: &Events, text: &str, (idle, number): (&str, &str)) -> String {
    events.frame(&events.text).replace("TEXT", text).replace("STRING", idle).replace(r#""NUMBER""#, number)
}

/// An answer whose events differ in their text, now and then in an idle value, and seldom in anything else.
fn answer(events: &Events, rng: &mut Rng) -> Vec<u8> {
    let ending = match events.protocol.framing {
        Framing::Ndjson => ["\n", "\r\n"][rng.usize(0..2)],
        Framing::Sse => ["\n\n", "\r\n\r\n", "\r\r"][rng.usize(0..3)],
    };
    let mut body = Vec::new();
    for _ in 0..rng.usize(2..12) {
        let idle = if rng.u8(0..4) == 0 { IDLE[rng.usize(0..IDLE.len())] } else { IDLE[rng.usize(0..3)] };
        let text = TEXTS[if rng.u8(0..8) == 0 { rng.usize(0..TEXTS.len()) } else { rng.usize(0..6) }];
        let event = event(events, text, idle);
        let event =
            if rng.u8(0..10) == 0 { mutate(rng, event.as_bytes(), &[b"\"", b"}", b"1"]) } else { event.into_bytes() };
        let twice = events.two_texts.as_ref().filter(|_| rng.u8(0..8) == 0);
        if let Some(two) = twice {
            body.extend((events.frame(two) + ending).repeat(2).into_bytes());
        }
        if events.protocol.framing == Framing::Sse && rng.u8(0..8) == 0 {
            body.extend_from_slice(b"event: error\n");
        }
        body.extend(event);
        body.extend_from_slice(ending.as_bytes());
    }
    body
}

#[test]
fn an_event_that_is_compared_says_what_it_says_when_it_is_read() {
    let mut rng = rng();
    for events in Events::all() {
        let provider = events.protocol.name;
        for _ in 0..3_000 {
            let body = answer(&events, &mut rng);
            let max = if rng.u8(0..4) == 0 { rng.usize(20..200) } else { DEFAULT_MAX_EVENT_BYTES };
            let wanted = decode_with(provider, &bytes(&body), max, Batch::Delta);
            for reads in [whole(&body), random(&body, &mut rng)] {
                let found = decode_with(provider, &reads, max, Batch::Delta);
                assert!(found == wanted, "{provider}: {}", difference(&body, &reads, &found, &wanted));
            }
        }
    }
}

const EVENT: &[u8] = br#"data: {"n":12,"text":"one","pad":"xyz"}"#;
const IDLE_MEMBERS: &[&str] = &[r#""n":"#, r#""pad":""#];

fn learnt() -> Template {
    let mut template = Template::default();
    template.learn(EVENT, 22, 3, IDLE_MEMBERS);
    template
}

fn said(template: &mut Template, event: &str) -> Option<(String, usize)> {
    template.next(event.as_bytes(), 100).map(|(text, length)| (text.read(), length))
}

#[test]
fn what_differs_in_the_text_and_in_idle_values_is_told_without_reading() {
    let mut template = learnt();
    for (event, text) in [
        (r#"data: {"n":12,"text":"one","pad":"xyz"}"#, "one"),
        (r#"data: {"n":3,"text":" and \"two\"","pad":""}"#, " and \"two\""),
        (r#"data: {"n":0,"text":"\u00e9","pad":"\n"}"#, "é"),
    ] {
        let more = [event, "data: {"].concat();
        assert_eq!(said(&mut template, &more), Some((text.to_owned(), event.len())), "{event}");
    }
}

#[test]
fn what_differs_in_anything_else_is_left_to_be_read() {
    let mut template = learnt();
    for event in [
        r#"data: {"n":12,"text":"one","pad":"xyz""#,
        r#"data: {"n":12,"text":"one","pax":"xyz"}"#,
        r#"data: {"n":12,"text":"one","pad":null}"#,
        r#"data: {"n":12,"text":null,"pad":"xyz"}"#,
        r#"data: {"n":12,"text":"","pad":"xyz"}"#,
        r#"data: {"n":12,"text":"\x","pad":"xyz"}"#,
        r#"data: {"n":012,"text":"one","pad":"xyz"}"#,
        r#"data: {"n":,"text":"one","pad":"xyz"}"#,
        r#"data: {"n":1.5,"text":"one","pad":"xyz"}"#,
        "data: {\"n\":12,\"text\":\"one\u{7}\",\"pad\":\"xyz\"}",
        r#"datA: {"n":12,"text":"one","pad":"xyz"}"#,
        "",
    ] {
        assert_eq!(said(&mut template, event), None, "{event}");
    }
    let long = ["data: {\"n\":12,\"text\":\"", &"x".repeat(100), "\",\"pad\":\"xyz\"}"].concat();
    assert_eq!(said(&mut template, &long), None, "longer than an event may be");
    assert!(said(&mut template, r#"data: {"n":1,"text":"one","pad":"xyz"}"#).is_some());
}

#[test]
fn where_no_two_events_are_alike_none_is_learnt_any_more() {
    let mut template = Template::default();
    for count in 0..20 {
        template.learn(EVENT, 22, 3, IDLE_MEMBERS);
        if count < 7 {
            assert_eq!(said(&mut template, "data: something else"), None);
        }
    }
    assert_eq!(said(&mut template, r#"data: {"n":12,"text":"one","pad":"xyz"}"#), None);
}

/// A format of its own: `data: "…"` is text or reasoning, `data: switch` says which from there on.
static SWITCHING: Protocol = Protocol {
    name: "switching",
    prefixes: &[],
    is_model: |_| false,
    is_default: false,
    base_url: None,
    local_server: None,
    endpoints: &[],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    non_streaming: false,
    prefill: false,
    optional: &[],
    unread: &[],
    final_events: &[],
    plain_text: true,
    tools: false,
    media: &[],
    think_tags: false,
    path: |_| String::new(),
    body: |_, _| {},
    decoder: || Box::new(Switching(false)),
};

struct Switching(bool);

impl Decode for Switching {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let quoted = frame.data.strip_prefix(b"\"").and_then(|data| data.strip_suffix(b"\""));
        match quoted.map(Text::verbatim) {
            None => self.0 = !self.0,
            Some(text) => out(if self.0 { Delta::Reasoning(text) } else { Delta::Text(text) }),
        }
        Ok(())
    }

    fn response(&mut self, _: &[u8], _: &mut OnDelta<'_>) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn what_comes_between_two_events_may_change_what_the_second_means() {
    let mut reader = ResponseReader::new(&SWITCHING, DEFAULT_MAX_EVENT_BYTES, Answer::new(Batch::Delta, true, None));
    reader.begin(Shape::Stream);
    reader.push(b"data: \"a\"\n\ndata: \"b\"\n\ndata: switch\n\ndata: \"c\"\n\n", 0.0);
    assert_eq!((reader.answer().text(), reader.answer().reasoning()), ("ab", "c"));
}

#[test]
fn an_event_that_began_in_an_earlier_read_is_none_like_the_last() {
    let like = event(&Events::of(Protocol::named("openai").unwrap()), "a", IDLE[0]) + "\n\n";
    let reads: [&[u8]; 2] = [&[like.as_bytes(), like.as_bytes(), b"event: error\n"].concat(), like.as_bytes()];
    let found = decode_with("openai", &reads, DEFAULT_MAX_EVENT_BYTES, Batch::Delta);
    assert_eq!(found.failure.map(|failure| failure.code), Some("provider"));
}

#[test]
fn a_chunk_of_another_choice_passes_for_none_of_the_first() {
    let before = |index: &str, text: &str| format!(r#"{{"index":{index},"delta":{{"content":"{text}"}}}}"#);
    let behind = |index: &str, text: &str| format!(r#"{{"delta":{{"content":"{text}"}},"index":{index}}}"#);
    for choice in [&before as &dyn Fn(&str, &str) -> String, &behind] {
        let chunks = [("0", "a"), ("0", "b"), ("1", "X"), ("1", "Y"), ("0", "c"), ("0", "d"), ("10", "Z"), ("0", "e")];
        let chunk = |(index, text): &(&str, &str)| format!("data: {{\"choices\":[{}]}}\n\n", choice(index, text));
        let body: String = chunks.iter().map(chunk).collect();
        let found = decode_with("openai", &[body.as_bytes()], DEFAULT_MAX_EVENT_BYTES, Batch::Delta);
        assert_eq!(found.text, "abcde", "{body}");
    }
}

/// Words between thoughts go back to Anthropic with the call behind them.
#[test]
fn events_that_are_compared_leave_nothing_out_of_what_goes_back_with_a_call() {
    let delta = |text: &str| {
        format!(r#"{{"type":"content_block_delta","index":1,"delta":{{"type":"text_delta","text":"{text}"}}}}"#)
    };
    let payloads = [
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"Hm.","signature":"S"}}"#.to_owned(),
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#.to_owned(),
        delta("I "),
        delta("look "),
        delta("it "),
        delta("up."),
        r#"{"type":"content_block_stop","index":1}"#.to_owned(),
        r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#.to_owned(),
        r#"{"type":"content_block_stop","index":2}"#.to_owned(),
        r#"{"type":"message_stop"}"#.to_owned(),
    ];
    let body: String = payloads.iter().flat_map(|payload| ["data: ", payload, "\n\n"]).collect();
    for reads in [whole(body.as_bytes()), bytes(body.as_bytes())] {
        let found = decode_with("anthropic", &reads, DEFAULT_MAX_EVENT_BYTES, Batch::Delta);
        let extra = r#"[{"type":"thinking","thinking":"Hm.","signature":"S"},{"type":"text","text":"I look it up."}]"#;
        assert_eq!(found.tool_calls[0].extra, extra);
    }
}
