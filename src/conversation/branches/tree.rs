//! Which turns are shown. This depends only on all turns and choices, so pages that know the same turns and choices
//! show the same, in whatever order they arrived.

use std::collections::BTreeMap;

use super::{Branch, Choices};

/// A turn, with what matters for its place in the tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) position: &'a str,
    pub(super) branch: Option<&'a Branch>,
}

/// A branch, and how many of all turns come before a position in it.
pub(super) type Spot<'a> = (&'a str, usize);

/// Alternatives among the turns that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::conversation) struct Fork {
    /// The position of the first turn of the alternative that is shown.
    pub(in crate::conversation) first: String,
    /// The names of the branches that go on here, in the order in which they were begun.
    pub(super) branches: Vec<String>,
    /// Which of them is shown.
    pub(super) index: usize,
    /// The turn under which a choice is saved, and a time that the next choice must be later than.
    pub(super) key: String,
    pub(super) latest: String,
}

/// What is shown.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// For each turn whether it is shown.
    pub(super) turns: Vec<bool>,
    pub(super) forks: Vec<Fork>,
}

/// A branch: where it begins, and its turns, by index.
#[derive(Debug, Default)]
struct Own<'a> {
    of: &'a str,
    after: &'a str,
    turns: Vec<usize>,
}

/// The branches of a conversation. The first one has no name.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    leaves: &'a [Leaf<'a>],
    branches: BTreeMap<&'a str, Own<'a>>,
    /// By branch and position: the branches that begin there, the oldest first.
    forks: BTreeMap<Spot<'a>, Vec<&'a str>>,
}

