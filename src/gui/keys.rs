//! Every key of the window: one table that the shortcuts obey and the help shows.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers, Ui};

use super::widgets::slider;
use crate::app::Page;

/// What a key does wherever the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes the last action back.
    Undo,
    /// Does it again.
    Redo,
    /// Lets time run, or stand.
    RunOrPause,
    /// Takes one step of time.
    Step,
    /// Shows the keys.
    Help,
    /// Goes to another page, in the order of the tabs.
    Page,
    /// Fills the screen, or no longer.
    FullScreen,
    /// Opens the library of patients.
    Patients,
    /// Opens the form of a blood gas.
    BloodGas,
    /// Opens the board of criteria and of the ladder of rescue.
    Board,
    /// Holds what is shown beside what comes.
    HoldBeside,
    /// Takes the focus to the pane before.
    PaneBefore,
    /// Takes the focus to the next pane.
    NextPane,
}

/// Keys and what they do.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What they do.
    pub act: Act,
    /// The keys, each on its own; the longer before those they contain.
    pub keys: &'static [KeyboardShortcut],
    /// Whether it is a single key, which acts only while nothing has the keyboard and can be switched off (WCAG 2.1.4).
    pub single: bool,
    /// Pages on which they act; empty for all.
    pub pages: &'static [Page],
    /// In words.
    pub what: &'static str,
}

/// Page of one patient.
const EXPLORE: &[Page] = &[Page::Explore];
/// Pages on which patients are changed.
const WITH_PATIENTS: &[Page] = &[Page::Explore, Page::Compare];

/// Every binding. Where keys of one contain those of another it stands before it.
pub static BINDINGS: [Binding; 13] = [
    Binding {
        act: Act::Redo,
        keys: &[
            KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Y),
        ],
        single: false,
        pages: WITH_PATIENTS,
        what: "Do again what was undone",
    },
    Binding {
        act: Act::Undo,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::Z)],
        single: false,
        pages: WITH_PATIENTS,
        what: "Undo the last action",
    },
    Binding {
        act: Act::RunOrPause,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::Space)],
        single: true,
        pages: WITH_PATIENTS,
        what: "Let time run, or stand",
    },
    Binding {
        act: Act::Step,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::Period)],
        single: true,
        pages: EXPLORE,
        what: "Half a second of patient time",
    },
    Binding {
        act: Act::Help,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F1)],
        single: false,
        pages: &[],
        what: "Show all keys",
    },
    Binding {
        act: Act::Page,
        keys: &[
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Num1),
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Num2),
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Num3),
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Num4),
            KeyboardShortcut::new(Modifiers::COMMAND, Key::Num5),
        ],
        single: false,
        pages: &[],
        what: "To another page, in the order of the tabs",
    },
    Binding {
        act: Act::FullScreen,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F11)],
        single: false,
        pages: &[],
        what: "Fill the screen, or no longer",
    },
    Binding {
        act: Act::Patients,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::P)],
        single: false,
        pages: EXPLORE,
        what: "All patients, by what they teach",
    },
    Binding {
        act: Act::BloodGas,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::G)],
        single: false,
        pages: EXPLORE,
        what: "Enter a blood gas",
    },
    Binding {
        act: Act::Board,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::L)],
        single: false,
        pages: EXPLORE,
        what: "Criteria and ladder of rescue, with their hours",
    },
    Binding {
        act: Act::HoldBeside,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::B)],
        single: false,
        pages: EXPLORE,
        what: "Hold this patient and moment beside what comes",
    },
    Binding {
        act: Act::PaneBefore,
        keys: &[KeyboardShortcut::new(Modifiers::SHIFT, Key::F6)],
        single: false,
        pages: EXPLORE,
        what: "To the pane before",
    },
    Binding {
        act: Act::NextPane,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F6)],
        single: false,
        pages: EXPLORE,
        what: "To the next pane",
    },
];

