//! The keywords that say something of one value.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::check::{is_of_type, named, Checker};
use super::problem::{Of, Path, Problems};
use super::Decimal;
use crate::json::{Value, Writer};
use crate::text::{concat, join};

/// How many allowed values a message lists.
const LISTED: usize = 12;

impl<'s, 'v> Checker<'s, 'v, '_> {
    /// Whether the type is right.
    pub(super) fn check_type(schema: &Value, value: &Value, at: &Path<'_>, out: &mut Problems) -> bool {
        let names: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        if names.is_empty() || names.iter().any(|name| is_of_type(name, value)) {
            return true;
        }
        let words: Vec<_> = names.iter().map(|name| named(name)).collect();
        out.add_of(Of::Type, at, concat(&["must be ", &join(&words, " or ")]));
        false
    }

    /// `enum` and `const`.
    pub(super) fn check_choice(&mut self, schema: &Value, value: &Value, at: &Path<'_>, out: &mut Problems) {
        if let Some(only) = schema.get("const").filter(|only| !same(only, value)) {
            out.add_of(Of::Choice, at, concat(&["must be ", &only.to_json()]));
        }
        let Some(Value::Array(values)) = schema.get("enum") else { return };
        if self.spend(values.len()) && !values.iter().any(|one| same(one, value)) {
            let mut words: Vec<_> = values.iter().take(LISTED).map(Value::to_json).collect();
            if values.len() > LISTED {
                words.push("…".to_owned());
            }
            out.add_of(Of::Choice, at, concat(&["must be one of ", &join(&words, ", ")]));
        }
    }

    pub(super) fn check_number(schema: &Value, text: &str, at: &Path<'_>, out: &mut Problems) {
        let Some(number) = Decimal::parse(text) else { return };
        let mut bound = |key: &str, is_kept: fn(Ordering) -> bool, words: &str| {
            let Some(limit) = schema.get(key) else { return };
            if Decimal::of(limit).is_some_and(|limit| !is_kept(number.cmp(&limit))) {
                out.add(at, concat(&["must be ", words, " ", &limit.to_json()]));
            }
        };
        // In draft 4 and OpenAPI 3.0 `exclusiveMinimum: true` makes `minimum` exclusive.
        let is_exclusive = |key| schema.get(key).is_some_and(Value::is_true);
        if is_exclusive("exclusiveMinimum") {
            bound("minimum", Ordering::is_gt, "more than");
        } else {
            bound("minimum", Ordering::is_ge, "at least");
        }
        if is_exclusive("exclusiveMaximum") {
            bound("maximum", Ordering::is_lt, "less than");
        } else {
            bound("maximum", Ordering::is_le, "at most");
        }
        bound("exclusiveMinimum", Ordering::is_gt, "more than");
        bound("exclusiveMaximum", Ordering::is_lt, "less than");
        if let Some(step) = schema.get("multipleOf") {
            if Decimal::of(step).is_some_and(|step| !number.is_multiple_of(&step)) {
                out.add(at, concat(&["must be a multiple of ", &step.to_json()]));
            }
        }
    }

    pub(super) fn check_string(&mut self, schema: &Value, text: &str, at: &Path<'_>, out: &mut Problems) {
        check_size(schema, ["minLength", "maxLength"], &|| text.chars().count(), "character", at, out);
        if let Some(pattern) = schema.text("pattern") {
            if !(self.matches)(pattern, text) {
                out.add(at, concat(&["must match the pattern ", pattern]));
            }
        }
    }

    pub(super) fn check_array(&mut self, schema: &'s Value, items: &'v [Value], at: &Path<'_>, out: &mut Problems) {
        check_size(schema, ["minItems", "maxItems"], &|| items.len(), "item", at, out);
        if schema.get("uniqueItems").is_some_and(Value::is_true) && !are_unique(items) {
            out.add(at, "must not have two equal items".to_owned());
        }
        // Before 2020-12 a list of schemas stood in `items`, and what follows it in `additionalItems`.
        let (first, rest) = match schema.get("items") {
            Some(Value::Array(first)) => (&**first, schema.get("additionalItems")),
            rest => (schema.list("prefixItems"), rest),
        };
        for (place, item) in items.iter().enumerate() {
            let Some(schema) = first.get(place).or(rest) else { break };
            self.check(schema, item, &Path::Item(at, place), out);
        }
    }

    pub(super) fn check_object(
        &mut self,
        schema: &'s Value,
        members: &'v [(String, Value)],
        at: &Path<'_>,
        out: &mut Problems,
    ) {
        let members = by_name(members);
        check_size(schema, ["minProperties", "maxProperties"], &|| members.len(), "member", at, out);
        for key in schema.list("required").iter().filter_map(Value::as_str) {
            if !members.contains_key(key) {
                out.add(&Path::Member(at, key), "is missing".to_owned());
            }
        }
        let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
        if let Some(Value::Object(named)) = schema.get("properties") {
            for (key, schema) in named {
                known.insert(key, schema);
                if let Some(value) = members.get(&**key) {
                    self.check(schema, value, &Path::Member(at, key), out);
                }
            }
        }
        if let Some(Value::Object(patterns)) = schema.get("patternProperties") {
            for (key, value) in &members {
                for (pattern, schema) in patterns {
                    if (self.matches)(pattern, key) {
                        known.insert(key, schema);
                        self.check(schema, value, &Path::Member(at, key), out);
                    }
                }
            }
        }
        let Some(more) = schema.get("additionalProperties") else { return };
        for (key, value) in &members {
            if known.contains_key(key) {
                continue;
            }
            let path = Path::Member(at, key);
            if *more == Value::bool(false) && !out.are_enough() {
                out.add(&path, "is not a member that the schema knows".to_owned());
            } else {
                self.check(more, value, &path, out);
            }
        }
    }
}

