//! The ids of calls in a request, over random conversations: every one fits, none is used twice, those that fit stay, calls
//! and their results stay pairs, and the same conversation has the same ids however it goes on.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;
use refinire_web::message::{Message, Role, ToolCall};
use refinire_web::provider::{with_fitting_ids, IdForm};

use crate::seed::rng;

/// Ids of many vendors; some are in the conversation more than once.
fn id(rng: &mut Rng) -> String {
    let known =
        ["functions.f:0", "functions.f:1", "call_0", "toolu_01A", "abcdef123", "", "é", "a b", "chatcmpl-tool-1"];
    match rng.u8(0..4) {
        0 => (0..rng.usize(0..60)).map(|_| rng.alphanumeric()).collect(),
        1 => (0..rng.usize(1..4)).map(|_| rng.choice(['a', '.', ':', '_', '\u{1F600}']).unwrap()).collect(),
        _ => (*rng.choice(&known).unwrap()).to_owned(),
    }
}

/// Each result names its call by its content.
fn conversation(rng: &mut Rng) -> Vec<Message> {
    let mut messages = Vec::new();
    for turn in 0..rng.usize(1..6) {
        messages.push(Message::new(Role::User, "Go on."));
        let mut calling = Message::new(Role::Assistant, "");
        for number in 0..rng.usize(0..4) {
            let name = format!("{turn}.{number}");
            calling.tool_calls.push(ToolCall { id: id(rng), name, ..ToolCall::default() });
        }
        let calls = calling.tool_calls.clone();
        messages.push(calling);
        for call in calls {
            let tool_call_id = Some(call.id);
            messages.push(Message { tool_call_id, ..Message::new(Role::Tool, call.name) });
        }
    }
    messages
}

fn calls(messages: &[Message]) -> impl Iterator<Item = &ToolCall> {
    messages.iter().flat_map(|message| &message.tool_calls)
}

fn is_lawful(messages: &[Message], form: IdForm) {
    let fitting = with_fitting_ids(messages, form);
    let mut names = HashMap::new();
    for call in calls(&fitting) {
        assert!(form.fits(&call.id), "{call:?} of {messages:#?}");
        assert!(names.insert(call.id.as_str(), call.name.as_str()).is_none(), "{call:?} is there twice: {messages:#?}");
    }
    for message in fitting.iter().filter(|message| message.role == Role::Tool) {
        let id = message.tool_call_id.as_deref().unwrap();
        assert_eq!(names.get(id), Some(&message.content.as_str()), "{id} of {messages:#?}");
    }
    let mut seen = HashSet::new();
    for (before, after) in calls(messages).zip(calls(&fitting)) {
        if seen.insert(&before.id) && form.fits(&before.id) {
            assert_eq!(before.id, after.id);
        }
    }
    assert_eq!(with_fitting_ids(messages, form), fitting, "it is the same each time");
    assert_eq!(with_fitting_ids(&fitting, form), fitting, "what fits is left alone");
}

#[test]
fn every_call_has_an_id_of_its_own_that_fits_and_its_result_has_the_same() {
    let mut rng = rng();
    for _ in 0..2_000 {
        let messages = conversation(&mut rng);
        for form in [IdForm::Common, IdForm::Mistral] {
            is_lawful(&messages, form);
        }
    }
}

#[test]
fn a_conversation_that_goes_on_keeps_its_ids() {
    let mut rng = rng();
    for _ in 0..500 {
        let messages = conversation(&mut rng);
        let begun = &messages[..rng.usize(0..=messages.len())];
        for form in [IdForm::Common, IdForm::Mistral] {
            assert_eq!(*with_fitting_ids(begun, form), with_fitting_ids(&messages, form)[..begun.len()]);
        }
    }
}

/// An id that another one's replacement looks like is left to whoever has it.
#[test]
fn a_replacement_is_no_id_that_fits_already() {
    let call = |id: &str| ToolCall { id: id.to_owned(), ..ToolCall::default() };
    let calling = |ids: &[&str]| Message {
        tool_calls: ids.iter().map(|id| call(id)).collect(),
        ..Message::new(Role::Assistant, "")
    };
    for form in [IdForm::Common, IdForm::Mistral] {
        let usual = with_fitting_ids(&[calling(&["functions.f:0"])], form)[0].tool_calls[0].id.clone();
        for ids in [["functions.f:0", usual.as_str()], [usual.as_str(), "functions.f:0"]] {
            let messages = [calling(&ids)];
            let fitting = with_fitting_ids(&messages, form);
            let [one, other] = fitting[0].tool_calls.as_slice() else { panic!("there are two") };
            assert_ne!(one.id, other.id);
            assert!([&one.id, &other.id].contains(&&usual));
        }
    }
}
