//! Numbers that are text, compared without rounding.

use std::cmp::Ordering;

use refinire_web::schema::Decimal;

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

/// In rising order; those of one row are equal.
const ROWS: &[&[&str]] = &[
    &["-1e400"],
    &["-10", "-1e1", "-10.0", "-100e-1"],
    &["-9.99"],
    &["-1", "-1.0", "-0.1e1"],
    &["-1e-400"],
    &["0", "-0", "0.0", "0e9", "-0.0e-9"],
    &["5e-324"],
    &["0.1", "1e-1", "0.10"],
    &["0.3"],
    &["0.30000000000000004"],
    &["1", "1.0", "1E0", "10e-1", "1e+0"],
    &["9007199254740992"],
    &["9007199254740993", "9.007199254740993e15"],
    &["123456789012345678901234567890"],
    &["1e400"],
    &["1e99999999999999999999999"],
];

#[test]
fn numbers_have_an_order_and_equals() {
    for (place, row) in ROWS.iter().enumerate() {
        for (other_place, other) in ROWS.iter().enumerate() {
            for (one, two) in row.iter().flat_map(|one| other.iter().map(move |two| (one, two))) {
                assert_eq!(number(one).cmp(&number(two)), place.cmp(&other_place), "{one} and {two}");
                assert_eq!(number(one) == number(two), place.cmp(&other_place) == Ordering::Equal, "{one} and {two}");
            }
        }
    }
}

#[test]
fn multiples_are_exact() {
    for (one, step) in [
        ("0.3", "0.1"),
        ("1.1", "0.01"),
        ("4.35", "0.01"),
        ("0", "7"),
        ("1e30", "0.1"),
        ("9007199254740993", "3"),
        ("1e400", "1e-5"),
        ("-6", "1.5"),
        ("2.0", "1"),
        ("1e999999999999", "4"),
        ("0.0075", "0.0001"),
    ] {
        assert!(number(one).is_multiple_of(&number(step)), "{one} is a multiple of {step}");
    }
    for (one, step) in
        [("0.35", "0.1"), ("1", "3"), ("1e308", "1.23"), ("9007199254740993", "2"), ("0.5", "1"), ("10", "4")]
    {
        assert!(!number(one).is_multiple_of(&number(step)), "{one} is no multiple of {step}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in ["null", "true", "false", "", "-"] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}
