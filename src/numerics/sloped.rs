//! A value of a function of one variable, together with its slope there.

use std::ops::Mul;

/// Value and slope, in the unit of the function and in that over the unit of its variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sloped {
    /// What the function gives.
    pub value: f64,
    /// Its derivative there.
    pub slope: f64,
}

/// Both times a constant.
impl Mul<f64> for Sloped {
    type Output = Sloped;

    fn mul(self, by: f64) -> Sloped {
        Sloped { value: self.value * by, slope: self.slope * by }
    }
}
