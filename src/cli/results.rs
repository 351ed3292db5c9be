//! The folder that a command writes: looked at before anything is simulated, written at the end.

use std::path::Path;

use super::{Context, Failure, stderr};
use crate::export::bundle::Bundle;
use crate::store::folder::Rule;
use crate::store::manifest::Label;
use crate::store::spool::Spool;
use crate::store::workspace::Workspace;

/// Makes ready to write the folder `out` with results of `command`.
///
/// # Errors
/// [`Failure::Io`]: something else is there, or it cannot be written.
pub fn begin(out: &Path, command: &'static str) -> Result<Workspace, Failure> {
    Ok(Workspace::new(out, Rule::of(command))?)
}

/// Says what is left out and writes the rest; says what it took the place of.
///
/// # Errors
/// [`Failure::Io`]: it cannot be written.
pub fn write(workspace: Workspace, label: &Label, made: Bundle, spools: Vec<Spool>, context: &Context) -> Result<(), Failure> {
    let shown = workspace.shown().to_string();
    let replaced = workspace.before().map(|before| before.label.clone());
    for what in &made.left_out {
        stderr::line(&format!("pfsim: left out of {shown}: {what}"));
    }
    let written = workspace.publish(label, &made.files, spools)?;
    for (name, why) in &written.left_out {
        stderr::line(&format!("pfsim: left out of {shown}: {name}: {why}"));
    }
    if let Some(kept) = &written.kept {
        stderr::line(&format!("pfsim: something was put into {shown} while it was replaced; it is in {}", kept.display()));
    }
    match replaced {
        Some(old) if !context.quiet && old.deal != label.deal => {
            stderr::line(&format!("{shown} held the results of “{}”; they are replaced", old.deal));
        }
        Some(old) if !context.quiet && old.scenario != label.scenario => {
            stderr::line(&format!("{shown} held the results of another text of “{}”; they are replaced", old.deal));
        }
        _ => {}
    }
    Ok(())
}
