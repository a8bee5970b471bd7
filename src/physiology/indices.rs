//! What a bedside reader computes from gases: estimates, each absent where it does not exist.

use thiserror::Error;

use crate::units::{DL_PER_L, btps_stpd_mmhg_l_per_ml};

/// Difference of contents, mL/dL, that counts as none: what rounding and the ends of searches leave of two that are equal.
pub const LEAST_CONTENT_ML_PER_DL: f64 = 1e-6;
/// Tension that counts as none, mmHg: an analyser prints tenths.
pub const LEAST_TENSION_MMHG: f64 = 1e-2;
/// Flow of gas that counts as none, L/min: what rounding leaves of two volumes that cancel.
pub const LEAST_FLOW_L_PER_MIN: f64 = 1e-9;
/// Difference of saturations that counts as none.
pub const LEAST_SATURATION_FRAC: f64 = 1e-6;

/// Why an estimate does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NoEstimate {
    /// The alveolar gas equation gives no positive PO2.
    #[error("alveolar PO2 by the alveolar gas equation is {po2_alv_mmhg:.1} mmHg, not positive")]
    AlveolarPo2NotPositive {
        /// What it gives, mmHg.
        po2_alv_mmhg: f64,
    },
    /// End-capillary content is no higher than venous content.
    #[error("end-capillary O2 content {capillary_ml_per_dl:.2} is not above mixed venous {venous_ml_per_dl:.2} mL/dL")]
    CapillaryNotAboveVenous {
        /// End-capillary content, mL/dL.
        capillary_ml_per_dl: f64,
        /// Mixed venous content, mL/dL.
        venous_ml_per_dl: f64,
    },
    /// An estimate that takes breaths for granted, in apnoea.
    #[error("apnoea: the alveolar gas equation takes breaths for granted")]
    NoBreath,
    /// An index of ventilator settings without a ventilator.
    #[error("breathing spontaneously: no mean airway pressure of a ventilator")]
    NoVentilator,
    /// A gradient below zero of a patient whose gas exchange quotient is not the one that the equation takes for granted.
    #[error(
        "alveolar gas equation with R {assumed_ratio:.2} gives an A-a gradient of {gradient_mmhg:.1} mmHg; R is {quotient_ratio:.2}"
    )]
    OtherQuotient {
        /// What the equation gives, mmHg.
        gradient_mmhg: f64,
        /// V̇CO2/V̇O2 that it takes for granted.
        assumed_ratio: f64,
        /// V̇CO2/V̇O2 as it is.
        quotient_ratio: f64,
    },
    /// A ratio whose denominator is 0.
    #[error("{what} is 0")]
    DividesByZero {
        /// What is 0.
        what: &'static str,
    },
    /// No blood goes round the heart.
    #[error("no membrane lung returns into the aorta")]
    NoBypass,
    /// Blood of the heart and blood of a pump meet in the aorta.
    #[error("two bloods meet in the aorta: an index of arterial blood is of neither")]
    TwoBloods,
    /// A pump takes more of one vein than of another.
    #[error("the pump drains its veins unevenly: saturations tell of that, and not of recirculation")]
    UnevenDrainage,
    /// No membrane lung runs.
    #[error("no membrane lung runs with its gas on")]
    NoMembraneLung,
    /// Flow and recirculation of the membrane lung are as set: no pump, cannula or vein is there to be read.
    #[error("the circuit of the membrane lung is as set")]
    CircuitAsSet,
    /// Nothing of the membrane lung ages, and no cells break.
    #[error("ageing of the membrane lung is off")]
    NothingAges,
    /// The lung has no layers and mechanics.
    #[error("layers and mechanics are off")]
    NoMechanics,
    /// No duct is open.
    #[error("no duct is open")]
    NoDuct,
    /// Blood and gas come to balance in every capillary.
    #[error("diffusion does not limit")]
    NoDiffusionLimit,
    /// No bubble of a contrast study reaches the left heart.
    #[error("no bubble reaches the left heart")]
    NoBubbles,
    /// What adds up needs time that passes.
    #[error("counted only as time runs")]
    NoTime,
}

