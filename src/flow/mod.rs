//! A flow of steps: its declaration, and its run. The host ([`Host`]) calls functions and asks agents. This module decides which
//! step follows, what happens if a step fails, in what order chunks are handed on, and how branches are merged.

mod chart;
mod cursor;
mod delivered;
mod graph;
mod host;
mod ordered_merge;
mod outlet;
mod parallel;
mod plan;
mod record;
mod run;
mod scope;
mod share;
mod totals;
mod walker;

pub use chart::chart;
pub use cursor::{Cursor, Next, Outcome, Verdict};
pub use delivered::{conclude, stop_signal};
pub use graph::{Declared, Follows, Graph, Recovery};
pub use host::{AnswerTarget, Doing, Host, Question, Steer, Trail};
pub use ordered_merge::OrderedMerge;
pub use plan::{Branches, Hooks, Kind, NextStep, Node, OnError, Options, Plan, Prompt};
pub use record::{Awaiting, Status, StepRecord};
pub use run::{run, Asked, Ended, Past};
pub use share::merged;
