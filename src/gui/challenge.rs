//! Page Challenge: what is told and done on the left, what is seen in the middle, what is answered on the right; after the
//! last answer all of it gives way to the explanation.

use eframe::egui::{
    Align, Align2, Button, Color32, CornerRadius, Grid, Key, Label, Layout, Rect, RichText, Role as NodeRole,
    ScrollArea, Sense, Shape, Stroke, StrokeKind, TextEdit, Ui, Widget, WidgetInfo, pos2, vec2,
};

use super::explore::{PanelState, bar::page_bar, help, scrolling_panel, within};
use super::link::Link;
use super::plot;
use super::theme::{GRID, Theme};
use super::widgets::{controls::segmented, tile::Tile};
use crate::app::page::challenge::{Answer, Ask, ChallengePage, Debrief, Question, Stage};
use crate::figure::trends::clock;
use crate::sim::play::instruments::NoReading;
use crate::study::challenge_maker::bedside::Lever;
use crate::study::challenge_maker::debrief::Estimate;
use crate::study::challenge_maker::kinds::Mechanism;
use crate::study::challenge_maker::maker::{Case, Ground};
use crate::study::challenge_maker::next_step::{NextStep, NextSteps};
use crate::study::challenge_maker::rule::Formula;
use crate::study::challenge_maker::score::PART;
use crate::text::display_units::DisplayUnits;
use crate::text::typed;
use crate::units::percent_from_frac;

/// What the page remembers that is no part of a case: words that are being typed, answers not yet locked.
#[derive(Debug, Default)]
pub struct ChallengeView {
    code: String,
    choice: Option<usize>,
    grounds: [bool; 6],
    texts: [String; 2],
    /// A field that is to get the keyboard.
    wanted: bool,
    /// The question the draft belongs to.
    question: Option<Question>,
    erase_asked: bool,
    link: Link,
}

impl ChallengeView {
    /// A draft belongs to one question.
    fn begin(&mut self, question: Option<Question>) {
        if self.question != question {
            *self = ChallengeView {
                code: std::mem::take(&mut self.code),
                link: std::mem::take(&mut self.link),
                question,
                wanted: question == Some(Question::Size),
                ..ChallengeView::default()
            };
        }
    }
}

/// What the page asks of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Something of the page itself.
    Page(Ask),
    /// The patient of the case on the page Explore.
    Explore,
}

/// Shows the page over the whole of `ui`.
pub fn challenge_ui(
    ui: &mut Ui,
    page: &ChallengePage,
    view: &mut ChallengeView,
    panel: &mut PanelState,
    wishes: &mut Vec<Wish>,
) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    view.begin(match page.stage() {
        Stage::Committing(question) => Some(question),
        _ => None,
    });
    let mut asks = Vec::new();
    if panel.page.overlay.is_none() {
        shortcuts(ui, page, view, &mut asks, wishes);
    }
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| {
        let asked = page_bar(ui, theme, panel, |ui, _| case_bar(ui, theme, page), |_, _| Vec::new());
        asks.extend(asked.into_iter().flatten());
    });
    let rest = rest.shrink2(vec2(GRID, 0.0));
    let (message, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(30.0));
    within(ui, message, |ui| told(ui, theme, page, view, &mut asks));
    let rest = Rect::from_min_max(rest.min, rest.max - vec2(0.0, GRID));
    if let Some((case, debrief, steps)) = page.debrief() {
        explained(ui, theme, rest, (case, debrief, steps), view, &mut asks, wishes);
    } else {
        played(ui, theme, rest, page, view, panel.choices.settings.units, &mut asks);
    }
    wishes.extend(asks.into_iter().map(Wish::Page));
    help::overlay(ui, theme, panel);
}

