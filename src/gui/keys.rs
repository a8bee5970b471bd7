//! Every key of the window: one table that the shortcuts obey and the help shows.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers, Ui};

use super::widgets::slider;
use crate::app::Page;
use crate::text::words::{self, Word};

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
    pub what: Word,
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
        what: words::keys::redo,
    },
    Binding {
        act: Act::Undo,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::Z)],
        single: false,
        pages: WITH_PATIENTS,
        what: words::keys::undo,
    },
    Binding {
        act: Act::RunOrPause,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::Space)],
        single: true,
        pages: WITH_PATIENTS,
        what: words::keys::run_or_pause,
    },
    Binding {
        act: Act::Step,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::Period)],
        single: true,
        pages: EXPLORE,
        what: words::keys::step,
    },
    Binding {
        act: Act::Help,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F1)],
        single: false,
        pages: &[],
        what: words::keys::help,
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
        what: words::keys::page,
    },
    Binding {
        act: Act::FullScreen,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F11)],
        single: false,
        pages: &[],
        what: words::keys::full_screen,
    },
    Binding {
        act: Act::Patients,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::P)],
        single: false,
        pages: EXPLORE,
        what: words::keys::patients,
    },
    Binding {
        act: Act::BloodGas,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::G)],
        single: false,
        pages: EXPLORE,
        what: words::gas::title,
    },
    Binding {
        act: Act::Board,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::L)],
        single: false,
        pages: EXPLORE,
        what: words::keys::board,
    },
    Binding {
        act: Act::HoldBeside,
        keys: &[KeyboardShortcut::new(Modifiers::COMMAND, Key::B)],
        single: false,
        pages: EXPLORE,
        what: words::keys::hold_beside,
    },
    Binding {
        act: Act::PaneBefore,
        keys: &[KeyboardShortcut::new(Modifiers::SHIFT, Key::F6)],
        single: false,
        pages: EXPLORE,
        what: words::keys::pane_before,
    },
    Binding {
        act: Act::NextPane,
        keys: &[KeyboardShortcut::new(Modifiers::NONE, Key::F6)],
        single: false,
        pages: EXPLORE,
        what: words::keys::next_pane,
    },
];

/// Keys of whatever has the focus: they are handled by the control itself.
pub static OF_CONTROLS: [(Word, Word); 13] = [
    (words::keys::tab, words::keys::tab_does),
    (words::keys::space_enter, words::keys::space_enter_does),
    (words::keys::escape, words::keys::escape_does),
    (words::keys::slider_arrows, words::keys::slider_arrows_do),
    (words::keys::slider_shift, words::keys::slider_shift_does),
    (words::keys::slider_pages, words::keys::slider_pages_do),
    (words::keys::slider_ends, words::keys::slider_ends_do),
    (words::keys::slider_enter, words::keys::slider_enter_does),
    (words::keys::plot_arrows, words::keys::plot_arrows_do),
    (words::keys::trend_arrows, words::keys::trend_arrows_do),
    (words::keys::border_arrows, words::keys::border_arrows_do),
    (words::keys::lung_tab, words::keys::lung_tab_does),
    (words::keys::zoom, words::keys::zoom_does),
];

/// Keys of page Compare alone; they act also while a slider has the keyboard, and are switched off with the single keys.
pub static OF_COMPARE: [(Word, Word); 4] = [
    (words::keys::letters, words::keys::letters_do),
    (words::keys::shift_letters, words::keys::shift_letters_do),
    (|| "X", words::keys::x_does),
    (|| "T", words::keys::t_does_in_compare),
];

/// Keys of a deck that plays, as presenters know them.
pub static OF_A_DECK: [(Word, Word); 20] = [
    (words::keys::deck_forward, words::keys::deck_forward_does),
    (words::keys::deck_back, words::keys::deck_back_does),
    (words::keys::enter, words::keys::deck_enter_does),
    (words::keys::deck_digits, words::keys::deck_digits_do),
    (words::keys::deck_equals, words::keys::deck_equals_does),
    (|| "V", words::keys::deck_v_does),
    (words::keys::deck_line, words::keys::deck_line_does),
    (|| "P", words::keys::deck_p_does),
    (|| "↑ ↓", words::keys::deck_up_down_do),
    (words::keys::backspace, words::keys::deck_backspace_does),
    (|| "N", words::keys::deck_n_does),
    (words::keys::deck_go_to, words::keys::deck_go_to_does),
    (words::keys::home_end, words::keys::deck_home_end_do),
    (words::keys::deck_blank, words::keys::deck_blank_does),
    (|| "T", words::keys::deck_t_does),
    (|| "E", words::keys::deck_e_does),
    (words::keys::f5, words::keys::deck_f5_does),
    (|| "F9", words::keys::deck_f9_does),
    (words::keys::ctrl_v, words::keys::deck_ctrl_v_does),
    (words::keys::escape, words::keys::deck_escape_does),
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