/// The bounds on how many of something there are.
fn check_size(
    schema: &Value,
    [least, most]: [&str; 2],
    count: &dyn Fn() -> usize,
    what: &str,
    at: &Path<'_>,
    out: &mut Problems,
) {
    let mut bound = |key: &str, broken: Ordering, words: &str| {
        let Some(limit) = schema.get(key) else { return };
        if Decimal::of(limit).is_some_and(|limit| Decimal::count(count()).cmp(&limit) == broken) {
            let limit = limit.to_json();
            let plural = if limit == "1" { "" } else { "s" };
            out.add(at, concat(&["must have at ", words, " ", &limit, " ", what, plural]));
        }
    };
    bound(least, Ordering::Less, "least");
    bound(most, Ordering::Greater, "most");
}

/// Whether two values are equal: numbers by what they are, objects in whatever order.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Literal(one), Value::Literal(other)) if one == other => true,
        (Value::Literal(_), Value::Literal(_)) => Decimal::of(one).is_some_and(|one| Some(one) == Decimal::of(other)),
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(_), Value::Object(_)) => canonical(one) == canonical(other),
        _ => false,
    }
}

fn are_unique(items: &[Value]) -> bool {
    let texts: Vec<_> = items.iter().map(canonical).collect();
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    texts.iter().zip(items).all(|(text, item)| seen.insert(text, item).is_none())
}

/// The members of an object. The last of several of one name is the one that counts.
fn by_name(members: &[(String, Value)]) -> BTreeMap<&str, &Value> {
    let mut named = BTreeMap::new();
    for (key, value) in members {
        named.insert(&**key, value);
    }
    named
}

/// A text that is the same for equal values, and different for others.
fn canonical(value: &Value) -> String {
    let mut json = Writer::default();
    write_canonical(value, &mut json);
    json.finish()
}

fn write_canonical(value: &Value, json: &mut Writer) {
    match value {
        Value::Literal(text) => match Decimal::parse(text) {
            Some(number) => number.write(json),
            None => json.add(text),
        },
        Value::String(text) => json.string(text),
        Value::Array(items) => {
            json.add("[");
            for item in items {
                write_canonical(item, json);
            }
            json.add("]");
        }
        Value::Object(members) => {
            json.add("{");
            for (key, value) in by_name(members) {
                json.key(key);
                write_canonical(value, json);
            }
            json.add("}");
        }
    }
}
