//! Looks for bytes that a reader of scenarios or cases does not stand: `scripts/fuzz scenario SECONDS`.
#![no_main]

mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::a_file_is_read_whole_or_refused(bytes));
