//! Everything that is read off a patient at one moment: the model's truth and the bedside estimates beside it.

use crate::physiology::acid_base;
use crate::physiology::aorta::{self, Branch};
use crate::physiology::blood::{Blood, BloodGas, Chemistry};
use crate::physiology::bubble_study::{BubbleStudy, bubble_study};
use crate::physiology::cavae::Vein;
use crate::physiology::ecmo_pump::Pumping;
use crate::physiology::indices::{self, LEAST_FLOW_L_PER_MIN, LEAST_TENSION_MMHG, NoEstimate};
use crate::physiology::lung_load::{BreathLoad, LungLoad};
use crate::physiology::lung_unit::{self, Contents, GasSupply, mix};
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::physiology::{altitude, membrane, oximeter};
use crate::sim::breathing;
use crate::sim::circuit::{AroundDuct, Bypass, Duct};
use crate::sim::circulation::perfusion::Balance;
use crate::sim::circulation::vessels::Vessels;
use crate::sim::mechanics::Aeration;
use crate::sim::mechanics::bed::{LayeredLung, MechanicsReading};
use crate::sim::params::{ParamId, Params, SUPPLY_LIMIT_FRAC};
use crate::sim::patient::{self, Patient, Ventilation};
use crate::sim::reading::steadiness::{Moment, Steadiness};
use crate::sim::steady::{MixedBlood, NoSteadyState, Solver, SteadyState, UnitState, mixed_blood};
use crate::sim::ventilator_load::breath_load;
use crate::units::{DL_PER_L, NORMAL_TEMPERATURE_C};

/// What a lung remembers: beside its parameters, all that its steady state depends on.
#[derive(Debug, Clone, Copy, Default)]
pub struct LungHistory<'a> {
    /// Units that have collapsed, in the order of [`Patient::units`]; those beyond the list are open.
    pub collapsed: &'a [bool],
    /// How far the cells of a lung in layers are open; none is as the parameters say they were opened before.
    pub aeration: Option<&'a Aeration>,
}

/// A [`LungHistory`] of its own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeptHistory {
    /// See [`LungHistory::collapsed`].
    pub collapsed: Vec<bool>,
    /// See [`LungHistory::aeration`].
    pub aeration: Option<Aeration>,
}

impl KeptHistory {
    /// To be handed to a model.
    #[must_use]
    pub fn borrowed(&self) -> LungHistory<'_> {
        LungHistory { collapsed: &self.collapsed, aeration: self.aeration.as_ref() }
    }
}

/// The model with its warm start: parameters in, snapshots out.
///
/// ```
/// use isoshunt::sim::{params::{ParamId, Params}, reading::snapshot::Model};
/// let mut model = Model::new();
/// let patient = Params::default().with(ParamId::Shunt, 0.3).unwrap();
/// let snapshot = model.snapshot(&patient).unwrap();
/// assert!(snapshot.estimates.aa_gradient_mmhg.unwrap() > 30.0);
/// ```
#[derive(Debug, Clone)]
pub struct Model {
    solver: Solver,
    patient: Patient,
    /// Alveolar ventilation to which control has brought the last patient, L/min: where to begin with the next.
    controlled_l_per_min: Option<f64>,
    flows: Balance,
    /// The last lung in layers, and its breathing.
    lung: Option<(LayeredLung, Ventilation)>,
    /// Whether it was settled from nothing but its parameters.
    lung_is_fresh: bool,
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    /// A model without a past.
    #[must_use]
    pub fn new() -> Self {
        Model {
            solver: Solver::new(),
            patient: Patient::empty(),
            controlled_l_per_min: None,
            flows: Balance::new(),
            lung: None,
            lung_is_fresh: false,
        }
    }

    /// Evaluations of blood contents so far: [`Solver::evaluations`].
    #[must_use]
    pub fn evaluations(&self) -> u64 {
        self.solver.evaluations() + self.flows.evaluations()
    }

    /// The steady state of a patient, without what is read off it: for curves of many solves.
    ///
    /// # Errors
    /// [`NoSteadyState`] with its reason.
    pub fn steady(&mut self, params: &Params) -> Result<SteadyState, NoSteadyState> {
        Ok(self.breathing_steady(params, LungHistory::default())?.1)
    }

    /// The patient with the flows and the breathing that are in force in its steady state, and that state.
    ///
    /// # Errors
    /// [`NoSteadyState`] with its reason.
    pub fn patient_in_force(&mut self, params: &Params) -> Result<(Patient, SteadyState), NoSteadyState> {
        let (_, state) = self.breathing_steady(params, LungHistory::default())?;
        Ok((self.patient.clone(), state))
    }

