//! The maker: draws patients of a case until one holds every clause, in slices.
//!
//! A patient is thrown away unless
//! - he has a steady state, is survivable, and his gas on air is that of the laboratory: PaO2 50 to 72 mmHg, saturation
//!   below 0.94, PaCO2 22 to 90, pH 7.12 to 7.58, mixed venous saturation 0.35 or more;
//! - the cause of his class has at least 0.60 of the fall in PaO2 in the attribution;
//! - the rule gives his answer in at least 95 % of draws of the analyser's error;
//! - the patient of the next mechanism who has the same gas on air has a PaO2 after 20 min of oxygen that is at least
//!   4 SD of the analyser away (for too little breath PaCO2 on air parts them, and no twin is made);
//! - of the grounds that are offered at least two are right and two wrong;
//! - in the steady state one of the next steps is best, and at least four are not good;
//! - where a fault is planted, it changes what the rule answers, or the estimate by 4 points.

use crate::sim::params::{ParamError, ParamId, Params, Setting};
use crate::sim::play::instruments::{SampleOrder, Site, po2_sd_mmhg};
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::quantity::{Quantity, not_survivable};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::study::attribution::{Attributing, Attribution};
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::history::History;
use crate::study::challenge_maker::kinds::{Class, Fault, Mechanism, STEP_EVALUATIONS, SizeOf};
use crate::study::challenge_maker::next_step::NextSteps;
use crate::study::challenge_maker::patient::{self, Dice};
use crate::study::challenge_maker::rule::{self, Formula, Known, TestGas};
use crate::study::twin::{Twin, TwinSearch, Wanted};
use crate::study::{Study, cost};
use crate::text::display_units::DisplayUnits;

/// PaO2 on air of the laboratory, mmHg, as it measures it.
pub const PO2_ON_AIR_MMHG: [f64; 2] = [50.0, 72.0];
/// Saturation on air below which more oxygen is wanted.
pub const SO2_ON_AIR_BELOW_FRAC: f64 = 0.94;
/// PaCO2 on air, mmHg.
pub const PCO2_ON_AIR_MMHG: [f64; 2] = [22.0, 90.0];
/// pH on air.
pub const PH_ON_AIR: [f64; 2] = [7.12, 7.58];
/// Least mixed venous saturation.
pub const LEAST_SVO2_FRAC: f64 = 0.35;
/// Least share of the largest cause in the fall of PaO2.
pub const LEAST_SHARE: f64 = 0.60;
/// Least share of draws of the analyser's error in which the rule is right.
pub const LEAST_STABILITY: f64 = 0.95;
/// How many draws that takes.
pub const STABILITY_DRAWS: u32 = 200;
/// SD of the analyser by which the twin's PaO2 on oxygen differs at least.
pub const APART_SD: f64 = 4.0;
/// How long oxygen is breathed in a test, s.
pub const TEST_S: f64 = 1200.0;
/// When a test is far too early, s.
pub const EARLY_S: f64 = 180.0;
/// How far the content equation with his own venous blood may miss the true shunt that is asked for.
pub const SIZE_WITHIN_FRAC: f64 = 0.03;
/// By how much a fault has to move an estimate.
pub const FAULT_MOVES_FRAC: f64 = 0.04;
/// Leaks that are planted, as shares of a breath.
pub const LEAK_FRAC: [f64; 2] = [0.05, 0.20];
/// Leucocytes of a sample that is spoilt on the bench, 10⁹/L.
pub const MANY_LEUCOCYTES_GIGA_PER_L: f64 = 100.0;
/// Patients after which a case is given up: a defect, told as such.
pub const MOST_DRAWS: u32 = 2_000;
/// Steps of a slice of a run.
const SLICE_STEPS: u64 = 20;

/// A case: a patient, what is told of him, what goes wrong, and the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its code.
    pub code: CaseCode,
    /// The patient on air, before the test.
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
    /// Gas on air, as an analyser without error has it.
    pub before: TestGas,
    /// The same after 3 min of oxygen.
    pub early: TestGas,
    /// The same after 20 min.
    pub on_oxygen: TestGas,
    /// What lowers PaO2 on air.
    pub attribution: Attribution,
    /// The patient of the next mechanism with the same gas on air, and his gas after 20 min of oxygen.
    pub twin: Option<(Twin, TestGas)>,
    /// Share of draws of the analyser's error in which the rule is right.
    pub stability_frac: f64,
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

    /// Share of the fall in PaO2 that the cause of the class has.
    #[must_use]
    pub fn share(&self) -> f64 {
        share_of(&self.attribution, self.class)
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
    mechanism: Mechanism,
    class: Class,
    history: History,
    /// Faults to be tried, the wanted one first; none where none is wanted.
    faults: Option<[Fault; 3]>,
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
    Leak(Box<(Trial, f64, Run)>),
    Done,
}

