//! A flow of steps: which runs next, in what order the chunks of branches that run at once are handed on, and how what the
//! branches share comes together. Runs nothing itself: whoever drives it does, and says what became of each step.

mod graph;
mod lanes;
mod share;
mod walk;

pub use graph::Graph;
pub use lanes::Lanes;
pub use share::merged;
pub use walk::{Go, Said, Verdict, Walk};
