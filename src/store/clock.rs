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
