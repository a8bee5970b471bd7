//! What of a patient has moved by itself, as it is saved.

use serde::{Deserialize, Serialize};

use crate::sim::params::{ParamError, ParamId, Params};

/// What is saved of a run in which something moves by itself: the parameters that do, and what breaking red cells leave
/// in the plasma.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// Carboxyhaemoglobin over all haemoglobin.
    pub(super) cohb_frac: f64,
    /// Haemoglobin, g/dL.
    pub(super) hb_g_per_dl: f64,
    /// Temperature, °C.
    pub(super) temperature_c: f64,
    /// O2 consumption asked for, mL/min.
    pub(super) vo2_ml_per_min: f64,
    /// Coat of the membrane.
    pub(super) coat_frac: f64,
    /// Clot of the membrane.
    pub(super) clot_frac: f64,
    /// Water in its fibres.
    pub(super) water_frac: f64,
    /// Haemoglobin in the plasma, mg/dL.
    pub(super) plasma_hb_mg_per_dl: f64,
}

impl Drift {
    /// What of these parameters may drift.
    pub(super) fn of(params: &Params, plasma_hb_mg_per_dl: f64) -> Drift {
        let get = |id| params.get(id);
        Drift {
            cohb_frac: get(ParamId::Cohb),
            hb_g_per_dl: get(ParamId::Hb),
            temperature_c: get(ParamId::Temperature),
            vo2_ml_per_min: get(ParamId::Vo2),
            coat_frac: get(ParamId::MembraneCoat),
            clot_frac: get(ParamId::MembraneClot),
            water_frac: get(ParamId::MembraneWater),
            plasma_hb_mg_per_dl,
        }
    }

    fn values(&self) -> [(ParamId, f64); 7] {
        [
            (ParamId::Cohb, self.cohb_frac),
            (ParamId::Hb, self.hb_g_per_dl),
            (ParamId::Temperature, self.temperature_c),
            (ParamId::Vo2, self.vo2_ml_per_min),
            (ParamId::MembraneCoat, self.coat_frac),
            (ParamId::MembraneClot, self.clot_frac),
            (ParamId::MembraneWater, self.water_frac),
        ]
    }

    /// The parameters with what has drifted in its place.
    ///
    /// # Errors
    /// Every [`ParamError`] found.
    pub(super) fn applied(&self, params: &Params) -> Result<Params, Vec<ParamError>> {
        let mut next = params.clone();
        next.set_all(&self.values())?;
        Ok(next)
    }
}
