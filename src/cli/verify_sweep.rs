//! `pfsim verify --sweep`: make the rows of a sweep again, or some of them.

use std::path::Path;

use super::progress::with_progress;
use super::verified::{Verified, unreadable};
use super::{Context, Failure};
use crate::experiment::sweep::load_with;
use crate::store::journal::{self, Wanted};
use crate::store::sweep_bundle::sweep_bundle;
use crate::store::verify::compare;
use crate::study::questions::knows;
use crate::study::{self, Options, SweepError};
use crate::words::count::{counted, grouped};

/// Makes `count` rows of the sweep in `file` again, spread over it, or all, and compares with the folder `path`.
pub(super) fn verify(path: &Path, file: &Path, count: Option<u64>, context: &Context) -> Result<Verified, Failure> {
    let of = load_with(file, &knows, &context.sources(file))?;
    let (asked, identity) = (of.asked(), journal::identity(&of));
    let wanted = Wanted { identity: &identity, figures: asked.len(), count: of.count() };
    let held = journal::rows(path, &wanted).map_err(|error| match error {
        journal::JournalError::Line { path, line, what } => Failure::NotMet(format!("{} has a line {line} that {what}", path.display())),
        error => error.into(),
    })?;
    let Some(mut held) = held else {
        let what = "no journal, or another sweep, other scenarios, or another version or build of pfsim";
        return Err(Failure::NotMet(format!("{} is not the folder of {} as it is now: {what}", path.display(), file.display())));
    };
    held.sort_by_key(|row| row.index);
    let all = of.count();
    if held.len() as u64 != all || held.last().is_some_and(|row| row.index + 1 != all) {
        let message = format!("{} holds {} of {all} scenarios: finish the sweep first", path.display(), held.len());
        return Err(Failure::NotMet(message));
    }
    let count = count.unwrap_or(all).min(all);
    if count == 0 {
        return Err(Failure::Usage("--rows must be at least 1".into()));
    }
    let chosen = study::spread_over(&of, count);
    let fresh =
        with_progress(&Options::default(), context, |options| study::sweep(&of, &asked, chosen, options, |_| Ok::<(), SweepError>(())))?;
    for row in fresh {
        let at = row.index as usize;
        held[at] = row;
    }
    let files = sweep_bundle(&of, &held, false).files;
    let mut verdict = compare(path, &files).map_err(|(name, error)| unreadable(path, &name, &error))?;
    let part = if count == all { String::new() } else { format!(", of which {} were made again", grouped(count)) };
    if count < all {
        let (some, all) = (grouped(count), grouped(all));
        verdict.part =
            Some(format!("{some} of {all} rows were made again and are the same; the other rows and the files agree with each other"));
    }
    Ok(Verified { verdict, how: format!("{} of {}{part}", counted(all, "scenario"), counted(of.trials, "trial")) })
}
