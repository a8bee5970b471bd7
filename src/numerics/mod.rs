//! Roots, quadrature and the normal distribution; knows no physiology.

pub mod normal;
pub mod quadrature;
pub mod roots;
