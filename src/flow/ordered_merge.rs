//! The order in which the chunks of branches that run at once are handed on.

use std::collections::VecDeque;

use crate::run::{HeldChunks, TextChunk};

/// Branch by branch, in the order of their declaration: what the first one that is still open brings is handed on as it
/// comes, what the others bring is held until it is their turn. So no branch waits for another, and what is held is no more
/// than their answers.
#[derive(Debug)]
pub struct OrderedMerge {
    branches: VecDeque<Branch>,
    /// How many of them are behind: the first of `branches` is the one whose turn it is.
    past: usize,
}

#[derive(Debug, Default)]
struct Branch {
    held: HeldChunks,
    is_closed: bool,
}

impl OrderedMerge {
    /// For so many branches.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { branches: (0..count).map(|_| Branch::default()).collect(), past: 0 }
    }

    /// A branch brings a chunk. Whether it is to be handed on now; if not it is held.
    pub fn push(&mut self, branch: usize, chunk: TextChunk<'_>) -> bool {
        let Some(place) = branch.checked_sub(self.past) else { return true };
        match self.branches.get_mut(place) {
            Some(branch) if place > 0 => {
                branch.held.push(chunk);
                false
            }
            _ => true,
        }
    }

    /// A branch brings no more. Gives what is to be handed on now, in its order.
    pub fn close(&mut self, branch: usize) -> Vec<HeldChunks> {
        let mut released = Vec::new();
        if let Some(branch) = branch.checked_sub(self.past).and_then(|place| self.branches.get_mut(place)) {
            branch.is_closed = true;
        }
        while self.branches.front().is_some_and(|branch| branch.is_closed) {
            self.branches.pop_front();
            self.past += 1;
            if let Some(branch) = self.branches.front_mut() {
                released.push(std::mem::take(&mut branch.held));
            }
        }
        released
    }
}
