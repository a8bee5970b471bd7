//! Before the truth: the patient and what is done to him, monitor and gases, the cases before.

use eframe::egui::{
    Align2, Color32, Grid, Rect, RichText, Role as NodeRole, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::app::page::challenge::{Ask, ChallengePage, Finished, Stage};
use crate::figure::trends::clock;
use crate::gui::explore::{scrolling_panel, within};
use crate::gui::theme::{GRID, Theme};
use crate::gui::widgets::tile::Tile;
use crate::sim::play::instruments::{NoReading, Site};
use crate::sim::play::run::time_of_step_s;
use crate::study::challenge_maker::bedside::Lever;
use crate::text::display_units::DisplayUnits;
use crate::text::words;
use crate::units::percent_from_frac;

use super::questions::commitment;
use super::{ChallengeView, Hands, Look, line, weak, wide, wide_as};

/// Cases and questions that are looked back on.
const SHOWN_CASES: usize = 5;
/// Height below which a page shows at a time only what can be used then.
const LOW: f32 = 700.0;
/// Least and largest height of what is told of the patient, and the height of all that can be done to him.
const TOLD: [f32; 2] = [204.0, 300.0];
const LEVERS: f32 = 400.0;
/// Width of a button below which its unit is left out.
const SLIM: f32 = 86.0;

/// Before the truth: patient and levers, monitor and gases, questions.
pub(super) fn played(ui: &mut Ui, look: Look<'_>, rest: Rect, hands: &mut Hands<'_>) {
    let Look { theme, page, units } = look;
    let Hands { view, asks, .. } = hands;
    let briefing = matches!(page.stage(), Stage::Drawing | Stage::Briefing);
    let low = rest.height() < theme.size(LOW);
    let strip = if briefing || !low { theme.size(104.0) } else { 0.0 };
    let (rest, bottom) = rest.split_top_bottom_at_y(rest.bottom() - strip);
    let rest = Rect::from_min_max(rest.min, rest.max - vec2(0.0, GRID));
    let side = (rest.width() * 0.235).clamp(theme.size(250.0), theme.size(360.0));
    let answers = (rest.width() * 0.30).clamp(theme.size(300.0), theme.size(440.0));
    let (left, middle) = rest.split_left_right_at_x(rest.left() + side);
    let (middle, right) = middle.split_left_right_at_x(middle.right() - answers);
    let middle = Rect::from_min_max(middle.min + vec2(GRID, 0.0), middle.max - vec2(GRID, 0.0));
    // Nothing can be done before the briefing has been read.
    let all_of_it = briefing && low;
    let upper = match (all_of_it, briefing) {
        (true, _) => left.height(),
        (false, true) => theme.size(TOLD[1]),
        // What the levers leave.
        (false, false) => (left.height() - theme.size(LEVERS)).clamp(theme.size(TOLD[0]), theme.size(TOLD[1])),
    };
    let (told, levers) = left.split_top_bottom_at_y(left.top() + upper);
    within(ui, told, |ui| {
        scrolling_panel(ui, theme, words::bedside::patient(), |ui| patient(ui, theme, page, asks));
    });
    if !all_of_it {
        let levers = Rect::from_min_max(levers.min + vec2(0.0, GRID), levers.max);
        within(ui, levers, |ui| {
            scrolling_panel(ui, theme, words::bedside::what_you_do(), |ui| what_you_do(ui, theme, page, asks))
        });
    }

    let (tiles, middle) = middle.split_top_bottom_at_y(middle.top() + theme.size(84.0));
    within(ui, tiles, |ui| monitor(ui, theme, page, units));
    let middle = Rect::from_min_max(middle.min + vec2(0.0, GRID), middle.max);
    let (trend, gases) = middle.split_top_bottom_at_y(middle.top() + middle.height() * 0.46);
    within(ui, trend, |ui| trend_panel(ui, look));
    let gases = Rect::from_min_max(gases.min + vec2(0.0, GRID), gases.max);
    within(ui, gases, |ui| {
        scrolling_panel(ui, theme, words::common::blood_gases(), |ui| gas_table(ui, theme, page, units))
    });
    within(ui, right, |ui| {
        scrolling_panel(ui, theme, words::challenge::commit(), |ui| commitment(ui, theme, page, view, asks))
    });
    if strip > 0.0 {
        within(ui, bottom, |ui| last_cases(ui, theme, page, view, asks));
    }
}

fn patient(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let Some((words, rows)) = page.briefing() else {
        weak(ui, theme, words::bedside::being_drawn());
        return;
    };
    line(ui, theme, words);
    let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
    weak(ui, theme, facts.join(" · "));
    ui.add_space(theme.size(6.0));
    if let Some(circumstances) = page.circumstances() {
        weak(ui, theme, circumstances);
    }
    if page.stage() == Stage::Briefing {
        ui.add_space(theme.size(6.0));
        line(ui, theme, words::bedside::task());
        ui.add_space(theme.size(8.0));
        if wide(ui, theme, words::bedside::begin(), "B", true) {
            asks.push(Ask::Begin);
        }
    }
}

fn what_you_do(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let at_bedside = page.stage() == Stage::Bedside;
    let Some(bedside) = page.bedside() else { return };
    let on = bedside.is_on_oxygen();
    let (ventilated, setup) = (bedside.is_ventilated(), bedside.setup());
    let before = if ventilated { words::common::fio2_of(setup.fio2_frac) } else { words::common::air().to_owned() };
    ui.add_enabled_ui(at_bedside, |ui| {
        let gas = if on { words::bedside::oxygen() } else { before.as_str() };
        weak(ui, theme, words::bedside::breathes(gas, clock(bedside.breathed_s())));
        if wide(ui, theme, words::bedside::give_oxygen(), "O", at_bedside && !on) {
            asks.push(Ask::Pull(Lever::Oxygen));
        }
        if wide(ui, theme, &words::bedside::back_to(before), "R", at_bedside && on) {
            asks.push(Ask::Pull(Lever::Before));
        }
        let check = if ventilated { words::bedside::check_fio2() } else { words::bedside::check_seal() };
        if wide(ui, theme, check, "K", at_bedside) {
            asks.push(Ask::Pull(Lever::CheckSeal));
        }
        match (bedside.seal(), ventilated) {
            (Some(true), false) => weak(ui, theme, words::bedside::leaked()),
            (Some(false), false) => weak(ui, theme, words::bedside::tight()),
            (Some(true), true) => weak(ui, theme, words::bedside::gave_less()),
            (Some(false), true) => weak(ui, theme, words::bedside::gives_what_is_set()),
            (None, _) => {}
        }
        if ventilated {
            ui.add_space(theme.size(4.0));
            let levers =
                [(words::bedside::peep_up(), "U", Lever::PeepUp), (words::bedside::peep_down(), "D", Lever::PeepDown)];
            ui.columns_const(|columns: &mut [Ui; 2]| {
                for (ui, (name, key, lever)) in columns.iter_mut().zip(levers) {
                    if wide(ui, theme, name, key, at_bedside) {
                        asks.push(Ask::Pull(lever));
                    }
                }
            });
        }
        ui.add_space(theme.size(6.0));
        if wide(ui, theme, words::bedside::arterial_sample(), "A", at_bedside) {
            asks.push(Ask::Pull(Lever::Puncture));
        }
        if ventilated && wide(ui, theme, words::bedside::venous_sample(), "V", at_bedside && setup.catheter) {
            asks.push(Ask::Pull(Lever::Venous));
        }
        ui.add_space(theme.size(6.0));
        weak(ui, theme, words::bedside::time_hint());
        let waits = [("+1", "1", 60.0), ("+5", "5", 300.0), ("+10", "0", 600.0)];
        ui.columns_const(|columns: &mut [Ui; 3]| {
            for (ui, (minutes, key, time_s)) in columns.iter_mut().zip(waits) {
                let name = words::common::minutes(minutes);
                let shown = if ui.available_width() < theme.size(SLIM) { minutes } else { &name };
                if wide_as(ui, theme, shown, &name, key, at_bedside) {
                    asks.push(Ask::Wait(time_s));
                }
            }
        });
    });
}

fn monitor(ui: &mut Ui, theme: &Theme, page: &ChallengePage, units: DisplayUnits) {
    let Some(bedside) = page.bedside() else { return };
    let shown = bedside.monitor();
    let mmhg = units.of("mmHg");
    let percent = |value: Option<f64>| value.map(percent_from_frac).ok_or(words::bedside::no_breath());
    let co2 = shown.pco2_end_tidal_mmhg.map(|value| mmhg.value(value)).ok_or(words::bedside::no_breath());
    let spo2 = shown.spo2_frac.map(percent_from_frac).map_err(|_: NoReading| words::bedside::no_pulse());
    let mut tiles = vec![
        (words::common::spo2(), "%", 0, spo2, theme.channels.spo2, words::bedside::spo2_hint()),
        (words::bedside::breaths(), "/min", 0, Ok(shown.rate_per_min), theme.text, words::bedside::breaths_hint()),
        (words::common::etco2(), mmhg.unit, mmhg.decimals(0), co2, theme.channels.co2, words::bedside::etco2_hint()),
    ];
    match shown.pressures_cmh2o {
        // What the place measures.
        Some([plateau, peep]) => tiles.extend([
            (words::common::plateau(), "cmH₂O", 0, Ok(plateau), theme.text, words::bedside::plateau_hint()),
            (words::common::peep(), "cmH₂O", 0, Ok(peep), theme.text, words::bedside::peep_hint()),
        ]),
        None => tiles.extend([
            (
                words::bedside::eto2(),
                "%",
                0,
                percent(shown.o2_end_tidal_frac),
                theme.channels.arterial,
                words::bedside::eto2_hint(),
            ),
            (words::bedside::etn2(), "%", 1, percent(shown.n2_end_tidal_frac), theme.weak, words::bedside::etn2_hint()),
        ]),
    }
    let width = (ui.max_rect().width() - 4.0 * GRID) / tiles.len() as f32;
    let size = vec2(width, ui.max_rect().height());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        for (label, unit, decimals, value, colour, hint) in tiles {
            let tile =
                Tile { label, unit, decimals, value, before: None, not_steady: false, alarm: None, hint, colour };
            tile.show(ui, theme, size);
        }
    });
}

