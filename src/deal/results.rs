//! What really happened in a deal: published results, to settle it on.

use super::{CohortId, Deal, Due, GroupId, Leaf, MeasureId, PaymentId, PayorId, Seen, Statistic, StopId, Term};
use jiff::civil::Date;

use crate::numeric::each::Each;
use crate::quantity::Money;

/// What is known of a deal that is running.
#[derive(Clone, Debug, PartialEq)]
pub struct SoFar {
    /// The day as of which it is known.
    pub as_of: Date,
    /// The last period that has begun by that day: its reports are out, and what falls due in it is due.
    pub through: u32,
    /// What was reported by then.
    pub results: Results,
    /// Whether futures learn from it; otherwise it is only put in the place of what is simulated.
    pub learns: bool,
}

impl SoFar {
    /// The people of a cohort that has enrolled, where they were counted or anything else was reported of them.
    #[must_use]
    pub fn enrolled(&self, deal: &Deal, cohort: CohortId) -> Option<u32> {
        let about = |known: &Reported| deal.measure_groups(known.measure)[known.group].contains(&cohort);
        let known = self.results.counted.contains(&cohort) || self.results.reported.iter().any(about);
        (known && self.results.begun(deal, cohort, self.through)).then(|| self.results.enrolled[cohort])
    }

    /// Whether anything is known of people, dates or costs.
    #[must_use]
    pub fn says_anything(&self) -> bool {
        let Results { counted, reported, stopped, costs, spent, late, failed, enrolled: _, surprises: _ } = &self.results;
        late.is_some()
            || !(counted.is_empty()
                && reported.is_empty()
                && stopped.is_empty()
                && costs.is_empty()
                && spent.is_empty()
                && failed.is_empty())
    }
}

/// Published results of a deal. All indices are those of the deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// People enrolled, by cohort; as planned where nothing else is known.
    pub enrolled: Each<CohortId, u32>,
    /// Cohorts whose enrolment was reported.
    pub counted: Vec<CohortId>,
    /// What the evaluator reported.
    pub reported: Vec<Reported>,
    /// Stop clauses that ended the program, and the last period of the program.
    pub stopped: Vec<(StopId, u32)>,
    /// What budget lines cost in all, where that differs from the plan.
    pub costs: Vec<(usize, Money)>,
    /// What budget lines have cost so far, where they go on.
    pub spent: Vec<(usize, Money)>,
    /// Whole periods by which everything began later than planned, where it is known.
    pub late: Option<u32>,
    /// Payors that did not pay, and the first period in which they did not.
    pub failed: Vec<(PayorId, u32)>,
    /// What is possible but hardly meant, in sentences.
    pub surprises: Vec<String>,
}

/// One reported number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reported {
    /// The measure.
    pub measure: MeasureId,
    /// Its group of cohorts.
    pub group: GroupId,
    /// Which number.
    pub statistic: Statistic,
    /// Its value: people, units or major units of money; shares are 0 to 1.
    pub value: f64,
}

/// What is reported of one group of one measure, and what follows from it by arithmetic.
///
/// `given` are the published numbers, `enrolled` the people of the group, `fewer_is_better` says which way a difference is above zero.
/// `None` where nothing gives `wanted`.
#[must_use]
pub fn follows(given: &impl Fn(Statistic) -> Option<f64>, enrolled: f64, fewer_is_better: bool, wanted: Statistic) -> Option<f64> {
    // A decrease is given or asked by any of its two names.
    let given = |statistic: Statistic| given(statistic).or_else(|| if fewer_is_better { given(statistic.of_fewer()) } else { None });
    let wanted = if fewer_is_better { wanted.of_more() } else { wanted };
    if let Some(value) = given(wanted) {
        return Some(value);
    }
    let better = |high: f64, low: f64| if fewer_is_better { low - high } else { high - low };
    let ratio = |part: f64, whole: f64| (whole != 0.0).then(|| part / whole);
    let enrolled = given(Statistic::Enrolled).unwrap_or(enrolled);
    let rate = given(Statistic::Rate).or_else(|| ratio(given(Statistic::Units)?, enrolled));
    let relative = given(Statistic::RelativeChange);
    let comparison = given(Statistic::ComparisonRate);
    let difference = given(Statistic::Difference)
        .or_else(|| ratio(given(Statistic::Additional)?, enrolled))
        .or_else(|| Some(better(rate?, comparison?)))
        .or_else(|| Some(relative? * comparison?));
    // The comparison rate lies by the difference below the rate, or above it where fewer are better.
    let above = difference.map(|difference| better(difference, 0.0));
    let comparison = comparison.or_else(|| Some(rate? - above?));
    let rate = rate.or_else(|| Some(comparison? + above?));
    let relative = relative.or_else(|| ratio(difference?, comparison?));
    match wanted {
        Statistic::Enrolled => Some(enrolled),
        Statistic::Units => rate.map(|rate| rate * enrolled),
        Statistic::Rate => rate,
        Statistic::ComparisonRate => comparison,
        Statistic::Difference => difference,
        Statistic::RelativeChange => relative,
        Statistic::Additional => difference.map(|difference| difference * enrolled),
        Statistic::Decrease | Statistic::Reduction | Statistic::Avoided | Statistic::StandardError | Statistic::PValue => None,
    }
}

