//! What it is in a lung, by what a rescue team can measure: five mechanisms, each scored by the O2 that its going would
//! gain.
//!
//! Two gases are asked for, on the FiO2 set and on pure O2, with mixed venous blood, and a third on pure O2 after lung was
//! opened; dead space, output and the recruitment-to-inflation ratio. What pure O2 does not correct is shunt; what opens
//! of it is lung of low volume; what pure O2 corrects is low V/Q.

use crate::physiology::indices;

/// Something that may be wrong with a patient who does not oxygenate or clear CO2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// Blood past lung that holds no gas and cannot.
    Shunt,
    /// Blood past lung that could be opened: end-expiratory volume is low.
    LowVolume,
    /// Lung with little gas for its blood.
    LowVq,
    /// Gas that meets no blood.
    DeadSpace,
    /// Too little blood for what is used.
    Circulation,
}

impl Mechanism {
    /// Every mechanism.
    pub const ALL: [Mechanism; 5] =
        [Mechanism::Shunt, Mechanism::LowVolume, Mechanism::LowVq, Mechanism::DeadSpace, Mechanism::Circulation];

    /// Key in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt",
            Mechanism::LowVolume => "low_volume",
            Mechanism::LowVq => "low_vq",
            Mechanism::DeadSpace => "dead_space",
            Mechanism::Circulation => "circulation",
        }
    }

    /// In words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Mechanism::Shunt => "shunt through lung that does not open",
            Mechanism::LowVolume => "collapsed lung that opens (low end-expiratory volume)",
            Mechanism::LowVq => "low V/Q",
            Mechanism::DeadSpace => "dead space",
            Mechanism::Circulation => "circulation: too little flow for what is used",
        }
    }
}

/// What was measured.
///
/// | field | unit | range |
/// |---|---|---|
/// | admixtures | share of output | 0 to 1 |
/// | contents | mL/dL, on the FiO2 set | above 0 |
/// | `recruitment_ratio` | between PEEP 15 and 5 | none is not measured |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Venous admixture on the FiO2 set.
    pub admixture_frac: f64,
    /// On pure O2.
    pub admixture_on_oxygen_frac: f64,
    /// On pure O2 at PEEP 15, after an inflation to 40 cmH2O.
    pub admixture_opened_frac: f64,
    /// Recruitment-to-inflation ratio.
    pub recruitment_ratio: Option<f64>,
    /// Ideal end-capillary O2 content.
    pub o2_cap_ml_per_dl: f64,
    /// Arterial O2 content.
    pub o2_art_ml_per_dl: f64,
    /// Mixed venous O2 content.
    pub o2_ven_ml_per_dl: f64,
    /// Dead space over tidal volume (Enghoff).
    pub dead_space_frac: f64,
    /// Arterial PO2 over FiO2, mmHg.
    pub pf_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_art_mmhg: f64,
    /// Cardiac output, L/min, above 0.
    pub output_l_per_min: f64,
    /// O2 consumption, mL/min.
    pub vo2_ml_per_min: f64,
}

/// Normal venous admixture, which no cure takes away.
const NORMAL_ADMIXTURE_FRAC: f64 = 0.05;
/// Output and O2 consumption that are enough for each other, L/min and mL/min.
const ENOUGH: [f64; 2] = [6.0, 250.0];
/// Most of a first guess over the second at which it is "not sure".
const SURE_RATIO: f64 = 1.3;
/// P/F below which, and PaCO2 above which, a rescue team is called, mmHg: the patients on whom the scores were tuned and
/// counted.
const CALLED_PF_MMHG: f64 = 200.0;
const CALLED_PCO2_MMHG: f64 = 60.0;
/// Points below which a mechanism is none worth naming in a patient to whom nobody would be called.
const LEAST_POINTS: f64 = 1.0;
/// Of ten patients of the cohort those in whom the first named is right, and those in whom it is one of both named
/// (`tests/mechanism.rs` counts them).
pub const RIGHT_OF_TEN: [u32; 2] = [7, 9];
/// The cohort counted: of each truth (row) how often each mechanism was named first (column), in the order of
/// [`Mechanism::ALL`]; 500 random lungs in layers of this model with the noise of the instruments.
pub const COUNTED: [[u32; 5]; 5] =
    [[18, 9, 0, 2, 9], [1, 39, 0, 3, 9], [1, 2, 56, 14, 5], [8, 9, 7, 131, 26], [7, 10, 8, 11, 115]];

/// What a team says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saying {
    /// Score of each of [`Mechanism::ALL`], points: a mL of O2 per dL of the present output is one, and so are 10 mmHg of
    /// PaCO2.
    pub scores: [f64; 5],
    /// The highest and the next.
    pub first: Mechanism,
    /// The next.
    pub second: Mechanism,
    /// Whether the first leads by enough.
    pub sure: bool,
    /// Whether it is a patient to whom a rescue team is called: others are not of the cohort that was counted.
    pub called: bool,
}

