//! The mechanism by the rescue team, and the truth beside it: what a team measures on a patient in layers, what it says of
//! it, and what each mechanism's going would really gain.

use thiserror::Error;

use crate::physiology::blood::Chemistry;
use crate::physiology::indices;
use crate::physiology::mechanism::{Delivery, Measured, Mechanism, Saying, first_two};
use crate::sim::mechanics::maneuvers::recruitment_to_inflation;
use crate::sim::params::{Breathing, ParamError, ParamId, Params};
use crate::sim::patient;
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::steady::NoSteadyState;
use crate::units::{DL_PER_L, NORMAL_TEMPERATURE_C};

/// PEEP at which opened lung is held, and the airway pressure that opened it, cmH2O.
const OPENED_CMH2O: [f64; 2] = [15.0, 40.0];
/// High and low PEEP of the recruitment-to-inflation ratio, cmH2O.
const RATIO_CMH2O: [f64; 2] = [15.0, 5.0];
/// PaCO2 that counts as much as 1 mL/dL of O2, mmHg.
const PCO2_PER_ML_MMHG: f64 = 10.0;

/// Points that a mechanism's going must gain to be called one.
const LEAST_GAIN: f64 = 0.1;

/// The better end of what a patient and a healthy lung have.
type Better = fn(f64, f64) -> f64;

