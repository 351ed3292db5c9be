//! Which numbers of a deal does the world decide?
//!
//! Comes in: a deal. Goes out: its uncertain inputs, each with its place in the scenario, its source of chance and its layer; and the same
//! deal with another law for one of them. Must never know: what a draw is used for.

use crate::deal::{Deal, Elsewhere, MeasureId, Method, OutcomeId};
use crate::sampling::{Distribution, Layer};

/// A number that a distribution decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Short name: `thriving job.effect`.
    pub name: String,
    /// Dotted name in the scenario file, as `--set` takes it: `outcome."thriving job".effect`.
    pub path: String,
    /// Name of its source of chance.
    pub source: String,
    /// The layer of risk that it belongs to.
    pub layer: Layer,
    place: Place,
}

/// Where the law stands in the deal (indices).
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    EnrolmentRatio,
    ReferralRatio,
    Overrun,
    CostOverrun(usize),
    Base(OutcomeId),
    Effect(OutcomeId),
    BaseAt(OutcomeId, usize),
    EffectAt(OutcomeId, usize),
    MatchRate(usize),
    Bias(MeasureId),
    Drift(MeasureId),
    Regression(MeasureId),
}

impl Deal {
    /// Every input that is not certain, in the order of the file. Referral ratios are one input: each cohort draws its own from the same law.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let all = self.all_inputs().into_iter();
        all.filter(|input| self.law(input).is_some_and(|law| law.is_constant().is_none())).collect()
    }

    /// The law of an input of this deal.
    #[must_use]
    pub fn law(&self, input: &Input) -> Option<&Distribution> {
        match input.place {
            Place::EnrolmentRatio => Some(&self.program.enrolment_ratio),
            Place::ReferralRatio => Some(&self.program.referral_ratio),
            Place::Overrun => Some(&self.program.overrun),
            Place::CostOverrun(cost) => Some(&self.program.costs[cost].overrun),
            Place::Base(outcome) => Some(&self.outcomes[outcome].base),
            Place::Effect(outcome) => self.outcomes[outcome].effect.as_ref(),
            Place::BaseAt(outcome, at) => self.outcomes[outcome].elsewhere[at].base.as_ref(),
            Place::EffectAt(outcome, at) => self.outcomes[outcome].elsewhere[at].effect.as_ref(),
            Place::MatchRate(records) => Some(&self.records[records].match_rate),
            Place::Bias(measure) => match &self.measures[measure].method {
                Method::Matched { bias, .. } => Some(bias),
                Method::Count
                | Method::Randomized(_)
                | Method::Historical(_)
                | Method::FixedThenLive { .. }
                | Method::Blend(_)
                | Method::Exact => None,
            },
            Place::Drift(measure) | Place::Regression(measure) => match &self.measures[measure].method {
                Method::Historical(history) if input.place == Place::Drift(measure) => Some(&history.drift),
                Method::Historical(history) => Some(&history.regression),
                Method::Count
                | Method::Randomized(_)
                | Method::Matched { .. }
                | Method::FixedThenLive { .. }
                | Method::Blend(_)
                | Method::Exact => None,
            },
        }
    }

    /// The same deal with another law for one input. Values must be such as the file allows there.
    #[must_use]
    pub fn with_law(&self, input: &Input, law: Distribution) -> Self {
        let mut deal = self.clone();
        match input.place {
            Place::EnrolmentRatio => deal.program.enrolment_ratio = law,
            Place::ReferralRatio => deal.program.referral_ratio = law,
            Place::Overrun => deal.program.overrun = law,
            Place::CostOverrun(cost) => deal.program.costs[cost].overrun = law,
            Place::Base(outcome) => deal.outcomes[outcome].base = law,
            Place::Effect(outcome) => deal.outcomes[outcome].effect = Some(law),
            Place::BaseAt(outcome, at) => deal.outcomes[outcome].elsewhere[at].base = Some(law),
            Place::EffectAt(outcome, at) => deal.outcomes[outcome].elsewhere[at].effect = Some(law),
            Place::MatchRate(records) => deal.records[records].match_rate = law,
            Place::Bias(measure) => {
                if let Method::Matched { bias, .. } = &mut deal.measures[measure].method {
                    *bias = law;
                }
            }
            Place::Drift(measure) | Place::Regression(measure) => {
                if let Method::Historical(history) = &mut deal.measures[measure].method {
                    *(if input.place == Place::Drift(measure) { &mut history.drift } else { &mut history.regression }) = law;
                }
            }
        }
        deal
    }

    /// The addresses of all draws of an input: one, but of referrals, which each cohort draws for itself.
    #[must_use]
    pub fn addresses(&self, input: &Input) -> Vec<String> {
        let Some(law) = self.law(input) else { return Vec::new() };
        match input.place {
            Place::ReferralRatio => self.program.cohorts.ids().map(|cohort| law.address(&self.program.referral_source(cohort))).collect(),
            // What is correlated is drawn from numbers that go by the name of their input.
            _ if self.correlated.iter().any(|known| known.source == input.source) => vec![input.source.clone()],
            _ => vec![law.address(&input.source)],
        }
    }

    /// Whether an input is the same for so many that reports can say something of it: not what each cohort draws anew, nor costs, unless
    /// they move with others.
    #[must_use]
    pub fn is_shared(&self, input: &Input) -> bool {
        let correlated = self.correlated.iter().any(|known| known.source == input.source);
        correlated || !matches!(input.place, Place::ReferralRatio | Place::Overrun | Place::CostOverrun(_))
    }

    /// Whether an input is the number of people enrolled over planned.
    #[must_use]
    pub fn is_enrolment(&self, input: &Input) -> bool {
        input.place == Place::EnrolmentRatio
    }

    /// Inputs that are only drawn together: those that are correlated, and columns of one table. Each group holds indices into
    /// [`Deal::inputs`]; every input is in one group.
    #[must_use]
    pub fn input_groups(&self) -> Vec<Vec<usize>> {
        let inputs = self.inputs();
        let correlated = |input: &Input| self.correlated.iter().any(|known| known.source == input.source);
        let address = |input: &Input| self.law(input).map(|law| law.address(&input.source));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, input) in inputs.iter().enumerate() {
            let kin = |other: usize| {
                let other = &inputs[other];
                (correlated(input) && correlated(other)) || address(input) == address(other)
            };
            // An input may join what stood apart.
            let (mut own, others): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
                groups.into_iter().partition(|group| group.iter().any(|&other| kin(other)));
            own.push(vec![index]);
            groups = others;
            groups.push(own.concat());
        }
        groups.sort();
        groups
    }

    fn all_inputs(&self) -> Vec<Input> {
        let mut all = Vec::new();
        let mut add = |name: String, path: String, source: String, layer: Layer, place: Place| {
            all.push(Input { name, path, source, layer, place });
        };
        for (name, place) in [
            ("program.enrolment_ratio", Place::EnrolmentRatio),
            ("program.referral_ratio", Place::ReferralRatio),
            ("program.overrun", Place::Overrun),
        ] {
            add(name.into(), name.into(), name.into(), Layer::Operation, place);
        }
        for (index, cost) in self.program.costs.iter().enumerate() {
            let path = format!("program.cost.{:?}.overrun", cost.name);
            add(format!("{}.overrun", cost.name), path.clone(), path, Layer::Operation, Place::CostOverrun(index));
        }
        for (index, outcome) in self.outcomes.pairs() {
            let path = |part: &str| format!("outcome.{:?}.{part}", outcome.name);
            let step = outcome.effect.is_none();
            let base = if step { "rate" } else { "without" };
            let effect = if outcome.relative { "relative_effect" } else { "effect" };
            // Whether people take a step of the program is how well it is carried out; what happens anyway is to be known.
            let layer = if step { Layer::Operation } else { Layer::Knowledge };
            add(format!("{}.{base}", outcome.name), path(base), path("base"), layer, Place::Base(index));
            add(format!("{}.effect", outcome.name), path(effect), path("effect"), Layer::Knowledge, Place::Effect(index));
            for (number, at) in outcome.elsewhere.iter().enumerate() {
                let sites = self.sites_of(at);
                let named = |part: &str| format!("{}.{part} at {}", outcome.name, sites.join(", "));
                let place = |part: &str| path(&format!("at[{number}].{part}"));
                let quoted: Vec<String> = sites.iter().map(|site| format!("{site:?}")).collect();
                let source = |part: &str| path(&format!("{part}.at.{}", quoted.join("+")));
                add(named(base), place(base), source("base"), layer, Place::BaseAt(index, number));
                add(named("effect"), place(effect), source("effect"), Layer::Knowledge, Place::EffectAt(index, number));
            }
        }
        for (index, records) in self.records.iter().enumerate() {
            let path = format!("records.{:?}.match_rate", records.name);
            add(format!("{}.match_rate", records.name), path.clone(), path, Layer::Measurement, Place::MatchRate(index));
        }
        for (index, measure) in self.measures.pairs() {
            let mut of_method = |part: &str, key: &str, place: Place| {
                let path = format!("measure.{:?}.method.{key}", measure.name);
                add(format!("{}.{part}", measure.name), path, format!("measure.{:?}.{part}", measure.name), Layer::Measurement, place);
            };
            of_method("bias", "matched.bias", Place::Bias(index));
            of_method("drift", "historical.drift", Place::Drift(index));
            of_method("regression", "historical.regression_to_the_mean", Place::Regression(index));
        }
        all
    }

    fn sites_of(&self, at: &Elsewhere) -> Vec<&str> {
        at.sites.iter().map(|&site| self.program.sites[site].name.as_str()).collect()
    }
}
