//! Tools: how they are offered, and how a round with them goes back, where formats differ.

use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::provider::{Prompt, Protocol};

use super::config;
use super::fixtures::{over_http, read};
use super::support::{self, assert_body, call, events, failure, prompt, prompt_with_tools, say, schema, tool, weather};

/// vLLM reads every call of the history as an object: <https://github.com/vllm-project/vllm/issues/43995>.
#[test]
fn arguments_that_are_no_object_go_back_as_an_empty_one() {
    for arguments in ["", " ", "{\"city\":", "[]", "\"Rome\"", "null"] {
        let messages = [say(Role::User, "Go!"), call("", &[("c", "walk", arguments)]), failure("c", "no JSON")];
        for protocol in over_http().filter(|protocol| protocol.tools) {
            let body = protocol.encode("", &prompt_with_tools("m", &messages)).body;
            schema(&body);
            assert!(["\"{}\"", ":{}"].iter().any(|empty| body.contains(empty)), "{}: {body}", protocol.name);
            assert!(
                arguments.trim().is_empty() || !body.contains(&arguments.replace('"', "\\\"")),
                "{}: {body}",
                protocol.name
            );
        }
    }
}

/// "content cannot be empty if `is_error` is true", the server says.
#[test]
fn an_error_without_a_word_has_one_for_anthropic() {
    let messages = [say(Role::User, "Go!"), call("", &[("c", "walk", "{}")]), failure("c", "")];
    assert_body(
        "anthropic",
        &Prompt { stream: false, ..prompt_with_tools("m", &messages) },
        r#"{"model": "m", "max_tokens": 4096, "messages": [
            {"role": "user", "content": "Go!"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "walk", "input": {}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "c", "content": "error", "is_error": true}]}]}"#,
    );
}

/// `parametersJsonSchema`: <https://ai.google.dev/api/caching#FunctionDeclaration>; "For function with no parameters, this
/// can be left unset."
#[test]
fn gemini_gets_arguments_it_has_no_words_for_as_json_schema_and_none_as_nothing() {
    let mut walk = weather();
    walk.name = "walk".to_owned();
    walk.parameters =
        schema(r##"{"type":"object","properties":{"to":{"$ref":"#/$defs/place"}},"$defs":{"place":{}}}"##);
    let mut stop = weather();
    stop.name = "stop".to_owned();
    stop.parameters = schema(r#"{"type":"object","properties":{}}"#);
    let messages = [say(Role::User, "Go!")];
    assert_body(
        "gemini",
        &Prompt { tools: &[walk, stop], ..prompt("m", &messages) },
        r##"{
            "contents": [{"role": "user", "parts": [{"text": "Go!"}]}],
            "tools": [{"functionDeclarations": [
                {"name": "walk", "description": "Tells the weather.", "parametersJsonSchema":
                    {"type": "object", "properties": {"to": {"$ref": "#/$defs/place"}}, "$defs": {"place": {}}}},
                {"name": "stop", "description": "Tells the weather."}
            ]}]
        }"##,
    );
}

/// What each vendor accepts: "In context=(), object schema missing properties" is what OpenAI says otherwise, "should be
/// non-empty for OBJECT type" what Gemini says.
#[test]
fn a_tool_without_arguments_is_described_as_each_vendor_wants_it() {
    for given in
        ["", r#""parameters":{"type":"object"},"#, r#""parameters":{},"#, r#""parameters":{"properties":null},"#]
    {
        let messages = [say(Role::User, "Go!")];
        for protocol in over_http().filter(|protocol| protocol.tools) {
            let options = format!(
                r#"{{"provider":"{}","model":"m","baseUrl":"/v1","tools":[{{{given}"name":"f","description":"F."}}]}}"#,
                protocol.name
            );
            let plan = config::resolved(&options).unwrap();
            let found = schema(&plan.call(&messages, "", false, true).body).get("tools").cloned().unwrap();
            let expected = read(protocol, "requests.json").get("toolWithoutParameters").cloned().unwrap();
            assert_eq!(sorted(found).to_json(), sorted(expected).to_json(), "{} {given}", protocol.name);
        }
    }
}

/// The same, the members of each object in the order of their names.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members)
        }
        other => other,
    }
}

