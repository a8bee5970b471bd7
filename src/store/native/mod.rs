//! Native files: bounded reading, and writing that leaves either the old file or the whole new one.
//!
//! The one room that names `std::fs` and a thread. [`files`] is the store of a desktop, [`autosave`] what it saves of a
//! run that goes on; the command line, which waits for its files, calls what stands here.

pub mod autosave;
pub mod files;
pub mod record;
pub mod system;

use std::fs::{self, File, FileType, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{MAX_FILE_BYTES, StoreError, check_size};

/// Names tried for a temporary file before giving up.
const TEMPORARY_NAMES: u32 = 100;

/// Reads a regular file of at most [`MAX_FILE_BYTES`].
///
/// # Errors
/// As [`read_bounded_to`].
pub fn read_bounded(path: &Path) -> Result<Vec<u8>, StoreError> {
    read_bounded_to(path, MAX_FILE_BYTES)
}

/// Reads a regular file of at most `limit_bytes`. Never waits for another program: nothing but a file is opened.
///
/// # Errors
/// [`StoreError`] where it is not a file, too large (then it is not read), or cannot be read.
pub fn read_bounded_to(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, StoreError> {
    let read = |source| StoreError::Read { path: path.to_owned(), source };
    let fits = |metadata: &Metadata| {
        check_is_file(path, metadata)?;
        check_size(path, metadata.len(), limit_bytes)
    };
    // To open a FIFO is to wait for its writer, so it is looked at first; and again once it is open, since it may have
    // been exchanged in between.
    fits(&fs::metadata(path).map_err(read)?)?;
    let file = open_without_waiting(path).map_err(read)?;
    fits(&file.metadata().map_err(read)?)?;
    let mut bytes = Vec::new();
    // A file may grow while it is read, and some of /proc say that they are empty.
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(read)?;
    check_size(path, bytes.len() as u64, limit_bytes)?;
    Ok(bytes)
}

/// Opens a file for reading; one that gives its bytes only when somebody writes them, as some of /proc do, is an error
/// and not a wait.
fn open_without_waiting(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")))]
    {
        /// As the kernel has it on these machines.
        const O_NONBLOCK: i32 = 0o4000;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NONBLOCK);
    }
    options.open(path)
}

/// A file that may be locked, open for writing where that is allowed: some network file systems lock no other. None
/// where the name stands for something else: to open a FIFO would be to wait, and links are not followed.
fn open_lock(path: &Path) -> Option<File> {
    fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
    OpenOptions::new().write(true).open(path).or_else(|_| File::open(path)).ok()
}

/// The files of a folder whose names end in `.{extension}`, in the order of their names; folders in it are left out.
///
/// # Errors
/// [`StoreError::Read`] where it is no folder, or cannot be read.
fn files_of(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, StoreError> {
    let read = |source| StoreError::Read { path: folder.to_owned(), source };
    let mut out: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(read)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == extension) && path.is_file())
        .collect();
    out.sort();
    Ok(out)
}

/// The folders of a folder, in the order of their names; those whose names begin with a full stop are left out.
///
/// # Errors
/// [`StoreError::Read`] where it is no folder, or cannot be read.
fn folders_of(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let read = |source| StoreError::Read { path: folder.to_owned(), source };
    let hidden = |path: &PathBuf| path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let mut out: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(read)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !hidden(path) && path.is_dir())
        .collect();
    out.sort();
    Ok(out)
}

/// What a folder holds; nothing where it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn check_is_file(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(StoreError::NotAFile { path: path.to_owned(), kind: kind_of(metadata.file_type()) })
}

#[cfg(unix)]
fn kind_of(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if file_type.is_dir() => "a directory",
        () if file_type.is_fifo() => "a FIFO",
        () if file_type.is_socket() => "a socket",
        () => "a device",
    }
}

#[cfg(not(unix))]
fn kind_of(file_type: FileType) -> &'static str {
    if file_type.is_dir() { "a directory" } else { "a device" }
}

/// Whether two paths lead to one file: there already, by links too, or once it is written.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        fs::canonicalize(path).or_else(|_| {
            Ok::<_, io::Error>(fs::canonicalize(folder_of(path))?.join(path.file_name().unwrap_or_default()))
        })
    };
    match (place(one), place(other)) {
        (Ok(one), Ok(other)) => one == other || is_linked(&one, &other),
        // What cannot be found is told where it is opened.
        _ => one == other,
    }
}

/// Whether two names stand for one file on the disk.
#[cfg(unix)]
fn is_linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_linked(_: &Path, _: &Path) -> bool {
    false
}

