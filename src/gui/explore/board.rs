//! Criteria of severe respiratory failure and the ladder of rescue, with their hours, what a team says is wrong, and PEEP by
//! the table, over the page. It orders nothing.

use eframe::egui::{Align, Button, Grid, Id, Label, Layout, Modal, RichText, ScrollArea, Ui, vec2};

use super::PanelState;
use crate::{
    app::{
        Session,
        board::{Board, Line, State, finding_words, measured_words, truth_words},
    },
    figure::trends::clock,
    gui::{
        keys::{Act, binding, pressed},
        theme::{GRID, Theme},
        widgets::controls::segmented,
    },
    physiology::criteria::Facts,
    sim::reading::quantity::Quantity,
    study::{Study, rescue_team::RescueTeam},
    text::{display_units::DisplayUnits, number, subscripted, words},
    units::percent_from_frac,
};

/// Width of a window from which criteria and ladder stand side by side, points at scale 1.
const SIDE_BY_SIDE: f32 = 900.0;

/// Opens and closes it by its keys.
pub(super) fn shortcuts(ui: &Ui, panel: &mut PanelState) {
    let free = panel.page.library.is_none() && !panel.page.gas.is_open;
    if free && pressed(ui, Act::Board, true) {
        panel.page.board.is_open ^= true;
    }
}

/// What opens it, above the moves that it tells of.
pub(super) fn button(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    let keys = binding(Act::Board).text(ui.ctx());
    let button = Button::new(RichText::new(words::rescue::criteria_and_ladder_shown()).font(theme.font(12.0)));
    let hint = words::rescue::criteria_and_ladder_hint(keys);
    if ui.add(button).on_hover_text(hint).accessible_name(words::rescue::criteria_and_ladder()).clicked() {
        panel.page.board.is_open = true;
    }
}

/// What there is to be shown.
#[derive(Debug, Clone, Default)]
pub struct Shown<'a> {
    /// The board; none in the steady state, and while the run is looked at.
    pub board: Option<Board>,
    /// How far the run has been looked at, s, where that goes on.
    pub looked_s: Option<f64>,
    /// What a rescue team finds, as far as it has come.
    pub team: Option<&'a RescueTeam>,
}

/// Shows the board, where it is open.
pub(super) fn overlay(ui: &Ui, theme: &Theme, session: &Session, shown: &Shown<'_>, panel: &mut PanelState) {
    if !panel.page.board.is_open {
        return;
    }
    let units = panel.choices.settings.units;
    let open = &mut panel.page.board;
    let window = ui.ctx().content_rect().size();
    let modal = Modal::new(Id::unique("board")).frame(theme.panel_frame().inner_margin(16)).show(ui.ctx(), |ui| {
        ui.set_width((window.x - 60.0).min(theme.size(1060.0)));
        ui.label(RichText::new(words::rescue::title()).font(theme.bold(18.0)).color(theme.text));
        head(ui, theme, session, shown);
        let height = (window.y - theme.size(150.0)).max(theme.size(160.0));
        // A sheet that opened small would grow by some points a frame.
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            let wide = ui.available_width() >= theme.size(SIDE_BY_SIDE);
            if let Some(board) = &shown.board {
                columns(ui, wide, |ui, left| if left { criteria(ui, theme, board) } else { ladder(ui, theme, board) });
                ui.add_space(GRID);
                said(ui, theme, wide, &mut open.facts);
                ui.add_space(GRID);
                if let Some(team) = shown.team {
                    team_found(ui, theme, wide, team, units, &mut open.shows_truth);
                    ui.add_space(GRID);
                }
                heading(ui, theme, words::common::blood_gases());
                ui.scope(|ui| {
                    ui.set_max_width(theme.size(360.0));
                    let gases = [words::rescue::gases_as_they_are(), words::rescue::gases_of_the_last_sample()];
                    if let Some(asked) =
                        segmented(ui, theme, words::common::blood_gases(), &gases, usize::from(open.by_samples))
                    {
                        open.by_samples = asked == 1;
                    }
                });
            } else if let Some(team) = shown.team.filter(|_| session.in_time().is_none()) {
                // What is set has a mechanism and a PEEP without a clock too.
                ui.add_space(GRID);
                team_found(ui, theme, wide, team, units, &mut open.shows_truth);
            }
        });
        ui.add_space(GRID);
        ui.horizontal(|ui| {
            if ui.button(words::common::close()).clicked() {
                ui.close();
            }
            weak(ui, theme, words::rescue::for_teaching());
        });
    });
    // The sheet is centred by the size it had: a frame more where that has changed.
    let (id, size) = (Id::unique("size of the board"), modal.response.rect.size());
    if ui.data(|data| data.get_temp(id)) != Some(size) {
        ui.data_mut(|data| data.insert_temp(id, size));
        ui.ctx().request_repaint();
    }
    panel.page.board.is_open = !modal.should_close();
}

