//! The patients to choose from, by what they teach: groups, what a search finds, three numbers and a small path of each,
//! and who of them is nearest to a blood gas.

use std::sync::Arc;

use crate::numerics::float;
use crate::scenario::{self, Scenario};
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::snapshot::Model;
use crate::study::fit::Gas;
use crate::study::{Study, cost, cost_of_failure};
use crate::text::subscripted;
use crate::text::words;

/// What a patient is there to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Blood that misses the gas, or gas and blood that miss each other.
    ShuntOrMismatch,
    /// What pressure opens, and what it costs.
    PeepAndHeart,
    /// What takes minutes.
    TimeAndOxygen,
    /// No breath, or too few.
    Apnoea,
    /// A heart or vessels that give out.
    ShockAndEmbolism,
    /// A membrane lung.
    Ecmo,
    /// Whatever his own author asks: a file of the reader's.
    Own,
}

impl Question {
    /// Every question, in the order of the list.
    pub const ALL: [Question; 7] = [
        Question::ShuntOrMismatch,
        Question::PeepAndHeart,
        Question::TimeAndOxygen,
        Question::Apnoea,
        Question::ShockAndEmbolism,
        Question::Ecmo,
        Question::Own,
    ];

    /// Heading of the group.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Question::ShuntOrMismatch => words::library::shunt_or_mismatch(),
            Question::PeepAndHeart => words::library::peep_and_heart(),
            Question::TimeAndOxygen => words::library::time_and_oxygen(),
            Question::Apnoea => words::library::apnoea(),
            Question::ShockAndEmbolism => words::library::shock_and_embolism(),
            Question::Ecmo => words::library::ecmo(),
            Question::Own => words::library::own(),
        }
    }

    /// That of a patient: by a membrane lung and by words of its name, else by what is played and by the kind of lung.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Question {
        const APNOEA: [&str; 2] = ["apnoea", "overdose"];
        const SHOCK: [&str; 5] = ["embolism", "hypovolaemia", "cor-pulmonale", "shock", "arrest"];
        let named = |words: &[&str]| words.iter().any(|word| scenario.id.contains(word));
        if scenario.params.ecmo() || named(&["ecmo"]) {
            Question::Ecmo
        } else if named(&APNOEA) {
            Question::Apnoea
        } else if named(&SHOCK) {
            Question::ShockAndEmbolism
        } else if scenario.params.mechanics() {
            Question::PeepAndHeart
        } else if scenario.timeline.is_some() {
            Question::TimeAndOxygen
        } else {
            Question::ShuntOrMismatch
        }
    }
}

/// Three numbers of a patient as he is loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_art_mmhg: f64,
    /// True shunt.
    pub shunt_frac: f64,
}

/// Inspired O2 of the small paths.
pub const PATH_FIO2_FRAC: [f64; 4] = [0.21, 0.4, 0.7, 1.0];
/// How many patients are named as the nearest to a blood gas.
pub const NEAREST: usize = 3;

/// Tensions on one inspired O2, mmHg.
type Tensions = [f64; 2];

/// A patient of the list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who.
    pub scenario: Arc<Scenario>,
    /// The place of the file that he is from; none of a built-in one.
    pub file: Option<String>,
    /// What he answers.
    pub question: Question,
    /// His numbers; none as long as they are not computed, or where he has no steady state.
    pub numbers: Option<Numbers>,
    /// Arterial PO2 and PCO2 on each of [`PATH_FIO2_FRAC`], as far as they are computed and exist.
    path: [Option<Tensions>; PATH_FIO2_FRAC.len()],
    /// How often he was solved: first as he is, then on each inspired O2 of the path.
    solved: usize,
}

impl Entry {
    fn new(scenario: Scenario, question: Question, file: Option<String>) -> Self {
        let path = [None; PATH_FIO2_FRAC.len()];
        Entry { scenario: Arc::new(scenario), file, question, numbers: None, path, solved: 0 }
    }

    /// What tells him from all others: the place of his file, or the name of a built-in one.
    #[must_use]
    pub fn key(&self) -> &str {
        self.file.as_deref().unwrap_or(&self.scenario.id)
    }

    fn is_whole(&self) -> bool {
        self.solved > PATH_FIO2_FRAC.len()
    }

    /// Arterial PO2 on each of [`PATH_FIO2_FRAC`], mmHg.
    #[must_use]
    pub fn path_mmhg(&self) -> [Option<f64>; PATH_FIO2_FRAC.len()] {
        self.path.map(|there| there.map(|[po2, _]| po2))
    }

