//! Page Evidence, without a toolkit: what the literature claims beside what the model gives, worked out in slices.

use std::fmt::Write;

use crate::app::page::evidence_plot::ClaimPlot;
pub use crate::app::page::evidence_tables::Tab;
use crate::app::page::evidence_tables::{Section, sections};
use crate::app::patient_file::as_set;
use crate::figure::Figure;
use crate::numerics::float;
use crate::scenario::asked::{Asked, Playing, What};
use crate::scenario::claims::{self, Claim, Count, Evidence, Group, Tally};
use crate::scenario::sought::{NoNumber, Sought};
use crate::scenario::{self, Scenario, Setting, Timeline, apply};
use crate::sim::params::Params;
use crate::sim::play::run::{Action, time_of_step_s};
use crate::sim::reading::observable::Observable;
use crate::study::{Study, cost};
use crate::text::display_units::{DisplayUnits, signed};
use crate::text::words;
use crate::text::{number, spaced};

/// What a steady answer is taken to cost, in evaluations of a plain patient.
const STEADY: u32 = 1_200;
/// The same of a formula.
const OF_FORMULA: u32 = 50;
/// The same of a model step of a course, with the snapshot after it.
const A_STEP: u32 = 500;
/// The claim whose detail is shown first.
const FIRST: &str = "shunt-30-on-oxygen";
/// Seconds from which a time is shown in minutes.
const MINUTES_FROM_S: f64 = 90.0;

/// What is known of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It was not computed yet.
    Open,
    /// The model's number lies within the published range.
    Inside(f64),
    /// It lies outside.
    Outside(f64),
    /// There is none.
    NoNumber(NoNumber),
}

impl Standing {
    /// The model's number.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self {
            Standing::Inside(value) | Standing::Outside(value) => Some(*value),
            Standing::Open | Standing::NoNumber(_) => None,
        }
    }

    /// In a word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Standing::Open => words::evidence::standing_open(),
            Standing::Inside(_) => words::evidence::standing_inside(),
            Standing::Outside(_) => words::evidence::standing_outside(),
            Standing::NoNumber(_) => words::evidence::standing_no_number(),
        }
    }
}

/// What the page shows and how far its work has come.
#[derive(Debug, Clone)]
pub struct EvidencePage {
    /// Which tab.
    pub tab: Tab,
    /// Which group of claims; none for all.
    pub group: Option<Group>,
    /// Words that a row has to hold.
    pub search: String,
    chosen: usize,
    standings: Vec<Standing>,
    /// Claims that wait to be computed, the next one last.
    waiting: Vec<usize>,
    playing: Option<(usize, Playing)>,
    /// Courses of claims in time, as they were played.
    courses: Vec<(usize, Vec<f64>)>,
    plot: Option<ClaimPlot>,
    /// The plot as it was drawn last.
    drawn: Option<(DisplayUnits, Figure)>,
    /// What the chosen claim leads to.
    doors: Doors,
    /// The lists of the tab that was shown last.
    table: Option<(Tab, DisplayUnits, Vec<Section>)>,
    opened: bool,
}

/// What a claim leads to.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// Its patient for page Explore; none of a formula.
    pub patient: Option<Scenario>,
    /// Two for page Compare; none of a formula, nor where both are the same.
    pub beside: Option<[Scenario; 2]>,
    /// The command that computes it again.
    pub command_line: String,
    /// What is set about the patient, or given to the formula.
    pub settings: Vec<String>,
}

impl Doors {
    fn of(claim: &Claim) -> Doors {
        Doors {
            patient: patient(claim),
            beside: beside(claim),
            command_line: command_line(claim),
            settings: settings(claim),
        }
    }
}

impl Default for EvidencePage {
    fn default() -> Self {
        EvidencePage {
            tab: Tab::default(),
            group: None,
            search: String::new(),
            chosen: claims::builtin().iter().position(|claim| claim.id == FIRST).unwrap_or_default(),
            standings: vec![Standing::Open; claims::builtin().len()],
            waiting: Vec::new(),
            playing: None,
            courses: Vec::new(),
            plot: None,
            drawn: None,
            doors: Doors::default(),
            table: None,
            opened: false,
        }
    }
}

impl EvidencePage {
    /// Name by which it spends of the budget.
    pub const OWNER: &'static str = "claims";

