//! What drills with few questions share: one question at a time, its options as buttons, its keys.

use eframe::egui::{Key, Ui};

use crate::app::page::challenge::Ask;
use crate::gui::theme::Theme;
use crate::text::words;

use super::{Hands, Wish, option, prose, weak, wide};

/// A question as it is shown: its words, its options, and the option that is locked.
pub(super) struct Shown<'a> {
    pub(super) label: &'a str,
    pub(super) options: &'a [&'a str],
    pub(super) locked: Option<usize>,
}

/// Keys that act while nothing is typed: a digit takes an option, Enter locks it; after the last answer the doors.
pub(super) fn shortcuts(ui: &Ui, options: usize, hands: &mut Hands<'_>) {
    let Hands { view, asks, wishes } = hands;
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
    let focused = ui.memory(|memory| memory.focused().is_some());
    if options > 0 {
        if let Some(index) = DIGITS.iter().position(|key| pressed(*key)).filter(|index| *index < options) {
            view.choice = Some(index);
        }
        if !focused
            && pressed(Key::Enter)
            && let Some(option) = view.choice
        {
            asks.push(Ask::Option(option));
        }
    } else if pressed(Key::N) {
        asks.push(Ask::Next);
    } else if pressed(Key::G) {
        asks.push(Ask::Again);
    } else if pressed(Key::X) {
        wishes.push(Wish::Explore);
    }
}

const DIGITS: [Key; 8] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

/// The questions in their order: locked ones with their answer, the first open one with its options.
pub(super) fn asked(ui: &mut Ui, theme: &Theme, questions: &[Shown<'_>], hands: &mut Hands<'_>) {
    let Hands { view, asks, .. } = hands;
    let open = questions.iter().position(|question| question.locked.is_none());
    for (number, question) in questions.iter().enumerate() {
        let colour = if open == Some(number) { theme.accent } else { theme.weak };
        let title = format!("{} {}", number + 1, question.label);
        prose(ui, &title, theme.bold(13.0), colour);
        if let Some(locked) = question.locked {
            weak(ui, theme, question.options[locked]);
        } else if open == Some(number) {
            for (index, name) in question.options.iter().enumerate() {
                if option(ui, theme, (index, name), view.choice == Some(index)) {
                    view.choice = Some(index);
                }
            }
            let last = number + 1 == questions.len();
            let name = if last { words::challenge::lock_last() } else { words::challenge::lock() };
            if wide(ui, theme, name, words::keys::enter(), view.choice.is_some())
                && let Some(option) = view.choice
            {
                asks.push(Ask::Option(option));
            }
        }
        ui.add_space(theme.size(4.0));
    }
}

/// What the doors after the last answer are called.
pub(super) struct Doors<'a> {
    pub(super) next: &'a str,
    pub(super) again: &'a str,
    pub(super) explore: &'a str,
}

/// The doors after the last answer.
pub(super) fn doors(ui: &mut Ui, theme: &Theme, doors: &Doors<'_>, explores: bool, hands: &mut Hands<'_>) {
    ui.add_space(theme.size(8.0));
    if wide(ui, theme, doors.next, "N", true) {
        hands.asks.push(Ask::Next);
    }
    if wide(ui, theme, doors.again, "G", true) {
        hands.asks.push(Ask::Again);
    }
    // A formula has no patient.
    if explores && wide(ui, theme, doors.explore, "X", true) {
        hands.wishes.push(Wish::Explore);
    }
}
