//! The evaluator's sources of chance, prepared once.

use super::continuing::{self, ChainPlan};
use super::counts::CountPlan;
use crate::cohort::Source;
use crate::deal::{CohortId, Deal, GroupId, MeasureId, Method, OutcomeId, OutcomeRef};
use crate::numeric::each::Each;
use crate::sampling::stream::Key;
use crate::sampling::{Distribution, Layer, Seeds};

/// Everything `Estimates::observe` needs, ready to run.
#[derive(Clone, Debug)]
pub struct EvaluationPlan {
    pub(super) records: Vec<RecordsPlan>,
    pub(super) measures: Each<MeasureId, MeasurePlan>,
    /// Whether cohorts are kept apart, because an early stop may leave some out.
    pub(super) keeps_cells: bool,
    pub(super) cohorts: usize,
}

/// People found in one source of data.
#[derive(Clone, Debug)]
pub(super) struct RecordsPlan {
    pub(super) match_rate: Source,
    /// Counts to find, each after its children.
    pub(super) nodes: Vec<Node>,
}

/// One true count of which a part is found.
///
/// Each person is found or not once per source, whatever is measured of them. Outcomes nest (retained ⊆ placed), so the found part is
/// drawn from the innermost outwards: those without the first inner outcome are matched by themselves, and other inner outcomes of the
/// same parent are found as a random subset of the parent is (hypergeometric). Which outcomes are *measured* changes no draw.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) outcome: OutcomeRef,
    pub(super) link: Link,
    /// The node of the outcome that it needs, where that is looked for too.
    pub(super) outer: Option<usize>,
    /// One key per row of the outcome.
    pub(super) keys: Vec<Key>,
    /// Where having it in one round says something of the next: that outcome and its keys.
    pub(super) continuing: Option<(OutcomeId, Vec<[Key; 5]>)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    /// No inner outcome: everybody is matched with the same chance.
    Innermost,
    /// Estimate = found of the inner node + matches among the others.
    Around(usize),
    /// Estimate = a hypergeometric part of the outer node, which stands before this one.
    Beside(usize),
}

#[derive(Clone, Debug)]
pub(super) struct MeasurePlan {
    pub(super) of: OutcomeRef,
    /// Whether it is a count or an amount.
    pub(super) is_quantity: bool,
    /// The law between persons of a count.
    pub(super) counts: Option<CountPlan>,
    /// Source of data and node in it; `None` where everybody is found.
    pub(super) found: Option<(usize, usize)>,
    pub(super) false_negative: f64,
    pub(super) false_positive: f64,
    pub(super) missed: Vec<Key>,
    pub(super) mistaken: Vec<Key>,
    pub(super) comparison: Option<ComparisonPlan>,
    pub(super) history: Option<HistoryPlan>,
    /// Weights of other measures.
    pub(super) blend: Vec<(MeasureId, f64)>,
    pub(super) exact: bool,
    pub(super) fewer_is_better: bool,
    /// Cells of each group.
    pub(super) groups: Each<GroupId, Vec<Cell>>,
    pub(super) minimum_sample: u32,
    pub(super) treated_share: f64,
}

impl MeasurePlan {
    /// Whether the first cohorts are compared with a fixed number.
    pub(super) fn has_fixed(&self) -> bool {
        self.comparison.as_ref().is_some_and(|comparison| comparison.fixed.is_some())
    }
}

/// One cohort of a group, in one round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) cohort: CohortId,
    /// Row of the outcome: round by round, cohort by cohort.
    pub(super) row: usize,
    /// Period of enrolment.
    pub(super) enrols: u32,
}

#[derive(Clone, Debug)]
pub(super) struct ComparisonPlan {
    pub(super) per_cohort: u32,
    pub(super) bias: Option<Source>,
    /// One key per row of the outcome.
    pub(super) keys: Vec<Key>,
    /// A fixed rate or mean for the first cohorts, and the first that is compared live.
    pub(super) fixed: Option<(f64, CohortId)>,
    /// Where having it in one round says something of the next.
    pub(super) chain: Option<ChainPlan>,
}

#[derive(Clone, Debug)]
pub(super) struct HistoryPlan {
    pub(super) baseline: Option<f64>,
    pub(super) estimated_from: Option<u32>,
    pub(super) drift: Source,
    pub(super) regression: Source,
    pub(super) key: Key,
}

