//! Who has asked for the truth of a case plays it no more as one he does not know.

use crate::scenario::record::{Line, Seen};
use crate::store;
use crate::study::challenge_maker::code::CaseCode;

/// Puts down in the record that the truth of a case was asked for.
pub(super) fn note_seen(code: CaseCode) {
    let Some(path) = store::record::default_file(|name| std::env::var_os(name)) else { return };
    let time = store::clock::now().map(|now| now.to_string());
    let line = Line::Seen(Seen { time, code: code.to_string() });
    if let Err(error) = store::record::append(&path, &line) {
        super::complain(&format!("the record does not say that the truth was seen: {error}"));
    }
}
