//! The turns that a conversation holds: those that are shown, and those of other branches.

use super::Entry;
use crate::message::Message;

/// All turns. Both lists are in the order of their positions.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// The turns that are shown, and how each of them is stored.
    pub(super) messages: Vec<Message>,
    pub(super) entries: Vec<Entry>,
    /// The turns of branches that are not shown.
    pub(super) aside: Vec<(Entry, Message)>,
}

impl Rows {
    /// The index of the shown turn at that position, or the index where it would be inserted.
    pub(super) fn find(&self, position: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.position.as_str().cmp(position))
    }

    fn find_aside(&self, position: &str) -> Option<usize> {
        self.aside.binary_search_by(|(entry, _)| entry.position.as_str().cmp(position)).ok()
    }

    /// The turn at that position.
    pub(super) fn get(&self, position: &str) -> Option<(&Entry, &Message)> {
        match self.find(position) {
            Ok(at) => self.entries.get(at).zip(self.messages.get(at)),
            Err(_) => self.aside.get(self.find_aside(position)?).map(|(entry, message)| (entry, message)),
        }
    }

    /// The turn at that position.
    pub(super) fn get_mut(&mut self, position: &str) -> Option<(&mut Entry, &mut Message)> {
        if let Ok(at) = self.find(position) {
            return self.entries.get_mut(at).zip(self.messages.get_mut(at));
        }
        let at = self.find_aside(position)?;
        self.aside.get_mut(at).map(|(entry, message)| (entry, message))
    }

    /// All turns: the shown ones first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Entry, &Message)> {
        let aside = self.aside.iter().map(|(entry, message)| (entry, message));
        self.entries.iter().zip(&self.messages).chain(aside)
    }

    /// All turns: the shown ones first.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&mut Entry, &mut Message)> {
        let aside = self.aside.iter_mut().map(|(entry, message)| (entry, message));
        self.entries.iter_mut().zip(&mut self.messages).chain(aside)
    }

    /// Adds a turn to the shown ones.
    pub(super) fn put(&mut self, entry: Entry, message: Message) {
        let at = self.find(&entry.position).unwrap_or_else(|at| at);
        self.entries.insert(at, entry);
        self.messages.insert(at, message);
    }

    /// Removes the turns for which `is_gone`. Returns their entries.
    pub(super) fn take_out(&mut self, mut is_gone: impl FnMut(&mut Entry, &Message) -> bool) -> Vec<Entry> {
        let mut gone = Vec::new();
        for at in (0..self.entries.len()).rev() {
            let turn = self.entries.get_mut(at).zip(self.messages.get(at));
            if turn.is_some_and(|(entry, message)| is_gone(entry, message)) {
                gone.push(self.entries.remove(at));
                self.messages.remove(at);
            }
        }
        for at in (0..self.aside.len()).rev() {
            if self.aside.get_mut(at).is_some_and(|(entry, message)| is_gone(entry, message)) {
                gone.push(self.aside.remove(at).0);
            }
        }
        gone
    }

    /// All entries in the order of their positions, each with whether it is shown.
    pub(super) fn in_order(&self) -> Vec<(&Entry, bool)> {
        let mut shown = self.entries.iter().peekable();
        let mut all = Vec::with_capacity(self.entries.len() + self.aside.len());
        for (entry, _) in &self.aside {
            while let Some(before) = shown.next_if(|shown| shown.position < entry.position) {
                all.push((before, true));
            }
            all.push((entry, false));
        }
        all.extend(shown.map(|entry| (entry, true)));
        all
    }

    /// Sorts all turns again. For each turn, in the order of the positions: whether it was shown, and whether it is
    /// now.
    pub(super) fn sort(&mut self, were: &[bool], are: &[bool]) {
        let (entries, messages) = (std::mem::take(&mut self.entries), std::mem::take(&mut self.messages));
        let (mut shown, mut aside) = (entries.into_iter().zip(messages), std::mem::take(&mut self.aside).into_iter());
        for (was, is) in were.iter().zip(are) {
            let Some((entry, message)) = (if *was { shown.next() } else { aside.next() }) else { continue };
            if *is {
                self.entries.push(entry);
                self.messages.push(message);
            } else {
                self.aside.push((entry, message));
            }
        }
    }
}
