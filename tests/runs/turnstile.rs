//! Runs in one conversation go one after the other, in the order in which they were called.

use std::cell::RefCell;

use futures::future::{join3, join_all, select};
use refinire_web::conversation::Turnstile;

use crate::world::Time;

#[test]
fn whoever_came_first_goes_first_and_alone() {
    let (time, turnstile, log) = (Time::default(), Turnstile::default(), RefCell::new(Vec::new()));
    let passes: Vec<_> = (0..5).map(|_| turnstile.join()).collect();
    let runs = passes.into_iter().enumerate().map(|(number, pass)| {
        let (time, log) = (&time, &log);
        async move {
            // They begin to wait in another order than they came.
            time.foreign(f64::from(u8::try_from(5 - number).unwrap())).await;
            pass.turn().await;
            log.borrow_mut().push(format!("{number} begins"));
            time.foreign(100.0).await;
            log.borrow_mut().push(format!("{number} ends"));
        }
    });
    time.run(|| {}, join_all(runs));
    let wanted: Vec<_> = (0..5).flat_map(|number| [format!("{number} begins"), format!("{number} ends")]).collect();
    assert_eq!(log.into_inner(), wanted);
    assert_eq!(time.now(), 505.0);
}

#[test]
fn whoever_gives_up_waiting_is_passed_over() {
    let (time, turnstile, log) = (Time::default(), Turnstile::default(), RefCell::new(Vec::new()));
    let (first, second, third) = (turnstile.join(), turnstile.join(), turnstile.join());
    let note = |what: &str| log.borrow_mut().push(format!("{what} at {}", time.now()));
    let one = async {
        first.turn().await;
        time.foreign(100.0).await;
        note("first ends");
        drop(first);
    };
    let two = async {
        let turn = Box::pin(second.turn());
        select(turn, Box::pin(time.foreign(50.0))).await;
        note("second gives up");
        drop(second);
    };
    let three = async {
        third.turn().await;
        note("third begins");
    };
    time.run(|| {}, join3(one, two, three));
    assert_eq!(log.into_inner(), ["second gives up at 50", "first ends at 100", "third begins at 100"]);
}

#[test]
fn whoever_leaves_without_having_waited_is_passed_over() {
    let (time, turnstile) = (Time::default(), Turnstile::default());
    let (first, second, third) = (turnstile.join(), turnstile.join(), turnstile.join());
    drop(second);
    let others = async {
        time.foreign(10.0).await;
        drop(first);
    };
    time.run(|| {}, futures::future::join(third.turn(), others));
    assert_eq!(time.now(), 10.0);
    drop(third);
    time.run(|| {}, turnstile.join().turn());
}
