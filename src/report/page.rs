//! One page that a board can read: the deal, its numbers, a memo for each reader, every chart, every assumption, and how to check it all.
//!
//! Comes in: a deal, its run, its pictures, and what further studies found. Goes out: one HTML file that refers to nothing outside itself
//! and needs no script; it is well-formed XML too. Must never know: how a chart is drawn, how a number came about.

mod brief;
mod evaluator;
mod evidence;
pub mod forecast;
mod intermediary;
mod investor;
mod method;
mod parts;
mod payor;
mod picture;
mod program;
pub mod status;
mod template;
mod terms;

use super::figures::Figures;
use crate::analysis::Lint;
use crate::deal::Deal;
use crate::question::Question;
use crate::stats::Index;
use crate::study::{Dossier, LayersOf, Power, Readiness, Run};
use crate::words::count::counted;
use parts::{Page, Section};

/// What is known of a deal beyond its run. All of it may be absent; the page then leaves it out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Studies<'a> {
    /// How each payment behaves as the true effect grows.
    pub power: &'a [Power],
    /// Where the risk of the headline numbers comes from.
    pub layers: &'a [LayersOf],
    /// The four signals of readiness.
    pub readiness: Option<&'a Readiness>,
    /// What is valid but unwise.
    pub lints: &'a [Lint],
    /// Trials behind each of these studies.
    pub trials: u64,
    /// How much of the variance of headline numbers rests on inputs that are assumed, or have no grade: a number and its share.
    pub assumed: &'a [(Question, Index)],
}

impl<'a> Studies<'a> {
    /// What a dossier knows beyond its run.
    #[must_use]
    pub fn of(dossier: &'a Dossier) -> Self {
        let Dossier { power, layers, readiness, lints, assumed, trials, .. } = dossier;
        Self { power, layers, readiness: Some(readiness), lints, trials: *trials, assumed }
    }
}

/// The page as HTML. `hash` is the SHA-256 of the scenario's text. The same input gives the same bytes.
///
/// # Errors
/// What the template engine says; the template is a part of this program, so this does not happen in practice.
pub fn html(deal: &Deal, run: &Run, figures: &Figures, studies: &Studies<'_>, hash: &str) -> Result<String, minijinja::Error> {
    let mut sections: Vec<Section> = vec![brief::section(deal, run, figures)];
    sections.extend(evidence::warnings(deal, run, studies));
    sections.push(terms::section(deal));
    sections.extend(payor::section(deal, run, figures));
    sections.extend(investor::section(deal, run, figures, studies));
    sections.push(intermediary::section(deal, run, figures, studies));
    sections.extend(evaluator::section(deal, run, figures, studies));
    sections.push(program::section(deal, run));
    sections.push(evidence::section(deal, studies));
    sections.push(method::section(deal, run, hash));
    parts::shorten(&mut sections, "in metrics.csv, chances.csv, assumptions.csv and terms.txt beside this page");
    picture::number(&mut sections);
    template::lay_out(&Page {
        kicker: "Pay for Success · results of a simulation",
        what: "results",
        title: deal.name.clone(),
        about: deal.about.clone().unwrap_or_default(),
        lead: brief::paragraph(deal),
        run: format!("{} (simulated futures), seed {}", counted(run.trials, "trial"), run.seed),
        engine: format!("pfsim {}", env!("CARGO_PKG_VERSION")),
        sections,
        closing: "A simulation shows what a contract's terms do under stated assumptions; it is no forecast and no advice.",
        style: template::STYLE,
    })
}
