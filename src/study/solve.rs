//! Which terms are best of those that keep every promise?
//!
//! Candidates lie on a lattice: each lever at a whole number of steps. They are tried in batches on the same draws, those that share a world
//! on the same world, so that a batch costs little more than one run and two candidates differ only by what their terms do. First the whole
//! range is tried coarsely, then ever closer around the best (a compass search with diagonals; Kolda, Lewis and Torczon, *Optimization by
//! direct search*, SIAM Review 45, 2003). A lattice of few points is tried whole.

use rayon::prelude::*;

use super::many::many_in;
use super::options::Course;
use super::{Options, Phase, Run, SweepError};
use crate::deal::Deal;
use crate::experiment::solve::{Goal, Solve};
use crate::numeric::normal;
use crate::question::{Question, Requirement};
use crate::sampling::points;

/// Lattices of at most so many points are tried whole.
const WHOLE: u64 = 512;

/// Candidates of a round.
const ROUND: u32 = 64;

/// Rounds of closer looks, at most.
const ROUNDS: usize = 400;

/// A candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Steps of each lever.
    pub steps: Vec<u32>,
    /// Figures and their standard errors, in the order of [`Answer::questions`]; NaN where there is none.
    pub values: Vec<[f64; 2]>,
    /// How sure each requirement is, 0 to 1, where that can be said.
    pub confidence: Vec<Option<f64>>,
    /// Which requirements hold.
    pub holds: Vec<bool>,
    /// How far it is from holding all of them; 0 where all hold.
    miss: f64,
    /// What should be small.
    cost: f64,
}

impl Tried {
    /// Whether every requirement holds.
    #[must_use]
    pub fn meets(&self) -> bool {
        self.holds.iter().all(|holds| *holds)
    }

    fn better_than(&self, other: &Self) -> bool {
        (self.miss, self.cost, &self.steps) < (other.miss, other.cost, &other.steps)
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Everything that was asked of each candidate: what must hold, the goal if it is a figure, the frontier.
    pub questions: Vec<Question>,
    /// Every candidate, by its steps.
    pub tried: Vec<Tried>,
    /// Candidates that cannot be: their terms contradict each other.
    pub impossible: usize,
    /// The best candidate (index): of those that meet everything, or else the closest to it.
    pub best: usize,
    /// Requirements (indices) that a step in any better direction breaks.
    pub binding: Vec<usize>,
    /// Points of the lattice.
    pub lattice: u64,
}

impl Answer {
    /// The best candidate.
    #[must_use]
    pub fn best(&self) -> &Tried {
        &self.tried[self.best]
    }

    /// Requirements (indices) that no candidate meets, whatever becomes of the others.
    #[must_use]
    pub fn hopeless(&self, such_that: &[Requirement]) -> Vec<usize> {
        (0..such_that.len()).filter(|&at| !self.tried.iter().any(|tried| tried.holds[at])).collect()
    }

    /// A figure of a candidate, with its standard error.
    #[must_use]
    pub fn value(&self, tried: &Tried, question: &Question) -> [f64; 2] {
        self.questions.iter().position(|known| known == question).map_or([f64::NAN; 2], |at| tried.values[at])
    }
}

struct Search<'s> {
    solve: &'s Solve,
    course: Course,
    questions: Vec<Question>,
    tried: Vec<Tried>,
    impossible: Vec<Vec<u32>>,
    done: u64,
}

/// Makes the search. Progress counts the trials of all candidates against those of the first round: how many
/// there will be is not known before.
///
/// # Errors
/// [`SweepError`]: no candidate can be, or the search was stopped.
pub fn solve(solve: &Solve, options: &Options) -> Result<Answer, SweepError> {
    let mut questions: Vec<Question> = Vec::new();
    let goal = match &solve.goal {
        Goal::Figure(question) => Some(question),
        Goal::Lever(_) => None,
    };
    let held = solve.such_that.iter().map(|requirement| &requirement.question);
    for question in held.chain(goal).chain(solve.frontier.iter().flatten()) {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    }
    let first = u64::from(ROUND + 1) * solve.levers.len() as u64;
    let course = options.begin_with(Phase::Search, [solve.trials, solve.seed], |trials| trials.saturating_mul(first));
    let seed = course.seed;
    let mut search = Search { solve, course, questions, tried: Vec::new(), impossible: Vec::new(), done: 0 };
    let lattice = solve.levers.iter().fold(1u64, |all, lever| all.saturating_mul(u64::from(lever.steps) + 1));
    if lattice <= WHOLE {
        search.attempt(&all_points(solve))?;
    } else {
        search.attempt(&spread(solve, seed))?;
        search.closer()?;
    }
    if search.tried.is_empty() {
        // Both ends of every lever are possible by themselves: say why not together.
        solve.deal(&search.impossible[0])?;
    }
    let best = search.best();
    let steps = search.tried[best].steps.clone();
    search.attempt(&neighbours(solve, &steps, &vec![1; steps.len()]))?;
    Ok(search.answer(lattice))
}

