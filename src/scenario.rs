//! From TOML text to a [`Deal`], with every problem and its place.
//!
//! Comes in: a file or its text. Goes out: a valid deal, or all problems at once, with line, column, rule and remedy. Must never know:
//! random streams, trials, results. The only room that knows serde and toml.

pub(crate) mod check;
pub(crate) mod controls;
pub(crate) mod csv_rows;
mod drawn;
pub(crate) mod draws;
mod draws_faults;
#[cfg(feature = "parquet")]
mod draws_parquet;
pub(crate) mod expression;
pub mod files;
pub(crate) mod law;
pub(crate) mod name_list;
pub(crate) mod names;
mod node;
pub mod overrides;
#[cfg(feature = "parquet")]
mod page_headers;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod sources;
pub mod text;
pub mod text_capital;
pub mod text_contract;
pub mod text_grade;
pub mod text_people;
pub(crate) mod tree;
pub mod uncertain;
mod weight;

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use toml::Spanned;
use toml::de::DeTable;

use crate::deal::{Deal, SoFar};
pub use files::{FileError, Files, Folder, Memory};
pub use overrides::OverrideError;
pub use problem::{Place, Problem, Problems, meant as suggestion_of, short as shortened};
pub use sources::{Sources, Table};

/// A commented scenario to start from: what `pfsim new` writes.
pub const STARTER: &str = include_str!("../scenarios/starter.toml");

/// Largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Most bytes that reading a text may take. A deal of 20,000 payments on as many measures, ten keys each, takes some 150 million.
const MOST_WEIGHT: u64 = 190_000_000;

/// Longest text, in bytes, in which every mistake of TOML is looked for; of a longer one, the first is told.
const LONGEST_SEARCHED: usize = 128 * 1024;

/// Why there is no deal.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read.
    #[error("cannot read {file}: {reason}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// A `--set` could not be made.
    #[error(transparent)]
    Override(#[from] OverrideError),
    /// The file has problems.
    #[error(transparent)]
    Invalid(#[from] Problems),
}

/// A deal with the text it was made from.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The deal.
    pub deal: Deal,
    /// The text, with every `--set` made.
    pub text: String,
    /// The file as the user named it.
    file: String,
    /// What was changed in the file before it was read: each `--set`.
    changes: Vec<String>,
    /// What the text names.
    sources: Sources,
    /// The text as it was read, made when it is first changed; none where only the whole text can be changed.
    template: Arc<OnceLock<Option<check::Template>>>,
}

impl Scenario {
    /// The scenario with the text `text`; problems are reported as those of `file`, and what it names is read from `sources`.
    ///
    /// # Errors
    /// All [`Problems`] of the text.
    pub fn new(file: &str, text: String, sources: Sources) -> Result<Self, Problems> {
        Ok(Self {
            deal: parse_with(file, &text, &sources)?,
            text,
            file: file.into(),
            changes: Vec::new(),
            sources,
            template: Arc::default(),
        })
    }

    /// The same scenario, of whose file is known that these changes were made in it before this text came about.
    #[must_use]
    pub(crate) fn changed_before(self, changes: Vec<String>) -> Self {
        Self { changes, ..self }
    }

    /// What was changed in the file before it was read: each `--set`, as it was given.
    #[must_use]
    pub fn changes(&self) -> &[String] {
        &self.changes
    }

    /// The scenario with the text `text`, such as [`STARTER`]; what it names is read from `files`.
    ///
    /// # Errors
    /// All [`Problems`] of the text, each with its place and its remedy.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// assert_eq!(scenario.deal.currency.code(), "USD");
    /// let problems = pfsim::Scenario::parse("deal = 1", pfsim::Memory::default()).unwrap_err();
    /// assert_eq!((problems.problems[0].code, problems.problems[0].span.clone()), ("missing-key", None));
    /// # Ok::<(), pfsim::Problems>(())
    /// ```
    pub fn parse(text: impl Into<String>, files: impl Files + 'static) -> Result<Self, Problems> {
        Self::new("scenario.toml", text.into(), Sources::new(files))
    }

