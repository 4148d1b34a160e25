//! The next step of a flow, chosen by a model.

use std::rc::Rc;

use refinire_web::error::{Code, Error};
use refinire_web::event::Routing;
use refinire_web::run::features::{Asked, Features, RoutingConfig};
use refinire_web::run::Review;

use super::host::{agent_config, Answers, Bench, Shared};

fn config() -> RoutingConfig {
    RoutingConfig { instruction: None, destinations: vec!["write".to_owned(), "\"check\"".to_owned()] }
}

fn routed(said: Result<&'static str, Error>) -> (Bench, Rc<Shared>) {
    let context = Rc::new(Shared::default());
    let asked = Asked {
        question: "Why?".to_owned(),
        context: Some(context.clone()),
        router: Some(Answers::of([said])),
        ..Asked::default()
    };
    (Bench::new(Features { routing: Some(config()), ..Features::default() }, agent_config(), asked), context)
}

#[test]
fn the_choice_is_told_of_and_the_context_goes_there() {
    let (bench, context) = routed(Ok(r#"{"nextRoute":"write","reasoning":"it is time"}"#));
    let routing = Routing { next_route: "write".to_owned(), reasoning: Some("it is time".to_owned()) };
    match bench.review("So.") {
        Ok(Review::Accept { content: None, evaluation: None, routing: Some(own) }) => assert_eq!(own, routing),
        other => panic!("{other:?}"),
    }
    assert_eq!(bench.log.take(), [format!("{routing:?}")]);
    assert_eq!(*context.routed.borrow(), [routing]);
}

#[test]
fn what_is_no_destination_fails() {
    let (bench, context) = routed(Ok(r#"{"nextRoute":"sleep"}"#));
    let error = bench.failure("So.");
    assert_eq!((error.code, &*error.partial_text), (Code::Schema, "So."));
    assert_eq!(error.message, r#"the model chose no destination: {"nextRoute":"sleep"}"#);
    assert!(context.routed.borrow().is_empty());
    let (bench, _) = routed(Err(Error::new(Code::Network, "gone")));
    assert_eq!(bench.failure("So.").message, "the answer could not be routed: gone");
}