/// When it is, and the two scores; or why there is no board.
fn head(ui: &mut Ui, theme: &Theme, session: &Session, shown: &Shown<'_>) {
    let Some(board) = &shown.board else {
        let words = match (session.in_time(), shown.looked_s) {
            (None, _) => words::rescue::needs_time().to_owned(),
            (Some(run), Some(looked_s)) => words::rescue::looking(clock(looked_s), clock(run.time_s())),
            (Some(run), None) if run.is_made_again() => words::rescue::made_again().to_owned(),
            (Some(_), None) => words::rescue::not_made_again().to_owned(),
        };
        ui.add_space(GRID);
        ui.add(Label::new(RichText::new(words).font(theme.font(13.0)).color(theme.text)).wrap());
        return;
    };
    let known = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| words::common::unknown().to_owned(), |value| format!("{value:.digits$}"))
    };
    let scores = words::rescue::scores(clock(board.time_s), known(board.oxygenation_index, 0), known(board.murray, 1));
    weak(ui, theme, &scores);
    if let Some(fall) = board.harmful_fall_frac {
        let words = words::rescue::harmful_fall(percent_from_frac(fall));
        ui.add(Label::new(RichText::new(words).font(theme.bold(13.0)).color(theme.danger)).wrap());
    }
}

/// Two things side by side where there is room, else one under the other; `left` says which.
fn columns(ui: &mut Ui, wide: bool, mut add: impl FnMut(&mut Ui, bool)) {
    if wide {
        ui.columns_const(|[one, two]| {
            add(one, true);
            add(two, false);
        });
    } else {
        add(ui, true);
        ui.add_space(GRID);
        add(ui, false);
    }
}

fn criteria(ui: &mut Ui, theme: &Theme, board: &Board) {
    heading(ui, theme, words::rescue::criteria());
    board.criteria.iter().for_each(|of| line(ui, theme, of));
}

fn ladder(ui: &mut Ui, theme: &Theme, board: &Board) {
    heading(ui, theme, words::rescue::ladder());
    board.rungs.iter().for_each(|of| line(ui, theme, of));
    // A column of its own stretches lines of words to its width.
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.label(RichText::new(subscripted(&board.next)).font(theme.bold(13.0)).color(theme.text));
    });
}

/// What a rescue team finds in the patient as he is set: the mechanism, and PEEP by the table beside that of best compliance.
fn team_found(ui: &mut Ui, theme: &Theme, wide: bool, team: &RescueTeam, units: DisplayUnits, truth: &mut bool) {
    columns(ui, wide, |ui, left| {
        // A column of its own stretches lines of words to its width.
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            if left { mechanism(ui, theme, team, truth) } else { peeps(ui, theme, team, units) }
        });
    });
}

fn mechanism(ui: &mut Ui, theme: &Theme, team: &RescueTeam, shows_truth: &mut bool) {
    heading(ui, theme, words::rescue::mechanism());
    let finding = match team.finding() {
        None => return weak(ui, theme, words::rescue::measuring()),
        Some(Err(reason)) => return weak(ui, theme, &words::rescue::not_told(reason)),
        Some(Ok(finding)) => finding,
    };
    let lines = finding_words(finding);
    for (index, line) in lines.iter().enumerate() {
        let (font, colour) = if index == 0 { (theme.bold(13.0), theme.text) } else { (theme.font(12.0), theme.weak) };
        ui.add(Label::new(RichText::new(subscripted(line)).font(font).color(colour)).wrap());
    }
    weak(ui, theme, &subscripted(&measured_words(finding)));
    let now = usize::from(*shows_truth);
    choice(
        ui,
        theme,
        words::rescue::truth(),
        &[words::rescue::truth_hidden(), words::rescue::truth_shown()],
        now,
        |asked| *shows_truth = asked == 1,
    );
    if !*shows_truth {
        return;
    }
    let words = match team.truth() {
        None => words::rescue::looking_for_truth().to_owned(),
        Some(Err(reason)) => words::rescue::not_told(reason),
        Some(Ok(truth)) => subscripted(&truth_words(truth)),
    };
    ui.add(Label::new(RichText::new(words).font(theme.bold(13.0)).color(theme.accent)).wrap());
    weak(ui, theme, words::rescue::point());
}