    /// The page is shown: its first showing begins the work, but for what takes time to run.
    pub fn open(&mut self) {
        if !std::mem::replace(&mut self.opened, true) {
            self.want(|claim| !claim.sought.is_in_time());
            self.begin_plot();
        }
    }

    /// The plot of the chosen claim; none while it is worked out, or where its course has not been played.
    pub fn plot(&mut self, units: DisplayUnits) -> Option<&Figure> {
        if self.drawn.as_ref().is_none_or(|(of, _)| *of != units) {
            self.drawn = self.plot.as_ref().and_then(|plot| plot.figure(units)).map(|figure| (units, figure));
        }
        self.drawn.as_ref().map(|(_, figure)| figure)
    }

    /// What the chosen claim leads to.
    #[must_use]
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// The lists of the tab that is shown; none of the claims.
    pub fn table(&mut self, units: DisplayUnits) -> &[Section] {
        let tab = self.tab;
        let known = self.table.take().filter(|(of, in_units, _)| *of == tab && *in_units == units);
        &self.table.insert(known.unwrap_or_else(|| (tab, units, sections(tab, units)))).2
    }

    fn begin_plot(&mut self) {
        let (index, claim) = self.chosen();
        if self.opened && self.plot.as_ref().is_none_or(|plot| plot.claim().id != claim.id) {
            self.plot = ClaimPlot::new(claim);
            self.drawn = None;
            self.doors = Doors::of(claim);
            self.give_course(index);
        }
    }

    /// The course of a claim comes into its plot.
    fn give_course(&mut self, index: usize) {
        let course = self.courses.iter().find(|(of, _)| *of == index);
        if let (Some((_, course)), Some(plot)) = (course, &mut self.plot)
            && plot.claim().id == claims::builtin()[index].id
        {
            plot.take_course(course);
            self.drawn = None;
        }
    }

    /// Shows one group, or all; what takes time to run begins when its group is opened.
    pub fn show_group(&mut self, group: Option<Group>) {
        self.group = group;
        if let Some(group) = group {
            self.want(|claim| claim.group == group);
            if let Some(first) = claims::builtin().iter().position(|claim| claim.group == group) {
                self.choose(first);
            }
        }
    }

    /// Shows the detail of a claim.
    pub fn choose(&mut self, index: usize) {
        if index < claims::builtin().len() {
            self.chosen = index;
            self.want_one(index);
            self.begin_plot();
        }
    }

    fn want(&mut self, wanted: impl Fn(&Claim) -> bool) {
        for (index, claim) in claims::builtin().iter().enumerate().rev() {
            if wanted(claim) {
                self.want_one(index);
            }
        }
    }

    fn want_one(&mut self, index: usize) {
        let playing = self.playing.as_ref().is_some_and(|(playing, _)| *playing == index);
        if self.opened && self.standings[index] == Standing::Open && !playing {
            self.waiting.retain(|waiting| *waiting != index);
            self.waiting.push(index);
        }
    }

    /// The claim whose detail is shown, with its index.
    #[must_use]
    pub fn chosen(&self) -> (usize, &'static Claim) {
        (self.chosen, &claims::builtin()[self.chosen])
    }

    /// How a claim stands.
    #[must_use]
    pub fn standing(&self, index: usize) -> &Standing {
        self.standings.get(index).unwrap_or(&Standing::Open)
    }