/// As [`write_atomic`], with the folder made where there is none; only its user reads it.
///
/// # Errors
/// As [`write_atomic`].
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    autosave::create_private_folder(folder_of(path))
        .map_err(|source| StoreError::Write { path: path.to_owned(), source })?;
    write_atomic(path, bytes)
}

/// The path that a text calls, as [`name_of`](super::name_of) or a person has written it.
#[must_use]
pub fn path_of(name: &str) -> PathBuf {
    #[cfg(unix)]
    {
        use super::FOREIGN_BYTES;
        use std::os::unix::ffi::OsStringExt;
        let mut bytes = Vec::with_capacity(name.len());
        for letter in name.chars() {
            match u32::from(letter).checked_sub(FOREIGN_BYTES).map(u8::try_from) {
                Some(Ok(byte)) => bytes.push(byte),
                _ => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        std::ffi::OsString::from_vec(bytes).into()
    }
    #[cfg(not(unix))]
    PathBuf::from(name)
}

/// Reads a file that need not be there, of at most `limit_bytes`.
///
/// # Errors
/// As [`read_bounded_to`], where there is one.
fn read_optional(path: &Path, limit_bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
    match read_bounded_to(path, limit_bytes) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file whole: on an error the old one, if there is one, is untouched.
///
/// # Errors
/// As [`AtomicFile::create`] and [`AtomicFile::commit`].
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|source| StoreError::Write { path: path.to_owned(), source })?;
    file.commit()
}

/// A file being written under a temporary name in its own folder; it takes its name with [`AtomicFile::commit`] and is
/// removed when dropped before.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    /// Where the file will stand: `path` with symbolic links followed.
    target: PathBuf,
    temporary: PathBuf,
    writer: BufWriter<File>,
    committed: bool,
}

impl AtomicFile {
    /// Starts to write.
    ///
    /// # Errors
    /// [`StoreError::NotAFile`] where the path is something else, [`StoreError::Write`] where its folder does not
    /// exist or may not be written, or the file itself is write-protected.
    pub fn create(path: &Path) -> Result<AtomicFile, StoreError> {
        let write = |source| StoreError::Write { path: path.to_owned(), source };
        let old = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(write(error)),
        };
        if let Some(old) = &old {
            check_is_file(path, old)?;
            // The rename would get round it.
            if old.permissions().readonly() {
                return Err(write(io::Error::new(io::ErrorKind::PermissionDenied, "the file is write-protected")));
            }
        }
        let target = if old.is_some() { fs::canonicalize(path).map_err(write)? } else { path.to_owned() };
        if target.file_name().is_none() {
            return Err(write(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file")));
        }
        let (temporary, file) = create_temporary(folder_of(&target)).map_err(write)?;
        let file =
            AtomicFile { path: path.to_owned(), target, temporary, writer: BufWriter::new(file), committed: false };
        if let Some(old) = old {
            file.writer.get_ref().set_permissions(old.permissions()).map_err(write)?;
        }
        Ok(file)
    }

    /// Brings what was written to the disk and gives it its name.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the temporary file is removed then.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.finish().map_err(|source| StoreError::Write { path: self.path.clone(), source })
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().sync_all()?;
        fs::rename(&self.temporary, &self.target)?;
        self.committed = true;
        sync_folder(&self.target);
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.committed {
            // The first error is on its way to the user; this one would only hide it.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Brings the name of a file to the disk that is whole and in its place. Some file systems cannot sync a folder, and
/// then the name comes to the disk a little later.
fn sync_folder(path: &Path) {
    // Where folders are no files, opening one is refused, which is as good as not syncing it.
    if cfg!(unix) {
        let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What the name of a temporary file begins and ends with.
const TEMPORARY: [&str; 2] = [".isoshunt-", ".tmp"];

/// A new file under a name that no other file has, locked as long as it is open. What programs left that were killed
/// while they wrote is removed first.
fn create_temporary(folder: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    remove_abandoned(folder);
    let [begin, end] = TEMPORARY;
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for _ in 0..TEMPORARY_NAMES {
        let name = format!("{begin}{}-{}{end}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                // Between the two lines another program may have taken it for abandoned.
                if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) || !path.exists() {
                    continue;
                }
                return Ok((path, file));
            }
            Err(found) if found.kind() == io::ErrorKind::AlreadyExists => error = found,
            Err(other) => return Err(other),
        }
    }
    Err(error)
}

/// Removes temporary files that nobody holds any more. What cannot be removed now can be the next time.
fn remove_abandoned(folder: &Path) {
    let [begin, end] = TEMPORARY;
    let is_temporary = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(begin) && name.ends_with(end))
    };
    for path in entries(folder).into_iter().filter(is_temporary) {
        if open_lock(&path).is_some_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(path);
        }
    }
}
