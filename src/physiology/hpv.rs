//! Hypoxic pulmonary vasoconstriction: vessels of badly ventilated lung narrow.

use crate::numerics::float;

/// Most that full vasoconstriction adds to the resistance of a unit, as a share of its resistance without.
///
/// # Source
/// Marshall 1994, as [`response_frac`].
pub const RESISTANCE_RISE: f64 = 2.15;
/// Share of the stimulus that is alveolar, as an exponent; the rest is mixed venous.
const ALVEOLAR_EXPONENT: f64 = 0.59;
/// Steepness of the response.
const RESPONSE_EXPONENT: f64 = 2.616;
/// Response where it is half, mmHg^-2.616.
const HALF_RESPONSE: f64 = 6.683e-5;
/// Mixed venous PO2 of a healthy lung on air, mmHg: for the tone of a patient of whom nothing else is known.
pub const NORMAL_PO2_VENOUS_MMHG: f64 = 40.0;
/// Alveolar PO2 of a healthy lung on air, mmHg.
pub const NORMAL_PO2_ALV_MMHG: f64 = 100.0;

/// PO2 that the small pulmonary arteries sense, mmHg.
///
/// ```text
/// PsO2 = PvO2^0.41·PAO2^0.59
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `po2_ven_mmhg` | mmHg, of the blood that enters the lung | 0 or more |
/// | `po2_alv_mmhg` | mmHg; in collapsed lung that of the blood | 0 or more |
///
/// # Source
/// Marshall BE, Marshall C, Frasch F, Hanson CW, Intensive Care Med 1994;20:291-297 (pages recalled).
///
/// ```
/// use isoshunt::physiology::hpv::stimulus_mmhg;
/// // Collapsed lung senses mixed venous blood.
/// assert!((stimulus_mmhg(40.0, 40.0) - 40.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn stimulus_mmhg(po2_ven_mmhg: f64, po2_alv_mmhg: f64) -> f64 {
    float::exp(VenousBlood::new(po2_ven_mmhg).ln_stimulus(po2_alv_mmhg))
}

/// The blood that enters the lung, for the stimuli of many units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VenousBlood {
    ln_po2: f64,
}

impl VenousBlood {
    /// Blood of this PO2, mmHg.
    pub(crate) fn new(po2_ven_mmhg: f64) -> Self {
        VenousBlood { ln_po2: float::ln(po2_ven_mmhg.max(0.0)) }
    }

    fn ln_stimulus(self, po2_alv_mmhg: f64) -> f64 {
        self.ln_po2 * (1.0 - ALVEOLAR_EXPONENT) + float::ln(po2_alv_mmhg.max(0.0)) * ALVEOLAR_EXPONENT
    }

    /// [`response_frac`] to the [`stimulus_mmhg`] where alveolar PO2 is this.
    pub(crate) fn response_frac(self, po2_alv_mmhg: f64) -> f64 {
        response_to_ln(self.ln_stimulus(po2_alv_mmhg))
    }
}

/// Vasoconstriction as a share of the most there is.
///
/// ```text
/// r = PsO2^-2.616/(6.683e-5 + PsO2^-2.616)
/// ```
/// | quantity | unit | range |
/// |---|---|---|
/// | `stimulus_mmhg` | [`stimulus_mmhg`], mmHg | 0 or more |
/// | result | fraction | 0 to 1 |
///
/// # Source
/// Marshall 1994, as [`stimulus_mmhg`]: half at 39.4 mmHg.
///
/// ```
/// assert!((isoshunt::physiology::hpv::response_frac(39.4) - 0.5).abs() < 1e-3);
/// ```
#[must_use]
pub fn response_frac(stimulus_mmhg: f64) -> f64 {
    response_to_ln(float::ln(stimulus_mmhg))
}

/// [`response_frac`] by ln of the stimulus.
fn response_to_ln(ln_stimulus: f64) -> f64 {
    1.0 / (1.0 + HALF_RESPONSE * float::exp(ln_stimulus * RESPONSE_EXPONENT))
}

/// Resistance of a unit over its resistance without vasoconstriction: `1 + 2.15·h·r`.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `response_frac` | [`response_frac`] | 0 to 1 |
/// | `strength_frac` | h: 0 none, 1 as in health | 0 to 1 |
///
/// # Source
/// Marshall 1994, as [`stimulus_mmhg`].
#[must_use]
pub fn resistance_factor(response_frac: f64, strength_frac: f64) -> f64 {
    1.0 + RESISTANCE_RISE * strength_frac * response_frac
}

/// Response of a healthy lung on air, which nothing that dilates constricted vessels lifts.
#[must_use]
pub fn normal_response_frac() -> f64 {
    response_frac(stimulus_mmhg(NORMAL_PO2_VENOUS_MMHG, NORMAL_PO2_ALV_MMHG))
}

/// How constricted each unit and the collapsed lung are: their responses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tone {
    /// Of each unit, 0 to 1.
    pub units: Vec<f64>,
    /// Of the collapsed lung, 0 to 1.
    pub shunt: f64,
}

impl Tone {
    /// Reads the tone off gases: alveolar PO2 of every unit and PO2 of the blood that enters the lung, mmHg.
    pub fn read(&mut self, po2_ven_mmhg: f64, po2_alv_mmhg: impl IntoIterator<Item = f64>) {
        let venous = VenousBlood::new(po2_ven_mmhg);
        self.shunt = venous.response_frac(po2_ven_mmhg);
        self.units.clear();
        self.units.extend(po2_alv_mmhg.into_iter().map(|po2| venous.response_frac(po2)));
    }

    /// Takes over the tone of a healthy lung on air.
    pub fn normal(&mut self, units: usize) {
        self.read(NORMAL_PO2_VENOUS_MMHG, std::iter::repeat_n(NORMAL_PO2_ALV_MMHG, units));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_marshall_1994_a_collapsed_lung_gives_up_four_tenths_of_its_flow() {
        // 40% of the flow without vasoconstriction, PvO2 40, the rest of the lung on O2.
        let share = |strength: f64| {
            let conductance = |po2_alv| 1.0 / resistance_factor(response_frac(stimulus_mmhg(40.0, po2_alv)), strength);
            let (collapsed, open) = (0.4 * conductance(40.0), 0.6 * conductance(663.0));
            collapsed / (collapsed + open)
        };
        assert!((share(1.0) - 0.25).abs() < 0.01, "{}", share(1.0));
        assert!((share(0.0) - 0.4).abs() < 1e-12);
        assert!(share(0.5) > share(1.0) + 0.03 && share(0.5) < 0.37, "{}", share(0.5));
    }

    #[test]
    fn inv_the_response_falls_with_po2_and_stays_in_range() {
        let mut last = 1.0;
        for po2 in [0.0, 1e-300, 1.0, 20.0, 39.4, 60.0, 100.0, 700.0] {
            let response = response_frac(stimulus_mmhg(po2, po2));
            assert!((0.0..=1.0).contains(&response) && response <= last, "{po2}: {response}");
            last = response;
        }
        assert!(last < 1e-3, "{last}");
    }
}