    /// Whether all words of a search are in what is known of him: name, what he teaches and, if `with_group`, his group.
    fn is_found(&self, words: &[String], with_group: bool) -> bool {
        let group = if with_group { self.question.label() } else { "" };
        let all = plain(&format!("{} {} {} {group}", self.scenario.title, self.scenario.teaches, self.scenario.id));
        words.iter().all(|word| all.contains(word))
    }

    /// About where he would be on an inspired O2, between those that are computed.
    fn between(&self, fio2_frac: f64) -> Option<Tensions> {
        let above = PATH_FIO2_FRAC.iter().position(|there| *there >= fio2_frac)?.max(1);
        let [low, high] = [above - 1, above].map(|i| PATH_FIO2_FRAC[i]);
        let part = ((fio2_frac - low) / (high - low)).max(0.0);
        let (low, high) = (self.path[above - 1]?, self.path[above]?);
        Some([0, 1].map(|i| low[i] + part * (high[i] - low[i])))
    }
}

/// A text as it is searched: small letters, numbers on the line, V/Q without its dots.
fn plain(text: &str) -> String {
    let text = text.replace('₂', "2").replace("V̇", "V").replace("Q̇", "Q");
    text.to_lowercase()
}

/// A patient near to a blood gas.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// Who.
    pub scenario: Arc<Scenario>,
    /// His arterial PO2 on the same inspired O2, mmHg.
    pub po2_art_mmhg: f64,
    /// His arterial PCO2 there, mmHg.
    pub pco2_art_mmhg: f64,
    /// His true shunt there.
    pub shunt_frac: f64,
}

/// How far tensions are from a blood gas, in ratio.
fn far([po2, pco2]: Tensions, gas: &Gas) -> f64 {
    let apart = |a: f64, b: f64| float::ln(a / b) * float::ln(a / b);
    apart(po2, gas.po2_art_mmhg) + apart(pco2, gas.pco2_art_mmhg)
}

/// The patients who are nearest to a blood gas, solved one by one on its inspired O2.
#[derive(Debug, Clone)]
pub struct Nearest {
    gas: Gas,
    /// Those who are still to be solved, the nearest last.
    left: Vec<Arc<Scenario>>,
    found: Vec<Near>,
}

impl Nearest {
    /// Those who are found so far, the nearest first, no more than [`NEAREST`].
    #[must_use]
    pub fn found(&self) -> &[Near] {
        &self.found[..self.found.len().min(NEAREST)]
    }
}

impl Study for Nearest {
    type Of = Gas;

