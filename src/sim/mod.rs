//! The patient: parameters, steady state, the run, and what is read off them.

pub mod params;
pub mod ventilation;
pub mod circuit;
pub mod patient;
mod capillary;
pub mod steady;
pub mod circulation;
pub mod mechanics;
pub mod ventilator_load;
mod breathing;
pub mod time;
pub mod reading;
pub mod play;
