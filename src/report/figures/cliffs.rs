//! The pictures of what a payment pays at each result.

use super::as_files;
use crate::chart::{ChartError, Lines, lines as draw};
use crate::deal::Deal;
use crate::quantity::Money;
use crate::report::cliffs::{Words, expected};
use crate::study::{Cliff, Range};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// What each payment pays over the range of its results, as SVG and, where that is built in, PNG.
///
/// # Errors
/// What the backend says.
pub fn pictures(deal: &Deal, ranges: &[Range]) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
    let mut pictures = Vec::new();
    for range in ranges {
        let words = Words { deal, range };
        let payment = &deal.payments[range.payment].name;
        let jumps = range.cliffs.iter().filter(|cliff| matches!(cliff, Cliff::Jump { .. })).count();
        let title = match jumps {
            0 => format!("“{payment}” has no cliff"),
            1 => format!("“{payment}” has a cliff"),
            many => format!("“{payment}” has {many} cliffs"),
        };
        let major = |minor: i64| deal.currency.major(Money(minor));
        let points = range.steps.iter().map(|step| [step.rate, major(step.paid), 0.0]).collect();
        let across = |rate: f64| if range.people { share::about(rate) } else { number::plain(rate) };
        let up = |amount: f64| money::whole(deal.currency, amount);
        pictures.push(draw(&Lines {
            kind: "cliffs",
            name: payment.clone(),
            title,
            subtitle: format!("What it pays at each result, everything else as expected. Expected: {}.", expected(&words)),
            across: (
                format!("{}, {}", deal.measures[range.measure].name, if range.people { "share found" } else { "mean found" }),
                &across,
            ),
            up: ("paid".into(), &up),
            series: vec![(payment.clone(), points)],
            joined: true,
            marks: Vec::new(),
        })?);
    }
    Ok(as_files(&pictures))
}
