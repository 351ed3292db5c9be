//! The sections of a file, each read by itself.

use crate::deal::{FormulaId, MeasureId, OutcomeId, PaymentId, PayorId, StopId, TrancheId};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MOST_PARTS, problem};
use crate::scenario::name_list::NameList;
use crate::scenario::problem::{MOST_SHOWN, Problem, suggestion};
use crate::scenario::text::{
    BonusText, CapitalText, CorrelationText, DealText, EconomyText, FormulaText, GuaranteeText, MeasureText, OutcomeText, PaymentText,
    PayorText, ProgramText, RecordsText, SimulationText, StopText, TrancheText,
};
use crate::scenario::tree::read;

/// Sections of the file.
const SECTIONS: [&str; 17] = [
    "schema",
    "deal",
    "simulation",
    "program",
    "economy",
    "outcome",
    "correlation",
    "records",
    "measure",
    "payor",
    "formula",
    "payment",
    "stop",
    "capital",
    "tranche",
    "guarantee",
    "bonus",
];

/// Problems after which no further table of a list is read.
const MOST_LOOKED_FOR: usize = 1_000;

/// Sections that are single tables; the others are lists.
const SINGLE: [&str; 6] = ["schema", "deal", "simulation", "program", "economy", "capital"];

/// Whether every section that is a list is written as one: otherwise its names are unknown, and so is what they stand for.
pub(super) fn lists_are_lists(root: &DeTable<'_>) -> bool {
    let known = SECTIONS.iter().filter(|section| !SINGLE.contains(section)).filter_map(|section| root.get(*section));
    known.into_iter().all(|value| value.get_ref().is_array())
}

/// The sections as far as each could be read.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) deal: Option<DealText>,
    pub(super) simulation: Option<SimulationText>,
    pub(super) program: Option<ProgramText>,
    pub(super) economy: Option<EconomyText>,
    pub(super) outcome: Vec<Option<OutcomeText>>,
    pub(super) correlation: Vec<Option<CorrelationText>>,
    pub(super) records: Vec<Option<RecordsText>>,
    pub(super) measure: Vec<Option<MeasureText>>,
    pub(super) payor: Vec<Option<PayorText>>,
    pub(super) formula: Vec<Option<FormulaText>>,
    pub(super) payment: Vec<Option<PaymentText>>,
    pub(super) stop: Vec<Option<StopText>>,
    pub(super) capital: Option<CapitalText>,
    pub(super) tranche: Vec<Option<TrancheText>>,
    pub(super) guarantee: Vec<Option<GuaranteeText>>,
    pub(super) bonus: Vec<Option<BonusText>>,
}

impl Texts {
    pub(super) fn read(root: &DeTable<'_>, problems: &mut Vec<Problem>) -> Self {
        for (key, _) in root {
            if !SECTIONS.contains(&key.get_ref().as_ref()) {
                let message = format!("unknown section `{}`", key.get_ref());
                let help = if problems.len() < MOST_SHOWN { suggestion(key.get_ref(), SECTIONS) } else { String::new() };
                problems.push(problem(Some(key.span()), "unknown-key", message, "no such section", help));
            }
        }
        match root.get("schema").map(|value| (value.get_ref().as_integer().map(ToString::to_string), value.span())) {
            Some((Some(version), _)) if version == "1" => {}
            Some((_, span)) => problems.push(problem(
                Some(span),
                "schema-version",
                "this program reads `schema = 1`".into(),
                "not 1",
                "write `schema = 1`, or use the version of pfsim that this file was written for".into(),
            )),
            None => problems.push(problem(
                None,
                "missing-key",
                "the file lacks `schema = 1`".into(),
                "",
                "add `schema = 1` as its first line".into(),
            )),
        }
        for section in ["deal", "program"] {
            if !root.contains_key(section) {
                let message = format!("the file lacks the section [{section}]");
                problems.push(problem(None, "missing-key", message, "", "start from the commented file that `pfsim new` writes".into()));
            }
        }
        Self {
            deal: one(root, "deal", problems),
            simulation: match root.contains_key("simulation") {
                true => one(root, "simulation", problems),
                false => Some(SimulationText::default()),
            },
            program: one(root, "program", problems),
            economy: one(root, "economy", problems),
            outcome: many(root, "outcome", problems),
            correlation: many(root, "correlation", problems),
            records: many(root, "records", problems),
            measure: many(root, "measure", problems),
            payor: many(root, "payor", problems),
            formula: many(root, "formula", problems),
            payment: many(root, "payment", problems),
            stop: many(root, "stop", problems),
            capital: one(root, "capital", problems),
            tranche: many(root, "tranche", problems),
            guarantee: many(root, "guarantee", problems),
            bonus: many(root, "bonus", problems),
        }
    }
}

