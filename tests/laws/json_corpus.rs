//! Texts that are JSON, texts that are not, and what others are made of: those of tests/json/corpus.json, which `JsonStream` is tested with
//! as well, and what only bytes can be.

use std::collections::BTreeMap;
use std::sync::LazyLock;

type Texts = LazyLock<Vec<&'static [u8]>>;

/// JSON. Halves of surrogate pairs and bytes that are not UTF-8 are let through: they are read as U+FFFD.
pub(crate) static VALID: Texts = LazyLock::new(|| corpus("valid", &[b"\"\xFF\xC0\x80\xED\xA0\x80\"", b"{\"\xFF\":1}"]));

pub(crate) static INVALID: Texts = LazyLock::new(|| corpus("invalid", &[b"\xFF"]));

/// What random texts are made of, and what is put into others.
pub(crate) static PIECES: Texts = LazyLock::new(|| corpus("pieces", &[b"\xFF", b"\xE2\x82"]));

/// Texts to change, with everything in them that JSON has.
pub(crate) static SEEDS: Texts = LazyLock::new(|| corpus("seeds", &[]));

fn corpus(name: &str, bytes: &[&'static [u8]]) -> Vec<&'static [u8]> {
    let mut lists: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("../json/corpus.json")).expect("the corpus is JSON");
    let texts = lists.remove(name).expect("the corpus has such a list");
    texts.into_iter().map(|text| text.leak().as_bytes()).chain(bytes.iter().copied()).collect()
}
