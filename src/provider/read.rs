//! What the readers of all formats need now and then.

use super::OnDelta;
use crate::error::Error;
use crate::json::{Scanner, Text};
use crate::message::Delta;

/// What a string says; nothing where there is none.
pub(super) fn owned(text: Option<Text<'_>>) -> String {
    text.map(|text| text.to_string()).unwrap_or_default()
}

/// Hands on a text that is there and not empty.
pub(super) fn emit<'a>(text: Option<Text<'a>>, delta: fn(Text<'a>) -> Delta<'a>, out: &mut OnDelta<'_>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out(delta(text));
    }
}

/// One number of the object that comes next.
pub(super) fn detail(scan: &mut Scanner<'_>, wanted: &[u8]) -> Result<Option<u64>, Error> {
    let mut found = None;
    if scan.enter_object()? {
        while let Some(key) = scan.key()? {
            if *key == *wanted {
                found = scan.unsigned()?;
            } else {
                scan.skip()?;
            }
        }
    }
    Ok(found)
}