    /// The steady state and the breathing in it.
    fn breathing_steady(
        &mut self,
        params: &Params,
        history: LungHistory<'_>,
    ) -> Result<(Ventilation, SteadyState), NoSteadyState> {
        let set = Ventilation::new(params);
        let found = if params.breathing_controlled() && !params.airway_held() {
            let start = self.controlled_l_per_min.unwrap_or_else(|| breathing::guess_l_per_min(params));
            breathing::steady(&patient::controller(params), start, |ventilation, within| {
                self.solve_at(params, ventilation, history, within)
            })
        } else {
            self.solve_at(params, &set, history, 0.0).map(|state| (set, state))
        };
        let controlled = found.as_ref().ok().filter(|_| params.breathing_controlled());
        self.controlled_l_per_min = controlled.map(|(ventilation, _)| ventilation.alveolar_l_per_min);
        // In a lung with mechanics the volume of a breath is an outcome.
        found.map(|(ventilation, state)| (self.lung.as_ref().map_or(ventilation, |(_, result)| *result), state))
    }

    /// The steady state at a way of breathing, to the last digit or to `within` of everything; leaves the flows in force
    /// in `self.patient`.
    fn solve_at(
        &mut self,
        params: &Params,
        ventilation: &Ventilation,
        history: LungHistory<'_>,
        within: f64,
    ) -> Result<SteadyState, NoSteadyState> {
        let last = self.lung.take().filter(|_| self.lung_is_fresh);
        self.lung_is_fresh = history.aeration.is_none();
        self.lung = params
            .mechanics()
            .then(|| LayeredLung::settled(params, ventilation, history.aeration, last.as_ref().map(|(lung, _)| lung)));
        let breathing = self.lung.as_ref().map_or(*ventilation, |(_, result)| *result);
        self.patient.update_breathing(params, &breathing);
        self.solve_blood(params, history.collapsed, within)
    }

    /// The steady state of `self.patient` with blood distributed as its vessels do.
    fn solve_blood(&mut self, params: &Params, collapsed: &[bool], within: f64) -> Result<SteadyState, NoSteadyState> {
        let vessels = Vessels::new(params);
        match (&self.lung, &vessels) {
            (Some((lung, breathing)), Some(vessels)) if !self.patient.shut => {
                let alveolar = breathing.alveolar_l_per_min;
                let blood = (&mut self.solver, &mut self.patient);
                self.flows.solve_layers(vessels, lung, alveolar, collapsed, blood, within)
            }
            (None, Some(vessels)) => {
                self.flows.solve(params, vessels, collapsed, (&mut self.solver, &mut self.patient), within)
            }
            _ => {
                self.patient.collapse(collapsed);
                self.solver.solve_within(&self.patient, within)
            }
        }
    }

    /// Solves a patient and reads everything off.
    ///
    /// # Errors
    /// [`NoSteadyState`] with its reason.
    pub fn snapshot(&mut self, params: &Params) -> Result<Snapshot, NoSteadyState> {
        self.snapshot_from(params, LungHistory::default())
    }

    /// As [`Model::snapshot`], of a lung that has become what it is: units that have collapsed are shunt, and cells that
    /// neither open nor close are as they were.
    ///
    /// # Errors
    /// [`NoSteadyState`] with its reason.
    pub fn snapshot_from(&mut self, params: &Params, history: LungHistory<'_>) -> Result<Snapshot, NoSteadyState> {
        let (ventilation, state) = self.breathing_steady(params, history)?;
        let units = self.solver.units(&self.patient).collect();
        let mechanics = self
            .lung
            .as_ref()
            .filter(|_| !self.patient.shut)
            .map(|(lung, breathing)| lung.reading(breathing.alveolar_l_per_min, self.flows.flows()));
        Ok(Snapshot::read(params.clone(), &self.patient, ventilation, state, units, mechanics))
    }

    /// Takes over the lung that another model has settled: where the next patient has the same, it is not settled again.
    pub fn recall_lung(&mut self, other: &Model) {
        self.lung.clone_from(&other.lung);
        self.lung_is_fresh = other.lung_is_fresh;
    }

    /// The last lung in layers, where it was settled from nothing but its parameters.
    #[must_use]
    pub fn fresh_lung(&self) -> Option<&LayeredLung> {
        self.lung().filter(|_| self.lung_is_fresh)
    }

    /// The last lung in layers, settled.
    #[must_use]
    pub fn lung(&self) -> Option<&LayeredLung> {
        self.lung.as_ref().map(|(lung, _)| lung)
    }