impl Texts {
    /// Reads `table` as the section `section`, at its place `at` where that is a list, in the place of what stands there. `false` where it
    /// cannot be read: then nothing changes.
    pub(super) fn put(&mut self, section: &str, at: Option<usize>, table: &toml::Table) -> bool {
        match (section, at) {
            ("deal", None) => put(&mut self.deal, table),
            ("simulation", None) => put(&mut self.simulation, table),
            ("program", None) => put(&mut self.program, table),
            ("economy", None) => put(&mut self.economy, table),
            ("capital", None) => put(&mut self.capital, table),
            ("outcome", Some(at)) => put(&mut self.outcome[at], table),
            ("correlation", Some(at)) => put(&mut self.correlation[at], table),
            ("records", Some(at)) => put(&mut self.records[at], table),
            ("measure", Some(at)) => put(&mut self.measure[at], table),
            ("payor", Some(at)) => put(&mut self.payor[at], table),
            ("formula", Some(at)) => put(&mut self.formula[at], table),
            ("payment", Some(at)) => put(&mut self.payment[at], table),
            ("stop", Some(at)) => put(&mut self.stop[at], table),
            ("tranche", Some(at)) => put(&mut self.tranche[at], table),
            ("guarantee", Some(at)) => put(&mut self.guarantee[at], table),
            ("bonus", Some(at)) => put(&mut self.bonus[at], table),
            _ => false,
        }
    }
}

fn put<T: serde::de::DeserializeOwned>(slot: &mut Option<T>, table: &toml::Table) -> bool {
    let read = T::deserialize(table.clone()).ok();
    let could = read.is_some();
    if could {
        *slot = read;
    }
    could
}

fn one<T: serde::de::DeserializeOwned + schemars::JsonSchema>(root: &DeTable<'_>, section: &str, problems: &mut Vec<Problem>) -> Option<T> {
    read(root.get(section)?, &format!("[{section}]"), problems)
}

fn many<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
    root: &DeTable<'_>,
    section: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Option<T>> {
    match root.get(section).map(|value| (value.get_ref(), value.span())) {
        None => Vec::new(),
        Some((DeValue::Array(items), span)) => {
            if items.len() > MOST_PARTS {
                let message = format!("{} [[{section}]] tables are more than {MOST_PARTS}", items.len());
                problems.push(problem(Some(span), "too-many", message, "", "split the deal into several scenarios".into()));
                return Vec::new();
            }
            let one = |item| if problems.len() < MOST_LOOKED_FOR { read(item, &format!("[[{section}]]"), problems) } else { None };
            items.iter().map(one).collect()
        }
        Some((_, span)) => {
            let help = format!("write [[{section}]] with two brackets");
            problems.push(problem(Some(span), "wrong-type", format!("`{section}` must be a list of tables"), "here", help));
            Vec::new()
        }
    }
}

/// Names of the parts, also of those that could not be read, so that one mistake is not reported twice.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) outcomes: Arc<NameList<OutcomeId>>,
    pub(super) records: Arc<NameList>,
    pub(super) measures: Arc<NameList<MeasureId>>,
    pub(super) payors: Arc<NameList<PayorId>>,
    pub(super) formulas: Arc<NameList<FormulaId>>,
    pub(super) payments: Arc<NameList<PaymentId>>,
    pub(super) stops: Arc<NameList<StopId>>,
    pub(super) tranches: Arc<NameList<TrancheId>>,
    pub(super) sites: Arc<NameList>,
}

impl Names {
    pub(super) fn of(root: &DeTable<'_>) -> Self {
        let program = root.get("program").and_then(|value| value.get_ref().as_table());
        Self {
            outcomes: names(root, "outcome"),
            records: names(root, "records"),
            measures: names(root, "measure"),
            payors: names(root, "payor"),
            formulas: names(root, "formula"),
            payments: names(root, "payment"),
            stops: names(root, "stop"),
            tranches: names(root, "tranche"),
            sites: program.map_or_else(Arc::default, |program| names(program, "site")),
        }
    }
}

/// The names of one section: as many as tables that `many` reads, none of a section that is not a list.
fn names<I>(table: &DeTable<'_>, section: &str) -> Arc<NameList<I>> {
    let name = |item: &Spanned<DeValue<'_>>| item.get_ref().as_table()?.get("name")?.get_ref().as_str().map(String::from);
    let items = table.get(section).and_then(|value| value.get_ref().as_array()).filter(|items| items.len() <= MOST_PARTS);
    Arc::new(items.into_iter().flatten().map(|item| name(item).unwrap_or_default()).collect())
}
