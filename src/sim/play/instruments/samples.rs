//! Blood-gas samples: drawn, mishandled, analysed, and known only some time later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::noise::{self, Channel};
use crate::physiology::acid_base;
use crate::physiology::air_bubble::AirBubble;
use crate::physiology::blood::Chemistry;
use crate::physiology::blood_storage::Storage;
use crate::sim::circuit::AroundDuct;
use crate::sim::params::{ParamId, Params};
use crate::sim::patient;
use crate::sim::steady::MixedBlood;
use crate::sim::time::STEP_S;
use crate::text::{nearest, shown};
use crate::units::NORMAL_TEMPERATURE_C;

/// Where a sample is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Site {
    /// An artery; of the right arm where a membrane lung returns into the aorta.
    Arterial,
    /// The pulmonary artery.
    MixedVenous,
    /// An artery of the right arm: before an open duct, and nearer to the heart where a membrane lung returns into the
    /// aorta; elsewhere as [`Site::Arterial`].
    RightArm,
    /// An artery of a leg: after an open duct, and nearer to the pump; elsewhere as [`Site::Arterial`].
    Leg,
}

/// What goes wrong with a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mistake {
    /// Nothing.
    None,
    /// Air is left in the syringe.
    AirBubble,
    /// The syringe lies before it is analysed.
    BenchDelay,
    /// The needle was in a vein; mixed venous blood stands for what it found there.
    VenousByAccident,
}

impl Site {
    /// Every site.
    pub const ALL: [Site; 4] = [Site::Arterial, Site::MixedVenous, Site::RightArm, Site::Leg];

    /// Name in files and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Site::Arterial => "arterial",
            Site::MixedVenous => "mixed_venous",
            Site::RightArm => "right_arm",
            Site::Leg => "leg",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Site::Arterial => "Arterial",
            Site::MixedVenous => "Mixed venous",
            Site::RightArm => "Right arm",
            Site::Leg => "Leg",
        }
    }
}

impl Mistake {
    /// Every mistake, none included.
    pub const ALL: [Mistake; 4] = [Mistake::None, Mistake::AirBubble, Mistake::BenchDelay, Mistake::VenousByAccident];

    /// Name in files and on the command line; empty for none.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Mistake::None => "",
            Mistake::AirBubble => "air_bubble",
            Mistake::BenchDelay => "bench_delay",
            Mistake::VenousByAccident => "venous_by_accident",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Mistake::None => "no mistake",
            Mistake::AirBubble => "air bubble",
            Mistake::BenchDelay => "left on the bench",
            Mistake::VenousByAccident => "venous by accident",
        }
    }
}

/// What sample to draw, and what goes wrong: `arterial`, `mixed_venous`, `arterial:air_bubble` as text.
///
/// ```
/// use isoshunt::sim::play::instruments::{Mistake, SampleOrder};
/// let order: SampleOrder = "arterial:bench_delay".parse()?;
/// assert_eq!(order.mistake(), Mistake::BenchDelay);
/// assert_eq!(order.to_string(), "arterial:bench_delay");
/// # Ok::<(), isoshunt::sim::play::instruments::SampleOrderError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SampleOrder {
    site: Site,
    mistake: Mistake,
}

/// Why there is no such sample.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SampleOrderError {
    /// A site that is not known.
    #[error("sample = `{site}`: one of arterial, mixed_venous, right_arm, leg is allowed{}", meant(.near), site = shown(.site))]
    Site {
        /// The site as given.
        site: String,
        /// What it may have meant.
        near: Vec<&'static str>,
    },
    /// A mistake that is not known.
    #[error("sample = `{site}:{mistake}`: after the colon one of air_bubble, bench_delay, venous_by_accident is allowed{}", meant(.near), mistake = shown(.mistake))]
    Mistake {
        /// The site, which is known.
        site: &'static str,
        /// The mistake as given.
        mistake: String,
        /// What it may have meant.
        near: Vec<&'static str>,
    },
    /// Venous blood drawn from a vein is no mistake.
    #[error("sample = `mixed_venous:venous_by_accident`: only an arterial sample can be venous by accident")]
    VenousIsMeant,
}

