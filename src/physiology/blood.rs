//! One blood as a whole: every tension and content from two coordinates, without iteration.
//!
//! Saturation, pH, PO2, PCO2 and the contents of one blood hang together in equations that are implicit in PO2 and
//! PCO2. In the coordinates *virtual PO2 of all ligands* and *bicarbonate* they all become explicit: the curve gives S,
//! the Van Slyke equation pH and with it PCO2, Kelman's shifts PO2, Douglas's equation the CO2 content. Every positive
//! pair is a blood. The solvers therefore work in these coordinates, and a unit of the lung costs three exponentials
//! and a logarithm.

use std::f64::consts::LN_10;

use serde::{Deserialize, Serialize};

use crate::numerics::float::{self, LANES, Lanes, Real};
use crate::numerics::roots;
use crate::physiology::acid_base::{
    self, CARBONIC_PK, CO2_SOLUBILITY_MMOL_PER_L_MMHG, STANDARD_PCO2_MMHG, STANDARD_PH, VanSlyke,
};
use crate::physiology::co2_content;
use crate::physiology::o2_content::o2_capacity_ml_per_dl;
use crate::physiology::saturation::{
    self, BOHR_PER_PH, CO2_SHIFT_PER_DECADE, STANDARD_P50_MMHG, TEMPERATURE_SHIFT_PER_C,
};
use crate::units::{NORMAL_TEMPERATURE_C, O2_SOLUBILITY_ML_PER_DL_MMHG};

/// What characterises a blood apart from its gases.
///
/// | field | unit | range |
/// |---|---|---|
/// | `hb_g_per_dl` | g/dL | 2 to 25 |
/// | `temperature_c` | degC | 25 to 42 |
/// | `base_excess_mmol_per_l` | mmol/L, fully oxygenated | -25 to 25 |
/// | `p50_mmhg` | mmHg at pH 7.40, PCO2 40, 37 degC | 15 to 40 |
/// | `cohb_frac`, `methb_frac` | fractions of all haemoglobin | 0 to 0.6, sum at most 0.9 |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blood {
    /// All haemoglobin, g/dL.
    pub hb_g_per_dl: f64,
    /// Temperature, degC.
    pub temperature_c: f64,
    /// Base excess, mmol/L.
    pub base_excess_mmol_per_l: f64,
    /// P50, mmHg.
    pub p50_mmhg: f64,
    /// Carboxyhaemoglobin, fraction.
    pub cohb_frac: f64,
    /// Methaemoglobin, fraction.
    pub methb_frac: f64,
}

impl Blood {
    /// The same blood at another temperature.
    #[must_use]
    pub fn at(&self, temperature_c: f64) -> Blood {
        Blood { temperature_c, ..*self }
    }

    /// Gases of this blood as a laboratory measures them: warmed or cooled to 37 degC without meeting gas (alpha-stat).
    ///
    /// The contents of O2 and CO2 stay, tensions and pH follow. At 37 degC these are the gases themselves. Gases of the
    /// body, at its own temperature, are what pH-stat reckons with.
    ///
    /// # Source
    /// Ashwood ER, Kost G, Kenny M, Clin Chem 1983;29:1877-1885, doi:10.1093/clinchem/29.11.1877: temperature correction of
    /// blood gas measurements, and why the value at 37 degC is the one to be judged; recalled.
    ///
    /// ```
    /// use isoshunt::physiology::blood::{Blood, Chemistry};
    /// let cold = Blood { temperature_c: 28.0, ..Blood::default() };
    /// let measured = cold.measured(&Chemistry::new(&cold).gas_at_tensions(60.0, 31.5));
    /// assert!((measured.pco2_mmhg - 40.0).abs() < 2.0 && measured.po2_mmhg > 80.0);
    /// ```
    #[must_use]
    pub fn measured(&self, gas: &BloodGas) -> BloodGas {
        if self.temperature_c == NORMAL_TEMPERATURE_C {
            return *gas;
        }
        let warm = Chemistry::new(&self.at(NORMAL_TEMPERATURE_C));
        let start = warm.into_domain(warm.at_tensions(gas.po2_mmhg.max(0.0), gas.pco2_mmhg));
        warm.evaluate(warm.at_contents(gas.o2_ml_per_dl, gas.co2_ml_per_dl, start)).0
    }
}

