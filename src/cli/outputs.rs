//! Files that a command writes: each its own and none the input, whole or not at all, and what a signal leaves of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use thiserror::Error;

use super::error::{CliError, Exit};
use crate::store::StoreError;
use crate::store::native::{self, AtomicFile};
use crate::text::shown_to;

/// Most characters of a file's name in a message.
const NAME_CHARS: usize = 1000;
/// The name of standard output where a file may stand.
const STANDARD_OUTPUT: &str = "-";

/// Why a command is not begun: one file would be written over another.
#[derive(Debug, Error)]
#[error("{first} and {second} are the same file, {path}", path = shown_to(&.path.to_string_lossy(), NAME_CHARS))]
pub struct SameFile {
    first: &'static str,
    second: &'static str,
    path: PathBuf,
}

/// A file of a command, with the word for it in a message.
pub(super) type Named<'p> = (&'static str, Option<&'p Path>);

/// Refuses files that are the same, before anything is computed. A file that is only read may be among them.
///
/// # Errors
/// [`SameFile`] of the first two.
pub(super) fn apart(files: &[Named<'_>]) -> Result<(), SameFile> {
    let given: Vec<_> = files.iter().filter_map(|(name, path)| Some((*name, (*path)?))).collect();
    for (i, (first, path)) in given.iter().enumerate() {
        let other = given[i + 1..].iter().find(|(_, other)| native::is_same_file(path, other));
        if let Some((second, _)) = other {
            return Err(SameFile { first, second, path: path.to_path_buf() });
        }
    }
    Ok(())
}

/// A file to be written, with its name for messages; `-` is standard output.
pub(super) enum File<'p> {
    /// It appears whole or not at all.
    Whole {
        path: &'p Path,
        file: AtomicFile,
    },
    StandardOutput,
}

impl<'p> File<'p> {
    pub(super) fn create(path: &'p Path) -> Result<File<'p>, CliError> {
        if path == Path::new(STANDARD_OUTPUT) {
            return Ok(File::StandardOutput);
        }
        Ok(File::Whole { path, file: AtomicFile::create(path)? })
    }

    /// Where to write; `out` is standard output.
    pub(super) fn writer<'w>(&'w mut self, out: &'w mut dyn Write) -> &'w mut dyn Write {
        match self {
            File::Whole { file, .. } => file,
            File::StandardOutput => out,
        }
    }

    pub(super) fn commit(self) -> Result<(), CliError> {
        match self {
            File::Whole { file, .. } => Ok(file.commit()?),
            File::StandardOutput => Ok(()),
        }
    }

    /// An error of the output is one of this file.
    pub(super) fn blamed(&self, error: CliError) -> CliError {
        match (error, self) {
            (CliError::Output { source }, File::Whole { path, .. }) => {
                StoreError::Write { path: path.to_path_buf(), source }.into()
            }
            (other, _) => other,
        }
    }
}

/// Writes rows to the file that is asked for, or to standard output.
///
/// # Errors
/// [`CliError`] of the rows, or of the file.
pub(super) fn write(
    out: &mut dyn Write,
    path: Option<&Path>,
    rows: impl FnOnce(&mut dyn Write) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let Some(path) = path else { return rows(out) };
    let mut file = File::create(path)?;
    rows(file.writer(out)).map_err(|error| file.blamed(error))?;
    file.commit()
}

/// Whether whoever reads standard output has seen enough.
pub(super) fn is_closed(error: &CliError) -> bool {
    matches!(error, CliError::Output { source } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Signals that end a command between two rows: Ctrl-C and SIGTERM. The second one ends the program at once.
#[derive(Debug)]
pub(super) struct Signals(Arc<AtomicBool>);

impl Signals {
    /// Listens from now on. Where the system does not allow it, a signal ends the program as ever.
    pub(super) fn listen() -> Signals {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            let second =
                flag::register_conditional_shutdown(signal, Exit::Interrupted.code().into(), Arc::clone(&asked));
            // Only together: a first signal that does nothing and no second one that ends would be worse than neither.
            if second.is_ok() {
                let _ = flag::register(signal, Arc::clone(&asked));
            }
        }
        Signals(asked)
    }

    /// Whether one has come.
    pub(super) fn have_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
