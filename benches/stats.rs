//! Nanoseconds a value pushed into a column, in blocks of 512.

use divan::Bencher;
use divan::counter::ItemsCount;
use pfsim::stats::{Column, Moments};

fn main() {
    divan::main();
}

fn values(count: usize) -> Vec<f64> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..count).map(|_| next() + next() - next()).collect()
}

#[divan::bench(args = [10_000, 100_000, 262_143, 2_000_000])]
fn push(bencher: Bencher, count: usize) {
    let values = values(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let mut column = Column::new(&[], Some(0.05));
        for block in values.chunks(512) {
            column.push_block(block);
        }
        column
    });
}

#[divan::bench(args = [10_000, 100_000])]
fn push_and_summarise(bencher: Bencher, count: usize) {
    let values = values(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let mut column = Column::new(&[], Some(0.05));
        for block in values.chunks(512) {
            column.push_block(block);
        }
        (column.summary(), column.lower_tail())
    });
}

/// Past the warm-up, without choosing the first windows.
#[divan::bench(args = [false, true])]
fn push_far(bencher: Bencher, atoms: bool) {
    let mut values = values(1_262_144);
    if atoms {
        values.iter_mut().for_each(|x| *x = x.clamp(0.2, 0.7));
    }
    let mut column = Column::new(&[], Some(0.05));
    for block in values[..262_144].chunks(512) {
        column.push_block(block);
    }
    bencher.counter(ItemsCount::new(1_000_000usize)).with_inputs(|| column.clone()).bench_local_values(|mut column| {
        for block in values[262_144..].chunks(512) {
            column.push_block(block);
        }
        column
    });
}

#[divan::bench]
fn moments(bencher: Bencher) {
    let values = values(512);
    bencher.counter(ItemsCount::new(512usize)).bench_local(|| Moments::of(divan::black_box(&values)));
}
