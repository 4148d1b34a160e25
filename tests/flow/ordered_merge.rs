//! The order of chunks.

use std::rc::Rc;

use crate::seed::rng;
use refinire_web::event::HostValue;
use refinire_web::flow::OrderedMerge;
use refinire_web::run::{TextChunk, TextChunks};

/// A list of chunks, which are the words of `text`: parts of one whole, as those of a read are.
fn list(text: &str) -> TextChunks {
    let whole: HostValue = Rc::new(text.to_owned());
    let (mut list, mut from) = (TextChunks::default(), 0);
    for word in text.split_inclusive(' ') {
        let chunk = TextChunk { part: Some((&whole, from)), ..TextChunk::from(word) };
        from += chunk.units;
        list.append(TextChunks::from(chunk));
    }
    list
}

/// The chunks of a list. Each must be at its place in its whole.
fn texts_of(mut list: TextChunks) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(TextChunk { text, units, part }) = list.take() {
        let (whole, from) = part.expect("a part");
        let whole: Vec<u16> = whole.downcast_ref::<String>().expect("a text").encode_utf16().collect();
        assert_eq!(String::from_utf16_lossy(&whole[from..from + units]), text);
        texts.push(text.to_owned());
    }
    assert!(list.is_empty());
    texts
}

/// Pushes the words of `text` as chunks. Returns whether they are to be handed on now.
fn push(merge: &mut OrderedMerge, branch: usize, text: &str) -> bool {
    match merge.push(branch, list(text)) {
        Some(list) => {
            assert_eq!(texts_of(list).concat(), text);
            true
        }
        None => false,
    }
}

/// Closes a branch; the texts of the chunks that are to be handed on.
fn close(merge: &mut OrderedMerge, branch: usize) -> Vec<String> {
    merge.close(branch).into_iter().flat_map(texts_of).collect()
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
    chunks.iter().flatten().flat_map(|chunk| words_of(chunk)).collect()
}

fn words_of(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

#[test]
fn however_branches_come_in_the_order_is_theirs_and_nothing_is_held_that_could_go() {
    let mut rng = rng();
    for _ in 0..2_000 {
        let count = rng.usize(0..6);
        let sizes: Vec<usize> = (0..count).map(|_| rng.usize(0..5)).collect();
        let mut words = |branch: usize, place: usize| -> String {
            let words = ["", "é", "🙂"].map(|word| format!("{branch}.{place}{word} "));
            words.into_iter().take(rng.usize(1..4)).collect()
        };
        let chunks: Vec<Vec<String>> =
            (0..count).map(|branch| (0..sizes[branch]).map(|place| words(branch, place)).collect()).collect();
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
                    handed_on.extend(words_of(chunk));
                }
            } else {
                open.swap_remove(at);
                handed_on.extend(close(&mut merge, branch));
            }
            // Whatever is before the first open branch, and all that one has sent, has gone out.
            let front = (0..count).find(|branch| open.contains(branch)).unwrap_or(count);
            let due = |branch: usize| chunks[branch][..sent[branch]].iter().flat_map(|chunk| words_of(chunk)).count();
            assert_eq!(handed_on.len(), (0..count).take(front + 1).map(due).sum::<usize>());
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

#[test]
fn of_a_list_that_was_begun_the_rest_is_held() {
    let mut merge = OrderedMerge::new(2);
    let mut list = list("a é 🙂 d ");
    assert_eq!(list.take().map(|chunk| chunk.text.to_owned()).as_deref(), Some("a "));
    assert_eq!(list.take().map(|chunk| chunk.text.to_owned()).as_deref(), Some("é "));
    assert_eq!(list.taken_text(), "a é ");
    assert_eq!(list.taken_text(), "");
    assert!(merge.push(1, list).is_none());
    assert_eq!(close(&mut merge, 0), ["🙂 ", "d "]);
}
