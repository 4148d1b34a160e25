//! The ways in which a network may cut a body into reads.

use fastrand::Rng;

/// The body in one read.
pub(crate) fn whole(body: &[u8]) -> Vec<&[u8]> {
    vec![body]
}

/// Every way to cut it in two; the first and the last leave one read empty.
pub(crate) fn every_pair(body: &[u8]) -> impl Iterator<Item = Vec<&[u8]>> {
    (0..=body.len()).map(|at| vec![&body[..at], &body[at..]])
}

/// One byte a read.
pub(crate) fn bytes(body: &[u8]) -> Vec<&[u8]> {
    body.chunks(1).collect()
}

/// Reads of random sizes, from a few bytes to a few packets, some of them empty.
pub(crate) fn random<'a>(mut body: &'a [u8], rng: &mut Rng) -> Vec<&'a [u8]> {
    let largest = rng.choice([2, 9, 60, 400, 1460, 16_384]).unwrap_or(2);
    let mut reads = Vec::new();
    while !body.is_empty() {
        let (read, rest) = body.split_at(rng.usize(0..=largest.min(body.len())));
        reads.push(read);
        body = rest;
    }
    reads
}

/// The first law: whatever the chunking, the same comes out. Gives back what did.
pub(crate) fn same_in_all<'a, T: PartialEq + std::fmt::Debug>(
    body: &'a [u8],
    rng: &mut Rng,
    run: impl Fn(&[&'a [u8]]) -> T,
) -> T {
    let wanted = run(&whole(body));
    let more: Vec<_> = (0..4).map(|_| random(body, rng)).collect();
    for reads in every_pair(body).chain([bytes(body)]).chain(more) {
        let found = run(&reads);
        assert!(found == wanted, "{}", difference(body, &reads, &found, &wanted));
    }
    wanted
}

/// What to print where two chunkings differ.
pub(crate) fn difference<T: std::fmt::Debug>(body: &[u8], reads: &[&[u8]], found: &T, wanted: &T) -> String {
    let sizes: Vec<_> = reads.iter().map(|read| read.len()).collect();
    format!(
        "reads of {sizes:?} bytes gave\n{found:?}\ninstead of\n{wanted:?}\nfor\n{:?}",
        String::from_utf8_lossy(body)
    )
}
