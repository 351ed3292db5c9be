//! A gate and a formula, put into a deal that is simulated.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { pfsim_fuzz::take(bytes, pfsim_fuzz::expression) });

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    pfsim_fuzz::change(data, size, most, seed, pfsim_fuzz::another_expression)
});
