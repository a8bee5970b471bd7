//! The fixed part of a solve: the patient, and what his tissues do with the blood they get.

use super::exchanger::Setting;
use super::{NoSteadyState, co2_added, venous_o2_content};
use crate::numerics::sloped::Sloped;
use crate::physiology::blood::{Chemistry, Coordinates};
use crate::physiology::cavae::Use;
use crate::physiology::distribution::UnitFlow;
use crate::physiology::lung_unit::{Basis, GasSupply};
use crate::sim::circuit::{Circuit, MembraneFlow};
use crate::sim::params::SUPPLY_LIMIT_FRAC;
use crate::sim::patient::{LEAST_VO2_ML_PER_MIN, Patient};
use crate::units::DL_PER_L;

/// Share of the flow that meets gas below which what it takes up is lost in the rounding of contents, and small against
/// what may stay unbalanced.
const LITTLE_OPEN: f64 = 1e-2;
/// Venous PCO2 over PB − PH2O at which the search ends: twice the pressure at which the patient has no steady state, so
/// that what diffusion still changes, or an overshoot on the way, does not decide.
pub(super) const HOPELESS: f64 = 2.0;
/// PO2 of blood that holds as much CO2 as any, mmHg.
const NEARLY_NO_PO2_MMHG: f64 = 0.1;
/// Ventilation over the least that could carry off the CO2 of the demand from which it is not for want of breath that
/// CO2 stays: healthy breathing has about eighteen times that least.
const MUCH_ROOM: f64 = 3.0;

/// The fixed part of one solve.
pub(super) struct Problem<'a> {
    pub(super) patient: &'a Patient,
    /// Whether its flows are a guess.
    pub(super) guess: bool,
    pub(super) chemistry: Chemistry,
    pub(super) lung_gas: GasSupply,
    /// O2 demand and CO2 production per flow, mL/dL.
    pub(super) demand: f64,
    pub(super) production: f64,
    /// Virtual PO2 of the mixed venous saturation that is held, mmHg; O2 then is used to bring that about.
    pub(super) held_virtual_po2_mmhg: Option<f64>,
    /// How far CO2 production follows the O2 that tissues get, where that is less than they ask for: 0 not at all, 1
    /// wholly.
    pub(super) co2_follows_supply: f64,
    pub(super) shunt_frac: f64,
    /// D/(10 Q̇) of units with ordinary capillaries, mL/dL/mmHg.
    pub(super) conductance: Option<f64>,
    pub(super) circuit: Circuit,
}

/// O2 that the tissues leave in blood.
#[derive(Clone, Copy)]
pub(super) struct Left {
    /// Content, mL/dL, and its slopes by arterial O2 and by venous CO2 content.
    pub(super) o2_ml_per_dl: f64,
    pub(super) by_arterial: f64,
    pub(super) by_venous_co2: f64,
    /// Whether supply does not let them take more; and whether that is so or arterial blood holds less than is asked of
    /// venous blood.
    pub(super) limited: bool,
    pub(super) short: bool,
    /// Evaluations spent.
    pub(super) evaluations: u32,
}

impl<'a> Problem<'a> {
    pub(super) fn new(patient: &'a Patient, guess: bool) -> Self {
        let lung_gas = patient.inspired_gas();
        let circuit = patient.circuit();
        let (output, lung) = (circuit.output_l_per_min, circuit.lung_l_per_min);
        let perfusion = lung - patient.shunt_l_per_min;
        let chemistry = Chemistry::new(&patient.blood);
        Problem {
            patient,
            guess,
            chemistry,
            lung_gas,
            demand: patient.vo2_ml_per_min / (DL_PER_L * output),
            production: patient.vco2_ml_per_min() / (DL_PER_L * output),
            held_virtual_po2_mmhg: patient.held_svo2_frac.map(|held| chemistry.virtual_po2_at_saturation(held)),
            co2_follows_supply: 0.0,
            shunt_frac: patient.shunt_l_per_min / lung,
            conductance: patient.dlo2_ml_per_min_mmhg.map(|dlo2| dlo2 / (DL_PER_L * perfusion)),
            circuit,
        }
    }