    /// As [`Model::snapshot`], of a patient that no parameters describe (a published table, a reference case): all
    /// estimates that need no airway, of gases at body temperature.
    ///
    /// # Errors
    /// [`NoSteadyState`] with its reason.
    pub fn solve_patient(&mut self, patient: &Patient) -> Result<(SteadyState, GasEstimates), NoSteadyState> {
        let state = self.solver.solve(patient)?;
        let body = GasEstimates::at(patient, &state, patient.blood.temperature_c, &state.arterial.gas);
        Ok((state, body))
    }
}

/// Share of the flow of a leg that passes the cannula in its artery. A guess.
const PASSES_CANNULA_FRAC: f64 = 0.3;

/// A patient at one moment, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// What it was solved for.
    pub params: Params,
    /// Arterial, venous and pulmonary arterial blood, membrane lung, work.
    pub state: SteadyState,
    /// Every perfused and ventilated unit.
    pub units: Vec<UnitState>,
    /// Breathing in force.
    pub ventilation: Ventilation,
    /// Gas that reaches the lung: what its airway gives now, which without a breath is not what the device is set to.
    pub inspired: GasSupply,
    /// Blood apart from its gases.
    pub blood: Blood,
    /// Layers, pressures and circulation of a lung with mechanics.
    pub mechanics: Option<MechanicsReading>,
    /// Pump of a membrane lung whose flow is an outcome; also where its gas is off.
    pub pump: Option<Pumping>,
    /// What goes round the heart, where a membrane lung returns into the aorta; also where its gas is off.
    pub bypass: Option<Bypass>,
    /// What a bedside reader computes.
    pub estimates: Estimates,
    /// What the model knows.
    pub truth: Truth,
    /// Whether the estimates have stopped moving.
    pub steadiness: Steadiness,
    /// Haemoglobin that suction has left in the plasma, mg/dL; none where that is told of the pump as it now is.
    pub plasma_hb_mg_per_dl: Option<f64>,
    /// What the ventilator's breaths have done to the lung since the run began; none outside time.
    pub load: Option<LungLoad>,
}

/// Part by which two gas exchange quotients may differ and count as the same.
const SAME_QUOTIENT: f64 = 0.01;

/// Estimates from gases alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GasEstimates {
    /// Inspired PO2 at body temperature, mmHg.
    pub pio2_mmhg: f64,
    /// Alveolar PO2 by the alveolar gas equation, mmHg; as computed, even where not positive.
    pub po2_alv_mmhg: f64,
    /// O2 content of ideal end-capillary blood: at that PO2 and PaCO2, mL/dL.
    pub o2_cap_ml_per_dl: Result<f64, NoEstimate>,
    /// Alveolar-arterial difference, mmHg.
    pub aa_gradient_mmhg: Result<f64, NoEstimate>,
    /// Whole-body venous admixture, against tissue venous blood.
    pub venous_admixture_frac: Result<f64, NoEstimate>,
    /// Admixture of the native lung, against pulmonary arterial blood.
    pub native_admixture_frac: Result<f64, NoEstimate>,
    /// O2 delivery, mL/min.
    pub o2_delivery_ml_per_min: f64,
}

/// The indices of a moment in time.
pub(crate) fn moment(
    patient: &Patient,
    state: &SteadyState,
    ventilation: &Ventilation,
    expired_co2_mmhg_l_per_min: f64,
) -> Moment {
    let measured = patient.blood.measured(&state.arterial.gas);
    let gas = GasEstimates::new(patient, state, &measured);
    let breathes = ventilation.minute_l_per_min > LEAST_FLOW_L_PER_MIN;
    let aa_gradient_mmhg = gas.aa_gradient_mmhg.ok().filter(|_| breathes);
    let pe = expired_co2_mmhg_l_per_min / ventilation.minute_l_per_min;
    let bohr_enghoff = indices::bohr_enghoff_frac(state.arterial.gas.pco2_mmhg, pe);
    Moment {
        fio2_set_frac: patient.fio2_set_frac,
        minute_l_per_min: ventilation.minute_l_per_min,
        aa_gradient_mmhg,
        pf_ratio_mmhg: Some(measured.po2_mmhg / patient.fio2_set_frac),
        arterial_alveolar_ratio: aa_gradient_mmhg.map(|_| measured.po2_mmhg / gas.po2_alv_mmhg),
        venous_admixture_frac: gas.venous_admixture_frac.ok().filter(|_| breathes),
        bohr_enghoff_frac: bohr_enghoff.ok().filter(|_| breathes),
    }
}

impl GasEstimates {
    /// As at the bedside: of arterial blood as the laboratory measures it, at 37 degC.
    fn new(patient: &Patient, state: &SteadyState, measured: &BloodGas) -> Self {
        GasEstimates::at(patient, state, NORMAL_TEMPERATURE_C, measured)
    }

