//! Recirculation of a veno-venous membrane lung as an outcome: flow, output, cannulae and how far their tips are apart.

use crate::numerics::float;

/// Where the cannulae lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cannulae {
    /// Drains the inferior vena cava by the femoral vein, returns by the jugular vein.
    FemoroJugular,
    /// Drains by the jugular vein, returns by the femoral vein.
    JuguloFemoral,
    /// Both by the femoral veins.
    Bifemoral,
    /// One cannula with two lumina, its return at the tricuspid valve.
    DualLumen,
    /// The same, turned or slipped.
    DualLumenSlipped,
}

/// Share of venous return that reaches the drainage first, and exchange between both regions at 15 cm, L/min.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Regions {
    first_frac: f64,
    exchange_l_per_min: f64,
}

/// Distance of the tips for which the exchange is given, cm.
const REFERENCE_CM: f64 = 15.0;
/// Distance over which the exchange falls to 1/e, cm.
const FALL_CM: f64 = 10.0;
/// Width over the output of the bend from which the pump takes more than comes by itself: caval flow pulsates.
const PULSATION_FRAC: f64 = 0.20;

impl Cannulae {
    fn regions(self) -> Regions {
        let [first_frac, exchange_l_per_min] = match self {
            Cannulae::FemoroJugular => [0.68, 0.55],
            Cannulae::JuguloFemoral => [0.35, 2.2],
            Cannulae::Bifemoral => [0.45, 1.2],
            Cannulae::DualLumen => [0.92, 0.30],
            Cannulae::DualLumenSlipped => [0.55, 2.0],
        };
        Regions { first_frac, exchange_l_per_min }
    }

    /// Whether drainage and return are lumina of one cannula, whose distance is its own.
    #[must_use]
    pub fn dual_lumen(self) -> bool {
        matches!(self, Cannulae::DualLumen | Cannulae::DualLumenSlipped)
    }

    /// Share of venous return that comes to the drainage of itself.
    #[must_use]
    pub fn first_frac(self) -> f64 {
        self.regions().first_frac
    }

