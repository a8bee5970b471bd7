//! What the steady solver is asked: flows, gas and blood of one patient, made from parameters or from a case.

use crate::physiology::aeration::RecruitmentLaw;
use crate::physiology::blood::Blood;
use crate::physiology::breathing_control::{Controller, Pattern, REFERENCE_PO2_MMHG, Reference, desaturation_percent};
use crate::physiology::distribution::{self, Mode, UnitFlow};
use crate::physiology::ecmo_pump::{Drive, Line, Pumping};
use crate::physiology::ecmo_wear::Membrane;
use crate::physiology::indices;
use crate::physiology::lung_unit::{Basis, GasSupply};
use crate::physiology::membrane::MembraneLung;
use crate::physiology::right_heart::{MEAN_SYSTEMIC_MMHG, MOST_VENTED_FRAC, RIGHT_ATRIUM_MMHG};
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::physiology::wide_vessels::WideVessels;
use crate::sim::circuit::{ArterialCircuit, Bypass, Circuit, Circulated, LivingCircuit, MembraneFlow, RightAtrium};
use crate::sim::params::{Breathing, EcmoCircuit, EcmoMode, MODES, ParamId, Params, UnitShare};
use crate::sim::ventilation::AirwayGas;
use crate::units::{ML_PER_L, ROOM_AIR_FIO2_FRAC, S_PER_H, l_from_ml};

/// A patient as the steady solver sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Patient {
    /// Blood apart from its gases.
    pub blood: Blood,
    /// Inspired O2 fraction, what leaks in beside a mask included.
    pub fio2_frac: f64,
    /// O2 fraction that the device is set to: what the bedside reckons with.
    pub fio2_set_frac: f64,
    /// Barometric pressure, mmHg; above that of water vapour.
    pub pb_mmhg: f64,
    /// O2 consumption that the tissues ask for, mL/min STPD.
    pub vo2_ml_per_min: f64,
    /// CO2 production over that consumption.
    pub rq_ratio: f64,
    /// Mixed venous saturation that is held, 0 to 1, whatever consumption that takes; CO2 production is then what the two
    /// numbers above make it. `None` where consumption is as asked for, as far as supply allows it, and CO2 follows that.
    pub held_svo2_frac: Option<f64>,
    /// Cardiac output, L/min: what the heart ejects, and what flows through the lung with its shunts. The body gets as
    /// much, and what a bypass gives.
    pub cardiac_output_l_per_min: f64,
    /// What the ventilation of a unit means.
    pub basis: Basis,
    /// Units with perfusion above 0 and ventilation of 0 or more; empty where all blood is shunted.
    pub units: Vec<UnitFlow>,
    /// Flow past the units, L/min; with the units' perfusion it makes the cardiac output.
    pub shunt_l_per_min: f64,
    /// What of it goes through vessels from artery to vein, where nothing answers hypoxia, L/min.
    pub wide_shunt_l_per_min: f64,
    /// Alveolar ventilation that meets no blood, L/min.
    pub dead_space_l_per_min: f64,
    /// Vessels that are too wide: what [`LungFlows::fill`] makes of them is in the units and in the shunt.
    pub wide_vessels: WideVessels,
    /// Diffusing capacity for O2 of all ventilated units, mL/min/mmHg, were no capillary dilated; `None` is without limit.
    pub dlo2_ml_per_min_mmhg: Option<f64>,
    /// A membrane lung.
    pub ecmo: Option<MembraneLung>,
    /// What goes round the heart, where the membrane lung returns into the aorta.
    pub bypass: Option<Bypass>,
    /// What its flow and recirculation follow from, where they are not as set.
    pub living_circuit: Option<LivingCircuit>,
    /// What fills the veins that it drains.
    pub right_atrium: RightAtrium,
    /// Whether the airway is shut: no gas meets blood, whatever the lung is made of.
    pub shut: bool,
}

/// The blood of a patient apart from its gases.
#[must_use]
pub fn blood(params: &Params) -> Blood {
    Blood {
        hb_g_per_dl: params.get(ParamId::Hb),
        temperature_c: params.get(ParamId::Temperature),
        base_excess_mmol_per_l: params.get(ParamId::BaseExcess),
        p50_mmhg: params.get(ParamId::P50),
        cohb_frac: params.get(ParamId::Cohb),
        methb_frac: params.get(ParamId::Methb),
    }
}