    /// Of arterial blood that has these gases at a temperature.
    fn at(patient: &Patient, state: &SteadyState, temperature_c: f64, arterial: &BloodGas) -> Self {
        let po2_alv_mmhg = indices::alveolar_po2_mmhg(
            patient.fio2_set_frac,
            patient.pb_mmhg,
            water_vapour_mmhg(temperature_c),
            arterial.pco2_mmhg,
            patient.rq_ratio,
        );
        let ideal = if po2_alv_mmhg > LEAST_TENSION_MMHG {
            let chemistry = Chemistry::new(&patient.blood.at(temperature_c));
            Ok(chemistry.gas_at_tensions(po2_alv_mmhg, arterial.pco2_mmhg).o2_ml_per_dl)
        } else {
            Err(NoEstimate::AlveolarPo2NotPositive { po2_alv_mmhg })
        };
        let ideal = if patient.bypass.is_some() { Err(NoEstimate::TwoBloods) } else { ideal };
        // Where supply falls short, or venous saturation is held, the patient's quotient is not the bedside's.
        let (assumed_ratio, quotient_ratio) = (patient.rq_ratio, state.vco2_ml_per_min / state.vo2_ml_per_min);
        let other_quotient = state.vo2_ml_per_min > 0.0 && (quotient_ratio / assumed_ratio - 1.0).abs() > SAME_QUOTIENT;
        let gradient = |gradient_mmhg: f64| match other_quotient && gradient_mmhg < 0.0 {
            true => Err(NoEstimate::OtherQuotient { gradient_mmhg, assumed_ratio, quotient_ratio }),
            false => Ok(gradient_mmhg),
        };
        let admixture =
            |venous_ml_per_dl: f64| indices::venous_admixture_frac(ideal?, arterial.o2_ml_per_dl, venous_ml_per_dl);
        GasEstimates {
            pio2_mmhg: indices::inspired_po2_mmhg(patient.fio2_set_frac, patient.pb_mmhg, patient.ph2o_mmhg()),
            po2_alv_mmhg,
            o2_cap_ml_per_dl: ideal,
            aa_gradient_mmhg: ideal.and_then(|_| gradient(po2_alv_mmhg - arterial.po2_mmhg)),
            venous_admixture_frac: admixture(state.venous.gas.o2_ml_per_dl),
            native_admixture_frac: admixture(state.pulmonary_arterial.gas.o2_ml_per_dl),
            o2_delivery_ml_per_min: indices::o2_delivery_ml_per_min(
                patient.systemic_l_per_min(),
                arterial.o2_ml_per_dl,
            ),
        }
    }
}

/// Everything a bedside reader computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimates {
    /// Arterial blood as the laboratory measures it, at 37 degC; every index is of it, dead space apart. Of the right arm
    /// where two bloods meet in the aorta.
    pub measured: BloodGas,
    /// From gases alone.
    pub gas: GasEstimates,
    /// See [`GasEstimates`]: the one most asked for.
    pub aa_gradient_mmhg: Result<f64, NoEstimate>,
    /// PaO2 over alveolar PO2.
    pub arterial_alveolar_ratio: Result<f64, NoEstimate>,
    /// PaO2 over FiO2, mmHg.
    pub pf_ratio_mmhg: f64,
    /// SpO2 in percent over FiO2.
    pub sf_ratio: f64,
    /// Pulse oximeter reading.
    pub spo2_frac: f64,
    /// Arterial bicarbonate, mmol/L.
    pub bicarbonate_art_mmol_per_l: f64,
    /// Oxygenation index.
    pub oxygenation_index: Result<f64, NoEstimate>,
    /// PCO2 of mixed expired gas of the native lung, mmHg.
    pub pco2_mixed_expired_mmhg: Result<f64, NoEstimate>,
    /// Dead space over tidal volume (Enghoff): gas against blood, both at body temperature.
    pub bohr_enghoff_frac: Result<f64, NoEstimate>,
    /// O2 extraction ratio.
    pub o2_extraction_frac: Result<f64, NoEstimate>,
    /// Recirculation from the three saturations.
    pub recirculation_frac: Result<f64, NoEstimate>,
    /// Altitude at which the barometric pressure is usual, m.
    pub altitude_m: f64,
}