impl EvaluationPlan {
    /// Prepares the evaluation of `deal`.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seeds = &seeds.into();
        let records: Vec<RecordsPlan> = (0..deal.records.len()).map(|index| records_plan(deal, index, seeds)).collect();
        let measures = deal.measures.ids().map(|index| measure_plan(deal, index, &records, seeds)).collect();
        Self { records, measures, keeps_cells: !deal.stops.is_empty(), cohorts: deal.program.cohorts.len() }
    }
}

impl EvaluationPlan {
    /// Where people with `of` stand among what is looked for in `records`.
    #[must_use]
    pub fn node(&self, records: usize, of: OutcomeRef) -> Option<usize> {
        at_node(&self.records[records].nodes, of)
    }

    /// Rows of each thing that is looked for, by records.
    pub fn nodes(&self) -> impl Iterator<Item = Vec<usize>> {
        self.records.iter().map(|records| records.nodes.iter().map(|node| node.keys.len()).collect())
    }
}

fn keys(deal: &Deal, seed: u64, source: &str) -> Vec<Key> {
    (0..).zip(&deal.program.cohorts).map(|(index, _)| Key::new(seed, source, index)).collect()
}

/// Parent of an outcome: the outcome it is given, or enrolment.
fn parent(deal: &Deal, of: OutcomeRef) -> Option<OutcomeRef> {
    match of {
        OutcomeRef::Enrolled => None,
        OutcomeRef::Outcome(outcome) => Some(deal.outcomes[outcome].given.map_or(OutcomeRef::Enrolled, OutcomeRef::Outcome)),
    }
}

fn name(deal: &Deal, of: OutcomeRef) -> &str {
    match of {
        OutcomeRef::Enrolled => "",
        OutcomeRef::Outcome(outcome) => &deal.outcomes[outcome].name,
    }
}

fn records_plan(deal: &Deal, records: usize, seeds: &Seeds) -> RecordsPlan {
    let seed = seeds.of(Layer::Measurement);
    let label = &deal.records[records].name;
    let measured: Vec<OutcomeRef> = deal.measures.iter().filter(|m| m.records == Some(records)).map(|m| m.of).collect();
    let mut nodes: Vec<Node> = Vec::new();
    for &of in &measured {
        add_node(deal, seed, label, of, &mut nodes);
    }
    let outer: Vec<Option<usize>> = nodes.iter().map(|node| at_node(&nodes, parent(deal, node.outcome)?)).collect();
    nodes.iter_mut().zip(outer).for_each(|(node, outer)| node.outer = outer);
    RecordsPlan {
        match_rate: Source::new(
            deal,
            seeds,
            Layer::Measurement,
            &format!("records.{label:?}.match_rate"),
            &deal.records[records].match_rate,
        ),
        nodes,
    }
}

fn at_node(nodes: &[Node], of: OutcomeRef) -> Option<usize> {
    nodes.iter().position(|node| node.outcome == of)
}

/// Adds `of` and what its draw depends on; returns its place.
fn add_node(deal: &Deal, seed: u64, label: &str, of: OutcomeRef, nodes: &mut Vec<Node>) -> usize {
    if let Some(at) = at_node(nodes, of) {
        return at;
    }
    let outer = parent(deal, of);
    // Enrolment has many inner outcomes that nobody nests: its own inner chain is left out, so each top outcome is matched by itself,
    // and a measured enrolment is matched beside none. An outcome with rounds of its own is matched beside the people it happens to: who
    // is found once is found in every round.
    let rounds = rounds_of(deal, of);
    let first_inner = |outer: OutcomeRef| children(deal, outer).into_iter().find(|&of| rounds_of(deal, of) == rounds_of(deal, outer));
    let link = match outer {
        Some(outer) if rounds_of(deal, outer) != rounds || outer != OutcomeRef::Enrolled && first_inner(outer) != Some(of) => {
            Link::Beside(add_node(deal, seed, label, outer, nodes))
        }
        _ => match first_inner(of).filter(|_| of != OutcomeRef::Enrolled) {
            Some(inner) => Link::Around(add_node(deal, seed, label, inner, nodes)),
            None => Link::Innermost,
        },
    };
    let source = |round: usize| if round == 0 { String::new() } else { format!("round.{round}.") };
    let keys = |round: usize| keys(deal, seed, &format!("records.{label:?}.{}outcome.{:?}", source(round), name(deal, of)));
    let part = |part: &str| -> Vec<Key> {
        let name = |round: usize| format!("records.{label:?}.{}outcome.{:?}.{part}", source(round), name(deal, of));
        (0..rounds).flat_map(|round| self::keys(deal, seed, &name(round))).collect()
    };
    let continuing = continuing::continuing(deal, of).map(|index| (index, continuing::keys(part)));
    nodes.push(Node { outcome: of, link, outer: None, keys: (0..rounds).flat_map(keys).collect(), continuing });
    nodes.len() - 1
}

