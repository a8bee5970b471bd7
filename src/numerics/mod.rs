//! Roots, quadrature, steps in time and the normal distribution; knows no physiology.

pub mod filter;
pub mod normal;
pub mod quadrature;
pub mod roots;
pub mod sdirk;
