//! Two scenarios on the same futures: what changes for every party, and which clause moves how much money from whom to whom.
//!
//! Every trial is settled under both scenarios and under every mixture of their clauses ([`Parts`]); what is summed up are differences
//! within a trial. Scenarios that share a world are settled on the same one; others share what they have in common, because every draw
//! has an address. Money is summed in whole minor units, and a clause's share is a weighted sum of these sums: the shares add up to the
//! whole difference with `==`, and those of a clause over all parties to nothing.

use super::figures::{About, Asked, Taken, asked, catalogue};
use super::many::world_of;
use super::options::Course;
use super::parties::{self, Party};
use super::{Options, Phase, RunError};
use crate::deal::Deal;
use crate::engine::{self, BLOCK, Block, Breach, Plan, SettlementSpace};
use crate::experiment::clauses::Parts;
use crate::metrics::{Catalogue, Quantity, each_trial};
use crate::numeric::grid::Grid;
use crate::numeric::margins;
use crate::stats::Moments;
use crate::stats::medians::{apart, median};

/// Quantile of the normal law at 97.5%.
pub(super) const NORMAL: f64 = 1.959_964;

/// A figure under both scenarios.
#[derive(Clone, Debug)]
pub struct Paired {
    /// Whom it is about.
    pub about: About,
    /// What it is, with its entry in the register of quantities; the median of it where that is said.
    pub quantity: Quantity,
    /// Under each scenario; NaN where that has no such figure or no trial has a value.
    pub values: [f64; 2],
    /// The second less the first, in the trials that have both, and its 95% interval (NaN where it cannot be known); absent where only
    /// one of them has the figure.
    pub difference: Option<[f64; 3]>,
}

/// What a block of clauses moves.
#[derive(Clone, Debug)]
pub struct Share {
    /// In each trial on average, in whole minor units, by party: they add up to 0.
    pub moved: Vec<i64>,
    /// Standard error of each, in minor units.
    pub errors: Vec<f64>,
}

/// Two scenarios compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Number of trials.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// Whether both are settled on the same world.
    pub same_world: bool,
    /// Every figure under both.
    pub figures: Vec<Paired>,
    /// The parties that money moves between; each has less or more in the end.
    pub parties: Vec<Party>,
    /// What each block of [`Parts`] moves.
    pub shares: Vec<Share>,
    /// What all of them move: the second scenario less the first.
    pub total: Share,
}

/// What is kept of a block of trials.
struct Kept {
    /// Money by mixture and party.
    sums: Vec<Vec<i128>>,
    /// What each block of clauses, and all of them, moves by party.
    moved: Vec<Vec<Moments>>,
    /// Each figure: under the first, under the second, the difference.
    figures: Vec<[Moments; 3]>,
    /// The values that medians are taken of, under both.
    medians: Vec<[Vec<f64>; 2]>,
    breach: Option<Breach>,
}

/// Compares the first and the last mixture of `parts` and finds the share of every block.
///
/// # Errors
/// [`RunError`]: it was stopped, or money was lost, which is a fault of this program.
pub fn compare(parts: &Parts, options: &Options) -> Result<Comparison, RunError> {
    let own = parts.deals.first().map_or([1, 0], |deal| [deal.trials, deal.seed]);
    compare_in(parts, &options.begin_with(Phase::Comparison, own, |trials| trials))
}

/// The same, as a part of a study.
pub(super) fn compare_in(parts: &Parts, course: &Course) -> Result<Comparison, RunError> {
    let study = Study::new(parts, course.seed);
    let trials = course.trials;
    let (mut all, mut breach): (Option<Kept>, Option<Breach>) = (None, None);
    engine::blocks(
        0..trials,
        BLOCK,
        course.stop(),
        |first, lanes| study.block(first, lanes),
        |blocks: Vec<Kept>, done| {
            for mut kept in blocks {
                breach = breach.take().or(kept.breach.take());
                match &mut all {
                    Some(all) => all.merge(kept),
                    none => *none = Some(kept),
                }
            }
            course.done(done);
        },
    )?;
    if let Some(breach) = breach {
        return Err(RunError::Breach(breach));
    }
    let all = all.unwrap_or_else(|| study.block(0, 0));
    Ok(study.finish(&all, course))
}

struct Study<'a> {
    parts: &'a Parts,
    plans: Vec<Plan>,
    /// Mixtures (indices) that share a world.
    worlds: Vec<Vec<usize>>,
    parties: Vec<Party>,
    /// Figures of both, with what each scenario takes for it.
    figures: Vec<(Asked, [Option<Taken>; 2])>,
    catalogues: [Catalogue; 2],
}

