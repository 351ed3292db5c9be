//! What was reported, as steps of which each says something of people.
//!
//! Comes in: a deal with results so far. Goes out: networks of people and, in the order of life, what was counted or averaged of them.

use super::network::{Kind, MOST_FACTS, Mark, Network, Node, life, needs, parent_row, root};
use crate::deal::{CohortId, Comparators, Continuity, Deal, GroupId, MeasureId, Method, OutcomeId, OutcomeRef, Reported, SoFar, Statistic};

/// A number by [`Statistic`]; NaN where it was not reported and does not follow.
pub(super) type Numbers = [f64; Statistic::WORDS.len()];

/// Where the people of a cell are looked at.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Index of the network.
    pub(super) network: usize,
    /// What is counted; nothing where everybody is. Its bit is known once the network is whole.
    of: Option<(OutcomeId, usize)>,
    pub(super) truth: Option<usize>,
    /// Who is found; nothing where everybody is.
    found: Option<Mark>,
    pub(super) mark: Option<usize>,
    /// The chance that a person is reported, by state.
    pub(super) reported: Vec<f64>,
}

impl Cell {
    /// A cell whose bits are known.
    pub(super) fn at(network: usize, truth: Option<usize>, mark: Option<usize>) -> Self {
        Self { network, of: None, truth, found: None, mark, reported: Vec::new() }
    }
}

/// The chance that a person in a state is reported.
pub(super) fn reported(cell: &Cell, [false_negative, false_positive]: [f64; 2], state: usize) -> f64 {
    let has = |bit: Option<usize>| bit.is_none_or(|bit| state >> bit & 1 == 1);
    match (has(cell.mark), has(cell.truth)) {
        (false, _) => 0.0,
        (true, true) => 1.0 - false_negative,
        (true, false) => false_positive,
    }
}

/// What was learnt of people at once.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// So many of the people of some cells were reported.
    Counted {
        cells: Vec<Cell>,
        count: u32,
        /// By how much rounding of a published rate may have moved the count.
        rounding: u32,
        false_negative: f64,
        false_positive: f64,
    },
    /// A total, a mean or a difference.
    Averaged(Average),
    /// So many enrolled in a cohort, of so many planned.
    Enrolled { cohort: CohortId, people: u32 },
}

/// A number whose law is normal, or nearly so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Average {
    pub(super) measure: MeasureId,
    pub(super) group: GroupId,
    pub(super) of: Averaged,
    pub(super) value: f64,
    /// The standard error that was reported with it; NaN where none was.
    pub(super) error: f64,
}

/// What was averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Averaged {
    /// The total of a quantity over participants.
    Total,
    /// The rate or mean of participants.
    Rate,
    /// The rate or mean that they are compared with.
    Comparison,
    /// The difference, an improvement above zero.
    Difference,
    /// The same relative to the comparison rate.
    Relative,
}

/// Networks and steps of a deal.
#[derive(Clone, Debug, Default)]
pub(super) struct Reports {
    pub(super) networks: Vec<Network>,
    pub(super) steps: Vec<Step>,
    /// Outcomes that a quantity rests on together.
    tied: Vec<[(OutcomeId, usize); 2]>,
}

impl Reports {
    /// Everything that `so_far` says of the people of `deal`.
    pub(super) fn new(deal: &Deal, so_far: &SoFar) -> Self {
        let known = so_far.results.known(deal);
        // Of one outcome the smallest groups come first: what a larger one says beside them is then as good as certain.
        let mut reported: Vec<(usize, usize, MeasureId, GroupId)> = Vec::new();
        for result in &so_far.results.reported {
            let cohorts = deal.measure_groups(result.measure)[result.group].len();
            let first = (order(deal, result.measure), cohorts, result.measure, result.group);
            if !reported.contains(&first) {
                reported.push(first);
            }
        }
        reported.sort_unstable();
        let mut all = Self::default();
        for &(_, _, measure, group) in &reported {
            let value = |statistic| known.value(deal, measure, group, statistic).unwrap_or(f64::NAN);
            let numbers: Numbers = Statistic::WORDS.map(|(_, statistic)| value(statistic));
            let has_parts = |parts: &[(MeasureId, f64)]| {
                parts.iter().any(|(part, _)| reported.iter().any(|&(.., known, of)| (known, of) == (*part, group)))
            };
            match &deal.measures[measure].method {
                Method::Blend(parts) if has_parts(parts) => {}
                _ => all.group(deal, so_far, measure, group, &numbers),
            }
        }
        all.take_apart(deal);
        all.resolve();
        // Where the ratio of people enrolled is certain, enrolment says nothing of anything else.
        if deal.program.referral_ratio.is_constant().is_none() && deal.program.enrolment_ratio.is_constant().is_none() {
            let counted = so_far.results.counted.iter().filter(|&&cohort| deal.program.cohorts[cohort].size > 0);
            all.steps.extend(counted.map(|&cohort| Step::Enrolled { cohort, people: so_far.results.enrolled[cohort] }));
        }
        all
    }

