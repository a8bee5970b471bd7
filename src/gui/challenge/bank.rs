//! The drill *Questions*: the question with its options, and after the last answer what the model gives.

use eframe::egui::{Rect, RichText, Ui, vec2};

use crate::app::page::challenge::ChallengePage;
use crate::app::page::challenge::bank::{Told, answer_words};
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::theme::{GRID, Theme};
use crate::scenario::choice::Believed;
use crate::study::challenge_maker::score::CERTAINTY;
use crate::text::display_units::DisplayUnits;
use crate::text::subscripted;
use crate::text::words;

use super::few_questions::{self, Doors, Shown};
use super::{Hands, Look, line, prose, weak};

/// The line above the page.
pub(super) fn said(page: &ChallengePage) -> &'static str {
    match (page.bank().told(), page.bank().is_growing()) {
        (Some(_), _) => page.kept(),
        (None, true) => words::bank::model_works(),
        (None, false) => words::bank::task(),
    }
}

fn doors() -> Doors<'static> {
    Doors {
        next: words::challenge::next_question(),
        again: words::bank::same_question(),
        explore: words::challenge::explore(),
    }
}

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
        scrolling_panel(ui, theme, &words::bank::question(place + 1, all), |ui| {
            prose(ui, &text, theme.bold(20.0), theme.text);
            ui.add_space(theme.size(8.0));
            match drill.told() {
                Some(told) => truth(ui, theme, page, told, &options, units),
                None => {
                    let level = [
                        words::bank::for_beginners(),
                        words::bank::for_who_has_met_it(),
                        words::bank::for_who_knows_it(),
                    ];
                    let level = level[usize::from(question.level).clamp(1, 3) - 1];
                    weak(ui, theme, words::bank::level(question.level, level));
                }
            }
        });
    });
    within(ui, right, |ui| {
        let title = if drill.told().is_some() { words::bank::what_you_said() } else { words::challenge::commit() };
        scrolling_panel(ui, theme, title, |ui| {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            let locked = drill.locked();
            let questions = [
                Shown { label: words::bank::the_answer(), options: &options, locked: locked.first().copied() },
                Shown { label: words::bank::how_sure(), options: &CERTAINTY, locked: locked.get(1).copied() },
            ];
            few_questions::asked(ui, theme, &questions, hands);
            if drill.told().is_some() {
                few_questions::doors(ui, theme, &doors(), drill.has_patient(), hands);
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
            line(ui, theme, words::bank::no_answer(reason));
            return;
        }
    };
    let Some(right) = told.right else {
        line(ui, theme, words::bank::fits_no_option(value));
        return;
    };
    let verdict = if option == right { words::challenge::right() } else { words::challenge::not_so() };
    ui.label(RichText::new(words::bank::model_gives(verdict, value)).font(theme.bold(18.0)).color(theme.text));
    ui.add_space(theme.size(6.0));
    line(ui, theme, words::bank::right_is(&options[right]));
    match &question.options[option].believed {
        _ if option == right => {}
        Some(Believed::Belief(belief)) => {
            line(ui, theme, words::bank::who_says(&options[option], subscripted(&belief.words)));
        }
        Some(Believed::Other { why }) => line(ui, theme, words::bank::other_belief(&options[option], subscripted(why))),
        None => {}
    }
    let beside = match (option == right, certainty) {
        (true, 3) => words::bank::certain_and_right(),
        (true, _) => words::bank::right_not_certain(),
        (false, 3) => words::bank::certain_and_wrong(),
        (false, _) => words::bank::wrong_not_certain(),
    };
    weak(ui, theme, beside);
    if told.seen {
        weak(ui, theme, words::bank::seen());
    }
}
