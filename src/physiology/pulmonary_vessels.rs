//! Blood flow through lung at different heights: conductance times the driving pressure of its zone.

/// Height of the lung along gravity, cm.
pub const LUNG_HEIGHT_CM: f64 = 20.0;
/// Weight of blood, mmHg per cm.
pub const BLOOD_MMHG_PER_CM: f64 = 0.77;
/// Share of the weight of a standing column of blood that drives flow downwards.
///
/// # Source
/// Glenny RW et al., J Appl Physiol 1991;71:620-629 (recalled): gravity explains a small part of the differences of
/// flow; the size is chosen.
const HYDROSTATIC_SHARE: f64 = 0.3;
/// Stretch of open tissue at which its vessels are widest, over its largest gas volume.
const WIDEST_STRETCH_FRAC: f64 = 0.50;
/// Rise of the resistance of open tissue with the square of the distance from that stretch: the vessels of fully
/// stretched tissue have 1.9 times their least resistance. Tuned to the dead space and output of PEEP 15
/// (`tests/validation/aeration.rs`).
const STRETCH_RISE: f64 = 3.6;
/// Rise of resistance with each unit of pH below 7.40; see [`acidosis_resistance`].
const ACIDOSIS_RISE_PER_PH: f64 = 3.0;
/// White cells up to which blood flows through the lung as it usually does, 10^9/L, and rise of resistance with each beyond.
const THICK_FROM_GIGA_PER_L: f64 = 50.0;
const THICK_RISE_PER_GIGA_PER_L: f64 = 0.012;
/// Least driving pressure of a unit, mmHg: what is shut by its alveoli still carries a trace, through corner vessels.
pub const LEAST_DRIVING_MMHG: f64 = 1e-4;

/// Flow resistance of the vessels of open tissue over the least: a U of its stretch.
///
/// ```text
/// 1 + 3.6·(v − 0.5)²
/// ```
/// `stretch_frac` is gas volume over the largest, 0 to 1.
///
/// # Source
/// Form: Whittenberger JL et al., J Appl Physiol 1960;15:878-882 (recalled); the constant is tuned.
#[must_use]
pub fn stretch_resistance(stretch_frac: f64) -> f64 {
    let distance = stretch_frac - WIDEST_STRETCH_FRAC;
    1.0 + STRETCH_RISE * distance * distance
}

/// Resistance of all pulmonary vessels over that at pH 7.40 or above.
///
/// ```text
/// 1 + 3·(7.40 − pH),   pH from 6.8 to 7.40
/// ```
/// `ph` is that of arterial blood; the result lies between 1 and 2.8.
///
/// # Source
/// Enson Y et al., J Clin Invest 1964;43:1146-1162: resistance rises with acidosis, most in hypoxia (size recalled:
/// about half as much again at pH 7.2).
#[must_use]
pub fn acidosis_resistance(ph: f64) -> f64 {
    1.0 + ACIDOSIS_RISE_PER_PH * (7.40 - ph).clamp(0.0, 0.6)
}

/// Resistance of all pulmonary vessels over that of blood with few white cells.
///
/// ```text
/// 1 + 0.012·(W − 50),   W above 50
/// ```
/// `leucocytes_giga_per_l` is the white count W, 10^9/L, 0 or more.
///
/// # Source
/// A guess: that a high count stands in the way of the lung's blood is what critical pertussis in infants is explained by
/// (Rowlands HE et al., Pediatrics 2010;126:e816-e827, doi:10.1542/peds.2009-2860, abstract; counts about 50 to 100);
/// nobody has measured how resistance follows it.
///
/// ```
/// use isoshunt::physiology::pulmonary_vessels::leucocyte_resistance;
/// assert_eq!(leucocyte_resistance(7.5), 1.0);
/// assert!((leucocyte_resistance(100.0) - 1.6).abs() < 1e-12);
/// ```
#[must_use]
pub fn leucocyte_resistance(leucocytes_giga_per_l: f64) -> f64 {
    1.0 + THICK_RISE_PER_GIGA_PER_L * (leucocytes_giga_per_l - THICK_FROM_GIGA_PER_L).max(0.0)
}

