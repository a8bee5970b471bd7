//! The drill *Name the mechanism*: a patient with a low PaO2, up to five moves and what each of them does, then the cause.
//!
//! Every move is made from the same state, and its gas is that of the steady state. A patient is thrown away unless PaO2
//! lies between 42 and 76 mmHg, his cause has at least 0.60 of the fall in the attribution, and the rule that is printed
//! afterwards names it from the moves, with 4 SD of the analyser to spare:
//!
//! ```text
//! PaCO2 > 50 mmHg: too little breath
//! else PaO2 on FiO2 1.0 < 400 mmHg: shunt
//! else PaO2 on FiO2 1.0 < 590 mmHg: low inspired PO2
//! else PaO2 on FiO2 0.30 at least 45 mmHg higher: diffusion limit
//! else V/Q mismatch
//! ```

use crate::sim::params::{ParamError, ParamId, Params, Setting, SwitchId, apply};
use crate::sim::play::instruments::{PCO2_CV, po2_sd_mmhg};
use crate::sim::reading::snapshot::{Model, Snapshot};
use crate::study::attribution::{Attributing, Cause};
use crate::study::challenge_maker::code::CaseCode;
use crate::study::challenge_maker::kinds::Class;
use crate::study::challenge_maker::maker::{NoCase, share_of};
use crate::study::challenge_maker::patient::{self, Dice, Setup};
use crate::study::{Study, cost};

/// PaO2 of the patients, mmHg.
pub const PO2_MMHG: [f64; 2] = [42.0, 76.0];
/// Barometric pressure where inspired PO2 is low, mmHg.
pub const LOW_PB_MMHG: [f64; 2] = [520.0, 620.0];
/// Least share of the cause in the fall of PaO2.
pub const LEAST_SHARE: f64 = 0.60;
/// SD of the analyser by which the rule's limits are kept.
pub const SPARE_SD: f64 = 4.0;
/// Most moves.
pub const MOST_MOVES: usize = 5;
/// PaCO2 above which it is too little breath, mmHg.
pub const HIGH_PCO2_MMHG: f64 = 50.0;
/// PaO2 on pure oxygen below which it is shunt, and below which it is low inspired PO2, mmHg.
pub const ON_OXYGEN_MMHG: [f64; 2] = [400.0, 590.0];
/// Rise of PaO2 from air to FiO2 0.30 from which it is a diffusion limit, mmHg.
pub const RISE_MMHG: f64 = 45.0;
/// What the right cause is worth, less what each move costs, and at least.
const RIGHT_POINTS: f64 = 100.0;
const MOVE_POINTS: f64 = 10.0;
/// Patients after which a case is given up: a defect, told as such.
const MOST_DRAWS: u32 = 2_000;
/// What a draw is taken to cost.
const SOLVES_OF_A_DRAW: u32 = 12;
const EVALUATIONS_OF_A_SOLVE: u32 = 300;

/// The causes that are offered, in their order.
pub const CAUSES: [Cause; 5] =
    [Cause::Shunt, Cause::Spread, Cause::Diffusion, Cause::Hypoventilation, Cause::LowInspired];

/// The rule in words.
pub const RULE: &str = "The rule: PaCO₂ above 50 mmHg is too little breath; else PaO₂ on FiO₂ 1.0 below 400 is shunt, below 590 \
a low inspired PO₂; else a rise of 45 or more on FiO₂ 0.30 is a diffusion limit, less is V/Q mismatch.";

/// Name of a cause in files.
#[must_use]
pub fn key(cause: Cause) -> &'static str {
    match cause {
        Cause::Shunt => "shunt",
        Cause::Spread => "vq",
        Cause::Diffusion => "diffusion",
        Cause::Hypoventilation => "hypoventilation",
        Cause::LowInspired => "low_pio2",
        Cause::LowVenous => "low_venous",
    }
}