fn meant(near: &[&str]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

impl SampleOrder {
    /// Every sample that can be drawn.
    pub const ALL: [SampleOrder; 15] = [
        SampleOrder { site: Site::Arterial, mistake: Mistake::None },
        SampleOrder { site: Site::Arterial, mistake: Mistake::AirBubble },
        SampleOrder { site: Site::Arterial, mistake: Mistake::BenchDelay },
        SampleOrder { site: Site::Arterial, mistake: Mistake::VenousByAccident },
        SampleOrder { site: Site::MixedVenous, mistake: Mistake::None },
        SampleOrder { site: Site::MixedVenous, mistake: Mistake::AirBubble },
        SampleOrder { site: Site::MixedVenous, mistake: Mistake::BenchDelay },
        SampleOrder { site: Site::RightArm, mistake: Mistake::None },
        SampleOrder { site: Site::RightArm, mistake: Mistake::AirBubble },
        SampleOrder { site: Site::RightArm, mistake: Mistake::BenchDelay },
        SampleOrder { site: Site::RightArm, mistake: Mistake::VenousByAccident },
        SampleOrder { site: Site::Leg, mistake: Mistake::None },
        SampleOrder { site: Site::Leg, mistake: Mistake::AirBubble },
        SampleOrder { site: Site::Leg, mistake: Mistake::BenchDelay },
        SampleOrder { site: Site::Leg, mistake: Mistake::VenousByAccident },
    ];

    /// An order.
    ///
    /// # Errors
    /// [`SampleOrderError::VenousIsMeant`].
    pub fn new(site: Site, mistake: Mistake) -> Result<Self, SampleOrderError> {
        if site == Site::MixedVenous && mistake == Mistake::VenousByAccident {
            return Err(SampleOrderError::VenousIsMeant);
        }
        Ok(SampleOrder { site, mistake })
    }

    /// Where it is to be drawn.
    #[must_use]
    pub fn site(self) -> Site {
        self.site
    }

    /// What goes wrong.
    #[must_use]
    pub fn mistake(self) -> Mistake {
        self.mistake
    }
}

impl fmt::Display for SampleOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.site.key())?;
        if self.mistake == Mistake::None { Ok(()) } else { write!(f, ":{}", self.mistake.key()) }
    }
}

impl FromStr for SampleOrder {
    type Err = SampleOrderError;

    fn from_str(text: &str) -> Result<Self, SampleOrderError> {
        let (site, mistake) = text.split_once(':').map_or((text, None), |(site, mistake)| (site, Some(mistake)));
        let Some(site) = Site::ALL.into_iter().find(|known| known.key() == site) else {
            let near = nearest(site, Site::ALL.map(Site::key));
            return Err(SampleOrderError::Site { site: site.to_owned(), near });
        };
        let Some(mistake) = mistake else { return SampleOrder::new(site, Mistake::None) };
        let made = &Mistake::ALL[1..];
        match made.iter().find(|known| known.key() == mistake) {
            Some(known) => SampleOrder::new(site, *known),
            None => Err(SampleOrderError::Mistake {
                site: site.key(),
                mistake: mistake.to_owned(),
                near: nearest(mistake, made.iter().map(|known| known.key())),
            }),
        }
    }
}

impl TryFrom<String> for SampleOrder {
    type Error = SampleOrderError;

    fn try_from(text: String) -> Result<Self, SampleOrderError> {
        text.parse()
    }
}

impl From<SampleOrder> for String {
    fn from(order: SampleOrder) -> String {
        order.to_string()
    }
}

