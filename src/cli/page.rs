//! A page in HTML that a command writes into a file of its own.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{Context, Failure, stderr};
use crate::store::shard_file;

/// Bytes of a file that say what it is.
const HEAD: u64 = 2_000;

/// Writes a page in the place of nothing or of another such page, as `is_one` knows by its beginning; `what` it is and `says` stand in messages.
pub fn write(file: &Path, page: &str, is_one: fn(&[u8]) -> bool, [what, says]: [&str; 2], context: &Context) -> Result<(), Failure> {
    let failed = |error| Failure::Io(format!("cannot write {}: {error}", file.display()));
    let mut before = Vec::new();
    match File::open(file).and_then(|old| old.take(HEAD).read_to_end(&mut before)) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
        Ok(_) if is_one(&before) => {}
        Ok(_) => {
            let message = format!("{} is no {what} of a deal: nothing was written; move it away, or choose another --html", file.display());
            return Err(Failure::Io(message));
        }
    }
    shard_file::write(file, page.as_bytes()).map_err(failed)?;
    if !context.quiet {
        stderr::line(&format!("{} says {says}", file.display()));
    }
    Ok(())
}
