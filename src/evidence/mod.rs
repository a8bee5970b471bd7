//! What the model rests on: the formulas of the literature, with where they hold and where they stand.

pub mod formulas;
