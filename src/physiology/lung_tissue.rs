//! Pressure and volume of open lung tissue.

/// Stretch above which open tissue counts as overdistended, as a share of its largest gas volume.
pub const OVERDISTENDED_FRAC: f64 = 0.70;

/// Recoil of open lung tissue: an exponential in transpulmonary pressure.
///
/// # Source
/// Salazar E, Knowles JH, J Appl Physiol 1964;19:97-104 (form). Below a transpulmonary pressure of zero the curve goes
/// on with the slope it has there towards no volume: ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recoil {
    /// Volume at a transpulmonary pressure of zero over the largest, 0 to 1.
    pub unstressed_frac: f64,
    /// Shape constant, per cmH2O, above 0.
    pub shape_per_cmh2o: f64,
}

impl Recoil {
    /// Gas volume over the largest, and its slope per cmH2O.
    ///
    /// ```text
    /// P ≥ 0:  v = 1 − (1 − v0)·exp(−k·P)
    /// P < 0:  v = v0·exp(k·P·(1 − v0)/v0)
    /// ```
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `transpulmonary_cmh2o` | cmH2O | any |
    /// | result | fraction; per cmH2O | 0 to 1; above 0 |
    ///
    /// ```
    /// use isoshunt::physiology::lung_tissue::Recoil;
    /// let recoil = Recoil { unstressed_frac: 0.4, shape_per_cmh2o: 0.07 };
    /// assert_eq!(recoil.stretch(0.0).0, 0.4);
    /// assert!((recoil.stretch(30.0).0 - 0.9265).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn stretch(&self, transpulmonary_cmh2o: f64) -> (f64, f64) {
        let (v0, k) = (self.unstressed_frac, self.shape_per_cmh2o);
        if transpulmonary_cmh2o >= 0.0 {
            let rest = (1.0 - v0) * (-k * transpulmonary_cmh2o).exp();
            (1.0 - rest, k * rest)
        } else {
            let steepness = k * (1.0 - v0) / v0;
            let v = v0 * (steepness * transpulmonary_cmh2o).exp();
            (v, steepness * v)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_the_curve_is_smooth_and_rises_to_one() {
        let recoil = Recoil { unstressed_frac: 0.4, shape_per_cmh2o: 0.07 };
        let mut last = 0.0;
        for step in -600..=1200 {
            let at = 0.1 * f64::from(step);
            let (v, slope) = recoil.stretch(at);
            assert!(v > last && v < 1.0, "{at}: {v}");
            last = v;
            let numeric = (recoil.stretch(at + 1e-6).0 - recoil.stretch(at - 1e-6).0) / 2e-6;
            assert!((numeric - slope).abs() < 1e-6, "{at}: {numeric} against {slope}");
        }
        let [below, above] = [-1e-12, 0.0].map(|p| recoil.stretch(p));
        assert!((below.0 - above.0).abs() < 1e-12 && (below.1 - above.1).abs() < 1e-12);
    }
}
