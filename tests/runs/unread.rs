//! A flow whose stream is read takes its next chunk when somebody reads.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use refinire_web::event::{Event, HostValue, RunResult, Thrown};
use refinire_web::run::{Batching, Chunk, Delivery, Listener, Stopped, TextChunk, TextEvent, Wait};
use refinire_web::testing::VirtualClock;

struct Quiet;

impl Listener for Quiet {
    fn hears_events(&self) -> bool {
        false
    }

    fn text_event(&self, _: &str) -> TextEvent {
        TextEvent::default()
    }

    fn event(&self, _: &Event) -> Result<(), HostValue> {
        Ok(())
    }

    fn chunk(&self, _: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        Ok(None)
    }

    fn settle(&self, _: Result<RunResult, Thrown>) {}
}

/// The delivery of a flow.
fn delivery() -> Rc<Delivery> {
    Delivery::new(Rc::new(VirtualClock::default()), Rc::new(Quiet), Batching::None, |_| ())
}

fn read(delivery: &Rc<Delivery>) -> Rc<Cell<Option<String>>> {
    let got = Rc::new(Cell::new(None));
    let into = got.clone();
    delivery.read(Box::new(move |chunk| into.set(chunk.and_then(Chunk::into_text))));
    got
}

fn is_ready(wait: &mut LocalBoxFuture<'static, ()>) -> bool {
    wait.now_or_never().is_some()
}

#[test]
fn each_read_lets_one_chunk_be_taken() {
    let flow = delivery();
    flow.stream(false);
    let mut wait = flow.await_reader().expect("nobody reads");
    assert!(!is_ready(&mut wait));
    let (first, second) = (read(&flow), read(&flow));
    assert!(is_ready(&mut wait));
    for (word, got) in [("one", &first), ("two", &second)] {
        assert!(flow.await_reader().is_none());
        assert!(!flow.chunk(word.into()));
        assert_eq!(got.take().as_deref(), Some(word));
    }
    assert!(!is_ready(&mut flow.await_reader().expect("both have read")));
    assert_eq!(flow.chars(), 6);
}

#[test]
fn nobody_is_waited_for_when_the_result_is_wanted_or_the_flow_is_over() {
    let stops: [fn(&Rc<Delivery>); 4] = [
        Delivery::want_result,
        Delivery::cancel,
        |flow| flow.abort(Rc::new(())),
        |flow| flow.stop(Stopped::Threw(Rc::new(()))),
    ];
    for stop in stops {
        let flow = delivery();
        flow.stream(false);
        let mut wait = flow.await_reader().expect("nobody reads");
        assert!(!is_ready(&mut wait));
        stop(&flow);
        assert!(is_ready(&mut wait));
        assert!(flow.await_reader().is_none());
    }
}

#[test]
fn nor_where_somebody_listens_or_only_the_result_is_wanted() {
    let listened = delivery();
    listened.stream(true);
    let run = delivery();
    run.start();
    assert!(listened.await_reader().is_none() && run.await_reader().is_none());
}
