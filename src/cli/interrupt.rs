//! Ctrl-C: asked politely, then within a second.
//!
//! Most of the time goes into simulating, which looks at a flag after each block and ends in order, with what it can say of it. Whatever
//! does not look (reading tables, one cohort of millions, a workbook) is left a moment later, as by a second Ctrl-C: results are written
//! whole or not at all, and a journal's last line may be torn, so nothing is lost by it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Failure, stderr};
use crate::study::Cancel;

/// How long what looks at the flag has to end in order.
const PATIENCE: Duration = Duration::from_millis(800);

/// What is said to whoever interrupts: what is kept.
static SAID: Mutex<Option<String>> = Mutex::new(None);

/// Cancels at the first Ctrl-C. If the process has not ended by itself 0.8 seconds later, or at a second one, `leave` clears up and
/// the process ends with 130; what `leave` gives is held until then.
///
/// # Errors
/// [`Failure::Io`]: the system takes no handler.
pub fn handle<G>(cancel: &Cancel, leave: impl Fn() -> G + Send + Sync + 'static) -> Result<(), Failure> {
    let (cancel, leave) = (cancel.clone(), Arc::new(leave));
    let handler = move || {
        if cancel.is_cancelled() {
            end(&*leave);
        }
        cancel.cancel();
        let leave = Arc::clone(&leave);
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            end(&*leave);
        });
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::Io(format!("cannot handle Ctrl-C: {error}")))
}

/// What is said when the process is left from here on: where it goes on, for example.
pub fn say(text: String) {
    *SAID.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
}

fn end<G>(leave: &impl Fn() -> G) {
    let _held = leave();
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner).take();
    // The line is another thread's if that is writing there, and may never be free: nobody waits for it.
    let words = std::thread::spawn(move || {
        stderr::line(&format!("pfsim: {}", said.unwrap_or_else(|| "interrupted; what was not finished is not kept".into())));
    });
    for _ in 0..10 {
        if words.is_finished() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    std::process::exit(130);
}
