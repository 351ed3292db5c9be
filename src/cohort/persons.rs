//! What single persons have: amounts with a law between persons, and what is looked at in them.
//!
//! Where it is exact, the total of a cohort is one draw: those who have something are binomial, and sums of gamma amounts are gamma. Persons
//! are drawn one by one where more is asked of the same people: their total together with how many passed a line, a median, the same
//! people in several rounds, or a law whose sums have no closed form. [`Drawing`] says which.

use super::drawing::Drawing;
use super::happened::OutcomeWorld;
use super::kept::{self, Address, Sums};
use std::sync::Arc;

use crate::deal::{Deal, Outcome, OutcomeId, OutcomeKind};
use crate::numeric::normal;
use crate::numeric::normal_block::cdfs;
use crate::sampling::stream::Key;
use crate::sampling::{Crowd, SpreadSampler, binomial};

/// An outcome of persons, ready to be drawn.
#[derive(Clone, Debug)]
pub(super) struct PersonsPlan {
    sampler: SpreadSampler,
    /// Stands for the law between persons and over their rounds.
    law: Key,
    variation: f64,
    pub(super) drawing: Drawing,
    /// Correlation of a person's amounts from one round to the next.
    persistence: f64,
    /// What is looked at in the same people.
    pub(super) looks: Vec<LookPlan>,
    /// One key per row, for those the effect reaches and for the others: how many have something, and how much.
    holders: [Vec<Key>; 2],
    amounts: [Vec<Key>; 2],
}

/// An outcome that looks at persons' amounts.
#[derive(Clone, Debug)]
pub(super) struct LookPlan {
    /// The outcome, which follows the one it looks at.
    pub(super) outcome: OutcomeId,
    look: Look,
    keys: [Vec<Key>; 2],
}

#[derive(Clone, Copy, Debug)]
enum Look {
    /// More than an amount.
    Above(f64),
    /// The median; and the standard deviation that a median of n people has, times √n, relative to the mean.
    Median { of_law: f64, error: f64 },
}

impl PersonsPlan {
    /// Prepares outcome `index`; `keys` gives one key per row for a named part of an outcome.
    pub(super) fn new(deal: &Deal, index: OutcomeId, keys: impl Fn(OutcomeId, &str) -> Vec<Key>) -> Option<Self> {
        let OutcomeKind::Spread(spread) = &deal.outcomes[index].kind else { return None };
        let sampler = spread.sampler();
        let [low, of_law, high] = [0.499, 0.5, 0.501].map(|share| sampler.quantile(share));
        let median = Look::Median { of_law, error: 0.5 * (high - low) / 0.002 };
        let look = |(at, other): (OutcomeId, &Outcome)| {
            let look = match other.kind {
                OutcomeKind::Above { of, amount } if of == index => Look::Above(amount),
                OutcomeKind::Median { of } if of == index => median,
                OutcomeKind::YesNo { .. }
                | OutcomeKind::Count(_)
                | OutcomeKind::Amount(_)
                | OutcomeKind::Spread(_)
                | OutcomeKind::Above { .. }
                | OutcomeKind::Median { .. } => return None,
            };
            Some(LookPlan { outcome: at, look, keys: [keys(at, "reached"), keys(at, "unreached")] })
        };
        Some(Self {
            law: Key::new(0, &format!("{spread:?} {:?}", deal.outcomes[index].persistence), 0),
            variation: spread.variation(),
            drawing: Drawing::of(deal, index),
            persistence: deal.outcomes[index].persistence,
            looks: deal.outcomes.pairs().filter_map(look).collect(),
            holders: [keys(index, "holders"), keys(index, "other holders")],
            amounts: [keys(index, "amounts"), keys(index, "other amounts")],
            sampler,
        })
    }
}

impl PersonsPlan {
    /// Standard deviation between persons whose mean is `mean`.
    pub(super) fn sd(&self, mean: f64) -> f64 {
        self.variation * mean.abs()
    }

    /// The median of the law and the error of a median, both relative to the mean, where `outcome` is the median of these persons.
    pub(super) fn median_error(&self, outcome: OutcomeId) -> Option<[f64; 2]> {
        self.looks.iter().find(|look| look.outcome == outcome).and_then(|look| match look.look {
            Look::Median { of_law, error } => Some([of_law, error]),
            Look::Above(_) => None,
        })
    }
}

