//! The four signals of readiness, in sentences.

use core::fmt::Write;

use crate::deal::Deal;
use crate::study::{Finding, Readiness, Signal};
use crate::words::count::counted;
use crate::words::money;
use crate::words::share;

pub(crate) fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Payor => "a committed payor",
        Signal::Data => "data",
        Signal::Partnerships => "partnerships",
        Signal::Evidence => "evidence",
    }
}

pub(super) fn found(signal: Signal, strength: Option<f64>) -> String {
    let Some(strength) = strength else { return "no outcome has an effect: nothing here tells what the program adds".into() };
    let percent = share::about(strength);
    match signal {
        Signal::Payor => format!("{percent} sure, each year, that no payor fails"),
        Signal::Data => format!("{percent} of outcomes are found, in the weakest records or measure"),
        Signal::Partnerships => format!("grants and partners bear {percent} of the cost"),
        Signal::Evidence => format!("{percent} sure that the least certain effect is for the better"),
    }
}

pub(super) fn mended(signal: Signal, partners: f64) -> String {
    match signal {
        Signal::Payor => "if every payor surely paid".into(),
        Signal::Data => "if every outcome were found, and none by mistake".into(),
        Signal::Partnerships => format!("if partners bore {} more of the cost per participant", share::about(partners)),
        Signal::Evidence => "if every effect were known to be its mean".into(),
    }
}

/// What the scenario has of each signal, and what its weakness costs.
#[must_use]
pub fn text(deal: &Deal, readiness: &Readiness, trials: u64) -> String {
    let change = |[mean, error]: [f64; 2]| money::change_with_error(deal.currency, mean, error);
    let mut text = format!("{}: is it ready?\n", deal.name);
    for finding in &readiness.findings {
        let _ = writeln!(text, "\n  {:<18} {}", name(finding.signal), found(finding.signal, finding.strength));
        let Some(gain) = finding.gain else {
            if finding.strength.is_some() {
                let _ = writeln!(text, "  {:<18} as strong as can be", "");
            }
            continue;
        };
        let mut changes = vec![format!("payors pay {}", change(gain.payors))];
        changes.extend(gain.investors.map(|investors| format!("investors gain {}", change(investors))));
        changes.extend(gain.loss.map(|change| format!("their chance of loss {}", share::points(change))));
        changes.extend(gain.for_nothing.map(|change| format!("false positives {}", share::points(change))));
        let _ = writeln!(text, "  {:<18} {}: {}", "", mended(finding.signal, readiness.partners), changes.join(", "));
    }
    if let Some(weakest) = weakest(&readiness.findings) {
        let _ = writeln!(text, "\nThe weakest of the four here: {}.", name(weakest.signal));
    }
    let _ = writeln!(text, "Differences of {}, ± one standard error.", counted(trials, "paired trial"));
    text
}

/// The signal of least strength that could be stronger.
pub(crate) fn weakest(findings: &[Finding]) -> Option<&Finding> {
    findings
        .iter()
        .filter(|finding| finding.gain.is_some())
        .min_by(|one, other| one.strength.unwrap_or(0.0).total_cmp(&other.strength.unwrap_or(0.0)))
}