/// Keys that act while nothing is typed; each stands on its button.
fn shortcuts(ui: &Ui, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>, wishes: &mut Vec<Wish>) {
    // Enter ends what is typed; other keys belong to the field.
    let typing = ui.ctx().text_edit_focused();
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key) && input.modifiers.is_none());
    let focused = ui.memory(|memory| memory.focused().is_some());
    if let Stage::Committing(question) = page.stage()
        && (typing || !focused)
        && pressed(Key::Enter)
        && let Some(answer) = draft(question, view)
    {
        asks.push(Ask::Lock(answer));
        return;
    }
    if typing {
        return;
    }
    let levers = [
        (Key::A, Ask::Pull(Lever::Puncture)),
        (Key::O, Ask::Pull(Lever::Oxygen)),
        (Key::R, Ask::Pull(Lever::Air)),
        (Key::K, Ask::Pull(Lever::CheckSeal)),
        (Key::Num1, Ask::Wait(60.0)),
        (Key::Num5, Ask::Wait(300.0)),
        (Key::Num0, Ask::Wait(600.0)),
        (Key::C, Ask::Commit),
    ];
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    match page.stage() {
        Stage::Briefing if pressed(Key::B) => asks.push(Ask::Begin),
        Stage::Bedside => asks.extend(levers.into_iter().filter(|(key, _)| pressed(*key)).map(|(_, ask)| ask)),
        Stage::Committing(question) => {
            if let Some(index) = digits.iter().position(|key| pressed(*key)) {
                choose(question, index, view);
            }
        }
        Stage::Debrief => {
            if pressed(Key::N) {
                asks.push(Ask::Next);
            } else if pressed(Key::G) {
                asks.push(Ask::Again);
            } else if pressed(Key::X) {
                wishes.push(Wish::Explore);
            }
        }
        _ => {}
    }
}

/// Level, code of this case and the next one.
fn case_bar(ui: &mut Ui, theme: &Theme, page: &ChallengePage) -> Vec<Ask> {
    let mut asks = Vec::new();
    ui.add_space(theme.size(8.0));
    ui.scope(|ui| {
        ui.set_max_width(theme.size(150.0));
        let level = usize::from(page.code().level()) - 1;
        if let Some(asked) = segmented(ui, theme, "Level", &["Level 1", "Level 2"], level) {
            asks.push(Ask::Level(asked as u8 + 1));
        }
    });
    ui.label(RichText::new(page.code().to_string()).font(theme.bold(14.0)).color(theme.text))
        .on_hover_text("The case: the same code is the same case on every machine");
    let leaves = matches!(page.stage(), Stage::Bedside | Stage::Committing(_));
    let (name, hint, ask) = if leaves {
        ("Leave the case", "It is left unfinished and not scored; the next case opens", Ask::Withdraw)
    } else {
        ("Next case", "Another patient of this level", Ask::Next)
    };
    if ui.button(RichText::new(name).font(theme.font(13.0))).on_hover_text(hint).clicked() {
        asks.push(ask);
    }
    asks
}

/// Where the code of another case is typed, from the right.
fn other_case(ui: &mut Ui, theme: &Theme, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let open = ui.add_enabled(!view.code.trim().is_empty(), Button::new(RichText::new("Open").font(theme.font(13.0))));
    let field = TextEdit::singleline(&mut view.code)
        .hint_text("code of a case")
        .desired_width(theme.size(120.0))
        .font(theme.font(13.0))
        .margin(vec2(8.0, 3.0));
    let field = ui.add(field).accessible_name("Code of a case");
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if (open.accessible_name("Open the case of this code").clicked() || entered) && !view.code.trim().is_empty() {
        asks.push(Ask::Code(std::mem::take(&mut view.code)));
    }
}

/// One line: what has to be said, or what is to be done; on the right the way to another case.
fn told(ui: &mut Ui, theme: &Theme, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let (text, colour) = match (page.told(), page.stage()) {
        (Some(text), _) => (text.to_owned(), theme.text),
        (None, Stage::Drawing) => ("A patient is being drawn.".to_owned(), theme.weak),
        (None, Stage::Briefing) => ("The 100 % O₂ test, in the pulmonary function laboratory.".to_owned(), theme.weak),
        (None, Stage::Bedside) => {
            ("A gas on air, oxygen until nitrogen is out, a gas on oxygen; then commit.".to_owned(), theme.weak)
        }
        (None, Stage::Committing(_)) => (
            "The clock stands. An answer that is locked is not changed; the truth follows the last one.".to_owned(),
            theme.weak,
        ),
        (None, Stage::Debrief) => {
            ("Recorded on this computer alone. For teaching; not for clinical use.".to_owned(), theme.weak)
        }
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        other_case(ui, theme, view, asks);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(Label::new(RichText::new(text).font(theme.font(13.0)).color(colour)).truncate());
        });
    });
}

/// Height below which a page shows at a time only what can be used then.
const LOW: f32 = 700.0;