/// A candidate on oxygen, and his twin.
#[derive(Debug, Clone)]
struct Trial {
    of: Candidate,
    own: Run,
    other: Option<Run>,
    early: Option<TestGas>,
}

impl Making {
    /// A beginning.
    #[must_use]
    pub fn new(code: CaseCode) -> Making {
        let mut dice = Dice::new(code.bits());
        let mechanism = Mechanism::ALL[dice.one_of(Mechanism::ALL.len())];
        let classes = mechanism.classes();
        let class = classes[dice.one_of(classes.len())];
        let history = History::draw(&mut dice, mechanism);
        let wanted = code.level() == 2 && dice.one_of(3) == 0;
        let leak = dice.between(LEAK_FRAC[0], LEAK_FRAC[1]);
        let mut faults = [Fault::Leak((leak * 100.0).round() / 100.0), Fault::Bubble, Fault::Bench];
        faults.rotate_left(dice.one_of(3));
        Making {
            code,
            mechanism,
            class,
            history,
            faults: wanted.then_some(faults),
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
        let drawn = match patient::draw(&mut self.dice, self.class, &mut self.model) {
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
            && is_of_the_laboratory(&now)
        {
            let attributing = Attributing::new(&mut self.model, &drawn);
            let before = measured(&now);
            let candidate = Candidate { params: drawn, before, attribution: None, twin: None };
            self.stage = Stage::Attribute(Box::new((candidate, attributing)));
        }
        spent
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
                    Some(Ok(found)) if share_of(&found, self.class) >= LEAST_SHARE => {
                        at.0.attribution = Some(found);
                        if !asks_for_a_step(&at.0.params, self.class, &mut self.model) {
                            return spent;
                        }
                        self.stage = match self.mechanism.next() {
                            Some(by) => {
                                let wanted = Wanted { params: at.0.params.clone(), by };
                                Stage::Twin(Box::new((at.0, TwinSearch::new(&mut self.model, &wanted))))
                            }
                            None => Stage::Run(Box::new(trial(self.code, at.0))),
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
                        self.stage = Stage::Run(Box::new(trial(self.code, at.0)));
                    }
                }
                spent
            }
            Stage::Run(mut trial) => {
                let spent = trial.advance(evaluations);
                if trial.own.time_s() >= TEST_S {
                    self.judge(*trial)
                } else {
                    self.stage = Stage::Run(trial)
                }
                spent
            }
            Stage::Leak(mut at) => {
                let mut spent = 0;
                while at.2.time_s() < TEST_S && spent < evaluations {
                    at.2.advance(SLICE_STEPS);
                    spent += cost(at.2.live().params(), SLICE_STEPS as u32 * STEP_EVALUATIONS);
                }
                if at.2.time_s() < TEST_S {
                    self.stage = Stage::Leak(at);
                } else if moves(&at.0, measured(&at.2.live().snapshot())) {
                    self.accept(at.0, Some(Fault::Leak(at.1)));
                } else {
                    self.plant(at.0, 1 + self.place_of_leak());
                }
                spent
            }
        }
    }

    /// Holds a patient who has breathed oxygen against the clauses that are left.
    fn judge(&mut self, trial: Trial) {
        let body = rule::body(&trial.of.params);
        let on_oxygen = measured(&trial.own.live().snapshot());
        let twin = trial.other.as_ref().map(|run| measured(&run.live().snapshot()));
        let apart = |other: TestGas| {
            (other.po2_mmhg - on_oxygen.po2_mmhg).abs()
                >= APART_SD * po2_sd_mmhg(on_oxygen.po2_mmhg.max(other.po2_mmhg))
        };
        let gases = [trial.of.before, on_oxygen];
        if twin.is_some_and(|other| !apart(other))
            || rule::answer(&body, gases[0], gases[1]) != self.mechanism
            || rule::stability(&body, gases, self.mechanism, STABILITY_DRAWS, &mut self.dice.clone()) < LEAST_STABILITY
        {
            return;
        }
        let right = grounds_of(&trial.of.params, self.mechanism, gases, trial.early.unwrap_or(on_oxygen));
        let count = right.iter().filter(|right| **right).count();
        if count < 2 || right.len() - count < 2 {
            return;
        }
        match self.faults {
            None => self.accept(trial, None),
            Some(_) => self.plant(trial, 0),
        }
    }

    fn place_of_leak(&self) -> usize {
        self.faults.iter().flatten().position(|fault| matches!(fault, Fault::Leak(_))).unwrap_or(0)
    }

