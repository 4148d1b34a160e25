//! What a schema asks for.

use refinire_web::json::Kind;
use refinire_web::schema::kinds_of;

use super::value;

const ALL: [(Kind, &str); 6] = [
    (Kind::Null, "null"),
    (Kind::Bool, "boolean"),
    (Kind::Number, "number"),
    (Kind::String, "string"),
    (Kind::Array, "array"),
    (Kind::Object, "object"),
];

#[test]
fn the_kinds_that_a_schema_asks_for() {
    for (schema, expected) in [
        ("true", "null boolean number string array object"),
        ("{}", "null boolean number string array object"),
        (r#"{"type":"object"}"#, "object"),
        (r#"{"type":"integer"}"#, "number"),
        (r#"{"type":["array","null"]}"#, "null array"),
        (r#"{"type":"array","nullable":true}"#, "null array"),
        (r#"{"properties":{}}"#, "object"),
        (r#"{"items":{}}"#, "array"),
        (r#"{"enum":["a",1]}"#, "number string"),
        (r#"{"const":null}"#, "null"),
        (r#"{"anyOf":[{"type":"object"},{"type":"string"}]}"#, "string object"),
        (r#"{"oneOf":[{"type":"object"},{"const":true}]}"#, "boolean object"),
        (r#"{"allOf":[{"type":["object","string"]},{"type":["object","array"]}]}"#, "object"),
        (r##"{"$ref":"#/$defs/town","$defs":{"town":{"type":"object"}}}"##, "object"),
        (r##"{"$ref":"#"}"##, "null boolean number string array object"),
        (r##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##, "null boolean number string array object"),
        (r#"{"allOf":[{"type":"object"},{"type":"array"}]}"#, "null boolean number string array object"),
    ] {
        let kinds = kinds_of(&value(schema));
        let names: Vec<_> = ALL.iter().filter(|(kind, _)| kinds.has(*kind)).map(|(_, name)| *name).collect();
        assert_eq!(names.join(" "), expected, "{schema}");
    }
}