    /// Holds apart what has nothing to do with each other: lines of a rate card need no table of all their combinations.
    fn take_apart(&mut self, deal: &Deal) {
        let whole = core::mem::take(&mut self.networks);
        let mut parts: Vec<core::ops::Range<usize>> = Vec::with_capacity(whole.len());
        for network in whole {
            let first = self.networks.len();
            match network.compared {
                Some(_) => self.networks.push(network),
                None => {
                    let of_mark = |mark: &Mark, node: &Node| root(deal, OutcomeRef::Outcome(node.outcome)) == mark.root;
                    self.networks.extend(network.parts(&self.tied, of_mark));
                }
            }
            parts.push(first..self.networks.len());
        }
        for step in &mut self.steps {
            let Step::Counted { cells, .. } = step else { continue };
            for cell in cells {
                let holds = |at: &usize| {
                    let part = &self.networks[*at];
                    cell.of.is_none_or(|(outcome, row)| part.node(outcome, row).is_some())
                        && cell.found.is_none_or(|mark| part.mark(mark).is_some())
                };
                let all = parts[cell.network].clone();
                cell.network = all.clone().find(holds).unwrap_or(all.start);
            }
        }
    }

    /// The people of a cohort, where they are told apart by `of`, if that is anywhere.
    pub(super) fn participants_by(&self, cohort: CohortId, of: impl Fn(&Network) -> bool) -> Option<usize> {
        let own = |network: &Network| network.cohort == cohort && network.compared.is_none();
        let first = || self.networks.iter().position(own);
        self.networks.iter().position(|network| own(network) && of(network)).or_else(first)
    }

    /// Looks up every cell's bits, now that no node comes in any more.
    fn resolve(&mut self) {
        let networks = &self.networks;
        for step in &mut self.steps {
            let Step::Counted { cells, false_negative, false_positive, .. } = step else { continue };
            for cell in cells {
                let network = &networks[cell.network];
                if network.bits() > MOST_FACTS {
                    continue;
                }
                cell.truth = cell.of.and_then(|(outcome, row)| network.node(outcome, row));
                cell.mark = cell.found.and_then(|mark| network.mark(mark));
                cell.reported = (0..1 << network.bits()).map(|state| reported(cell, [*false_negative, *false_positive], state)).collect();
            }
        }
    }

    fn group(&mut self, deal: &Deal, so_far: &SoFar, measure: MeasureId, group: GroupId, numbers: &Numbers) {
        let own = &deal.measures[measure];
        let given = |statistic: Statistic| Some(numbers[statistic as usize]).filter(|value| value.is_finite());
        let (units, rate, comparison) = (given(Statistic::Units), given(Statistic::Rate), given(Statistic::ComparisonRate));
        let error = given(Statistic::StandardError).unwrap_or(f64::NAN);
        let average = |of: Averaged, value: f64| Step::Averaged(Average { measure, group, of, value, error });
        let groups = deal.measure_groups(measure);
        let rows = rows(deal, measure, group, &groups[group]);
        let exact = matches!(own.method, Method::Exact);
        let counts = own.counts_people(deal);
        rows.iter().for_each(|&(cohort, row)| self.want(deal, so_far, cohort, own.of, row));
        if counts && !exact {
            // Who is found matters to the parts of a blend too.
            let parts: Vec<MeasureId> =
                if let Method::Blend(parts) = &own.method { parts.iter().map(|(part, _)| *part).collect() } else { vec![measure] };
            for part in parts {
                rows.iter().for_each(|&(cohort, row)| {
                    self.participants(deal, part, cohort, row);
                });
            }
        }
        match (units, rate) {
            (_, Some(rate)) if exact => self.steps.push(average(Averaged::Rate, rate)),
            (Some(units), _) if counts => {
                let cells = rows.iter().map(|&(cohort, row)| self.participants(deal, measure, cohort, row)).collect();
                let (false_negative, false_positive) = (own.false_negative, own.false_positive);
                let counted = |known: &Reported| (known.measure, known.group, known.statistic) == (measure, group, Statistic::Units);
                let people: u32 = groups[group].iter().map(|&cohort| so_far.results.enrolled[cohort]).sum();
                let rounding = if so_far.results.reported.iter().any(counted) { 0 } else { rounding(people) };
                self.steps.push(Step::Counted { cells, count: (units + 0.5).max(0.0) as u32, rounding, false_negative, false_positive });
            }
            (Some(units), _) => self.steps.push(average(Averaged::Total, units)),
            _ => {}
        }
        let compares = !matches!(own.method, Method::Count);
        match comparison.filter(|_| compares) {
            Some(rate) => self.comparison(deal, measure, &rows, rate, average(Averaged::Comparison, rate)),
            None if compares => {
                let difference = given(Statistic::Difference).map(|value| average(Averaged::Difference, value));
                let relative = given(Statistic::RelativeChange).map(|value| average(Averaged::Relative, value));
                self.steps.extend(difference.or(relative));
            }
            None => {}
        }
    }

