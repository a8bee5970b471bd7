//! The drill *Questions*: the question with its options, and after the last answer what the model gives.

use eframe::egui::{Label, Rect, RichText, Ui, vec2};

use crate::app::page::challenge::ChallengePage;
use crate::app::page::challenge::bank::{Told, answer_words};
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::theme::{GRID, Theme};
use crate::scenario::choice::Believed;
use crate::study::challenge_maker::score::CERTAINTY;
use crate::text::display_units::DisplayUnits;
use crate::text::subscripted;

use super::few_questions::{self, Doors, Shown};
use super::{Hands, Look, line, weak};

/// The line above the page.
pub(super) fn said(page: &ChallengePage) -> &'static str {
    match (page.bank().told(), page.bank().is_growing()) {
        (Some(_), _) => page.kept(),
        (None, true) => "The model works the answer out.",
        (None, false) => "One question at a time: an answer, and how sure. No file holds the key: the model gives it.",
    }
}

const DOORS: Doors<'static> =
    Doors { next: "Next question", again: "Same question again", explore: "Open this patient in Explore" };

/// The drill.
pub(super) fn shown(ui: &mut Ui, look: Look<'_>, rest: Rect, hands: &mut Hands<'_>) {
    let Look { theme, page, units } = look;
    let drill = page.bank();
    let question = drill.question();
    let right = (rest.width() * 0.42).clamp(theme.size(320.0), theme.size(620.0));
    let (left, right) = rest.split_left_right_at_x(rest.right() - right);
    let left = Rect::from_min_max(left.min, left.max - vec2(GRID, 0.0));
    let words = |text: &str| subscripted(text);
    let text = words(&question.text.typed(units));
    let options: Vec<String> = question.options.iter().map(|option| words(&option.text.typed(units))).collect();
    within(ui, left, |ui| {
        let (place, all) = drill.place();
        scrolling_panel(ui, theme, &format!("Question {} of {all}", place + 1), |ui| {
            ui.add(Label::new(RichText::new(&text).font(theme.bold(20.0)).color(theme.text)).wrap());
            ui.add_space(theme.size(8.0));
            match drill.told() {
                Some(told) => truth(ui, theme, page, told, &options, units),
                None => {
                    let level = ["for a beginner", "for who has met it", "for who knows the field"];
                    let level = level[usize::from(question.level).clamp(1, 3) - 1];
                    weak(ui, theme, format!("Level {}, {level}.", question.level));
                }
            }
        });
    });
    within(ui, right, |ui| {
        let title = if drill.told().is_some() { "What you said" } else { "Commit" };
        scrolling_panel(ui, theme, title, |ui| {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            let locked = drill.locked();
            let questions = [
                Shown { label: "The answer", options: &options, locked: locked.first().copied() },
                Shown { label: "How sure I am", options: &CERTAINTY, locked: locked.get(1).copied() },
            ];
            few_questions::asked(ui, theme, &questions, hands);
            if drill.told().is_some() {
                few_questions::doors(ui, theme, &DOORS, drill.has_patient(), hands);
            }
        });
    });
}

/// What the model gives, which option holds it, and what whoever says another one believes.
fn truth(ui: &mut Ui, theme: &Theme, page: &ChallengePage, told: &Told, options: &[String], units: DisplayUnits) {
    let question = page.bank().question();
    let (option, certainty) = told.said;
    let value = match &told.answer {
        Ok(value) => answer_words(question, *value, units),
        Err(reason) => {
            line(ui, theme, format!("The model has no answer: {reason}. The question is not counted."));
            return;
        }
    };
    let Some(right) = told.right else {
        line(ui, theme, format!("The model gives {value}, which fits no option alone: the question is not counted."));
        return;
    };
    let verdict = if option == right { "Right." } else { "Not so." };
    ui.label(RichText::new(format!("{verdict} The model gives {value}.")).font(theme.bold(18.0)).color(theme.text));
    ui.add_space(theme.size(6.0));
    line(ui, theme, format!("Right is: {}.", options[right]));
    match &question.options[option].believed {
        _ if option == right => {}
        Some(Believed::Belief(belief)) => {
            line(ui, theme, format!("Who says “{}” believes: {}", options[option], subscripted(&belief.words)));
        }
        Some(Believed::Other { why }) => line(ui, theme, format!("“{}”: {}.", options[option], subscripted(why))),
        None => {}
    }
    let beside = match (option == right, certainty) {
        (true, 3) => "Certain, and right.",
        (true, _) => "Right, and not certain: look why.",
        (false, 3) => "Certain, and wrong: this is what to look at.",
        (false, _) => "Wrong, and not certain.",
    };
    weak(ui, theme, beside);
    if told.seen {
        weak(ui, theme, "You had been asked this before.");
    }
}