    /// The claims that are shown, with their index.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &'static Claim)> + '_ {
        let words = self.search.to_lowercase();
        claims::builtin().iter().enumerate().filter(move |(_, claim)| {
            self.group.is_none_or(|group| claim.group == group) && (words.is_empty() || holds(claim, &words))
        })
    }

    /// How many claims of a group lie inside, of those that are computed; of all where it is none.
    #[must_use]
    pub fn count(&self, group: Option<Group>) -> Count {
        let mut count = Count::default();
        for (claim, standing) in claims::builtin().iter().zip(&self.standings) {
            if group.is_none_or(|group| claim.group == group) && *standing != Standing::Open {
                count.all += 1;
                count.inside += usize::from(matches!(standing, Standing::Inside(_)));
            }
        }
        count
    }

    /// How what is computed stands, prediction and tuning apart.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (claim, standing) in claims::builtin().iter().zip(&self.standings) {
            if *standing != Standing::Open {
                tally.add(claim, matches!(standing, Standing::Inside(_)));
            }
        }
        tally
    }

    fn settle(&mut self, index: usize, answer: Result<f64, NoNumber>) {
        self.standings[index] = match answer {
            Ok(value) if claims::builtin()[index].published.span.contains(value) => Standing::Inside(value),
            Ok(value) => Standing::Outside(value),
            Err(reason) => Standing::NoNumber(reason),
        };
    }

    /// Works at the next claim, with about `evaluations` where that can be parted; what it has cost.
    fn work(&mut self, evaluations: u32) -> u32 {
        if let Some((index, mut playing)) = self.playing.take() {
            let Sought::Patient(asked) = &claims::builtin()[index].sought else { return 0 };
            let a_step = cost(playing.params(), A_STEP);
            let steps = (evaluations / a_step).max(1);
            let before = playing.steps();
            let played = asked.play_on(&mut playing, u64::from(steps));
            let taken = u32::try_from(playing.steps() - before).unwrap_or(u32::MAX);
            match played {
                Ok(None) => self.playing = Some((index, playing)),
                Ok(Some(value)) => {
                    self.settle(index, Ok(value));
                    self.courses.push((index, playing.course().to_vec()));
                    self.give_course(index);
                }
                Err(reason) => self.settle(index, Err(reason.into())),
            }
            return taken.max(1).saturating_mul(a_step);
        }
        if let Some(plot) = self.plot.as_mut().filter(|plot| !plot.is_whole()) {
            self.drawn = None;
            return plot.step().max(1);
        }
        let Some(index) = self.waiting.pop() else { return 0 };
        match &claims::builtin()[index].sought {
            Sought::Patient(asked) if asked.is_in_time() => {
                match asked.play() {
                    Ok(playing) => self.playing = playing.map(|playing| (index, playing)),
                    Err(reason) => self.settle(index, Err(reason.into())),
                }
                OF_FORMULA
            }
            sought @ Sought::Patient(asked) => {
                self.settle(index, sought.answer());
                asked.subject().map_or(STEADY, |patient| cost(&patient, STEADY))
            }
            sought @ Sought::Formula(_) => {
                self.settle(index, sought.answer());
                OF_FORMULA
            }
        }
    }
}

impl Study for EvidencePage {
    type Of = ();

    fn is_of(&self, (): &()) -> bool {
        true
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while spent < evaluations && !self.is_whole() {
            spent = spent.saturating_add(self.work(evaluations - spent));
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.waiting.is_empty() && self.playing.is_none() && self.plot.as_ref().is_none_or(ClaimPlot::is_whole)
    }
}

/// Whether a claim holds words that are searched for, in small letters.
fn holds(claim: &Claim, words: &str) -> bool {
    let patient = match &claim.sought {
        Sought::Patient(asked) => asked.patient.title.as_str(),
        Sought::Formula(computed) => computed.formula.title,
    };
    [claim.claim.as_str(), claim.source.as_str(), claim.published.words.as_str(), patient, claim.sought.key()]
        .iter()
        .any(|text| text.to_lowercase().contains(words))
}

/// Author and year of a source: what stands before its place.
#[must_use]
pub fn short_source(claim: &Claim) -> String {
    let author = claim.source.split([',', ';', ':']).next().unwrap_or_default();
    let author = author.trim_end_matches(" et al.");
    // Without initials: `Severinghaus JW` is Severinghaus.
    let initials = |word: &str| word.chars().all(|c| c.is_uppercase());
    let name = match author.rsplit_once(' ') {
        Some((name, last)) if initials(last) && last.chars().count() <= 3 => name,
        _ => author,
    };
    let year = claim
        .source
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1900..2100).contains(&year)));
    match year {
        Some(year) if !name.contains(year) => format!("{name} {year}"),
        _ => name.to_owned(),
    }
}

/// How numbers of a claim are shown: as they are, in percent, in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale<'c> {
    unit: &'c str,
    factor: f64,
    decimals: usize,
    units: DisplayUnits,
}

