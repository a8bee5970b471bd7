//! Page Compare without a toolkit: two to four patients who get the same gas, a covered pair of whom one has a shunt, the
//! twins of the first, and the lungs that fit a blood gas.
//!
//! A covered pair is the same for the view whoever of the two has the shunt: what is hidden is behind [`Compare::is_covered`]
//! and nothing but what a bedside can read leaves the page until a person has said who it is.

mod fitting;
mod sweep;
mod time;
mod twins;

use crate::app::command::Command;
use crate::app::desk::Desk;
use crate::app::refusals::Refusals;
use crate::app::run_view::{Steadiness, setting_label};
use crate::app::slider_preview::SliderPreviews;
use crate::figure::side_by_side::{self, Given};
use crate::figure::trends::clock;
use crate::figure::{Figure, Plot, fit_lungs};
use crate::numerics::float;
use crate::scenario::{self, Scenario};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::comparison::{Pair, what_parts};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::twin::By;
use crate::study::{Budget, Study};
use crate::text::display_units::DisplayUnits;
use crate::text::spaced;
use crate::text::words;
use crate::units::percent_from_frac;
use std::cmp::Ordering;

use sweep::Sweep;

pub use fitting::{Field, Fitted, Typed};
pub use time::TimeAsk;
pub use twins::{Entry, Stand, Twins};

/// The pair of the first visit: the one with the shunt, and the one with the same blood gas on air without.
pub const PAIR: [&str; 2] = ["pure-shunt-30", "pure-vq-mismatch"];
/// What all patients of the page breathe alike while they are controlled together.
const LINKED: [ParamId; 2] = [ParamId::Fio2, ParamId::Peep];
/// Steps that undo can take back.
const UNDO_DEPTH: usize = 150;

/// Most patients who are compared.
pub const MOST: usize = Letter::ALL.len();

/// Which of the patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// The first.
    A,
    /// The second.
    B,
    /// The third.
    C,
    /// The fourth.
    D,
}

impl Letter {
    /// All there can be.
    pub const ALL: [Letter; 4] = [Letter::A, Letter::B, Letter::C, Letter::D];
    /// Those of a pair.
    pub const PAIR: [Letter; 2] = [Letter::A, Letter::B];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Letter::A => "A",
            Letter::B => "B",
            Letter::C => "C",
            Letter::D => "D",
        }
    }

    /// The other one of a pair; A for whoever comes after the first.
    #[must_use]
    pub fn other(self) -> Letter {
        match self {
            Letter::A => Letter::B,
            Letter::B | Letter::C | Letter::D => Letter::A,
        }
    }
}

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// All patients, number by number.
    #[default]
    SideBySide,
    /// All patients in two plots of choice.
    OverEachOther,
    /// Which lungs fit one or two blood gases.
    WhichFit,
}

impl Show {
    /// Every choice, in the order of the switch.
    pub const ALL: [Show; 3] = [Show::SideBySide, Show::OverEachOther, Show::WhichFit];

    /// Name on the switch.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Show::SideBySide => words::compare::side_by_side(),
            Show::OverEachOther => words::compare::over_each_other(),
            Show::WhichFit => words::compare::which_fit(),
        }
    }
}

/// What is asked of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Something else is to be shown.
    Show(Show),
    /// Another plot in one of the two places where all lie over each other.
    Plot(usize, Plot),
    /// A parameter of the patients who are controlled.
    Set(ParamId, f64),
    /// A drag begins or ends.
    Gesture {
        /// Whether it begins.
        begins: bool,
    },
    /// Something of the clock of all.
    Time(TimeAsk),
    /// Only this patient is controlled; none for all alike.
    Control(Option<Letter>),
    /// Another patient.
    Patient(Letter, Box<Scenario>),
    /// One more patient, up to the fourth.
    Add(Box<Scenario>),
    /// A twin of A as one more patient.
    AddTwin(By),
    /// A patient leaves, as long as two remain; those after him take the letters before theirs.
    Remove(Letter),
    /// This one is looked at closely.
    Focus(Letter),
    /// The covered pair anew, its order by lot from this seed.
    Cover(u64),
    /// Who is who is to be seen without anything being said.
    Uncover,
    /// This one has the shunt.
    Say(Letter),
    /// A changes places with the one who is set against him.
    Swap,
    /// The twin of A takes the place of the one who is set against him.
    Twin(By),
    /// The rest of the list of twins opens or closes.
    Unfold(bool),
    /// The last action is taken back.
    Undo,
    /// And done again.
    Redo,
    /// All as they were loaded.
    Reset,
    /// What is typed of the gases for which lungs are sought.
    Typed(Box<Typed>),
    /// The present gas of a patient is taken over there.
    TakeGas {
        /// Whose.
        of: Letter,
        /// As the first gas or the second, from 0.
        place: usize,
        /// The reader's units.
        units: DisplayUnits,
    },
    /// A patient as he is goes to the page that explores one.
    Explore(Letter),
}

/// What was said of a covered pair, and what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Who was said to have the shunt.
    pub said: Letter,
    /// Who has it.
    pub shunt: Letter,
    /// Who they are, A first.
    titles: [String; 2],
    /// Both then; none without a steady state.
    then: Option<Box<[Snapshot; 2]>>,
}

impl Verdict {
    /// Whether it was right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.said == self.shunt
    }

    /// Who it was and why.
    #[must_use]
    pub fn words(&self, units: DisplayUnits) -> String {
        let (shunt, even) = (self.shunt, self.shunt.other());
        let title = |of: Letter| &self.titles[of as usize];
        let mut told = vec![words::compare::verdict(
            if self.is_right() { words::compare::verdict_yes() } else { words::compare::verdict_no() },
            shunt.name(),
            title(shunt),
            even.name(),
            title(even),
        )];
        let Some(then) = &self.then else { return told.remove(0) };
        let of = |of: Letter| &then[of as usize];
        let fio2 = |of_whom: Letter| of(of_whom).params.get(ParamId::Fio2);
        let Some(po2) = Quantity::from_key("po2_art_mmhg").map(|quantity| Pair::new(quantity, of(shunt), of(even)))
        else {
            return told.remove(0);
        };
        let value = |value: Option<f64>| value.map_or_else(String::new, |value| units.text(value, "mmHg", 0));
        let [one, other] = [value(po2.one), value(po2.other)];
        told.push(if po2.is_same() {
            words::compare::verdict_same(one)
        } else {
            let [one_fio2, other_fio2] = [fio2(shunt), fio2(even)];
            let (one_is, other_is) = (shunt.name(), even.name());
            if (one_fio2 - other_fio2).abs() < 1e-9 {
                words::compare::verdict_po2(one_fio2, one, one_is, other, other_is)
            } else {
                words::compare::verdict_po2_apart(one, one_fio2, one_is, other, other_fio2, other_is)
            }
        });
        let venous = percent_from_frac(of(shunt).state.venous.gas.saturation_frac);
        let worst = |of_whom: Letter| {
            let perfused = of(of_whom).units.iter().filter(|unit| unit.perfusion_l_per_min > 0.0);
            perfused.map(|unit| unit.capillary.saturation_frac).fold(1.0, f64::min)
        };
        told.push(words::compare::verdict_shunt(shunt.name(), percent_from_frac(of(shunt).truth.shunt_frac), venous));
        told.push(words::compare::verdict_even(even.name(), percent_from_frac(worst(even))));
        told.join(" ")
    }
}

