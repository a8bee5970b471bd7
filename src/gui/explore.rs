//! Page Explore: controls left, what they do right, the vital numbers above both.

pub(in crate::gui) mod bar;
mod controls;
mod trend_panel;
mod held;
mod help;
mod moves;
mod numbers;
pub mod pictures;
mod slider_preview;
pub mod side;
mod strip;
pub mod tabs;
mod transport;
pub mod why;

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::{
    app::{
        Command, Session,
        arrangement::{Arrangement, Border},
        settings::Settings,
    },
    figure::trends::Lane,
    gui::{
        export::Wanted,
        link::Link,
        theme::{GRID, Theme, ThemeName},
    },
    sim::{
        params::{Group, ParamId},
        play::instruments::Mistake,
    },
};

/// What the page remembers that is not the patient's: the look of the window.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelState {
    /// Theme of the window.
    pub theme: ThemeName,
    /// What was chosen and is kept.
    pub settings: Settings,
    /// Which pictures stand where.
    pub arrangement: Arrangement,
    /// Whether the lung picture counts blood in red cells.
    pub cells: bool,
    /// When the lung picture moves.
    pub motion: Motion,
    /// What lights up in all pictures.
    pub link: Link,
    /// Sliders that were in sight in the last frame, the large ones first.
    pub in_sight: Vec<ParamId>,
    /// Patient time that is pointed at in the trend, s.
    pub pointed_s: Option<f64>,
    /// The moment of the past that the pictures show, s; none where they show the present.
    pub moment_s: Option<f64>,
    /// What lies over the page.
    pub overlay: Option<help::Overlay>,
    /// Whether first steps stand below the pictures.
    pub welcome: bool,
    /// What stands under the pictures of the steady state.
    pub bottom: tabs::BottomTab,
    /// The slider that a term of an equation leads to, until it has the focus.
    pub wanted: Option<ParamId>,
    /// Which groups of controls are open, in the order of [`Group::ALL`].
    pub open: [bool; Group::ALL.len()],
    /// Which length of trend is shown: an index into [`crate::figure::trends::WINDOWS`].
    pub window: usize,
    /// Which lanes the trend has where there is room, in the order of [`Lane::ALL`].
    pub lanes: [bool; Lane::ALL.len()],
    /// What stands beside the trend.
    pub side: tabs::Tab,
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
    /// What is wanted out of the window.
    pub export: Option<Wanted>,
}

/// When the lung picture moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motion {
    /// While time runs.
    #[default]
    Running,
    /// Always: the window is drawn without a pause.
    Always,
    /// Never.
    Never,
}

impl Motion {
    /// Every choice, in menu order.
    pub const ALL: [Motion; 3] = [Motion::Running, Motion::Always, Motion::Never];

    /// Name in the menu and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Motion::Running => "While time runs",
            Motion::Always => "Always",
            Motion::Never => "Never",
        }
    }
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
            arrangement: Arrangement::default(),
            cells: false,
            motion: Motion::default(),
            link: Link::default(),
            in_sight: Vec::new(),
            pointed_s: None,
            moment_s: None,
            overlay: None,
            welcome: false,
            bottom: tabs::BottomTab::default(),
            wanted: None,
            open: Default::default(),
            window: 1,
            lanes: [true; Lane::ALL.len()],
            side: tabs::Tab::default(),
            mistake: Mistake::None,
            path: String::new(),
            single_keys: true,
            offer: None,
            answer: None,
            not_saved: None,
            export: None,
        }
    }
}

/// Shows the page over the whole of `ui`.
pub fn explore_ui(
    ui: &mut Ui,
    session: &Session,
    shown: &pictures::Shown<'_>,
    panel: &mut PanelState,
    commands: &mut Vec<Command>,
) {
    let theme = panel.theme.theme();
    help::shortcuts(ui, panel);
    bar::shortcuts(ui, session, commands);
    transport::shortcuts(ui, session, panel, commands);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| bar::bar(ui, theme, session, panel, commands));
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (strip, rest) = rest.split_top_bottom_at_y(rest.top() + strip::height(theme, session));
    within(ui, strip, |ui| strip::strip(ui, theme, session, panel.settings.units));
    let params = &session.now().params;
    let (held, rest) = rest.split_top_bottom_at_y(rest.top() + held::height(theme, params));
    within(ui, held, |ui| held::row(ui, theme, params, panel.settings.units, commands));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(34.0));
    within(ui, message, |ui| bar::message(ui, theme, session, panel, commands));
    let (rest, bottom) = rest.split_top_bottom_at_y(rest.bottom() - transport::height(theme));
    let left = (rest.width() * 0.225).clamp(theme.size(288.0), theme.size(360.0));
    let (left, right) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| controls::controls(ui, theme, session, shown.previews, panel, commands));
    let right = Rect::from_min_max(pos2(right.left() + GRID, right.top()), right.max);
    within(ui, right, |ui| main(ui, theme, session, shown, panel, commands));
    within(ui, bottom, |ui| transport::transport(ui, theme, session, panel, commands));
    help::overlay(ui, theme, panel);
}

/// Shows something in a given place and nowhere else.
fn within<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().id_salt((rect.min.x as i32, rect.min.y as i32)).max_rect(rect));
    child.shrink_clip_rect(rect.expand(6.0));
    add(&mut child)
}

/// Pictures, and below them the other numbers or the course of the run.
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
    let with_numbers = panel.welcome || !theme.few_numbers() || params.ecmo() || params.mechanics();
    if in_time.is_none() && !with_numbers {
        pictures::pictures(ui, theme, area, shown, panel);
        return;
    }
    let border = if in_time.is_some() { Border::Trend } else { Border::BottomTab };
    let ([upper, bottom], gap) = pictures::level(area, panel.arrangement.share(border));
    pictures::pictures(ui, theme, upper, shown, panel);
    pictures::movable(ui, theme, (border, "Height of the pictures", gap, area), &mut panel.arrangement);
    let Some((run_view, now)) = in_time else {
        if panel.welcome {
            within(ui, bottom, |ui| help::welcome(ui, theme, panel, commands));
            return;
        }
        within(ui, bottom, |ui| why::bottom(ui, theme, session, panel, commands));
        return;
    };
    let side = (bottom.width() / 3.0).clamp(theme.size(270.0), theme.size(420.0));
    let (trend, side) = bottom.split_left_right_at_x((bottom.right() - side).round());
    let trend = Rect::from_min_max(trend.min, pos2(trend.right() - GRID, trend.bottom()));
    within(ui, trend, |ui| trend_panel::trend_panel(ui, theme, run_view, now, panel));
    within(ui, side, |ui| side::side(ui, theme, session, run_view, panel, commands));
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
