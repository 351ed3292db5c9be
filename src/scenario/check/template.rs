//! A text that was read once, for many deals that differ from it in a few values: what sweeps, searches and studies ask for by the
//! thousand.
//!
//! Only the tables that a change touches are read again; every rule of the format is looked at as ever. What is no plain change of a value,
//! or leads to any problem, is left to whoever reads the changed text as a whole, and says what is wrong and where.

use std::sync::{Mutex, PoisonError};

use toml::de::DeTable;
use toml::{Table, Value};

use super::Checker;
use super::sections::{Names, Texts};
use crate::deal::Deal;
use crate::deal::letters::first_steering;
use crate::scenario::path::{Step, assigned, split};
use crate::scenario::sources::Sources;
use crate::scenario::tree::Places;

/// Longest assignment that is made here, in bytes: a longer one may weigh more than is read.
const LONGEST: usize = 4096;

/// Keys that more than their own table depends on: what is called what, whole lists of what has names, and files.
const FAR: [&str; 5] = ["name", "site", "draws", "file", "schema"];

/// A text that was read once.
#[derive(Debug)]
pub(in crate::scenario) struct Template {
    root: Table,
    names: Names,
    /// Its sections, once for each thread that changes some of them for a moment.
    spare: Mutex<Vec<Texts>>,
}

/// A table that is changed: its section, its place where the section is a list, and what it becomes.
struct Part {
    section: String,
    at: Option<usize>,
    table: Table,
}

impl Template {
    /// Of the text `text`, which is read as `root` and has no problems. `None` where it holds what only a reader of the whole understands.
    pub(in crate::scenario) fn new(text: &str, root: &DeTable<'_>) -> Option<Self> {
        Some(Self { root: toml::from_str(text).ok()?, names: Names::of(root), spare: Mutex::new(vec![Texts::read(root, &mut Vec::new())]) })
    }

    /// The deal with the changes in `set`, or `None` where the changed text is to be read as a whole.
    pub(in crate::scenario) fn changed(&self, set: &[String], sources: &Sources) -> Option<Deal> {
        let mut parts: Vec<Part> = Vec::new();
        for assignment in set {
            self.change(assignment, &mut parts)?;
        }
        let mut texts = self.texts()?;
        let could = parts.iter().all(|part| texts.put(&part.section, part.at, &part.table));
        let deal = could.then(|| {
            let mut checker = Checker::new(Places::default(), sources, Vec::new(), self.names.clone());
            let deal = checker.deal(&texts);
            checker.found(deal).ok()
        });
        let back = |part: &Part| self.table(&part.section, part.at).is_some_and(|table| texts.put(&part.section, part.at, table));
        if parts.iter().all(back) {
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(texts);
        }
        deal.flatten()
    }

    /// The sections of the text, for one who puts back what is changed in them.
    fn texts(&self) -> Option<Texts> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.or_else(|| {
            let text = toml::to_string(&self.root).ok()?;
            let (root, mut problems) = (DeTable::parse(&text).ok()?, Vec::new());
            let texts = Texts::read(root.get_ref(), &mut problems);
            problems.is_empty().then_some(texts)
        })
    }

    /// A table of the text.
    fn table(&self, section: &str, at: Option<usize>) -> Option<&Table> {
        match (self.root.get(section)?, at) {
            (Value::Table(table), None) => Some(table),
            (Value::Array(tables), Some(at)) => tables.get(at)?.as_table(),
            _ => None,
        }
    }

    /// Makes one change in the part that it belongs to.
    fn change(&self, assignment: &str, parts: &mut Vec<Part>) -> Option<()> {
        let (path, value) = assigned(assignment).filter(|_| assignment.len() <= LONGEST)?;
        let value: Value = value.trim().parse().ok()?;
        let steps = split(path).ok()?;
        let far = |step: &Step| step.name().is_ok_and(|name| FAR.contains(&name));
        if !stays_near(&value) || steps.last().is_none_or(far) || steps.iter().any(|step| step.name() == Ok("draws")) {
            return None;
        }
        let (section, steps) = steps.split_first()?;
        let section = section.name().ok()?;
        let (at, steps) = match self.root.get(section)? {
            Value::Table(_) => (None, steps),
            Value::Array(tables) => {
                let (which, steps) = steps.split_first()?;
                (Some(which.place(section, &names_in(tables)).ok()?), steps)
            }
            _ => return None,
        };
        let known = parts.iter().position(|part| part.section == section && part.at == at);
        let known = match known {
            Some(known) => known,
            None => {
                parts.push(Part { section: section.into(), at, table: self.table(section, at)?.clone() });
                parts.len() - 1
            }
        };
        let (step, rest) = steps.split_first()?;
        set_in(&mut parts[known].table, step, rest, value)
    }
}

/// Walks from `table` along `step` and `rest` and puts `value` there.
fn set_in(table: &mut Table, step: &Step, rest: &[Step], value: Value) -> Option<()> {
    let name = step.name().ok()?;
    let Some((next, rest)) = rest.split_first() else {
        if first_steering(name).is_some() {
            return None;
        }
        table.insert(name.into(), value);
        return Some(());
    };
    match table.get_mut(name)? {
        Value::Table(inner) => set_in(inner, next, rest, value),
        Value::Array(items) => {
            let at = next.place(name, &names_in(items)).ok()?;
            match (rest.split_first(), items.get_mut(at)?) {
                (Some((next, rest)), Value::Table(inner)) => set_in(inner, next, rest, value),
                (None, item) if !item.is_table() => {
                    *item = value;
                    Some(())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The names of the elements of a list; empty where one has none.
fn names_in(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item.get("name").and_then(Value::as_str).unwrap_or_default().to_string()).collect()
}

/// Whether nothing but the table that a value stands in depends on it, and no text in it steers what shows it.
fn stays_near(value: &Value) -> bool {
    match value {
        Value::String(text) => first_steering(text).is_none(),
        Value::Array(items) => items.iter().all(stays_near),
        Value::Table(table) => {
            table.iter().all(|(key, value)| !FAR.contains(&key.as_str()) && first_steering(key).is_none() && stays_near(value))
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => true,
    }
}
