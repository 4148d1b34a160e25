//! `functionCall`: complete, or in pieces, each with a JSON Path to the place of its values.

use super::super::OnDelta;
use super::SIGNATURE;
use crate::json::{fields, unsigned, RawValue, Text, Value, MAX_DEPTH};
use crate::message::Delta;
use crate::text::split_once;

fields! {
    struct FunctionCall { id, name, args, pieces, continues }
    const CALL = {
        "id" => id,
        "name" => name,
        "args" => args,
        "partialArgs" => pieces,
        "willContinue" => continues,
    }
}

fields! {
    struct PartialArg { path, value }
    const PIECE = { "jsonPath" => path, "stringValue" => value, "numberValue" => value, "boolValue" => value }
}

/// The calls of one answer.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// How many have begun.
    begun: usize,
    /// The arguments of the last one, while they arrive in pieces.
    open: Option<Args>,
}

impl Calls {
    /// A call is complete, or it begins with a name and the promise to continue, and ends with a piece without the
    /// promise.
    pub(super) fn take(&mut self, call: &RawValue<'_>, signature: &RawValue<'_>, out: &mut OnDelta<'_>) {
        let FunctionCall { id, name, args, pieces, continues } = &call.select(CALL);
        if name.text().is_some() || (self.open.is_none() && args.is_there()) {
            self.end(out);
            let mut extra = String::new();
            if signature.text().is_some() {
                extra = Value::object().with(SIGNATURE, signature.to_text()).to_json();
            }
            out(Delta::ToolStart { call: self.begun, id: id.to_text(), name: name.to_text(), extra });
            self.begun += 1;
            self.open = Some(Args::new(Value::object()));
        }
        let Some(open) = &mut self.open else { return };
        let call = self.begun.saturating_sub(1);
        // Some gateways write them as a string that contains the object.
        let quoted = args.text().filter(|_| !continues.is_true()).map(Text::read);
        if let Some(whole) = args.as_object().or(quoted.as_ref().map(String::as_bytes)) {
            if !continues.is_true() {
                self.open = None;
                out(Delta::ToolInput { call, text: Text::verbatim(whole) });
                out(Delta::ToolEnd { call });
                return;
            }
            *open = Args::new(args.into());
        }
        for piece in pieces.items() {
            let PartialArg { path, value } = &piece.select(PIECE);
            open.put(&path.to_text(), value);
        }
        if continues.is_true() {
            // The text is known only when all values are; this shows that the answer is still arriving.
            out(Delta::ToolInput { call, text: Text::verbatim(b"") });
        } else {
            self.end(out);
        }
    }

    /// Ends the call whose arguments arrive in pieces.
    pub(super) fn end(&mut self, out: &mut OnDelta<'_>) {
        if let Some(args) = self.open.take() {
            let call = self.begun.saturating_sub(1);
            out(Delta::ToolInput { call, text: Text::verbatim(args.0.to_json().as_bytes()) });
            out(Delta::ToolEnd { call });
        }
    }
}

/// The arguments so far.
#[derive(Debug)]
struct Args(Value);

impl Args {
    /// Arguments that begin with `members`, if it is an object.
    fn new(members: Value) -> Self {
        Self(if matches!(members, Value::Object(_)) { members } else { Value::object() })
    }

    /// Puts a value in its place. A string is appended to the one that is there already. A missing value, which stands
    /// for `null`, leaves what is there. A path that does not lead to a member, or is too deep, changes nothing.
    fn put(&mut self, path: &str, value: &RawValue<'_>) {
        let Some(mut rest) = path.strip_prefix('$').filter(|path| is_path(path)) else { return };
        let mut place = &mut self.0;
        while let Some((step, tail)) = step(rest) {
            let next = match step {
                Step::Member(name) => member(place, name),
                Step::Item(index) => item(place, index),
            };
            let Some(next) = next else { return };
            (place, rest) = (next, tail);
        }
        if !value.is_there() {
            return;
        }
        match (place, Value::from(value)) {
            (Value::String(text), Value::String(more)) => text.push_str(&more),
            (place, value) => *place = value,
        }
    }
}

enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

/// Whether these steps lead to a member, and not too deep.
fn is_path(mut rest: &str) -> bool {
    let mut depth = 0;
    while let Some((first, tail)) = step(rest) {
        if depth == 0 && matches!(first, Step::Item(_)) {
            return false;
        }
        rest = tail;
        depth += 1;
    }
    rest.is_empty() && (1..MAX_DEPTH).contains(&depth)
}

/// The first step of a path, such as `.name`, `['name']` or `[0]`, and the rest.
fn step(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(path) = path.strip_prefix('.') {
        let (name, rest) =
            path.split_at(path.bytes().position(|byte| matches!(byte, b'.' | b'[')).unwrap_or(path.len()));
        return Some((Step::Member(name), rest));
    }
    let path = path.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(path) = path.strip_prefix(quote) {
            let (name, rest) = split_once(path, quote)?;
            return Some((Step::Member(name), rest.strip_prefix(']')?));
        }
    }
    let (index, rest) = split_once(path, ']')?;
    Some((Step::Item(usize::try_from(unsigned(index.as_bytes())?).ok()?), rest))
}

fn member<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    if !matches!(value, Value::Object(_)) {
        *value = Value::object();
    }
    let Value::Object(members) = value else { return None };
    let place = members.iter().position(|(key, _)| key == name).unwrap_or(members.len());
    if place == members.len() {
        members.push((name.to_owned(), null()));
    }
    members.get_mut(place).map(|(_, value)| value)
}

/// An index beyond the end appends: a number from the network must not allocate memory.
fn item(value: &mut Value, index: usize) -> Option<&mut Value> {
    if !matches!(value, Value::Array(_)) {
        *value = Value::Array(Vec::new());
    }
    let Value::Array(items) = value else { return None };
    let place = index.min(items.len());
    if place == items.len() {
        items.push(null());
    }
    items.get_mut(place)
}

fn null() -> Value {
    Value::Literal("null".to_owned())
}
