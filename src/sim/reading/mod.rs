//! What is read off a patient: a snapshot of every moment, the table of its quantities, what a run can be asked for.

pub mod snapshot;
pub mod quantity;
pub mod observable;
pub mod reference;
pub mod sampling;
pub mod steadiness;
pub mod comparison;
pub mod console;