/// SpO2, and etO2 or etCO2, since the patient came, with what was done.
fn trend_panel(ui: &mut Ui, Look { theme, page, units }: Look<'_>) {
    let rect = ui.max_rect();
    let Some(bedside) = page.bedside() else { return };
    let response = ui.interact(rect, ui.scope_id().with("case trend"), Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, true, words::bedside::trend()));
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let painter = ui.painter().with_clip_rect(rect);
    let at = |x: f32, y: f32| pos2(rect.left() + theme.size(x), rect.top() + theme.size(y));
    let clock = painter.text(
        pos2(rect.right() - theme.size(12.0), rect.top() + theme.size(8.0)),
        Align2::RIGHT_TOP,
        clock(bedside.time_s()),
        theme.bold(20.0),
        theme.text,
    );
    // In a narrow panel the clock has the room.
    let title = painter.layout_no_wrap(words::bedside::trend().to_owned(), theme.bold(15.0), theme.text);
    if at(12.0, 0.0).x + title.size().x + theme.size(8.0) < clock.left() {
        painter.galley(at(12.0, 10.0), title, theme.text);
    }
    let right = theme.size(56.0);
    let plot = Rect::from_min_max(
        pos2(rect.left() + theme.size(42.0), rect.top() + theme.size(58.0)),
        pos2(rect.right() - right, rect.bottom() - theme.size(26.0)),
    );
    if plot.height() < theme.size(60.0) {
        return;
    }
    let span_s = (bedside.time_s() / 300.0).ceil().max(1.0) * 300.0;
    let x = |time_s: f64| plot.left() + (time_s / span_s) as f32 * plot.width();
    let middle = plot.top() + plot.height() * 0.48;
    let upper = Rect::from_min_max(plot.min, pos2(plot.right(), middle));
    let lower = Rect::from_min_max(pos2(plot.left(), middle + theme.size(14.0)), plot.max);
    let mmhg = units.of("mmHg");
    let most_co2 = if mmhg.value(1.0) < 0.5 { 10.0 } else { 80.0 };
    let second = match bedside.is_ventilated() {
        // In the reader's unit, which stands on the tile.
        true => (lower, [0.0, most_co2], [0.0, 0.5 * most_co2, most_co2], words::common::etco2(), theme.channels.co2),
        false => (lower, [0.0, 100.0], [0.0, 50.0, 100.0], words::bedside::lane_eto2(), theme.channels.arterial),
    };
    let lanes = [(upper, [70.0, 100.0], [70.0, 85.0, 100.0], words::bedside::lane_spo2(), theme.channels.spo2), second];
    for (index, (lane, [low, high], ticks, name, colour)) in lanes.into_iter().enumerate() {
        let y = |value: f64| lane.bottom() - ((value.clamp(low, high) - low) / (high - low)) as f32 * lane.height();
        // A low lane has room for its ends alone.
        let low_lane = lane.height() < theme.size(40.0);
        for tick in ticks.into_iter().step_by(if low_lane { 2 } else { 1 }) {
            painter.hline(lane.x_range(), y(tick), Stroke::new(1.0, theme.grid));
            let at = pos2(lane.left() - theme.size(6.0), y(tick));
            painter.text(at, Align2::RIGHT_CENTER, format!("{tick:.0}"), theme.font(11.0), theme.weak);
        }
        let points: Vec<_> = page
            .trend()
            .iter()
            .filter_map(|point| {
                let value = match (index, bedside.is_ventilated()) {
                    (0, _) => point.monitor.spo2_frac.ok().map(percent_from_frac),
                    (_, true) => point.monitor.pco2_end_tidal_mmhg.map(|pco2_mmhg| mmhg.value(pco2_mmhg)),
                    (_, false) => point.monitor.o2_end_tidal_frac.map(percent_from_frac),
                };
                value.map(|value| pos2(x(point.time_s), y(value)))
            })
            .collect();
        if let Some(last) = points.last() {
            let at = pos2(lane.right() + theme.size(6.0), last.y.clamp(lane.top() + 6.0, lane.bottom() - 6.0));
            painter.text(at, Align2::LEFT_CENTER, name, theme.font(11.0), colour);
        }
        painter.add(Shape::line(points, Stroke::new(theme.line_width, colour)));
    }
    let minutes = span_s / 60.0;
    let every = if minutes > 60.0 {
        20.0
    } else if minutes > 20.0 {
        10.0
    } else {
        5.0
    };
    let mut minute = 0.0;
    while minute <= minutes + 1e-9 {
        let at = pos2(x(minute * 60.0), plot.bottom() + theme.size(5.0));
        painter.text(at, Align2::CENTER_TOP, words::common::whole_minutes(minute), theme.font(11.0), theme.weak);
        minute += every;
    }
    // Samples of one moment stand together over it.
    let mut moments: Vec<(u64, String)> = Vec::new();
    for (number, (sample, _)) in bedside.samples().enumerate() {
        match moments.last_mut().filter(|(step, _)| *step == sample.drawn_step) {
            Some((_, numbers)) => numbers.push_str(&format!(" {}", number + 1)),
            None => moments.push((sample.drawn_step, (number + 1).to_string())),
        }
    }
    for (step, numbers) in moments {
        let at = x(crate::sim::play::run::time_of_step_s(step));
        painter.vline(at, plot.y_range(), Stroke::new(1.0, theme.outline));
        let above = pos2(at, plot.top() - theme.size(3.0));
        painter.text(above, Align2::CENTER_BOTTOM, numbers, theme.bold(11.0), theme.text);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
    }
}

