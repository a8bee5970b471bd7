//! Who has asked for the truth of a case plays it no more as one he does not know.

use crate::scenario::record::{self, Line, Seen};
use crate::store::{self, native};
use crate::study::challenge_maker::code::CaseCode;

/// Puts down in the record that the truth of a case was asked for.
pub(super) fn note_seen(code: CaseCode) {
    let Some(path) = native::record::default_file(|name| std::env::var_os(name)) else { return };
    let time = store::clock::now().map(|now| now.to_string());
    let line = Line::Seen(Seen { time, code: code.to_string() });
    // Words without a number: JSON holds them.
    let Ok(line) = record::to_line(&line) else { return };
    if let Err(error) = native::record::append(&path, &record::head(), &line) {
        super::complain(&format!("the record does not say that the truth was seen: {error}"));
    }
}