/// Keys of whatever has the focus: they are handled by the control itself.
pub static OF_CONTROLS: [(&str, &str); 13] = [
    ("Tab, Shift+Tab", "To the next control, the one before"),
    ("Space, Enter", "Press a button, open a menu or a group"),
    ("Escape", "Close what has opened"),
    ("Slider: ← →, ↑ ↓", "One clinical step: FiO₂ 0.05, PEEP 1"),
    ("Slider: Shift and an arrow", "A fine step: FiO₂ 0.01"),
    ("Slider: Page Up, Page Down", "Ten steps"),
    ("Slider: Home, End", "To the limits"),
    ("Slider: Enter", "Type the number"),
    ("Plot: ← →", "From one named point to the next"),
    ("Trend: ← →", "From one action or sample to the next"),
    ("Border of a picture: arrows", "Move it"),
    ("Lung and blood: Tab", "From part to part, each with its numbers"),
    ("Ctrl and +, −, 0", "Larger, smaller, usual size of everything"),
];

/// Keys of page Compare alone; they act also while a slider has the keyboard, and are switched off with the single keys.
pub static OF_COMPARE: [(&str, &str); 4] = [
    ("A to D", "Look closely at this patient: what parts him from A"),
    ("Shift and A to D", "Control this patient alone, again for all"),
    ("X", "A changes places with who is looked at closely"),
    ("T", "All twins of A, or the first two"),
];

/// Keys of a deck that plays, as presenters know them.
pub static OF_A_DECK: [(&str, &str); 20] = [
    ("Page Down, →, Space", "The reveal, then the next step"),
    ("Page Up, ←", "The step before"),
    ("Enter", "The reveal"),
    ("1 to 6, with Shift", "A vote more for an option, one less"),
    ("=, a number, Enter", "So many votes for the option last voted for"),
    ("V", "The second vote, after talk"),
    ("D, four numbers, each with Enter", "The hall's line: FiO₂ and PaO₂ of two points; D again takes it away"),
    ("P", "Play the course of a step in time, or let it stand"),
    ("↑ ↓", "After the reveal: more or less of what can be moved"),
    ("Backspace", "The patient of the reveal again"),
    ("N", "Notes, for some seconds"),
    ("G, a number, Enter", "Go to a step"),
    ("Home, End", "The first step, the last"),
    ("B or full stop, W", "Black or white screen, and back"),
    ("T", "The clock stands, or runs"),
    ("E", "Into Explore with this patient; E again comes back"),
    ("F5, Shift+F5", "Full screen from the start, from here"),
    ("F9", "Read the file again"),
    ("Ctrl+V", "The lines of a class, from page Challenge"),
    ("Escape", "Leave full screen, then the deck"),
];

/// The keys of an act.
#[must_use]
pub fn binding(act: Act) -> &'static Binding {
    BINDINGS.iter().find(|binding| binding.act == act).unwrap_or(&BINDINGS[0])
}

impl Binding {
    /// The keys as they are printed here.
    #[must_use]
    pub fn text(&self, ctx: &Context) -> String {
        self.keys.iter().map(|keys| ctx.format_shortcut(keys)).collect::<Vec<_>>().join(", ")
    }
}

/// Whether the keys of an act were pressed; they are used up by it. `single_keys` says whether single keys may act.
pub fn pressed(ui: &Ui, act: Act, single_keys: bool) -> bool {
    let binding = binding(act);
    let busy = if binding.single {
        // A slider does not want space.
        let slider = (act == Act::RunOrPause).then(|| slider::focused(ui.ctx())).flatten();
        !single_keys || ui.ctx().memory(|memory| memory.focused().is_some_and(|focused| Some(focused) != slider))
    } else {
        ui.ctx().text_edit_focused()
    };
    !busy && ui.input_mut(|input| binding.keys.iter().any(|keys| input.consume_shortcut(keys)))
}

/// Which page was asked for by a key, counted in the order of the tabs; the key is used up.
pub fn page_pressed(ui: &Ui) -> Option<usize> {
    let keys = binding(Act::Page).keys;
    ui.input_mut(|input| keys.iter().position(|keys| input.consume_shortcut(keys)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_no_two_acts_have_a_key_and_every_act_has_one() {
        let keys: Vec<&KeyboardShortcut> = BINDINGS.iter().flat_map(|binding| binding.keys).collect();
        for (i, a) in keys.iter().enumerate() {
            assert!(keys[..i].iter().all(|b| a != b), "{a:?}");
        }
        for act in BINDINGS.map(|binding| binding.act) {
            assert_eq!(binding(act).act, act);
            assert!(!binding(act).keys.is_empty());
        }
    }
}
