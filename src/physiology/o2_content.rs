//! O2 content of blood.

use crate::units::{HUFNER_ML_PER_G, O2_SOLUBILITY_ML_PER_DL_MMHG};

/// O2 that haemoglobin can bind, mL/dL.
///
/// ```text
/// capacity = 1.34·Hb·(1 − COHb − MetHb)
/// ```
/// # Source
/// Hüfner's number 1.34 mL/g, the value of most teaching texts.
#[must_use]
pub fn o2_capacity_ml_per_dl(hb_g_per_dl: f64, cohb_frac: f64, methb_frac: f64) -> f64 {
    HUFNER_ML_PER_G * hb_g_per_dl * (1.0 - cohb_frac - methb_frac)
}

/// O2 content of blood, mL/dL: bound and dissolved.
///
/// ```text
/// C = 1.34·Hb·(1 − COHb − MetHb)·S + 0.0031·PO2
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `hb_g_per_dl` | g/dL | 2 to 25 |
/// | `saturation_frac` | fraction of the Hb that can bind O2 | 0 to 1 |
/// | `po2_mmhg` | mmHg | 0 or more |
///
/// # Source
/// As taught (West, Respiratory Physiology); arithmetic of a bedside example:
///
/// ```
/// let c = isoshunt::physiology::o2_content::o2_content_ml_per_dl(15.0, 0.0, 0.0, 0.95, 90.0);
/// assert!((c - 19.374).abs() < 1e-9);
/// ```
#[must_use]
pub fn o2_content_ml_per_dl(
    hb_g_per_dl: f64,
    cohb_frac: f64,
    methb_frac: f64,
    saturation_frac: f64,
    po2_mmhg: f64,
) -> f64 {
    o2_capacity_ml_per_dl(hb_g_per_dl, cohb_frac, methb_frac) * saturation_frac
        + O2_SOLUBILITY_ML_PER_DL_MMHG * po2_mmhg
}
