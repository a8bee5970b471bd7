//! Page Explore: controls left, what they do right, the vital numbers above both.

mod bar;
mod controls;
mod course;
mod numbers;
mod side;
mod strip;
mod transport;

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::{
    app::{Command, Session, settings::Settings},
    figure::{Figure, trends::Lane},
    gui::{
        plot,
        theme::{GRID, Theme, ThemeName},
    },
    sim::{instruments::Mistake, params::Group},
};

/// What the page remembers that is not the patient's: the look of the window.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelState {
    /// Theme of the window.
    pub theme: ThemeName,
    /// What was chosen and is kept.
    pub settings: Settings,
    /// Which groups of controls are open, in the order of [`Group::ALL`].
    pub open: [bool; Group::ALL.len()],
    /// Which length of trend is shown: an index into [`crate::figure::trends::WINDOWS`].
    pub window: usize,
    /// Which lanes the trend has where there is room, in the order of [`Lane::ALL`].
    pub lanes: [bool; Lane::ALL.len()],
    /// What stands beside the trend.
    pub side: side::Tab,
    /// What goes wrong with the next sample.
    pub mistake: Mistake,
    /// The session file that is saved to or opened.
    pub path: String,
    /// Whether space and full stop drive time.
    pub single_keys: bool,
    /// What an earlier program left, in words, as long as it is offered.
    pub offer: Option<String>,
    /// What is to be done with it.
    pub answer: Option<Answer>,
    /// Why the run is not being saved, where it is not.
    pub not_saved: Option<String>,
}

/// What to do with a run that an earlier program left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on with it.
    Restore,
    /// Put it aside.
    Discard,
}

impl Default for PanelState {
    fn default() -> Self {
        PanelState {
            theme: ThemeName::default(),
            settings: Settings::default(),
            open: Default::default(),
            window: 1,
            lanes: [true; Lane::ALL.len()],
            side: side::Tab::default(),
            mistake: Mistake::None,
            path: String::new(),
            single_keys: true,
            offer: None,
            answer: None,
            not_saved: None,
        }
    }
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
    transport::shortcuts(ui, session, panel, commands);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| bar::bar(ui, theme, session, panel, commands));
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (strip, rest) = rest.split_top_bottom_at_y(rest.top() + strip::height(theme));
    within(ui, strip, |ui| strip::strip(ui, theme, session, panel.settings.units));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(34.0));
    within(ui, message, |ui| bar::message(ui, theme, session, panel, commands));
    let (rest, foot) = rest.split_top_bottom_at_y(rest.bottom() - transport::height(theme));
    let left = (rest.width() * 0.225).clamp(theme.size(288.0), theme.size(360.0));
    let (left, right) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| controls::controls(ui, theme, session, panel, commands));
    let right = Rect::from_min_max(pos2(right.left() + GRID, right.top()), right.max);
    within(ui, right, |ui| main(ui, theme, session, figures, panel, commands));
    within(ui, foot, |ui| transport::transport(ui, theme, session, panel, commands));
}

/// Shows something in a given place and nowhere else.
fn within<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().id_salt((rect.min.x as i32, rect.min.y as i32)).max_rect(rect));
    child.shrink_clip_rect(rect.expand(6.0));
    add(&mut child)
}

/// What stands over a plot that there is not.
const PLOTS: [&str; 3] = ["O₂ dissociation", "Iso-shunt", "V/Q distribution"];

/// Plots, and below them the other numbers or the course of the run.
fn main(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    figures: &[Figure],
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let in_time = session.in_time().zip(session.now().outcome.as_ref().ok());
    let Some((course, now)) = in_time else {
        let with_numbers = !theme.few_numbers() || session.now().params.ecmo();
        let [plots @ .., rest] = places(ui.max_rect(), theme, with_numbers);
        three_plots(ui, theme, figures, plots);
        if with_numbers {
            within(ui, rest, |ui| numbers::numbers(ui, theme, session, panel.settings.units));
        }
        return;
    };
    let [plots @ .., trend, side] = places_in_time(ui.max_rect(), theme);
    three_plots(ui, theme, figures, plots);
    within(ui, trend, |ui| course::course(ui, theme, course, now, panel));
    within(ui, side, |ui| side::side(ui, theme, session, course, panel, commands));
}

fn three_plots(ui: &mut Ui, theme: &Theme, figures: &[Figure], places: [Rect; 3]) {
    for (index, rect) in places.into_iter().enumerate() {
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
}

/// Places of three plots in a row, and of the trend and what stands beside it below them.
fn places_in_time(area: Rect, theme: &Theme) -> [Rect; 5] {
    let split = (area.top() + 0.44 * area.height()).round();
    let (upper, lower) = area.split_top_bottom_at_y(split);
    let column = |i: usize| {
        let edge = |i: usize| (upper.left() + i as f32 * (upper.width() + GRID) / 3.0).round();
        Rect::from_x_y_ranges(edge(i)..=edge(i + 1) - GRID, upper.y_range())
    };
    let side = (lower.width() / 3.0).clamp(theme.size(270.0), theme.size(420.0));
    let lower = Rect::from_min_max(pos2(lower.left(), lower.top() + GRID), lower.max);
    let (trend, side) = lower.split_left_right_at_x((lower.right() - side).round());
    let trend = Rect::from_min_max(trend.min, pos2(trend.right() - GRID, trend.bottom()));
    [column(0), column(1), column(2), trend, side]
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