/// Before the truth: patient and levers, monitor and gases, questions.
fn played(
    ui: &mut Ui,
    theme: &Theme,
    rest: Rect,
    page: &ChallengePage,
    view: &mut ChallengeView,
    units: DisplayUnits,
    asks: &mut Vec<Ask>,
) {
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
    let upper = if all_of_it { left.height() } else { theme.size(if briefing { 300.0 } else { 190.0 }) };
    let (told, levers) = left.split_top_bottom_at_y(left.top() + upper);
    within(ui, told, |ui| {
        scrolling_panel(ui, theme, "The patient", |ui| patient(ui, theme, page, asks));
    });
    if !all_of_it {
        let levers = Rect::from_min_max(levers.min + vec2(0.0, GRID), levers.max);
        within(ui, levers, |ui| scrolling_panel(ui, theme, "What you do", |ui| what_you_do(ui, theme, page, asks)));
    }

    let (tiles, middle) = middle.split_top_bottom_at_y(middle.top() + theme.size(84.0));
    within(ui, tiles, |ui| monitor(ui, theme, page, units));
    let middle = Rect::from_min_max(middle.min + vec2(0.0, GRID), middle.max);
    let (trend, gases) = middle.split_top_bottom_at_y(middle.top() + middle.height() * 0.46);
    within(ui, trend, |ui| trend_panel(ui, theme, page));
    let gases = Rect::from_min_max(gases.min + vec2(0.0, GRID), gases.max);
    within(ui, gases, |ui| scrolling_panel(ui, theme, "Blood gases", |ui| gas_table(ui, theme, page, units)));
    within(ui, right, |ui| scrolling_panel(ui, theme, "Commit", |ui| commitment(ui, theme, page, view, asks)));
    if strip > 0.0 {
        within(ui, bottom, |ui| last_cases(ui, theme, page, view, asks));
    }
}

fn weak(ui: &mut Ui, theme: &Theme, text: impl Into<String>) {
    ui.add(Label::new(RichText::new(text).font(theme.font(12.0)).color(theme.weak)).wrap());
}

fn line(ui: &mut Ui, theme: &Theme, text: impl Into<String>) {
    ui.add(Label::new(RichText::new(text).font(theme.font(13.0)).color(theme.text)).wrap());
}

/// A button over the whole width, with its key on it.
fn wide(ui: &mut Ui, theme: &Theme, name: &str, key: &str, enabled: bool) -> bool {
    let text = RichText::new(name).font(theme.font(13.0));
    let button = Button::new(text).shortcut_text(RichText::new(key).font(theme.font(12.0)));
    let size = vec2(ui.available_width(), theme.size(28.0));
    ui.add_enabled_ui(enabled, |ui| ui.add_sized(size, button).accessible_name(name).clicked()).inner
}

fn patient(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let Some((words, rows)) = page.briefing() else {
        weak(ui, theme, "A patient is being drawn who holds every rule of the test.");
        return;
    };
    line(ui, theme, words);
    let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
    weak(ui, theme, facts.join(" · "));
    ui.add_space(theme.size(6.0));
    weak(
        ui,
        theme,
        "Breathes at the mouthpiece, a clip on the nose. No venous blood is to be had; normal output, a-v difference 4 to 6 mL/dL.",
    );
    if page.stage() == Stage::Briefing {
        ui.add_space(theme.size(6.0));
        line(
            ui,
            theme,
            "Test with pure oxygen. Say what causes the hypoxaemia and how much of it there is, what you do next, and why.",
        );
        ui.add_space(theme.size(8.0));
        if wide(ui, theme, "Begin", "B", true) {
            asks.push(Ask::Begin);
        }
    }
}

fn what_you_do(ui: &mut Ui, theme: &Theme, page: &ChallengePage, asks: &mut Vec<Ask>) {
    let at_bedside = page.stage() == Stage::Bedside;
    let Some(bedside) = page.bedside() else { return };
    let on = bedside.is_on_oxygen();
    ui.add_enabled_ui(at_bedside, |ui| {
        weak(ui, theme, format!("Breathes {} for {}", gas_name(on), clock(bedside.breathed_s())));
        if wide(ui, theme, "Oxygen, FiO₂ 1.0", "O", at_bedside && !on) {
            asks.push(Ask::Pull(Lever::Oxygen));
        }
        if wide(ui, theme, "Back to air", "R", at_bedside && on) {
            asks.push(Ask::Pull(Lever::Air));
        }
        if wide(ui, theme, "Check the seal", "K", at_bedside) {
            asks.push(Ask::Pull(Lever::CheckSeal));
        }
        match bedside.seal() {
            Some(true) => weak(ui, theme, "The mouthpiece leaked; it is sealed now."),
            Some(false) => weak(ui, theme, "The mouthpiece is tight."),
            None => {}
        }
        ui.add_space(theme.size(6.0));
        if wide(ui, theme, "Arterial sample", "A", at_bedside) {
            asks.push(Ask::Pull(Lever::Puncture));
        }
        ui.add_space(theme.size(6.0));
        weak(ui, theme, "Time goes on only when you let it.");
        for (name, key, time_s) in [("+1 min", "1", 60.0), ("+5 min", "5", 300.0), ("+10 min", "0", 600.0)] {
            if wide(ui, theme, name, key, at_bedside) {
                asks.push(Ask::Wait(time_s));
            }
        }
    });
}

