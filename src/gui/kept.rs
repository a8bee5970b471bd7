//! What a person has chosen about the window, in a file that the next start reads.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    explore::{
        Choices, Motion,
        tabs::{BottomTab, Tab},
    },
    theme::ThemeName,
};
use crate::{
    app::{
        arrangement::{Arrangement, BadArrangement},
        slider_preview::Previewed,
    },
    scenario,
    text::{
        display_units::{Concentration, Pressure},
        words,
    },
};

/// Version of the form that is written; another is not read.
const VERSION: u32 = 1;
/// Sizes of everything that are taken from a file.
const ZOOM: std::ops::RangeInclusive<f32> = 0.5..=3.0;

/// Choices and their keys in the file, which stay when a menu calls them otherwise.
type Keys<T> = [(T, &'static str)];
const THEMES: &Keys<ThemeName> =
    &[(ThemeName::Dark, "dark"), (ThemeName::Light, "light"), (ThemeName::Projector, "projector")];
const MOTIONS: &Keys<Motion> = &[(Motion::Running, "running"), (Motion::Always, "always"), (Motion::Never, "never")];
const PRESSURES: &Keys<Pressure> = &[(Pressure::Mmhg, "mmhg"), (Pressure::Kpa, "kpa")];
const CONCENTRATIONS: &Keys<Concentration> = &[(Concentration::PerDl, "g_per_dl"), (Concentration::PerL, "g_per_l")];
const BOTTOM_TABS: &Keys<BottomTab> =
    &[(BottomTab::Numbers, "numbers"), (BottomTab::Equations, "equations"), (BottomTab::Moves, "moves")];
const TABS: &Keys<Tab> = &[
    (Tab::Samples, "samples"),
    (Tab::Checkpoints, "checkpoints"),
    (Tab::Numbers, "numbers"),
    (Tab::Equations, "equations"),
    (Tab::Moves, "moves"),
    (Tab::Happened, "happened"),
];

/// Labels that files of the time before keys hold.
const OLD_LABELS: [(&str, &str); 21] = [
    ("What happened", "happened"),
    ("Dark", "dark"),
    ("Light", "light"),
    ("Projector", "projector"),
    ("While time runs", "running"),
    ("Always", "always"),
    ("Never", "never"),
    ("mmHg", "mmhg"),
    ("kPa", "kpa"),
    ("g/dL", "g_per_dl"),
    ("g/L", "g_per_l"),
    ("SaO₂", "so2_art_frac"),
    ("PaO₂", "po2_art_mmhg"),
    ("DO₂", "o2_delivery_ml_per_min"),
    ("A-a", "aa_gradient_mmhg"),
    ("All numbers", "numbers"),
    ("Equations", "equations"),
    ("Moves", "moves"),
    ("Blood gases", "samples"),
    ("Checkpoints", "checkpoints"),
    ("Numbers", "numbers"),
];

/// Key of a choice; each has one.
fn key_of<T: Copy + PartialEq>(keys: &Keys<T>, choice: T) -> String {
    keys.iter().find(|(other, _)| *other == choice).map_or_else(String::new, |(_, key)| (*key).to_owned())
}

/// The choices, by their keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    version: u32,
    theme: String,
    pressure: String,
    concentration: String,
    #[serde(alias = "scented")]
    previewed: String,
    motion: String,
    zoom: f32,
    single_keys: bool,
    cells: bool,
    first_steps: bool,
    arrangement: Arrangement,
    /// What stands under the pictures and beside the trend; none in files of programs that did not keep it.
    #[serde(default, alias = "foot")]
    bottom: Option<String>,
    #[serde(default)]
    side: Option<String>,
    /// The patients who were looked at last, the latest first.
    #[serde(default)]
    last_used: Vec<String>,
    /// Files of patients and runs that were used last.
    #[serde(default)]
    recent_files: Vec<String>,
    /// The folder of pictures and data.
    #[serde(default)]
    export_folder: String,
    /// The folder that page Lecture lists.
    #[serde(default)]
    folder: String,
}

/// Why a file of choices is not read.
#[derive(Debug, Error)]
pub(super) enum BadChoices {
    /// It has not the form.
    #[error(transparent)]
    Form(#[from] serde_json::Error),
    /// It was written in another form.
    #[error("{}", words::window::version_is_not(.version, VERSION))]
    Version { version: u32 },
    /// Larger or smaller than anything can be seen.
    #[error("{}", words::window::zoom_is_not(.zoom, ZOOM.start(), ZOOM.end()))]
    Zoom { zoom: f32 },
    /// The pictures make no page.
    #[error(transparent)]
    Arrangement(#[from] BadArrangement),
    /// A choice that does not exist.
    #[error("{}", words::window::no_such_choice(.what, crate::text::shown(.name)))]
    Unknown { what: &'static str, name: String },
}

impl Kept {
    /// What is chosen now.
    pub(super) fn of(choices: &Choices, zoom: f32) -> Kept {
        Kept {
            version: VERSION,
            theme: key_of(THEMES, choices.theme),
            pressure: key_of(PRESSURES, choices.settings.units.pressure),
            concentration: key_of(CONCENTRATIONS, choices.settings.units.concentration),
            previewed: choices.settings.previewed.key().to_owned(),
            motion: key_of(MOTIONS, choices.motion),
            zoom,
            single_keys: choices.single_keys,
            cells: choices.cells,
            first_steps: choices.welcome,
            arrangement: choices.arrangement.clone(),
            bottom: Some(key_of(BOTTOM_TABS, choices.bottom)),
            side: Some(key_of(TABS, choices.side)),
            last_used: choices.last_used.clone(),
            recent_files: choices.recent_files.clone(),
            export_folder: choices.export_folder.clone(),
            folder: choices.folder.clone(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BadChoices`], what is wrong with it; then none of it counts.
    pub(super) fn parse(bytes: &[u8]) -> Result<Kept, BadChoices> {
        let kept: Kept = serde_json::from_slice(bytes)?;
        if kept.version != VERSION {
            return Err(BadChoices::Version { version: kept.version });
        }
        if !ZOOM.contains(&kept.zoom) {
            return Err(BadChoices::Zoom { zoom: kept.zoom });
        }
        kept.arrangement.check()?;
        kept.apply(&mut Choices::default())?;
        Ok(kept)
    }

    /// Makes the choices again.
    ///
    /// # Errors
    /// [`BadChoices::Unknown`], which one does not exist.
    pub(super) fn apply(&self, choices: &mut Choices) -> Result<(), BadChoices> {
        fn keyed<T: Copy>(keys: &Keys<T>, what: &'static str, name: &str) -> Result<T, BadChoices> {
            let key = OLD_LABELS.iter().find(|(label, _)| *label == name).map_or(name, |(_, key)| key);
            let found = keys.iter().find(|(_, known)| *known == key);
            found.map(|(choice, _)| *choice).ok_or_else(|| unknown(what, name))
        }
        choices.theme = keyed(THEMES, "theme", &self.theme)?;
        choices.motion = keyed(MOTIONS, "motion", &self.motion)?;
        let units = &mut choices.settings.units;
        units.pressure = keyed(PRESSURES, "pressure", &self.pressure)?;
        units.concentration = keyed(CONCENTRATIONS, "concentration", &self.concentration)?;
        let previewed: Vec<_> = Previewed::ALL.iter().map(|choice| (*choice, choice.key())).collect();
        choices.settings.previewed = keyed(&previewed, "previewed", &self.previewed)?;
        choices.single_keys = self.single_keys;
        choices.cells = self.cells;
        choices.welcome = self.first_steps;
        choices.folder = self.folder.clone();
        choices.export_folder.clone_from(&self.export_folder);
        choices.arrangement = self.arrangement.clone();
        if let Some(bottom) = &self.bottom {
            choices.bottom = keyed(BOTTOM_TABS, "bottom", bottom)?;
        }
        choices.recent_files.clear();
        self.recent_files.iter().rev().for_each(|path| choices.use_file(path));
        // Patients of another program are passed over.
        choices.last_used.clear();
        self.last_used.iter().rev().filter(|id| scenario::find(id).is_ok()).for_each(|id| choices.use_patient(id));
        if let Some(side) = &self.side {
            choices.side = keyed(TABS, "side", side)?;
        }
        Ok(())
    }

    /// These choices with what was changed from one moment to another.
    pub(super) fn with_changes(&self, before: &Kept, now: &Kept) -> Kept {
        fn newer<T: Clone + PartialEq>(kept: &T, before: &T, now: &T) -> T {
            if before == now { kept.clone() } else { now.clone() }
        }
        // What was used last comes first, and what was used before it after it.
        fn joined(kept: &[String], before: &[String], now: &[String]) -> Vec<String> {
            let new: Vec<String> = if before == now { Vec::new() } else { now.to_vec() };
            let old = kept.iter().filter(|name| !new.contains(name)).cloned().collect::<Vec<_>>();
            [new, old].concat()
        }
        Kept {
            version: self.version,
            theme: newer(&self.theme, &before.theme, &now.theme),
            pressure: newer(&self.pressure, &before.pressure, &now.pressure),
            concentration: newer(&self.concentration, &before.concentration, &now.concentration),
            previewed: newer(&self.previewed, &before.previewed, &now.previewed),
            motion: newer(&self.motion, &before.motion, &now.motion),
            zoom: newer(&self.zoom, &before.zoom, &now.zoom),
            single_keys: newer(&self.single_keys, &before.single_keys, &now.single_keys),
            cells: newer(&self.cells, &before.cells, &now.cells),
            first_steps: newer(&self.first_steps, &before.first_steps, &now.first_steps),
            arrangement: newer(&self.arrangement, &before.arrangement, &now.arrangement),
            bottom: newer(&self.bottom, &before.bottom, &now.bottom),
            side: newer(&self.side, &before.side, &now.side),
            last_used: joined(&self.last_used, &before.last_used, &now.last_used),
            recent_files: joined(&self.recent_files, &before.recent_files, &now.recent_files),
            export_folder: newer(&self.export_folder, &before.export_folder, &now.export_folder),
            folder: newer(&self.folder, &before.folder, &now.folder),
        }
    }

    /// Keeps another theme than the one that is shown.
    pub(super) fn set_theme(&mut self, theme: ThemeName) {
        self.theme = key_of(THEMES, theme);
    }

    /// Whether both are of one theme.
    pub(super) fn is_of_theme(&self, other: &Kept) -> bool {
        self.theme == other.theme
    }

    pub(super) fn zoom(&self) -> f32 {
        self.zoom
    }

    /// The file.
    pub(super) fn to_json(&self) -> String {
        // Strings, numbers and lists: there is nothing in it that could not be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn unknown(what: &'static str, name: &str) -> BadChoices {
    BadChoices::Unknown { what, name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_what_is_kept_comes_back() {
        let mut choices = Choices { theme: ThemeName::Projector, motion: Motion::Never, ..Choices::default() };
        choices.settings.units.pressure = Pressure::Kpa;
        choices.cells = true;
        choices.bottom = BottomTab::Moves;
        choices.side = Tab::Numbers;
        choices.use_patient("copd");
        choices.use_file("/home/a/bed-7.json");
        choices.use_patient("pneumothorax");
        choices.folder = "/home/educator/decks".to_owned();
        choices.export_folder = "/home/educator/pictures".to_owned();
        choices.arrangement.put(0, "vq_distribution");
        let kept = Kept::of(&choices, 1.25);
        let read = Kept::parse(kept.to_json().as_bytes()).expect("what was written");
        let mut again = Choices::default();
        read.apply(&mut again).expect("known names");
        assert_eq!(Kept::of(&again, read.zoom()), kept);
    }

    /// What is chosen while the kept choices are being read stays, and takes nothing else of them away.
    #[test]
    fn inv_what_is_chosen_meanwhile_is_a_change_of_what_was_kept() {
        let mut choices = Choices { theme: ThemeName::Projector, cells: true, ..Choices::default() };
        choices.use_file("/home/a/old.json");
        let kept = Kept::of(&choices, 1.25);
        let mut meanwhile = Choices::default();
        let before = Kept::of(&meanwhile, 1.0);
        assert_eq!(kept.with_changes(&before, &before), kept);
        meanwhile.settings.units.pressure = Pressure::Kpa;
        meanwhile.use_file("/home/a/new.json");
        let joined = kept.with_changes(&before, &Kept::of(&meanwhile, 1.0));
        let mut after = Choices::default();
        joined.apply(&mut after).expect("known names");
        assert_eq!(
            (after.theme, after.cells, joined.zoom().to_bits()),
            (ThemeName::Projector, true, 1.25f32.to_bits())
        );
        assert_eq!(after.settings.units.pressure, Pressure::Kpa);
        assert_eq!(after.recent_files, ["/home/a/new.json", "/home/a/old.json"]);
    }

    /// Choices as programs kept them that wrote labels: every one is made again, and written with its key.
    #[test]
    fn inv_settings_of_the_time_before_keys_open_with_all_choices() {
        let old = Kept::parse(include_bytes!("../../tests/data/saved/settings-with-labels.json")).expect("it opens");
        let mut choices = Choices::default();
        old.apply(&mut choices).expect("known names");
        assert_eq!((choices.theme, choices.motion), (ThemeName::Projector, Motion::Never));
        assert_eq!(choices.settings.units.pressure, Pressure::Kpa);
        assert_eq!(choices.settings.units.concentration, Concentration::PerL);
        assert_eq!(choices.settings.previewed, Previewed::AaGradient);
        assert_eq!((choices.bottom, choices.side), (BottomTab::Moves, Tab::Numbers));
        assert_eq!((old.zoom().to_bits(), choices.cells, choices.single_keys), (1.25f32.to_bits(), true, false));
        assert_eq!(choices.arrangement.pictures()[0], "vq_distribution");
        let new = Kept::of(&choices, old.zoom()).to_json();
        for label in ["Projector", "kPa", "g/L", "A-a", "Never", "Moves", "scented", "foot"] {
            assert!(!new.contains(label), "{label} in {new}");
        }
    }

    /// Each choice has a key of its own, and each label that was written finds it.
    #[test]
    fn inv_every_choice_has_a_key() {
        fn whole<T: Copy + PartialEq + std::fmt::Debug>(all: &[T], keys: &Keys<T>, label: fn(T) -> &'static str) {
            assert_eq!(keys.iter().map(|(choice, _)| *choice).collect::<Vec<_>>(), all);
            for (choice, key) in keys {
                assert!(OLD_LABELS.contains(&(label(*choice), key)), "{choice:?}");
            }
        }
        whole(&ThemeName::ALL, THEMES, ThemeName::label);
        whole(&Motion::ALL, MOTIONS, Motion::label);
        whole(&Pressure::ALL, PRESSURES, Pressure::label);
        whole(&Concentration::ALL, CONCENTRATIONS, Concentration::label);
        whole(&BottomTab::ALL, BOTTOM_TABS, BottomTab::label);
        whole(&Tab::ALL, TABS, Tab::label);
        whole(&Previewed::ALL, &Previewed::ALL.map(|choice| (choice, choice.key())), Previewed::label);
    }

    #[test]
    fn inv_a_damaged_file_is_refused_whole() {
        let whole = Kept::of(&Choices::default(), 1.0).to_json();
        let damaged = [
            (whole.replace("\"dark\"", "\"pink\""), "pink"),
            (whole.replace("\"bottom\": \"numbers\"", "\"bottom\": \"weather\""), "weather"),
            (whole.replace("\"version\": 1", "\"version\": 9"), "version 9"),
            (whole.replace("\"zoom\": 1.0", "\"zoom\": 1e9"), "zoom"),
            (whole.replace("lung_picture", "iso_shunt"), "twice"),
            (whole[..whole.len() / 2].to_owned(), "EOF"),
            ("[]".to_owned(), "length"),
            (String::new(), "EOF"),
        ];
        for (text, why) in damaged {
            let refused = Kept::parse(text.as_bytes()).expect_err("refused").to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
