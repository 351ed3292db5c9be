//! Charts and the report page as files, where this build draws any.

/// Names and contents of files, or why there are none.
pub type Files = Result<Vec<(String, Vec<u8>)>, String>;

#[cfg(feature = "charts")]
pub use drawn::*;
#[cfg(not(feature = "charts"))]
pub use left_out::*;

#[cfg(feature = "charts")]
mod drawn {
    use core::fmt::Display;

    use super::Files;
    use crate::chart::{ChartError, Picture};
    use crate::deal::Deal;
    use crate::experiment::solve::Solve;
    use crate::experiment::sweep::Sweep;
    use crate::question::Question;
    use crate::report::figures::{self, Figures, as_files};
    use crate::report::page::{self, Studies};
    use crate::scenario::Scenario;
    use crate::study::sensitivity::Found;
    use crate::study::{Answer, Dossier, Range, Row};

    fn said(error: impl Display) -> String {
        error.to_string()
    }

    fn files(drawn: Result<Vec<Picture>, ChartError>) -> Files {
        drawn.map(|drawn| as_files(&drawn)).map_err(said)
    }

    /// The charts of a run and the page around them.
    ///
    /// # Errors
    /// Why they could not be made.
    pub fn of_run(scenario: &Scenario, dossier: &Dossier) -> Files {
        let (deal, run) = (&scenario.deal, &dossier.run);
        let figures = Figures::draw(deal, run, &dossier.power).map_err(said)?;
        let page = page::html(deal, run, &figures, &Studies::of(dossier), &scenario.hash()).map_err(said)?;
        let mut files = figures.files();
        files.push(("report.html".into(), page.into_bytes()));
        Ok(files)
    }

    /// The charts of a search.
    ///
    /// # Errors
    /// Why they could not be made.
    pub fn of_search(solve: &Solve, answer: &Answer) -> Files {
        files(figures::solve::pictures(solve, answer))
    }

    /// The charts of which input matters.
    ///
    /// # Errors
    /// Why they could not be made.
    pub fn of_sensitivity(deal: &Deal, found: &[Found]) -> Files {
        files(figures::sensitivity::pictures(deal, found))
    }

    /// The charts of what one more success pays.
    ///
    /// # Errors
    /// Why they could not be made.
    pub fn of_prices(deal: &Deal, ranges: &[Range]) -> Files {
        figures::cliffs::pictures(deal, ranges).map_err(said)
    }

    /// The charts of a sweep.
    ///
    /// # Errors
    /// Why they could not be made.
    pub fn of_sweep(sweep: &Sweep, asked: &[Question], rows: &[Row]) -> Files {
        figures::sweep::files(sweep, asked, rows).map_err(said)
    }
}

#[cfg(not(feature = "charts"))]
mod left_out {
    #![allow(missing_docs, clippy::missing_errors_doc, reason = "each stands for the one of its name that draws")]

    use super::Files;
    use crate::deal::Deal;
    use crate::experiment::solve::Solve;
    use crate::experiment::sweep::Sweep;
    use crate::question::Question;
    use crate::scenario::Scenario;
    use crate::study::sensitivity::Found;
    use crate::study::{Answer, Dossier, Range, Row};

    const WHY: &str = "this build draws no charts";

    pub fn of_run(_: &Scenario, _: &Dossier) -> Files {
        Err(WHY.into())
    }

    pub fn of_search(_: &Solve, _: &Answer) -> Files {
        Err(WHY.into())
    }

    pub fn of_sensitivity(_: &Deal, _: &[Found]) -> Files {
        Err(WHY.into())
    }

    pub fn of_prices(_: &Deal, _: &[Range]) -> Files {
        Err(WHY.into())
    }

    pub fn of_sweep(_: &Sweep, _: &[Question], _: &[Row]) -> Files {
        Err(WHY.into())
    }
}