/// Results by measure and group, to ask for many of them.
#[derive(Clone, Debug)]
pub struct Known {
    groups: Each<MeasureId, Each<GroupId, KnownGroup>>,
}

#[derive(Clone, Debug)]
struct KnownGroup {
    people: f64,
    reported: Vec<(Statistic, f64)>,
}

impl Results {
    /// The same by measure and group of `deal`.
    #[must_use]
    pub fn known(&self, deal: &Deal) -> Known {
        let group = |cohorts: &Vec<CohortId>| KnownGroup {
            people: cohorts.iter().map(|&cohort| f64::from(self.enrolled[cohort])).sum(),
            reported: Vec::new(),
        };
        let groups = deal.measures.ids().map(|measure| deal.measure_groups(measure).map(group));
        let mut known = Known { groups: groups.collect() };
        for reported in &self.reported {
            let groups = &mut known.groups[reported.measure];
            if groups.get(reported.group).is_some() {
                groups[reported.group].reported.push((reported.statistic, reported.value));
            }
        }
        known
    }
}

impl Known {
    /// What is reported of `group` of `measure`, or follows from it.
    #[must_use]
    pub fn value(&self, deal: &Deal, measure: MeasureId, group: GroupId, statistic: Statistic) -> Option<f64> {
        let group = &self.groups[measure][group];
        let given = |wanted: Statistic| group.reported.iter().find(|(known, _)| *known == wanted).map(|(_, value)| *value);
        match deal.measures[measure].of {
            super::OutcomeRef::Enrolled if statistic == Statistic::Units => Some(given(statistic).unwrap_or(group.people)),
            _ => follows(&given, group.people, deal.measures[measure].fewer_is_better(deal), statistic),
        }
    }
}

impl Deal {
    /// What settling on `results` needs and they do not give. Groups whose cohorts the program never reached are not needed.
    #[must_use]
    pub fn not_given(&self, results: &Results) -> Vec<Reported> {
        let last = results.stopped.iter().map(|&(_, period)| period).min().unwrap_or(u32::MAX);
        let (known, late) = (results.known(self), results.began_late(self));
        let mut missing: Vec<Reported> = Vec::new();
        let mut need = |measure: MeasureId, group: GroupId, statistic: Statistic| {
            let reached =
                self.measure_groups(measure)[group].iter().any(|&cohort| self.program.cohorts[cohort].period.saturating_add(late) <= last);
            let wanted = Reported { measure, group, statistic, value: f64::NAN };
            let same = |known: &Reported| (known.measure, known.group, known.statistic) == (measure, group, statistic);
            if reached && !missing.iter().any(same) && known.value(self, measure, group, statistic).is_none() {
                missing.push(wanted);
            }
        };
        for payment in self.payments.ids() {
            for due in self.planned_dues(payment) {
                self.asked(payment, &due).into_iter().for_each(|(measure, group, statistic)| need(measure, group, statistic));
            }
        }
        missing
    }

    /// What a claim of `payment` asks of the evaluator: for its gate, its price, and what is counted.
    #[must_use]
    pub fn asked(&self, payment: PaymentId, due: &Due) -> Vec<(MeasureId, GroupId, Statistic)> {
        let terms = &self.payments[payment].terms[due.terms];
        let mut asked: Vec<(MeasureId, Statistic)> = Vec::new();
        self.visit_terms(terms, |leaf| {
            if let Leaf::Term(Term::Reported { measure, statistic }) = leaf {
                asked.push((*measure, *statistic));
            }
        });
        asked.extend(due.measure.zip(terms.price.counts()));
        asked.extend(terms.price.less().map(|less| (less, Statistic::Units)));
        let placed = |(measure, statistic): (MeasureId, Statistic)| {
            let group = match self.seen(due.measure, measure) {
                Seen::Same => due.group,
                Seen::Only | Seen::Nothing => GroupId::ONLY,
            };
            (measure, group, statistic)
        };
        asked.into_iter().map(placed).collect()
    }
}
