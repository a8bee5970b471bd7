//! Pure functions of gas exchange, one file per published idea.

pub mod lung_unit;