impl Estimates {
    fn new(
        params: &Params,
        patient: &Patient,
        ventilation: &Ventilation,
        state: &SteadyState,
        units: &[UnitState],
    ) -> Self {
        let measured = patient.blood.measured(&state.arterial.gas);
        let mut gas = GasEstimates::new(patient, state, &measured);
        if ventilation.minute_l_per_min <= LEAST_FLOW_L_PER_MIN {
            // What the device is set to does not reach the alveoli.
            gas.o2_cap_ml_per_dl = Err(NoEstimate::NoBreath);
            gas.aa_gradient_mmhg = Err(NoEstimate::NoBreath);
            gas.venous_admixture_frac = Err(NoEstimate::NoBreath);
            gas.native_admixture_frac = Err(NoEstimate::NoBreath);
        }
        let (arterial, venous) = (&state.arterial.gas, &state.venous.gas);
        let spo2_frac =
            oximeter::spo2_frac(arterial.saturation_frac, params.get(ParamId::Cohb), params.get(ParamId::Methb));
        // K·V̇CO2 of the native lung, as its units expire it: with a membrane lung the capnograph sees only that.
        let expired_co2: f64 = units.iter().map(|unit| unit.expired_l_per_min * unit.capillary.pco2_mmhg).sum();
        let pco2_mixed_expired_mmhg = indices::mixed_expired_pco2_mmhg(
            patient.blood.temperature_c,
            expired_co2 / patient.inspired_gas().k_mmhg_l_per_ml,
            ventilation.minute_l_per_min,
        );
        Estimates {
            measured,
            gas,
            aa_gradient_mmhg: gas.aa_gradient_mmhg,
            arterial_alveolar_ratio: gas.aa_gradient_mmhg.map(|_| measured.po2_mmhg / gas.po2_alv_mmhg),
            pf_ratio_mmhg: measured.po2_mmhg / patient.fio2_set_frac,
            sf_ratio: crate::units::percent_from_frac(spo2_frac) / patient.fio2_set_frac,
            spo2_frac,
            bicarbonate_art_mmol_per_l: acid_base::bicarbonate_mmol_per_l(measured.ph, measured.pco2_mmhg),
            oxygenation_index: ventilation
                .mean_airway_cmh2o
                .ok_or(NoEstimate::NoVentilator)
                .and_then(|mean| indices::oxygenation_index(mean, patient.fio2_set_frac, measured.po2_mmhg)),
            pco2_mixed_expired_mmhg,
            bohr_enghoff_frac: pco2_mixed_expired_mmhg
                .and_then(|expired| indices::bohr_enghoff_frac(arterial.pco2_mmhg, expired)),
            o2_extraction_frac: indices::o2_extraction_frac(arterial.o2_ml_per_dl, venous.o2_ml_per_dl),
            recirculation_frac: state.ecmo.ok_or(NoEstimate::NoMembraneLung).and_then(|ecmo| {
                let (drained, returned) = (ecmo.drained.gas.saturation_frac, ecmo.returned.gas.saturation_frac);
                membrane::recirculation_from_saturations(drained, returned, venous.saturation_frac)
                    .ok_or(NoEstimate::DividesByZero { what: "returned less venous saturation" })
            }),
            altitude_m: altitude::altitude_m(patient.pb_mmhg),
        }
    }
}

/// What the model knows and no bedside reader can.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Shunt at the present PEEP, listed units without ventilation included.
    pub shunt_frac: f64,
    /// What of it goes through wide vessels from artery to vein, of the output.
    pub wide_shunt_frac: f64,
    /// Share of the output that goes through dilated capillaries.
    pub dilated_frac: f64,
    /// Alveolar dead space over alveolar ventilation, listed units without perfusion included; none without
    /// ventilation.
    pub alveolar_dead_space_frac: Result<f64, NoEstimate>,
    /// All ventilation that meets no blood, airways included, over minute ventilation; none without ventilation.
    pub dead_space_frac: Result<f64, NoEstimate>,
    /// PO2 of mixed alveolar gas: of the units, by what each expires, mmHg; none where nothing is expired.
    pub po2_alv_mixed_mmhg: Result<f64, NoEstimate>,
    /// PCO2 of mixed alveolar gas of the units, mmHg.
    pub pco2_alv_mixed_mmhg: Result<f64, NoEstimate>,
    /// PO2 and PCO2 of end-tidal gas, mmHg: that of the units with what comes unchanged from alveoli without blood; none
    /// where nobody breathes.
    pub end_tidal_mmhg: Result<[f64; 2], NoEstimate>,
}

