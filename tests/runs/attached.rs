//! What is attached to questions: it stays with them, and is read again for each request.

use refinire_web::conversation::Conversation;
use refinire_web::message::{Attachment, AttachmentSource, Message, Role};

use crate::memory_store::attachment;
use crate::world::{replies, Ended, Outcome, Reply, Scenario};

/// A conversation whose first question had that image, whose bytes are stored.
fn talk(id: &str, name: &str) -> Conversation {
    let mut talk = Conversation::new("talk");
    let stored = Attachment { source: AttachmentSource::Stored, ..attachment(id, name) };
    talk.add(Message { attachments: vec![stored], ..Message::new(Role::User, "It?") });
    talk.add(Message::new(Role::Assistant, "A cat."));
    talk
}

fn asked(conversation: Conversation) -> Scenario {
    replies([Reply::answer("Yes.")]).conversation(conversation)
}

fn body(run: &Outcome) -> &str {
    &run.sent[0].call.body
}

#[test]
fn a_question_keeps_what_is_attached_and_bytes_that_are_stored_are_not_held() {
    let given =
        [attachment("a1", "one"), attachment("", "two"), Attachment::at_url("image/png", "", "https://a.example/x")];
    let run = replies([Reply::answer("A cat.")]).attach(&given).run();
    for sent in ["one", "two", "https://a.example/x"] {
        assert!(body(&run).contains(sent), "{sent}: {}", body(&run));
    }
    let kept = &run.conversation.messages()[0].attachments;
    assert_eq!(kept[0], Attachment { source: AttachmentSource::Stored, ..given[0].clone() });
    assert_eq!(kept[1..], given[1..]);
}

#[test]
fn what_is_stored_is_read_before_the_request_is_made() {
    let run = asked(talk("a1", "a.png")).stored("a1", "Ynl0ZXM=", 40.0).run();
    assert!(body(&run).contains("Ynl0ZXM="), "{}", body(&run));
    assert_eq!(run.sent[0].at, Some(40.0));
    assert!(run.conversation.messages()[0].attachments[0].is_stored(), "the conversation does not hold it");
}

#[test]
fn an_answer_is_given_again_with_what_its_question_had() {
    let run = asked(talk("a1", "a.png")).stored("a1", "Ynl0ZXM=", 40.0).regenerate().run();
    assert_eq!(run.answered(), "Yes.");
    assert!(body(&run).contains("Ynl0ZXM="), "{}", body(&run));
    assert_eq!(run.kept(), ["user: It?", "assistant: Yes."]);
    assert_eq!(run.conversation.attachment_ids(), ["a1"]);
}

#[test]
fn what_is_not_there_any_more_is_named_in_the_text() {
    let run = asked(talk("a1", "a.png")).run();
    assert!(body(&run).contains(r"It?\n[attachment: a.png]"), "{}", body(&run));
    assert_eq!(run.answered(), "Yes.");
}

#[test]
fn what_the_provider_does_not_take_is_not_read() {
    let run = asked(talk("a1", "a.png")).model("ollama://m").stored("a1", "Ynl0ZXM=", 40.0).run();
    assert_eq!(run.sent[0].at, Some(40.0));
    let mut talk = talk("a1", "a.pdf");
    let mut pdf = talk.messages()[0].clone();
    pdf.attachments[0].media_type = "application/pdf".to_owned();
    talk.add(pdf);
    let run = replies([Reply::answer("Yes.")]).conversation(talk).model("relay://m").stored("a1", "eA==", 40.0).run();
    assert_eq!(run.sent[0].at, Some(0.0));
}

#[test]
fn bytes_that_do_not_come_are_waited_for_no_longer_than_the_run_may_take() {
    let run = asked(talk("a1", "a.png")).options(r#""timeout":{"total":500}"#).stored("a1", "", 9000.0).run();
    assert!(matches!(&run.ended, Err(Ended::Failed(error)) if error.code.as_str() == "timeout"), "{:?}", run.ended);
    assert!(run.sent.is_empty());
}

#[test]
fn the_same_question_asked_again_keeps_what_it_had_or_gets_what_is_new() {
    for (given, name) in [(vec![], "a.png"), (vec![attachment("b2", "b.png")], "b.png")] {
        let mut conversation = talk("a1", "a.png");
        let mut question = conversation.messages()[0].clone();
        question.content = "question".to_owned();
        conversation.add(question);
        let run = asked(conversation).attach(&given).stored("a1", "eA==", 0.0).run();
        let turns = run.conversation.messages();
        assert_eq!((turns.len(), turns[2].attachments[0].name.as_str()), (4, name));
    }
}
