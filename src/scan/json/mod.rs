//! Reading JSON without building it: a scanner that reads what it is asked for and checks the rest in passing, a
//! table of the members that are asked for, and a template that tells like events without reading them.

mod decimal;
mod scan;
mod select;
mod template;
mod text;

pub use decimal::{decimal, unsigned};
use scan::string_from;
pub use scan::{Key, Kind, Scanner};
pub use select::{select, Field, Fields, Items, RawValue, Select};
pub use template::Template;
pub use text::{Split, Text};

/// How many arrays and objects may stand inside one another.
pub const MAX_DEPTH: u32 = 128;
