//! A deal that is alive in one file: the page of the desk, with the deal in it.
//!
//! Comes in: the page as `desk/build` makes it, and a scenario. Goes out: the file. Must never know: where it is put, what the page does.

use std::collections::BTreeMap;

use serde_json::json;

use super::data::Engine;
use crate::scenario::Scenario;

/// Where the page holds the deal, and what it calls itself.
const DEAL: [&str; 2] = ["<script type=\"application/json\" id=\"deal\">", "</script>"];
const TITLE: [&str; 2] = ["<title>", "</title>"];
const BUILD: [&str; 2] = ["<meta name=\"pfsim-build\" content=\"", "\">"];

/// Why there is no desk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// The build has none.
    #[error("this build has no desk: in the folder of the source, run desk/build, then cargo install --path . --features desk")]
    None,
    /// The page is of another source.
    #[error("the page of this build holds another engine than the program: run desk/build again, then build the program")]
    OtherBuild,
    /// The page is not one that `desk/build` makes.
    #[error("the page of this build is damaged: run desk/build again, then build the program")]
    Damaged,
    /// It draws from a table that is no text.
    #[error("a desk carries its tables as text, and {0:?} is none: save it as CSV and name that in the scenario")]
    Table(String),
}

/// The page of this build, without a deal.
#[must_use]
pub fn page() -> Option<&'static str> {
    #[cfg(feature = "desk")]
    return Some(include_str!("../../desk/dist/desk.html"));
    #[cfg(not(feature = "desk"))]
    None
}

impl Scenario {
    /// The desk of this scenario: one HTML file with the deal, its tables and the whole engine, which needs nothing else and sends nothing
    /// anywhere. `trials` is how many trials it keeps, where it should not be the deal's own number (at most 20,000 are kept).
    ///
    /// # Errors
    /// [`DeskError`]: this build has none (the cargo feature `desk`), or the scenario draws from a table that is no text.
    pub fn desk(&self, trials: Option<u64>) -> Result<String, DeskError> {
        fill(page().ok_or(DeskError::None)?, self, trials)
    }
}

/// Puts a deal into the page.
///
/// # Errors
/// [`DeskError`], but for that there is no page.
pub fn fill(page: &str, scenario: &Scenario, trials: Option<u64>) -> Result<String, DeskError> {
    let engine = Engine::here();
    if between(page, BUILD).ok_or(DeskError::Damaged)?.1 != engine.build {
        return Err(DeskError::OtherBuild);
    }
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for table in scenario.tables() {
        let text = core::str::from_utf8(&table.contents).map_err(|_| DeskError::Table(table.file.clone()))?;
        tables.insert(table.file.clone(), text.into());
    }
    let file = std::path::Path::new(scenario.file()).file_name().map_or_else(|| "deal.toml".into(), |name| name.to_string_lossy());
    let document = json!({
        "file": if file == "-" { "deal.toml" } else { &file },
        "text": scenario.text,
        "tables": tables,
        "trials": trials,
        "engine": engine.said(),
        "build": engine.build,
        "edition": null,
    });
    // Nothing of the deal ends the script that holds it, or begins a comment in it.
    let document = document.to_string().replace('<', "\\u003c");
    let page = replaced(page, DEAL, &document)?;
    replaced(&page, TITLE, &escaped(&scenario.deal.name))
}

/// What stands between two marks, and where.
fn between<'a>(page: &'a str, [from, to]: [&str; 2]) -> Option<(usize, &'a str)> {
    let start = page.find(from)? + from.len();
    Some((start, &page[start..start + page[start..].find(to)?]))
}

fn replaced(page: &str, marks: [&str; 2], text: &str) -> Result<String, DeskError> {
    let (start, old) = between(page, marks).ok_or(DeskError::Damaged)?;
    Ok([&page[..start], text, &page[start + old.len()..]].concat())
}

/// Text between two tags; signs that some readers take for others are left out.
fn escaped(text: &str) -> String {
    let shown = text.chars().filter(|letter| !letter.is_control());
    shown.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
