//! The record on disk: a file that only grows, a line at a time.
//!
//! A line is written by one call and brought to the disk before the case counts as recorded: a program that is killed
//! has recorded a case once or not at all. A last line that is broken is kept aside as `record.bad`, never repaired.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::autosave::{create_private_folder, default_folder};
use super::{StoreError, folder_of, read_optional, write_atomic, write_private};
use crate::scenario::record::{self, Line};

/// Largest record that is read, bytes.
pub const MAX_RECORD_BYTES: u64 = 64 << 20;

/// The file of the record, beside the folder of autosaves; `variable` reads the environment.
#[must_use]
pub fn default_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    default_folder(variable).map(|folder| folder.with_file_name("record.jsonl"))
}

/// A record as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Read {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Lines in it that are not of this form; they are left where they are.
    pub unknown: usize,
    /// Where a broken last line was put.
    pub set_aside: Option<PathBuf>,
}

/// Reads a record; one that is not there is empty. A broken last line goes to `record.bad` beside it.
///
/// # Errors
/// [`StoreError`] where there is a file that cannot be read, or the broken line cannot be put aside.
pub fn read(path: &Path) -> Result<Read, StoreError> {
    let Some(bytes) = read_optional(path, MAX_RECORD_BYTES)? else { return Ok(Read::default()) };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (text, rest) = bytes.split_at(whole);
    let text = String::from_utf8_lossy(text);
    let mut found = Read::default();
    let all: Vec<&str> = text.lines().collect();
    let mut broken_last = (!rest.is_empty()).then(|| rest.to_vec());
    let mut kept = whole;
    for (index, line) in all.iter().enumerate() {
        if index == 0 && record::is_head(line) {
            continue;
        }
        match record::from_line(line) {
            Some(line) => found.lines.push(line),
            None if index + 1 == all.len() && rest.is_empty() && index > 0 => {
                kept = whole - line.len() - 1;
                broken_last = Some(line.as_bytes().to_vec());
            }
            None => found.unknown += 1,
        }
    }
    if let Some(broken) = broken_last {
        let aside = path.with_extension("bad");
        let mut whole_aside = read_optional(&aside, MAX_RECORD_BYTES)?.unwrap_or_default();
        whole_aside.extend_from_slice(&broken);
        whole_aside.push(b'\n');
        write_private(&aside, &whole_aside)?;
        write_atomic(path, &bytes[..kept])?;
        found.set_aside = Some(aside);
    }
    Ok(found)
}

/// Adds a line, and the first one where the file is new; on the disk when this returns.
///
/// # Errors
/// [`StoreError::Write`].
pub fn append(path: &Path, line: &Line) -> Result<(), StoreError> {
    let write = |source| StoreError::Write { path: path.to_owned(), source };
    let text = record::to_line(line).map_err(|error| write(io::Error::other(error)))?;
    create_private_folder(folder_of(path)).map_err(write)?;
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(write)?;
    let is_new = file.metadata().map_err(write)?.len() == 0;
    let text = if is_new { record::head() + &text } else { text };
    file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(write)
}

/// Whether a line could be added: asked before a case begins.
///
/// # Errors
/// [`StoreError::Write`].
pub fn can_append(path: &Path) -> Result<(), StoreError> {
    let write = |source| StoreError::Write { path: path.to_owned(), source };
    create_private_folder(folder_of(path)).map_err(write)?;
    OpenOptions::new().append(true).create(true).open(path).map(|_| ()).map_err(write)
}

/// Forgets all of it.
///
/// # Errors
/// [`StoreError::Write`].
pub fn erase(path: &Path) -> Result<(), StoreError> {
    write_private(path, record::head().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::record::Seen;

    fn seen(code: &str) -> Line {
        Line::Seen(Seen { time: None, code: code.to_owned() })
    }

    #[test]
    fn inv_a_record_grows_and_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new").join("record.jsonl");
        assert_eq!(read(&path).expect("empty"), Read::default());
        can_append(&path).expect("a folder of one's own");
        for code in ["one", "two"] {
            append(&path, &seen(code)).expect("written");
        }
        let found = read(&path).expect("read");
        assert_eq!(found.lines, [seen("one"), seen("two")]);
        assert_eq!((found.unknown, found.set_aside), (0, None));
        erase(&path).expect("erased");
        assert_eq!(read(&path).expect("read").lines, []);
        append(&path, &seen("three")).expect("written");
        assert_eq!(read(&path).expect("read").lines, [seen("three")]);
    }

    #[test]
    fn inv_a_broken_last_line_is_kept_aside_and_the_rest_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("record.jsonl");
        for (number, broken) in [&b"{\"seen\":{\"time\":nu"[..], b"{\"seen\":7}\n"].into_iter().enumerate() {
            append(&path, &seen("one")).expect("written");
            let mut file = OpenOptions::new().append(true).open(&path).expect("there");
            file.write_all(broken).expect("written");
            drop(file);
            let found = read(&path).expect("read");
            assert_eq!(found.lines.len(), number + 1);
            let aside = found.set_aside.expect("put aside");
            let bytes = super::super::read_bounded(&aside).expect("there");
            assert!(
                bytes.ends_with(broken.trim_ascii_end().iter().chain(b"\n").copied().collect::<Vec<_>>().as_slice())
            );
            // Nothing is left to put aside, and what follows begins its own line.
            assert_eq!(read(&path).expect("read").set_aside, None);
        }
        append(&path, &seen("two")).expect("written");
        assert_eq!(read(&path).expect("read").lines.last(), Some(&seen("two")));
    }

    #[test]
    fn inv_a_record_that_cannot_be_written_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let in_the_way = folder.path().join("file");
        write_atomic(&in_the_way, b"x").expect("written");
        assert!(can_append(&in_the_way.join("record.jsonl")).is_err());
        assert!(append(&in_the_way.join("record.jsonl"), &seen("one")).is_err());
    }
}