    /// Reads the scenario at `path` (`-` is standard input). What it names stands in its own folder or below.
    ///
    /// # Errors
    /// [`LoadError`]: the file cannot be read, or has problems.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::read("scenarios/starter.toml")?;
    /// assert_eq!(scenario.text, pfsim::STARTER);
    /// # Ok::<(), pfsim::LoadError>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        load(path.as_ref(), &[])
    }

    /// The same scenario with changes, each a path and a value in TOML as `--set` takes them, checked as if a person had written it.
    ///
    /// # Errors
    /// [`LoadError`]: a change cannot be made, or the changed text has problems.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let dearer = scenario.with(["payment.\"placements\".price.per_unit = 5_000", "simulation.trials = 1_000"])?;
    /// assert_eq!(dearer.deal.trials, 1_000);
    /// # Ok::<(), pfsim::LoadError>(())
    /// ```
    pub fn with<S: Into<String>>(&self, set: impl IntoIterator<Item = S>) -> Result<Self, LoadError> {
        let set: Vec<String> = set.into_iter().map(Into::into).collect();
        let text = overrides::apply(&self.text, &set)?;
        let name = if set.is_empty() { self.file.clone() } else { format!("{} (with {})", self.file, set.join(", ")) };
        let changed = Self::new(&name, text, self.sources.clone())?;
        let deal = self.knowing(&name, &changed.text, changed.deal)?;
        Ok(Self { deal, file: self.file.clone(), changes: [self.changes.as_slice(), &set].concat(), ..changed })
    }

    /// The same scenario of a deal that is running, of which so much is known. Whatever is changed in it later, that stays known.
    #[must_use]
    pub fn given(self, so_far: SoFar) -> Self {
        Self { deal: Deal { so_far: Some(Arc::new(so_far)), ..self.deal }, ..self }
    }

    /// A changed deal, with what is known of this one.
    fn knowing(&self, name: &str, text: &str, deal: Deal) -> Result<Deal, Problems> {
        if self.deal.so_far.is_none() || deal.reports_like(&self.deal) {
            return Ok(Deal { so_far: self.deal.so_far.clone(), ..deal });
        }
        let problem = Problem {
            span: None,
            code: "contradiction",
            message: "the results so far are about other cohorts, measures, costs or payors than the changed deal has".into(),
            label: String::new(),
            help: Some("change what is still to come: prices, limits, rates, terms of capital".into()),
        };
        Err(Problems::new(name, text, vec![problem]))
    }

    /// SHA-256 of the text, in hexadecimal: what `sha256sum` prints for the file when nothing was set.
    #[must_use]
    pub fn hash(&self) -> String {
        sources::hexadecimal(self.text.as_bytes())
    }

    /// The deal with the changes in `set`, checked as if a person had written it.
    ///
    /// # Errors
    /// [`LoadError`]: a change cannot be made, or the changed text has problems.
    pub fn changed(&self, set: &[String]) -> Result<Deal, LoadError> {
        if set.is_empty() {
            return Ok(self.deal.clone());
        }
        if let Some(deal) = self.changed_in_place(set) {
            return Ok(deal);
        }
        let text = overrides::apply(&self.text, set)?;
        let name = format!("{} (with {})", self.file, set.join(", "));
        Ok(self.knowing(&name, &text, parse_with(&name, &text, &self.sources)?)?)
    }

    /// The same deal as [`Self::changed`] gives, many times faster because only what changes is read again; `None` where that cannot be done,
    /// or where anything is wrong.
    #[must_use]
    pub fn changed_in_place(&self, set: &[String]) -> Option<Deal> {
        let root = || parse_toml(&self.file, &self.text).ok();
        let template = self.template.get_or_init(|| check::Template::new(&self.text, root()?.get_ref()));
        let deal = template.as_ref()?.changed(set, &self.sources)?;
        self.knowing(&self.file, &self.text, deal).ok()
    }

    /// The deal of another text in the place of this one.
    ///
    /// # Errors
    /// All [`Problems`] of the text.
    pub fn reread(&self, text: &str) -> Result<Deal, Problems> {
        self.knowing(&self.file, text, parse_with(&self.file, text, &self.sources)?)
    }

    /// The file as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What the text says at a path, as it is written there, without remarks around it; `None` where it says nothing.
    #[must_use]
    pub fn written_at(&self, path: &str) -> Option<String> {
        path::value_at(&self.text, path).map(|mut value| {
            value.decor_mut().clear();
            value.to_string()
        })
    }

    /// The scenario with another text in the place of this one; what it names is read from where this one's is.
    ///
    /// # Errors
    /// All [`Problems`] of the text.
    pub fn rewritten(&self, text: String) -> Result<Self, Problems> {
        let other = Self::new(&self.file, text, self.sources.clone())?;
        Ok(Self { deal: self.knowing(&self.file, &other.text, other.deal)?, ..other })
    }

    /// The tables that its draws were read from, by name.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        parse_toml(&self.file, &self.text).map_or_else(|_| Vec::new(), |root| self.sources.tables(root.get_ref()))
    }

    /// What its text names, as far as it was read.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// Reads the scenario at `path` (`-` is standard input), makes the changes in `set`, and checks it. What it names stands in its own folder
