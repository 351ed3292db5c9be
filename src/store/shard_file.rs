//! A shard on disk: a line that says which one of which plan it is, what it holds, and a hash over both.
//!
//! Comes in: which shard, and its contents. Goes out: a file that is whole or not there, or why what stands in one cannot be used. Must never
//! know: what the contents are.

use core::fmt;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::export::origin::sha256;

/// How the first line begins.
const MAGIC: &str = "pfsim shard of a plan 1 ";

/// Length of a hash in hexadecimal.
const HASH: usize = 64;

/// Largest shard that is read, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024 * 1024;

/// Which shard of which plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// The hash of the plan.
    pub plan: String,
    /// Its number, from 1.
    pub number: u64,
    /// Number of shards in the plan.
    pub of: u64,
}

/// Why a file cannot be used as a shard: words that follow its name.
#[derive(Debug)]
pub enum Fault {
    /// It is none.
    NoShard,
    /// It is not as it was written.
    Damaged(Which),
    /// It is one of another plan.
    Foreign,
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoShard => write!(out, "is no shard of a plan"),
            Self::Damaged(which) => write!(out, "is damaged: make shard {} of {} again", which.number, which.of),
            Self::Foreign => write!(out, "is a shard of another plan"),
            Self::Io(error) => write!(out, "cannot be read: {error}"),
        }
    }
}

impl Which {
    /// Where the shard is by default: `deal.003-of-016.shard` beside `deal.plan`.
    #[must_use]
    pub fn beside(&self, plan: &Path) -> PathBuf {
        let stem = plan.file_stem().map_or_else(|| "shards".into(), |stem| stem.to_string_lossy().into_owned());
        let digits = self.of.to_string().len().max(3);
        plan.with_file_name(format!("{stem}.{:0digits$}-of-{:0digits$}.shard", self.number, self.of))
    }

    /// The bytes of its file.
    #[must_use]
    pub fn sealed(&self, contents: &[u8]) -> Vec<u8> {
        let mut bytes = format!("{MAGIC}{} {}/{}\n", self.plan, self.number, self.of).into_bytes();
        bytes.extend(contents);
        let hash = sha256(&bytes);
        bytes.extend(hash.into_bytes());
        bytes
    }

    /// Which shard the first line of `bytes` says, and where it ends.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.iter().take(MAGIC.len() + HASH + 64).position(|byte| *byte == b'\n')?;
        let line = core::str::from_utf8(&bytes[..end]).ok()?.strip_prefix(MAGIC)?;
        let (plan, place) = line.split_once(' ')?;
        let (number, of) = place.split_once('/')?;
        Some((Self { plan: plan.into(), number: number.parse().ok()?, of: of.parse().ok()? }, end + 1))
    }
}

/// The shard in the file at `path`, of the plan with the hash `plan`: which one, and what it holds.
///
/// # Errors
/// A [`Fault`].
pub fn read(path: &Path, plan: &str) -> Result<(Which, Vec<u8>), Fault> {
    let file = File::open(path).map_err(Fault::Io)?;
    let length = file.metadata().map_err(Fault::Io)?;
    if !length.is_file() || length.len() > LARGEST {
        return Err(Fault::NoShard);
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(Fault::Io)?;
    let (which, start) = Which::read(&bytes).ok_or(Fault::NoShard)?;
    if which.plan != plan {
        return Err(Fault::Foreign);
    }
    let end = bytes.len().saturating_sub(HASH);
    if end < start || sha256(&bytes[..end]).as_bytes() != &bytes[end..] {
        return Err(Fault::Damaged(which));
    }
    bytes.truncate(end);
    bytes.drain(..start);
    Ok((which, bytes))
}

/// Writes the file at `path` in one step, over what may be there.
///
/// # Errors
/// What the system says; what was there is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (fresh, mut file) = begin(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&fresh, path));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&fresh);
    })
}

/// That a file can be written at `path`: found before anything is simulated.
///
/// # Errors
/// What the system says.
pub fn can_write(path: &Path) -> io::Result<()> {
    begin(path).and_then(|(fresh, _)| fs::remove_file(fresh))
}

/// An empty file beside `path`, under a name that nobody else has.
fn begin(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let fresh = path.with_file_name(format!(".{name}.pfsim-{random:016x}"));
    let file = File::create_new(&fresh)?;
    Ok((fresh, file))
}
