//! Paths as people write them for `--set`, sweeps and searches, and the one place in a file that each leads to.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, TableLike, Value};

use super::problem::suggestion;
use crate::words::count::counted;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `deal`, or `0`, which may be a name or an index.
    Bare(String),
    /// `"thriving job"`: always a name.
    Quoted(String),
    /// `[0]`.
    Index(usize),
}

impl Step {
    /// The key of a table that it names.
    pub(crate) fn name(&self) -> Result<&str, String> {
        match self {
            Self::Bare(name) | Self::Quoted(name) => Ok(name),
            Self::Index(index) => Err(format!("`[{index}]` counts the elements of a list, and there is none here")),
        }
    }

    /// Which element of the list `list` it is, of so many with these names.
    pub(crate) fn place(&self, list: &str, names: &[String]) -> Result<usize, String> {
        let named = |name: &str| names.iter().position(|known| known == name);
        let (text, index) = match self {
            Self::Quoted(name) => return named(name).ok_or_else(|| absent(name, names)),
            Self::Bare(text) => (text.clone(), text.parse().ok()),
            Self::Index(index) => (index.to_string(), Some(*index)),
        };
        let named = named(&text);
        let index = index.filter(|index| *index < names.len());
        match (named, index) {
            (Some(named), Some(index)) if named != index => {
                let other = if names[index].is_empty() { "the other".into() } else { format!("`{list}.{:?}`", names[index]) };
                let message = "is either the one of this name or the one at this place, counted from 0";
                Err(format!("`{text}` of `{list}` {message}: write `{list}.\"{text}\"` or {other}"))
            }
            (named, Some(index)) if named.is_none() || matches!(self, Self::Index(_)) => Ok(index),
            (Some(named), _) if matches!(self, Self::Bare(_)) => Ok(named),
            _ if names.iter().all(String::is_empty) || matches!(self, Self::Index(_)) => {
                let elements = counted(names.len(), "element");
                Err(format!("`{list}` has {elements}, counted from 0: there is no `{text}`"))
            }
            _ => Err(absent(&text, names)),
        }
    }
}

pub(crate) fn absent(step: &str, names: &[String]) -> String {
    format!("there is no `{step}` here: {}", suggestion(step, names.iter().map(String::as_str)))
}

/// The names of the tables of a list; empty where one has none.
pub(crate) fn names_of(tables: &ArrayOfTables) -> Vec<String> {
    tables.iter().map(|table| table.get("name").and_then(Item::as_str).unwrap_or_default().to_string()).collect()
}

/// The names of the elements of a list; empty where one has none.
pub(crate) fn names_in(items: &Array) -> Vec<String> {
    let name = |item: &Value| item.as_inline_table().and_then(|table| table.get("name")).and_then(Value::as_str).map(String::from);
    items.iter().map(|item| name(item).unwrap_or_default()).collect()
}

/// Splits `path=value` at the first `=` that is in no quotes.
pub(crate) fn assigned(assignment: &str) -> Option<(&str, &str)> {
    let (mut quote, mut begins) = (None, true);
    for (at, letter) in assignment.char_indices() {
        match (quote, letter) {
            (None, '=') => return Some((&assignment[..at], &assignment[at + 1..])),
            // A step begins with its quote: `Children's Fund` has none.
            (None, '"' | '\'') if begins => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        begins = quote.is_none() && (letter == '.' || begins && letter.is_whitespace());
    }
    None
}

/// `a."b c".d[2]` → a, b c, d, 2.
pub(crate) fn split(path: &str) -> Result<Vec<Step>, String> {
    let mut rest = path.trim();
    if rest.is_empty() {
        return Err("the path is empty".into());
    }
    let mut steps = Vec::new();
    loop {
        let (step, after) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let (name, after) = rest[1..].split_once(quote).ok_or_else(|| format!("{quote} is opened and not closed"))?;
                (Step::Quoted(name.into()), after)
            }
            _ => {
                let (name, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
                (Step::Bare(name.trim().into()), after)
            }
        };
        if matches!(&step, Step::Bare(name) | Step::Quoted(name) if name.is_empty()) {
            return Err("a part of the path is empty: write names with one dot between two of them".into());
        }
        steps.push(step);
        rest = after;
        while let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']').ok_or("[ is opened and not closed")?;
            let index = index.parse().map_err(|_| {
                let name = index.trim_matches(['"', '\'']);
                format!("`[{index}]` is not an index, counted from 0: a name follows a dot, as in `.\"{name}\"`")
            })?;
            steps.push(Step::Index(index));
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(steps),
            None => return Err(format!("a dot is missing before `{rest}`")),
        }
    }
}

