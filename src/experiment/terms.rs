//! Which numbers of a scenario do the parties decide?
//!
//! Comes in: a scenario. Goes out: every number of its contract and its capital, each with its place, what it is, and the change that gives
//! it another value, as `--set` takes it. What the world decides is no term: `Deal::inputs` lists that.

use core::ops::Range;
use std::sync::OnceLock;

use serde_json::Value as Json;
use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::{FileKind, schema};
use crate::scenario::Scenario;
use crate::scenario::expression::numbers;
use crate::words::typed;

/// Whose clause a term stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// What it is: `payor`, `payment`, `formula`, `stop`, `tranche`, `guarantee`, `bonus`; `deal` and `capital` for what is nobody's own.
    pub kind: &'static str,
    /// Its name; empty for the deal and its capital.
    pub name: String,
}

/// What a term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Major units of the deal's currency.
    Money,
    /// A share or a rate: 0.05 is 5%.
    Share,
    /// Periods of the deal.
    Periods,
    /// Whole things: ranks, orders.
    Count,
    /// In whatever it is compared with or works out.
    Number,
}

/// A number that the parties decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Tells it from all others: its path, and for a number within an expression which one, from 0: `payment."jobs".when#1`.
    pub id: String,
    /// Where it stands, as `--set` takes it.
    pub path: String,
    /// Whose clause it is.
    pub owner: Owner,
    /// What it is called under its owner: `price · per unit`.
    pub label: String,
    /// What the format says of it, in a sentence.
    pub note: String,
    /// What it is counted in.
    pub counted: Counted,
    /// What it is.
    pub value: f64,
    /// For a number within an expression: the whole text and where it stands there.
    within: Option<(String, Range<usize>, bool)>,
    /// Whether the file writes it as a whole number.
    whole: bool,
}

/// The lists of tables that hold terms, and what each of them is called.
const LISTS: [&str; 7] = ["payor", "payment", "formula", "stop", "tranche", "guarantee", "bonus"];

/// Keys of a contract that are no terms: what the world decides, whom a clause is about, where it comes from.
const NOT_TERMS: [&str; 8] = ["name", "source", "grade", "hazard", "value_per_outcome", "cohorts", "sites", "kind"];

/// Keys whose text is an expression.
const EXPRESSIONS: [&str; 4] = ["when", "is", "by", "formula"];

/// Keys that are shares or rates.
const SHARES: [&str; 12] = [
    "discount",
    "per_year",
    "share",
    "then",
    "at_most_share",
    "coupon",
    "return_cap",
    "residual_share",
    "percent",
    "share_of_receipts",
    "investor_hurdle",
    "discount_rate",
];

impl Scenario {
    /// Every number that the parties decide, in the order of the file, those of the deal as a whole last: prices, steps, thresholds, caps,
    /// floors, amounts, rates, ranks, delays.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let decided = scenario.decided();
    /// let cap = decided.iter().find(|term| term.id == "payor.\"City\".cap").expect("the city has a cap");
    /// assert_eq!((cap.value, cap.assignment(2e6).as_str()), (2_600_000.0, "payor.\"City\".cap=2000000"));
    /// assert!(decided.iter().all(|term| scenario.with([term.assignment(term.value)]).is_ok()));
    /// # Ok::<(), pfsim::Problems>(())
    /// ```
    #[must_use]
    pub fn decided(&self) -> Vec<Term> {
        let Ok(document) = self.text.parse::<DocumentMut>() else { return Vec::new() };
        let mut walk = Walk { found: Vec::new(), labels: Vec::new(), keys: Vec::new(), owner: Owner { kind: "deal", name: String::new() } };
        for (list, item) in document.iter() {
            let Some(&list) = LISTS.iter().find(|known| **known == list) else { continue };
            for (path, table) in elements(list, item) {
                let name = table.get("name").and_then(Item::as_str).unwrap_or_default().to_string();
                walk.owner = Owner { kind: list, name };
                walk.keys = vec![list.to_string()];
                walk.table(&path, table);
            }
        }
        if let Some(extension) = document.get("capital").and_then(|capital| capital.get("extension")) {
            walk.owner = Owner { kind: "capital", name: String::new() };
            walk.keys = vec!["capital".into(), "extension".into()];
            walk.labels = vec!["extension".into()];
            extension.as_table_like().into_iter().for_each(|table| walk.table("capital.extension", table));
        }
        // By what the parties judge the deal comes last.
        if let Some(deal) = document.get("deal").and_then(Item::as_table_like) {
            walk.owner = Owner { kind: "deal", name: String::new() };
            (walk.keys, walk.labels) = (vec!["deal".into()], Vec::new());
            for key in ["cap", "investor_hurdle", "discount_rate"] {
                deal.get(key).into_iter().for_each(|item| walk.key("deal", key, item));
            }
        }
        walk.found
    }
}

