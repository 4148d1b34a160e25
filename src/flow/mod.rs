//! A flow of steps: what it is made of, and how it runs. Functions and agents are the host's ([`Host`]); which step follows,
//! what becomes of one that fails, in what order chunks are handed on and how branches come together is settled here.

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
pub use host::{AnswerTarget, Doing, Host, Question, Steer, Trail, Write};
pub use ordered_merge::OrderedMerge;
pub use plan::{Branches, Hooks, Kind, NextStep, Node, OnError, Options, Plan, Prompt};
pub use record::{Awaiting, Status, StepRecord};
pub use run::{run, Asked, Ended, Past};
pub use share::merged;
