//! From TOML text to a [`Deal`], with every problem and its place.
//!
//! Comes in: a file or its text. Goes out: a valid deal, or all problems at once, with line, column, rule and remedy. Must never know:
//! random streams, trials, results. The only room that knows serde and toml.

mod beside;
mod check;
pub mod clauses;
mod draws;
#[cfg(feature = "parquet")]
mod draws_parquet;
mod expression;
mod law;
mod levers;
mod name_list;
mod names;
pub mod overrides;
#[cfg(feature = "parquet")]
mod page_headers;
mod path;
pub mod pieces;
mod problem;
mod question_file;
pub mod results;
pub mod solve;
pub mod sweep;
pub mod text;
pub mod text_capital;
pub mod text_contract;
pub mod text_people;
pub mod text_results;
pub mod text_solve;
pub mod text_sweep;
mod tree;
pub mod uncertain;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::DeTable;

use crate::deal::Deal;
use beside::Beside;
pub use beside::Table;
pub use overrides::OverrideError;
pub use problem::{Problem, Problems, meant as suggestion_of};

/// Largest file that is read, in bytes.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

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
#[derive(Debug)]
pub struct Scenario {
    /// The deal.
    pub deal: Deal,
    /// The text, with every `--set` made.
    pub text: String,
}

impl Scenario {
    /// SHA-256 of the text, in hexadecimal: what `sha256sum` prints for the file when nothing was set.
    #[must_use]
    pub fn hash(&self) -> String {
        Sha256::digest(self.text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Reads the scenario at `path` (`-` is standard input), makes the changes in `set`, and checks it.
///
/// # Errors
/// [`LoadError`]: the file cannot be read, a change cannot be made, or the file has problems.
pub fn load(path: &Path, set: &[String]) -> Result<Scenario, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    let changed = if set.is_empty() {
        text
    } else {
        // A broken file is reported as such, not as a failed change.
        parse(&file, &text)?;
        overrides::apply(&text, set)?
    };
    let name = if set.is_empty() { file } else { format!("{file} (with --set)") };
    Ok(Scenario { deal: parse(&name, &changed)?, text: changed })
}

/// Makes a deal of `text`; problems are reported as those of `file`.
///
/// # Errors
/// All [`Problems`] of the text.
pub fn parse(file: &str, text: &str) -> Result<Deal, Problems> {
    parse_beside(file, text, &Beside::new(around(Path::new(file)), &BTreeMap::new()))
}

fn parse_beside(file: &str, text: &str, beside: &Beside) -> Result<Deal, Problems> {
    let root = parse_toml(file, text)?;
    check::check(root.get_ref(), beside).map_err(|problems| Problems::new(file, text, problems))
}

/// Makes the changes in `set` in `text`, which is that of the scenario at `path`, and checks it as if a person had written it.
///
/// # Errors
/// [`LoadError`]: a change cannot be made, or the changed text has problems.
pub fn changed(path: &Path, text: &str, set: &[String]) -> Result<Deal, LoadError> {
    let text = overrides::apply(text, set)?;
    let file = path.display();
    let name = if set.is_empty() { file.to_string() } else { format!("{file} (with {})", set.join(", ")) };
    Ok(parse_beside(&name, &text, &Beside::new(around(path), &BTreeMap::new()))?)
}

/// Where what the scenario at `path` refers to stands: beside it.
fn around(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// Reads the scenario at `path` like [`load`], with nothing changed; the files that it draws from and that are in `kept` are read from
/// there.
///
/// # Errors
/// [`LoadError`]: the file cannot be read or has problems.
pub fn load_kept(path: &Path, kept: &BTreeMap<String, PathBuf>) -> Result<Scenario, LoadError> {
    let file = path.display().to_string();
    let text = read_text(path, &file)?;
    Ok(Scenario { deal: parse_beside(&file, &text, &Beside::new(around(path), kept))?, text })
}

/// The tables that a valid scenario at `path` with the text `text` draws from, by name.
///
/// # Errors
/// [`LoadError`]: a table cannot be read.
pub fn tables(path: &Path, text: &str) -> Result<Vec<Table>, LoadError> {
    let root = parse_toml(&path.display().to_string(), text)?;
    let beside = Beside::new(around(path), &BTreeMap::new());
    let read = |name: String| {
        let path = beside.path(&name);
        let unreadable = |error: std::io::Error| LoadError::Unreadable { file: path.display().to_string(), reason: error.to_string() };
        Ok(Table { contents: std::fs::read(&path).map_err(unreadable)?, file: name })
    };
    beside::names(root.get_ref()).into_iter().map(read).collect()
}

/// The tables of a file.
fn parse_toml<'i>(file: &str, text: &'i str) -> Result<Spanned<DeTable<'i>>, Problems> {
    if text.trim().is_empty() {
        let help = "`pfsim new` writes a commented scenario to start from";
        return Err(Problems::whole_file(file, "empty-file", "the file is empty".into(), help));
    }
    let (root, errors) = DeTable::parse_recoverable(text);
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

/// A kind of file that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A scenario.
    Scenario,
    /// Many scenarios from few: `pfsim sweep`.
    Sweep,
    /// A search: `pfsim solve`.
    Solve,
}

/// The JSON Schema of a kind of file, for editors.
#[must_use]
pub fn schema(of: FileKind) -> String {
    let schema = match of {
        FileKind::Scenario => schemars::schema_for!(text::Scenario),
        FileKind::Sweep => schemars::schema_for!(text_sweep::SweepFile),
        FileKind::Solve => schemars::schema_for!(text_solve::SolveFile),
    };
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// What another file refers to is a plain file: a pipe or a device may have no end.
///
/// # Errors
/// What it is instead, in words.
fn plain_file(path: &Path) -> Result<(), String> {
    match std::fs::metadata(path).map_err(|error| reason(&error))? {
        data if data.is_dir() => Err("it is a folder".into()),
        data if !data.is_file() => Err("it is not a plain file".into()),
        _ => Ok(()),
    }
}

/// The bytes of a file that another file refers to, at most `most`.
///
/// # Errors
/// Why it cannot be read, in words.
fn read_referred(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    plain_file(path)?;
    let mut bytes = Vec::new();
    let open = std::fs::File::open(path).map_err(|error| reason(&error))?;
    open.take(most + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > most {
        return Err(format!("it is larger than {} MB", most / 1024 / 1024));
    }
    Ok(bytes)
}

/// What the system says, in this project's words.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

fn read_text(path: &Path, file: &str) -> Result<String, LoadError> {
    let unreadable = |reason: String| LoadError::Unreadable { file: file.into(), reason };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(reason(&error)))?;
    } else {
        let open = std::fs::File::open(path).map_err(|error| unreadable(reason(&error)))?;
        if open.metadata().is_ok_and(|data| data.is_dir()) {
            return Err(unreadable("it is a folder".into()));
        }
        open.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(reason(&error)))?;
    }
    if bytes.len() as u64 > LARGEST_FILE {
        let help = "a scenario is a few hundred lines; is this the right file?";
        let message = format!("the file is larger than {} MB", LARGEST_FILE / 1024 / 1024);
        return Err(Problems::whole_file(file, "too-large", message, help).into());
    }
    text_of(bytes, file).map_err(Into::into)
}

fn text_of(bytes: Vec<u8>, file: &str) -> Result<String, Problems> {
    String::from_utf8(bytes).map_err(|error| {
        let message = format!("the file is not text: byte {} is not UTF-8", error.utf8_error().valid_up_to());
        Problems::whole_file(file, "not-text", message, "save it as UTF-8 text; is this the right file?")
    })
}
