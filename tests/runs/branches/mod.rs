//! Alternatives of a conversation: what is shown of them, and that pages which know the same show the same.

mod alternatives;
mod at_random;
mod cutting;
mod records;
mod running;

use refinire_web::conversation::Conversation;
use refinire_web::message::Role;

use crate::memory_store::{at, said};

/// Questions and answers in turn, a millisecond after one another.
fn talk(said: &[&str]) -> Conversation {
    let mut talk = Conversation::new("talk").by("aaaa");
    for (number, text) in said.iter().enumerate() {
        add(&mut talk, text, number + 1);
    }
    talk
}

fn add(talk: &mut Conversation, text: &str, ms: usize) {
    let role = if text.starts_with('Q') { Role::User } else { Role::Assistant };
    talk.add(said(role, text, &at(ms)));
}

fn ids(talk: &Conversation) -> Vec<String> {
    talk.views().map(|view| view.id.to_owned()).collect()
}

/// Which alternatives there are: `1/2` where the first of two is shown.
fn marks(talk: &Conversation) -> Vec<String> {
    let mark = |view: refinire_web::conversation::View<'_>| {
        view.alternatives.map_or_else(String::new, |of| format!("{}/{}", of.index + 1, of.count))
    };
    talk.views().map(mark).collect()
}

fn select(talk: &mut Conversation, message: usize, index: usize, ms: usize) {
    let id = ids(talk).swap_remove(message);
    talk.select_alternative(&id, index, &at(ms)).unwrap();
}
