//! The maker: draws patients of a case until one holds every clause, in slices.
//!
//! A patient is thrown away unless
//! - he has a steady state, is survivable, and his gas before the test is that of the place: PaO2 50 to 72 mmHg (in the
//!   intensive care unit to 80), saturation below 0.94, PaCO2 22 to 90, pH 7.12 to 7.58, mixed venous saturation 0.35 or
//!   more;
//! - the cause of his class has at least 0.60 of the fall in PaO2 in the attribution, two causes together 0.80 and each
//!   0.20;
//! - the rule gives his answer in at least 95 % of draws of the analyser's error;
//! - the patient of the next mechanism who has the same gas before has a PaO2 after 20 min of oxygen that is at least
//!   4 SD of the analyser away (for too little breath PaCO2 on air parts them, and no twin is made);
//! - of the grounds that are offered at least two are right and two wrong;
//! - in the steady state one of the next steps is best, and at least four are not good;
//! - where a fault is planted, it changes what the rule answers, or the estimate by 4 points.
//!
//! At level 3 some who hold all of it are let go by the dice, so that one case in four has a PaO2 on oxygen that is hard
//! to read.

use crate::sim::params::{ParamError, ParamId, Params, Setting, apply};
use crate::sim::play::instruments::{Bloods, Instruments, SampleOrder, Seen, Site, po2_sd_mmhg};
use crate::sim::reading::quantity::{Quantity, not_survivable};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::sim::time::Live;
use crate::study::attribution::{Attributing, Attribution, Cause};
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::grounds::{Evidence, changes, fick_l_per_min};
use crate::study::challenge_maker::history::History;
use crate::study::challenge_maker::kinds::{Class, Fault, Mechanism, Place, STEP_EVALUATIONS, SizeOf};
use crate::study::challenge_maker::next_step::NextSteps;
use crate::study::challenge_maker::patient::{self, Dice, Setup};
use crate::study::challenge_maker::rule::{self, TestGas};
use crate::study::twin::{Twin, TwinSearch, Wanted};
use crate::study::{Study, cost};
use crate::text::display_units::DisplayUnits;

/// PaO2 on air of the laboratory, mmHg, as it measures it.
pub const PO2_ON_AIR_MMHG: [f64; 2] = [50.0, 72.0];
/// The same before the test in the intensive care unit.
pub const ICU_PO2_MMHG: [f64; 2] = [50.0, 80.0];
/// Saturation before the test below which more oxygen is wanted.
pub const SO2_ON_AIR_BELOW_FRAC: f64 = 0.94;
/// PaCO2 on air, mmHg.
pub const PCO2_ON_AIR_MMHG: [f64; 2] = [22.0, 90.0];
/// pH on air.
pub const PH_ON_AIR: [f64; 2] = [7.12, 7.58];
/// Least mixed venous saturation.
pub const LEAST_SVO2_FRAC: f64 = 0.35;
/// Least share of the largest cause in the fall of PaO2.
pub const LEAST_SHARE: f64 = 0.60;
/// Least share of two causes together, and of each.
pub const LEAST_SHARE_OF_TWO: f64 = 0.80;
/// Least share of each of two causes.
pub const LEAST_SHARE_OF_EACH: f64 = 0.20;
/// Least share of draws of the analyser's error in which the rule is right.
pub const LEAST_STABILITY: f64 = 0.95;
/// How many draws that takes.
pub const STABILITY_DRAWS: u32 = 200;
/// SD of the analyser by which the twin's PaO2 on oxygen differs at least.
pub const APART_SD: f64 = 4.0;
/// PaO2 on oxygen from which it is hard to tell how large the shunt is, mmHg: that of one case of level 3 in four.
pub const HARD_TO_READ_MMHG: [f64; 2] = [300.0, 500.0];
/// Share of those with both mechanisms who are kept at level 3 where it is easier.
///
/// Tuned: of 10,000 cases without it 23.3 % are hard, 0.64 of those with both, few of the others.
const KEPT_FRAC: f64 = 0.75;
/// How long oxygen is breathed in a test, s.
pub const TEST_S: f64 = 1200.0;
/// When a test is far too early, s.
pub const EARLY_S: f64 = 180.0;
/// How far the content equation with his own venous blood may miss the true shunt that is asked for.
pub const SIZE_WITHIN_FRAC: f64 = 0.03;
/// Leaks that are planted, as shares of a breath.
pub const LEAK_FRAC: [f64; 2] = [0.05, 0.20];
/// FiO2 that a ventilator gives where 1.0 is set.
pub const WRONG_FIO2_FRAC: [f64; 2] = [0.70, 0.85];
/// Leucocytes of a sample that is spoilt on the bench, 10⁹/L.
pub const MANY_LEUCOCYTES_GIGA_PER_L: f64 = 100.0;
/// Patients after which a case is given up: a defect, told as such.
pub const MOST_DRAWS: u32 = 2_000;
/// Steps of a slice of a run.
const SLICE_STEPS: u32 = 20;
/// How long a twin on oxygen is run step by step at the beginning and at the end, s, and how many steps are one in
/// between. At the end since a unit that falls shut does so in one step, and not up to three of them later.
const CLOSELY_S: f64 = 120.0;
const AT_LAST_S: f64 = 20.0;
const LEAP: u32 = 4;

