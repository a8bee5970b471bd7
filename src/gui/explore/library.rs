//! The library of patients over the page: a search, groups by what they teach, a small path and three numbers of each.
//! Wholly by keyboard: what is typed searches, arrows choose, Enter takes, Escape closes.

use eframe::egui::{
    Align, Button, Id, Key, Layout, Modal, Modifiers, Pos2, Rect, RichText, Role, ScrollArea, Sense, Shape, Stroke,
    StrokeKind, TextEdit, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{OpenLibrary, PanelState};
use crate::numerics::float;
use crate::{
    app::{
        Command, Session,
        library::{Entry, Library},
    },
    figure::trends::span,
    gui::{
        keys::{Act, pressed},
        theme::Theme,
        widgets::{keep_in_sight, paint_line},
    },
    sim::params::ParamId,
    text::{display_units::DisplayUnits, subscripted, words},
    units::percent_from_frac,
};

/// Widths of the columns on the right, points at the usual size of type.
const NUMBER: f32 = 62.0;
const PATH: f32 = 92.0;

/// The button in the bar that opens it; it says who is there.
pub(super) fn button(ui: &mut Ui, theme: &Theme, session: &Session, width: f32, panel: &mut PanelState) {
    let title = &session.scenario().title;
    let text = RichText::new(title).font(theme.font(14.0)).color(theme.text);
    let sign = RichText::new("▾").font(theme.font(13.0)).color(theme.weak);
    let button = Button::new(text).right_text(sign).truncate().min_size(vec2(width, 0.0));
    let response = ui.add_sized(vec2(width, ui.spacing().interact_size.y.max(theme.size(26.0))), button);
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, words::common::patient()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(title.as_str()));
    if response.on_hover_text(words::library::button_hint()).clicked() {
        open(session, panel);
    }
}

/// Opens the library on the patient who is there.
fn open(session: &Session, panel: &mut PanelState) {
    let chosen = session.scenario().id.clone();
    panel.page.library = Some(OpenLibrary { chosen, moved: true, ..OpenLibrary::default() });
}

/// Opens the form of a blood gas, with what was typed there last.
fn open_gas(panel: &mut PanelState) {
    panel.page.gas.is_open = true;
    panel.page.gas.begun = false;
}

/// Opens it by its keys.
pub(super) fn shortcuts(ui: &Ui, session: &Session, panel: &mut PanelState) {
    if panel.page.library.is_none() && !panel.page.gas.is_open && pressed(ui, Act::BloodGas, true) {
        open_gas(panel);
    }
    if panel.page.library.is_none() && !panel.page.gas.is_open && pressed(ui, Act::Patients, panel.choices.single_keys)
    {
        open(session, panel);
    }
}

/// Shows the library, where it is open.
pub(super) fn overlay(ui: &Ui, theme: &Theme, library: &Library, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let Some(mut state) = panel.page.library.take() else { return };
    let window = ui.ctx().content_rect().size();
    let units = panel.choices.settings.units;
    let mut taken = None;
    let mut asks_for_gas = false;
    let frame = theme.panel_frame().inner_margin(16);
    let modal = Modal::new(Id::unique("library")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width((window.x - 80.0).min(theme.size(1000.0)));
        let found = library.found(&state.search, &panel.choices.last_used);
        ui.horizontal(|ui| {
            ui.label(RichText::new(words::library::patients()).font(theme.bold(18.0)).color(theme.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = ui.button(words::common::close()).clicked();
                let button = ui.button(words::gas::title());
                asks_for_gas = button.on_hover_text(words::library::gas_hint()).clicked();
                if close {
                    ui.close();
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    search(ui, theme, &mut state, &found, &mut taken)
                });
            });
        });
        heads(ui, theme, units);
        let height = (window.y - theme.size(190.0)).max(theme.size(160.0));
        ScrollArea::vertical().max_height(height).auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if found.is_empty() {
                let text = words::library::none_found(crate::text::shown(&state.search));
                ui.label(RichText::new(text).font(theme.font(13.0)).color(theme.weak));
            }
            for (heading, group) in found {
                ui.add_space(4.0);
                ui.label(RichText::new(heading).font(theme.bold(12.0)).color(theme.weak));
                for entry in group {
                    if row(ui, theme, entry, units, &mut state) {
                        taken = Some(entry.key().to_owned());
                    }
                }
            }
        });
        let keys = words::library::keys();
        ui.label(RichText::new(keys).font(theme.font(12.0)).color(theme.weak));
    });
    if asks_for_gas {
        open_gas(panel);
    } else if let Some(key) = taken {
        match library.entries().iter().find(|entry| entry.file.as_ref() == Some(&key)) {
            Some(_) => panel.sent.open = Some(key),
            None => commands.push(Command::LoadBuiltin(key)),
        }
        // What is turned first in another patient is oxygen.
        panel.frame.wanted = Some(ParamId::Fio2);
    } else if !modal.should_close() {
        panel.page.library = Some(state);
    }
}