fn gas_name(on_oxygen: bool) -> &'static str {
    if on_oxygen { "oxygen" } else { "air" }
}

fn monitor(ui: &mut Ui, theme: &Theme, page: &ChallengePage, units: DisplayUnits) {
    let Some(bedside) = page.bedside() else { return };
    let shown = bedside.monitor();
    let mmhg = units.of("mmHg");
    let percent = |value: Option<f64>| value.map(percent_from_frac).ok_or("no breath");
    let co2 = shown.pco2_end_tidal_mmhg.map(|value| mmhg.value(value)).ok_or("no breath");
    let spo2 = shown.spo2_frac.map(percent_from_frac).map_err(|_: NoReading| "no pulse");
    let tiles = [
        ("SpO₂", "%", 0, spo2, theme.channels.spo2, "Pulse oximeter, with its own delay and error"),
        ("Breaths", "/min", 0, Ok(shown.rate_per_min), theme.text, "Breathing rate"),
        ("etCO₂", mmhg.unit, mmhg.decimals(0), co2, theme.channels.co2, "End-tidal PCO₂"),
        ("etO₂", "%", 0, percent(shown.o2_end_tidal_frac), theme.channels.arterial, "End-tidal O₂ of dry gas"),
        ("etN₂", "%", 1, percent(shown.n2_end_tidal_frac), theme.weak, "End-tidal N₂ of dry gas"),
    ];
    let width = (ui.max_rect().width() - 4.0 * GRID) / tiles.len() as f32;
    let size = vec2(width, ui.max_rect().height());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        for (label, unit, decimals, value, colour, hint) in tiles {
            Tile { label, unit, decimals, value, before: None, alarm: None, hint, colour }.show(ui, theme, size);
        }
    });
}