impl Default for Blood {
    fn default() -> Self {
        Blood {
            hb_g_per_dl: 15.0,
            temperature_c: 37.0,
            base_excess_mmol_per_l: 0.0,
            p50_mmhg: STANDARD_P50_MMHG,
            cohb_frac: 0.0,
            methb_frac: 0.0,
        }
    }
}

/// How far above its lowest value a virtual PO2 lies at least, relative: that much below it PO2 is no number any more.
const LEAST_ABOVE: f64 = 1e-12;
/// How far beyond the kink of the CO2 content a step ends that crosses it, pH.
const PAST_CAP: f64 = 1e-7;

/// Step of pH after which one more, without an exponential, is exact.
const NEAR_PH: f64 = 1e-4;

/// ln 40.
const LN_STANDARD_PCO2: f64 = 3.688_879_454_113_936;

/// The two coordinates in which everything about a blood is explicit; a file has them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Coordinates {
    /// Virtual PO2 of all ligands, mmHg; above [`Chemistry::lowest_virtual_po2_mmhg`].
    pub virtual_po2_mmhg: f64,
    /// Plasma bicarbonate, mmol/L; above 0.
    pub bicarbonate_mmol_per_l: f64,
}

impl From<[f64; 2]> for Coordinates {
    fn from([virtual_po2_mmhg, bicarbonate_mmol_per_l]: [f64; 2]) -> Self {
        Coordinates { virtual_po2_mmhg, bicarbonate_mmol_per_l }
    }
}

impl From<Coordinates> for [f64; 2] {
    fn from(at: Coordinates) -> Self {
        [at.virtual_po2_mmhg, at.bicarbonate_mmol_per_l]
    }
}

/// Gases and contents of a blood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BloodGas {
    /// PO2, mmHg.
    pub po2_mmhg: f64,
    /// PCO2, mmHg.
    pub pco2_mmhg: f64,
    /// pH.
    pub ph: f64,
    /// Saturation of the Hb that can bind O2.
    pub saturation_frac: f64,
    /// O2 content, mL/dL.
    pub o2_ml_per_dl: f64,
    /// CO2 content, mL/dL.
    pub co2_ml_per_dl: f64,
}

/// Derivatives of [`BloodGas`] by virtual PO2 and by bicarbonate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slopes {
    /// Of PO2.
    pub po2: [f64; 2],
    /// Of PCO2.
    pub pco2: [f64; 2],
    /// Of the O2 content.
    pub o2: [f64; 2],
    /// Of the CO2 content.
    pub co2: [f64; 2],
}

/// [`BloodGas`] and [`Slopes`] of one point or of several.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evaluation<N> {
    pub(crate) po2: N,
    pub(crate) pco2: N,
    pub(crate) ph: N,
    pub(crate) saturation: N,
    pub(crate) o2: N,
    pub(crate) co2: N,
    pub(crate) po2_slopes: [N; 2],
    pub(crate) pco2_slopes: [N; 2],
    pub(crate) o2_slopes: [N; 2],
    pub(crate) co2_slopes: [N; 2],
}

impl<N: Real> Evaluation<N> {
    /// One number everywhere: of nothing yet.
    pub(crate) fn of(value: N) -> Self {
        let slopes = [value; 2];
        Evaluation {
            po2: value,
            pco2: value,
            ph: value,
            saturation: value,
            o2: value,
            co2: value,
            po2_slopes: slopes,
            pco2_slopes: slopes,
            o2_slopes: slopes,
            co2_slopes: slopes,
        }
    }

    /// Follows points that have moved by so little to `at` that everything is a straight line.
    #[inline]
    pub(crate) fn move_along(&mut self, chemistry: &Chemistry, at: [N; 2], step: [N; 2]) {
        let by = |value: N, slopes: [N; 2]| value + (slopes[0] * step[0] + slopes[1] * step[1]);
        self.po2 = by(self.po2, self.po2_slopes);
        self.pco2 = by(self.pco2, self.pco2_slopes);
        self.o2 = by(self.o2, self.o2_slopes);
        self.co2 = by(self.co2, self.co2_slopes);
        self.saturation = chemistry.saturation(at[0]).0;
        self.ph = chemistry.van_slyke.ph(at[1], self.saturation);
    }
}