/// Every point of the lattice.
fn all_points(solve: &Solve) -> Vec<Vec<u32>> {
    solve.levers.iter().fold(vec![Vec::new()], |points, lever| {
        points.iter().flat_map(|point| (0..=lever.steps).map(move |step| [point.as_slice(), &[step]].concat())).collect()
    })
}

/// Points all over the lattice: evenly spaced on one lever, corners and a Sobol sequence on several.
fn spread(solve: &Solve, seed: u64) -> Vec<Vec<u32>> {
    if let [lever] = solve.levers.as_slice() {
        return (0..=ROUND).map(|at| vec![(u64::from(lever.steps) * u64::from(at) / u64::from(ROUND)) as u32]).collect();
    }
    let count = solve.levers.len();
    let corners = (0..1u32 << count.min(4)).map(|corner| {
        solve.levers.iter().enumerate().map(|(at, lever)| if corner >> at.min(31) & 1 == 1 { lever.steps } else { 0 }).collect()
    });
    let place = |index: u32| {
        let on = |(at, lever): (usize, &crate::experiment::solve::Lever)| {
            ((points::sobol(seed, at as u32, index) * (f64::from(lever.steps) + 1.0)) as u32).min(lever.steps)
        };
        solve.levers.iter().enumerate().map(on).collect()
    };
    corners.chain((0..ROUND * (count as u32 + 1)).map(place)).collect()
}

/// Points at the given distances of `steps`, on one lever or on two at a time.
fn neighbours(solve: &Solve, steps: &[u32], apart: &[u32]) -> Vec<Vec<u32>> {
    let moved = |moves: &[(usize, bool)]| {
        let mut steps = steps.to_vec();
        for &(at, up) in moves {
            steps[at] =
                if up { steps[at].saturating_add(apart[at]).min(solve.levers[at].steps) } else { steps[at].saturating_sub(apart[at]) };
        }
        steps
    };
    let single = (0..steps.len()).flat_map(|at| [false, true].map(|up| vec![(at, up)]));
    let double = (0..steps.len()).flat_map(|one| {
        (0..one)
            .flat_map(move |other| [(false, false), (false, true), (true, false), (true, true)].map(|(a, b)| vec![(one, a), (other, b)]))
    });
    single.chain(double).map(|moves| moved(&moves)).collect()
}

