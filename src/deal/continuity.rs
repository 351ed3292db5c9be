//! Is it the same people who have an outcome round after round?

/// What having a yes-or-no outcome in one round says of the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Continuity {
    /// Nothing: everybody is drawn anew.
    Anew,
    /// Who has it keeps it with this chance, 0 to 1; of the others as many begin as the rate of the round asks for.
    Keeps(f64),
    /// Who has it leaves with this chance, 0 to 1, and never comes back; nobody begins after the first round, so the rate falls by as much.
    Leaves(f64),
}

impl Continuity {
    /// What of the first round's rate is left in `round`, counted from 0.
    #[must_use]
    pub fn left(self, round: usize) -> f64 {
        match self {
            Self::Leaves(leaves) => (0..round).fold(1.0, |left, _| left * (1.0 - leaves)),
            Self::Anew | Self::Keeps(_) => 1.0,
        }
    }

    /// The chances to have it in the next round, of those who have it and of those who do not, where the rate goes from `before` to `now`
    /// (0 to 1): a Markov chain of two states with these rates. A rate that falls below what is kept is met by more who leave, one that
    /// rises beyond what all others can make up by fewer.
    #[must_use]
    pub fn chances(self, before: f64, now: f64) -> [f64; 2] {
        match self {
            Self::Anew => [now; 2],
            Self::Leaves(leaves) => [1.0 - leaves, 0.0],
            Self::Keeps(keeps) => {
                if !(before > 0.0) {
                    return [keeps, now];
                }
                let stays = keeps.max((before + now - 1.0) / before).min(now / before).clamp(0.0, 1.0);
                let missing = now - stays * before;
                // What rounding leaves of none is none.
                [stays, if missing > 1e-15 && before < 1.0 { (missing / (1.0 - before)).min(1.0) } else { 0.0 }]
            }
        }
    }
}