impl Truth {
    fn new(patient: &Patient, ventilation: &Ventilation, units: &[UnitState]) -> Self {
        let over = |part: f64, whole: f64, what| {
            if whole > LEAST_FLOW_L_PER_MIN { Ok(part / whole) } else { Err(NoEstimate::DividesByZero { what }) }
        };
        let airways = ventilation.minute_l_per_min - ventilation.alveolar_l_per_min;
        let expired: f64 = units.iter().map(|unit| unit.expired_l_per_min).sum();
        let mixed = |tension: fn(&UnitState) -> f64| {
            let sum = units.iter().map(|unit| unit.expired_l_per_min * tension(unit)).sum();
            over(sum, expired, "ventilation expired by units")
        };
        let dead_l_per_min = patient.dead_space_l_per_min;
        let end_tidal = |tension: fn(&UnitState) -> f64, inspired_mmhg: f64| {
            let sum: f64 = units.iter().map(|unit| unit.expired_l_per_min * tension(unit)).sum();
            (sum + dead_l_per_min * inspired_mmhg) / (expired + dead_l_per_min)
        };
        let breathes =
            ventilation.minute_l_per_min > LEAST_FLOW_L_PER_MIN && expired + dead_l_per_min > LEAST_FLOW_L_PER_MIN;
        Truth {
            end_tidal_mmhg: if breathes {
                let po2_mmhg = end_tidal(|unit| unit.po2_alv_mmhg, patient.inspired_gas().pio2_mmhg);
                Ok([po2_mmhg, end_tidal(|unit| unit.capillary.pco2_mmhg, 0.0)])
            } else {
                Err(NoEstimate::NoBreath)
            },
            shunt_frac: patient.shunt_l_per_min / patient.cardiac_output_l_per_min,
            wide_shunt_frac: patient.wide_shunt_l_per_min / patient.cardiac_output_l_per_min,
            dilated_frac: patient.dilated_l_per_min() / patient.cardiac_output_l_per_min,
            alveolar_dead_space_frac: over(
                patient.dead_space_l_per_min,
                ventilation.alveolar_l_per_min,
                "alveolar ventilation",
            ),
            dead_space_frac: over(
                airways + patient.dead_space_l_per_min,
                ventilation.minute_l_per_min,
                "minute ventilation",
            ),
            po2_alv_mixed_mmhg: mixed(|unit| unit.po2_alv_mmhg),
            pco2_alv_mixed_mmhg: mixed(|unit| unit.capillary.pco2_mmhg),
        }
    }
}

fn contents(blood: &MixedBlood) -> Contents {
    lung_unit::contents(&blood.gas, blood.pn2_mmhg)
}

impl Snapshot {
    /// Reads everything off a state of a patient, steady or not.
    pub(crate) fn read(
        params: Params,
        patient: &Patient,
        ventilation: Ventilation,
        state: SteadyState,
        units: Vec<UnitState>,
        mechanics: Option<MechanicsReading>,
    ) -> Snapshot {
        let estimates = Estimates::new(&params, patient, &ventilation, &state, &units);
        let truth = Truth::new(patient, &ventilation, &units);
        let (inspired, blood) = (patient.inspired_gas(), patient.blood);
        let (pump, bypass, steadiness) = (patient.pumping(), patient.bypass, Steadiness::STEADY);
        let mut now = Snapshot {
            params,
            state,
            units,
            ventilation,
            inspired,
            blood,
            mechanics,
            pump,
            bypass,
            estimates,
            truth,
            steadiness,
            plasma_hb_mg_per_dl: None,
            load: None,
        };
        if let Some(arm) = now.branch(Branch::RightArm) {
            // Finger and arterial line are of the right arm.
            let get = |id| now.params.get(id);
            let spo2_frac = oximeter::spo2_frac(arm.gas.saturation_frac, get(ParamId::Cohb), get(ParamId::Methb));
            let measured = patient.blood.measured(&arm.gas);
            now.estimates = Estimates {
                measured,
                pf_ratio_mmhg: measured.po2_mmhg / patient.fio2_set_frac,
                spo2_frac,
                sf_ratio: crate::units::percent_from_frac(spo2_frac) / patient.fio2_set_frac,
                bicarbonate_art_mmol_per_l: acid_base::bicarbonate_mmol_per_l(measured.ph, measured.pco2_mmhg),
                bohr_enghoff_frac: Err(NoEstimate::TwoBloods),
                recirculation_frac: now.estimates.recirculation_frac.and(Err(NoEstimate::UnevenDrainage)),
                oxygenation_index: now
                    .ventilation
                    .mean_airway_cmh2o
                    .ok_or(NoEstimate::NoVentilator)
                    .and_then(|mean| indices::oxygenation_index(mean, patient.fio2_set_frac, measured.po2_mmhg)),
                ..now.estimates
            };
        }
        now
    }

    /// What a study with agitated saline shows at rest.
    #[must_use]
    pub fn bubble_study(&self) -> BubbleStudy {
        let foramen = self.mechanics.as_ref().map_or(0.0, |reading| reading.circulation.foramen_l_per_min);
        self.bubbles(foramen)
    }

    /// As [`Snapshot::bubble_study`], in the beat in which a strain (Valsalva) or a high PEEP is let go of.
    #[must_use]
    pub fn released_bubble_study(&self) -> BubbleStudy {
        let foramen = self.mechanics.as_ref().map_or(0.0, |reading| reading.released_foramen_l_per_min);
        self.bubbles(foramen)
    }

