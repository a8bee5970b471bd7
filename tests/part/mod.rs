//! How much of a test of many patients runs: a fixed part in `./check`, the whole in `./check long`.

/// `whole` in `./check long`, which sets `ISOSHUNT_LONG`, otherwise `part`.
pub(crate) fn of(whole: u64, part: u64) -> u64 {
    if std::env::var_os("ISOSHUNT_LONG").is_some() { whole } else { part }
}
