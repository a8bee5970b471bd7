//! What follows from the parameters, the breathing and the flows in force.

use nalgebra::{Vector2, Vector3};

use super::per_gas::PerGas;
use super::tissue::TissueSetting;
use super::unit::{Mode, Surroundings, Unit, UnitSetting};
use crate::physiology::blood::{BloodGas, Chemistry};
use crate::physiology::breathing_control::Controller;
use crate::physiology::cavae::Use;
use crate::physiology::hpv::Tone;
use crate::physiology::lung_unit::{Basis, Contents, GasSupply};
use crate::sim::circuit::{Circuit, MembraneFlow, VenousBlood};
use crate::sim::circulation::perfusion::Baseline;
use crate::sim::circulation::vessels::{FlowState, Vessels};
use crate::sim::mechanics::LungMemory;
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::params::{ParamId, Params, SUPPLY_LIMIT_FRAC};
use crate::sim::patient::{self, LEAST_PERFUSED_FRAC, LEAST_VO2_ML_PER_MIN, Patient, Ventilation};
use crate::sim::steady::{MixedBlood, rq_of_supply};
use crate::sim::ventilation::AirwayGas;
use crate::units::{DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG, O2_SOLUBILITY_ML_PER_DL_MMHG};

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
    /// Which way blood takes.
    pub(super) circuit: Circuit,
    pub(super) membrane_unit: UnitSetting,
    pub(super) tissues: [TissueSetting; 2],
    /// Lean tissue and fat.
    pub(super) n2: [N2Tissue; 2],
    pub(super) metabolism_shares: [f64; 2],
    /// Turnover of the pools, per minute.
    pub(super) pool_rates: [f64; 2],
    /// Baseline tone and what answers it, where vessels do.
    pub(super) tone: Option<(Tone, Vessels)>,
    /// The lung in layers, where the patient has one.
    pub(super) lung: Option<LayeredLung>,
    /// Breathing as asked for; what comes of it in a lung with mechanics is [`Setup::ventilation`].
    asked: Ventilation,
    /// Whether the heart has stopped.
    pub(super) arrested: bool,
    /// Mixed venous saturation that is held, where one is.
    pub(super) held_svo2_frac: Option<f64>,
    /// Shares of the output that tissues and fat get, and volumes of the pools: what follows the output.
    shares: CirculationShares,
    /// What controls breathing, where anything does.
    pub(super) controller: Option<Controller>,
}

/// A store of N2 in balance with the blood that leaves it.
#[derive(Debug, Clone, Copy)]
pub(super) struct N2Tissue {
    pub(super) flow_dl_per_min: f64,
    pub(super) capacity_ml_per_mmhg: f64,
}

/// What of the parameters the flows outside the lung follow from.
#[derive(Debug, Clone, Copy)]
struct CirculationShares {
    fast_frac: f64,
    fat_frac: f64,
    pools_l: [f64; 2],
    lines_l: [f64; 2],
}

fn kappa(k_mmhg_l_per_ml: f64, flow_l_per_min: f64) -> f64 {
    k_mmhg_l_per_ml * DL_PER_L * flow_l_per_min
}