/// What the analyser prints: all at 37 °C, as laboratories do. What the patient has at body temperature is
/// [`Sample::true_blood`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// PO2, mmHg.
    pub po2_mmhg: f64,
    /// PCO2, mmHg.
    pub pco2_mmhg: f64,
    /// pH.
    pub ph: f64,
    /// Haemoglobin, g/dL.
    pub hb_g_per_dl: f64,
    /// Saturation by co-oximeter, of the Hb that can bind O2.
    pub saturation_frac: f64,
    /// Carboxyhaemoglobin over all haemoglobin.
    pub cohb_frac: f64,
    /// Methaemoglobin over all haemoglobin.
    pub methb_frac: f64,
    /// Bicarbonate, derived from the measured pH and PCO2, mmol/L.
    pub bicarbonate_mmol_per_l: f64,
    /// Base excess of the blood fully oxygenated, derived from what was measured, mmol/L.
    pub base_excess_mmol_per_l: f64,
}

/// A sample: frozen when it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What was asked for, and what went wrong.
    pub order: SampleOrder,
    /// Step in which it was drawn.
    pub drawn_step: u64,
    /// First step in which its result is known.
    pub arrives_step: u64,
    /// The blood of the patient at the site that was asked for, when it was drawn.
    pub true_blood: MixedBlood,
    /// What the analyser printed.
    pub reported: Reported,
}

impl Sample {
    /// Whether the result is known at a step.
    #[must_use]
    pub fn is_known_at(&self, step: u64) -> bool {
        step >= self.arrives_step
    }

    /// Whether this could have been drawn.
    pub(super) fn is_sound(&self) -> bool {
        let (gas, seen) = (&self.true_blood.gas, &self.reported);
        let not_negative = [
            gas.po2_mmhg,
            gas.pco2_mmhg,
            gas.o2_ml_per_dl,
            gas.co2_ml_per_dl,
            self.true_blood.pn2_mmhg,
            seen.po2_mmhg,
            seen.pco2_mmhg,
            seen.hb_g_per_dl,
            seen.bicarbonate_mmol_per_l,
        ];
        let fractions = [gas.saturation_frac, seen.saturation_frac, seen.cohb_frac, seen.methb_frac];
        self.arrives_step >= self.drawn_step
            && not_negative.iter().all(|value| value.is_finite() && *value >= 0.0)
            && fractions.iter().all(|value| (0.0..=1.0).contains(value))
            && [gas.ph, seen.ph, seen.base_excess_mmol_per_l].iter().all(|value| value.is_finite())
    }
}

/// Blood that a sample can be drawn of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bloods {
    /// Of the arteries, mixed.
    pub arterial: MixedBlood,
    /// Of the pulmonary artery.
    pub venous: MixedBlood,
    /// Arterial blood of the right arm and of the legs, where they differ: around an open duct, or where a membrane lung
    /// returns into the aorta.
    pub around_duct: Option<AroundDuct<MixedBlood>>,
}