impl Saying {
    /// Whether any of the five is worth naming.
    #[must_use]
    pub fn names_any(&self) -> bool {
        self.called || self.scores[self.first as usize] >= LEAST_POINTS
    }
}

impl Measured {
    /// Scores the mechanisms.
    ///
    /// ```text
    /// gain(δ) = δ·(Cc' − Cv)/(1 − δ);  fix = min(adm(1.0), adm) − 0.05;  low = adm − adm(1.0);  none below 0
    /// ρ = 0.3·clamp((R/I − 0.1)/0.9) + 0.7·clamp(1.4·(adm(1.0) − adm_open)/(adm(1.0) − 0.05))
    /// shunt = 0.6·gain(fix·(1 − ρ));  low volume = 0.8·gain(fix·ρ);  low V/Q = 2.3·gain(low)
    /// dead space  = 8·max(0, VD/VT − 0.42·(0.55·adm² + 0.25·adm) − 0.44)·PaCO2/45
    /// circulation = CaO2·(0.3·max(0, (6/Q)·(V̇O2/250) − 1) + 0.2·max(0, O2ER − 0.2))
    /// ```
    /// "Not sure" is said where the first is below 1.3 times the second. Where P/F is 200 or more and PaCO2 60 mmHg or less,
    /// none below a point is named.
    ///
    /// # Source
    /// Ours: each score estimates what O2 delivery gains per dL of output where that mechanism alone goes. Factors are
    /// tuned on random lungs in layers of this model, and hold for them alone (`tests/mechanism.rs` has the table).
    #[must_use]
    pub fn say(&self) -> Saying {
        let room = self.o2_cap_ml_per_dl - self.o2_ven_ml_per_dl;
        let gain = |delta: f64| delta * room.max(0.0) / (1.0 - delta.min(0.95));
        let (all, rich) = (self.admixture_frac, self.admixture_on_oxygen_frac);
        let fixed = (all.min(rich) - NORMAL_ADMIXTURE_FRAC).max(0.0);
        let low = (all - rich).max(0.0);
        let share = |value: f64| if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let opens = share(1.4 * (rich - self.admixture_opened_frac) / (rich - NORMAL_ADMIXTURE_FRAC).max(0.01));
        let recruitable = match self.recruitment_ratio {
            Some(ratio) => 0.3 * share((ratio - 0.1) / 0.9) + 0.7 * opens,
            None => opens,
        };
        let seen_as_dead = 0.42 * (0.55 * all * all + 0.25 * all);
        let [enough_l_per_min, enough_vo2] = ENOUGH;
        let wanting = enough_l_per_min / self.output_l_per_min * (self.vo2_ml_per_min / enough_vo2) - 1.0;
        let extracted = indices::o2_extraction_frac(self.o2_art_ml_per_dl, self.o2_ven_ml_per_dl).unwrap_or(0.0);
        let scores = [
            0.6 * gain(fixed * (1.0 - recruitable)),
            0.8 * gain(fixed * recruitable),
            2.3 * gain(low),
            8.0 * (self.dead_space_frac - seen_as_dead - 0.44).max(0.0) * self.pco2_art_mmhg / 45.0,
            self.o2_art_ml_per_dl * (0.3 * wanting.max(0.0) + 0.2 * (extracted - 0.2).max(0.0)),
        ];
        let [first, second] = first_two(&scores);
        let (most, next) = (scores[first as usize], scores[second as usize]);
        let called = self.pf_mmhg < CALLED_PF_MMHG || self.pco2_art_mmhg > CALLED_PCO2_MMHG;
        Saying { scores, first, second, sure: most > SURE_RATIO * next, called }
    }
}

/// The two mechanisms of the highest scores; of equal ones those that come first.
#[must_use]
pub fn first_two(scores: &[f64; 5]) -> [Mechanism; 2] {
    let mut order = Mechanism::ALL;
    order.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
    [order[0], order[1]]
}

/// O2 extraction from which delivery or demand is named whatever the lung does.
pub const EXTRACTION_FRAC: f64 = 0.4;

/// Normal parts of delivery and demand: output, L/min; haemoglobin, g/dL; arterial saturation; O2 consumption, mL/min.
const NORMAL_OUTPUT_L_PER_MIN: f64 = 5.0;
const NORMAL_HB_G_PER_DL: f64 = 14.0;
const NORMAL_SATURATION_FRAC: f64 = 0.97;
const NORMAL_VO2_ML_PER_MIN: f64 = 250.0;

