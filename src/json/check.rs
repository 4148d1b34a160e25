//! Checking JSON that is to be written as it stands.

use super::{Kind, Scanner};

/// How deep in a request the arguments of a call may stand.
const OUTSIDE: u32 = 8;

/// What a JSON text is; `None` for what is no JSON, or nested too deeply to stand inside a request that is read again.
#[must_use]
pub fn kind_of(json: &str) -> Option<Kind> {
    let mut scan = Scanner::inside(json.as_bytes(), OUTSIDE);
    let kind = scan.peek().ok()?;
    scan.skip().and_then(|()| scan.finish()).ok()?;
    Some(kind)
}
