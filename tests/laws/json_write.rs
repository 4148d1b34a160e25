//! The writer: where commas go, and what may be written as it stands.

use refinire_web::json::{kind_of, Kind, Writer, MAX_DEPTH};

#[test]
fn members_and_items_are_separated_however_they_come() {
    let mut json = Writer::default();
    json.add("[");
    json.add("1");
    json.add(r#"{"a":["#);
    json.string("{");
    json.string(":");
    json.add("]");
    json.number("none", None);
    json.number("some", Some(7));
    json.text("[", "");
    json.member("in", "{");
    json.add("}}");
    json.add("[]]");
    assert_eq!(json.finish(), r#"[1,{"a":["{",":"],"some":7,"[":"","in":{}},[]]"#);
}

#[test]
fn the_kind_of_a_text_is_known_only_if_it_is_json() {
    assert_eq!(kind_of(r#" {"a":[1]} "#), Some(Kind::Object));
    assert_eq!(kind_of("[]"), Some(Kind::Array));
    assert_eq!(kind_of(r#""""#), Some(Kind::String));
    for none in ["", " ", "{", "{}{}", r#"{"a"}"#, "sunny"] {
        assert_eq!(kind_of(none), None, "{none}");
    }
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert_eq!(kind_of(&nested(MAX_DEPTH as usize)), Some(Kind::Array));
    assert_eq!(kind_of(&nested(MAX_DEPTH as usize + 1)), None);
}