    /// Share of drained blood that has just been returned.
    ///
    /// Two mixed regions, D around the drainage and A around the return, from which the right ventricle fills. A share a of
    /// venous return Q reaches D first; what the pump P takes beyond that comes from A, softly, as caval flow pulsates.
    /// ```text
    /// X   = X15·exp(−(d − 15)/10), of a dual lumen X15
    /// E   = s·ln(1 + e^u),  s = 0.20·Q,  u = (P − a·Q)/s
    /// A→D = X + E,  D→A = A→D + a·Q − P, never below 0
    /// R   = A→D·P/((Q + A→D)·(P + D→A) − A→D·D→A)
    /// ```
    /// P(1 − R) never exceeds Q.
    ///
    /// | quantity | unit | range |
    /// |---|---|---|
    /// | `pump_l_per_min` | L/min | 0 or more |
    /// | `output_l_per_min` | L/min | above 0 |
    /// | `distance_cm` | tips apart, cm | 0 or more |
    ///
    /// # Source
    /// The form is ours. Shares and exchange are tuned to medians and slopes of patients: femoro-jugular 5 % at 3.0 L/min,
    /// jugulo-femoral 19 % at 3.6, dual lumen 8.7 % (figures of patients as told in reviews, abstracts only); mesh and
    /// multistage 38 and 19 % (Palmér O et al., ASAIO J 2016, abstract only); bifemoral 27.9 %; 0.4 points a cm; 4.2 points for
    /// each L/min of pump flow (Fisser C et al., Front Med 2022, abstract only). The slipped dual lumen is a guess.
    ///
    /// ```
    /// use isoshunt::physiology::ecmo_cannulae::Cannulae;
    /// let r = Cannulae::FemoroJugular.recirculation_frac(4.0, 6.0, 20.0);
    /// assert!((r - 0.126).abs() < 0.001);
    /// ```
    #[must_use]
    pub fn recirculation_frac(self, pump_l_per_min: f64, output_l_per_min: f64, distance_cm: f64) -> f64 {
        let (pump, output) = (pump_l_per_min, output_l_per_min);
        let Regions { first_frac, exchange_l_per_min } = self.regions();
        let apart = if self.dual_lumen() { 0.0 } else { distance_cm - REFERENCE_CM };
        let exchange = exchange_l_per_min * float::exp(-apart / FALL_CM);
        let soft = PULSATION_FRAC * output;
        let over = (pump - first_frac * output) / soft;
        let excess = soft * (over.max(0.0) + float::ln_1p(float::exp(-over.abs())));
        let mut back = exchange + excess;
        let mut on = back + first_frac * output - pump;
        if on < 0.0 {
            back -= on;
            on = 0.0;
        }
        if pump <= 0.0 {
            return 0.0;
        }
        back * pump / ((output + back) * (pump + on) - back * on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recirculation as the design of these regions had it, at 4 of 6 L/min and 20 cm.
    #[test]
    fn regress_recirculation_by_cannulae() {
        let cases = [
            (Cannulae::FemoroJugular, 0.13),
            (Cannulae::JuguloFemoral, 0.29),
            (Cannulae::Bifemoral, 0.24),
            (Cannulae::DualLumen, 0.06),
            (Cannulae::DualLumenSlipped, 0.25),
        ];
        for (cannulae, expected) in cases {
            let r = cannulae.recirculation_frac(4.0, 6.0, 20.0);
            assert!((r - expected).abs() < 0.006, "{cannulae:?}: {r:.3}, {expected}");
        }
    }

    /// Medians of patients and the spread about them, in points of 100: femoro-jugular 5 (0 to 11) at 3.0 L/min,
    /// jugulo-femoral 19 (13 to 28) at 3.6, bifemoral 27.9 ± 13.4, dual lumen 8.7 (0 to 12) (figures as told in reviews);
    /// 7 (1 to 22) in pigs at a pump of 0.63 of the output (Ferrara). Here within the spread, and where that begins at
    /// none, at least a third of the median. Slopes: 3 to 7 points for each L/min (4.2), 0.2 to 0.7 a cm from 10 to 20 cm
    /// (0.4), and a high output takes 5 to 20 points.
    #[test]
    fn val_palmer_2016_and_reviews_recirculation_of_patients() {
        let points =
            |cannulae: Cannulae, pump, output, distance| 100.0 * cannulae.recirculation_frac(pump, output, distance);
        let femoral = |pump, output, distance| points(Cannulae::FemoroJugular, pump, output, distance);
        for (found, [low, high]) in [
            (femoral(3.0, 6.75, 20.0), [1.7, 11.0]),
            (points(Cannulae::JuguloFemoral, 3.6, 6.75, 20.0), [13.0, 28.0]),
            (points(Cannulae::Bifemoral, 4.0, 6.0, 20.0), [14.5, 41.3]),
            (points(Cannulae::DualLumen, 4.0, 6.0, 20.0), [2.9, 12.0]),
            (femoral(0.63 * 6.0, 6.0, 20.0), [2.3, 22.0]),
        ] {
            assert!((low..=high).contains(&found), "{found:.1}, published {low} to {high}");
        }
        // By order of the medians too.
        assert!(points(Cannulae::JuguloFemoral, 3.6, 6.75, 20.0) > femoral(3.6, 6.75, 20.0) + 10.0);
        let per_flow = femoral(4.0, 6.75, 20.0) - femoral(3.0, 6.75, 20.0);
        assert!((3.0..=7.0).contains(&per_flow), "{per_flow:.2} points for each L/min");
        let per_cm = (femoral(3.0, 6.75, 10.0) - femoral(3.0, 6.75, 20.0)) / 10.0;
        assert!((0.2..=0.7).contains(&per_cm), "{per_cm:.2} points a cm");
        let by_output = femoral(4.5, 6.0, 12.0) - femoral(4.5, 9.0, 12.0);
        assert!((5.0..=20.0).contains(&by_output), "{by_output:.1} points");
    }

    #[test]
    fn inv_no_more_than_the_output_is_effective() {
        for cannulae in [Cannulae::FemoroJugular, Cannulae::JuguloFemoral, Cannulae::DualLumen] {
            for pump in [0.0, 0.5, 2.0, 4.0, 8.0] {
                for output in [0.5, 2.0, 5.0, 12.0] {
                    let r = cannulae.recirculation_frac(pump, output, 5.0);
                    assert!((0.0..1.0).contains(&r), "{cannulae:?} {pump} {output}: {r}");
                    assert!(pump * (1.0 - r) <= output * (1.0 + 1e-12), "{cannulae:?} {pump} {output}: {r}");
                }
            }
        }
    }
}
