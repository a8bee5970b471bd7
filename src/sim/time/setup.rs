//! What follows from the parameters, the breathing and the flows in force.

use nalgebra::{Vector2, Vector3};

use super::tissue::TissueSetting;
use super::unit::{Mode, Surroundings, Unit, UnitSetting};
use crate::physiology::blood::Chemistry;
use crate::physiology::breathing_control::Controller;
use crate::physiology::hpv::Tone;
use crate::physiology::lung_unit::{Basis, Contents, GasSupply};
use crate::sim::params::{Airway, ParamId, Params, SUPPLY_LIMIT_FRAC};
use crate::sim::patient::{self, MembraneFlow, Patient, Ventilation};
use crate::sim::perfusion::{Baseline, FlowState};
use crate::sim::steady::MixedBlood;
use crate::units::{BTPS_STPD_MMHG_L_PER_ML, DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG, PH2O_MMHG, ROOM_AIR_FIO2_FRAC};

/// Everything that follows from the parameters, the breathing and the flows in force.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    /// The lung as the parameters cut it up, breathing `reference_l_per_min`.
    pub(super) base: Patient,
    pub(super) reference_l_per_min: f64,
    /// The patient with the flows and the breathing in force.
    pub(super) patient: Patient,
    pub(super) chemistry: Chemistry,
    pub(super) ventilation: Ventilation,
    pub(super) supply: GasSupply,
    pub(super) conductance: Option<f64>,
    /// Whether the airway of the whole lung is shut.
    pub(super) shut: bool,
    /// Flow behind plugs as the parameters have it, L/min; 0 without any.
    pub(super) plugged_l_per_min: f64,
    /// Flow past everything, L/min.
    pub(super) shunt_l_per_min: f64,
    pub(super) units: Vec<UnitSetting>,
    pub(super) membrane: Option<MembraneFlow>,
    pub(super) membrane_unit: UnitSetting,
    pub(super) tissues: [TissueSetting; 2],
    /// Blood flow to lean tissue and fat, dL/min, and their N2 capacity, mL/mmHg.
    pub(super) n2: [(f64, f64); 2],
    pub(super) metabolism_shares: [f64; 2],
    /// Turnover of the pools, per minute.
    pub(super) pool_rates: [f64; 2],
    /// Baseline tone, where hypoxia moves flow.
    pub(super) tone: Option<Tone>,
    /// What controls breathing, where anything does.
    pub(super) controller: Option<Controller>,
}

pub(super) fn kappa(flow_l_per_min: f64) -> f64 {
    BTPS_STPD_MMHG_L_PER_ML * DL_PER_L * flow_l_per_min
}

impl Setup {
    /// The patient as set; what is in force of breathing and flows comes after.
    pub(super) fn new(params: &Params) -> Setup {
        let get = |id| params.get(id);
        let set = Ventilation::new(params);
        // How the lung is cut up must not depend on whether it is breathed just now.
        let reference = [set, Ventilation::spontaneous(params)]
            .into_iter()
            .find(|ventilation| ventilation.alveolar_l_per_min > 0.0)
            .unwrap_or(Ventilation { alveolar_l_per_min: 1.0, ..set });
        let mut base = Patient::empty();
        base.update_breathing(params, &reference);
        let output = base.cardiac_output_l_per_min;
        let dry_mmhg = base.pb_mmhg - PH2O_MMHG;
        let plugged_frac = get(ParamId::PluggedShare);
        let exchanging: f64 = base.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
        let with_gas = output * (1.0 - patient::shunt_frac(params));
        let plugged_l_per_min = if exchanging > 0.0 { with_gas * plugged_frac } else { 0.0 };
        let frc_l = get(ParamId::Frc);
        let floor_frac = get(ParamId::ClosedFloor);
        let shaped = |rest_l: f64, floor_l: f64| UnitSetting { kappa: 0.0, ratio: 0.0, rest_l, floor_l, feedback: 0.0 };
        let mut units: Vec<UnitSetting> = base
            .units
            .iter()
            .map(|unit| {
                let rest_l = frc_l * (1.0 - plugged_frac) * unit.perfusion_l_per_min / exchanging;
                shaped(rest_l, floor_frac * rest_l)
            })
            .collect();
        if plugged_l_per_min > 0.0 {
            units.push(shaped(frc_l * plugged_frac, frc_l * plugged_frac));
        }
        let membrane = base.membrane();
        let gas_l = get(ParamId::MembraneGas);
        let membrane_unit = membrane.map_or(shaped(gas_l, gas_l), |of| UnitSetting {
            kappa: kappa(of.mixing.unit_flow_l_per_min),
            ratio: of.ratio,
            feedback: of.mixing.unit_in_drained,
            ..shaped(gas_l, gas_l)
        });
        let flow = DL_PER_L * output;
        let fast = get(ParamId::FastTissueFlow);
        let fat = get(ParamId::FatFlow);
        let tissue =
            |share: f64, o2, co2| TissueSetting { capacity: [get(o2), get(co2)], flow_dl_per_min: flow * share };
        let metabolism = get(ParamId::FastTissueMetabolism);
        // From a cold start each time: what was solved before must leave no trace in the last bit. A patient whose
        // baseline cannot be found keeps the flows that are set.
        let tone = params.hpv().then(|| Baseline::new().tone(params, base.units.len()).ok().cloned()).flatten();
        let mut setup = Setup {
            chemistry: Chemistry::new(&base.blood),
            supply: GasSupply { dry_mmhg, pio2_mmhg: 0.0, drawn_po2_mmhg: 0.0 },
            conductance: None,
            shut: false,
            plugged_l_per_min,
            shunt_l_per_min: 0.0,
            units,
            membrane,
            membrane_unit,
            tissues: [
                tissue(fast, ParamId::TissueO2Fast, ParamId::TissueCo2Fast),
                tissue(1.0 - fast, ParamId::TissueO2Slow, ParamId::TissueCo2Slow),
            ],
            n2: [(flow * (1.0 - fat), get(ParamId::TissueN2Lean)), (flow * fat, get(ParamId::TissueN2Fat))],
            metabolism_shares: [metabolism, 1.0 - metabolism],
            pool_rates: [output / get(ParamId::ArterialPool), output / get(ParamId::VenousPool)],
            ventilation: set,
            patient: base.clone(),
            reference_l_per_min: reference.alveolar_l_per_min,
            tone,
            controller: params.breathing_controlled().then(|| patient::controller(params)),
            base,
        };
        setup.breathe(params, set);
        setup
    }