/// What stands at a place.
enum Node<'a> {
    Table(&'a dyn TableLike),
    Tables(&'a ArrayOfTables),
    List(&'a Array),
    /// A plain value, or nothing.
    Plain,
}

impl<'a> Node<'a> {
    fn of(item: &'a Item) -> Self {
        match item {
            Item::ArrayOfTables(tables) => Self::Tables(tables),
            Item::Table(table) => Self::Table(table),
            Item::Value(value) => Self::of_value(value),
            Item::None => Self::Plain,
        }
    }

    fn of_value(value: &'a Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items),
            Value::InlineTable(table) => Self::Table(table),
            _ => Self::Plain,
        }
    }
}

/// The place in `document` that `path` leads to, the same for every way to write it.
///
/// # Errors
/// Why it leads nowhere, in words.
pub(crate) fn place(document: &DocumentMut, path: &str) -> Result<Vec<String>, String> {
    let mut here = Node::Table(document.as_table());
    let mut list = "";
    let mut place = Vec::new();
    let steps = split(path)?;
    for step in &steps {
        let (named, next) = match here {
            Node::Tables(tables) => {
                let at = step.place(list, &names_of(tables))?;
                (at.to_string(), tables.get(at).map_or(Node::Plain, |table| Node::Table(table)))
            }
            Node::List(items) => {
                let at = step.place(list, &names_in(items))?;
                (at.to_string(), items.get(at).map_or(Node::Plain, Node::of_value))
            }
            Node::Table(table) => {
                list = step.name()?;
                (list.to_string(), table.get(list).map_or(Node::Plain, Node::of))
            }
            Node::Plain => match step {
                Step::Bare(name) | Step::Quoted(name) => (name.clone(), Node::Plain),
                Step::Index(index) => (index.to_string(), Node::Plain),
            },
        };
        place.push(named);
        here = next;
    }
    Ok(place)
}

/// What stands in `text` at the place that `path` leads to, a table as an inline one; `None` where nothing does.
pub(crate) fn value_at(text: &str, path: &str) -> Option<Value> {
    let document: DocumentMut = text.parse().ok()?;
    let mut here: Item = document.as_item().clone();
    for key in place(&document, path).ok()? {
        // Keys of lists are indices.
        let next = match &here {
            Item::ArrayOfTables(tables) => Item::Table(tables.get(key.parse().ok()?)?.clone()),
            Item::Value(Value::Array(items)) => Item::Value(items.get(key.parse().ok()?)?.clone()),
            item => item.get(&key)?.clone(),
        };
        here = next;
    }
    here.into_value().ok()
}

#[cfg(test)]
mod tests {
    use super::{Step, assigned, place, split};

    #[test]
    fn a_path_is_read_in_steps() {
        let steps = split("a.\"b c\".d[2]").expect("a path");
        assert_eq!(steps, [Step::Bare("a".into()), Step::Quoted("b c".into()), Step::Bare("d".into()), Step::Index(2)]);
        for (wrong, why) in [
            ("deal.cap.", "empty"),
            (".deal.cap", "empty"),
            ("deal..cap", "empty"),
            ("deal.\"\"", "empty"),
            ("", "empty"),
            ("deal[cap]", "`.\"cap\"`"),
            ("deal.\"cap", "not closed"),
            ("payor[0", "not closed"),
            ("payor.\"City\"cap", "a dot is missing before `cap`"),
            ("payor[0]cap", "a dot is missing before `cap`"),
        ] {
            assert!(split(wrong).expect_err(wrong).contains(why), "{wrong}");
        }
        assert_eq!(assigned("payor.\"A=B\".cap=1"), Some(("payor.\"A=B\".cap", "1")));
        assert_eq!(assigned("payor.Children's Fund.cap=1"), Some(("payor.Children's Fund.cap", "1")));
        assert_eq!(assigned("payor"), None);
    }

    #[test]
    fn every_way_to_write_a_place_leads_there() {
        let document = "[[payor]]\nname = \"City\"\nsteps = [{ from = 1 }]\n[[payor]]\nname = \"0\"\n".parse().expect("TOML");
        let at = |path: &str| place(&document, path);
        for path in ["payor.City.cap", "payor.\"City\".cap", "'payor'.'City'.\"cap\""] {
            assert_eq!(at(path).expect(path), ["payor", "0", "cap"], "{path}");
        }
        assert_eq!(at("payor.\"0\".cap"), at("payor[1].cap"), "a name in quotes");
        assert_eq!(at("payor.City.steps[0].from"), at("payor.City.steps.0.from"));
        for path in ["payor.0.cap", "payor[0].cap"] {
            assert!(at(path).expect_err("two of them").contains("either the one of this name or the one at this place"), "{path}");
        }
    }
}
