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
pub use refinire_scan::fields;
pub use refinire_scan::json::{
    decimal, select, unsigned, Field, Fields, Items, Key, Kind, RawValue, Scanner, Select, Split, Template, Text,
    MAX_DEPTH,
};
pub use value::Value;
pub use write::{quote, quote_into, Writer};
