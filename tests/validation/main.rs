//! The model against published figures, row by row, and every scenario against the band its sources give.
//!
//! `tests/data/published` holds figures from the literature with quantity, inputs, value, unit, tolerance, source and
//! how the figure was obtained. Every row is either checked or named as context with the reason; a row that no check
//! knows is a failure. `cargo test --test validation -- --nocapture` prints the model's value beside each figure.
#![expect(clippy::print_stdout, reason = "the model's value beside each published one is what these tests are for")]

mod aeration;
mod bedside;
mod causes;
mod blood;
mod bypass;
mod circuit_in_time;
mod ecmo;
mod lung;
mod posture;
mod published;
mod scenarios;
mod temperature;
mod time;
mod wide_vessels;
