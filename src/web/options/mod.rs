//! Checks what callers pass in: each option has its kind, and an error that names it.
//!
//! A [`Shape`] names the options, each with its [`Kind`]; [`check`] reads each of them once. [`Checked`] has a getter
//! for each type. What a getter of the caller throws is passed on unchanged. Reading an option that is not in the shape
//! is a mistake in this library, and panics in builds with debug assertions, such as those of the tests.

mod agent;
mod run;
mod schema;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

pub(in crate::web) use agent::{host_of, is_in_page};
pub use agent::{AgentOptions, ToolOptions};
pub use run::{DecodeOptions, RunOptions};

use super::error::into_js;
use crate::advice::unknown_option;
use crate::error::Error;
use crate::text::{concat, join};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn keys_of(object: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = values, catch)]
    fn values_of(object: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = isArray, catch)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
}

/// What an option must be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// True or false.
    Flag,
    /// A number of at least 0, or infinity.
    Number,
    /// A number of at least 1, or infinity.
    Positive,
    /// A number from 0 to 100.
    Score,
    /// A whole number of at least 0, or infinity.
    Whole,
    /// A whole number of at least 1, or infinity.
    Count,
    /// A finite number of at least 0.
    Finite,
    /// A function.
    Function,
    /// A list of functions.
    Functions,
    /// A list of objects.
    List,
    /// A list of names, which is not empty.
    Names,
    /// An object.
    Object,
    /// An object of strings.
    Strings,
    /// A JSON Schema, or a validator.
    Schema,
    /// An `AbortSignal`. Its members are checked and not its class: a signal of another window is accepted.
    Signal,
    /// An object of options.
    Members(Shape),
    /// Anything: the code that reads it checks it.
    Any,
}

/// Options, each with its kind.
pub type Shape = &'static [(&'static str, Kind)];

/// More than anyone needs, and small enough to be exact.
const MOST: f64 = 2_147_483_647.0;

/// The options that were passed, each of its kind.
#[derive(Debug)]
pub struct Checked {
    given: Vec<(&'static str, Given)>,
    /// The options that are allowed.
    shape: Shape,
}

#[derive(Debug)]
enum Given {
    Value(JsValue),
    Items(Vec<JsValue>),
    Members(Checked),
}

impl Checked {
    /// An empty set of the options of `shape`.
    #[must_use]
    pub const fn none(shape: Shape) -> Self {
        Self { given: Vec::new(), shape }
    }

    /// Whether there is such an option.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.shape.iter().any(|(known, _)| *known == name)
    }

    fn given(&self, name: &str) -> Option<&Given> {
        debug_assert!(self.knows(name), "there is no option `{name}` in the shape");
        self.given.iter().find(|(given, _)| *given == name).map(|(_, given)| given)
    }

    /// An option as it was passed.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&JsValue> {
        match self.given(name)? {
            Given::Value(value) => Some(value),
            _ => None,
        }
    }

    /// A string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_string()
    }

    /// True or false.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    /// A number as it was passed.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.as_f64()
    }

    /// A whole number, limited so that every part of the library can use it.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<u32> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is from 0 up to that bound.
        self.number(name).map(|number| number.floor().min(MOST) as u32)
    }

    /// A function.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<Function> {
        self.value(name)?.dyn_ref().cloned()
    }

    /// The items of a list; empty if there is none.
    #[must_use]
    pub fn items(&self, name: &str) -> &[JsValue] {
        match self.given(name) {
            Some(Given::Items(items)) => items,
            _ => &[],
        }
    }

    /// The functions of a list.
    #[must_use]
    pub fn functions(&self, name: &str) -> Vec<Function> {
        self.items(name).iter().filter_map(|item| item.dyn_ref().cloned()).collect()
    }

    /// The options of an object of options.
    #[must_use]
    pub fn members(&self, name: &str) -> Option<&Checked> {
        match self.given(name)? {
            Given::Members(members) => Some(members),
            _ => None,
        }
    }
}

/// Reads and checks the options of `shape`, and refuses others. Options that are undefined or null are left out, unless
/// they are `needed`. `of` names their owner in messages.
///
/// # Errors
/// A `RefinireError` for what is wrong, or what a getter throws.
pub fn check(options: &JsValue, shape: Shape, of: &str, needed: &[&str]) -> Result<Checked, JsValue> {
    let known: Vec<_> = shape.iter().map(|(name, _)| *name).collect();
    refuse_unknown(options, &known, of)?;
    pick(options, shape, of, needed)
}

/// Refuses an option that is not one of the `known` ones; an undefined one is ignored.
///
/// # Errors
/// As [`check`].
pub fn refuse_unknown(options: &JsValue, known: &[&str], of: &str) -> Result<(), JsValue> {
    if !is_object(options)? {
        return Err(refused(&[of, ": an object of options is needed"]));
    }
    for name in items_of(&keys_of(options)?)? {
        let text = name.as_string().unwrap_or_default();
        if !known.contains(&&*text) && !Reflect::get(options, &name)?.is_undefined() {
            return Err(into_js(&unknown_option(of, &text, known)));
        }
    }
    Ok(())
}

