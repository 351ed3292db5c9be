//! How axes are combined: grids, lists, and points spread over a space.

use crate::experiment::levers::Moved;
use crate::numeric::math;
use crate::sampling::points;
use crate::scenario::path::assigned;

/// Something that changes from scenario to scenario.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Its values, at least one.
    pub levels: Vec<Level>,
    /// What is set to its value.
    pub levers: Vec<String>,
    /// Where any number between may be taken.
    pub span: Option<Span>,
}

/// A value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// As it is shown.
    pub label: String,
    /// Its number, if it is one.
    pub number: Option<f64>,
    /// The changes that it makes, as in --set.
    pub set: Vec<String>,
}

impl Level {
    /// A number to which every lever is set.
    #[must_use]
    pub fn of(number: f64, levers: &[String]) -> Self {
        let label = format!("{number}");
        // A lever that takes whole numbers does not take 5.0.
        Self { set: levers.iter().map(|lever| format!("{lever}={label}")).collect(), number: Some(number), label }
    }
}

/// How axes are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Every value with every other.
    Grid,
    /// The first values together, then the second ones.
    List,
    /// So many points, each axis evenly covered.
    LatinHypercube(u64),
    /// So many points of a Sobol sequence, scrambled as Owen did (Burley, *Practical hash-based Owen scrambling*, JCGT 9(4), 2020).
    Sobol(u64),
}

/// One scenario of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The scenario file (index).
    pub base: usize,
    /// A value of each axis.
    pub levels: Vec<Level>,
}

/// Numbers from one to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First number.
    pub from: f64,
    /// Last number.
    pub to: f64,
    /// Whether they are even in proportion.
    pub log: bool,
    /// What numbers between are multiples of; six significant digits if absent.
    pub round: Option<f64>,
}

impl Span {
    /// `steps` numbers, both ends included.
    pub(super) fn numbers(self, steps: u32) -> Vec<f64> {
        (0..steps).map(|step| self.at(f64::from(step) / f64::from(steps - 1))).collect()
    }

    /// The least size of a number between.
    pub(super) fn least(self) -> f64 {
        if self.from * self.to < 0.0 { 0.0 } else { self.from.abs().min(self.to.abs()) }
    }

    /// The number at a share of the way, 0 to 1.
    fn at(self, share: f64) -> f64 {
        let Self { from, to, log, round } = self;
        if share == 0.0 || share == 1.0 {
            return if share == 0.0 { from } else { to };
        }
        let value = if log { math::exp(math::ln(from) + share * (math::ln(to) - math::ln(from))) } else { from + share * (to - from) };
        match round {
            // Twelve digits more than the step has, so that 0.1 × 3 is 0.3.
            Some(step) => written((value / step).round() * step, 12),
            None => written(value, 6),
        }
    }
}

/// `value` with so many significant digits.
fn written(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// Scenarios of one file.
fn per_base(design: Design, axes: &[Axis]) -> u64 {
    match design {
        Design::Grid => axes.iter().fold(1, |count: u64, axis| count.saturating_mul(axis.levels.len() as u64)),
        Design::List => axes.first().map_or(1, |axis| axis.levels.len() as u64),
        Design::LatinHypercube(points) | Design::Sobol(points) => points,
    }
}

pub(super) fn count(design: Design, bases: usize, axes: &[Axis]) -> u64 {
    per_base(design, axes).saturating_mul(bases as u64)
}

/// The scenario of number `index`: file by file, the last axis of a grid changing first.
pub(super) fn point(design: Design, axes: &[Axis], seed: u64, bases: usize, index: u64) -> Point {
    let per_base = per_base(design, axes);
    let (base, own) = ((index / per_base) as usize, index % per_base);
    debug_assert!(base < bases, "no such scenario");
    let mut rest = own;
    let mut levels: Vec<Level> = Vec::with_capacity(axes.len());
    for (at, axis) in axes.iter().enumerate().rev() {
        let count = axis.levels.len() as u64;
        let level = match design {
            Design::Grid => {
                let level = axis.levels[(rest % count) as usize].clone();
                rest /= count;
                level
            }
            Design::List => axis.levels[own as usize].clone(),
            Design::LatinHypercube(count_of) => axis.at(points::latin(seed, at as u32, count_of, own)),
            Design::Sobol(_) => axis.at(points::sobol(seed, at as u32, own as u32)),
        };
        levels.push(level);
    }
    levels.reverse();
    Point { base, levels }
}

impl Axis {
    /// What it moves, as number `at` of the axes.
    pub(super) fn moved<'a>(&'a self, at: usize) -> Moved<'a> {
        let choices = if self.levers.is_empty() {
            let paths = |level: &'a Level| level.set.iter().filter_map(|set| assigned(set)).map(|(path, _)| path).collect();
            self.levels.iter().map(paths).collect()
        } else {
            vec![self.levers.iter().map(String::as_str).collect()]
        };
        Moved { at: format!("axis[{at}]"), name: &self.name, choices }
    }

    /// The value at a share of the way from 0 up to 1.
    fn at(&self, share: f64) -> Level {
        match self.span {
            Some(span) => Level::of(span.at(share), &self.levers),
            None => self.levels[((share * self.levels.len() as f64) as usize).min(self.levels.len() - 1)].clone(),
        }
    }
}
