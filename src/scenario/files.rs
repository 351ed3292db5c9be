//! Where do the files stand that a scenario, a sweep or a search names, and which of them may it read?
//!
//! Comes in: a name as somebody wrote it. Goes out: the bytes of that file, or why not. Must never know: what they mean.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Nothing has this name.
    #[error("there is no such file")]
    Missing,
    /// The name leads out of the folder, by itself or through a link.
    #[error("it is not in the folder of the file that names it, nor below")]
    Outside,
    /// A folder.
    #[error("it is a folder")]
    Folder,
    /// A pipe or a device, which may have no end.
    #[error("it is not a plain file")]
    NotPlain,
    /// More bytes than are read.
    #[error("it is larger than {} MB", .most / 1024 / 1024)]
    TooLarge {
        /// The most that are read.
        most: u64,
    },
    /// It holds more or less than the system says: it is being written, or made up by the system as it is read.
    #[error("it holds more or less than its length says")]
    Length,
    /// All files that are named hold more together than is kept.
    #[error("with it, the files that are named hold more than {} MB", .most / 1024 / 1024)]
    Together {
        /// The most that is kept.
        most: u64,
    },
    /// What the system says.
    #[error("{0}")]
    System(String),
}

impl FileError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Outside => "move it there; if you trust who wrote this, --allow-outside reads it where it is",
            Self::Length => "copy it to a plain file when nobody writes to it",
            Self::TooLarge { .. } | Self::Together { .. } => "a thinned posterior tells the same",
            _ => "it stands beside the file that names it",
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            std::io::ErrorKind::PermissionDenied => Self::System("permission denied".into()),
            _ => Self::System(error.to_string()),
        }
    }
}

/// Files by name. Names have `/` between their parts, as they are written in a scenario.
pub trait Files: Debug + Send + Sync {
    /// The bytes of the file called `name`, at most `most`.
    ///
    /// # Errors
    /// [`FileError`]: there is none, it is not to be read, or it is longer.
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, FileError>;

    /// The name as people see it in messages.
    fn shown(&self, name: &str) -> String {
        name.into()
    }
}

/// Files in memory: of a test, of a page in a browser, of another program.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    /// Adds a file, or puts `contents` in the place of what has this name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, contents: impl Into<Vec<u8>>) -> Self {
        self.0.insert(simple(&name.into()), contents.into());
        self
    }
}

impl Files for Memory {
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, FileError> {
        match self.0.get(name) {
            None => Err(FileError::Missing),
            Some(contents) if contents.len() as u64 > most => Err(FileError::TooLarge { most }),
            Some(contents) => Ok(contents.clone()),
        }
    }
}

/// The plain files in a folder of this machine and below it, and nothing else.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    outside: bool,
}

impl Folder {
    /// The files below `root`; of the empty path, below the current folder.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), outside: false }
    }

    /// Whether plain files elsewhere are read too: where a person says so, not where a file asks for it.
    #[must_use]
    pub fn allow_outside(self, outside: bool) -> Self {
        Self { outside, ..self }
    }

    /// Where the file called `name` stands.
    fn path(&self, name: &str) -> Result<PathBuf, FileError> {
        let path = self.root.join(name);
        if self.outside {
            return Ok(path);
        }
        if !stays_below(name) {
            return Err(FileError::Outside);
        }
        let root = if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root };
        let (root, path) = (root.canonicalize()?, path.canonicalize()?);
        if path.starts_with(root) { Ok(path) } else { Err(FileError::Outside) }
    }
}

impl Files for Folder {
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, FileError> {
        let path = self.path(name)?;
        // Before it is opened, because opening a pipe waits for somebody to write to it; and after, in case it was replaced.
        plain(&std::fs::metadata(&path)?)?;
        let mut file = std::fs::File::open(&path)?;
        let data = file.metadata()?;
        plain(&data)?;
        if data.len() > most {
            return Err(FileError::TooLarge { most });
        }
        let length = usize::try_from(data.len()).map_err(|_| FileError::TooLarge { most })?;
        let mut bytes = vec![0; length];
        let read = file.read_exact(&mut bytes);
        if read.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof) {
            return Err(FileError::Length);
        }
        read?;
        if file.read(&mut [0])? > 0 { Err(FileError::Length) } else { Ok(bytes) }
    }

    fn shown(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }
}

fn plain(data: &std::fs::Metadata) -> Result<(), FileError> {
    match (data.is_dir(), data.is_file()) {
        (true, _) => Err(FileError::Folder),
        (_, false) => Err(FileError::NotPlain),
        _ => Ok(()),
    }
}

/// The name without parts that lead nowhere: `./a//b` is `a/b`.
pub(super) fn simple(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if name.starts_with('/') { format!("/{}", parts.join("/")) } else { parts.join("/") }
}

/// Whether `name` leads down from where it starts, on every system: `\` parts names on some, and `C:` begins an absolute one.
fn stays_below(name: &str) -> bool {
    let is_drive = name.as_bytes().get(1) == Some(&b':') && name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let parts = || Path::new(name).components();
    !name.is_empty() && !is_drive && !name.contains('\\') && parts().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
