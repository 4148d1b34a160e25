//! A schema and a value, side by side.

use std::collections::HashMap;
use std::ptr;

use super::problem::{Of, Path, Problems};
use super::{Matches, Misfit, Problem};
use crate::json::{Kind, Value};
use crate::text::join;

/// How many parts of a schema are compared with parts of a value at most, for each value.
pub const MAX_STEPS: u32 = 2_000_000;
/// The same for each part of the value: a long one may take longer.
const STEPS_A_PART: u32 = 32;
/// How many parts of a schema stand inside one another at most, references followed. JSON itself is nested 128 deep.
pub const MAX_DEPTH: u32 = 400;

/// Checks one value.
pub(super) struct Checker<'s, 'v, 'm> {
    root: &'s Value,
    pub(super) matches: Matches<'m>,
    /// What a reference came to, by the addresses of the schema it leads to and of the value; nothing while it is being
    /// found out.
    references: HashMap<(usize, usize), Option<Vec<Problem>>>,
    /// How many steps are left.
    steps: u32,
    is_too_much: bool,
    depth: u32,
    value: std::marker::PhantomData<&'v Value>,
}

impl<'s, 'v, 'm> Checker<'s, 'v, 'm> {
    pub(super) fn new(root: &'s Value, matches: Matches<'m>) -> Self {
        let references = HashMap::new();
        Self { root, matches, references, steps: 0, is_too_much: false, depth: 0, value: std::marker::PhantomData }
    }

    pub(super) fn run(&mut self, value: &'v Value) -> Result<(), Misfit> {
        let mut out = Problems::default();
        self.steps = MAX_STEPS.saturating_add(parts(value).saturating_mul(STEPS_A_PART));
        self.check(self.root, value, &Path::Whole, &mut out);
        if self.is_too_much {
            out.0.clear();
            out.add(&Path::Whole, "is too much to check".to_owned());
        }
        if out.0.is_empty() {
            return Ok(());
        }
        Err(Misfit { problems: out.0 })
    }

    /// So much more is to be done; false where it is too much.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.checked_sub(steps));
        self.steps = left.unwrap_or_default();
        self.is_too_much |= left.is_none();
        !self.is_too_much
    }

    pub(super) fn check(&mut self, schema: &'s Value, value: &'v Value, at: &Path<'_>, out: &mut Problems) {
        if out.are_enough() || !self.spend(1) {
            return;
        }
        let Value::Object(keywords) = schema else {
            if *schema == Value::bool(false) {
                out.add(at, "is not allowed".to_owned());
            }
            return;
        };
        if keywords.is_empty() || (value.is_null() && schema.get("nullable").is_some_and(Value::is_true)) {
            return;
        }
        if self.depth >= MAX_DEPTH {
            out.add(at, "is nested too deeply to be checked".to_owned());
            return;
        }
        self.depth += 1;
        if let Some(target) = schema.text("$ref").and_then(|reference| target(self.root, reference)) {
            self.check_reference(target, value, at, out);
        }
        // What is of the wrong type has no other problems that anyone wants to read.
        if Self::check_type(schema, value, at, out) {
            self.check_choice(schema, value, at, out);
            match value {
                Value::String(text) => self.check_string(schema, text, at, out),
                Value::Array(items) => self.check_array(schema, items, at, out),
                Value::Object(members) => self.check_object(schema, members, at, out),
                Value::Literal(text) => Self::check_number(schema, text, at, out),
            }
        }
        self.check_combined(schema, value, at, out);
        self.depth -= 1;
    }

    fn check_reference(&mut self, target: &'s Value, value: &'v Value, at: &Path<'_>, out: &mut Problems) {
        let key = (ptr::from_ref(target).addr(), ptr::from_ref(value).addr());
        if let Some(known) = self.references.get(&key) {
            known.iter().flatten().cloned().for_each(|problem| out.take(problem));
            return;
        }
        self.references.insert(key, None);
        let mut found = Problems::default();
        self.check(target, value, at, &mut found);
        self.references.insert(key, Some(found.0.clone()));
        found.0.into_iter().for_each(|problem| out.take(problem));
    }

    fn check_combined(&mut self, schema: &'s Value, value: &'v Value, at: &Path<'_>, out: &mut Problems) {
        for schema in schema.list("allOf") {
            self.check(schema, value, at, out);
        }
        for (key, is_only) in [("anyOf", false), ("oneOf", true)] {
            let schemas = schema.list(key);
            if schemas.is_empty() {
                continue;
            }
            let mut fitting = 0;
            let mut refusals = Vec::new();
            for schema in schemas {
                let mut found = Problems::default();
                self.check(schema, value, at, &mut found);
                if !found.0.is_empty() {
                    refusals.push(found.0);
                    continue;
                }
                fitting += 1;
                if !is_only {
                    break;
                }
            }
            if fitting == 0 {
                refuse(&refusals, at, out);
            } else if fitting > 1 {
                out.add(at, "fits more than one of the alternatives, of which it must fit exactly one".to_owned());
            }
        }
    }
}

