//! So many at a time, so many a minute, in the order they came.

use std::rc::Rc;

use refinire_web::queue::Queue;

use crate::world::World;

/// Begins tasks with these names, each of which says when it begins and takes so long.
fn tasks(world: &World, queue: &Rc<Queue>, names: &[&'static str], most: usize, ms: f64) -> Vec<usize> {
    let task = |name: &&'static str| {
        let (world, queue, name) = (world.clone(), queue.clone(), *name);
        world.clone().spawn(async move {
            let _place = queue.enter(most).await;
            world.say(name);
            world.clock().sleep(ms).await;
        })
    };
    names.iter().map(task).collect()
}

#[test]
fn so_many_are_inside_at_a_time_and_the_others_follow_in_order() {
    let world = World::default();
    let queue = Queue::new(world.clock(), usize::MAX);
    tasks(&world, &queue, &["a", "b", "c", "d", "e"], 2, 10.0);
    assert_eq!(world.said(), ["a", "b"]);
    world.pass(10.0);
    assert_eq!(world.said(), ["c", "d"]);
    world.pass(10.0);
    assert_eq!(world.said(), ["e"]);
    world.pass(10.0);
    assert_eq!(world.timers(), 0);
}

#[test]
fn who_has_waited_is_not_overtaken_by_who_asks_when_a_place_is_free() {
    let world = World::default();
    let queue = Queue::new(world.clock(), usize::MAX);
    let first = queue.try_enter(1).unwrap();
    tasks(&world, &queue, &["waiting"], 1, 10.0);
    world.settle();
    drop(first);
    assert!(queue.try_enter(1).is_none());
    assert_eq!(world.said(), ["waiting"]);
    world.pass(10.0);
    assert!(queue.try_enter(1).is_some());
}

#[test]
fn who_wants_fewer_inside_waits_for_that_and_the_others_behind() {
    let world = World::default();
    let queue = Queue::new(world.clock(), usize::MAX);
    let places = [queue.try_enter(3).unwrap(), queue.try_enter(3).unwrap()];
    tasks(&world, &queue, &["alone"], 1, 10.0);
    tasks(&world, &queue, &["behind"], 3, 10.0);
    assert_eq!(world.said(), [""; 0]);
    drop(places);
    assert_eq!(world.said(), ["alone", "behind"]);
}

#[test]
fn who_leaves_the_queue_lets_the_next_one_be_the_first() {
    let world = World::default();
    let queue = Queue::new(world.clock(), usize::MAX);
    let first = queue.try_enter(1).unwrap();
    let waiting = tasks(&world, &queue, &["a", "b", "c"], 1, 10.0);
    world.settle();
    world.cancel(waiting[0]);
    drop(first);
    assert_eq!(world.said(), ["b"]);
    world.cancel(waiting[1]);
    assert_eq!(world.said(), ["c"]);
}

#[test]
fn who_leaves_when_its_place_was_free_already_lets_the_next_one_in() {
    let world = World::default();
    let queue = Queue::new(world.clock(), usize::MAX);
    let first = queue.try_enter(1).unwrap();
    let waiting = tasks(&world, &queue, &["a", "b"], 1, 10.0);
    world.settle();
    drop(first);
    world.cancel(waiting[0]);
    assert_eq!(world.said(), ["b"]);
}

#[test]
fn in_any_minute_no_more_than_so_many_start() {
    let world = World::default();
    let queue = Queue::new(world.clock(), 3);
    tasks(&world, &queue, &["0"], usize::MAX, 0.0);
    world.pass(40_000.0);
    tasks(&world, &queue, &["1", "2", "3", "4", "5"], usize::MAX, 0.0);
    assert_eq!(world.said(), ["0", "1", "2"]);
    world.pass(19_999.0);
    assert_eq!(world.said(), [""; 0]);
    assert_eq!(world.timers(), 1, "only who is next sets one");
    // The window slides: the first one leaves it, the two of 40 s later do not.
    world.pass(1.0);
    assert_eq!(world.said(), ["3"]);
    world.pass(39_999.0);
    assert_eq!(world.said(), [""; 0]);
    world.pass(1.0);
    assert_eq!(world.said(), ["4", "5"]);
    assert_eq!(world.timers(), 0);
}

#[test]
fn the_timer_goes_with_who_set_it_and_the_next_one_sets_its_own() {
    let world = World::default();
    let queue = Queue::new(world.clock(), 1);
    drop(queue.try_enter(usize::MAX).unwrap());
    assert!(queue.try_enter(usize::MAX).is_none());
    let waiting = tasks(&world, &queue, &["a", "b"], usize::MAX, 0.0);
    world.pass(30_000.0);
    world.cancel(waiting[0]);
    assert_eq!(world.timers(), 1);
    world.pass(30_000.0);
    assert_eq!(world.said(), ["b"]);
    assert_eq!(world.timers(), 0);
}