impl<'a> Tree<'a> {
    /// The tree of turns that are in the order of their positions.
    pub(super) fn new(leaves: &'a [Leaf<'a>]) -> Self {
        let mut branches = BTreeMap::from([("", Own::default())]);
        for (index, leaf) in leaves.iter().enumerate() {
            let (id, of, after) = match leaf.branch {
                // Turns stay in order, even if a record says otherwise.
                Some(Branch { id, of, after }) if of < id && after < id && after.as_str() < leaf.position => {
                    (id.as_str(), of.as_str(), after.as_str())
                }
                _ => ("", "", ""),
            };
            branches.entry(id).or_insert(Own { of, after, turns: Vec::new() }).turns.push(index);
        }
        let mut tree = Self { leaves, branches, forks: BTreeMap::new() };
        let mut forks: BTreeMap<Spot<'a>, Vec<&'a str>> = BTreeMap::new();
        for (id, own) in tree.branches.iter().filter(|(id, _)| !id.is_empty()) {
            forks.entry(tree.spot(own.of, own.after)).or_default().push(id);
        }
        tree.forks = forks;
        tree
    }

    /// The position after the turn `after` of a branch. If that turn is gone, after the nearest turn before it.
    pub(super) fn spot(&self, mut of: &'a str, mut after: &'a str) -> Spot<'a> {
        loop {
            let Some(own) = self.branches.get(of) else {
                of = "";
                continue;
            };
            let is_up_to = |at: &usize| self.leaves.get(*at).is_some_and(|leaf| leaf.position <= after);
            let last = own.turns.partition_point(is_up_to).checked_sub(1).and_then(|last| own.turns.get(last));
            match last {
                Some(last) => return (of, last + 1),
                None if of.is_empty() => return ("", 0),
                None => (of, after) = (own.of, own.after),
            }
        }
    }

    /// The turns to show: all up to the end of the branches that were chosen last, or that are the newest; with a
    /// `goal`, all up to that position.
    pub(super) fn shown(&self, choices: &Choices, goal: Option<Spot<'a>>) -> Shown {
        let mut shown = Shown { turns: vec![false; self.leaves.len()], forks: Vec::new() };
        let route = goal.map_or_else(Vec::new, |goal| self.route(goal));
        let (mut branch, mut level) = ("", 0);
        loop {
            let end = route.get(level).map(|(_, end)| *end);
            let onward = route.get(level + 1).map(|(next, _)| *next);
            let mut next = None;
            for (&(_, position), children) in self.forks.range((branch, 0)..=(branch, usize::MAX)) {
                let picked = match end {
                    Some(end) if position > end || (position == end && onward.is_none()) => break,
                    Some(end) if position == end => onward,
                    Some(_) => Some(branch),
                    None => None,
                };
                let (picked, fork) = self.fork((branch, position), children, choices, picked);
                if fork.branches.len() > 1 {
                    shown.forks.push(fork);
                }
                if picked != branch {
                    next = Some((picked, position));
                    break;
                }
            }
            let until = next.map(|(_, position)| position).or(end).unwrap_or(usize::MAX);
            for at in self.turns(branch).iter().take_while(|at| **at < until) {
                if let Some(turn) = shown.turns.get_mut(*at) {
                    *turn = true;
                }
            }
            match next {
                Some((next, _)) => (branch, level) = (next, level + 1),
                None => return shown,
            }
        }
    }

    /// The indices of the turns after a position, in any branch.
    pub(super) fn behind(&self, spot: Spot<'a>) -> Vec<usize> {
        let mut behind = Vec::new();
        let mut open = vec![spot];
        while let Some((branch, position)) = open.pop() {
            behind.extend(self.turns(branch).iter().filter(|at| **at >= position));
            for children in self.forks.range((branch, position)..=(branch, usize::MAX)).map(|(_, children)| children) {
                open.extend(children.iter().map(|child| (*child, 0)));
            }
        }
        behind
    }

    fn turns(&self, branch: &str) -> &[usize] {
        self.branches.get(branch).map_or(&[], |own| &own.turns)
    }

    /// The position of a branch's first turn at or after a position.
    fn first(&self, branch: &str, position: usize) -> Option<&'a str> {
        let at = self.turns(branch).iter().find(|at| **at >= position)?;
        self.leaves.get(*at).map(|leaf| leaf.position)
    }

    /// The path to a position: how far to follow each branch, from the first one on.
    fn route(&self, goal: Spot<'a>) -> Vec<Spot<'a>> {
        let mut route = vec![goal];
        let mut branch = goal.0;
        while let Some(own) = self.branches.get(branch).filter(|_| !branch.is_empty()) {
            let spot = self.spot(own.of, own.after);
            branch = spot.0;
            route.push(spot);
        }
        route.reverse();
        route
    }

    /// Which branch is shown of those that begin at a position: the one that is `picked` already, or the one that was
    /// chosen since the newest was begun, or the newest.
    fn fork(
        &self,
        (branch, position): Spot<'a>,
        children: &[&'a str],
        choices: &Choices,
        picked: Option<&'a str>,
    ) -> (&'a str, Fork) {
        let mut branches = children.to_vec();
        if let Some(first) = self.first(branch, position) {
            branches.insert(children.partition_point(|child| *child < first), branch);
        }
        let newest = children.last().copied().unwrap_or(branch);
        let key = self.branches.get(newest).map_or("", |own| own.after);
        let chosen = |child: &&str| choices.get(self.branches.get(*child)?.after);
        let choice = children.iter().filter_map(chosen).max_by(|one, other| one.at.cmp(&other.at));
        let choice = choice.filter(|choice| choice.at.as_str() > newest);
        let chosen = choice.and_then(|choice| branches.iter().copied().find(|branch| *branch == choice.branch));
        let picked = picked.or(chosen).unwrap_or(newest);
        let from = if picked == branch { position } else { 0 };
        let fork = Fork {
            first: self.first(picked, from).unwrap_or_default().to_owned(),
            index: branches.iter().position(|branch| *branch == picked).unwrap_or_default(),
            branches: branches.into_iter().map(str::to_owned).collect(),
            key: key.to_owned(),
            latest: choice.map_or(newest, |choice| &choice.at).to_owned(),
        };
        (picked, fork)
    }
}