    /// Plants the first fault from a place on that changes what comes out; where none does, the patient is let go.
    fn plant(&mut self, trial: Trial, from: usize) {
        for fault in self.faults.iter().flatten().skip(from).copied() {
            match fault {
                Fault::Leak(leak_frac) => {
                    let run = on_oxygen_with(self.code, &trial.of.params, leak_frac);
                    self.stage = Stage::Leak(Box::new((trial, leak_frac, run)));
                    return;
                }
                Fault::Bubble | Fault::Bench => {
                    if spoilt(&trial.own, fault).is_some_and(|gas| moves(&trial, gas)) {
                        self.accept(trial, Some(fault));
                        return;
                    }
                }
            }
        }
    }

    fn accept(&mut self, trial: Trial, fault: Option<Fault>) {
        let Trial { of, own, other, early } = trial;
        let now = own.live().snapshot();
        let read = |key: &str| Quantity::from_key(key).and_then(|quantity| quantity.read(&now).ok()).unwrap_or(0.0);
        let (shunt_frac, admixture_frac) = (read("shunt_true_frac"), read("venous_admixture_frac"));
        let on_oxygen = measured(&now);
        let Some(attribution) = of.attribution else { return };
        let gases = [of.before, on_oxygen];
        let body = rule::body(&of.params);
        let stability_frac = rule::stability(&body, gases, self.mechanism, STABILITY_DRAWS, &mut self.dice.clone());
        let size_of = match (admixture_frac - shunt_frac).abs() <= SIZE_WITHIN_FRAC {
            true => SizeOf::Shunt,
            false => SizeOf::Admixture,
        };
        let twin = of.twin.zip(other.map(|run| measured(&run.live().snapshot())));
        let mut params = of.params;
        if fault == Some(Fault::Bench) {
            // Within the table: a test draws every class.
            let _ = params.set(ParamId::Leucocytes, MANY_LEUCOCYTES_GIGA_PER_L);
        }
        self.outcome = Some(Ok(Case {
            code: self.code,
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
    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent = 0;
        while self.own.time_s() < TEST_S && spent < evaluations {
            for run in std::iter::once(&mut self.own).chain(&mut self.other) {
                run.advance(SLICE_STEPS);
                spent += cost(run.live().params(), SLICE_STEPS as u32 * STEP_EVALUATIONS);
            }
            if self.early.is_none() && self.own.time_s() >= EARLY_S {
                self.early = Some(measured(&self.own.live().snapshot()));
            }
        }
        spent
    }
}

fn trial(code: CaseCode, of: Candidate) -> Trial {
    let own = on_oxygen_with(code, &of.params, 0.0);
    let other = of.twin.as_ref().map(|twin| on_oxygen_with(code, &twin.params, 0.0));
    Trial { of, own, other, early: None }
}

/// A patient who has just been given oxygen.
fn on_oxygen_with(code: CaseCode, params: &Params, leak_frac: f64) -> Run {
    let mut run = Run::new(params, code.bits());
    let given = vec![Setting::Param(ParamId::Fio2, 1.0), Setting::Param(ParamId::MaskLeak, leak_frac)];
    // Both lie within the table.
    let _ = run.act(Action::Set(given));
    run
}

/// The first sample on oxygen as a fault leaves it, without the analyser's own error.
fn spoilt(run: &Run, fault: Fault) -> Option<TestGas> {
    let mut run = run.clone();
    let mut settings = vec![Setting::Param(ParamId::AnalyserError, 0.0)];
    if fault == Fault::Bench {
        settings.push(Setting::Param(ParamId::Leucocytes, MANY_LEUCOCYTES_GIGA_PER_L));
    }
    run.act(Action::Set(settings)).ok()?;
    run.act(Action::Sample(SampleOrder::new(Site::Arterial, fault.mistake()).ok()?)).ok()?;
    let reported = run.samples().last()?.reported;
    Some(TestGas { po2_mmhg: reported.po2_mmhg, pco2_mmhg: reported.pco2_mmhg })
}

/// Whether a gas on oxygen changes the answer, or the estimate by 4 points, against the true one.
fn moves(trial: &Trial, gas: TestGas) -> bool {
    let body = rule::body(&trial.of.params);
    let on_oxygen = measured(&trial.own.live().snapshot());
    changes(&body, trial.of.before, on_oxygen, gas)
}

fn changes(body: &crate::study::fit::Body, before: TestGas, one: TestGas, other: TestGas) -> bool {
    let estimate = |gas| Formula::ContentAv5.shunt_frac(&rule::sums(body, 1.0, gas));
    let moved = match (estimate(one), estimate(other)) {
        (Ok(one), Ok(other)) => (one - other).abs() >= FAULT_MOVES_FRAC,
        (one, other) => one.is_ok() != other.is_ok(),
    };
    moved || rule::answer(body, before, one) != rule::answer(body, before, other)
}

/// Arterial blood as an analyser without error has it.
#[must_use]
pub fn measured(now: &Snapshot) -> TestGas {
    let gas = now.estimates.measured;
    TestGas { po2_mmhg: gas.po2_mmhg, pco2_mmhg: gas.pco2_mmhg }
}

/// Whether a patient could be sent to the laboratory for his hypoxaemia.
fn is_of_the_laboratory(now: &Snapshot) -> bool {
    let gas = now.estimates.measured;
    let within = |value: f64, [low, high]: [f64; 2]| (low..=high).contains(&value);
    within(gas.po2_mmhg, PO2_ON_AIR_MMHG)
        && gas.saturation_frac < SO2_ON_AIR_BELOW_FRAC
        && within(gas.pco2_mmhg, PCO2_ON_AIR_MMHG)
        && within(gas.ph, PH_ON_AIR)
        && now.state.venous.gas.saturation_frac >= LEAST_SVO2_FRAC
        && not_survivable(now, DisplayUnits::default()).is_empty()
}

/// Whether the next step can be asked for.
fn asks_for_a_step(params: &Params, class: Class, model: &mut Model) -> bool {
    NextSteps::new(params, class.cause()).is_ok_and(|mut steps| {
        steps.settle(model);
        steps.is_offered()
    })
}

/// Share of the fall in PaO2 that the cause of a class has.
#[must_use]
pub fn share_of(found: &Attribution, class: Class) -> f64 {
    let fall = found.reference.po2_art_mmhg - found.patient.po2_art_mmhg;
    let part = found.parts.iter().find(|part| part.cause == class.cause()).map_or(0.0, |part| part.fall_mmhg);
    if fall > 0.0 { part / fall } else { 0.0 }
}

/// A ground on which an answer may rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// PaO2 after 20 min of oxygen.
    Po2OnOxygen,
    /// The A-a gradient before.
    GradientBefore,
    /// PaCO2.
    Pco2,
    /// How admixture changed from air to oxygen.
    AdmixtureChange,
    /// End-tidal N2 below 2.5 %.
    NitrogenOut,
    /// Venous blood.
    VenousBlood,
}

impl Ground {
    /// Every ground, in the order in which they are offered.
    pub const ALL: [Ground; 6] = [
        Ground::Po2OnOxygen,
        Ground::GradientBefore,
        Ground::Pco2,
        Ground::AdmixtureChange,
        Ground::NitrogenOut,
        Ground::VenousBlood,
    ];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Ground::Po2OnOxygen => "po2_on_oxygen",
            Ground::GradientBefore => "aa_before",
            Ground::Pco2 => "pco2",
            Ground::AdmixtureChange => "admixture_change",
            Ground::NitrogenOut => "n2_out",
            Ground::VenousBlood => "venous_blood",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Ground::Po2OnOxygen => "PaO₂ after 20 min on O₂",
            Ground::GradientBefore => "A-a before",
            Ground::Pco2 => "PaCO₂",
            Ground::AdmixtureChange => "how admixture changed",
            Ground::NitrogenOut => "etN₂ below 2.5 %",
            Ground::VenousBlood => "venous blood",
        }
    }
}

