//! What may be true of a person, and how likely is each?
//!
//! Comes in: yes-or-no questions, one after another, with the chance of a yes by the answers before. Goes out: the joint law of all answers.
//! A state is a number whose bits are the answers. Must never know: what is asked.

/// Probabilities of all states; they add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) chances: Vec<f64>,
}

impl Table {
    /// No question yet.
    pub(super) fn new() -> Self {
        Self { chances: vec![1.0] }
    }

    /// One question more; `yes` gives the chance of a yes in a state.
    pub(super) fn ask(&mut self, yes: impl Fn(usize) -> f64) {
        let states = self.chances.len();
        self.chances.reserve(states);
        for state in 0..states {
            let (all, yes) = (self.chances[state], if self.chances[state] > 0.0 { yes(state) } else { 0.0 });
            self.chances.push(all * yes);
            self.chances[state] = all * (1.0 - yes);
        }
    }

    /// The chance of something whose chance in each state is `of`.
    pub(super) fn chance(&self, of: impl Fn(usize) -> f64) -> f64 {
        let sum: f64 = self.chances.iter().enumerate().map(|(state, chance)| chance * of(state)).sum();
        // A sum of shares of 1 passes 1 by rounding alone.
        sum.clamp(0.0, 1.0)
    }

    /// The same people given that it is so.
    pub(super) fn given(&self, of: impl Fn(usize) -> f64) -> Self {
        let mut chances: Vec<f64> = self.chances.iter().enumerate().map(|(state, chance)| chance * of(state)).collect();
        let all: f64 = chances.iter().sum();
        if all > 0.0 {
            chances.iter_mut().for_each(|chance| *chance /= all);
        }
        Self { chances }
    }
}