/// A blood with everything precomputed that does not depend on its gases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chemistry {
    blood: Blood,
    van_slyke: VanSlyke,
    /// COHb over the Hb that can bind CO or O2.
    co_share: f64,
    /// Virtual PO2 at which PO2 is 0.
    lowest_virtual_po2_mmhg: f64,
    o2_capacity_ml_per_dl: f64,
    /// ln of the virtual PO2 factor at pH 7.4 and PCO2 40.
    ln_factor_standard: f64,
    plasma_factor: f64,
    /// `ln 10^(pH − pK)` as a line in pH.
    plasma_line: [f64; 2],
    /// pH of the kink of the CO2 content.
    pub(super) co2_ph_cap: f64,
}

impl Chemistry {
    /// Precomputes a blood; all fields must lie in the ranges of [`Blood`].
    #[must_use]
    pub fn new(blood: &Blood) -> Self {
        let co_share = blood.cohb_frac / (1.0 - blood.methb_frac);
        let [offset, slope] = co2_content::ph_minus_pk_line(blood.temperature_c);
        Chemistry {
            blood: *blood,
            van_slyke: VanSlyke::new(blood.hb_g_per_dl, blood.base_excess_mmol_per_l),
            co_share,
            lowest_virtual_po2_mmhg: saturation::lowest_virtual_po2(co_share),
            o2_capacity_ml_per_dl: o2_capacity_ml_per_dl(blood.hb_g_per_dl, blood.cohb_frac, blood.methb_frac),
            ln_factor_standard: LN_10 * TEMPERATURE_SHIFT_PER_C * (37.0 - blood.temperature_c)
                + float::ln(STANDARD_P50_MMHG / blood.p50_mmhg),
            plasma_factor: co2_content::plasma_factor_ml_per_dl_mmhg(blood.temperature_c),
            plasma_line: [LN_10 * offset, LN_10 * slope],
            co2_ph_cap: co2_content::douglas_ph_cap(blood.hb_g_per_dl),
        }
    }

    /// Virtual PO2 at which PO2 is 0, mmHg: above 0 only where there is COHb.
    #[inline]
    #[must_use]
    pub fn lowest_virtual_po2_mmhg(&self) -> f64 {
        self.lowest_virtual_po2_mmhg
    }

    /// O2 capacity, mL/dL.
    #[must_use]
    pub fn o2_capacity_ml_per_dl(&self) -> f64 {
        self.o2_capacity_ml_per_dl
    }

    /// Saturation and its slope at a virtual PO2.
    #[inline]
    #[must_use]
    pub fn saturation<N: Real>(&self, virtual_po2_mmhg: N) -> (N, N) {
        let (curve, slope) = saturation::standard_curve(virtual_po2_mmhg);
        let binds_o2 = 1.0 / (1.0 - self.co_share);
        ((curve - self.co_share) * binds_o2, slope * binds_o2)
    }

    /// How the slope of saturation changes, 1/mmHg².
    #[inline]
    pub(crate) fn saturation_bend<N: Real>(&self, virtual_po2_mmhg: N) -> N {
        saturation::standard_curve_bend(virtual_po2_mmhg) * (1.0 / (1.0 - self.co_share))
    }

    /// Bicarbonate that pH and saturation leave, mmol/L; no PCO2 gives that pH where it is not positive.
    #[inline]
    #[must_use]
    pub fn bicarbonate_mmol_per_l(&self, ph: f64, saturation_frac: f64) -> f64 {
        self.van_slyke.bicarbonate_mmol_per_l(ph, saturation_frac)
    }

    /// Gases, contents and all their slopes at a point.
    ///
    /// Bicarbonate must be positive and the virtual PO2 above its lowest value.
    #[inline]
    #[must_use]
    pub fn evaluate(&self, at: Coordinates) -> (BloodGas, Slopes) {
        let found = self.evaluate_at([at.virtual_po2_mmhg, at.bicarbonate_mmol_per_l]);
        let gas = BloodGas {
            po2_mmhg: found.po2,
            pco2_mmhg: found.pco2,
            ph: found.ph,
            saturation_frac: found.saturation,
            o2_ml_per_dl: found.o2,
            co2_ml_per_dl: found.co2,
        };
        let slopes =
            Slopes { po2: found.po2_slopes, pco2: found.pco2_slopes, o2: found.o2_slopes, co2: found.co2_slopes };
        (gas, slopes)
    }