/// What the flow of a membrane lung follows from; none where it is off, or flow and recirculation are as set.
fn living_circuit(params: &Params) -> Option<LivingCircuit> {
    let get = |id| params.get(id);
    let drive = match params.ecmo_circuit() {
        _ if !params.ecmo() => return None,
        EcmoCircuit::AsSet => return None,
        EcmoCircuit::BySpeed => Drive::Speed(get(ParamId::PumpSpeed) / PER_THOUSAND),
        EcmoCircuit::ByFlow => Drive::Flow(get(ParamId::PumpFlow)),
    };
    let cannulae = params.ecmo_cannulae();
    Some(LivingCircuit {
        drive,
        cannulae,
        distance_cm: get(ParamId::TipDistance),
        line: Line {
            drainage_fr: get(ParamId::DrainageCannula),
            dual_lumen: cannulae.dual_lumen(),
            drainage_l_per_min_mmhg: get(ParamId::DrainageGain),
            collapse_mmhg: get(ParamId::VeinCollapse),
        },
        membrane: Membrane {
            diffusing_ml_per_min_mmhg: get(ParamId::MembraneDiffusion),
            shunt_frac: get(ParamId::MembraneShunt),
            resistance_mmhg_min_per_l: get(ParamId::MembraneResistance),
            coat_frac: get(ParamId::MembraneCoat),
            clot_frac: get(ParamId::MembraneClot),
            water_frac: get(ParamId::MembraneWater),
        },
    })
}

/// The circuit of a membrane lung that returns into the aorta; none where none does.
#[must_use]
pub fn arterial_circuit(params: &Params) -> Option<ArterialCircuit> {
    let get = |id| params.get(id);
    params.bypasses_heart().then(|| ArterialCircuit {
        set_l_per_min: get(ParamId::PumpFlow),
        living: living_circuit(params),
        to_vein_frac: match params.ecmo_mode() {
            EcmoMode::VenoArterialVenous => get(ParamId::ReturnToVein),
            EcmoMode::VenoArterial | EcmoMode::VenoVenous => 0.0,
        },
        systemic_wood: get(ParamId::SystemicResistance),
        vent_l_per_min: get(ParamId::Vent),
        superior_ratio: get(ParamId::SuperiorDrainage),
    })
}

/// Turns of a pump in one of the thousands in which its head is told.
const PER_THOUSAND: f64 = 1000.0;

/// Water vapour pressure at the body temperature of a patient, mmHg.
#[must_use]
pub fn ph2o_mmhg(params: &Params) -> f64 {
    water_vapour_mmhg(params.get(ParamId::Temperature))
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
    /// Share of it that meets no gas, of what wide vessels leave.
    pub shunt_frac: f64,
    /// How the rest is distributed.
    pub structure: Structure<'a>,
}

