//! The six questions, one at a time.

use eframe::egui::{RichText, TextEdit, Ui, Widget, vec2};

use crate::app::page::challenge::{Answer, Ask, ChallengePage, Question, Stage};
use crate::gui::theme::Theme;
use crate::study::challenge_maker::grounds::Ground;
use crate::study::challenge_maker::kinds::Mechanism;
use crate::study::challenge_maker::next_step::NextStep;
use crate::study::challenge_maker::patient::Setup;
use crate::study::challenge_maker::rule::Formula;
use crate::study::challenge_maker::score::CERTAINTY;
use crate::text::typed;
use crate::text::words;

use super::{ChallengeView, line, option, prose, weak, wide};

/// The options of a question; those of a place.
pub(super) fn options(question: Question, setup: &Setup) -> Vec<&'static str> {
    match question {
        Question::Estimate => Formula::offered(setup.catheter).iter().map(|formula| formula.label()).collect(),
        Question::Mechanism => setup.place.offered().iter().map(|mechanism: &Mechanism| mechanism.label()).collect(),
        Question::Size => Vec::new(),
        Question::Step => NextStep::ALL.map(NextStep::label).to_vec(),
        Question::Grounds => Ground::ALL.map(Ground::label).to_vec(),
        Question::Certainty => CERTAINTY.to_vec(),
    }
}

pub(super) fn choose(question: Question, setup: &Setup, index: usize, view: &mut ChallengeView) {
    if index >= options(question, setup).len() {
        return;
    }
    if question == Question::Grounds {
        let taken = view.grounds.iter().filter(|taken| **taken).count();
        view.grounds[index] = !view.grounds[index] && taken < 2;
        return;
    }
    view.choice = Some(index);
    view.wanted = match question {
        Question::Estimate => true,
        Question::Step => NextStep::ALL[index].takes_fio2(),
        _ => false,
    };
}

/// A number as it was typed; a comma is taken for a point.
pub(super) fn number(text: &str) -> Option<f64> {
    typed::read(text.trim().trim_end_matches('%').trim(), typed::unit_of("", "")).ok()
}

/// The answer that could be locked; none as long as something is missing.
pub(super) fn draft(question: Question, setup: &Setup, view: &ChallengeView) -> Option<Answer> {
    Some(match question {
        Question::Estimate => {
            Answer::Estimate(*Formula::offered(setup.catheter).get(view.choice?)?, number(&view.texts[0])?)
        }
        Question::Mechanism => Answer::Mechanism(*setup.place.offered().get(view.choice?)?),
        Question::Size => Answer::Size(number(&view.texts[0])?, number(&view.texts[1])?),
        Question::Step => {
            let step = NextStep::ALL[view.choice?];
            let fio2 = match step.takes_fio2() {
                // As people say it: 0.3 or 30 %.
                true => Some(number(&view.texts[0])?).map(|fio2| if fio2 > 1.0 { fio2 / 100.0 } else { fio2 }),
                false => None,
            };
            Answer::Step(step, fio2)
        }
        Question::Grounds => {
            let mut taken =
                Ground::ALL.into_iter().zip(view.grounds).filter(|(_, taken)| *taken).map(|(ground, _)| ground);
            Answer::Grounds([taken.next()?, taken.next()?])
        }
        Question::Certainty => Answer::Certainty(view.choice? as u8 + 1),
    })
}

pub(super) fn commitment(
    ui: &mut Ui,
    theme: &Theme,
    page: &ChallengePage,
    view: &mut ChallengeView,
    asks: &mut Vec<Ask>,
) {
    let now = match page.stage() {
        Stage::Committing(question) => Some(question),
        _ => None,
    };
    if now.is_none() {
        weak(ui, theme, words::challenge::when_to_commit());
        ui.add_space(theme.size(6.0));
        let ready =
            page.stage() == Stage::Bedside && page.bedside().is_some_and(|bedside| bedside.rests_on().is_some());
        if wide(ui, theme, words::challenge::commit(), "C", ready) {
            asks.push(Ask::Commit);
        }
        if page.stage() == Stage::Bedside && !ready {
            weak(ui, theme, words::challenge::result_needed());
        }
        ui.add_space(theme.size(10.0));
        if let Some(lines) = page.worked_example() {
            ui.label(RichText::new(words::challenge::worked_example()).font(theme.bold(13.0)).color(theme.text));
            for text in lines {
                weak(ui, theme, text);
            }
            weak(
                ui,
                theme,
                match page.code().level() {
                    1 => words::challenge::certainty_is_left(),
                    _ => words::challenge::rest_is_left(),
                },
            );
        } else if page.is_growing() && page.code().level() < 3 {
            weak(ui, theme, words::challenge::example_is_made());
        }
        return;
    }
    for (index, question) in Question::ALL.into_iter().enumerate() {
        let colour = if now == Some(question) { theme.accent } else { theme.weak };
        let title = match (question, page.size_of()) {
            (Question::Size, Some(size_of)) => words::challenge::how_much(index + 1, size_of.label()),
            _ => format!("{} {}", index + 1, question.label()),
        };
        prose(ui, &title, theme.bold(13.0), colour);
        if let Some(words) = page.locked().words(question) {
            weak(ui, theme, words);
        } else if now == Some(question)
            && !page.is_being_judged()
            && let Some(setup) = page.setup()
        {
            open_question(ui, theme, (question, setup), view, asks);
        }
        ui.add_space(theme.size(4.0));
    }
    if page.is_being_judged() {
        line(ui, theme, words::challenge::steps_are_run());
    }
}

fn open_question(
    ui: &mut Ui,
    theme: &Theme,
    (question, setup): (Question, &Setup),
    view: &mut ChallengeView,
    asks: &mut Vec<Ask>,
) {
    for (index, name) in options(question, setup).into_iter().enumerate() {
        let on = if question == Question::Grounds { view.grounds[index] } else { view.choice == Some(index) };
        if option(ui, theme, (index, name), on) {
            choose(question, setup, index, view);
        }
    }
    let fields: &[(&str, &str)] = match question {
        Question::Estimate => &[(words::challenge::it_gives(), "%")],
        Question::Size => &[(words::challenge::from(), "%"), (words::challenge::to(), "%")],
        Question::Step if view.choice.is_some_and(|index| NextStep::ALL[index].takes_fio2()) => {
            &[(words::common::fio2(), "")]
        }
        _ => &[],
    };
    ui.horizontal(|ui| {
        for (index, (name, unit)) in fields.iter().enumerate() {
            let label = ui.label(RichText::new(*name).font(theme.font(13.0)).color(theme.text));
            let field =
                TextEdit::singleline(&mut view.texts[index]).desired_width(theme.size(56.0)).font(theme.font(13.0));
            let field = field.margin(vec2(8.0, 4.0)).ui(ui).labelled_by(label.id).accessible_name(*name);
            if index == 0 && std::mem::take(&mut view.wanted) {
                field.request_focus();
            }
            ui.label(RichText::new(*unit).font(theme.font(13.0)).color(theme.weak));
        }
    });
    if question == Question::Size {
        weak(ui, theme, words::challenge::range_hint());
    }
    let ready = draft(question, setup, view);
    let name = if question == Question::Certainty { words::challenge::lock_last() } else { words::challenge::lock() };
    if wide(ui, theme, name, words::keys::enter(), ready.is_some())
        && let Some(answer) = ready
    {
        asks.push(Ask::Lock(answer));
    }
}