/// Parts of delivery and demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// O2 extraction ratio.
    pub extraction_frac: f64,
    /// Cardiac output, L/min, above 0.
    pub output_l_per_min: f64,
    /// Haemoglobin, g/dL, above 0.
    pub hb_g_per_dl: f64,
    /// Share of it that carbon monoxide or methaemoglobin takes, as a co-oximeter has it.
    pub dyshaemoglobin_frac: f64,
    /// Arterial saturation, above 0.
    pub saturation_frac: f64,
    /// O2 consumption, mL/min, above 0.
    pub vo2_ml_per_min: f64,
}

impl Delivery {
    /// Where more than [`EXTRACTION_FRAC`] is extracted: the part of delivery or demand that is farthest from normal
    /// (5 L/min, 14 g/dL, all of it free for O2, 0.97, 250 mL/min), as a share of it.
    #[must_use]
    pub fn farthest(&self) -> Option<(&'static str, f64)> {
        let parts = [
            ("output", self.output_l_per_min / NORMAL_OUTPUT_L_PER_MIN),
            ("haemoglobin", self.hb_g_per_dl / NORMAL_HB_G_PER_DL),
            ("haemoglobin free for O2 (COHb, MetHb)", 1.0 - self.dyshaemoglobin_frac),
            ("arterial saturation", self.saturation_frac / NORMAL_SATURATION_FRAC),
            ("O2 consumption", NORMAL_VO2_ML_PER_MIN / self.vo2_ml_per_min),
        ];
        let worst = parts.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        (self.extraction_frac > EXTRACTION_FRAC).then_some(worst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shunt of a third that pure O2 and an inflation leave as it is.
    const FIXED: Measured = Measured {
        admixture_frac: 0.35,
        admixture_on_oxygen_frac: 0.34,
        admixture_opened_frac: 0.33,
        recruitment_ratio: Some(0.1),
        o2_cap_ml_per_dl: 20.0,
        o2_art_ml_per_dl: 17.5,
        o2_ven_ml_per_dl: 13.0,
        dead_space_frac: 0.5,
        pf_mmhg: 120.0,
        pco2_art_mmhg: 42.0,
        output_l_per_min: 6.0,
        vo2_ml_per_min: 250.0,
    };

    #[test]
    fn inv_each_finding_names_its_mechanism() {
        let opens = Measured { admixture_opened_frac: 0.10, recruitment_ratio: Some(0.9), ..FIXED };
        let low_vq = Measured { admixture_on_oxygen_frac: 0.06, ..FIXED };
        let dead = Measured { dead_space_frac: 0.85, admixture_frac: 0.1, admixture_on_oxygen_frac: 0.08, ..FIXED };
        let poor = Measured { output_l_per_min: 2.0, ..Measured { admixture_frac: 0.1, ..dead } };
        let poor = Measured { dead_space_frac: 0.4, ..poor };
        for (measured, mechanism) in [
            (FIXED, Mechanism::Shunt),
            (opens, Mechanism::LowVolume),
            (low_vq, Mechanism::LowVq),
            (dead, Mechanism::DeadSpace),
            (poor, Mechanism::Circulation),
        ] {
            let said = measured.say();
            assert_eq!(said.first, mechanism, "{said:?}");
            assert!(said.sure, "{said:?}");
        }
        let close = Measured { admixture_on_oxygen_frac: 0.27, ..FIXED }.say();
        assert!(!close.sure && close.first != close.second, "{close:?}");
        assert_eq!(Measured { recruitment_ratio: None, ..opens }.say().first, Mechanism::LowVolume);
    }

    #[test]
    fn inv_where_much_is_extracted_the_farthest_part_is_named() {
        let delivery = Delivery {
            extraction_frac: 0.52,
            output_l_per_min: 6.0,
            hb_g_per_dl: 6.0,
            dyshaemoglobin_frac: 0.0,
            saturation_frac: 0.97,
            vo2_ml_per_min: 250.0,
        };
        assert_eq!(delivery.farthest().expect("much").0, "haemoglobin");
        let fever = Delivery { hb_g_per_dl: 14.0, vo2_ml_per_min: 450.0, ..delivery };
        assert_eq!(fever.farthest().expect("much").0, "O2 consumption");
        let smoke = Delivery { hb_g_per_dl: 13.0, dyshaemoglobin_frac: 0.4, ..delivery };
        assert!(smoke.farthest().expect("much").0.contains("COHb"));
        assert_eq!(Delivery { extraction_frac: 0.3, ..delivery }.farthest(), None);
    }

    #[test]
    fn inv_nothing_is_named_in_one_to_whom_nobody_is_called() {
        let well = Measured { admixture_frac: 0.05, admixture_on_oxygen_frac: 0.05, pf_mmhg: 420.0, ..FIXED };
        assert!(!well.say().names_any() && !well.say().called, "{:?}", well.say());
        assert!(Measured { pf_mmhg: 199.0, ..well }.say().names_any());
        let dead = Measured { dead_space_frac: 0.85, ..well }.say();
        assert!(dead.names_any() && dead.first == Mechanism::DeadSpace && !dead.called, "{dead:?}");
    }
}
