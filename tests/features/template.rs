//! Instructions that hold what is shared.

use refinire_web::event::Evaluation;
use refinire_web::run::features::fill;

use super::host::{host_value, json, JsonValues, Shared};

fn filled(instructions: &str) -> String {
    fill(instructions, &Shared::default(), &JsonValues).unwrap_or_else(|thrown| panic!("{}", json(&thrown)))
}

#[test]
fn a_name_is_filled_and_what_is_no_name_stays() {
    for (given, expected) in [
        ("In {{town}}, {{ list\n}}.", "In Rome {{town}}, [1]."),
        ("{{nobody}} {{ RESULT }}{{EVAL_RESULT}}|", "{{nobody}} |"),
        ("{{{town}}} {town} {{town} }} {{to{wn}} {{", "{Rome {{town}}} {town} {{town} }} {{to{wn}} {{"),
        ("{{}}{{ }}{{nothing}}", "00"),
        ("é{{town", "é{{town"),
        ("", ""),
    ] {
        assert_eq!(filled(given), expected, "{given}");
    }
}

#[test]
fn the_result_before_is_told_with_how_it_was_judged() {
    let evaluation = Evaluation { score: 90.5, passed: true, feedback: Some("fine".to_owned()) };
    let shared = Shared { content: Some(host_value(r#"{"a":1}"#)), evaluation: Some(evaluation), ..Shared::default() };
    let told = |shared: &Shared| fill("{{RESULT}} {{EVAL_RESULT}}", shared, &JsonValues).unwrap();
    assert_eq!(told(&shared), r#"{"a":1} Score: 90.5, passed: true, feedback: fine"#);
    let evaluation = Evaluation { score: 9.0, passed: false, feedback: Some(String::new()) };
    assert_eq!(told(&Shared { evaluation: Some(evaluation), ..shared }), r#"{"a":1} Score: 9, passed: false"#);
}

#[test]
fn what_cannot_be_written_is_thrown() {
    let thrown = fill("{{circle}}", &Shared::default(), &JsonValues).unwrap_err();
    assert_eq!(json(&thrown), r#""it is circular""#);
}
