//! Which kinds of JSON a schema asks for, to know what to look for in an answer.

use super::check::target;
use crate::json::{Kind, Kinds, Value};

/// How many parts of a schema are looked at.
const MAX_PARTS: u32 = 1_000;
/// How deep.
const MAX_DEPTH: u32 = 50;

/// Those that the schema allows, or seems to mean: one with `properties` and no `type` means objects, one with `items`
/// arrays. All kinds where it allows none.
#[must_use]
pub fn kinds_of(schema: &Value) -> Kinds {
    match (Reader { root: schema, left: MAX_PARTS }).kinds(schema, 0) {
        Kinds::NONE => Kinds::ALL,
        kinds => kinds,
    }
}

fn named(name: &Value) -> Kinds {
    match name.as_str() {
        Some("null") => Kinds::only(Kind::Null),
        Some("boolean") => Kinds::only(Kind::Bool),
        Some("number" | "integer") => Kinds::only(Kind::Number),
        Some("string") => Kinds::only(Kind::String),
        Some("array") => Kinds::only(Kind::Array),
        Some("object") => Kinds::only(Kind::Object),
        // Unknown types are ignored.
        _ => Kinds::ALL,
    }
}

struct Reader<'s> {
    root: &'s Value,
    left: u32,
}

impl<'s> Reader<'s> {
    fn kinds(&mut self, schema: &'s Value, depth: u32) -> Kinds {
        if self.left == 0 || depth > MAX_DEPTH || !matches!(schema, Value::Object(_)) {
            return Kinds::ALL;
        }
        self.left -= 1;
        let mut kinds = match schema.get("type") {
            Some(Value::Array(names)) => names.iter().map(named).fold(Kinds::NONE, Kinds::or),
            Some(name) => named(name),
            None if schema.get("properties").is_some() => Kinds::only(Kind::Object),
            None if schema.get("items").or(schema.get("prefixItems")).is_some() => Kinds::only(Kind::Array),
            None => Kinds::ALL,
        };
        if let Some(value) = schema.get("const") {
            kinds = kinds.and(Kinds::only(value.kind()));
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            kinds = kinds.and(values.iter().map(|value| Kinds::only(value.kind())).fold(Kinds::NONE, Kinds::or));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(schemas)) = schema.get(key) {
                let any = schemas.iter().map(|schema| self.kinds(schema, depth + 1)).fold(Kinds::NONE, Kinds::or);
                kinds = kinds.and(any);
            }
        }
        for schema in schema.list("allOf") {
            kinds = kinds.and(self.kinds(schema, depth + 1));
        }
        if let Some(target) = schema.text("$ref").and_then(|reference| target(self.root, reference)) {
            kinds = kinds.and(self.kinds(target, depth + 1));
        }
        if schema.get("nullable").is_some_and(Value::is_true) {
            kinds = kinds.or(Kinds::only(Kind::Null));
        }
        kinds
    }
}
