//! Who works while Python waits? Other threads, without the interpreter's lock; the calling one looks out for Ctrl-C and tells of progress.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::fault::Fault;
use super::options::Options;
use pfsim::{Cancel, Phase, Progress};

/// How often Python is asked whether to go on.
const LOOK: Duration = Duration::from_millis(50);

/// How long it works before it is said how long the whole would take.
const PIECE: Duration = Duration::from_secs(3);

/// The environment variable with the number of threads, as on the command line.
const THREADS: &str = "PFSIM_THREADS";

/// Pools of threads that nobody uses, by process and number of threads. A process that was forked has none of its parent's threads, and gets
/// pools of its own.
static IDLE: Mutex<Vec<(u32, usize, ThreadPool)>> = Mutex::new(Vec::new());

/// The pool that all calls share which say no number of threads, and the process that it is of.
static SHARED: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// A pool while it is used. Calls that say how many threads they want have them to themselves.
enum Pool {
    Shared(Arc<ThreadPool>),
    Own(usize, Option<ThreadPool>),
}

impl Pool {
    fn of(threads: Option<usize>) -> Result<Self, Fault> {
        let process = std::process::id();
        let Some(threads) = threads else {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, pool)) = shared.as_ref().filter(|(of, _)| *of == process) {
                return Ok(Self::Shared(Arc::clone(pool)));
            }
            let pool = Arc::new(start(said())?);
            // That of a parent is not dropped: dropping waits for threads that are not there.
            core::mem::forget(shared.replace((process, Arc::clone(&pool))));
            return Ok(Self::Shared(pool));
        };
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle.iter().position(|(of, size, _)| (*of, *size) == (process, threads));
        let pool = known.map_or_else(|| start(threads), |at| Ok(idle.swap_remove(at).2))?;
        Ok(Self::Own(threads, Some(pool)))
    }

    fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::Shared(pool) => pool.install(work),
            Self::Own(_, Some(pool)) => pool.install(work),
            Self::Own(_, None) => work(),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Self::Own(threads, pool) = self
            && let Some(pool) = pool.take()
        {
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push((std::process::id(), *threads, pool));
        }
    }
}

/// How many threads the environment asks for; 0 is one for each processor.
fn said() -> usize {
    std::env::var(THREADS).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn start(threads: usize) -> Result<ThreadPool, Fault> {
    let made = ThreadPoolBuilder::new().num_threads(threads).build();
    made.map_err(|error| Fault::System(format!("cannot start {threads} threads: {error}")))
}

/// Does `work` on a pool of threads. Ctrl-C stops it, and so does an error in what hears of its progress; either is then raised.
///
/// # Errors
/// What the work says, what Python says, or that there are no threads.
pub fn carry<T: Send, E: Into<Fault> + Send>(
    py: Python<'_>,
    options: &Options,
    work: impl FnOnce(&pfsim::Options) -> Result<T, E> + Send,
) -> PyResult<T> {
    let pool = Pool::of(options.threads)?;
    let cancel = Cancel::default();
    let heard: Arc<Mutex<Option<Progress>>> = Arc::default();
    let mut study = options.study().cancel(cancel.clone());
    let hears = Arc::clone(&heard);
    study = study.progress(move |progress| *hears.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress));
    // The phase at hand, when it was first heard of, and what was done then: others before it took their own time.
    let mut since: Option<(Phase, Instant, u64)> = None;
    let mut told = || -> PyResult<()> {
        let Some(Progress { phase, done, total }) = heard.lock().unwrap_or_else(PoisonError::into_inner).take() else { return Ok(()) };
        let (begun, before) = match since {
            Some((known, begun, before)) if known == phase => (begun, before),
            _ => {
                since = Some((phase, Instant::now(), done));
                (Instant::now(), done)
            }
        };
        if !options.large && done > before && begun.elapsed() > PIECE {
            let days = begun.elapsed().as_secs_f64() / (done - before) as f64 * total as f64 / 86_400.0;
            if days > 1.0 {
                let message = format!("this would take about {days:.0} days: ask for fewer trials, or say large=True");
                return Err(Fault::Usage(message).into());
            }
        }
        let Some(listener) = &options.progress else { return Ok(()) };
        Python::attach(|py| listener.call1(py, (phase.label(), done, total)).map(|_| ()))
    };
    let (stopped, found) = py.detach(|| {
        let (ended, waited) = channel();
        thread::scope(|scope| {
            let worker = scope.spawn(move || {
                let found = pool.install(|| work(&study));
                // Nobody waits any more only where the calling thread is gone.
                let _ = ended.send(());
                found
            });
            let mut stopped = None;
            while !worker.is_finished() {
                if let Err(RecvTimeoutError::Disconnected) | Ok(()) = waited.recv_timeout(LOOK) {
                    break;
                }
                if stopped.is_none() {
                    stopped = Python::attach(|py| py.check_signals()).and_then(|()| told()).err();
                    if stopped.is_some() {
                        cancel.cancel();
                    }
                }
            }
            (stopped, worker.join())
        })
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    match found {
        Ok(found) => {
            told()?;
            found.map_err(|error| error.into().into())
        }
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