/// The search, which has the keyboard first; arrows and Enter act while it has.
fn search(
    ui: &mut Ui,
    theme: &Theme,
    open: &mut OpenLibrary,
    found: &[(&'static str, Vec<&Entry>)],
    taken: &mut Option<String>,
) {
    let id = Id::unique("search of patients");
    if ui.memory(|memory| memory.has_focus(id)) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let step = i32::from(pressed(Key::ArrowDown)) - i32::from(pressed(Key::ArrowUp));
        let all: Vec<&str> = found.iter().flat_map(|(_, group)| group).map(|entry| entry.key()).collect();
        let at = all.iter().position(|id| *id == open.chosen);
        if step != 0 && !all.is_empty() {
            let next = at.map_or(0, |at| (at as i32 + step).clamp(0, all.len() as i32 - 1) as usize);
            all[next].clone_into(&mut open.chosen);
            open.moved = true;
        }
        if pressed(Key::Enter) && at.is_some() {
            *taken = Some(open.chosen.clone());
        }
    }
    let before = open.search.clone();
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
        let field = TextEdit::singleline(&mut open.search)
            .id(id)
            .hint_text(words::library::search_hint())
            .desired_width(ui.available_width())
            .font(theme.font(13.0))
            .char_limit(80)
            .margin(vec2(8.0, 5.0));
        let field = ui.add(field).accessible_name(words::library::search());
        if !std::mem::replace(&mut open.begun, true) {
            field.request_focus();
        }
    });
    if open.search != before {
        // The first that is found, unless the chosen one still is.
        open.moved = true;
    }
    let all = || found.iter().flat_map(|(_, group)| group.iter());
    if !all().any(|entry| entry.key() == open.chosen)
        && let Some(first) = all().next()
    {
        first.key().clone_into(&mut open.chosen);
    }
}

/// Where the columns of a row stand: the text, the path, three numbers.
fn columns(theme: &Theme, rect: Rect) -> (Rect, Rect, [f32; 3]) {
    let number = theme.size(NUMBER);
    let right = rect.right() - theme.size(8.0);
    let rights = [right - 2.0 * number, right - number, right];
    let path_right = right - 3.0 * number - theme.size(10.0);
    let path = Rect::from_x_y_ranges(path_right - theme.size(PATH)..=path_right, rect.y_range());
    let text = Rect::from_x_y_ranges(rect.left() + theme.size(10.0)..=path.left() - theme.size(12.0), rect.y_range());
    (text, path, rights)
}

fn heads(ui: &mut Ui, theme: &Theme, units: DisplayUnits) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(30.0)), Sense::hover());
    let (_, path, rights) = columns(theme, rect);
    let lay = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), theme.font(11.0), theme.weak);
    let unit = units.of("mmHg").unit;
    for (right, [name, unit]) in rights.into_iter().zip([
        [words::common::pao2(), unit],
        [words::common::paco2(), unit],
        [words::library::shunt(), "%"],
    ]) {
        for (text, y) in [(name, 0.45), (unit, 0.9)] {
            let galley = lay(text);
            paint_line(ui.painter(), pos2(right - galley.size().x, rect.top() + y as f32 * rect.height()), galley);
        }
    }
    for (text, y) in [(words::library::path(), 0.45), (words::library::path_range(), 0.9)] {
        let galley = lay(text);
        paint_line(ui.painter(), pos2(path.left(), rect.top() + y as f32 * rect.height()), galley);
    }
}

