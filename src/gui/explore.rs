//! Page Explore: controls left, what they do right, the vital numbers above both.

mod bar;
mod controls;
mod numbers;
mod strip;

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::{
    app::{Command, Session},
    figure::Figure,
    gui::{
        plot,
        theme::{GRID, Theme, ThemeName},
    },
    sim::params::Group,
};

/// What the page remembers that is not the patient's: the look of the window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PanelState {
    /// Theme of the window.
    pub theme: ThemeName,
    /// Which groups of controls are open, in the order of [`Group::ALL`].
    pub open: [bool; Group::ALL.len()],
}

/// Shows the page over the whole of `ui`.
pub fn explore_ui(
    ui: &mut Ui,
    session: &Session,
    figures: &[Figure],
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let theme = panel.theme.theme();
    bar::shortcuts(ui, session, commands);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| bar::bar(ui, theme, session, panel, commands));
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (strip, rest) = rest.split_top_bottom_at_y(rest.top() + strip::height(theme));
    within(ui, strip, |ui| strip::strip(ui, theme, session));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(34.0));
    within(ui, message, |ui| bar::message(ui, theme, session, commands));
    let rest = Rect::from_min_max(rest.min, pos2(rest.right(), rest.bottom() - GRID));
    let left = (rest.width() * 0.225).clamp(theme.size(288.0), theme.size(360.0));
    let (left, right) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| controls::controls(ui, theme, session, panel, commands));
    let right = Rect::from_min_max(pos2(right.left() + GRID, right.top()), right.max);
    within(ui, right, |ui| main(ui, theme, session, figures));
}

/// Shows something in a given place and nowhere else.
fn within<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().id_salt((rect.min.x as i32, rect.min.y as i32)).max_rect(rect));
    child.shrink_clip_rect(rect.expand(6.0));
    add(&mut child)
}

/// What stands over a plot that there is not.
const PLOTS: [&str; 3] = ["O₂ dissociation", "Iso-shunt", "V/Q distribution"];

/// Plots and all other numbers.
fn main(ui: &mut Ui, theme: &Theme, session: &Session, figures: &[Figure]) {
    let with_numbers = !theme.few_numbers() || session.now().params.ecmo();
    let [plots @ .., rest] = places(ui.max_rect(), theme, with_numbers);
    for (index, rect) in plots.into_iter().enumerate() {
        within(ui, rect, |ui| match figures.get(index) {
            Some(figure) => {
                plot::show(ui, theme, figure, rect.size());
            }
            // The reason stands in the message above.
            None => scrolling_panel(ui, theme, PLOTS[index], |ui| {
                ui.label(eframe::egui::RichText::new("– no steady state").color(theme.weak));
            }),
        });
    }
    if with_numbers {
        within(ui, rest, |ui| numbers::numbers(ui, theme, session));
    }
}

/// Places of three plots and of the numbers: two by two, on a wide window the plots in a row.
fn places(area: Rect, theme: &Theme, with_numbers: bool) -> [Rect; 4] {
    let cell = |[left, right]: [f32; 2], [top, bottom]: [f32; 2]| {
        let x = |share: f32| (area.left() + share * (area.width() + GRID)).round();
        let y = |share: f32| (area.top() + share * (area.height() + GRID)).round();
        Rect::from_min_max(pos2(x(left), y(top)), pos2(x(right) - GRID, y(bottom) - GRID))
    };
    let (all, upper, lower) = ([0.0, 1.0], [0.0, 0.5], [0.5, 1.0]);
    if area.width() > theme.size(1500.0) {
        let split = if with_numbers { 0.62 } else { 1.0 };
        let column = |i: f32| cell([i / 3.0, (i + 1.0) / 3.0], [0.0, split]);
        [column(0.0), column(1.0), column(2.0), cell(all, [split, 1.0])]
    } else if with_numbers {
        [cell(upper, upper), cell(lower, upper), cell(upper, lower), cell(lower, lower)]
    } else {
        [cell(upper, upper), cell(lower, all), cell(upper, lower), Rect::NOTHING]
    }
}

/// A panel with a title and contents that scroll.
fn scrolling_panel(ui: &mut Ui, theme: &Theme, title: &str, add: impl FnOnce(&mut Ui)) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        ui.label(eframe::egui::RichText::new(title).font(theme.bold(15.0)).color(theme.text));
        ScrollArea::vertical().auto_shrink(false).show(ui, add);
    });
}
