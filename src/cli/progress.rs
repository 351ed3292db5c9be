//! How far is it? A bar on a terminal, and an end where it would take longer than a day.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::estimate::Watch;
use super::{Context, Failure};
use crate::study::{Options, Phase, Progress};

/// Does `work` under `options` while a bar on a terminal shows how far it is; Ctrl-C stops it. Refuses where it would take longer than a day.
pub fn with_progress<T, E: Into<Failure>>(
    options: &Options,
    context: &Context,
    work: impl FnOnce(&Options) -> Result<T, E>,
) -> Result<T, Failure> {
    let bar = if context.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
    } else {
        ProgressBar::new(0)
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}: {human_pos} of {human_len} trials, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let shown = Arc::new(Mutex::new(Shown { bar, phase: None, watch: Watch::new(0, context) }));
    let (listening, large) = (Arc::clone(&shown), context.clone());
    let options = options.clone().cancel(context.cancel.clone()).progress(move |progress| held(&listening).saw(progress, &large));
    let outcome = work(&options);
    let shown = held(&shown);
    shown.bar.finish_and_clear();
    shown.watch.refused().map_or_else(|| outcome.map_err(Into::into), Err)
}

/// What the bar shows.
struct Shown {
    bar: ProgressBar,
    phase: Option<Phase>,
    watch: Watch,
}

impl Shown {
    fn saw(&mut self, Progress { phase, done, total }: Progress, context: &Context) {
        if self.phase != Some(phase) {
            self.phase = Some(phase);
            self.bar.reset();
            self.bar.set_message(phase.label());
            self.bar.set_length(total);
            // What was refused stays so.
            if self.watch.refused().is_none() {
                self.watch = Watch::new(total, context);
            }
        }
        self.bar.set_position(done);
        self.watch.saw(done);
    }
}

/// A bar whose thread panicked is as good as any.
fn held(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}
