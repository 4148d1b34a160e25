//! Rounds of tools, and answers that are asked for again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use refinire_web::config::AgentConfig;
use refinire_web::conversation::Conversation;
use refinire_web::response::Batch;
use refinire_web::run::{Batching, Run};

use crate::world::config::resolved;
use crate::world::{replies, Outcome, Reply, Scenario, Way};

const TOOLS: &str = r#""fallback":false,"tools":[
    {"name":"add","description":"Adds.","parameters":{"type":"object"},"executes":true},
    {"name":"ask","description":"Asks the user.","parameters":{"type":"object"},"executes":false}]"#;

/// A turn that calls these tools, an id, a name and arguments each.
fn calls(text: &str, calls: &[(&str, &str, &str)]) -> Reply {
    let reply = if text.is_empty() { Reply::ok() } else { Reply::ok().say(text) };
    let calls: Vec<_> = (calls.iter().enumerate())
        .map(|(index, (id, name, arguments))| {
            serde_json::json!({"index": index, "id": id, "function": {"name": name, "arguments": arguments}})
        })
        .collect();
    reply.delta(&serde_json::json!({"tool_calls": calls}).to_string()).finish("tool_calls").data("[DONE]")
}

/// Each call comes to its arguments in brackets.
fn tooled(parts: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(parts).options(TOOLS).tools(|name, input| (format!("{name}({input})"), false, 0.0))
}

/// The turns that request number `number` sends, without the instructions.
fn asked(run: &Outcome, number: usize) -> Vec<serde_json::Value> {
    let body: serde_json::Value = serde_json::from_str(&run.sent[number - 1].call.body).unwrap();
    body["messages"].as_array().unwrap()[1..].to_vec()
}

#[test]
fn the_model_is_told_what_its_calls_came_to_and_goes_on() {
    let first = calls("One moment. ", &[("a", "add", "[1,2]"), ("b", "add", "[3,4]")]);
    let run = tooled([first, Reply::answer("Done.")]).run();
    assert_eq!(run.answered(), "One moment. Done.");
    assert_eq!(run.turns(), ["start 1", "text One moment. ", "start 2", "text Done."]);
    let turns = asked(&run, 2);
    assert_eq!(turns[0]["content"], "question");
    assert_eq!((&turns[1]["content"], turns[1]["tool_calls"].as_array().unwrap().len()), (&"One moment. ".into(), 2));
    let results = [("a", "add([1,2])"), ("b", "add([3,4])")];
    for (turn, (id, content)) in turns[2..].iter().zip(results) {
        assert_eq!(
            (&turn["role"], &turn["tool_call_id"], &turn["content"]),
            (&"tool".into(), &id.into(), &content.into())
        );
    }
    assert_eq!(
        run.kept(),
        ["user: question", "assistant: One moment. ", "tool: add([1,2])", "tool: add([3,4])", "assistant: Done."]
    );
    assert_eq!((&run.result["text"], &run.result["finishReason"]), (&"One moment. Done.".into(), &"stop".into()));
    assert_eq!(run.result["toolCalls"].as_array().unwrap().len(), 2);
    assert_eq!(run.result["attempts"], 2);
}