impl Setup {
    /// The patient as set, its lung as remembered; what is in force of breathing and flows comes after.
    pub(super) fn new(params: &Params, memory: Option<&LungMemory>) -> Setup {
        let get = |id| params.get(id);
        let set = Ventilation::new(params);
        // How the lung is cut up must not depend on whether it is breathed just now.
        let reference = [set, Ventilation::spontaneous(params)]
            .into_iter()
            .find(|ventilation| ventilation.alveolar_l_per_min > 0.0)
            .unwrap_or(Ventilation { alveolar_l_per_min: 1.0, ..set });
        let mut base = Patient::empty();
        base.update_breathing(params, &reference);
        let lung = params.mechanics().then(|| match memory {
            Some(memory) => LayeredLung::recalled(params, memory),
            None => LayeredLung::settled(params, &set, None, None).0,
        });
        if let Some(lung) = &lung {
            lung.fill(reference.alveolar_l_per_min, &FlowState::baseline(lung.unit_count()), &mut base);
        }
        let output = base.cardiac_output_l_per_min;
        let plugged_frac = get(ParamId::PluggedShare);
        let exchanging: f64 = base.units.iter().map(|unit| unit.perfusion_l_per_min).sum();
        let with_gas = (output - base.wide_shunt_l_per_min) * (1.0 - patient::shunt_frac(params));
        let plugged_l_per_min = match &lung {
            None if exchanging > 0.0 => with_gas * plugged_frac,
            None => 0.0,
            Some(lung) => (base.shunt_l_per_min - base.wide_shunt_l_per_min) * lung.plugged_share(),
        };
        let frc_l = get(ParamId::Frc);
        let floor_frac = get(ParamId::ClosedFloor);
        let shaped = |rest_l: f64, floor_l: f64| UnitSetting {
            kappa: 0.0,
            ratio: 0.0,
            rest_l,
            floor_l,
            feedback: 0.0,
            diffusing_ratio: 1.0,
        };
        let units: Vec<UnitSetting> = match &lung {
            None => {
                let open = base.units.iter().map(|unit| {
                    let rest_l = frc_l * (1.0 - plugged_frac) * unit.perfusion_l_per_min / exchanging;
                    shaped(rest_l, floor_frac * rest_l)
                });
                let behind = frc_l * plugged_frac;
                open.chain((plugged_l_per_min > 0.0).then(|| shaped(behind, behind))).collect()
            }
            Some(lung) => {
                let lung_units = lung.unit_count();
                let count = lung_units + usize::from(plugged_frac > 0.0);
                let volumes = lung.rest_volumes_l().take(count).enumerate();
                let floor = |i: usize, rest_l: f64| if i < lung_units { floor_frac * rest_l } else { rest_l };
                volumes.map(|(i, rest_l)| shaped(rest_l, floor(i, rest_l))).collect()
            }
        };
        let gas_l = get(ParamId::MembraneGas);
        let membrane_unit = shaped(gas_l, gas_l);
        let tissue = |o2, co2| TissueSetting { capacity: [get(o2), get(co2)], flow_dl_per_min: 0.0 };
        let metabolism = get(ParamId::FastTissueMetabolism);
        // From a cold start each time: what was solved before must leave no trace in the last bit. A patient whose
        // baseline cannot be found keeps the flows that are set.
        let tone = Vessels::new(params).and_then(|vessels| {
            let tone = match &lung {
                Some(lung) => Tone { units: vec![0.0; lung.unit_count()], shunt: 0.0 },
                None => Baseline::new().tone(params, base.units.len()).ok()?.clone(),
            };
            Some((tone, vessels))
        });
        let mut setup = Setup {
            chemistry: Chemistry::new(&base.blood),
            supply: base.inspired_gas(),
            conductance: None,
            shut: false,
            plugged_l_per_min,
            shunt_l_per_min: 0.0,
            units,
            circuit: base.circuit(),
            membrane_unit,
            tissues: [
                tissue(ParamId::TissueO2Fast, ParamId::TissueCo2Fast),
                tissue(ParamId::TissueO2Slow, ParamId::TissueCo2Slow),
            ],
            n2: [get(ParamId::TissueN2Lean), get(ParamId::TissueN2Fat)]
                .map(|capacity_ml_per_mmhg| N2Tissue { flow_dl_per_min: 0.0, capacity_ml_per_mmhg }),
            metabolism_shares: [metabolism, 1.0 - metabolism],
            pool_rates: [0.0; 2],
            lung,
            asked: set,
            arrested: false,
            held_svo2_frac: params.held_svo2_frac(),
            shares: CirculationShares {
                fast_frac: get(ParamId::FastTissueFlow),
                fat_frac: get(ParamId::FatFlow),
                pools_l: [get(ParamId::ArterialPool), get(ParamId::VenousPool)],
                lines_l: [get(ParamId::ArterialLine), get(ParamId::VenousLine)],
            },
            ventilation: set,
            patient: base.clone(),
            reference_l_per_min: reference.alveolar_l_per_min,
            tone,
            controller: params.breathing_controlled().then(|| patient::controller(params)),
            base,
        };
        setup.circulate();
        setup.breathe(params, set);
        setup
    }