/// The results of the samples, one column each.
/// Width below which the times of blood gases have a row of their own, points at scale 1.
const NARROW_GASES: f32 = 330.0;

fn gas_table(ui: &mut Ui, theme: &Theme, page: &ChallengePage, units: DisplayUnits) {
    let Some(bedside) = page.bedside() else { return };
    if bedside.samples().next().is_none() {
        weak(ui, theme, words::bedside::no_sample());
        return;
    }
    let cell = |ui: &mut Ui, text: String, colour: Color32| {
        ui.label(RichText::new(text).font(theme.font(13.0)).color(colour));
    };
    let mmhg = units.of("mmHg");
    let hb = units.of("g/dL");
    ui.spacing_mut().interact_size.y = theme.size(16.0);
    ScrollArea::horizontal().show(ui, |ui| {
        // In a narrow panel two samples still stand beside each other.
        let narrow = ui.available_width() < theme.size(NARROW_GASES);
        let [beside, between] = if narrow { [10.0, 3.0] } else { [22.0, 5.0] };
        Grid::new("gases").num_columns(2).spacing(vec2(theme.size(beside), theme.size(between))).show(ui, |ui| {
            let bold = |ui: &mut Ui, text: String| {
                ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.text));
            };
            let times = || {
                let drawn = bedside.samples().map(|(sample, _)| time_of_step_s(sample.drawn_step));
                drawn.map(clock).enumerate()
            };
            cell(ui, words::bedside::sample().to_owned(), theme.weak);
            for (number, time) in times() {
                bold(ui, if narrow { (number + 1).to_string() } else { words::bedside::sample_at(number + 1, time) });
            }
            ui.end_row();
            if narrow {
                cell(ui, words::bedside::at().to_owned(), theme.weak);
                times().for_each(|(_, time)| bold(ui, time));
                ui.end_row();
            }
            cell(ui, words::bedside::breathing().to_owned(), theme.weak);
            for (_, drawn) in bedside.samples() {
                let for_min = drawn.breathed_s / 60.0;
                let gas = match (drawn.fio2_frac > 0.99, bedside.is_ventilated()) {
                    (true, _) => words::bedside::on_oxygen(for_min),
                    (false, false) => words::common::air().to_owned(),
                    (false, true) => words::common::fio2_of(drawn.fio2_frac),
                };
                let is_venous = drawn.site == Site::MixedVenous;
                cell(ui, if is_venous { words::bedside::venous(gas) } else { gas }, theme.text);
            }
            ui.end_row();
            let reported = |number: usize| bedside.result(number).map(|(_, reported)| *reported);
            let rows = [
                (words::common::po2_in(mmhg.unit), theme.channels.arterial),
                (words::common::pco2_in(mmhg.unit), theme.channels.co2),
                (words::common::ph().to_owned(), theme.channels.ph),
                (words::common::so2_percent().to_owned(), theme.channels.spo2),
                (words::bedside::hb_in(hb.unit), theme.text),
            ];
            for (row, (name, colour)) in rows.into_iter().enumerate() {
                cell(ui, name, theme.weak);
                for number in 0..bedside.samples().count() {
                    let text = reported(number).map(|seen| match row {
                        0 => mmhg.number(seen.po2_mmhg, 0),
                        1 => mmhg.number(seen.pco2_mmhg, 0),
                        2 => format!("{:.2}", seen.ph),
                        3 => format!("{:.1}", percent_from_frac(seen.saturation_frac)),
                        _ => hb.number(seen.hb_g_per_dl, 1),
                    });
                    match (text, bedside.result_in_s(number)) {
                        (Some(text), _) => cell(ui, text, colour),
                        (None, left_s) => cell(ui, words::bedside::ready_in(clock(left_s.unwrap_or(0.0))), theme.weak),
                    }
                }
                ui.end_row();
            }
            cell(ui, words::common::analysed_after().to_owned(), theme.weak);
            for (_, drawn) in bedside.samples() {
                cell(ui, words::common::whole_minutes(drawn.analysed_after_min), theme.weak);
            }
            ui.end_row();
        });
    });
    weak(ui, theme, words::bedside::note(units.text(47.0, "mmHg", 0)));
}

