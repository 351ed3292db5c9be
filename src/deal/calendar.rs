//! When things fall due: groups of cohorts and the periods of their reports and payments.

use super::{CohortId, Deal, GroupId, MeasureId, OutcomeRef, PaymentId, Pool};
use crate::numeric::each::Each;

/// One claim, or one instalment of it, of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Period in which it is paid.
    pub period: u32,
    /// Period in which its amount is known and its terms are chosen.
    pub known: u32,
    /// Terms of the payment that hold.
    pub terms: usize,
    /// Line of the rate card (index); 0 where there is none.
    pub line: usize,
    /// The measure whose report makes it due, where one does.
    pub measure: Option<MeasureId>,
    /// Group of cohorts of that measure, or the number of the date.
    pub group: GroupId,
    /// Which instalment (index).
    pub instalment: usize,
    /// By how many periods everybody enrols later than planned where it falls due then; 0 where no report makes it due.
    pub late: u32,
}

/// What an expression on one group of cohorts sees of another measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The same group.
    Same,
    /// The only group it has.
    Only,
    /// Other groups: nothing can be said.
    Nothing,
}

impl Deal {
    /// Everything that `payment` may make due, in the order of lines, groups and instalments, in every case of how late the program
    /// starts. Periods may lie beyond the end of the deal.
    #[must_use]
    pub fn dues(&self, payment: PaymentId) -> Vec<Due> {
        self.program.delays().enumerate().flat_map(|(case, late)| self.dues_late(payment, late, case == 0)).collect()
    }

    /// What `payment` may make due where the program starts as early as it can: each claim once.
    #[must_use]
    pub fn planned_dues(&self, payment: PaymentId) -> Vec<Due> {
        self.dues_late(payment, self.program.delays().min().unwrap_or(0), true)
    }

    /// The same where everybody enrols `late` periods later than planned; claims without a report only where `dated`.
    fn dues_late(&self, payment: PaymentId, late: u32, dated: bool) -> Vec<Due> {
        let terms_of = &self.payments[payment];
        let delay = terms_of.payors.iter().map(|&(payor, _)| self.payors[payor].delay).max().unwrap_or(0);
        let claims = &terms_of.claims;
        let mut dues = Vec::new();
        let mut add = |line: usize, measure: Option<MeasureId>, group: GroupId, known: u32| {
            if known < claims.first_period || claims.last_period.is_some_and(|last| known > last) {
                return;
            }
            let terms = terms_of.terms.iter().rposition(|terms| terms.first_period <= known).unwrap_or(0);
            for (instalment, part) in terms_of.instalments.iter().enumerate() {
                let period = known.saturating_add(part.after).saturating_add(delay);
                let late = if measure.is_some() { late } else { 0 };
                dues.push(Due { period, known, terms, line, measure, group, instalment, late });
            }
        };
        for (line, measure) in terms_of.measures().into_iter().enumerate() {
            let groups = self.measure_groups(measure);
            for (group, known) in self.due_periods(measure, terms_of.paid_after).pairs() {
                let wanted = |cohort: &CohortId| claims.cohorts.is_empty() || claims.cohorts.contains(cohort);
                if groups[group].iter().all(wanted) {
                    add(line, Some(measure), group, known.saturating_add(late));
                }
            }
        }
        for (group, &period) in claims.periods.iter().enumerate().filter(|_| dated) {
            add(0, None, GroupId(group), period.saturating_add(terms_of.paid_after));
        }
        dues
    }

    /// Cohorts of each group of `measure`: the groups of its pool, once for each round.
    #[must_use]
    pub fn measure_groups(&self, measure: MeasureId) -> Each<GroupId, Vec<CohortId>> {
        let terms = &self.measures[measure];
        let wanted = |cohort: &CohortId| terms.cohorts.is_empty() || terms.cohorts.contains(cohort);
        let mut pools = self.groups(terms.pool);
        pools.iter_mut().for_each(|group| group.retain(wanted));
        pools.retain(|group| !group.is_empty());
        let once = pools.len();
        pools.into_iter().cycle().take(once * self.rounds(measure)).collect()
    }

    /// Number of rounds in which `measure` is reported.
    #[must_use]
    pub fn rounds(&self, measure: MeasureId) -> usize {
        match self.measures[measure].of {
            OutcomeRef::Enrolled => 1,
            OutcomeRef::Outcome(outcome) => self.outcomes[outcome].rounds.count as usize,
        }
    }

    /// Whether the units of `measure` are whole numbers: people or counts, not amounts.
    #[must_use]
    pub fn counts_whole(&self, measure: MeasureId) -> bool {
        match self.measures[measure].of {
            OutcomeRef::Enrolled => true,
            OutcomeRef::Outcome(outcome) => self.outcomes[outcome].is_counted(),
        }
    }

    /// What an expression about a group of the measure `own` sees of the measure `other`.
    #[must_use]
    pub fn seen(&self, own: Option<MeasureId>, other: MeasureId) -> Seen {
        let groups = self.measure_groups(other);
        match own {
            Some(own) if own == other || self.measure_groups(own) == groups => Seen::Same,
            _ if groups.len() == 1 => Seen::Only,
            _ => Seen::Nothing,
        }
    }

    /// Cohorts of each group of `pool`, in order of enrolment.
    #[must_use]
    pub fn groups(&self, pool: Pool) -> Vec<Vec<CohortId>> {
        let cohorts = &self.program.cohorts;
        match pool {
            Pool::Cohort => cohorts.ids().map(|cohort| vec![cohort]).collect(),
            Pool::Site => {
                let of_site = |site: usize| cohorts.ids().filter(|&cohort| cohorts[cohort].site == site).collect();
                (0..self.program.sites.len().max(1)).map(of_site).collect()
            }
            Pool::All => vec![cohorts.ids().collect()],
            Pool::Year => {
                let year = |cohort: &CohortId| cohorts[*cohort].period / self.timeline.length.per_year();
                let all: Vec<CohortId> = cohorts.ids().collect();
                all.chunk_by(|one, next| year(one) == year(next)).map(<[CohortId]>::to_vec).collect()
            }
        }
    }

    /// The period in which each group of `measure` is paid for when payment follows the report by `paid_after` periods, in the
    /// order of the groups, where the program starts on time. A group is reported when its last cohort is; periods saturate rather than overflow.
    #[must_use]
    pub fn due_periods(&self, measure: MeasureId, paid_after: u32) -> Each<GroupId, u32> {
        let terms = &self.measures[measure];
        let (after, every) = match terms.of {
            OutcomeRef::Enrolled => (0, 0),
            OutcomeRef::Outcome(outcome) => (self.outcomes[outcome].after, self.outcomes[outcome].rounds.every),
        };
        let wait = after.saturating_add(terms.observed_after).saturating_add(paid_after);
        let groups = self.measure_groups(measure);
        let pools = (groups.len() / self.rounds(measure)).max(1);
        let last = |cohorts: &[CohortId]| cohorts.iter().map(|&cohort| self.program.cohorts[cohort].period).max().unwrap_or(0);
        let round = |group: GroupId| u32::try_from(group.index() / pools).unwrap_or(u32::MAX);
        groups
            .pairs()
            .map(|(group, cohorts)| last(cohorts).saturating_add(wait).saturating_add(round(group).saturating_mul(every)))
            .collect()
    }
}
