//! The text of a scenario as plain data: tables, lists and values, without comments, to compare two files and to put parts of them
//! together.

use toml_edit::{DocumentMut, Item, Key, Value};

/// Keys that say where a number comes from, and change no term.
const REMARKS: [&str; 3] = ["about", "source", "grade"];

/// A part of a file.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Keys and what they stand for, in the order of the file.
    Table(Vec<(String, Node)>),
    /// A list.
    List(Vec<Node>),
    /// A plain value.
    Plain(Value),
}

impl Node {
    /// The tables of `text`; `None` where it is not TOML.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let document: DocumentMut = text.parse().ok()?;
        Self::of_item(document.as_item())
    }

    fn of_item(item: &Item) -> Option<Self> {
        if let Some(tables) = item.as_array_of_tables() {
            let element = |table: &toml_edit::Table| Self::of_item(&Item::Table(table.clone()));
            return Some(Self::List(tables.iter().filter_map(element).collect()));
        }
        if let Some(table) = item.as_table_like() {
            let entry = |(key, item): (&str, &Item)| Some((key.to_string(), Self::of_item(item)?));
            return Some(Self::Table(table.iter().filter_map(entry).collect()));
        }
        let value = item.as_value()?;
        if let Some(array) = value.as_array() {
            return Some(Self::List(array.iter().filter_map(|value| Self::of_item(&Item::Value(value.clone()))).collect()));
        }
        let mut value = value.clone();
        value.decor_mut().clear();
        Some(Self::Plain(value))
    }

    /// The whole file as text: one key in a line.
    pub(super) fn file(&self) -> String {
        let Self::Table(entries) = self else { return String::new() };
        entries.iter().map(|(key, node)| format!("{} = {}\n", Key::new(key).display_repr(), node.text())).collect()
    }

    /// In one line, as it may stand after a `=`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Plain(value) => value.to_string().trim().to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(", ")),
            Self::Table(entries) => {
                let entry = |(key, node): &(String, Self)| format!("{} = {}", Key::new(key).display_repr(), node.text());
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Without remarks on where numbers come from.
    pub(super) fn without_remarks(&self) -> Self {
        match self {
            Self::Plain(_) => self.clone(),
            Self::List(items) => Self::List(items.iter().map(Self::without_remarks).collect()),
            Self::Table(entries) => {
                let kept = entries.iter().filter(|(key, _)| !REMARKS.contains(&key.as_str()));
                Self::Table(kept.map(|(key, node)| (key.clone(), node.without_remarks())).collect())
            }
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Table(entries) = self else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, node)| node)
    }

    /// Its name, where it is a table that has one.
    pub(super) fn name(&self) -> Option<&str> {
        match self.get("name")? {
            Self::Plain(value) => value.as_str(),
            _ => None,
        }
    }

    /// Its items by name, where it is a list of tables that all have one of their own.
    pub(super) fn named(&self) -> Option<Vec<(&str, &Self)>> {
        let Self::List(items) = self else { return None };
        let named: Vec<(&str, &Self)> = items.iter().map(|item| Some((item.name()?, item))).collect::<Option<_>>()?;
        let own = |at: usize| named[..at].iter().all(|(name, _)| *name != named[at].0);
        (!named.is_empty() && (0..named.len()).all(own)).then_some(named)
    }

    /// Whether both say the same; the order of keys and of named tables says nothing.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(own), Self::Plain(other)) => same_value(own, other),
            (Self::Table(own), Self::Table(entries)) => {
                own.len() == entries.len() && own.iter().all(|(key, node)| other.get(key).is_some_and(|other| node.same(other)))
            }
            (Self::List(own), Self::List(items)) => match (self.named(), other.named()) {
                (Some(own), Some(items)) => {
                    let has = |name: &str, node: &Self| items.iter().any(|(other, item)| *other == name && node.same(item));
                    own.len() == items.len() && own.iter().all(|(name, node)| has(name, node))
                }
                _ => own.len() == items.len() && own.iter().zip(items).all(|(own, item)| own.same(item)),
            },
            _ => false,
        }
    }
}

/// 1_000 is 1000, and 1.0 is 1.
fn same_value(own: &Value, other: &Value) -> bool {
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    match (own, other) {
        (Value::String(own), Value::String(other)) => own.value() == other.value(),
        (Value::Boolean(own), Value::Boolean(other)) => own.value() == other.value(),
        (Value::Datetime(own), Value::Datetime(other)) => own.value() == other.value(),
        _ => number(own).is_some_and(|own| number(other) == Some(own)),
    }
}
