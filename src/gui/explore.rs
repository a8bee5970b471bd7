//! Page Explore: controls left, what they do right, the vital numbers above both.

pub(in crate::gui) mod bar;
pub mod board;
mod beside;
mod browse;
mod controls;
pub(in crate::gui) mod exports;
mod trend_panel;
pub mod files;
mod held;
pub mod gas;
pub mod library;
pub(in crate::gui) mod help;
mod moves;
mod numbers;
pub(in crate::gui) mod open;
mod panes;
pub mod pictures;
pub(in crate::gui) mod slider_preview;
pub mod side;
mod state;
pub(in crate::gui) mod strip;
pub mod tabs;
mod transport;
pub mod why;

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2, vec2};

pub use open::{OpenBoard, OpenGas, OpenLibrary, Own, PANES, Places, Waiting};
pub use state::{Answer, Choices, InFrame, Motion, OnPage, Overlay, PanelState, Sent, Told};

use crate::{
    app::{Command, Session, arrangement::Border},
    gui::theme::{GRID, Theme},
    text::words,
};

/// Shows the page over the whole of `ui`.
pub fn explore_ui(
    ui: &mut Ui,
    session: &Session,
    shown: &pictures::Shown<'_>,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    bar::shortcuts(ui, session, commands);
    transport::shortcuts(ui, session, panel, commands);
    library::shortcuts(ui, session, panel);
    board::shortcuts(ui, panel);
    panes::shortcuts(ui, panel);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| {
        panes::begin(ui, panel, 4);
        bar::bar(ui, theme, session, panel, commands);
    });
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (strip, rest) = rest.split_top_bottom_at_y(rest.top() + strip::height(theme, session));
    within(ui, strip, |ui| strip::strip(ui, theme, session, panel.choices.settings.units));
    let params = &session.now().params;
    let (held, rest) = rest.split_top_bottom_at_y(rest.top() + held::height(theme, params));
    within(ui, held, |ui| held::row(ui, theme, params, panel.choices.settings.units, commands));
    let (beside, rest) = rest.split_top_bottom_at_y(rest.top() + beside::height(theme, session));
    within(ui, beside, |ui| beside::row(ui, theme, session, panel, commands));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(34.0));
    within(ui, message, |ui| bar::message(ui, theme, session, panel, commands));
    let (rest, bottom) = rest.split_top_bottom_at_y(rest.bottom() - transport::height(theme));
    let left = (rest.width() * 0.225).clamp(theme.size(288.0), theme.size(360.0));
    let (left, right) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| {
        panes::begin(ui, panel, 0);
        controls::controls(ui, theme, session, shown.previews, panel, commands);
    });
    let right = Rect::from_min_max(pos2(right.left() + GRID, right.top()), right.max);
    within(ui, right, |ui| main(ui, theme, session, shown, panel, commands));
    within(ui, bottom, |ui| {
        panes::begin(ui, panel, 3);
        transport::transport(ui, theme, session, panel, commands);
    });
    help::overlay(ui, theme, panel);
    library::overlay(ui, theme, shown.library, panel, commands);
    gas::overlay(ui, theme, shown.gas, panel, commands);
    board::overlay(ui, theme, session, &shown.board, panel);
    browse::overlay(ui, theme, panel);
    exports::overlay(ui, theme, panel);
}

/// Shows something in a given place and nowhere else.
pub(in crate::gui) fn within<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().id_salt((rect.min.x as i32, rect.min.y as i32)).max_rect(rect));
    child.shrink_clip_rect(rect.expand(6.0));
    add(&mut child)
}

/// Pictures, and below them the other numbers or the trend of the run.
fn main(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    shown: &pictures::Shown<'_>,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let area = ui.max_rect();
    let area = Rect::from_min_max(area.min, area.max - vec2(0.0, GRID));
    let in_time = session.in_time().zip(session.now().outcome.as_ref().ok());
    let params = &session.now().params;
    let with_numbers = panel.choices.welcome || !theme.few_numbers() || params.ecmo() || params.mechanics();
    if in_time.is_none() && !with_numbers {
        pictures::pictures(ui, theme, area, shown, panel);
        return;
    }
    let border = if in_time.is_some() { Border::Trend } else { Border::BottomTab };
    let ([upper, bottom], gap) = pictures::level(area, panel.choices.arrangement.share(border));
    within(ui, upper, |ui| panes::begin(ui, panel, 1));
    pictures::pictures(ui, theme, upper, shown, panel);
    pictures::movable(
        ui,
        theme,
        (border, words::explore::height_of_pictures(), gap, area),
        &mut panel.choices.arrangement,
    );
    within(ui, bottom, |ui| panes::begin(ui, panel, 2));
    let Some((run_view, now)) = in_time else {
        if panel.choices.welcome {
            within(ui, bottom, |ui| help::welcome(ui, theme, panel, commands));
            return;
        }
        within(ui, bottom, |ui| why::bottom(ui, theme, session, panel, commands));
        return;
    };
    let side = (bottom.width() / 3.0).clamp(theme.size(270.0), theme.size(420.0));
    let (trend, side) = bottom.split_left_right_at_x((bottom.right() - side).round());
    let trend = Rect::from_min_max(trend.min, pos2(trend.right() - GRID, trend.bottom()));
    within(ui, trend, |ui| trend_panel::trend_panel(ui, theme, (run_view, now, shown.foreseen.as_ref()), panel));
    within(ui, side, |ui| side::side(ui, theme, session, run_view, panel, commands));
}

/// Makes the frame of a panel as large as its place, however small that is.
pub(in crate::gui) fn fill(ui: &mut Ui, place: Rect) {
    ui.set_min_size(place.shrink2(vec2(13.0, 9.0)).size().max(Vec2::ZERO));
}

/// A panel with a title and contents that scroll.
pub(in crate::gui) fn scrolling_panel(ui: &mut Ui, theme: &Theme, title: &str, add: impl FnOnce(&mut Ui)) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ui.label(eframe::egui::RichText::new(title).font(theme.bold(15.0)).color(theme.text));
        ScrollArea::vertical().auto_shrink(false).show(ui, add);
    });
}