    /// Gives the places outside the lung the output that the patient has.
    fn circulate(&mut self) {
        self.circuit = self.patient.circuit();
        let output = self.circuit.output_l_per_min;
        let CirculationShares { fast_frac, fat_frac, pools_l, .. } = self.shares;
        let flow = DL_PER_L * output;
        for (tissue, share) in self.tissues.iter_mut().zip([fast_frac, 1.0 - fast_frac]) {
            tissue.flow_dl_per_min = flow * share;
        }
        for (tissue, share) in self.n2.iter_mut().zip([1.0 - fat_frac, fat_frac]) {
            tissue.flow_dl_per_min = flow * share;
        }
        self.pool_rates = pools_l.map(|volume_l| output / volume_l);
        if let Some(of) = &self.circuit.membrane {
            self.membrane_unit.kappa = kappa(of.gas.k_mmhg_l_per_ml, of.mixing.unit_flow_l_per_min);
            self.membrane_unit.ratio = of.ratio;
            self.membrane_unit.feedback = of.mixing.unit_in_drained;
        }
    }

    /// Lets the cells of a lung in layers go on, and its units take their volumes; what follows of flows is for
    /// [`Setup::distribute`].
    pub(super) fn open_lung(&mut self, params: &Params, dt_s: f64) {
        let Some(lung) = &mut self.lung else { return };
        let ventilation = lung.advance(params, &self.asked, dt_s);
        self.size_units(params);
        self.take_over(params, ventilation);
    }

    /// Takes over a lung and the breathing it was found in.
    pub(super) fn take_lung(&mut self, params: &Params, lung: LayeredLung, asked: Ventilation) {
        self.lung = Some(lung);
        self.size_units(params);
        self.breathe(params, asked);
    }

    /// Breathing as asked for.
    pub(super) fn asked(&self) -> Ventilation {
        self.asked
    }

    fn size_units(&mut self, params: &Params) {
        let Some(lung) = &self.lung else { return };
        let floor_frac = params.get(ParamId::ClosedFloor);
        let count = lung.unit_count();
        for (i, (unit, rest_l)) in self.units.iter_mut().zip(lung.rest_volumes_l()).enumerate() {
            unit.rest_l = rest_l;
            unit.floor_l = if i < count { floor_frac * rest_l } else { rest_l };
        }
    }

    /// Airway pressures that hold lung open and that open it, cmH2O.
    pub(super) fn airway_cmh2o(&self, params: &Params) -> [f64; 2] {
        match &self.lung {
            Some(lung) => [lung.breath.expired.airway_cmh2o, lung.breath.inspired.airway_cmh2o],
            None if params.airway_held() => [params.get(ParamId::HoldPressure); 2],
            None => {
                let peep = params.get(ParamId::Peep);
                [peep, peep + self.ventilation.driving_cmh2o]
            }
        }
    }

    /// Takes over a way of breathing; nobody breathes against an airway that is held.
    pub(super) fn breathe(&mut self, params: &Params, asked: Ventilation) {
        let asked = if params.airway_held() { Ventilation::new(params) } else { asked };
        self.asked = asked;
        let ventilation = self.lung.as_ref().map_or(asked, |lung| lung.breathing(params, &asked));
        self.take_over(params, ventilation);
    }