/// Share of the output below which ventilated lung counts as not perfused: less than 0.03 mL/min, and what rounding
/// leaves of a shunt of 1.
pub(crate) const LEAST_PERFUSED_FRAC: f64 = 1e-9;

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
        let WideVessels { shunt_frac: wide_frac, dilated_frac, dilated_d_ratio } = patient.wide_vessels;
        let shunt_frac = wide_frac + (1.0 - wide_frac) * self.shunt_frac;
        let shunt_frac = if shunt_frac > 1.0 - LEAST_PERFUSED_FRAC { 1.0 } else { shunt_frac };
        let perfusion = self.cardiac_output_l_per_min * (1.0 - shunt_frac);
        let ventilation = self.alveolar_ventilation_l_per_min * (1.0 - self.alveolar_dead_space_frac);
        patient.cardiac_output_l_per_min = self.cardiac_output_l_per_min;
        patient.shunt_l_per_min = self.cardiac_output_l_per_min * shunt_frac;
        patient.wide_shunt_l_per_min = self.cardiac_output_l_per_min * wide_frac;
        patient.dead_space_l_per_min = self.alveolar_ventilation_l_per_min * self.alveolar_dead_space_frac;
        let units = &mut patient.units;
        units.clear();
        match self.structure {
            Structure::Modes(modes) => distribution::log_normal(modes, ventilation, perfusion, units),
            Structure::Units(shares) => {
                units.extend(shares.iter().map(|share| UnitFlow::new(share.ventilation, share.perfusion)));
                distribution::scale(units, ventilation, perfusion);
            }
        }
        if patient.wide_vessels.dilates() {
            distribution::dilate(units, dilated_frac, dilated_d_ratio);
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
            fio2_set_frac: ROOM_AIR_FIO2_FRAC,
            pb_mmhg: crate::units::SEA_LEVEL_PB_MMHG,
            vo2_ml_per_min: 0.0,
            rq_ratio: 0.0,
            held_svo2_frac: None,
            cardiac_output_l_per_min: 0.0,
            basis: Basis::Inspired,
            units: Vec::new(),
            shunt_l_per_min: 0.0,
            wide_shunt_l_per_min: 0.0,
            dead_space_l_per_min: 0.0,
            wide_vessels: WideVessels::NONE,
            dlo2_ml_per_min_mmhg: None,
            ecmo: None,
            bypass: None,
            living_circuit: None,
            right_atrium: RightAtrium { pressure_mmhg: RIGHT_ATRIUM_MMHG, transmural_mmhg: RIGHT_ATRIUM_MMHG },
            shut: false,
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
        self.update_breathing(params, &Ventilation::new(params));
    }

    /// As [`Patient::update`], breathing as given instead of as the parameters have it.
    pub fn update_breathing(&mut self, params: &Params, breathing: &Ventilation) {
        let get = |id| params.get(id);
        self.blood = blood(params);
        self.fio2_set_frac = get(ParamId::Fio2);
        self.pb_mmhg = get(ParamId::Pb);
        self.vo2_ml_per_min = vo2_ml_per_min(params);
        self.rq_ratio = get(ParamId::Rq);
        self.held_svo2_frac = params.held_svo2_frac();
        self.basis = params.basis();
        self.wide_vessels = params.wide_vessels();
        self.dlo2_ml_per_min_mmhg = params.diffusion_limited().then(|| get(ParamId::Dlo2));
        self.ecmo = params.ecmo().then(|| MembraneLung {
            pump_flow_l_per_min: get(ParamId::PumpFlow),
            recirculation_frac: get(ParamId::Recirculation),
            sweep_l_per_min: get(ParamId::Sweep),
            fdo2_frac: get(ParamId::Fdo2),
            membrane_shunt_frac: get(ParamId::MembraneShunt),
        });
        self.living_circuit = living_circuit(params);
        // Without layers no chest presses on the heart, and the output is as set whatever fills it.
        let right_atrium = get(ParamId::MeanSystemicPressure) - (MEAN_SYSTEMIC_MMHG - RIGHT_ATRIUM_MMHG);
        self.right_atrium = RightAtrium { pressure_mmhg: right_atrium, transmural_mmhg: right_atrium };
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
            alveolar_ventilation_l_per_min: breathing.alveolar_l_per_min,
            alveolar_dead_space_frac: get(ParamId::AlveolarDeadSpace),
            cardiac_output_l_per_min: get(ParamId::CardiacOutput),
            shunt_frac: without_gas_frac(params),
            structure: params.units().map_or(Structure::Modes(&modes[..count]), Structure::Units),
        };
        flows.fill(self);
        let native_l_per_min = get(ParamId::CardiacOutput);
        self.bypass = arterial_circuit(params).map(|circuit| {
            circuit.settle(f64::INFINITY, |arterial_l_per_min| Circulated {
                native_l_per_min,
                vented_l_per_min: circuit
                    .most_vented_l_per_min(arterial_l_per_min)
                    .min(MOST_VENTED_FRAC * native_l_per_min),
                atrium: self.right_atrium,
            })
        });
        let AirwayGas { fio2_frac, shut } = AirwayGas::of(params, breathing.alveolar_l_per_min > 0.0);
        self.fio2_frac = fio2_frac;
        self.shut = shut;
        if shut {
            // Once the gas behind it is in balance with the blood that passes, a shut lung is shunt.
            self.shunt_l_per_min = self.cardiac_output_l_per_min;
            self.units.clear();
        }
    }

    /// Makes shunt of some units, in the order of [`Patient::units`]; their ventilation goes to the others.
    pub fn collapse(&mut self, collapsed: &[bool]) {
        let gone = |i: usize| collapsed.get(i).copied().unwrap_or(false);
        if !(0..self.units.len()).any(gone) {
            return;
        }
        let mut i = 0;
        let mut lost_l_per_min = 0.0;
        let shunt_l_per_min = &mut self.shunt_l_per_min;
        self.units.retain(|unit| {
            let keep = !gone(i);
            if !keep {
                *shunt_l_per_min += unit.perfusion_l_per_min;
                lost_l_per_min += unit.ventilation_l_per_min;
            }
            i += 1;
            keep
        });
        let left: f64 = self.units.iter().map(|unit| unit.ventilation_l_per_min).sum();
        if left > 0.0 {
            let scale = 1.0 + lost_l_per_min / left;
            self.units.iter_mut().for_each(|unit| unit.ventilation_l_per_min *= scale);
        }
    }

    /// What flows through dilated capillaries, L/min.
    #[must_use]
    pub fn dilated_l_per_min(&self) -> f64 {
        let dilated = self.units.iter().filter(|unit| unit.diffusing_ratio < 1.0);
        dilated.map(|unit| unit.perfusion_l_per_min).sum()
    }

    /// Water vapour pressure at body temperature, mmHg.
    #[must_use]
    pub fn ph2o_mmhg(&self) -> f64 {
        water_vapour_mmhg(self.blood.temperature_c)
    }

    /// Gas that reaches the lung.
    #[must_use]
    pub fn inspired_gas(&self) -> GasSupply {
        GasSupply::at_body_temperature(self.pb_mmhg, self.blood.temperature_c, self.fio2_frac)
    }

    /// Which way blood takes, a membrane lung as it exchanges gas.
    #[must_use]
    pub fn circuit(&self) -> Circuit {
        let output_l_per_min = self.cardiac_output_l_per_min;
        let living = self.living_circuit.as_ref();
        if let (Some(lung), Some(bypass)) = (&self.ecmo, &self.bypass) {
            return Circuit::around_heart(lung, living, bypass, output_l_per_min, &self.inspired_gas());
        }
        let membrane = self.ecmo.as_ref().and_then(|lung| {
            let air = self.inspired_gas();
            match living {
                None => MembraneFlow::veno_venous(lung, output_l_per_min, &air),
                Some(circuit) => MembraneFlow::living(lung, circuit, output_l_per_min, &self.right_atrium, &air),
            }
        });
        Circuit::through_heart(output_l_per_min, membrane)
    }

    /// What the body gets, L/min.
    #[must_use]
    pub fn systemic_l_per_min(&self) -> f64 {
        let through_heart = self.cardiac_output_l_per_min;
        self.bypass.map_or(through_heart, |bypass| bypass.systemic_l_per_min(through_heart))
    }

    /// The pump of a membrane lung whose flow is an outcome.
    #[must_use]
    pub fn pumping(&self) -> Option<Pumping> {
        if let Some(bypass) = &self.bypass {
            return bypass.pumping;
        }
        let circuit = self.living_circuit.as_ref().filter(|_| self.ecmo.is_some())?;
        Some(circuit.pump(self.cardiac_output_l_per_min, &self.right_atrium))
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
    /// Breaths per minute.
    pub rate_per_min: f64,
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
            _ if params.airway_held() => {
                Ventilation { mean_airway_cmh2o: Some(get(ParamId::HoldPressure)), ..Ventilation::none() }
            }
            Breathing::Spontaneous => Ventilation::spontaneous(params),
            Breathing::Apnoea => Ventilation::none(),
            Breathing::Ventilated => {
                let (tidal_ml, rate) = (get(ParamId::TidalVolume), get(ParamId::VentilatorRate));
                let driving = tidal_ml / get(ParamId::Compliance);
                Ventilation {
                    alveolar_l_per_min: indices::alveolar_ventilation_l_per_min(tidal_ml, dead_space_ml, rate),
                    minute_l_per_min: l_from_ml(tidal_ml) * rate,
                    rate_per_min: rate,
                    driving_cmh2o: driving,
                    mean_airway_cmh2o: Some(indices::mean_airway_cmh2o(
                        get(ParamId::Peep),
                        driving,
                        get(ParamId::InspiratoryTime),
                    )),
                }
                .without_rounding()
            }
        }
    }

    /// The same, flows that rounding leaves of volumes that cancel taken for none.
    #[must_use]
    pub fn without_rounding(mut self) -> Self {
        for flow in [&mut self.minute_l_per_min, &mut self.alveolar_l_per_min] {
            if *flow < indices::LEAST_FLOW_L_PER_MIN {
                *flow = 0.0;
            }
        }
        self
    }

    /// No breath.
    #[must_use]
    pub fn none() -> Self {
        Ventilation {
            alveolar_l_per_min: 0.0,
            minute_l_per_min: 0.0,
            rate_per_min: 0.0,
            driving_cmh2o: 0.0,
            mean_airway_cmh2o: None,
        }
    }

    /// Spontaneous breathing as set, whatever the switch of the parameters says.
    #[must_use]
    pub fn spontaneous(params: &Params) -> Self {
        let alveolar_l_per_min = params.get(ParamId::AlveolarVentilation);
        // Who does not ventilate the alveoli does not breathe.
        let rate_per_min = if alveolar_l_per_min > 0.0 { params.get(ParamId::SpontaneousRate) } else { 0.0 };
        let dead_space_l = l_from_ml(params.get(ParamId::AnatomicalDeadSpace));
        Ventilation::of_pattern(&Pattern {
            alveolar_l_per_min,
            minute_l_per_min: alveolar_l_per_min + dead_space_l * rate_per_min,
            rate_per_min,
        })
    }

    /// Spontaneous breathing of a pattern.
    #[must_use]
    pub fn of_pattern(pattern: &Pattern) -> Self {
        Ventilation {
            alveolar_l_per_min: pattern.alveolar_l_per_min,
            minute_l_per_min: pattern.minute_l_per_min,
            rate_per_min: pattern.rate_per_min,
            driving_cmh2o: 0.0,
            mean_airway_cmh2o: None,
        }
    }

    /// Tidal volume, mL; none without a breath.
    #[must_use]
    pub fn tidal_ml(&self) -> Option<f64> {
        (self.rate_per_min > 0.0).then(|| ML_PER_L * self.minute_l_per_min / self.rate_per_min)
    }
}

