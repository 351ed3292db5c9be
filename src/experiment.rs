//! Many scenarios from one: sweeps over levers, searches for terms, the clauses in which two scenarios differ.
//!
//! Comes in: TOML text and the scenarios it names. Goes out: scenarios, each read and checked as if a person had written it, and what is
//! asked of them. Must never know: trials, results.

pub mod clauses;
mod levers;
pub mod moves;
pub mod pieces;
mod question_file;
pub mod solve;
pub mod sweep;
pub mod terms;
pub mod text_solve;
pub mod text_sweep;

/// A kind of file that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A scenario.
    Scenario,
    /// Many scenarios from few: `pfsim sweep`.
    Sweep,
    /// A search: `pfsim solve`.
    Solve,
    /// Published results: `pfsim settle`.
    Results,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Scenario, Self::Sweep, Self::Solve, Self::Results];

    /// Its word, as it stands after `pfsim schema --of`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Sweep => "sweep",
            Self::Solve => "solve",
            Self::Results => "results",
        }
    }
}

/// Whether `text` is that of a sweep, and not of a scenario: it has a table `[sweep]`.
#[must_use]
pub fn is_sweep(text: &str) -> bool {
    crate::scenario::parse_toml("", text).is_ok_and(|root| root.get_ref().contains_key("sweep"))
}

/// The JSON Schema of a kind of file, for editors.
#[must_use]
pub fn schema(of: FileKind) -> String {
    let schema = match of {
        FileKind::Scenario => schemars::schema_for!(crate::scenario::text::Scenario),
        FileKind::Sweep => schemars::schema_for!(text_sweep::SweepFile),
        FileKind::Solve => schemars::schema_for!(text_solve::SolveFile),
        FileKind::Results => schemars::schema_for!(crate::results::text::ResultsFile),
    };
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
