//! What the other studies leave in a folder, in memory: the answer in words and as JSON, tables, charts, and the text that it was asked of.

use super::bundle::Bundle;
use super::charts;
use super::data::{self, About};
use crate::experiment::solve::Solve;
use crate::report::compare::Compared;
use crate::report::compare_text;
use crate::report::{cliffs, sensitivity, solve};
use crate::scenario::Scenario;
use crate::study::sensitivity::Found;
use crate::study::{Answer, Options, Prices};

impl Solve {
    /// The answer of this search in words and as JSON, the table of candidates, charts, and the texts that it was asked of. Nothing is
    /// written anywhere.
    #[must_use]
    pub fn bundle(&self, answer: &Answer) -> Bundle {
        let [question, scenario] = &self.texts;
        let mut made = Bundle::of([
            ("solve.toml", question.clone()),
            ("scenario.toml", scenario.clone()),
            ("summary.json", data::text(&About::of_search(self), &data::Solve::new(self, answer))),
            ("answer.txt", solve::text(self, answer)),
        ]);
        made.add("candidates.csv", solve::csv(self, answer).map(|table| vec![("candidates.csv".to_string(), table)]));
        made.add("the charts", charts::of_search(self, answer));
        made
    }
}

/// Which inputs of `scenario` matter, as it was found under `options`.
#[must_use]
pub fn of_sensitivity(scenario: &Scenario, found: &[Found], options: &Options) -> Bundle {
    let deal = &scenario.deal;
    let mut made = Bundle::of([
        ("scenario.toml", scenario.text.clone()),
        ("summary.json", data::text(&About::of(scenario, options), &data::Sensitivity::new(deal, found))),
        ("sensitivity.txt", sensitivity::text(deal, found, options.trials_of(deal))),
    ]);
    made.add("the charts", charts::of_sensitivity(deal, found));
    made
}

/// What one more success pays in `scenario`, where a cliff is `times` the average, as it was found under `options`.
#[must_use]
pub fn of_prices(scenario: &Scenario, prices: &Prices, times: f64, options: &Options) -> Bundle {
    let Prices { ranges, smooth, trials } = prices;
    let mut made = Bundle::of([
        ("summary.json", data::text(&About::of(scenario, options), &data::Cliffs::new(&scenario.deal, ranges, smooth))),
        ("cliffs.txt", cliffs::text(&scenario.deal, ranges, smooth, times, *trials)),
    ]);
    made.add("the charts", charts::of_prices(&scenario.deal, ranges));
    made
}

/// Two scenarios compared, with both texts.
#[must_use]
pub fn of_comparison(scenarios: [&Scenario; 2], compared: &Compared<'_>) -> Bundle {
    let json = data::Compare::document(scenarios, compared);
    let [first, second] = scenarios.map(|scenario| scenario.text.clone());
    let text = compare_text::text(compared);
    Bundle::of([("summary.json", json), ("comparison.txt", text), ("a.toml", first), ("b.toml", second)])
}
