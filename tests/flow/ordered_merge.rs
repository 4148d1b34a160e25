//! The order of chunks.

use crate::seed::rng;
use refinire_web::flow::OrderedMerge;

#[test]
fn the_first_branch_goes_through_and_the_others_wait_for_it() {
    let mut merge = OrderedMerge::<String>::new(2);
    assert!(merge.push(0, "a"));
    assert!(!merge.push(1, "x"));
    assert!(merge.push(0, "b"));
    assert_eq!(merge.close(0), ["x"]);
    assert!(merge.push(1, "y"));
    assert!(merge.close(1).is_empty());
}

#[test]
fn what_closed_before_its_turn_is_handed_on_whole() {
    let mut merge = OrderedMerge::<String>::new(3);
    merge.push(1, "b1");
    merge.push(2, "c1");
    assert!(merge.close(1).is_empty());
    merge.push(2, "c2");
    assert!(merge.close(2).is_empty());
    assert_eq!(merge.close(0), ["b1", "c1", "c2"]);
}

/// The rule in its plainest form: all of the first branch, then all of the second.
fn in_order(chunks: &[Vec<String>]) -> Vec<String> {
    chunks.concat()
}

#[test]
fn however_branches_come_in_the_order_is_theirs_and_nothing_is_held_that_could_go() {
    let mut rng = rng();
    for _ in 0..2_000 {
        let count = rng.usize(0..6);
        let chunks: Vec<Vec<String>> =
            (0..count).map(|branch| (0..rng.usize(0..5)).map(|place| format!("{branch}.{place}")).collect()).collect();
        let mut merge = OrderedMerge::<String>::new(count);
        let mut sent = vec![0; count];
        let mut open: Vec<usize> = (0..count).collect();
        let mut handed_on: Vec<String> = Vec::new();
        while !open.is_empty() {
            let at = rng.usize(0..open.len());
            let branch = open[at];
            if sent[branch] < chunks[branch].len() {
                let chunk = &chunks[branch][sent[branch]];
                sent[branch] += 1;
                if merge.push(branch, chunk) {
                    handed_on.push(chunk.clone());
                }
            } else {
                open.swap_remove(at);
                handed_on.extend(merge.close(branch));
            }
            // Whatever is before the first open branch, and all that one has sent, has gone out.
            let front = (0..count).find(|branch| open.contains(branch)).unwrap_or(count);
            let due: usize = (0..count).take(front + 1).map(|branch| sent[branch]).sum();
            assert_eq!(handed_on.len(), due);
        }
        assert_eq!(handed_on, in_order(&chunks));
    }
}

#[test]
fn a_branch_that_does_not_exist_changes_nothing() {
    let mut merge = OrderedMerge::<String>::new(1);
    assert!(merge.close(7).is_empty());
    assert!(merge.push(0, "a"));
    assert!(merge.close(0).is_empty());
    assert!(merge.close(0).is_empty());
}
