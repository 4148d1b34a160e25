//! What a model wants back with its turns: it goes back between the calls of tools and what comes of them, and also after
//! the conversation was stored and read again.

use refinire_web::conversation::{save, Conversation};
use serde_json::{json, Value};

use crate::memory_store::{found, MemoryStore};
use crate::world::{replies, Outcome, Reply, Scenario};

const TOOLS: &str = r#""fallback":false,"tools":[{"name":"f","description":"","parameters":{"type":"object","properties":{"a":{}}},"executes":true}]"#;

fn tooled(parts: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(parts).options(TOOLS).tools(|_, _| ("done".to_owned(), false, 0.0))
}

fn bodies(run: &Outcome) -> Vec<Value> {
    run.sent.iter().map(|sent| serde_json::from_str(&sent.call.body).unwrap()).collect()
}

/// The turns of Chat Completions in which the model calls tools, of the request with this number.
fn calling(run: &Outcome, number: usize) -> Vec<Value> {
    let body = &bodies(run)[number - 1];
    let turns = body["messages"].as_array().unwrap().iter();
    turns.filter(|turn| turn.get("tool_calls").is_some()).cloned().collect()
}

fn reloaded(conversation: &mut Conversation) -> Conversation {
    let store = MemoryStore::default();
    save(&store, conversation).unwrap();
    found(&store, conversation.id())
}

