//! Looks for a course that does not come back as it was: `scripts/fuzz course SECONDS`.
#![no_main]

mod course_property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| course_property::a_course_is_saved_loaded_and_replayed_to_the_bit(bytes));
