//! Answers that are being written are seen in other pages before they are saved, whatever of it arrives, and when.

use refinire_web::conversation::{load, save, Conversation, Progress};
use refinire_web::message::{ModelTurn, ToolCall};

use crate::memory_store::{at, MemoryStore};
use crate::pages::{hear, kept, Told};
use crate::seed::rng;

/// The page that writes, its store, and what it tells.
struct Writer {
    store: MemoryStore,
    conversation: Conversation,
    text: String,
}

impl Writer {
    fn new() -> Self {
        Self { store: MemoryStore::default(), conversation: Conversation::new("talk").by("aaaa"), text: String::new() }
    }

    fn say(&mut self, text: &str) {
        self.text.push_str(text);
        self.conversation.of_run(1).grow(&self.text, &at(1));
    }

    /// A frame: what others are told before it is saved.
    fn frame(&mut self) -> Vec<Told> {
        self.conversation.take_news().into_iter().map(|(key, value)| (key, Some(value))).collect()
    }

    fn save(&mut self) -> Vec<Told> {
        kept(&self.store, &mut self.conversation)
    }

    fn end(&mut self) -> Vec<Told> {
        let turn = ModelTurn::new(self.text.as_str());
        self.conversation.of_run(1).answer(turn, false, at(2));
        self.save()
    }
}

/// The last message as it is shown.
fn shown(conversation: &Conversation) -> (String, Progress) {
    let last = conversation.views().last().expect("there is a message");
    (last.content_from(0), last.progress)
}

fn streaming(text: &str) -> (String, Progress) {
    (text.to_owned(), Progress::Streaming)
}

#[test]
fn what_is_told_is_shown_at_once_and_saved_text_takes_its_place() {
    let (mut writer, mut other) = (Writer::new(), Conversation::new("talk").by("bbbb"));
    writer.say("Hel");
    // Nobody knows the turn before it is saved.
    assert_eq!(writer.frame(), []);
    hear(&mut other, &writer.save());
    writer.say("lo \u{1F600}");
    let told = writer.frame();
    hear(&mut other, &told);
    assert_eq!(shown(&other), streaming("Hello \u{1F600}"));
    // Twice is the same as once.
    hear(&mut other, &told);
    assert_eq!(shown(&other), streaming("Hello \u{1F600}"));
    let (version, shape) = (other.version(), other.views().last().map(|view| view.shape));
    hear(&mut other, &writer.save());
    assert_eq!(shown(&other), streaming("Hello \u{1F600}"));
    assert_ne!(other.version(), version);
    assert_eq!(other.views().last().map(|view| view.shape), shape, "only text has come: the message is not made anew");
    assert!(other.is_kept(), "a page does not save what another one writes");
    hear(&mut other, &writer.end());
    assert_eq!(shown(&other), ("Hello \u{1F600}".to_owned(), Progress::Complete));
    let ids = |conversation: &Conversation| conversation.views().map(|view| view.id.to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&other), ids(&writer.conversation));
}

#[test]
fn whatever_is_lost_or_late_what_is_shown_is_the_beginning_of_the_answer() {
    let mut random = rng();
    for _ in 0..500 {
        let (mut writer, mut other) = (Writer::new(), Conversation::new("talk").by("bbbb"));
        let mut waiting: Vec<Told> = Vec::new();
        for _ in 0..40 {
            match random.u8(0..8) {
                0..=2 => writer.say(["a", "bc", "\u{e9}", "\u{1F600}\u{1F600}", "xyz\n"][random.usize(0..5)]),
                3..=4 => waiting.extend(writer.frame()),
                5 => waiting.extend(writer.save()),
                // Something is lost.
                6 if !waiting.is_empty() => drop(waiting.remove(random.usize(0..waiting.len()))),
                _ => hear(&mut other, &waiting.split_off(random.usize(0..=waiting.len()))),
            }
            if !other.messages().is_empty() {
                let (text, _) = shown(&other);
                assert!(writer.text.starts_with(&text), "{text:?} is shown of {:?}", writer.text);
            }
        }
        hear(&mut other, &writer.end());
        load(&writer.store, &mut other).expect("it can be read");
        assert_eq!(shown(&other), shown(&writer.conversation));
    }
}

