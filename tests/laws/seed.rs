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