impl LookPlan {
    /// Writes what is to be expected of a person, by the mean of the amounts: the share above the line, or the median.
    pub(super) fn expected(&self, persons: &PersonsPlan, means: &[f64], out: &mut [f64]) {
        let mut last = (f64::NAN, 0.0);
        for (out, &mean) in out.iter_mut().zip(means) {
            *out = match self.look {
                Look::Median { of_law, .. } => of_law * mean,
                Look::Above(line) => {
                    // Neighbouring trials often have the same mean.
                    if last.0.to_bits() != mean.to_bits() {
                        last = (mean, if mean > 0.0 { persons.sampler.share_above(line / mean) } else { 0.0 });
                    }
                    last.1
                }
            };
        }
    }
}

/// Who is there in one row, and what they have on average, by lane.
pub(super) struct Row<'a> {
    pub(super) eligible: &'a [u32],
    /// People that the effect reaches; all of them where absent.
    pub(super) reached: Option<&'a [u32]>,
    /// Mean of those it reaches, and of the others.
    pub(super) means: [&'a [f64]; 2],
}

impl Row<'_> {
    fn reached(&self, lane: usize) -> u32 {
        self.reached.map_or(self.eligible[lane], |reached| reached[lane])
    }

    /// People of an arm in each lane; none of the second where the effect reaches all.
    fn arm(&self, arm: usize) -> Vec<u32> {
        let lanes = 0..self.eligible.len();
        if arm == 0 {
            lanes.map(|lane| self.reached(lane)).collect()
        } else {
            lanes.map(|lane| self.eligible[lane] - self.reached(lane)).collect()
        }
    }
}

/// The outcome that is drawn, and those that look at it: outcome `index` stands at `later[index - first]`.
pub(super) struct Family<'a> {
    pub(super) own: &'a mut OutcomeWorld,
    pub(super) later: &'a mut [OutcomeWorld],
    pub(super) first: usize,
}

