//! What is solved twice, by the model and by an integrator of others: lungs, changes, and the units as they stand then.
//!
//! Changed blood takes seconds to come back to the lung, so for the first 4 s after a change venous blood is constant
//! and each unit is three ordinary equations on its own.

use isoshunt::sim::params::{ParamId as P, Params, SwitchId};
use isoshunt::sim::steady::UnitState;
use isoshunt::sim::time::Live;
use serde::{Deserialize, Serialize};

/// When the two are compared, s after the change.
pub(crate) const TIMES_S: [f64; 3] = [1.0, 2.0, 4.0];

/// What gas may do beside the ventilation that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Airway {
    /// What is not taken up is expired; lung that takes up more shrinks.
    Breathing,
    /// The same, but lung that takes up more draws in what it lacks.
    HeldOpen,
    /// Nothing comes and nothing goes.
    Shut,
}

/// From the steady state of one patient into the first seconds of another.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What happens.
    pub(crate) name: &'static str,
    /// Which of the lungs.
    pub(crate) lung: usize,
    /// The patient until then.
    pub(crate) before: Params,
    /// The patient from then on.
    pub(crate) after: Params,
    /// Ventilation of each unit over that before.
    pub(crate) scale: f64,
    /// O2 in the gas that is breathed from then on.
    pub(crate) inspired_o2_frac: f64,
    /// How it is breathed.
    pub(crate) airway: Airway,
}

/// PO2 and PCO2 of a unit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Tensions {
    /// mmHg.
    pub(crate) po2_mmhg: f64,
    /// mmHg.
    pub(crate) pco2_mmhg: f64,
}

/// A unit at the change.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct UnitAtStart {
    /// Ventilation from then on, L/min.
    pub(crate) given_l_per_min: f64,
    /// L/min.
    pub(crate) perfusion_l_per_min: f64,
    /// Gas at rest, L.
    pub(crate) volume_l: f64,
    /// What it holds.
    pub(crate) tensions: Tensions,
}

/// O2, CO2 and N2 of mixed venous blood.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct VenousAtStart {
    /// mL/dL.
    pub(crate) o2_ml_per_dl: f64,
    /// mL/dL.
    pub(crate) co2_ml_per_dl: f64,
    /// mL/dL.
    pub(crate) n2_ml_per_dl: f64,
}

/// Blood and lung at the change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Sum of the dry gas pressures, mmHg.
    pub(crate) dry_mmhg: f64,
    /// Blood that comes to the lung.
    pub(crate) venous: VenousAtStart,
    /// Its units.
    pub(crate) units: Vec<UnitAtStart>,
}

/// What the integrator makes of a unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Solved {
    /// At [`TIMES_S`].
    pub(crate) tensions: [Tensions; 3],
    /// Least volume at any of the times over that at rest.
    pub(crate) volume_frac: f64,
}

/// A case as it was solved by the integrator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// [`Case::name`].
    pub(crate) name: String,
    /// [`Case::lung`].
    pub(crate) lung: usize,
    /// What it began with.
    pub(crate) start: Start,
    /// For each unit what came of it.
    pub(crate) solved: Vec<Solved>,
}

/// PO2 and PCO2 of units.
pub(crate) fn tensions(units: &[UnitState], dry_mmhg: f64) -> Vec<Tensions> {
    let one = |unit: &UnitState| Tensions {
        po2_mmhg: unit.po2_alv_mmhg,
        pco2_mmhg: dry_mmhg - unit.po2_alv_mmhg - unit.pn2_alv_mmhg,
    };
    units.iter().map(one).collect()
}

impl Case {
    /// The patient at the change, and what the units then are.
    pub(crate) fn begin(&self) -> (Live, Start) {
        let live = Live::new(&self.before);
        let dry_mmhg = self.before.get(P::Pb) - 47.0;
        let venous = live.venous();
        let venous = VenousAtStart {
            o2_ml_per_dl: venous.gas.o2_ml_per_dl,
            co2_ml_per_dl: venous.gas.co2_ml_per_dl,
            n2_ml_per_dl: 0.0017 * venous.pn2_mmhg,
        };
        let units: Vec<UnitState> = live.units().collect();
        let flow_l_per_min: f64 = units.iter().map(|unit| unit.perfusion_l_per_min).sum();
        let at_start = |(unit, tensions): (&UnitState, Tensions)| UnitAtStart {
            given_l_per_min: self.scale * unit.inspired_l_per_min,
            perfusion_l_per_min: unit.perfusion_l_per_min,
            volume_l: self.before.get(P::Frc) * unit.perfusion_l_per_min / flow_l_per_min,
            tensions,
        };
        let units = units.iter().zip(tensions(&units, dry_mmhg)).map(at_start).collect();
        (live, Start { dry_mmhg, venous, units })
    }
}

/// A patient whose units all lose volume as soon as they take up more than they get.
fn patient_of(settings: &[(P, f64)]) -> Params {
    let mut params = Params::default();
    params.set_all(&[(P::ClosingPressure, 30.0), (P::ClosingPressureSd, 0.5)]).expect("in range");
    params.set_all(settings).expect("in range");
    params
}

fn with_switches(params: &Params, settings: &[(SwitchId, &str)]) -> Params {
    let mut params = params.clone();
    for (switch, option) in settings {
        params.set_switch(*switch, option).expect("an option");
    }
    params
}

/// Every change in every lung: an ordinary one; one of wide spread; a small one, its units below 1 mL.
pub(crate) fn cases() -> Vec<Case> {
    let lungs = [
        patient_of(&[]),
        patient_of(&[(P::Mode1LogSd, 1.5), (P::Mode1Units, 25.0)]),
        patient_of(&[(P::Mode1LogSd, 1.5), (P::Frc, 0.2)]),
    ];
    let of = |(lung, params): (usize, Params)| {
        let oxygen = |params: &Params| params.with(P::Fio2, 1.0).expect("in range");
        let apnoea = |airway| with_switches(&params, &[(SwitchId::Breathing, "apnoea"), (SwitchId::Airway, airway)]);
        // A unit that begins to shrink does so from the end of a step: held open, none does.
        let open = with_switches(&params, &[(SwitchId::Absorption, "off")]);
        let less = params.with(P::AlveolarVentilation, 0.3 * params.get(P::AlveolarVentilation)).expect("in range");
        let case = |name, before: &Params, after: Params, scale, inspired_o2_frac, airway| Case {
            name,
            lung,
            before: before.clone(),
            after,
            scale,
            inspired_o2_frac,
            airway,
        };
        let rich = oxygen(&params);
        [
            case("oxygen washes in", &open, oxygen(&open), 1.0, 1.0, Airway::HeldOpen),
            case("ventilation falls to a third", &params, less, 0.3, params.get(P::Fio2), Airway::Breathing),
            case("a closed lung shrinks", &params, apnoea("closed"), 0.0, 1.0, Airway::Shut),
            case("an open lung draws in oxygen", &params, apnoea("open_to_oxygen"), 0.0, 1.0, Airway::HeldOpen),
            case("lung that takes up more than it gets shrinks", &rich, rich.clone(), 1.0, 1.0, Airway::Breathing),
        ]
    };
    lungs.into_iter().enumerate().flat_map(of).collect()
}
