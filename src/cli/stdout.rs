//! The one way to standard output: nothing that others wrote steers the terminal, and a reader who has gone away is not an error.

use std::io::{ErrorKind, Write};

use super::Failure;
use crate::deal::letters::printable;

/// Writes `text` to standard output, with pictures in the place of letters that would steer a terminal.
///
/// # Errors
/// [`Failure::Io`] when it cannot be written for another reason than a closed pipe.
pub fn write(text: &str) -> Result<(), Failure> {
    let text = printable(text);
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Io(format!("cannot write to standard output: {error}"))),
        _ => Ok(()),
    }
}
