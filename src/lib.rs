//! Isoshunt: a simulator of pulmonary gas exchange that teaches why oxygen sometimes does not work.
#![warn(missing_docs)]

pub mod figure;
pub mod physiology;
pub mod sim;
pub mod units;
