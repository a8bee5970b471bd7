//! A membrane that has aged in two ways: fibres coated, channels clotted.
//!
//! Coat covers fibres: gas fails and the fall of pressure does not, blood passes as through a shunt. Clot closes channels:
//! the fall of pressure rises and sweep gas meets no blood, as in dead space.

/// A membrane as it was new, and what time has made of it.
///
/// | field | unit | range |
/// |---|---|---|
/// | `diffusing_ml_per_min_mmhg` | for O2, mL/min/mmHg | above 0 |
/// | `shunt_frac` | share of blood that meets no fibre | 0 to 0.9 |
/// | `resistance_mmhg_min_per_l` | mmHg·min/L | above 0 |
/// | `coat_frac`, `clot_frac` | share of fibres covered, of channels closed | 0 to 0.9 |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Membrane {
    /// Diffusing capacity of the new membrane.
    pub diffusing_ml_per_min_mmhg: f64,
    /// Its shunt.
    pub shunt_frac: f64,
    /// Its resistance.
    pub resistance_mmhg_min_per_l: f64,
    /// Coat.
    pub coat_frac: f64,
    /// Clot.
    pub clot_frac: f64,
}

/// Share of the blood on a coated fibre that passes as if there were none.
const COAT_SHUNTS: f64 = 0.45;
/// Share of the sweep gas of a closed channel that meets no blood.
const CLOT_WASTES: f64 = 0.5;

impl Membrane {
    /// Share of pump flow that meets no gas: `s0 + (1 − s0)·0.45·c`.
    #[must_use]
    pub fn shunt_now_frac(&self) -> f64 {
        self.shunt_frac + (1.0 - self.shunt_frac) * COAT_SHUNTS * self.coat_frac
    }

    /// Diffusing capacity left, mL/min/mmHg: `D0·(1 − c)·(1 − h)`.
    #[must_use]
    pub fn diffusing_now_ml_per_min_mmhg(&self) -> f64 {
        self.diffusing_ml_per_min_mmhg * (1.0 - self.coat_frac) * (1.0 - self.clot_frac)
    }

    /// Share of the sweep gas that meets blood: `1 − 0.5·h`.
    #[must_use]
    pub fn ventilated_frac(&self) -> f64 {
        1.0 - CLOT_WASTES * self.clot_frac
    }

    /// Resistance to blood, mmHg·min/L: `r0/(1 − h)²`.
    ///
    /// # Source
    /// Coat as shunt and clot as dead space: Epis F, Belliato M, J Thorac Dis 2018 (abstract only). Sizes are guesses.
    #[must_use]
    pub fn resistance_now_mmhg_min_per_l(&self) -> f64 {
        let open = 1.0 - self.clot_frac;
        self.resistance_mmhg_min_per_l / (open * open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Membrane = Membrane {
        diffusing_ml_per_min_mmhg: 0.6,
        shunt_frac: 0.06,
        resistance_mmhg_min_per_l: 5.0,
        coat_frac: 0.0,
        clot_frac: 0.0,
    };

    /// Coat leaves the fall of pressure at 4 L/min at 20 mmHg, a clot of 0.3 makes it 41; the new membrane is unchanged.
    #[test]
    fn regress_what_coat_and_clot_do() {
        let coated = Membrane { coat_frac: 0.2, ..NEW };
        let clotted = Membrane { clot_frac: 0.3, ..NEW };
        assert!((NEW.shunt_now_frac() - 0.06).abs() < 1e-12 && (NEW.ventilated_frac() - 1.0).abs() < 1e-12);
        assert!((4.0 * coated.resistance_now_mmhg_min_per_l() - 20.0).abs() < 1e-9);
        assert!((4.0 * clotted.resistance_now_mmhg_min_per_l() - 40.8).abs() < 0.1);
        assert!((coated.shunt_now_frac() - 0.1446).abs() < 1e-9);
        assert!((clotted.shunt_now_frac() - NEW.shunt_frac).abs() < 1e-12);
        assert!((clotted.ventilated_frac() - 0.85).abs() < 1e-12);
        assert!((coated.diffusing_now_ml_per_min_mmhg() - 0.48).abs() < 1e-12);
    }
}
