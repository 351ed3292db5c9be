//! Records and measures: what the evaluator looks at and with whom participants are compared.

use super::Checker;
use crate::deal::{Comparators, LARGEST_COHORT, Measure, Method, OutcomeRef, Pool, Records};
use crate::scenario::text::{MeasureText, MethodText, OutcomeText, PoolText, RecordsText};

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

    pub(super) fn measures(&mut self, texts: &[Option<MeasureText>], outcomes: &[Option<OutcomeText>]) -> Vec<Option<Measure>> {
        let names = self.names.measures.clone();
        self.names("measure", &names);
        texts.iter().enumerate().map(|(index, text)| self.measure(index, text.as_ref()?, outcomes)).collect()
    }

    fn measure(&mut self, index: usize, text: &MeasureText, outcomes: &[Option<OutcomeText>]) -> Option<Measure> {
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
        let method = match &text.method {
            MethodText::Count => Some(Method::Count),
            MethodText::Exact => Some(Method::Exact),
            MethodText::Randomized { comparison } => {
                self.comparators(&format!("{path}.method.randomized.comparison"), *comparison).map(Method::Randomized)
            }
            MethodText::Matched { comparison, bias } => {
                let comparators = self.comparators(&format!("{path}.method.matched.comparison"), *comparison);
                let around = (&text.source, text.grade);
                let bias = self.law(&format!("{path}.method.matched.bias"), bias, f64::NEG_INFINITY, f64::INFINITY, around);
                comparators.zip(bias).map(|(comparators, bias)| Method::Matched { comparators, bias })
            }
        };
        let step = match of {
            Some(OutcomeRef::Enrolled) => Some("enrolled"),
            Some(OutcomeRef::Outcome(at)) => {
                outcomes[at].as_ref().filter(|outcome| outcome.rate.is_some()).map(|outcome| outcome.name.as_str())
            }
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
                PoolText::Year => Pool::Year,
                PoolText::All => Pool::All,
            },
        })
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
