//! What a person has chosen about the window, in a file that the next start reads.

use serde::{Deserialize, Serialize};

use super::{
    explore::{
        Motion, PanelState,
        tabs::{BottomTab, Tab},
    },
    theme::ThemeName,
};
use crate::{
    app::{arrangement::Arrangement, slider_preview::Previewed},
    text::display_units::{Concentration, Pressure},
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
];

/// Labels that files of the time before keys hold.
const OLD_LABELS: [(&str, &str); 20] = [
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
}

impl Kept {
    /// What is chosen now.
    pub(super) fn of(panel: &PanelState, zoom: f32) -> Kept {
        Kept {
            version: VERSION,
            theme: key_of(THEMES, panel.theme),
            pressure: key_of(PRESSURES, panel.settings.units.pressure),
            concentration: key_of(CONCENTRATIONS, panel.settings.units.concentration),
            previewed: panel.settings.previewed.key().to_owned(),
            motion: key_of(MOTIONS, panel.motion),
            zoom,
            single_keys: panel.single_keys,
            cells: panel.cells,
            first_steps: panel.welcome,
            arrangement: panel.arrangement.clone(),
            bottom: Some(key_of(BOTTOM_TABS, panel.bottom)),
            side: Some(key_of(TABS, panel.side)),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// In words, what is wrong with it; then none of it counts.
    pub(super) fn parse(bytes: &[u8]) -> Result<Kept, String> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if kept.version != VERSION {
            return Err(format!("version {} is not {VERSION}", kept.version));
        }
        if !ZOOM.contains(&kept.zoom) {
            return Err(format!("zoom: {} is not {} to {}", kept.zoom, ZOOM.start(), ZOOM.end()));
        }
        kept.arrangement.check()?;
        kept.apply(&mut PanelState::default())?;
        Ok(kept)
    }

    /// Makes the choices again.
    ///
    /// # Errors
    /// In words, which one does not exist.
    pub(super) fn apply(&self, panel: &mut PanelState) -> Result<(), String> {
        fn keyed<T: Copy>(keys: &Keys<T>, what: &str, name: &str) -> Result<T, String> {
            let key = OLD_LABELS.iter().find(|(label, _)| *label == name).map_or(name, |(_, key)| key);
            let found = keys.iter().find(|(_, known)| *known == key);
            found.map(|(choice, _)| *choice).ok_or_else(|| unknown(what, name))
        }
        panel.theme = keyed(THEMES, "theme", &self.theme)?;
        panel.motion = keyed(MOTIONS, "motion", &self.motion)?;
        let units = &mut panel.settings.units;
        units.pressure = keyed(PRESSURES, "pressure", &self.pressure)?;
        units.concentration = keyed(CONCENTRATIONS, "concentration", &self.concentration)?;
        let previewed: Vec<_> = Previewed::ALL.iter().map(|choice| (*choice, choice.key())).collect();
        panel.settings.previewed = keyed(&previewed, "previewed", &self.previewed)?;
        panel.single_keys = self.single_keys;
        panel.cells = self.cells;
        panel.welcome = self.first_steps;
        panel.arrangement = self.arrangement.clone();
        if let Some(bottom) = &self.bottom {
            panel.bottom = keyed(BOTTOM_TABS, "bottom", bottom)?;
        }
        if let Some(side) = &self.side {
            panel.side = keyed(TABS, "side", side)?;
        }
        Ok(())
    }

    /// Keeps another theme than the one that is shown.
    pub(super) fn set_theme(&mut self, theme: ThemeName) {
        self.theme = key_of(THEMES, theme);
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

fn unknown(what: &str, name: &str) -> String {
    format!("{what}: there is no “{}”", crate::text::shown(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_what_is_kept_comes_back() {
        let mut panel = PanelState { theme: ThemeName::Projector, motion: Motion::Never, ..PanelState::default() };
        panel.settings.units.pressure = Pressure::Kpa;
        panel.cells = true;
        panel.bottom = BottomTab::Moves;
        panel.side = Tab::Numbers;
        panel.arrangement.put(0, "vq_distribution");
        let kept = Kept::of(&panel, 1.25);
        let read = Kept::parse(kept.to_json().as_bytes()).expect("what was written");
        let mut again = PanelState::default();
        read.apply(&mut again).expect("known names");
        assert_eq!(Kept::of(&again, read.zoom()), kept);
    }

    /// Choices as programs kept them that wrote labels: every one is made again, and written with its key.
    #[test]
    fn inv_settings_of_the_time_before_keys_open_with_all_choices() {
        let old = Kept::parse(include_bytes!("../../tests/data/saved/settings-with-labels.json")).expect("it opens");
        let mut panel = PanelState::default();
        old.apply(&mut panel).expect("known names");
        assert_eq!((panel.theme, panel.motion), (ThemeName::Projector, Motion::Never));
        assert_eq!(panel.settings.units.pressure, Pressure::Kpa);
        assert_eq!(panel.settings.units.concentration, Concentration::PerL);
        assert_eq!(panel.settings.previewed, Previewed::AaGradient);
        assert_eq!((panel.bottom, panel.side), (BottomTab::Moves, Tab::Numbers));
        assert_eq!((old.zoom().to_bits(), panel.cells, panel.single_keys), (1.25f32.to_bits(), true, false));
        assert_eq!(panel.arrangement.pictures()[0], "vq_distribution");
        let new = Kept::of(&panel, old.zoom()).to_json();
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
        let whole = Kept::of(&PanelState::default(), 1.0).to_json();
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
            let refused = Kept::parse(text.as_bytes()).expect_err("refused");
            assert!(refused.contains(why), "{refused}");
        }
    }
}