/// How many values a value is made of.
fn parts(value: &Value) -> u32 {
    let inner = match value {
        Value::Array(items) => items.iter().fold(0, |sum: u32, item| sum.saturating_add(parts(item))),
        Value::Object(members) => members.iter().fold(0, |sum: u32, (_, value)| sum.saturating_add(parts(value))),
        _ => 0,
    };
    inner.saturating_add(1)
}

/// None of the alternatives fits: tells what is wrong with the one that was probably meant, the only one whose type and
/// constants are right.
fn refuse(refusals: &[Vec<Problem>], at: &Path<'_>, out: &mut Problems) {
    let place = at.written();
    let is_other = |problem: &Problem| match problem.of {
        Of::Type => problem.path == place,
        Of::Choice => true,
        Of::Rest => false,
    };
    let mut meant = refusals.iter().filter(|problems| !problems.iter().any(is_other));
    if let (Some(only), None) = (meant.next(), meant.next()) {
        only.iter().cloned().for_each(|problem| out.take(problem));
        return;
    }
    let mut words: Vec<&str> = Vec::new();
    for problem in refusals.iter().filter_map(|problems| problems.first()) {
        if problem.path != place || problem.of == Of::Rest {
            out.add(at, "fits none of the alternatives".to_owned());
            return;
        }
        if !words.contains(&&*problem.words) {
            words.push(&problem.words);
        }
    }
    out.add_of(Of::Type, at, join(&words, ", or "));
}

/// The part of the schema that a reference leads to: `#`, or `#/` and the way there (RFC 6901), percent-encoded.
pub(super) fn target<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let mut place = root;
    let pointer = decoded(reference.strip_prefix('#')?)?;
    let mut tokens = pointer.split('/');
    if tokens.next() != Some("") {
        return None;
    }
    for token in tokens {
        let key = token.replace("~1", "/").replace("~0", "~");
        place = match place {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            place => place.get(&key)?,
        };
    }
    Some(place)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The name of a type as a message has it.
pub(super) fn named(name: &str) -> &str {
    match name {
        "string" => "a string",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "an array",
        "object" => "an object",
        other => other,
    }
}

/// Whether a value is of the type of that name. A name that is unknown stands for any type.
pub(super) fn is_of_type(name: &str, value: &Value) -> bool {
    match (name, value.kind()) {
        ("integer", Kind::Number) => super::Decimal::of(value).is_some_and(|number| number.is_whole()),
        ("null", kind) => kind == Kind::Null,
        ("boolean", kind) => kind == Kind::Bool,
        ("number", kind) => kind == Kind::Number,
        ("integer", _) => false,
        ("string", kind) => kind == Kind::String,
        ("array", kind) => kind == Kind::Array,
        ("object", kind) => kind == Kind::Object,
        _ => true,
    }
}
