//! What the steady solver is asked: flows, gas and blood of one patient, made from parameters or from a case.

use crate::physiology::aeration::RecruitmentLaw;
use crate::physiology::blood::Blood;
use crate::physiology::distribution::{self, Mode, UnitFlow};
use crate::physiology::indices;
use crate::physiology::lung_unit::{Basis, GasSupply};
use crate::physiology::membrane::MembraneLung;
use crate::sim::params::{Breathing, MODES, ParamId, Params, UnitShare};
use crate::units::{PH2O_MMHG, ROOM_AIR_FIO2_FRAC, l_from_ml};

/// A patient as the steady solver sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Patient {
    /// Blood apart from its gases.
    pub blood: Blood,
    /// Inspired O2 fraction.
    pub fio2_frac: f64,
    /// Barometric pressure, mmHg; above 47.
    pub pb_mmhg: f64,
    /// O2 consumption that the tissues ask for, mL/min STPD.
    pub vo2_ml_per_min: f64,
    /// CO2 production over that consumption.
    pub rq_ratio: f64,
    /// Cardiac output, L/min.
    pub cardiac_output_l_per_min: f64,
    /// What the ventilation of a unit means.
    pub basis: Basis,
    /// Units with perfusion above 0 and ventilation of 0 or more; empty where all blood is shunted.
    pub units: Vec<UnitFlow>,
    /// Flow past the units, L/min; with the units' perfusion it makes the cardiac output.
    pub shunt_l_per_min: f64,
    /// Alveolar ventilation that meets no blood, L/min.
    pub dead_space_l_per_min: f64,
    /// Diffusing capacity for O2 of all ventilated units, mL/min/mmHg; `None` is without limit.
    pub dlo2_ml_per_min_mmhg: Option<f64>,
    /// A veno-venous membrane lung.
    pub ecmo: Option<MembraneLung>,
}

/// How much blood and gas a lung gets, and how it is cut up.
#[derive(Debug, Clone, Copy)]
pub struct LungFlows<'a> {
    /// Alveolar ventilation, L/min.
    pub alveolar_ventilation_l_per_min: f64,
    /// Share of it that meets no blood.
    pub alveolar_dead_space_frac: f64,
    /// Cardiac output, L/min.
    pub cardiac_output_l_per_min: f64,
    /// Share of it that meets no gas.
    pub shunt_frac: f64,
    /// How the rest is distributed.
    pub structure: Structure<'a>,
}

/// Share of the output below which ventilated lung counts as not perfused: less than 0.03 mL/min, and what rounding
/// leaves of a shunt of 1.
const LEAST_PERFUSED_FRAC: f64 = 1e-9;

