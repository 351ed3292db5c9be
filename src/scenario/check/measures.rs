//! Records and measures: what the evaluator looks at and with whom participants are compared.

use std::collections::BTreeMap;

use super::mentions::mentioned;
use super::spreads::{fewer_is_better, is_step};
use super::{Checker, Texts};
use crate::deal::{
    CohortId, Comparators, Deal, History, LARGEST_COHORT, Measure, MeasureId, Method, OutcomeId, OutcomeRef, Pool, Program, Records,
};
use crate::numeric::{math, normal};
use crate::sampling::Distribution;
use crate::scenario::text::{MeasureText, MethodText, OutcomeKindText, OutcomeText, PoolText, RecordsText, RegressionText, SelectionText};
use crate::scenario::uncertain::Uncertain;
use crate::words::count::counted;
use crate::words::typed;

impl Checker {
    pub(super) fn records(&mut self, texts: &[Option<RecordsText>]) -> Option<Vec<Records>> {
        let names = self.names.records.clone();
        self.names("records", &names);
        let records: Vec<Option<Records>> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let text = text.as_ref()?;
                let law = self.law(&format!("records[{index}].match_rate"), &text.match_rate, 0.0, 1.0, (&text.source, text.grade));
                Some(Records { name: text.name.clone(), match_rate: law? })
            })
            .collect();
        records.into_iter().collect()
    }

    /// The measures of the file, and after them those that are implied: outcomes that are mentioned like measures.
    pub(super) fn measures(&mut self, texts: &Texts, program: Option<&Program>) -> Vec<Option<Measure>> {
        let names = self.names.measures.clone();
        self.names("measure", &names);
        let outcomes = &texts.outcome;
        let mut measures: Vec<Option<Measure>> =
            texts.measure.iter().enumerate().map(|(index, text)| self.measure(index, text.as_ref()?, outcomes, program)).collect();
        let mentioned = mentioned(texts);
        for (index, name) in self.names.outcomes.iter().enumerate() {
            if mentioned.contains(name) && names.place(name).is_none() {
                measures.push(Some(implied(name, OutcomeRef::Outcome(OutcomeId(index)))));
            }
        }
        if mentioned.contains("enrolled") && names.place("enrolled").is_none() {
            measures.push(Some(implied("enrolled", OutcomeRef::Enrolled)));
        }
        measures
    }

    /// Notes where each measure stands, so that expressions and prices find it at once.
    pub(super) fn place_measures(&mut self, measures: &[Option<Measure>], outcomes: &[Option<OutcomeText>]) {
        let fewer = |measure: &Measure| match measure.of {
            OutcomeRef::Outcome(at) => outcomes[at.index()].as_ref().is_some_and(|text| fewer_is_better(text, outcomes)),
            OutcomeRef::Enrolled => false,
        };
        self.fewer_is_better = measures.iter().map(|measure| measure.as_ref().is_some_and(fewer)).collect();
        for (place, measure) in measures.iter().enumerate().filter_map(|(place, measure)| Some((place, measure.as_ref()?))) {
            self.measure_places.entry(measure.name.clone()).or_insert(MeasureId(place));
        }
        self.every_measure_read = measures.iter().all(Option::is_some);
    }

    fn measure(
        &mut self,
        index: usize,
        text: &MeasureText,
        outcomes: &[Option<OutcomeText>],
        program: Option<&Program>,
    ) -> Option<Measure> {
        let path = format!("measure[{index}]");
        let names = self.names.outcomes.clone();
        let of = match text.of.as_str() {
            "enrolled" => Some(OutcomeRef::Enrolled),
            name => self.find(&format!("{path}.of"), name, "outcome", &names).map(OutcomeRef::Outcome),
        };
        let record_names = self.names.records.clone();
        let records = match &text.records {
            Some(name) => self.find(&format!("{path}.records"), name, "set of records", &record_names).map(Some),
            None => Some(None),
        };
        let missed = self.within(&format!("{path}.false_negative"), text.false_negative, 0.0, 1.0, "a share of 3% is written 0.03");
        let mistaken = self.within(&format!("{path}.false_positive"), text.false_positive, 0.0, 1.0, "a share of 2% is written 0.02");
        let method = self.method(&format!("{path}.method"), text, of, outcomes);
        let cohorts = match (&text.cohorts, program) {
            (None, program) => self.of_sites(&path, text.sites.as_deref(), program),
            (Some(_), _) if text.sites.is_some() => {
                let message = "cohorts are chosen by their numbers or by their sites, not both";
                self.refuse(&format!("{path}.sites"), "one-of", message, "both", "keep one of them");
                None
            }
            (Some(numbers), Some(program)) => self.cohorts_of(&format!("{path}.cohorts"), numbers, program.cohorts.len()),
            (Some(_), None) => None,
        };
        if let (MethodText::FixedThenLive { cohorts, .. }, Some(program)) = (&text.method, program)
            && *cohorts as usize > program.cohorts.len()
        {
            let message = format!("the fixed number is for {}, but there are {}", counted(*cohorts, "cohort"), program.cohorts.len());
            let help = "a fixed number for all of them is written `historical = { baseline = … }`";
            self.refuse(&format!("{path}.method.fixed_then_live.cohorts"), "out-of-range", message, "too many", help);
        }
        let share = text.treated_share.unwrap_or(1.0);
        if !(share > 0.0 && share <= 1.0) {
            let message = format!("the share of treated lies above 0 and up to 1, not at {share}");
            self.refuse(&format!("{path}.treated_share"), "out-of-range", message, "out of range", "76% is written 0.76");
        }
        let treated_share = text.treated_share.is_some() && matches!(text.method, MethodText::Count);
        if treated_share {
            let message = "only a measure that compares has a difference to be scaled";
            self.refuse(&format!("{path}.treated_share"), "no-counterfactual", message, "only counts", "drop it, or compare");
        }
        let quantity = match of {
            Some(OutcomeRef::Outcome(at)) => {
                outcomes.get(at.index()).and_then(Option::as_ref).filter(|text| text.kind() != OutcomeKindText::YesNo)
            }
            _ => None,
        };
        if let Some(quantity) = quantity
            && (text.records.is_some() || text.false_negative != 0.0 || text.false_positive != 0.0)
        {
            let message =
                format!("`{}` is a quantity: who of whom is found, or mistaken, is only said of yes-or-no outcomes", quantity.name);
            let help = "drop `records`, `false_negative` and `false_positive`, or measure a yes-or-no outcome";
            self.refuse(&path, "one-of", message, "a quantity", help);
        }
        let step = match of {
            Some(OutcomeRef::Enrolled) => Some("enrolled"),
            Some(OutcomeRef::Outcome(at)) => outcomes
                .get(at.index())
                .and_then(Option::as_ref)
                .filter(|outcome| is_step(outcome, outcomes))
                .map(|outcome| outcome.name.as_str()),
            None => None,
        };
        if let (Some(step), false) = (step, matches!(text.method, MethodText::Count)) {
            let message = format!("`{step}` is a step of the program: nobody outside takes it, so there is nothing to compare it with");
            self.refuse(
                &format!("{path}.method"),
                "no-counterfactual",
                message,
                "compares",
                "count it, or give the outcome `without` and `effect`",
            );
        }
        Some(Measure {
            name: text.name.clone(),
            of: of?,
            method: method?,
            records: records?,
            false_negative: missed?,
            false_positive: mistaken?,
            observed_after: text.observed_after,
            pool: match text.pool {
                PoolText::Cohort => Pool::Cohort,
                PoolText::Site => Pool::Site,
                PoolText::Year => Pool::Year,
                PoolText::All => Pool::All,
            },
            cohorts: cohorts?,
            minimum_sample: text.minimum_sample,
            treated_share: share,
            implied: false,
        })
    }

    /// The cohorts of the named sites; none, for all, where no sites are named.
    pub(super) fn of_sites(&mut self, path: &str, sites: Option<&[String]>, program: Option<&Program>) -> Option<Vec<CohortId>> {
        let (Some(sites), Some(program)) = (sites, program) else { return if sites.is_some() { None } else { Some(Vec::new()) } };
        let mut wanted = Vec::new();
        for (at, name) in sites.iter().enumerate() {
            let names = self.names.sites.clone();
            wanted.push(self.find(&format!("{path}.sites[{at}]"), name, "site", &names)?);
        }
        if wanted.is_empty() {
            self.refuse(&format!("{path}.sites"), "out-of-range", "no site is named", "empty", "name one, or drop it for all");
            return None;
        }
        Some(program.cohorts.ids().filter(|&cohort| wanted.contains(&program.cohorts[cohort].site)).collect())
    }

    /// Cohorts from their numbers, which count from 1.
    fn cohorts_of(&mut self, path: &str, numbers: &[u32], count: usize) -> Option<Vec<CohortId>> {
        let cohorts = self.cohort_numbers(path, numbers)?;
        if let Some(beyond) = cohorts.iter().find(|&&cohort| cohort.index() >= count) {
            let message = format!("there is no cohort {}: the program has {count}", beyond.number());
            self.refuse(path, "out-of-range", message, "no such cohort", "count cohorts from 1");
            return None;
        }
        Some(cohorts)
    }

    fn method(&mut self, path: &str, text: &MeasureText, of: Option<OutcomeRef>, outcomes: &[Option<OutcomeText>]) -> Option<Method> {
        let around = (&text.source, text.grade);
        let outcome = match of {
            Some(OutcomeRef::Outcome(at)) => outcomes.get(at.index()).and_then(Option::as_ref),
            _ => None,
        };
        let share = outcome.is_some_and(|outcome| outcome.kind() == OutcomeKindText::YesNo);
        match &text.method {
            MethodText::Count => Some(Method::Count),
            MethodText::Exact => Some(Method::Exact),
            MethodText::Randomized { comparison } => {
                self.comparators(&format!("{path}.randomized.comparison"), *comparison).map(Method::Randomized)
            }
            MethodText::Matched { comparison, bias } => {
                let comparators = self.comparators(&format!("{path}.matched.comparison"), *comparison);
                let bias = self.law(&format!("{path}.matched.bias"), bias, f64::NEG_INFINITY, f64::INFINITY, around);
                comparators.zip(bias).map(|(comparators, bias)| Method::Matched { comparators, bias })
            }
            MethodText::Historical { baseline, estimated_from, drift, regression_to_the_mean } => {
                let at = format!("{path}.historical");
                let known = baseline.map(|baseline| self.baseline(&format!("{at}.baseline"), baseline, share));
                let sample = estimated_from.map(|people| self.comparators(&format!("{at}.estimated_from"), people));
                let any = (f64::NEG_INFINITY, f64::INFINITY);
                let zero = Uncertain::Plain(0.0);
                let drift = self.law(&format!("{at}.drift"), drift.as_ref().unwrap_or(&zero), any.0, any.1, around);
                let regression = match regression_to_the_mean {
                    None => Some(Distribution::constant(0.0)),
                    Some(RegressionText::Gain(gain)) => self.law(&format!("{at}.regression_to_the_mean"), gain, any.0, any.1, around),
                    Some(RegressionText::Selection(selection)) => {
                        if outcome.is_some_and(|outcome| fewer_is_better(outcome, outcomes)) {
                            let message = "of this outcome fewer are better: who was below a threshold was not chosen in a bad moment";
                            let help = "give by how much they get better by themselves: `regression_to_the_mean = 0.02`";
                            self.refuse(&format!("{at}.regression_to_the_mean"), "sign", message, "the good side", help);
                        }
                        self.selection(&format!("{at}.regression_to_the_mean"), *selection, outcome.and_then(|outcome| outcome.sd))
                    }
                };
                Some(Method::Historical(History {
                    baseline: known.map_or(Some(None), |known| known.map(Some))?,
                    estimated_from: sample.map_or(Some(None), |sample| sample.map(|sample| Some(sample.per_cohort)))?,
                    drift: drift?,
                    regression: regression?,
                }))
            }
            MethodText::FixedThenLive { baseline, cohorts, comparison } => {
                let at = format!("{path}.fixed_then_live");
                let baseline = self.baseline(&format!("{at}.baseline"), *baseline, share);
                let comparators = self.comparators(&format!("{at}.comparison"), *comparison);
                if !matches!(text.pool, PoolText::Cohort) {
                    let message = "cohorts that are compared differently are reported by themselves";
                    self.refuse(path, "pool", message, "pooled", "leave `pool` out, or write two measures");
                }
                Some(Method::FixedThenLive { baseline: baseline?, cohorts: *cohorts, comparators: comparators? })
            }
            MethodText::Blend(weights) => self.blend(&format!("{path}.blend"), weights),
        }
    }

    fn baseline(&mut self, path: &str, value: f64, share: bool) -> Option<f64> {
        let (low, high) = if share { (0.0, 1.0) } else { (f64::MIN, f64::MAX) };
        self.within(path, value, low, high, "a rate of 38% is written 0.38")
    }

    /// (1 − r)·φ(c)/Φ(c) standard deviations: what people below c gain by themselves (bivariate normal, no treatment).
    fn selection(&mut self, path: &str, text: SelectionText, sd: Option<f64>) -> Option<Distribution> {
        let correlation =
            self.within(&format!("{path}.correlation"), text.correlation, -1.0, 1.0, "0.6 is usual for earnings of two years");
        let threshold =
            self.within(&format!("{path}.selected_below"), text.selected_below, -8.0, 8.0, "in standard deviations, such as -0.5");
        let Some(sd) = sd else {
            let message = "a selection is said of an outcome with a standard deviation between persons";
            self.refuse(path, "one-of", message, "no `sd`", "give the gain itself: `regression_to_the_mean = 0.02`");
            return None;
        };
        let (correlation, threshold) = (correlation?, threshold?);
        let density = math::exp(-0.5 * threshold * threshold) / core::f64::consts::TAU.sqrt();
        Some(Distribution::constant((1.0 - correlation) * sd * density / normal::cdf(threshold)))
    }

    /// Measures by name with their weights; that they look at the same people is checked once all are made.
    fn blend(&mut self, path: &str, weights: &BTreeMap<String, f64>) -> Option<Method> {
        let names = self.names.measures.clone();
        let sum: f64 = weights.values().sum();
        if weights.values().any(|weight| !(0.0..=1.0).contains(weight)) || (sum - 1.0).abs() > 1e-9 {
            let message = format!("the weights of a blend add up to {}, not to 1", typed::sum(sum));
            self.refuse(path, "out-of-range", message, "not the whole", "let them add up to 1, each 0 to 1");
        }
        let one = |(name, &weight): (&String, &f64)| Some((self.find(&format!("{path}.{name}"), name, "measure", &names)?, weight));
        weights.iter().map(one).collect::<Option<Vec<_>>>().map(Method::Blend)
    }

    fn comparators(&mut self, path: &str, per_cohort: u32) -> Option<Comparators> {
        if (1..=LARGEST_COHORT).contains(&per_cohort) {
            return Some(Comparators { per_cohort });
        }
        let message = format!("a comparison group has 1 to {LARGEST_COHORT} people for each cohort, not {per_cohort}");
        self.refuse(path, "out-of-range", message, "out of range", "use `method = \"count\"` for no comparison");
        None
    }
}