/// A schema without `properties` may say something all the same.
#[test]
fn gemini_is_told_of_arguments_that_have_no_names() {
    let options = r#"{"provider":"gemini","model":"m","tools":[{"name":"f","description":"F.",
        "parameters":{"type":"object","additionalProperties":{"type":"string"}}}]}"#;
    let plan = config::resolved(options).unwrap();
    let body = schema(&plan.call(&[say(Role::User, "Go!")], "", false, true).body);
    let declared = &body.list("tools")[0].list("functionDeclarations")[0];
    let expected = schema(r#"{"type":"object","additionalProperties":{"type":"string"}}"#);
    assert_eq!((declared.get("parameters"), declared.get("parametersJsonSchema")), (None, Some(&expected)));
}

/// A request with arguments that are no object is refused.
#[test]
fn arguments_go_back_as_the_object_that_they_mean() {
    for (written, sent) in [
        ("", "{}"),
        ("null", "{}"),
        (r#""""#, "{}"),
        (r#""null""#, "{}"),
        (r#""{\"a\":1}""#, r#"{"a":1}"#),
        (r#" "\n{\"a\":\"b\"} ""#, r#"{"a":"b"}"#),
        (r#"{"a":1}"#, r#"{"a":1}"#),
        ("[1]", "{}"),
        (r#""a""#, "{}"),
        ("{", "{}"),
    ] {
        let messages = [say(Role::User, "Go!"), call("", &[("a", "f", written)]), tool("a", "")];
        let tools = [weather()];
        let prompt = Prompt { tools: &tools, ..prompt("m", &messages) };
        let body = schema(&Protocol::named("anthropic").unwrap().encode("", &prompt).body);
        let input = body.list("messages")[1].list("content")[0].get("input").cloned();
        assert_eq!(input, Some(schema(sent)), "{written}");
    }
}

#[test]
fn an_id_that_gemini_did_not_give_is_not_sent_to_it() {
    let messages =
        [say(Role::User, "Go!"), call("", &[("call_0", "f", "{}"), ("call_12x", "f", "{}")]), tool("call_0", "")];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents": [
            {"role": "user", "parts": [{"text": "Go!"}]},
            {"role": "model", "parts": [
                {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "skip_thought_signature_validator"},
                {"functionCall": {"id": "call_12x", "name": "f", "args": {}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": ""}}}]}]}"#,
    );
}

/// The turn in which a provider called tools, with what it wants back with the calls.
fn called(provider: &str, payloads: &[&str]) -> Message {
    let answer = events(provider, payloads);
    let mut message = say(Role::Assistant, &answer.text);
    message.tool_calls = answer.calls;
    message
}

/// <https://ai.google.dev/gemini-api/docs/thought-signatures>: "return this signature in the exact part where it was
/// received".
#[test]
fn gemini_gets_its_signatures_back_with_the_calls_that_they_came_with() {
    let mut turn = called(
        "gemini",
        &[
            r#"{"candidates":[{"content":{"parts":[
                {"functionCall":{"id":"a","name":"f","args":{"x":1}},"thoughtSignature":"c2ln\u003d"},
                {"functionCall":{"id":"b","name":"g","args":{}}}]}}]}"#
                .replace('\n', " ")
                .as_str(),
            r#"{"candidates":[{"content":{"parts":[{"thoughtSignature":"bmV4dA","functionCall":{"name":"h","args":{}}}]},"finishReason":"STOP"}]}"#,
        ],
    );
    assert_eq!(turn.tool_calls[0].extra, r#"{"thoughtSignature":"c2ln="}"#);
    // As the run calls one to which the model gave no id.
    turn.tool_calls[2].id = "call_2".to_owned();
    let messages = [say(Role::User, "Go!"), turn, tool("a", "done")];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents": [
            {"role": "user", "parts": [{"text": "Go!"}]},
            {"role": "model", "parts": [
                {"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}, "thoughtSignature": "c2ln="},
                {"functionCall": {"id": "b", "name": "g", "args": {}}},
                {"functionCall": {"name": "h", "args": {}}, "thoughtSignature": "bmV4dA"}]},
            {"role": "user", "parts": [{"functionResponse": {"id": "a", "name": "f", "response": {"output": "done"}}}]}]}"#,
    );
}

const THOUGHTFUL: &[&str] = &[
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"A \"\ud83d"}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"\ude00\"."}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"EmwK"}}"#,
    r#"{"type":"content_block_stop","index":1}"#,
    r#"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":"I look."}}"#,
    r#"{"type":"content_block_stop","index":2}"#,
    r#"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
    r#"{"type":"content_block_stop","index":3}"#,
    r#"{"type":"content_block_start","index":4,"content_block":{"type":"thinking","thinking":"B.","signature":"Rst"}}"#,
    r#"{"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"b","name":"g","input":{}}}"#,
    r#"{"type":"content_block_start","index":6,"content_block":{"type":"tool_use","id":"c","name":"h","input":{}}}"#,
    r#"{"type":"message_stop"}"#,
];

