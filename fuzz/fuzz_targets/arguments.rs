//! Looks for arguments that the program does not stand: `scripts/fuzz arguments SECONDS`.
#![no_main]

mod arguments_property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| arguments_property::arguments_are_understood_or_refused(bytes));
