//! What holds for any bytes given as arguments, one a line: the fuzz target looks for what breaks it, the ordinary tests
//! go through what it has seen.

use isoshunt::cli;
use isoshunt::sim::params::resolve_key;
use isoshunt::sim::play::instruments::SampleOrder;
use isoshunt::sim::play::moves::Move;
use isoshunt::text::typed;

/// No arguments make the program panic: they are understood, or refused with a reason; and so is each setting, sample and
/// move among them, with a reason of one line.
pub(crate) fn arguments_are_understood_or_refused(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let arguments = || std::iter::once("isoshunt").chain(text.lines()).map(Into::into);
    let first = cli::understand(arguments());
    if let Err(reason) = &first {
        assert!(!reason.to_string().trim().is_empty());
    }
    let say = |of: Result<_, cli::Unclear>| of.map(|verb| format!("{verb:?}")).map_err(|reason| reason.to_string());
    assert_eq!(say(first), say(cli::understand(arguments())), "the same arguments mean the same");
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        let reasons = [
            resolve_key(key).err().map(|error| error.to_string()),
            value.parse::<SampleOrder>().err().map(|error| error.to_string()),
            value.parse::<Move>().err().map(|error| error.to_string()),
        ];
        for reason in reasons.into_iter().flatten() {
            assert!(!reason.is_empty() && reason.len() < 4_000, "{reason:?}");
            assert!(!reason.contains(char::is_control), "{reason:?}");
        }
        for unit in [None, Some(""), Some("mmHg"), Some("g/dL"), Some("°C"), Some("L/min"), Some("ppm")] {
            assert!(typed::read(value, unit).map_or(true, f64::is_finite), "{value:?} in {unit:?}");
        }
    }
}