/// The page.
#[derive(Debug, Clone)]
pub struct Compare {
    /// Of A, of B and of those after them: they are too large for a place on the stack.
    desks: Vec<Desk>,
    /// Who is looked at closely.
    focused: Letter,
    /// Who is set against A: the last one after A who was looked at closely.
    against: Letter,
    show: Show,
    plots: [Plot; 2],
    /// What was here before a pair was covered, until something is done with it.
    before: Option<Box<Compare>>,
    /// Who has the shunt, as long as it is covered who.
    covered: Option<Letter>,
    verdict: Option<Verdict>,
    alone: Option<Letter>,
    /// What a pair was given while it was covered, by rising FiO2.
    given: [Vec<Given>; 2],
    twins: Twins,
    fitted: Fitted,
    /// Beliefs that the oxygen given so far speaks to.
    sweep: Sweep,
    /// What one step of the page is.
    undo: Vec<Step>,
    redo: Vec<Step>,
    refusals: Refusals,
    notice: Option<String>,
    /// Whether the notice says that something was done, and not that it was refused.
    notice_is_good: bool,
    explored: Option<Scenario>,
    /// PaO2 of each over patient time, s and mmHg, since time began for all.
    traces: Vec<Vec<[f64; 2]>>,
    /// What was set since, each with its time, s.
    done: Vec<(f64, Done)>,
}

/// A step of the page, as it has to be taken back.
#[derive(Debug, Clone)]
enum Step {
    /// Steps of each patient.
    Of([usize; MOST]),
    /// A has changed places with this one.
    Swapped(Letter),
    /// This one has come.
    Came(Letter),
    /// This one has left.
    Left(Letter, Box<Desk>),
}

/// Something that was set in time: what, to which value, for whom alone.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Done {
    id: ParamId,
    value: f64,
    alone: Option<Letter>,
}

impl Done {
    fn words(&self) -> String {
        let said = setting_label(self.id.bounds(), self.value);
        self.alone.map_or_else(|| said.clone(), |of| words::compare::done_for(&said, of.name()))
    }
}

impl Compare {
    /// Two patients, who gets which letter as they come.
    #[must_use]
    pub fn of(patients: [Scenario; 2]) -> Self {
        let mut page = Compare {
            // What is played with one of them alone would part them.
            desks: patients.into_iter().map(|patient| Desk::new(patient.as_set(patient.params.clone()))).collect(),
            focused: Letter::B,
            against: Letter::B,
            show: Show::default(),
            plots: [Plot::IsoShunt, Plot::VqDistribution],
            before: None,
            covered: None,
            verdict: None,
            alone: None,
            given: [Vec::new(), Vec::new()],
            twins: Twins::default(),
            fitted: Fitted::default(),
            sweep: Sweep::default(),
            undo: Vec::new(),
            redo: Vec::new(),
            refusals: Refusals::default(),
            notice: None,
            notice_is_good: false,
            explored: None,
            traces: vec![Vec::new(); 2],
            done: Vec::new(),
        };
        page.level_all();
        page.note_sweep();
        page
    }

    /// Two patients each on the gas and PEEP of his own: where these part them, A is controlled alone.
    #[must_use]
    pub fn as_they_are(patients: [Scenario; 2]) -> Self {
        let own = patients[1].clone();
        let parts = LINKED.iter().any(|id| patients[0].params.get(*id).to_bits() != own.params.get(*id).to_bits());
        let mut page = Compare::of(patients);
        if parts {
            page.alone = Some(Letter::A);
            page.desks[Letter::B as usize] = Desk::new(own.as_set(own.params.clone()));
            page.sweep.forget(Letter::B);
            page.note_sweep();
        }
        page
    }

    /// A covered pair: `shunt` is the letter of the first, the one with the shunt.
    #[must_use]
    pub fn covered([with_shunt, without]: [Scenario; 2], shunt: Letter) -> Self {
        let patients = if shunt == Letter::A { [with_shunt, without] } else { [without, with_shunt] };
        let mut page = Compare { covered: Some(shunt), ..Compare::of(patients) };
        page.remember_given();
        page
    }

    /// The first visit: the built-in pair, covered, its order by lot from a seed.
    #[must_use]
    pub fn first_visit(seed: u64) -> Self {
        let builtin = |id: &str| scenario::find(id).ok().unwrap_or(&scenario::builtin()[0]).clone();
        Compare::covered(PAIR.map(builtin), lot(seed))
    }

    /// What is shown.
    #[must_use]
    pub fn show(&self) -> Show {
        self.show
    }