/// PO2 of moist inspired gas, mmHg: `FiO2·(PB − PH2O)`.
///
/// ```
/// assert!((isoshunt::physiology::indices::inspired_po2_mmhg(0.21, 667.0, 47.0) - 130.2).abs() < 1e-9);
/// ```
#[must_use]
pub fn inspired_po2_mmhg(fio2_frac: f64, pb_mmhg: f64, ph2o_mmhg: f64) -> f64 {
    fio2_frac * (pb_mmhg - ph2o_mmhg)
}

/// Alveolar PO2 by the alveolar gas equation, mmHg.
///
/// ```text
/// PAO2 = FiO2(PB − PH2O) − PaCO2·(FiO2 + (1 − FiO2)/R)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `fio2_frac` | fraction | 0.1 to 1 |
/// | `pb_mmhg` | mmHg | above `ph2o_mmhg` |
/// | `ph2o_mmhg` | mmHg | of the temperature at which `pco2_art_mmhg` is told: 47 at 37 degC |
/// | `pco2_art_mmhg` | mmHg | 0 or more |
/// | `rq_ratio` | V̇CO2/V̇O2 | above 0 |
///
/// # Source
/// Fenn WO, Rahn H, Otis AB, Am J Physiol 1946;146:637-653. On pure O2 the factor of PaCO2 is 1, not 1/R: two
/// equations are in use that differ by 10 mmHg there.
///
/// ```
/// let po2_alv = isoshunt::physiology::indices::alveolar_po2_mmhg(1.0, 760.0, 47.0, 40.0, 0.8);
/// assert!((po2_alv - 673.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn alveolar_po2_mmhg(fio2_frac: f64, pb_mmhg: f64, ph2o_mmhg: f64, pco2_art_mmhg: f64, rq_ratio: f64) -> f64 {
    inspired_po2_mmhg(fio2_frac, pb_mmhg, ph2o_mmhg) - pco2_art_mmhg * (fio2_frac + (1.0 - fio2_frac) / rq_ratio)
}

/// Venous admixture: the shunt that would explain arterial content if the rest of the lung were ideal.
///
/// ```text
/// Qs/Qt = (Cc' − Ca)/(Cc' − Cv)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | all | O2 content, mL/dL | Cc' above Cv |
///
/// # Errors
/// [`NoEstimate::CapillaryNotAboveVenous`].
///
/// # Source
/// Berggren SM, Acta Physiol Scand 1942;4 Suppl 11.
///
/// ```
/// let q = isoshunt::physiology::indices::venous_admixture_frac(20.39, 19.36, 14.19).unwrap();
/// assert!((q - 1.03 / 6.20).abs() < 1e-12);
/// ```
pub fn venous_admixture_frac(
    capillary_ml_per_dl: f64,
    arterial_ml_per_dl: f64,
    venous_ml_per_dl: f64,
) -> Result<f64, NoEstimate> {
    if capillary_ml_per_dl - venous_ml_per_dl > LEAST_CONTENT_ML_PER_DL {
        Ok((capillary_ml_per_dl - arterial_ml_per_dl) / (capillary_ml_per_dl - venous_ml_per_dl))
    } else {
        Err(NoEstimate::CapillaryNotAboveVenous { capillary_ml_per_dl, venous_ml_per_dl })
    }
}

/// PCO2 of mixed expired gas at body temperature, mmHg: `K·V̇CO2/V̇E`.
///
/// # Errors
/// [`NoEstimate::DividesByZero`] where nothing is breathed.
pub fn mixed_expired_pco2_mmhg(
    temperature_c: f64,
    vco2_ml_per_min: f64,
    minute_ventilation_l_per_min: f64,
) -> Result<f64, NoEstimate> {
    if minute_ventilation_l_per_min > LEAST_FLOW_L_PER_MIN {
        Ok(btps_stpd_mmhg_l_per_ml(temperature_c) * vco2_ml_per_min / minute_ventilation_l_per_min)
    } else {
        Err(NoEstimate::DividesByZero { what: "minute ventilation" })
    }
}

