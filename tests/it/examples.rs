//! The examples do what they say.

#[path = "../../examples/change.rs"]
mod change;
#[path = "../../examples/progress.rs"]
mod progress;
#[path = "../../examples/report.rs"]
mod report;
#[path = "../../examples/run.rs"]
mod run;
#[path = "../../examples/shards.rs"]
mod shards;
#[path = "../../examples/sweep.rs"]
mod sweep;

#[test]
fn every_example_ends_well() {
    for (name, example) in [
        ("change", change::main as fn() -> _),
        ("progress", progress::main),
        ("report", report::main),
        ("run", run::main),
        ("shards", shards::main),
        ("sweep", sweep::main),
    ] {
        example().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// An example that is not run here may be wrong and nobody sees it.
#[test]
fn every_example_is_run() {
    let text = include_str!("examples.rs");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in std::fs::read_dir(root).expect("examples") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(text.contains(&format!("examples/{name}\"")), "{name} is not run");
    }
}
