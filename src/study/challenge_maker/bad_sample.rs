//! The drill *The bad sample*: four patients on air, a blood gas of each, and one of the four is not what the patient has.
//!
//! What went wrong is an air bubble, time on the bench among many leucocytes, or a vein in place of the artery. A case is
//! thrown away unless
//! - what is printed of the other three lies within 2 SD of the analyser of what their patients have, and their
//!   saturation within 3 points of the oximeter's;
//! - the saturation of the wrong one parts from the oximeter's by 5 points or more, and its PO2 from the true one by 4 SD;
//!   where it is wrong by lying, lying alone has taken more than 5 mmHg.
//!
//! Nothing else tells: every sample has lain for its own time on the bench or on ice, and what that costs is reckoned for
//! all of them. Beside one that is spoilt by lying lie one that waited as long with few leucocytes, one that waited
//! longer on ice, and one with as many that was analysed at once; beside another mistake all of these are dealt to the
//! four by lot. The printed PO2 of the wrong one is the lowest, the second, the third and the highest of the four equally
//! often. Hb is not told: where there is little of it a mistake shows more.

use crate::sim::params::{ParamError, ParamId, Params, Setting};
use crate::sim::play::instruments::{Mistake, PCO2_CV, PH_SD, Reported, SO2_SD_FRAC, SampleOrder, Site, po2_sd_mmhg};
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::snapshot::Model;
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::kinds::Class;
use crate::study::challenge_maker::maker::NoCase;
use crate::study::challenge_maker::patient::{self, Dice};
use crate::study::{Study, cost};
use crate::units::DL_PER_L;

/// How many gases there are to choose from.
pub const GASES: usize = 4;
/// What may have gone wrong, in the order in which it is offered.
pub const MISTAKES: [Mistake; 3] = [Mistake::AirBubble, Mistake::BenchDelay, Mistake::VenousByAccident];
/// Largest distance from the truth of a true sample, SD of the analyser.
pub const TRUE_WITHIN_SD: f64 = 2.0;
/// Least distance from the truth of the PO2 of the wrong one, SD of the analyser.
pub const WRONG_BY_SD: f64 = 4.0;
/// What lying must have taken from the PO2 of one that is wrong by it, mmHg: the error of the analyser may add to it, and
/// not make up for it.
pub const SPOILT_BY_MMHG: f64 = 5.0;
/// How far a true saturation may lie from the oximeter's.
pub const TRUE_SO2_WITHIN_FRAC: f64 = 0.03;
/// How far the wrong one lies from it at least.
pub const WRONG_SO2_BY_FRAC: f64 = 0.05;
/// PaO2 on air of the patients, mmHg.
pub const PO2_MMHG: [f64; 2] = [34.0, 95.0];
/// Temperature of ice water, and of the bench, °C.
pub const ICE_C: f64 = 0.0;
/// Temperature of a bench, °C.
pub const BENCH_C: f64 = 22.0;
/// Minutes from the syringe to the analyser: usual, beside the bed, beside it on ice, on the bench, and on ice.
const PROMPT_MIN: [f64; 2] = [3.0, 7.0];
const BESIDE_MIN: [f64; 2] = [2.0, 2.0];
const BESIDE_ON_ICE_MIN: [f64; 2] = [2.0, 4.0];
const BENCH_MIN: [f64; 2] = [14.0, 24.0];
const ON_ICE_MIN: [f64; 2] = [30.0, 60.0];
/// Leucocytes, 10⁹/L: usual, few enough to wait, and as many as a sample of two minutes and one on ice stand.
const USUAL_GIGA_PER_L: [f64; 2] = [4.0, 9.0];
const FEW_GIGA_PER_L: [f64; 2] = [4.0, 5.0];
const MANY_GIGA_PER_L: [f64; 2] = [55.0, 74.0];
const MANY_ON_ICE_GIGA_PER_L: [f64; 2] = [60.0, 150.0];
/// Minutes times leucocytes that a sample stands on ice, and that spoil it on the bench.
const STANDS_ON_ICE: [f64; 2] = [500.0, 900.0];
const SPOILS: [f64; 2] = [850.0, 1_400.0];
/// Arterio-venous difference of who is punctured in a vein, mL/dL: a high output, so that venous blood could be arterial.
const HIGH_OUTPUT_AV_ML_PER_DL: [f64; 2] = [2.5, 4.0];
/// What goes wrong, by lot of eight, as places in [`MISTAKES`].
const LOT: [usize; 8] = [0, 0, 0, 1, 1, 2, 2, 2];
/// How many of the others print a lower PO2 than the wrong one, by lot of eight for each of [`MISTAKES`]: all together
/// each as often as another.
const BELOW: [[usize; 8]; 3] = [[1, 2, 2, 2, 3, 3, 3, 3], [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 2]];
/// How many of three others above have a higher PaO2 than the wrong one's patient too: his oximeter is no sign either.
const ABOVE_TRULY: usize = 2;
/// PaO2 of whose sample is spoilt: by air, and by a loss of O2, mmHg.
const PO2_BEFORE_A_BUBBLE_MMHG: [f64; 2] = [46.0, 72.0];
const PO2_BEFORE_A_LOSS_MMHG: [f64; 2] = [55.0, 88.0];
/// PO2 that is left beside a wrong sample for others, mmHg.
const ROOM_MMHG: f64 = 3.0;
/// The lungs of the patients.
const CLASSES: [Class; 4] = [Class::Shunt, Class::Spread, Class::LowMode, Class::Breathing];
/// Patients after which the wrong one is drawn again.
const DRAWS_OF_A_WRONG_ONE: u32 = 60;
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
    /// Whether it lay on ice till then.
    pub on_ice: bool,
    /// What lying has taken from its PO2, mmHg: hidden until commitment.
    pub lost_mmhg: f64,
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

