//! Page Compare: two to four patients side by side who get the same gas, or which lungs fit a blood gas.

mod controls;
mod fit;
mod tiles;
mod twins;

use eframe::egui::{
    Align, Align2, Button, Color32, ComboBox, CornerRadius, Key, Label, Layout, Painter, Pos2, Rect, RichText, Role,
    ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, containers::menu::MenuButton, pos2, vec2,
};

use crate::{
    app::page::compare::{Ask, Compare, Letter, Show, Stand, TimeAsk},
    figure::{Figure, side_by_side::OVERLAID},
    gui::{
        explore::{PanelState, bar, exports, fill, help, within},
        export::{self, Wanted},
        keys::{Act, binding, pressed},
        link::Link,
        lung_picture, plot,
        theme::{GRID, Theme},
        widgets::controls::segmented,
    },
    scenario,
    text::{display_units::DisplayUnits, subscripted, words},
};

/// Colour of a patient: that of his lines and his letter.
fn colour_of(theme: &Theme, of: Letter) -> Color32 {
    match of {
        Letter::A => theme.accent,
        Letter::B => theme.text,
        Letter::C => theme.weak,
        Letter::D => theme.channels.delivery,
    }
}

/// Shows the page over the whole of `ui`.
pub fn compare_ui(ui: &mut Ui, page: &Compare, panel: &mut PanelState, asks: &mut Vec<Ask>) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    shortcuts(ui, page, panel.choices.single_keys, asks);
    if page.show() == Show::WhichFit {
        panel.frame.wanted = None;
    }
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| top_bar(ui, theme, page, panel, asks));
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (who, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(36.0));
    within(ui, who, |ui| patients(ui, theme, page, asks));
    let rest = Rect::from_min_max(pos2(rest.left(), rest.top() + GRID / 2.0), rest.max - vec2(0.0, GRID));
    match page.show() {
        Show::SideBySide => side_by_side(ui, theme, rest, page, panel, asks),
        Show::OverEachOther => over_each_other(ui, theme, rest, page, panel, asks),
        Show::WhichFit => fit::fit(ui, theme, rest, page, panel.choices.settings.units, asks),
    }
    help::overlay(ui, theme, panel);
    exports::overlay(ui, theme, panel);
}

fn shortcuts(ui: &Ui, page: &Compare, single_keys: bool, asks: &mut Vec<Ask>) {
    // The longer shortcut first: the shorter one matches it as well.
    let (redo, undo) = (pressed(ui, Act::Redo, true), pressed(ui, Act::Undo, true));
    if redo && page.can_redo() {
        asks.push(Ask::Redo);
    } else if undo && page.can_undo() {
        asks.push(Ask::Undo);
    }
    if !page.is_covered() && pressed(ui, Act::RunOrPause, single_keys) {
        asks.push(Ask::Time(if page.is_running() { TimeAsk::Pause } else { TimeAsk::Run }));
    }
    // Letters act whatever has the keyboard but a text field: the slider that is moved takes none.
    let idle = single_keys && !ui.ctx().text_edit_focused();
    let letter = |key: Key| idle && ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
    let shifted = |key: Key| idle && ui.input(|input| input.key_pressed(key) && input.modifiers.shift_only());
    for (key, of) in [Key::A, Key::B, Key::C, Key::D].into_iter().zip(page.letters().iter().copied()) {
        if letter(key) && !page.is_covered() {
            asks.push(Ask::Focus(of));
        }
        if shifted(key) {
            // Once for him alone, once more for all.
            asks.push(Ask::Control((page.alone() != Some(of)).then_some(of)));
        }
    }
    if letter(Key::X) && !page.is_covered() {
        asks.push(Ask::Swap);
    }
    if letter(Key::T)
        && let Some(twins) = page.twins()
    {
        asks.push(Ask::Unfold(!twins.is_open()));
    }
}

