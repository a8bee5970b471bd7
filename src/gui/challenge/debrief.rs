//! After the last answer: the truth, every estimate, the way, the score, the next steps.

use eframe::egui::{
    Align, Align2, Button, CornerRadius, FontId, Grid, Label, Layout, Rect, RichText, Role as NodeRole, Sense, Stroke,
    Ui, WidgetInfo, pos2, vec2,
};

use crate::app::page::challenge::{Ask, ChallengePage, Debrief};
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::plot;
use crate::gui::theme::{GRID, Theme};
use crate::study::challenge_maker::debrief::Estimate;
use crate::study::challenge_maker::grounds::Ground;
use crate::study::challenge_maker::kinds::Place;
use crate::study::challenge_maker::maker::Case;
use crate::study::challenge_maker::next_step::{NextSteps, Outcome};
use crate::study::challenge_maker::rule;
use crate::study::challenge_maker::score::PART;
use crate::text::words;
use crate::units::percent_from_frac;

use super::{Hands, Look, Wish, line, weak};

/// After the last answer.
pub(super) fn explained(
    ui: &mut Ui,
    look: Look<'_>,
    rest: Rect,
    (case, debrief, steps): (&Case, &Debrief, &NextSteps),
    hands: &mut Hands<'_>,
) {
    let theme = look.theme;
    let (head, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(72.0));
    within(ui, head, |ui| truth(ui, theme, case, debrief));
    // In a narrow window the doors stand in two rows.
    let rows = if doors_width(ui, theme, look.page) > rest.width() { 2.0 } else { 1.0 };
    let (rest, doors) = rest.split_top_bottom_at_y(rest.bottom() - theme.size(16.0 + 36.0 * rows));
    let rest = Rect::from_min_max(rest.min + vec2(0.0, GRID), rest.max - vec2(0.0, GRID));
    let (upper, lower) = rest.split_top_bottom_at_y(rest.top() + rest.height() * 0.53);
    let (estimates, way) = upper.split_left_right_at_x(upper.left() + upper.width() * 0.5);
    let trim = |rect: Rect| Rect::from_min_max(rect.min, rect.max - vec2(GRID, GRID));
    within(ui, trim(estimates), |ui| {
        scrolling_panel(ui, theme, words::debrief::estimates(), |ui| estimate_rows(ui, theme, case, debrief));
    });
    if let Some(figure) = &debrief.way {
        let way = Rect::from_min_max(way.min, way.max - vec2(0.0, GRID));
        within(ui, way, |ui| {
            plot::show(ui, theme, figure, way.size(), &mut hands.view.link);
        });
    }
    let third = lower.width() / 3.0;
    let column = |index: f32, gap: f32| {
        Rect::from_min_max(
            pos2(lower.left() + index * third, lower.top()),
            pos2(lower.left() + (index + 1.0) * third - gap, lower.bottom()),
        )
    };
    within(ui, column(0.0, GRID), |ui| {
        scrolling_panel(ui, theme, words::debrief::why(), |ui| why(ui, theme, case, debrief))
    });
    within(ui, column(1.0, GRID), |ui| {
        scrolling_panel(ui, theme, words::debrief::scored(), |ui| scored(ui, theme, case, debrief));
    });
    within(ui, column(2.0, 0.0), |ui| {
        scrolling_panel(ui, theme, words::debrief::next_steps(), |ui| next_steps(ui, theme, debrief, steps));
    });
    let doors = Rect::from_min_max(doors.min + vec2(0.0, GRID), doors.max);
    within(ui, doors, |ui| door_row(ui, look, debrief, hands));
}

fn truth(ui: &mut Ui, theme: &Theme, case: &Case, debrief: &Debrief) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let total = words::challenge::score(debrief.score.total());
            ui.label(RichText::new(total).font(theme.bold(26.0)).color(theme.text));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(words::challenge::the_truth()).font(theme.bold(20.0)).color(theme.text));
                ui.add_space(theme.size(14.0));
                ui.vertical(|ui| {
                    let truth = &case.truth;
                    let first = words::debrief::truth(
                        truth.mechanism.label(),
                        percent_from_frac(truth.share()),
                        percent_from_frac(truth.shunt_frac),
                        percent_from_frac(truth.admixture_frac),
                    );
                    line(ui, theme, first);
                    let fault = match case.fault {
                        None => words::debrief::no_fault().to_owned(),
                        Some(fault) => fault.told(),
                    };
                    let seen = words::challenge::case_seen();
                    weak(ui, theme, if debrief.seen { format!("{fault} {seen}") } else { fault });
                });
            });
        });
    });
}

