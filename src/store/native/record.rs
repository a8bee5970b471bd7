//! The record on disk, and any other file that only grows, a line at a time.
//!
//! A line is written by one call and brought to the disk before it counts as written: a program that is killed has
//! recorded a case once or not at all. A last line that is broken is kept aside as `record.bad`, never repaired.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::autosave::{create_private_folder, data_folder};
use super::{StoreError, folder_of, read_optional, write_atomic, write_private};
use crate::store::{Key, Lines, whole_lines};

/// The file of the record; `variable` reads the environment.
#[must_use]
pub fn default_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(data_folder(variable)?.join(Key::Record.own_name()?))
}

/// Reads such a file, of at most `most_bytes`; one that is not there is empty. A broken last line goes to a file beside
/// it that ends in `.bad`.
///
/// # Errors
/// [`StoreError`] where there is a file that cannot be read, or the broken line cannot be put aside.
pub fn read(path: &Path, is_line: fn(&str) -> bool, most_bytes: u64) -> Result<Lines, StoreError> {
    let Some(bytes) = read_optional(path, most_bytes)? else { return Ok(Lines::default()) };
    let (whole, broken) = bytes.split_at(whole_lines(&bytes, is_line));
    let mut lines = Lines { text: String::from_utf8_lossy(whole).into_owned(), set_aside: None };
    if !broken.is_empty() {
        let aside = path.with_extension("bad");
        let mut whole_aside = read_optional(&aside, most_bytes)?.unwrap_or_default();
        whole_aside.extend_from_slice(broken.strip_suffix(b"\n").unwrap_or(broken));
        whole_aside.push(b'\n');
        write_private(&aside, &whole_aside)?;
        write_atomic(path, whole)?;
        lines.set_aside = Some(aside.display().to_string());
    }
    Ok(lines)
}

/// Adds a line with its end, and `head` before it where the file is new; on the disk when this returns.
///
/// # Errors
/// [`StoreError::Write`].
pub fn append(path: &Path, head: &str, line: &str) -> Result<(), StoreError> {
    let write = |source| StoreError::Write { path: path.to_owned(), source };
    create_private_folder(folder_of(path)).map_err(write)?;
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(write)?;
    let is_new = file.metadata().map_err(write)?.len() == 0;
    let text = if is_new { head.to_owned() + line } else { line.to_owned() };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::record::{self, Line, MAX_RECORD_BYTES, Seen};

    fn seen(code: &str) -> Line {
        Line::Seen(Seen { time: None, code: code.to_owned() })
    }

    fn add(path: &Path, code: &str) -> Result<(), StoreError> {
        append(path, &record::head(), &record::to_line(&seen(code)).expect("plain data"))
    }

    fn read_all(path: &Path) -> (Vec<Line>, usize, Option<String>) {
        let lines = read(path, record::is_line, MAX_RECORD_BYTES).expect("read");
        let (all, unknown) = record::lines_of(&lines.text);
        (all, unknown, lines.set_aside)
    }

    #[test]
    fn inv_a_record_grows_and_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new").join("record.jsonl");
        assert_eq!(read_all(&path), (Vec::new(), 0, None));
        can_append(&path).expect("a folder of one's own");
        for code in ["one", "two"] {
            add(&path, code).expect("written");
        }
        assert_eq!(read_all(&path), (vec![seen("one"), seen("two")], 0, None));
        write_private(&path, record::head().as_bytes()).expect("erased");
        assert_eq!(read_all(&path).0, []);
        add(&path, "three").expect("written");
        assert_eq!(read_all(&path).0, [seen("three")]);
    }

    #[test]
    fn inv_a_broken_last_line_is_kept_aside_and_the_rest_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("record.jsonl");
        for (number, broken) in [&b"{\"seen\":{\"time\":nu"[..], b"{\"seen\":7}\n"].into_iter().enumerate() {
            add(&path, "one").expect("written");
            let mut file = OpenOptions::new().append(true).open(&path).expect("there");
            file.write_all(broken).expect("written");
            drop(file);
            let (lines, _, aside) = read_all(&path);
            assert_eq!(lines.len(), number + 1);
            let bytes = super::super::read_bounded(Path::new(&aside.expect("put aside"))).expect("there");
            assert!(
                bytes.ends_with(broken.trim_ascii_end().iter().chain(b"\n").copied().collect::<Vec<_>>().as_slice())
            );
            // Nothing is left to put aside, and what follows begins its own line.
            assert_eq!(read_all(&path).2, None);
        }
        add(&path, "two").expect("written");
        assert_eq!(read_all(&path).0.last(), Some(&seen("two")));
    }

    #[test]
    fn inv_a_record_that_cannot_be_written_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let in_the_way = folder.path().join("file");
        write_atomic(&in_the_way, b"x").expect("written");
        assert!(can_append(&in_the_way.join("record.jsonl")).is_err());
        assert!(add(&in_the_way.join("record.jsonl"), "one").is_err());
    }
}
