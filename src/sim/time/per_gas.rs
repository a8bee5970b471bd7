//! Amounts, contents and flows of the three gases, each by its name.

use std::ops::AddAssign;

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

/// One number each for O2, CO2 and N2; a file has them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f64; 3]", into = "[f64; 3]")]
pub struct PerGas {
    /// O2.
    pub o2: f64,
    /// CO2.
    pub co2: f64,
    /// N2.
    pub n2: f64,
}

impl PerGas {
    /// Each by itself.
    #[must_use]
    pub fn map(self, of: impl FnMut(f64) -> f64) -> PerGas {
        self.to_array().map(of).into()
    }

    /// All together.
    #[must_use]
    pub fn sum(self) -> f64 {
        self.o2 + self.co2 + self.n2
    }

    /// In the order of a file.
    #[must_use]
    pub fn to_array(self) -> [f64; 3] {
        [self.o2, self.co2, self.n2]
    }
}

impl From<[f64; 3]> for PerGas {
    fn from([o2, co2, n2]: [f64; 3]) -> Self {
        PerGas { o2, co2, n2 }
    }
}

impl From<PerGas> for [f64; 3] {
    fn from(of: PerGas) -> Self {
        of.to_array()
    }
}

impl From<Vector3<f64>> for PerGas {
    fn from(of: Vector3<f64>) -> Self {
        PerGas { o2: of.x, co2: of.y, n2: of.z }
    }
}

impl From<PerGas> for Vector3<f64> {
    fn from(of: PerGas) -> Self {
        Vector3::new(of.o2, of.co2, of.n2)
    }
}

impl AddAssign<Vector3<f64>> for PerGas {
    fn add_assign(&mut self, gas: Vector3<f64>) {
        self.o2 += gas.x;
        self.co2 += gas.y;
        self.n2 += gas.z;
    }
}
