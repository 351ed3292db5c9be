//! What an evaluation can tell, as a table and as JSON.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::numbers::{effect, percent};
use crate::deal::Deal;
use crate::stats::Proportion;
use crate::study::{Point, Power};
use crate::words::count::counted;
use crate::words::money;
use crate::words::share;

/// The chances of paying for nothing and of not paying for the promised effect, the curve between them, and the winner's curse.
#[must_use]
pub fn text(deal: &Deal, all: &[Power], trials: u64) -> String {
    let mut text = format!("{}: what the evaluation can tell\n", deal.name);
    if all.is_empty() {
        text.push_str("\nNo payment is paid on an outcome that also happens without the program: there is no effect to be told.\n");
    }
    for power in all {
        let outcome = &deal.outcomes[power.outcome];
        let show = |value: f64| written(deal, power, value);
        let _ = writeln!(
            text,
            "\n“{}”, paid on “{}”; promised effect {}",
            deal.payments[power.payment].name,
            outcome.name,
            show(power.promised)
        );
        if let (Some(none), Some(promised)) = (point(power, 0.0), point(power, power.promised)) {
            let _ = writeln!(text, "  pays if the program has no effect     {}", percent(Some(&none.pays)));
            let unpaid = Proportion::new(promised.pays.count - promised.pays.hits, promised.pays.count);
            let _ = writeln!(text, "  does not pay for the promised effect  {}", percent(Some(&unpaid)));
        }
        let mut rows = table(["true effect", "pays", "expected payment"].map(String::from).to_vec(), 1);
        for point in &power.points {
            rows.add_row(vec![
                show(point.effect),
                percent(Some(&point.pays)),
                money::with_error(deal.currency, point.paid.mean, point.paid.se),
            ]);
        }
        let _ = writeln!(text, "{}", lines(&rows));
        let [pays, works, nothing, unpaid, neither] = &power.prior.table;
        let _ = writeln!(
            text,
            "  By what the scenario knows of the effect: pays {}; pays and works {}, pays for nothing {}, works unpaid {}, neither {}.",
            percent(Some(pays)),
            percent(Some(works)),
            percent(Some(nothing)),
            percent(Some(unpaid)),
            percent(Some(neither))
        );
        if let Some([found, real]) = power.prior.found_and_true.filter(|[found, _]| found.mean.is_finite()) {
            let _ = writeln!(
                text,
                "  Where it pays, the effect found is {} on average and the true one {}.",
                effect(outcome, found.mean),
                effect(outcome, real.mean)
            );
        }
    }
    let _ = writeln!(text, "\nEach line {}, ± one standard error.", counted(trials, "trial"));
    text
}

/// A true effect in the units that it is stated in.
pub(super) fn written(deal: &Deal, power: &Power, value: f64) -> String {
    let source = &deal.outcomes[deal.outcomes[power.outcome].looks_at().unwrap_or(power.outcome)];
    match (source.relative, source.fewer_is_better) {
        (false, _) => effect(source, value),
        (true, false) => share::change(value),
        (true, true) => format!("{} {}", share::rate(value.abs()), if value < 0.0 { "more" } else { "less" }),
    }
}

/// What was found at one true effect.
pub(super) fn point(power: &Power, effect: f64) -> Option<&Point> {
    power.points.iter().find(|point| (point.effect - effect).abs() <= 1e-9 * effect.abs().max(1e-9))
}