/// Reads and checks the options of `shape`, and ignores others.
///
/// # Errors
/// As [`check`].
pub fn pick(options: &JsValue, shape: Shape, of: &str, needed: &[&str]) -> Result<Checked, JsValue> {
    if !is_object(options)? {
        return Err(refused(&[of, ": an object of options is needed"]));
    }
    let mut checked = Checked::none(shape);
    for (name, kind) in shape {
        let value = get(options, name)?;
        if is_none(&value) && !needed.contains(name) {
            continue;
        }
        let given = match kind {
            Kind::Members(shape) => {
                let of = concat(&[of, ": `", name, "`"]);
                Some(Given::Members(check(&value, shape, &of, &[])?))
            }
            kind => given_of(*kind, value)?,
        };
        let Some(given) = given else { return Err(refused(&[of, ": `", name, "` must be ", words_of(*kind)])) };
        checked.given.push((name, given));
    }
    Ok(checked)
}

/// Refuses a string that is not one of `words`.
///
/// # Errors
/// A `RefinireError` that names them.
pub fn one_of(value: Option<&str>, words: &[&str], of: &str) -> Result<(), JsValue> {
    if value.is_none_or(|value| words.contains(&value)) {
        return Ok(());
    }
    let quoted: Vec<_> = words.iter().map(|word| concat(&["\"", word, "\""])).collect();
    Err(refused(&[of, " must be ", &join(&quoted, " or ")]))
}

/// The value, if it is of that kind.
fn given_of(kind: Kind, value: JsValue) -> Result<Option<Given>, JsValue> {
    let number = value.as_f64().filter(|number| *number >= 0.0);
    let is_whole = |number: f64| number.floor().to_bits() == number.to_bits();
    let fits = match kind {
        Kind::Text => value.is_string(),
        Kind::Flag => value.as_bool().is_some(),
        Kind::Number => number.is_some(),
        Kind::Positive => number.is_some_and(|number| number >= 1.0),
        Kind::Score => number.is_some_and(|number| number <= 100.0),
        Kind::Whole => number.is_some_and(is_whole),
        Kind::Count => number.is_some_and(|number| number >= 1.0 && is_whole(number)),
        Kind::Finite => number.is_some_and(f64::is_finite),
        Kind::Function => value.is_function(),
        Kind::Object => is_object(&value)?,
        Kind::Strings => is_object(&value)? && items_of(&values_of(&value)?)?.iter().all(JsValue::is_string),
        Kind::Schema => is_object(&value)? || value.is_function() && get(&value, "~standard")?.is_object(),
        Kind::Signal => {
            let may_be = value.is_object() || value.is_function();
            may_be && get(&value, "aborted")?.as_bool().is_some() && get(&value, "addEventListener")?.is_function()
        }
        Kind::Functions | Kind::List | Kind::Names => {
            if !is_array(&value)? {
                return Ok(None);
            }
            let items = items_of(&value)?;
            let mut fit = !matches!(kind, Kind::Names) || !items.is_empty();
            for item in &items {
                fit &= match kind {
                    Kind::Functions => item.is_function(),
                    Kind::List => is_object(item)?,
                    _ => item.is_string() && item.is_truthy(),
                };
            }
            return Ok(fit.then_some(Given::Items(items)));
        }
        Kind::Members(_) => false,
        Kind::Any => true,
    };
    Ok(fits.then_some(Given::Value(value)))
}

const fn words_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a string",
        Kind::Flag => "true or false",
        Kind::Number => "a number of at least 0",
        Kind::Positive => "a number of at least 1",
        Kind::Score => "a number from 0 to 100",
        Kind::Whole => "a whole number of at least 0, or Infinity",
        Kind::Count => "a whole number of at least 1, or Infinity",
        Kind::Finite => "a finite number of at least 0",
        Kind::Function => "a function",
        Kind::Functions => "a list of functions",
        Kind::List => "a list of objects",
        Kind::Names => "a list of names",
        Kind::Object | Kind::Members(_) | Kind::Any => "an object",
        Kind::Strings => "an object of strings",
        Kind::Schema => "a JSON Schema or a validator",
        Kind::Signal => "an AbortSignal",
    }
}

/// A member; undefined if there is none. The value is an object or a function.
pub(super) fn get(value: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(value, &JsValue::from_str(name))
}

/// The items of an array, or of something like one.
fn items_of(list: &JsValue) -> Result<Vec<JsValue>, JsValue> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // An array has at most 2^32 - 1 items.
    let length = get(list, "length")?.as_f64().unwrap_or_default() as u32;
    (0..length).map(|place| Reflect::get_u32(list, place)).collect()
}

/// Whether it is an object, but not a list.
pub(super) fn is_object(value: &JsValue) -> Result<bool, JsValue> {
    Ok(value.is_object() && !is_array(value)?)
}

pub(super) fn is_none(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// The error for a wrong option.
pub(super) fn refused(words: &[&str]) -> JsValue {
    into_js(&Error::invalid(concat(words)))
}