    /// Whether it is covered who is who.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.covered.is_some()
    }

    /// What was said of the last covered pair.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// The only patient who is controlled; none where both are.
    #[must_use]
    pub fn alone(&self) -> Option<Letter> {
        self.alone
    }

    /// Something to be told: why the last thing that was asked for is refused.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.refusals.first().or(self.notice.as_deref())
    }

    /// Whether the notice says that something was done.
    #[must_use]
    pub fn notice_is_good(&self) -> bool {
        self.notice_is_good && self.refusals.first().is_none()
    }

    /// The host is asked for another thing.
    pub fn ask_host(&mut self) {
        self.refusals.ask();
    }

    /// Lets time pass in which the notice is in sight, s.
    pub fn in_sight(&mut self, elapsed_s: f64) {
        self.refusals.seen(elapsed_s);
    }

    /// Tells what came of something that was asked of the window.
    pub fn tell(&mut self, notice: String, is_good: bool) {
        if is_good {
            self.notice_is_good = true;
            self.notice = Some(notice);
        } else {
            self.refusals.push(notice);
        }
    }

    /// Every plot that is shown, for whoever takes one out of the window.
    #[must_use]
    pub fn figures(&self, units: DisplayUnits) -> Vec<Figure> {
        match self.show {
            Show::SideBySide => self.figure(units).into_iter().collect(),
            Show::OverEachOther => (0..self.plots.len()).filter_map(|place| self.overlaid(place)).collect(),
            Show::WhichFit => self.fitted.found().map(|(_, found)| fit_lungs::figure(found)).into_iter().collect(),
        }
    }

    /// Whether undo would do anything.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty() || self.before.is_some()
    }

    /// Whether redo would do anything.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Whether a patient differs from the one that was loaded.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.desks.iter().any(|desk| desk.session().is_changed())
    }

    /// Who it is: his name, or no more than the letter while that is covered.
    #[must_use]
    pub fn name(&self, of: Letter) -> &str {
        match (self.is_covered(), of) {
            (true, Letter::A) => words::compare::patient_a(),
            (true, Letter::B | Letter::C | Letter::D) => words::compare::patient_b(),
            (false, _) => &self.desk(of).session().scenario().title,
        }
    }

    /// The patient himself, where it is not covered who he is.
    #[must_use]
    pub fn scenario(&self, of: Letter) -> Option<&Scenario> {
        (!self.is_covered()).then(|| self.desk(of).session().scenario())
    }

    /// Who is there.
    #[must_use]
    pub fn letters(&self) -> &'static [Letter] {
        &Letter::ALL[..self.desks.len().min(MOST)]
    }

    /// Those set against A.
    pub fn others(&self) -> impl Iterator<Item = Letter> + use<> {
        self.letters().iter().copied().skip(1)
    }

    /// Whether they are a pair.
    #[must_use]
    pub fn is_pair(&self) -> bool {
        self.desks.len() == 2
    }

    /// Who is looked at closely.
    #[must_use]
    pub fn focused(&self) -> Letter {
        self.focused
    }

    /// Who is set against A where one is: the last one after A who was looked at closely.
    #[must_use]
    pub fn against(&self) -> Letter {
        self.against
    }

    /// Whether one more may come: nobody joins a covered pair.
    #[must_use]
    pub fn has_room(&self) -> bool {
        !self.is_covered() && self.desks.len() < MOST
    }

    fn names(&self) -> Vec<&str> {
        self.letters().iter().map(|of| self.name(*of)).collect()
    }

    fn desk(&self, of: Letter) -> &Desk {
        // Who is not there stands for the first.
        self.desks.get(of as usize).unwrap_or(&self.desks[0])
    }

    fn params(&self, of: Letter) -> &Params {
        &self.desk(of).session().now().params
    }

    /// The value of a parameter of a patient.
    #[must_use]
    pub fn value(&self, of: Letter, id: ParamId) -> f64 {
        self.params(of).get(id)
    }

    /// Who moves when a slider does, and whose value it shows.
    #[must_use]
    pub fn controlled(&self) -> Letter {
        self.alone.unwrap_or(Letter::A)
    }

    /// The numbers of A and of another of a quantity as the bedside has it ([`Quantity::at_bedside`]); none where it does not
    /// exist, and none of what is covered.
    #[must_use]
    pub fn pair(&self, quantity: &'static Quantity, other: Letter) -> Option<Pair> {
        if self.is_covered() && is_truth(quantity) {
            return None;
        }
        let read = |of: Letter| {
            let now = self.desk(of).session().now();
            let quantity = now.outcome.as_ref().map_or(quantity, |now| quantity.at_bedside(now));
            now.read(quantity).ok()
        };
        Some(Pair { quantity, one: read(Letter::A), other: read(other) })
    }

    /// Whether a number of a patient can be believed: an index that mixes new gas with older blood cannot.
    #[must_use]
    pub fn is_steady(&self, quantity: &Quantity, of: Letter) -> bool {
        self.snapshot(of).is_none_or(|now| quantity.is_steady(now))
    }

    /// Whether a patient in time is not where he goes.
    #[must_use]
    pub fn still_moves(&self) -> bool {
        self.letters().iter().any(|of| {
            let session = self.desk(*of).session();
            let run_view = session.in_time().zip(self.snapshot(*of));
            run_view.is_some_and(|(run_view, now)| run_view.steadiness(now) != Steadiness::Steady)
        })
    }

    /// Whether the numbers of A and of another of a quantity are one within the error of a sample; what is made of a sample
    /// is the same where that is.
    #[must_use]
    pub fn is_same(&self, pair: &Pair, other: Letter) -> bool {
        if [Letter::A, other].iter().any(|of| !self.is_steady(pair.quantity, *of)) {
            return false;
        }
        if pair.quantity.key != "pf_ratio_mmhg" || pair.difference().is_none() {
            return pair.is_same();
        }
        let [a, b] = [Letter::A, other].map(|of| self.value(of, ParamId::Fio2));
        let po2 = Quantity::from_key("po2_art_mmhg").and_then(|quantity| self.pair(quantity, other));
        (a - b).abs() < 1e-9 && po2.is_some_and(|po2| po2.is_same())
    }

    fn snapshot(&self, of: Letter) -> Option<&Snapshot> {
        self.desk(of).session().now().outcome.as_ref().ok()
    }

    /// Why a patient has no numbers.
    #[must_use]
    pub fn unsteady(&self, of: Letter) -> Option<String> {
        self.desk(of).session().now().outcome.as_ref().err().map(ToString::to_string)
    }

    /// The tracks of a patient's sliders, which show what no oxygen was given for yet: none while it is covered.
    #[must_use]
    pub fn previews(&self, of: Letter) -> Option<&SliderPreviews> {
        (!self.is_covered()).then(|| self.desk(of).previews())
    }

    /// The desk of a patient whose lung may be seen.
    #[must_use]
    pub fn seen(&self, of: Letter) -> Option<&Desk> {
        (!self.is_covered()).then(|| self.desk(of))
    }

    /// PaO2 over FiO2 of all; while it is covered who is who, only what was given.
    #[must_use]
    pub fn figure(&self, units: DisplayUnits) -> Option<Figure> {
        if self.is_covered() {
            return Some(side_by_side::given([&self.given[0], &self.given[1]], units));
        }
        if self.is_in_time() {
            let done: Vec<(f64, String)> = self.done.iter().map(|(time_s, done)| (*time_s, done.words())).collect();
            return Some(side_by_side::in_time(&self.traces, &self.names(), &done, units));
        }
        side_by_side::on_iso_shunt(&self.drawn(Plot::IsoShunt), &self.names())
    }

    /// A plot of each.
    fn drawn(&self, plot: Plot) -> Vec<Option<&Figure>> {
        let of = |desk: &'_ Desk| desk.charts().figures().iter().position(|figure| figure.id == plot.id());
        self.desks.iter().map(|desk| of(desk).map(|at| &desk.charts().figures()[at])).collect()
    }

    /// The plots of choice.
    #[must_use]
    pub fn plots(&self) -> [Plot; 2] {
        self.plots
    }

    /// A plot of choice with all patients in it; none while it is covered who is who.
    #[must_use]
    pub fn overlaid(&self, place: usize) -> Option<Figure> {
        let plot = *self.plots.get(place).filter(|_| !self.is_covered())?;
        side_by_side::overlaid(plot, &self.drawn(plot), &self.names())
    }

    /// What parts A from another, each in a sentence; nothing while it is covered.
    #[must_use]
    pub fn partings(&self, other: Letter, units: DisplayUnits) -> Vec<String> {
        let letters = ["A", other.name()];
        let (Some(one), Some(other)) = (self.snapshot(Letter::A), self.snapshot(other)) else { return Vec::new() };
        if self.is_covered() {
            return Vec::new();
        }
        what_parts(one, other).iter().map(|parting| parting.words(letters, units)).collect()
    }

    /// What students believe and the oxygen given so far has contradicted, each with the number that does; nothing while
    /// it is covered who is who.
    #[must_use]
    pub fn contradicted(&self, units: DisplayUnits) -> Vec<String> {
        if self.is_covered() { Vec::new() } else { self.sweep.told(units) }
    }

    /// Notes what the present oxygen tells, in the steady state.
    fn note_sweep(&mut self) {
        if self.is_in_time() {
            return;
        }
        for of in self.letters().iter().copied() {
            let session = self.desks[of as usize].session();
            if let Ok(now) = &session.now().outcome {
                self.sweep.note(of, &session.scenario().id, now);
            }
        }
    }

    /// The gases of all in a sentence: of a pair alike or how far apart.
    #[must_use]
    pub fn gases(&self, units: DisplayUnits) -> String {
        if !self.is_pair() {
            return self.gases_of_all(units);
        }
        let po2 = Quantity::from_key("po2_art_mmhg").and_then(|quantity| self.pair(quantity, Letter::B));
        let Some((pair, by)) = po2.and_then(|pair| Some((pair, pair.difference()?))) else {
            return words::compare::one_is_not_steady().to_owned();
        };
        let [a, b] = Letter::PAIR.map(|of| self.value(of, ParamId::Fio2));
        let alike = (a - b).abs() < 1e-9;
        if let Some(time_s) = self.time_s().filter(|_| self.still_moves()) {
            // What has not come about yet is no answer to this gas.
            let [one, other] = [pair.one, pair.other].map(|po2| po2.unwrap_or_default());
            let (time, one, other) = (clock(time_s), units.of("mmHg").number(one, 0), units.text(other, "mmHg", 0));
            return match alike {
                true => words::compare::still_moves(time, one, other, a),
                false => words::compare::still_moves_apart(time, one, other, a, b),
            };
        }
        let on = if alike { words::fit::on_fio2(a) } else { words::compare::on_two_fio2(a, b) };
        if pair.is_same() {
            return words::compare::po2_is_the_same(on);
        }
        let (higher, lower) = if by > 0.0 { ("B", "A") } else { ("A", "B") };
        // Of the numbers as they are printed, so that it can be checked by eye.
        let mmhg = units.of("mmHg");
        let scale = float::powi(10.0, mmhg.decimals(0) as i32);
        let printed = |value: Option<f64>| (mmhg.value(value.unwrap_or_default()) * scale).round() / scale;
        let apart = (printed(pair.other) - printed(pair.one)).abs();
        let apart = format!("{apart:.*}{}", mmhg.decimals(0), spaced(mmhg.unit));
        words::compare::po2_is_higher(on, apart, higher, lower)
    }

    fn gases_of_all(&self, units: DisplayUnits) -> String {
        let fio2 = |of: Letter| self.value(of, ParamId::Fio2);
        let alike = self.others().all(|of| (fio2(of) - fio2(Letter::A)).abs() < 1e-9);
        let told: Vec<String> = self
            .letters()
            .iter()
            .map(|of| {
                let po2 = self.snapshot(*of).map(|now| units.of("mmHg").number(now.bedside_arterial().po2_mmhg, 0));
                let po2 = po2.as_deref().unwrap_or(words::compare::none());
                if alike {
                    words::compare::po2_in(po2, of.name())
                } else {
                    words::compare::po2_in_on(po2, of.name(), fio2(*of))
                }
            })
            .collect();
        let told = words::compare::po2_of_all(units.of("mmHg").unit, told.join(", "));
        match self.time_s().filter(|_| self.still_moves()) {
            Some(time_s) => words::compare::still_moves_all(clock(time_s), told),
            None if alike => words::compare::on_fio2_all(fio2(Letter::A), told),
            None => told,
        }
    }

    /// The twins of A; none while it is covered.
    #[must_use]
    pub fn twins(&self) -> Option<&Twins> {
        (!self.is_covered()).then_some(&self.twins)
    }

    /// Which lungs fit.
    #[must_use]
    pub fn fitted(&self) -> &Fitted {
        &self.fitted
    }

    /// The patient to be explored, once: as he is now.
    pub fn take_explored(&mut self) -> Option<Scenario> {
        self.explored.take()
    }

    /// Does what was asked for.
    pub fn obey(&mut self, ask: Ask) {
        self.notice = None;
        self.refusals.act();
        let before = self.depths();
        match ask {
            // What lies over each other tells who is who.
            Ask::Show(Show::OverEachOther) if self.is_covered() => {}
            Ask::Show(show) => self.show = show,
            Ask::Plot(place, plot) => {
                if let Some(shown) = self.plots.get_mut(place).filter(|_| side_by_side::OVERLAID.contains(&plot)) {
                    *shown = plot;
                }
            }
            Ask::Set(id, value) => {
                self.each(&Command::Set(id, value));
                self.note_done(Done { id, value, alone: self.alone });
            }
            Ask::Gesture { begins } => {
                self.each(if begins { &Command::GestureStart } else { &Command::GestureEnd });
            }
            Ask::Time(ask) => self.keep_time(ask),
            Ask::Control(alone) => {
                self.alone = alone.filter(|of| self.letters().contains(of));
                if self.alone.is_none() {
                    self.level_all();
                }
            }
            Ask::Patient(of, patient) if !self.is_covered() && self.letters().contains(&of) => self.load(of, *patient),
            Ask::Add(patient) if self.has_room() => {
                self.add(&patient);
                return;
            }
            Ask::AddTwin(by) if self.has_room() => {
                if let Some(patient) = self.twins.patient(by, self.desk(Letter::A).session().scenario()) {
                    let of = self.add(&patient);
                    self.twins.show(by, of);
                }
                return;
            }
            Ask::Remove(of) if !self.is_covered() && !self.is_pair() && self.letters().contains(&of) => {
                let desk = self.take_out(of);
                self.did(Step::Left(of, Box::new(desk)));
                return;
            }
            Ask::Focus(of) => {
                if self.letters().contains(&of) {
                    self.focus(of);
                }
                return;
            }
            Ask::Cover(seed) => {
                self.stop_time();
                let show = if self.show == Show::WhichFit { self.show } else { Show::SideBySide };
                self.give_way_to(Compare { show, plots: self.plots, ..Compare::first_visit(seed) });
                return;
            }
            Ask::Uncover => self.covered = None,
            Ask::Say(letter) => self.say(letter),
            Ask::Typed(typed) => self.fitted.typed = *typed,
            Ask::TakeGas { of, place, units } => {
                if let Some(Ok(now)) = self.desks.get(of as usize).map(|desk| &desk.session().now().outcome) {
                    self.fitted.take(now, place, units);
                }
            }
            Ask::Explore(of) if !self.is_covered() => {
                let session = self.desk(of).session();
                self.explored = Some(session.scenario().as_set(session.now().params.clone()));
            }
            Ask::Swap if !self.is_covered() => {
                let with = self.against;
                self.swap(with);
                self.did(Step::Swapped(with));
                return;
            }
            Ask::Twin(by) => {
                if let Some(patient) = self.twins.patient(by, self.desk(Letter::A).session().scenario()) {
                    self.load(self.against, patient);
                    self.twins.show(by, self.against);
                }
            }
            Ask::Unfold(open) => self.twins.unfold(open),
            Ask::Undo => {
                if let Some(step) = self.undo.pop() {
                    let step = self.travel(step, &Command::Undo);
                    self.redo.push(step);
                } else if let Some(before) = self.before.take() {
                    let fitted = std::mem::take(&mut self.fitted);
                    *self = Compare { fitted, ..*before };
                }
                return;
            }
            Ask::Redo => {
                if let Some(step) = self.redo.pop() {
                    let step = self.travel(step, &Command::Redo);
                    self.undo.push(step);
                }
                return;
            }
            Ask::Reset => {
                self.stop_time();
                self.all(&Command::Reset);
                if self.alone.is_none() {
                    self.level_all();
                }
            }
            Ask::Patient(..) | Ask::Add(_) | Ask::AddTwin(_) | Ask::Remove(_) | Ask::Swap | Ask::Explore(_) => {}
        }
        let mut steps = self.depths();
        steps.iter_mut().zip(before).for_each(|(now, before)| *now = now.saturating_sub(before));
        if steps != [0; MOST] {
            self.did(Step::Of(steps));
        }
        self.remember_given();
        self.note_sweep();
    }

    /// A step was taken, which undo can take back.
    fn did(&mut self, step: Step) {
        if self.undo.len() == UNDO_DEPTH {
            self.undo.remove(0);
        }
        self.undo.push(step);
        self.redo.clear();
    }

    fn focus(&mut self, of: Letter) {
        self.focused = of;
        if of != Letter::A {
            self.against = of;
        }
    }

    /// One more patient, on the gas of the others where all are controlled alike; returns his letter.
    fn add(&mut self, patient: &Scenario) -> Letter {
        let of = Letter::ALL[self.desks.len().min(MOST - 1)];
        self.put_in(of, Desk::new(patient.as_set(patient.params.clone())));
        if self.alone.is_none() {
            self.level(of);
        }
        self.note_sweep();
        self.did(Step::Came(of));
        of
    }

    /// A desk comes to the place of a letter; those from there on take the letters after theirs.
    fn put_in(&mut self, of: Letter, desk: Desk) {
        self.verdict = None;
        self.stop_time();
        let after = |own: Letter| if own >= of { Letter::ALL.get(own as usize + 1).copied() } else { Some(own) };
        self.sweep.rename(after);
        self.twins.rename(after);
        self.alone = self.alone.and_then(after);
        self.desks.insert(of as usize, desk);
        self.traces = vec![Vec::new(); self.desks.len()];
        self.focus(of);
        if of == Letter::A {
            self.twins.hide_all();
        }
    }

    /// The desk of a letter leaves; those after it take the letters before theirs.
    fn take_out(&mut self, of: Letter) -> Desk {
        self.verdict = None;
        self.stop_time();
        let before = |own: Letter| match own.cmp(&of) {
            Ordering::Less => Some(own),
            Ordering::Equal => None,
            Ordering::Greater => Some(Letter::ALL[own as usize - 1]),
        };
        self.sweep.rename(before);
        self.twins.rename(before);
        self.alone = self.alone.and_then(before);
        let desk = self.desks.remove(of as usize);
        self.traces = vec![Vec::new(); self.desks.len()];
        self.against = before(self.against).filter(|against| *against != Letter::A).unwrap_or(Letter::B);
        self.focused = before(self.focused).unwrap_or(self.against);
        if of == Letter::A {
            self.twins.hide_all();
        }
        desk
    }

    /// Two patients come in place of those who are here; undo brings these back.
    pub fn put(&mut self, patients: [Scenario; 2]) {
        self.pause();
        self.give_way_to(Compare { plots: self.plots, ..Compare::of(patients) });
    }

    /// As [`Compare::put`], each on the gas and PEEP of his own.
    pub fn put_as_they_are(&mut self, patients: [Scenario; 2]) {
        self.pause();
        self.give_way_to(Compare { plots: self.plots, ..Compare::as_they_are(patients) });
    }

    /// Another pair comes; what was typed stays. A pair that was covered tells nothing that could be gone back to.
    fn give_way_to(&mut self, fresh: Compare) {
        let fitted = std::mem::take(&mut self.fitted);
        let before = std::mem::replace(self, Compare { fitted, ..fresh });
        self.before = (!before.is_covered()).then(|| Box::new(Compare { before: None, ..before }));
    }

    fn depths(&self) -> [usize; MOST] {
        Letter::ALL.map(|of| self.desks.get(of as usize).map_or(0, |desk| desk.session().undo_depth()))
    }

    /// Takes a step of the page back, or takes it again; returns what would take it the other way.
    fn travel(&mut self, step: Step, command: &Command) -> Step {
        let back = match step {
            Step::Of(steps) => {
                for of in self.letters().iter().copied() {
                    for _ in 0..steps[of as usize] {
                        self.apply(of, command);
                    }
                }
                Step::Of(steps)
            }
            Step::Swapped(with) => {
                self.swap(with);
                Step::Swapped(with)
            }
            Step::Came(of) => {
                let desk = self.take_out(of);
                Step::Left(of, Box::new(desk))
            }
            Step::Left(of, desk) => {
                self.put_in(of, *desk);
                Step::Came(of)
            }
        };
        self.remember_given();
        self.note_sweep();
        back
    }

    /// A command for everyone.
    fn all(&mut self, command: &Command) {
        for of in self.letters().iter().copied() {
            self.apply(of, command);
        }
    }

    /// A command for everyone who is controlled.
    fn each(&mut self, command: &Command) {
        for of in self.letters().iter().copied() {
            if self.alone.is_none_or(|alone| alone == of) {
                self.apply(of, command);
            }
        }
    }

    fn apply(&mut self, of: Letter, command: &Command) {
        if let Err(reason) = self.desks[of as usize].session_mut().apply(command.clone()) {
            self.notice = Some(format!("{}: {reason}", of.name()));
            self.notice_is_good = false;
        }
    }

    /// Gives everybody what A breathes.
    fn level_all(&mut self) {
        for of in self.others() {
            self.level(of);
        }
    }

    /// Gives a patient what the others breathe.
    fn level(&mut self, of: Letter) {
        for id in LINKED {
            let value = self.value(of.other(), id);
            self.apply(of, &Command::Set(id, value));
        }
    }

    fn load(&mut self, of: Letter, patient: Scenario) {
        self.verdict = None;
        self.stop_time();
        self.sweep.forget(of);
        self.desks[of as usize].session_mut().load(patient.as_set(patient.params.clone()));
        if self.alone.is_none() {
            self.level(of);
        }
        if of == Letter::A {
            self.twins.hide_all();
        } else {
            self.twins.hide(of);
        }
    }

    /// A and another change places.
    fn swap(&mut self, with: Letter) {
        let swapped = |own: Letter| match own {
            Letter::A => Some(with),
            _ if own == with => Some(Letter::A),
            _ => Some(own),
        };
        self.desks.swap(0, with as usize);
        self.traces.swap(0, with as usize);
        self.sweep.rename(swapped);
        self.alone = self.alone.and_then(swapped);
        for (_, done) in &mut self.done {
            done.alone = done.alone.and_then(swapped);
        }
        self.verdict = None;
        self.twins.hide_all();
    }

    /// Somebody says who has the shunt, and it is uncovered.
    fn say(&mut self, said: Letter) {
        let Some(shunt) = self.covered.take() else { return };
        let titles = Letter::PAIR.map(|of| self.desk(of).session().scenario().title.clone());
        let then = self.snapshot(Letter::A).zip(self.snapshot(Letter::B));
        let then = then.map(|(one, other)| Box::new([one.clone(), other.clone()]));
        self.verdict = Some(Verdict { said, shunt, titles, then });
    }

    /// Keeps what was given while it is covered.
    fn remember_given(&mut self) {
        if !self.is_covered() {
            return;
        }
        for of in Letter::PAIR {
            let Some(now) = self.snapshot(of) else { continue };
            let fio2_frac = now.params.get(ParamId::Fio2);
            // As it is printed: a hundredth of a unit would put the one letter above the other.
            let at = Given { fio2_frac, po2_art_mmhg: now.bedside_arterial().po2_mmhg.round() };
            let given = &mut self.given[of as usize];
            let place = given.partition_point(|other| other.fio2_frac < fio2_frac - 1e-9);
            match given.get_mut(place).filter(|other| (other.fio2_frac - fio2_frac).abs() < 1e-9) {
                Some(same) => *same = at,
                None => given.insert(place, at),
            }
        }
    }

    /// Computes what is shown of all.
    pub fn look(&mut self, units: DisplayUnits, budget: &mut Budget) {
        self.fitted.turn_to(units);
        if self.is_covered() {
            return;
        }
        let wanted = match self.show {
            Show::OverEachOther => self.plots.map(Plot::id).to_vec(),
            Show::SideBySide | Show::WhichFit => vec![Plot::IsoShunt.id()],
        };
        for desk in &mut self.desks {
            desk.want(wanted.iter().copied());
            desk.look_now(units, budget);
        }
        self.twins.turn_to(self.desks[0].session());
    }

    /// What grows here over frames, with the names of those who spend.
    pub fn studies(&mut self) -> Vec<(&'static str, &mut dyn Study)> {
        let mut out: Vec<(&'static str, &mut dyn Study)> = Vec::new();
        if self.covered.is_none() {
            out.extend(self.desks.iter_mut().flat_map(|desk| desk.studies(&LINKED)));
            out.push((Twins::OWNER, &mut self.twins));
        }
        out.push((Fitted::OWNER, &mut self.fitted));
        out
    }

    /// Whether another frame would show more.
    #[must_use]
    pub fn pending(&self) -> bool {
        let seen = self.covered.is_none();
        let of_desks = self.desks.iter().any(|desk| desk.plots_pending() || desk.previews().pending(&LINKED));
        (seen && (of_desks || self.twins.pending())) || !self.fitted.is_whole()
    }
}