/// SpO2 and etO2 since the patient came, with what was done.
fn trend_panel(ui: &mut Ui, theme: &Theme, page: &ChallengePage) {
    let rect = ui.max_rect();
    let Some(bedside) = page.bedside() else { return };
    let response = ui.interact(rect, ui.scope_id().with("case trend"), Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, true, "Since the beginning"));
    ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
    let painter = ui.painter().with_clip_rect(rect);
    let at = |x: f32, y: f32| pos2(rect.left() + theme.size(x), rect.top() + theme.size(y));
    painter.text(at(12.0, 10.0), Align2::LEFT_TOP, "Since the beginning", theme.bold(15.0), theme.text);
    painter.text(
        pos2(rect.right() - theme.size(12.0), rect.top() + theme.size(8.0)),
        Align2::RIGHT_TOP,
        clock(bedside.time_s()),
        theme.bold(20.0),
        theme.text,
    );
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
    let lanes = [
        (upper, [70.0, 100.0], [70.0, 85.0, 100.0], "SpO₂ %", theme.channels.spo2),
        (lower, [0.0, 100.0], [0.0, 50.0, 100.0], "etO₂ %", theme.channels.arterial),
    ];
    for (index, (lane, [low, high], ticks, name, colour)) in lanes.into_iter().enumerate() {
        let y = |value: f64| lane.bottom() - ((value.clamp(low, high) - low) / (high - low)) as f32 * lane.height();
        for tick in ticks {
            painter.hline(lane.x_range(), y(tick), Stroke::new(1.0, theme.grid));
            let at = pos2(lane.left() - theme.size(6.0), y(tick));
            painter.text(at, Align2::RIGHT_CENTER, format!("{tick:.0}"), theme.font(11.0), theme.weak);
        }
        let points: Vec<_> = page
            .trend()
            .iter()
            .filter_map(|point| {
                let value = match index {
                    0 => point.monitor.spo2_frac.ok(),
                    _ => point.monitor.o2_end_tidal_frac,
                };
                value.map(|value| pos2(x(point.time_s), y(percent_from_frac(value))))
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
        painter.text(at, Align2::CENTER_TOP, format!("{minute:.0} min"), theme.font(11.0), theme.weak);
        minute += every;
    }
    for (number, (sample, _)) in bedside.samples().enumerate() {
        let at = x(crate::sim::play::run::time_of_step_s(sample.drawn_step));
        painter.vline(at, plot.y_range(), Stroke::new(1.0, theme.outline));
        let above = pos2(at, plot.top() - theme.size(3.0));
        painter.text(above, Align2::CENTER_BOTTOM, (number + 1).to_string(), theme.bold(11.0), theme.text);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
    }
}

/// The results of the samples, one column each.
fn gas_table(ui: &mut Ui, theme: &Theme, page: &ChallengePage, units: DisplayUnits) {
    let Some(bedside) = page.bedside() else { return };
    if bedside.samples().next().is_none() {
        weak(ui, theme, "No sample has been drawn. A result is there 5 min after the sample.");
        return;
    }
    let cell = |ui: &mut Ui, text: String, colour: Color32| {
        ui.label(RichText::new(text).font(theme.font(13.0)).color(colour));
    };
    let mmhg = units.of("mmHg");
    let hb = units.of("g/dL");
    ui.spacing_mut().interact_size.y = theme.size(16.0);
    ScrollArea::horizontal().show(ui, |ui| {
        Grid::new("gases").num_columns(2).spacing(vec2(theme.size(22.0), theme.size(5.0))).show(ui, |ui| {
            cell(ui, "sample".to_owned(), theme.weak);
            for (number, (sample, _)) in bedside.samples().enumerate() {
                let time = clock(crate::sim::play::run::time_of_step_s(sample.drawn_step));
                ui.label(RichText::new(format!("{} at {time}", number + 1)).font(theme.bold(13.0)).color(theme.text));
            }
            ui.end_row();
            cell(ui, "breathing".to_owned(), theme.weak);
            for (_, drawn) in bedside.samples() {
                let for_min = drawn.breathed_s / 60.0;
                let text = match drawn.is_on_oxygen() {
                    true => format!("O₂, {for_min:.0} min"),
                    false => "air".to_owned(),
                };
                cell(ui, text, theme.text);
            }
            ui.end_row();
            let reported = |number: usize| bedside.result(number).map(|(_, reported)| *reported);
            let rows = [
                (format!("PO₂, {}", mmhg.unit), theme.channels.arterial),
                (format!("PCO₂, {}", mmhg.unit), theme.channels.co2),
                ("pH".to_owned(), theme.channels.ph),
                ("SO₂, %".to_owned(), theme.channels.spo2),
                (format!("Hb, {}", hb.unit), theme.text),
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
                        (None, left_s) => cell(ui, format!("in {}", clock(left_s.unwrap_or(0.0))), theme.weak),
                    }
                }
                ui.end_row();
            }
            cell(ui, "analysed".to_owned(), theme.weak);
            for (_, drawn) in bedside.samples() {
                cell(ui, format!("{:.0} min after drawing", drawn.analysed_after_min), theme.weak);
            }
            ui.end_row();
        });
    });
    weak(
        ui,
        theme,
        format!("PO₂ at 37 °C. Inspired PO₂ on oxygen is PB less {} of water vapour.", units.text(47.0, "mmHg", 0)),
    );
}

/// The options of a question.
fn options(question: Question) -> Vec<&'static str> {
    match question {
        Question::Estimate => Formula::ALL.map(Formula::label).to_vec(),
        Question::Mechanism => Mechanism::ALL.map(Mechanism::label).to_vec(),
        Question::Size => Vec::new(),
        Question::Step => NextStep::ALL.map(NextStep::label).to_vec(),
        Question::Grounds => Ground::ALL.map(Ground::label).to_vec(),
        Question::Certainty => vec!["a guess", "likely", "certain"],
    }
}

fn choose(question: Question, index: usize, view: &mut ChallengeView) {
    if index >= options(question).len() {
        return;
    }
    if question == Question::Grounds {
        let taken = view.grounds.iter().filter(|taken| **taken).count();
        view.grounds[index] = !view.grounds[index] && taken < 2;
        return;
    }
    view.choice = Some(index);
    view.wanted = match question {
        Question::Estimate => true,
        Question::Step => NextStep::ALL[index].takes_fio2(),
        _ => false,
    };
}

/// A number as it was typed; a comma is taken for a point.
fn number(text: &str) -> Option<f64> {
    typed::read(text.trim().trim_end_matches('%').trim(), typed::unit_of("", "")).ok()
}

/// The answer that could be locked; none as long as something is missing.
fn draft(question: Question, view: &ChallengeView) -> Option<Answer> {
    Some(match question {
        Question::Estimate => Answer::Estimate(Formula::ALL[view.choice?], number(&view.texts[0])?),
        Question::Mechanism => Answer::Mechanism(Mechanism::ALL[view.choice?]),
        Question::Size => Answer::Size(number(&view.texts[0])?, number(&view.texts[1])?),
        Question::Step => {
            let step = NextStep::ALL[view.choice?];
            let fio2 = match step.takes_fio2() {
                // As people say it: 0.3 or 30 %.
                true => Some(number(&view.texts[0])?).map(|fio2| if fio2 > 1.0 { fio2 / 100.0 } else { fio2 }),
                false => None,
            };
            Answer::Step(step, fio2)
        }
        Question::Grounds => {
            let mut taken =
                Ground::ALL.into_iter().zip(view.grounds).filter(|(_, taken)| *taken).map(|(ground, _)| ground);
            Answer::Grounds([taken.next()?, taken.next()?])
        }
        Question::Certainty => Answer::Certainty(view.choice? as u8 + 1),
    })
}

