//! A table of draws in CSV.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { pfsim_fuzz::take(bytes, pfsim_fuzz::table) });

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    pfsim_fuzz::change(data, size, most, seed, pfsim_fuzz::another_table)
});
