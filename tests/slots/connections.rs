//! Connections, counted over all tabs of a site.

use std::rc::Rc;

use refinire_web::env::Locks;
use refinire_web::slots::Slots;

use crate::world::{Denied, Site, World};

const ORIGIN: &str = "https://api.example";

fn tab(world: &World, locks: &(impl Locks + Clone + 'static)) -> Rc<Slots> {
    Rc::new(Slots::new(world.clock(), Rc::new(locks.clone())))
}

/// Begins requests with these names, each of which says when it begins and takes so long.
fn requests(world: &World, tab: &Rc<Slots>, names: &[&'static str], most: usize, ms: f64) -> Vec<usize> {
    let request = |name: &&'static str| {
        let (world, tab, name) = (world.clone(), tab.clone(), *name);
        world.clone().spawn(async move {
            let _slot = tab.enter(ORIGIN, most).await;
            world.say(name);
            world.clock().sleep(ms).await;
        })
    };
    let begun = names.iter().map(request).collect();
    world.settle();
    begun
}

#[test]
fn all_tabs_together_have_so_many() {
    let (world, site) = (World::default(), Site::default());
    let (one, other) = (tab(&world, &site), tab(&world, &site));
    requests(&world, &one, &["one a", "one b"], 3, 20.0);
    requests(&world, &other, &["other a", "other b"], 3, 30.0);
    assert_eq!(world.said(), ["one a", "one b", "other a"]);
    let locks: Vec<_> = (0..3).map(|number| format!("refinire-web-slot:https://api.example:{number}")).collect();
    assert_eq!(site.held(), locks);
    world.pass(20.0);
    assert_eq!(world.said(), ["other b"]);
    world.pass(30.0);
    assert_eq!((site.held().len(), site.waiting(), world.timers()), (0, 0, 0));
}

#[test]
fn a_tab_that_waits_gets_whatever_slot_is_free_first_whoever_held_it() {
    for freed in ["one", "another"] {
        let (world, site) = (World::default(), Site::default());
        let (one, another, waiting) = (tab(&world, &site), tab(&world, &site), tab(&world, &site));
        let first = requests(&world, &one, &["one"], 2, 1_000.0);
        let second = requests(&world, &another, &["another"], 2, 1_000.0);
        requests(&world, &waiting, &["waiting"], 2, 10.0);
        assert_eq!(world.said(), ["one", "another"]);
        world.cancel(if freed == "one" { first[0] } else { second[0] });
        assert_eq!(world.said(), ["waiting"]);
        assert_eq!(site.waiting(), 0, "one slot is enough");
    }
}

#[test]
fn within_a_tab_they_come_in_order_whatever_other_tabs_do() {
    let (world, site) = (World::default(), Site::default());
    let (one, other) = (tab(&world, &site), tab(&world, &site));
    let held = requests(&world, &other, &["other a", "other b"], 2, 1_000.0);
    requests(&world, &one, &["a", "b", "c", "d"], 2, 10.0);
    assert_eq!(world.said(), ["other a", "other b"]);
    world.cancel(held[1]);
    assert_eq!(world.said(), ["a"]);
    world.cancel(held[0]);
    assert_eq!(world.said(), ["b"]);
    world.pass(10.0);
    assert_eq!(world.said(), ["c", "d"]);
}

#[test]
fn who_gives_up_waiting_leaves_every_queue_and_takes_nothing_along() {
    let (world, site) = (World::default(), Site::default());
    let (one, other) = (tab(&world, &site), tab(&world, &site));
    let held = requests(&world, &one, &["a"], 1, 1_000.0);
    let waiting = requests(&world, &other, &["given up", "b"], 1, 10.0);
    world.cancel(waiting[0]);
    world.settle();
    world.cancel(held[0]);
    assert_eq!(world.said(), ["a", "b"]);
    world.pass(10.0);
    assert_eq!((site.held().len(), site.waiting()), (0, 0));
}

#[test]
fn another_origin_has_slots_of_its_own() {
    let (world, site) = (World::default(), Site::default());
    let one = tab(&world, &site);
    requests(&world, &one, &["a"], 1, 1_000.0);
    let (log, elsewhere) = (world.clone(), one.clone());
    world.spawn(async move {
        let _slot = elsewhere.enter("https://other.example", 1).await;
        log.say("elsewhere");
    });
    assert_eq!(world.said(), ["a", "elsewhere"]);
}

#[test]
fn where_there_are_no_locks_each_tab_counts_its_own() {
    for exist in [true, false] {
        let world = World::default();
        let tab = || Rc::new(Slots::new(world.clock(), Rc::new(Denied { exist })));
        let (one, other) = (tab(), tab());
        requests(&world, &one, &["one a", "one b"], 1, 10.0);
        requests(&world, &other, &["other a"], 1, 10.0);
        assert_eq!(world.said(), ["one a", "other a"]);
        world.pass(10.0);
        assert_eq!(world.said(), ["one b"]);
    }
}

#[test]
fn more_than_locks_are_good_for_are_counted_by_each_tab() {
    let (world, site) = (World::default(), Site::default());
    requests(&world, &tab(&world, &site), &["a"], 1_000, 10.0);
    assert_eq!(world.said(), ["a"]);
    assert_eq!(site.held().len(), 0);
}
