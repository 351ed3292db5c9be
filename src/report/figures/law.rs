//! The small picture of a law: its density from differences of its distribution function, and the values with a chance of their own.

use crate::chart::{ChartError, LawChart, LawShape, Picture};
use crate::sampling::Distribution;

/// Bins of a density.
const BINS: u32 = 60;
/// Share of a law beyond each end of the picture.
const TAIL: f64 = 0.005;
/// Quantiles at which values with a chance of their own are looked for: every value with more than the 50th part of the law is found.
const LOOKED: u32 = 50;
/// Least chance of a value that has a bar of its own.
const LEAST: f64 = 0.01;

/// The picture of what `law` says about the number `name`, in front of the law `before` it, with numbers as `write` writes them.
///
/// # Errors
/// [`ChartError`] when it cannot be drawn.
pub fn picture(
    name: &str,
    law: &Distribution,
    before: Option<&Distribution>,
    write: &dyn Fn(f64) -> String,
) -> Result<Picture, ChartError> {
    crate::chart::law(&of(name, law, before, write))
}

/// What the picture shows.
pub fn of(name: &str, law: &Distribution, before: Option<&Distribution>, write: &dyn Fn(f64) -> String) -> LawChart {
    let ticks = [0.05, 0.5, 0.95].map(|share| law.quantile(share));
    let said = |law: &Distribution| match law.is_constant() {
        Some(value) => write(value),
        None => {
            let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| write(law.quantile(share)));
            format!("{middle} in the middle, {low} to {high} in 90 of 100 trials")
        }
    };
    let shape = shape(law);
    let mut description = format!("Mean {}.", write(shape.mean));
    if let Some(before) = before {
        description += &format!(" As signed: {}.", said(before));
    }
    LawChart {
        name: name.to_owned(),
        title: format!("{name}: {}", said(law)),
        description,
        shape,
        before: before.map(self::shape),
        ticks: ticks.map(|value| (value, write(value))),
    }
}

/// The density and the single values of a law.
#[must_use]
pub fn shape(law: &Distribution) -> LawShape {
    let (mean, _) = law.moments();
    if let Some(value) = law.is_constant() {
        return LawShape { density: Vec::new(), masses: vec![[value, 1.0]], mean };
    }
    let (low, high) = (law.quantile(TAIL), law.quantile(1.0 - TAIL));
    let masses = masses(law, high - low);
    let own = |from: f64, to: f64| masses.iter().filter(|[at, _]| *at > from && *at <= to).map(|[_, chance]| chance).sum::<f64>();
    let edge = |at: u32| low + (high - low) * f64::from(at) / f64::from(BINS);
    let width = (high - low) / f64::from(BINS);
    let shares: Vec<f64> =
        (0..BINS).map(|at| (edge(at), edge(at + 1))).map(|(from, to)| (law.cdf(to) - law.cdf(from) - own(from, to)).max(0.0)).collect();
    let mut density = Vec::new();
    if high > low && shares.iter().sum::<f64>() > LEAST {
        let heights: Vec<f64> = shares.iter().map(|share| share / width).collect();
        density.push([low, heights[0]]);
        density.extend(heights.iter().zip(0..).map(|(height, at)| [edge(at) + width / 2.0, *height]));
        density.push([high, heights[heights.len() - 1]]);
    }
    LawShape { density, masses, mean }
}

/// Where the distribution function jumps by [`LEAST`] or more, in ascending order: a jump that is wide enough holds one of many quantiles.
fn masses(law: &Distribution, span: f64) -> Vec<[f64; 2]> {
    let (least, greatest) = law.support();
    let inside = (0..LOOKED).map(|at| law.quantile((f64::from(at) + 0.5) / f64::from(LOOKED)));
    let ends = [least, greatest].into_iter().filter(|end| end.is_finite());
    let mut found: Vec<f64> = inside.chain(ends).collect();
    found.sort_by(f64::total_cmp);
    found.dedup();
    let just_before = |value: f64| value - (1e-9 * span).max(1e-12 * value.abs());
    let jump = |value: f64| [value, law.cdf(value) - law.cdf(just_before(value))];
    found.into_iter().map(jump).filter(|[_, chance]| *chance >= LEAST).collect()
}
