//! The JSON Schema that is sent to the model: the caller's own, or the one that a validator returns.

use js_sys::{Function, Object, Reflect, JSON};
use wasm_bindgen::{JsCast, JsValue};

use super::{get, refused};
use crate::error::{Code, Error};
use crate::json::Value;
use crate::text::concat;
use crate::web::error::{cause_of, into_js, thrown};

/// A schema of the caller's.
#[derive(Debug)]
pub(super) struct Schema {
    /// A copy of the schema, for the model.
    pub(super) json: Value,
    /// Its `~standard`, if it is a validator.
    pub(super) validator: Option<JsValue>,
}

impl Schema {
    /// Reads it; `of` names its owner in messages.
    pub(super) fn read(schema: &JsValue, of: &str) -> Result<Self, JsValue> {
        let standard = get(schema, "~standard")?;
        let validator = standard.is_truthy().then_some(standard);
        let made = match &validator {
            Some(standard) => converted(schema, standard, of)?,
            None => schema.clone(),
        };
        let what = || concat(&[of, " has no JSON Schema"]);
        let text = JSON::stringify(&made).map_err(|cause| wrong(&what(), &cause))?;
        // Undefined for a value that has no JSON.
        let text = JsValue::from(text).as_string();
        let json = text.and_then(|text| Value::parse(text.as_bytes()).ok());
        json.map(|json| Self { json, validator }).ok_or_else(|| refused(&[&what(), ": it is written as nothing"]))
    }
}

/// The schema that a validator returns for its input, which the model writes. By Standard JSON Schema
/// (<https://standardschema.dev/json-schema>), or a method of its own.
fn converted(schema: &JsValue, standard: &JsValue, of: &str) -> Result<JsValue, JsValue> {
    let vendor = member(standard, "vendor")?.as_string();
    let json_schema = member(standard, "jsonSchema")?;
    let input = member(&json_schema, "input")?;
    let own = [("toJSONSchema", Some(("io", "input"))), ("toJsonSchema", None)];
    let mut ways = Vec::new();
    if input.is_truthy() {
        // A library throws for a target that it does not support.
        for target in ["draft-2020-12", "draft-07"] {
            ways.push((&json_schema, input.clone(), Some(("target", target))));
        }
    }
    for (name, given) in own {
        let method = member(schema, name)?;
        if method.is_truthy() {
            ways.push((schema, method, given));
        }
    }
    let mut failure = None;
    for (owner, method, given) in ways {
        match call(owner, &method, given) {
            Ok(made) if made.is_object() => return Ok(made),
            Ok(_) => {}
            Err(cause) => failure = failure.or(Some(cause)),
        }
    }
    if let Some(cause) = failure {
        return Err(wrong(&concat(&[of, ": the validator cannot be written as JSON Schema"]), &cause));
    }
    let name = vendor.as_ref().map_or(String::new(), |vendor| concat(&[" (", vendor, ")"]));
    let what = [of, ": this validator", &name, " has no JSON Schema, which the model is told. "];
    Err(refused(&[&concat(&what), converter_of(vendor.as_deref().unwrap_or_default())]))
}

/// Calls a method that returns a JSON Schema, with an object of one member.
fn call(owner: &JsValue, method: &JsValue, given: Option<(&str, &str)>) -> Result<JsValue, JsValue> {
    let Some(method) = method.dyn_ref::<Function>() else {
        let cause = Error::new(Code::InvalidArgument, "it is no function");
        return Err(into_js(&cause));
    };
    let Some((name, value)) = given else { return method.call0(owner) };
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value))?;
    method.call1(owner, &options)
}

/// A member of any value; undefined if there is none.
fn member(value: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    if value.is_object() || value.is_function() {
        get(value, name)
    } else {
        Ok(JsValue::UNDEFINED)
    }
}

fn wrong(what: &str, cause: &JsValue) -> JsValue {
    into_js(&thrown(Code::InvalidArgument, what, cause))
}

fn converter_of(vendor: &str) -> &'static str {
    match vendor {
        "arktype" => "Upgrade to ArkType 2.1.28 or later.",
        "valibot" => "Give toStandardJsonSchema(schema) of @valibot/to-json-schema.",
        "zod" => {
            "Upgrade to Zod 4.2 or later; before that give a JSON Schema, with Zod 4 by z.toJSONSchema(schema), with Zod 3 by zodToJsonSchema(schema) of zod-to-json-schema."
        }
        _ => {
            "Give one with Standard JSON Schema (https://standardschema.dev/json-schema) or a method toJSONSchema(), or a JSON Schema."
        }
    }
}

/// A copy of an option, as far as JSON can represent it.
pub(super) fn as_json(value: &JsValue, what: &str) -> Result<Value, JsValue> {
    let refuse = |cause: JsValue| into_js(&Error::invalid(what.to_owned()).caused_by(cause_of(cause)));
    let text = JsValue::from(JSON::stringify(value).map_err(refuse)?).as_string();
    let json = text.and_then(|text| Value::parse(text.as_bytes()).ok());
    json.ok_or_else(|| refused(&[what]))
}
