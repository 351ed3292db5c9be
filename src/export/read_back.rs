//! What a scenario says, and what it says of published results, without a simulation.

use crate::engine;
use crate::report::settlement::{self, Settlement};
use crate::report::{check, settlement_text};
use crate::results;
use crate::scenario::{Problems, Scenario};

impl Scenario {
    /// It in sentences, as its parties would check it: the program, each payment, the capital, how well its numbers are founded.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// assert!(scenario.terms().starts_with("My first deal\nThe plan: Our provider will serve 600 people"));
    /// # Ok::<(), pfsim::Problems>(())
    /// ```
    #[must_use]
    pub fn terms(&self) -> String {
        check::text(&self.deal)
    }

    /// Settles it on published results, the text of a results file: who owes what and why, what every investor makes of it, and all of that in
    /// words.
    ///
    /// # Errors
    /// All [`Problems`] of the text.
    ///
    /// ```
    /// let deal = pfsim::Scenario::read("scenarios/closed/denver-supportive-housing.toml")?;
    /// let results = std::fs::read_to_string("tests/worked/denver-supportive-housing/results.toml")?;
    /// let (settlement, text) = deal.settle(&results)?;
    /// assert_eq!(settlement.payors.len(), deal.deal.payors.len());
    /// assert!(text.contains("settled in USD"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settle(&self, results: &str) -> Result<(Settlement, String), Problems> {
        let settled = engine::settle(&self.deal, &results::parse("results.toml", results, &self.deal)?);
        let settlement = settlement::settlement(&settled);
        let text = settlement_text::text(&settled, &settlement);
        Ok((settlement, text))
    }
}
