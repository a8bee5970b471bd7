//! Acid-base state of blood: bicarbonate and the Van Slyke equation.

use std::f64::consts::LN_10;

use crate::numerics::float::{self, Real};

/// Solubility of CO2 in plasma at 37 degC, mmol/L/mmHg, as blood-gas analysers use it.
pub const CO2_SOLUBILITY_MMOL_PER_L_MMHG: f64 = 0.0307;
/// Apparent pK of carbonic acid in plasma at 37 degC, as blood-gas analysers use it.
pub const CARBONIC_PK: f64 = 6.105;
/// pH at which base excess is defined.
pub const STANDARD_PH: f64 = 7.4;
/// PCO2 at which base excess is defined, mmHg.
pub const STANDARD_PCO2_MMHG: f64 = 40.0;

/// Plasma bicarbonate from pH and PCO2, mmol/L.
///
/// ```text
/// HCO3 = 0.0307·PCO2·10^(pH − 6.105)
/// ```
/// # Source
/// Henderson-Hasselbalch with the constants of CLSI C46-A2 as used by analysers.
///
/// ```
/// let hco3 = isoshunt::physiology::acid_base::bicarbonate_mmol_per_l(7.4, 40.0);
/// assert!((hco3 - 24.22).abs() < 0.01);
/// ```
#[must_use]
pub fn bicarbonate_mmol_per_l(ph: f64, pco2_mmhg: f64) -> f64 {
    CO2_SOLUBILITY_MMOL_PER_L_MMHG * pco2_mmhg * float::exp(LN_10 * (ph - CARBONIC_PK))
}

/// The constants of the Van Slyke equation for one blood.
///
/// ```text
/// (1 − 0.0143 Hb)·[(HCO3 − HCO3_ref) + (1.43 Hb + 7.7)(pH − 7.4)] = BE + 0.2 Hb (1 − S)
/// ```
/// HCO3_ref is the bicarbonate at pH 7.4 and PCO2 40, so that base excess 0, S 1 and PCO2 40 give pH 7.400 exactly.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | Hb | g/dL | 2 to 25 |
/// | base excess of the blood fully oxygenated | mmol/L | -25 to 25 |
/// | S | fraction of the haemoglobin that can bind O2 | 0 to 1 |
///
/// # Source
/// Siggaard-Andersen O, Scand J Clin Lab Invest Suppl 1977;146:15-20, doi:10.3109/00365517709098927.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VanSlyke {
    /// Buffer value of non-bicarbonate buffers, mmol/L per pH.
    pub buffer_mmol_per_l: f64,
    /// `HCO3_ref + (BE + 0.2 Hb)/(1 − 0.0143 Hb)`: bicarbonate at pH 7.4 of the blood without O2, mmol/L.
    pub bicarbonate_deoxy_mmol_per_l: f64,
    /// Fall of that bicarbonate from S 0 to S 1 (Haldane), mmol/L.
    pub haldane_mmol_per_l: f64,
    /// 1 over the buffer value.
    pub ph_per_mmol: f64,
}

impl VanSlyke {
    /// Constants for one blood.
    #[must_use]
    pub fn new(hb_g_per_dl: f64, base_excess_mmol_per_l: f64) -> Self {
        let plasma_share = 1.0 - 0.0143 * hb_g_per_dl;
        let haldane = 0.2 * hb_g_per_dl / plasma_share;
        VanSlyke {
            buffer_mmol_per_l: 1.43 * hb_g_per_dl + 7.7,
            bicarbonate_deoxy_mmol_per_l: bicarbonate_mmol_per_l(STANDARD_PH, STANDARD_PCO2_MMHG)
                + base_excess_mmol_per_l / plasma_share
                + haldane,
            haldane_mmol_per_l: haldane,
            ph_per_mmol: 1.0 / (1.43 * hb_g_per_dl + 7.7),
        }
    }

    /// pH at a bicarbonate and a saturation: the equation as it stands, solved for pH.
    #[inline]
    #[must_use]
    pub fn ph<N: Real>(&self, bicarbonate_mmol_per_l: N, saturation_frac: N) -> N {
        let given = N::of(self.bicarbonate_deoxy_mmol_per_l) - saturation_frac * self.haldane_mmol_per_l;
        (given - bicarbonate_mmol_per_l) * self.ph_per_mmol + STANDARD_PH
    }

    /// Bicarbonate that pH and saturation leave, mmol/L; not positive where no PCO2 could give that pH.
    #[inline]
    #[must_use]
    pub fn bicarbonate_mmol_per_l(&self, ph: f64, saturation_frac: f64) -> f64 {
        self.bicarbonate_deoxy_mmol_per_l
            - self.haldane_mmol_per_l * saturation_frac
            - self.buffer_mmol_per_l * (ph - STANDARD_PH)
    }
}

/// Base excess of the blood fully oxygenated, as an analyser derives it from what it measured, mmol/L.
///
/// ```text
/// BE = (1 − 0.0143 Hb)·[(HCO3 − HCO3_ref) + (1.43 Hb + 7.7)(pH − 7.4)] − 0.2 Hb (1 − S)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `ph` | | any |
/// | `pco2_mmhg` | mmHg | above 0 |
/// | `hb_g_per_dl` | g/dL | 2 to 25 |
/// | `saturation_frac` | fraction of the haemoglobin that can bind O2 | 0 to 1 |
///
/// # Source
/// The Van Slyke equation as above, solved for BE.
///
/// ```
/// use isoshunt::physiology::acid_base::base_excess_mmol_per_l;
/// assert!(base_excess_mmol_per_l(7.4, 40.0, 15.0, 1.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn base_excess_mmol_per_l(ph: f64, pco2_mmhg: f64, hb_g_per_dl: f64, saturation_frac: f64) -> f64 {
    let reference = bicarbonate_mmol_per_l(STANDARD_PH, STANDARD_PCO2_MMHG);
    let buffer = 1.43 * hb_g_per_dl + 7.7;
    (1.0 - 0.0143 * hb_g_per_dl) * (bicarbonate_mmol_per_l(ph, pco2_mmhg) - reference + buffer * (ph - STANDARD_PH))
        - 0.2 * hb_g_per_dl * (1.0 - saturation_frac)
}

/// pH of blood of known saturation at a PCO2.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `pco2_mmhg` | mmHg | above 0 |
/// | `saturation_frac` | fraction | 0 to 1 |
///
/// The Van Slyke equation rises with pH without end on either side, so its root is the only one.
///
/// ```
/// use isoshunt::physiology::acid_base::{VanSlyke, ph};
/// assert!((ph(&VanSlyke::new(15.0, 0.0), 40.0, 1.0) - 7.4).abs() < 1e-14);
/// ```
#[must_use]
pub fn ph(blood: &VanSlyke, pco2_mmhg: f64, saturation_frac: f64) -> f64 {
    let [low, high] = PH_SEARCH;
    crate::numerics::roots::increasing(low, high, STANDARD_PH, |ph| {
        let hco3 = bicarbonate_mmol_per_l(ph, pco2_mmhg);
        let excess = hco3 - blood.bicarbonate_mmol_per_l(ph, saturation_frac);
        (excess, blood.buffer_mmol_per_l + LN_10 * hco3)
    })
}

/// Bracket of every search for pH: every allowed blood at every PCO2 up to 1e6 mmHg lies well inside.
pub const PH_SEARCH: [f64; 2] = [0.0, 20.0];
