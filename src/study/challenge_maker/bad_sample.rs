//! The drill *The bad sample*: four patients on air, a blood gas of each, and one of the four is not what the patient has.
//!
//! What went wrong is an air bubble, time on the bench among many leucocytes, or a vein in place of the artery. A case is
//! thrown away unless
//! - what is printed of the other three lies within 2 SD of the analyser of what their patients have, and their
//!   saturation within 3 points of the oximeter's;
//! - the saturation of the wrong one parts from the oximeter's by 5 points or more, and its PO2 from the true one by 4 SD.
//!
//! One true sample has lain for a while too, and one true patient has many leucocytes: neither alone tells anything.

use crate::sim::params::{ParamError, ParamId, Params};
use crate::sim::play::instruments::{Mistake, PCO2_CV, PH_SD, Reported, SO2_SD_FRAC, SampleOrder, Site, po2_sd_mmhg};
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::snapshot::Model;
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::kinds::Class;
use crate::study::challenge_maker::maker::NoCase;
use crate::study::challenge_maker::patient::{self, Dice};
use crate::study::{Study, cost};

/// How many gases there are to choose from.
pub const GASES: usize = 4;
/// What may have gone wrong, in the order in which it is offered.
pub const MISTAKES: [Mistake; 3] = [Mistake::AirBubble, Mistake::BenchDelay, Mistake::VenousByAccident];
/// Largest distance from the truth of a true sample, SD of the analyser.
pub const TRUE_WITHIN_SD: f64 = 2.0;
/// Least distance from the truth of the PO2 of the wrong one, SD of the analyser.
pub const WRONG_BY_SD: f64 = 4.0;
/// How far a true saturation may lie from the oximeter's.
pub const TRUE_SO2_WITHIN_FRAC: f64 = 0.03;
/// How far the wrong one lies from it at least.
pub const WRONG_SO2_BY_FRAC: f64 = 0.05;
/// PaO2 on air of the patients, mmHg.
pub const PO2_MMHG: [f64; 2] = [48.0, 80.0];
/// Minutes from the syringe to the analyser: usual, and of a sample that lies.
const PROMPT_MIN: [f64; 2] = [2.0, 9.0];
const LYING_MIN: [f64; 2] = [30.0, 50.0];
const DECOY_MIN: [f64; 2] = [12.0, 20.0];
/// Leucocytes that use up the O2 of a sample, 10⁹/L.
const MANY_LEUCOCYTES_GIGA_PER_L: [f64; 2] = [80.0, 160.0];
/// Points of the two questions.
const WHICH_POINTS: f64 = 60.0;
const HOW_POINTS: f64 = 40.0;
/// Patients after which a case is given up: a defect, told as such.
const MOST_DRAWS: u32 = 2_000;
/// What a draw is taken to cost.
const SOLVES_OF_A_DRAW: u32 = 7;
const EVALUATIONS_OF_A_SOLVE: u32 = 300;

/// A patient, and what is printed of the blood.
#[derive(Debug, Clone, PartialEq)]
pub struct Bed {
    /// The patient.
    pub params: Params,
    /// Pulse oximeter when the sample was drawn.
    pub spo2_frac: f64,
    /// End-tidal PCO2 then, mmHg.
    pub pco2_end_tidal_mmhg: f64,
    /// Minutes from the syringe to the analyser.
    pub analysed_after_min: f64,
    /// What the analyser printed.
    pub printed: Reported,
    /// What it would have printed of the arterial blood without mistake and error: hidden until commitment.
    pub truly: Reported,
}

/// Four gases, one of them wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct BadSample {
    /// Its code.
    pub code: CaseCode,
    /// The four.
    pub beds: [Bed; GASES],
    /// Which is wrong: hidden until commitment.
    pub wrong: usize,
    /// How: hidden until commitment.
    pub mistake: Mistake,
    /// Patients drawn.
    pub draws: u32,
}

impl BadSample {
    /// What an answer is worth, 0 to 100: 60 for which it is, and 40 more for how.
    #[must_use]
    pub fn points(&self, which: usize, how: Mistake) -> f64 {
        match (which == self.wrong, how == self.mistake) {
            (false, _) => 0.0,
            (true, false) => WHICH_POINTS,
            (true, true) => WHICH_POINTS + HOW_POINTS,
        }
    }
}

/// What a bed is to be.
#[derive(Debug, Clone, Copy)]
struct Plan {
    mistake: Mistake,
    analysed_after_min: f64,
    leucocytes_giga_per_l: Option<f64>,
}

/// The work on a case.
#[derive(Debug, Clone)]
pub struct Making {
    code: CaseCode,
    dice: Dice,
    model: Model,
    wrong: usize,
    plans: [Plan; GASES],
    beds: Vec<Bed>,
    draws: u32,
    outcome: Option<Result<BadSample, NoCase>>,
}

impl Making {
    /// A beginning: what is wrong is drawn before the patients.
    #[must_use]
    pub fn new(code: CaseCode) -> Making {
        let mut dice = Dice::new(code.bits());
        let wrong = dice.one_of(GASES);
        let mistake = MISTAKES[dice.one_of(MISTAKES.len())];
        let decoys = [1 + dice.one_of(GASES - 1), 1 + dice.one_of(GASES - 1)].map(|by| (wrong + by) % GASES);
        let plans = std::array::from_fn(|bed| {
            let lies = bed == wrong && mistake == Mistake::BenchDelay;
            let minutes = if lies {
                LYING_MIN
            } else if bed == decoys[0] {
                DECOY_MIN
            } else {
                PROMPT_MIN
            };
            let [low, high] = MANY_LEUCOCYTES_GIGA_PER_L;
            let many = dice.between(low, high).round();
            Plan {
                mistake: match bed == wrong {
                    true => mistake,
                    // Few leucocytes use up little in a few minutes.
                    false if bed == decoys[0] => Mistake::BenchDelay,
                    false => Mistake::None,
                },
                analysed_after_min: dice.between(minutes[0], minutes[1]).round(),
                leucocytes_giga_per_l: (lies || (bed == decoys[1] && bed != decoys[0])).then_some(many),
            }
        });
        Making { code, dice, model: Model::new(), wrong, plans, beds: Vec::new(), draws: 0, outcome: None }
    }