/// Its name on the screen.
#[must_use]
pub fn label(cause: Cause) -> &'static str {
    match cause {
        Cause::Shunt => "Shunt",
        Cause::Spread => "V/Q mismatch",
        Cause::Diffusion => "A diffusion limit",
        Cause::Hypoventilation => "Too little breath",
        Cause::LowInspired => "Low inspired PO₂",
        Cause::LowVenous => "Low venous saturation",
    }
}

/// Something that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Try {
    /// FiO2 0.30.
    SomeOxygen,
    /// FiO2 1.0.
    PureOxygen,
    /// Half as much breath more.
    MoreBreath,
    /// CPAP 10.
    Pressure,
    /// A quarter more output.
    MoreOutput,
    /// On the side.
    Position,
}

impl Try {
    /// Every move, in the order in which they are offered.
    pub const ALL: [Try; 6] =
        [Try::SomeOxygen, Try::PureOxygen, Try::MoreBreath, Try::Pressure, Try::MoreOutput, Try::Position];

    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Try::SomeOxygen => "fio2_0.30",
            Try::PureOxygen => "fio2_1.0",
            Try::MoreBreath => "more_breath",
            Try::Pressure => "cpap_10",
            Try::MoreOutput => "more_output",
            Try::Position => "on_the_side",
        }
    }

    /// Name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Try::SomeOxygen => "FiO₂ 0.30",
            Try::PureOxygen => "FiO₂ 1.0",
            Try::MoreBreath => "Half as much breath more",
            Try::Pressure => "CPAP 10",
            Try::MoreOutput => "A quarter more output",
            Try::Position => "On the side",
        }
    }

    fn settings(self, params: &Params) -> Vec<Setting> {
        let more = |id: ParamId, by: f64| Setting::Param(id, (params.get(id) * by).min(id.bounds().max));
        vec![match self {
            Try::SomeOxygen => Setting::Param(ParamId::Fio2, 0.30),
            Try::PureOxygen => Setting::Param(ParamId::Fio2, 1.0),
            Try::MoreBreath => more(ParamId::AlveolarVentilation, 1.5),
            Try::Pressure => Setting::Param(ParamId::Peep, 10.0),
            Try::MoreOutput => more(ParamId::CardiacOutput, 1.25),
            Try::Position => Setting::Switch(SwitchId::Position, "sick_side_up"),
        }]
    }
}

/// A gas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Arterial PO2, mmHg.
    pub po2_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_mmhg: f64,
    /// Arterial saturation.
    pub so2_frac: f64,
}