/// The bar of the pages, with what takes this one back.
fn top_bar(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &mut PanelState, asks: &mut Vec<Ask>) {
    let keys = |ui: &Ui, act| binding(act).text(ui.ctx());
    let asked = bar::page_bar(
        ui,
        theme,
        panel,
        |_, _| None,
        |ui, _| {
            let buttons = [
                (
                    page.is_changed(),
                    words::common::reset(),
                    words::common::reset(),
                    words::compare::reset_hint().to_owned(),
                    Ask::Reset,
                ),
                (page.can_redo(), "↷", words::common::redo(), words::common::redo_hint(keys(ui, Act::Redo)), Ask::Redo),
                (page.can_undo(), "↶", words::common::undo(), words::common::undo_hint(keys(ui, Act::Undo)), Ask::Undo),
            ];
            let mut asked = None;
            for (enabled, text, name, hint, ask) in buttons {
                let button = Button::new(RichText::new(text).font(theme.font(13.0)));
                if ui.add_enabled(enabled, button).on_hover_text(hint).accessible_name(name).clicked() {
                    asked = Some(ask);
                }
            }
            asked
        },
    );
    asks.extend(asked.into_iter().flatten());
}

/// What is shown, who the patients are, and whether that is hidden.
fn patients(ui: &mut Ui, theme: &Theme, page: &Compare, asks: &mut Vec<Ask>) {
    let area = ui.max_rect();
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.scope(|ui| {
            ui.set_max_width(theme.size(360.0).min(area.width() * 0.30));
            // What lies over each other would tell who is who.
            let choices: Vec<Show> =
                Show::ALL.into_iter().filter(|show| !(page.is_covered() && *show == Show::OverEachOther)).collect();
            let now = choices.iter().position(|show| *show == page.show()).unwrap_or_default();
            let names: Vec<&str> = choices.iter().map(|show| show.label()).collect();
            if let Some(asked) = segmented(ui, theme, words::compare::title(), &names, now) {
                asks.push(Ask::Show(choices[asked]));
            }
        });
        ui.add_space(GRID);
        // What stands right of the chips keeps its room; the rest is shared among their names.
        let spacing = ui.spacing().item_spacing.x;
        let wide = |ui: &Ui, text: &str| {
            let text = ui.painter().layout_no_wrap(text.to_owned(), theme.font(13.0), theme.text);
            text.size().x + 2.0 * ui.spacing().button_padding.x + spacing
        };
        let swap = words::compare::swap(page.against().name());
        let add = if page.has_room() { theme.size(ADD) + spacing } else { 0.0 };
        let right = wide(ui, &swap) + wide(ui, words::compare::hide()) + add;
        let count = page.letters().len() as f32;
        let share = (ui.available_width() - right) / count - theme.size(22.0) - 2.0 * spacing;
        let width = share.max(theme.size(40.0)).min(theme.size(300.0)).min(area.width() * 0.16);
        for of in page.letters().iter().copied() {
            chip(ui, theme, page, of, width, asks);
        }
        if page.has_room() {
            in_place(ui, theme, theme.size(ADD), |ui| add_menu(ui, theme, page, asks));
        }
        let button = |text: &str| Button::new(RichText::new(text).font(theme.font(13.0)));
        if !page.is_covered() {
            let hint = words::compare::swap_hint(page.against().name());
            if ui.add(button(&swap)).on_hover_text(hint).clicked() {
                asks.push(Ask::Swap);
            }
        }
        let hidden = button(words::compare::hide()).selected(page.is_covered());
        let hint = if page.is_covered() { words::compare::show_who_is_who() } else { words::compare::hide_hint() };
        if ui.add(hidden).on_hover_text(hint).clicked() {
            // A number that no hand repeats.
            let seed = ui.input(|input| input.time.to_bits()) ^ ui.ctx().cumulative_frame_nr();
            asks.push(if page.is_covered() { Ask::Uncover } else { Ask::Cover(seed) });
        }
    });
}

/// Width of the list of those who may join, points at scale 1.
const ADD: f32 = 50.0;

