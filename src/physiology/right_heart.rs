//! Venous return against a right ventricle with a reserve: what airway pressure does to the output.

use crate::numerics::float;
use crate::numerics::roots;
use crate::physiology::pulmonary_vessels::{self, LayerBed};

/// Filling pressure of the systemic circulation at which the set output flows, mmHg.
///
/// # Source
/// Mean systemic pressure of patients on a ventilator 12 to 33, of animals 7 to 12 (Guyton AC, Physiol Rev
/// 1955;35:123-129; Maas JJ et al., Crit Care Med 2009;37:912-918, size recalled): 10 is chosen.
pub const MEAN_SYSTEMIC_MMHG: f64 = 10.0;
/// Transmural right atrial pressure at which the set output flows, mmHg.
pub const RIGHT_ATRIUM_MMHG: f64 = 2.0;
/// Transmural right atrial pressure at which the ventricle ejects nothing, mmHg.
const EMPTY_MMHG: f64 = -2.0;
/// Most that the unloaded right ventricle ejects, over the set output.
const MOST_OVER_SET: f64 = 2.6;
/// Share of a rise of pleural pressure that reaches the veins outside the chest, by the diaphragm and by reflexes.
/// Tuned to the fall of output with PEEP (`tests/validation/aeration.rs`).
const PLEURAL_TO_VEINS: f64 = 0.48;
/// How many times faster than flow the left atrial pressure changes: the filling of the left ventricle is curved, so that
/// half of its output needs next to no pressure.
///
/// # Source
/// Form chosen; size by what opens a foramen ovale when PEEP rises from 0 to 10 (Cujec B et al., Ann Intern Med
/// 1993;119:887-894; abstract only: shunt + 0.05, 0 to 0.09, in 7 patients).
const LEFT_ATRIUM_FOLLOWS: f64 = 2.0;
/// How far the difference of both atria swings within a beat, up and down evenly, mmHg. Chosen.
const ATRIAL_SWING_MMHG: f64 = 2.0;
/// How far the right atrium rises in the beat after a strain is let go of, mmHg. Chosen.
const RELEASE_MMHG: f64 = 8.0;
/// Width of the fall of the right ventricle's output about its reserve, mmHg: one width below it keeps 0.73, one above 0.27.
/// Chosen.
const RESERVE_WIDTH_MMHG: f64 = 5.0;
/// Least that the right ventricle is asked to eject, over the set output: the rest may pass a foramen.
const LEAST_EJECTED_FRAC: f64 = 1e-3;
/// Pressure against which a left ventricle of no strength still ejects, and what its whole strength adds, mmHg; the power
/// of its strength.
const LEFT_PRESSURE_MMHG: [f64; 2] = [50.0, 150.0];
const LEFT_POWER: f64 = 0.7;
/// How much of that pressure what a bypass adds to the load counts.
///
/// # Source
/// Tuned: in pigs with a failing heart, output 2.9 L/min, a pump of 5 L/min doubled left ventricular end-diastolic pressure,
/// 7 to 15 mmHg (Ostadal P et al., 2020, abstract only).
const LEFT_LOAD: f64 = 1.6;
/// Least that a bypass leaves of the left ventricle's strength, as a share.
const LEAST_LEFT_FRAC: f64 = 0.15;
/// Most of what comes from the lung that a vent takes: the rest passes it.
pub const MOST_VENTED_FRAC: f64 = 0.9;
/// Output below which no circulation is left, over the set output.
const ARREST_FRAC: f64 = 0.1;

/// A circulation as set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heart {
    /// Output at rest with the chest relaxed and [`MEAN_SYSTEMIC_MMHG`], L/min, above 0.
    pub set_output_l_per_min: f64,
    /// Mean systemic filling pressure, mmHg.
    pub mean_systemic_mmhg: f64,
    /// Strength of the ventricles, 1 normal.
    pub strength: f64,
    /// Transmural mean pulmonary artery pressure at which the right ventricle ejects half of what it could, mmHg.
    pub reserve_mmhg: f64,
    /// Transmural left atrial pressure at the set output, mmHg.
    pub left_atrium_mmhg: f64,
    /// Foramen ovale: flow at a pressure difference of 1 mmHg, L/min; 0 is closed.
    pub foramen_l_per_min: f64,
    /// Share of right ventricular output that passes an open duct into the aorta.
    pub ductal_frac: f64,
    /// What a pump gives the aorta, L/min; but for what it vents it takes that from the veins.
    pub bypass_l_per_min: f64,
    /// Most that it takes from the left atrium, L/min.
    pub vent_l_per_min: f64,
    /// What that adds to the pressure against which the left ventricle ejects, for each L/min, mmHg.
    pub afterload_mmhg_min_per_l: f64,
}