impl<'c> Scale<'c> {
    /// The scale of a claim.
    #[must_use]
    pub fn of(claim: &'c Claim, units: DisplayUnits) -> Scale<'c> {
        let span = claim.published.span;
        let is_share = claim.sought.unit().is_empty() && claim.sought.key().ends_with("_frac");
        let (unit, factor) = match claim.sought.unit() {
            "s" if span.high >= MINUTES_FROM_S => ("min", 1.0 / 60.0),
            _ if is_share || claim.sought.is_relative() => ("%", 100.0),
            unit => (unit, 1.0),
        };
        // Three digits of the width tell what lies beside an end from what lies at it.
        let width = (span.high - span.low) * factor;
        let decimals = (2.0 - float::log10(width.max(1e-6)).floor()).clamp(0.0, 2.0);
        let observable = Observable::from_key(claim.sought.key());
        let units = observable.map_or(units, |observable| observable.shown_in(units));
        Scale { unit, factor, decimals: decimals as usize, units }
    }

    /// A number without its unit.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        if self.unit == "%" {
            return signed(value * self.factor, self.decimals);
        }
        self.units.of(self.unit).number(value * self.factor, self.decimals)
    }

    /// The unit.
    #[must_use]
    pub fn unit(&self) -> &str {
        if self.unit == "%" { "%" } else { self.units.of(self.unit).unit }
    }

    /// A number with its unit.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        format!("{}{}", self.number(value), spaced(self.unit()))
    }

    /// The published range.
    #[must_use]
    pub fn range(&self, claim: &Claim) -> String {
        let span = claim.published.span;
        words::widgets::from_to(self.number(span.low), self.text(span.high))
    }
}

/// What a reader is told of how a source is known.
#[must_use]
pub fn known(claim: &Claim) -> String {
    let how = match claim.evidence {
        Evidence::Read => words::evidence::read(),
        Evidence::Recalled => words::evidence::recalled_not_read(),
    };
    format!("{}. {how}", claim.source.trim_end_matches('.'))
}

/// What is set about the patient, or given to the formula, each as `key = value`.
#[must_use]
pub fn settings(claim: &Claim) -> Vec<String> {
    let set = |settings: &[Setting]| settings.iter().map(written).collect::<Vec<_>>();
    match &claim.sought {
        Sought::Formula(computed) => {
            computed.given().map(|(key, value)| format!("{key} = {}", number(value))).collect()
        }
        Sought::Patient(asked) => {
            let mut all = set(&asked.set);
            match &asked.what {
                What::Steady { with, change_from, .. } => {
                    all.extend(set(with));
                    if let Some(from) = change_from {
                        let from = set(from);
                        all.push(words::evidence::against(if from.is_empty() {
                            words::evidence::as_he_is().to_owned()
                        } else {
                            from.join(", ")
                        }));
                    }
                }
                What::InTime(course) => all.extend(
                    course
                        .moments
                        .iter()
                        .map(|moment| words::evidence::at_time(number(time_of_step_s(moment.step)), &moment.action)),
                ),
            }
            all
        }
    }
}

fn written(setting: &Setting) -> String {
    match setting {
        Setting::Param(id, value) => format!("{} = {}", id.key(), number(*value)),
        Setting::Switch(id, option) => format!("{} = {option}", id.key()),
    }
}

/// The command that computes a claim again, without a window.
#[must_use]
pub fn command_line(claim: &Claim) -> String {
    match &claim.sought {
        Sought::Formula(computed) => {
            let mut line = format!("isoshunt calc {}", computed.formula.name);
            for (key, value) in computed.given() {
                let _ = write!(line, " {key}={}", number(value));
            }
            line
        }
        Sought::Patient(asked) => of_patient(asked),
    }
}

fn of_patient(asked: &Asked) -> String {
    let id = &asked.patient.id;
    let options = |settings: &[Setting]| {
        settings.iter().fold(String::new(), |mut line, setting| {
            let _ = write!(line, " --set {}", written(setting).replace(" = ", "="));
            line
        })
    };
    match &asked.what {
        What::Steady { with, change_from, .. } => {
            let line = |with: &[Setting]| {
                // What the number changes stands in place of what makes the patient.
                let kept: Vec<Setting> =
                    asked.set.iter().filter(|set| !with.iter().any(|w| w.key() == set.key())).copied().collect();
                format!("isoshunt solve {id}{}{}", options(&kept), options(with))
            };
            match change_from {
                None => line(with),
                Some(from) => format!("{} && {}", line(from), line(with)),
            }
        }
        What::InTime(course) => {
            let mut line = format!("isoshunt run {id} --no-timeline --for {}s", number(course.duration_s()));
            line.push_str(&options(&asked.set));
            for moment in &course.moments {
                let Action::Set(settings) = &moment.action else { continue };
                for setting in settings {
                    let at_s = number(time_of_step_s(moment.step));
                    let _ = write!(line, " --at {at_s}s {}", written(setting).replace(" = ", "="));
                }
            }
            let _ = write!(line, " --columns {}", asked.key());
            line
        }
    }
}

