//! A folder of results: its manifest, its journal, what it says of its origin, and whether it may be replaced.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { pfsim_fuzz::take(bytes, pfsim_fuzz::folder) });

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    pfsim_fuzz::change(data, size, most, seed, pfsim_fuzz::another_folder)
});