/// The circulation as it flows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circulation {
    /// Output of the heart, L/min: what returns to it. The body gets as much, and what a bypass gives.
    pub output_l_per_min: f64,
    /// Flow through the lung, L/min.
    pub lung_l_per_min: f64,
    /// Flow from right to left atrium, L/min.
    pub foramen_l_per_min: f64,
    /// Flow from pulmonary artery to aorta, L/min.
    pub ductal_l_per_min: f64,
    /// What a pump takes from the left atrium, L/min; the left ventricle ejects the rest.
    pub vented_l_per_min: f64,
    /// Transmural mean pressures, mmHg.
    pub artery_mmhg: f64,
    /// See [`Circulation::artery_mmhg`].
    pub left_atrium_mmhg: f64,
    /// See [`Circulation::artery_mmhg`].
    pub right_atrium_mmhg: f64,
    /// What afterload leaves of the right ventricle's output, 0 to 1: below about 0.7 it fails (acute cor pulmonale).
    pub right_ventricle_frac: f64,
    /// Whether nothing worth the name flows: cardiac arrest. The flows are then [`Circulation::TRICKLE_FRAC`] of those
    /// set.
    pub arrest: bool,
}

impl Circulation {
    /// Flow in cardiac arrest over the output set: compressions of the chest.
    pub const TRICKLE_FRAC: f64 = 0.1;
}

impl Heart {
    /// Strength that the left ventricle has against what a bypass loads it with.
    fn left_strength(&self) -> f64 {
        if self.bypass_l_per_min <= 0.0 {
            return self.strength;
        }
        let [none, whole] = LEFT_PRESSURE_MMHG;
        let most_mmhg = none + whole * float::pow(self.strength, LEFT_POWER);
        let load_mmhg = LEFT_LOAD * self.afterload_mmhg_min_per_l * self.bypass_l_per_min;
        self.strength * (1.0 - load_mmhg / most_mmhg).max(LEAST_LEFT_FRAC)
    }

    /// Most that a bypass may take before nothing returns to the heart, L/min; infinite where the output is as set.
    #[must_use]
    pub fn most_bypass_l_per_min(&self, pleural_mmhg: f64) -> f64 {
        let resistance = (MEAN_SYSTEMIC_MMHG - RIGHT_ATRIUM_MMHG) / self.set_output_l_per_min;
        let back_mmhg = (EMPTY_MMHG + pleural_mmhg).max(0.0);
        ((self.mean_systemic_mmhg + PLEURAL_TO_VEINS * pleural_mmhg - back_mmhg) / resistance).max(0.0)
    }

    /// By how much left atrial pressure rises with the flow through the lung, mmHg·min/L.
    fn left_atrium_slope(&self) -> f64 {
        LEFT_ATRIUM_FOLLOWS * self.left_atrium_mmhg / (self.set_output_l_per_min * self.left_strength())
    }

    /// Left atrial pressure at a flow through the lung that it follows by so much, and its slope there.
    fn left_atrium(&self, slope: f64, lung_l_per_min: f64) -> [f64; 2] {
        let pressure = (1.0 - LEFT_ATRIUM_FOLLOWS) * self.left_atrium_mmhg + slope * lung_l_per_min;
        if pressure > 0.0 { [pressure, slope] } else { [0.0; 2] }
    }

    /// What a vent takes of what comes from the lung, L/min, and its slope.
    fn vented(&self, lung_l_per_min: f64) -> [f64; 2] {
        let most = MOST_VENTED_FRAC * lung_l_per_min;
        if self.vent_l_per_min <= most { [self.vent_l_per_min, 0.0] } else { [most, MOST_VENTED_FRAC] }
    }

    /// Flow through the foramen at a mean difference of both atria, L/min, and its slope: the mean over a beat.
    fn foramen(&self, difference_mmhg: f64) -> [f64; 2] {
        let ends = [-ATRIAL_SWING_MMHG, ATRIAL_SWING_MMHG].map(|by| (difference_mmhg + by).max(0.0).sqrt());
        let [from, to] = ends.map(|root| root * root * root);
        let per_swing = self.foramen_l_per_min / ATRIAL_SWING_MMHG;
        [per_swing * (to - from) / 3.0, per_swing * 0.5 * (ends[1] - ends[0])]
    }