/// Blood pressure that drives flow at a height of the lung, relative to its middle, mmHg; `depth_frac` is 0 at the top, 1 at the bottom.
#[must_use]
pub fn hydrostatic_mmhg(depth_frac: f64) -> f64 {
    HYDROSTATIC_SHARE * (depth_frac - 0.5) * LUNG_HEIGHT_CM * BLOOD_MMHG_PER_CM
}

/// One layer of the lung as the circulation sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerBed {
    /// [`hydrostatic_mmhg`] of its height.
    pub hydrostatic_mmhg: f64,
    /// Alveolar pressure of open tissue, transmural to its vessels' surroundings, mmHg.
    pub alveolar_mmhg: f64,
    /// Conductance of its ventilated tissue, L/min/mmHg.
    pub open_l_per_min_mmhg: f64,
    /// Conductance of its tissue without gas, L/min/mmHg.
    pub closed_l_per_min_mmhg: f64,
}

impl LayerBed {
    /// Driving pressures of open and of closed tissue, mmHg, for transmural pressures of artery and left atrium.
    ///
    /// ```text
    /// open:    Ppa + hyd − max(Pla + hyd, PA)        closed:  Ppa − Pla
    /// ```
    /// Never below [`LEAST_DRIVING_MMHG`].
    ///
    /// # Source
    /// West JB, Dollery CT, Naimark A, J Appl Physiol 1964;19:713-724: zones 1, 2 and 3.
    ///
    /// ```
    /// use isoshunt::physiology::pulmonary_vessels::LayerBed;
    /// let zone_1 = LayerBed { hydrostatic_mmhg: -7.0, alveolar_mmhg: 10.0, ..LayerBed::default() };
    /// assert!(zone_1.driving_mmhg(14.0, 5.0)[0] < 1e-3);
    /// let zone_2 = LayerBed { hydrostatic_mmhg: 0.0, ..zone_1 };
    /// assert_eq!(zone_2.driving_mmhg(14.0, 5.0), [4.0, 9.0]);
    /// ```
    #[must_use]
    pub fn driving_mmhg(&self, artery_mmhg: f64, left_atrium_mmhg: f64) -> [f64; 2] {
        let open = artery_mmhg + self.hydrostatic_mmhg - self.back_mmhg(left_atrium_mmhg);
        [open.max(LEAST_DRIVING_MMHG), (artery_mmhg - left_atrium_mmhg).max(LEAST_DRIVING_MMHG)]
    }

    fn back_mmhg(&self, left_atrium_mmhg: f64) -> f64 {
        (left_atrium_mmhg + self.hydrostatic_mmhg).max(self.alveolar_mmhg)
    }
}

/// Mean pulmonary artery pressure that drives a flow through all layers, and its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArteryPressure {
    /// Transmural, mmHg.
    pub artery_mmhg: f64,
    /// Rise with flow at constant left atrial pressure, mmHg per L/min.
    pub per_flow: f64,
    /// Rise with left atrial pressure at constant flow.
    pub per_left_atrium: f64,
}