/// One patient; whether he was taken.
fn row(ui: &mut Ui, theme: &Theme, entry: &Entry, units: DisplayUnits, open: &mut OpenLibrary) -> bool {
    let scenario = &entry.scenario;
    let size = vec2(ui.available_width(), theme.size(42.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_chosen = entry.key() == open.chosen;
    if is_chosen && std::mem::take(&mut open.moved) {
        ui.scroll_to_rect(rect.expand2(vec2(0.0, theme.size(60.0))), None);
    }
    keep_in_sight(ui, &response, rect);
    let teaches = units.prose(&scenario.teaches).into_owned();
    let played = scenario.timeline.as_ref().map(|timeline| span(timeline.duration_s()));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &scenario.title));
    let told = match &played {
        Some(length) => words::library::timeline(&teaches, length),
        None => teaches.clone(),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(told));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let fill = if is_chosen { theme.selection() } else { theme.raised };
    let border = match (response.has_focus(), is_chosen, response.hovered()) {
        (true, ..) => theme.focus_stroke(),
        (false, true, _) => Stroke::new(1.0, theme.accent),
        (false, false, true) => Stroke::new(1.0, theme.outline),
        (false, false, false) => Stroke::NONE,
    };
    ui.painter().rect(rect, 6.0, fill, border, StrokeKind::Inside);
    let (text, path, rights) = columns(theme, rect);
    let painter = ui.painter();
    let mut title = LayoutJob::simple_singleline(scenario.title.clone(), theme.bold(13.0), theme.text);
    if let Some(length) = &played {
        let format = eframe::egui::text::TextFormat::simple(theme.font(12.0), theme.accent);
        title.append(&format!("▶ {length}"), theme.size(12.0), format);
    }
    title.wrap = TextWrapping::truncate_at_width(text.width());
    let mut lesson = LayoutJob::simple_singleline(subscripted(&teaches), theme.font(12.0), theme.weak);
    lesson.wrap = TextWrapping::truncate_at_width(text.width());
    let (title, lesson) = (painter.layout_job(title), painter.layout_job(lesson));
    let cut = lesson.elided || title.elided;
    paint_line(painter, pos2(text.left(), rect.top() + theme.size(17.0)), title);
    paint_line(painter, pos2(text.left(), rect.top() + theme.size(34.0)), lesson);
    if let Some(numbers) = &entry.numbers {
        let pressure = |mmhg: f64| units.of("mmHg").number(mmhg, 0);
        let shown = [
            (pressure(numbers.po2_art_mmhg), theme.channels.arterial),
            (pressure(numbers.pco2_art_mmhg), theme.channels.co2),
            (format!("{:.0}", percent_from_frac(numbers.shunt_frac)), theme.channels.shunt),
        ];
        for (right, (number, colour)) in rights.into_iter().zip(shown) {
            let galley = painter.layout_no_wrap(number, theme.bold(14.0), colour);
            paint_line(painter, pos2(right - galley.size().x, rect.center().y + theme.size(5.0)), galley);
        }
    }
    small_path(ui, theme, path.shrink2(vec2(0.0, theme.size(7.0))), entry);
    let clicked = response.clicked();
    if cut {
        response.on_hover_text(format!("{}\n{}", scenario.title, subscripted(&teaches)));
    }
    clicked
}

/// PaO2 of the small paths, from the foot of the picture to its top, mmHg; as far apart as they are in ratio.
const PATH_MMHG: [f64; 2] = [30.0, 700.0];

/// PaO2 over inspired O2: a shunt stays at the foot, uneven lungs and healthy ones climb.
fn small_path(ui: &Ui, theme: &Theme, rect: Rect, entry: &Entry) {
    let painter = ui.painter();
    painter.rect_stroke(rect, 3.0, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let [low, high] = PATH_MMHG.map(float::ln);
    let inner = rect.shrink(3.0);
    let points: Vec<Pos2> = crate::app::library::PATH_FIO2_FRAC
        .into_iter()
        .zip(entry.path_mmhg())
        .filter_map(|(fio2, po2)| {
            let up = ((float::ln(po2?) - low) / (high - low)).clamp(0.0, 1.0);
            let along = (fio2 - 0.21) / 0.79;
            Some(pos2(inner.left() + along as f32 * inner.width(), inner.bottom() - up as f32 * inner.height()))
        })
        .collect();
    if points.len() > 1 {
        painter.add(Shape::line(points, Stroke::new(2.0, theme.channels.arterial)));
    }
}