    /// Flow through the foramen in the beat in which a strain (Valsalva) or a high PEEP is let go of, L/min: blood held back
    /// in the veins lifts the right atrium by 8 mmHg, the left has not yet got it.
    ///
    /// # Source
    /// Wei D, Ju Y, J Ultrasound Med 2015;34:879-882, doi:10.7863/ultra.34.5.879 (abstract): of 20 foramina 18 let bubbles
    /// pass only after such a strain. The size is chosen.
    #[must_use]
    pub fn released_foramen_l_per_min(&self, flows: &Circulation) -> f64 {
        self.foramen(flows.right_atrium_mmhg + RELEASE_MMHG - flows.left_atrium_mmhg)[0]
    }

    /// Flows where the output is as set, whatever the pressures.
    ///
    /// `layers` conduct somewhere.
    #[must_use]
    pub fn held(&self, layers: &[LayerBed]) -> Circulation {
        let output = self.set_output_l_per_min;
        let ductal = self.ductal_frac * output;
        let lung = output - ductal;
        let [vented, _] = self.vented(lung);
        let [left_atrium, _] = self.left_atrium(self.left_atrium_slope(), lung - vented);
        let artery = pulmonary_vessels::artery_pressure(layers, lung, left_atrium).artery_mmhg;
        Circulation {
            output_l_per_min: output,
            lung_l_per_min: lung,
            foramen_l_per_min: 0.0,
            ductal_l_per_min: ductal,
            vented_l_per_min: vented,
            artery_mmhg: artery,
            left_atrium_mmhg: left_atrium,
            // The veins fill the atrium all the same.
            right_atrium_mmhg: self.mean_systemic_mmhg - (MEAN_SYSTEMIC_MMHG - RIGHT_ATRIUM_MMHG),
            right_ventricle_frac: self.reserve(artery),
            arrest: false,
        }
    }

    /// Share of its output that the right ventricle keeps against a pressure.
    fn reserve(&self, artery_mmhg: f64) -> f64 {
        1.0 / (1.0 + float::exp((artery_mmhg - self.reserve_mmhg) / RESERVE_WIDTH_MMHG))
    }

