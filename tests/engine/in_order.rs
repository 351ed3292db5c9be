//! Work on many threads whose results are taken in order: whatever the threads do, nothing is lost, doubled, taken early or piled up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use pfsim::engine::in_order;

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work)
}

/// Every tenth piece takes long, so that others overtake it.
fn slow_at_times(piece: u64) -> u64 {
    if piece.is_multiple_of(10) {
        std::thread::sleep(Duration::from_millis(2));
    }
    piece * piece
}

#[test]
fn pieces_are_taken_in_order_and_few_are_on_their_way() {
    for (threads, ahead) in [(1, 1), (1, 3), (2, 1), (2, 4), (4, 8), (8, 5)] {
        let (begun, taken_so_far, most) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let mut seen = Vec::new();
        let work = |piece| {
            let begun = begun.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(begun.saturating_sub(taken_so_far.load(Ordering::SeqCst)), Ordering::SeqCst);
            slow_at_times(piece)
        };
        let take = |pieces: Vec<u64>, taken| {
            seen.extend(pieces);
            assert_eq!(seen.len() as u64, taken);
            taken_so_far.store(taken, Ordering::SeqCst);
        };
        let taken = with_threads(threads, || in_order(101, ahead, &AtomicBool::new(false), work, take));
        assert_eq!(taken, 101);
        assert_eq!(seen, (0..101).map(|piece| piece * piece).collect::<Vec<u64>>(), "{threads} threads, {ahead} ahead");
        assert!(most.into_inner() <= ahead, "{threads} threads, {ahead} ahead");
    }
    assert_eq!(in_order(0, 4, &AtomicBool::new(false), |piece| piece, |_, _| panic!("there is nothing to take")), 0);
}

#[test]
fn a_stop_leaves_the_first_pieces_whole() {
    let stop = AtomicBool::new(false);
    let mut seen = Vec::new();
    let take = |pieces: Vec<u64>, taken| {
        seen.extend(pieces);
        stop.store(taken >= 20, Ordering::SeqCst);
    };
    let taken = with_threads(3, || in_order(1_000, 6, &stop, slow_at_times, take));
    assert!((20..=20 + 6).contains(&taken), "{taken}");
    assert_eq!(seen, (0..taken).map(|piece| piece * piece).collect::<Vec<u64>>());
}

#[test]
fn a_fault_in_a_piece_or_in_taking_it_ends_the_work() {
    let run = |piece_fails: bool| {
        let work = |piece: u64| assert!(!(piece_fails && piece == 50), "piece 50");
        let take = |_: Vec<()>, taken: u64| assert!(piece_fails || taken < 50, "taken");
        catch_unwind(AssertUnwindSafe(|| with_threads(2, || in_order(1_000, 4, &AtomicBool::new(false), work, take))))
    };
    assert!(run(true).is_err());
    assert!(run(false).is_err());
}
