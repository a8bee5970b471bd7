//! Where blood flows: the heart with its vessels, and the share of flow that each part of the lung gets.

pub mod vessels;
pub mod perfusion;