    /// As [`Chemistry::evaluate`], of one point or of several at once.
    #[inline]
    pub(crate) fn evaluate_at<N: Real>(&self, at: [N; 2]) -> Evaluation<N> {
        let mut found = Evaluation::of(N::of(0.0));
        self.evaluate_into(at, &mut found);
        found
    }

    /// As [`Chemistry::evaluate_at`], into a place that is there already: fourteen times four numbers are not copied.
    #[inline]
    pub(crate) fn evaluate_into<N: Real>(&self, [v, hco3]: [N; 2], found: &mut Evaluation<N>) {
        // Steps keep both positive and within a few decades of what blood has: no exponent here comes near its end.
        let (s, s_v) = self.saturation(v);
        let van_slyke = &self.van_slyke;
        let ph = van_slyke.ph(hco3, s);
        let ph_v = s_v * (-van_slyke.haldane_mmol_per_l * van_slyke.ph_per_mmol);
        let ph_b = -van_slyke.ph_per_mmol;

        let dissolved = hco3 * (1.0 / CO2_SOLUBILITY_MMOL_PER_L_MMHG);
        let ln_ratio = (N::of(CARBONIC_PK) - ph) * LN_10;
        let pco2 = dissolved * float::exp_inside(ln_ratio);
        let ln_pco2_v = ph_v * -LN_10;
        let ln_pco2_b = N::of(1.0) / hco3 - LN_10 * ph_b;

        let ln_f = (ph - STANDARD_PH) * (LN_10 * BOHR_PER_PH)
            + self.ln_factor_standard
            + (N::of(LN_STANDARD_PCO2) - float::ln_inside(dissolved) - ln_ratio) * CO2_SHIFT_PER_DECADE;
        let ln_f_v = ph_v * (LN_10 * BOHR_PER_PH) - ln_pco2_v * CO2_SHIFT_PER_DECADE;
        let ln_f_b = -(ln_pco2_b * CO2_SHIFT_PER_DECADE) + LN_10 * BOHR_PER_PH * ph_b;
        let f_inverse = float::exp_inside(-ln_f);
        let (part, part_v) = saturation::o2_part_of_virtual_po2(v, self.co_share);
        let po2 = part * f_inverse;
        let po2_slopes = [part_v * f_inverse - po2 * ln_f_v, -po2 * ln_f_b];

        let bound = pco2 * self.plasma_factor;
        let bicarbonate_part = bound * float::exp_inside(ph * self.plasma_line[1] + self.plasma_line[0]);
        let plasma = bound + bicarbonate_part;
        let [ratio, ratio_s, ratio_h] = co2_content::blood_to_plasma(self.blood.hb_g_per_dl, s, ph);
        let by_ph = bicarbonate_part * ratio * self.plasma_line[1] + plasma * ratio_h;
        *found = Evaluation {
            po2,
            pco2,
            ph,
            saturation: s,
            o2: s * self.o2_capacity_ml_per_dl + po2 * O2_SOLUBILITY_ML_PER_DL_MMHG,
            co2: plasma * ratio,
            po2_slopes,
            pco2_slopes: [pco2 * ln_pco2_v, pco2 * ln_pco2_b],
            o2_slopes: [
                s_v * self.o2_capacity_ml_per_dl + po2_slopes[0] * O2_SOLUBILITY_ML_PER_DL_MMHG,
                po2_slopes[1] * O2_SOLUBILITY_ML_PER_DL_MMHG,
            ],
            co2_slopes: [
                plasma * (ln_pco2_v * ratio + ratio_s * s_v) + by_ph * ph_v,
                plasma * ln_pco2_b * ratio + by_ph * ph_b,
            ],
        };
    }

