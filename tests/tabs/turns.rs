//! One run at a time in a conversation.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::FutureExt;
use refinire_web::conversation::tabs::{Heard, Member, Tabs};
use refinire_web::conversation::turns::{Come, RunQueue, Turn, Turns};
use refinire_web::env::Tasks;

use crate::world::World;

/// How it came to a turn, once it did.
fn coming(world: &Rc<World>, turn: &Turn) -> Rc<Cell<Option<Come>>> {
    let seen = Rc::new(Cell::new(None));
    let (come, note) = (turn.come(), seen.clone());
    world.page().spawn(async move { note.set(Some(come.await)) }.boxed_local());
    seen
}

/// A page that listens to the others.
fn page(world: &Rc<World>) -> (Rc<Tabs>, Rc<Turns>, Member) {
    let tab = world.tab();
    let heard: Rc<Heard> = Rc::new(|_: Option<&str>, _: Option<&str>| {});
    let member = tab.join(heard);
    let turns = world.turns(&tab);
    world.settle();
    (tab, turns, member)
}

const LOCK: Option<&str> = Some("refinire-web:talk");

#[test]
fn runs_of_a_context_have_their_turns_in_the_order_they_came() {
    for lock in [None, LOCK] {
        let world = World::new();
        let (_tab, turns, _member) = page(&world);
        let queue = Rc::new(RunQueue::default());
        let taken: Vec<_> = (0..4).map(|_| turns.take(&queue, lock, true)).collect();
        let seen: Vec<_> = taken.iter().map(|turn| coming(&world, turn)).collect();
        let come = || seen.iter().filter(|seen| seen.get().is_some()).count();
        world.settle();
        assert_eq!(come(), 1);
        // Whoever leaves before it was its turn does not let the next one in early.
        taken[1].leave();
        world.settle();
        assert_eq!(seen[2].get(), None);
        taken[0].leave();
        world.settle();
        assert_eq!((seen[2].get(), seen[3].get()), (Some(Come::Free), None));
        drop(taken);
        world.settle();
        assert_eq!((world.held(), seen[3].get().is_some()), (0, true));
    }
}

#[test]
fn runs_of_other_contexts_do_not_wait() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let (one, other) = (Rc::new(RunQueue::default()), Rc::new(RunQueue::default()));
    let first = turns.take(&one, LOCK, true);
    let second = turns.take(&other, Some("refinire-web:other"), false);
    let seen = [coming(&world, &first), coming(&world, &second)];
    world.settle();
    assert_eq!(seen.map(|seen| seen.get()), [Some(Come::Free), Some(Come::Free)]);
}

#[test]
fn a_run_waits_for_the_one_of_another_tab_and_hears_of_its_changes_first() {
    let world = World::new();
    let ((_tab, near, _member), (_far_tab, far, far_member)) = (page(&world), page(&world));
    let (queue, far_queue) = (Rc::new(RunQueue::default()), Rc::new(RunQueue::default()));
    let theirs = far.take(&far_queue, LOCK, true);
    world.settle();
    let own = near.take(&queue, LOCK, true);
    let seen = coming(&world, &own);
    world.pass(10_000.0);
    assert_eq!((seen.get(), world.waiting()), (None, 1));
    far_member.publish("refinire-web/turn:talk", Some("last words"));
    theirs.leave();
    world.settle();
    assert_eq!(seen.get(), Some(Come::Waited));
    let posted = world.take_posted();
    assert_eq!(
        posted.iter().filter(|message| *message == "?").count(),
        2,
        "while it waits, and when it holds: {posted:?}"
    );
    assert_eq!(world.timers(), 0);
}

#[test]
fn a_tab_that_is_closed_as_it_leaves_is_not_waited_for_long() {
    let world = World::new();
    let ((_tab, near, _member), (_far_tab, far, far_member)) = (page(&world), page(&world));
    let theirs = far.take(&Rc::new(RunQueue::default()), LOCK, true);
    world.settle();
    let own = near.take(&Rc::new(RunQueue::default()), LOCK, true);
    let seen = coming(&world, &own);
    world.settle();
    drop((theirs, far_member));
    world.pass(299.0);
    assert_eq!(seen.get(), None, "it may have said something");
    world.pass(1.0);
    assert_eq!(seen.get(), Some(Come::Waited));
}

