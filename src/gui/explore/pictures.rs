//! The pictures of the page: which stand where is chosen on each of them, borders are drawn to size.

use std::borrow::Cow;

use eframe::egui::{Button, Popup, Pos2, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::{PanelState, board, scrolling_panel, within};
use crate::{
    app::{
        arrangement::{Arrangement, Border, MOST_PICTURES},
        foreseen::Foreseen,
        gas_entry::GasEntry,
        library::Library,
        slider_preview::SliderPreviews,
    },
    figure::{Figure, NoFigure, Plot, iso_shunt, lung_picture::LungPicture},
    gui::{
        export::{self, Wanted},
        lung_picture, plot,
        theme::{GRID, Theme},
        widgets::{paint_line, splitter::splitter},
    },
    text::{subscripted, words},
};

/// Everything that can be shown, of one moment.
pub struct Shown<'a> {
    /// The lung; none where there is no steady state.
    pub lung: Option<&'a LungPicture>,
    /// The plots; none where there is no steady state.
    pub figures: &'a [Figure],
    /// Plots that this patient has not got, and why.
    pub absent: &'a [(Plot, NoFigure)],
    /// Names of all plots with their titles, also where there is no steady state.
    pub names: &'a [(&'static str, &'static str)],
    /// The tracks of the sliders.
    pub previews: &'a SliderPreviews,
    /// The patients to choose from.
    pub library: &'a Library,
    /// The blood gas that is typed.
    pub gas: &'a GasEntry,
    /// The board of criteria and of the ladder.
    pub board: board::Shown<'a>,
    /// Where the run goes if nothing more is done.
    pub foreseen: Option<Foreseen>,
    /// Whether what moves may move.
    pub moving: bool,
}

impl Shown<'_> {
    /// Every picture's name and title, in menu order.
    fn choices(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        std::iter::once((lung_picture::ID, lung_picture::TITLE)).chain(self.names.iter().copied())
    }

    fn title<'b>(&'b self, name: &str) -> &'b str {
        let figure = self.figures.iter().find(|figure| figure.id == name);
        let known = || self.choices().find(|(known, _)| *known == name).map(|(_, title)| title);
        figure.map(|figure| figure.title.as_str()).or_else(known).unwrap_or(words::pictures::unknown())
    }
}

/// Least height of a picture that stands above another, points at type scale 1: in a hall rather fewer pictures than
/// small ones.
fn least_height(theme: &Theme) -> f32 {
    if theme.few_numbers() { 170.0 } else { 140.0 }
}

/// Least width of a picture beside another, points at type scale 1: a narrower one would not hold its title and what
/// stands beside that.
fn least_width(name: &str) -> f32 {
    match name {
        lung_picture::ID => 330.0,
        "lung_map" => 260.0,
        _ => 190.0,
    }
}

/// Shows the pictures in `area`.
pub(super) fn pictures(ui: &mut Ui, theme: &Theme, area: Rect, shown: &Shown<'_>, panel: &mut PanelState) {
    let least = |name: &str| vec2(theme.size(least_width(name)), theme.size(least_height(theme)));
    let before = panel.choices.arrangement.in_window(ui.ctx().content_rect().width());
    let mut page = before.clone();
    let most = if area.width() < theme.size(THREE_COLUMNS) { TWO_COLUMNS_HOLD } else { MOST_PICTURES };
    let (places, borders) = places(area, &page, most, &least);
    for (place, rect) in places {
        // One may have been closed on the way here.
        let Some(name) = page.pictures().get(place).cloned() else { break };
        within(ui, rect, |ui| {
            picture(ui, theme, shown, &name, panel);
            picker(ui, theme, rect, shown, (place, most), &mut page, &mut panel.sent.export);
        });
    }
    for (border, label, gap, span) in borders {
        movable(ui, theme, (border, label, gap, span), &mut page);
    }
    if page != before {
        panel.choices.arrangement = page;
    }
}

/// Least width of three columns of pictures, points at scale 1, and what two columns hold.
const THREE_COLUMNS: f32 = 1300.0;
const TWO_COLUMNS_HOLD: usize = 4;

/// A border that can be moved.
pub(super) fn movable(ui: &Ui, theme: &Theme, (border, label, gap, span): Movable, page: &mut Arrangement) {
    let before = page.share(border);
    if let Some(share) = splitter(ui, theme, label, gap, span, before) {
        page.set_share(border, share);
        if page.share(border).total_cmp(&before).is_ne() {
            ui.ctx().request_repaint();
        }
    }
}