    /// Takes over a way of breathing.
    pub(super) fn breathe(&mut self, params: &Params, ventilation: Ventilation) {
        let breathing = ventilation.alveolar_l_per_min > 0.0;
        let airway = params.airway();
        self.shut = !breathing && airway == Airway::Closed;
        let inspired_frac = match airway {
            _ if breathing => self.base.fio2_frac,
            Airway::Oxygen => 1.0,
            Airway::RoomAir | Airway::Closed => ROOM_AIR_FIO2_FRAC,
        };
        let pio2_mmhg = inspired_frac * self.supply.dry_mmhg;
        self.supply = GasSupply { pio2_mmhg, drawn_po2_mmhg: pio2_mmhg, ..self.supply };
        self.ventilation = ventilation;
        let scale = ventilation.alveolar_l_per_min / self.reference_l_per_min;
        self.patient.dead_space_l_per_min = self.base.dead_space_l_per_min * scale;
        for (unit, base) in self.patient.units.iter_mut().zip(&self.base.units) {
            unit.ventilation_l_per_min = base.ventilation_l_per_min * scale;
        }
    }

    /// Gives blood and gas to the units as they are: flows by vasoconstriction, the ventilation of collapsed units to
    /// the others.
    pub(super) fn distribute(&mut self, flows: &FlowState, lung: &[Unit]) {
        flows.apply(&self.base, &mut self.patient);
        let patient = &self.patient;
        // Lung behind plugs answers like the rest of what is not ventilated.
        let plug_scale =
            if self.base.shunt_l_per_min > 0.0 { patient.shunt_l_per_min / self.base.shunt_l_per_min } else { 1.0 };
        let plugged = self.plugged_l_per_min * plug_scale;
        self.shunt_l_per_min = patient.shunt_l_per_min - plugged;
        let (mut lost, mut left, mut exchanging) = (0.0, 0.0, 0.0);
        for (unit, flow) in lung.iter().zip(&patient.units) {
            if unit.mode == Mode::Collapsed {
                lost += flow.ventilation_l_per_min;
            } else {
                left += flow.ventilation_l_per_min;
                exchanging += flow.perfusion_l_per_min;
            }
        }
        let scale = if left > 0.0 { 1.0 + lost / left } else { 1.0 };
        let count = patient.units.len();
        for (setting, flow) in self.units.iter_mut().zip(&patient.units) {
            setting.kappa = kappa(flow.perfusion_l_per_min);
            setting.ratio = flow.ventilation_l_per_min * scale / setting.kappa;
        }
        if let Some(plug) = self.units.get_mut(count) {
            plug.kappa = kappa(plugged);
        }
        // Nothing exchanges where all is collapsed: any conductance will do.
        let exchanging = if exchanging > 0.0 { exchanging } else { patient.cardiac_output_l_per_min };
        self.conductance = patient.dlo2_ml_per_min_mmhg.map(|dlo2| dlo2 / (DL_PER_L * exchanging));
    }

    pub(super) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            chemistry: &self.chemistry,
            basis: self.patient.basis,
            supply: self.supply,
            conductance: self.conductance,
        }
    }

    pub(super) fn around_membrane<'a>(&'a self, of: &MembraneFlow) -> Surroundings<'a> {
        Surroundings { chemistry: &self.chemistry, basis: Basis::Inspired, supply: of.gas, conductance: None }
    }

    /// Whether unit `i` is lung behind a plug.
    pub(super) fn plugged(&self, i: usize) -> bool {
        self.plugged_l_per_min > 0.0 && i + 1 == self.units.len()
    }

    /// Whether unit `i` still exchanges gas: it has not collapsed, nor is it a plugged one held in shape, whose gas only
    /// comes to balance with the blood.
    pub(super) fn exchanges(&self, i: usize, unit: &Unit) -> bool {
        unit.mode != Mode::Collapsed && !(unit.mode == Mode::Rigid && self.plugged(i))
    }

    pub(super) fn inspired_gas(&self) -> Vector3<f64> {
        let GasSupply { dry_mmhg, pio2_mmhg, .. } = self.supply;
        Vector3::new(pio2_mmhg, 0.0, dry_mmhg - pio2_mmhg)
    }

    /// O2 and CO2 that the tissues use (negative) and make, mL/min, for arterial blood of this O2 content.
    pub(super) fn metabolism(&self, o2_art_ml_per_dl: f64) -> Vector2<f64> {
        let patient = &self.patient;
        let supply = SUPPLY_LIMIT_FRAC * DL_PER_L * patient.cardiac_output_l_per_min * o2_art_ml_per_dl;
        Vector2::new(-patient.vo2_ml_per_min.min(supply), patient.vco2_ml_per_min())
    }
}

/// Contents of a mixed blood.
pub(super) fn contents_of(blood: &MixedBlood) -> Contents {
    Contents::new(blood.gas.o2_ml_per_dl, blood.gas.co2_ml_per_dl, N2_SOLUBILITY_ML_PER_DL_MMHG * blood.pn2_mmhg)
}
