//! What is taken away from the table: the scenario with its changes, the command that makes the same ones, the whole report.

use pfsim::scenario::overrides::path_of;
use pfsim::{Cancel, Options};
use serde_json::{Value, json};

use crate::answer::Refused;
use crate::edition::Edition;
use crate::host;
use crate::session::Open;

/// The scenario as text, comments kept; and the command line that makes the same changes.
pub fn text(open: &mut Open, edition: &Edition) -> Result<Value, Refused> {
    let scenario = open.scenario(edition)?;
    let base = open.base(edition)?.clone();
    let file = if edition.text.is_some() { "edited.toml".to_string() } else { base.file().to_string() };
    let mut command = format!("pfsim run {}", quoted(&file));
    for assignment in &edition.set {
        command += &format!(" --set {}", quoted(assignment));
    }
    for (flag, own, kept) in [("trials", scenario.deal.trials, open.trials), ("seed", scenario.deal.seed, open.seed)] {
        if own != kept {
            command += &format!(" --{flag} {kept}");
        }
    }
    let change = |assignment: &String| {
        let path = path_of(assignment)?;
        let to = assignment.split_at(path.len()).1.trim_start().trim_start_matches('=').trim();
        Some(json!({ "path": path, "from": base.written_at(path), "to": to }))
    };
    let changes: Vec<Value> = edition.set.iter().filter_map(change).collect();
    Ok(json!({ "text": scenario.text, "command": command, "file": file, "changes": changes, "stress": edition.stress }))
}

/// For a shell: in single quotes where it must be.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./=:,".contains(letter));
    if plain { text.into() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The page of the report.
pub fn report(open: &mut Open, edition: &Edition) -> Result<Value, Refused> {
    if edition.stress.is_some() {
        return Err(Refused::because("a report is of a deal without a misfortune", "take the misfortune off"));
    }
    let scenario = open.scenario(edition)?;
    let options = Options::default().trials(open.trials).seed(open.seed).cancel(Cancel::default()).progress(host::tell);
    let dossier = scenario.dossier(&options).map_err(|error| Refused::because(error.to_string(), ""))?;
    let bundle = scenario.bundle(&dossier);
    let html = bundle.text("report.html").ok_or_else(|| Refused::because("the report cannot be made", bundle.left_out.join("; ")))?;
    Ok(json!({ "html": html }))
}
