//! `--set path=value`: changes the text of a scenario as a person would, so that the changed file is checked like any other.
//!
//! A path is a dotted name: `deal.periods`, `outcome."thriving job".effect`, `payment[0].price.per_unit`. An element of a list of tables is
//! found by its name or its index; `super::path` reads it.

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::path::{Step, absent, assigned, names_in, names_of, split};

/// A change that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot set `{assignment}`: {reason}")]
pub struct OverrideError {
    /// The change as it was asked for.
    pub assignment: String,
    /// Why not, and what would do.
    pub reason: String,
}

/// The path that an assignment changes, as it is written; `None` where it is no assignment.
#[must_use]
pub fn path_of(assignment: &str) -> Option<&str> {
    assigned(assignment).map(|(path, _)| path.trim())
}

/// Applies `assignments` (`path=value`, values in TOML) to `text` in their order.
///
/// # Errors
/// [`OverrideError`] for the first assignment that cannot be made.
pub fn apply(text: &str, assignments: &[String]) -> Result<String, OverrideError> {
    let fail = |assignment: &str, reason: String| OverrideError { assignment: assignment.into(), reason };
    let Some(first) = assignments.first() else { return Ok(text.to_string()) };
    let mut document: DocumentMut = text.parse().map_err(|_| fail(first, "the file is not valid TOML".into()))?;
    for assignment in assignments {
        let (path, value) = assigned(assignment).ok_or_else(|| fail(assignment, "write it as path=value".into()))?;
        let value: Value = value.trim().parse().map_err(|_| {
            fail(assignment, format!("`{}` is not a TOML value: put text in quotes, as in 'deal.name=\"Pilot\"'", value.trim()))
        })?;
        let steps = split(path).map_err(|reason| fail(assignment, reason))?;
        let (last, parents) = steps.split_last().ok_or_else(|| fail(assignment, "the path is empty".into()))?;
        set(document.as_table_mut(), parents, last, value).map_err(|reason| fail(assignment, reason))?;
    }
    Ok(document.to_string())
}

/// Walks from `table` along `steps` and puts `value` at `key`.
fn set(table: &mut dyn TableLike, steps: &[Step], key: &Step, value: Value) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        let key = key.name()?;
        let mut value = value;
        // What stands around the old value, such as a comment, stays.
        if let Some(old) = table.get(key).and_then(Item::as_value) {
            *value.decor_mut() = old.decor().clone();
        }
        table.insert(key, Item::Value(value));
        return Ok(());
    };
    let names: Vec<String> = table.iter().map(|(key, _)| key.to_string()).collect();
    let step = step.name()?;
    let item = table.get_mut(step).ok_or_else(|| absent(step, &names))?;
    if let Some(tables) = item.as_array_of_tables_mut() {
        let Some((which, rest)) = rest.split_first() else {
            return Err(format!("`{step}` is a list: name one of its tables"));
        };
        let at = which.place(step, &names_of(tables))?;
        return set(tables.get_mut(at).ok_or_else(|| format!("`{step}` has no such table"))?, rest, key, value);
    }
    if let Some(items) = item.as_array_mut() {
        let which = rest.first().unwrap_or(key);
        let at = which.place(step, &names_in(items))?;
        let element = items.get_mut(at).ok_or_else(|| format!("`{step}` has no such element"))?;
        return match (rest.split_first(), element.as_inline_table_mut()) {
            (None, _) => {
                *element = value;
                Ok(())
            }
            (Some((_, rest)), Some(table)) => set(table, rest, key, value),
            (Some(_), None) => Err(format!("element {at} of `{step}` is not a table")),
        };
    }
    match item.as_table_like_mut() {
        Some(table) => set(table, rest, key, value),
        None => Err(format!("`{step}` is a plain value: nothing can be set inside it")),
    }
}

#[cfg(test)]
mod tests {
    use super::apply;

    const TEXT: &str =
        "[deal]\nname = \"a\" # kept\n[[payment]]\nname = \"x y\"\nprice = { steps = { table = [{ from = 1, pay = 2 }] } }\n";

    fn set(assignment: &str) -> Result<String, String> {
        apply(TEXT, &[assignment.to_string()]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_is_set_by_name_or_index() {
        assert_eq!(set("deal.name=\"b\"").expect("set"), TEXT.replace("\"a\"", "\"b\""));
        assert!(set("payment.\"x y\".cap=1_000").expect("set").contains("cap = 1_000"));
        assert!(set("payment[0].price.steps.table[0].pay=7").expect("set").contains("pay = 7"));
    }

    #[test]
    fn a_wrong_path_says_what_there_is() {
        assert!(set("payment.xy.cap=1").expect_err("no such payment").contains("did you mean `x y`?"));
        assert!(set("deal.name=b").expect_err("not TOML").contains("put text in quotes"));
        assert!(set("deal").expect_err("no value").contains("path=value"));
        assert!(set("payment[0].price.steps.table[3].pay=7").expect_err("no element").contains("1 element"));
    }
}