fn commitment(ui: &mut Ui, theme: &Theme, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let now = match page.stage() {
        Stage::Committing(question) => Some(question),
        _ => None,
    };
    if now.is_none() {
        weak(
            ui,
            theme,
            "When you have the gases you need, commit: the clock stands, and one question after the other is asked. Nothing is told before the last one.",
        );
        ui.add_space(theme.size(6.0));
        let ready =
            page.stage() == Stage::Bedside && page.bedside().is_some_and(|bedside| bedside.rests_on().is_some());
        if wide(ui, theme, "Commit", "C", ready) {
            asks.push(Ask::Commit);
        }
        if page.stage() == Stage::Bedside && !ready {
            weak(ui, theme, "A result of a sample on oxygen is needed first.");
        }
        ui.add_space(theme.size(10.0));
        if let Some(lines) = page.worked_example() {
            ui.label(RichText::new("Worked example: another patient").font(theme.bold(13.0)).color(theme.text));
            for text in lines {
                weak(ui, theme, text);
            }
            weak(
                ui,
                theme,
                match page.code().level() {
                    1 => "How sure to be is left to you.",
                    _ => "Next step, grounds and how sure to be are left to you.",
                },
            );
        }
        return;
    }
    for (index, question) in Question::ALL.into_iter().enumerate() {
        let colour = if now == Some(question) { theme.accent } else { theme.weak };
        let title = match (question, page.size_of()) {
            (Question::Size, Some(size_of)) => format!("{} How much: {}", index + 1, size_of.label()),
            _ => format!("{} {}", index + 1, question.label()),
        };
        ui.add(Label::new(RichText::new(title).font(theme.bold(13.0)).color(colour)).wrap());
        if let Some(words) = page.locked().words(question) {
            weak(ui, theme, words);
        } else if now == Some(question) && !page.is_being_judged() {
            open_question(ui, theme, question, view, asks);
        }
        ui.add_space(theme.size(4.0));
    }
    if page.is_being_judged() {
        line(ui, theme, "The next steps are being run.");
    }
}

fn open_question(ui: &mut Ui, theme: &Theme, question: Question, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    for (index, name) in options(question).into_iter().enumerate() {
        let on = if question == Question::Grounds { view.grounds[index] } else { view.choice == Some(index) };
        let size = vec2(ui.available_width(), theme.size(26.0));
        let colour = if on { theme.background } else { theme.text };
        let key =
            RichText::new((index + 1).to_string()).font(theme.font(12.0)).color(if on { colour } else { theme.weak });
        let button = Button::new(RichText::new(name).font(theme.font(12.0)).color(colour)).shortcut_text(key);
        let button = if on { button.fill(theme.accent) } else { button };
        let option = ui.add_sized(size, button).accessible_name(name);
        ui.ctx().accesskit_node_builder(option.id, |node| node.set_toggled(on.into()));
        if option.clicked() {
            choose(question, index, view);
        }
    }
    let fields: &[(&str, &str)] = match question {
        Question::Estimate => &[("It gives", "%")],
        Question::Size => &[("From", "%"), ("to", "%")],
        Question::Step if view.choice.is_some_and(|index| NextStep::ALL[index].takes_fio2()) => &[("FiO₂", "")],
        _ => &[],
    };
    ui.horizontal(|ui| {
        for (index, (name, unit)) in fields.iter().enumerate() {
            let label = ui.label(RichText::new(*name).font(theme.font(13.0)).color(theme.text));
            let field =
                TextEdit::singleline(&mut view.texts[index]).desired_width(theme.size(56.0)).font(theme.font(13.0));
            let field = field.margin(vec2(8.0, 4.0)).ui(ui).labelled_by(label.id).accessible_name(*name);
            if index == 0 && std::mem::take(&mut view.wanted) {
                field.request_focus();
            }
            ui.label(RichText::new(*unit).font(theme.font(13.0)).color(theme.weak));
        }
    });
    if question == Question::Size {
        weak(ui, theme, "At most 20 wide. Narrow and right scores most; each point off costs 5.");
    }
    let ready = draft(question, view);
    let name = if question == Question::Certainty { "Lock, and see the truth" } else { "Lock this answer" };
    if wide(ui, theme, name, "Enter", ready.is_some())
        && let Some(answer) = ready
    {
        asks.push(Ask::Lock(answer));
    }
}