/// A letter in a disc.
fn disc(painter: &Painter, theme: &Theme, of: Letter, centre: Pos2) {
    let radius = theme.size(9.0);
    let (fill, ink) = match of {
        Letter::A => (colour_of(theme, of), theme.background),
        Letter::B | Letter::C | Letter::D => (theme.panel, colour_of(theme, of)),
    };
    painter.circle(centre, radius, fill, Stroke::new(1.5, colour_of(theme, of)));
    painter.text(centre, Align2::CENTER_CENTER, of.name(), theme.bold(12.0), ink);
}

/// Who a patient is, and the way to another.
fn chip(ui: &mut Ui, theme: &Theme, page: &Compare, of: Letter, width: f32, asks: &mut Vec<Ask>) {
    // Of a pair both are always looked at.
    let sense = if page.is_pair() { Sense::hover() } else { Sense::click() };
    let (place, response) = ui.allocate_exact_size(vec2(theme.size(22.0), theme.size(24.0)), sense);
    disc(ui.painter(), theme, of, place.center());
    if !page.is_pair() {
        let is_focused = page.focused() == of;
        let name = words::compare::look_closely(of.name());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_focused, &name));
        let ring = match () {
            () if response.has_focus() => theme.focus_stroke(),
            () if is_focused => Stroke::new(2.0, theme.text),
            () => Stroke::NONE,
        };
        ui.painter().circle_stroke(place.center(), theme.size(11.5), ring);
        if response.on_hover_text(words::compare::look_closely_hint(of.name())).clicked() {
            asks.push(Ask::Focus(of));
        }
    }
    let name = RichText::new(page.name(of)).font(theme.font(13.0)).color(theme.text);
    if page.is_covered() {
        ui.add_sized(vec2(theme.size(90.0), theme.size(24.0)), Label::new(name));
        return;
    }
    in_place(ui, theme, width, |ui| chooser(ui, theme, page, of, name, asks));
}

/// A control that takes so much room and no more, whatever its text.
fn in_place(ui: &mut Ui, theme: &Theme, width: f32, show: impl FnOnce(&mut Ui)) {
    let (place, _) = ui.allocate_exact_size(vec2(width, theme.size(26.0)), Sense::hover());
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)), show);
}

