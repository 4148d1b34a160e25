//! Reading the few members of an object that matter: what is wanted is a table, and one piece of code reads them all.

use super::{unsigned, Kind, Scanner, Text};
use crate::error::Error;

/// What is wanted of an object, by key; everything else is checked and passed over.
pub type Wants = &'static [(&'static str, Want)];

/// What is wanted of one member.
#[derive(Debug, Clone, Copy)]
pub enum Want {
    /// Itself, in this slot.
    Value(usize),
    /// These members of it, if it is an object.
    In(Wants),
    /// Itself, in this slot, and these members of its first item, if it is an array of objects.
    First(usize, Wants),
}

/// A value that was found, checked but not yet read.
#[derive(Debug, Clone, Copy, Default)]
pub enum Found<'a> {
    /// There is none.
    #[default]
    Nothing,
    /// A string.
    Text(Text<'a>),
    /// Anything else, as it stands.
    Other(&'a [u8]),
}

/// Reads `wants` of the one object that `bytes` are into the slots of `found`, which hold nothing yet. They are not given
/// back: what may fail and is large would be copied at every step.
///
/// # Errors
/// `protocol`, with the offset, for what is not JSON, or no object.
#[inline(never)]
pub fn pick<'a>(bytes: &'a [u8], wants: Wants, found: &mut [Found<'a>]) -> Result<(), Error> {
    let mut scan = Scanner::new(bytes);
    scan.object()?;
    members(&mut scan, wants, found)?;
    scan.finish()
}

fn members<'a>(scan: &mut Scanner<'a>, wants: Wants, found: &mut [Found<'a>]) -> Result<(), Error> {
    while let Some(key) = scan.key_here()? {
        match find(wants, key) {
            None => scan.skip_here()?,
            Some(Want::Value(slot)) => match found.get_mut(*slot) {
                Some(place) => value(scan, place)?,
                None => scan.skip()?,
            },
            Some(Want::In(wants)) => {
                if scan.enter_object()? {
                    members(scan, wants, found)?;
                }
            }
            Some(Want::First(slot, wants)) => first(scan, *slot, wants, found)?,
        }
    }
    Ok(())
}

#[inline(always)]
fn find(wants: Wants, key: Text<'_>) -> Option<&'static Want> {
    let same = |name: &str| {
        if !key.is_plain() {
            return key.says(name);
        }
        // Most keys differ in their length already.
        name.len() == key.raw().len() && name.as_bytes() == key.raw()
    };
    wants.iter().find(|(name, _)| same(name)).map(|(_, want)| want)
}

/// Reads `wants` of the first item in passing, and gives the whole array.
fn first<'a>(scan: &mut Scanner<'a>, slot: usize, wants: Wants, found: &mut [Found<'a>]) -> Result<(), Error> {
    let mut array = Found::Nothing;
    if scan.peek()? == Kind::Array {
        let from = scan.offset();
        scan.enter_array()?;
        if scan.item()? {
            if scan.enter_object()? {
                members(scan, wants, found)?;
            }
            while scan.item()? {
                scan.skip()?;
            }
        }
        array = Found::Other(scan.since(from));
    } else {
        value(scan, &mut array)?;
    }
    if let Some(place) = found.get_mut(slot) {
        *place = array;
    }
    Ok(())
}

fn value<'a>(scan: &mut Scanner<'a>, place: &mut Found<'a>) -> Result<(), Error> {
    *place = if let Some(text) = scan.string_here() {
        Found::Text(text?)
    } else {
        let raw = scan.raw()?;
        if raw == b"null" {
            Found::Nothing
        } else {
            Found::Other(raw)
        }
    };
    Ok(())
}

impl<'a> Found<'a> {
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
        !matches!(self, Self::Nothing)
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
    pub fn pick<const SLOTS: usize>(&self, wants: Wants) -> [Found<'a>; SLOTS] {
        let mut found = [Found::Nothing; SLOTS];
        self.fill(wants, &mut found);
        found
    }

    #[inline(never)]
    fn fill(&self, wants: Wants, found: &mut [Found<'a>]) {
        if let Some(raw) = self.as_object() {
            // It has been checked already: there is nothing left to fail.
            let _ = pick(raw, wants, found);
        }
    }
}

/// The items of an array.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    scan: Option<Scanner<'a>>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        let scan = self.scan.as_mut()?;
        if scan.item().ok()? {
            let mut found = Found::Nothing;
            return value(scan, &mut found).ok().map(|()| found);
        }
        self.scan = None;
        None
    }
}
