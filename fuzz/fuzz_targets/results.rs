//! A results file, settled under the deal that its first line names.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { pfsim_fuzz::take(bytes, pfsim_fuzz::results) });

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    pfsim_fuzz::change(data, size, most, seed, pfsim_fuzz::another_result)
});
