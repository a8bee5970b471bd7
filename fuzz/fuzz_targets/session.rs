//! Looks for bytes that the reader of sessions does not stand: `scripts/fuzz session SECONDS`.
#![no_main]

mod session_property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    session_property::a_session_is_read_whole_or_refused(bytes);
});
