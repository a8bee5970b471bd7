//! Page Challenge: what is told and done on the left, what is seen in the middle, what is answered on the right; after the
//! last answer all of it gives way to the explanation.

mod bad_sample;
mod bank;
mod bedside;
mod debrief;
mod few_questions;
mod name_mechanism;
mod questions;

use eframe::egui::{Align, Button, ComboBox, Key, Label, Layout, Rect, RichText, TextEdit, Ui, vec2};

use bedside::played;
use debrief::explained;
use questions::{choose, draft};

use super::explore::{PanelState, bar::page_bar, help, within};
use super::link::Link;
use super::theme::{GRID, Theme};
use super::widgets::controls::segmented;
use super::widgets::prose;
use crate::app::page::challenge::exercise::Exercise;
use crate::app::page::challenge::{Ask, ChallengePage, Question, Stage};
use crate::study::challenge_maker::bedside::Lever;
use crate::study::challenge_maker::kinds::Place;
use crate::text::display_units::DisplayUnits;
use crate::text::words;

/// What the page remembers that is no part of a case: words that are being typed, answers not yet locked.
#[derive(Debug, Default)]
pub struct ChallengeView {
    code: String,
    choice: Option<usize>,
    grounds: [bool; 6],
    texts: [String; 2],
    /// A field that is to get the keyboard.
    wanted: bool,
    /// The question the draft belongs to: its drill, and its number there.
    question: Option<(Exercise, usize)>,
    erase_asked: bool,
    link: Link,
}

impl ChallengeView {
    /// A draft belongs to one question.
    fn begin(&mut self, question: Option<(Exercise, usize)>) {
        if self.question != question {
            *self = ChallengeView {
                code: std::mem::take(&mut self.code),
                link: std::mem::take(&mut self.link),
                question,
                wanted: question == Some((Exercise::OxygenTest, Question::Size as usize)),
                ..ChallengeView::default()
            };
        }
    }
}

/// What the page asks of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Something of the page itself.
    Page(Ask),
    /// The patient of the case on the page Explore.
    Explore,
    /// The same beside the one of the next mechanism who has the same gas before, on the page Compare.
    Compare,
}

/// What every part of the page is drawn from.
#[derive(Clone, Copy)]
struct Look<'a> {
    theme: &'a Theme,
    page: &'a ChallengePage,
    units: DisplayUnits,
}

/// Where answers in the making are kept, and what is asked goes.
struct Hands<'a> {
    view: &'a mut ChallengeView,
    asks: &'a mut Vec<Ask>,
    wishes: &'a mut Vec<Wish>,
}

/// Shows the page over the whole of `ui`.
pub fn challenge_ui(
    ui: &mut Ui,
    page: &ChallengePage,
    view: &mut ChallengeView,
    panel: &mut PanelState,
    wishes: &mut Vec<Wish>,
) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    let exercise = page.exercise();
    let open = match exercise {
        Exercise::OxygenTest => match page.stage() {
            Stage::Committing(question) => Some(question as usize),
            _ => None,
        },
        Exercise::BadSample => page.bad_sample().question().map(|question| question as usize),
        Exercise::NameMechanism => page.mechanism().question().map(|question| question as usize),
        // Each question of the bank has two of its own.
        Exercise::Questions => Some(2 * page.bank().place().0 + page.bank().locked().len()),
    };
    view.begin(open.map(|number| (exercise, number)));
    let mut asks = Vec::new();
    let units = panel.choices.settings.units;
    let look = Look { theme, page, units };
    if panel.page.overlay.is_none() && !page.is_waiting() {
        let mut hands = Hands { view, asks: &mut asks, wishes };
        match exercise {
            Exercise::OxygenTest => shortcuts(ui, page, &mut hands),
            Exercise::BadSample => {
                let options = page.bad_sample().question().map_or(0, |question| question.options().len());
                few_questions::shortcuts(ui, options, &mut hands);
            }
            Exercise::NameMechanism => name_mechanism::shortcuts(ui, page.mechanism(), &mut hands),
            Exercise::Questions => {
                let options = page.bank().options();
                if options > 0 || page.bank().told().is_some() {
                    few_questions::shortcuts(ui, options, &mut hands);
                }
            }
        }
    }
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| {
        let asked = page_bar(ui, theme, panel, |ui, _| case_bar(ui, theme, page), |_, _| Vec::new());
        asks.extend(asked.into_iter().flatten());
    });
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(30.0));
    within(ui, message, |ui| told(ui, theme, page, view, &mut asks));
    let rest = Rect::from_min_max(rest.min, rest.max - vec2(0.0, GRID));
    let mut hands = Hands { view, asks: &mut asks, wishes };
    match exercise {
        Exercise::OxygenTest => match page.debrief() {
            Some(told) => explained(ui, look, rest, told, &mut hands),
            None => played(ui, look, rest, &mut hands),
        },
        Exercise::BadSample => bad_sample::shown(ui, look, rest, &mut hands),
        Exercise::NameMechanism => name_mechanism::shown(ui, look, rest, &mut hands),
        // Which question comes rests on what was asked before.
        Exercise::Questions if page.is_waiting() => {}
        Exercise::Questions => bank::shown(ui, look, rest, &mut hands),
    }
    wishes.extend(asks.into_iter().map(Wish::Page));
    help::overlay(ui, theme, panel);
}

