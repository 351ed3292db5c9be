//! The engine behind `import pfsim`: what Python calls, as thin as can be.
//!
//! Comes in: scenarios as text and changes as `--set` takes them. Goes out: JSON documents and texts, the same bytes as the command line's,
//! and columns of numbers as Arrow. Must never know: data frames, notebooks, clusters; these are Python's (`python/pfsim`).

#![deny(missing_docs)]
#![deny(unsafe_code)]

mod course;
mod fault;
mod folder;
mod options;
mod run;
mod running;
mod scenario;
mod search;
mod shard;
mod studied;
mod studies;
mod sweep;
mod table;

use pyo3::prelude::*;

/// The compiled part of pfsim.
#[pymodule]
mod _pfsim {
    use std::ffi::OsString;

    use pyo3::prelude::*;

    #[pymodule_export]
    use super::folder::SweepFolder;
    #[pymodule_export]
    use super::options::Options;
    #[pymodule_export]
    use super::run::{Run, run};
    #[pymodule_export]
    use super::running::{forecast, status};
    #[pymodule_export]
    use super::scenario::Scenario;
    #[pymodule_export]
    use super::search::Search;
    #[pymodule_export]
    use super::shard::{merge, shard};
    #[pymodule_export]
    use super::studied::Studied;
    #[pymodule_export]
    use super::studies::{cliffs, compare, explain, information, layers, power, readiness, sensitivity, settle, stress};
    #[pymodule_export]
    use super::sweep::Sweep;
    #[pymodule_export]
    use super::table::{Column, Table};

    /// A commented scenario to start from: what `pfsim new` writes.
    #[pymodule_export]
    const STARTER: &str = pfsim::STARTER;

    /// Version of the engine.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// The command `pfsim`; its exit code.
    #[pyfunction]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
        py.detach(|| pfsim::cli::run_with(arguments))
    }

    /// A hash over the engine's source and its list of crates: tells builds of one version apart.
    #[pyfunction]
    fn build() -> String {
        let pfsim::data::Engine { build, lock_sha256, .. } = pfsim::data::Engine::here();
        format!("{build} {lock_sha256}")
    }

    /// The JSON Schema of a kind of file or document, as `pfsim schema --of` prints it.
    #[pyfunction]
    fn schema(kind: &str) -> PyResult<String> {
        super::schema(kind)
    }
}

fn schema(kind: &str) -> PyResult<String> {
    let file = pfsim::FileKind::ALL.into_iter().find(|file| file.word() == kind).map(pfsim::schema);
    let document = || pfsim::data::Kind::ALL.into_iter().find(|document| document.word() == kind).map(pfsim::data::schema);
    let words = || {
        let files = pfsim::FileKind::ALL.map(pfsim::FileKind::word);
        files.into_iter().chain(pfsim::data::Kind::ALL.map(pfsim::data::Kind::word)).collect::<Vec<_>>().join(", ")
    };
    file.or_else(document).ok_or_else(|| fault::Fault::Usage(format!("there is no schema of `{kind}`; there are: {}", words())).into())
}