impl Term {
    /// The change that makes it `value`, as `--set` takes it: a whole number where the file has one, an expression with this number in it.
    #[must_use]
    pub fn assignment(&self, value: f64) -> String {
        match &self.within {
            None => format!("{}={}", self.path, literal(value, self.whole)),
            Some((text, at, percent)) => {
                let number = if *percent { short(value * 100.0) + "%" } else { short(value) };
                let changed = format!("{}{number}{}", &text[..at.start], &text[at.end..]);
                format!("{}={}", self.path, Value::from(changed))
            }
        }
    }
}

/// To twelve digits, which are all that anybody signs.
fn short(value: f64) -> String {
    typed::digits(value, 12)
}

/// A number as a file writes it: whole ones without a point where the file has none.
fn literal(value: f64, whole: bool) -> String {
    let text = short(value);
    if whole || text.contains(['.', 'e']) { text } else { format!("{text}.0") }
}

/// The tables of a list with their paths: by name where that tells them apart, otherwise by index.
fn elements<'a>(list: &str, item: &'a Item) -> Vec<(String, &'a dyn TableLike)> {
    let tables: Vec<&dyn TableLike> = match item {
        Item::ArrayOfTables(tables) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        Item::Value(Value::Array(items)) => {
            items.iter().filter_map(|item| item.as_inline_table().map(|table| table as &dyn TableLike)).collect()
        }
        _ => Vec::new(),
    };
    let name = |table: &dyn TableLike| table.get("name").and_then(Item::as_str).unwrap_or_default().to_string();
    let path = |(at, table): (usize, &&'a dyn TableLike)| {
        let name = name(*table);
        (
            format!(
                "{list}{}",
                if name.is_empty() { format!("[{at}]") } else { step(&name).map_or(format!("[{at}]"), |step| format!(".{step}")) }
            ),
            *table,
        )
    };
    tables.iter().enumerate().map(path).collect()
}

/// A name in quotes, as a path takes it; none where it holds both kinds of quotes.
fn step(name: &str) -> Option<String> {
    ['"', '\''].into_iter().find(|quote| !name.contains(*quote)).map(|quote| format!("{quote}{name}{quote}"))
}

/// A key of a path: plain, or in quotes where it must be.
fn bare(key: &str) -> Option<String> {
    let plain = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    if plain { Some(key.into()) } else { step(key) }
}

/// The way through the tables of one owner.
struct Walk {
    found: Vec<Term>,
    /// What leads to where it is, for people.
    labels: Vec<String>,
    /// The same as keys of the format, without indices.
    keys: Vec<String>,
    owner: Owner,
}

impl Walk {
    fn table(&mut self, path: &str, table: &dyn TableLike) {
        for (key, item) in table.iter() {
            if !NOT_TERMS.contains(&key) {
                self.key(path, key, item);
            }
        }
    }

    fn key(&mut self, path: &str, key: &str, item: &Item) {
        let Some(part) = bare(key) else { return };
        let path = format!("{path}.{part}");
        self.labels.push(key.replace('_', " "));
        self.keys.push(key.into());
        match item {
            Item::Value(value) => self.value(&path, key, value),
            Item::Table(inner) => self.table(&path, inner),
            Item::ArrayOfTables(tables) => {
                for (at, inner) in tables.iter().enumerate() {
                    self.labels.push(format!("{}", at + 1));
                    self.table(&format!("{path}[{at}]"), inner);
                    self.labels.pop();
                }
            }
            Item::None => {}
        }
        self.labels.pop();
        self.keys.pop();
    }