fn rounds_of(deal: &Deal, of: OutcomeRef) -> usize {
    match of {
        OutcomeRef::Enrolled => 1,
        OutcomeRef::Outcome(outcome) => deal.outcomes[outcome].rounds.count as usize,
    }
}

/// Outcomes given `outer`, by name.
fn children(deal: &Deal, outer: OutcomeRef) -> Vec<OutcomeRef> {
    let mut inner: Vec<OutcomeRef> = deal.outcomes.ids().map(OutcomeRef::Outcome).filter(|&of| parent(deal, of) == Some(outer)).collect();
    inner.sort_by_key(|&of| name(deal, of));
    inner
}

fn measure_plan(deal: &Deal, index: MeasureId, records: &[RecordsPlan], seeds: &Seeds) -> MeasurePlan {
    let seed = seeds.of(Layer::Measurement);
    let uncertain = |part: &str, law: &Distribution| {
        Source::new(deal, seeds, Layer::Measurement, &format!("measure.{:?}.{part}", deal.measures[index].name), law)
    };
    let measure = &deal.measures[index];
    let source = |part: &str| format!("measure.{:?}.{part}", measure.name);
    let comparison = match &measure.method {
        Method::Randomized(people) => Some((people.per_cohort, None, None)),
        Method::Matched { comparators, bias } => Some((comparators.per_cohort, Some(uncertain("bias", bias)), None)),
        Method::FixedThenLive { baseline, cohorts, comparators } => {
            Some((comparators.per_cohort, None, Some((*baseline, CohortId(*cohorts as usize)))))
        }
        Method::Count | Method::Exact | Method::Historical(_) | Method::Blend(_) => None,
    };
    let history = match &measure.method {
        Method::Historical(history) => Some(HistoryPlan {
            baseline: history.baseline,
            estimated_from: history.estimated_from,
            drift: uncertain("drift", &history.drift),
            regression: uncertain("regression", &history.regression),
            key: Key::new(seed, &source("baseline"), 0),
        }),
        Method::Count
        | Method::Randomized(_)
        | Method::Matched { .. }
        | Method::FixedThenLive { .. }
        | Method::Blend(_)
        | Method::Exact => None,
    };
    let cohorts = deal.program.cohorts.len();
    let rounds = deal.rounds(index);
    let groups = deal.measure_groups(index);
    let pools = (groups.len() / rounds).max(1);
    let cell = |group: GroupId, cohort: CohortId| Cell {
        cohort,
        row: group.index() / pools * cohorts + cohort.index(),
        enrols: deal.program.cohorts[cohort].period,
    };
    // Each round has a name of its own, so that another cohort moves none of its draws.
    let of_rounds = |part: &str| -> Vec<Key> {
        let name = |round: usize| if round == 0 { source(part) } else { source(&format!("round.{round}.{part}")) };
        (0..rounds).flat_map(|round| keys(deal, seed, &name(round))).collect()
    };
    MeasurePlan {
        of: measure.of,
        is_quantity: !measure.counts_people(deal),
        counts: CountPlan::of(deal, measure.of),
        found: measure.records.map(|at| {
            let node = records[at].nodes.iter().position(|node| node.outcome == measure.of);
            (at, node.expect("records plan holds every measured outcome"))
        }),
        false_negative: measure.false_negative,
        false_positive: measure.false_positive,
        missed: of_rounds("missed"),
        mistaken: of_rounds("mistaken"),
        comparison: comparison.map(|(per_cohort, bias, fixed)| ComparisonPlan {
            per_cohort,
            bias,
            keys: of_rounds("comparison"),
            fixed,
            chain: ChainPlan::of(deal, index, of_rounds),
        }),
        history,
        blend: if let Method::Blend(parts) = &measure.method { parts.clone() } else { Vec::new() },
        exact: matches!(measure.method, Method::Exact),
        fewer_is_better: measure.fewer_is_better(deal),
        groups: groups.pairs().map(|(group, cohorts)| cohorts.iter().map(|&cohort| cell(group, cohort)).collect()).collect(),
        minimum_sample: measure.minimum_sample,
        treated_share: measure.treated_share,
    }
}
