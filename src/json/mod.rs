//! JSON, as much of it as streaming needs: what [`refinire_scan`] reads, an owned value for what is small, a
//! writer, and a template that tells like events without reading them.
//! Numbers stay text, so none is ever rounded.

mod check;
mod template;
mod value;
mod write;

pub use check::kind_of;
pub use refinire_scan::json::{
    decimal, pick, same_from, string_from, unsigned, Found, Items, Key, Kind, Scanner, Split, Text, Want, Wants,
    MAX_DEPTH,
};
pub use template::Template;
pub use value::Value;
pub use write::{quote, quote_into, Writer};
