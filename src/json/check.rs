//! Checking JSON that is to be written as it stands.

use super::{Kind, Scanner};

/// What a JSON text is; `None` for what is none.
#[must_use]
pub fn kind_of(json: &str) -> Option<Kind> {
    let mut scan = Scanner::new(json.as_bytes());
    let kind = scan.peek().ok()?;
    scan.skip().and_then(|()| scan.finish()).ok()?;
    Some(kind)
}
