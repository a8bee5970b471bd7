//! What the model rests on and what it leaves out, as lists to read.

use crate::evidence::formulas;
use crate::evidence::laws::LAWS;
use crate::evidence::not_modelled::{LeftOut, NOT_MODELLED};
use crate::evidence::trials::{TRIALS, Trial};
use crate::physiology::mechanism::{COUNTED, Mechanism};
use crate::sim::params::{Group, ParamId, SwitchId};
use crate::text::display_units::DisplayUnits;
use crate::text::words;
use crate::text::{number, spaced, subscripted};

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// What papers say.
    #[default]
    Claims,
    /// Formulas and laws.
    Equations,
    /// What can be set, with where it comes from.
    Parameters,
    /// Trials of rescue.
    Trials,
    /// What is left out.
    NotModelled,
}

impl Tab {
    /// Every tab, from the left.
    pub const ALL: [Tab; 5] = [Tab::Claims, Tab::Equations, Tab::Parameters, Tab::Trials, Tab::NotModelled];

    /// Its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Tab::Claims => words::evidence::claims(),
            Tab::Equations => words::evidence::equations(),
            Tab::Parameters => words::evidence::parameters(),
            Tab::Trials => words::evidence::trials(),
            Tab::NotModelled => words::evidence::not_modelled(),
        }
    }
}

/// Entries under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands below it.
    pub entries: Vec<Entry>,
}

/// One entry: what it is, and lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub title: String,
    /// A line in the colour of text, and one in the weak one; empty where there is none.
    pub lines: [String; 2],
    /// What stands small beside the title.
    pub small: String,
    /// All of it in small letters, to be searched.
    words: String,
}

impl Section {
    fn new(heading: &str, entries: impl Iterator<Item = Entry>) -> Section {
        Section { heading: heading.to_owned(), entries: entries.collect() }
    }
}

impl Entry {
    fn new(title: String, lines: [String; 2], small: String) -> Entry {
        let words = [title.as_str(), &lines[0], &lines[1], &small].join("\n").to_lowercase();
        Entry { title, lines, small, words }
    }

    /// Whether it holds words that are searched for, in small letters.
    #[must_use]
    pub fn holds(&self, words: &str) -> bool {
        self.words.contains(words)
    }
}

/// The lists of a tab, in the units that are shown; none of the claims.
pub(super) fn sections(tab: Tab, units: DisplayUnits) -> Vec<Section> {
    match tab {
        Tab::Claims => Vec::new(),
        Tab::Equations => equations(),
        Tab::Parameters => parameters(units),
        Tab::Trials => {
            let heading = words::evidence::trials_heading();
            let counted = words::evidence::counted_heading();
            vec![
                Section::new(heading, TRIALS.iter().map(trial)),
                Section::new(counted, Mechanism::ALL.iter().map(counts)),
            ]
        }
        Tab::NotModelled => {
            let entry = |left_out: &LeftOut| {
                Entry::new(subscripted(left_out.what), [subscripted(left_out.why), String::new()], String::new())
            };
            vec![Section::new(words::evidence::not_modelled_heading(), NOT_MODELLED.iter().map(entry))]
        }
    }
}

fn trial(trial: &Trial) -> Entry {
    let told = format!("{}. {}. {}.", trial.compared, trial.result, trial.effect);
    let below = words::evidence::trial_told(trial.not_shown, trial.try_here, trial.source, trial.known.label());
    let small = words::evidence::trial_patients(trial.patients_count);
    Entry::new(trial.name.to_owned(), [subscripted(&told), subscripted(&below)], small)
}

/// What was said of those of one truth.
fn counts(truth: &Mechanism) -> Entry {
    let row = COUNTED[*truth as usize];
    let said = Mechanism::ALL.iter().zip(row).filter(|(_, count)| *count > 0);
    let told: Vec<String> = said.map(|(said, count)| format!("{count} {}", said.label())).collect();
    let [right, all] = [row[*truth as usize], row.iter().sum()];
    let lines = [words::evidence::said_first(told.join("; ")), String::new()];
    Entry::new(words::evidence::in_truth(truth.label()), lines, words::evidence::right_of_all(right, all))
}

fn equations() -> Vec<Section> {
    let laws = LAWS.iter().map(|law| {
        let lines = [law.equation.to_owned(), format!("{} {}.", subscripted(law.here), law.source)];
        Entry::new(subscripted(law.title), lines, String::new())
    });
    let sums = formulas::all().iter().map(|formula| {
        let lines = [formula.equation.to_owned(), format!("{}.", formula.source)];
        Entry::new(subscripted(formula.title), lines, format!("isoshunt calc {}", formula.name))
    });
    vec![Section::new(words::evidence::laws(), laws), Section::new(words::evidence::formulas(), sums)]
}

fn parameters(units: DisplayUnits) -> Vec<Section> {
    let of_group = |group: Group| {
        let switches = SwitchId::ALL.iter().filter(|id| id.group() == group).map(|id| {
            let small = words::evidence::switch_told(
                id.key(),
                id.options().join(words::evidence::switch_or()),
                id.options()[0],
            );
            Entry::new(subscripted(id.label()), [String::new(), subscripted(id.source())], small)
        });
        let numbers = ParamId::ALL.iter().map(|id| id.bounds()).filter(|b| b.group == group).map(|b| {
            let [min, max] = [b.min, b.max].map(number);
            let default = number((b.default * 1e4).round() / 1e4);
            let small = words::evidence::number_told(b.key, min, max, spaced(b.unit), default);
            Entry::new(subscripted(b.label), [String::new(), subscripted(&units.prose(b.source))], small)
        });
        Section::new(group.label(), switches.chain(numbers))
    };
    Group::ALL.into_iter().map(of_group).collect()
}