    fn take_over(&mut self, params: &Params, ventilation: Ventilation) {
        let ventilation = ventilation.without_rounding();
        let AirwayGas { fio2_frac, shut } = AirwayGas::of(params, ventilation.alveolar_l_per_min > 0.0);
        self.shut = shut;
        self.patient.fio2_frac = fio2_frac;
        self.supply = self.patient.inspired_gas();
        self.ventilation = ventilation;
        if self.lung.is_some() {
            return;
        }
        let scale = ventilation.alveolar_l_per_min / self.reference_l_per_min;
        self.patient.dead_space_l_per_min = self.base.dead_space_l_per_min * scale;
        for (unit, base) in self.patient.units.iter_mut().zip(&self.base.units) {
            unit.ventilation_l_per_min = base.ventilation_l_per_min * scale;
        }
    }

    /// Gives blood and gas to the units as they are: flows by vasoconstriction, the ventilation of collapsed units to
    /// the others.
    pub(super) fn distribute(&mut self, flows: &FlowState, lung: &[Unit]) {
        let plugged = match &self.lung {
            Some(of) => {
                let circulation = of.fill(self.ventilation.alveolar_l_per_min, flows, &mut self.patient);
                self.arrested = circulation.arrest;
                let past =
                    circulation.foramen_l_per_min + circulation.ductal_l_per_min + self.patient.wide_shunt_l_per_min;
                self.circulate();
                (self.patient.shunt_l_per_min - past).max(0.0)
                    * self.lung.as_ref().map_or(0.0, LayeredLung::plugged_share)
            }
            None => {
                flows.apply(&self.base, &mut self.patient);
                // Lung behind plugs answers like the rest of what is not ventilated.
                let wide = self.base.wide_shunt_l_per_min;
                let scale = match self.base.shunt_l_per_min > wide {
                    true => (self.patient.shunt_l_per_min - wide) / (self.base.shunt_l_per_min - wide),
                    false => 1.0,
                };
                self.plugged_l_per_min * scale
            }
        };
        let patient = &self.patient;
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
        let k = self.supply.k_mmhg_l_per_ml;
        for (setting, flow) in self.units.iter_mut().zip(&patient.units) {
            setting.kappa = kappa(k, flow.perfusion_l_per_min);
            setting.ratio = flow.ventilation_l_per_min * scale / setting.kappa;
            setting.diffusing_ratio = flow.diffusing_ratio;
        }
        if let Some(plug) = self.units.get_mut(count) {
            plug.kappa = kappa(k, plugged);
        }
        // Nothing exchanges where all is collapsed: any conductance will do.
        let exchanging = if exchanging > 0.0 { exchanging } else { patient.cardiac_output_l_per_min };
        self.conductance = patient.dlo2_ml_per_min_mmhg.map(|dlo2| dlo2 / (DL_PER_L * exchanging));
    }

    /// K·10·Q̇ of a flow.
    pub(super) fn kappa(&self, flow_l_per_min: f64) -> f64 {
        kappa(self.supply.k_mmhg_l_per_ml, flow_l_per_min)
    }