/// V/Q structure of the ventilated and perfused lung.
#[derive(Debug, Clone, Copy)]
pub enum Structure<'a> {
    /// Log-normal modes.
    Modes(&'a [Mode]),
    /// Explicit shares of ventilation and perfusion.
    Units(&'a [UnitShare]),
}

impl LungFlows<'_> {
    /// Fills the lung of `patient`: units, shunt and dead space.
    ///
    /// A listed unit without ventilation becomes shunt, one without perfusion alveolar dead space.
    pub fn fill(&self, patient: &mut Patient) {
        let shunt_frac = if self.shunt_frac > 1.0 - LEAST_PERFUSED_FRAC { 1.0 } else { self.shunt_frac };
        let perfusion = self.cardiac_output_l_per_min * (1.0 - shunt_frac);
        let ventilation = self.alveolar_ventilation_l_per_min * (1.0 - self.alveolar_dead_space_frac);
        patient.cardiac_output_l_per_min = self.cardiac_output_l_per_min;
        patient.shunt_l_per_min = self.cardiac_output_l_per_min * shunt_frac;
        patient.dead_space_l_per_min = self.alveolar_ventilation_l_per_min * self.alveolar_dead_space_frac;
        let units = &mut patient.units;
        units.clear();
        match self.structure {
            Structure::Modes(modes) => distribution::log_normal(modes, ventilation, perfusion, units),
            Structure::Units(shares) => {
                units.extend(shares.iter().map(|share| UnitFlow {
                    ventilation_l_per_min: share.ventilation,
                    perfusion_l_per_min: share.perfusion,
                }));
                distribution::scale(units, ventilation, perfusion);
            }
        }
        if perfusion <= 0.0 {
            // All blood is shunted: what is ventilated is dead space.
            patient.dead_space_l_per_min = self.alveolar_ventilation_l_per_min;
            units.clear();
            return;
        }
        // Units of no flow worth the name, or listed without any: their gas meets no blood and their blood no gas.
        let least = LEAST_PERFUSED_FRAC * perfusion;
        let (shunt, dead) = (&mut patient.shunt_l_per_min, &mut patient.dead_space_l_per_min);
        units.retain(|unit| {
            let without_gas = unit.ventilation_l_per_min <= 0.0 && ventilation > 0.0;
            let exchanges = unit.perfusion_l_per_min > least && !without_gas;
            if !exchanges {
                *dead += unit.ventilation_l_per_min;
                *shunt += unit.perfusion_l_per_min;
            }
            exchanges
        });
    }
}

impl Patient {
    /// A patient with an empty lung, to be filled by [`LungFlows::fill`].
    #[must_use]
    pub fn empty() -> Self {
        Patient {
            blood: Blood::default(),
            fio2_frac: ROOM_AIR_FIO2_FRAC,
            pb_mmhg: crate::units::SEA_LEVEL_PB_MMHG,
            vo2_ml_per_min: 0.0,
            rq_ratio: 0.0,
            cardiac_output_l_per_min: 0.0,
            basis: Basis::Inspired,
            units: Vec::new(),
            shunt_l_per_min: 0.0,
            dead_space_l_per_min: 0.0,
            dlo2_ml_per_min_mmhg: None,
            ecmo: None,
        }
    }

    /// The patient of a set of parameters.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let mut patient = Patient::empty();
        patient.update(params);
        patient
    }

    /// Takes over a set of parameters without allocating where the number of units does not grow.
    pub fn update(&mut self, params: &Params) {
        let get = |id| params.get(id);
        self.blood = Blood {
            hb_g_per_dl: get(ParamId::Hb),
            temperature_c: get(ParamId::Temperature),
            base_excess_mmol_per_l: get(ParamId::BaseExcess),
            p50_mmhg: get(ParamId::P50),
            cohb_frac: get(ParamId::Cohb),
            methb_frac: get(ParamId::Methb),
        };
        self.fio2_frac = get(ParamId::Fio2);
        self.pb_mmhg = get(ParamId::Pb);
        self.vo2_ml_per_min = get(ParamId::Vo2);
        self.rq_ratio = get(ParamId::Rq);
        self.basis = params.basis();
        self.dlo2_ml_per_min_mmhg = params.diffusion_limited().then(|| get(ParamId::Dlo2));
        self.ecmo = params.ecmo().then(|| MembraneLung {
            pump_flow_l_per_min: get(ParamId::PumpFlow),
            recirculation_frac: get(ParamId::Recirculation),
            sweep_l_per_min: get(ParamId::Sweep),
            fdo2_frac: get(ParamId::Fdo2),
            membrane_shunt_frac: get(ParamId::MembraneShunt),
        });
        let mut modes = [Mode { share: 0.0, ratio: 1.0, log_sd: 0.0, units: 1 }; MODES];
        let mut count = 0;
        for [share, ratio, log_sd, units] in (0..MODES).map(ParamId::mode) {
            if get(share) > 0.0 {
                modes[count] =
                    Mode { share: get(share), ratio: get(ratio), log_sd: get(log_sd), units: get(units) as usize };
                count += 1;
            }
        }
        let flows = LungFlows {
            alveolar_ventilation_l_per_min: Ventilation::new(params).alveolar_l_per_min,
            alveolar_dead_space_frac: get(ParamId::AlveolarDeadSpace),
            cardiac_output_l_per_min: get(ParamId::CardiacOutput),
            shunt_frac: shunt_frac(params),
            structure: params.units().map_or(Structure::Modes(&modes[..count]), Structure::Units),
        };
        flows.fill(self);
    }

    /// Gas that reaches the lung.
    #[must_use]
    pub fn inspired_gas(&self) -> GasSupply {
        let dry_mmhg = self.pb_mmhg - PH2O_MMHG;
        GasSupply { dry_mmhg, pio2_mmhg: self.fio2_frac * dry_mmhg, drawn_po2_mmhg: self.fio2_frac * dry_mmhg }
    }

    /// CO2 production, mL/min.
    #[must_use]
    pub fn vco2_ml_per_min(&self) -> f64 {
        self.rq_ratio * self.vo2_ml_per_min
    }
}