fn last_cases(ui: &mut Ui, theme: &Theme, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(theme.size(190.0));
                ui.label(RichText::new(words::bedside::last_five()).font(theme.bold(14.0)).color(theme.text));
                weak(ui, theme, words::bedside::kept_here());
                if page.has_record() {
                    ui.horizontal(|ui| {
                        if ui.button(RichText::new(words::bedside::export_csv()).font(theme.font(12.0))).clicked() {
                            asks.push(Ask::ExportCsv);
                        }
                        let name =
                            if view.erase_asked { words::bedside::erase_for_good() } else { words::bedside::erase() };
                        if ui.button(RichText::new(name).font(theme.font(12.0))).clicked() {
                            if view.erase_asked {
                                asks.push(Ask::Erase);
                            }
                            view.erase_asked = !view.erase_asked;
                        }
                    });
                }
            });
            let mut finished = page.finished().take(SHOWN_CASES).peekable();
            match finished.peek() {
                None if page.knows_finished() => weak(ui, theme, words::bedside::nothing_finished()),
                None => weak(ui, theme, words::challenge::record_is_read()),
                Some(_) => {}
            }
            for Finished { said, case, truth } in finished {
                ui.vertical(|ui| {
                    ui.set_width(theme.size(180.0));
                    ui.label(RichText::new(said).font(theme.bold(13.0)).color(theme.text));
                    weak(ui, theme, case);
                    weak(ui, theme, truth);
                });
            }
        });
    });
}