/// Finds the pressure at which a flow passes.
///
/// Flow rises with pressure along a chain of straight lines that bends upwards, so Newton's method from above ends on
/// the right one. `flow_l_per_min` is 0 or more, and some layer must conduct.
#[must_use]
pub fn artery_pressure(layers: &[LayerBed], flow_l_per_min: f64, left_atrium_mmhg: f64) -> ArteryPressure {
    // Above every threshold all conduct.
    let mut artery = left_atrium_mmhg
        + layers
            .iter()
            .map(|layer| layer.back_mmhg(left_atrium_mmhg) - layer.hydrostatic_mmhg)
            .fold(left_atrium_mmhg, f64::max)
        + 1.0;
    let mut first = true;
    loop {
        let (mut flow, mut slope, mut back_slope) = (0.0, 0.0, 0.0);
        for layer in layers {
            let [open, closed] = layer.driving_mmhg(artery, left_atrium_mmhg);
            flow += layer.open_l_per_min_mmhg * open + layer.closed_l_per_min_mmhg * closed;
            if open > LEAST_DRIVING_MMHG {
                slope += layer.open_l_per_min_mmhg;
                if left_atrium_mmhg + layer.hydrostatic_mmhg > layer.alveolar_mmhg {
                    back_slope += layer.open_l_per_min_mmhg;
                }
            }
            if closed > LEAST_DRIVING_MMHG {
                slope += layer.closed_l_per_min_mmhg;
                back_slope += layer.closed_l_per_min_mmhg;
            }
        }
        if slope <= 0.0 {
            return ArteryPressure { artery_mmhg: artery, per_flow: 0.0, per_left_atrium: 0.0 };
        }
        let next = artery - (flow - flow_l_per_min) / slope;
        let moved = (next - artery).abs();
        let done = moved <= 1e-13 * artery.abs().max(1.0) || (!first && next >= artery);
        artery = if next < artery || first { next } else { artery };
        first = false;
        if done {
            return ArteryPressure { artery_mmhg: artery, per_flow: 1.0 / slope, per_left_atrium: back_slope / slope };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lung(alveolar_mmhg: f64) -> Vec<LayerBed> {
        (0..10)
            .map(|i| LayerBed {
                hydrostatic_mmhg: hydrostatic_mmhg((f64::from(i) + 0.5) / 10.0),
                alveolar_mmhg,
                open_l_per_min_mmhg: 0.08,
                closed_l_per_min_mmhg: 0.02,
            })
            .collect()
    }

    fn flow(layers: &[LayerBed], artery: f64, atrium: f64) -> f64 {
        let of = |layer: &LayerBed| {
            let [open, closed] = layer.driving_mmhg(artery, atrium);
            layer.open_l_per_min_mmhg * open + layer.closed_l_per_min_mmhg * closed
        };
        layers.iter().map(of).sum()
    }

    #[test]
    fn inv_the_pressure_found_drives_the_flow_and_its_slopes_are_derivatives() {
        for alveolar in [0.0, 4.0, 12.0, 30.0] {
            let layers = lung(alveolar);
            for (q, atrium) in [(0.2, 5.0), (5.0, 8.0), (12.0, 2.0), (5.0, 25.0)] {
                let found = artery_pressure(&layers, q, atrium);
                assert!((flow(&layers, found.artery_mmhg, atrium) - q).abs() < 1e-10, "{alveolar} {q} {found:?}");
                let more = artery_pressure(&layers, q + 1e-6, atrium).artery_mmhg;
                assert!(((more - found.artery_mmhg) / 1e-6 - found.per_flow).abs() < 1e-3, "{alveolar} {q}");
                let higher = artery_pressure(&layers, q, atrium + 1e-6).artery_mmhg;
                assert!(((higher - found.artery_mmhg) / 1e-6 - found.per_left_atrium).abs() < 1e-3, "{alveolar} {q}");
            }
        }
    }

    #[test]
    fn inv_alveolar_pressure_sends_blood_down_and_to_collapsed_lung() {
        let shares = |alveolar: f64| {
            let layers = lung(alveolar);
            let p = artery_pressure(&layers, 5.0, 6.0).artery_mmhg;
            let closed: f64 = layers.iter().map(|l| l.closed_l_per_min_mmhg * l.driving_mmhg(p, 6.0)[1]).sum();
            (layers[0].driving_mmhg(p, 6.0)[0] / layers[9].driving_mmhg(p, 6.0)[0], closed / 5.0)
        };
        let (low, high) = (shares(2.0), shares(15.0));
        assert!(high.0 < low.0 && high.1 > low.1, "{low:?} {high:?}");
    }

    #[test]
    fn inv_resistance_is_a_u_of_stretch() {
        assert!(stretch_resistance(0.2) > stretch_resistance(0.5) && stretch_resistance(0.9) > stretch_resistance(0.5));
        assert!((acidosis_resistance(7.2) - 1.6).abs() < 1e-12);
    }
}
