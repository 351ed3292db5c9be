//! Hears how far a long study is, and stops it from another thread.
//!
//! `cargo run --example progress`

use std::error::Error;
use std::sync::mpsc;

use pfsim::{Cancel, Memory, Options, RunError, STARTER, Scenario};

/// Runs the example.
pub fn main() -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::parse(STARTER, Memory::default())?;
    let (cancel, (sender, heard)) = (Cancel::default(), mpsc::channel());
    let options = Options::default().trials(1_000_000_000).cancel(cancel.clone()).progress(move |progress| {
        // Nobody may be listening any more.
        let _ = sender.send(progress);
    });
    let study = std::thread::spawn(move || scenario.run(&options));
    for progress in heard {
        println!("{}: {} of {}", progress.phase.label(), progress.done, progress.total);
        if progress.done > 0 {
            cancel.cancel();
        }
    }
    match study.join() {
        Ok(Err(RunError::Interrupted(at))) => {
            println!("stopped: {at}");
            Ok(())
        }
        _ => Err("it was not stopped".into()),
    }
}