/// Calls the tool in a turn with these deltas before, then answers; the conversation is stored, read and asked once more.
fn asked_again(model: &str, deltas: &[Value]) -> (Outcome, Outcome) {
    let turn = deltas.iter().fold(Reply::ok(), |reply, delta| reply.delta(&delta.to_string()));
    let turn = turn.call("c1", "f", r#"{"a":1}"#).finish("tool_calls").data("[DONE]");
    let mut first = tooled([turn, Reply::answer("So.")]).model(model).run();
    first.answered();
    let conversation = reloaded(&mut first.conversation);
    let second = tooled([Reply::answer("Yes.")]).model(model).conversation(conversation).input("Sure?").run();
    second.answered();
    (first, second)
}

/// <https://api-docs.deepseek.com/guides/thinking_mode#tool-calls>: "the `reasoning_content` must be fully passed back to the
/// API in all subsequent requests".
#[test]
fn reasoning_content_goes_back_with_the_turns_that_call_tools() {
    let deltas = [json!({"reasoning_content": "I need "}), json!({"reasoning_content": "f."})];
    let (first, second) = asked_again("openai://deepseek-reasoner", &deltas);
    for turn in [&calling(&first, 2)[0], &calling(&second, 1)[0]] {
        assert_eq!(turn["reasoning_content"], "I need f.");
        assert_eq!(turn["tool_calls"][0]["id"], "c1");
    }
}

#[test]
fn reasoning_content_that_is_empty_goes_back_as_well() {
    let (first, second) = asked_again("openai://deepseek-v4", &[json!({"content": null, "reasoning_content": ""})]);
    assert_eq!(calling(&first, 2)[0]["reasoning_content"], "");
    assert_eq!(calling(&second, 1)[0]["reasoning_content"], "");
}

#[test]
fn a_turn_of_another_model_has_an_empty_one_where_it_is_wanted() {
    let turn =
        |delta: Value| Reply::ok().delta(&delta.to_string()).call("c", "f", "{}").finish("tool_calls").data("[DONE]");
    let run = tooled([turn(json!({})), turn(json!({"reasoning_content": "Hm."})), Reply::answer("So.")]).run();
    run.answered();
    assert!(calling(&run, 2)[0].get("reasoning_content").is_none());
    let contents: Vec<_> = calling(&run, 3).iter().map(|turn| turn["reasoning_content"].clone()).collect();
    assert_eq!(contents, ["", "Hm."]);
}

#[test]
fn nothing_goes_back_where_there_are_no_tools() {
    let turn = Reply::ok().delta(r#"{"reasoning_content":"Hm."}"#).say("So.").finish("stop").data("[DONE]");
    let first = replies([turn]).run();
    assert_eq!(first.answered(), "So.");
    let second = replies([Reply::answer("Yes.")]).conversation(first.conversation).input("Sure?").run();
    assert!(!second.sent[0].call.body.contains("reasoning"), "{}", second.sent[0].call.body);
}

#[test]
fn state_goes_to_the_api_root_only_that_it_came_from() {
    let (first, _) = asked_again("openai://m", &[json!({"reasoning_content": "Hm."})]);
    let elsewhere = tooled([Reply::answer("Yes.")])
        .options(r#""baseUrl":"https://other.test/v1""#)
        .conversation(first.conversation)
        .input("Sure?")
        .run();
    elsewhere.answered();
    assert!(calling(&elsewhere, 1)[0].get("reasoning_content").is_none());
}

/// <https://openrouter.ai/docs/use-cases/reasoning-tokens>
#[test]
fn reasoning_details_go_back_put_together_in_order() {
    let text =
        |words: &str| json!({"type": "reasoning.text", "text": words, "format": "anthropic-claude-v1", "index": 0});
    let (first, second) = asked_again(
        "openrouter://anthropic/claude",
        &[
            json!({"content": "", "reasoning": "I need ", "reasoning_details": [text("I need ")]}),
            json!({"content": "", "reasoning": "f.", "reasoning_details": [text("f.")]}),
            json!({"reasoning_details": [{"type": "reasoning.text", "signature": "SIG", "format": "anthropic-claude-v1", "index": 0}]}),
            json!({"reasoning_details": [{"type": "reasoning.summary", "summary": "Sum", "index": 1}, {"type": "reasoning.summary", "summary": "med.", "index": 1}]}),
            json!({"reasoning_details": [{"type": "reasoning.encrypted", "data": "AAA", "id": "r1", "index": 2}, {"type": "reasoning.encrypted", "data": "BBB", "id": "r2", "index": 2}]}),
        ],
    );
    let expected = json!([
        {"type": "reasoning.text", "text": "I need f.", "format": "anthropic-claude-v1", "index": 0, "signature": "SIG"},
        {"type": "reasoning.summary", "summary": "Summed.", "index": 1},
        {"type": "reasoning.encrypted", "data": "AAA", "id": "r1", "index": 2},
        {"type": "reasoning.encrypted", "data": "BBB", "id": "r2", "index": 2},
    ]);
    for turn in [&calling(&first, 2)[0], &calling(&second, 1)[0]] {
        assert_eq!(turn["reasoning_details"], expected);
    }
    assert_eq!(first.result["reasoning"], "I need f.Summed.");
}

#[test]
fn reasoning_goes_back_under_the_name_that_it_had() {
    let (first, _) = asked_again("openai://m", &[json!({"reasoning": "Hm."})]);
    let turn = &calling(&first, 2)[0];
    assert_eq!((&turn["reasoning"], turn.get("reasoning_content")), (&"Hm.".into(), None));
    let both = [json!({"reasoning": "Hm.", "reasoning_content": "Hm."})];
    let (first, _) = asked_again("openai://m", &both);
    let turn = &calling(&first, 2)[0];
    assert_eq!((&turn["reasoning_content"], turn.get("reasoning")), (&"Hm.".into(), None));
}

/// <https://ai.google.dev/gemini-api/docs/thought-signatures>: behind the OpenAI format the signature is in `extra_content`.
#[test]
fn extra_content_goes_back_with_its_call_and_with_its_turn() {
    let signed = |signature: &str| json!({"google": {"thought_signature": signature}});
    let calls = json!({"tool_calls": [
        {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}, "extra_content": signed("SIG")},
        {"index": 1, "id": "c2", "type": "function", "function": {"name": "f", "arguments": "{\"a\":2}"}},
    ]});
    let turn = Reply::ok()
        .delta(&json!({"content": "I look.", "extra_content": signed("TEXT")}).to_string())
        .delta(&json!({"content": " Now.", "extra_content": {"google": {"thought": true}}}).to_string())
        .delta(&calls.to_string())
        .finish("tool_calls")
        .data("[DONE]");
    let mut first = tooled([turn, Reply::answer("So.")]).model("openai://gemini-3-flash").run();
    first.answered();
    let conversation = reloaded(&mut first.conversation);
    let second = tooled([Reply::answer("Yes.")]).conversation(conversation).input("Sure?").run();
    for turn in [&calling(&first, 2)[0], &calling(&second, 1)[0]] {
        let [one, two] = [&turn["tool_calls"][0], &turn["tool_calls"][1]];
        assert_eq!((&one["extra_content"], two.get("extra_content")), (&signed("SIG"), None));
        assert_eq!(one["function"], json!({"name": "f", "arguments": "{\"a\":1}"}));
        assert_eq!(turn["extra_content"], signed("TEXT"));
    }
}

#[test]
fn a_server_that_rejects_what_it_gave_is_asked_again_without_it() {
    let turn =
        || Reply::ok().delta(r#"{"reasoning_content":"Hm."}"#).call("c", "f", "{}").finish("tool_calls").data("[DONE]");
    let rejects = r#"{"error":{"message":"property 'messages.2.reasoning_content' is unsupported"}}"#;
    let run = tooled([turn(), Reply::status(400).bytes(rejects), Reply::answer("So.")]).run();
    assert_eq!(run.answered(), "So.");
    assert_eq!(calling(&run, 2)[0]["reasoning_content"], "Hm.");
    assert!(calling(&run, 3)[0].get("reasoning_content").is_none());
    // Which is not what a server says that misses it.
    let wants = r#"{"error":{"message":"The reasoning_content in the thinking mode must be passed back to the API."}}"#;
    let run = tooled([turn(), Reply::status(400).bytes(wants)]).run();
    assert_eq!((run.code(), run.sent.len()), ("http", 2));
}

/// <https://docs.ollama.com/capabilities/thinking>
#[test]
fn ollama_gets_its_thinking_back_with_its_calls() {
    let line = |message: Value, done: bool| format!("{}\n", json!({"message": message, "done": done}));
    let turn = Reply::ok()
        .bytes(line(json!({"role": "assistant", "content": "", "thinking": "I need "}), false))
        .bytes(line(json!({"role": "assistant", "content": "", "thinking": "f."}), false))
        .bytes(line(json!({"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]}), true));
    let answer = Reply::ok().bytes(line(json!({"content": "So."}), true));
    let run = tooled([turn, answer]).model("ollama://qwen3").run();
    assert_eq!(run.answered(), "So.");
    assert_eq!(calling(&run, 2)[0]["thinking"], "I need f.");
}

/// <https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context>
#[test]
fn reasoning_items_of_responses_go_back_before_the_calls_that_they_led_to() {
    let reasoning =
        |id: &str| json!({"type": "reasoning", "id": id, "summary": [], "encrypted_content": format!("E{id}")});
    let mut given = reasoning("rs_1");
    given["status"] = Value::Null;
    let message = json!({"type": "message", "id": "m", "content": [{"type": "output_text", "text": "I look."}]});
    let call = |id: &str, call: &str| json!({"type": "function_call", "id": id, "call_id": call, "name": "f", "arguments": "{\"a\":1}"});
    let output = [given, message, call("fc_1", "c1"), reasoning("rs_2"), call("fc_2", "c2"), call("fc_3", "c3")];
    let streamed = output.iter().enumerate().fold(Reply::ok(), |reply, (index, item)| {
        let event = |kind: &str| json!({"type": kind, "output_index": index, "item": item}).to_string();
        reply.data(&event("response.output_item.added")).data(&event("response.output_item.done"))
    });
    let end = |output: &[Value]| json!({"type": "response.completed", "response": {"output": output}}).to_string();
    let said = json!({"type": "message", "id": "m2", "content": [{"type": "output_text", "text": "So."}]});
    // Also where there is nothing but the end, or everything comes twice.
    for turn in [streamed.data(&end(&output)), Reply::ok().data(&end(&output))] {
        let mut first = tooled([turn, Reply::ok().data(&end(std::slice::from_ref(&said)))])
            .model("openai-responses://gpt-5-mini")
            .run();
        assert_eq!(first.answered(), "I look.So.");
        let bodies = bodies(&first);
        assert_eq!(bodies[0]["include"], json!(["reasoning.encrypted_content"]));
        let expected = json!([
            reasoning("rs_1"), {"role": "assistant", "content": "I look."}, call("fc_1", "c1"),
            reasoning("rs_2"), call("fc_2", "c2"),
            {"type": "function_call", "call_id": "c3", "name": "f", "arguments": "{\"a\":1}"},
        ]);
        assert_eq!(bodies[1]["input"].as_array().unwrap()[1..7], expected.as_array().unwrap()[..]);
        // Another question: what was thought of the first is not used any more.
        let conversation = reloaded(&mut first.conversation);
        let second = tooled([Reply::ok().data(&end(std::slice::from_ref(&said)))])
            .model("openai-responses://gpt-5-mini")
            .conversation(conversation)
            .input("Sure?")
            .run();
        assert_eq!(second.answered(), "So.");
        assert!(!second.sent[0].call.body.contains("rs_1"), "{}", second.sent[0].call.body);
    }
}

#[test]
fn models_that_do_not_reason_are_not_asked_for_encrypted_reasoning() {
    let end = r#"{"type":"response.completed","response":{"output":[]}}"#;
    for (model, tools, asked) in [
        ("gpt-4.1", TOOLS, false),
        ("gpt-5-chat-latest", TOOLS, false),
        ("o4-mini", TOOLS, true),
        ("gpt-5", r#""fallback":false"#, false),
    ] {
        let run = replies([Reply::ok().data(end)]).options(tools).model(&format!("openai-responses://{model}")).run();
        assert_eq!(bodies(&run)[0].get("include").is_some(), asked, "{model}");
    }
}
