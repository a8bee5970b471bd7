//! Where a run begins: a steady state made into amounts of gas.

use nalgebra::Vector2;

use super::ledger::Ledger;
use super::line::Line;
use super::per_gas::PerGas;
use super::setup::{Setup, contents_of};
use super::state::LiveState;
use super::tissue::Tissue;
use super::unit::{Mode, Unit};
use crate::physiology::blood::Coordinates;
use crate::physiology::breathing_control::ControlState;
use crate::physiology::lung_load::LungLoad;
use crate::physiology::lung_unit::Contents;
use crate::sim::circulation::vessels::{FlowState, VesselGases};
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::Ventilation;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::{MixedBlood, SteadyState, UnitState, Work, mixed_blood};
use crate::units::{DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG};

/// Alveolar PCO2 of a patient without a steady state whose run begins all the same, mmHg.
const START_PCO2_MMHG: f64 = 40.0;
/// How far alveolar PO2 of such a patient stands below inspired PO2, mmHg.
const START_PO2_DROP_MMHG: f64 = 50.0;

/// Most O2 that the tissues of such a patient have taken out of the blood, and most CO2 that they have given to it,
/// mL/dL: those of a resting adult. What they use beyond that takes its course.
const START_GAIN_ML_PER_DL: Vector2<f64> = Vector2::new(-5.0, 4.0);

/// Share of what tissues use at which blood that leaves them is as in quiet breathing; `gain` is theirs of all of it.
fn quiet_share(gain: Vector2<f64>) -> f64 {
    let share = |most: f64, now: f64| if now.abs() > most.abs() { most / now } else { 1.0 };
    share(START_GAIN_ML_PER_DL.x, gain.x).min(share(START_GAIN_ML_PER_DL.y, gain.y))
}

/// Where a run begins.
pub(super) fn start(params: &Params, setup: &mut Setup) -> LiveState {
    let mut model = Model::new();
    if let Ok(snapshot) = model.snapshot(params) {
        if let Some(lung) = model.lung() {
            setup.take_lung(params, lung.clone(), setup.asked());
        }
        return state_of(params, setup, &snapshot, &[], 1.0);
    }
    // Without a steady state: quiet breathing, as far as the inspired gas allows it.
    let chemistry = &setup.chemistry;
    let pio2 = setup.base.fio2_frac * setup.supply.dry_mmhg;
    let po2 = (pio2 - START_PO2_DROP_MMHG).max(0.35 * pio2);
    let gas = chemistry.gas_at_tensions(po2, START_PCO2_MMHG);
    let pn2_mmhg = setup.supply.dry_mmhg - po2 - START_PCO2_MMHG;
    let arterial = MixedBlood { gas, pn2_mmhg };
    // The output set: a heart that has stopped has only just stopped.
    let flow = DL_PER_L * params.get(ParamId::CardiacOutput);
    let used = setup.metabolism(gas.o2_ml_per_dl, None) / flow;
    let share = quiet_share(used);
    let used = used * share;
    let at = Coordinates { virtual_po2_mmhg: 40.0, bicarbonate_mmol_per_l: 25.0 };
    let n2 = N2_SOLUBILITY_ML_PER_DL_MMHG * pn2_mmhg;
    let venous_contents = Contents::new(gas.o2_ml_per_dl + used.x, gas.co2_ml_per_dl + used.y, n2);
    let venous = mixed_blood(chemistry, &venous_contents, at).0;
    let state = SteadyState {
        arterial,
        venous,
        pulmonary_arterial: venous,
        vo2_ml_per_min: -used.x * flow,
        vco2_ml_per_min: used.y * flow,
        supply_limited: false,
        ecmo: None,
        around_heart: None,
        work: Work::default(),
    };
    let units: Vec<UnitState> = setup
        .base
        .units
        .iter()
        .map(|unit| UnitState {
            po2_alv_mmhg: po2,
            pn2_alv_mmhg: pn2_mmhg,
            capillary: gas,
            given_l_per_min: 0.0,
            inspired_l_per_min: 0.0,
            expired_l_per_min: 0.0,
            perfusion_l_per_min: unit.perfusion_l_per_min,
        })
        .collect();
    let snapshot = Snapshot::read(params.clone(), &setup.patient, setup.ventilation, state, units, None);
    state_of(params, setup, &snapshot, &[], share)
}

/// Departures of the veins in a steady state.
pub(super) fn veins_of(steady: &SteadyState) -> [PerGas; 3] {
    steady.around_heart.map_or_else(Default::default, |of| of.veins.map(Into::into))
}

