//! Whether a folder of results holds what is made of it again.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Body, Kind};

/// How a folder of results compares with what is made of it again, and with its manifest.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Verify<'a> {
    /// The folder as it was named.
    pub folder: &'a str,
    /// Whether every file is there, as pfsim wrote it, and as it should be.
    pub verified: bool,
    /// How the folder was made, in words.
    pub how: &'a str,
    /// Number of files that should be there, without the manifest.
    pub files: usize,
    /// What was made again, in words; null where that is everything.
    pub part: Option<&'a str>,
    /// Files that are not as they should be.
    pub different: Vec<Difference<'a>>,
    /// Files that are not there.
    pub missing: &'a [String],
    /// Whether the folder has a manifest.
    pub manifest: bool,
    /// Files that are not what the manifest says that pfsim wrote.
    pub changed: &'a [String],
    /// Links, pipes and devices, and what stands in a file's place: never opened.
    pub not_plain: &'a [String],
    /// Files that nobody makes again, but that are what pfsim wrote.
    pub unchanged: &'a [String],
    /// Files that are there and that nobody makes.
    pub unknown: &'a [String],
    /// Why the numbers may differ, or what else should be said.
    pub notes: &'a [String],
}

impl Body for Verify<'_> {
    const KIND: Kind = Kind::Verify;
}

/// Where a file differs first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Difference<'a> {
    /// The file.
    pub file: &'a str,
    /// Where, in words.
    pub place: &'a str,
    /// What the file has there.
    pub held: &'a str,
    /// What it should have.
    pub made: &'a str,
}