/// The list of those who may take the place of a patient.
fn chooser(ui: &mut Ui, theme: &Theme, page: &Compare, of: Letter, name: RichText, asks: &mut Vec<Ask>) {
    ComboBox::from_id_salt(("patient", of.name()))
        .selected_text(name)
        .width(ui.available_width())
        .height(ui.ctx().content_rect().height() - theme.size(120.0))
        .truncate()
        .show_ui(ui, |ui| {
            ui.set_min_width(theme.size(320.0));
            if !page.is_pair() {
                let text = words::compare::take_out(of.name());
                if ui.add(Button::new(RichText::new(&text).font(theme.font(13.0)))).clicked() {
                    asks.push(Ask::Remove(of));
                    ui.close();
                }
                ui.separator();
            }
            for patient in scenario::builtin() {
                let is_now = page.scenario(of).is_some_and(|now| now.id == patient.id);
                let text = RichText::new(&patient.title).font(theme.font(13.0));
                if ui.add(Button::selectable(is_now, text)).accessible_name(&*patient.title).clicked() {
                    asks.push(Ask::Patient(of, Box::new(patient.clone())));
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text(page.name(of))
        .accessible_name(words::compare::patient(of.name()));
}

/// One more patient: a twin of A, or one of the library.
fn add_menu(ui: &mut Ui, theme: &Theme, page: &Compare, asks: &mut Vec<Ask>) {
    ComboBox::from_id_salt("one more")
        .selected_text(RichText::new("+").font(theme.bold(13.0)))
        .width(ui.available_width())
        .height(ui.ctx().content_rect().height() - theme.size(120.0))
        .show_ui(ui, |ui| {
            ui.set_min_width(theme.size(320.0));
            let mut asked = None;
            let mut entry = |ui: &mut Ui, text: &str, ask: &dyn Fn() -> Ask| {
                if ui.add(Button::new(RichText::new(text).font(theme.font(13.0))).frame(false)).clicked() {
                    asked = Some(ask());
                    ui.close();
                }
            };
            let twins = page.twins().map(|twins| twins.entries(DisplayUnits::default())).unwrap_or_default();
            for twin in twins.iter().filter(|twin| matches!(twin.stand, Stand::Found(_)) && twin.shown.is_none()) {
                entry(ui, &words::compare::twin_of_a(twin.by.name()), &|| Ask::AddTwin(twin.by));
            }
            ui.separator();
            for patient in scenario::builtin() {
                entry(ui, &patient.title, &|| Ask::Add(Box::new(patient.clone())));
            }
            asks.extend(asked);
        })
        .response
        .on_hover_text(words::compare::add_hint())
        .accessible_name(words::compare::add());
}

/// Height of the line that asks, or answers.
fn question_height(theme: &Theme, page: &Compare, width: f32) -> f32 {
    if page.is_covered() {
        theme.size(52.0)
    } else if page.verdict().is_some() {
        // Its words need more lines where there is less room.
        theme.size(if width > theme.size(1250.0) { 66.0 } else { 88.0 })
    } else {
        theme.size(34.0)
    }
}

fn side_by_side(ui: &mut Ui, theme: &Theme, area: Rect, page: &Compare, panel: &mut PanelState, asks: &mut Vec<Ask>) {
    let gap = GRID;
    let units = panel.choices.settings.units;
    let (tiles, rest) = area.split_top_bottom_at_y(area.top() + tiles::height(theme, page));
    within(ui, tiles, |ui| tiles::tiles(ui, theme, page, units));
    let rest = Rect::from_min_max(pos2(rest.left(), rest.top() + gap), rest.max);
    let (said, rest) = rest.split_top_bottom_at_y(rest.top() + question_height(theme, page, rest.width()));
    within(ui, said, |ui| question(ui, theme, page, panel, asks));
    let rest = Rect::from_min_max(pos2(rest.left(), rest.top() + gap), rest.max);
    let left = (rest.width() * 0.215).clamp(theme.size(272.0), theme.size(340.0));
    let (left, rest) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| controls::controls(ui, theme, page, panel, asks));
    let rest = Rect::from_min_max(pos2(rest.left() + gap, rest.top()), rest.max);
    if page.is_covered() {
        within(ui, rest, |ui| plotted(ui, theme, page, panel));
        return;
    }
    let (lungs, plots) = {
        // In a narrow window the lungs would be too narrow for their names.
        let share = if rest.width() < theme.size(900.0) { 0.44 } else { 0.36 };
        rest.split_left_right_at_x((rest.left() + rest.width() * share).round())
    };
    within(ui, lungs, |ui| stack_of_lungs(ui, theme, page, panel));
    let plots = Rect::from_min_max(pos2(plots.left() + gap, plots.top()), plots.max);
    // In a low window the diagram keeps the larger half.
    let words = (plots.height() * 0.34).max(theme.size(120.0)).min(plots.height() * 0.45);
    let (plot, told) = plots.split_top_bottom_at_y((plots.bottom() - words).round());
    within(ui, plot, |ui| plotted(ui, theme, page, panel));
    let told = Rect::from_min_max(pos2(told.left(), told.top() + gap), told.max);
    within(ui, told, |ui| what_parts(ui, theme, page, panel, asks));
}

/// Numbers, sliders, and two plots of choice with all patients in each.
fn over_each_other(
    ui: &mut Ui,
    theme: &Theme,
    area: Rect,
    page: &Compare,
    panel: &mut PanelState,
    asks: &mut Vec<Ask>,
) {
    let units = panel.choices.settings.units;
    let (tiles, rest) = area.split_top_bottom_at_y(area.top() + tiles::height(theme, page));
    within(ui, tiles, |ui| tiles::tiles(ui, theme, page, units));
    let rest = Rect::from_min_max(pos2(rest.left(), rest.top() + GRID), rest.max);
    let left = (rest.width() * 0.215).clamp(theme.size(272.0), theme.size(340.0));
    let (left, rest) = rest.split_left_right_at_x(rest.left() + left);
    within(ui, left, |ui| controls::controls(ui, theme, page, panel, asks));
    let rest = Rect::from_min_max(pos2(rest.left() + GRID, rest.top()), rest.max);
    let (one, other) = rest.split_left_right_at_x(rest.center().x);
    for (place, rect) in [(0, one), (1, other)] {
        let gap = if place == 0 { vec2(GRID / 2.0, 0.0) } else { vec2(0.0, 0.0) };
        let rect = Rect::from_min_max(rect.min + vec2(GRID / 2.0, 0.0) * place as f32, rect.max - gap);
        let (choice, rect) = rect.split_top_bottom_at_y(rect.top() + theme.size(32.0));
        within(ui, choice, |ui| plot_choice(ui, theme, page, place, asks));
        within(ui, rect, |ui| match page.overlaid(place) {
            Some(figure) => {
                ui.push_id(place, |ui| plot_with_menu(ui, theme, &figure, rect.size(), &mut panel.sent.export));
            }
            None => empty(ui, theme, page.plots()[place].title(), words::compare::no_such_plot()),
        });
    }
}

/// Which plot stands in a place.
fn plot_choice(ui: &mut Ui, theme: &Theme, page: &Compare, place: usize, asks: &mut Vec<Ask>) {
    let chosen = page.plots()[place];
    ComboBox::from_id_salt(("plot", place))
        .selected_text(RichText::new(chosen.title()).font(theme.font(13.0)))
        .width((ui.available_width() - theme.size(16.0)).min(theme.size(340.0)))
        .show_ui(ui, |ui| {
            for plot in OVERLAID {
                let text = RichText::new(plot.title()).font(theme.font(13.0));
                if ui.add(Button::selectable(plot == chosen, text)).clicked() {
                    asks.push(Ask::Plot(place, plot));
                    ui.close();
                }
            }
        })
        .response
        .accessible_name(words::compare::plot(place + 1));
}

/// PaO2 over FiO2 of all.
fn plotted(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &mut PanelState) {
    match page.figure(panel.choices.settings.units) {
        Some(figure) => {
            let size = ui.max_rect().size();
            plot_with_menu(ui, theme, &figure, size, &mut panel.sent.export);
        }
        None => empty(ui, theme, words::compare::iso_shunt(), words::compare::nobody_is_steady()),
    }
}

/// A plot, and above it on the right the way out of the window.
fn plot_with_menu(ui: &mut Ui, theme: &Theme, figure: &Figure, size: Vec2, wanted: &mut Option<Wanted>) {
    let (response, end) = plot::show_in_place(ui, theme, figure, size, &mut Link::default());
    let size = vec2(theme.size(46.0), theme.size(16.0));
    let corner = pos2(end.x - size.x, end.y - size.y - theme.size(4.0));
    let place = Rect::from_min_size(corner, size);
    let to_the_right = UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(to_the_right, |ui| {
        ui.spacing_mut().interact_size.y = size.y;
        ui.spacing_mut().button_padding = vec2(6.0, 0.0);
        let button = Button::new(RichText::new(words::compare::save()).font(theme.font(11.0))).small();
        let (button, _) = MenuButton::from_button(button).ui(ui, |ui| {
            ui.set_min_width(theme.size(160.0));
            export::entries(ui, figure.id, true, response.rect, wanted);
        });
        button.on_hover_text(words::compare::save_hint()).accessible_name(words::compare::save_plot(&figure.title));
    });
}

/// Least height of a lung where there are more than two, points at scale 1.
const LEAST_LUNG: f32 = 176.0;

/// The lungs of all, one below the other; where they do not all fit they scroll, and who is looked at closely is in sight.
fn stack_of_lungs(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &mut PanelState) {
    let area = ui.max_rect();
    let letters = page.letters();
    let count = letters.len() as f32;
    let fits = (area.height() - GRID * (count - 1.0)) / count;
    let high = if page.is_pair() { fits } else { fits.max(theme.size(LEAST_LUNG)) };
    let mut stack = |ui: &mut Ui, corner: Pos2, width: f32, moved: bool| {
        for (row, of) in letters.iter().copied().enumerate() {
            let place =
                Rect::from_min_size(pos2(corner.x, corner.y + row as f32 * (high + GRID)), vec2(width, high.floor()));
            within(ui, place, |ui| lung(ui, theme, page, of, panel));
            if moved && of == page.focused() {
                ui.scroll_to_rect(place, None);
            }
        }
    };
    if high <= fits {
        stack(ui, area.min, area.width(), false);
        return;
    }
    let id = ui.scope_id().with("lung in sight");
    let focused = page.focused() as u8;
    let before: Option<u8> = ui.data(|data| data.get_temp(id));
    ui.data_mut(|data| data.insert_temp(id, focused));
    let moved = before.is_some_and(|before| before != focused);
    ScrollArea::vertical().id_salt("lungs").auto_shrink(false).show(ui, |ui| {
        let all = vec2(ui.available_width(), count * (high + GRID) - GRID);
        let (place, _) = ui.allocate_exact_size(all, Sense::hover());
        stack(ui, place.min, place.width(), moved);
    });
}

/// A panel that says why it is empty.
fn empty(ui: &mut Ui, theme: &Theme, title: &str, words: &str) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ui.label(RichText::new(title).font(theme.bold(15.0)).color(theme.text));
        ui.add_space(GRID);
        ui.label(RichText::new(words).font(theme.font(13.0)).color(theme.weak));
    });
}

