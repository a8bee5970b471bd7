//! The drill *Name the mechanism*: what can be tried and what it does, and after the last answer the cause.

use eframe::egui::{Color32, Grid, Key, Rect, RichText, Ui, vec2};

use crate::app::page::challenge::name_mechanism::{MechanismPage, Question};
use crate::app::page::challenge::{Ask, ChallengePage};
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::theme::{GRID, Theme};
use crate::study::challenge_maker::name_mechanism::{MOST_MOVES, NameMechanism, RULE, Seen, Try, label};
use crate::text::display_units::DisplayUnits;
use crate::text::words;
use crate::units::percent_from_frac;

use super::few_questions::{self, Doors, Shown};
use super::{Hands, Look, line, weak, wide};

/// The line above the page.
pub(super) fn said(page: &ChallengePage) -> &'static str {
    let drill = page.mechanism();
    match (drill.told(), drill.before()) {
        (Some(_), _) => page.kept(),
        (None, Some(_)) => words::name_mechanism::task(),
        (None, None) => words::challenge::patient_is_drawn(),
    }
}

fn doors() -> Doors<'static> {
    Doors {
        next: words::challenge::next_case(),
        again: words::challenge::same_case(),
        explore: words::challenge::explore(),
    }
}

/// Keys of the moves, as they stand on their buttons.
const KEYS: [(Key, &str); 6] =
    [(Key::F, "F"), (Key::O, "O"), (Key::V, "V"), (Key::P, "P"), (Key::U, "U"), (Key::S, "S")];

/// A letter makes a move; digits and Enter answer.
pub(super) fn shortcuts(ui: &Ui, drill: &MechanismPage, hands: &mut Hands<'_>) {
    let options = drill.question().map_or(0, |question| question.options().len());
    if options > 0 || drill.told().is_some() {
        few_questions::shortcuts(ui, options, hands);
    }
    if options > 0 && !ui.ctx().text_edit_focused() {
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
        let made = Try::ALL.into_iter().zip(KEYS).filter(|(_, (key, _))| pressed(*key));
        hands.asks.extend(made.map(|(what, _)| Ask::Try(what)));
    }
}

/// The drill.
pub(super) fn shown(ui: &mut Ui, look: Look<'_>, rest: Rect, hands: &mut Hands<'_>) {
    let Look { theme, page, units } = look;
    let drill = page.mechanism();
    let right = (rest.width() * 0.32).clamp(theme.size(300.0), theme.size(460.0));
    let (left, right) = rest.split_left_right_at_x(rest.right() - right);
    let (levers, left) =
        left.split_left_right_at_x(left.left() + (left.width() * 0.32).clamp(theme.size(220.0), theme.size(320.0)));
    let levers = Rect::from_min_max(levers.min, levers.max - vec2(GRID, 0.0));
    let left = Rect::from_min_max(left.min, left.max - vec2(GRID, 0.0));
    within(ui, levers, |ui| {
        scrolling_panel(ui, theme, words::name_mechanism::what_you_try(), |ui| {
            let made = drill.tried().count();
            weak(ui, theme, words::name_mechanism::moves_left(made, MOST_MOVES));
            for (what, (_, key)) in Try::ALL.into_iter().zip(KEYS) {
                if wide(ui, theme, what.label(), key, drill.can_try(what)) {
                    hands.asks.push(Ask::Try(what));
                }
            }
        });
    });
    within(ui, left, |ui| {
        scrolling_panel(ui, theme, words::name_mechanism::what_it_does(), |ui| gases(ui, theme, drill, units));
    });
    within(ui, right, |ui| match drill.told() {
        Some((case, told)) => scrolling_panel(ui, theme, words::challenge::the_truth(), |ui| {
            let total = words::challenge::score(told.points);
            ui.label(RichText::new(total).font(theme.bold(26.0)).color(theme.text));
            let verdict =
                if told.said.0 == case.cause { words::challenge::right() } else { words::challenge::not_so() };
            line(ui, theme, words::name_mechanism::verdict(verdict, label(case.cause), percent_from_frac(case.share)));
            weak(ui, theme, named_by(case, units));
            weak(ui, theme, RULE);
            weak(ui, theme, words::challenge::certainty(told.said.1));
            if told.seen {
                weak(ui, theme, words::challenge::case_seen());
            }
            few_questions::doors(ui, theme, &doors(), true, hands);
        }),
        None => scrolling_panel(ui, theme, words::challenge::commit(), |ui| {
            if drill.before().is_some() {
                let options = Question::ALL.map(Question::options);
                let questions: Vec<Shown<'_>> = Question::ALL
                    .into_iter()
                    .zip(&options)
                    .map(|(question, options)| Shown {
                        label: question.label(),
                        options,
                        locked: drill.locked(question),
                    })
                    .collect();
                few_questions::asked(ui, theme, &questions, hands);
            }
        }),
    });
}

/// The numbers on which the rule goes.
fn named_by(case: &NameMechanism, units: DisplayUnits) -> String {
    let mmhg = |value: f64| units.text(value, "mmHg", 0);
    let [some, pure] = [Try::SomeOxygen, Try::PureOxygen].map(|what| case.after[what as usize].po2_mmhg);
    words::name_mechanism::named_by(mmhg(case.before.pco2_mmhg), mmhg(case.before.po2_mmhg), mmhg(some), mmhg(pure))
}

fn gases(ui: &mut Ui, theme: &Theme, drill: &MechanismPage, units: DisplayUnits) {
    let Some(before) = drill.before() else {
        weak(ui, theme, words::name_mechanism::being_drawn());
        return;
    };
    let mmhg = units.of("mmHg");
    let cell = |ui: &mut Ui, text: String, colour: Color32| {
        ui.label(RichText::new(text).font(theme.font(14.0)).color(colour));
    };
    ui.spacing_mut().interact_size.y = theme.size(20.0);
    Grid::new("what was tried").num_columns(4).spacing(vec2(theme.size(30.0), theme.size(9.0))).show(ui, |ui| {
        for name in [
            "".to_owned(),
            words::common::pao2_in(mmhg.unit),
            words::common::paco2_in(mmhg.unit),
            words::common::sao2_percent().to_owned(),
        ] {
            cell(ui, name, theme.weak);
        }
        ui.end_row();
        let mut row = |name: String, gas: &Seen, tried: bool| {
            let shade = |colour: Color32| if tried { colour } else { theme.weak };
            cell(ui, name, shade(theme.text));
            cell(ui, mmhg.number(gas.po2_mmhg, 0), shade(theme.channels.arterial));
            cell(ui, mmhg.number(gas.pco2_mmhg, 0), shade(theme.channels.co2));
            cell(ui, format!("{:.0}", percent_from_frac(gas.so2_frac)), shade(theme.channels.spo2));
            ui.end_row();
        };
        row(words::name_mechanism::on_air().to_owned(), before, true);
        for (what, gas) in drill.tried() {
            row(what.label().to_owned(), gas, true);
        }
        // With the truth, what the others would have done.
        let others = |what: &Try| drill.tried().all(|(tried, _)| tried != *what);
        for (what, case) in Try::ALL.into_iter().filter(others).filter_map(|what| Some((what, drill.told()?.0))) {
            row(words::name_mechanism::not_tried(what.label()), &case.after[what as usize], false);
        }
    });
}
