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

/// The choices, by the names that menus give them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    version: u32,
    theme: String,
    pressure: String,
    concentration: String,
    #[serde(rename = "scented")]
    previewed: String,
    motion: String,
    zoom: f32,
    single_keys: bool,
    cells: bool,
    first_steps: bool,
    arrangement: Arrangement,
    /// What stands under the pictures and beside the trend; none in files of programs that did not keep it.
    #[serde(default)]
    #[serde(rename = "foot")]
    bottom: Option<String>,
    #[serde(default)]
    side: Option<String>,
}

impl Kept {
    /// What is chosen now.
    pub(super) fn of(panel: &PanelState, zoom: f32) -> Kept {
        Kept {
            version: VERSION,
            theme: panel.theme.label().to_owned(),
            pressure: panel.settings.units.pressure.label().to_owned(),
            concentration: panel.settings.units.concentration.label().to_owned(),
            previewed: panel.settings.previewed.label().to_owned(),
            motion: panel.motion.label().to_owned(),
            zoom,
            single_keys: panel.single_keys,
            cells: panel.cells,
            first_steps: panel.welcome,
            arrangement: panel.arrangement.clone(),
            bottom: Some(panel.bottom.label().to_owned()),
            side: Some(panel.side.label().to_owned()),
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
        fn named<T: Copy>(all: &[T], label: fn(T) -> &'static str, what: &str, name: &str) -> Result<T, String> {
            let found = all.iter().copied().find(|choice| label(*choice) == name);
            found.ok_or_else(|| format!("{what}: there is no “{}”", crate::text::shown(name)))
        }
        panel.theme = named(&ThemeName::ALL, ThemeName::label, "theme", &self.theme)?;
        panel.motion = named(&Motion::ALL, Motion::label, "motion", &self.motion)?;
        let units = &mut panel.settings.units;
        units.pressure = named(&Pressure::ALL, Pressure::label, "pressure", &self.pressure)?;
        units.concentration = named(&Concentration::ALL, Concentration::label, "concentration", &self.concentration)?;
        panel.settings.previewed = named(&Previewed::ALL, Previewed::label, "scented", &self.previewed)?;
        panel.single_keys = self.single_keys;
        panel.cells = self.cells;
        panel.welcome = self.first_steps;
        panel.arrangement = self.arrangement.clone();
        if let Some(bottom) = &self.bottom {
            panel.bottom = named(&BottomTab::ALL, BottomTab::label, "foot", bottom)?;
        }
        if let Some(side) = &self.side {
            panel.side = named(&Tab::ALL, Tab::label, "side", side)?;
        }
        Ok(())
    }

    /// Keeps another theme than the one that is shown.
    pub(super) fn set_theme(&mut self, theme: ThemeName) {
        theme.label().clone_into(&mut self.theme);
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

    #[test]
    fn inv_a_damaged_file_is_refused_whole() {
        let whole = Kept::of(&PanelState::default(), 1.0).to_json();
        let damaged = [
            (whole.replace("Dark", "Pink"), "Pink"),
            (whole.replace("All numbers", "Weather"), "Weather"),
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