    fn value(&mut self, path: &str, key: &str, value: &Value) {
        match value {
            Value::Integer(number) => self.number(path, *number.value() as f64, true),
            Value::Float(number) => self.number(path, *number.value(), false),
            Value::InlineTable(inner) => self.table(path, inner),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let Some(inner) = item.as_inline_table() else { continue };
                    // A line of a rate card goes by what it pays for.
                    let label = ["on", "name"].iter().find_map(|key| inner.get(key)?.as_str().map(String::from));
                    self.labels.push(label.unwrap_or_else(|| format!("{}", at + 1)));
                    self.table(&format!("{path}[{at}]"), inner);
                    self.labels.pop();
                }
            }
            Value::String(text) if EXPRESSIONS.contains(&key) => self.expression(path, text.value()),
            _ => {}
        }
    }

    fn expression(&mut self, path: &str, text: &str) {
        let all = numbers(text);
        for (at, number) in all.iter().enumerate() {
            // What stands before it says which one it is.
            let from = if at == 0 { 0 } else { all[at - 1].span.end };
            let before = text[from..number.span.start].trim_start_matches([' ', ')']).trim_end();
            let before = ["and ", "or "].iter().fold(before, |before, word| before.strip_prefix(word).unwrap_or(before));
            let mut labels = self.labels.clone();
            labels.push(before.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect());
            let counted = if number.percent { Counted::Share } else { Counted::Number };
            let whole = number.value == number.value.trunc() && !number.percent;
            let within = Some((text.to_string(), number.span.clone(), number.percent));
            self.add(format!("{path}#{at}"), path, &labels, counted, number.value, within, whole);
        }
    }

    fn number(&mut self, path: &str, value: f64, whole: bool) {
        let labels = self.labels.clone();
        self.add(path.into(), path, &labels, self.counted(), value, None, whole);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a term, each once")]
    fn add(
        &mut self,
        id: String,
        path: &str,
        labels: &[String],
        counted: Counted,
        value: f64,
        within: Option<(String, Range<usize>, bool)>,
        whole: bool,
    ) {
        if value.is_finite() {
            let (owner, note) = (self.owner.clone(), note(&self.keys));
            self.found.push(Term { id, path: path.into(), owner, label: labels.join(" · "), note, counted, value, within, whole });
        }
    }

    /// What the number at the present key is counted in.
    fn counted(&self) -> Counted {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        match keys.as_slice() {
            ["formula", ..] => Counted::Number,
            ["guarantee", "floor"] | ["payment", "price", "share", _] | [.., "rate_card", "by"] => Counted::Share,
            [.., "steps" | "pieces" | "tiers", "from"] | ["guarantee", "schedule", "drawn"] if keys.last() == Some(&"from") => {
                Counted::Number
            }
            [.., "paid_after" | "delay" | "after" | "periods"] => Counted::Periods,
            [.., "rank" | "draw_order" | "after_rank"] => Counted::Count,
            [.., last] if SHARES.contains(last) => Counted::Share,
            _ => Counted::Money,
        }
    }
}

/// What the format says of a key, reached by these keys from the top.
fn note(keys: &[String]) -> String {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    let root = SCHEMA.get_or_init(|| serde_json::from_str(&schema(FileKind::Scenario)).unwrap_or_default());
    let mut at = vec![root];
    let mut said = String::new();
    for key in keys {
        let below: Vec<&Json> = at.iter().flat_map(|node| resolved(root, node, 0)).collect();
        let next: Vec<&Json> = below.iter().filter_map(|node| node.get("properties")?.get(key)).collect();
        if let Some(text) = next.iter().find_map(|node| node.get("description")?.as_str()) {
            said = text.replace('`', "");
        }
        // The keys of a map by name have no entry of their own.
        at = if next.is_empty() { below.iter().filter_map(|node| node.get("additionalProperties")).collect() } else { next };
    }
    said
}

/// A schema node and all that it refers to, lists by what they hold.
fn resolved<'a>(root: &'a Json, node: &'a Json, depth: usize) -> Vec<&'a Json> {
    let mut all = vec![node];
    if depth > 6 {
        return all;
    }
    if let Some(target) = node.get("$ref").and_then(Json::as_str).and_then(|target| root.pointer(target.trim_start_matches('#'))) {
        all.extend(resolved(root, target, depth + 1));
    }
    node.get("items").into_iter().for_each(|items| all.extend(resolved(root, items, depth + 1)));
    for key in ["anyOf", "oneOf", "allOf"] {
        node.get(key).and_then(Json::as_array).into_iter().flatten().for_each(|part| all.extend(resolved(root, part, depth + 1)));
    }
    all
}
