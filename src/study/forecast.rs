//! Where a run goes if nothing more is done: the patient as he stands, sixty minutes on.
//!
//! The forecast clones the patient in time. Instruments, moves under way and what a timeline still brings are left out.
//! It remembers PaO2 and what collapses, so that it can say that a PaO2 rises, where it turns, and why.

use crate::sim::params::{DRIFTING, Params};
use crate::sim::play::run::{Action, Run};
use crate::sim::time::{Live, STEP_S};
use crate::study::{Study, cost};

/// How far it looks, seconds.
pub const AHEAD_S: f64 = 3600.0;
/// How far PaO2 has to turn from an extreme for it to be one, mmHg.
const TURN_MMHG: f64 = 1.0;
/// PaO2 still moves where it has moved by more than this, mmHg, in the last minutes.
const MOVES_MMHG: f64 = 1.0;
const LAST_S: f64 = 600.0;
/// How often PaO2 is remembered once what was done has passed, steps of the model; until then at every step: the least
/// PaO2 of an apnoea is over some seconds after breathing begins.
const EVERY_STEPS: u64 = 20;
/// After so many steps what was done has passed, and the forecast leaps over so many at once. It stays within 2 mmHg of
/// the run, and a lung with a diffusion limit is looked at in a third of the time.
const CLOSELY_STEPS: u64 = 240;
const LEAP: u32 = 4;
/// What a step of one unit is taken to cost, in evaluations of blood contents.
const EVALUATIONS_OF_A_UNIT_STEP: u32 = 6;

/// PaO2 at a time of the forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds from where it begins.
    pub after_s: f64,
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Units without gas that had some at the beginning.
    pub collapsed_units: usize,
}

/// Where PaO2 goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Where it begins.
    pub now: Moment,
    /// As far as it has been looked: at [`AHEAD_S`] once the forecast is whole.
    pub last: Moment,
    /// The extreme on the way; none where PaO2 goes one way only.
    pub extreme: Option<Moment>,
    /// How far PaO2 has moved in the last ten minutes, mmHg.
    pub drift_mmhg: f64,
}

impl Outlook {
    /// Whether PaO2 still falls at its end.
    #[must_use]
    pub fn still_falls(&self) -> bool {
        self.drift_mmhg < -MOVES_MMHG
    }

    /// Whether PaO2 still moves at its end.
    #[must_use]
    pub fn still_moves(&self) -> bool {
        self.drift_mmhg.abs() > MOVES_MMHG
    }
}

/// What a step of the model is taken to cost, see [`cost`].
pub(crate) fn cost_of_step(live: &Live) -> u32 {
    let units = live.units().count().max(1) as u32;
    cost(live.params(), EVALUATIONS_OF_A_UNIT_STEP * units)
}

/// Things done to the patient so far in a run: a sample takes nothing from him.
fn acts(run: &Run) -> usize {
    run.events().iter().filter(|event| !matches!(event.action, Action::Sample(_))).count()
}

/// The patient gone ahead, some steps at a time.
///
/// ```
/// use isoshunt::sim::{params::Params, play::run::Run};
/// use isoshunt::study::{Study, forecast::Forecast};
/// let mut forecast = Forecast::new(&Run::new(&Params::default(), 1));
/// forecast.advance(u32::MAX);
/// let outlook = forecast.outlook();
/// assert!((outlook.last.po2_art_mmhg - outlook.now.po2_art_mmhg).abs() < 0.5 && !outlook.still_moves());
/// ```
#[derive(Debug, Clone)]
pub struct Forecast {
    /// Parameters in force, and things done, at its beginning: it is made anew only after something was done.
    params: Params,
    acts: usize,
    live: Live,
    /// Steps at its beginning.
    from: u64,
    /// Units without gas at its beginning.
    collapsed: usize,
    /// Every step at first, then every so many; the beginning first.
    course: Vec<Moment>,
    /// What a step is taken to cost.
    step_cost: u32,
}

impl Forecast {
    /// A beginning: the patient as the run has him now.
    #[must_use]
    pub fn new(run: &Run) -> Self {
        let live = run.live().clone();
        let step_cost = cost_of_step(&live);
        let mut forecast = Forecast {
            params: live.params().clone(),
            acts: acts(run),
            from: live.steps(),
            collapsed: collapsed_units(&live),
            course: Vec::new(),
            step_cost,
            live,
        };
        forecast.remember();
        forecast
    }

    /// Patient time at its beginning, seconds.
    #[must_use]
    pub fn from_s(&self) -> f64 {
        self.from as f64 * STEP_S
    }

    /// How far it has looked, seconds.
    #[must_use]
    pub fn looked_s(&self) -> f64 {
        (self.live.steps() - self.from) as f64 * STEP_S
    }

    /// Where PaO2 goes, as far as it has been looked.
    #[must_use]
    pub fn outlook(&self) -> Outlook {
        let now = self.course[0];
        let last = self.course[self.course.len() - 1];
        // The farthest point from both ends.
        let away = |moment: &&Moment| {
            let [from, to] = [now, last].map(|end| moment.po2_art_mmhg - end.po2_art_mmhg);
            if from * to > 0.0 { from.abs().min(to.abs()) } else { 0.0 }
        };
        let extreme = self.course.iter().max_by(|a, b| away(a).total_cmp(&away(b)));
        let before = self.course.iter().rev().find(|moment| moment.after_s <= last.after_s - LAST_S).unwrap_or(&now);
        Outlook {
            now,
            last,
            extreme: extreme.filter(|moment| away(moment) > TURN_MMHG).copied(),
            drift_mmhg: last.po2_art_mmhg - before.po2_art_mmhg,
        }
    }

    fn remember(&mut self) {
        self.course.push(Moment {
            after_s: self.looked_s(),
            po2_art_mmhg: bedside_po2_mmhg(&self.live),
            collapsed_units: collapsed_units(&self.live).saturating_sub(self.collapsed),
        });
    }
}

impl Study for Forecast {
    type Of = Run;

    fn is_of(&self, run: &Run) -> bool {
        // What moves by itself since then it has moved too.
        self.acts == acts(run) && self.params.equals_but(run.live().params(), &DRIFTING)
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while !self.is_whole() {
            let closely = self.live.steps() - self.from < CLOSELY_STEPS;
            self.live.leap(if closely { 1 } else { LEAP });
            spent = spent.saturating_add(self.step_cost);
            if closely || (self.live.steps() - self.from).is_multiple_of(EVERY_STEPS) {
                self.remember();
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.looked_s() >= AHEAD_S
    }
}

/// Arterial PO2 as the bedside has it, mmHg: where two bloods meet in the aorta it is read off the whole patient.
fn bedside_po2_mmhg(live: &Live) -> f64 {
    if live.params().bypasses_heart() {
        live.snapshot().bedside_arterial().po2_mmhg
    } else {
        live.arterial().gas.po2_mmhg
    }
}

fn collapsed_units(live: &Live) -> usize {
    live.lung_history().collapsed.iter().filter(|collapsed| **collapsed).count()
}
