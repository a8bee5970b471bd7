//! Which lungs fit: blood gases that are typed, what they leave possible, and the sums of the bedside beside it.

use eframe::egui::{
    Align2, Button, Checkbox, Grid, Label, Rect, RichText, ScrollArea, Stroke, TextEdit, TextFormat, Ui, pos2,
    text::LayoutJob, vec2,
};

use super::empty;
use crate::{
    app::page::compare::{Ask, Compare, Field, Fitted, Letter, Typed},
    figure::fit_lungs,
    gui::{
        explore::{fill, within},
        link::Link,
        plot,
        theme::{GRID, Theme},
    },
    study::fit::{ASSUMED_AV_ML_PER_DL, Fit, Sums},
    text::{display_units::DisplayUnits, number, subscripted, words},
    units::percent_from_frac,
};

/// FiO2 from which the rule of A-a over 20 holds.
const PURE_FIO2_FRAC: f64 = 0.95;

pub(super) fn fit(ui: &mut Ui, theme: &Theme, area: Rect, page: &Compare, units: DisplayUnits, asks: &mut Vec<Ask>) {
    let left = (area.width() * 0.25).clamp(theme.size(312.0), theme.size(380.0));
    let (form, rest) = area.split_left_right_at_x(area.left() + left);
    within(ui, form, |ui| typed(ui, theme, page, units, asks));
    let rest = Rect::from_min_max(pos2(rest.left() + GRID, rest.top()), rest.max);
    let (drawn, told) = rest.split_left_right_at_x((rest.left() + rest.width() * 0.58).round());
    let fitted = page.fitted();
    within(ui, drawn, |ui| match fitted.found() {
        Some((_, found)) => {
            plot::show(ui, theme, &fit_lungs::figure(found), drawn.size(), &mut Link::default());
        }
        None => empty(ui, theme, words::fit::plot(), words::fit::nothing_found()),
    });
    let told = Rect::from_min_max(pos2(told.left() + GRID, told.top()), told.max);
    within(ui, told, |ui| answer(ui, theme, fitted, units));
}

fn heading(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).font(theme.bold(15.0)).color(theme.text));
}

fn typed(ui: &mut Ui, theme: &Theme, page: &Compare, units: DisplayUnits, asks: &mut Vec<Ask>) {
    let rect = ui.max_rect();
    let fitted = page.fitted();
    let mut now = fitted.typed().clone();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            heading(ui, theme, words::fit::first_gas());
            gas(ui, theme, &mut now, 0, units);
            take(ui, theme, page.letters(), 0, units, asks);
            ui.add_space(GRID);
            let second = RichText::new(words::fit::second_gas()).font(theme.bold(15.0)).color(theme.text);
            ui.add(Checkbox::new(&mut now.second, second));
            if now.second {
                gas(ui, theme, &mut now, 1, units);
                take(ui, theme, page.letters(), 1, units, asks);
            }
            ui.add_space(GRID);
            heading(ui, theme, words::fit::patient());
            let fields = Field::OF_BODY.into_iter().zip(&mut now.body);
            grid(ui, theme, "body", words::fit::the_patient(), fields, units);
            let assumed = words::fit::assumed();
            ui.add(Label::new(RichText::new(assumed).font(theme.font(12.0)).color(theme.weak)).wrap());
            ui.add_space(GRID);
            for fault in fitted.faults() {
                let text = RichText::new(subscripted(&fault)).font(theme.bold(13.0)).color(theme.danger);
                ui.add(Label::new(text).wrap());
            }
        });
    });
    if now != *fitted.typed() {
        asks.push(Ask::Typed(Box::new(now)));
    }
}

fn gas(ui: &mut Ui, theme: &Theme, now: &mut Typed, place: usize, units: DisplayUnits) {
    let whose = [words::fit::the_first_gas(), words::fit::the_second_gas()][place];
    let fields = Field::OF_GAS.into_iter().zip(&mut now.gases[place]);
    grid(ui, theme, whose, whose, fields, units);
}