/// A case: a patient, what is told of him, what goes wrong, and the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its code.
    pub code: CaseCode,
    /// Where, and with what.
    pub setup: Setup,
    /// The patient before the test.
    pub params: Params,
    /// What is told of him.
    pub history: History,
    /// What goes wrong with the test, unless it is found.
    pub fault: Option<Fault>,
    /// The truth: hidden until commitment.
    pub truth: Truth,
}

/// What a case is.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// The answer.
    pub mechanism: Mechanism,
    /// The kind of lung.
    pub class: Class,
    /// Of what the size is asked.
    pub size_of: SizeOf,
    /// True shunt after 20 min of oxygen.
    pub shunt_frac: f64,
    /// Venous admixture then, by contents with his own venous blood.
    pub admixture_frac: f64,
    /// Gas before the test, as an analyser without error has it.
    pub before: TestGas,
    /// The same after 3 min of oxygen.
    pub early: TestGas,
    /// The same after 20 min.
    pub on_oxygen: TestGas,
    /// What lowers PaO2 before the test.
    pub attribution: Attribution,
    /// The patient of the next mechanism with the same gas before, and his gas after 20 min of oxygen.
    pub twin: Option<(Twin, TestGas)>,
    /// Share of draws of the analyser's error in which the rule is right.
    pub stability_frac: f64,
    /// Which grounds are right, in the order of [`Ground::ALL`](crate::study::challenge_maker::grounds::Ground::ALL).
    pub grounds: [bool; 6],
    /// Patients drawn until this one.
    pub draws: u32,
}

impl Truth {
    /// What is asked for.
    #[must_use]
    pub fn size_frac(&self) -> f64 {
        match self.size_of {
            SizeOf::Shunt => self.shunt_frac,
            SizeOf::Admixture => self.admixture_frac,
        }
    }

    /// Share of the fall in PaO2 that the causes of the class have.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.class.causes().iter().map(|cause| share_of(&self.attribution, *cause)).sum()
    }

    /// The largest cause.
    #[must_use]
    pub fn cause(&self) -> Cause {
        main_cause(&self.attribution, self.class)
    }
}

/// Why no case came of a code: a defect.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoCase {
    /// No patient held every clause.
    #[error("case {code}: none of {draws} patients held every clause")]
    NoPatient {
        /// The code.
        code: CaseCode,
        /// Patients drawn.
        draws: u32,
    },
    /// A range of the draw lies outside the table of parameters.
    #[error(transparent)]
    Param(#[from] ParamError),
}

/// The work on a case.
#[derive(Debug, Clone)]
pub struct Making {
    code: CaseCode,
    setup: Setup,
    mechanism: Mechanism,
    class: Class,
    history: History,
    /// Faults to be tried, the wanted one first; none where none is wanted.
    faults: Vec<Fault>,
    dice: Dice,
    model: Model,
    draws: u32,
    stage: Stage,
    outcome: Option<Result<Case, NoCase>>,
}

/// A patient under trial.
#[derive(Debug, Clone)]
struct Candidate {
    params: Params,
    before: TestGas,
    attribution: Option<Attribution>,
    twin: Option<Twin>,
}

