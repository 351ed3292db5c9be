//! Work shared among threads whose results are taken in order, without ever waiting for the slowest of a batch.
//!
//! A thread that has done a piece hands it in. If its turn has come and nobody is taking, that thread takes it and all that follow on it;
//! otherwise it leaves it to whoever is. Each piece taken lets another begin, so that only so many are in memory at the same time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::ScopeFifo;

/// Does the pieces `0..count` on the threads of the current rayon pool and gives what each came to to `take`, in their order; several
/// where they are there, with the number of pieces taken by then. At most `ahead` (1 at least) are under way or wait for their turn.
/// `stop` is looked at before each piece begins. Gives the number of pieces taken: `count`, or less when `stop` was set.
pub fn in_order<T: Send>(
    count: u64,
    ahead: u64,
    stop: &AtomicBool,
    work: impl Fn(u64) -> T + Sync,
    take: impl FnMut(Vec<T>, u64) + Send,
) -> u64 {
    let bench = Bench { count, stop, work, take: Mutex::new(take), state: Mutex::new(State::default()) };
    rayon::scope_fifo(|scope| (0..ahead.clamp(1, count.max(1))).for_each(|_| scope.spawn_fifo(|scope| bench.piece(scope))));
    held(&bench.state).taken
}

struct Bench<'a, T, W, F> {
    count: u64,
    stop: &'a AtomicBool,
    work: W,
    take: Mutex<F>,
    state: Mutex<State<T>>,
}

struct State<T> {
    /// Pieces begun.
    begun: u64,
    /// Pieces taken or being taken.
    taken: u64,
    /// Those after them, where they are done.
    done: VecDeque<Option<T>>,
    /// Whether a thread is taking.
    taking: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { begun: 0, taken: 0, done: VecDeque::new(), taking: false }
    }
}

impl<T> State<T> {
    fn begin(&mut self, count: u64) -> Option<u64> {
        let next = self.begun;
        self.begun += u64::from(next < count);
        (next < count).then_some(next)
    }

    fn hand_in(&mut self, piece: u64, what: T) {
        let place = (piece - self.taken) as usize;
        if self.done.len() <= place {
            self.done.resize_with(place + 1, || None);
        }
        self.done[place] = Some(what);
    }

    /// What is next in order.
    fn next(&mut self) -> Vec<T> {
        let ready = self.done.iter().take_while(|what| what.is_some()).count();
        self.taken += ready as u64;
        self.done.drain(..ready).flatten().collect()
    }
}

impl<T: Send, W: Fn(u64) -> T + Sync, F: FnMut(Vec<T>, u64) + Send> Bench<'_, T, W, F> {
    fn piece<'s>(&'s self, scope: &ScopeFifo<'s>) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        let Some(piece) = held(&self.state).begin(self.count) else { return };
        let what = (self.work)(piece);
        let mut state = held(&self.state);
        state.hand_in(piece, what);
        if state.taking {
            return;
        }
        state.taking = true;
        loop {
            let ready = state.next();
            if ready.is_empty() {
                state.taking = false;
                return;
            }
            let (pieces, taken) = (ready.len(), state.taken);
            drop(state);
            (held(&self.take))(ready, taken);
            (0..pieces).for_each(|_| scope.spawn_fifo(|scope| self.piece(scope)));
            state = held(&self.state);
        }
    }
}

/// A lock whose holder panicked is as good as any: the panic goes on to the caller of [`in_order`].
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