    /// What is reported of comparison people: a count where people of their own are counted, otherwise a mean.
    fn comparison(&mut self, deal: &Deal, measure: MeasureId, rows: &[(CohortId, usize)], rate: f64, average: Step) {
        let own = &deal.measures[measure];
        let historical = matches!(own.method, Method::Historical(_));
        // One estimate of earlier people serves every group: it says what it says once.
        let same = |step: &Step| matches!(step, Step::Averaged(known) if known.measure == measure && known.of == Averaged::Comparison && known.value == rate);
        if historical && self.steps.iter().any(same) {
            return;
        }
        let people = comparators(deal, measure);
        let fixed = rows.iter().any(|&(cohort, _)| is_fixed(deal, measure, cohort));
        match people.filter(|_| own.counts_people(deal) && !fixed) {
            Some(each) => {
                let cells: Vec<Cell> = rows.iter().filter_map(|&(cohort, row)| self.compared(deal, measure, cohort, row, each)).collect();
                let all: f64 = cells.iter().map(|cell| f64::from(self.networks[cell.network].people)).sum();
                let count = (rate * all + 0.5).clamp(0.0, all) as u32;
                let (false_negative, false_positive) = (own.false_negative, own.false_positive);
                self.steps.push(Step::Counted { cells, count, rounding: rounding(all as u32), false_negative, false_positive });
            }
            None if rows.iter().all(|&(cohort, _)| is_fixed(deal, measure, cohort)) || matches!(own.method, Method::Blend(_)) => {}
            None => self.steps.push(average),
        }
    }

    /// Makes sure that the participants of a cohort are there, with a row of an outcome and all that it rests on.
    fn want(&mut self, deal: &Deal, so_far: &SoFar, cohort: CohortId, of: OutcomeRef, row: usize) {
        let at = self.networks.iter().position(|network| network.cohort == cohort && network.compared.is_none()).unwrap_or_else(|| {
            let people = so_far.results.enrolled[cohort];
            self.networks.push(Network { cohort, people, compared: None, nodes: Vec::new(), marks: Vec::new() });
            self.networks.len() - 1
        });
        let OutcomeRef::Outcome(outcome) = of else { return };
        let mut wanted: Vec<(OutcomeId, usize)> = self.networks[at].nodes.iter().map(|node| (node.outcome, node.row)).collect();
        let mut open = if deal.outcomes[outcome].is_yes_no() { vec![(outcome, row)] } else { needs(deal, outcome, row) };
        if let ([one, other], false) = (open.as_slice(), deal.outcomes[outcome].is_yes_no()) {
            self.tied.push([*one, *other]);
        }
        while let Some(next) = open.pop() {
            if !wanted.contains(&next) {
                wanted.push(next);
                open.extend(needs(deal, next.0, next.1));
            }
        }
        wanted.sort_unstable();
        let place = |wanted: &[(OutcomeId, usize)], parent: Option<OutcomeId>, row: usize| {
            wanted.iter().position(|known| parent.is_some_and(|parent| *known == (parent, parent_row(deal, parent, row))))
        };
        let node = |&(outcome, row): &(OutcomeId, usize)| {
            let own = life(deal, outcome);
            let before = (own.continuity != Continuity::Anew).then(|| {
                wanted.iter().position(|known| Some(known.1) == row.checked_sub(deal.program.cohorts.len()) && known.0 == outcome)
            });
            Node {
                outcome,
                row,
                kind: Kind::Own,
                given: place(&wanted, own.given, row),
                through: place(&wanted, own.effect_through, row),
                before: before.flatten(),
                continuity: own.continuity,
            }
        };
        self.networks[at].nodes = wanted.iter().map(node).collect();
    }

    /// Where the participants of a cohort are looked at for a measure.
    fn participants(&mut self, deal: &Deal, measure: MeasureId, cohort: CohortId, row: usize) -> Cell {
        let own = &deal.measures[measure];
        let network = self.networks.iter().position(|network| network.cohort == cohort && network.compared.is_none()).unwrap_or_default();
        let of = match own.of {
            OutcomeRef::Outcome(outcome) => Some((outcome, row)),
            OutcomeRef::Enrolled => None,
        };
        self.cell(deal, measure, network, of)
    }