    /// Flows at which venous return, right ventricle and lung agree.
    ///
    /// ```text
    /// venous return     Q = (Pms + 0.48·ΔPpl − Pra)/Rv,      Rv = (10 − 2)/Q_set,  Pra = Pra,tm + ΔPpl, never below 0
    /// right ventricle   Qrv = 2.6·Q_set·s·f·(1 − exp(−(Pra,tm + 2)/8.24)),   f = 1/(1 + exp((Ppa − reserve)/5))
    /// lung              Qp = (1 − d)·Qrv = Σ conductance · driving pressure
    /// left atrium       Pla = Pla_set·(1 + 2·(Qp/(Q_set·s) − 1)), never below 0
    /// foramen           Qf = k·mean over a beat of √(Pra,tm − Pla + u) where positive, u evenly from −2 to 2
    /// Q = Qrv + Qf
    /// ```
    /// A bypass takes its flow from venous return, but for what it vents of the left atrium, Q = Qrv + Qf + Qb − Qvent, and loads the left ventricle: s in the line of the
    /// left atrium is then `s·(1 − 1.6·Rs·Qb/(50 + 150·s^0.7))`, at least 0.15 of it.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `pleural_mmhg` | mean pleural pressure above that of the relaxed chest, mmHg | any |
    /// | `layers` | some of them conduct | |
    ///
    /// # Source
    /// Guyton 1955 (venous return); orifice flow by the square root of pressure (Gorlin R, Gorlin SG, Am Heart J
    /// 1951;41:1-29). The ventricle's curve and its reserve are ours; constants as named above.
    #[must_use]
    pub fn flows(&self, layers: &[LayerBed], pleural_mmhg: f64) -> Circulation {
        let set = self.set_output_l_per_min;
        let most = MOST_OVER_SET * set * self.strength;
        let scale = (RIGHT_ATRIUM_MMHG - EMPTY_MMHG) / -float::ln(1.0 - 1.0 / MOST_OVER_SET);
        let resistance = (MEAN_SYSTEMIC_MMHG - RIGHT_ATRIUM_MMHG) / set;
        let filling = self.mean_systemic_mmhg + PLEURAL_TO_VEINS * pleural_mmhg;
        let atrium_slope = self.left_atrium_slope();
        // What is wanting of venous return at an output of the right ventricle, its slope, and the flows.
        let balance = |q: f64| {
            let lung = (1.0 - self.ductal_frac) * q;
            let [vented, vented_slope] = self.vented(lung);
            let [left_atrium, atrium_slope] = self.left_atrium(atrium_slope, lung - vented);
            let atrium_slope = atrium_slope * (1.0 - vented_slope);
            let found = pulmonary_vessels::artery_pressure(layers, lung, left_atrium);
            let kept = self.reserve(found.artery_mmhg);
            let artery_slope = (found.per_flow + found.per_left_atrium * atrium_slope) * (1.0 - self.ductal_frac);
            let share = q / (most * kept);
            let mut flows = Circulation {
                output_l_per_min: q,
                lung_l_per_min: lung,
                foramen_l_per_min: 0.0,
                ductal_l_per_min: q - lung,
                vented_l_per_min: vented,
                artery_mmhg: found.artery_mmhg,
                left_atrium_mmhg: left_atrium,
                right_atrium_mmhg: f64::INFINITY,
                right_ventricle_frac: kept,
                arrest: false,
            };
            if share >= 1.0 || !share.is_finite() {
                return (f64::MAX, 1.0, flows);
            }
            let kept_slope = -kept * (1.0 - kept) / RESERVE_WIDTH_MMHG * artery_slope;
            let share_slope = 1.0 / (most * kept) - share * kept_slope / kept;
            let right_atrium = EMPTY_MMHG - scale * float::ln_1p(-share);
            let right_slope = scale / (1.0 - share) * share_slope;
            let step = right_atrium - left_atrium;
            let mut slope = 1.0;
            let [foramen, foramen_slope] = self.foramen(step);
            flows.foramen_l_per_min = foramen;
            slope += foramen_slope * (right_slope - atrium_slope * (1.0 - self.ductal_frac));
            flows.right_atrium_mmhg = right_atrium;
            flows.output_l_per_min = q + flows.foramen_l_per_min;
            // Veins outside the chest fall shut where the pressure in it is below that around them.
            let back = right_atrium + pleural_mmhg;
            let back_slope = if back > 0.0 { right_slope } else { 0.0 };
            slope -= vented_slope * (1.0 - self.ductal_frac);
            let wanting =
                flows.output_l_per_min + self.bypass_l_per_min - vented - (filling - back.max(0.0)) / resistance;
            (wanting, slope + back_slope / resistance, flows)
        };
        let arrested = || Circulation { arrest: true, ..self.with_output(layers, Circulation::TRICKLE_FRAC * set) };
        let least = LEAST_EJECTED_FRAC * set;
        if balance(least).0 >= 0.0 {
            return arrested();
        }
        let q = roots::increasing(least, most, set.min(0.9 * most), |q| {
            let (wanting, slope, _) = balance(q);
            (wanting, slope)
        });
        let flows = balance(q).2;
        // Where a pump keeps the body alive a heart that ejects little has not stopped it.
        if flows.output_l_per_min + self.bypass_l_per_min < ARREST_FRAC * set { arrested() } else { flows }
    }