/// The patient of a claim for page Explore, as the claim has him, with its course where time runs; none of a formula.
#[must_use]
pub fn patient(claim: &Claim) -> Option<Scenario> {
    let Sought::Patient(asked) = &claim.sought else { return None };
    let patient = as_set(asked.patient, asked.subject().ok()?);
    Some(match &asked.what {
        What::Steady { .. } => patient,
        What::InTime(course) => {
            Scenario { timeline: Some(Timeline { expected: Vec::new(), ..course.clone() }), ..patient }
        }
    })
}

/// Two patients for page Compare: the one of the claim, and beside him what he is compared with: himself before the
/// change, the other patient, or himself as he is in his file; none of a formula, nor where both are the same.
#[must_use]
pub fn beside(claim: &Claim) -> Option<[Scenario; 2]> {
    let Sought::Patient(asked) = &claim.sought else { return None };
    let stands = |scenario: &Scenario, params: Params| Scenario {
        timeline: None,
        expected: Vec::new(),
        ..as_set(scenario, params)
    };
    let own = stands(asked.patient, asked.subject().ok()?);
    let other = match (&asked.minus, &asked.what) {
        (Some(other), _) => stands(other.patient, apply(&other.with, &other.patient.params).ok()?),
        (None, What::Steady { change_from: Some(from), .. }) => {
            let made = apply(&asked.set, &asked.patient.params).ok()?;
            stands(asked.patient, apply(from, &made).ok()?)
        }
        _ => stands(asked.patient, asked.patient.params.clone()),
    };
    (own.id != other.id || own.params != other.params).then_some([own, other])
}

