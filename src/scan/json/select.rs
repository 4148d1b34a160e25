//! Reading the few members of an object that matter: which they are is a table, and one piece of code reads them all.

use super::{unsigned, Kind, Scanner, Text};
use crate::error::Error;

/// Which members of an object are read, by key; everything else is checked and passed over. See [`fields!`](crate::fields).
pub type Fields = &'static [(&'static str, Field)];

/// What is read of one member.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// Itself, into this slot.
    Value(usize),
    /// These members of it, if it is an object.
    In(Fields),
    /// Itself, into this slot, and these members of its first item, if it is an array of objects.
    First(usize, Fields),
}

/// A value as it stands in the JSON, checked but not yet read.
#[derive(Debug, Clone, Copy, Default)]
pub enum RawValue<'a> {
    /// There is none, or it is `null`.
    #[default]
    Missing,
    /// A string.
    Text(Text<'a>),
    /// Anything else.
    Other(&'a [u8]),
}

/// A struct with a member for each value that is read of an object: what [`fields!`](crate::fields) declares.
pub trait Select<'a>: Default {
    /// Reads `fields` of the one object that `bytes` are into this, which holds nothing yet.
    ///
    /// # Errors
    /// `protocol`, with the offset, for what is not JSON, or no object.
    fn select(&mut self, bytes: &'a [u8], fields: Fields) -> Result<(), Error>;
}

/// Declares what is read of an object: a struct with a member for each value, and tables that say under which keys they
/// stand. What a member is called and where it comes from is so written once, and the compiler checks the rest.
///
/// - `"key" => member` reads a value. Several keys may lead to one member: the last one that is there counts.
/// - `"key" => { … }` reads members of an object inside, and `"key" => (TABLE)` those of another table of the same struct.
/// - `"key" => [member: { … }]` reads an array, and in passing members of its first item.
///
/// ```
/// use refinire_scan::fields;
/// use refinire_scan::json::Select;
///
/// fields! {
///     /// One event.
///     struct Event { choices, text, reason, tokens }
///     const EVENT = {
///         "choices" => [choices: { "delta" => { "content" => text }, "finish_reason" => reason }],
///         "usage" => { "total_tokens" => tokens, "total" => tokens },
///     }
/// }
///
/// let mut event = Event::default();
/// event.select(br#"{"choices":[{"delta":{"content":"Hi"}}],"usage":{"total":7}}"#, EVENT)?;
/// let Event { choices, text, reason, tokens } = &event;
/// assert_eq!((text.to_text().as_str(), tokens.unsigned()), ("Hi", Some(7)));
/// assert!(choices.is_there() && !reason.is_there());
/// # Ok::<(), refinire_scan::error::Error>(())
/// ```
#[macro_export]
macro_rules! fields {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident { $($member:ident),+ $(,)? }
        $($tables:tt)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default)]
        $vis struct $name<'a> { $($vis $member: $crate::json::RawValue<'a>),+ }

        #[allow(non_upper_case_globals)] // The number of a member has the member's name.
        impl $name<'_> {
            $crate::fields!(@slots $vis, 0; $($member)+);
        }

        impl<'a> $crate::json::Select<'a> for $name<'a> {
            fn select(
                &mut self,
                bytes: &'a [u8],
                fields: $crate::json::Fields,
            ) -> Result<(), $crate::error::Error> {
                $crate::json::select(bytes, fields, &mut [$(&mut self.$member),+])
            }
        }

        $crate::fields!(@tables $name; $($tables)*);
    };
    (@slots $vis:vis, $number:expr;) => {};
    (@slots $vis:vis, $number:expr; $member:ident $($rest:ident)*) => {
        $vis const $member: usize = $number;
        $crate::fields!(@slots $vis, $number + 1; $($rest)*);
    };
    (@tables $name:ident;) => {};
    (@tables $name:ident; $(#[$doc:meta])* $vis:vis const $table:ident = $fields:tt $($rest:tt)*) => {
        $(#[$doc])*
        $vis const $table: $crate::json::Fields = $crate::fields!(@fields $name; $fields);
        $crate::fields!(@tables $name; $($rest)*);
    };
    (@fields $name:ident; { $($key:expr => $value:tt),* $(,)? }) => {
        &[$(($key, $crate::fields!(@field $name; $value))),*]
    };
    (@fields $name:ident; ($table:expr)) => { $table };
    (@field $name:ident; $member:ident) => { $crate::json::Field::Value($name::$member) };
    (@field $name:ident; [$member:ident: $fields:tt]) => {
        $crate::json::Field::First($name::$member, $crate::fields!(@fields $name; $fields))
    };
    (@field $name:ident; $fields:tt) => { $crate::json::Field::In($crate::fields!(@fields $name; $fields)) };
    // Tables of a struct that is declared elsewhere.
    (for $name:ident; $($tables:tt)*) => { $crate::fields!(@tables $name; $($tables)*); };
}

/// Reads `fields` of the one object that `bytes` are into `slots`, which hold nothing yet. They are not given back: what
/// may fail and is large would be copied at every step.
///
/// # Errors
/// `protocol`, with the offset, for what is not JSON, or no object.
#[inline(never)]
pub fn select<'a>(bytes: &'a [u8], fields: Fields, slots: &mut [&mut RawValue<'a>]) -> Result<(), Error> {
    let mut scan = Scanner::new(bytes);
    scan.object()?;
    members(&mut scan, fields, slots)?;
    scan.finish()
}

fn members<'a>(scan: &mut Scanner<'a>, fields: Fields, slots: &mut [&mut RawValue<'a>]) -> Result<(), Error> {
    while let Some(key) = scan.key_here()? {
        match find(fields, key) {
            None => scan.skip_here()?,
            Some(Field::Value(slot)) => match slots.get_mut(*slot) {
                Some(place) => value(scan, place)?,
                None => scan.skip()?,
            },
            Some(Field::In(fields)) => {
                if scan.enter_object()? {
                    members(scan, fields, slots)?;
                }
            }
            Some(Field::First(slot, fields)) => first(scan, *slot, fields, slots)?,
        }
    }
    Ok(())
}

#[inline(always)]
fn find(fields: Fields, key: Text<'_>) -> Option<&'static Field> {
    let same = |name: &str| {
        if !key.is_plain() {
            return key.says(name);
        }
        // Most keys differ in their length already.
        name.len() == key.raw().len() && name.as_bytes() == key.raw()
    };
    fields.iter().find(|(name, _)| same(name)).map(|(_, field)| field)
}

/// Reads `fields` of the first item in passing, and gives the whole array.
fn first<'a>(
    scan: &mut Scanner<'a>,
    slot: usize,
    fields: Fields,
    slots: &mut [&mut RawValue<'a>],
) -> Result<(), Error> {
    let mut array = RawValue::Missing;
    if scan.peek()? == Kind::Array {
        let from = scan.offset();
        scan.enter_array()?;
        if scan.item()? {
            if scan.enter_object()? {
                members(scan, fields, slots)?;
            }
            while scan.item()? {
                scan.skip()?;
            }
        }
        array = RawValue::Other(scan.since(from));
    } else {
        value(scan, &mut array)?;
    }
    if let Some(place) = slots.get_mut(slot) {
        **place = array;
    }
    Ok(())
}

fn value<'a>(scan: &mut Scanner<'a>, place: &mut RawValue<'a>) -> Result<(), Error> {
    *place = if let Some(text) = scan.string_here() {
        RawValue::Text(text?)
    } else {
        let raw = scan.raw()?;
        if raw == b"null" {
            RawValue::Missing
        } else {
            RawValue::Other(raw)
        }
    };
    Ok(())
}

impl<'a> RawValue<'a> {
    /// What a string says, if it says anything.
    #[must_use]
    pub fn text(&self) -> Option<Text<'a>> {
        match *self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A string, read; empty for anything else.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.text().map(Text::read).unwrap_or_default()
    }

    /// Whether it is the string `word`.
    #[must_use]
    pub fn says(&self, word: &str) -> bool {
        matches!(self, Self::Text(text) if text.says(word))
    }

    /// What stands there, if it is no string.
    #[must_use]
    pub fn other(&self) -> Option<&'a [u8]> {
        match *self {
            Self::Other(raw) => Some(raw),
            _ => None,
        }
    }

    /// What stands there, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&'a [u8]> {
        self.other().filter(|raw| raw.first() == Some(&b'{'))
    }

    /// Whether there is anything but `null`.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Missing)
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.other() == Some(b"true")
    }

    /// A whole number of at least 0.
    #[must_use]
    pub fn unsigned(&self) -> Option<u64> {
        let raw = self.other()?;
        let whole = raw.iter().position(|byte| *byte == b'.').unwrap_or(raw.len());
        let (whole, fraction) = raw.split_at_checked(whole)?;
        let nothing = fraction.iter().all(|byte| matches!(byte, b'.' | b'0'));
        unsigned(whole).filter(|_| nothing)
    }

    /// The items of an array; none of anything else.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        let array = match self {
            Self::Other(raw) if raw.first().is_some_and(|first| *first == b'[') => raw,
            // Nothing is scanned: most members that may be arrays are not.
            _ => return Items { scan: None },
        };
        let mut scan = Scanner::new(array);
        let open = scan.enter_array().is_ok();
        Items { scan: open.then_some(scan) }
    }

    /// These members of an object; nothing of anything else.
    #[must_use]
    pub fn select<T: Select<'a>>(&self, fields: Fields) -> T {
        let mut selected = T::default();
        if let Some(raw) = self.as_object() {
            // It has been checked already: there is nothing left to fail.
            let _ = selected.select(raw, fields);
        }
        selected
    }
}

/// The items of an array.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    scan: Option<Scanner<'a>>,
}

impl<'a> Iterator for Items<'a> {
    type Item = RawValue<'a>;

    fn next(&mut self) -> Option<RawValue<'a>> {
        let scan = self.scan.as_mut()?;
        if scan.item().ok()? {
            let mut found = RawValue::Missing;
            return value(scan, &mut found).ok().map(|()| found);
        }
        self.scan = None;
        None
    }
}
