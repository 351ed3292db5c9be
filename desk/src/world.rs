//! The worlds that are kept: that of the signed deal, and the last other one that was looked at.

use pfsim::deal::Deal;
use pfsim::engine::trial_bytes;
use pfsim::study::{Held, SAMPLE};

/// Most bytes that a kept world may take, about: a page that takes more is closed by some browsers.
const ROOM: u64 = 700 << 20;

/// Fewest trials that are worth looking at.
const FEWEST: u64 = 200;

/// Most trials that a desk keeps.
const MOST: u64 = SAMPLE as u64;

/// Bytes that `trials` trials of `deal` take, about.
pub fn bytes(deal: &Deal, trials: u64) -> u64 {
    trials.saturating_mul(trial_bytes(deal) as u64)
}

/// How many trials a desk keeps of `deal`: as many as it says, at most 20,000, fewer where they would not find room; `None` where hardly
/// any would.
pub fn trials(deal: &Deal, asked: Option<u64>) -> Option<u64> {
    let most = ROOM / (trial_bytes(deal) as u64).max(1);
    let wanted = asked.unwrap_or(deal.trials).clamp(1, MOST);
    let trials = wanted.min(most);
    (trials >= wanted.min(FEWEST)).then_some(trials)
}

/// Worlds, drawn or about to be.
#[derive(Debug, Default)]
pub struct Worlds {
    signed: Option<Held>,
    other: Option<Held>,
}

impl Worlds {
    /// Makes the world of `deal`, which is known by `world`, be there; drawn or not.
    pub fn prepare(&mut self, deal: &Deal, world: &str, trials: u64, seed: u64) {
        if self.signed.is_none() {
            self.signed = Some(Held::new(deal, trials, seed));
        } else if self.of(world).is_none() {
            // The old one goes first: there may be no room for three.
            self.other = None;
            self.other = Some(Held::new(deal, trials, seed));
        }
    }

    /// The world that is known by `world`.
    pub fn of(&mut self, world: &str) -> Option<&mut Held> {
        let is = |held: &&mut Held| held.is(world);
        match self.signed.as_mut().filter(is) {
            Some(held) => Some(held),
            None => self.other.as_mut().filter(is),
        }
    }
}
