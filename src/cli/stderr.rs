//! The one way to standard error: notes, problems, failures. Nothing that others wrote steers the terminal, and nothing panics where
//! standard error is closed or full.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::deal::letters::printable;
use crate::scenario::Problems;

/// Whether something could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes `text` and ends the line, with pictures in the place of letters that would steer a terminal.
pub fn line(text: &str) {
    put(format_args!("{}\n", printable(text)));
}

/// Writes the problems of a file with their places, in colour where it is wanted: [`Problems::render`] has made what they quote harmless.
pub fn problems(problems: &Problems) {
    put(format_args!("{}\n\n", problems.render(true)));
}

/// Writes what the parser of the command line says. It is coloured, and quotes what it was given: that is shown plainly where it would
/// steer the terminal.
pub fn usage(error: &clap::Error) {
    let mut given = std::env::args_os().chain(std::env::var_os(super::THREADS));
    let harmless = |text: std::ffi::OsString| matches!(printable(&text.to_string_lossy()), std::borrow::Cow::Borrowed(_));
    match given.all(harmless) {
        true => put(format_args!("{}", error.render().ansi())),
        false => put(format_args!("{}", printable(&error.render().to_string()))),
    }
}

/// Writes our own words by nothing but the standard library, which runs on every processor.
pub fn plainly(words: &[&str]) {
    let mut err = std::io::stderr().lock();
    for word in words {
        let _ = err.write_all(word.as_bytes());
    }
}

/// Whether anything could not be written, though somebody was there to read it.
pub fn is_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

fn put(text: core::fmt::Arguments<'_>) {
    let mut err = anstream::stderr().lock();
    if let Err(error) = err.write_fmt(text).and_then(|()| err.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        LOST.store(true, Ordering::Relaxed);
    }
}
