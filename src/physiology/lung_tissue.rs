//! Pressure and volume of open lung tissue.

use crate::numerics::float;
use crate::numerics::sloped::Sloped;

/// Stretch above which open tissue counts as overdistended, as a share of its largest gas volume: that of ARDS reaches
/// it at a transpulmonary pressure of about 20 cmH2O.
///
/// # Source
/// Size chosen; Terragni PP et al., Am J Respir Crit Care Med 2007;175:160-166, doi:10.1164/rccm.200607-915OC (abstract
/// only): at plateaus of 28 to 30 most of the tidal inflation went into hyperinflated lung, at 25 to 26 little.
pub const OVERDISTENDED_FRAC: f64 = 0.85;

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
    /// assert_eq!(recoil.stretch(0.0).value, 0.4);
    /// assert!((recoil.stretch(30.0).value - 0.9265).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn stretch(&self, transpulmonary_cmh2o: f64) -> Sloped {
        let (v0, k) = (self.unstressed_frac, self.shape_per_cmh2o);
        if transpulmonary_cmh2o >= 0.0 {
            let rest = (1.0 - v0) * float::exp(-k * transpulmonary_cmh2o);
            Sloped { value: 1.0 - rest, slope: k * rest }
        } else {
            let v = v0 * float::exp(self.steepness() * transpulmonary_cmh2o);
            Sloped { value: v, slope: self.steepness() * v }
        }
    }

    /// Shape constant below a transpulmonary pressure of zero, per cmH2O.
    fn steepness(&self) -> f64 {
        self.shape_per_cmh2o * (1.0 - self.unstressed_frac) / self.unstressed_frac
    }
}

/// Recoil at some depths of the lung: the volumes of all cost two exponentials.
#[derive(Debug, Clone, PartialEq)]
pub struct RecoilAtDepths<const N: usize> {
    recoil: Recoil,
    superimposed_cmh2o: [f64; N],
    /// What the superimposed pressure makes of both exponentials.
    factors: [[f64; 2]; N],
}

impl<const N: usize> RecoilAtDepths<N> {
    /// Recoil where this pressure, cmH2O, lies on the tissue in addition to the mean of the lung.
    #[must_use]
    pub fn new(recoil: Recoil, superimposed_cmh2o: [f64; N]) -> Self {
        let Recoil { shape_per_cmh2o, .. } = recoil;
        let factors =
            superimposed_cmh2o.map(|p| [float::exp(shape_per_cmh2o * p), float::exp(-recoil.steepness() * p)]);
        RecoilAtDepths { recoil, superimposed_cmh2o, factors }
    }

    /// [`Recoil::stretch`] at every depth, for the mean transpulmonary pressure of the lung, cmH2O.
    ///
    /// ```
    /// use isoshunt::physiology::lung_tissue::{Recoil, RecoilAtDepths};
    /// let recoil = Recoil { unstressed_frac: 0.4, shape_per_cmh2o: 0.07 };
    /// let [top, bottom] = RecoilAtDepths::new(recoil, [-5.0, 5.0]).stretch(3.0);
    /// assert!((top.value - recoil.stretch(8.0).value).abs() < 1e-15 && (bottom.value - recoil.stretch(-2.0).value).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn stretch(&self, transpulmonary_cmh2o: f64) -> [Sloped; N] {
        let Recoil { unstressed_frac: v0, shape_per_cmh2o: k } = self.recoil;
        let rest = (1.0 - v0) * float::exp(-k * transpulmonary_cmh2o);
        let empty = v0 * float::exp(self.recoil.steepness() * transpulmonary_cmh2o);
        std::array::from_fn(|i| {
            if transpulmonary_cmh2o >= self.superimposed_cmh2o[i] {
                let rest = rest * self.factors[i][0];
                Sloped { value: 1.0 - rest, slope: k * rest }
            } else {
                let v = empty * self.factors[i][1];
                Sloped { value: v, slope: self.recoil.steepness() * v }
            }
        })
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
            let Sloped { value: v, slope } = recoil.stretch(at);
            assert!(v > last && v < 1.0, "{at}: {v}");
            last = v;
            let numeric = (recoil.stretch(at + 1e-6).value - recoil.stretch(at - 1e-6).value) / 2e-6;
            assert!((numeric - slope).abs() < 1e-6, "{at}: {numeric} against {slope}");
        }
        let [below, above] = [-1e-12, 0.0].map(|p| recoil.stretch(p));
        assert!((below.value - above.value).abs() < 1e-12 && (below.slope - above.slope).abs() < 1e-12);
    }
}
