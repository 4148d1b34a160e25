//! Times as they are kept.

/// A time as ISO 8601 in UTC with milliseconds, as JavaScript's `toISOString` writes it: `2025-01-31T08:30:00.000Z`.
/// Times before 1970 or after the year 9999 are written as the nearest one that is not.
#[must_use]
pub fn iso_timestamp(epoch_ms: f64) -> String {
    const LAST_MS: f64 = 253_402_300_799_999.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Within bounds by the clamp; NaN becomes 0.
    let ms = epoch_ms.clamp(0.0, LAST_MS) as u64;
    let (days, rest) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = date_of(days);
    let mut out = String::with_capacity(24);
    digits(&mut out, year, 4);
    for (mark, number, width) in [
        ('-', month, 2),
        ('-', day, 2),
        ('T', rest / 3_600_000, 2),
        (':', rest / 60_000 % 60, 2),
        (':', rest / 1_000 % 60, 2),
        ('.', rest % 1_000, 3),
    ] {
        out.push(mark);
        digits(&mut out, number, width);
    }
    out.push('Z');
    out
}

/// The date that many days after 1970-01-01, counted in years that begin in March so that the leap day is the last.
fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

fn digits(out: &mut String, number: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        out.push(char::from_digit(u32::try_from(digit).unwrap_or_default(), 10).unwrap_or('0'));
    }
}
