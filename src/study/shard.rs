//! Some trials of a run, made anywhere, that can be put together again: the bytes of one run, however many machines it was made on.
//!
//! A shard carries what cannot be added up without it: each number's mean and spread for every block of trials (40 bytes), the values near
//! each quantile (as the square root of the trials; all values below some eight thousand), the lowest twentieth of each gain as exact
//! sums, and of the first twenty thousand trials every number. A usual deal has shards of 2 MB for 20,000 trials and 4 MB for 80,000, the
//! first one 16 MB more.

use core::fmt::{self, Write};
use core::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::gathered::{Beside, Gathered, gather};
use super::{Options, Phase, Run, RunError};
use crate::deal::Deal;
use crate::engine::BLOCK;
use crate::metrics::Catalogue;

/// How the bytes of a shard begin.
const MAGIC: &[u8] = b"pfsim shard 1\n";

/// Bytes of a SHA-256.
const HASH: usize = 32;

/// What some trials of a run came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shard {
    /// What deal, under which seed, by which build of pfsim.
    of: [u8; HASH],
    seed: u64,
    trials: Range<u64>,
    gathered: Gathered,
}

/// Why shards cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// The bytes are not those of a shard.
    #[error("these are not the bytes of a shard, or they were changed on the way")]
    Unreadable,
    /// The shard is of something else.
    #[error("the shard is of another deal, another seed or another build of pfsim")]
    Foreign,
    /// There are trials between them, or some are in both.
    #[error("the trials from {} on are wanted next, and the shard begins with trial {}", .wanted, .found)]
    Elsewhere {
        /// First trial that is wanted, counted from 0.
        wanted: u64,
        /// First trial of the shard.
        found: u64,
    },
    /// The quantiles of both cannot be told from what each kept.
    #[error("the shards are too unlike for exact quantiles: were all made of the same deal?")]
    Apart,
}

/// `trials` in `shards` (at least 1) ranges of about the same length.
#[must_use]
pub fn ranges(trials: u64, shards: u64) -> Vec<Range<u64>> {
    let shards = shards.clamp(1, trials.max(1));
    let edge = |at: u64| (u128::from(trials) * u128::from(at) / u128::from(shards)) as u64;
    (0..shards).map(|at| edge(at)..edge(at + 1)).collect()
}

/// `trials` in `shards` (at least 1) ranges that end where blocks of trials end, so that no block is simulated twice; where there are fewer
/// blocks than shards, as [`ranges`] cuts them.
#[must_use]
pub fn ranges_of_blocks(trials: u64, shards: u64) -> Vec<Range<u64>> {
    let blocks = trials.div_ceil(BLOCK as u64);
    let edge = |block: u64| block.saturating_mul(BLOCK as u64).min(trials);
    if blocks < shards {
        ranges(trials, shards)
    } else {
        ranges(blocks, shards).into_iter().map(|of| edge(of.start)..edge(of.end)).collect()
    }
}

/// Writes into a hash.
struct Hashed(Sha256);

impl Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

fn identity(deal: &Deal, seed: u64) -> [u8; HASH] {
    let mut hash = Hashed(Sha256::new());
    // Everything that a deal is, with all its tables; a hash takes any text.
    let _ = write!(hash, "{} {seed} {deal:?}", env!("PFSIM_BUILD"));
    hash.0.finalize().into()
}

impl Shard {
    /// Simulates the trials `trials` (counted from 0) of `deal`; `options` say the seed, whether they are audited, who hears
    /// of it and who may stop it.
    ///
    /// # Errors
    /// [`RunError`]: it was stopped, or an audit found a fault of this program.
    pub fn simulate(deal: &Deal, trials: Range<u64>, options: &Options) -> Result<Self, RunError> {
        let length = trials.end.saturating_sub(trials.start);
        let course = options.begin(Phase::Simulating, deal, |_| length);
        let mut gathered = gather(&[deal], &[Catalogue::new(deal)], true, trials.clone(), &course, Beside::default())?;
        Ok(Self { of: identity(deal, course.seed), seed: course.seed, trials, gathered: gathered.swap_remove(0) })
    }

    /// Its trials, counted from 0.
    #[must_use]
    pub fn trials(&self) -> Range<u64> {
        self.trials.clone()
    }

    /// Adds the shard of the trials after these.
    ///
    /// # Errors
    /// [`ShardError`]: it is of something else, or begins elsewhere, or cannot be added to these; these are lost then.
    pub fn append(mut self, later: Self) -> Result<Self, ShardError> {
        if self.of != later.of {
            return Err(ShardError::Foreign);
        }
        if self.trials.end != later.trials.start {
            return Err(ShardError::Elsewhere { wanted: self.trials.end, found: later.trials.start });
        }
        self.trials.end = later.trials.end;
        if self.gathered.append(later.gathered) { Ok(self) } else { Err(ShardError::Apart) }
    }

    /// The run of all trials from the first on: the same as [`Scenario::run`](crate::Scenario::run) of so many gives.
    ///
    /// # Errors
    /// [`ShardError`]: it is not of `deal`, or does not begin with the first trial.
    pub fn finish(self, deal: &Deal) -> Result<Run, ShardError> {
        let catalogue = Catalogue::new(deal);
        if self.of != identity(deal, self.seed) {
            return Err(ShardError::Foreign);
        }
        if self.trials.start != 0 {
            return Err(ShardError::Elsewhere { wanted: 0, found: self.trials.start });
        }
        let run = self.gathered.finish(catalogue, self.trials.end, self.seed);
        if run.metrics.iter().all(|metric| metric.summary.exact) { Ok(run) } else { Err(ShardError::Apart) }
    }

    /// Puts shards together, in whatever order they are given, and finishes the run.
    ///
    /// # Errors
    /// [`ShardError`]: there are none, they are of something else, trials are missing or twice there.
    pub fn merge(mut shards: Vec<Self>, deal: &Deal) -> Result<Run, ShardError> {
        shards.sort_by_key(|shard| (shard.trials.start, shard.trials.end));
        let whole = shards.into_iter().map(Ok).reduce(|all, next| all?.append(next?)).unwrap_or(Err(ShardError::Unreadable))?;
        whole.finish(deal)
    }

    /// The shard as bytes, the same on every machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        // Writing to memory cannot fail, and nothing in a shard refuses to be written.
        bytes.extend(postcard::to_allocvec(self).unwrap_or_default());
        let hash: [u8; HASH] = Sha256::digest(&bytes).into();
        bytes.extend(hash);
        bytes
    }

    /// The shard of `deal` that was written as `bytes`.
    ///
    /// # Errors
    /// [`ShardError::Unreadable`], or [`ShardError::Foreign`] where it is not of `deal`.
    pub fn from_bytes(bytes: &[u8], deal: &Deal) -> Result<Self, ShardError> {
        let split = bytes.len().checked_sub(HASH).ok_or(ShardError::Unreadable)?;
        let (body, hash) = bytes.split_at(split);
        let body = body.strip_prefix(MAGIC).filter(|_| *Sha256::digest(body) == *hash).ok_or(ShardError::Unreadable)?;
        let shard: Self = postcard::from_bytes(body).map_err(|_| ShardError::Unreadable)?;
        let fits = shard.gathered.is_of(&Catalogue::new(deal), &shard.trials);
        if fits && shard.of == identity(deal, shard.seed) { Ok(shard) } else { Err(ShardError::Foreign) }
    }
}
