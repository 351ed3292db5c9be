//! From TOML text to typed tables, keeping every place and finding every problem.
//!
//! serde stops at its first error. Each table is therefore read by itself, and a key that serde refuses is reported, taken out, and the
//! table read again, until it is read or nothing is left to take out.

use core::ops::Range;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::problem::{Problem, meant};

/// Most problems that are looked for in one table: each means reading it again.
const MOST_PROBLEMS: usize = 50;

/// Longest list of which each element's place is kept; beyond it, the list's own place must do.
const MOST_PLACES: usize = 10_000;

/// Where things stand in the text: dotted path → place of the value.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<String, Range<usize>>);

impl Places {
    /// The places of every key of `root`.
    #[must_use]
    pub fn of(root: &DeTable<'_>) -> Self {
        let mut places = Self::default();
        places.add_table("", root);
        places
    }

    fn add_table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref();
            let inner = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            self.0.insert(inner.clone(), value.span());
            self.add_value(&inner, value.get_ref());
        }
    }

    fn add_value(&mut self, path: &str, value: &DeValue<'_>) {
        match value {
            DeValue::Table(table) => self.add_table(path, table),
            DeValue::Array(items) => {
                let tables = items.first().is_some_and(|item| item.get_ref().is_table());
                let kept = if tables { items.len() } else { MOST_PLACES };
                for (index, item) in items.iter().enumerate().take(kept) {
                    let inner = format!("{path}[{index}]");
                    self.0.insert(inner.clone(), item.span());
                    self.add_value(&inner, item.get_ref());
                }
            }
            _ => {}
        }
    }

    /// Place of the value at `path`, or of the closest table around it.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<Range<usize>> {
        let mut path = path;
        loop {
            if let Some(place) = self.0.get(path) {
                return Some(place.clone());
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }
}

/// Reads one table as `T`. Every problem goes to `problems`; `None` if there was one.
pub fn read<T: DeserializeOwned + JsonSchema>(table: &Spanned<DeValue<'_>>, what: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let before = problems.len();
    // Most tables are right: what is required is only looked up where one is not.
    if let DeValue::Table(inner) = table.get_ref()
        && let Ok(read) = T::deserialize(Deserializer::from(Spanned::new(table.span(), inner.clone())))
    {
        return Some(read);
    }
    let mut taken_out: Vec<String> = missing::<T>(table, what, problems);
    let mut value = table.clone();
    loop {
        let attempt = match value.get_ref() {
            DeValue::Table(inner) => T::deserialize(Deserializer::from(Spanned::new(value.span(), inner.clone()))),
            other => {
                let message = format!("{what} must be a table, but is {}", kind(other));
                problems.push(Problem { span: Some(table.span()), code: "wrong-type", message, label: String::new(), help: None });
                return None;
            }
        };
        let error = match attempt {
            Ok(read) => return (problems.len() == before).then_some(read),
            Err(error) => error,
        };
        let span = error.span().unwrap_or_else(|| table.span());
        let consequence =
            error.message().starts_with("missing field") && taken_out.iter().any(|key| error.message().contains(&format!("`{key}`")));
        if !consequence {
            problems.push(explain(error.message(), span.clone()));
        }
        match take_out(&mut value, &span) {
            Some(key) if problems.len() - before < MOST_PROBLEMS => taken_out.push(key),
            _ => return None,
        }
    }
}

/// Keys of a table's schema: whether each is required, and what it is.
struct Keys {
    required: Vec<String>,
    all: BTreeMap<String, Option<String>>,
}

/// The keys of `T`. Schemas are made once: a sweep reads thousands of files.
fn keys_of<T: JsonSchema>() -> Arc<Keys> {
    static KNOWN: Mutex<BTreeMap<&str, Arc<Keys>>> = Mutex::new(BTreeMap::new());
    let name = core::any::type_name::<T>();
    let known = |known: &BTreeMap<&str, Arc<Keys>>| known.get(name).cloned();
    if let Some(keys) = KNOWN.lock().ok().as_deref().and_then(known) {
        return keys;
    }
    let schema = schemars::schema_for!(T);
    let required = schema.get("required").and_then(|names| names.as_array()).into_iter().flatten();
    let described = |value: &serde_json::Value| value.get("description").and_then(|text| text.as_str()).map(String::from);
    let properties = schema.get("properties").and_then(|all| all.as_object()).into_iter().flatten();
    let keys = Arc::new(Keys {
        required: required.filter_map(|name| name.as_str()).map(String::from).collect(),
        all: properties.map(|(key, value)| (key.clone(), described(value))).collect(),
    });
    if let Ok(mut all) = KNOWN.lock() {
        all.insert(name, Arc::clone(&keys));
    }
    keys
}