/// Which grounds are right, in the order of [`Ground::ALL`]: those without which the rule no longer gives the answer, or
/// the estimate of the size is gone or moves by 4 points.
///
/// A datum that is not known leaves a clause of the rule open unless another datum settles it. Without PaCO2 there is no
/// A-a gradient. Without nitrogen seen to be out, the gas on oxygen may be that of 3 min. How admixture changed is no
/// part of rule or estimate, and in the laboratory there is no venous blood to go by: neither is ever right there.
#[must_use]
pub fn grounds_of(
    params: &Params,
    mechanism: Mechanism,
    [before, on_oxygen]: [TestGas; 2],
    early: TestGas,
) -> [bool; 6] {
    let body = rule::body(params);
    let whole = Known { before: Some(before), gradient: true, on_oxygen: Some(on_oxygen) };
    let changed = |known: Known| known.answer(&body) != Some(mechanism);
    Ground::ALL.map(|ground| match ground {
        // The size rests on it whatever the rule says.
        Ground::Po2OnOxygen => true,
        Ground::GradientBefore => changed(Known { gradient: false, ..whole }),
        Ground::Pco2 => changed(Known { before: None, ..whole }),
        Ground::NitrogenOut => changes(&body, before, on_oxygen, early),
        Ground::AdmixtureChange | Ground::VenousBlood => false,
    })
}
