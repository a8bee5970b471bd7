//! Two patients side by side: which numbers a blood sample could tell apart, and what in the lungs is different.

use crate::numerics::float;
use crate::physiology::distribution::log_moments;
use crate::sim::params::ParamId;
use crate::sim::play::instruments::{PCO2_CV, PH_SD, SO2_SD_FRAC, po2_sd_mmhg};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;
use crate::units::percent_from_frac;

/// SD of the analyser by which two samples have to differ to be told apart.
const APART_SD: f64 = 2.0;

/// How far two values of a measured quantity may differ and still be one within the error of a sample; none for what no
/// sample measures.
#[must_use]
pub fn error_of_sample(quantity: &Quantity, value: f64) -> Option<f64> {
    let sd = match quantity.key {
        "po2_art_mmhg" | "po2_ven_mmhg" | "aa_gradient_mmhg" => po2_sd_mmhg(value),
        "pco2_art_mmhg" | "pco2_ven_mmhg" => PCO2_CV * value,
        "ph_art" | "ph_ven" => PH_SD,
        "so2_art_frac" | "so2_ven_frac" | "spo2_frac" => SO2_SD_FRAC,
        _ => return None,
    };
    Some(APART_SD * sd)
}

/// One number of two patients.
#[derive(Clone, Copy)]
pub struct Pair {
    /// Which.
    pub quantity: &'static Quantity,
    /// Of one patient; none where it does not exist.
    pub one: Option<f64>,
    /// Of the other.
    pub other: Option<f64>,
}

impl Pair {
    /// Reads it of both as the bedside has it: [`Quantity::at_bedside`].
    #[must_use]
    pub fn new(quantity: &'static Quantity, one: &Snapshot, other: &Snapshot) -> Self {
        let [one, other] = [one, other].map(|of| quantity.at_bedside(of).read(of).ok());
        Pair { quantity, one, other }
    }

    /// The other's less the one's.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        Some(self.other? - self.one?)
    }

    /// Whether a sample could not tell them apart; for what no sample measures, whether both print alike.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let (Some(one), Some(other)) = (self.one, self.other) else {
            return self.one.is_none() && self.other.is_none();
        };
        let printed = 0.5 * float::powi(10.0, -(self.quantity.decimals as i32));
        let error = error_of_sample(self.quantity, one.max(other)).unwrap_or(printed);
        (one - other).abs() <= error
    }
}

/// Something that is different between two patients, whatever their gases say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parting {
    /// What it is, in a word.
    pub what: &'static str,
    /// Of one patient; none where there is no such thing.
    pub one: Option<f64>,
    /// Of the other.
    pub other: Option<f64>,
    unit: &'static str,
    decimals: usize,
}

impl Parting {
    /// In a sentence about two named patients: `Shunt: A 30 %, B 2 %.`
    #[must_use]
    pub fn words(&self, [one, other]: [&str; 2], units: DisplayUnits) -> String {
        let told = |value: Option<f64>| match value {
            Some(value) => units.text(value, self.unit, self.decimals),
            None => "none".to_owned(),
        };
        format!("{}: {one} {}, {other} {}.", self.what, told(self.one), told(self.other))
    }
}

/// What parts two patients: shunt, spread, dead space, diffusing capacity, inspired O2, ventilation, output, what blood
/// brings back, haemoglobin. What differs by less than can be seen is left out.
#[must_use]
pub fn what_parts(one: &Snapshot, other: &Snapshot) -> Vec<Parting> {
    let mut partings = Vec::new();
    let mut note = |what, unit, decimals, least: f64, read: &dyn Fn(&Snapshot) -> Option<f64>| {
        let (one, other) = (read(one), read(other));
        let parted = match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() >= least,
            (None, None) => false,
            _ => true,
        };
        if parted {
            partings.push(Parting { what, one, other, unit, decimals });
        }
    };
    note("Shunt", "%", 0, 1.0, &|now| Some(percent_from_frac(now.truth.shunt_frac)));
    note("V/Q spread, log SD", "", 2, 0.05, &|now| {
        log_moments(
            now.units
                .iter()
                .filter(|unit| now.unit_vq(unit) > 0.0)
                .map(|unit| [now.unit_vq(unit), unit.perfusion_l_per_min]),
        )
        .map(|[_, log_sd]| log_sd)
    });
    note("Alveolar dead space", "%", 0, 2.0, &|now| now.truth.alveolar_dead_space_frac.ok().map(percent_from_frac));
    note("DLO2", "mL/min/mmHg", 1, 0.5, &|now| now.params.diffusion_limited().then(|| now.params.get(ParamId::Dlo2)));
    note("Inspired PO2", "mmHg", 0, 2.0, &|now| Some(now.estimates.gas.pio2_mmhg));
    note("Alveolar ventilation", "L/min", 1, 0.2, &|now| Some(now.ventilation.alveolar_l_per_min));
    note("Cardiac output", "L/min", 1, 0.2, &|now| Some(now.output_l_per_min()));
    note("Mixed venous saturation", "%", 0, 2.0, &|now| Some(percent_from_frac(now.state.venous.gas.saturation_frac)));
    note("Haemoglobin", "g/dL", 1, 0.2, &|now| Some(now.params.get(ParamId::Hb)));
    partings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::Params;
    use crate::sim::reading::snapshot::Model;

    fn lung(shunt_frac: f64, log_sd: f64) -> Snapshot {
        let mut params = Params::default();
        params.set_all(&[(ParamId::Shunt, shunt_frac), (ParamId::Mode1LogSd, log_sd)]).expect("within bounds");
        Model::new().snapshot(&params).expect("a steady state")
    }

    fn pair(key: &str, one: &Snapshot, other: &Snapshot) -> Pair {
        Pair::new(Quantity::from_key(key).expect("a key"), one, other)
    }

    #[test]
    fn inv_what_a_sample_cannot_tell_apart_is_the_same() {
        let (one, near, far) = (lung(0.10, 0.4), lung(0.103, 0.4), lung(0.14, 0.4));
        let po2 = pair("po2_art_mmhg", &one, &near);
        assert!(po2.is_same() && po2.difference().expect("both").abs() > 0.1);
        assert!(!pair("po2_art_mmhg", &one, &far).is_same());
        // No sample measures the true shunt: what is printed alike is the same.
        assert!(!pair("shunt_true_frac", &one, &near).is_same());
        // What exists in neither is no difference.
        assert!(pair("oxygenation_index", &one, &far).is_same());
    }

    #[test]
    fn inv_what_parts_two_lungs_is_told_and_nothing_else() {
        let partings = what_parts(&lung(0.02, 0.4), &lung(0.3, 0.4));
        let whats: Vec<_> = partings.iter().map(|parting| parting.what).collect();
        assert_eq!(whats, ["Shunt", "Mixed venous saturation"]);
        assert_eq!(partings[0].words(["A", "B"], DisplayUnits::default()), "Shunt: A 2 %, B 30 %.");
        let spread = what_parts(&lung(0.02, 0.4), &lung(0.02, 1.0));
        assert!(spread.iter().any(|parting| parting.what == "V/Q spread, log SD"));
        assert!(what_parts(&lung(0.02, 0.4), &lung(0.02, 0.4)).is_empty());
    }
}