/// Ventilation of a patient as its parameters have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ventilation {
    /// Alveolar ventilation, L/min BTPS.
    pub alveolar_l_per_min: f64,
    /// Minute ventilation, L/min BTPS.
    pub minute_l_per_min: f64,
    /// Pressure that a breath adds to PEEP, cmH2O; 0 when breathing spontaneously.
    pub driving_cmh2o: f64,
    /// Mean airway pressure, cmH2O; none without a ventilator.
    pub mean_airway_cmh2o: Option<f64>,
}

impl Ventilation {
    /// Reads breathing off the parameters.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let get = |id| params.get(id);
        let dead_space_ml = get(ParamId::AnatomicalDeadSpace);
        match params.breathing() {
            Breathing::Spontaneous => {
                let alveolar = get(ParamId::AlveolarVentilation);
                // Who does not ventilate the alveoli does not breathe.
                let rate = if alveolar > 0.0 { get(ParamId::SpontaneousRate) } else { 0.0 };
                Ventilation {
                    alveolar_l_per_min: alveolar,
                    minute_l_per_min: alveolar + l_from_ml(dead_space_ml) * rate,
                    driving_cmh2o: 0.0,
                    mean_airway_cmh2o: None,
                }
            }
            Breathing::Ventilated => {
                let (tidal_ml, rate) = (get(ParamId::TidalVolume), get(ParamId::VentilatorRate));
                let driving = tidal_ml / get(ParamId::Compliance);
                Ventilation {
                    alveolar_l_per_min: indices::alveolar_ventilation_l_per_min(tidal_ml, dead_space_ml, rate),
                    minute_l_per_min: l_from_ml(tidal_ml) * rate,
                    driving_cmh2o: driving,
                    mean_airway_cmh2o: Some(indices::mean_airway_cmh2o(
                        get(ParamId::Peep),
                        driving,
                        get(ParamId::InspiratoryTime),
                    )),
                }
            }
        }
    }
}

/// Opening and closing pressures of a patient.
#[must_use]
pub fn recruitment_law(params: &Params) -> RecruitmentLaw {
    RecruitmentLaw {
        opening_cmh2o: params.get(ParamId::OpeningPressure),
        opening_sd_cmh2o: params.get(ParamId::OpeningPressureSd),
        closing_cmh2o: params.get(ParamId::ClosingPressure),
        closing_sd_cmh2o: params.get(ParamId::ClosingPressureSd),
        breath_cmh2o: Ventilation::new(params).driving_cmh2o,
    }
}

/// Shunt at the present PEEP: what PEEP makes of the shunt set at PEEP 5.
#[must_use]
pub fn shunt_frac(params: &Params) -> f64 {
    recruitment_law(params).shunt_frac(
        params.get(ParamId::Peep),
        params.get(ParamId::Shunt),
        params.get(ParamId::RecruitableShare),
    )
}