#[test]
fn one_of_another_context_of_the_page_is_waited_for_and_tabs_that_are_not_there_are_not() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let first = turns.take(&Rc::new(RunQueue::default()), LOCK, true);
    world.settle();
    let second = turns.take(&Rc::new(RunQueue::default()), LOCK, true);
    let seen = coming(&world, &second);
    world.settle();
    assert_eq!(seen.get(), None);
    first.leave();
    world.settle();
    assert_eq!(seen.get(), Some(Come::Waited));
    second.leave();
    world.pass(300.0);
    assert_eq!((world.held(), world.timers()), (0, 0));
}

#[test]
fn who_stops_waiting_for_another_tab_leaves_the_queue() {
    let world = World::new();
    let ((_tab, near, _member), (_far_tab, far, _far_member)) = (page(&world), page(&world));
    let theirs = far.take(&Rc::new(RunQueue::default()), LOCK, true);
    world.settle();
    let queue = Rc::new(RunQueue::default());
    let own = near.take(&queue, LOCK, true);
    world.settle();
    assert_eq!(world.waiting(), 1);
    own.leave();
    world.settle();
    assert_eq!(world.waiting(), 0);
    theirs.leave();
    let next = near.take(&queue, LOCK, true);
    let seen = coming(&world, &next);
    world.pass(300.0);
    assert!(seen.get().is_some());
}

#[test]
fn who_does_not_want_to_wait_is_refused_while_one_is_under_way_and_not_right_behind_it() {
    let world = World::new();
    let ((_tab, near, _member), (_far_tab, far, _far_member)) = (page(&world), page(&world));
    let queue = Rc::new(RunQueue::default());
    let first = near.take(&queue, LOCK, false);
    // Also behind one that was refused, and by way of another context or tab.
    let others = [near.take(&queue, LOCK, false), near.take(&queue, LOCK, false)];
    world.settle();
    let others = [
        coming(&world, &others[0]),
        coming(&world, &others[1]),
        coming(&world, &near.take(&Rc::new(RunQueue::default()), LOCK, false)),
        coming(&world, &far.take(&Rc::new(RunQueue::default()), LOCK, false)),
    ];
    world.settle();
    assert_eq!(others.map(|seen| seen.get()), [Some(Come::Busy); 4]);
    let mut last = first;
    for _ in 0..5 {
        last.leave();
        last = near.take(&queue, LOCK, false);
        let seen = coming(&world, &last);
        world.settle();
        assert_eq!(seen.get(), Some(Come::Free));
    }
}

#[test]
fn without_locks_it_is_heard_first_what_others_told_and_where_they_are_denied_nobody_is_waited_for() {
    let world = World::new();
    world.has_locks.set(false);
    let ((_tab, near, _member), (_far_tab, far, _far_member)) = (page(&world), page(&world));
    let theirs = far.take(&Rc::new(RunQueue::default()), LOCK, true);
    let own = near.take(&Rc::new(RunQueue::default()), LOCK, false);
    let seen = [coming(&world, &theirs), coming(&world, &own)];
    world.settle();
    assert_eq!(seen.map(|seen| seen.get()), [Some(Come::Waited), Some(Come::Waited)]);
    let world = World::new();
    world.denies_locks.set(true);
    let (_tab, turns, _member) = page(&world);
    let own = turns.take(&Rc::new(RunQueue::default()), LOCK, true);
    let seen = coming(&world, &own);
    world.settle();
    assert_eq!(seen.get(), Some(Come::Free));
}

#[test]
fn what_a_flows_functions_run_is_within_it_and_so_are_its_steps_one_behind_the_other() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let flow = turns.take(&queue, LOCK, true);
    world.settle();
    let step = flow.within();
    let nesting = flow.nest();
    let nested = [turns.take(&queue, LOCK, true), turns.take(&queue, LOCK, true)];
    let busy = turns.take(&queue, LOCK, false);
    drop(nesting);
    let behind = turns.take(&queue, LOCK, true);
    let seen = [&step, &nested[0], &nested[1], &busy, &behind].map(|turn| coming(&world, turn));
    let come = || seen.each_ref().map(|seen| seen.get());
    world.settle();
    assert_eq!(come(), [Some(Come::Free), None, None, Some(Come::Busy), None]);
    step.leave();
    world.settle();
    assert_eq!(come()[1..3], [Some(Come::Free), None]);
    nested[0].leave();
    world.settle();
    assert_eq!(come()[2..], [Some(Come::Free), Some(Come::Busy), None]);
    // A run that is nested in a nested run goes within that.
    let nesting = (flow.nest(), nested[1].nest());
    let within = turns.take(&queue, LOCK, false);
    let inner = coming(&world, &within);
    drop(nesting);
    world.settle();
    assert_eq!(inner.get(), Some(Come::Free));
    flow.leave();
    world.settle();
    assert_eq!(come()[4], Some(Come::Free), "the flow has left, whatever its nested runs do");
}