/// A patient's lung; covered where it would tell who he is.
fn lung(ui: &mut Ui, theme: &Theme, page: &Compare, of: Letter, panel: &mut PanelState) {
    let title = words::compare::lung(of.name());
    let rect = ui.max_rect();
    let Some(desk) = page.seen(of) else { return };
    let Some(picture) = desk.charts().lung() else {
        empty(ui, theme, &title, &format!("– {}", page.unsteady(of).unwrap_or_default()));
        return;
    };
    let head = theme.size(24.0);
    let (top, below) = rect.split_top_bottom_at_y(rect.top() + head);
    disc(ui.painter(), theme, of, pos2(top.left() + theme.size(11.0), top.center().y));
    let place = Rect::from_min_max(pos2(top.left() + theme.size(26.0), top.top()), top.max);
    within(ui, place, |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = format!("{title}: {}", page.name(of));
            ui.add(Label::new(RichText::new(text).font(theme.bold(13.0)).color(theme.text)).truncate());
        });
    });
    within(ui, below, |ui| {
        ui.push_id(of.name(), |ui| {
            let mut link = Link::default();
            let mut view =
                lung_picture::View { cells: &mut panel.choices.cells, moving: false, fixed: false, link: &mut link };
            lung_picture::show(ui, theme, picture, below.size(), &mut view);
        });
    });
}