/// Every estimate on one axis, the range that was said and the truth behind it.
fn estimate_rows(ui: &mut Ui, theme: &Theme, case: &Case, debrief: &Debrief) {
    ui.spacing_mut().item_spacing.y = theme.size(3.0);
    ui.spacing_mut().interact_size.y = theme.size(16.0);
    let truth = percent_from_frac(case.truth.size_frac());
    let (low, high) = (debrief.answers.low_percent, debrief.answers.high_percent);
    let what = match case.truth.size_of {
        crate::study::challenge_maker::kinds::SizeOf::Shunt => words::debrief::shunt(),
        crate::study::challenge_maker::kinds::SizeOf::Admixture => words::debrief::admixture(),
    };
    ui.horizontal(|ui| {
        weak(ui, theme, words::debrief::you_said(low, high));
        ui.label(
            RichText::new(words::debrief::true_size(what, truth)).font(theme.bold(12.0)).color(theme.channels.shunt),
        );
    });
    let Some(estimates) = &debrief.estimates else {
        weak(ui, theme, words::debrief::nothing_to_reckon());
        return;
    };
    let all = || estimates.formulas.iter().chain(&estimates.without);
    let most = all().map(|estimate| percent_from_frac(estimate.shunt_frac)).fold(truth.max(high), f64::max);
    let top = (most / 10.0).ceil().max(1.0) * 10.0;
    let words = |estimate: &Estimate| {
        let name = ui.painter().layout_no_wrap(estimate.label.to_string(), font_of(theme, estimate), theme.text);
        let why = ui.painter().layout_no_wrap(below(estimate), theme.font(10.0), theme.weak);
        name.size().x.max(why.size().x)
    };
    // The bars begin beside the longest name, where that leaves them a third of the row.
    let longest = all().map(words).fold(0.0, f32::max) + theme.size(12.0);
    let axis = Axis { top, truth, said: [low, high], names: longest.min(ui.available_width() * 0.62) };
    for estimate in &estimates.formulas {
        estimate_row(ui, theme, estimate, &axis);
    }
    ui.add_space(theme.size(4.0));
    ui.label(RichText::new(words::debrief::errors_taken_away()).font(theme.bold(12.0)).color(theme.text));
    for estimate in &estimates.without {
        estimate_row(ui, theme, estimate, &axis);
    }
    weak(ui, theme, words::debrief::axis(top));
}

/// What the rows of estimates share, percent.
struct Axis {
    top: f64,
    truth: f64,
    said: [f64; 2],
    /// Width of the names, points.
    names: f32,
}

fn font_of(theme: &Theme, estimate: &Estimate) -> FontId {
    if estimate.own { theme.bold(12.0) } else { theme.font(12.0) }
}

/// What stands below the name of an estimate.
fn below(estimate: &Estimate) -> String {
    if estimate.own { words::debrief::yours(&estimate.why) } else { estimate.why.to_string() }
}

fn estimate_row(ui: &mut Ui, theme: &Theme, estimate: &Estimate, axis: &Axis) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.size(26.0)), Sense::hover());
    let percent = percent_from_frac(estimate.shunt_frac);
    let spoken = words::debrief::estimate(&estimate.label, percent, &estimate.why);
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Label, true, &spoken));
    let bar = Rect::from_min_max(
        pos2(rect.left() + axis.names, rect.top()),
        pos2(rect.right() - theme.size(46.0), rect.bottom()),
    );
    let painter = ui.painter().with_clip_rect(rect);
    let top = pos2(rect.left(), rect.top());
    // A name that would reach into the bars has smaller letters.
    let fitted = |text: String, font: FontId| {
        let wide = painter.layout_no_wrap(text, font.clone(), theme.text).size().x;
        FontId { size: font.size * (axis.names / wide).min(1.0), ..font }
    };
    let font = fitted(estimate.label.to_string(), font_of(theme, estimate));
    painter.text(top, Align2::LEFT_TOP, &estimate.label, font, theme.text);
    let font = fitted(below(estimate), theme.font(10.0));
    painter.text(pos2(rect.left(), rect.bottom()), Align2::LEFT_BOTTOM, below(estimate), font, theme.weak);
    let x = |value: f64| bar.left() + (value.clamp(0.0, axis.top) / axis.top) as f32 * bar.width();
    let said = Rect::from_min_max(pos2(x(axis.said[0]), rect.top()), pos2(x(axis.said[1]), rect.bottom()));
    painter.rect_filled(said, CornerRadius::ZERO, theme.selection());
    let colour = if estimate.own { theme.accent } else { theme.weak };
    let y = bar.center().y;
    painter.hline(bar.left()..=x(percent), y, Stroke::new(3.0, colour));
    painter.circle(pos2(x(percent), y), theme.size(4.0), theme.panel, Stroke::new(2.0, colour));
    painter.vline(x(axis.truth), rect.y_range(), Stroke::new(2.0, theme.channels.shunt));
    let end = pos2(rect.right(), y);
    painter.text(end, Align2::RIGHT_CENTER, format!("{percent:.1}"), theme.bold(12.0), theme.text);
}

