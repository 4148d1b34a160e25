//! JSON, as much of it as streaming needs: a scanner that reads what it is asked for and checks the rest in passing,
//! an owned value for what is small, and a writer. Numbers stay text, so none is ever rounded.

mod pick;
mod scan;
mod text;
mod value;
mod write;

pub use pick::{pick, Found, Items, Want, Wants};
pub use scan::{Key, Kind, Scanner};
pub use text::{Split, Text};
pub use value::Value;
pub use write::{decimal, quote, quote_into};

/// How many arrays and objects may stand inside one another.
pub const MAX_DEPTH: u32 = 128;