/// The line that asks who has the shunt; after the answer what it was and why; else the gases of all in a sentence.
fn question(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &PanelState, asks: &mut Vec<Ask>) {
    let units = panel.choices.settings.units;
    let rect = ui.max_rect();
    let verdict = page.verdict();
    let border = match verdict {
        _ if page.is_covered() => theme.accent,
        Some(verdict) if verdict.is_right() => theme.channels.delivery,
        Some(_) => theme.danger,
        None => theme.stroke,
    };
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, border), StrokeKind::Inside);
    let inner = rect.shrink2(vec2(12.0, 4.0));
    within(ui, inner, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if page.is_covered() {
                for of in [Letter::B, Letter::A] {
                    let text = words::compare::say(of.name());
                    let button = Button::new(RichText::new(&text).font(theme.bold(15.0)));
                    let button = button.min_size(vec2(theme.size(92.0), theme.size(34.0)));
                    if ui.add(button).on_hover_text(words::compare::say_hint()).clicked() {
                        asks.push(Ask::Say(of));
                    }
                }
            } else if verdict.is_some() {
                let again = Button::new(RichText::new(words::compare::another_pair()).font(theme.font(13.0)));
                if ui.add(again).on_hover_text(words::compare::another_pair_hint()).clicked() {
                    let seed = ui.input(|input| input.time.to_bits()) ^ ui.ctx().cumulative_frame_nr();
                    asks.push(Ask::Cover(seed));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let (text, font, colour) = match (page.notice(), verdict) {
                    (Some(notice), _) => {
                        let colour = if page.notice_is_good() { theme.text } else { theme.danger };
                        (notice.to_owned(), theme.bold(13.0), colour)
                    }
                    _ if page.is_covered() => (words::compare::question().to_owned(), theme.bold(17.0), theme.text),
                    (None, Some(verdict)) => (verdict.words(units), theme.font(13.0), theme.text),
                    (None, None) => (page.gases(units), theme.font(14.0), theme.text),
                };
                ui.add(Label::new(RichText::new(text).font(font).color(colour)).wrap());
            });
        });
    });
}

