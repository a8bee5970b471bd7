//! What the model rests on: the formulas of the literature with where they hold, the laws behind them, what is left out,
//! and the trials of rescue.

pub mod formulas;
pub mod laws;
pub mod not_modelled;
pub mod trials;