    /// Coordinates of the blood at given PO2 and PCO2: S and pH solved together.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `po2_mmhg` | mmHg | 0 or more |
    /// | `pco2_mmhg` | mmHg | above 0 |
    ///
    /// More O2 makes blood more acid and acid blood binds less O2, so the equation in pH has one root.
    #[must_use]
    pub fn at_tensions(&self, po2_mmhg: f64, pco2_mmhg: f64) -> Coordinates {
        let mut virtual_po2_mmhg = po2_mmhg;
        let [low, high] = acid_base::PH_SEARCH;
        let ln_f = self.ln_virtual_po2_factor(pco2_mmhg);
        let factor = |ph: f64| float::exp(ln_f + LN_10 * BOHR_PER_PH * (ph - STANDARD_PH));
        let ph = roots::increasing(low, high, STANDARD_PH, |ph| {
            let f = factor(ph);
            virtual_po2_mmhg =
                saturation::virtual_po2_from_lowest(f * po2_mmhg, self.co_share, self.lowest_virtual_po2_mmhg);
            let (s, s_v) = self.saturation(virtual_po2_mmhg);
            let (_, part_v) = saturation::o2_part_of_virtual_po2(virtual_po2_mmhg, self.co_share);
            let s_h = s_v * f * po2_mmhg * LN_10 * BOHR_PER_PH / part_v;
            let hco3 = acid_base::bicarbonate_mmol_per_l(ph, pco2_mmhg);
            let excess = hco3 - self.bicarbonate_mmol_per_l(ph, s);
            let slope = self.van_slyke.buffer_mmol_per_l + LN_10 * hco3 + self.van_slyke.haldane_mmol_per_l * s_h;
            (excess, slope)
        });
        let f = factor(ph);
        virtual_po2_mmhg =
            saturation::virtual_po2_from_lowest(f * po2_mmhg, self.co_share, self.lowest_virtual_po2_mmhg);
        let bicarbonate_mmol_per_l = acid_base::bicarbonate_mmol_per_l(ph, pco2_mmhg);
        Coordinates { virtual_po2_mmhg, bicarbonate_mmol_per_l }
    }

    /// Gases and contents at given PO2 and PCO2.
    ///
    /// ```
    /// use isoshunt::physiology::blood::{Blood, Chemistry};
    /// let gas = Chemistry::new(&Blood::default()).gas_at_tensions(100.0, 40.0);
    /// assert!((gas.saturation_frac - 0.9775).abs() < 1e-4 && (gas.ph - 7.4).abs() < 0.005);
    /// ```
    #[must_use]
    pub fn gas_at_tensions(&self, po2_mmhg: f64, pco2_mmhg: f64) -> BloodGas {
        self.evaluate(self.at_tensions(po2_mmhg, pco2_mmhg)).0
    }

    /// Bicarbonate of a pH of 4, below anything that 800 mmHg of CO2 can do; above 0 also in blood that is more acid than
    /// that without any CO2.
    #[inline]
    pub(super) fn most_bicarbonate_mmol_per_l(&self) -> f64 {
        const LEAST: f64 = 1e-3;
        let most = self.van_slyke.bicarbonate_deoxy_mmol_per_l + 3.4 * self.van_slyke.buffer_mmol_per_l;
        if most < LEAST { LEAST } else { most }
    }

    /// A Newton step from `at`, shortened so that the point stays in its domain; `None` where the step is not finite.
    ///
    /// Virtual PO2 above its lowest value, and bicarbonate, may fall to a quarter or rise to four times at once. Far
    /// away the curve is flat, and an unlimited step from there would overshoot all of it.
    #[inline]
    #[must_use]
    pub fn limited_step(&self, at: Coordinates, step: [f64; 2]) -> Option<Coordinates> {
        if !(step[0].is_finite() && step[1].is_finite()) {
            return None;
        }
        let lowest = self.lowest_virtual_po2_mmhg;
        let above = at.virtual_po2_mmhg - lowest;
        let hco3 = at.bicarbonate_mmol_per_l;
        let most = self.most_bicarbonate_mmol_per_l();
        let mut next = Coordinates {
            virtual_po2_mmhg: lowest + (above + step[0]).clamp(0.25 * above, 4.0 * above + 1.0),
            bicarbonate_mmol_per_l: (hco3 + step[1]).clamp(0.25 * hco3, 4.0 * hco3).min(most),
        };
        // Douglas's cap is a kink that Newton's method would jump to and fro across: a step ends where it crosses.
        let over_cap = |at: &Coordinates| {
            self.van_slyke.ph(at.bicarbonate_mmol_per_l, self.saturation(at.virtual_po2_mmhg).0) - self.co2_ph_cap
        };
        let (from, to) = (over_cap(&at), over_cap(&next));
        if from * to < 0.0 && from.abs() > PAST_CAP {
            let share = from / (from - to);
            next.virtual_po2_mmhg = at.virtual_po2_mmhg + share * (next.virtual_po2_mmhg - at.virtual_po2_mmhg);
            let saturation = self.saturation(next.virtual_po2_mmhg).0;
            let past = self.co2_ph_cap + PAST_CAP.copysign(to);
            let bicarbonate = self.bicarbonate_mmol_per_l(past, saturation);
            if bicarbonate > 0.0 {
                next.bicarbonate_mmol_per_l = bicarbonate;
            }
        }
        Some(next)
    }

