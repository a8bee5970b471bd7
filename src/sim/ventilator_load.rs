//! What a breath of a ventilator does to the lung of a patient: read off his breathing and, where he has them, his layers.

use crate::physiology::lung_load::{BreathLoad, mechanical_power_j_per_min};
use crate::sim::mechanics::{Breath, LAYERS, LayerTissue};
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::patient::Ventilation;
use crate::units::l_from_ml;

/// The load of a breath; none where no ventilator breathes. An airway that is held moves nothing and has no power.
#[must_use]
pub fn breath_load(
    params: &Params,
    ventilation: &Ventilation,
    lung: Option<(&Breath, &[LayerTissue; LAYERS])>,
) -> Option<BreathLoad> {
    if params.breathing() != Breathing::Ventilated {
        return None;
    }
    let tidal_l = l_from_ml(ventilation.tidal_ml().unwrap_or(0.0));
    // Right after a change cells that opened for the old breath may hold the new one at less than PEEP.
    let (rate, driving) = (ventilation.rate_per_min, ventilation.driving_cmh2o.max(0.0));
    let peep = lung.map_or(params.get(ParamId::Peep), |(breath, _)| breath.expired.airway_cmh2o);
    let square = lung.map_or(params.pressure_controlled(), |(breath, _)| breath.pattern.square);
    let mut load = BreathLoad {
        power_j_per_min: mechanical_power_j_per_min(rate, tidal_l, peep, driving, square),
        driving_cmh2o: driving,
        ..BreathLoad::default()
    };
    if let Some((breath, layers)) = lung {
        load.strain_ratio = breath.strain().unwrap_or(0.0);
        load.recruited_frac = breath.tidal_recruitment_frac(layers);
        load.overdistended_frac = breath.overdistended_frac(layers);
    }
    Some(load)
}