/// The measure that counts an outcome which nobody measures otherwise.
fn implied(name: &str, of: OutcomeRef) -> Measure {
    Measure {
        name: name.into(),
        of,
        method: Method::Count,
        records: None,
        false_negative: 0.0,
        false_positive: 0.0,
        observed_after: 0,
        pool: Pool::Cohort,
        cohorts: Vec::new(),
        minimum_sample: 0,
        treated_share: 1.0,
        implied: true,
    }
}

impl Checker {
    /// A blend joins measures of its own outcome and groups, none of them a blend itself.
    pub(super) fn blends(&mut self, deal: &Deal) {
        for (index, measure) in deal.measures.pairs() {
            let Method::Blend(parts) = &measure.method else { continue };
            for &(part, _) in parts {
                let other = &deal.measures[part];
                let fault = match () {
                    () if matches!(other.method, Method::Blend(_)) => "is itself a blend",
                    () if !other.compares() => "only counts",
                    () if other.of != measure.of => "looks at another outcome",
                    () if deal.measure_groups(part) != deal.measure_groups(index) => "reports other groups of cohorts",
                    () => continue,
                };
                let message = format!("`{}` cannot be part of this blend: it {fault}", other.name);
                let help = "blend measures of one outcome, with the same `pool` and `cohorts`, that compare by themselves";
                self.refuse(&format!("measure[{}].method", index.index()), "blend", message, "does not fit", help);
            }
        }
    }
}
