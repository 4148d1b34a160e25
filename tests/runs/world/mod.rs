//! A scripted world: how a run in it is set up, and what came of the run.

mod chunks;
pub(crate) mod config;
mod host;
mod outcome;
mod page;
mod scenario;
mod time;
mod told;

pub(crate) use host::{Answer, Way};
pub(crate) use outcome::{Ended, Outcome};
pub(crate) use refinire_web::testing::Reply;
pub(crate) use scenario::{replies, Scenario};
