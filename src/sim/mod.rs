//! The patient: parameters, steady state, and what is read off them.

pub mod params;
pub mod patient;
pub mod steady;
