//! No text of a file steers what shows it: no contract needs a control character, and a terminal obeys it.

use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use crate::deal::letters::first_steering;

/// A problem for every text and key of `root` with a letter in it that steers what shows it. Tabs and ends of lines may stand in texts.
pub(crate) fn found(root: &DeTable<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    in_table(root, &mut problems);
    problems
}

/// Adds them to `problems`, but those of a name that is refused already.
pub(crate) fn refuse(root: &DeTable<'_>, problems: &mut Vec<Problem>) {
    let known = |problem: &Problem| problems.iter().any(|known| known.code == "bad-name" && known.span == problem.span);
    let new: Vec<Problem> = found(root).into_iter().filter(|problem| !known(problem)).collect();
    problems.extend(new);
}

fn in_table(table: &DeTable<'_>, problems: &mut Vec<Problem>) {
    for (key, value) in table {
        look(key.get_ref(), key.span(), problems);
        in_value(value, problems);
    }
}

fn in_value(value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
    match value.get_ref() {
        DeValue::String(text) => look(text, value.span(), problems),
        DeValue::Table(table) => in_table(table, problems),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item, problems)),
        _ => {}
    }
}

fn look(text: &str, span: Range<usize>, problems: &mut Vec<Problem>) {
    if let Some((_, letter)) = first_steering(text) {
        problems.push(Problem {
            span: Some(span),
            code: "control-character",
            message: format!("a text holds no letter that steers what shows it, such as U+{:04X}", u32::from(letter)),
            label: "such a letter is in here".into(),
            help: Some("type the text anew; only tabs and ends of lines may stand in it".into()),
        });
    }
}
