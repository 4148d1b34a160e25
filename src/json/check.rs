//! Checking JSON without reading it.

use super::{Kind, Scanner};

/// Whether these bytes are one JSON text.
#[must_use]
pub fn is_json(bytes: &[u8]) -> bool {
    kind(bytes).is_some()
}

/// What a JSON text is; `None` for what is none.
#[must_use]
pub fn kind_of(json: &str) -> Option<Kind> {
    kind(json.as_bytes())
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    let mut scan = Scanner::new(bytes);
    let kind = scan.peek().ok()?;
    scan.skip().and_then(|()| scan.finish()).ok()?;
    Some(kind)
}