fn last_cases(ui: &mut Ui, theme: &Theme, page: &ChallengePage, view: &mut ChallengeView, asks: &mut Vec<Ask>) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        ui.set_min_size(rect.shrink2(vec2(13.0, 9.0)).size());
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(theme.size(190.0));
                ui.label(RichText::new("The last five cases").font(theme.bold(14.0)).color(theme.text));
                weak(ui, theme, "Kept on this computer only.");
                if page.has_record() {
                    ui.horizontal(|ui| {
                        if ui.button(RichText::new("Export CSV").font(theme.font(12.0))).clicked() {
                            asks.push(Ask::ExportCsv);
                        }
                        let name = if view.erase_asked { "Erase for good?" } else { "Erase" };
                        if ui.button(RichText::new(name).font(theme.font(12.0))).clicked() {
                            if view.erase_asked {
                                asks.push(Ask::Erase);
                            }
                            view.erase_asked = !view.erase_asked;
                        }
                    });
                }
            });
            if page.last_cases().next().is_none() {
                weak(ui, theme, "No case has been finished yet.");
            }
            for entry in page.last_cases().take(5) {
                ui.vertical(|ui| {
                    ui.set_width(theme.size(180.0));
                    let said = Mechanism::ALL.into_iter().find(|mechanism| mechanism.key() == entry.answers.mechanism);
                    let right = entry.answers.mechanism == entry.truth.mechanism;
                    let name = match said {
                        Some(Mechanism::Shunt) => "shunt",
                        Some(Mechanism::Mismatch) => "V/Q or diffusion",
                        _ => "breathing",
                    };
                    let text = format!("{name} {}  {:.0}", if right { "✓" } else { "–" }, entry.points.total);
                    ui.label(RichText::new(text).font(theme.bold(13.0)).color(theme.text));
                    weak(ui, theme, format!("{}, level {}", entry.code, entry.level));
                    let (answers, truth) = (&entry.answers, &entry.truth);
                    weak(
                        ui,
                        theme,
                        format!(
                            "said {:.0}–{:.0}, true {:.0} %",
                            answers.low_percent, answers.high_percent, truth.size_percent
                        ),
                    );
                });
            }
        });
    });
}

/// After the last answer.
fn explained(
    ui: &mut Ui,
    theme: &Theme,
    rest: Rect,
    (case, debrief, steps): (&Case, &Debrief, &NextSteps),
    view: &mut ChallengeView,
    asks: &mut Vec<Ask>,
    wishes: &mut Vec<Wish>,
) {
    let (head, rest) = rest.split_top_bottom_at_y(rest.top() + theme.size(72.0));
    within(ui, head, |ui| truth(ui, theme, case, debrief));
    let (rest, doors) = rest.split_top_bottom_at_y(rest.bottom() - theme.size(52.0));
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
            plot::show(ui, theme, figure, way.size(), &mut view.link);
        });
    }
    let third = lower.width() / 3.0;
    let column = |index: f32, gap: f32| {
        Rect::from_min_max(
            pos2(lower.left() + index * third, lower.top()),
            pos2(lower.left() + (index + 1.0) * third - gap, lower.bottom()),
        )
    };
    within(ui, column(0.0, GRID), |ui| scrolling_panel(ui, theme, "Why", |ui| why(ui, theme, debrief)));
    within(ui, column(1.0, GRID), |ui| {
        scrolling_panel(ui, theme, "How it was scored", |ui| scored(ui, theme, case, debrief));
    });
    within(ui, column(2.0, 0.0), |ui| {
        scrolling_panel(ui, theme, "What comes next, run for 30 min", |ui| next_steps(ui, theme, debrief, steps));
    });
    let doors = Rect::from_min_max(doors.min + vec2(0.0, GRID), doors.max);
    within(ui, doors, |ui| door_row(ui, theme, debrief, asks, wishes));
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
                        Some(fault) => match fault {
                            crate::study::challenge_maker::kinds::Fault::Leak(share) => {
                                format!(
                                    "The mouthpiece leaked: {:.0} % of each breath was air.",
                                    percent_from_frac(share)
                                )
                            }
                            crate::study::challenge_maker::kinds::Fault::Bubble => {
                                "The first sample on oxygen had an air bubble in it.".to_owned()
                            }
                            crate::study::challenge_maker::kinds::Fault::Bench => {
                                "The first sample on oxygen lay on the bench, with many leucocytes in it.".to_owned()
                            }
                        },
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
    let axis = Axis { top, truth, said: [low, high] };
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
}

