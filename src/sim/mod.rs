//! The patient: parameters, steady state, and what is read off them.

pub mod params;
pub mod patient;
pub mod steady;
pub mod snapshot;
pub mod quantity;
pub mod sampling;