/// Reports the required keys that the table lacks; returns them.
fn missing<T: JsonSchema>(table: &Spanned<DeValue<'_>>, what: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let DeValue::Table(inner) = table.get_ref() else { return Vec::new() };
    let keys = keys_of::<T>();
    let lacks = |name: &&String| !inner.contains_key(name.as_str());
    let names: Vec<String> = keys.required.iter().filter(lacks).cloned().collect();
    if names.is_empty() {
        return names;
    }
    let unknown: Vec<&str> = inner.keys().map(|key| key.get_ref().as_ref()).filter(|key| !keys.all.contains_key(*key)).collect();
    let misspelt = |name: &str| unknown.iter().any(|key| meant(key, keys.all.keys().map(String::as_str)) == Some(name));
    for name in names.iter().filter(|name| !misspelt(name)) {
        problems.push(Problem {
            span: Some(table.span()),
            code: "missing-key",
            message: format!("{what} lacks `{name}`"),
            label: format!("`{name}` is missing here"),
            help: keys.all.get(name).cloned().flatten().map(|text| format!("add `{name} = …`: {}", lower(&text))),
        });
    }
    names
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    if text.chars().nth(1).is_some_and(char::is_uppercase) {
        return text.to_string();
    }
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// Takes the innermost entry at `span` out of `value`; returns its key (empty for an element of a list).
fn take_out<'i>(value: &mut Spanned<DeValue<'i>>, span: &Range<usize>) -> Option<String> {
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    match value.get_mut() {
        DeValue::Table(table) => {
            let name =
                table.iter().find(|(key, value)| holds(key.span()) || holds(value.span())).map(|(key, _)| key.get_ref().to_string())?;
            let inner = table.get_mut(name.as_str())?;
            if inner.span() != *span
                && let Some(deeper) = take_out(inner, span)
            {
                return Some(deeper);
            }
            table.remove(name.as_str());
            Some(name)
        }
        DeValue::Array(items) => {
            let at = items.iter().position(|item| holds(item.span()))?;
            let mut all: Vec<Spanned<DeValue<'i>>> = core::mem::replace(items, DeArray::new()).into_iter().collect();
            let deeper = if all[at].span() == *span { None } else { take_out(&mut all[at], span) };
            if deeper.is_none() {
                all.remove(at);
            }
            all.into_iter().for_each(|item| items.push(item));
            Some(deeper.unwrap_or_default())
        }
        _ => None,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A message of serde or toml in the words of this project.
fn explain(message: &str, span: Range<usize>) -> Problem {
    let problem = |code, message: String, label: &str, help| Problem { span: Some(span.clone()), code, message, label: label.into(), help };
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let listed = |rest: &[&str]| {
        let names: Vec<String> = rest.iter().map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("expected one of {}", names.join(", ")))
    };
    if let Some(rest) = message.strip_prefix("unexpected keys in table: ") {
        let (wrong, available) = rest.split_once(", available keys: ").unwrap_or((rest, ""));
        let names: Vec<&str> = available.split(", ").collect();
        return unknown("key", wrong, &names, &problem);
    }
    match (message, quoted.as_slice()) {
        (text, [wrong, names @ ..]) if text.starts_with("unknown field") => unknown("key", wrong, names, &problem),
        (text, [wrong, names @ ..]) if text.starts_with("unknown variant") => unknown("word", wrong, names, &problem),
        (text, [name, ..]) if text.starts_with("missing field") => {
            problem("missing-key", format!("`{name}` is missing"), "missing here", Some(format!("add `{name} = …`")))
        }
        (text, names) if text.starts_with("wanted exactly 1 element") => problem(
            "one-of",
            "exactly one kind must be given here".into(),
            "none, or more than one",
            listed(names).or_else(|| Some("keep the one that applies".into())),
        ),
        (text, _) => {
            let (code, text) = if text.starts_with("invalid type") || text.starts_with("invalid value") {
                ("wrong-type", plain_words(text))
            } else {
                ("toml", text.to_string())
            };
            problem(code, text, "here", None)
        }
    }
}

fn unknown(noun: &str, wrong: &str, names: &[&str], problem: &impl Fn(&'static str, String, &str, Option<String>) -> Problem) -> Problem {
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let help = match meant(wrong, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("expected one of {}", all.join(", ")),
    };
    let code = if noun == "key" { "unknown-key" } else { "unknown-word" };
    problem(code, format!("unknown {noun} `{wrong}`"), &format!("no such {noun}"), Some(help))
}

/// `invalid type: string "x", expected f64` → `expected a number, found the text "x"`.
fn plain_words(message: &str) -> String {
    let Some((found, expected)) = message.split_once(": ").and_then(|(_, rest)| rest.rsplit_once(", expected ")) else {
        return message.to_string();
    };
    let expected = match expected {
        "f64" => "a number",
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a string" => "text in quotes",
        "a TOML datetime" => "a date without quotes, such as 2026-01-31",
        "a sequence" => "a list [ … ]",
        other if other.starts_with("struct ") || other.contains("map") => "a table { … }",
        "string or table" | "enum" => "a word in quotes, or a table { … }",
        other => other,
    };
    let found =
        found.replace("string ", "the text ").replace("integer ", "the number ").replace("floating point ", "the number ").replace('`', "");
    if let Some(number) = found.strip_suffix(" as i128").or_else(|| found.strip_suffix(" as u128")) {
        return format!("{} is more than can be counted", number.trim_start_matches("the number "));
    }
    format!("expected {expected}, found {found}")
}