/// How a sample is kept until it is analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// As usual.
    Prompt,
    /// Long on the bench, few leucocytes.
    Waited,
    /// Longer, on ice.
    OnIce,
    /// Many leucocytes, analysed beside the bed.
    BesideTheBed,
    /// Long on the bench among many leucocytes.
    Spoilt,
}

/// What a bed is to be.
#[derive(Debug, Clone, Copy)]
struct Plan {
    mistake: Mistake,
    analysed_after_min: f64,
    on_ice: bool,
    leucocytes_giga_per_l: f64,
}

impl Plan {
    fn draw(dice: &mut Dice, mistake: Mistake, kept: Kept) -> Plan {
        let on_ice = kept == Kept::OnIce || (kept == Kept::BesideTheBed && dice.one_of(4) == 0);
        let mut even = |[low, high]: [f64; 2]| dice.between(low, high).round();
        let (analysed_after_min, leucocytes_giga_per_l) = match (kept, on_ice) {
            (Kept::Prompt, _) => (even(PROMPT_MIN), even(USUAL_GIGA_PER_L)),
            (Kept::Waited, _) => (even(BENCH_MIN), even(FEW_GIGA_PER_L)),
            (Kept::BesideTheBed, false) => (even(BESIDE_MIN), even(MANY_GIGA_PER_L)),
            (Kept::BesideTheBed, true) => (even(BESIDE_ON_ICE_MIN), even(MANY_ON_ICE_GIGA_PER_L)),
            (Kept::OnIce, _) => {
                let minutes = even(ON_ICE_MIN);
                (minutes, (even(STANDS_ON_ICE) / minutes).round())
            }
            (Kept::Spoilt, _) => {
                let minutes = even(BENCH_MIN);
                (minutes, (even(SPOILS) / minutes).round())
            }
        };
        Plan { mistake, analysed_after_min, on_ice, leucocytes_giga_per_l }
    }
}

/// The work on a case.
#[derive(Debug, Clone)]
pub struct Making {
    code: CaseCode,
    dice: Dice,
    model: Model,
    wrong: usize,
    plans: [Plan; GASES],
    /// How many of the others print a lower PO2 than the wrong one.
    below: usize,
    wrong_bed: Option<Bed>,
    /// Those that print a lower PO2 first.
    others: Vec<Bed>,
    since_wrong: u32,
    draws: u32,
    outcome: Option<Result<BadSample, NoCase>>,
}

