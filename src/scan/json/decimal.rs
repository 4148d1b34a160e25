//! Whole numbers, as text.

/// A whole number in decimal. The standard library's way brings its whole formatting along, which is larger than this
/// folder.
#[must_use]
#[cold]
#[inline(never)]
pub fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b"0123456789".get((number % 10) as usize).copied().unwrap_or_default()));
    digits
}

/// The number that these digits are; `None` where one of them is none, or the number is too large.
#[must_use]
#[inline(never)]
pub fn unsigned(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}
