//! Functions with the same bits everywhere, roots, least squares, quadrature, steps in time, the normal distribution and
//! shares of a whole; knows no physiology.

pub mod filter;
pub mod float;
pub mod illinois;
pub mod least_squares;
pub mod newton;
pub mod normal;
pub mod quadrature;
pub mod roots;
pub mod sdirk;
pub mod shapley;
pub mod sloped;
