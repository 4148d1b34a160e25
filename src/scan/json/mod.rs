//! Reading JSON without building it: a scanner that reads what it is asked for and checks the rest in passing, a picker
//! that asks by a table, and a template that tells like events without reading them.

mod decimal;
mod pick;
mod scan;
mod template;
mod text;

pub use decimal::{decimal, unsigned};
pub use pick::{pick, Found, Items, Want, Wants};
use scan::{same_from, string_from};
pub use scan::{Key, Kind, Scanner};
pub use template::Template;
pub use text::{Split, Text};

/// How many arrays and objects may stand inside one another.
pub const MAX_DEPTH: u32 = 128;