/// Dead space over tidal volume (Bohr's equation with arterial PCO2, Enghoff).
///
/// ```text
/// VD/VT = (PaCO2 − PĒCO2)/PaCO2
/// ```
/// # Errors
/// [`NoEstimate::DividesByZero`] where PaCO2 is 0.
///
/// # Source
/// Enghoff H, Uppsala Läkarefören Förh 1938;44:191-218.
///
/// ```
/// let vd_vt = isoshunt::physiology::indices::bohr_enghoff_frac(40.0, 27.0).unwrap();
/// assert!((vd_vt - 0.325).abs() < 1e-12);
/// ```
pub fn bohr_enghoff_frac(pco2_art_mmhg: f64, pco2_mixed_expired_mmhg: f64) -> Result<f64, NoEstimate> {
    if pco2_art_mmhg > LEAST_TENSION_MMHG {
        Ok((pco2_art_mmhg - pco2_mixed_expired_mmhg) / pco2_art_mmhg)
    } else {
        Err(NoEstimate::DividesByZero { what: "PaCO2" })
    }
}

/// Oxygenation index, cmH2O/mmHg times 100.
///
/// ```text
/// OI = Pmean·FiO2·100/PaO2
/// ```
/// # Errors
/// [`NoEstimate::DividesByZero`] where PaO2 is 0.
///
/// # Source
/// Ortiz RM, Cilley RE, Bartlett RH, Pediatr Clin North Am 1987;34:39-46.
///
/// ```
/// let oi = isoshunt::physiology::indices::oxygenation_index(18.0, 0.6, 80.0).unwrap();
/// assert!((oi - 13.5).abs() < 1e-12);
/// ```
pub fn oxygenation_index(mean_airway_cmh2o: f64, fio2_frac: f64, po2_art_mmhg: f64) -> Result<f64, NoEstimate> {
    if po2_art_mmhg > LEAST_TENSION_MMHG {
        Ok(mean_airway_cmh2o * fio2_frac * 100.0 / po2_art_mmhg)
    } else {
        Err(NoEstimate::DividesByZero { what: "PaO2" })
    }
}

/// O2 extraction: what tissues take of what reaches them.
///
/// ```text
/// O2ER = (CaO2 − Cv̄O2)/CaO2
/// ```
/// # Errors
/// [`NoEstimate::DividesByZero`] where arterial blood holds no O2.
///
/// ```
/// assert!((isoshunt::physiology::indices::o2_extraction_frac(20.0, 15.0).unwrap() - 0.25).abs() < 1e-12);
/// ```
pub fn o2_extraction_frac(arterial_ml_per_dl: f64, venous_ml_per_dl: f64) -> Result<f64, NoEstimate> {
    if arterial_ml_per_dl > LEAST_CONTENT_ML_PER_DL {
        Ok(1.0 - venous_ml_per_dl / arterial_ml_per_dl)
    } else {
        Err(NoEstimate::DividesByZero { what: "arterial O2 content" })
    }
}

/// O2 delivery, mL/min: `10·Q̇·CaO2`.
///
/// ```
/// assert!((isoshunt::physiology::indices::o2_delivery_ml_per_min(5.0, 20.0) - 1000.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn o2_delivery_ml_per_min(cardiac_output_l_per_min: f64, o2_art_ml_per_dl: f64) -> f64 {
    DL_PER_L * cardiac_output_l_per_min * o2_art_ml_per_dl
}

/// Alveolar ventilation of a ventilated patient, L/min: `(VT − VD)·rate`, 0 where a breath does not fill the dead space.
///
/// ```
/// let va = isoshunt::physiology::indices::alveolar_ventilation_l_per_min(250.0, 150.0, 24.0);
/// assert!((va - 2.4).abs() < 1e-12);
/// ```
#[must_use]
pub fn alveolar_ventilation_l_per_min(tidal_ml: f64, dead_space_ml: f64, rate_per_min: f64) -> f64 {
    crate::units::l_from_ml((tidal_ml - dead_space_ml).max(0.0)) * rate_per_min
}

/// Mean airway pressure of a ventilator, cmH2O: `PEEP + ½·(VT/C)·Ti/Ttot`.
///
/// # Source
/// A linear pressure ramp in inspiration and PEEP in expiration; tidal mechanics will replace it.
#[must_use]
pub fn mean_airway_cmh2o(peep_cmh2o: f64, driving_cmh2o: f64, inspiratory_time_frac: f64) -> f64 {
    peep_cmh2o + 0.5 * driving_cmh2o * inspiratory_time_frac
}
