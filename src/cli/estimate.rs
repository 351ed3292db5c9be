//! What would it cost? Time and memory of what is asked for, found before they are spent, in words that a person can decide by.

use std::time::{Duration, Instant};

use super::{Context, Failure};
use crate::study::Cancel;
use crate::words::count::{counted, grouped};

/// Seconds that nobody waits for without having said so: a day.
const LONGEST: f64 = 86_400.0;

/// How long a piece is simulated before the whole is estimated from it.
const PIECE: Duration = Duration::from_secs(3);

/// Futures that no machine simulates: at [`FASTEST`] a second they take longer than a day. Products of fewer of them can be counted.
pub const MOST_FUTURES: u64 = 1_000_000_000_000;

/// Futures a second that the simplest deal may get on a large machine.
const FASTEST: f64 = 1e7;

/// Bytes that a study may keep without being asked, and at all.
const ROOM: f64 = 2e9;
const MOST_ROOM: f64 = 64e9;

/// The time in words: `40 minutes`, `3 days`, `2,000 years`.
pub fn time(seconds: f64) -> String {
    let whole = |number: f64| number.min(1e18) as u64;
    match seconds {
        seconds if seconds < 5_400.0 => counted(whole((seconds / 60.0).ceil()), "minute"),
        seconds if seconds < 129_600.0 => counted(whole((seconds / 3_600.0).round()), "hour"),
        seconds if seconds < 63_072_000.0 => counted(whole((seconds / 86_400.0).round()), "day"),
        seconds => counted(whole((seconds / 31_536_000.0).round()), "year"),
    }
}

/// That `trials` can be simulated at all.
///
/// # Errors
/// [`Failure::Usage`], with how long they would take at best.
pub fn possible(trials: u64) -> Result<(), Failure> {
    if trials <= MOST_FUTURES {
        return Ok(());
    }
    let at_best = time(trials as f64 / FASTEST);
    let (trials, most) = (grouped(trials), grouped(MOST_FUTURES));
    Err(Failure::Usage(format!("{trials} trials would take {at_best} on the fastest machine: ask for {most} at most")))
}

/// That the numbers that `what` keeps find room.
///
/// # Errors
/// [`Failure::Usage`], with the memory that they need.
pub fn room(what: &str, numbers: u64, context: &Context) -> Result<(), Failure> {
    let bytes = 8.0 * numbers as f64;
    if bytes <= if context.large { MOST_ROOM } else { ROOM } {
        return Ok(());
    }
    let large = if bytes <= MOST_ROOM { ", or add --large if there is so much" } else { "" };
    Err(Failure::Usage(format!("{what} would take about {} GB of memory: ask for fewer{large}", grouped((bytes / 1e9).ceil() as u64))))
}

/// Watches how fast something goes, and stops it where the whole would take longer than a day.
pub struct Watch {
    start: Instant,
    total: u64,
    large: bool,
    cancel: Cancel,
    /// Seconds that the whole would take.
    found: Option<f64>,
}

impl Watch {
    /// Begins to watch work on `total` futures.
    pub fn new(total: u64, context: &Context) -> Self {
        Self { start: Instant::now(), total, large: context.large, cancel: context.cancel.clone(), found: None }
    }

    /// Takes note that `done` futures are done. The whole is estimated once, when a piece has been simulated.
    pub fn saw(&mut self, done: u64) {
        let spent = self.start.elapsed();
        if self.large || spent < PIECE || done == 0 || self.found.is_some() {
            return;
        }
        let seconds = spent.as_secs_f64() / done as f64 * self.total as f64;
        self.found = Some(seconds);
        if seconds > LONGEST {
            self.cancel.cancel();
        }
    }

    /// Why it was stopped, if it was.
    pub fn refused(&self) -> Option<Failure> {
        let seconds = self.found.filter(|seconds| *seconds > LONGEST)?;
        let (total, time) = (grouped(self.total), time(seconds));
        Some(Failure::Usage(format!("{total} trials would take about {time}: ask for fewer, or add --large to simulate them all")))
    }
}