impl Seen {
    fn of(now: &Snapshot) -> Seen {
        let gas = now.estimates.measured;
        Seen { po2_mmhg: gas.po2_mmhg, pco2_mmhg: gas.pco2_mmhg, so2_frac: gas.saturation_frac }
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct NameMechanism {
    /// Its code.
    pub code: CaseCode,
    /// The patient.
    pub params: Params,
    /// His gas on air.
    pub before: Seen,
    /// And after each move, in the order of [`Try::ALL`].
    pub after: [Seen; 6],
    /// The cause: hidden until commitment.
    pub cause: Cause,
    /// Its share of the fall in PaO2: hidden until commitment.
    pub share: f64,
    /// Patients drawn.
    pub draws: u32,
}

impl NameMechanism {
    /// What an answer is worth after so many moves, 0 to 100.
    #[must_use]
    pub fn points(&self, said: Cause, moves: usize) -> f64 {
        if said == self.cause { RIGHT_POINTS - MOVE_POINTS * moves.min(MOST_MOVES) as f64 } else { 0.0 }
    }
}

/// What the rule makes of the gases, and by how many SD of the analyser its nearest limit is kept.
#[must_use]
pub fn rule(before: &Seen, some_oxygen: &Seen, pure_oxygen: &Seen) -> (Cause, f64) {
    let high = (before.pco2_mmhg - HIGH_PCO2_MMHG) / (PCO2_CV * HIGH_PCO2_MMHG);
    if high > 0.0 {
        return (Cause::Hypoventilation, high);
    }
    let on_oxygen = |limit: f64| (pure_oxygen.po2_mmhg - limit) / po2_sd_mmhg(limit);
    let [shunt, low] = ON_OXYGEN_MMHG.map(on_oxygen);
    if shunt < 0.0 {
        return (Cause::Shunt, (-shunt).min(-high));
    }
    if low < 0.0 {
        return (Cause::LowInspired, (-low).min(shunt).min(-high));
    }
    let rise = some_oxygen.po2_mmhg - before.po2_mmhg;
    // Two samples, each with its error.
    let by = (rise - RISE_MMHG) / (2.0_f64.sqrt() * po2_sd_mmhg(before.po2_mmhg));
    let cause = if by >= 0.0 { Cause::Diffusion } else { Cause::Spread };
    (cause, by.abs().min(low).min(-high))
}

/// The work on a case.
#[derive(Debug, Clone)]
pub struct Making {
    code: CaseCode,
    dice: Dice,
    model: Model,
    cause: Cause,
    draws: u32,
    outcome: Option<Result<NameMechanism, NoCase>>,
}

impl Making {
    /// A beginning: the cause is drawn before the patient.
    #[must_use]
    pub fn new(code: CaseCode) -> Making {
        let mut dice = Dice::new(code.bits());
        let cause = CAUSES[dice.one_of(CAUSES.len())];
        Making { code, dice, model: Model::new(), cause, draws: 0, outcome: None }
    }

    /// Makes it whole at once.
    ///
    /// # Errors
    /// [`NoCase`].
    pub fn whole(code: CaseCode) -> Result<NameMechanism, NoCase> {
        let mut making = Making::new(code);
        making.advance(u32::MAX);
        making.outcome.unwrap_or(Err(NoCase::NoPatient { code, draws: making.draws }))
    }

    /// The case, once it is there.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<NameMechanism, NoCase>> {
        self.outcome.as_ref()
    }

    fn draw(&mut self) -> Result<(), ParamError> {
        self.draws += 1;
        let class = match self.cause {
            Cause::Spread => Class::Spread,
            Cause::Diffusion => Class::Diffusion,
            Cause::Hypoventilation => Class::Breathing,
            Cause::Shunt | Cause::LowInspired | Cause::LowVenous => Class::Shunt,
        };
        let Some(mut params) = patient::draw(&mut self.dice, &Setup::LABORATORY, class, &mut self.model)? else {
            return Ok(());
        };
        if self.cause == Cause::LowInspired {
            let [low, high] = LOW_PB_MMHG;
            params.set(ParamId::Pb, self.dice.between(low, high).round())?;
            params.set(ParamId::Shunt, ParamId::Shunt.bounds().default)?;
        }
        let Ok(now) = self.model.snapshot(&params) else { return Ok(()) };
        let before = Seen::of(&now);
        if !(PO2_MMHG[0]..=PO2_MMHG[1]).contains(&before.po2_mmhg) {
            return Ok(());
        }
        // What a patient cannot be set to changes nothing.
        let mut after = [before; 6];
        for (seen, what) in after.iter_mut().zip(Try::ALL) {
            let there = apply(&what.settings(&params), &params).unwrap_or_else(|_| params.clone());
            let Ok(now) = self.model.snapshot(&there) else { return Ok(()) };
            *seen = Seen::of(&now);
        }
        let (named, spare_sd) = rule(&before, &after[0], &after[1]);
        if named != self.cause || spare_sd < SPARE_SD {
            return Ok(());
        }
        let mut attributing = Attributing::new(&mut self.model, &params);
        attributing.advance(u32::MAX);
        let Some(Ok(found)) = attributing.outcome() else { return Ok(()) };
        let share = share_of(&found, self.cause);
        if share >= LEAST_SHARE {
            let Making { code, cause, draws, .. } = *self;
            self.outcome = Some(Ok(NameMechanism { code, params, before, after, cause, share, draws }));
        }
        Ok(())
    }
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
            } else if let Err(error) = self.draw() {
                self.outcome = Some(Err(error.into()));
            }
            spent = spent.saturating_add(cost(&Params::default(), SOLVES_OF_A_DRAW * EVALUATIONS_OF_A_SOLVE));
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.outcome.is_some()
    }
}
