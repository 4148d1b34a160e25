//! Checks a value against a JSON Schema: <https://json-schema.org/draft/2020-12/json-schema-validation>.
//!
//! The keywords: `type` (also a list), `nullable`, `enum`, `const`; `properties`, `patternProperties`, `required`,
//! `additionalProperties`, `minProperties`, `maxProperties`; `items`, `prefixItems`, `minItems`, `maxItems`,
//! `uniqueItems`; `minLength`, `maxLength`, `pattern`; `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`,
//! `multipleOf`; `anyOf`, `oneOf`, `allOf`; `$ref` within the schema; `true` and `false` as schemas. All others are
//! ignored, as are references that lead nowhere.
//!
//! The work is bounded. Only a `$ref` can make one part of a schema meet one part of a value more than once, so what a
//! reference came to is remembered for each value: the work is at most the parts of the schema times the parts of the
//! value. A reference that comes back to itself without progress holds. [`MAX_STEPS`] and [`MAX_DEPTH`] bound what is
//! left; beyond them the value does not fit, and the problem says so.

mod check;
mod decimal;
mod keywords;
mod kinds;
mod problem;

use check::Checker;
pub use check::{MAX_DEPTH, MAX_STEPS};
pub use decimal::Decimal;
pub use kinds::kinds_of;
pub use problem::{Misfit, Problem};

use crate::json::Value;

/// Whether a regular expression, the first argument, matches anywhere in a text, the second. One that is not valid
/// matches everything.
pub type Matches<'a> = &'a mut dyn FnMut(&str, &str) -> bool;

/// Checks a value.
///
/// # Errors
/// What does not fit, for a person or a model to read.
///
/// # Example
/// ```
/// use refinire_web::json::Value;
/// use refinire_web::schema::check;
///
/// let schema = Value::parse(br#"{"type":"object","properties":{"size":{"type":"integer","minimum":1}}}"#)?;
/// let fits = |json: &str| check(&schema, &Value::parse(json.as_bytes()).unwrap(), &mut |_, _| true);
/// assert!(fits(r#"{"size":1.0}"#).is_ok());
/// assert_eq!(fits(r#"{"size":0}"#).unwrap_err().to_string(), "size: must be at least 1");
/// # Ok::<(), refinire_web::error::Error>(())
/// ```
pub fn check(schema: &Value, value: &Value, matches: Matches<'_>) -> Result<(), Misfit> {
    Checker::new(schema, matches).run(value)
}
