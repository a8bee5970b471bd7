//! Where every millilitre of gas went.

use serde::{Deserialize, Serialize};

use super::per_gas::PerGas;

/// Gas that entered and left the patient since the run began, mL(STPD).
///
/// ```text
/// stored = stored at start + inspired − expired − consumed + produced + adjusted
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// What the patient held when the run began.
    pub start_ml: PerGas,
    /// Breathed in, sweep gas included.
    pub inspired_ml: PerGas,
    /// Breathed out, spent sweep gas included.
    pub expired_ml: PerGas,
    /// O2 consumed (negative), CO2 produced.
    pub metabolised_ml: PerGas,
    /// Brought or taken by a change of parameters: blood of another kind, other stores, a jump to the steady state.
    pub adjusted_ml: PerGas,
    /// What it holds now.
    pub stored_ml: PerGas,
}

impl Ledger {
    /// Gas not accounted for, mL: 0 but for rounding.
    #[must_use]
    pub fn lost_ml(&self) -> PerGas {
        let lost = |of: fn(PerGas) -> f64| {
            of(self.start_ml) + of(self.inspired_ml) - of(self.expired_ml)
                + of(self.metabolised_ml)
                + of(self.adjusted_ml)
                - of(self.stored_ml)
        };
        PerGas { o2: lost(|ml| ml.o2), co2: lost(|ml| ml.co2), n2: lost(|ml| ml.n2) }
    }

    /// Gas turned over since the run began, mL.
    #[must_use]
    pub fn turnover_ml(&self) -> PerGas {
        let turned = |of: fn(PerGas) -> f64| of(self.inspired_ml) + of(self.expired_ml) + of(self.metabolised_ml).abs();
        PerGas { o2: turned(|ml| ml.o2), co2: turned(|ml| ml.co2), n2: turned(|ml| ml.n2) }
    }
}