fn why(ui: &mut Ui, theme: &Theme, case: &Case, debrief: &Debrief) {
    for sentence in debrief.why.iter().take(4) {
        line(ui, theme, sentence.as_str());
        ui.add_space(theme.size(4.0));
    }
    weak(ui, theme, rule::words(&case.setup));
    if !debrief.beliefs.is_empty() {
        ui.add_space(theme.size(6.0));
        ui.label(RichText::new(words::debrief::beliefs()).font(theme.bold(13.0)).color(theme.text));
        for words in &debrief.beliefs {
            weak(ui, theme, words::debrief::belief(words));
        }
    }
}

fn scored(ui: &mut Ui, theme: &Theme, case: &Case, debrief: &Debrief) {
    ui.spacing_mut().item_spacing.y = theme.size(3.0);
    ui.spacing_mut().interact_size.y = theme.size(16.0);
    let score = &debrief.score;
    let procedure = &score.procedure;
    let ventilated = case.setup.place == Place::IntensiveCare;
    let missing: Vec<&str> = [
        (
            procedure.sealed,
            if ventilated { words::debrief::fio2_not_checked() } else { words::debrief::seal_not_checked() },
        ),
        (procedure.in_time, words::debrief::too_early()),
        (procedure.right_sample, words::debrief::wrong_sample()),
        (procedure.taken_down, words::debrief::not_taken_down()),
        (procedure.sum, words::debrief::sum_is_another()),
    ]
    .into_iter()
    .filter(|(held, _)| !held)
    .map(|(_, words)| words)
    .collect();
    let right: Vec<&str> = Ground::ALL
        .into_iter()
        .zip(score.right_grounds)
        .filter(|(_, right)| *right)
        .map(|(ground, _)| ground.label())
        .collect();
    let truth = percent_from_frac(case.truth.size_frac());
    let rows = [
        (
            words::debrief::procedure(),
            procedure.points(),
            if missing.is_empty() { words::debrief::nothing_missing().to_owned() } else { missing.join(", ") },
        ),
        (words::debrief::mechanism(), score.mechanism_points, case.truth.mechanism.label().to_owned()),
        (
            words::debrief::size(),
            score.size_points,
            words::debrief::size_said(debrief.answers.low_percent, debrief.answers.high_percent, truth),
        ),
        (words::debrief::next_step(), score.step_points, debrief.answers.step.label().to_owned()),
        (words::debrief::grounds(), score.ground_points, words::debrief::right_grounds(right.join(", "))),
    ];
    for (name, points, words) in rows {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(name).font(theme.font(13.0)).color(theme.text));
            let points = format!("{points:.1}");
            let text = words::debrief::points_of(points.trim_end_matches(".0"), PART);
            ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.text));
        });
        weak(ui, theme, words);
        ui.add_space(theme.size(3.0));
    }
    if !score.was_unsafe.is_empty() {
        let text = words::debrief::unsafe_points(score.unsafe_points());
        ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.danger));
        for what in &score.was_unsafe {
            weak(ui, theme, what.label());
        }
    }
    weak(ui, theme, words::challenge::certainty(debrief.answers.certainty));
}

/// Width below which what comes next stands in two lines a step, points at scale 1.
const NARROW: f32 = 330.0;

