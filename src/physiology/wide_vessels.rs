//! Vessels of the lung too wide for their blood to meet gas as it should: capillaries that have dilated, and vessels that
//! pass all capillaries by. Bubbles of a contrast study pass both.

/// How much flows through them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WideVessels {
    /// Share of the flow through the lung that goes from artery to vein past all gas, 0 or more and below 1.
    pub shunt_frac: f64,
    /// Share of the flow of ventilated lung that goes through dilated capillaries, 0 to 1.
    pub dilated_frac: f64,
    /// Diffusing capacity per flow of those over that of the others, above 0; 1 is not dilated.
    pub dilated_d_ratio: f64,
}

/// What sitting up makes of shares of shunt and of dilated flow, and of the ratio. Guesses, a little much: most wide vessels
/// lie in the bases, where blood goes then.
const UPRIGHT: [f64; 3] = [1.25, 1.3, 0.85];
/// Most that passes vessels beside all capillaries.
const MOST_SHUNT_FRAC: f64 = 0.95;

impl WideVessels {
    /// A lung whose vessels are as they should be.
    pub const NONE: WideVessels = WideVessels { shunt_frac: 0.0, dilated_frac: 0.0, dilated_d_ratio: 1.0 };

    /// The same in the upright, where more blood goes to the bases.
    ///
    /// ```text
    /// shunt × 1.25 (at most 0.95),   dilated share × 1.3 (at most 1),   D ratio × 0.85
    /// ```
    ///
    /// # Source
    /// Guesses, to meet PaO2 71 mmHg supine (Martinez-Palli G et al., Chest 2006;129:1615) beside 56 upright in severe
    /// hepatopulmonary syndrome (PMC1508152, abstract).
    #[must_use]
    pub fn upright(self) -> Self {
        let [shunt, dilated, ratio] = UPRIGHT;
        WideVessels {
            shunt_frac: (self.shunt_frac * shunt).min(MOST_SHUNT_FRAC),
            dilated_frac: (self.dilated_frac * dilated).min(1.0),
            dilated_d_ratio: if self.dilates() { self.dilated_d_ratio * ratio } else { self.dilated_d_ratio },
        }
    }

    /// Whether any capillary is wider than the others.
    #[must_use]
    pub fn dilates(&self) -> bool {
        self.dilated_frac > 0.0 && self.dilated_d_ratio < 1.0
    }

    /// Diffusing capacity of all ventilated lung over what it would be without dilated capillaries.
    ///
    /// ```
    /// use isoshunt::physiology::wide_vessels::WideVessels;
    /// let lung = WideVessels { dilated_frac: 0.6, dilated_d_ratio: 0.15, ..WideVessels::NONE };
    /// assert!((lung.diffusing_frac() - 0.49).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn diffusing_frac(&self) -> f64 {
        1.0 - self.dilated_frac * (1.0 - self.dilated_d_ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regress_sitting_up_makes_more_flow_wide_and_never_more_than_all() {
        let lung = WideVessels { shunt_frac: 0.08, dilated_frac: 0.6, dilated_d_ratio: 0.15 };
        let up = lung.upright();
        assert!((up.shunt_frac - 0.10).abs() < 1e-12 && (up.dilated_frac - 0.78).abs() < 1e-12, "{up:?}");
        assert!((up.dilated_d_ratio - 0.1275).abs() < 1e-12, "{up:?}");
        let all = WideVessels { shunt_frac: 0.9, dilated_frac: 0.9, dilated_d_ratio: 0.5 }.upright();
        assert!(all.shunt_frac <= MOST_SHUNT_FRAC && all.dilated_frac <= 1.0, "{all:?}");
        assert_eq!(WideVessels::NONE.upright(), WideVessels::NONE);
    }
}
