//! JSON, as much of it as streaming needs: what [`refinire_scan`] reads, an owned value for what is small, and a
//! writer.
//! Numbers stay text, so none is ever rounded.

mod check;
mod extract;
mod kinds;
mod merge;
mod progress;
mod value;
mod write;

pub use check::{is_json, kind_of};
pub use extract::{Begin, JsonExtractor};
pub use kinds::Kinds;
pub use progress::Progress;
pub use refinire_scan::json::{
    decimal, pick, unsigned, Found, Items, Key, Kind, Scanner, Split, Template, Text, Want, Wants, MAX_DEPTH,
};
pub use value::Value;
pub use write::{quote, quote_into, Writer};
