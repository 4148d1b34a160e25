//! Values and the JSON Schemas that they have to fit, and the JSON that is found in an answer.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod bounds;
mod extract;
mod keywords;
mod kinds;
mod numbers;
mod random;

use refinire_web::json::Value;

fn value(json: &str) -> Value {
    Value::parse(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// What is wrong with a value; empty where nothing is. A pattern matches where the text contains it; `^` stands for the
/// beginning, `(` alone is not valid.
fn problems(schema: &str, json: &str) -> String {
    let mut matches = |pattern: &str, text: &str| match pattern {
        "(" => true,
        _ => pattern.strip_prefix('^').map_or(text.contains(pattern), |start| text.starts_with(start)),
    };
    let found = refinire_web::schema::check(&value(schema), &value(json), &mut matches);
    found.err().map(|misfit| misfit.to_string()).unwrap_or_default()
}
