//! What holds for any bytes given as a session: the fuzz target looks for what breaks it, the ordinary tests replay what
//! it has seen.

use isoshunt::scenario::session::{parse, to_json};
use isoshunt::scenario::{MAX_FAULTS, ScenarioError};

/// No bytes make the reader panic. A session that is read is written and read back to the bit, and can go on; what is
/// refused has a reason of bounded length. True where a run was read.
pub(crate) fn a_session_is_read_whole_or_refused(bytes: &[u8]) -> bool {
    match parse(bytes, "fuzz.json") {
        Ok(session) => {
            let json = to_json(&session).unwrap_or_else(|error| panic!("{error}"));
            let back = parse(&json, "written.json").unwrap_or_else(|error| panic!("{error}"));
            // As text: also where values are equal and bits are not, 0 and -0.
            assert_eq!(to_json(&back).unwrap_or_else(|error| panic!("{error}")), json);
            // What is damaged beside it costs no more than a replay.
            if let Ok(mut run) = back.run {
                run.advance(2);
                assert_eq!(run.live().check(), Ok(()));
            }
            true
        }
        Err(ScenarioError::Refused { faults, more, .. }) => {
            assert!((1..=MAX_FAULTS).contains(&faults.len()) && (more == 0 || faults.len() == MAX_FAULTS));
            let messages: Vec<_> = faults.iter().map(ToString::to_string).collect();
            assert!(messages.iter().all(|line| line.len() < 3_000 && !line.contains(char::is_control)), "{messages:?}");
            false
        }
        Err(error) => panic!("{error}"),
    }
}
