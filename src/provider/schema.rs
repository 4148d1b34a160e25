//! JSON Schemas for providers that know only some of JSON Schema, and refuse the rest.

use crate::json::Value;

/// How much of JSON Schema a provider supports, besides `properties`, `items` and `anyOf`.
#[derive(Debug)]
pub(super) struct Dialect {
    /// The keywords.
    pub(super) known: &'static [&'static str],
    /// The formats.
    pub(super) formats: &'static [&'static str],
    /// Whether every object must be closed; otherwise it is the subset of `OpenAPI` 3.0, with one type per schema and
    /// enumerations of strings.
    pub(super) closed: bool,
}

/// Keywords that may be left out if the provider does not support them: the caller checks the answer with the full
/// schema.
const SPARE: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "deprecated",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "uniqueItems",
    "writeOnly",
];

/// Whether OpenAI can enforce the schema as it is: every object is closed and has all its members, and there is nothing
/// that only some of its models support. The root must be an object.
pub(super) fn is_strict(schema: &Value) -> bool {
    schema.text("type") == Some("object") && is_closed(schema)
}

fn is_closed(schema: &Value) -> bool {
    let Value::Object(members) = schema else { return false };
    let is = |kind: &str| {
        schema.get("type").is_some_and(|own| *own == Value::string(kind) || own.items().contains(&kind.into()))
    };
    let required = schema.list("required");
    let is_known = members.iter().all(|(key, value)| match (key.as_str(), value) {
        ("properties", Value::Object(named)) => {
            named.iter().all(|(name, schema)| required.contains(&name.as_str().into()) && is_closed(schema))
        }
        ("items", schema) => is_closed(schema),
        ("anyOf", Value::Array(schemas)) => schemas.iter().all(is_closed),
        // What some models, or some servers, do not know is left to those who ask for it.
        (key, _) => matches!(
            key,
            "$schema" | "additionalProperties" | "const" | "description" | "enum" | "required" | "title" | "type"
        ),
    });
    let has = |key| schema.get(key).is_some();
    let is_open = is("object") && !(has("properties") && schema.get("additionalProperties") == Some(&false.into()));
    is_known && !is_open && (has("type") || has("anyOf")) && has("items") == is("array")
}

/// The schema in the provider's dialect; `None` if it contains something that the provider does not support, such as a
/// reference.
pub(super) fn fit(schema: &Value, dialect: &Dialect) -> Option<Value> {
    let Value::Object(members) = schema else { return None };
    let mut fitting = Value::object();
    for (key, value) in members {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(named)) => {
                let mut properties = Vec::new();
                for (name, schema) in named {
                    properties.push((name.clone(), fit(schema, dialect)?));
                }
                Value::Object(properties)
            }
            ("items", schema) => fit(schema, dialect)?,
            ("anyOf" | "oneOf", Value::Array(schemas)) => {
                let any: Option<Vec<_>> = schemas.iter().map(|schema| fit(schema, dialect)).collect();
                fitting.set("anyOf", any?.into());
                continue;
            }
            // Those that may be anything.
            ("additionalProperties", more) if matches!(more, Value::Literal(_)) || *more == Value::object() => continue,
            ("format", Value::String(format)) if dialect.formats.contains(&&**format) => value.clone(),
            ("type", Value::Array(types)) if !dialect.closed => {
                if types.iter().any(|kind| kind.as_str() == Some("null")) {
                    fitting.set("nullable", true.into());
                }
                let mut types = types.iter().filter(|kind| kind.as_str() != Some("null"));
                let (Some(only), None) = (types.next(), types.next()) else { return None };
                only.clone()
            }
            ("const", Value::String(_)) if !dialect.closed => {
                fitting.set("enum", vec![value.clone()].into());
                continue;
            }
            ("enum", values) if !dialect.closed && values.items().iter().any(|value| value.as_str().is_none()) => {
                return None
            }
            (key, _) if dialect.known.contains(&key) => value.clone(),
            (key, _) if SPARE.contains(&key) => continue,
            _ => return None,
        };
        fitting.set(key, value);
    }
    fitting.get("type").or(fitting.get("anyOf"))?;
    if dialect.closed {
        if fitting.get("properties").is_some() {
            fitting.set("additionalProperties", false.into());
        } else if fitting.text("type") == Some("object") {
            // Closed, it could have no members at all.
            return None;
        }
    }
    Some(fitting)
}
