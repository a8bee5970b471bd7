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
        scrolling_panel(ui, theme, "What each estimate would have said", |ui| estimate_rows(ui, theme, case, debrief));
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
    within(ui, column(0.0, GRID), |ui| scrolling_panel(ui, theme, "Why", |ui| why(ui, theme, case, debrief)));
    within(ui, column(1.0, GRID), |ui| {
        scrolling_panel(ui, theme, "How it was scored", |ui| scored(ui, theme, case, debrief));
    });
    within(ui, column(2.0, 0.0), |ui| {
        scrolling_panel(ui, theme, "What comes next, run for 30 min", |ui| next_steps(ui, theme, debrief, steps));
    });
    let doors = Rect::from_min_max(doors.min + vec2(0.0, GRID), doors.max);
    within(ui, doors, |ui| door_row(ui, look, debrief, hands));
}

fn truth(ui: &mut Ui, theme: &Theme, case: &Case, debrief: &Debrief) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let total = format!("{:.0} of 100", debrief.score.total());
            ui.label(RichText::new(total).font(theme.bold(26.0)).color(theme.text));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new("The truth").font(theme.bold(20.0)).color(theme.text));
                ui.add_space(theme.size(14.0));
                ui.vertical(|ui| {
                    let truth = &case.truth;
                    let first = format!(
                        "{}: {:.0} % of the fall in PaO₂. On oxygen true shunt is {:.1} %, admixture {:.1} %.",
                        truth.mechanism.label(),
                        percent_from_frac(truth.share()),
                        percent_from_frac(truth.shunt_frac),
                        percent_from_frac(truth.admixture_frac)
                    );
                    line(ui, theme, first);
                    let fault = match case.fault {
                        None => "Nothing was wrong with the test itself.".to_owned(),
                        Some(fault) => fault.told(),
                    };
                    let seen = if debrief.seen { " You had seen this case before." } else { "" };
                    weak(ui, theme, format!("{fault}{seen}"));
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
        crate::study::challenge_maker::kinds::SizeOf::Shunt => "shunt",
        crate::study::challenge_maker::kinds::SizeOf::Admixture => "admixture",
    };
    ui.horizontal(|ui| {
        weak(ui, theme, format!("you said {low:.0} to {high:.0} %"));
        ui.label(RichText::new(format!("true {what} {truth:.1} %")).font(theme.bold(12.0)).color(theme.channels.shunt));
    });
    let Some(estimates) = &debrief.estimates else {
        weak(ui, theme, "There is no sample on oxygen to reckon with.");
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
    ui.label(
        RichText::new("Your sum, with one error after the other taken away").font(theme.bold(12.0)).color(theme.text),
    );
    for estimate in &estimates.without {
        estimate_row(ui, theme, estimate, &axis);
    }
    weak(ui, theme, format!("0 to {top:.0} %"));
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
    format!("{}{}", if estimate.own { "yours · " } else { "" }, estimate.why)
}

fn estimate_row(ui: &mut Ui, theme: &Theme, estimate: &Estimate, axis: &Axis) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.size(26.0)), Sense::hover());
    let percent = percent_from_frac(estimate.shunt_frac);
    let spoken = format!("{}: {percent:.1} %, {}", estimate.label, estimate.why);
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
        ui.label(RichText::new("What the answers show").font(theme.bold(13.0)).color(theme.text));
        for words in &debrief.beliefs {
            weak(ui, theme, format!("“{words}” The model says otherwise."));
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
        (procedure.sealed, if ventilated { "given FiO₂ not checked" } else { "seal not checked" }),
        (procedure.in_time, "sample too early"),
        (procedure.right_sample, "not the right sample"),
        (procedure.taken_down, "oxygen not taken down"),
        (procedure.sum, "the sum is another"),
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
            "Procedure",
            procedure.points(),
            if missing.is_empty() { "nothing missing".to_owned() } else { missing.join(", ") },
        ),
        ("Mechanism", score.mechanism_points, case.truth.mechanism.label().to_owned()),
        (
            "Size",
            score.size_points,
            format!(
                "said {:.0} to {:.0}, true {truth:.1} %",
                debrief.answers.low_percent, debrief.answers.high_percent
            ),
        ),
        ("Next step", score.step_points, debrief.answers.step.label().to_owned()),
        ("Grounds", score.ground_points, format!("right were {}", right.join(", "))),
    ];
    for (name, points, words) in rows {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(name).font(theme.font(13.0)).color(theme.text));
            let text = format!("{points:.1} of {PART:.0}").replace(".0 of", " of");
            ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.text));
        });
        weak(ui, theme, words);
        ui.add_space(theme.size(3.0));
    }
    if !score.was_unsafe.is_empty() {
        let text = format!("Unsafe: −{:.0}. You would have been stopped.", score.unsafe_points());
        ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.danger));
        for what in &score.was_unsafe {
            weak(ui, theme, what.label());
        }
    }
    weak(ui, theme, format!("Certainty {} of 3 stands beside and is not added.", debrief.answers.certainty));
}

