//! What the window remembers that is not the patient's, apart by how long it lasts and who hears of it.

use super::tabs;
use crate::{
    app::{Page, arrangement::Arrangement, settings::Settings},
    figure::trends::Lane,
    gui::{export::Wanted, link::Link, theme::ThemeName},
    sim::{
        params::{Group, ParamId},
        play::instruments::Mistake,
    },
};

/// What the window remembers that is not the patient's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PanelState {
    /// What a person has chosen: kept from one start to the next.
    pub choices: Choices,
    /// What the page shows, until the program ends.
    pub page: OnPage,
    /// What one frame leaves for the next.
    pub frame: InFrame,
    /// What the window tells the page.
    pub told: Told,
    /// What the page asks of the window beside commands.
    pub sent: Sent,
}

/// What a person has chosen about the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Theme of the window.
    pub theme: ThemeName,
    /// Units, and the number by which tracks are coloured.
    pub settings: Settings,
    /// Which pictures stand where.
    pub arrangement: Arrangement,
    /// Whether the lung picture counts blood in red cells.
    pub cells: bool,
    /// When the lung picture moves.
    pub motion: Motion,
    /// Whether first steps stand below the pictures.
    pub welcome: bool,
    /// What stands under the pictures of the steady state.
    pub bottom: tabs::BottomTab,
    /// What stands beside the trend.
    pub side: tabs::Tab,
    /// Whether space and full stop drive time.
    pub single_keys: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Choices {
            theme: ThemeName::default(),
            settings: Settings::default(),
            arrangement: Arrangement::default(),
            cells: false,
            motion: Motion::default(),
            welcome: false,
            bottom: tabs::BottomTab::default(),
            side: tabs::Tab::default(),
            single_keys: true,
        }
    }
}

/// What a page shows and forgets when the program ends.
#[derive(Debug, Clone, PartialEq)]
pub struct OnPage {
    /// What lies over the page.
    pub overlay: Option<Overlay>,
    /// Which groups of controls are open, in the order of [`Group::ALL`].
    pub open: [bool; Group::ALL.len()],
    /// Which length of trend is shown: an index into [`crate::figure::trends::WINDOWS`].
    pub window: usize,
    /// Which lanes the trend has where there is room, in the order of [`Lane::ALL`].
    pub lanes: [bool; Lane::ALL.len()],
    /// What goes wrong with the next sample.
    pub mistake: Mistake,
    /// The place of the session file that is saved to or opened, as it was typed.
    pub path: String,
}

impl Default for OnPage {
    fn default() -> Self {
        OnPage {
            overlay: None,
            open: Default::default(),
            window: 1,
            lanes: [true; Lane::ALL.len()],
            mistake: Mistake::None,
            path: String::new(),
        }
    }
}

/// What one frame leaves for the next.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InFrame {
    /// What lights up in all pictures.
    pub link: Link,
    /// Sliders that were in sight, the large ones first.
    pub in_sight: Vec<ParamId>,
    /// Patient time that is pointed at in the trend, s.
    pub pointed_s: Option<f64>,
    /// The moment of the past that the pictures show, s; none where they show the present.
    pub moment_s: Option<f64>,
    /// The slider that a term of an equation leads to, until it has the focus.
    pub wanted: Option<ParamId>,
}

/// What the window tells the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Which page it is.
    pub page: Page,
    /// What an earlier program left, in words, as long as it is offered.
    pub offer: Option<String>,
    /// Why the run is not being saved, where it is not.
    pub not_saved: Option<String>,
}

/// What the page asks of the window beside commands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sent {
    /// Another page.
    pub page: Option<Page>,
    /// What is to be done with what an earlier program left.
    pub answer: Option<Answer>,
    /// What is wanted out of the window.
    pub export: Option<Wanted>,
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// All keys.
    Keys,
    /// What this is.
    About,
}

/// When the lung picture moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motion {
    /// While time runs.
    #[default]
    Running,
    /// Always: the window is drawn without a pause.
    Always,
    /// Never.
    Never,
}

impl Motion {
    /// Every choice, in menu order.
    pub const ALL: [Motion; 3] = [Motion::Running, Motion::Always, Motion::Never];

    /// Name in the menu and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Motion::Running => "While time runs",
            Motion::Always => "Always",
            Motion::Never => "Never",
        }
    }
}

/// What to do with a run that an earlier program left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on with it.
    Restore,
    /// Put it aside.
    Discard,
}