#[derive(Debug, Clone)]
enum Stage {
    Draw,
    Attribute(Box<(Candidate, Attributing)>),
    Twin(Box<(Candidate, TwinSearch)>),
    Run(Box<Trial>),
    RunTwin(Box<Trial>),
    Diluted(Box<(Trial, Fault, Live)>),
    Done,
}

/// A candidate on oxygen, and his twin.
#[derive(Debug, Clone)]
struct Trial {
    of: Candidate,
    own: Live,
    other: Option<Live>,
    early: Option<TestGas>,
    /// Known once oxygen has been breathed.
    stability_frac: f64,
    grounds: [bool; 6],
}

impl Making {
    /// A beginning.
    #[must_use]
    pub fn new(code: CaseCode) -> Making {
        let mut dice = Dice::new(code.bits());
        let place = match code.level() {
            1 => Place::Laboratory,
            3 => Place::IntensiveCare,
            _ => [Place::Laboratory, Place::IntensiveCare][dice.one_of(2)],
        };
        let setup = Setup::draw(&mut dice, place);
        let drawn = place.drawn(code.level());
        let mechanism = drawn[dice.one_of(drawn.len())];
        let classes = place.classes(mechanism);
        let class = classes[dice.one_of(classes.len())];
        let history = History::draw(&mut dice, place, mechanism);
        let wanted = match code.level() {
            2 => dice.one_of(3) == 0,
            3 => dice.one_of(3) > 0,
            _ => false,
        };
        let [leak, wrong] = [LEAK_FRAC, WRONG_FIO2_FRAC].map(|[low, high]| dice.between(low, high));
        let hundredth = |value: f64| (value * 100.0).round() / 100.0;
        let mut faults = match place {
            Place::Laboratory => vec![Fault::Leak(hundredth(leak)), Fault::Bubble, Fault::Bench],
            Place::IntensiveCare => vec![Fault::WrongFio2(hundredth(wrong)), Fault::Venous],
        };
        let first = dice.one_of(faults.len());
        faults.rotate_left(first);
        if !wanted {
            faults.clear();
        }
        Making {
            code,
            setup,
            mechanism,
            class,
            history,
            faults,
            dice,
            model: Model::new(),
            draws: 0,
            stage: Stage::Draw,
            outcome: None,
        }
    }

