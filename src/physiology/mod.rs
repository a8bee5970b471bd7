//! Pure functions of gas exchange, one file per published idea.

pub mod acid_base;
pub mod aeration;
pub mod air_bubble;
pub mod altitude;
pub mod blood;
pub mod blood_storage;
pub mod breathing_control;
pub mod co2_content;
pub mod criteria;
pub mod diffusion;
pub mod distribution;
pub mod expected_gradient;
pub mod hpv;
pub mod indices;
pub mod iso_pco2;
pub mod lung_tissue;
pub mod lung_unit;
pub mod membrane;
mod mixing;
pub mod o2_content;
pub mod oximeter;
pub mod pulmonary_vessels;
pub mod recruitment;
pub mod right_heart;
pub mod saturation;
pub mod unit_state;
pub mod water_vapour;
