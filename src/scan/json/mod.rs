//! Reading JSON without building it: a scanner that reads what it is asked for and checks the rest in passing, and a
//! picker that asks by a table.

mod decimal;
mod pick;
mod scan;
mod text;

pub use decimal::{decimal, unsigned};
pub use pick::{pick, Found, Items, Want, Wants};
pub use scan::{same_from, string_from, Key, Kind, Scanner};
pub use text::{Split, Text};

/// How many arrays and objects may stand inside one another.
pub const MAX_DEPTH: u32 = 128;