/// <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>: "when you return a tool result, the thinking
/// blocks from the assistant message must come back with it", the redacted ones too, unmodified.
#[test]
fn anthropic_gets_its_thoughts_back_before_the_calls_that_they_led_to() {
    let messages = [say(Role::User, "Go!"), called("anthropic", THOUGHTFUL), tool("a", "1"), tool("b", "2")];
    assert_body(
        "anthropic",
        &Prompt { stream: false, ..prompt_with_tools("m", &messages) },
        r#"{"model": "m", "max_tokens": 4096, "messages": [
            {"role": "user", "content": "Go!"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "A \"😀\".", "signature": "EqQB"},
                {"type": "redacted_thinking", "data": "EmwK"},
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "a", "name": "f", "input": {}},
                {"type": "thinking", "thinking": "B.", "signature": "Rst"},
                {"type": "tool_use", "id": "b", "name": "g", "input": {}},
                {"type": "tool_use", "id": "c", "name": "h", "input": {}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": "1"},
                {"type": "tool_result", "tool_use_id": "b", "content": "2"}]}]}"#,
    );
}

/// A server has seen its thoughts behind words and calls, and refuses them elsewhere: "thinking blocks in the latest
/// assistant message cannot be modified", <https://github.com/BerriAI/litellm/pull/23140>.
#[test]
fn anthropic_gets_its_thoughts_back_behind_the_words_that_stood_before_them() {
    let start = |block: &str| format!(r#"{{"type":"content_block_start","index":0,"content_block":{block}}}"#);
    let text = |text: &str| start(&format!(r#"{{"type":"text","text":"{text}"}}"#));
    let thought = |text: &str| start(&format!(r#"{{"type":"thinking","thinking":"{text}","signature":"S{text}"}}"#));
    let tool_use = |id: &str| start(&format!(r#"{{"type":"tool_use","id":"{id}","name":"f","input":{{}}}}"#));
    let more = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ud83d\ude00 \"d"}}"#;
    let payloads = [
        text("a"),
        tool_use("w"),
        text("b"),
        thought("1"),
        text("c"),
        more.to_owned(),
        thought("2"),
        tool_use("x"),
        text("e"),
        text(r"\n"),
        tool_use("y"),
        thought("3"),
        tool_use("z"),
        text("f"),
        r#"{"type":"message_stop"}"#.to_owned(),
    ];
    let mut turn = called("anthropic", &payloads.each_ref().map(String::as_str));
    assert_eq!(turn.content, "abc😀 \"de\nf");
    let calls = turn.tool_calls.clone();
    let sent = |turn: &Message| {
        let messages = [
            &[say(Role::User, "Go!"), turn.clone()],
            &*calls.iter().map(|call| tool(&call.id, "1")).collect::<Vec<_>>(),
        ]
        .concat();
        schema(&Protocol::named("anthropic").unwrap().encode("", &prompt_with_tools("m", &messages)).body)
            .list("messages")[1]
            .list("content")
            .to_vec()
    };
    let told = |blocks: &[Value]| -> Vec<String> {
        let word =
            |block: &Value| ["text", "thinking", "id"].iter().find_map(|key| block.text(key)).unwrap().to_owned();
        blocks.iter().map(word).collect()
    };
    assert_eq!(told(&sent(&turn)), ["af", "w", "b", "1", "c😀 \"d", "2", "x", "e", "y", "3", "z"]);
    turn.content = "something else".to_owned();
    assert_eq!(told(&sent(&turn)), ["something else", "w", "1", "2", "x", "y", "3", "z"]);
}

/// Of a whole response.
#[test]
fn thoughts_of_an_answer_without_streaming_are_kept_too() {
    let answer = support::whole(
        "anthropic",
        r#"{"content":[{"type":"thinking","thinking":"A","signature":"S"},
            {"type":"tool_use","id":"a","name":"f","input":{}}],"stop_reason":"tool_use"}"#,
    );
    assert_eq!(answer.calls[0].extra, r#"[{"type":"thinking","thinking":"A","signature":"S"}]"#);
}

/// <https://platform.claude.com/docs/en/build-with-claude/preserved-thinking>: a thought is refused once anything before
/// it has changed, as the history does when its oldest turns are left out.
#[test]
fn thoughts_are_left_out_behind_the_next_question() {
    let turn = called("anthropic", THOUGHTFUL);
    let messages =
        [say(Role::User, "Go!"), turn, tool("a", "1"), say(Role::Assistant, "Done."), say(Role::User, "More!")];
    let body = Protocol::named("anthropic").unwrap().encode("", &prompt_with_tools("m", &messages)).body;
    assert!(body.contains("tool_use") && !body.contains("thinking"), "{body}");
}

#[test]
fn what_one_provider_wants_back_is_not_sent_to_another() {
    let signed = called(
        "gemini",
        &[
            r#"{"candidates":[{"content":{"parts":[{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"SIGNED"}]}}]}"#,
        ],
    );
    let thoughtful = called("anthropic", THOUGHTFUL);
    assert!(!signed.tool_calls[0].extra.is_empty() && !thoughtful.tool_calls[0].extra.is_empty());
    let broken = |extra: &str| {
        let mut turn = call("", &[("a", "f", "{}")]);
        turn.tool_calls[0].extra = extra.to_owned();
        turn
    };
    for turn in [signed, thoughtful, broken("SIGNED"), broken("[{\"thinking\":"), broken("{\"SIGNED\":1}")] {
        let messages = [say(Role::User, "Go!"), turn.clone(), tool("a", "1")];
        for protocol in over_http() {
            let own = if turn.tool_calls[0].extra.starts_with('[') { "anthropic" } else { "gemini" };
            let body = protocol.encode("", &prompt_with_tools("m", &messages)).body;
            schema(&body);
            let has_extra = body.contains("\"SIGNED") || body.contains("thinking");
            assert!(!has_extra || protocol.name == own, "{}: {body}", protocol.name);
        }
    }
}

#[test]
fn what_is_wanted_back_is_kept_with_the_message() {
    let turn = called("anthropic", THOUGHTFUL);
    let kept = turn.to_record(usize::MAX);
    assert_eq!(Message::from_value(&kept).unwrap().tool_calls, turn.tool_calls);
    let [first, _, last] = kept.list("toolCalls") else { panic!("{}", kept.to_json()) };
    assert_eq!(first.text("extra"), Some(&*turn.tool_calls[0].extra));
    assert_eq!(last.get("extra"), None, "only where there is something");
}