/// A border, its name, the gap in which it lies, and what it parts.
pub(super) type Movable = (Border, &'static str, Rect, Rect);

/// Where pictures stand: one alone, two beside each other, three with the first as tall as two, four in a square, five and
/// six in three columns. Of two that have no room the second waits for a larger window, as do those above `most`.
fn places(
    area: Rect,
    page: &Arrangement,
    most: usize,
    least: &dyn Fn(&str) -> Vec2,
) -> (Vec<(usize, Rect)>, Vec<Movable>) {
    let names = page.pictures();
    let count = names.len().min(most);
    if count == 1 {
        return (vec![(0, area)], Vec::new());
    }
    let mut borders = Vec::new();
    let (area, third) = if count > TWO_COLUMNS_HOLD {
        let ([two, third], _) = upright(area, 2.0 / 3.0);
        (two, Some(third))
    } else {
        (area, None)
    };
    let ([left, right], gap) = upright(area, page.share(Border::Columns));
    borders.push((Border::Columns, words::pictures::width(), gap, area));
    let mut places = Vec::new();
    let mut column = |rect: Rect, first: usize, two: bool, border: Border, label: &'static str| {
        let alone = (first, rect);
        if !two {
            places.push(alone);
            return;
        }
        // Where they would be too low above one another they stand side by side.
        let share = page.share(border);
        let [one, other] = [least(&names[first]), least(&names[first + 1])];
        let low = rect.height() < one.y + other.y;
        if low && rect.width() < one.x + other.x + GRID {
            places.push(alone);
            return;
        }
        let ([upper, lower], gap) = if low {
            // Each keeps the width it needs.
            let [from, to] = [one.x, rect.width() - other.x].map(|width| width / rect.width());
            upright(rect, share.max(from).min(to))
        } else {
            level(rect, share)
        };
        borders.push((border, label, gap, rect));
        places.extend([(first, upper), (first + 1, lower)]);
    };
    let square = count >= 4;
    column(left, 0, square, Border::Left, words::pictures::height_left());
    column(right, if square { 2 } else { 1 }, count > 2, Border::Right, words::pictures::height_right());
    if let Some(third) = third {
        // Its pictures part where those beside them do.
        let ([upper, lower], _) = level(third, page.share(Border::Right));
        if count == 5 {
            places.push((4, third));
        } else {
            places.extend([(4, upper), (5, lower)]);
        }
    }
    (places, borders)
}

/// Left, right and the gap between.
fn upright(area: Rect, share: f32) -> ([Rect; 2], Rect) {
    let x = (area.left() + share * area.width()).round();
    let half = GRID / 2.0;
    let left = Rect::from_min_max(area.min, pos2(x - half, area.bottom()));
    let right = Rect::from_min_max(pos2(x + half, area.top()), area.max);
    ([left, right], Rect::from_x_y_ranges(x - half..=x + half, area.y_range()))
}

/// Above, below and the gap between.
pub(super) fn level(area: Rect, share: f32) -> ([Rect; 2], Rect) {
    let y = (area.top() + share * area.height()).round();
    let half = GRID / 2.0;
    let upper = Rect::from_min_max(area.min, pos2(area.right(), y - half));
    let lower = Rect::from_min_max(pos2(area.left(), y + half), area.max);
    ([upper, lower], Rect::from_x_y_ranges(area.x_range(), y - half..=y + half))
}

fn picture(ui: &mut Ui, theme: &Theme, shown: &Shown<'_>, name: &str, panel: &mut PanelState) {
    let (cells, link, units) = (&mut panel.choices.cells, &mut panel.frame.link, panel.choices.settings.units);
    let size = ui.max_rect().size();
    if name == lung_picture::ID
        && let Some(lung) = shown.lung
    {
        let mut view = lung_picture::View { cells, moving: shown.moving, fixed: false, link };
        lung_picture::show(ui, theme, lung, size, &mut view);
        return;
    }
    match shown.figures.iter().find(|figure| figure.id == name) {
        Some(figure) if name == Plot::IsoShunt.id() => {
            let low = &mut panel.page.low_po2;
            let shown = if *low { Cow::Owned(iso_shunt::low(figure)) } else { Cow::Borrowed(figure) };
            let (_, end) = plot::show_in_place(ui, theme, &shown, size, link);
            if let Some((top, unit)) = iso_shunt::low_top(figure) {
                range(ui, theme, end, low, top, unit);
            }
        }
        Some(figure) => {
            plot::show(ui, theme, figure, size, link);
        }
        None => scrolling_panel(ui, theme, shown.title(name), |ui| {
            let reason = shown.absent.iter().find(|(plot, _)| plot.id() == name);
            // Without a steady state the reason stands in the message above.
            let words = match (reason, shown.lung) {
                (Some((_, reason)), _) => subscripted(&units.prose(&format!("– {reason}"))),
                (None, None) => words::explore::dash_no_steady_state().to_owned(),
                (None, Some(_)) => "…".to_owned(),
            };
            ui.label(RichText::new(words).color(theme.weak));
        }),
    }
}