#[test]
fn what_nobody_writes_any_more_is_interrupted_and_saved_by_who_has_seen_it() {
    let (mut writer, mut other) = (Writer::new(), Conversation::new("talk").by("bbbb"));
    writer.say("Hel");
    hear(&mut other, &writer.save());
    writer.say("lo");
    let live = other.live();
    hear(&mut other, &writer.frame());
    // There has been news since.
    assert!(!other.abandon(&live));
    assert_eq!(shown(&other), streaming("Hello"));
    assert!(other.abandon(&other.live()));
    assert_eq!(shown(&other), ("Hello".to_owned(), Progress::Interrupted));
    save(&writer.store, &mut other).expect("there is room");
    let mut later = Conversation::new("talk");
    load(&writer.store, &mut later).expect("it can be read");
    assert_eq!(shown(&later), shown(&other));
    // It was a freeze: the tab writes on, and ends the answer.
    hear(&mut other, &writer.end());
    assert_eq!(shown(&other), ("Hello".to_owned(), Progress::Complete));
}

#[test]
fn an_answer_that_is_found_in_the_store_is_interrupted_unless_somebody_is_known_to_write() {
    let mut writer = Writer::new();
    writer.say("Hel");
    writer.save();
    let mut other = Conversation::new("talk").by("bbbb");
    load(&writer.store, &mut other).expect("it can be read");
    assert!(other.has_open());
    assert_eq!(shown(&other), ("Hel".to_owned(), Progress::Interrupted));
    other.is_written();
    assert!(!other.has_open());
    assert_eq!(shown(&other), streaming("Hel"));
    writer.say("lo");
    let (_, answer) = other.of_run(7).go_on(10, &at(3)).expect("it can be gone on with");
    assert_eq!(answer.content, "Hel");
    hear(&mut other, &writer.frame());
    assert_eq!(shown(&other), streaming("Hel"), "what grows here is this page's");
}

#[test]
fn an_answer_that_a_crash_left_open_is_not_taken_for_the_one_that_is_written() {
    let mut writer = Writer::new();
    writer.say("Hel");
    writer.save();
    let mut next = Conversation::new("talk").by("bbbb");
    load(&writer.store, &mut next).expect("it can be read");
    next.ask("Again", 10, at(3));
    next.of_run(2).grow("Now", &at(4));
    save(&writer.store, &mut next).expect("there is room");
    let mut other = Conversation::new("talk").by("cccc");
    load(&writer.store, &mut other).expect("it can be read");
    other.is_written();
    let progress: Vec<_> = other.views().map(|view| view.progress).collect();
    assert_eq!(progress, [Progress::Interrupted, Progress::Complete, Progress::Streaming]);
}

#[test]
fn an_answer_is_saved_early_once_also_where_the_store_refuses_it() {
    let mut writer = Writer::new();
    assert!(!writer.conversation.take_unsaved_answer());
    writer.say("Hel");
    assert!(writer.conversation.take_unsaved_answer());
    assert!(!writer.conversation.take_unsaved_answer());
    writer.say("lo");
    writer.save();
    writer.say("!");
    assert_eq!(writer.frame().len(), 1);
}

#[test]
fn while_its_tools_run_a_turn_is_complete_in_every_page() {
    let mut writer = Writer::new();
    let call = ToolCall { id: "c".into(), name: "look".into(), input_text: "{}".into(), extra: String::new() };
    writer.conversation.of_run(1).reserve(0, &at(0));
    writer.conversation.of_run(1).call(ModelTurn { tool_calls: vec![call], ..ModelTurn::new("Wait.") }, at(1));
    let mut other = Conversation::new("talk").by("bbbb");
    hear(&mut other, &writer.save());
    let complete = ("Wait.".to_owned(), Progress::Complete);
    assert_eq!(shown(&writer.conversation), complete);
    assert_eq!(shown(&other), complete);
    let version = writer.conversation.version();
    writer.conversation.of_run(1).answer(ModelTurn::new(""), true, at(2));
    assert_ne!(writer.conversation.version(), version, "its own page is told, too");
    other.abandon(&other.live());
    let interrupted = ("Wait.".to_owned(), Progress::Interrupted);
    assert_eq!(shown(&writer.conversation), interrupted);
    assert_eq!(shown(&other), interrupted);
}
