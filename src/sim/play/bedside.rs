//! What the bedside knows of a run at one time, as the criteria of severe respiratory failure ask for it.

use crate::physiology::criteria::Row;
use crate::sim::params::{Breathing, ParamId};
use crate::sim::play::instruments::{Sample, Site};
use crate::sim::play::run::Run;
use crate::sim::reading::quantity::Quantity;

/// Where blood gases come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gases {
    /// The last arterial sample whose result is known.
    LastSample,
    /// The blood as it is.
    Truth,
}

/// The row of this moment.
#[must_use]
pub fn row(run: &Run, gases: Gases) -> Row {
    let now = run.live().snapshot();
    let params = &now.params;
    let read = |key: &str| Quantity::from_key(key).and_then(|quantity| quantity.read(&now).ok());
    let known = |sample: &&Sample| sample.order.site() == Site::Arterial && sample.is_known_at(run.steps());
    let last = run.samples().iter().filter(known).max_by_key(|sample| sample.drawn_step).map(|sample| sample.reported);
    let [po2_art_mmhg, pco2_art_mmhg, ph_art] = match gases {
        Gases::Truth => ["po2_art_at_37_mmhg", "pco2_art_at_37_mmhg", "ph_art_at_37"].map(read),
        Gases::LastSample => [last.map(|gas| gas.po2_mmhg), last.map(|gas| gas.pco2_mmhg), last.map(|gas| gas.ph)],
    };
    let ventilated = params.breathing() == Breathing::Ventilated;
    let of_ventilator = |value: Option<f64>| value.filter(|_| ventilated);
    Row {
        time_s: run.time_s(),
        po2_art_mmhg,
        pco2_art_mmhg,
        ph_art,
        spo2_frac: run.readings().spo2_frac.ok(),
        fio2_frac: params.get(ParamId::Fio2),
        peep_cmh2o: params.get(ParamId::Peep),
        plateau_cmh2o: of_ventilator(read("plateau_cmh2o")),
        mean_airway_cmh2o: of_ventilator(read("mean_airway_pressure_cmh2o")),
        tidal_ml_per_kg: of_ventilator(read("tidal_volume_per_kg_ml")),
        compliance_ml_per_cmh2o: of_ventilator(if params.mechanics() {
            read("compliance_now_ml_per_cmh2o")
        } else {
            Some(params.get(ParamId::Compliance))
        }),
        rate_per_min: of_ventilator(Some(params.get(ParamId::VentilatorRate))),
        pb_mmhg: params.get(ParamId::Pb),
        on_membrane: params.ecmo(),
    }
}