/// Width below which what comes next stands in two lines a step, points at scale 1.
const NARROW: f32 = 330.0;

fn next_steps(ui: &mut Ui, theme: &Theme, debrief: &Debrief, steps: &NextSteps) {
    ui.spacing_mut().interact_size.y = theme.size(18.0);
    let [low, high] = steps.target_frac().map(percent_from_frac);
    weak(ui, theme, format!("From the gas before the test; SaO₂ wanted {low:.0} to {high:.0} %."));
    let verdict =
        |outcome: &Outcome| match (steps.best() == Some(outcome.step), outcome.good, steps.harms(outcome.step)) {
            (true, ..) => "best",
            (_, true, _) => "good",
            (.., true) => "harmful",
            _ => "",
        };
    let font = |outcome: &Outcome| match outcome.step == debrief.answers.step {
        true => theme.bold(12.0),
        false => theme.font(12.0),
    };
    let saturation = |outcome: &Outcome| format!("SaO₂ {:.0} %", percent_from_frac(outcome.so2_art_frac));
    if ui.available_width() < theme.size(NARROW) {
        for outcome in steps.outcomes().unwrap_or_default() {
            let name = RichText::new(outcome.step.label()).font(font(outcome)).color(theme.text);
            ui.add(Label::new(name).wrap());
            ui.horizontal(|ui| {
                weak(ui, theme, format!("FiO₂ {:.2}, {}", outcome.fio2_frac, saturation(outcome)));
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
            cell(ui, format!("FiO₂ {:.2}", outcome.fio2_frac));
            cell(ui, saturation(outcome));
            ui.label(RichText::new(verdict(outcome)).font(theme.bold(12.0)).color(theme.text));
            ui.end_row();
        }
    });
}

/// A way out of the debrief: its name, its key, and what a hint says.
type Door = (&'static str, &'static str, &'static str);

const EXPLORE: Door =
    ("Open this lung in Explore", "X", "The patient on air, all of him; undo there brings the other one back");
const TWIN: Door = (
    "Beside its twin in Compare",
    "T",
    "Beside a patient of another cause with the same gas before the test, each on his own gas",
);
const AGAIN: Door = ("Same case again", "G", "The record then says that it was seen");
const NEXT: Door = ("Next case", "N", "Another patient of this level");
const COPY: Door = ("Copy class line", "", "Code, mechanism, range, step and score, without a name");
const PRINT: Door = ("Print the case", "", "Questions on one page, the answer on the next, beside the record");

fn doors_of(page: &ChallengePage) -> impl Iterator<Item = Door> {
    let there = [(EXPLORE, true), (TWIN, page.has_twin()), (AGAIN, true), (NEXT, true), (COPY, true)];
    there.into_iter().chain([(PRINT, page.can_print())]).filter_map(|(door, there)| there.then_some(door))
}

/// What the doors need beside each other, points.
fn doors_width(ui: &Ui, theme: &Theme, page: &ChallengePage) -> f32 {
    let wide = |text: &str, font: FontId| ui.painter().layout_no_wrap(text.to_owned(), font, theme.text).size().x;
    let spacing = ui.spacing();
    let beside = 2.0 * spacing.button_padding.x + spacing.item_spacing.x + spacing.icon_spacing;
    doors_of(page).map(|(name, key, _)| wide(name, theme.font(13.0)) + wide(key, theme.font(12.0)) + beside + 6.0).sum()
}

fn door_row(ui: &mut Ui, look: Look<'_>, debrief: &Debrief, hands: &mut Hands<'_>) {
    let Look { theme, page, .. } = look;
    let Hands { asks, wishes, .. } = hands;
    ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
        for door in doors_of(page) {
            let (name, key, hint) = door;
            let text = RichText::new(name).font(theme.font(13.0));
            let button = Button::new(text).shortcut_text(RichText::new(key).font(theme.font(12.0)));
            let response = ui.add(button.min_size(vec2(0.0, theme.size(30.0))));
            if !response.on_hover_text(hint).accessible_name(name).clicked() {
                continue;
            }
            match door {
                EXPLORE => wishes.push(Wish::Explore),
                TWIN => wishes.push(Wish::Compare),
                AGAIN => asks.push(Ask::Again),
                NEXT => asks.push(Ask::Next),
                COPY => ui.ctx().copy_text(debrief.class_line.clone()),
                _ => asks.push(Ask::Print),
            }
        }
        ui.add(
            Label::new(RichText::new(debrief.class_line.as_str()).font(theme.font(12.0)).color(theme.weak)).truncate(),
        );
    });
}
