//! A scenario file: read, and said back.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { pfsim_fuzz::take(bytes, pfsim_fuzz::scenario) });

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    pfsim_fuzz::change(data, size, most, seed, pfsim_fuzz::another_deal)
});