    fn is_of(&self, gas: &Gas) -> bool {
        self.gas == *gas
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while let Some(scenario) = self.left.pop() {
            let failed = cost_of_failure(&scenario.params);
            let params = scenario.params.with(ParamId::Fio2, self.gas.fio2_frac).ok();
            match params.and_then(|params| Model::new().snapshot(&params).ok()) {
                Some(there) => {
                    let blood = there.bedside_arterial();
                    let (po2_art_mmhg, pco2_art_mmhg) = (blood.po2_mmhg, blood.pco2_mmhg);
                    let near = Near { scenario, po2_art_mmhg, pco2_art_mmhg, shunt_frac: there.truth.shunt_frac };
                    let of = |near: &Near| far([near.po2_art_mmhg, near.pco2_art_mmhg], &self.gas);
                    let place = self.found.partition_point(|other| of(other) <= of(&near));
                    self.found.insert(place, near);
                    spent = spent.saturating_add(cost(&there.params, there.state.work.content_evaluations));
                }
                None => spent = spent.saturating_add(failed),
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.left.is_empty()
    }
}

/// The list, and the work on its numbers.
#[derive(Debug, Clone)]
pub struct Library {
    entries: Vec<Entry>,
}

impl Default for Library {
    fn default() -> Self {
        let entry = |scenario: &Scenario| Entry::new(scenario.clone(), Question::of(scenario), None);
        Library { entries: scenario::builtin().iter().map(entry).collect() }
    }
}

impl Library {
    /// Its name as one who spends from a [`Budget`](crate::study::Budget).
    pub const OWNER: &'static str = "library";

    /// Every patient, in the order in which they are offered.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Patients of the reader's own files, each with its place, take the place of those that were there; of one who has
    /// not changed what is computed stays.
    pub fn set_own(&mut self, own: Vec<(String, Scenario)>) {
        let still = |entry: &Entry| {
            own.iter().any(|(file, scenario)| entry.file.as_ref() == Some(file) && *entry.scenario == *scenario)
        };
        self.entries.retain(|entry| entry.file.is_none() || still(entry));
        for (file, scenario) in own {
            if !self.entries.iter().any(|entry| entry.file.as_ref() == Some(&file)) {
                self.entries.push(Entry::new(scenario, Question::Own, Some(file)));
            }
        }
    }

    /// The patients whom a search finds, group by group; `last_used` are the names of those who come first. A group
    /// without patients is left out; who has the words himself comes before those who are found by the name of their
    /// group: who asks for shunt is not given healthy lungs first.
    #[must_use]
    pub fn found(&self, search: &str, last_used: &[String]) -> Vec<(&'static str, Vec<&Entry>)> {
        let words: Vec<String> = plain(&subscripted(search)).split_whitespace().map(str::to_owned).collect();
        let mut found: Vec<&Entry> = self.entries.iter().filter(|entry| entry.is_found(&words, true)).collect();
        found.sort_by_key(|entry| !entry.is_found(&words, false));
        let is_last = |entry: &Entry| entry.file.is_none() && last_used.contains(&entry.scenario.id);
        let of_name =
            |id: &String| found.iter().find(|entry| entry.file.is_none() && entry.scenario.id == *id).copied();
        let mut out = vec![(words::library::last_used(), last_used.iter().filter_map(of_name).collect::<Vec<_>>())];
        out.extend(Question::ALL.map(|question| {
            let group = found.iter().copied().filter(|entry| entry.question == question && !is_last(entry));
            (question.label(), group.collect())
        }));
        out.retain(|(_, group)| !group.is_empty());
        out
    }

    /// Begins to look for the patients who are nearest to a blood gas on its inspired O2: those who are by their small
    /// paths, each then to be solved there. None as long as those are not computed.
    #[must_use]
    pub fn nearest(&self, gas: &Gas) -> Option<Nearest> {
        if !self.is_whole() {
            return None;
        }
        let mut near: Vec<(f64, &Entry)> = self
            .entries
            .iter()
            .filter(|entry| entry.file.is_none())
            .filter_map(|entry| Some((far(entry.between(gas.fio2_frac)?, gas), entry)))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let first = near.len().saturating_sub(2 * NEAREST);
        let left = near.drain(first..).map(|(_, entry)| Arc::clone(&entry.scenario)).collect();
        Some(Nearest { gas: *gas, left, found: Vec::new() })
    }

    /// Solves one patient once; returns what that has cost.
    fn step(&mut self) -> u32 {
        // The numbers of all come before any path.
        let next = self.entries.iter_mut().filter(|entry| !entry.is_whole()).min_by_key(|entry| entry.solved);
        let Some(entry) = next else { return 0 };
        let place = entry.solved;
        entry.solved += 1;
        let params = match place.checked_sub(1) {
            None => Ok(entry.scenario.params.clone()),
            Some(place) => entry.scenario.params.with(ParamId::Fio2, PATH_FIO2_FRAC[place]),
        };
        let solved = params.ok().and_then(|params| Model::new().snapshot(&params).ok());
        let Some(there) = solved else { return cost_of_failure(&entry.scenario.params) };
        let blood = there.bedside_arterial();
        match place.checked_sub(1) {
            None => {
                entry.numbers = Some(Numbers {
                    po2_art_mmhg: blood.po2_mmhg,
                    pco2_art_mmhg: blood.pco2_mmhg,
                    shunt_frac: there.truth.shunt_frac,
                });
            }
            Some(place) => entry.path[place] = Some([blood.po2_mmhg, blood.pco2_mmhg]),
        }
        cost(&entry.scenario.params, there.state.work.content_evaluations)
    }
}

impl Study for Library {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.entries.iter().any(|entry| entry.scenario.params == *params)
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while !self.is_whole() {
            spent = spent.saturating_add(self.step());
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.entries.iter().all(Entry::is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(found: &[(&'static str, Vec<&Entry>)]) -> Vec<String> {
        found.iter().flat_map(|(_, group)| group.iter().map(|entry| entry.scenario.id.clone())).collect()
    }

    #[test]
    fn inv_every_patient_stands_in_one_group_and_no_group_is_empty() {
        let library = Library::default();
        let all = titles(&library.found("", &[]));
        assert_eq!(all.len(), scenario::builtin().len());
        for scenario in scenario::builtin() {
            assert_eq!(all.iter().filter(|id| **id == scenario.id).count(), 1, "{}", scenario.id);
        }
        // With those last used first, and still each once.
        let last = ["copd".to_owned(), "nobody".to_owned(), "pneumothorax".to_owned()];
        let found = library.found("", &last);
        assert_eq!(found[0].0, "Last used");
        assert_eq!(titles(&found[..1]), ["copd", "pneumothorax"]);
        assert_eq!(titles(&found).len(), all.len());
        assert!(found.iter().all(|(_, group)| !group.is_empty()));
        assert!(
            library.entries().iter().all(|entry| (entry.question == Question::Ecmo) == entry.scenario.params.ecmo())
        );
    }

    #[test]
    fn inv_own_patients_have_a_group_and_numbers_and_are_nobodys_nearest() {
        let mut library = Library::default();
        library.advance(u32::MAX);
        let builtin = scenario::find("pure-shunt-30").expect("built in");
        let own = Scenario { title: "Bed 7".to_owned(), ..builtin.clone() };
        library.set_own(vec![("/home/a/bed-7.json".to_owned(), own.clone())]);
        assert!(!library.is_whole(), "his numbers are wanted");
        library.advance(u32::MAX);
        let found = library.found("bed 7", &["pure-shunt-30".to_owned()]);
        assert_eq!((found.len(), found[0].0, found[0].1.len()), (1, "Own", 1), "a name of his own");
        let entry = found[0].1[0];
        assert!(entry.key() == "/home/a/bed-7.json" && entry.numbers.is_some());
        let kept = entry.numbers;
        // Read again he stays; another file takes his place.
        library.set_own(vec![("/home/a/bed-7.json".to_owned(), own.clone())]);
        assert!(library.is_whole() && library.entries().last().expect("him").numbers == kept);
        library.set_own(Vec::new());
        assert_eq!(library.entries().len(), scenario::builtin().len());
    }

    #[test]
    fn inv_a_search_finds_words_of_name_lesson_and_group() {
        let library = Library::default();
        let found = |search: &str| titles(&library.found(search, &[]));
        assert_eq!(found("lobar"), ["lobar-pneumonia"]);
        assert!(found("PNEUMONIA").len() >= 2 && found("pneumonia one").contains(&"one-sided-pneumonia".to_owned()));
        assert_eq!(found("pao₂ shunt gas"), found("PaO2 gas shunt"), "as it is written, and in any order");
        assert!(found("v/q mismatch").contains(&"pure-vq-mismatch".to_owned()));
        assert!(found("apnoea").len() >= 5, "a group is found by its name");
        let shunt = found("shunt");
        let place = |id: &str| shunt.iter().position(|found| found == id).expect("found");
        assert!(place("pure-shunt-30") < place("healthy-young-adult"), "by his own words first: {shunt:?}");
        assert_eq!(found("no such patient"), Vec::<String>::new());
    }

    #[test]
    fn inv_numbers_and_paths_are_the_models() {
        let mut library = Library::default();
        let gas = Gas {
            fio2_frac: 1.0,
            po2_art_mmhg: 106.0,
            pco2_art_mmhg: 39.0,
            ph_art: None,
            so2_art_frac: None,
            venous: None,
        };
        assert!(library.nearest(&gas).is_none(), "nothing is computed yet");
        library.advance(u32::MAX);
        assert!(library.is_whole());
        let entry = library.entries().iter().find(|entry| entry.scenario.id == "pure-shunt-30").expect("built in");
        let numbers = entry.numbers.expect("steady");
        let there = Model::new().snapshot(&entry.scenario.params).expect("steady");
        assert_eq!(numbers.po2_art_mmhg, there.state.arterial.gas.po2_mmhg);
        assert_eq!(numbers.shunt_frac, there.truth.shunt_frac);
        let path = entry.path_mmhg().map(|po2| po2.expect("steady"));
        assert!(path.windows(2).all(|pair| pair[0] < pair[1]) && path[3] < 120.0, "{path:?}");
        // A shunt of three tenths on pure oxygen is nearest to itself.
        let mut search = library.nearest(&gas).expect("computed");
        let mut slices = 0;
        while !search.is_whole() {
            search.advance(1);
            slices += 1;
        }
        assert!(search.is_of(&gas) && slices == 2 * NEAREST, "one patient in a slice: {slices}");
        let near = search.found();
        assert_eq!((near.len(), near[0].scenario.id.as_str()), (NEAREST, "pure-shunt-30"));
        let there = Model::new().snapshot(&entry.scenario.params.with(ParamId::Fio2, 1.0).expect("allowed"));
        assert_eq!(near[0].po2_art_mmhg, there.expect("steady").state.arterial.gas.po2_mmhg);
    }
}
