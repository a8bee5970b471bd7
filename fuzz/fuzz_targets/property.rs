//! What holds for any bytes: the fuzz target looks for what breaks it, the ordinary tests replay what it has seen.

use isoshunt::scenario::{MAX_FAULTS, ScenarioError, cases, parse, to_json};

/// No bytes make a reader panic; what is read is written and read back the same, and what is refused has a reason of
/// bounded length.
pub(crate) fn a_file_is_read_whole_or_refused(bytes: &[u8]) {
    match parse(bytes, "fuzz.json") {
        Ok(scenario) => {
            let json = to_json(&scenario);
            let back = parse(&json, "written.json").unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(back, scenario);
            // Also where values are equal and bits are not: 0 and -0.
            assert_eq!(to_json(&back), json);
        }
        Err(error) => has_a_reason(&error),
    }
    if let Err(error) = cases::parse(bytes, "fuzz.json") {
        has_a_reason(&error);
    }
}

fn has_a_reason(error: &ScenarioError) {
    let ScenarioError::Refused { faults, more, .. } = error else { panic!("{error}") };
    assert!((1..=MAX_FAULTS).contains(&faults.len()) && (*more == 0 || faults.len() == MAX_FAULTS));
    let message = error.to_string();
    assert_eq!(message.lines().count(), faults.len() + usize::from(*more > 0));
    assert!(message.lines().all(|line| line.len() < 3_000 && !line.contains(char::is_control)), "{message:?}");
}