fn grid<'a>(
    ui: &mut Ui,
    theme: &Theme,
    id: &str,
    whose: &str,
    fields: impl Iterator<Item = (Field, &'a mut String)>,
    units: DisplayUnits,
) {
    Grid::new(id).num_columns(3).spacing(vec2(GRID, 4.0)).show(ui, |ui| {
        for (field, text) in fields {
            ui.label(RichText::new(field.label()).font(theme.font(13.0)).color(theme.text));
            ui.scope(|ui| {
                ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
                let edit = TextEdit::singleline(text)
                    .desired_width(theme.size(72.0))
                    .min_size(vec2(theme.size(60.0), 0.0))
                    .align(Align2::LEFT_CENTER)
                    .font(theme.font(13.0))
                    .char_limit(16)
                    .margin(vec2(6.0, 3.0));
                ui.add(edit).accessible_name(words::fit::field_of(field.label(), whose));
            });
            ui.label(RichText::new(units.of(field.unit()).unit).font(theme.font(12.0)).color(theme.weak));
            ui.end_row();
        }
    });
}

/// The gases of the patients of the page, as what is typed.
fn take(ui: &mut Ui, theme: &Theme, letters: &[Letter], place: usize, units: DisplayUnits, asks: &mut Vec<Ask>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::fit::take()).font(theme.font(12.0)).color(theme.weak));
        for of in letters.iter().copied() {
            let name = match place {
                0 => words::fit::take_as_first(of.name()),
                _ => words::fit::take_as_second(of.name()),
            };
            let button = Button::new(RichText::new(of.name()).font(theme.font(13.0)));
            if ui.add(button).on_hover_text(words::fit::take_hint()).accessible_name(name).clicked() {
                asks.push(Ask::TakeGas { of, place, units });
            }
        }
    });
}

fn answer(ui: &mut Ui, theme: &Theme, fitted: &Fitted, units: DisplayUnits) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            heading(ui, theme, words::fit::result());
            if !fitted.is_current() {
                let text = words::fit::outdated();
                ui.add(Label::new(RichText::new(text).font(theme.bold(13.0)).color(theme.danger)).wrap());
            }
            match fitted.found() {
                Some((_, found)) => {
                    let words = RichText::new(words(found)).font(theme.font(14.0)).color(theme.text);
                    ui.add(Label::new(words).wrap());
                    next_sample(ui, theme, found);
                }
                None => {
                    ui.label(RichText::new("–").color(theme.weak));
                }
            }
            ui.add_space(GRID);
            heading(ui, theme, words::fit::sums());
            for (fio2_frac, sums) in fitted.sums() {
                bedside(ui, theme, fio2_frac, &sums, units);
            }
        });
    });
}

fn words(found: &Fit) -> String {
    match found {
        Fit::Ridge(ridge) => {
            let [Some(even), Some(uneven)] = [ridge.points.first(), ridge.points.last()] else {
                return words::fit::even_without_shunt().to_owned();
            };
            let [most, least] = [even, uneven].map(|point| percent_from_frac(point.shunt_frac));
            words::fit::ridge(least, most)
        }
        Fit::Spot(spot) => {
            let even = if spot.is_even() { words::fit::spot_even() } else { "" };
            words::fit::spot(
                percent_from_frac(spot.shunt_frac),
                percent_from_frac(2.0 * spot.shunt_sd_frac),
                spot.log_sd,
                2.0 * spot.log_sd_sd,
                even,
                spot.ventilation_l_per_min,
                spot.output_l_per_min,
            )
        }
    }
}

/// Room that the sums need side by side with their names, points at scale 1.
const ROOM_OF_SUMS: f32 = 380.0;

/// Lines of a table that nothing is clicked in.
fn close_rows(ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = 0.0;
}