impl<'a> Study<'a> {
    fn new(parts: &'a Parts, seed: u64) -> Self {
        let mut worlds: Vec<(String, Vec<usize>)> = Vec::new();
        for (index, deal) in parts.deals.iter().enumerate() {
            let world = world_of(deal);
            match worlds.iter_mut().find(|(known, _)| *known == world) {
                Some((_, members)) => members.push(index),
                None => worlds.push((world, vec![index])),
            }
        }
        let ends = [&parts.deals[0], &parts.deals[parts.deals.len() - 1]];
        let [first, second] = ends.map(asked);
        let catalogues = [catalogue(ends[0], &first), catalogue(ends[1], &second)];
        let same = Asked::is;
        let taken = |all: &[Asked], asked: &Asked| all.iter().find(|other| same(asked, other)).map(|other| other.taken);
        let mut figures: Vec<(Asked, [Option<Taken>; 2])> = Vec::new();
        for figure in &first {
            figures.push((figure.clone(), [Some(figure.taken), taken(&second, figure)]));
        }
        for (at, figure) in second.iter().enumerate().filter(|(_, figure)| taken(&first, figure).is_none()) {
            // Behind the figure of the same party that it stands behind in its own scenario, or behind parties of the same kind.
            let kind = core::mem::discriminant(&figure.about);
            let earlier = second[..at].last().filter(|earlier| earlier.about == figure.about);
            let before = earlier.and_then(|earlier| figures.iter().position(|(known, _)| same(known, earlier)));
            let before = before.or_else(|| figures.iter().rposition(|(known, _)| core::mem::discriminant(&known.about) == kind));
            figures.insert(before.map_or(figures.len(), |before| before + 1), (figure.clone(), [None, Some(figure.taken)]));
        }
        if ends.iter().all(|deal| only(deal).is_some() && only(deal) == only(ends[0])) {
            figures.retain(|(figure, _)| figure.about != About::Payors);
        }
        Self {
            plans: parts.deals.iter().map(|deal| Plan::new(deal, seed)).collect(),
            worlds: worlds.into_iter().map(|(_, members)| members).collect(),
            parties: parties::of(&parts.deals),
            figures,
            catalogues,
            parts,
        }
    }

    fn ends(&self) -> [usize; 2] {
        [0, self.parts.deals.len() - 1]
    }

    /// Settles one block of trials under every mixture.
    fn block(&self, first_trial: u64, lanes: usize) -> Kept {
        let mut money: Vec<Grid<i64>> = vec![Grid::default(); self.plans.len()];
        let mut observed: [Grid<f64>; 2] = Default::default();
        let mut look = |mixture: usize, block: &Block| {
            let deal = &self.parts.deals[mixture];
            money[mixture] = parties::money(&self.parties, deal, block);
            for (end, _) in self.ends().into_iter().enumerate().filter(|(_, end)| *end == mixture) {
                observed[end] = each_trial(deal, &self.catalogues[end], block);
            }
        };
        for members in &self.worlds {
            let mut block = Block::new(&self.plans[members[0]], lanes);
            block.run(&self.plans[members[0]], first_trial);
            look(members[0], &block);
            for &mixture in &members[1..] {
                let mut terms = SettlementSpace::new(&self.plans[mixture], lanes);
                block.exchange(&mut terms);
                block.settle(&self.plans[mixture], |_| {});
                look(mixture, &block);
                block.exchange(&mut terms);
            }
        }
        let lost = |lane: &usize| money.iter().any(|money| money.lane(*lane).sum::<i64>() != 0);
        let breach = (0..lanes).find(lost).map(|lane| Breach {
            trial: first_trial + lane as u64,
            what: "what the parties have in the end does not add up to nothing".into(),
        });
        let sum = |row: &[i64]| row.iter().map(|amount| i128::from(*amount)).sum::<i128>();
        let parties = 0..self.parties.len();
        let (figures, medians) = self.figures.iter().map(|(_, taken)| self.figure(taken, &observed, lanes)).unzip();
        Kept {
            sums: money.iter().map(|money| parties.clone().map(|party| sum(money.row(party))).collect()).collect(),
            moved: self.moved(&money, lanes),
            figures,
            medians,
            breach,
        }
    }