    fn cell(&mut self, deal: &Deal, measure: MeasureId, network: usize, of: Option<(OutcomeId, usize)>) -> Cell {
        let own = &deal.measures[measure];
        let found = own.records.map(|records| Mark { records, root: root(deal, own.of) });
        found.iter().for_each(|mark| self.networks[network].add_mark(*mark));
        Cell { network, of, truth: None, found, mark: None, reported: Vec::new() }
    }

    /// The people whom a measure compares with a cohort, in a row; nothing where nobody enrolled.
    fn compared(&mut self, deal: &Deal, measure: MeasureId, cohort: CohortId, row: usize, each: u32) -> Option<Cell> {
        let own = &deal.measures[measure];
        let OutcomeRef::Outcome(outcome) = own.of else { return None };
        let joined = self.networks.iter().any(|network| network.cohort == cohort && network.compared.is_none() && network.people > 0);
        let continuity = match (deal.outcomes[outcome].continuity, &own.method) {
            (Continuity::Leaves(_), Method::Matched { .. }) => Continuity::Keeps(1.0),
            (continuity, _) => continuity,
        };
        let chain = continuity != Continuity::Anew;
        let same = |network: &Network| network.cohort == cohort && network.compared == Some(measure) && chain;
        let at = self.networks.iter().position(same).unwrap_or_else(|| {
            self.networks.push(Network { cohort, people: each, compared: Some(measure), nodes: Vec::new(), marks: Vec::new() });
            self.networks.len() - 1
        });
        let network = &mut self.networks[at];
        let node = |row, kind, given, before| Node { outcome, row, kind, given, through: None, before, continuity };
        if !chain {
            network.nodes.push(node(row, Kind::Compared, None, None));
        } else {
            let parent = deal.outcomes[outcome].given;
            if let (Some(parent), true) = (parent, network.nodes.is_empty()) {
                let able = Node { outcome: parent, ..node(cohort.index(), Kind::Able, None, None) };
                network.nodes.push(able);
            }
            let able = parent.map(|_| 0);
            for round in (cohort.index()..=row).step_by(deal.program.cohorts.len()) {
                if network.node(outcome, round).is_none() {
                    let before = round.checked_sub(deal.program.cohorts.len()).and_then(|last| network.node(outcome, last));
                    let kind = if able.is_some() { Kind::ComparedAble } else { Kind::Compared };
                    network.nodes.push(node(round, kind, able, before));
                }
            }
        }
        let cell = self.cell(deal, measure, at, Some((outcome, row)));
        joined.then_some(cell)
    }
}

/// A rate that was published with two digits is a count only nearly.
fn rounding(people: u32) -> u32 {
    people.div_ceil(200)
}

/// In the order of life: what others rest on comes first, quantities last.
fn order(deal: &Deal, measure: MeasureId) -> usize {
    match deal.measures[measure].of {
        OutcomeRef::Enrolled => 0,
        OutcomeRef::Outcome(outcome) if deal.measures[measure].counts_people(deal) => 1 + outcome.index(),
        OutcomeRef::Outcome(outcome) => 1 + deal.outcomes.len() + outcome.index(),
    }
}

/// Cohorts and rows of a group.
pub(super) fn rows(deal: &Deal, measure: MeasureId, group: GroupId, cohorts: &[CohortId]) -> Vec<(CohortId, usize)> {
    let pools = (deal.measure_groups(measure).len() / deal.rounds(measure)).max(1);
    let round = group.index() / pools;
    cohorts.iter().map(|&cohort| (cohort, round * deal.program.cohorts.len() + cohort.index())).collect()
}

/// People whom a measure compares with each cohort, where there are any.
pub(super) fn comparators(deal: &Deal, measure: MeasureId) -> Option<u32> {
    match &deal.measures[measure].method {
        Method::Randomized(Comparators { per_cohort, .. }) => Some(*per_cohort),
        Method::Matched { comparators, .. } | Method::FixedThenLive { comparators, .. } => Some(comparators.per_cohort),
        Method::Count | Method::Exact | Method::Historical(_) | Method::Blend(_) => None,
    }
}

/// Whether a cohort is compared with a fixed number.
pub(super) fn is_fixed(deal: &Deal, measure: MeasureId, cohort: CohortId) -> bool {
    matches!(&deal.measures[measure].method, Method::FixedThenLive { cohorts, .. } if cohort.index() < *cohorts as usize)
}
