//! What the model rests on: the formulas of the literature with where they hold, the laws behind them, and what is left
//! out.

pub mod formulas;
pub mod laws;
pub mod not_modelled;
