//! Randomness that can be had again.

use fastrand::Rng;

const DEFAULT: u64 = 20_260_101;

/// A generator for one test. The seed it prints is shown with a failure.
pub(crate) fn rng() -> Rng {
    let seed = std::env::var("REFINIRE_SEED").map_or(DEFAULT, |seed| seed.parse().expect("REFINIRE_SEED is a number"));
    println!("to repeat this: REFINIRE_SEED={seed}");
    Rng::with_seed(seed)
}

/// Between `few` and `many` of the pieces, one after the other.
pub(crate) fn soup(rng: &mut Rng, pieces: &[&[u8]], few: usize, many: usize) -> Vec<u8> {
    let count = rng.usize(few..=many);
    (0..count).flat_map(|_| rng.choice(pieces).copied().unwrap_or_default()).copied().collect()
}

/// Changes a few places of `bytes`: something goes, comes, comes twice, or becomes something else.
pub(crate) fn mutate(rng: &mut Rng, bytes: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..=4) {
        let from = rng.usize(0..=bytes.len());
        let to = (from + rng.usize(0..=8)).min(bytes.len());
        match rng.u8(0..6) {
            0 => drop(bytes.drain(from..to)),
            1 => drop(bytes.splice(from..from, rng.choice(pieces).copied().unwrap_or_default().iter().copied())),
            2 => drop(bytes.splice(from..to, rng.choice(pieces).copied().unwrap_or_default().iter().copied())),
            3 => bytes.extend_from_within(from..to),
            4 => bytes.iter_mut().skip(from).take(1).for_each(|byte| *byte ^= 1 << rng.u8(0..8)),
            _ => bytes.truncate(if rng.u8(0..4) == 0 { from } else { bytes.len() }),
        }
    }
    bytes
}