    fn with_output(&self, layers: &[LayerBed], output_l_per_min: f64) -> Circulation {
        let [vented, _] = self.vented(output_l_per_min);
        let [left_atrium, _] = self.left_atrium(self.left_atrium_slope(), output_l_per_min - vented);
        let artery = pulmonary_vessels::artery_pressure(layers, output_l_per_min, left_atrium).artery_mmhg;
        Circulation {
            output_l_per_min,
            lung_l_per_min: output_l_per_min,
            foramen_l_per_min: 0.0,
            ductal_l_per_min: 0.0,
            vented_l_per_min: vented,
            artery_mmhg: artery,
            left_atrium_mmhg: left_atrium,
            right_atrium_mmhg: self.mean_systemic_mmhg,
            right_ventricle_frac: self.reserve(artery),
            arrest: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEART: Heart = Heart {
        set_output_l_per_min: 5.0,
        mean_systemic_mmhg: MEAN_SYSTEMIC_MMHG,
        strength: 1.0,
        reserve_mmhg: 40.0,
        left_atrium_mmhg: 8.0,
        foramen_l_per_min: 0.0,
        ductal_frac: 0.0,
        bypass_l_per_min: 0.0,
        vent_l_per_min: 0.0,
        afterload_mmhg_min_per_l: 15.0,
    };

    fn lung(resistance: f64, alveolar_mmhg: f64) -> Vec<LayerBed> {
        (0..10)
            .map(|i| LayerBed {
                hydrostatic_mmhg: pulmonary_vessels::hydrostatic_mmhg((f64::from(i) + 0.5) / 10.0),
                alveolar_mmhg,
                open_l_per_min_mmhg: 0.1 / resistance,
                closed_l_per_min_mmhg: 0.0,
            })
            .collect()
    }

    #[test]
    fn inv_at_rest_the_set_output_flows() {
        let flows = HEART.flows(&lung(1.5, 2.0), 0.0);
        assert!((flows.output_l_per_min - 5.0).abs() < 0.05, "{flows:?}");
        assert!((12.0..18.0).contains(&flows.artery_mmhg) && flows.right_ventricle_frac > 0.98, "{flows:?}");
    }

    #[test]
    fn inv_pleural_pressure_takes_output_and_more_of_an_empty_patient() {
        let fall = |filling: f64| {
            let heart = Heart { mean_systemic_mmhg: filling, ..HEART };
            let [before, after] = [0.0, 5.0].map(|p| heart.flows(&lung(1.5, 2.0), p).output_l_per_min);
            1.0 - after / before
        };
        assert!(fall(10.0) > 0.1 && fall(7.0) > 1.2 * fall(10.0), "{} {}", fall(10.0), fall(7.0));
    }

    #[test]
    fn inv_a_ventricle_past_its_reserve_fails_and_opens_a_foramen() {
        let open = Heart { foramen_l_per_min: 0.5, left_atrium_mmhg: 5.0, ..HEART };
        let (healthy, ill) = (open.flows(&lung(1.5, 2.0), 0.0), open.flows(&lung(12.0, 2.0), 0.0));
        assert_eq!(healthy.foramen_l_per_min, 0.0);
        assert!(ill.right_ventricle_frac < 0.7 && ill.lung_l_per_min < 4.0, "{ill:?}");
        assert!(ill.right_atrium_mmhg > ill.left_atrium_mmhg && ill.foramen_l_per_min > 0.2, "{ill:?}");
        assert!((ill.output_l_per_min - ill.lung_l_per_min - ill.foramen_l_per_min).abs() < 1e-12);
    }

    /// Ostadal 2020 (abstract only): a failing heart with an output of 2.9 L/min, a pump up to 5 L/min: its left
    /// ventricular filling pressure doubled, 7 to 15 mmHg. Here at a resistance of 9 to 12 mmHg·min/L, and a heart that
    /// is whole is not distended.
    #[test]
    fn val_ostadal_2020_a_pump_distends_a_failing_heart() {
        let rise = |strength: f64, wood: f64| {
            let of = |bypass: f64| {
                let heart = Heart {
                    strength,
                    left_atrium_mmhg: 3.0,
                    mean_systemic_mmhg: 12.0,
                    bypass_l_per_min: bypass,
                    afterload_mmhg_min_per_l: wood,
                    ..HEART
                };
                heart.flows(&lung(1.5, 2.0), 0.0)
            };
            let [without, with] = [0.0, 5.0].map(of);
            assert!(with.output_l_per_min < without.output_l_per_min - 0.3, "{without:?} {with:?}");
            (without.left_atrium_mmhg, with.left_atrium_mmhg)
        };
        let most = [9.0, 10.0, 11.0, 12.0].map(|wood| rise(0.35, wood)).map(|(before, with)| with / before);
        assert!(most.iter().any(|ratio| *ratio >= 2.0) && most.iter().all(|ratio| *ratio < 6.0), "{most:?}");
        let (before, with) = rise(1.0, 12.0);
        assert!(with < before + 4.0, "{before} {with}");
    }

    #[test]
    fn inv_no_filling_is_an_arrest() {
        let empty = Heart { mean_systemic_mmhg: 2.0, ..HEART };
        let flows = empty.flows(&lung(1.5, 2.0), 8.0);
        assert!(flows.arrest && (flows.output_l_per_min - 0.5).abs() < 1e-12);
    }

    #[test]
    fn inv_every_circulation_balances() {
        for resistance in [0.3, 1.5, 6.0, 20.0] {
            for pleural in [-5.0, 0.0, 6.0, 12.0] {
                for foramen in [0.0, 1.0] {
                    let heart = Heart { foramen_l_per_min: foramen, ductal_frac: 0.1, ..HEART };
                    let layers = lung(resistance, 6.0);
                    let flows = heart.flows(&layers, pleural);
                    if flows.arrest {
                        continue;
                    }
                    let back = (flows.right_atrium_mmhg + pleural).max(0.0);
                    let returned = (10.0 + PLEURAL_TO_VEINS * pleural - back) / 1.6;
                    assert!((returned - flows.output_l_per_min).abs() < 1e-9, "{flows:?}");
                    let sum = flows.lung_l_per_min + flows.foramen_l_per_min + flows.ductal_l_per_min;
                    assert!((sum - flows.output_l_per_min).abs() < 1e-12);
                }
            }
        }
    }
}