#[test]
fn the_next_run_of_a_flow_is_behind_it_in_the_same_queue_also_where_it_is_nested() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let outer = turns.take(&queue, LOCK, true);
    world.settle();
    let _nesting = outer.nest();
    let flow = turns.take(&queue, LOCK, true);
    world.settle();
    // A function of the flow runs it again: that run is not nested.
    let functions = flow.nest();
    let again = flow.behind(true);
    let refused = flow.behind(false);
    drop(functions);
    let seen = [&flow, &again, &refused].map(|turn| coming(&world, turn));
    world.settle();
    assert_eq!(seen.each_ref().map(|seen| seen.get()), [Some(Come::Free), None, Some(Come::Busy)]);
    flow.leave();
    world.settle();
    assert_eq!(seen[1].get(), Some(Come::Free));
    assert!(!outer.has_left() && flow.has_left());
}

#[test]
fn a_run_that_a_callback_begins_and_waits_for_is_refused_and_one_that_it_does_not_wait_for_is_not() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let run = turns.take(&queue, LOCK, true);
    world.settle();
    let calling = run.call();
    let forgotten = turns.take(&queue, LOCK, true);
    drop(calling);
    let calling = run.call();
    let awaited = turns.take(&queue, LOCK, true);
    // Another context of the same conversation has another queue, and the same lock.
    let twin = turns.take(&Rc::new(RunQueue::default()), LOCK, true);
    let foreign = turns.take(&Rc::new(RunQueue::default()), Some("refinire-web:other"), true);
    calling.returned_promise();
    let later = turns.take(&queue, LOCK, true);
    let taken = [&forgotten, &awaited, &twin, &foreign, &later];
    let seen = taken.map(|turn| coming(&world, turn));
    world.settle();
    let wanted = [None, Some(Come::Itself), Some(Come::Itself), Some(Come::Free), None];
    assert_eq!(seen.each_ref().map(|seen| seen.get()), wanted);
    awaited.leave();
    twin.leave();
    run.leave();
    world.settle();
    assert_eq!(seen[0].get(), Some(Come::Free));
    forgotten.leave();
    world.settle();
    assert!(seen[4].get().is_some());
}

#[test]
fn calls_within_calls_know_which_runs_they_have_begun() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let run = turns.take(&queue, None, true);
    world.settle();
    let outer = run.call();
    let first = turns.take(&queue, None, true);
    let inner = run.call();
    let second = turns.take(&queue, None, true);
    inner.returned_promise();
    let third = turns.take(&queue, None, true);
    drop(outer);
    let seen = [&first, &second, &third].map(|turn| coming(&world, turn));
    world.settle();
    assert_eq!(seen.map(|seen| seen.get()), [None, Some(Come::Itself), None]);
}

#[test]
fn user_code_of_a_flows_step_is_also_the_flows_and_runs_of_its_own_functions_are_legal() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let flow = turns.take(&queue, LOCK, true);
    world.settle();
    let step = flow.within();
    world.settle();
    // A tool of the agent that is the step.
    let calling = step.call();
    let awaited = turns.take(&queue, LOCK, true);
    let again = flow.behind(true);
    calling.returned_promise();
    step.leave();
    // A function of the flow.
    let nesting = flow.nest();
    let calling = flow.call();
    let nested = turns.take(&queue, LOCK, true);
    calling.returned_promise();
    let seen = [&awaited, &again, &nested].map(|turn| coming(&world, turn));
    world.settle();
    assert_eq!(seen.map(|seen| seen.get()), [Some(Come::Itself), Some(Come::Itself), Some(Come::Free)]);
    drop(nesting);
}

#[test]
fn a_run_may_be_gone_when_its_turn_comes_or_the_promise_does() {
    let world = World::new();
    let (_tab, turns, _member) = page(&world);
    let queue = Rc::new(RunQueue::default());
    let run = turns.take(&queue, LOCK, true);
    world.settle();
    let calling = run.call();
    drop(turns.take(&queue, LOCK, true));
    run.leave();
    let next = turns.take(&queue, LOCK, true);
    calling.returned_promise();
    let seen = coming(&world, &next);
    world.settle();
    assert_eq!(seen.get(), Some(Come::Free), "the run that called it has left: nothing is waited for");
    drop((run, next));
    world.settle();
    assert_eq!((world.held(), world.timers()), (0, 0));
}
