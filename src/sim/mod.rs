//! The patient: parameters, steady state, and what is read off them.

pub mod params;
pub mod patient;
mod capillary;
pub mod steady;
pub mod vessels;
pub mod mechanics;
pub mod perfusion;
mod breathing;
pub mod snapshot;
pub mod time;
pub mod attribution;
pub mod quantity;
pub mod sampling;
pub mod instruments;
pub mod moves;
pub mod run;
pub mod followed;