/// The switch to the low range of PaO2, at the right above the plot: there a shunt is read.
fn range(ui: &mut Ui, theme: &Theme, end: Pos2, low: &mut bool, top: f64, unit: &str) {
    let text = RichText::new(format!("0–{top:.0}")).font(theme.font(11.0));
    let size = vec2(theme.size(46.0), theme.size(16.0));
    let corner = pos2(end.x - size.x, end.y - size.y - theme.size(4.0));
    let button = Button::new(text).small().selected(*low).min_size(size);
    ui.spacing_mut().interact_size.y = size.y;
    ui.spacing_mut().button_padding = vec2(4.0, 0.0);
    let hint = if *low { words::pictures::whole_range() } else { words::pictures::low_range() };
    let response = ui.put(Rect::from_min_size(corner, size), button).on_hover_text(hint);
    if response.accessible_name(words::pictures::up_to(top, unit)).clicked() {
        *low = !*low;
        ui.ctx().request_repaint();
    }
}

/// The title of a picture is the way to another, and out of the window; a right click anywhere on it as well.
fn picker(
    ui: &mut Ui,
    theme: &Theme,
    rect: Rect,
    shown: &Shown<'_>,
    (place, most): (usize, usize),
    page: &mut Arrangement,
    wanted: &mut Option<Wanted>,
) {
    let now = page.pictures()[place].clone();
    let title = ui.painter().layout_no_wrap(shown.title(&now).to_owned(), theme.bold(15.0), theme.text);
    let corner = rect.min + vec2(12.0, 8.0);
    let button =
        Rect::from_min_size(corner - vec2(5.0, 3.0), vec2(title.size().x + theme.size(24.0), theme.size(24.0)));
    let id = ui.scope_id().with(("picker", place));
    let response = ui.interact(button, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, words::pictures::picture(place + 1)));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_value(shown.title(&now));
    });
    let colour = if response.hovered() || response.has_focus() { theme.accent } else { theme.weak };
    let sign = ui.painter().layout_no_wrap("▾".to_owned(), theme.font(13.0), colour);
    // Beside a title that fills the picture it still stands whole.
    let left = (corner.x + title.size().x + 5.0).min(rect.right() - 1.0 - sign.size().x);
    paint_line(ui.painter(), pos2(left, corner.y + theme.size(14.0)), sign);
    if response.has_focus() {
        ui.painter().rect_stroke(button, 5.0, theme.focus_stroke(), eframe::egui::StrokeKind::Inside);
    }
    if ui.rect_contains_pointer(rect) && ui.input(|input| input.pointer.secondary_clicked()) {
        Popup::open_id(ui.ctx(), Popup::default_response_id(&response));
    }
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(theme.size(220.0));
        for (name, title) in shown.choices() {
            if ui.add(Button::selectable(name == now, title)).clicked() {
                page.put(place, name);
                ui.close();
            }
        }
        ui.separator();
        let room = page.pictures().len() < most;
        if ui.add_enabled(room, Button::new(words::pictures::add())).clicked() {
            let names: Vec<&str> = shown.choices().map(|(name, _)| name).collect();
            page.add(names);
            ui.close();
        }
        if ui.add_enabled(page.pictures().len() > 1, Button::new(words::pictures::close())).clicked() {
            page.remove(place);
            ui.close();
        }
        if ui.button(words::pictures::usual()).clicked() {
            *page = Arrangement::default();
            ui.close();
        }
        let is_plot = shown.figures.iter().any(|figure| figure.id == now);
        if is_plot || (now == lung_picture::ID && shown.lung.is_some()) {
            ui.separator();
            export::entries(ui, &now, is_plot, rect, wanted);
        }
    });
    let hint = if response.has_focus() { "" } else { words::pictures::hint() };
    if !hint.is_empty() {
        response.on_hover_text(hint);
    }
}