    pub(super) fn lung_setting(&self) -> Setting<'_> {
        Setting { chemistry: &self.chemistry, basis: self.patient.basis, supply: self.lung_gas }
    }

    pub(super) fn membrane_setting(&self, membrane: &MembraneFlow) -> Setting<'_> {
        Setting { chemistry: &self.chemistry, basis: Basis::Inspired, supply: membrane.gas }
    }

    /// Reasons for which there is nothing to solve.
    pub(super) fn refuse(&self) -> Result<(), NoSteadyState> {
        let patient = self.patient;
        if self.circuit.membrane.is_some() {
            return Ok(());
        }
        if patient.units.is_empty() {
            return Err(NoSteadyState::NoGasExchange);
        }
        if patient.units.iter().all(|unit| unit.ventilation_l_per_min <= 0.0) {
            return Err(NoSteadyState::Apnoea);
        }
        Ok(())
    }

    /// Whether the gas that is breathed could carry off the CO2 of the demand with much room.
    pub(super) fn could_clear_demand(&self) -> bool {
        let patient = self.patient;
        let lung: f64 = patient.units.iter().map(|unit| unit.ventilation_l_per_min).sum();
        let room = (lung + self.sweep_l_per_min()) * self.lung_gas.dry_mmhg;
        room > MUCH_ROOM * self.lung_gas.k_mmhg_l_per_ml * patient.vco2_ml_per_min()
    }

    /// CO2 content of blood with next to no O2 at so many times PB - PH2O, mL/dL.
    pub(super) fn full_co2_ml_per_dl(&self, times: f64) -> f64 {
        self.chemistry.gas_at_tensions(NEARLY_NO_PO2_MMHG, times * self.lung_gas.dry_mmhg).co2_ml_per_dl
    }

    /// CO2 content that venous blood of a steady state cannot have: that at PB - PH2O; at [`HOPELESS`] times that where
    /// diffusion limits, which then is left out, mL/dL.
    pub(super) fn hopeless_co2_ml_per_dl(&self) -> f64 {
        let diffuses = self.conductance.is_some() || self.membrane_conductance().is_some();
        self.full_co2_ml_per_dl(if diffuses { HOPELESS } else { 1.0 })
    }

    /// CO2 that the tissues add to blood, mL/dL, and its slope by arterial O2 content.
    pub(super) fn co2_added(&self, o2_art_ml_per_dl: f64) -> Sloped {
        let added = co2_added(o2_art_ml_per_dl, self.demand, self.production);
        let follows = self.co2_follows_supply;
        Sloped { value: self.production + follows * (added.value - self.production), slope: follows * added.slope }
    }

    /// What the tissues leave of O2 in blood of this arterial O2 and this venous CO2 content.
    ///
    /// Where a saturation is held, blood of that saturation; but they take no more than supply allows, and no less than
    /// [`LEAST_VO2_ML_PER_MIN`]. `near` is where venous blood may stand, and is brought to what was found.
    pub(super) fn left(&self, o2_art_ml_per_dl: f64, co2_ven_ml_per_dl: f64, near: &mut Coordinates) -> Left {
        let of_demand = |demand: f64| {
            let Sloped { value, slope } = venous_o2_content(o2_art_ml_per_dl, demand);
            Left {
                o2_ml_per_dl: value,
                by_arterial: slope,
                by_venous_co2: 0.0,
                limited: slope < 1.0,
                short: slope < 1.0,
                evaluations: 0,
            }
        };
        let Some(held) = self.held_virtual_po2_mmhg else { return of_demand(self.demand) };
        let start = near.bicarbonate_mmol_per_l;
        let (bicarbonate, tried) = self.chemistry.bicarbonate_at_co2_content(held, co2_ven_ml_per_dl, start);
        *near = Coordinates { virtual_po2_mmhg: held, bicarbonate_mmol_per_l: bicarbonate };
        let (gas, slopes) = self.chemistry.evaluate(*near);
        let least = LEAST_VO2_ML_PER_MIN / (DL_PER_L * self.circuit.output_l_per_min);
        let asked = o2_art_ml_per_dl - gas.o2_ml_per_dl;
        let bounded = of_demand(asked.max(least));
        let evaluations = tried + 1;
        if asked < least || bounded.limited {
            return Left { short: true, evaluations, ..bounded };
        }
        Left { by_arterial: 0.0, by_venous_co2: slopes.o2[1] / slopes.co2[1], evaluations, ..bounded }
    }

    /// What the tissues use of each dL where mean arterial O2 content is this and they leave so much.
    pub(super) fn used(&self, o2_art_ml_per_dl: f64, left: &Left) -> Use {
        let Sloped { value: added, slope: added_slope } = self.co2_added(o2_art_ml_per_dl);
        let used = [o2_art_ml_per_dl - left.o2_ml_per_dl, 1.0 - left.by_arterial];
        Use { o2: used, co2: [added, added_slope], most_frac: SUPPLY_LIMIT_FRAC }
    }

    /// D/(10 Q̇) of a unit, where diffusion limits, mL/dL/mmHg.
    pub(super) fn conductance_of(&self, flow: &UnitFlow) -> Option<f64> {
        self.conductance.map(|conductance| conductance * flow.diffusing_ratio)
    }

    /// D/(10 Q̇) of the membrane, where diffusion limits it, mL/dL/mmHg.
    pub(super) fn membrane_conductance(&self) -> Option<f64> {
        self.circuit.membrane.as_ref().and_then(|membrane| membrane.conductance)
    }

    /// Whether one venous blood meets gas in the lung alone.
    pub(super) fn is_plain(&self) -> bool {
        self.circuit.membrane.is_none() && self.circuit.drained.is_none()
    }

    /// How many times less than [`LITTLE_OPEN`] of the flow meets gas, where the lung alone exchanges it; otherwise 1.
    pub(super) fn closed_times(&self) -> f64 {
        if self.is_plain() { (LITTLE_OPEN / (1.0 - self.shunt_frac)).max(1.0) } else { 1.0 }
    }

    /// Gas that passes the membrane, L/min.
    pub(super) fn sweep_l_per_min(&self) -> f64 {
        self.circuit.membrane.as_ref().map_or(0.0, |membrane| membrane.sweep_l_per_min)
    }
}