    pub(super) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            chemistry: &self.chemistry,
            basis: self.patient.basis,
            supply: self.supply,
            conductance: self.conductance,
            least_kappa: LEAST_PERFUSED_FRAC * self.kappa(self.patient.cardiac_output_l_per_min),
        }
    }

    pub(super) fn around_membrane<'a>(&'a self, of: &MembraneFlow) -> Surroundings<'a> {
        Surroundings {
            chemistry: &self.chemistry,
            basis: Basis::Inspired,
            supply: of.gas,
            conductance: of.conductance,
            least_kappa: 0.0,
        }
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

    /// O2 and CO2 that the tissues use (negative) and make, mL/min, for arterial blood of this O2 content; `held_ml_per_dl`
    /// is the mixed venous content that is held, where one is: CO2 production is then as set.
    pub(super) fn metabolism(&self, o2_art_ml_per_dl: f64, held_ml_per_dl: Option<f64>) -> Vector2<f64> {
        let patient = &self.patient;
        let supply = self.supply_ml_per_min(o2_art_ml_per_dl);
        let asked = self.asked_ml_per_min(o2_art_ml_per_dl, held_ml_per_dl);
        if supply >= asked {
            return Vector2::new(-asked, patient.vco2_ml_per_min());
        }
        if held_ml_per_dl.is_some() {
            return Vector2::new(-supply, patient.vco2_ml_per_min());
        }
        Vector2::new(-supply, supply * rq_of_supply(patient.vco2_ml_per_min() / asked, supply / asked).value)
    }

    /// Most O2 that the tissues can take, mL/min.
    fn supply_ml_per_min(&self, o2_art_ml_per_dl: f64) -> f64 {
        SUPPLY_LIMIT_FRAC * DL_PER_L * self.circuit.output_l_per_min * o2_art_ml_per_dl
    }

    /// O2 that they ask for, mL/min: as set, or what leaves the content that is held.
    fn asked_ml_per_min(&self, o2_art_ml_per_dl: f64, held_ml_per_dl: Option<f64>) -> f64 {
        let flow = DL_PER_L * self.circuit.output_l_per_min;
        held_ml_per_dl
            .map_or(self.patient.vo2_ml_per_min, |held| (flow * (o2_art_ml_per_dl - held)).max(LEAST_VO2_ML_PER_MIN))
    }

    /// Whether they ask for more than they can take.
    pub(super) fn is_supply_limited(&self, o2_art_ml_per_dl: f64, held_ml_per_dl: Option<f64>) -> bool {
        self.supply_ml_per_min(o2_art_ml_per_dl) < self.asked_ml_per_min(o2_art_ml_per_dl, held_ml_per_dl)
    }

    /// What the tissues use of each dL, as veins are told of it.
    pub(super) fn used(&self, o2_art_ml_per_dl: f64, held_ml_per_dl: Option<f64>) -> Use {
        let used = self.metabolism(o2_art_ml_per_dl, held_ml_per_dl) / (DL_PER_L * self.circuit.output_l_per_min);
        Use { o2: [-used.x, 0.0], co2: [used.y, 0.0], most_frac: SUPPLY_LIMIT_FRAC }
    }

    /// Venous blood as the circuit meets it, of the departures of three veins where a pump returns into the aorta.
    pub(super) fn venous_blood(&self, mixed: Contents, veins: Option<&[PerGas; 3]>) -> VenousBlood {
        let (Some(of), Some(veins)) = (&self.circuit.drained, veins) else { return VenousBlood::even(mixed) };
        let departure = of.cavae.drained(&veins.map(Contents::from));
        VenousBlood { mixed, departure: of.possible(&mixed, &departure) }
    }

    /// How long blood takes from the lung to the veins, min.
    pub(super) fn delay_min(&self) -> f64 {
        let volume_l: f64 = self.shares.pools_l.iter().chain(&self.shares.lines_l).sum();
        volume_l / self.circuit.output_l_per_min
    }

    /// O2 content of mixed venous blood at the saturation that is held, mL/dL; `now` is mixed venous blood.
    pub(super) fn held_ml_per_dl(&self, now: &BloodGas) -> Option<f64> {
        let held = self.held_svo2_frac?;
        let dissolved = O2_SOLUBILITY_ML_PER_DL_MMHG * now.po2_mmhg;
        Some(dissolved + (now.o2_ml_per_dl - dissolved) * held / now.saturation_frac)
    }
}

/// Contents of a mixed blood.
pub(super) fn contents_of(blood: &MixedBlood) -> Contents {
    Contents::new(blood.gas.o2_ml_per_dl, blood.gas.co2_ml_per_dl, N2_SOLUBILITY_ML_PER_DL_MMHG * blood.pn2_mmhg)
}
