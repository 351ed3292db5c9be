//! The streams and samplers, against independent copies and exact laws.

use pfsim::sampling::stream::{Key, step};
use rand_xoshiro::Xoroshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

#[test]
fn the_generator_is_xoroshiro128_plus_plus() {
    let mut state = Key::new(7, "any", 3).state(11);
    let seed: Vec<u8> = state.iter().flat_map(|half| half.to_le_bytes()).collect();
    let mut independent = Xoroshiro128PlusPlus::from_seed(seed.try_into().expect("16 bytes"));
    for _ in 0..1_000 {
        assert_eq!(step(&mut state), independent.next_u64());
    }
}