/// How many bands of the built-in patients, steady and in time, the tests run.
#[must_use]
pub fn bands_of_patients() -> usize {
    let timed = |timeline: &scenario::Timeline| timeline.expected.len();
    scenario::builtin().iter().map(|s| s.expected.len() + s.timeline.as_ref().map_or(0, timed)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Budget;

    #[test]
    fn inv_what_is_computed_in_slices_is_what_is_computed_at_once() {
        let mut page = EvidencePage::default();
        page.open();
        page.show_group(Some(Group::Time));
        let mut budget = Budget::new(crate::app::EVALUATIONS_A_FRAME);
        let mut frames = 0;
        while !page.is_whole() {
            budget.begin_frame();
            budget.share(u32::MAX, &mut [(EvidencePage::OWNER, &mut page)]);
            frames += 1;
            assert!(frames < 5_000, "it never ends");
        }
        assert!(frames > 20, "{frames} frames: nothing was parted");
        for (index, claim) in claims::builtin().iter().enumerate() {
            let value =
                page.standing(index).value().unwrap_or_else(|| panic!("{}: {:?}", claim.id, page.standing(index)));
            let at_once = claim.sought.answer().expect("a number");
            assert_eq!(value.to_bits(), at_once.to_bits(), "{}", claim.id);
        }
        assert_eq!(page.count(None).all, claims::builtin().len());
    }

    #[test]
    fn inv_what_takes_time_waits_for_its_group() {
        let mut page = EvidencePage::default();
        assert!(page.is_whole(), "nothing is done before the page is seen");
        page.open();
        while !page.is_whole() {
            page.advance(10_000);
        }
        let time = || claims::builtin().iter().enumerate().filter(|(_, claim)| claim.sought.is_in_time());
        assert!(time().all(|(index, _)| *page.standing(index) == Standing::Open));
        assert_eq!(page.count(Some(Group::Time)), Count::default());
        page.show_group(Some(Group::Time));
        assert!(!page.is_whole());
    }

    #[test]
    fn inv_search_finds_author_quantity_and_patient() {
        let mut page = EvidencePage::default();
        for words in ["Benatar", "pao2", "embolism", "spo2_frac"] {
            page.search = words.to_owned();
            let found = page.shown().count();
            assert!(found > 0 && found < claims::builtin().len(), "{words}: {found}");
        }
    }

    #[test]
    fn inv_the_door_opens_the_patient_of_the_claim_and_says_what_is_set_otherwise() {
        for claim in claims::builtin() {
            let Some(patient) = patient(claim) else { continue };
            let Sought::Patient(asked) = &claim.sought else { panic!("{}: a formula has no patient", claim.id) };
            assert_eq!(patient.params, asked.subject().expect("he can be set so"), "{}", claim.id);
            let other = patient.params != asked.patient.params;
            assert_eq!(patient.title != asked.patient.title, other, "{}: {}", claim.id, patient.title);
            assert_eq!(patient.teaches != asked.patient.teaches, other, "{}", claim.id);
            if let Some([own, beside]) = beside(claim) {
                for stands in [own, beside] {
                    let file = scenario::builtin().iter().find(|file| file.title == stands.title);
                    assert!(file.is_none_or(|file| file.params == stands.params), "{}: {}", claim.id, stands.title);
                }
            }
        }
        let timed = patient(claims::find("nitrogen-healthy").expect("a claim")).expect("a patient");
        assert_eq!(timed.timeline.expect("its course").moments.len(), 1);
    }

    #[test]
    fn inv_the_door_to_compare_puts_the_other_end_of_the_claim_beside_him() {
        let of = |id: &str| beside(claims::find(id).expect("a claim"));
        let [after, before] = of("peep-delivery-recruitable").expect("a pair");
        let peep = crate::sim::params::ParamId::Peep;
        assert_eq!((after.params.get(peep), before.params.get(peep)), (20.0, 0.0));
        let [own, file] = of("shunt-30-on-oxygen").expect("a pair");
        assert_eq!((own.title == file.title, own.params == file.params), (false, false));
        assert!(own.title.starts_with(&file.title), "{}", own.title);
        assert!(of("saturation-at-40").is_none());
    }

    #[test]
    fn inv_the_plot_of_the_chosen_claim_is_worked_out_and_a_course_comes_with_its_claim() {
        let mut page = EvidencePage::default();
        assert!(page.plot(DisplayUnits::default()).is_none());
        page.open();
        while !page.is_whole() {
            page.advance(10_000);
        }
        let text = page.plot(DisplayUnits::default()).expect("a plot").text.clone();
        assert!(text.starts_with("PaO₂ over FiO₂"), "{text}");
        let timed = claims::builtin().iter().position(|claim| claim.id == "absorption-oxygen").expect("a claim");
        page.choose(timed);
        assert!(page.plot(DisplayUnits::default()).is_none(), "its course was not played yet");
        while !page.is_whole() {
            page.advance(100_000);
        }
        let text = page.plot(DisplayUnits::default()).expect("a plot").text.clone();
        assert!(text.contains("over time, min"), "{text}");
    }

    #[test]
    fn inv_sources_are_short_and_numbers_are_shown_in_readers_units() {
        let of = |id: &str| claims::find(id).expect("a claim");
        assert_eq!(short_source(of("saturation-at-40")), "Severinghaus 1979");
        assert_eq!(short_source(of("embolism-po2")), "Manier 1985");
        assert_eq!(short_source(of("admixture-and-output")), "Nirmalan 2001");
        let scale = Scale::of(of("shunt-30-on-oxygen"), DisplayUnits::default());
        assert_eq!(
            (scale.text(100.46), scale.range(of("shunt-30-on-oxygen"))),
            ("100.5 mmHg".into(), "60.0 to 110.0 mmHg".into())
        );
        let scale = Scale::of(of("apnoea-healthy"), DisplayUnits::default());
        assert_eq!(scale.text(582.7), "9.71 min");
        let scale = Scale::of(of("peep-delivery-recruitable"), DisplayUnits::default());
        assert_eq!(scale.text(-0.1578), "−15.8 %");
        assert!(command_line(of("shunt-50-and-oxygen")).ends_with("--set fio2_frac=1 --set hb_g_per_dl=12"));
    }
}