/// or below.
///
/// # Errors
/// [`LoadError`]: the file cannot be read, a change cannot be made, or the file has problems.
pub fn load(path: &Path, set: &[String]) -> Result<Scenario, LoadError> {
    load_with(path, set, &Sources::around(path, false))
}

/// Reads the scenario at `path` like [`load`]; what it names is read from `sources`.
///
/// # Errors
/// As [`load`].
pub fn load_with(path: &Path, set: &[String], sources: &Sources) -> Result<Scenario, LoadError> {
    let file = path.display().to_string();
    of_text(&file, read_text(path, &file)?, set, sources)
}

/// The scenario with the text `text` of `file`, after the changes in `set`; what it names is read from `sources`.
pub(crate) fn of_text(file: &str, text: String, set: &[String], sources: &Sources) -> Result<Scenario, LoadError> {
    if set.is_empty() {
        return Ok(Scenario::new(file, text, sources.clone())?);
    }
    // A broken file is reported as such, not as a failed change.
    parse_with(file, &text, sources)?;
    let changed = overrides::apply(&text, set)?;
    Ok(Scenario { file: file.into(), changes: set.to_vec(), ..Scenario::new(&format!("{file} (with --set)"), changed, sources.clone())? })
}

/// Makes a deal of `text`, which names no files; problems are reported as those of `file`.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn parse(file: &str, text: &str) -> Result<Deal, Problems> {
    parse_with(file, text, &Sources::default())
}

/// Makes a deal of `text` like [`parse`]; what it names is read from `sources`.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn parse_with(file: &str, text: &str, sources: &Sources) -> Result<Deal, Problems> {
    let root = parse_toml(file, text)?;
    check::check(root.get_ref(), sources).map_err(|problems| Problems::new(file, text, problems))
}

/// The tables of a file.
pub(crate) fn parse_toml<'i>(file: &str, text: &'i str) -> Result<Spanned<DeTable<'i>>, Problems> {
    if text.len() as u64 > LARGEST_FILE {
        return Err(too_large(file));
    }
    if text.trim().is_empty() {
        let help = "`pfsim new` writes a commented scenario to start from";
        return Err(Problems::whole_file(file, "empty-file", "the file is empty".into(), help));
    }
    if weight::weight(text) > MOST_WEIGHT {
        let help = "20,000 payments of ten keys fit; split the deal into several scenarios";
        return Err(Problems::whole_file(file, "too-large", "the file has more keys and values than are read".into(), help));
    }
    let (root, errors) = if text.len() <= LONGEST_SEARCHED {
        DeTable::parse_recoverable(text)
    } else {
        DeTable::parse(text).map_or_else(|error| (Spanned::new(0..0, DeTable::new()), vec![error]), |root| (root, Vec::new()))
    };
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| Problem {
            span: error.span(),
            code: "toml-syntax",
            message: format!("not valid TOML: {}", error.message()),
            label: "here".into(),
            help: None,
        });
        return Err(Problems::new(file, text, problems.collect()));
    }
    Ok(root)
}

pub(crate) fn read_text(path: &Path, file: &str) -> Result<String, LoadError> {
    let unreadable = |reason: FileError| LoadError::Unreadable { file: file.into(), reason: reason.to_string() };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.into()))?;
    } else {
        let open = std::fs::File::open(path).map_err(|error| unreadable(error.into()))?;
        if open.metadata().is_ok_and(|data| data.is_dir()) {
            return Err(unreadable(FileError::Folder));
        }
        open.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.into()))?;
    }
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large(file).into());
    }
    text_of(bytes, file).map_err(Into::into)
}

fn too_large(file: &str) -> Problems {
    let help = "a scenario is a few hundred lines; is this the right file?";
    Problems::whole_file(file, "too-large", format!("the file is larger than {} MB", LARGEST_FILE / 1024 / 1024), help)
}

/// The text of the file `file`, which holds `bytes`.
///
/// # Errors
/// [`Problems`] where it is not UTF-8.
pub fn text_of(bytes: Vec<u8>, file: &str) -> Result<String, Problems> {
    String::from_utf8(bytes).map_err(|error| {
        let message = format!("the file is not text: byte {} is not UTF-8", error.utf8_error().valid_up_to());
        Problems::whole_file(file, "not-text", message, "save it as UTF-8 text; is this the right file?")
    })
}