/// What a second sample would tell, and at what saturation.
fn next_sample(ui: &mut Ui, theme: &Theme, found: &Fit) {
    let Fit::Ridge(ridge) = found else { return };
    if ridge.next.is_empty() {
        return;
    }
    ui.add_space(GRID);
    heading(ui, theme, words::fit::next_sample());
    close_rows(ui);
    Grid::new("next").num_columns(3).spacing(vec2(theme.size(18.0), 2.0)).show(ui, |ui| {
        let cell = |ui: &mut Ui, text: String, colour| {
            ui.label(RichText::new(text).font(theme.font(12.0)).color(colour));
        };
        for head in [words::common::fio2(), words::fit::shunt_known_to(), words::fit::so2_there()] {
            cell(ui, head.to_owned(), theme.weak);
        }
        ui.end_row();
        // Every second: between neighbours nothing is to be seen.
        for next in ridge.next.iter().step_by(2) {
            let [low, high] = next.so2_art_frac.map(percent_from_frac);
            cell(ui, format!("{:.2}", next.fio2_frac), theme.text);
            cell(ui, words::fit::points(percent_from_frac(2.0 * next.shunt_sd_frac)), theme.text);
            cell(ui, words::fit::from_to(low, high), theme.text);
            ui.end_row();
        }
    });
}

fn bedside(ui: &mut Ui, theme: &Theme, fio2_frac: f64, sums: &Sums, units: DisplayUnits) {
    ui.label(RichText::new(words::fit::on_fio2(fio2_frac)).font(theme.bold(13.0)).color(theme.text));
    let percent = |shunt: &Result<f64, crate::physiology::indices::NoEstimate>| match shunt {
        Ok(frac) => format!("{:.1} %", percent_from_frac(*frac)),
        Err(reason) => format!("– ({})", units.prose(&reason.to_string())),
    };
    let [five, three] = ASSUMED_AV_ML_PER_DL;
    let assumed = |av: f64| words::fit::shunt_assumed(number(units.of("mL/dL").value(av)), units.of("mL/dL").unit);
    let mut rows = vec![
        (words::common::pao2_ideal().to_owned(), units.text(sums.po2_alv_mmhg, "mmHg", 0)),
        (words::common::aa().to_owned(), units.text(sums.aa_gradient_mmhg, "mmHg", 0)),
        (words::common::pf().to_owned(), units.text(sums.pf_ratio_mmhg, "mmHg", 0)),
        (assumed(five), percent(&sums.shunt_assumed[0])),
        (assumed(three), percent(&sums.shunt_assumed[1])),
        (words::fit::shunt_by_chart().to_owned(), percent(&sums.shunt_by_chart)),
    ];
    if let Some(measured) = &sums.shunt_measured {
        rows.insert(3, (words::fit::shunt_measured().to_owned(), percent(measured)));
    }
    if fio2_frac >= PURE_FIO2_FRAC {
        rows.push((words::common::shunt_by_rule().to_owned(), percent(&Ok(sums.shunt_by_rule_frac))));
    }
    close_rows(ui);
    if ui.available_width() < theme.size(ROOM_OF_SUMS) {
        // Names that long wrap, and the number follows.
        for (name, value) in rows {
            let mut line = LayoutJob::default();
            line.append(&name, 0.0, TextFormat::simple(theme.font(12.0), theme.weak));
            line.append(&value, 10.0, TextFormat::simple(theme.font(12.0), theme.text));
            ui.add(Label::new(line).wrap());
        }
        return;
    }
    Grid::new(("sums", fio2_frac.to_bits())).num_columns(2).spacing(vec2(theme.size(18.0), 2.0)).show(ui, |ui| {
        for (name, value) in rows {
            ui.label(RichText::new(name).font(theme.font(12.0)).color(theme.weak));
            ui.label(RichText::new(value).font(theme.font(12.0)).color(theme.text));
            ui.end_row();
        }
    });
}
