//! In which clauses do two scenarios differ, and what does the one say with only some of the other's clauses?
//!
//! A clause is the smallest part that a person would change: a value of a section or of a named table. A table of values that changed its
//! shape, such as a price, is one clause; so is a named table that only one of the two has. Names of deals and providers, remarks, sources, grades, the
//! number of trials and the seed are no clauses.

mod blocks;
mod node;

pub use blocks::{Parts, parts};

use node::Node;

use crate::scenario::{Scenario, Table};

/// Why two scenarios cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// Their tables of draws have one name and are not the same: whatever mixes the two deals would read one of them for both.
    #[error("{0:?}: A and B draw from two tables of that name whose contents differ; give one another name")]
    Tables(String),
    /// They are in two currencies.
    #[error("A is in {0} and B in {1}: money of two currencies cannot be compared; write both in one")]
    Currencies(String, String),
}

/// The clauses in which the first scenario, A, and the second, B, differ; blocks of many clauses are mixed in an order that `seed` draws.
///
/// # Errors
/// [`Apart`]: they cannot be compared.
pub fn between(first: &Scenario, second: &Scenario, seed: u64) -> Result<Parts, Apart> {
    let others = second.tables();
    let differ = |table: &Table| others.iter().any(|other| other.file == table.file && other.sha256 != table.sha256);
    if let Some(table) = first.tables().into_iter().find(differ) {
        return Err(Apart::Tables(table.file));
    }
    let [own, other] = [first, second].map(|scenario| scenario.deal.currency);
    if own != other {
        return Err(Apart::Currencies(own.code().into(), other.code().into()));
    }
    Ok(parts(first, second, seed))
}

/// A difference between two scenarios.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Dotted path, as `--set` takes it: `payor."State".cap`.
    pub path: String,
    /// What the first scenario says; absent where it says nothing.
    pub from: Option<String>,
    /// What the second one says; absent where it says nothing.
    pub to: Option<String>,
    steps: Vec<Step>,
    node: Option<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A key of a table.
    Key(String),
    /// A table of a list, by its name.
    Named(String),
}

/// Two scenarios and the clauses in which they differ.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    first: Node,
    pub(super) clauses: Vec<Clause>,
}

impl Difference {
    /// Compares two files that can be read.
    pub(super) fn between(first: &str, second: &str) -> Self {
        let read = |text: &str| Node::of_text(text).unwrap_or(Node::Table(Vec::new()));
        let (first, second) = (read(first), read(second));
        let mut clauses = Vec::new();
        differ(&mut Vec::new(), &first.without_remarks(), &second.without_remarks(), &mut clauses);
        Self { first, clauses }
    }

    /// The text of the first scenario with the clauses of the second that are `chosen`, one flag for each.
    pub(super) fn with(&self, chosen: &[bool]) -> String {
        let mut file = self.first.clone();
        for (clause, _) in self.clauses.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
            put(&mut file, &clause.steps, clause.node.as_ref());
        }
        file.file()
    }
}

/// What is not a term: it says how a scenario is called or run.
fn is_no_term(steps: &[Step]) -> bool {
    let keys: Vec<&str> = steps.iter().map(|step| if let Step::Key(key) = step { key.as_str() } else { "" }).collect();
    matches!(keys.as_slice(), ["schema"] | ["deal", "name"] | ["program", "provider"] | ["simulation", "trials" | "seed"])
}

fn differ(steps: &mut Vec<Step>, first: &Node, second: &Node, found: &mut Vec<Clause>) {
    if is_no_term(steps) || first.same(second) {
        return;
    }
    if let (Node::Table(own), Node::Table(other)) = (first, second) {
        // Keys of a section may come and go one by one; a table of values belongs together.
        let section = steps.len() <= 1 || matches!(steps.last(), Some(Step::Named(_)));
        let has = |entries: &[(String, Node)], key: &str| entries.iter().any(|(known, _)| known == key);
        if section || own.len() == other.len() && own.iter().all(|(key, _)| has(other, key)) {
            let added = other.iter().filter(|(key, _)| !has(own, key));
            for (key, _) in own.iter().chain(added) {
                each(steps, Step::Key(key.clone()), first.get(key), second.get(key), found);
            }
            return;
        }
    }
    if let (Some(own), Some(other)) = (first.named(), second.named()) {
        let of = |items: &[(&str, &Node)], name: &str| items.iter().find(|(known, _)| *known == name).map(|(_, node)| (*node).clone());
        let added = other.iter().filter(|(name, _)| of(&own, name).is_none());
        for (name, _) in own.iter().chain(added) {
            let (own, other) = (of(&own, name), of(&other, name));
            each(steps, Step::Named((*name).to_string()), own.as_ref(), other.as_ref(), found);
        }
        return;
    }
    found.push(clause(steps, Some(first), Some(second)));
}

/// One part of both, which either may lack.
fn each(steps: &mut Vec<Step>, step: Step, first: Option<&Node>, second: Option<&Node>, found: &mut Vec<Clause>) {
    steps.push(step);
    match (first, second) {
        (Some(first), Some(second)) => differ(steps, first, second, found),
        _ if is_no_term(steps) => {}
        // A list of named tables that only one has is as many clauses as it has tables.
        (first, second) => match first.or(second).and_then(Node::named) {
            Some(items) => {
                for (name, node) in items {
                    steps.push(Step::Named(name.to_string()));
                    found.push(clause(steps, first.map(|_| node), second.map(|_| node)));
                    steps.pop();
                }
            }
            None => found.push(clause(steps, first, second)),
        },
    }
    steps.pop();
}

fn clause(steps: &[Step], first: Option<&Node>, second: Option<&Node>) -> Clause {
    let mut path = String::new();
    for step in steps {
        let dot = if path.is_empty() { "" } else { "." };
        path += &match step {
            Step::Key(key) => format!("{dot}{}", toml_edit::Key::new(key).display_repr()),
            Step::Named(name) => format!("{dot}\"{name}\""),
        };
    }
    Clause { path, from: first.map(Node::text), to: second.map(Node::text), steps: steps.to_vec(), node: second.cloned() }
}

/// Puts `node` at `steps` below `at`, or takes away what is there.
fn put(at: &mut Node, steps: &[Step], node: Option<&Node>) {
    let Some((step, rest)) = steps.split_first() else {
        if let Some(node) = node {
            *at = node.clone();
        }
        return;
    };
    let takes_away = rest.is_empty() && node.is_none();
    match (step, at) {
        (Step::Key(key), Node::Table(entries)) => {
            if takes_away {
                return entries.retain(|(known, _)| known != key);
            }
            let place = entries.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
                let empty = if matches!(rest.first(), Some(Step::Named(_))) { Node::List(Vec::new()) } else { Node::Table(Vec::new()) };
                entries.push((key.clone(), empty));
                entries.len() - 1
            });
            put(&mut entries[place].1, rest, node);
        }
        (Step::Named(name), Node::List(items)) => {
            if takes_away {
                return items.retain(|item| item.name() != Some(name));
            }
            let place = items.iter().position(|item| item.name() == Some(name)).unwrap_or_else(|| {
                items.push(Node::Table(Vec::new()));
                items.len() - 1
            });
            put(&mut items[place], rest, node);
        }
        _ => {}
    }
}
