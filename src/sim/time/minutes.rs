//! What of a patient moves by itself over minutes and days: a membrane lung wears, heparin costs blood, suction breaks red
//! cells, a heat exchanger warms or cools, carbon monoxide leaves.
//!
//! Each is a parameter that is set, and once a minute it is set anew: everything that follows from it follows as when a
//! hand had moved it, and whoever sets it begins it anew from there.

use super::drift::Drift;
use super::live::{Live, STEP_S};
use crate::numerics::float;
use crate::physiology::carbon_monoxide;
use crate::physiology::ecmo_wear::{self, Running, Wear};
use crate::sim::params::{HeatExchanger, ParamId};
use crate::sim::patient::COOLING_PER_DEGREE;

/// Minutes after which what drifts is set anew, and the steps that are as long.
const EVERY_MIN: f64 = 1.0;
const EVERY_STEPS: u64 = (60.0 * EVERY_MIN / STEP_S) as u64;
/// PO2 below which CO does not leave any slower, mmHg.
const LEAST_PO2_MMHG: f64 = 20.0;

impl Live {
    /// Lets drift what the minutes that have passed since `before` steps let drift.
    pub(super) fn drift_since(&mut self, before: u64) {
        let times = self.state.steps / EVERY_STEPS - before / EVERY_STEPS;
        if times == 0 {
            return;
        }
        if !self.params.drifts() {
            if let Some(drift) = &mut self.state.drift {
                let heals = ecmo_wear::haemolysed(drift.plasma_hb_mg_per_dl, 0.0, EVERY_MIN * times as f64);
                drift.plasma_hb_mg_per_dl = heals.plasma_mg_per_dl;
            }
            return;
        }
        let drift = self.drifted(EVERY_MIN * times as f64);
        // What would leave its bounds stays where it is.
        if let Ok(next) = drift.applied(&self.params) {
            self.state.drift = Some(drift);
            self.set_params(&next);
        }
    }

    /// Keeps what drifts as it is set.
    pub(super) fn keep_drift(&mut self) {
        if self.state.drift.is_some() || self.params.drifts() {
            let plasma_hb_mg_per_dl = self.state.drift.map_or(0.0, |drift| drift.plasma_hb_mg_per_dl);
            self.state.drift = Some(Drift::of(&self.params, plasma_hb_mg_per_dl));
        }
    }

    /// Haemoglobin in the plasma, mg/dL; none where nothing has ever broken red cells in time.
    pub(super) fn plasma_hb_mg_per_dl(&self) -> Option<f64> {
        self.state.drift.filter(|_| self.params.ecmo_ages()).map(|drift| drift.plasma_hb_mg_per_dl)
    }

    /// What drifts, so many minutes on.
    fn drifted(&self, minutes: f64) -> Drift {
        let params = &self.params;
        let get = |id| params.get(id);
        let mut drift = Drift::of(params, self.state.drift.map_or(0.0, |drift| drift.plasma_hb_mg_per_dl));
        let pumping = self.setup.patient.pumping();
        let flow_l_per_min = match (&pumping, self.setup.patient.ecmo) {
            (Some(pump), _) => pump.flow_l_per_min,
            (None, Some(lung)) => {
                self.setup.patient.bypass.map_or(lung.pump_flow_l_per_min, |bypass| bypass.pump_l_per_min)
            }
            (None, None) => 0.0,
        };
        let mut lost_g_per_dl = 0.0;
        if params.ecmo_ages() {
            let running = Running {
                flow_l_per_min,
                sweep_l_per_min: get(ParamId::Sweep),
                anti_xa_iu_per_ml: get(ParamId::AntiXa),
                clotting_per_day: get(ParamId::Clotting),
                coating_per_day: get(ParamId::Coating),
            };
            let Drift { coat_frac, clot_frac, water_frac, .. } = drift;
            let worn = running.worn(Wear { coat_frac, clot_frac, water_frac }, minutes);
            (drift.coat_frac, drift.clot_frac, drift.water_frac) = (worn.coat_frac, worn.clot_frac, worn.water_frac);
            lost_g_per_dl += running.bled_g_per_dl(minutes);
            let inlet_mmhg = pumping.filter(|_| flow_l_per_min > 0.0).map_or(0.0, |pump| pump.inlet_mmhg);
            let broken = ecmo_wear::haemolysed(drift.plasma_hb_mg_per_dl, inlet_mmhg, minutes);
            drift.plasma_hb_mg_per_dl = broken.plasma_mg_per_dl;
            lost_g_per_dl += broken.lost_g_per_dl;
        }
        drift.hb_g_per_dl = (drift.hb_g_per_dl - lost_g_per_dl).max(ParamId::Hb.bounds().min);
        let set_c = match params.heat_exchanger() {
            HeatExchanger::AsSet => None,
            HeatExchanger::On => Some(Some(get(ParamId::HeatSet))),
            HeatExchanger::Off => Some(None),
        };
        if let Some(set_c) = set_c.filter(|_| params.ecmo()) {
            let warm = ecmo_wear::warmed_c(drift.temperature_c, set_c, flow_l_per_min, minutes);
            let degrees = warm - drift.temperature_c;
            drift.temperature_c = warm;
            let vo2 = drift.vo2_ml_per_min * float::pow(1.0 - COOLING_PER_DEGREE, -degrees);
            let bounds = ParamId::Vo2.bounds();
            drift.vo2_ml_per_min = vo2.clamp(bounds.min, bounds.max);
        }
        if params.co_leaves() {
            let po2_mmhg = self.arterial().gas.po2_mmhg.max(LEAST_PO2_MMHG);
            let half_min = carbon_monoxide::half_life_min(po2_mmhg);
            drift.cohb_frac *= float::exp(-std::f64::consts::LN_2 * minutes / half_min);
        }
        drift
    }
}
