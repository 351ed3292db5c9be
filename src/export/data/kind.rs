//! The kinds of documents.

use schemars::JsonSchema;
use serde::Serialize;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `pfsim run`, `pfsim shard merge` of a run, and `summary.json` in its folder.
    Run,
    /// `pfsim check`.
    Check,
    /// Any other command, where a file has problems.
    Problems,
    /// `pfsim settle` of a deal with all its results.
    Settle,
    /// `pfsim settle --as-of`, of a running deal.
    Status,
    /// `pfsim forecast`.
    Forecast,
    /// `pfsim explain`.
    Explain,
    /// `pfsim layers`.
    Layers,
    /// `pfsim power`.
    Power,
    /// `pfsim readiness`.
    Readiness,
    /// `pfsim compare`.
    Compare,
    /// `pfsim cliffs`.
    Cliffs,
    /// `pfsim sweep`, and `pfsim shard merge` of one; without its rows, `sweep.json` in their folder.
    SweepAnswer,
    /// `pfsim solve`.
    SolveAnswer,
    /// `pfsim sensitivity`.
    Sensitivity,
    /// `pfsim stress`.
    Stress,
    /// `pfsim information`.
    Information,
    /// `pfsim verify`.
    Verify,
    /// The file that `pfsim shard plan` writes.
    ShardPlan,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Run,
        Self::Check,
        Self::Problems,
        Self::Settle,
        Self::Status,
        Self::Forecast,
        Self::Explain,
        Self::Layers,
        Self::Power,
        Self::Readiness,
        Self::Compare,
        Self::Cliffs,
        Self::SweepAnswer,
        Self::SolveAnswer,
        Self::Sensitivity,
        Self::Stress,
        Self::Information,
        Self::Verify,
        Self::ShardPlan,
    ];

    /// Its word, as it stands in a document and after `pfsim schema --of`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Problems => "problems",
            Self::Settle => "settle",
            Self::Status => "status",
            Self::Forecast => "forecast",
            Self::Explain => "explain",
            Self::Layers => "layers",
            Self::Power => "power",
            Self::Readiness => "readiness",
            Self::Compare => "compare",
            Self::Cliffs => "cliffs",
            Self::SweepAnswer => "sweep-answer",
            Self::SolveAnswer => "solve-answer",
            Self::Sensitivity => "sensitivity",
            Self::Stress => "stress",
            Self::Information => "information",
            Self::Verify => "verify",
            Self::ShardPlan => "shard-plan",
        }
    }
}