    /// What every block of clauses, and last all of them, moves in each trial.
    fn moved(&self, money: &[Grid<i64>], lanes: usize) -> Vec<Vec<Moments>> {
        let last = money.len() - 1;
        let whole = (vec![(last, 1), (0, -1)], 1);
        let weights = self.parts.weights.iter().map(|weights| (weights.clone(), self.parts.denominator)).chain([whole]);
        let of = |(weights, denominator): (Vec<(usize, i64)>, i64)| {
            let party = |party: usize| {
                let mut sum = vec![0.0; lanes];
                for &(mixture, weight) in &weights {
                    sum.iter_mut().zip(money[mixture].row(party)).for_each(|(sum, amount)| *sum += weight as f64 * *amount as f64);
                }
                sum.iter_mut().for_each(|sum| *sum /= denominator as f64);
                Moments::of(&sum)
            };
            (0..self.parties.len()).map(party).collect()
        };
        weights.map(of).collect()
    }

    fn figure(&self, taken: &[Option<Taken>; 2], observed: &[Grid<f64>; 2], lanes: usize) -> ([Moments; 3], [Vec<f64>; 2]) {
        let column = |end: usize| {
            let mut column = vec![f64::NAN; lanes];
            if let Some(taken) = taken[end] {
                taken.column(&self.catalogues[end], &observed[end], &mut column);
            }
            column
        };
        let [first, second] = [column(0), column(1)];
        let difference: Vec<f64> = first.iter().zip(&second).map(|(first, second)| second - first).collect();
        let moments = [Moments::of(&first), Moments::of(&second), Moments::of(&difference)];
        let is_median = taken.iter().flatten().any(|taken| matches!(taken, Taken::Median(_)));
        (moments, if is_median { [first, second] } else { Default::default() })
    }

    fn finish(&self, all: &Kept, course: &Course) -> Comparison {
        let [first, last] = self.ends();
        let trials = i128::from(course.trials.max(1));
        let denominator = i128::from(self.parts.denominator);
        // Numerators over trials × denominator; the last row takes off what all rows come to, so that every column adds up to 0.
        let parties = 0..self.parties.len();
        let share = |weights: &Vec<(usize, i64)>| {
            let party = |party: usize| weights.iter().map(|&(mixture, weight)| i128::from(weight) * all.sums[mixture][party]).sum();
            parties.clone().map(party).collect::<Vec<i128>>()
        };
        let mut table: Vec<Vec<i128>> = self.parts.weights.iter().map(share).collect();
        table.push(parties.clone().map(|party| denominator * (all.sums[first][party] - all.sums[last][party])).collect());
        let rounded = margins::round(table, trials * denominator);
        let errors = |row: usize| all.moved[row].iter().map(Moments::standard_error).collect();
        let rows = rounded.len() - 1;
        let row = |(row, moved): (usize, &Vec<i128>)| Share {
            moved: moved.iter().map(|amount| *amount as i64 * if row == rows { -1 } else { 1 }).collect(),
            errors: errors(row),
        };
        let mut shares: Vec<Share> = rounded.iter().enumerate().map(row).collect();
        let total = shares.pop().unwrap_or(Share { moved: Vec::new(), errors: Vec::new() });
        Comparison {
            trials: course.trials,
            seed: course.seed,
            same_world: self.worlds.iter().any(|members| members.contains(&first) && members.contains(&last)),
            figures: (0..self.figures.len()).map(|index| self.paired(index, all)).collect(),
            parties: self.parties.clone(),
            shares,
            total,
        }
    }

    fn paired(&self, index: usize, all: &Kept) -> Paired {
        let (figure, taken) = &self.figures[index];
        let [first, second, difference] = &all.figures[index];
        let both = taken.iter().all(Option::is_some);
        let (values, difference) = if matches!(figure.taken, Taken::Median(_)) {
            let [first, second] = &all.medians[index];
            ([median(first), median(second)], both.then(|| apart(first, second)))
        } else {
            let half = NORMAL * difference.standard_error();
            let mean = difference.mean();
            ([first.mean(), second.mean()], both.then_some([mean, mean - half, mean + half]))
        };
        Paired { about: figure.about.clone(), quantity: figure.quantity.clone(), values, difference }
    }
}

impl Kept {
    fn merge(&mut self, next: Self) {
        self.sums.iter_mut().flatten().zip(next.sums.iter().flatten()).for_each(|(sum, term)| *sum += term);
        self.moved.iter_mut().flatten().zip(next.moved.iter().flatten()).for_each(|(all, next)| all.merge(next));
        self.figures.iter_mut().flatten().zip(next.figures.iter().flatten()).for_each(|(all, next)| all.merge(next));
        for (all, next) in self.medians.iter_mut().flatten().zip(next.medians.into_iter().flatten()) {
            all.extend(next);
        }
    }
}

/// The name of the only payor, where there is only one.
fn only(deal: &Deal) -> Option<&str> {
    match deal.payors.as_slice() {
        [payor] => Some(&payor.name),
        _ => None,
    }
}
