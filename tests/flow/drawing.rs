//! The chart of a flow.

use refinire_web::flow::{chart, Kind, NextStep, Node, OnError};
use serde_json::json;

use crate::world::{branches, condition, flow, gives, input, nested, node, Agent, Step, Talk};

#[test]
fn each_kind_has_its_shape_and_what_leads_where_is_drawn() {
    let chooses =
        Kind::Agent { agent: Step::Agent(std::rc::Rc::new(Agent::default())), destinations: vec!["ask".to_owned()] };
    let goes = OnError { goto: Some("say \"hi\"".to_owned()), ..OnError::default() };
    let plan = flow(vec![
        node("say \"hi\"", gives(1)),
        node("if", condition(|_| Ok(json!(true)), "both", "ask")),
        node("ask", input("?")),
        Node {
            next: NextStep::End,
            ..node("both", Kind::Parallel(branches(vec![node("one", gives(1)), node("two", gives(2))])))
        },
        Node { on_error: Some(goes), ..node("choose", chooses) },
        Node { next: NextStep::To("if".to_owned()), ..node("in", nested(vec![node("a", gives(1))])) },
    ]);
    let lines = [
        "flowchart TD",
        "  s0[\"say #quot;hi#quot;\"]",
        "  s1{\"if\"}",
        "  s2[/\"ask\"/]",
        "  subgraph s3[\"both\"]",
        "    s3_0[\"one\"]",
        "    s3_1[\"two\"]",
        "  end",
        "  s4([\"choose\"])",
        "  s5[[\"in\"]]",
        "  s0 --> s1",
        "  s1 -->|\"true\"| s3",
        "  s1 -->|\"false\"| s2",
        "  s2 --> s3",
        "  s4 --> s5",
        "  s4 -->|\"ask\"| s2",
        "  s4 -->|\"error\"| s0",
        "  s5 --> s1",
    ];
    assert_eq!(chart(&plan, &[]).split('\n').collect::<Vec<_>>(), lines);
    let talk = Talk::new(plan);
    talk.ask("in");
    let drawn = chart(&talk.plan, &talk.past.path());
    assert!(drawn.contains("\n  s0 ==> s1\n  s1 ==>|\"true\"| s3\n  s1 -->|\"false\"| s2\n"), "{drawn}");
    assert!(drawn.ends_with("\n  classDef taken stroke-width:4px\n  class s0,s1,s3 taken"), "{drawn}");
}

#[test]
fn a_way_that_was_declared_nowhere_is_drawn_when_it_is_taken() {
    let plan = flow(vec![node("a", gives(1)), node("b", gives(1)), node("c", gives(1))]);
    assert!(chart(&plan, &[0, 2, 0]).contains("\n  s0 ==> s2\n  s2 ==> s0\n"));
}

#[test]
fn two_ways_to_the_same_step_are_one_with_the_last_words() {
    let plan = flow(vec![node("if", condition(|_| Ok(json!(true)), "a", "a")), node("a", gives(1))]);
    assert_eq!(chart(&plan, &[]).split('\n').next_back(), Some("  s0 -->|\"false\"| s1"));
}

#[test]
fn whatever_a_step_is_called_the_chart_is_one() {
    let plan = flow(vec![node("a \"b\"\n<i>[c]</i> `d` #35; & %%{e}%%", gives(1))]);
    let name = "a #quot;b#quot;#10;#60;i#62;[c]#60;/i#62; #96;d#96; #35;35; #38; #37;#37;{e}#37;#37;";
    assert_eq!(chart(&plan, &[]), format!("flowchart TD\n  s0[\"{name}\"]"));
}
