//! Numbers as the text of JSON has them, compared without rounding: 1 is 1.0, and 0.3 is a multiple of 0.1.

use std::cmp::Ordering;

use crate::json::{decimal, unsigned, Value, Writer};
use crate::text::concat;

/// A decimal number, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without zeros at either end; none for 0.
    digits: Vec<u8>,
    /// The power of ten that the digits, as a whole number, are multiplied by.
    exponent: i64,
}

/// More digits than this do not fit into the arithmetic of [`Decimal::is_multiple_of`].
const MAX_DIVISOR_DIGITS: usize = 18;

impl Decimal {
    /// The number that a value is; `None` for any other value.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Literal(text) => Self::parse(text),
            _ => None,
        }
    }

    /// Reads a number of JSON; `None` for `null`, `true` and `false`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        if !rest.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let (mantissa, power) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut exponent = power_of(power).saturating_sub(size(fraction.len()));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0').collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.saturating_add(1);
        }
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        Some(Self { negative, digits, exponent })
    }

    /// A count.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::parse(&decimal(count as u64)).unwrap_or(Self { negative: false, digits: Vec::new(), exponent: 0 })
    }

    /// Whether it has no fraction.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is a whole number times `step`. Holds for a step that is not positive, or has more digits than a number
    /// of JavaScript can have.
    #[must_use]
    pub fn is_multiple_of(&self, step: &Self) -> bool {
        if self.digits.is_empty() || step.negative || step.digits.is_empty() || step.digits.len() > MAX_DIVISOR_DIGITS {
            return true;
        }
        // The digits end in no zero, so they are no multiple of a larger power of ten.
        let Ok(shift) = u64::try_from(self.exponent.saturating_sub(step.exponent)) else { return false };
        let divisor = step.digits.iter().fold(0, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        let rest = self.digits.iter().fold(0, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % divisor);
        (rest * power_of_ten(shift, divisor)) % divisor == 0
    }

    /// Writes it in one way, however it was written.
    pub(super) fn write(&self, json: &mut Writer) {
        let digits: String = self.digits.iter().copied().map(char::from).collect();
        let sign = if self.negative { "-" } else { "" };
        let power = decimal(self.exponent.unsigned_abs());
        json.add(&concat(&[sign, &digits, "e", if self.exponent < 0 { "-" } else { "" }, &power]));
    }

    /// Where the first digit stands: the power of ten above it.
    fn magnitude(&self) -> i64 {
        self.exponent.saturating_add(size(self.digits.len()))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// A bound on exponents, far from the ends, so that what is added to it changes nothing of its order.
const MOST: i64 = i64::MAX / 4;

/// The exponent behind an `e`. What is too large for the arithmetic is as large as can be.
fn power_of(text: &str) -> i64 {
    let digits = text.trim_start_matches(['+', '-']);
    let size =
        unsigned(digits.as_bytes()).and_then(|power| i64::try_from(power).ok()).map_or(MOST, |power| power.min(MOST));
    if text.starts_with('-') {
        -size
    } else {
        size
    }
}

/// 10 to that power, modulo `divisor`, which has at most [`MAX_DIVISOR_DIGITS`] digits.
fn power_of_ten(mut power: u64, divisor: u128) -> u128 {
    let (mut product, mut square) = (1 % divisor, 10 % divisor);
    while power > 0 {
        if power % 2 == 1 {
            product = product * square % divisor;
        }
        square = square * square % divisor;
        power /= 2;
    }
    product
}