/// Keys that act while nothing is typed; each stands on its button.
fn shortcuts(ui: &Ui, page: &ChallengePage, hands: &mut Hands<'_>) {
    let Hands { view, asks, wishes } = hands;
    // Enter ends what is typed; other keys belong to the field.
    let typing = ui.ctx().text_edit_focused();
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
    let focused = ui.memory(|memory| memory.focused().is_some());
    if let Stage::Committing(question) = page.stage()
        && (typing || !focused)
        && pressed(Key::Enter)
        && let Some(answer) = page.setup().and_then(|setup| draft(question, setup, view))
    {
        asks.push(Ask::Lock(answer));
        return;
    }
    if typing {
        return;
    }
    let levers = [
        (Key::A, Ask::Pull(Lever::Puncture)),
        (Key::O, Ask::Pull(Lever::Oxygen)),
        (Key::R, Ask::Pull(Lever::Before)),
        (Key::V, Ask::Pull(Lever::Venous)),
        (Key::U, Ask::Pull(Lever::PeepUp)),
        (Key::D, Ask::Pull(Lever::PeepDown)),
        (Key::K, Ask::Pull(Lever::CheckSeal)),
        (Key::Num1, Ask::Wait(60.0)),
        (Key::Num5, Ask::Wait(300.0)),
        (Key::Num0, Ask::Wait(600.0)),
        (Key::C, Ask::Commit),
    ];
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    match page.stage() {
        Stage::Briefing if pressed(Key::B) => asks.push(Ask::Begin),
        Stage::Bedside => asks.extend(levers.into_iter().filter(|(key, _)| pressed(*key)).map(|(_, ask)| ask)),
        Stage::Committing(question) => {
            if let Some(index) = digits.iter().position(|key| pressed(*key))
                && let Some(setup) = page.setup()
            {
                choose(question, setup, index, view);
            }
        }
        Stage::Debrief => {
            if pressed(Key::N) {
                asks.push(Ask::Next);
            } else if pressed(Key::G) {
                asks.push(Ask::Again);
            } else if pressed(Key::X) {
                wishes.push(Wish::Explore);
            } else if pressed(Key::T) {
                wishes.push(Wish::Compare);
            }
        }
        _ => {}
    }
}

/// Width of a window, in points of the theme's smallest size, up to which the bar is crowded.
const NARROW: f32 = 1120.0;