    /// As [`Chemistry::limited_step`], for one point of known pH or several: where they end, and whether every step was
    /// taken whole; `None` where a step is not finite or crosses the kink of the CO2 content.
    #[inline(always)]
    pub(crate) fn smooth_step<N: Real>(&self, at: [N; 2], ph: N, step: [N; 2]) -> Option<([N; 2], bool)> {
        // No number where a step is not finite, and then nothing lies below.
        let finite = step[0] * 0.0 + step[1] * 0.0;
        let lowest = self.lowest_virtual_po2_mmhg;
        let [above, hco3] = [at[0] - lowest, at[1]];
        let most = self.most_bicarbonate_mmol_per_l();
        let free = [above + step[0], hco3 + step[1]];
        let kept = [
            free[0].most(above * 0.25).least(above * 4.0 + 1.0),
            free[1].most(hco3 * 0.25).least(hco3 * 4.0).least(N::of(most)),
        ];
        let next = [kept[0] + lowest, kept[1]];
        // The highest pH that it may come to is that without O2.
        let van_slyke = &self.van_slyke;
        let highest = ph + (hco3 - next[1] + van_slyke.haldane_mmol_per_l) * van_slyke.ph_per_mmol;
        if !(highest.most(ph) + finite).all_below(self.co2_ph_cap) {
            let from = ph - self.co2_ph_cap;
            let to = van_slyke.ph(next[1], self.saturation(next[0]).0) - self.co2_ph_cap;
            if !(finite - from * to).all_below(f64::MIN_POSITIVE) {
                return None;
            }
        }
        let whole = ((kept[0] - free[0]).abs() + (kept[1] - free[1]).abs()).all_below(f64::MIN_POSITIVE);
        Some((next, whole))
    }

    /// As [`Chemistry::limited_step`], for four points of known pH: where they end, and whether every step was taken
    /// whole; `None` where a step is not finite.
    #[inline]
    pub(crate) fn limited_steps(&self, at: [Lanes; 2], ph: Lanes, step: [Lanes; 2]) -> Option<([Lanes; 2], bool)> {
        self.smooth_step(at, ph, step).or_else(|| self.limited_steps_one_by_one(at, step))
    }

    /// The way of [`Chemistry::limited_steps`] where one of them crosses the kink of the CO2 content.
    #[cold]
    fn limited_steps_one_by_one(&self, at: [Lanes; 2], step: [Lanes; 2]) -> Option<([Lanes; 2], bool)> {
        let [v, hco3, v_step, hco3_step] = [at[0], at[1], step[0], step[1]].map(Lanes::to_array);
        let mut next = [v, hco3];
        for i in 0..LANES {
            let here = Coordinates { virtual_po2_mmhg: v[i], bicarbonate_mmol_per_l: hco3[i] };
            let there = self.limited_step(here, [v_step[i], hco3_step[i]])?;
            (next[0][i], next[1][i]) = (there.virtual_po2_mmhg, there.bicarbonate_mmol_per_l);
        }
        Some((next.map(Lanes::new), false))
    }

    /// Bicarbonate of four bloods at virtual PO2 and PCO2, mmol/L, well enough for a start.
    #[inline]
    pub(crate) fn rough_bicarbonate_at(&self, virtual_po2_mmhg: Lanes, pco2_mmhg: Lanes) -> Lanes {
        let (s, _) = self.saturation(virtual_po2_mmhg);
        let of =
            |ph: Lanes| float::exp_inside((ph - CARBONIC_PK) * LN_10) * (pco2_mmhg * CO2_SOLUBILITY_MMOL_PER_L_MMHG);
        let van_slyke = &self.van_slyke;
        let mut ph = Lanes::of(STANDARD_PH);
        for _ in 0..4 {
            let hco3 = of(ph);
            // Less than 0 where the blood is more acid than its bicarbonate.
            let excess = (ph - van_slyke.ph(hco3, s)) * van_slyke.buffer_mmol_per_l;
            let step = excess / (hco3 * LN_10 + van_slyke.buffer_mmol_per_l);
            ph = ph - step.most(Lanes::of(-1.0));
        }
        of(ph)
    }

