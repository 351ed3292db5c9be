//! What several machines are given to simulate one run or one sweep together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Body, Kind};

/// A run or a sweep, cut into shards, with all that they need.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ShardPlan<'a> {
    /// Whether the trials of one scenario are shared out, or the scenarios of a sweep.
    pub of: Planned,
    /// Name of the deal or of the sweep.
    pub name: &'a str,
    /// Name of the file that was planned, without its folder.
    pub file: &'a str,
    /// Number of shards, at least 1.
    pub shards: u64,
    /// What the file says, with every `--set` made.
    pub text: &'a str,
    /// Every file that it names: scenarios of a sweep, tables of draws.
    pub files: Vec<ShardFile>,
    /// SHA-256 over all of this but the layout, in hexadecimal: what shards of this plan are known by.
    pub sha256: &'a str,
}

impl Body for ShardPlan<'_> {
    const KIND: Kind = Kind::ShardPlan;
}

/// What a plan is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Planned {
    /// The trials of one scenario.
    Run,
    /// The scenarios of a sweep.
    Sweep,
}

/// A file that is carried in a plan.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ShardFile {
    /// Its name, from the folder of the file that was planned.
    pub file: String,
    /// What it holds; null where that is no text.
    pub text: Option<String>,
    /// Its bytes in hexadecimal, where they are no text; null elsewhere.
    pub hex: Option<String>,
}