/// Level, code of this case and the next one.
fn case_bar(ui: &mut Ui, theme: &Theme, page: &ChallengePage) -> Vec<Ask> {
    let mut asks = Vec::new();
    ui.add_space(theme.size(8.0));
    drills(ui, theme, page, &mut asks);
    if !page.exercise().has_codes() {
        let hint = words::challenge::next_question_hint();
        if ui
            .button(RichText::new(words::challenge::next_question()).font(theme.font(13.0)))
            .on_hover_text(hint)
            .clicked()
        {
            asks.push(Ask::Next);
        }
        return asks;
    }
    let levels = page.code().drill().levels();
    if levels.len() > 1 {
        ui.scope(|ui| {
            // The word once: in a narrow window there is no room for it at each.
            ui.set_max_width(theme.size(40.0 + 34.0 * levels.len() as f32));
            let name =
                |level: &u8| if *level == levels[0] { words::challenge::level_of(level) } else { level.to_string() };
            let names: Vec<String> = levels.iter().map(name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let level = usize::from(page.code().level()) - 1;
            if let Some(asked) = segmented(ui, theme, words::challenge::level(), &names, level) {
                asks.push(Ask::Level(asked as u8 + 1));
            }
        });
    }
    ui.label(RichText::new(page.code().to_string()).font(theme.bold(14.0)).color(theme.text))
        .on_hover_text(words::challenge::code_hint());
    if !is_narrow(ui, theme) {
        next_case(ui, theme, page, &mut asks);
    }
    asks
}

/// Whether the bar has no room for the way to the next case, which then stands in the line below.
fn is_narrow(ui: &Ui, theme: &Theme) -> bool {
    ui.ctx().content_rect().width() < theme.size(NARROW)
}

/// Another case of this level, or out of this one.
fn next_case(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let leaves =
        page.exercise() == Exercise::OxygenTest && matches!(page.stage(), Stage::Bedside | Stage::Committing(_));
    let (name, hint, ask) = if leaves {
        (words::challenge::leave(), words::challenge::leave_hint(), Ask::Withdraw)
    } else {
        (words::challenge::next_case(), words::challenge::next_case_hint(), Ask::Next)
    };
    if ui.button(RichText::new(name).font(theme.font(13.0))).on_hover_text(hint).clicked() {
        asks.push(ask);
    }
}

/// The list of drills.
fn drills(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let chosen = page.exercise();
    ComboBox::from_id_salt("drill")
        .selected_text(RichText::new(chosen.label()).font(theme.font(13.0)))
        .width(theme.size(150.0))
        .show_ui(ui, |ui| {
            for exercise in Exercise::ALL {
                let text = RichText::new(exercise.label()).font(theme.font(13.0));
                if ui.add(Button::selectable(exercise == chosen, text)).clicked() {
                    asks.push(Ask::Exercise(exercise));
                    ui.close();
                }
            }
        })
        .response
        .accessible_name(words::challenge::drill());
}

/// Where the code of another case is typed, from the right.
fn other_case(ui: &mut Ui, theme: &Theme, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let open = ui.add_enabled(
        !view.code.trim().is_empty(),
        Button::new(RichText::new(words::common::open()).font(theme.font(13.0))),
    );
    let field = TextEdit::singleline(&mut view.code)
        .hint_text(words::challenge::code_field_hint())
        .desired_width(theme.size(120.0))
        .font(theme.font(13.0))
        .margin(vec2(8.0, 3.0));
    let field = ui.add(field).accessible_name(words::challenge::code_field());
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if (open.accessible_name(words::challenge::open_code()).clicked() || entered) && !view.code.trim().is_empty() {
        asks.push(Ask::Code(std::mem::take(&mut view.code)));
    }
}

/// One line: what has to be said, or what is to be done; on the right the way to another case.
fn told(ui: &mut Ui, theme: &Theme, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let (text, colour) = match (page.told(), page.stage()) {
        (Some(text), _) => (text.to_owned(), theme.text),
        (None, _) if page.is_waiting() => (words::challenge::record_is_read().to_owned(), theme.weak),
        _ if page.exercise() == Exercise::BadSample => (bad_sample::said(page).to_owned(), theme.weak),
        _ if page.exercise() == Exercise::NameMechanism => (name_mechanism::said(page).to_owned(), theme.weak),
        _ if page.exercise() == Exercise::Questions => (bank::said(page).to_owned(), theme.weak),
        (None, Stage::Drawing) => (words::challenge::patient_is_drawn().to_owned(), theme.weak),
        (None, Stage::Briefing) => {
            let place = page.setup().map_or("", |setup| setup.place.label());
            (words::challenge::oxygen_test(place), theme.weak)
        }
        (None, Stage::Bedside) => {
            let words = match page.setup().map(|setup| setup.place) {
                Some(Place::IntensiveCare) => words::challenge::steps_on_ventilator(),
                _ => words::challenge::steps_on_air(),
            };
            (words.to_owned(), theme.weak)
        }
        (None, Stage::Committing(_)) => (words::challenge::clock_stands().to_owned(), theme.weak),
        (None, Stage::Debrief) => (page.kept().to_owned(), theme.weak),
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        other_case(ui, theme, view, asks);
        if page.exercise().has_codes() && is_narrow(ui, theme) {
            next_case(ui, theme, page, asks);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(Label::new(RichText::new(text).font(theme.font(13.0)).color(colour)).truncate());
        });
    });
}

fn weak(ui: &mut Ui, theme: &Theme, text: impl AsRef<str>) {
    prose(ui, text.as_ref(), theme.font(12.0), theme.weak);
}

fn line(ui: &mut Ui, theme: &Theme, text: impl AsRef<str>) {
    prose(ui, text.as_ref(), theme.font(13.0), theme.text);
}

/// An option of a question with its number, which is its key; whether it was taken.
fn option(ui: &mut Ui, theme: &Theme, (index, name): (usize, &str), on: bool) -> bool {
    let size = vec2(ui.available_width(), theme.size(26.0));
    let colour = if on { theme.background } else { theme.text };
    let key = RichText::new((index + 1).to_string()).font(theme.font(12.0)).color(if on { colour } else { theme.weak });
    let button = Button::new(RichText::new(name).font(theme.font(12.0)).color(colour)).shortcut_text(key);
    let button = if on { button.fill(theme.accent) } else { button };
    let option = ui.add_sized(size, button).accessible_name(name);
    ui.ctx().accesskit_node_builder(option.id, |node| node.set_toggled(on.into()));
    option.clicked()
}

/// A button over the whole width, with its key on it.
fn wide(ui: &mut Ui, theme: &Theme, name: &str, key: &str, enabled: bool) -> bool {
    wide_as(ui, theme, name, name, key, enabled)
}

/// The same with a shorter word on it.
fn wide_as(ui: &mut Ui, theme: &Theme, shown: &str, name: &str, key: &str, enabled: bool) -> bool {
    let text = RichText::new(shown).font(theme.font(13.0));
    let button = Button::new(text).shortcut_text(RichText::new(key).font(theme.font(12.0)));
    let size = vec2(ui.available_width(), theme.size(28.0));
    ui.add_enabled_ui(enabled, |ui| ui.add_sized(size, button).accessible_name(name).clicked()).inner
}