impl Making {
    /// A beginning: what is wrong is drawn before the patients.
    #[must_use]
    pub fn new(code: CaseCode) -> Making {
        let mut dice = Dice::new(code.bits());
        let wrong = dice.one_of(GASES);
        let of_mistakes = LOT[dice.one_of(LOT.len())];
        let mistake = MISTAKES[of_mistakes];
        let lies = mistake == Mistake::BenchDelay;
        let mut kept = [if lies { Kept::Spoilt } else { Kept::Prompt }, Kept::Waited, Kept::OnIce, Kept::BesideTheBed];
        // What is spoilt by lying lies at the wrong bed; all else is dealt by lot.
        for place in (1..GASES).rev() {
            let other = if lies { 1 + dice.one_of(place) } else { dice.one_of(place + 1) };
            kept.swap(place, other);
        }
        let plans = std::array::from_fn(|bed| {
            let own = kept[(bed + GASES - wrong) % GASES];
            Plan::draw(&mut dice, if bed == wrong { mistake } else { Mistake::BenchDelay }, own)
        });
        let below = BELOW[of_mistakes][dice.one_of(BELOW[of_mistakes].len())];
        let (model, wrong_bed, others) = (Model::new(), None, Vec::new());
        Making { code, dice, model, wrong, plans, below, wrong_bed, others, since_wrong: 0, draws: 0, outcome: None }
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

    /// The bed that is filled next: the wrong one, then the others from its side on.
    fn next_bed(&self) -> usize {
        match &self.wrong_bed {
            None => self.wrong,
            Some(_) => (self.wrong + 1 + self.others.len()) % GASES,
        }
    }

    /// Draws a patient for the next bed; he gets it where his sample is as it should be.
    fn draw(&mut self) -> Result<(), ParamError> {
        self.draws += 1;
        self.since_wrong += 1;
        if self.since_wrong > DRAWS_OF_A_WRONG_ONE {
            // Not every gas has one on its other side.
            (self.wrong_bed, self.since_wrong) = (None, 0);
            self.others.clear();
        }
        let bed = self.next_bed();
        let plan = self.plans[bed];
        let class = CLASSES[self.dice.one_of(CLASSES.len())];
        let is_below = self.others.len() < self.below;
        let limit_mmhg = self.wrong_bed.as_ref().map(|wrong| wrong.printed.po2_mmhg);
        let [low, high] = match limit_mmhg {
            None if plan.mistake == Mistake::AirBubble => PO2_BEFORE_A_BUBBLE_MMHG,
            None => PO2_BEFORE_A_LOSS_MMHG,
            Some(limit) if is_below => [PO2_MMHG[0], limit],
            Some(limit) => {
                let truly = self.wrong_bed.as_ref().map_or(limit, |wrong| wrong.truly.po2_mmhg);
                let higher = self.dice.one_of(3) < ABOVE_TRULY;
                [if higher { limit.max(truly) } else { limit }, PO2_MMHG[1]]
            }
        };
        let wanted_mmhg = self.dice.between(low, high.max(low));
        let drawn = patient::draw_at(&mut self.dice, class, wanted_mmhg, &mut self.model)?;
        let Some(mut params) = drawn else { return Ok(()) };
        if plan.mistake == Mistake::VenousByAccident {
            let [low, high] = HIGH_OUTPUT_AV_ML_PER_DL;
            let output = params.get(ParamId::Vo2) / (DL_PER_L * self.dice.between(low, high));
            params.set(ParamId::CardiacOutput, (100.0 * output).round() / 100.0)?;
        }
        params.set(ParamId::Leucocytes, plan.leucocytes_giga_per_l)?;
        params.set(ParamId::SampleBench, plan.analysed_after_min)?;
        params.set(ParamId::SampleBenchTemperature, if plan.on_ice { ICE_C } else { BENCH_C })?;
        let side =
            |po2_mmhg: f64, limit_mmhg: f64| if is_below { limit_mmhg - po2_mmhg } else { po2_mmhg - limit_mmhg };
        let seed = self.code.bits() << 8 | u64::from(self.draws);
        let Some(found) = sampled(params, plan, seed) else { return Ok(()) };
        match limit_mmhg {
            None if is_wrong(&found, plan.mistake) && self.leaves_room(&found) => self.wrong_bed = Some(found),
            Some(limit) if is_true(&found) && side(found.printed.po2_mmhg, limit) > 0.0 => self.others.push(found),
            _ => {}
        }
        Ok(())
    }

    /// Whether patients can lie on both sides of a wrong sample where they are wanted.
    fn leaves_room(&self, wrong: &Bed) -> bool {
        let [low, high] = PO2_MMHG;
        (self.below == 0 || wrong.printed.po2_mmhg > low + ROOM_MMHG)
            && (self.below + 1 == GASES || wrong.printed.po2_mmhg.max(wrong.truly.po2_mmhg) < high - ROOM_MMHG)
    }

    /// The case, where every bed is filled.
    fn whole_case(&mut self) -> Option<BadSample> {
        if self.others.len() + 1 < GASES {
            return None;
        }
        let mut beds = vec![self.wrong_bed.take()?];
        beds.append(&mut self.others);
        // The wrong one was the first.
        beds.rotate_right(self.wrong);
        let Making { code, wrong, draws, .. } = *self;
        Some(BadSample { code, beds: beds.try_into().ok()?, wrong, mistake: self.plans[wrong].mistake, draws })
    }
}

/// A sample of a patient at rest on air.
fn sampled(params: Params, plan: Plan, seed: u64) -> Option<Bed> {
    let mut run = Run::new(&params, seed);
    let readings = run.readings();
    let (spo2_frac, end_tidal) = (readings.spo2_frac.ok()?, readings.end_tidal.ok()?);
    let mut exact = run.clone();
    exact.act(Action::Set(vec![Setting::Param(ParamId::AnalyserError, 0.0)])).ok()?;
    let drawn = |run: &mut Run, mistake: Mistake| {
        run.act(Action::Sample(SampleOrder::new(Site::Arterial, mistake).ok()?)).ok()?;
        run.samples().last().map(|sample| sample.reported)
    };
    let printed = drawn(&mut run, plan.mistake)?;
    let [truly, lain] = [Mistake::None, Mistake::BenchDelay].map(|mistake| drawn(&mut exact, mistake));
    let truly = truly?;
    Some(Bed {
        params,
        spo2_frac,
        pco2_end_tidal_mmhg: end_tidal.pco2_mmhg,
        analysed_after_min: plan.analysed_after_min,
        on_ice: plan.on_ice,
        lost_mmhg: truly.po2_mmhg - lain?.po2_mmhg,
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
    sign * by_mmhg >= WRONG_BY_SD * po2_sd_mmhg(bed.truly.po2_mmhg)
        && sign * by_frac >= WRONG_SO2_BY_FRAC
        && (mistake != Mistake::BenchDelay || bed.lost_mmhg > SPOILT_BY_MMHG)
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
            if let Some(case) = self.whole_case() {
                self.outcome = Some(Ok(case));
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.outcome.is_some()
    }
}