    /// The kind of lung that was drawn: the answer comes before the patient.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// Where the case is played: drawn before the patient too.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Patients drawn so far.
    #[must_use]
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// The case, once it is there.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<Case, NoCase>> {
        self.outcome.as_ref()
    }

    /// Makes it whole at once.
    ///
    /// # Errors
    /// [`NoCase`].
    pub fn whole(code: CaseCode) -> Result<Case, NoCase> {
        let mut making = Making::new(code);
        making.advance(u32::MAX);
        making.outcome.unwrap_or(Err(NoCase::NoPatient { code, draws: making.draws }))
    }

    /// Draws a patient; what it cost.
    fn draw(&mut self) -> u32 {
        self.draws += 1;
        let drawn = match patient::draw(&mut self.dice, &self.setup, self.class, &mut self.model) {
            Ok(Some(params)) => params,
            Ok(None) => return cost(&Params::default(), SOLVES_OF_A_DRAW * EVALUATIONS_OF_A_SOLVE),
            Err(error) => {
                self.outcome = Some(Err(error.into()));
                self.stage = Stage::Done;
                return 0;
            }
        };
        let spent = cost(&drawn, SOLVES_OF_A_DRAW * EVALUATIONS_OF_A_SOLVE);
        if let Ok(now) = self.model.snapshot(&drawn)
            && is_of(&self.setup, &now)
            && self.may_hold(&drawn, measured(&now, self.setup.catheter))
        {
            let attributing = Attributing::new(&mut self.model, &drawn);
            let before = measured(&now, self.setup.catheter);
            let candidate = Candidate { params: drawn, before, attribution: None, twin: None };
            self.stage = Stage::Attribute(Box::new((candidate, attributing)));
        }
        spent
    }

    /// Whether a steady state on oxygen gives hope that the clauses on the gas after 20 min will hold: cheap, so it comes
    /// before everything dear.
    fn may_hold(&mut self, params: &Params, before: TestGas) -> bool {
        let Ok(on_oxygen) = params.with(ParamId::Fio2, 1.0) else { return false };
        let Ok(now) = self.model.snapshot(&on_oxygen) else { return false };
        let gas = measured(&now, self.setup.catheter);
        self.mechanism.is_answered_by(rule::answer(&self.setup, &rule::body(params), before, gas))
    }

    /// One slice of the stage that it is at; what it cost.
    fn slice(&mut self, evaluations: u32) -> u32 {
        match std::mem::replace(&mut self.stage, Stage::Draw) {
            Stage::Done => {
                self.stage = Stage::Done;
                0
            }
            Stage::Draw if self.draws >= MOST_DRAWS => {
                self.outcome = Some(Err(NoCase::NoPatient { code: self.code, draws: self.draws }));
                self.stage = Stage::Done;
                0
            }
            Stage::Draw => self.draw(),
            Stage::Attribute(mut at) => {
                let spent = at.1.advance(evaluations);
                match at.1.outcome() {
                    None => self.stage = Stage::Attribute(at),
                    Some(Ok(found)) if has_its_share(&found, self.class) => {
                        let cause = main_cause(&found, self.class);
                        at.0.attribution = Some(found);
                        if !asks_for_a_step(&at.0.params, cause, &mut self.model) || !self.may_have_grounds(&at.0) {
                            return spent;
                        }
                        self.stage = match self.mechanism.next() {
                            Some(by) => {
                                let wanted = Wanted { params: at.0.params.clone(), by };
                                Stage::Twin(Box::new((at.0, TwinSearch::new(&mut self.model, &wanted))))
                            }
                            None => Stage::Run(Box::new(trial(at.0))),
                        };
                    }
                    Some(_) => {}
                }
                spent
            }
            Stage::Twin(mut at) => {
                let spent = at.1.advance(evaluations);
                match at.1.outcome().cloned() {
                    None => self.stage = Stage::Twin(at),
                    Some(found) => {
                        // Where no lung of the next mechanism gives this gas, nobody is taken for him.
                        at.0.twin = found.ok();
                        self.stage = Stage::Run(Box::new(trial(at.0)));
                    }
                }
                spent
            }
            Stage::Run(mut trial) => {
                let spent = trial.advance(self.setup.catheter, evaluations);
                if trial.own.time_s() < TEST_S {
                    self.stage = Stage::Run(trial);
                } else if let Some((stability_frac, grounds)) = self.passes(&trial) {
                    // Only now is it worth while to run the twin.
                    (trial.stability_frac, trial.grounds) = (stability_frac, grounds);
                    self.stage = Stage::RunTwin(trial);
                }
                spent
            }
            Stage::RunTwin(mut trial) => {
                let spent = trial.advance_twin(evaluations);
                if trial.other.as_ref().is_some_and(|run| run.time_s() < TEST_S) {
                    self.stage = Stage::RunTwin(trial);
                } else {
                    self.judge(*trial);
                }
                spent
            }
            Stage::Diluted(mut at) => {
                let mut spent = 0;
                while at.2.time_s() < TEST_S && spent < evaluations {
                    spent += advance(&mut at.2);
                }
                if at.2.time_s() < TEST_S {
                    self.stage = Stage::Diluted(at);
                } else if self.moves(&at.0, measured(&at.2.snapshot(), self.setup.catheter)) {
                    self.accept(at.0, Some(at.1));
                } else {
                    let after = self.faults.iter().position(|fault| *fault == at.1).map_or(0, |place| place + 1);
                    self.plant(at.0, after);
                }
                spent
            }
        }
    }

    /// Holds a patient who has breathed oxygen against every clause that asks for no twin; what he then rests on.
    fn passes(&mut self, trial: &Trial) -> Option<(f64, [bool; 6])> {
        let (setup, catheter) = (self.setup, self.setup.catheter);
        let now = trial.own.snapshot();
        let on_oxygen = measured(&now, catheter);
        let body = rule::body(&trial.of.params);
        let gases = [trial.of.before, on_oxygen];
        if !self.mechanism.is_answered_by(rule::answer(&setup, &body, gases[0], gases[1])) {
            return None;
        }
        let [low, high] = HARD_TO_READ_MMHG;
        let may_go = self.code.level() == 3 && self.mechanism == Mechanism::Both;
        if may_go && !(low..=high).contains(&on_oxygen.po2_mmhg) && self.dice.between(0.0, 1.0) >= KEPT_FRAC {
            return None;
        }
        let stability_frac =
            rule::stability(&setup, &body, gases, self.mechanism, STABILITY_DRAWS, &mut self.dice.clone());
        if stability_frac < LEAST_STABILITY {
            return None;
        }
        let grounds = self.grounds(&trial.of, trial.early, &now);
        let count = grounds.iter().filter(|right| **right).count();
        (count >= 2 && grounds.len() - count >= 2).then_some((stability_frac, grounds))
    }

    /// Which grounds would be right of a patient who breathes oxygen.
    fn grounds(&self, of: &Candidate, early: Option<TestGas>, on_oxygen: &Snapshot) -> [bool; 6] {
        let (catheter, body) = (self.setup.catheter, rule::body(&of.params));
        let [arterial, venous] =
            [&on_oxygen.state.arterial, &on_oxygen.state.venous].map(|blood| blood.gas.o2_ml_per_dl);
        let on_oxygen = measured(on_oxygen, catheter);
        Evidence {
            setup: self.setup,
            body,
            mechanism: self.mechanism,
            before: of.before,
            early: early.unwrap_or(on_oxygen),
            on_oxygen,
            output_l_per_min: catheter.then(|| fick_l_per_min(body.vo2_ml_per_min, arterial - venous)),
        }
        .right()
    }

    /// Whether the steady state on oxygen gives hope for two grounds: of a shunt, which arrives there at once, that is as
    /// good as the run.
    fn may_have_grounds(&mut self, of: &Candidate) -> bool {
        if self.mechanism != Mechanism::Shunt {
            return true;
        }
        let on_oxygen = of.params.with(ParamId::Fio2, 1.0).ok().and_then(|params| self.model.snapshot(&params).ok());
        on_oxygen.is_some_and(|now| self.grounds(of, None, &now).iter().filter(|right| **right).count() >= 2)
    }

    /// Holds him against his twin.
    fn judge(&mut self, trial: Trial) {
        let catheter = self.setup.catheter;
        let on_oxygen = measured(&trial.own.snapshot(), catheter);
        let apart = |run: &Live| {
            let other = measured(&run.snapshot(), catheter);
            (other.po2_mmhg - on_oxygen.po2_mmhg).abs()
                >= APART_SD * po2_sd_mmhg(on_oxygen.po2_mmhg.max(other.po2_mmhg))
        };
        if trial.other.as_ref().is_some_and(|run| !apart(run)) {
            return;
        }
        match self.faults.is_empty() {
            true => self.accept(trial, None),
            false => self.plant(trial, 0),
        }
    }

    /// Plants the first fault from a place on that changes what comes out; where none does, the patient is let go.
    fn plant(&mut self, trial: Trial, from: usize) {
        for fault in self.faults.iter().skip(from).copied() {
            if !fault.breathed().is_empty() {
                let run = on_oxygen_with(&trial.of.params, Some(fault));
                self.stage = Stage::Diluted(Box::new((trial, fault, run)));
                return;
            }
            if spoilt(&trial.own, fault, self.setup.catheter).is_some_and(|gas| self.moves(&trial, gas)) {
                self.accept(trial, Some(fault));
                return;
            }
        }
    }

    /// Whether a gas on oxygen changes the answer, or the estimate by 4 points, against the true one.
    fn moves(&self, trial: &Trial, gas: TestGas) -> bool {
        let on_oxygen = measured(&trial.own.snapshot(), self.setup.catheter);
        changes(&self.setup, &rule::body(&trial.of.params), trial.of.before, on_oxygen, gas)
    }

    fn accept(&mut self, trial: Trial, fault: Option<Fault>) {
        let catheter = self.setup.catheter;
        let Trial { of, own, other, early, stability_frac, grounds } = trial;
        let now = own.snapshot();
        let read = |key: &str| Quantity::from_key(key).and_then(|quantity| quantity.read(&now).ok()).unwrap_or(0.0);
        let (shunt_frac, admixture_frac) = (read("shunt_true_frac"), read("venous_admixture_frac"));
        let on_oxygen = measured(&now, catheter);
        let Some(attribution) = of.attribution else { return };
        let close = (admixture_frac - shunt_frac).abs() <= SIZE_WITHIN_FRAC;
        let size_of = match close && self.mechanism != Mechanism::Both {
            true => SizeOf::Shunt,
            false => SizeOf::Admixture,
        };
        let twin = of.twin.zip(other.map(|run| measured(&run.snapshot(), catheter)));
        let mut params = of.params;
        if fault == Some(Fault::Bench) {
            // Within the table: a test draws every class.
            let _ = params.set(ParamId::Leucocytes, MANY_LEUCOCYTES_GIGA_PER_L);
        }
        self.outcome = Some(Ok(Case {
            code: self.code,
            setup: self.setup,
            params,
            history: self.history,
            fault,
            truth: Truth {
                mechanism: self.mechanism,
                class: self.class,
                size_of,
                shunt_frac,
                admixture_frac,
                before: of.before,
                early: early.unwrap_or(on_oxygen),
                on_oxygen,
                attribution,
                twin,
                stability_frac,
                grounds,
                draws: self.draws,
            },
        }));
        self.stage = Stage::Done;
    }
}