fn next_steps(ui: &mut Ui, theme: &Theme, debrief: &Debrief, steps: &NextSteps) {
    ui.spacing_mut().interact_size.y = theme.size(18.0);
    let [low, high] = steps.target_frac().map(percent_from_frac);
    weak(ui, theme, words::debrief::wanted(low, high));
    let verdict =
        |outcome: &Outcome| match (steps.best() == Some(outcome.step), outcome.good, steps.harms(outcome.step)) {
            (true, ..) => words::debrief::best(),
            (_, true, _) => words::debrief::good(),
            (.., true) => words::debrief::harmful(),
            _ => "",
        };
    let font = |outcome: &Outcome| match outcome.step == debrief.answers.step {
        true => theme.bold(12.0),
        false => theme.font(12.0),
    };
    let saturation = |outcome: &Outcome| words::debrief::saturation(percent_from_frac(outcome.so2_art_frac));
    if ui.available_width() < theme.size(NARROW) {
        for outcome in steps.outcomes().unwrap_or_default() {
            let name = RichText::new(outcome.step.label()).font(font(outcome)).color(theme.text);
            ui.add(Label::new(name).wrap());
            ui.horizontal(|ui| {
                weak(ui, theme, words::debrief::fio2_and(outcome.fio2_frac, saturation(outcome)));
                ui.label(RichText::new(verdict(outcome)).font(theme.bold(12.0)).color(theme.text));
            });
        }
        return;
    }
    let step_width = 0.42 * ui.available_width();
    let columns = Grid::new("next steps").num_columns(4).spacing(vec2(theme.size(6.0), theme.size(3.0)));
    columns.max_col_width(step_width).show(ui, |ui| {
        for outcome in steps.outcomes().unwrap_or_default() {
            ui.add(Label::new(RichText::new(outcome.step.label()).font(font(outcome)).color(theme.text)).wrap());
            let cell =
                |ui: &mut Ui, text: String| ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
            cell(ui, words::common::fio2_of(outcome.fio2_frac));
            cell(ui, saturation(outcome));
            ui.label(RichText::new(verdict(outcome)).font(theme.bold(12.0)).color(theme.text));
            ui.end_row();
        }
    });
}

/// A way out of the debrief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Explore,
    Twin,
    Again,
    Next,
    Copy,
    Print,
}

impl Door {
    /// Its name, its key, and what a hint says.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Door::Explore => (words::debrief::explore(), "X", words::debrief::explore_hint()),
            Door::Twin => (words::debrief::twin(), "T", words::debrief::twin_hint()),
            Door::Again => (words::challenge::same_case(), "G", words::debrief::again_hint()),
            Door::Next => (words::challenge::next_case(), "N", words::challenge::next_case_hint()),
            Door::Copy => (words::debrief::copy(), "", words::debrief::copy_hint()),
            Door::Print => (words::debrief::print(), "", words::debrief::print_hint()),
        }
    }
}

fn doors_of(page: &ChallengePage) -> impl Iterator<Item = Door> {
    let doors = [Door::Explore, Door::Twin, Door::Again, Door::Next, Door::Copy, Door::Print];
    let is_there = |door: &Door| match door {
        Door::Twin => page.has_twin(),
        Door::Print => page.can_print(),
        _ => true,
    };
    doors.into_iter().filter(is_there)
}

/// What the doors need beside each other, points.
fn doors_width(ui: &Ui, theme: &Theme, page: &ChallengePage) -> f32 {
    let wide = |text: &str, font: FontId| ui.painter().layout_no_wrap(text.to_owned(), font, theme.text).size().x;
    let spacing = ui.spacing();
    let beside = 2.0 * spacing.button_padding.x + spacing.item_spacing.x + spacing.icon_spacing;
    let words = doors_of(page).map(Door::words);
    words.map(|(name, key, _)| wide(name, theme.font(13.0)) + wide(key, theme.font(12.0)) + beside + 6.0).sum()
}

fn door_row(ui: &mut Ui, look: Look<'_>, debrief: &Debrief, hands: &mut Hands<'_>) {
    let Look { theme, page, .. } = look;
    let Hands { asks, wishes, .. } = hands;
    ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
        for door in doors_of(page) {
            let (name, key, hint) = door.words();
            let text = RichText::new(name).font(theme.font(13.0));
            let button = Button::new(text).shortcut_text(RichText::new(key).font(theme.font(12.0)));
            let response = ui.add(button.min_size(vec2(0.0, theme.size(30.0))));
            if !response.on_hover_text(hint).accessible_name(name).clicked() {
                continue;
            }
            match door {
                Door::Explore => wishes.push(Wish::Explore),
                Door::Twin => wishes.push(Wish::Compare),
                Door::Again => asks.push(Ask::Again),
                Door::Next => asks.push(Ask::Next),
                Door::Copy => ui.ctx().copy_text(debrief.class_line.clone()),
                Door::Print => asks.push(Ask::Print),
            }
        }
        ui.add(
            Label::new(RichText::new(debrief.class_line.as_str()).font(theme.font(12.0)).color(theme.weak)).truncate(),
        );
    });
}