    fn bubbles(&self, foramen_l_per_min: f64) -> BubbleStudy {
        let output = self.output_l_per_min().max(LEAST_FLOW_L_PER_MIN);
        let through_lung = self.truth.wide_shunt_frac + self.truth.dilated_frac;
        bubble_study(foramen_l_per_min / output, through_lung, output, self.params.get(ParamId::PredictedWeight))
    }

    /// Diffusing capacity for O2 of all ventilated lung with the capillaries it has, mL/min/mmHg; none where diffusion does
    /// not limit.
    #[must_use]
    pub fn dlo2_ml_per_min_mmhg(&self) -> Option<f64> {
        let all = self.params.diffusion_limited().then(|| self.params.get(ParamId::Dlo2))?;
        Some(all * self.params.wide_vessels().diffusing_frac())
    }

    /// What a breath of the ventilator does to the lung; none without one.
    #[must_use]
    pub fn breath_load(&self) -> Option<BreathLoad> {
        let lung = self.mechanics.as_ref().map(|reading| (&reading.breath, &reading.layers));
        breath_load(&self.params, &self.ventilation, lung)
    }

    /// O2 fraction of the gas that reaches the lung.
    #[must_use]
    pub fn inspired_o2_frac(&self) -> f64 {
        self.inspired.pio2_mmhg / self.inspired.dry_mmhg
    }

    /// What the left ventricle ejects, L/min: the output of the heart but for what a vent takes.
    #[must_use]
    pub fn ejected_l_per_min(&self) -> f64 {
        self.output_l_per_min() - self.bypass.map_or(0.0, |bypass| bypass.vented_l_per_min)
    }

    /// What the body gets, L/min: the output of the heart, and what a bypass gives.
    #[must_use]
    pub fn systemic_l_per_min(&self) -> f64 {
        let through_heart = self.output_l_per_min();
        self.bypass.map_or(through_heart, |bypass| bypass.systemic_l_per_min(through_heart))
    }

    /// Share of the heart in what the body gets.
    #[must_use]
    pub fn native_frac(&self) -> f64 {
        self.ejected_l_per_min() / self.systemic_l_per_min()
    }

    /// Contents of the blood that leaves the left heart.
    fn native_contents(&self) -> Contents {
        let pulmonary = contents(&self.state.pulmonary_arterial);
        let past_l_per_min = self.truth.shunt_frac * self.output_l_per_min();
        let mut sum = pulmonary * past_l_per_min;
        let mut flow_l_per_min = past_l_per_min;
        for unit in &self.units {
            sum += lung_unit::contents(&unit.capillary, unit.pn2_alv_mmhg) * unit.perfusion_l_per_min;
            flow_l_per_min += unit.perfusion_l_per_min;
        }
        if flow_l_per_min > 0.0 { sum / flow_l_per_min } else { pulmonary }
    }

    /// O2 that the native lung takes up, mL/min.
    #[must_use]
    pub fn native_o2_uptake_ml_per_min(&self) -> f64 {
        let gained = self.native_contents().x - contents(&self.state.pulmonary_arterial).x;
        DL_PER_L * self.output_l_per_min() * gained
    }

    /// Blood in tensions.
    fn blood_of(&self, contents: &Contents) -> MixedBlood {
        let chemistry = Chemistry::new(&self.blood);
        let start = chemistry.at_tensions(self.state.arterial.gas.po2_mmhg, self.state.arterial.gas.pco2_mmhg);
        mixed_blood(&chemistry, contents, start).0
    }

    /// Contents of the blood of a branch of the aorta, where a membrane lung returns into it.
    fn branch_contents(&self, branch: Branch) -> Option<Contents> {
        self.bypass?;
        let returned = self.state.around_heart.map_or(contents(&self.state.venous), |of| of.returned);
        let native_frac = aorta::native_fracs(self.native_frac())[branch as usize];
        Some(mix(native_frac, &self.native_contents(), &returned))
    }

    /// Blood of a branch of the aorta, where a membrane lung returns into it: elsewhere all arteries have one.
    #[must_use]
    pub fn branch(&self, branch: Branch) -> Option<MixedBlood> {
        self.branch_contents(branch).map(|contents| self.blood_of(&contents))
    }

    /// Arterial blood as a needle at the bedside draws it, at body temperature: of the right arm where two bloods meet in the
    /// aorta, since their mean flows in no vessel.
    #[must_use]
    pub fn bedside_arterial(&self) -> BloodGas {
        self.branch(Branch::RightArm).map_or(self.state.arterial.gas, |blood| blood.gas)
    }

