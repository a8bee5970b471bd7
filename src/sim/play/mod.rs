//! What happens to a patient: moves at the bedside, instruments, and the run that carries them.

pub mod bedside;
pub mod instruments;
pub mod moves;
pub mod player;
pub mod run;
