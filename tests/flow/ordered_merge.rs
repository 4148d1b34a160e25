//! The order of chunks.

use crate::seed::rng;
use refinire_web::flow::OrderedMerge;
use refinire_web::run::{Chunks, TextChunk};

fn push(merge: &mut OrderedMerge, branch: usize, text: &str) -> bool {
    merge.push(branch, Chunks::from(TextChunk::from(text))).is_some()
}

/// Closes a branch; the texts of the chunks that are to be handed on.
fn close(merge: &mut OrderedMerge, branch: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for mut chunks in merge.close(branch) {
        while let Some(chunk) = chunks.take() {
            texts.push(chunk.text.to_owned());
        }
    }
    texts
}

#[test]
fn the_first_branch_goes_through_and_the_others_wait_for_it() {
    let mut merge = OrderedMerge::new(2);
    assert!(push(&mut merge, 0, "a"));
    assert!(!push(&mut merge, 1, "x"));
    assert!(push(&mut merge, 0, "b"));
    assert_eq!(close(&mut merge, 0), ["x"]);
    assert!(push(&mut merge, 1, "y"));
    assert!(close(&mut merge, 1).is_empty());
}

#[test]
fn what_closed_before_its_turn_is_handed_on_whole() {
    let mut merge = OrderedMerge::new(3);
    push(&mut merge, 1, "b1");
    push(&mut merge, 2, "c1");
    assert!(close(&mut merge, 1).is_empty());
    push(&mut merge, 2, "c2");
    assert!(close(&mut merge, 2).is_empty());
    assert_eq!(close(&mut merge, 0), ["b1", "c1", "c2"]);
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
        let mut merge = OrderedMerge::new(count);
        let mut sent = vec![0; count];
        let mut open: Vec<usize> = (0..count).collect();
        let mut handed_on: Vec<String> = Vec::new();
        while !open.is_empty() {
            let at = rng.usize(0..open.len());
            let branch = open[at];
            if sent[branch] < chunks[branch].len() {
                let chunk = &chunks[branch][sent[branch]];
                sent[branch] += 1;
                if push(&mut merge, branch, chunk) {
                    handed_on.push(chunk.clone());
                }
            } else {
                open.swap_remove(at);
                handed_on.extend(close(&mut merge, branch));
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
    let mut merge = OrderedMerge::new(1);
    assert!(close(&mut merge, 7).is_empty());
    assert!(push(&mut merge, 0, "a"));
    assert!(close(&mut merge, 0).is_empty());
    assert!(close(&mut merge, 0).is_empty());
}