    /// Blood of a vein, where a membrane lung returns into the aorta: elsewhere it is told of all of them mixed.
    #[must_use]
    pub fn vein(&self, vein: Vein) -> Option<MixedBlood> {
        let of = self.state.around_heart?;
        Some(self.blood_of(&(contents(&self.state.venous) + of.veins[vein as usize])))
    }

    /// Flow to the leg below the cannula of a pump that returns by the groin, over what the leg would get without: what
    /// passes the cannula, and what a cannula of its own brings.
    #[must_use]
    pub fn cannulated_leg_frac(&self) -> Option<f64> {
        let bypass = self.bypass?;
        let leg_l_per_min = 0.5 * Branch::Legs.shares()[0] * self.systemic_l_per_min();
        let brought = self.params.get(ParamId::LegPerfusion).min(bypass.arterial_l_per_min());
        Some((PASSES_CANNULA_FRAC + brought / leg_l_per_min).min(1.0))
    }

    /// Blood that leaves the left heart, where another goes round it.
    #[must_use]
    pub fn left_heart(&self) -> Option<MixedBlood> {
        self.bypass.map(|_| self.blood_of(&self.native_contents()))
    }

    /// What near-infrared light at the right of the forehead reads, where a membrane lung returns into the aorta: the brain
    /// uses its share of the O2, and makes its share of the CO2, from the blood that it gets.
    #[must_use]
    pub fn near_infrared_frac(&self) -> Option<f64> {
        let arterial = self.branch_contents(Branch::RightBrain)?;
        let [of_flow, of_use] = Branch::RightBrain.shares();
        let per_dl = of_use / (of_flow * DL_PER_L * self.systemic_l_per_min());
        let (used, made) = (self.state.vo2_ml_per_min * per_dl, self.state.vco2_ml_per_min * per_dl);
        let left = (1.0 - SUPPLY_LIMIT_FRAC) * arterial.x;
        let jugular = Contents::new((arterial.x - used).max(left), arterial.y + made, arterial.z);
        let saturation = |contents: &Contents| self.blood_of(contents).gas.saturation_frac;
        Some(aorta::near_infrared_frac(saturation(&arterial), saturation(&jugular)))
    }

    /// Blood of the right arm and of the legs, where they differ: around an open duct, or where a membrane lung returns into
    /// the aorta.
    #[must_use]
    pub fn arm_and_leg(&self) -> Option<AroundDuct<MixedBlood>> {
        match (self.branch(Branch::RightArm), self.branch(Branch::Legs)) {
            (Some(before), Some(after)) => Some(AroundDuct { before, after }),
            _ => self.around_duct(),
        }
    }

    /// Output of the heart, L/min: as set, or as it answers.
    #[must_use]
    pub fn output_l_per_min(&self) -> f64 {
        self.mechanics
            .as_ref()
            .map_or(self.params.get(ParamId::CardiacOutput), |reading| reading.circulation.output_l_per_min)
    }

    /// Airway pressure at end inspiration, cmH2O.
    #[must_use]
    pub fn plateau_cmh2o(&self) -> f64 {
        match &self.mechanics {
            Some(reading) => reading.breath.inspired.airway_cmh2o,
            None if self.params.airway_held() => self.params.get(ParamId::HoldPressure),
            None => self.params.get(ParamId::Peep) + self.ventilation.driving_cmh2o,
        }
    }

    /// Blood before and after an open duct; none without one.
    #[must_use]
    pub fn around_duct(&self) -> Option<AroundDuct<MixedBlood>> {
        let mechanics = self.mechanics.as_ref()?;
        let flows = &mechanics.circulation;
        let duct = Duct::open(flows.ductal_l_per_min, flows.output_l_per_min, mechanics.below_duct_frac)?;
        let sides = duct.around(&contents(&self.state.arterial), &contents(&self.state.pulmonary_arterial));
        let chemistry = Chemistry::new(&self.blood);
        let start = chemistry.at_tensions(self.state.arterial.gas.po2_mmhg, self.state.arterial.gas.pco2_mmhg);
        let mixed = |contents: &Contents| mixed_blood(&chemistry, contents, start).0;
        Some(AroundDuct { before: mixed(&sides.before), after: mixed(&sides.after) })
    }

    /// V/Q of a unit, by the basis of the patient.
    #[must_use]
    pub fn unit_vq(&self, unit: &UnitState) -> f64 {
        let ventilation = match self.params.basis() {
            crate::physiology::lung_unit::Basis::Inspired => unit.inspired_l_per_min,
            crate::physiology::lung_unit::Basis::Expired => unit.expired_l_per_min,
        };
        ventilation / unit.perfusion_l_per_min
    }
}