/// What parts A from who is looked at closely, or from all where that is A, and the doors to a closer look.
fn what_parts(ui: &mut Ui, theme: &Theme, page: &Compare, panel: &PanelState, asks: &mut Vec<Ask>) {
    let rect = ui.max_rect();
    let units = panel.choices.settings.units;
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ui.horizontal(|ui| {
            ui.label(RichText::new(words::compare::what_parts_them()).font(theme.bold(15.0)).color(theme.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let pair = [Letter::B, Letter::A];
                let doors: &[Letter] = if page.is_pair() { &pair } else { &[page.focused()] };
                for of in doors.iter().copied() {
                    let name = words::compare::open_in_explore(of.name());
                    // Beside the heading two whole names have no room in a narrow panel.
                    let short = rect.width() < theme.size(440.0);
                    let text = if short { words::compare::open(of.name()) } else { name.clone() };
                    let hint = words::compare::open_hint();
                    let link = ui.link(RichText::new(text).font(theme.font(13.0))).on_hover_text(hint);
                    if link.accessible_name(name).clicked() {
                        asks.push(Ask::Explore(of));
                    }
                }
            });
        });
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let line = |ui: &mut Ui, text: &str, colour| {
                ui.add(Label::new(RichText::new(text).font(theme.font(13.0)).color(colour)).wrap());
            };
            for of in page.letters().iter().copied() {
                if let Some(reason) = page.unsteady(of) {
                    line(ui, &words::compare::not_steady(of.name(), units.prose(&reason)), theme.danger);
                }
            }
            for belief in page.contradicted(units) {
                line(ui, &subscripted(&units.prose(&belief)), theme.text);
            }
            if page.verdict().is_some() {
                line(ui, &page.gases(units), theme.text);
            }
            for of in page.others().filter(|of| [Letter::A, *of].contains(&page.focused()) || page.is_pair()) {
                if !page.is_pair() {
                    let text = words::compare::against_a(of.name());
                    ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.text));
                }
                let partings = page.partings(of, units);
                if partings.is_empty() && [Letter::A, of].iter().all(|of| page.unsteady(*of).is_none()) {
                    line(ui, words::compare::nothing_parts_them(), theme.weak);
                }
                for parting in partings {
                    line(ui, &subscripted(&parting), theme.text);
                }
            }
            if page.verdict().is_none() {
                for of in page.letters().iter().copied() {
                    if let Some(patient) = page.scenario(of) {
                        let teaches = subscripted(&units.prose(&patient.teaches));
                        line(ui, &format!("{}: {teaches}", of.name()), theme.weak);
                    }
                }
            }
        });
    });
}

/// A number with the letter of its patient, right of the letter.
fn frame(ui: &Ui, theme: &Theme, rect: Rect, colour: Color32) {
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, colour), StrokeKind::Inside);
}

/// Names something that is painted for assistive technology.
fn named(ui: &Ui, response: &eframe::egui::Response, role: eframe::egui::Role, name: &str, value: String) {
    response.widget_info(|| WidgetInfo::labeled(role, true, name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(value));
}

/// Corners of what lies on a panel.
const SMALL: CornerRadius = CornerRadius::same(6);
