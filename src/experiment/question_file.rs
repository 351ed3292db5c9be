//! What files that ask questions of scenarios have in common: sweeps and searches.

use core::ops::Range;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::deal::Deal;
use crate::question::{Question, Requirement};
use crate::scenario::controls;
use crate::scenario::problem::{Problem, Problems, suggestion};
use crate::scenario::tree::{Places, read};
use crate::scenario::{LARGEST_FILE, LoadError, Scenario, Sources, parse_toml, text_of};

/// Says what is wrong with a question to a deal, if anything is.
pub type Knows<'a> = &'a dyn Fn(&Deal, &Question) -> Result<(), String>;

/// The places of a file, and what is wrong with it so far.
pub(super) struct Reader {
    pub(super) places: Places,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(root: &DeTable<'_>) -> Self {
        Self { places: Places::of(root), problems: controls::found(root) }
    }

    pub(super) fn refuse(&mut self, path: &str, code: &'static str, message: impl Into<String>, label: &str, help: impl Into<String>) {
        let span: Option<Range<usize>> = self.places.value(path);
        self.problems.push(Problem { span, code, message: message.into(), label: label.into(), help: Some(help.into()) });
    }

    /// The one table `[main]` and the list `[[list]]`; any other section is refused.
    pub(super) fn sections<M, L>(&mut self, root: &DeTable<'_>, [main, list]: [&str; 2], help: &str) -> (Option<M>, Vec<L>)
    where
        M: DeserializeOwned + JsonSchema,
        L: DeserializeOwned + JsonSchema,
    {
        for (key, _) in root {
            if ![main, list].contains(&key.get_ref().as_ref()) {
                let message = format!("unknown section `{}`", key.get_ref());
                let help = Some(suggestion(key.get_ref(), [main, list]));
                self.problems.push(Problem { span: Some(key.span()), code: "unknown-key", message, label: "no such section".into(), help });
            }
        }
        let Some(table) = root.get(main) else {
            self.refuse("", "missing-section", format!("a {main} file has a [{main}]"), "", help);
            return (None, Vec::new());
        };
        let table = read::<M>(table, &format!("[{main}]"), &mut self.problems);
        let items = match root.get(list).map(|items| items.get_ref()) {
            Some(DeValue::Array(items)) => {
                items.iter().filter_map(|item| read::<L>(item, &format!("[[{list}]]"), &mut self.problems)).collect()
            }
            Some(_) => {
                let help = format!("write [[{list}]] with two brackets");
                self.refuse(list, "wrong-type", format!("`{list}` must be a list of tables"), "here", help);
                Vec::new()
            }
            None => Vec::new(),
        };
        (table, items)
    }

    /// The scenario file `file` that the key `path` names; `None` where it cannot be read. Of a file that is not TOML no line is shown.
    ///
    /// # Errors
    /// [`LoadError`]: the scenario has problems of its own.
    pub(super) fn scenario(&mut self, path: &str, file: &str, sources: &Sources) -> Result<Option<Scenario>, LoadError> {
        let name = sources.shown(file);
        match sources.get(file, LARGEST_FILE) {
            Ok(source) => {
                let text = text_of(source.bytes.to_vec(), &name)?;
                parse_toml(&name, &text).map_err(Problems::hidden)?;
                Ok(Some(Scenario::new(&name, text, sources.of(file))?))
            }
            Err(error) => {
                self.refuse(path, "file", format!("cannot read {name}: {error}"), "this file", error.remedy());
                Ok(None)
            }
        }
    }

    /// What must hold, by the key `path`.
    pub(super) fn requirements(&mut self, path: &str, texts: &[String]) -> Vec<Requirement> {
        let mut all = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            match Requirement::new(text) {
                Some(requirement) => all.push(requirement),
                None => {
                    let message = "what must hold is written as a figure, <= or >=, and a number";
                    self.refuse(&format!("{path}[{at}]"), "requirement", message, "here", "\"investors.loss <= 0.10\"");
                }
            }
        }
        all
    }

    /// Whether a scenario has the figure that the key `path` names.
    pub(super) fn has(&mut self, path: &str, question: &Question, deal: &Deal, file: &str, knows: Knows<'_>) -> bool {
        let known = knows(deal, question);
        if let Err(help) = &known {
            self.refuse(path, "unknown-name", format!("{file} has no figure `{}`", question.name), "no such figure", help);
        }
        known.is_ok()
    }
}

/// What an error says first.
pub(super) fn first_line(error: &LoadError) -> String {
    match error {
        LoadError::Invalid(problems) => problems.problems.first().map_or_else(String::new, |problem| problem.message.clone()),
        error => error.to_string(),
    }
}