/// A mechanism, which end is better, and what is normal.
type Normal = (Mechanism, Better, &'static [(ParamId, f64)]);

/// What a healthy lung has instead: share of consolidated and of collapsible tissue, spread of V/Q, dead space, filling
/// pressure and strength of the heart. Nobody who has less trouble is given more.
const NORMAL: [Normal; 5] = [
    (Mechanism::Shunt, f64::min, &[(ParamId::Consolidated, 0.02)]),
    (Mechanism::LowVolume, f64::min, &[(ParamId::Collapsible, 0.02)]),
    (Mechanism::LowVq, f64::min, &[(ParamId::Mode1LogSd, 0.5)]),
    (Mechanism::DeadSpace, f64::min, &[(ParamId::Clot, 0.0), (ParamId::AlveolarDeadSpace, 0.02)]),
    (Mechanism::Circulation, f64::max, &[(ParamId::MeanSystemicPressure, 10.0), (ParamId::HeartStrength, 1.0)]),
];

/// Why no mechanism is looked for.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoMechanism {
    /// The lung has no layers: nothing in it opens.
    #[error("mechanism needs a lung in layers: add --set mechanics=on")]
    NoLayers,
    /// Nobody ventilates.
    #[error("mechanism needs a patient on a ventilator: add --set breathing=ventilated")]
    NoVentilator,
    /// A membrane lung takes part.
    #[error("a membrane lung runs: this blood is not the work of this lung alone")]
    MembraneLung,
    /// The patient, or what he is on pure O2 or opened, has no steady state.
    #[error(transparent)]
    NoSteadyState(#[from] NoSteadyState),
    /// No number for what is measured.
    #[error(transparent)]
    NoEstimate(#[from] indices::NoEstimate),
    /// What no parameter takes.
    #[error(transparent)]
    Param(#[from] ParamError),
}

/// One arterial and one mixed venous gas, at 37 °C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gases {
    /// Inspired O2 fraction.
    pub fio2_frac: f64,
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_art_mmhg: f64,
    /// Mixed venous PO2, mmHg.
    pub po2_ven_mmhg: f64,
    /// Mixed venous PCO2, mmHg.
    pub pco2_ven_mmhg: f64,
}

/// All that is measured at the bedside.
#[derive(Debug, Clone, PartialEq)]
pub struct Bedside {
    /// On the FiO2 set.
    pub as_set: Gases,
    /// On pure O2.
    pub on_oxygen: Gases,
    /// On pure O2 at PEEP 15, after an inflation to 40 cmH2O.
    pub opened: Gases,
    /// Dead space over tidal volume (Enghoff).
    pub dead_space_frac: f64,
    /// Cardiac output, L/min.
    pub output_l_per_min: f64,
    /// Recruitment-to-inflation ratio between PEEP 15 and 5.
    pub recruitment_ratio: Option<f64>,
    /// What the laboratory knows: blood, pressure, quotient.
    params: Params,
}

impl Gases {
    fn read(snapshot: &Snapshot) -> Gases {
        let measured = |gas| snapshot.blood.measured(gas);
        let (arterial, venous) = (measured(&snapshot.bedside_arterial()), measured(&snapshot.state.venous.gas));
        Gases {
            fio2_frac: snapshot.params.get(ParamId::Fio2),
            po2_art_mmhg: arterial.po2_mmhg,
            pco2_art_mmhg: arterial.pco2_mmhg,
            po2_ven_mmhg: venous.po2_mmhg,
            pco2_ven_mmhg: venous.pco2_mmhg,
        }
    }
}

/// O2 contents of ideal, arterial and mixed venous blood, mL/dL.
struct Contents {
    ideal: f64,
    arterial: f64,
    venous: f64,
}

impl Contents {
    /// Share of blood that seems to have met no gas.
    fn admixture(&self) -> Result<f64, indices::NoEstimate> {
        indices::venous_admixture_frac(self.ideal, self.arterial, self.venous)
    }
}

impl Bedside {
    /// Measures a patient.
    ///
    /// # Errors
    /// [`NoMechanism`]: no layers, no ventilator, a membrane lung, no steady state somewhere.
    pub fn measure(params: &Params) -> Result<Bedside, NoMechanism> {
        if !params.mechanics() {
            return Err(NoMechanism::NoLayers);
        }
        if params.breathing() != Breathing::Ventilated {
            return Err(NoMechanism::NoVentilator);
        }
        if params.ecmo() {
            return Err(NoMechanism::MembraneLung);
        }
        let mut model = Model::new();
        let now = model.snapshot(params)?;
        let on_oxygen = params.with(ParamId::Fio2, 1.0)?;
        let [peep, opened_to] = OPENED_CMH2O;
        let opened = on_oxygen.with(ParamId::Peep, peep)?.with(ParamId::OpenedTo, opened_to)?;
        let [high, low] = RATIO_CMH2O;
        Ok(Bedside {
            as_set: Gases::read(&now),
            on_oxygen: Gases::read(&model.snapshot(&on_oxygen)?),
            opened: Gases::read(&model.snapshot(&opened)?),
            dead_space_frac: now.estimates.bohr_enghoff_frac?,
            output_l_per_min: now.output_l_per_min(),
            recruitment_ratio: recruitment_to_inflation(params, high, low).map(|found| found.ratio),
            params: params.clone(),
        })
    }

    fn contents(&self, gases: &Gases) -> Contents {
        let blood = patient::blood(&self.params).at(NORMAL_TEMPERATURE_C);
        let chemistry = Chemistry::new(&blood);
        let content = |po2: f64, pco2: f64| chemistry.gas_at_tensions(po2, pco2).o2_ml_per_dl;
        let ideal_mmhg = indices::alveolar_po2_mmhg(
            gases.fio2_frac,
            self.params.get(ParamId::Pb),
            crate::units::PH2O_MMHG,
            gases.pco2_art_mmhg,
            self.params.get(ParamId::Rq),
        );
        Contents {
            ideal: content(ideal_mmhg.max(1.0), gases.pco2_art_mmhg),
            arterial: content(gases.po2_art_mmhg, gases.pco2_art_mmhg),
            venous: content(gases.po2_ven_mmhg, gases.pco2_ven_mmhg),
        }
    }

    /// What the scores are made of.
    ///
    /// # Errors
    /// [`NoMechanism::NoEstimate`] where an admixture does not exist.
    pub fn measured(&self) -> Result<Measured, NoMechanism> {
        let now = self.contents(&self.as_set);
        Ok(Measured {
            admixture_frac: now.admixture()?,
            admixture_on_oxygen_frac: self.contents(&self.on_oxygen).admixture()?,
            admixture_opened_frac: self.contents(&self.opened).admixture()?,
            recruitment_ratio: self.recruitment_ratio,
            o2_cap_ml_per_dl: now.ideal,
            o2_art_ml_per_dl: now.arterial,
            o2_ven_ml_per_dl: now.venous,
            dead_space_frac: self.dead_space_frac,
            pf_mmhg: self.as_set.po2_art_mmhg / self.as_set.fio2_frac,
            pco2_art_mmhg: self.as_set.pco2_art_mmhg,
            output_l_per_min: self.output_l_per_min,
            vo2_ml_per_min: DL_PER_L * self.output_l_per_min * (now.arterial - now.venous),
        })
    }

    /// Delivery and demand.
    ///
    /// # Errors
    /// As [`Bedside::measured`].
    pub fn delivery(&self) -> Result<Delivery, NoMechanism> {
        let measured = self.measured()?;
        let blood = patient::blood(&self.params).at(NORMAL_TEMPERATURE_C);
        let arterial = Chemistry::new(&blood).gas_at_tensions(self.as_set.po2_art_mmhg, self.as_set.pco2_art_mmhg);
        Ok(Delivery {
            extraction_frac: indices::o2_extraction_frac(measured.o2_art_ml_per_dl, measured.o2_ven_ml_per_dl)?,
            output_l_per_min: self.output_l_per_min,
            hb_g_per_dl: self.params.get(ParamId::Hb),
            dyshaemoglobin_frac: self.params.get(ParamId::Cohb) + self.params.get(ParamId::Methb),
            saturation_frac: arterial.saturation_frac,
            vo2_ml_per_min: measured.vo2_ml_per_min,
        })
    }

    /// What the team says.
    ///
    /// # Errors
    /// As [`Bedside::measured`].
    pub fn say(&self) -> Result<Saying, NoMechanism> {
        Ok(self.measured()?.say())
    }
}

/// What the model knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// What O2 delivery gains per dL of the present output where a mechanism alone is made normal, 10 mmHg of PaCO2
    /// counting as 1 mL/dL; of each of [`Mechanism::ALL`], points.
    pub gains: [f64; 5],
    /// The largest.
    pub first: Mechanism,
    /// The next.
    pub second: Mechanism,
}

impl Truth {
    /// Whether any mechanism's going gains something.
    #[must_use]
    pub fn names_any(&self) -> bool {
        self.gains[self.first as usize] >= LEAST_GAIN
    }
}

impl Truth {
    /// Makes each mechanism normal in turn, as far as it is worse. One without which the patient has no steady state gains
    /// nothing.
    ///
    /// # Errors
    /// [`NoMechanism::NoSteadyState`] of the patient as he is.
    pub fn of(params: &Params) -> Result<Truth, NoMechanism> {
        let mut model = Model::new();
        let now = model.snapshot(params)?;
        let delivery = |snapshot: &Snapshot| snapshot.estimates.gas.o2_delivery_ml_per_min;
        let pco2 = |snapshot: &Snapshot| snapshot.bedside_arterial().pco2_mmhg;
        let mut gains = [0.0; 5];
        for (mechanism, better, normal) in NORMAL {
            let mut cured = params.clone();
            for (id, value) in normal {
                cured.set(*id, better(params.get(*id), *value))?;
            }
            if cured == *params {
                continue;
            }
            let Ok(cured) = model.snapshot(&cured) else { continue };
            let more = (delivery(&cured) - delivery(&now)) / (DL_PER_L * now.output_l_per_min());
            gains[mechanism as usize] = more + (pco2(&now) - pco2(&cured)) / PCO2_PER_ML_MMHG;
        }
        let [first, second] = first_two(&gains);
        Ok(Truth { gains, first, second })
    }
}
