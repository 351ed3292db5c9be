//! Where two files that should be the same are not: the first number that differs, and its place in words.

use crate::words::count::counted;
use crate::words::plain;
use serde_json::Value as Json;

/// The first place where a file differs from what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, in words: `line 3 (payors.total), mean`.
    pub place: String,
    /// What the file has there.
    pub held: String,
    /// What it should have.
    pub made: String,
}

/// The first difference of the file `name` from `made`; `None` where the bytes are the same.
#[must_use]
pub fn first(name: &str, held: &[u8], made: &[u8]) -> Option<Difference> {
    if held == made {
        return None;
    }
    let found = match (core::str::from_utf8(held), core::str::from_utf8(made)) {
        (Ok(held), Ok(made)) => {
            let inside = match name.rsplit('.').next() {
                Some("csv") => in_table(held, made),
                Some("json") => in_json(held, made),
                _ => None,
            };
            inside.or_else(|| in_text(held, made))
        }
        _ => None,
    };
    Some(found.unwrap_or_else(|| in_bytes(held, made)))
}

/// The first cell that differs.
fn in_table(held: &str, made: &str) -> Option<Difference> {
    let records = |text: &str| -> Option<Vec<csv::StringRecord>> {
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes()).records().collect::<Result<_, _>>().ok()
    };
    let (held, made) = (records(held)?, records(made)?);
    let row = (0..held.len().max(made.len())).find(|&row| held.get(row) != made.get(row))?;
    let (Some(old), Some(new)) = (held.get(row), made.get(row)) else {
        let rows = |count: usize| counted(count, "row");
        return Some(Difference { place: "number of rows".into(), held: rows(held.len()), made: rows(made.len()) });
    };
    let column = (0..old.len().max(new.len())).find(|&column| old.get(column) != new.get(column))?;
    let title = if row == 0 { "its title" } else { made.first().and_then(|titles| titles.get(column)).unwrap_or("a column too many") };
    let whose = new.get(0).filter(|_| row > 0 && column > 0).map_or(String::new(), |first| format!(" ({first})"));
    let cell = |record: &csv::StringRecord| shown(record.get(column).unwrap_or_default());
    Some(Difference { place: format!("line {}{whose}, {title}", row + 1), held: cell(old), made: cell(new) })
}

/// The first value that differs.
fn in_json(held: &str, made: &str) -> Option<Difference> {
    let (held, made): (Json, Json) = (serde_json::from_str(held).ok()?, serde_json::from_str(made).ok()?);
    let value = |json: Option<&Json>| json.map_or_else(|| "nothing".into(), |json| shown(&json.to_string()));
    let mut place: Vec<String> = Vec::new();
    let (mut old, mut new) = (Some(&held), Some(&made));
    while let (Some(one), Some(other)) = (old, new) {
        let (step, inner) = match (one, other) {
            (Json::Object(one), Json::Object(other)) => {
                let keys = one.keys().chain(other.keys());
                let key = keys.filter(|key| one.get(*key) != other.get(*key)).min()?;
                (if key.contains('.') { format!("{key:?}") } else { key.clone() }, (one.get(key), other.get(key)))
            }
            (Json::Array(one), Json::Array(other)) => {
                let index = (0..one.len().max(other.len())).find(|&index| one.get(index) != other.get(index))?;
                (index.to_string(), (one.get(index), other.get(index)))
            }
            (one, other) if one == other => return None,
            _ => break,
        };
        place.push(step);
        (old, new) = inner;
    }
    Some(Difference { place: place.join("."), held: value(old), made: value(new) })
}

/// The first word that differs.
fn in_text(held: &str, made: &str) -> Option<Difference> {
    let (mut old, mut new) = (held.split('\n'), made.split('\n'));
    let mut line = 0;
    loop {
        line += 1;
        match (old.next(), new.next()) {
            (None, None) => return None,
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => {
                let (held, made) = words(old, new);
                return Some(Difference { place: format!("line {line}"), held, made });
            }
            (old, new) => {
                let what = |text: Option<&str>| text.map_or_else(|| "the end".into(), shown);
                return Some(Difference { place: format!("line {line}"), held: what(old), made: what(new) });
            }
        }
    }
}

/// The first words of two lines that differ.
fn words(old: &str, new: &str) -> (String, String) {
    let split = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| letter.is_whitespace() || "\"'<>=();".contains(letter));
        parts.filter(|part| !part.is_empty()).map(String::from).collect()
    };
    let (old_words, new_words) = (split(old), split(new));
    match old_words.iter().zip(&new_words).find(|(one, other)| one != other) {
        Some((one, other)) => (shown(one), shown(other)),
        // Only what is not seen differs.
        None => (shown(&old.escape_debug().to_string()), shown(&new.escape_debug().to_string())),
    }
}

fn in_bytes(held: &[u8], made: &[u8]) -> Difference {
    let at = held.iter().zip(made).position(|(one, other)| one != other).unwrap_or(held.len().min(made.len()));
    let byte = |bytes: &[u8]| bytes.get(at).map_or_else(|| "the end".into(), |byte| format!("{byte:02x}"));
    Difference { place: format!("byte {}", at + 1), held: byte(held), made: byte(made) }
}

/// A text short enough for a line; an empty one is called so.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    match text {
        "" => "nothing".into(),
        text if text.chars().count() > LONGEST => plain(&text.chars().take(LONGEST).collect::<String>()) + " …",
        text => plain(text),
    }
}
