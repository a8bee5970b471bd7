//! Where every millilitre of gas went.

use nalgebra::Vector3;
use serde::{Deserialize, Serialize};

/// Gas that entered and left the patient since the run began: O2, CO2, N2, mL(STPD).
///
/// ```text
/// stored = stored at start + inspired − expired − consumed + produced + adjusted
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// What the patient held when the run began.
    pub start_ml: [f64; 3],
    /// Breathed in, sweep gas included.
    pub inspired_ml: [f64; 3],
    /// Breathed out, spent sweep gas included.
    pub expired_ml: [f64; 3],
    /// O2 consumed (negative), CO2 produced.
    pub metabolised_ml: [f64; 3],
    /// Brought or taken by a change of parameters: blood of another kind, other stores, a jump to the steady state.
    pub adjusted_ml: [f64; 3],
    /// What it holds now.
    pub stored_ml: [f64; 3],
}

impl Ledger {
    /// Gas not accounted for, mL: 0 but for rounding.
    #[must_use]
    pub fn lost_ml(&self) -> [f64; 3] {
        [0, 1, 2].map(|x| {
            self.start_ml[x] + self.inspired_ml[x] - self.expired_ml[x] + self.metabolised_ml[x] + self.adjusted_ml[x]
                - self.stored_ml[x]
        })
    }

    /// Gas turned over since the run began, mL.
    #[must_use]
    pub fn turnover_ml(&self) -> [f64; 3] {
        [0, 1, 2].map(|x| self.inspired_ml[x] + self.expired_ml[x] + self.metabolised_ml[x].abs())
    }
}

pub(super) fn add(to: &mut [f64; 3], gas: Vector3<f64>) {
    for (to, gas) in to.iter_mut().zip(&gas) {
        *to += gas;
    }
}
