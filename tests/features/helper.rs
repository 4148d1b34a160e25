//! The agents that judge answers and choose what follows them.

use std::rc::Rc;

use refinire_web::config::{AgentConfig, Limits, Retry};
use refinire_web::error::Code;
use refinire_web::event::{RunResult, Thrown};
use refinire_web::json::Value;
use refinire_web::message::Tool;
use refinire_web::run::features::{
    judge_config, router_config, EvaluationConfig, Helper, HelperAgent, Member, RoutingConfig,
};
use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};

use super::host::JsonValues;

fn own() -> AgentConfig {
    let look =
        Tool { name: "look".to_owned(), description: String::new(), parameters: Value::object(), executes: true };
    AgentConfig {
        provider: Some("openai".to_owned()),
        instructions: "Be brief.".to_owned(),
        base_url: Some("https://chat.example/v1".to_owned()),
        temperature: Some("0.5".to_owned()),
        max_tokens: Some(5),
        limits: Limits { max_chars: Some(5), ..Limits::default() },
        retry: Retry { attempts: 1, ..Retry::default() },
        fallback: false,
        tools: vec![look],
        ..AgentConfig::new("gpt-4o")
    }
}

fn judge() -> AgentConfig {
    judge_config(&own(), &EvaluationConfig::new("Be strict."))
}

fn routing() -> RoutingConfig {
    RoutingConfig { instruction: None, destinations: vec!["write".to_owned(), "\"check\"".to_owned()] }
}

#[test]
fn a_judge_is_the_agent_itself_without_what_it_does_with_its_answers() {
    let judge = judge();
    assert_eq!(
        judge.instructions,
        "You judge answers. Be strict.\n\nGive a score from 0 to 100, and say in `feedback` what is to be improved."
    );
    assert_eq!((&*judge.model, judge.provider.as_deref()), ("gpt-4o", Some("openai")));
    assert_eq!(judge.base_url.as_deref(), Some("https://chat.example/v1"));
    assert_eq!((judge.temperature.as_deref(), judge.retry.attempts), (Some("0.5"), 1));
    assert!(judge.tools.is_empty());
    assert_eq!((judge.max_tokens, judge.limits), (None, Limits::default()));
    assert_eq!(
        judge.schema.unwrap().to_json(),
        r#"{"type":"object","properties":{"score":{"type":"number","description":"From 0, useless, to 100, perfect."},"feedback":{"type":"string","description":"What is wrong, and how to mend it."}},"required":["score","feedback"],"additionalProperties":false}"#
    );
}

#[test]
fn a_model_of_another_provider_is_asked_there() {
    let judged_by = |model: &str| {
        let model = Some(model.to_owned());
        let judge = judge_config(&own(), &EvaluationConfig { model, ..EvaluationConfig::new("") });
        (judge.model, judge.provider)
    };
    let openai = Some("openai".to_owned());
    assert_eq!(judged_by("gpt-5"), ("gpt-5".to_owned(), openai.clone()));
    assert_eq!(judged_by("gpt-4o"), ("gpt-4o".to_owned(), openai));
    assert_eq!(judged_by("anthropic://claude"), ("anthropic://claude".to_owned(), None));
}

#[test]
fn a_router_is_told_what_to_choose_from() {
    let words = r#"Choose one of: "write", "\"check\""."#;
    let router = router_config(&own(), &routing());
    assert_eq!(
        router.instructions,
        format!("You decide what follows an answer. Choose what is to be done next.\n\n{words}")
    );
    let told = RoutingConfig { instruction: Some("Be quick.".to_owned()), ..routing() };
    assert_eq!(
        router_config(&own(), &told).instructions,
        format!("You decide what follows an answer. Be quick.\n\n{words}")
    );
    assert_eq!(
        router.schema.unwrap().to_json(),
        r#"{"type":"object","properties":{"nextRoute":{"type":"string","enum":["write","\"check\""]},"reasoning":{"type":"string","description":"Why."}},"required":["nextRoute","reasoning"],"additionalProperties":false}"#
    );
}

/// What a helper agent answers, and the server that it has asked.
fn asked<const N: usize>(
    config: AgentConfig,
    member: Member,
    schema_retries: u64,
    replies: [Reply; N],
) -> (Result<RunResult, Thrown>, ScriptedTransport) {
    let clock = VirtualClock::default();
    let transport = ScriptedTransport::new(&clock, replies);
    let helper = HelperAgent {
        config: Rc::new(config.resolve().unwrap()),
        member,
        schema_retries,
        values: Rc::new(JsonValues),
        transport: Rc::new(transport.clone()),
        clock: Rc::new(clock.clone()),
        token_counter: None,
    };
    (clock.block_on(helper.ask("What is it worth?".to_owned())), transport)
}

#[test]
fn of_its_answer_only_one_member_is_needed() {
    for (config, member, answer) in [
        (judge(), Member::Score, r#"So: {"score":"90","more":1}"#),
        (judge(), Member::Score, r#"{"score":1e3}"#),
        (router_config(&own(), &routing()), Member::NextRoute, r#"{"nextRoute":"anywhere"}"#),
    ] {
        let (result, server) = asked(config, member, 0, [Reply::answer(answer)]);
        let content = result.unwrap().content.unwrap();
        assert!(answer.contains(&content.downcast_ref::<Value>().unwrap().to_json()), "{answer}");
        let body = Value::parse(server.sent()[0].call.body.as_bytes()).unwrap();
        let question = body.list("messages").last().unwrap();
        assert_eq!((question.text("role"), question.text("content")), (Some("user"), Some("What is it worth?")));
    }
}

#[test]
fn a_value_without_that_member_is_passed_over() {
    for answer in [
        r#"Let me see. {"criteria":[1]} So: {"score":"90","feedback":7}"#,
        r#"It is {"score":"90","feedback":7} by {"criteria":[1]}."#,
    ] {
        let (result, _) = asked(judge(), Member::Score, 0, [Reply::answer(answer)]);
        let content = result.unwrap().content.unwrap();
        let json = content.downcast_ref::<Value>().unwrap().to_json();
        assert_eq!(json, r#"{"score":"90","feedback":7}"#, "{answer}");
    }
}

#[test]
fn an_answer_without_that_member_is_refused_or_asked_for_again() {
    for answer in [r#"{"feedback":"x"}"#, r#"{"score":null}"#, r#"{"score":"high"}"#, r#"{"score":[90]}"#] {
        let (result, _) = asked(judge(), Member::Score, 0, [Reply::answer(answer)]);
        let Err(Thrown::Error(error)) = result else { panic!("{result:?}") };
        assert_eq!(error.code, Code::Schema);
        let words = error.message.to_string();
        assert!(words.starts_with("the answer does not fit the schema: score is missing. It is: "), "{words}");
    }
    let replies = [r#"{"nextRoute":1}"#, r#"{"nextRoute":"write"}"#].map(Reply::answer);
    let (result, server) = asked(router_config(&own(), &routing()), Member::NextRoute, 1, replies);
    assert_eq!((result.unwrap().text.as_str(), server.sent().len()), (r#"{"nextRoute":"write"}"#, 2));
}

#[test]
fn what_it_fails_with_is_the_error_of_its_run() {
    let (result, _) = asked(judge(), Member::Score, 3, [Reply::status(500)]);
    let Err(Thrown::Error(error)) = result else { panic!("{result:?}") };
    assert_eq!((error.code, error.status, error.provider), (Code::Http, Some(500), Some("openai")));
}