impl PersonsPlan {
    /// Draws every row: round by round, cohort by cohort.
    pub(super) fn draw(&self, cohorts: usize, first_trial: u64, rows: &[Row<'_>], family: &mut Family<'_>) {
        match self.drawing {
            Drawing::OneByOne if self.looks.is_empty() => self.totals(cohorts, first_trial, rows, family.own),
            Drawing::OneByOne => self.one_by_one(cohorts, first_trial, rows, family),
            _ => rows.iter().enumerate().for_each(|(row, here)| self.together(row, first_trial, here, family)),
        }
        for (row, here) in rows.iter().enumerate() {
            self.spreads(row, here, family);
        }
    }

    /// The total of a row in one go, and what is looked at in it: each independent of the others, given the means.
    fn together(&self, row: usize, first_trial: u64, here: &Row<'_>, family: &mut Family<'_>) {
        let lanes = here.eligible.len();
        let (mut holders, mut chance) = (vec![0; lanes], vec![self.sampler.holders(); lanes]);
        family.own.total.row_mut(row).fill(0.0);
        family.later.iter_mut().zip(family.first..).for_each(|(later, at)| {
            if self.looks.iter().any(|look| look.outcome.index() == at) {
                later.count.row_mut(row).fill(0);
            }
        });
        for arm in 0..if here.reached.is_some() { 2 } else { 1 } {
            let people = here.arm(arm);
            chance.fill(self.sampler.holders());
            binomial::fill(self.holders[arm][row], first_trial, &people, &chance, &mut holders);
            for (lane, total) in family.own.total.row_mut(row).iter_mut().enumerate() {
                let mut stream = self.amounts[arm][row].stream(first_trial + lane as u64);
                *total += here.means[arm][lane] * self.sampler.total(holders[lane], &mut stream);
            }
            for look in &self.looks {
                look.expected(self, here.means[arm], &mut chance);
                binomial::fill(look.keys[arm][row], first_trial, &people, &chance, &mut holders);
                let count = family.later[look.outcome.index() - family.first].count.row_mut(row);
                count.iter_mut().zip(&holders).for_each(|(sum, more)| *sum += more);
            }
        }
    }

    /// Totals of people of whom nothing else is asked: their sums do not depend on the means, and are drawn once for all who ask.
    fn totals(&self, cohorts: usize, first_trial: u64, rows: &[Row<'_>], own: &mut OutcomeWorld) {
        for first in 0..cohorts {
            let Some(lanes) = rows.get(first).map(|row| row.eligible.len()) else { return };
            let rounds = || (first..rows.len()).step_by(cohorts);
            let of_row = |row: usize| (0..lanes).map(move |lane| [rows[row].eligible[lane], rows[row].reached(lane)]);
            let people: Vec<[u32; 2]> = rounds().flat_map(of_row).collect();
            let address = Address::new(self.amounts[0][first], self.law, first_trial, &people);
            let known = kept::known(address, &people).unwrap_or_else(|| self.sums(address, people, lanes));
            for (row, sums) in rounds().zip(known.sums.chunks(lanes)) {
                let [reached, others] = rows[row].means;
                let means = reached.iter().zip(others);
                for (total, ([with, without], (reached, others))) in own.total.row_mut(row).iter_mut().zip(sums.iter().zip(means)) {
                    *total = 0.0 + reached * with + others * without;
                }
            }
        }
    }

    /// The sums of `people`, drawn and kept.
    fn sums(&self, address: Address, people: Vec<[u32; 2]>, lanes: usize) -> Arc<Sums> {
        let mut sums = vec![[0.0; 2]; people.len()];
        let mut space = People::default();
        for lane in 0..lanes {
            let mut crowd = address.key.crowd(address.first_trial + lane as u64);
            space.scores.clear();
            for at in (lane..people.len()).step_by(lanes) {
                self.people(people[at], [0.0; 2], &mut crowd, &mut space);
                sums[at] = space.sums;
            }
        }
        kept::keep(address, Sums { people, sums })
    }

    /// Everybody by himself, the same people in every round.
    fn one_by_one(&self, cohorts: usize, first_trial: u64, rows: &[Row<'_>], family: &mut Family<'_>) {
        let mut people = People::default();
        for (row, here) in rows.iter().enumerate().take(cohorts) {
            for lane in 0..here.eligible.len() {
                let mut crowd = self.amounts[0][row].crowd(first_trial + lane as u64);
                people.scores.clear();
                for row in (row..rows.len()).step_by(cohorts) {
                    let here = &rows[row];
                    let means = here.means.map(|means| means[lane]);
                    self.people([here.eligible[lane], here.reached(lane)], means, &mut crowd, &mut people);
                    family.own.total.row_mut(row)[lane] = 0.0 + means[0] * people.sums[0] + means[1] * people.sums[1];
                    for (look, above) in self.looks.iter().zip(&people.above) {
                        let outcome = &mut family.later[look.outcome.index() - family.first];
                        match look.look {
                            Look::Above(_) => outcome.count.row_mut(row)[lane] = *above,
                            Look::Median { .. } => {
                                outcome.total.row_mut(row)[lane] = median(&mut people.amounts) * f64::from(rows[row].eligible[lane]);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The people of one row and trial: so many in all, and so many whom the effect reaches. The means are only needed by those that look.
    fn people(&self, [all, reached]: [u32; 2], means: [f64; 2], crowd: &mut Crowd, people: &mut People) {
        let medians = self.looks.iter().any(|look| matches!(look.look, Look::Median { .. }));
        let lines: Vec<[f64; 2]> = self.looks.iter().map(|look| look.look.lines(means)).collect();
        people.above.clear();
        people.above.resize(lines.len(), 0);
        people.amounts.clear();
        let (all, reached) = (all as usize, reached as usize);
        for (arm, from, to) in [(0, 0, reached), (1, reached, all)] {
            let mut sum = 0.0;
            for start in (from..to).step_by(CHUNK) {
                let amounts = &mut people.chunk[..CHUNK.min(to - start)];
                if self.persistence == 0.0 {
                    self.sampler.fill(crowd, amounts);
                } else {
                    crowd.uniforms(amounts);
                    self.next(start, amounts, &mut people.scores);
                }
                sum += sum_of(amounts);
                for (above, line) in people.above.iter_mut().zip(&lines) {
                    *above += amounts.iter().map(|amount| u32::from(*amount > line[arm])).sum::<u32>();
                }
                if medians {
                    people.amounts.extend(amounts.iter().map(|amount| amount * means[arm]));
                }
            }
            people.sums[arm] = sum;
        }
    }

    /// Amounts of the people from `first` on in the next round, in the place of uniform numbers: quantiles of normal scores that keep
    /// `persistence` of those before (a Gaussian copula). `scores` holds those before, for as many people as there were.
    fn next(&self, first: usize, uniforms: &mut [f64], scores: &mut Vec<f64>) {
        normal::quantiles(uniforms);
        let fresh = (1.0 - self.persistence * self.persistence).sqrt();
        let known = scores.len().clamp(first, first + uniforms.len()) - first;
        let (old, new) = uniforms.split_at(known);
        for (score, own) in scores[first..].iter_mut().zip(old) {
            *score = self.persistence * *score + fresh * own;
        }
        scores.extend_from_slice(new);
        uniforms.copy_from_slice(&scores[first..first + uniforms.len()]);
        cdfs(uniforms);
        uniforms.iter_mut().for_each(|share| *share = share.clamp(f64::EPSILON / 4.0, 1.0 - f64::EPSILON / 2.0));
        self.sampler.quantiles(uniforms);
    }

    /// Standard deviations between persons.
    fn spreads(&self, row: usize, here: &Row<'_>, family: &mut Family<'_>) {
        let mean = |lane: usize| {
            let (people, reached) = (f64::from(here.eligible[lane]), f64::from(here.reached(lane)));
            let total = reached * here.means[0][lane] + (people - reached) * here.means[1][lane];
            if people > 0.0 { (total / people).abs() } else { 0.0 }
        };
        family.own.sd.row_mut(row).iter_mut().enumerate().for_each(|(lane, sd)| *sd = self.variation * mean(lane));
        for look in &self.looks {
            if let Look::Median { error, .. } = look.look {
                let sds = family.later[look.outcome.index() - family.first].sd.row_mut(row);
                sds.iter_mut().enumerate().for_each(|(lane, sd)| *sd = error * mean(lane));
            }
        }
    }
}

/// People who are drawn at once.
const CHUNK: usize = 256;

/// Space for the people of one trial.
#[derive(Debug)]
struct People {
    /// Amounts relative to the mean, of some people.
    chunk: [f64; CHUNK],
    /// Normal scores of the round before, where amounts are correlated.
    scores: Vec<f64>,
    /// Amounts, where a median is wanted.
    amounts: Vec<f64>,
    above: Vec<u32>,
    /// Sums of the amounts relative to the mean, of those whom the effect reaches and of the others.
    sums: [f64; 2],
}

impl Default for People {
    fn default() -> Self {
        Self { chunk: [0.0; CHUNK], scores: Vec::new(), amounts: Vec::new(), above: Vec::new(), sums: [0.0; 2] }
    }
}

impl Look {
    /// Amounts relative to the mean that pass the line, in both arms.
    fn lines(self, means: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Above(line) => means.map(|mean| if mean > 0.0 { line / mean } else { f64::INFINITY }),
            Self::Median { .. } => [f64::INFINITY; 2],
        }
    }
}

/// The sum, in eight parts that can be added side by side.
fn sum_of(amounts: &[f64]) -> f64 {
    let mut parts = [0.0; 8];
    let chunks = amounts.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().sum();
    for chunk in chunks {
        parts.iter_mut().zip(chunk).for_each(|(part, amount)| *part += amount);
    }
    parts.iter().sum::<f64>() + rest
}

/// The one in the middle, or the mean of the two; 0 of nobody.
fn median(amounts: &mut [f64]) -> f64 {
    if amounts.is_empty() {
        return 0.0;
    }
    let even = amounts.len().is_multiple_of(2);
    let (below, middle, _) = amounts.select_nth_unstable_by(amounts.len() / 2, f64::total_cmp);
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if even { 0.5 * (lower + *middle) } else { *middle }
}

/// How many of `people` have an outcome with probability `chance`, asked one by one.
pub(super) fn count_one_by_one(keys: Key, first_trial: u64, people: &[u32], chance: &[f64], out: &mut [u32]) {
    for (lane, out) in out.iter_mut().enumerate() {
        let mut stream = keys.stream(first_trial + lane as u64);
        *out = (0..people[lane]).map(|_| u32::from(stream.uniform() < chance[lane])).sum();
    }
}
