//! Work on a patient that takes many solves and grows in slices: what lowers PaO2, and how much of it each cause makes.

pub mod attribution;
