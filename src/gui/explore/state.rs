//! What the window remembers that is not the patient's, apart by how long it lasts and who hears of it.

use eframe::egui::Rect;

use super::open::{OpenBoard, OpenGas, OpenLibrary, Own, PANES, Places, Waiting};
use super::tabs;
use crate::{
    app::{Page, arrangement::Arrangement, settings::Settings},
    figure::trends::Lane,
    gui::{export::Wanted, link::Link, theme::ThemeName},
    scenario::Scenario,
    sim::{
        params::{Group, ParamId},
        play::instruments::Mistake,
    },
    store::{Folder, Listing},
    text::words,
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
    /// The folder of one's own decks and patients that page Lecture lists; empty for none.
    pub folder: String,
    /// Names of the built-in patients who were looked at last, the latest first.
    pub last_used: Vec<String>,
    /// Files of patients and runs that were used last, the latest first.
    pub recent_files: Vec<String>,
    /// The folder of pictures and data; empty until it was asked for.
    pub export_folder: String,
}

/// How many files are remembered.
const MOST_RECENT_FILES: usize = 6;
/// How many patients are remembered as used last.
const MOST_LAST_USED: usize = 4;

impl Choices {
    /// Remembers a patient as the one who was looked at last.
    pub(in crate::gui) fn use_patient(&mut self, id: &str) {
        self.last_used.retain(|other| other != id);
        self.last_used.insert(0, id.to_owned());
        self.last_used.truncate(MOST_LAST_USED);
    }

    /// Remembers a file as the one that was used last.
    pub(in crate::gui) fn use_file(&mut self, path: &str) {
        self.recent_files.retain(|other| other != path);
        self.recent_files.insert(0, path.to_owned());
        self.recent_files.truncate(MOST_RECENT_FILES);
    }
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
            last_used: Vec::new(),
            recent_files: Vec::new(),
            export_folder: String::new(),
            folder: String::new(),
        }
    }
}

/// What a page shows and forgets when the program ends.
#[derive(Debug, Clone, PartialEq)]
pub struct OnPage {
    /// What lies over the page.
    pub overlay: Option<Overlay>,
    /// The library of patients, where it is open.
    pub library: Option<OpenLibrary>,
    /// The form of a blood gas.
    pub gas: OpenGas,
    /// The board of criteria and of the ladder.
    pub board: OpenBoard,
    /// Which groups of controls are open, in the order of [`Group::ALL`].
    pub open: [bool; Group::ALL.len()],
    /// Which length of trend is shown: an index into [`crate::figure::trends::WINDOWS`].
    pub window: usize,
    /// Which lanes the trend has where there is room, in the order of [`Lane::ALL`].
    pub lanes: [bool; Lane::ALL.len()],
    /// Whether the iso-shunt diagram shows the low range of PaO2 alone.
    pub low_po2: bool,
    /// What goes wrong with the next sample.
    pub mistake: Mistake,
    /// The place of the session file that is saved to or opened, as it was typed.
    pub path: String,
    /// Name on the command line of the patient for whom it was typed: it is not another's.
    pub path_of: String,
    /// The blood gas cards that are chosen, at most two, by their place among the samples.
    pub cards: Vec<usize>,
    /// What is typed of a patient that is to be saved.
    pub own: Own,
    /// What waits until it is known where pictures and data go.
    pub waiting: Option<Waiting>,
    /// The folder that is looked into for a file.
    pub folder: Option<Listing>,
}

impl Default for OnPage {
    fn default() -> Self {
        OnPage {
            overlay: None,
            library: None,
            gas: OpenGas::default(),
            board: OpenBoard::default(),
            open: Default::default(),
            window: 1,
            lanes: [true; Lane::ALL.len()],
            low_po2: false,
            mistake: Mistake::None,
            path: String::new(),
            path_of: String::new(),
            cards: Vec::new(),
            own: Own::default(),
            waiting: None,
            folder: None,
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
    /// The pane to which the focus goes, and in how many frames it is there.
    pub going_to: Option<(usize, u8)>,
    /// Where the panes were, from the controls on.
    pub panes: [Option<Rect>; PANES],
    /// The slider that a term of an equation leads to, until it has the focus.
    pub wanted: Option<ParamId>,
    /// Places of files in sight.
    pub places: Places,
}

/// What the window tells the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Which page it is.
    pub page: Page,
    /// Where files stand for which nobody has said another place.
    pub home: Folder,
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
    /// A file that is to be opened.
    pub open: Option<String>,
    /// Folders of which the first that can be read is to be shown.
    pub look: Option<Vec<String>>,
    /// A patient who goes to page Explore; undo brings back who is there.
    pub patient: Option<Box<Scenario>>,
    /// Two patients that go to page Compare.
    pub beside: Option<[Scenario; 2]>,
    /// What is to be done with what an earlier program left.
    pub answer: Option<Answer>,
    /// What is wanted out of the window.
    pub export: Option<Wanted>,
    /// Whether what is saved may take the place of a file that stands there.
    pub replaces: bool,
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// All keys.
    Keys,
    /// What this is.
    About,
    /// What words mean.
    Glossary,
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
            Motion::Running => words::explore::while_time_runs(),
            Motion::Always => words::explore::always(),
            Motion::Never => words::explore::never(),
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
