//! What a folder of results holds: the name and the hash of each file, in the form that `sha256sum -c` reads, under a few lines that say
//! what the results are of.
//!
//! Comes in: names and contents, or the text of a manifest. Goes out: the text, or what it says. Must never know: where the folder is.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::export::origin::is_inside;
use crate::words::plain;

/// The file in a folder of results.
pub const NAME: &str = "manifest.sha256";

/// Its first line; `sha256sum` takes it, as all that begin with `#`, for a comment.
const HEAD: &str = "# pfsim results 1";

/// What results are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The command that made them, without `pfsim`.
    pub command: String,
    /// The name of the deal, or of the sweep, on one line.
    pub deal: String,
    /// What tells one text from another: the SHA-256 of the scenario, or the identity of the sweep, in hexadecimal.
    pub scenario: String,
}

/// The files of a folder of results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What they are of.
    pub label: Label,
    /// SHA-256 of each file by name, with `/` between parts; the manifest itself is not among them.
    pub files: BTreeMap<String, String>,
}

impl Label {
    /// The label of results of `command` for the deal called `name` with such a `scenario`.
    #[must_use]
    pub fn new(command: &str, name: &str, scenario: &str) -> Self {
        let escaped = |letter: char| match letter {
            '\\' => "\\\\".to_string(),
            letter if letter.is_control() => letter.escape_unicode().to_string(),
            letter => letter.to_string(),
        };
        Self { command: command.into(), deal: name.chars().map(escaped).collect(), scenario: scenario.into() }
    }
}

impl Manifest {
    /// The manifest as text.
    #[must_use]
    pub fn text(&self) -> String {
        let Label { command, deal, scenario } = &self.label;
        let mut text = format!("{HEAD}\n# command: {command}\n# deal: {deal}\n# scenario: {scenario}\n");
        for (name, hash) in &self.files {
            let _ = writeln!(text, "{hash}  {name}");
        }
        text
    }

    /// Reads the text of a manifest.
    ///
    /// # Errors
    /// What is wrong with it, as words that follow its name.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = core::str::from_utf8(bytes).map_err(|_| "is not text".to_string())?;
        let mut manifest = Self::default();
        let mut lines = text.lines().enumerate();
        if lines.next().is_none_or(|(_, line)| line != HEAD) {
            return Err(format!("does not begin with `{HEAD}`"));
        }
        for (at, line) in lines {
            if let Some(comment) = line.strip_prefix("# ") {
                match comment.split_once(": ") {
                    Some(("command", command)) => manifest.label.command = plain(command),
                    Some(("deal", deal)) => manifest.label.deal = plain(deal),
                    Some(("scenario", scenario)) => manifest.label.scenario = plain(scenario),
                    _ => {}
                }
                continue;
            }
            let (hash, name) = line
                .split_once("  ")
                .filter(|(hash, name)| is_hash(hash) && is_inside(name) && *name != NAME)
                .ok_or_else(|| format!("has a line {} that is not a hash and a name", at + 1))?;
            if manifest.files.insert(name.to_string(), hash.to_string()).is_some() {
                return Err(format!("names a file twice in line {}", at + 1));
            }
        }
        Ok(manifest)
    }
}

/// Whether `text` is a SHA-256 in lower-case hexadecimal.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
}