/// The state of a patient in a steady state, some units collapsed; `setup` takes over breathing and flows in it. The
/// tissues have given `used_share` of what they use and make to the blood that leaves them: all of it in a steady state.
pub(super) fn state_of(
    params: &Params,
    setup: &mut Setup,
    target: &Snapshot,
    collapsed: &[bool],
    used_share: f64,
) -> LiveState {
    let Snapshot { state: steady, units, .. } = target;
    let arterial = contents_of(&steady.arterial);
    let venous = contents_of(&steady.venous);
    let pulmonary = contents_of(&steady.pulmonary_arterial);
    let (pco2, po2) = (steady.arterial.gas.pco2_mmhg, steady.arterial.gas.po2_mmhg);
    let drive = setup.controller.map(|controller| ControlState::settled(pco2, po2, &controller));
    if let (Some(controller), Some(drive)) = (setup.controller, &drive) {
        let pattern = controller.pattern(controller.minute_l_per_min(drive));
        setup.breathe(params, Ventilation::of_pattern(&pattern));
    }
    let gone: Vec<bool> = (0..setup.units.len())
        .map(|i| collapsed.get(i).copied().unwrap_or(setup.plugged(i) && params.absorption()))
        .collect();
    let is_collapsed = |i: usize| gone[i];
    let mut flows = FlowState::baseline(setup.base.units.len());
    if let Some((tone, vessels)) = &setup.tone {
        let po2_ven = steady.pulmonary_arterial.gas.po2_mmhg;
        let mut given = units.iter();
        let po2_alv = (0..setup.base.units.len()).map(|i| match is_collapsed(i) {
            true => po2_ven,
            false => given.next().map_or(po2_ven, |unit| unit.po2_alv_mmhg),
        });
        let gases = VesselGases { po2_ven_mmhg: po2_ven, ph_art: steady.arterial.gas.ph };
        flows.targets(tone, vessels, gases, po2_alv);
    }
    setup.distribute(&flows, &[]);
    let setup = &*setup;
    let chemistry = &setup.chemistry;
    let around = setup.around();
    let mut given = units.iter();
    let lung = setup
        .units
        .iter()
        .enumerate()
        .map(|(i, setting)| {
            if is_collapsed(i) {
                return Unit { mode: Mode::Collapsed, ..Unit::nowhere() };
            }
            if setup.plugged(i) || setup.shut {
                // Held in shape: its gas is that of the blood which passes it.
                let blood = &steady.pulmonary_arterial;
                let mut unit = Unit {
                    gas: [blood.gas.po2_mmhg, blood.gas.pco2_mmhg, blood.pn2_mmhg].map(|p| p * setting.floor_l).into(),
                    mode: Mode::Rigid,
                    ..Unit::nowhere()
                };
                unit.find_blood(&around, setting, &pulmonary);
                return unit;
            }
            given.next().map_or_else(Unit::nowhere, |unit| {
                Unit::of_gas(&around, setting, setting.rest_l, unit.po2_alv_mmhg, unit.capillary.pco2_mmhg, &pulmonary)
            })
        })
        .collect();
    let membrane = setup.circuit.membrane.map(|of| {
        let around = setup.around_membrane(&of);
        let (po2, pco2, drained) = steady.ecmo.map_or((of.gas.pio2_mmhg, 0.0, venous), |ecmo| {
            // Blood of the unit alone, before what bypasses it joins: what is drained is some of it and the rest.
            let (share, in_drained) = (of.mixing.unit_in_returned, of.mixing.unit_in_drained);
            let [returned, drained] = [&ecmo.returned, &ecmo.drained].map(contents_of);
            let rest = if setup.circuit.drained.is_some() {
                (drained * share - returned * in_drained) / (share - in_drained)
            } else {
                venous
            };
            let unit = (returned - rest * (1.0 - share)) / share;
            let gas = mixed_blood(chemistry, &unit, [100.0, 24.0].into()).0.gas;
            let po2_mmhg = if of.conductance.is_some() { ecmo.gas_po2_mmhg } else { gas.po2_mmhg };
            (po2_mmhg, gas.pco2_mmhg, contents_of(&ecmo.drained))
        });
        Unit::of_gas(&around, &setup.membrane_unit, setup.membrane_unit.rest_l, po2, pco2, &drained)
    });
    let used = setup.metabolism(arterial.x, setup.held_ml_per_dl(&steady.venous.gas)) * used_share;
    let venous_at = chemistry.at_tensions(steady.venous.gas.po2_mmhg, steady.venous.gas.pco2_mmhg);
    let tissues = [0, 1].map(|i| {
        let setting = &setup.tissues[i];
        // A heart that has stopped has only just stopped.
        let least = DL_PER_L * params.get(ParamId::CardiacOutput) * setting.flow_dl_per_min
            / setup.tissues.iter().map(|tissue| tissue.flow_dl_per_min).sum::<f64>();
        let flow = if setup.arrested { setting.flow_dl_per_min.max(least) } else { setting.flow_dl_per_min };
        let gain = used * (setup.metabolism_shares[i] / flow);
        let out = [arterial.x + gain.x, arterial.y + gain.y];
        Tissue::of_contents(chemistry, setting, out, venous_at)
    });
    LiveState {
        steps: 0,
        units: lung,
        membrane,
        arterial: arterial.into(),
        venous: venous.into(),
        arterial_at: chemistry.at_tensions(steady.arterial.gas.po2_mmhg, steady.arterial.gas.pco2_mmhg),
        venous_at,
        expired: PerGas::default(),
        flows,
        lung: setup.lung.as_ref().map(LayeredLung::memory),
        veins: setup.circuit.drained.map(|_| veins_of(steady)),
        drive,
        drift: None,
        arterial_line: Line::full_of(params.get(ParamId::ArterialLine), &arterial),
        venous_line: Line::full_of(params.get(ParamId::VenousLine), &venous),
        tissues,
        n2_ml: setup.n2.map(|tissue| tissue.capacity_ml_per_mmhg * arterial.z / N2_SOLUBILITY_ML_PER_DL_MMHG),
        ledger: Ledger {
            start_ml: PerGas::default(),
            inspired_ml: PerGas::default(),
            expired_ml: PerGas::default(),
            metabolised_ml: PerGas::default(),
            adjusted_ml: PerGas::default(),
            stored_ml: PerGas::default(),
        },
        load: LungLoad::default(),
    }
}