    /// Makes it whole at once.
    ///
    /// # Errors
    /// [`NoCase`].
    pub fn whole(code: CaseCode) -> Result<BadSample, NoCase> {
        let mut making = Making::new(code);
        making.advance(u32::MAX);
        making.outcome.unwrap_or(Err(NoCase::NoPatient { code, draws: making.draws }))
    }

    /// The case, once it is there.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<BadSample, NoCase>> {
        self.outcome.as_ref()
    }

    /// Draws a patient for the next bed; he gets it where his sample is as it should be.
    fn draw(&mut self) -> Result<(), ParamError> {
        self.draws += 1;
        let plan = self.plans[self.beds.len()];
        let class = Class::ALL[self.dice.one_of(Class::ALL.len())];
        let Some(mut params) = patient::draw(&mut self.dice, class, &mut self.model)? else { return Ok(()) };
        if let Some(leucocytes) = plan.leucocytes_giga_per_l {
            params.set(ParamId::Leucocytes, leucocytes)?;
        }
        params.set(ParamId::SampleBench, plan.analysed_after_min)?;
        let seed = self.code.bits() << 8 | u64::from(self.draws);
        let Some(bed) = sampled(params, plan, seed) else { return Ok(()) };
        let wrong = self.beds.len() == self.wrong;
        if (PO2_MMHG[0]..=PO2_MMHG[1]).contains(&bed.truly.po2_mmhg)
            && (if wrong { is_wrong(&bed, plan.mistake) } else { is_true(&bed) })
        {
            self.beds.push(bed);
        }
        Ok(())
    }
}

/// A sample of a patient at rest on air.
fn sampled(params: Params, plan: Plan, seed: u64) -> Option<Bed> {
    let mut run = Run::new(&params, seed);
    let readings = run.readings();
    let (spo2_frac, end_tidal) = (readings.spo2_frac.ok()?, readings.end_tidal.ok()?);
    run.act(Action::Sample(SampleOrder::new(Site::Arterial, plan.mistake).ok()?)).ok()?;
    let printed = run.samples().last()?.reported;
    let mut exact = Run::new(&params.with(ParamId::AnalyserError, 0.0).ok()?, seed);
    exact.act(Action::Sample(SampleOrder::new(Site::Arterial, Mistake::None).ok()?)).ok()?;
    let truly = exact.samples().last()?.reported;
    Some(Bed {
        params,
        spo2_frac,
        pco2_end_tidal_mmhg: end_tidal.pco2_mmhg,
        analysed_after_min: plan.analysed_after_min,
        printed,
        truly,
    })
}

/// Whether what is printed is what the patient has.
#[must_use]
pub fn is_true(bed: &Bed) -> bool {
    let Bed { printed, truly, .. } = bed;
    let near = |one: f64, other: f64, sd: f64| (one - other).abs() <= TRUE_WITHIN_SD * sd;
    near(printed.po2_mmhg, truly.po2_mmhg, po2_sd_mmhg(truly.po2_mmhg))
        && near(printed.pco2_mmhg, truly.pco2_mmhg, PCO2_CV * truly.pco2_mmhg)
        && near(printed.ph, truly.ph, PH_SD)
        && near(printed.saturation_frac, truly.saturation_frac, SO2_SD_FRAC)
        && (printed.saturation_frac - bed.spo2_frac).abs() <= TRUE_SO2_WITHIN_FRAC
}

/// Whether a mistake shows.
fn is_wrong(bed: &Bed, mistake: Mistake) -> bool {
    let by_mmhg = bed.printed.po2_mmhg - bed.truly.po2_mmhg;
    let by_frac = bed.printed.saturation_frac - bed.spo2_frac;
    let sign = if mistake == Mistake::AirBubble { 1.0 } else { -1.0 };
    sign * by_mmhg >= WRONG_BY_SD * po2_sd_mmhg(bed.truly.po2_mmhg) && sign * by_frac >= WRONG_SO2_BY_FRAC
}

impl Study for Making {
    type Of = CaseCode;

    fn is_of(&self, code: &CaseCode) -> bool {
        self.code == *code
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while self.outcome.is_none() && spent < evaluations {
            if self.draws >= MOST_DRAWS {
                self.outcome = Some(Err(NoCase::NoPatient { code: self.code, draws: self.draws }));
                break;
            }
            if let Err(error) = self.draw() {
                self.outcome = Some(Err(error.into()));
                break;
            }
            spent = spent.saturating_add(cost(&Params::default(), SOLVES_OF_A_DRAW * EVALUATIONS_OF_A_SOLVE));
            if self.beds.len() == GASES
                && let Ok(beds) = std::mem::take(&mut self.beds).try_into()
            {
                let mistake = self.plans[self.wrong].mistake;
                let Making { code, wrong, draws, .. } = *self;
                self.outcome = Some(Ok(BadSample { code, beds, wrong, mistake, draws }));
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.outcome.is_some()
    }
}
