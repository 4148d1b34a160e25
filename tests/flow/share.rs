//! What is shared behind branches.

use refinire_web::flow::merged;
use refinire_web::json::Value;

fn value(json: &str) -> Value {
    Value::parse(json.as_bytes()).expect("JSON")
}

fn shared(base: &str, branches: &[(&str, &str)]) -> String {
    let states: Vec<_> = branches.iter().map(|(name, state)| (*name, value(state))).collect();
    let states: Vec<_> = states.iter().map(|(name, state)| (*name, state)).collect();
    merged(&value(base), &states).to_json()
}

#[test]
fn what_each_branch_adds_is_there() {
    assert_eq!(shared(r#"{"k":1}"#, &[("a", r#"{"k":1,"x":2}"#), ("b", r#"{"k":1,"y":3}"#)]), r#"{"k":1,"x":2,"y":3}"#);
}

#[test]
fn a_clash_goes_under_the_name_of_the_later_branch() {
    assert_eq!(
        shared("{}", &[("a", r#"{"x":1}"#), ("b", r#"{"x":2}"#), ("c", r#"{"x":3}"#)]),
        r#"{"x":1,"b_x":2,"c_x":3}"#
    );
}

#[test]
fn the_same_value_twice_is_no_clash() {
    assert_eq!(shared("{}", &[("a", r#"{"x":[1]}"#), ("b", r#"{"x":[1]}"#)]), r#"{"x":[1]}"#);
}

#[test]
fn what_one_branch_changes_is_changed_whoever_left_it_alone() {
    assert_eq!(shared(r#"{"x":1}"#, &[("a", r#"{"x":1}"#), ("b", r#"{"x":2}"#)]), r#"{"x":2}"#);
    assert_eq!(shared(r#"{"x":1}"#, &[("a", r#"{"x":2}"#), ("b", r#"{"x":1}"#)]), r#"{"x":2}"#);
}

#[test]
fn what_one_branch_takes_away_is_gone_unless_an_earlier_one_changed_it() {
    assert_eq!(shared(r#"{"x":1,"y":2}"#, &[("a", r#"{"y":2}"#), ("b", r#"{"x":1,"y":2}"#)]), r#"{"y":2}"#);
    assert_eq!(shared(r#"{"x":1}"#, &[("a", r#"{"x":5}"#), ("b", "{}")]), r#"{"x":5}"#);
    assert_eq!(shared(r#"{"x":1}"#, &[("a", "{}"), ("b", r#"{"x":5}"#)]), r#"{"b_x":5}"#);
}
