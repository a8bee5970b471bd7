//! The wall clock: when a file was saved. No result depends on it.

use web_time::{SystemTime, UNIX_EPOCH};

use crate::scenario::session::UtcTime;

/// The moment; none where the system's clock stands before 1970 or after 9999.
#[must_use]
pub fn now() -> Option<UtcTime> {
    #[expect(clippy::disallowed_methods, reason = "a file says when it was saved")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    UtcTime::from_unix_s(i64::try_from(since.as_secs()).ok()?)
}

/// A number that is another at every start: what falls by lot begins with it.
#[must_use]
pub fn lot() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "nothing but the order of a covered pair rests on it")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() ^ u64::from(since.subsec_nanos())
}