    /// The point itself, or one like it where this blood exists: a point of another blood may not.
    #[must_use]
    pub fn into_domain(&self, at: Coordinates) -> Coordinates {
        Coordinates { virtual_po2_mmhg: self.virtual_po2_in_domain(at.virtual_po2_mmhg), ..at }
    }

    /// The virtual PO2 itself, or one like it that this blood can have.
    #[inline]
    pub(crate) fn virtual_po2_in_domain<N: Real>(&self, virtual_po2_mmhg: N) -> N {
        let lowest = self.lowest_virtual_po2_mmhg;
        N::of(lowest * (1.0 + LEAST_ABOVE)).if_below(virtual_po2_mmhg, virtual_po2_mmhg, N::of(lowest * 1.2 + 1.0))
    }

    /// Bicarbonate at a virtual PO2 and a PCO2, mmol/L.
    #[must_use]
    pub fn bicarbonate_at(&self, virtual_po2_mmhg: f64, pco2_mmhg: f64) -> f64 {
        self.at_saturation_and_pco2(self.saturation(virtual_po2_mmhg).0, pco2_mmhg, STANDARD_PH)[1]
    }

    /// ln of the factor that makes virtual PO2 of PO2, at pH 7.4 and a PCO2.
    #[inline]
    pub(crate) fn ln_virtual_po2_factor(&self, pco2_mmhg: f64) -> f64 {
        self.ln_factor_standard + CO2_SHIFT_PER_DECADE * float::ln(STANDARD_PCO2_MMHG / pco2_mmhg)
    }

    /// pH and bicarbonate, mmol/L, at a saturation and a PCO2.
    #[inline]
    pub(crate) fn at_saturation_and_pco2(&self, saturation_frac: f64, pco2_mmhg: f64, ph_start: f64) -> [f64; 2] {
        let mut ph = ph_start;
        let mut hco3 = 0.0;
        // Convex and rising: from above Newton's method walks straight down to the root, and one step leads above it.
        for _ in 0..60 {
            hco3 = acid_base::bicarbonate_mmol_per_l(ph, pco2_mmhg);
            let excess = hco3 - self.bicarbonate_mmol_per_l(ph, saturation_frac);
            let step = excess / (self.van_slyke.buffer_mmol_per_l + LN_10 * hco3);
            ph -= step.max(-1.0);
            // What is left is about the square of this step.
            if step.abs() < NEAR_PH {
                return self.nearer_ph(saturation_frac, ph, hco3, step);
            }
        }
        [ph, hco3]
    }

    /// pH and bicarbonate after one more step of Newton's method, the bicarbonate by its series: `ph` was reached by
    /// taking off `step`, at most [`NEAR_PH`], and `hco3` is the bicarbonate before.
    #[inline]
    pub(crate) fn nearer_ph<N: Real>(&self, saturation_frac: N, ph: N, hco3: N, step: N) -> [N; 2] {
        let van_slyke = &self.van_slyke;
        let x = step * -LN_10;
        let hco3 = hco3 + hco3 * x * ((x * (1.0 / 6.0) + 0.5) * x + 1.0);
        let left = N::of(van_slyke.bicarbonate_deoxy_mmol_per_l)
            - saturation_frac * van_slyke.haldane_mmol_per_l
            - (ph - STANDARD_PH) * van_slyke.buffer_mmol_per_l;
        let step = (hco3 - left) / (hco3 * LN_10 + van_slyke.buffer_mmol_per_l);
        [ph - step, hco3 - hco3 * step * LN_10]
    }

    /// Its Van Slyke equation.
    #[inline]
    pub(crate) fn van_slyke(&self) -> &VanSlyke {
        &self.van_slyke
    }

    /// Share of CO among the haemoglobin that can bind CO or O2.
    #[inline]
    pub(crate) fn co_share(&self) -> f64 {
        self.co_share
    }
}
