//! The evaluator's sources of chance, prepared once.

use crate::cohort::Source;
use crate::deal::{Deal, Measure, Method, OutcomeRef};
use crate::sampling::stream::Key;

/// Everything `Findings::observe` needs, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) records: Vec<RecordsPlan>,
    pub(super) measures: Vec<MeasurePlan>,
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
    /// One key per cohort.
    pub(super) keys: Vec<Key>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    /// No inner outcome: everybody is matched with the same chance.
    Innermost,
    /// Found = found of the inner node + matches among the others.
    Around(usize),
    /// Found = a hypergeometric part of the outer node, which stands before this one.
    Beside(usize),
}

#[derive(Clone, Debug)]
pub(super) struct MeasurePlan {
    pub(super) of: OutcomeRef,
    /// Source of data and node in it; `None` where everybody is found.
    pub(super) found: Option<(usize, usize)>,
    pub(super) false_negative: f64,
    pub(super) false_positive: f64,
    pub(super) missed: Vec<Key>,
    pub(super) mistaken: Vec<Key>,
    pub(super) comparison: Option<ComparisonPlan>,
    pub(super) exact: bool,
    /// Cohorts of each group.
    pub(super) groups: Vec<Vec<usize>>,
}

#[derive(Clone, Debug)]
pub(super) struct ComparisonPlan {
    pub(super) per_cohort: u32,
    pub(super) bias: Option<Source>,
    pub(super) keys: Vec<Key>,
}

impl Plan {
    /// Prepares the evaluation of `deal` under `seed`.
    #[must_use]
    pub fn new(deal: &Deal, seed: u64) -> Self {
        let records: Vec<RecordsPlan> = (0..deal.records.len()).map(|index| records_plan(deal, index, seed)).collect();
        let measures = deal.measures.iter().map(|measure| measure_plan(deal, measure, &records, seed)).collect();
        Self { records, measures }
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

fn records_plan(deal: &Deal, records: usize, seed: u64) -> RecordsPlan {
    let label = &deal.records[records].name;
    let measured: Vec<OutcomeRef> = deal.measures.iter().filter(|m| m.records == Some(records)).map(|m| m.of).collect();
    let mut nodes: Vec<Node> = Vec::new();
    for &of in &measured {
        add_node(deal, seed, label, of, &mut nodes);
    }
    RecordsPlan { match_rate: Source::new(seed, &format!("records.{label:?}.match_rate"), &deal.records[records].match_rate), nodes }
}

/// Adds `of` and what its draw depends on; returns its place.
fn add_node(deal: &Deal, seed: u64, label: &str, of: OutcomeRef, nodes: &mut Vec<Node>) -> usize {
    if let Some(at) = nodes.iter().position(|node| node.outcome == of) {
        return at;
    }
    let outer = parent(deal, of);
    // Enrolment has many inner outcomes that nobody nests: its own inner chain is left out, so each top outcome is matched by itself,
    // and a measured enrolment is matched beside none.
    let first_inner = |outer: OutcomeRef| children(deal, outer).into_iter().next();
    let link = match outer {
        Some(outer) if outer != OutcomeRef::Enrolled && first_inner(outer) != Some(of) => {
            Link::Beside(add_node(deal, seed, label, outer, nodes))
        }
        _ => match first_inner(of).filter(|_| of != OutcomeRef::Enrolled) {
            Some(inner) => Link::Around(add_node(deal, seed, label, inner, nodes)),
            None => Link::Innermost,
        },
    };
    nodes.push(Node { outcome: of, link, keys: keys(deal, seed, &format!("records.{label:?}.outcome.{:?}", name(deal, of))) });
    nodes.len() - 1
}

/// Outcomes given `outer`, by name.
fn children(deal: &Deal, outer: OutcomeRef) -> Vec<OutcomeRef> {
    let mut inner: Vec<OutcomeRef> =
        (0..deal.outcomes.len()).map(OutcomeRef::Outcome).filter(|&of| parent(deal, of) == Some(outer)).collect();
    inner.sort_by_key(|&of| name(deal, of));
    inner
}

fn measure_plan(deal: &Deal, measure: &Measure, records: &[RecordsPlan], seed: u64) -> MeasurePlan {
    let source = |part: &str| format!("measure.{:?}.{part}", measure.name);
    let comparison = match &measure.method {
        Method::Count | Method::Exact => None,
        Method::Randomized(people) => Some((people, None)),
        Method::Matched { comparators, bias } => Some((comparators, Some(Source::new(seed, &source("bias"), bias)))),
    };
    MeasurePlan {
        of: measure.of,
        found: measure.records.map(|at| {
            let node = records[at].nodes.iter().position(|node| node.outcome == measure.of);
            (at, node.expect("records plan holds every measured outcome"))
        }),
        false_negative: measure.false_negative,
        false_positive: measure.false_positive,
        missed: keys(deal, seed, &source("missed")),
        mistaken: keys(deal, seed, &source("mistaken")),
        comparison: comparison.map(|(people, bias)| ComparisonPlan {
            per_cohort: people.per_cohort,
            bias,
            keys: keys(deal, seed, &source("comparison")),
        }),
        exact: matches!(measure.method, Method::Exact),
        groups: deal.groups(measure.pool),
    }
}
