//! Answers that a model judges.

use std::rc::Rc;

use refinire_web::error::{Code, Error};
use refinire_web::event::Evaluation;
use refinire_web::run::features::{Asked, EvaluationConfig, Features};
use refinire_web::run::Review;

use super::host::{agent_config, Answers, Bench};

fn judged(judge: &Rc<Answers>, config: EvaluationConfig) -> Bench {
    let asked = Asked { question: "Why?".to_owned(), judge: Some(judge.clone()), ..Asked::default() };
    Bench::new(Features { evaluation: Some(config), ..Features::default() }, agent_config(), asked)
}

fn accepted(bench: &Bench, text: &str) -> Evaluation {
    match bench.review(text) {
        Ok(Review::Accept { content: None, evaluation: Some(evaluation), routing: None }) => evaluation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_answer_is_taken_with_its_score() {
    let judge = Answers::of([Ok(r#"{"score":85,"feedback":""}"#)]);
    let bench = judged(&judge, EvaluationConfig::new("Be strict."));
    let evaluation = Evaluation { score: 85.0, passed: true, feedback: None };
    assert_eq!(accepted(&bench, "So."), evaluation);
    assert_eq!(*judge.asked.borrow(), ["# Question\n\nWhy?\n\n# Answer\n\nSo."]);
    assert_eq!(bench.log.take(), [format!("{evaluation:?}")]);
}

#[test]
fn a_better_one_is_asked_for_and_the_last_one_counts_anyway() {
    let judge =
        Answers::of([Ok(r#"{"score":40,"feedback":"too bad"}"#), Ok(r#"{"score":41.5}"#), Ok(r#"{"score":42}"#)]);
    let config = EvaluationConfig { threshold: 80.5, max_retries: 2, ..EvaluationConfig::new("") };
    let bench = judged(&judge, config);
    assert_eq!(
        bench.prompt("So."),
        "Your answer was judged with 40 of 100 points; 80.5 are needed.\n\nWhat is to be improved:\ntoo bad\n\n\
            Answer this again, better, and with nothing but the answer:\n\nWhy?"
    );
    assert_eq!(
        bench.prompt("So."),
        "Your answer was judged with 41.5 of 100 points; 80.5 are needed.\n\n\
            Answer this again, better, and with nothing but the answer:\n\nWhy?"
    );
    assert_eq!(accepted(&bench, "So."), Evaluation { score: 42.0, passed: false, feedback: None });
    assert_eq!(bench.log.take().len(), 3);
}

#[test]
fn three_times_where_the_caller_does_not_say() {
    let judge = Answers::of((0..4).map(|_| Ok(r#"{"score":84}"#)));
    let bench = judged(&judge, EvaluationConfig::new(""));
    for _ in 0..3 {
        bench.prompt("So.");
    }
    assert!(!accepted(&bench, "So.").passed);
}

#[test]
fn a_score_may_be_text_and_is_brought_into_bounds() {
    for (said, score) in [(r#""90""#, 90.0), ("1e3", 100.0), ("-5", 0.0), ("true", 1.0)] {
        let said: &'static str = format!(r#"{{"score":{said},"feedback":7}}"#).leak();
        let config = EvaluationConfig { max_retries: 0, ..EvaluationConfig::new("") };
        let bench = judged(&Answers::of([Ok(said)]), config);
        let evaluation = accepted(&bench, "So.");
        assert_eq!((evaluation.score, evaluation.feedback), (score, None), "{said}");
    }
}

#[test]
fn where_the_judgement_fails_the_run_does_with_the_text() {
    let mut error = Error::new(Code::Http, "the server said no");
    error.status = Some(500);
    error.retryable = true;
    error.partial_text = "half a judgement".to_owned();
    let bench = judged(&Answers::of([Err(error)]), EvaluationConfig::new(""));
    let failed = bench.failure("So.");
    assert_eq!((failed.code, failed.status, failed.retryable), (Code::Http, Some(500), true));
    assert_eq!(failed.message, "the answer could not be judged: the server said no");
    assert_eq!(failed.partial_text, "So.");
    assert_eq!(failed.cause.as_ref().unwrap().downcast_ref::<Error>().unwrap().partial_text, "half a judgement");
}
