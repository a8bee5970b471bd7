//! `words`: what the window says, by key, for a translation; `--words`: the window in another language.

use std::io::{self, Write};
use std::path::Path;

use thiserror::Error;

use super::error::CliError;
use crate::store::native;
use crate::text::{
    shown,
    words::{self, LanguageError},
};

/// Why a window does not speak a language; each fault with its file.
#[derive(Debug, Error)]
#[error("{}", .faults.iter().map(|fault| format!("{}: {fault}", shown(.file))).collect::<Vec<_>>().join("\n"))]
pub struct NotSpoken {
    file: String,
    faults: Vec<LanguageError>,
}

/// Prints every text in English, as a translation is written.
pub(super) fn print(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &words::english())?;
    writeln!(out)
}

/// Has the window speak the language of a file.
///
/// # Errors
/// A file that cannot be read, or [`NotSpoken`].
pub(super) fn speak(path: &Path) -> Result<(), CliError> {
    let file = path.to_string_lossy().into_owned();
    let bytes = native::read_bounded(path)?;
    words::speak(&String::from_utf8_lossy(&bytes)).map_err(|faults| NotSpoken { file, faults })?;
    Ok(())
}
