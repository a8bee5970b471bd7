//! What the bedside knows of a run at one time, as the criteria of severe respiratory failure ask for it.

use crate::physiology::criteria::{PumpRow, Row};
use crate::physiology::ladder::Standing;
use crate::sim::params::{Breathing, ParamId, Position};
use crate::sim::play::instruments::{Sample, Site};
use crate::sim::play::run::{Run, time_of_step_s};
use crate::sim::reading::quantity::Quantity;

/// Where blood gases come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gases {
    /// The last arterial sample whose result is known.
    LastSample,
    /// The blood as it is.
    Truth,
}

/// What the ladder of rescue asks for at this moment.
#[must_use]
pub fn standing(run: &Run, gases: Gases) -> Standing {
    let now = run.live().snapshot();
    let params = &now.params;
    let read = |key: &str| Quantity::from_key(key).and_then(|quantity| quantity.read(&now).ok());
    let pump_l_per_min = match (&now.pump, params.ecmo()) {
        (Some(pump), _) => pump.flow_l_per_min,
        (None, true) => params.get(ParamId::PumpFlow),
        (None, false) => 0.0,
    };
    Standing {
        row: row(run, gases),
        prone: params.mechanics() && params.position() == Position::Prone,
        blocked: params.paralysed(),
        inhaled_vasodilator: params.get(ParamId::InhaledNo) > 0.0 || params.get(ParamId::InhaledProstacyclin) > 0.0,
        pump_l_per_min,
        right_ventricle_frac: read("right_ventricle_frac"),
        o2_delivery_ml_per_min: now.estimates.gas.o2_delivery_ml_per_min,
        admixture_frac: read("venous_admixture_frac"),
        dead_space_frac: read("bohr_enghoff_frac"),
        output_l_per_min: now.output_l_per_min(),
    }
}

/// The row of this moment.
#[must_use]
pub fn row(run: &Run, gases: Gases) -> Row {
    let now = run.live().snapshot();
    let params = &now.params;
    let read = |key: &str| Quantity::from_key(key).and_then(|quantity| quantity.read(&now).ok());
    let arterial = |sample: &&Sample| matches!(sample.order.site(), Site::Arterial | Site::RightArm);
    let known = |sample: &&Sample| arterial(sample) && sample.is_known_at(run.steps());
    let last = run.samples().iter().filter(known).max_by_key(|sample| sample.drawn_step);
    let gas_drawn_s = last.filter(|_| gases == Gases::LastSample).map(|sample| time_of_step_s(sample.drawn_step));
    let last = last.map(|sample| sample.reported);
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
        gas_drawn_s,
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
        sweep_off: params.ecmo() && params.get(ParamId::Sweep) <= 0.0,
        into_aorta: now.bypass.map(|bypass| PumpRow {
            flow_l_per_min: bypass.pump_l_per_min,
            ejected_l_per_min: now.ejected_l_per_min(),
            arterial_mmhg: read("arterial_pressure_mmhg"),
            left_atrium_mmhg: read("left_atrium_now_mmhg"),
            central_venous_mmhg: read("right_atrial_pressure_mmhg"),
        }),
    }
}