#[test]
fn a_call_without_an_id_has_one_that_no_other_turn_has() {
    let turn = || calls("", &[("", "add", "{}")]);
    let run = tooled([turn(), turn(), Reply::answer("Done.")]).run();
    run.answered();
    let ids: Vec<_> = run.result["toolCalls"].as_array().unwrap().iter().map(|call| call["id"].clone()).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_call_without_an_id_has_one_that_no_other_run_in_the_conversation_has() {
    let turn = || calls("", &[("", "add", "{}"), ("", "add", "{}")]);
    let first = tooled([turn(), Reply::answer("Done.")]).run();
    // Of calls that nobody answers there are more than turns.
    let second = replies([turn()]).conversation(first.conversation).input("Again?").run();
    let third = tooled([turn(), Reply::answer("Done.")]).conversation(second.conversation).input("And again?").run();
    let called = third.conversation.messages().iter().flat_map(|message| &message.tool_calls);
    let mut ids: Vec<_> = called.map(|call| call.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6, "{ids:?}");
}

#[test]
fn runs_at_the_same_time_in_a_conversation_name_their_calls_differently_in_one_page_and_in_two() {
    let same = Rc::new(RefCell::new(Conversation::new("talk")));
    let [one, other] = ["aaaa", "bbbb"].map(|page| Rc::new(RefCell::new(Conversation::new("talk").by(page))));
    for runs in [[(same.clone(), 1), (same, 2)], [(one, 0), (other, 0)]] {
        let [first, second] = runs.map(|(talk, number)| id_of_first_call(&talk, number));
        assert_ne!(first, second);
    }
}

fn id_of_first_call(talk: &Rc<RefCell<Conversation>>, number: u32) -> String {
    let config = AgentConfig::new("openai://gpt").resolve().unwrap();
    let mut run = Run::new(Rc::new(config), Batch::Delta, false, Some(talk.clone())).numbered(number);
    run.put(None, Some("Go!"), &talk.borrow());
    run.begin(Some("Go!"), String::new(), 0.0).unwrap();
    run.start_attempt(0.0);
    let call = br#"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"add"}}]}}]}"#;
    run.reader_mut().push(&[call.as_slice(), b"\n\n"].concat(), 0.0);
    run.reader().answer().tool_calls()[0].id.clone()
}

#[test]
fn tools_are_run_as_soon_as_a_response_is_whole_though_another_could_follow_in_its_stream() {
    let turn = |output: &str| {
        let end = format!(r#"{{"type":"response.completed","response":{{"output":[{output}]}}}}"#);
        Reply::ok().data(&end).wait(1.0).hang()
    };
    let call = r#"{"type":"function_call","id":"i","call_id":"c","name":"add","arguments":"[1]"}"#;
    let text = r#"{"type":"message","id":"m","content":[{"type":"output_text","text":"Done."}]}"#;
    let run = tooled([turn(call), turn(text)]).model("openai-responses://gpt").run();
    assert_eq!((&*run.answered(), run.sent.len(), run.took), ("Done.", 2, 0.0));
}

#[test]
fn what_went_wrong_is_a_result_too() {
    let run = replies([calls("", &[("a", "add", "{}")]), Reply::answer("Pity.")])
        .options(TOOLS)
        .tools(|_, _| ("it threw".to_owned(), true, 0.0))
        .run();
    run.answered();
    let result = &run.conversation.messages()[2];
    assert_eq!((result.content.as_str(), result.tool_call_id.as_deref()), ("it threw", Some("a")));
    assert_eq!(result.metadata.to_json(), r#"{"isError":true}"#);
}

#[test]
fn a_loop_that_never_ends_is_ended_after_so_many_turns() {
    let parts: Vec<_> = (0..9).map(|_| calls("", &[("a", "add", "{}")])).collect();
    for (options, asked) in [("", 8), (r#","maxSteps":3"#, 3), (r#","maxSteps":1"#, 1)] {
        let run =
            replies(parts.clone()).options(&[TOOLS, options].concat()).tools(|_, _| (String::new(), false, 0.0)).run();
        assert!(run.ended.is_ok());
        assert_eq!((run.sent.len(), &run.result["finishReason"]), (asked, &"tool-calls".into()), "{options}");
    }
}

#[test]
fn a_call_that_is_not_run_here_ends_the_run() {
    let run = tooled([calls("", &[("a", "add", "{}"), ("b", "ask", "{}")])]).run();
    assert_eq!(run.answered(), "");
    assert_eq!((run.sent.len(), &run.result["finishReason"]), (1, &"tool-calls".into()));
    assert_eq!(run.conversation.messages()[1].tool_calls.len(), 2);
}

#[test]
fn a_call_of_a_tool_that_does_not_exist_is_answered_like_any_other() {
    let run = tooled([calls("", &[("a", "fly", "{}")]), Reply::answer("I cannot.")]).run();
    assert_eq!(run.answered(), "I cannot.");
}

#[test]
fn without_tools_of_its_own_the_run_ends_with_the_calls() {
    let run = replies([calls("", &[("a", "add", "{}")])]).run();
    assert!(run.ended.is_ok());
    assert_eq!(run.result["finishReason"], "tool-calls");
}

/// Some servers say so at the end of every answer of a model that has tools.
#[test]
fn a_finish_reason_of_calls_without_a_call_is_a_stop() {
    let answer = || Reply::ok().say("Done.").finish("tool_calls").data("[DONE]");
    for run in [replies([answer()]).run(), tooled([answer()]).run()] {
        assert_eq!((run.answered().as_str(), run.sent.len()), ("Done.", 1));
        assert_eq!(
            (&run.result["finishReason"], &run.result["rawFinishReason"]),
            (&"stop".into(), &"tool_calls".into())
        );
    }
    // Of the turn, not of the run.
    let run = tooled([calls("", &[("a", "add", "{}")]), answer()]).run();
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Done.", &"stop".into()));
    let stopped = Reply::ok().call("a", "ask", "{}").finish("stop").data("[DONE]");
    assert_eq!(tooled([stopped]).run().result["finishReason"], "tool-calls");
}

/// What a call's arguments are to the page, as the model wrote them.
#[test]
fn arguments_are_the_object_that_they_mean() {
    for (written, input) in [
        ("", "{}"),
        ("null", "{}"),
        (" null\n", "{}"),
        (r#""""#, "{}"),
        (r#""null""#, "{}"),
        (r#""{\"a\":1}""#, r#"{"a":1}"#),
        (r#"{"a":"{}"}"#, r#"{"a":"{}"}"#),
        ("[1]", "[1]"),
        (r#""a""#, r#""a""#),
        (r#""[1]""#, r#""[1]""#),
        ("{", ""),
        ("undefined", ""),
    ] {
        let run = replies([calls("", &[("a", "ask", written)])]).options(TOOLS).run();
        let call = &run.result["toolCalls"][0];
        let input: Option<serde_json::Value> = serde_json::from_str(input).ok();
        assert_eq!((call.get("input"), &call["inputText"]), (input.as_ref(), &written.into()), "{written}");
        let event = run.told("event").into_iter().find(|event| event.contains(r#""type":"tool-call""#)).unwrap();
        let told = input.map_or(String::new(), |input| format!(r#""input":{input}"#));
        assert!(event.contains(&told), "{event}");
    }
}

#[test]
fn arguments_and_answers_are_checked_by_their_schemas() {
    let options = r#"{"model":"gpt","outputSchema":{"type":"object","required":["town"]},"tools":[
        {"name":"add","parameters":{"properties":{"n":{"type":"array","items":{"type":"integer"}}},"required":["n"]}},
        {"name":"now"}]}"#;
    let config = resolved(options).unwrap();
    let input = |tool: &str, input: &str| {
        config.input_misfit(tool, input, &mut |_, _| true).map_or(String::new(), |misfit| misfit.to_string())
    };
    assert_eq!(input("add", r#"{"n":[1,2.0]}"#), "");
    assert_eq!(input("add", r#""{\"n\":[1]}""#), "");
    assert_eq!(input("add", r#"{"n":[1,"2"]}"#), "n[1]: must be a whole number");
    assert_eq!((input("add", "null").as_str(), input("add", "").as_str()), ("n: is missing", "n: is missing"));
    assert_eq!(input("add", "[1]"), "must be an object");
    assert_eq!((input("now", "null").as_str(), input("now", r#"{"zone":1}"#).as_str()), ("", ""));
    assert_eq!(input("none", "[]"), "", "who asks for a tool that does not exist is told so");
    let answer = |json: &str| config.answer_misfit(json, &mut |_, _| true).map(|misfit| misfit.to_string());
    assert_eq!((answer(r#"{"town":1}"#), answer("{}")), (None, Some("town: is missing".to_owned())));
    assert_eq!(config.extractor().find("A [1]: {}").len(), 1, "an object is looked for");
}

#[test]
fn each_turn_has_its_own_attempts() {
    let busy = || Reply::status(503);
    let run = tooled([busy(), busy(), calls("", &[("a", "add", "{}")]), busy(), busy(), Reply::answer("Done.")]).run();
    assert_eq!(run.answered(), "Done.");
    assert_eq!(run.told("retry").len(), 4);
}

#[test]
fn a_turn_that_is_cut_is_gone_on_with_from_its_own_text() {
    let cut = Reply::ok().say("The sum is").cut();
    let go_on = Reply::answer("The sum is 3.");
    let run = tooled([calls("The sum is? ", &[("a", "add", "{}")]), cut, go_on]).options(r#""continueOnCut":1"#).run();
    assert_eq!(run.answered(), "The sum is? The sum is 3.");
    assert_eq!(run.kept().last().unwrap(), "assistant: The sum is 3.");
    assert!(asked(&run, 3).iter().any(|turn| turn["content"] == "The sum is"), "only its own text is gone on with");
}

#[test]
fn what_every_turn_and_every_attempt_cost_is_added_up() {
    let usage = |reply: Reply, tokens: u32| {
        reply.data(&format!(r#"{{"choices":[],"usage":{{"prompt_tokens":{tokens},"completion_tokens":1}}}}"#))
    };
    let first = usage(Reply::ok().call("a", "add", "{}").finish("tool_calls"), 10);
    let cut = usage(Reply::ok().say("x"), 100).cut();
    let last = usage(Reply::ok().say("y").finish("stop"), 1000);
    let run = tooled([first, cut, last]).options(r#""continueOnCut":1"#).run();
    run.answered();
    assert_eq!(run.result["usage"]["inputTokens"], 1110);
    assert_eq!(run.result["usage"]["outputTokens"], 3);
}

#[test]
fn the_limit_of_characters_is_that_of_all_turns() {
    let run = tooled([calls("12345", &[("a", "add", "{}")]), Reply::answer("67890")])
        .options(r#""limits":{"maxChars":7}"#)
        .run();
    assert_eq!(run.answered(), "1234567");
    assert_eq!(run.result["finishReason"], "limit");
}

#[test]
fn while_tools_run_only_the_time_of_the_whole_run_counts() {
    let slow = |options: &str| {
        replies([calls("Hm. ", &[("a", "add", "{}")]), Reply::answer("Done.")])
            .options(&[TOOLS, r#","timeout":{"connect":10,"firstChunk":10,"idle":10"#, options, "}"].concat())
            .tools(|_, _| ("3".to_owned(), false, 500.0))
            .run()
    };
    assert_eq!(slow("").answered(), "Hm. Done.");
    let run = slow(r#","total":100"#);
    assert_eq!((run.code(), run.took, run.text().as_str()), ("timeout", 100.0, "Hm. "));
    assert_eq!(run.kept(), ["user: question", "assistant: Hm. …"]);
}

#[test]
fn stopped_at_any_moment_what_was_shown_is_kept_and_no_call_is_sent_without_its_result() {
    let scenario = || {
        tooled([calls("One. ", &[("a", "add", "{}")]), calls("Two. ", &[("b", "add", "{}")]), Reply::answer("Three.")])
    };
    let moments = scenario().run().moments;
    assert!(moments > 10);
    for moment in 0..moments {
        let run = scenario().stop_at(moment, Way::Abort).run();
        let said: String = (run.conversation.messages().iter())
            .filter(|message| message.role.as_str() == "assistant")
            .map(|message| message.content.as_str())
            .collect();
        assert_eq!(said, run.text(), "at moment {moment}");
        let next = replies([Reply::answer("Yes.")]).options(TOOLS).conversation(run.conversation).input("again?").run();
        let turns = asked(&next, 1);
        for turn in &turns {
            let calls = turn["tool_calls"].as_array().map_or(0, Vec::len);
            let answered = |call: &serde_json::Value| turns.iter().any(|turn| turn["tool_call_id"] == call["id"]);
            assert!(calls == 0 || turn["tool_calls"].as_array().unwrap().iter().all(answered), "at moment {moment}");
        }
    }
}

#[test]
fn no_tool_runs_once_the_run_is_stopped() {
    let ran = Rc::new(Cell::new(0));
    let count = ran.clone();
    let run = replies([calls("x", &[("a", "add", "{}")])])
        .options(TOOLS)
        .tools(move |_, _| {
            count.set(count.get() + 1);
            (String::new(), false, f64::INFINITY)
        })
        .stop_after(50.0, Way::Abort)
        .run();
    assert_eq!((run.stop(), ran.get(), run.sent.len()), (Way::Abort, 1, 1));
    assert_eq!(run.kept(), ["user: question", "assistant: x…"]);
}

#[test]
fn no_tool_runs_before_the_text_in_front_of_its_call_is_read() {
    let event = |delta: &str| format!("data: {{\"choices\":[{{\"delta\":{delta}}}]}}\n\n");
    let call = r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"add","arguments":"{}"}}]}"#;
    let end = r#"{},"finish_reason":"tool_calls""#;
    let read = [r#"{"content":"one"}"#, r#"{"content":" two"}"#, call, end].map(event).concat() + "data: [DONE]\n\n";
    let turn = || replies([Reply::ok().bytes(read.clone())]).options(TOOLS);
    for scenario in [turn(), turn().quiet()] {
        let run = scenario.read(Batching::None, |_| f64::INFINITY, 100.0);
        assert_eq!((run.stop(), run.sent.len()), (Way::Cancel, 1));
        assert_eq!(run.kept(), ["user: question", "assistant: one…"]);
        assert!(run.conversation.messages()[1].tool_calls.is_empty());
    }
}

#[test]
fn asked_again_the_model_sees_its_answer_and_the_prompt_which_is_no_turn() {
    let run = replies([Reply::answer("Bad."), Reply::answer("Good.")]).again(&["Better, please."]).run();
    assert_eq!(run.answered(), "Bad.Good.");
    let turns = asked(&run, 2);
    let said: Vec<_> = turns.iter().map(|turn| turn["content"].as_str().unwrap()).collect();
    assert_eq!(said, ["question", "Bad.", "Better, please."]);
    assert_eq!(run.kept(), ["user: question", "assistant: Bad.", "assistant: Good."]);
    assert_eq!(run.result["text"], "Good.");
}

#[test]
fn while_an_answer_is_looked_at_only_the_time_of_the_whole_run_counts() {
    let looked_at = |total: &str| {
        replies([Reply::answer("Bad."), Reply::answer("Good.")])
            .options(&[r#""fallback":false,"timeout":{"connect":10,"firstChunk":10,"idle":10"#, total, "}"].concat())
            .again(&["Better, please."])
            .looked_at(500.0)
            .run()
    };
    assert_eq!(looked_at("").answered(), "Bad.Good.");
    assert_eq!(looked_at(r#","total":1100"#).answered(), "Bad.Good.");
    let run = looked_at(r#","total":700"#);
    assert_eq!((run.code(), run.took, run.text().as_str()), ("timeout", 700.0, "Bad.Good."));
    assert_eq!(run.kept(), ["user: question", "assistant: Bad.", "assistant: Good.…"]);
}

#[test]
fn an_answer_that_is_asked_for_again_has_its_own_bounds() {
    let turn = || calls("12345", &[("a", "add", "{}")]);
    let run = tooled([turn(), Reply::answer("6"), turn(), Reply::answer("67890")])
        .options(r#""maxSteps":2,"limits":{"maxChars":7}"#)
        .again(&["again"])
        .run();
    assert_eq!(run.answered(), "1234561234567");
    assert_eq!((&run.result["text"], &run.result["finishReason"]), (&"1234567".into(), &"limit".into()));
}