/// What controls a patient's breathing.
#[must_use]
pub fn controller(params: &Params) -> Controller {
    let get = |id| params.get(id);
    let set = Ventilation::spontaneous(params);
    let reference = match get(ParamId::ReferenceVentilation) > 0.0 {
        true => Reference {
            pco2_art_mmhg: get(ParamId::ReferencePco2),
            minute_l_per_min: get(ParamId::ReferenceVentilation),
            desaturation_percent: get(ParamId::ReferenceDesaturation),
            base_excess_mmol_per_l: get(ParamId::ReferenceBaseExcess),
            opioid_depression_frac: get(ParamId::ReferenceOpioid),
        },
        false => Reference {
            pco2_art_mmhg: get(ParamId::Co2SetPoint),
            minute_l_per_min: set.minute_l_per_min,
            desaturation_percent: desaturation_percent(REFERENCE_PO2_MMHG),
            base_excess_mmol_per_l: 0.0,
            opioid_depression_frac: 0.0,
        },
    };
    Controller {
        alveolar_l_per_min: set.alveolar_l_per_min,
        rate_per_min: set.rate_per_min,
        dead_space_ml: get(ParamId::AnatomicalDeadSpace),
        reference,
        co2_response_l_per_min_mmhg: get(ParamId::Co2Response),
        hypoxic_gain_per_percent: get(ParamId::HypoxicGain),
        hypoxic_drive_l_per_min_percent: get(ParamId::HypoxicDrive),
        wakefulness_frac: get(ParamId::WakefulnessDrive),
        opioid_depression_frac: get(ParamId::OpioidDepression),
        base_excess_mmol_per_l: get(ParamId::BaseExcess),
        central_tau_s: get(ParamId::CentralTime),
        peripheral_tau_s: get(ParamId::PeripheralTime),
        acid_tau_s: get(ParamId::AcidTime) * S_PER_H,
        most_alveolar_l_per_min: ParamId::AlveolarVentilation.bounds().max,
    }
}

/// O2 consumption below which it does not fall where mixed venous saturation is held, mL/min.
pub const LEAST_VO2_ML_PER_MIN: f64 = 1.0;
/// O2 consumption of paralysed muscles over that of muscles at rest.
///
/// # Source
/// Koekkoek KWAC et al., Crit Care 2020;24: energy expenditure falls by about 6.7 % under cisatracurium.
const PARALYSED_VO2: f64 = 0.933;

/// Fall of O2 consumption by a degree of cooling.
pub const COOLING_PER_DEGREE: f64 = 0.07;

/// O2 consumption that the tissues ask for, mL/min.
#[must_use]
pub fn vo2_ml_per_min(params: &Params) -> f64 {
    params.get(ParamId::Vo2) * if params.paralysed() { PARALYSED_VO2 } else { 1.0 }
}

/// Share of the output that meets no gas once everything behind a plug is absorbed.
#[must_use]
pub fn without_gas_frac(params: &Params) -> f64 {
    let shunt_frac = shunt_frac(params);
    shunt_frac + (1.0 - shunt_frac) * params.get(ParamId::PluggedShare)
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
