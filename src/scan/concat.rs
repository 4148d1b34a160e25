//! Putting texts together.

/// The parts as one text. The standard library's way is made for more than this, and larger.
#[must_use]
#[cold]
#[inline(never)]
pub fn concat(parts: &[&str]) -> String {
    let mut whole = String::new();
    for part in parts {
        whole.push_str(part);
    }
    whole
}