/// Whether no bedside could read it: it is covered with the patients.
fn is_truth(quantity: &Quantity) -> bool {
    matches!(quantity.key, "shunt_true_frac" | "venous_admixture_frac")
}

/// Who of a pair comes first, by a seed: a mixer whose bits are even (Steele GL et al., OOPSLA 2014, SplitMix64).
fn lot(seed: u64) -> Letter {
    let mut bits = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    if (bits ^ (bits >> 31)) & 1 == 0 { Letter::A } else { Letter::B }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::fit::Fit;

    const UNITS: fn() -> DisplayUnits = DisplayUnits::default;

    fn builtin(id: &str) -> Scenario {
        scenario::find(id).expect("built in").clone()
    }

    fn settle(page: &mut Compare) {
        let mut frames = 0;
        page.look(UNITS(), &mut Budget::unlimited());
        while page.pending() {
            let mut budget = Budget::new(36_000);
            budget.share(u32::MAX, &mut page.studies());
            page.look(UNITS(), &mut budget);
            frames += 1;
            assert!(frames < 1_000, "it never ends");
        }
    }

    fn po2(page: &Compare) -> [f64; 2] {
        let pair = page.pair(Quantity::from_key("po2_art_mmhg").expect("a key"), Letter::B).expect("not covered");
        [pair.one.expect("a number"), pair.other.expect("a number")]
    }

    /// Where two bloods meet in the aorta PaO2 is what a radial line draws: their mean is in no vessel.
    #[test]
    fn inv_a_bypass_is_compared_by_the_right_arm() {
        let page = Compare::of(["va-ecmo", "vv-ecmo"].map(|id| scenario::find(id).expect("built in").clone()));
        let quantity = Quantity::from_key("po2_art_mmhg").expect("a key");
        let pair = page.pair(quantity, Letter::B).expect("not covered");
        let now = page.snapshot(Letter::A).expect("a steady state");
        assert_eq!(pair.one, Some(now.bedside_arterial().po2_mmhg));
        assert!(quantity.read(now).expect("a number") > now.bedside_arterial().po2_mmhg + 100.0);
        let saturation =
            Quantity::from_key("so2_art_frac").and_then(|of| page.pair(of, Letter::B)).and_then(|of| of.one);
        assert_eq!(saturation, Some(now.bedside_arterial().saturation_frac));
    }

    #[test]
    fn inv_a_covered_pair_shows_what_a_bedside_reads_and_nothing_else() {
        let mut page = Compare::first_visit(1);
        settle(&mut page);
        assert!(page.is_covered() && page.scenario(Letter::A).is_none() && page.twins().is_none());
        assert_eq!([Letter::A, Letter::B].map(|of| page.name(of)), ["Patient A", "Patient B"]);
        assert!(Letter::PAIR.iter().all(|of| page.previews(*of).is_none() && page.seen(*of).is_none()));
        assert!(page.partings(Letter::B, UNITS()).is_empty());
        for key in ["shunt_true_frac", "venous_admixture_frac"] {
            assert!(page.pair(Quantity::from_key(key).expect("a key"), Letter::B).is_none(), "{key}");
        }
        let [a, b] = po2(&page);
        assert!((a - b).abs() < 1.0, "the same gas on air: {a} and {b}");
        assert!(page.gases(UNITS()).contains("the same in both"));
        // No other patient, twin or order can be asked for.
        page.obey(Ask::Swap);
        page.obey(Ask::Twin(By::Spread));
        page.obey(Ask::Patient(Letter::A, Box::new(builtin("copd"))));
        assert_eq!(po2(&page), [a, b]);
        assert!(page.is_covered() && !page.can_undo());
    }

    #[test]
    fn inv_the_lot_falls_both_ways_and_the_same_seed_the_same() {
        let drawn: Vec<Letter> = (0..40).map(lot).collect();
        for letter in Letter::PAIR {
            let count = drawn.iter().filter(|drawn| **drawn == letter).count();
            assert!((12..=28).contains(&count), "{letter:?}: {count} of 40");
        }
        assert_eq!(drawn, (0..40).map(lot).collect::<Vec<_>>());
    }

    #[test]
    fn inv_oxygen_parts_them_and_saying_uncovers() {
        for shunt in Letter::PAIR {
            let mut page = Compare::covered(PAIR.map(builtin), shunt);
            page.obey(Ask::Set(ParamId::Fio2, 0.6));
            let both = po2(&page);
            assert!(both[shunt.other() as usize] > both[shunt as usize] + 100.0, "{both:?}");
            let figure = page.figure(UNITS()).expect("a diagram");
            assert!(figure.id == side_by_side::GIVEN_ID && figure.marks.len() == 4, "air and 0.60 of both");
            page.obey(Ask::Say(shunt));
            let verdict = page.verdict().expect("said");
            assert!(verdict.is_right() && !page.is_covered());
            let words = verdict.words(UNITS());
            assert!(words.starts_with(&format!("Yes: {} has the shunt (Pure shunt of 30 %)", shunt.name())), "{words}");
            assert!(words.contains("30 of 100 parts of blood meet no gas"), "{words}");
            assert!(words.contains("On FiO₂ 0.60 PaO₂ is 7"), "{words}");
            assert_eq!(page.name(shunt), "Pure shunt of 30 %");
            assert!(page.pair(Quantity::from_key("shunt_true_frac").expect("a key"), Letter::B).is_some());
            // It is said once.
            page.obey(Ask::Say(shunt.other()));
            assert!(page.verdict().expect("said").is_right());
        }
        let mut page = Compare::covered(PAIR.map(builtin), Letter::B);
        page.obey(Ask::Say(Letter::A));
        let words = page.verdict().expect("said").words(UNITS());
        assert!(
            words.starts_with("No: B has the shunt") && words.contains("Nothing had told them apart yet"),
            "{words}"
        );
    }

    #[test]
    fn inv_both_get_the_same_gas_but_for_one_who_is_controlled_alone() {
        let mut page = Compare::of([builtin("ards-moderate"), builtin("copd")]);
        let same = |page: &Compare| LINKED.map(|id| page.value(Letter::A, id) - page.value(Letter::B, id)) == [0.0; 2];
        assert!(same(&page));
        page.obey(Ask::Control(Some(Letter::B)));
        page.obey(Ask::Set(ParamId::Fio2, 0.9));
        assert!(!same(&page) && page.controlled() == Letter::B);
        page.obey(Ask::Control(None));
        assert!(same(&page));
        page.obey(Ask::Undo);
        assert!((page.value(Letter::B, ParamId::Fio2) - 0.9).abs() < 1e-9);
        page.obey(Ask::Patient(Letter::B, Box::new(builtin("pure-vq-mismatch"))));
        assert!(same(&page) && page.name(Letter::B) == "Pure V/Q mismatch");
        page.obey(Ask::Swap);
        assert_eq!(page.name(Letter::A), "Pure V/Q mismatch");
    }

    #[test]
    fn inv_up_to_four_come_and_go_and_undo_brings_each_step_back() {
        let mut page = Compare::of(["lobar-pneumonia", "copd"].map(builtin));
        page.obey(Ask::Set(ParamId::Fio2, 0.4));
        settle(&mut page);
        page.obey(Ask::Add(Box::new(builtin("ards-moderate"))));
        page.obey(Ask::AddTwin(By::Spread));
        assert_eq!(page.letters(), Letter::ALL);
        assert!(!page.has_room() && page.focused() == Letter::D && page.against() == Letter::D);
        let names = |page: &Compare| page.letters().iter().map(|of| page.name(*of).to_owned()).collect::<Vec<_>>();
        let [pneumonia, copd, ards] = ["lobar-pneumonia", "copd", "ards-moderate"].map(|id| builtin(id).title);
        let twin = "Twin by V/Q spread".to_owned();
        assert_eq!(names(&page), [pneumonia.clone(), copd.clone(), ards.clone(), twin.clone()]);
        // A fifth does not come; all breathe alike, whoever came last.
        page.obey(Ask::Add(Box::new(builtin("copd"))));
        assert_eq!(page.letters().len(), 4);
        assert!(page.letters().iter().all(|of| (page.value(*of, ParamId::Fio2) - 0.4).abs() < 1e-9));
        let po2 = Quantity::from_key("po2_art_mmhg").expect("a key");
        let apart = |page: &Compare, of: Letter| page.pair(po2, of).expect("seen").difference().expect("both");
        assert!(apart(&page, Letter::D).abs() < 0.1 && apart(&page, Letter::C).abs() > 5.0);
        let told = page.gases(UNITS());
        assert!(["in A", "in B", "in C", "in D", "On FiO₂ 0.40"].iter().all(|part| told.contains(part)), "{told}");
        // A changes places with who is looked at.
        page.obey(Ask::Focus(Letter::C));
        page.obey(Ask::Swap);
        assert_eq!(names(&page), [ards.clone(), copd.clone(), pneumonia.clone(), twin.clone()]);
        // One alone, who keeps his letter's place when another leaves.
        page.obey(Ask::Control(Some(Letter::D)));
        page.obey(Ask::Set(ParamId::Fio2, 0.7));
        page.obey(Ask::Remove(Letter::B));
        assert_eq!(names(&page), [ards.clone(), pneumonia.clone(), twin.clone()]);
        assert_eq!((page.alone(), page.value(Letter::C, ParamId::Fio2)), (Some(Letter::C), 0.7));
        page.obey(Ask::Undo);
        assert_eq!(names(&page), [ards.clone(), copd.clone(), pneumonia.clone(), twin.clone()]);
        page.obey(Ask::Undo);
        assert!((page.value(Letter::D, ParamId::Fio2) - 0.4).abs() < 1e-9);
        page.obey(Ask::Undo);
        assert_eq!(names(&page)[0], pneumonia, "the change of places");
        page.obey(Ask::Undo);
        page.obey(Ask::Undo);
        assert_eq!(names(&page), [pneumonia.clone(), copd.clone()]);
        page.obey(Ask::Undo);
        assert!(page.value(Letter::A, ParamId::Fio2) < 0.3 && !page.can_undo());
        (0..6).for_each(|_| page.obey(Ask::Redo));
        assert_eq!(names(&page), [ards, pneumonia, twin]);
        assert!(!page.can_redo() && (page.value(Letter::C, ParamId::Fio2) - 0.7).abs() < 1e-9);
        // Two always remain, and nobody joins or leaves a covered pair.
        page.obey(Ask::Remove(Letter::C));
        page.obey(Ask::Remove(Letter::B));
        assert!(page.is_pair());
        page.obey(Ask::Cover(1));
        page.obey(Ask::Add(Box::new(builtin("copd"))));
        assert!(page.is_pair() && page.is_covered());
    }

    #[test]
    fn inv_all_four_stand_in_every_plot_each_with_a_line_of_its_own() {
        let mut page = Compare::of(PAIR.map(builtin));
        for id in ["ards-moderate", "copd"] {
            page.obey(Ask::Add(Box::new(builtin(id))));
        }
        settle(&mut page);
        let figure = page.figure(UNITS()).expect("a diagram");
        assert_eq!(figure.title, "Iso-shunt, four patients");
        let of_each: Vec<_> =
            figure.series.iter().filter(|series| side_by_side::ROLES.contains(&series.role)).collect();
        assert_eq!(of_each.len(), 4);
        for (i, series) in of_each.iter().enumerate() {
            assert!(of_each[..i].iter().all(|other| other.stroke != series.stroke && other.role != series.role));
        }
        page.obey(Ask::Show(Show::OverEachOther));
        for plot in side_by_side::OVERLAID {
            page.obey(Ask::Plot(1, plot));
            settle(&mut page);
            let figure = page.overlaid(1).expect("they have it");
            for letter in ["A", "B", "C", "D"] {
                assert!(figure.text.contains(&format!("{letter}, ")), "{plot:?}: {}", figure.text);
            }
        }
        // On one clock.
        page.obey(Ask::Time(TimeAsk::Speed(60)));
        page.obey(Ask::Time(TimeAsk::Run));
        page.obey(Ask::Set(ParamId::Fio2, 1.0));
        (0..60).for_each(|_| {
            page.advance(0.1, || true);
        });
        let figure = page.figure(UNITS()).expect("a diagram");
        assert!(page.time_s().is_some_and(|time_s| time_s > 300.0));
        assert_eq!((figure.title.as_str(), figure.marks.len()), ("PaO₂ in time, four patients", 1));
        assert!(figure.series.iter().all(|series| series.points.len() > 20));
        // Who joins ends it for all.
        page.obey(Ask::Remove(Letter::D));
        assert!(!page.is_in_time());
    }

    /// A run that begins where there is no steady state says whose.
    #[test]
    fn inv_a_run_that_begins_without_a_steady_state_says_so() {
        let mut still = builtin("pure-shunt-30");
        still.params.set(ParamId::AlveolarVentilation, 0.0).expect("within bounds");
        let mut page = Compare::of([builtin("healthy-young-adult"), still]);
        assert!(page.snapshot(Letter::B).is_none());
        page.obey(Ask::Time(TimeAsk::Run));
        assert!(
            page.notice().is_some_and(|told| told.starts_with("B: There is no steady state")),
            "{:?}",
            page.notice()
        );
    }

    #[test]
    fn inv_who_is_put_beside_himself_as_he_was_keeps_what_parts_them() {
        let mut before = builtin("ards-moderate");
        before.params.set(ParamId::Peep, 0.0).expect("within bounds");
        let page = Compare::as_they_are([builtin("ards-moderate"), before]);
        assert!(page.value(Letter::A, ParamId::Peep) > 0.0 && page.value(Letter::B, ParamId::Peep).abs() < 1e-12);
        assert_eq!((page.alone(), page.can_undo()), (Some(Letter::A), false));
        let same = [builtin("ards-moderate"), builtin("ards-moderate")];
        assert_eq!(Compare::as_they_are(same).alone(), None);
    }

    #[test]
    fn inv_undo_takes_back_what_was_done_to_both_and_redo_does_it_again() {
        let mut page = Compare::of(PAIR.map(builtin));
        let air = po2(&page);
        page.obey(Ask::Gesture { begins: true });
        page.obey(Ask::Set(ParamId::Fio2, 0.4));
        page.obey(Ask::Set(ParamId::Fio2, 0.6));
        page.obey(Ask::Gesture { begins: false });
        let oxygen = po2(&page);
        page.obey(Ask::Patient(Letter::B, Box::new(builtin("copd"))));
        let other = po2(&page);
        // Each solve begins elsewhere.
        let shows = |page: &Compare, wanted: [f64; 2]| po2(page).iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6);
        page.obey(Ask::Undo);
        assert!(shows(&page, oxygen));
        page.obey(Ask::Undo);
        assert!(shows(&page, air));
        assert!(!page.can_undo());
        page.obey(Ask::Redo);
        page.obey(Ask::Redo);
        assert!(shows(&page, other));
        assert!(!page.can_redo());
    }

    #[test]
    fn inv_both_lie_over_each_other_in_two_plots_of_choice_but_not_while_they_are_covered() {
        let mut page = Compare::of(PAIR.map(builtin));
        page.obey(Ask::Show(Show::OverEachOther));
        for plot in side_by_side::OVERLAID {
            page.obey(Ask::Plot(1, plot));
            settle(&mut page);
            let figure = page.overlaid(1).expect("both have it");
            for (letter, role) in ["A", "B"].into_iter().zip(side_by_side::ROLES) {
                let of = |series: &&crate::figure::Series| {
                    series.role == role || side_by_side::letter_of(series) == Some(letter)
                };
                assert!(
                    figure.series.iter().any(|series| of(&series) && !series.points.is_empty()),
                    "{plot:?} {letter}"
                );
            }
            // No two lines of one look, but for those that have their own label at the end.
            let lines: Vec<_> =
                figure.series.iter().filter(|series| series.end_label.is_none() && series.stroke.is_line()).collect();
            for (i, one) in lines.iter().enumerate() {
                let alike = |other: &&&crate::figure::Series| (other.role, other.stroke) == (one.role, one.stroke);
                assert!(!lines[..i].iter().any(|other| alike(&other)), "{plot:?}: {} is drawn like another", one.name);
            }
            assert!(figure.text.contains("A, Pure shunt of 30 %") && figure.text.contains("B, Pure V/Q"), "{plot:?}");
        }
        // A plot that carries one patient only is no choice.
        page.obey(Ask::Plot(1, Plot::LungMap));
        assert_eq!(page.plots(), [Plot::IsoShunt, Plot::Spo2Pio2]);
        page.obey(Ask::Cover(1));
        assert!(page.show() == Show::SideBySide && page.overlaid(0).is_none());
        page.obey(Ask::Show(Show::OverEachOther));
        assert_eq!(page.show(), Show::SideBySide);
    }

    #[test]
    fn inv_two_who_are_put_there_give_way_to_those_before_at_undo() {
        let mut page = Compare::of(["ards-moderate", "copd"].map(builtin));
        page.obey(Ask::Set(ParamId::Fio2, 0.6));
        let were = po2(&page);
        page.put_as_they_are(PAIR.map(builtin));
        assert!(page.name(Letter::A) == "Pure shunt of 30 %" && page.can_undo());
        page.obey(Ask::Undo);
        assert!(po2(&page) == were && page.name(Letter::B) == builtin("copd").title);
    }

    #[test]
    fn inv_oxygen_names_the_beliefs_that_it_contradicts_once_it_is_said_who_is_who() {
        let mut page = Compare::covered(PAIR.map(builtin), Letter::A);
        assert!(page.contradicted(UNITS()).is_empty());
        page.obey(Ask::Set(ParamId::Fio2, 1.0));
        assert!(page.contradicted(UNITS()).is_empty(), "it would tell who is who");
        page.obey(Ask::Say(Letter::A));
        let told = page.contradicted(UNITS());
        let says = |words: &str, of: &str| told.iter().any(|line| line.contains(words) && line.contains(of));
        assert!(says("V/Q mismatch does not correct on oxygen.", "of B is "), "{told:?}");
        assert!(says("The A-a gradient is a constant of the lung.", "of A goes from "), "{told:?}");
        // A shunt of three tenths hardly answers oxygen: that belief stands here.
        assert!(!told.iter().any(|line| line.contains("never responds")), "{told:?}");
        // The letters go with the patients, and another patient has done nothing yet.
        page.obey(Ask::Swap);
        assert!(page.contradicted(UNITS()).iter().any(|line| line.contains("of A is ")));
        page.obey(Ask::Patient(Letter::A, Box::new(builtin("copd"))));
        assert!(!page.contradicted(UNITS()).iter().any(|line| line.contains("does not correct")));
    }

    #[test]
    fn inv_nothing_is_played_with_a_patient_of_the_page() {
        let played = builtin("oxygen-in-copd");
        assert!(played.timeline.is_some());
        let mut page = Compare::of([played.clone(), builtin("copd")]);
        let fio2 = page.value(Letter::A, ParamId::Fio2);
        page.obey(Ask::Patient(Letter::B, Box::new(played)));
        for ask in [TimeAsk::Speed(240), TimeAsk::Run] {
            page.obey(Ask::Time(ask));
        }
        for _ in 0..600 {
            page.advance(0.1, || true);
        }
        assert!(page.time_s().is_some_and(|time_s| time_s > 3600.0), "{:?}", page.time_s());
        assert_eq!(Letter::PAIR.map(|of| page.value(of, ParamId::Fio2)), [fio2; 2]);
    }

    #[test]
    fn inv_what_has_not_come_about_yet_is_not_said_to_be_the_same() {
        let mut page = Compare::of(PAIR.map(builtin));
        assert!(page.gases(UNITS()).contains("the same in both") && !page.still_moves());
        page.obey(Ask::Time(TimeAsk::Run));
        page.obey(Ask::Set(ParamId::Fio2, 1.0));
        page.advance(0.6, || true);
        let aa = Quantity::from_key("aa_gradient_mmhg").expect("a key");
        assert!(page.still_moves() && Letter::PAIR.iter().all(|of| !page.is_steady(aa, *of)));
        assert!(!page.is_same(&page.pair(aa, Letter::B).expect("both"), Letter::B), "neither can be believed");
        let told = page.gases(UNITS());
        assert!(told.contains("it still moves") && !told.contains("same"), "{told}");
    }

    #[test]
    fn inv_undo_brings_back_who_was_there_before_a_pair_was_covered() {
        let mut page = Compare::of(["ards-moderate", "copd"].map(builtin));
        page.obey(Ask::Set(ParamId::Fio2, 0.6));
        let were = po2(&page);
        page.obey(Ask::Cover(3));
        assert!(page.is_covered() && page.can_undo());
        page.obey(Ask::Set(ParamId::Fio2, 0.4));
        page.obey(Ask::Undo);
        assert!(page.is_covered() && page.can_undo(), "first what was done since");
        page.obey(Ask::Undo);
        assert!(!page.is_covered() && po2(&page) == were && page.name(Letter::B) == builtin("copd").title);
        page.obey(Ask::Undo);
        assert!(!page.can_undo(), "and what was done before it");
        // Of a covered pair that was covered again nothing comes back.
        page.obey(Ask::Cover(3));
        page.obey(Ask::Cover(4));
        assert!(!page.can_undo());
    }

    #[test]
    fn inv_the_twin_of_a_stands_beside_him_with_the_same_gas() {
        let mut page = Compare::of(["lobar-pneumonia", "copd"].map(builtin));
        settle(&mut page);
        let entries = page.twins().expect("not covered").entries(UNITS());
        assert_eq!(entries.iter().map(|entry| entry.by).collect::<Vec<_>>(), [By::Spread, By::Shunt]);
        assert!(matches!(entries[0].stand, Stand::Found(_)), "{entries:?}");
        page.obey(Ask::Twin(By::Spread));
        let [a, b] = po2(&page);
        assert!((a - b).abs() < 0.1, "{a} and {b}");
        assert_eq!(page.name(Letter::B), "Twin by V/Q spread");
        page.obey(Ask::Unfold(true));
        settle(&mut page);
        let entries = page.twins().expect("not covered").entries(UNITS());
        assert!(entries.len() == By::ALL.len() && entries[0].shown == Some(Letter::B) && entries[1].shown.is_none());
        // A pure shunt is its own twin, and on pure oxygen no spread makes one.
        let mut page = Compare::of(PAIR.map(builtin));
        settle(&mut page);
        assert_eq!(page.twins().expect("not covered").entries(UNITS())[1].stand, Stand::Himself);
        page.obey(Ask::Set(ParamId::Fio2, 1.0));
        settle(&mut page);
        let entries = page.twins().expect("not covered").entries(UNITS());
        let Stand::None(reason) = &entries[0].stand else { panic!("{entries:?}") };
        assert!(reason.contains("even log SD"), "{reason}");
    }

    #[test]
    fn inv_what_is_typed_is_fitted_and_a_bad_field_keeps_the_last_answer() {
        let mut page = Compare::of(PAIR.map(builtin));
        settle(&mut page);
        let ridge = page.fitted().found().expect("an answer").clone();
        assert!(matches!(ridge.1, Fit::Ridge(_)) && page.fitted().is_current());
        let po2 = |page: &mut Compare, text: &str| {
            let mut typed = page.fitted().typed.clone();
            text.clone_into(&mut typed.gases[0][1]);
            page.obey(Ask::Typed(Box::new(typed)));
            settle(page);
        };
        for (text, told) in [
            ("", "PaO₂ of the first gas: a number is missing"),
            ("x", "PaO₂ of the first gas: “x” is not a number mmHg"),
            ("1000", "PaO₂ of the first gas = 1000 is outside 5 to 800 mmHg"),
            ("300", "more than any lung gives"),
        ] {
            po2(&mut page, text);
            let faults = page.fitted().faults();
            assert!(faults.len() == 1 && faults[0].contains(told), "{text}: {faults:?}");
            assert!(!page.fitted().is_current() && page.fitted().found() == Some(&ridge));
        }
        po2(&mut page, "7.3 kPa");
        assert!(page.fitted().is_current() && page.fitted().found() != Some(&ridge));
        // Both gases of a shunt of three tenths give it back.
        page.obey(Ask::TakeGas { of: Letter::A, place: 0, units: UNITS() });
        page.obey(Ask::Set(ParamId::Fio2, 0.6));
        page.obey(Ask::TakeGas { of: Letter::A, place: 1, units: UNITS() });
        let mut typed = page.fitted().typed.clone();
        typed.body[3] = "5".to_owned();
        page.obey(Ask::Typed(Box::new(typed)));
        settle(&mut page);
        let Some((_, Fit::Spot(spot))) = page.fitted().found() else { panic!("two gases leave a spot") };
        assert!((spot.shunt_frac - 0.3).abs() < 0.02, "{spot:?}");
    }
}