impl Search<'_> {
    /// Tries what has not been tried.
    fn attempt(&mut self, candidates: &[Vec<u32>]) -> Result<(), SweepError> {
        let mut fresh: Vec<&Vec<u32>> = Vec::new();
        for steps in candidates {
            let known = self.tried.iter().any(|tried| tried.steps == *steps) || self.impossible.contains(steps) || fresh.contains(&steps);
            if !known {
                fresh.push(steps);
            }
        }
        let made: Vec<_> = fresh.par_iter().map(|steps| self.solve.deal(steps)).collect();
        let mut deals: Vec<(&Vec<u32>, Deal)> = Vec::new();
        for (steps, deal) in fresh.into_iter().zip(made) {
            match deal {
                Ok(deal) => deals.push((steps, deal)),
                Err(_) => self.impossible.push(steps.clone()),
            }
        }
        let of: Vec<&Deal> = deals.iter().map(|(_, deal)| deal).collect();
        let runs = many_in(&of, Some(&self.questions), &self.course.after(self.done))?;
        self.done += self.course.trials * deals.len() as u64;
        for ((steps, _), run) in deals.iter().zip(&runs) {
            self.tried.push(self.judged(steps, run));
        }
        Ok(())
    }

    fn judged(&self, steps: &[u32], run: &Run) -> Tried {
        let values: Vec<[f64; 2]> = self.questions.iter().map(|question| run.answer(question).unwrap_or([f64::NAN; 2])).collect();
        let confidence: Vec<Option<f64>> = self.solve.such_that.iter().map(|requirement| run.confidence(requirement)).collect();
        let mut miss = 0.0;
        let mut holds = Vec::new();
        for (requirement, confidence) in self.solve.such_that.iter().zip(&confidence) {
            let [value, error] = run.answer(&requirement.question).unwrap_or([f64::NAN; 2]);
            let margin = requirement.margin(value);
            let wanted = self.solve.confidence;
            let meets = if wanted > 0.5 { confidence.is_some_and(|sure| sure >= wanted) } else { margin >= 0.0 };
            holds.push(meets);
            if !meets {
                let slack = if wanted > 0.5 && error.is_finite() { error * normal::quantile(wanted) } else { 0.0 };
                let short = (slack - margin) / requirement.bound.abs().max(0.01);
                miss += if short.is_nan() { 1e6 } else { short.max(1e-9) };
            }
        }
        let goal = match &self.solve.goal {
            Goal::Lever(lever) => f64::from(steps[*lever]),
            Goal::Figure(question) => run.answer(question).map_or(f64::INFINITY, |answer| answer[0]),
        };
        let cost = if self.solve.small || goal == f64::INFINITY { goal } else { -goal };
        Tried { steps: steps.to_vec(), values, confidence, holds, miss, cost }
    }

    /// The best so far (index).
    fn best(&self) -> usize {
        (1..self.tried.len()).fold(0, |best, at| if self.tried[at].better_than(&self.tried[best]) { at } else { best })
    }

    /// Ever closer looks around the best.
    fn closer(&mut self) -> Result<(), SweepError> {
        let first = if self.solve.levers.len() == 1 { ROUND } else { 4 };
        let mut apart: Vec<u32> = self.solve.levers.iter().map(|lever| lever.steps.div_ceil(first).max(1)).collect();
        for _ in 0..ROUNDS {
            if self.tried.is_empty() {
                return Ok(());
            }
            let best = self.best();
            let steps = self.tried[best].steps.clone();
            if let ([lever], [width]) = (self.solve.levers.as_slice(), apart.as_mut_slice()) {
                // On one lever: everything around the best, evenly spaced.
                let (low, high) = (steps[0].saturating_sub(*width), steps[0].saturating_add(*width).min(lever.steps));
                let count = (high - low).min(ROUND);
                let points: Vec<Vec<u32>> =
                    (0..=count).map(|at| vec![low + (u64::from(high - low) * u64::from(at) / u64::from(count.max(1))) as u32]).collect();
                self.attempt(&points)?;
                if high - low <= ROUND {
                    return Ok(());
                }
                *width = (high - low).div_ceil(ROUND);
                continue;
            }
            self.attempt(&neighbours(self.solve, &steps, &apart))?;
            if self.best() == best {
                if apart.iter().all(|apart| *apart == 1) {
                    return Ok(());
                }
                apart.iter_mut().for_each(|apart| *apart = apart.div_ceil(2).min((*apart - 1).max(1)));
            }
        }
        Ok(())
    }

    fn answer(mut self, lattice: u64) -> Answer {
        let best = self.tried[self.best()].clone();
        let mut binding: Vec<usize> = Vec::new();
        for steps in neighbours(self.solve, &best.steps, &vec![1; best.steps.len()]) {
            let Some(beside) = self.tried.iter().find(|tried| tried.steps == steps) else { continue };
            if best.meets() && beside.cost < best.cost {
                binding.extend((0..beside.holds.len()).filter(|&at| !beside.holds[at]));
            }
        }
        binding.sort_unstable();
        binding.dedup();
        self.tried.sort_by(|one, other| one.steps.cmp(&other.steps));
        let place = self.tried.iter().position(|tried| tried.steps == best.steps).unwrap_or(0);
        Answer { questions: self.questions, tried: self.tried, impossible: self.impossible.len(), best: place, binding, lattice }
    }
}

/// Which of `points` no other beats in both numbers, both being better small: their places, by the first number. Points without a number
/// are beaten.
#[must_use]
pub fn frontier(points: &[[f64; 2]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).filter(|&at| points[at].iter().all(|value| value.is_finite())).collect();
    order.sort_by(|&one, &other| points[one][0].total_cmp(&points[other][0]).then(points[one][1].total_cmp(&points[other][1])));
    let mut least = f64::INFINITY;
    order.retain(|&at| {
        let kept = points[at][1] < least;
        least = least.min(points[at][1]);
        kept
    });
    order
}
