//! What the operating system says of itself in files: which shared libraries there are, how much memory is in use.

use std::path::{Path, PathBuf};

use super::read_bounded;

/// Where the loader keeps the list of shared libraries it knows.
const LOADER_CACHE: &str = "/etc/ld.so.cache";

/// Those of `names` that the loader would not find: neither in its list nor in one of `folders` (those of
/// `LD_LIBRARY_PATH`). Where the system keeps no such list, nothing can be said and nothing is missing.
#[must_use]
pub fn missing_libraries<'a>(names: &[&'a str], folders: &[PathBuf]) -> Vec<&'a str> {
    match read_bounded(Path::new(LOADER_CACHE)) {
        Ok(cache) => {
            let in_folder = |name: &str| folders.iter().any(|folder| folder.join(name).exists());
            names.iter().copied().filter(|name| !lists(&cache, name) && !in_folder(name)).collect()
        }
        Err(_) => Vec::new(),
    }
}

/// Whether the loader's list has a library: paths that end in its name, each closed by a zero byte.
fn lists(cache: &[u8], name: &str) -> bool {
    let path = [b"/", name.as_bytes()].concat();
    cache.split(|byte| *byte == 0).any(|entry| entry.ends_with(&path))
}

/// Memory of this process that is resident, in MiB; none where the system does not say.
#[must_use]
pub fn resident_mib() -> Option<f64> {
    let status = read_bounded(Path::new("/proc/self/status")).ok()?;
    resident_mib_in(&String::from_utf8_lossy(&status))
}

fn resident_mib_in(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_the_loaders_list_is_searched_by_whole_name() {
        let cache = b"glibc-ld.so.cache1.1\0\x03/lib/libX11.so.6\0/usr/lib/libX11-xcb.so.1\0/lib/mylibGL.so.1\0";
        assert!(lists(cache, "libX11-xcb.so.1") && lists(cache, "libX11.so.6"));
        assert!(!lists(cache, "libX11-xcb.so"));
        assert!(!lists(cache, "libGL.so.1"));
    }

    #[test]
    fn inv_resident_memory_is_read_in_mib() {
        assert_eq!(resident_mib_in("VmPeak:\t  9000 kB\nVmRSS:\t  2048 kB\n"), Some(2.0));
        assert_eq!(resident_mib_in("VmPeak:\t  9000 kB\n"), None);
    }
}
