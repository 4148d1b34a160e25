//! The order in which the chunks of branches that run at once are handed on.

use std::collections::VecDeque;

use crate::run::TextChunks;

/// Branch by branch, in the order of declaration: chunks of the first branch that is still open are handed on at once, those of
/// the others are held until it is their turn. No branch waits for another, and no more than their answers is held.
#[derive(Debug)]
pub struct OrderedMerge {
    branches: VecDeque<Branch>,
    /// How many branches are done and removed: the first of `branches` is the one whose turn it is.
    past: usize,
}

#[derive(Debug, Default)]
struct Branch {
    held: TextChunks,
    is_closed: bool,
}

impl OrderedMerge {
    /// A merge of so many branches.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { branches: (0..count).map(|_| Branch::default()).collect(), past: 0 }
    }

    /// Whether chunks of that branch are held.
    #[must_use]
    pub fn holds(&self, branch: usize) -> bool {
        branch > self.past && branch < self.past + self.branches.len()
    }

    /// Takes chunks of a branch. Returns them if they go on now; if not, they are held.
    pub fn push(&mut self, branch: usize, chunks: TextChunks) -> Option<TextChunks> {
        if !self.holds(branch) {
            return Some(chunks);
        }
        if let Some(branch) = self.branches.get_mut(branch - self.past) {
            branch.held.append(chunks);
        }
        None
    }

    /// A branch has ended. Returns the chunks to hand on now, in order.
    pub fn close(&mut self, branch: usize) -> Vec<TextChunks> {
        let mut released = Vec::new();
        if let Some(branch) = branch.checked_sub(self.past).and_then(|place| self.branches.get_mut(place)) {
            branch.is_closed = true;
        }
        while self.branches.front().is_some_and(|branch| branch.is_closed) {
            self.branches.pop_front();
            self.past += 1;
            if let Some(branch) = self.branches.front_mut() {
                released.extend(Some(std::mem::take(&mut branch.held)).filter(|held| !held.is_empty()));
            }
        }
        released
    }
}