/// Draws a sample; `dice` is the seed and the number of the sample.
pub(super) fn draw(order: SampleOrder, params: &Params, bloods: &Bloods, step: u64, dice: [u64; 2]) -> Sample {
    let everywhere = AroundDuct { before: bloods.arterial, after: bloods.arterial };
    let around_duct = bloods.around_duct.unwrap_or(everywhere);
    let of_site = match order.site {
        Site::Arterial => bloods.arterial,
        Site::MixedVenous => bloods.venous,
        Site::RightArm => around_duct.before,
        Site::Leg => around_duct.after,
    };
    let body = patient::blood(params);
    let blood = body.at(NORMAL_TEMPERATURE_C);
    // In the syringe and the analyser it is at 37 degC, with the contents it was drawn with.
    let drawn = body.measured(&of_site.gas);
    let gas = match order.mistake {
        Mistake::None => drawn,
        Mistake::VenousByAccident => body.measured(&bloods.venous.gas),
        Mistake::AirBubble => {
            let bubble = AirBubble {
                volume_frac: params.get(ParamId::SampleBubble),
                equilibrated_frac: params.get(ParamId::SampleBubbleEquilibrated),
                pb_mmhg: params.get(ParamId::Pb),
            };
            bubble.in_blood(&Chemistry::new(&blood), &drawn)
        }
        Mistake::BenchDelay => {
            let storage = Storage {
                time_min: params.get(ParamId::SampleBench),
                temperature_c: params.get(ParamId::SampleBenchTemperature),
                leucocytes_giga_per_l: params.get(ParamId::Leucocytes),
            };
            storage.of(&blood, &drawn).1
        }
    };
    let error = |channel: Channel, sd: f64| {
        let [seed, number] = dice;
        params.get(ParamId::AnalyserError) * sd * noise::normal(seed, channel, number)
    };
    let frac = |value: f64| value.clamp(0.0, 1.0);
    let po2_mmhg = (gas.po2_mmhg + error(Channel::AnalyserPo2, po2_sd_mmhg(gas.po2_mmhg))).max(0.0);
    let pco2_mmhg = gas.pco2_mmhg * (1.0 + error(Channel::AnalyserPco2, PCO2_CV)).max(0.5);
    let ph = gas.ph + error(Channel::AnalyserPh, PH_SD);
    let hb_g_per_dl = blood.hb_g_per_dl * (1.0 + error(Channel::AnalyserHb, HB_CV)).max(0.5);
    let saturation_frac = frac(gas.saturation_frac + error(Channel::AnalyserSo2, SO2_SD_FRAC));
    let reported = Reported {
        po2_mmhg,
        pco2_mmhg,
        ph,
        hb_g_per_dl,
        saturation_frac,
        cohb_frac: frac(blood.cohb_frac + error(Channel::AnalyserCohb, DYSHAEMOGLOBIN_SD_FRAC)),
        methb_frac: frac(blood.methb_frac + error(Channel::AnalyserMethb, DYSHAEMOGLOBIN_SD_FRAC)),
        bicarbonate_mmol_per_l: acid_base::bicarbonate_mmol_per_l(ph, pco2_mmhg),
        base_excess_mmol_per_l: acid_base::base_excess_mmol_per_l(ph, pco2_mmhg, hb_g_per_dl, saturation_frac),
    };
    let delay_steps = (params.get(ParamId::SampleDelay) / STEP_S).ceil() as u64;
    Sample { order, drawn_step: step, arrives_step: step.saturating_add(delay_steps), true_blood: of_site, reported }
}

/// Least SD of a PO2, mmHg: 0.2 kPa (Radiometer, as quoted by Rees SE, Eur Respir J 2009;33:1141-1147).
const PO2_SD_MMHG: f64 = 1.5;
/// CV of a high PO2, which Radiometer's figure becomes at 100 mmHg.
const PO2_CV: f64 = 0.015;
/// CV of a PCO2; chosen so that CLIA's limit of 8 % holds four SD.
pub const PCO2_CV: f64 = 0.02;
/// SD of a pH; chosen so that CLIA's limit of 0.04 holds five.
pub const PH_SD: f64 = 0.007;
/// CV of the haemoglobin; chosen so that CLIA's limit of 4 % holds four.
const HB_CV: f64 = 0.01;
/// SD of the saturation by co-oximeter: 0.35 to 0.48 % between 50 and 100 % (ABL90 FLEX reference manual, chapter 7).
pub const SO2_SD_FRAC: f64 = 0.004;
/// SD of COHb and MetHb; chosen, about half of that of the saturation.
const DYSHAEMOGLOBIN_SD_FRAC: f64 = 0.002;

/// SD of a measured PO2, mmHg.
#[must_use]
pub fn po2_sd_mmhg(po2_mmhg: f64) -> f64 {
    (PO2_CV * po2_mmhg).max(PO2_SD_MMHG)
}