fn peeps(ui: &mut Ui, theme: &Theme, team: &RescueTeam, units: DisplayUnits) {
    heading(ui, theme, words::rescue::peep());
    let found = team.peeps().found();
    if found.is_empty() {
        let words = match team.peeps().is_whole() {
            true => words::rescue::needs_layers(),
            false => words::rescue::trying(),
        };
        return weak(ui, theme, words);
    }
    Grid::new("PEEP").num_columns(6).spacing([theme.size(14.0), 2.0]).show(ui, |ui| {
        let heads = [
            "",
            words::common::peep(),
            words::common::pao2(),
            words::common::do2(),
            words::rescue::rv_keeps(),
            words::common::driving_pressure(),
        ];
        heads.iter().for_each(|head| {
            ui.label(RichText::new(*head).font(theme.font(12.0)).color(theme.weak));
        });
        ui.end_row();
        for at in found {
            let shown = |key: &str, value: f64| {
                Quantity::from_key(key).map_or_else(String::new, |quantity| quantity.text(value, units))
            };
            let right =
                at.right_ventricle_frac.map_or_else(|| "–".to_owned(), |kept| shown("right_ventricle_frac", kept));
            let cells = [
                at.name.to_owned(),
                number(at.peep_cmh2o),
                shown("po2_art_mmhg", at.po2_art_mmhg),
                shown("o2_delivery_ml_per_min", at.o2_delivery_ml_per_min),
                right,
                format!("{:.0}", at.driving_cmh2o),
            ];
            for cell in cells {
                ui.label(RichText::new(cell).font(theme.font(13.0)).color(theme.text));
            }
            ui.end_row();
        }
    });
    let words = if team.peeps().is_whole() { words::rescue::peep_note() } else { words::rescue::trying_the_next() };
    weak(ui, theme, words);
}

/// What no model knows.
fn said(ui: &mut Ui, theme: &Theme, wide: bool, facts: &mut Facts) {
    heading(ui, theme, words::rescue::no_gas_tells());
    let ask = |ui: &mut Ui, name: &str, fact: &mut Option<bool>| {
        let now = match fact {
            None => 0,
            Some(true) => 1,
            Some(false) => 2,
        };
        choice(ui, theme, name, &[words::common::unknown(), words::rescue::yes(), words::rescue::no()], now, |asked| {
            *fact = [None, Some(true), Some(false)][asked]
        });
    };
    columns(ui, wide, |ui, left| {
        if left {
            ask(ui, words::rescue::opacities(), &mut facts.bilateral);
            ask(ui, words::rescue::within_7_days(), &mut facts.within_7_days);
            ask(ui, words::rescue::not_by_heart(), &mut facts.not_cardiac_alone);
        } else {
            ask(ui, words::rescue::under_7_days(), &mut facts.ventilated_under_7_days);
            ask(ui, words::rescue::under_36_h(), &mut facts.ventilated_under_36_h);
            let now = facts.quadrants.map_or(0, |quadrants| usize::from(quadrants) + 1);
            let quadrants = [words::common::unknown(), "0", "1", "2", "3", "4"];
            choice(ui, theme, words::rescue::quadrants(), &quadrants, now, |asked| {
                facts.quadrants = asked.checked_sub(1).map(|quadrants| quadrants as u8);
            });
        }
    });
}

fn choice(ui: &mut Ui, theme: &Theme, name: &str, options: &[&str], now: usize, set: impl FnOnce(usize)) {
    ui.horizontal(|ui| {
        let size = vec2(theme.size(200.0), theme.size(26.0));
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(size.x);
            ui.label(RichText::new(name).font(theme.font(13.0)).color(theme.text));
        });
        ui.scope(|ui| {
            ui.set_max_width(theme.size(250.0));
            if let Some(asked) = segmented(ui, theme, name, options, now) {
                set(asked);
            }
        });
    });
}

/// A criterion or a rung: how it stands, its name, and for how long or why.
fn line(ui: &mut Ui, theme: &Theme, of: &Line) {
    let colour = match of.stands {
        State::Done => theme.accent,
        State::Waits => theme.text,
        State::Not | State::Open => theme.weak,
    };
    let mark = match of.stands {
        State::Done => "●",
        State::Waits => "◆",
        State::Not => "○",
        State::Open => "?",
    };
    ui.horizontal_top(|ui| {
        let width = theme.size(92.0);
        ui.allocate_ui_with_layout(vec2(width, theme.size(18.0)), Layout::left_to_right(Align::Min), |ui| {
            ui.set_min_width(width);
            ui.label(RichText::new(format!("{mark} {}", of.word)).font(theme.bold(12.0)).color(colour));
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let label = RichText::new(subscripted(of.label)).font(theme.font(13.0)).color(theme.text);
            ui.add(Label::new(label).wrap()).on_hover_text(of.source);
            if !of.why.is_empty() {
                weak(ui, theme, &subscripted(&of.why));
            }
        });
    });
}

fn heading(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).font(theme.bold(15.0)).color(theme.accent));
}

fn weak(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme.font(12.0)).color(theme.weak)).wrap());
}
