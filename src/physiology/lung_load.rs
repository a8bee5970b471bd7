//! What the breaths of a ventilator do to a lung: their power, and what has added up over hours of what is held to injure.
//!
//! A gauge, and no forecast: it changes nothing in the lung, and says of no patient whether he lives.

use serde::{Deserialize, Serialize};

use crate::units::{J_PER_L_CMH2O, S_PER_H};

/// Driving pressure above which more of the patients die, cmH2O.
///
/// # Source
/// Amato MBP et al., N Engl J Med 2015;372:747-755 (recalled): 3,562 patients of nine trials; 7 cmH2O more with a relative
/// risk of 1.41, from about 15 cmH2O on. An association.
pub const MOST_DRIVING_CMH2O: f64 = 15.0;
/// Mechanical power above which more of the patients die, J/min.
///
/// # Source
/// Serpa Neto A et al., Intensive Care Med 2018;44:1914-1922 (abstract): 8,207 patients; risk rises from 17 J/min on. An
/// association; what the airways take is in their figure and not in this one.
pub const MOST_POWER_J_PER_MIN: f64 = 17.0;

/// Mechanical power of a ventilator's breaths, J/min.
///
/// ```text
/// volume:   0.098·f·VT·(PEEP + ΔP/2)
/// pressure: 0.098·f·VT·(PEEP + ΔP)
/// ```
/// | argument | unit | range |
/// |---|---|---|
/// | `rate_per_min` | /min | 0 or more |
/// | `tidal_l` | L | 0 or more |
/// | `peep_cmh2o` | cmH2O | 0 or more |
/// | `driving_cmh2o` | plateau less PEEP, cmH2O | 0 or more |
/// | `square` | whether pressure stands at its upper value all through inspiration | |
///
/// # Source
/// Gattinoni L et al., Intensive Care Med 2016;42:1567-1575, without the part of airway resistance, which is not modelled;
/// pressure control by Becher T et al., Intensive Care Med 2019;45:1321-1323. Both recalled.
///
/// ```
/// use isoshunt::physiology::lung_load::mechanical_power_j_per_min;
/// assert!((mechanical_power_j_per_min(20.0, 0.42, 10.0, 12.0, false) - 13.18).abs() < 0.01);
/// ```
#[must_use]
pub fn mechanical_power_j_per_min(
    rate_per_min: f64,
    tidal_l: f64,
    peep_cmh2o: f64,
    driving_cmh2o: f64,
    square: bool,
) -> f64 {
    let mean_cmh2o = peep_cmh2o + if square { driving_cmh2o } else { 0.5 * driving_cmh2o };
    J_PER_L_CMH2O * rate_per_min * tidal_l * mean_cmh2o
}

/// What the breaths of one moment do.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BreathLoad {
    /// Mechanical power, J/min.
    pub power_j_per_min: f64,
    /// Driving pressure, cmH2O.
    pub driving_cmh2o: f64,
    /// Tidal volume over the gas at end expiration; 0 where the lung has no layers.
    pub strain_ratio: f64,
    /// Tissue that opens and closes with each breath, over all tissue; 0 where the lung has no layers.
    pub recruited_frac: f64,
    /// Open tissue that is overdistended at end inspiration; 0 where the lung has no layers.
    pub overdistended_frac: f64,
}

/// What has added up since a run began, as long as a ventilator breathes.
///
/// | field | unit | range |
/// |---|---|---|
/// | `energy_j` | J | 0 or more |
/// | all others | h | 0 to the hours of the run, strain more |
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LungLoad {
    /// Energy that its breaths have given.
    pub energy_j: f64,
    /// Hours with a driving pressure above [`MOST_DRIVING_CMH2O`].
    pub driving_above_h: f64,
    /// Hours with a power above [`MOST_POWER_J_PER_MIN`].
    pub power_above_h: f64,
    /// Strain times hours.
    pub strain_h: f64,
    /// Share of tissue that opens and closes, times hours.
    pub recruited_h: f64,
    /// Share of open tissue that is overdistended, times hours.
    pub overdistended_h: f64,
}

impl LungLoad {
    /// Adds some time with such breaths.
    pub fn add(&mut self, breath: &BreathLoad, dt_s: f64) {
        let hours = dt_s / S_PER_H;
        let above = |value: f64, limit: f64| if value > limit { hours } else { 0.0 };
        self.energy_j += breath.power_j_per_min * dt_s / 60.0;
        self.driving_above_h += above(breath.driving_cmh2o, MOST_DRIVING_CMH2O);
        self.power_above_h += above(breath.power_j_per_min, MOST_POWER_J_PER_MIN);
        self.strain_h += breath.strain_ratio * hours;
        self.recruited_h += breath.recruited_frac * hours;
        self.overdistended_h += breath.overdistended_frac * hours;
    }

    /// Its numbers, in the order in which they stand.
    #[must_use]
    pub fn numbers(&self) -> [f64; 6] {
        let LungLoad { energy_j, driving_above_h, power_above_h, strain_h, recruited_h, overdistended_h } = *self;
        [energy_j, driving_above_h, power_above_h, strain_h, recruited_h, overdistended_h]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The equation with its resistance of 0, as the paper's own example gives it without that part: 0.5 L, 20 a minute,
    /// 10 cmH2O of PEEP, elastance 20 cmH2O/L.
    #[test]
    fn val_mechanical_power_is_the_published_equation_without_resistance() {
        let (rate, tidal, elastance, peep) = (20.0, 0.5, 20.0, 10.0);
        let published = 0.098 * rate * (tidal * tidal * 0.5 * elastance + tidal * peep);
        let ours = mechanical_power_j_per_min(rate, tidal, peep, elastance * tidal, false);
        assert!((ours / published - 1.0).abs() < 1e-3, "{ours} {published}");
        let square = mechanical_power_j_per_min(rate, tidal, peep, elastance * tidal, true);
        assert!((square / ours - 20.0 / 15.0).abs() < 1e-12, "{square}");
    }

    #[test]
    fn inv_hours_add_up_only_above_the_limits() {
        let gentle =
            BreathLoad { power_j_per_min: 12.0, driving_cmh2o: 15.0, strain_ratio: 0.4, ..BreathLoad::default() };
        let rough = BreathLoad { power_j_per_min: 30.0, driving_cmh2o: 20.0, overdistended_frac: 0.2, ..gentle };
        let mut load = LungLoad::default();
        load.add(&gentle, 3600.0);
        assert_eq!((load.driving_above_h, load.power_above_h), (0.0, 0.0));
        assert!((load.energy_j - 720.0).abs() < 1e-9 && (load.strain_h - 0.4).abs() < 1e-12);
        load.add(&rough, 7200.0);
        assert_eq!((load.driving_above_h, load.power_above_h), (2.0, 2.0));
        assert!((load.energy_j - 4320.0).abs() < 1e-9 && (load.overdistended_h - 0.4).abs() < 1e-12);
    }
}