fn estimate_row(ui: &mut Ui, theme: &Theme, estimate: &Estimate, axis: &Axis) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme.size(24.0)), Sense::hover());
    let percent = percent_from_frac(estimate.shunt_frac);
    let spoken = format!("{}: {percent:.1} %, {}", estimate.label, estimate.why);
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Label, true, &spoken));
    let text_width = (width * 0.5).min(theme.size(330.0));
    let bar = Rect::from_min_max(
        pos2(rect.left() + text_width, rect.top()),
        pos2(rect.right() - theme.size(46.0), rect.bottom()),
    );
    let painter = ui.painter().with_clip_rect(rect);
    let font = if estimate.own { theme.bold(12.0) } else { theme.font(12.0) };
    let own = if estimate.own { "yours · " } else { "" };
    let top = pos2(rect.left(), rect.top());
    painter.text(top, Align2::LEFT_TOP, &estimate.label, font, theme.text);
    let below = pos2(rect.left(), rect.bottom());
    painter.text(below, Align2::LEFT_BOTTOM, format!("{own}{}", estimate.why), theme.font(10.0), theme.weak);
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

fn why(ui: &mut Ui, theme: &Theme, debrief: &Debrief) {
    for sentence in debrief.why.iter().take(4) {
        line(ui, theme, sentence.as_str());
        ui.add_space(theme.size(4.0));
    }
    weak(
        ui,
        theme,
        "Rule: PaCO₂ on air above 48 and A-a below 22 mmHg is too little breath; else a shunt by content (a-v 5) of 12 % or more on oxygen is shunt; else it is V/Q mismatch or diffusion.",
    );
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
    let missing: Vec<&str> = [
        (procedure.sealed, "seal not checked"),
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

fn next_steps(ui: &mut Ui, theme: &Theme, debrief: &Debrief, steps: &NextSteps) {
    ui.spacing_mut().interact_size.y = theme.size(18.0);
    let [low, high] = steps.target_frac().map(percent_from_frac);
    weak(ui, theme, format!("From air before the test; SaO₂ wanted {low:.0} to {high:.0} %."));
    Grid::new("next steps").num_columns(4).spacing(vec2(theme.size(10.0), theme.size(3.0))).show(ui, |ui| {
        for outcome in steps.outcomes().unwrap_or_default() {
            let own = outcome.step == debrief.answers.step;
            let font = if own { theme.bold(12.0) } else { theme.font(12.0) };
            ui.label(RichText::new(outcome.step.label()).font(font).color(theme.text));
            let cell =
                |ui: &mut Ui, text: String| ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
            cell(ui, format!("FiO₂ {:.2}", outcome.fio2_frac));
            cell(ui, format!("SaO₂ {:.0} %", percent_from_frac(outcome.so2_art_frac)));
            let verdict = match (steps.best() == Some(outcome.step), outcome.good, steps.harms(outcome.step)) {
                (true, ..) => "best",
                (_, true, _) => "good",
                (.., true) => "harmful",
                _ => "",
            };
            ui.label(RichText::new(verdict).font(theme.bold(12.0)).color(theme.text));
            ui.end_row();
        }
    });
}

fn door_row(ui: &mut Ui, theme: &Theme, debrief: &Debrief, asks: &mut Vec<Ask>, wishes: &mut Vec<Wish>) {
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let button = |ui: &mut Ui, name: &str, key: &str, hint: &str| {
            let text = RichText::new(name).font(theme.font(13.0));
            let button = Button::new(text).shortcut_text(RichText::new(key).font(theme.font(12.0)));
            ui.add(button.min_size(vec2(0.0, theme.size(30.0)))).on_hover_text(hint).accessible_name(name).clicked()
        };
        if button(
            ui,
            "Open this lung in Explore",
            "X",
            "The patient on air, all of him; undo there brings the other one back",
        ) {
            wishes.push(Wish::Explore);
        }
        if button(ui, "Same case again", "G", "The record then says that it was seen") {
            asks.push(Ask::Again);
        }
        if button(ui, "Next case", "N", "Another patient of this level") {
            asks.push(Ask::Next);
        }
        if button(ui, "Copy class line", "", "Code, mechanism, range, step and score, without a name") {
            ui.ctx().copy_text(debrief.class_line.clone());
        }
        ui.add(
            Label::new(RichText::new(debrief.class_line.as_str()).font(theme.font(12.0)).color(theme.weak)).truncate(),
        );
    });
}