impl Study for Making {
    type Of = CaseCode;

    fn is_of(&self, code: &CaseCode) -> bool {
        self.code == *code
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while self.outcome.is_none() {
            spent = spent.saturating_add(self.slice(evaluations.saturating_sub(spent).max(1)));
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.outcome.is_some()
    }
}

/// What a draw is taken to cost before anything is known of it.
const SOLVES_OF_A_DRAW: u32 = 5;
const EVALUATIONS_OF_A_SOLVE: u32 = 300;

impl Trial {
    fn advance(&mut self, catheter: bool, evaluations: u32) -> u32 {
        let mut spent = 0;
        while self.own.time_s() < TEST_S && spent < evaluations {
            spent += advance(&mut self.own);
            if self.early.is_none() && self.own.time_s() >= EARLY_S {
                self.early = Some(measured(&self.own.snapshot(), catheter));
            }
        }
        spent
    }
}

impl Trial {
    fn advance_twin(&mut self, evaluations: u32) -> u32 {
        let mut spent = 0;
        while let Some(run) = self.other.as_mut().filter(|run| run.time_s() < TEST_S && spent < evaluations) {
            // Once oxygen has been given for some minutes nothing moves fast: four steps in one are within 1 mmHg of four.
            let closely = !(CLOSELY_S..TEST_S - AT_LAST_S).contains(&run.time_s());
            let (steps, length) = if closely { (SLICE_STEPS, 1) } else { (SLICE_STEPS / LEAP, LEAP) };
            (0..steps).for_each(|_| run.leap(length));
            spent += cost(run.params(), steps * STEP_EVALUATIONS);
        }
        spent
    }
}

fn trial(of: Candidate) -> Trial {
    let own = on_oxygen_with(&of.params, None);
    let other = of.twin.as_ref().map(|twin| on_oxygen_with(&twin.params, None));
    Trial { of, own, other, early: None, stability_frac: 0.0, grounds: [false; 6] }
}

/// A patient who has just been given oxygen.
fn on_oxygen_with(params: &Params, fault: Option<Fault>) -> Live {
    let mut live = Live::new(params);
    // All of it lies within the table; what a fault sets wins.
    live.set_params(&apply(&oxygen_with(fault), params).unwrap_or_else(|_| params.clone()));
    live
}

/// Several steps, and what they are taken to cost.
fn advance(live: &mut Live) -> u32 {
    // One by one, as the run of the command line goes; that nobody watches indices meanwhile saves a little.
    (0..SLICE_STEPS).for_each(|_| live.leap(1));
    cost(live.params(), SLICE_STEPS * STEP_EVALUATIONS)
}

/// What is breathed where pure oxygen is set.
#[must_use]
pub fn oxygen_with(fault: Option<Fault>) -> Vec<Setting> {
    let whole = [Setting::Param(ParamId::Fio2, 1.0), Setting::Param(ParamId::MaskLeak, 0.0)];
    whole.into_iter().chain(fault.map_or_else(Vec::new, Fault::breathed)).collect()
}

/// The first sample on oxygen as a fault leaves it, without the analyser's own error.
fn spoilt(live: &Live, fault: Fault, catheter: bool) -> Option<TestGas> {
    let mut settings = vec![Setting::Param(ParamId::AnalyserError, 0.0)];
    if fault == Fault::Bench {
        settings.push(Setting::Param(ParamId::Leucocytes, MANY_LEUCOCYTES_GIGA_PER_L));
    }
    let params = apply(&settings, live.params()).ok()?;
    let bloods = Bloods { arterial: live.arterial(), venous: live.venous(), around_duct: None };
    let order = SampleOrder::new(Site::Arterial, fault.mistake()).ok()?;
    let seen = Seen::of(&params, live.output_l_per_min(), live.saturation_art_frac(), None);
    let reported = Instruments::new(&params, 0, &seen).draw(order, &params, &bloods, live.steps()).reported;
    let so2_ven_frac = measured(&live.snapshot(), catheter).so2_ven_frac;
    Some(TestGas { po2_mmhg: reported.po2_mmhg, pco2_mmhg: reported.pco2_mmhg, so2_ven_frac })
}

/// Arterial blood as an analyser without error has it; with a catheter, the saturation of mixed venous blood too.
#[must_use]
pub fn measured(now: &Snapshot, catheter: bool) -> TestGas {
    let gas = now.estimates.measured;
    TestGas {
        po2_mmhg: gas.po2_mmhg,
        pco2_mmhg: gas.pco2_mmhg,
        so2_ven_frac: catheter.then_some(now.state.venous.gas.saturation_frac),
    }
}

/// Whether a patient could be tested for his hypoxaemia in a place.
fn is_of(setup: &Setup, now: &Snapshot) -> bool {
    let gas = now.estimates.measured;
    let within = |value: f64, [low, high]: [f64; 2]| (low..=high).contains(&value);
    let po2_mmhg = match setup.place {
        Place::Laboratory => PO2_ON_AIR_MMHG,
        Place::IntensiveCare => ICU_PO2_MMHG,
    };
    within(gas.po2_mmhg, po2_mmhg)
        && gas.saturation_frac < SO2_ON_AIR_BELOW_FRAC
        && within(gas.pco2_mmhg, PCO2_ON_AIR_MMHG)
        && within(gas.ph, PH_ON_AIR)
        && now.state.venous.gas.saturation_frac >= LEAST_SVO2_FRAC
        && not_survivable(now, DisplayUnits::default()).is_empty()
}

/// Whether the next step can be asked for.
fn asks_for_a_step(params: &Params, cause: Cause, model: &mut Model) -> bool {
    NextSteps::new(params, cause).is_ok_and(|mut steps| {
        steps.settle(model);
        steps.is_offered()
    })
}

/// Share of the fall in PaO2 that a cause has.
#[must_use]
pub fn share_of(found: &Attribution, cause: Cause) -> f64 {
    let fall = found.reference.po2_art_mmhg - found.patient.po2_art_mmhg;
    let part = found.parts.iter().find(|part| part.cause == cause).map_or(0.0, |part| part.fall_mmhg);
    if fall > 0.0 { part / fall } else { 0.0 }
}

/// The largest of the causes of a class.
fn main_cause(found: &Attribution, class: Class) -> Cause {
    let causes = class.causes();
    let largest = causes.iter().max_by(|a, b| share_of(found, **a).total_cmp(&share_of(found, **b)));
    *largest.unwrap_or(&Cause::Shunt)
}

/// Whether the causes of a class have as much of the fall in PaO2 as is asked of them.
fn has_its_share(found: &Attribution, class: Class) -> bool {
    let shares = || class.causes().iter().map(|cause| share_of(found, *cause));
    match class.causes().len() {
        1 => shares().sum::<f64>() >= LEAST_SHARE,
        _ => shares().sum::<f64>() >= LEAST_SHARE_OF_TWO && shares().all(|share| share >= LEAST_SHARE_OF_EACH),
    }
}
