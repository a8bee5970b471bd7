//! The twins of a patient: for each cause the lung that gives the same blood gas, or why there is none.

use super::Letter;
use crate::app::session::Session;
use crate::scenario::Scenario;
use crate::sim::params::{ParamId, Params};
use crate::sim::reading::comparison::what_parts;
use crate::sim::reading::snapshot::Model;
use crate::study::twin::{By, Target, TwinSearch, Wanted};
use crate::study::{Study, WITHOUT_STEADY_STATE};
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// Twins that stand in the list when it is folded.
const FIRST: usize = 2;
/// Frames without a change after which a patient rests: a dragged slider leaves none between two of them.
const RESTING_FRAMES: u32 = 12;

/// A way to the same blood gas.
#[derive(Debug, Clone)]
struct Way {
    search: TwinSearch,
    /// Whether the twin is no other lung than the patient's own; none as long as that is not known.
    is_himself: Option<bool>,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Twins {
    /// Whose.
    of: Option<Params>,
    /// How long he has not changed, frames.
    rests: u32,
    ways: Vec<Way>,
    /// Twins that stand beside him, and where.
    shown: Vec<(By, Letter)>,
    open: bool,
}

/// What a line of the list says.
#[derive(Debug, Clone, PartialEq)]
pub enum Stand {
    /// It is looked for.
    Looked,
    /// There is one; what is wrong with it in words.
    Found(String),
    /// The patient is one already.
    Himself,
    /// There is none, and why.
    None(String),
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What is wrong with the twin.
    pub by: By,
    /// What of it is known.
    pub stand: Stand,
    /// Where it stands beside the patient.
    pub shown: Option<Letter>,
}

impl Twins {
    /// Its name as one who spends from a [`Budget`](crate::study::Budget).
    pub const OWNER: &'static str = "twins";

    /// Turns to a patient.
    pub(super) fn turn_to(&mut self, session: &Session) {
        let params = &session.now().params;
        if self.of.as_ref() != Some(params) {
            self.of = Some(params.clone());
            self.rests = 0;
            self.ways.clear();
        } else {
            self.rests = self.rests.saturating_add(1);
        }
        while self.rests >= RESTING_FRAMES && self.ways.len() < self.wanted() {
            let by = By::ALL[self.ways.len()];
            let search = TwinSearch::new(&mut Model::new(), &Wanted { params: params.clone(), by });
            self.ways.push(Way { search, is_himself: None });
        }
    }

    /// How many are looked for.
    fn wanted(&self) -> usize {
        if self.open { By::ALL.len() } else { FIRST }
    }

    /// Whether there is more to come.
    pub(super) fn pending(&self) -> bool {
        self.of.is_none() || self.ways.len() < self.wanted() || !self.is_whole()
    }

    /// Whether all causes are in the list, or the first alone.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn unfold(&mut self, open: bool) {
        self.open = open;
        self.ways.truncate(self.wanted());
    }

    /// A twin stands beside the patient.
    pub(super) fn show(&mut self, by: By, of: Letter) {
        self.shown.push((by, of));
    }

    /// Another stands there.
    pub(super) fn hide(&mut self, of: Letter) {
        self.shown.retain(|(_, own)| *own != of);
    }

    /// None does any more.
    pub(super) fn hide_all(&mut self) {
        self.shown.clear();
    }

    /// Patients have taken other letters.
    pub(super) fn rename(&mut self, named: impl Fn(Letter) -> Option<Letter>) {
        self.shown.retain_mut(|(_, own)| named(*own).map(|of| *own = of).is_some());
    }

    /// What they have to meet; none as long as nobody looks for them.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        self.ways.first()?.search.target()
    }

    /// FiO2 on which it is met.
    #[must_use]
    pub fn fio2_frac(&self) -> Option<f64> {
        Some(self.of.as_ref()?.get(ParamId::Fio2))
    }

    /// The lines of the list.
    #[must_use]
    pub fn entries(&self, units: DisplayUnits) -> Vec<Entry> {
        By::ALL[..self.wanted()]
            .iter()
            .enumerate()
            .map(|(i, by)| {
                let stand = match self.ways.get(i) {
                    Some(way) => match (way.search.outcome(), way.is_himself) {
                        (Some(Ok(_)), Some(true)) => Stand::Himself,
                        (Some(Ok(twin)), Some(false)) => {
                            let with = by.told(twin.value);
                            Stand::Found(match by {
                                By::Hypoventilation => {
                                    words::compare::twin_po2_only(units.text(twin.gas.pco2_art_mmhg, "mmHg", 0))
                                }
                                _ => units
                                    .prose(&words::compare::twin_with(with, twin.ventilation_l_per_min))
                                    .into_owned(),
                            })
                        }
                        (Some(Err(reason)), _) => Stand::None(units.prose(&reason.to_string()).into_owned()),
                        _ => Stand::Looked,
                    },
                    None => Stand::Looked,
                };
                let shown = self.shown.iter().find(|(own, _)| own == by).map(|(_, of)| *of);
                Entry { by: *by, stand, shown }
            })
            .collect()
    }

    /// A twin as a patient of his own.
    pub(super) fn patient(&self, by: By, of: &Scenario) -> Option<Scenario> {
        let way = self.ways.iter().zip(By::ALL).find(|(_, own)| *own == by).map(|(way, _)| way)?;
        let twin = way.search.outcome()?.as_ref().ok()?;
        let gas = match by {
            By::Hypoventilation => words::compare::twin_of_po2(),
            _ => words::compare::twin_of_both(),
        };
        Some(Scenario {
            id: format!("twin-by-{}", by.key()),
            title: words::compare::twin(by.name()),
            teaches: words::compare::twin_teaches(gas, &of.title, twin.params.get(ParamId::Fio2), by.name()),
            text: words::challenge::made_from(&of.title, by.told(twin.value)),
            sources: of.sources.clone(),
            params: twin.params.clone(),
            expected: Vec::new(),
            timeline: None,
        })
    }
}

impl Study for Twins {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.of.as_ref() == Some(params)
    }

    /// One after the other.
    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        let Some(of) = &self.of else { return 0 };
        for way in &mut self.ways {
            while !way.search.is_whole() && spent < evaluations {
                spent = spent.saturating_add(way.search.advance(evaluations - spent).max(1));
            }
            if spent >= evaluations {
                break;
            }
            if let (Some(Ok(twin)), None) = (way.search.outcome(), way.is_himself) {
                let mut model = Model::new();
                let both = model.snapshot(of).ok().zip(model.snapshot(&twin.params).ok());
                way.is_himself = Some(both.is_some_and(|(one, other)| what_parts(&one, &other).is_empty()));
                spent = spent.saturating_add(WITHOUT_STEADY_STATE);
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.ways.iter().all(|way| match way.search.outcome() {
            Some(Ok(_)) => way.is_himself.is_some(),
            Some(Err(_)) => true,
            None => false,
        })
    }
}
