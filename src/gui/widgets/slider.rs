//! One slider for every parameter: large or compact, by mouse, keyboard, typed number or screen reader.
//!
//! Arrows move one clinical step, Shift and an arrow a fine step, Page Up and Down ten steps, Home and End go to the
//! limits; Enter, or a click on the number, opens it for typing. Dragging is continuous, rounded to the fine step.
//! Showing a slider never changes a value, and a value that came from elsewhere is never rounded.

use std::borrow::Cow;

use eframe::egui::{
    self, Align2, Color32, CornerRadius, CursorIcon, EventFilter, Id, Key, Mesh, Painter, Rect, Response, Role, Sense,
    Shape, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo,
    accesskit::{Action, ActionData},
    pos2,
    text::CCursorRange,
    vec2,
};
use thiserror::Error;

use crate::numerics::float;
use crate::{
    figure::round_step,
    gui::{
        theme::Theme,
        widgets::{keep_in_sight, paint_line},
    },
    sim::params::{Bounds, Scale},
    text::{
        self,
        display_units::{DisplayUnits, signed},
        typed::TypedError,
        words,
    },
};

/// Steps of one Page Up.
const PAGE_STEPS: f64 = 10.0;
/// A logarithmic slider goes this many decades a clinical step.
const LOG_STEP_DECADES: f64 = 0.1;
/// A logarithmic slider goes this many decades a fine step.
const LOG_FINE_STEP_DECADES: f64 = 0.01;

/// What a slider shows: a row of the table of bounds, and how it is printed.
#[derive(Debug, Clone, Copy)]
pub struct SliderSpec<'a> {
    /// Name on the screen and for assistive technology.
    pub label: &'a str,
    /// Unit as printed.
    pub unit: &'a str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Clinical step.
    pub step: f64,
    /// Fine step; dragging rounds to it.
    pub fine_step: f64,
    /// Digits after the point, before `per_shown` is applied.
    pub decimals: usize,
    /// How the track spreads the range.
    pub scale: Scale,
    /// Shown number = factor times value: 100 where a fraction is shown in percent.
    pub shown_per_value: f64,
    /// Steps are round in the value times this: 1, but [`SliderSpec::shown_per_value`] in another unit than that of the
    /// table.
    pub round_per_value: f64,
    /// What the quantity is, shown while the pointer rests on it.
    pub hint: &'a str,
    /// Units in which its words are read.
    pub units: DisplayUnits,
}

impl SliderSpec<'static> {
    /// The slider of a row of the table. Fractions of blood or lung are shown in percent, inspired O2 as a fraction,
    /// as people write them at the bedside.
    #[must_use]
    pub fn of(bounds: &Bounds, units: DisplayUnits) -> SliderSpec<'static> {
        let percent = bounds.is_percent();
        let units = bounds.shown_in(units);
        let shown = units.of(bounds.unit);
        if shown.is_converted() {
            // One clinical step is round in the unit that is read.
            let step = |step: f64| round_step(step * shown.per_value) / shown.per_value;
            return SliderSpec {
                unit: shown.unit,
                step: step(bounds.step),
                fine_step: step(bounds.fine_step),
                decimals: shown.decimals(bounds.decimals),
                shown_per_value: shown.per_value,
                round_per_value: shown.per_value,
                units,
                ..SliderSpec::of(bounds, DisplayUnits::default())
            };
        }
        SliderSpec {
            label: bounds.label,
            unit: if percent { "%" } else { bounds.unit },
            min: bounds.min,
            max: bounds.max,
            step: bounds.step,
            fine_step: bounds.fine_step,
            decimals: if percent { bounds.decimals.saturating_sub(2) } else { bounds.decimals },
            scale: bounds.scale,
            shown_per_value: if percent { 100.0 } else { 1.0 },
            round_per_value: 1.0,
            hint: bounds.source,
            units,
        }
    }
}

/// Why what was typed is no value of a slider; name and allowed range as they are shown.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BadNumber {
    /// No number at all.
    #[error("{}", words::widgets::not_a_number(.label, .typed, .range))]
    NotANumber {
        /// Name of the slider.
        label: String,
        /// What was typed, made harmless.
        typed: String,
        /// From where to where.
        range: String,
    },
    /// In a unit that it has not.
    #[error("{}", words::widgets::not_in_unit(.label, .typed, .known, .range))]
    Unit {
        /// Name of the slider.
        label: String,
        /// What was typed, made harmless.
        typed: String,
        /// The units that are known.
        known: String,
        /// From where to where.
        range: String,
    },
    /// Beyond the limits.
    #[error("{}", words::widgets::outside(.label, .shown, .range))]
    Outside {
        /// Name of the slider.
        label: String,
        /// The number.
        shown: f64,
        /// From where to where.
        range: String,
    },
    /// Part of one where only whole numbers are.
    #[error("{}", words::widgets::not_whole(.label, .shown, .range))]
    NotWhole {
        /// Name of the slider.
        label: String,
        /// The number.
        shown: f64,
        /// From where to where.
        range: String,
    },
}

impl SliderSpec<'_> {
    /// The number as printed, without its unit.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        let shown = value * self.shown_per_value;
        if self.scale == Scale::Log {
            // Three significant digits.
            let decimals = if shown > 0.0 { (2.0 - float::log10(shown).floor()).clamp(0.0, 5.0) as usize } else { 0 };
            return trim_zeros(format!("{shown:.decimals$}"));
        }
        // Hides a half only where there is none: 28 %, but 28.5 %.
        let text = signed(shown, self.decimals);
        if self.unit == "%" || self.unit == "cmH₂O" { trim_zeros(text) } else { text }
    }

    /// The number with its unit.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        format!("{}{}", self.number(value), text::spaced(self.unit))
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`BadNumber`].
    pub fn parse(&self, typed: &str) -> Result<f64, BadNumber> {
        let label = || self.label.to_owned();
        let range = || words::widgets::from_to(self.number(self.min), self.text(self.max));
        let shown = match text::typed::read(&typed.replace('−', "-").replace(',', "."), Some(self.unit)) {
            Ok(shown) => shown,
            Err(TypedError::Unit { known }) if !known.is_empty() => {
                let known = known.join(", ");
                return Err(BadNumber::Unit { label: label(), typed: text::shown(typed), known, range: range() });
            }
            Err(_) => return Err(BadNumber::NotANumber { label: label(), typed: text::shown(typed), range: range() }),
        };
        let value = self.within(shown / self.shown_per_value);
        if value < self.min || value > self.max {
            return Err(BadNumber::Outside { label: label(), shown, range: range() });
        }
        if self.scale == Scale::Whole && value.fract() != 0.0 {
            return Err(BadNumber::NotWhole { label: label(), shown, range: range() });
        }
        Ok(value)
    }

    /// A limit for what is printed like it: in another unit the limits of the table are no round numbers.
    fn within(&self, value: f64) -> f64 {
        let limit = value.clamp(self.min, self.max);
        if self.number(limit) == self.number(value) { limit } else { value }
    }

    /// Share of the track, 0 to 1, at which a value stands.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.scale == Scale::Log {
            float::ln(value / self.min) / float::ln(self.max / self.min)
        } else {
            (value - self.min) / (self.max - self.min)
        };
        share.clamp(0.0, 1.0)
    }

    /// Value at a share of the track, rounded to the fine step.
    #[must_use]
    pub fn at_share(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        self.rounded(if self.scale == Scale::Log {
            self.min * float::pow(self.max / self.min, share)
        } else {
            self.min + share * (self.max - self.min)
        })
    }

    /// The value so many clinical or fine steps away, within the limits.
    #[must_use]
    pub fn stepped(&self, value: f64, steps: f64, fine: bool) -> f64 {
        self.rounded(match self.scale {
            Scale::Log => {
                let decades = if fine { LOG_FINE_STEP_DECADES } else { LOG_STEP_DECADES };
                value * float::pow(10f64, steps * decades)
            }
            Scale::Linear | Scale::Whole => value + steps * if fine { self.fine_step } else { self.step },
        })
    }

    fn rounded(&self, value: f64) -> f64 {
        let (value, fine_step) = (value * self.round_per_value, self.fine_step * self.round_per_value);
        let value = match self.scale {
            Scale::Log => {
                let unit = float::pow(10f64, 2.0 - float::log10(value).floor());
                (value * unit).round() / unit
            }
            // Dividing by a whole number gives the double next to the decimal: 0.26, not 0.260000000000000009.
            Scale::Linear | Scale::Whole if fine_step < 1.0 - 1e-9 => {
                let per_unit = (1.0 / fine_step).round();
                (value * per_unit).round() / per_unit
            }
            Scale::Linear | Scale::Whole => (value / fine_step).round() * fine_step,
        };
        (value / self.round_per_value).clamp(self.min, self.max)
    }
}

fn trim_zeros(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What a slider was asked for in this frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The new value, within the bounds.
    pub value: f64,
    /// Whether a gesture starts with it. A drag, or a key held down, is one gesture and one step of undo.
    pub begins: bool,
}

/// What came of showing a slider.
#[derive(Debug)]
pub struct SliderResponse {
    /// The change asked for, if any.
    pub change: Option<Change>,
    /// Whether a gesture that changed something ended in this frame.
    pub ended: bool,
    /// Share of the track under a pointer that only rests there.
    pub pointed_at: Option<f64>,
    /// Of the whole slider.
    pub response: Response,
}

/// What a slider remembers between frames.
#[derive(Debug, Clone, Default)]
struct Memory {
    /// Pointer or key holds the slider and has changed something.
    held: bool,
    /// How the pointer holds it, while it is down.
    grip: Option<Grip>,
    /// The text being typed.
    typing: Option<String>,
    /// Why the last typed text was refused.
    refused: Option<String>,
}

/// How a pointer holds a slider.
#[derive(Debug, Clone, Copy)]
struct Grip {
    /// Where it came down.
    x: f32,
    /// How far right of the middle of the handle that was; 0 where it came down beside the handle, which then comes to it.
    off_middle: f32,
    /// Whether it has moved anything, or will with the next frame: beside the handle at once.
    moves: bool,
}

/// How far a pointer that came down on the handle may tremble without moving it, points.
const TREMBLE: f32 = 3.0;

/// Measures of a slider, in points.
struct Sizes {
    label: f32,
    number: f32,
    unit: f32,
    head: f32,
    grip: f32,
    rail: f32,
    handle: f32,
}

impl Sizes {
    fn new(large: bool, theme: &Theme) -> Sizes {
        let [label, number, unit, head, grip, rail, handle] =
            if large { [15.0, 24.0, 13.0, 30.0, 26.0, 12.0, 10.0] } else { [13.0, 13.0, 12.0, 20.0, 16.0, 5.0, 6.0] };
        Sizes { label, number, unit, head: theme.size(head), grip, rail, handle }
    }
}

/// A slider, built and shown each frame.
#[derive(Debug)]
#[must_use = "a slider does nothing until it is shown"]
pub struct Slider<'a> {
    spec: SliderSpec<'a>,
    value: f64,
    large: bool,
    mark: Option<f64>,
    caption: Option<&'a str>,
    preview: SliderPreview<'a>,
    /// Tracks of several patients, each with its letter.
    tracks: Vec<(&'a str, SliderPreview<'a>)>,
}

/// Colours of a track.
#[derive(Debug, Clone, Copy, Default)]
pub struct SliderPreview<'a> {
    /// From left to right, evenly spread; none where a position leads nowhere, which is hatched.
    pub colours: &'a [Option<Color32>],
    /// Whether they are of a patient who has changed since.
    pub faded: bool,
}

impl<'a> Slider<'a> {
    /// A large slider, for what matters most.
    pub fn large(spec: SliderSpec<'a>, value: f64) -> Self {
        Slider {
            spec,
            value,
            large: true,
            mark: None,
            caption: None,
            preview: SliderPreview::default(),
            tracks: Vec::new(),
        }
    }

    /// A compact slider, for all the rest.
    pub fn compact(spec: SliderSpec<'a>, value: f64) -> Self {
        Slider { large: false, ..Slider::large(spec, value) }
    }

    /// A second mark on the track: what something else makes of the value.
    pub fn mark(mut self, value: Option<f64>) -> Self {
        self.mark = value;
        self
    }

    /// A line of text under the track.
    pub fn caption(mut self, text: &'a str) -> Self {
        self.caption = Some(text).filter(|text| !text.is_empty());
        self
    }

    /// Colours of the track: what each position would bring.
    pub fn preview(mut self, preview: SliderPreview<'a>) -> Self {
        self.preview = preview;
        self
    }

    /// Several tracks, one below the other: what each position would bring to each patient, with his letter.
    pub fn tracks(mut self, tracks: Vec<(&'a str, SliderPreview<'a>)>) -> Self {
        self.tracks = tracks;
        self
    }

    /// Shows the slider over the available width.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> SliderResponse {
        let mut sizes = Sizes::new(self.large, theme);
        if !self.preview.colours.is_empty() {
            // Colours need room to be told apart.
            sizes.rail = sizes.rail.max(8.0);
        }
        if !self.tracks.is_empty() {
            sizes.rail = self.tracks.len() as f32 * (RAIL_OF_EACH + RAIL_GAP) - RAIL_GAP;
            sizes.grip = sizes.grip.max(sizes.rail + 8.0);
        }
        let id = ui.scope_id().with(("slider", self.spec.label));
        let mut memory: Memory = ui.data(|data| data.get_temp(id)).unwrap_or_default();

        let (caption, colour) = match &memory.refused {
            Some(refused) => (Some(refused.as_str()), theme.danger),
            None => (self.caption, theme.weak),
        };
        let caption =
            caption.map(|text| ui.painter().layout(text.to_owned(), theme.font(12.0), colour, ui.available_width()));
        let caption_height = caption.as_ref().map_or(0.0, |galley| galley.size().y);
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), sizes.head + sizes.grip + caption_height));
        let (head, rest) = rect.split_top_bottom_at_y(rect.top() + sizes.head);
        let (grip, _) = rest.split_top_bottom_at_y(rest.top() + sizes.grip);
        // The handle stays inside at both ends.
        let mut track = Rect::from_center_size(grip.center(), vec2(grip.width() - 2.0 * sizes.handle, sizes.rail));
        if !self.tracks.is_empty() {
            track.min.x += theme.size(LETTER_ROOM);
        }

        let mut response = ui.interact(grip, id, Sense::click_and_drag());
        keep_in_sight(ui, &response, rect);
        let number_rect = self.paint_head(ui, theme, &sizes, head, memory.typing.is_none());
        let asked = if memory.typing.is_some() {
            self.typed(ui, theme, &sizes, &response, number_rect, &mut memory)
        } else {
            if self.number_clicked(ui, number_rect, id) {
                memory.typing = Some(self.spec.number(self.value));
            }
            self.keyed(ui, &response, &mut memory).or_else(|| self.asked_by_accesskit(ui, id))
        };
        let asked = asked.or_else(|| self.dragged(ui, &response, track, sizes.handle, &mut memory));
        // `!=` on purpose: a step at a limit, or 0 typed over 0, asks for nothing.
        #[expect(clippy::float_cmp)]
        let asked = asked.filter(|value| *value != self.value);
        let change = asked.map(|value| Change { value, begins: !memory.held });
        if change.is_some() {
            memory.held = true;
            memory.refused = None;
            response.mark_changed();
        }
        let going_on = response.is_pointer_button_down_on() || (response.has_focus() && ui.input(is_stepping));
        let ended = !going_on && std::mem::take(&mut memory.held);
        ui.data_mut(|data| data.insert_temp(id, memory));

        let value = asked.unwrap_or(self.value);
        self.paint_track(ui, theme, &sizes, track, value, &response);
        if let Some(galley) = caption.clone() {
            ui.painter().galley(grip.left_bottom(), galley, theme.weak);
        }
        if response.has_focus() {
            ui.data_mut(|data| data.insert_temp(Id::unique(FOCUSED), response.id));
            ui.painter().rect_stroke(rect.expand(4.0), CornerRadius::same(6), theme.focus_stroke(), StrokeKind::Middle);
        }
        self.describe(ui, &response, value, caption.as_ref().map(|galley| galley.text()));
        if !self.spec.hint.is_empty() {
            // On the name only: over the track it would hide what is being moved.
            let (name, _) = head.split_left_right_at_x(number_rect.left() - 12.0);
            ui.interact(name, id.with("name"), Sense::hover()).on_hover_text(self.spec.units.prose(self.spec.hint));
        }
        let resting = response.hover_pos().filter(|_| !response.is_pointer_button_down_on());
        let pointed_at = resting.map(|at| f64::from((at.x - track.left()) / track.width()).clamp(0.0, 1.0));
        SliderResponse { change, ended, pointed_at, response }
    }

    /// The value asked for by pointer. A press on the handle takes hold of it where it is and changes nothing; beside it
    /// the handle comes to the pointer. A hand may be faster than a frame: what came down and went up again between two of
    /// them counts as well.
    fn dragged(&self, ui: &Ui, response: &Response, track: Rect, handle: f32, memory: &mut Memory) -> Option<f64> {
        let here = track.left() + self.spec.share(self.value) as f32 * track.width();
        let down = response.is_pointer_button_down_on();
        let within_a_frame = || {
            let press = ui.input(|input| input.events.iter().find_map(pressed_at))?;
            let there = response.enabled()
                && response.rect.contains(press)
                && ui.clip_rect().contains(press)
                && ui.ctx().layer_id_at(press) == Some(response.layer_id);
            there.then_some(press)
        };
        if memory.grip.is_none()
            && let Some(press) = within_a_frame().or_else(|| response.interact_pointer_pos())
        {
            response.request_focus();
            let off = press.x - here;
            let on_handle = off.abs() <= handle + 1.0;
            let off_middle = if on_handle { off } else { 0.0 };
            memory.grip = Some(Grip { x: press.x, off_middle, moves: !on_handle });
        }
        let mut grip = memory.grip.take()?;
        let pointer = response.interact_pointer_pos().or_else(|| ui.input(|input| input.pointer.latest_pos()))?;
        grip.moves |= (pointer.x - grip.x).abs() > TREMBLE;
        memory.grip = down.then_some(grip);
        let share = f64::from((pointer.x - grip.off_middle - track.left()) / track.width());
        grip.moves.then(|| self.spec.at_share(share))
    }

    fn keyed(&self, ui: &Ui, response: &Response, memory: &mut Memory) -> Option<f64> {
        if !response.has_focus() {
            return None;
        }
        let keep = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, keep));
        ui.input(|input| {
            let mut asked: Option<f64> = None;
            for event in &input.events {
                let egui::Event::Key { key, pressed: true, modifiers, .. } = event else { continue };
                if modifiers.command || modifiers.alt {
                    continue;
                }
                let from = asked.unwrap_or(self.value);
                let value = match key {
                    Key::ArrowRight | Key::ArrowUp => self.spec.stepped(from, 1.0, modifiers.shift),
                    Key::ArrowLeft | Key::ArrowDown => self.spec.stepped(from, -1.0, modifiers.shift),
                    Key::PageUp => self.spec.stepped(from, PAGE_STEPS, false),
                    Key::PageDown => self.spec.stepped(from, -PAGE_STEPS, false),
                    Key::Home => self.spec.min,
                    Key::End => self.spec.max,
                    Key::Enter => {
                        memory.typing = Some(self.spec.number(from));
                        continue;
                    }
                    _ => continue,
                };
                asked = Some(value);
            }
            asked
        })
    }

    fn asked_by_accesskit(&self, ui: &Ui, id: Id) -> Option<f64> {
        let (up, down, set) = ui.input(|input| {
            let count = |action| input.num_accesskit_action_requests(id, action) as f64;
            let set = input.accesskit_action_requests(id, Action::SetValue).last().and_then(|r| r.data.clone());
            (count(Action::Increment), count(Action::Decrement), set)
        });
        match set {
            Some(ActionData::NumericValue(shown)) if shown.is_finite() => {
                Some((shown / self.spec.shown_per_value).clamp(self.spec.min, self.spec.max))
            }
            _ if up + down > 0.0 => Some(self.spec.stepped(self.value, up - down, false)),
            _ => None,
        }
    }

    fn number_clicked(&self, ui: &Ui, rect: Rect, id: Id) -> bool {
        // Not a stop of the Tab key: Enter on the slider does the same.
        let response = ui.interact(rect.expand2(vec2(6.0, 2.0)), id.with("number"), Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Button, ui.is_enabled(), words::widgets::type_number(self.spec.label))
        });
        if response.hovered() {
            ui.painter().rect_filled(
                rect.expand2(vec2(6.0, 2.0)),
                CornerRadius::same(4),
                ui.visuals().weak_text_color().gamma_multiply(0.12),
            );
        }
        response.on_hover_cursor(CursorIcon::Text).clicked()
    }

    /// The editor of the number, open until the text is accepted or given up.
    fn typed(
        &self,
        ui: &mut Ui,
        theme: &Theme,
        sizes: &Sizes,
        slider: &Response,
        rect: Rect,
        memory: &mut Memory,
    ) -> Option<f64> {
        let mut text = memory.typing.take()?;
        let id = slider.id.with("typing");
        let right = rect.right();
        let rect = Rect::from_x_y_ranges(right - theme.size(84.0)..=right, rect.y_range());
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        let mut output = TextEdit::singleline(&mut text)
            .id(id)
            .font(theme.bold(sizes.number.min(18.0)))
            .align(Align2::RIGHT_CENTER)
            .margin(vec2(6.0, 2.0))
            .desired_width(rect.width() - 12.0)
            .char_limit(32)
            .show(&mut child);
        let editor = output.response.response.clone().accessible_name(words::widgets::typed_value(self.spec.label));
        if !editor.has_focus() && !editor.lost_focus() {
            editor.request_focus();
            output.state.cursor.set_char_range(Some(CCursorRange::select_all_str(&text)));
            output.state.store(ui.ctx(), id);
        }
        if !editor.lost_focus() {
            memory.typing = Some(text);
            return None;
        }
        let (enter, escape) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        if enter || escape {
            slider.request_focus();
        }
        memory.refused = None;
        // Text that was left alone must not round the value to the digits shown.
        if escape || text == self.spec.number(self.value) {
            return None;
        }
        match self.spec.parse(&text) {
            Ok(value) => Some(value),
            Err(refused) => {
                memory.refused = Some(refused.to_string());
                if enter {
                    memory.typing = Some(text);
                    editor.request_focus();
                }
                None
            }
        }
    }

    /// Label left, number and unit right, on one baseline; returns where the number is.
    fn paint_head(&self, ui: &Ui, theme: &Theme, sizes: &Sizes, head: Rect, with_number: bool) -> Rect {
        let painter = ui.painter();
        let plain = |text: &str, size, colour| painter.layout_no_wrap(text.to_owned(), theme.font(size), colour);
        let label = if self.large {
            painter.layout_no_wrap(self.spec.label.to_owned(), theme.bold(sizes.label), theme.text)
        } else {
            plain(self.spec.label, sizes.label, theme.text)
        };
        let number = painter.layout_no_wrap(self.spec.number(self.value), theme.bold(sizes.number), theme.text);
        let unit = plain(self.spec.unit, sizes.unit, theme.weak);
        let baseline = head.bottom() - theme.size(sizes.number) * 0.3;
        let gap = if self.spec.unit.is_empty() { 0.0 } else { 5.0 };
        let number_right = head.right() - unit.size().x - gap;
        let number_rect = Align2::RIGHT_CENTER
            .anchor_size(pos2(number_right, head.center().y), vec2(number.size().x.max(24.0), head.height()));
        paint_line(painter, pos2(head.left(), baseline), label);
        if with_number {
            let left = number_right - number.size().x;
            paint_line(painter, pos2(left, baseline), number);
        }
        paint_line(painter, pos2(head.right() - unit.size().x, baseline), unit);
        number_rect
    }

    fn paint_track(&self, ui: &Ui, theme: &Theme, sizes: &Sizes, track: Rect, value: f64, response: &Response) {
        let painter = ui.painter();
        let radius = CornerRadius::same((sizes.rail / 2.0) as u8);
        let at = |value: f64| track.left() + self.spec.share(value) as f32 * track.width();
        let x = at(value);
        if !self.tracks.is_empty() {
            self.paint_each(painter, theme, track);
            let center = pos2(x, track.center().y);
            painter.vline(x, track.y_range(), Stroke::new(3.0, theme.text));
            painter.circle(center, sizes.handle, theme.text, Stroke::new(2.0, theme.panel));
            return;
        }
        let rail = track.expand2(vec2(sizes.rail / 2.0, 0.0));
        if self.preview.colours.len() > 1 {
            self.preview.paint(painter, theme, track, rail, radius);
        } else {
            painter.rect_filled(rail, radius, theme.stroke);
            let filled = Rect::from_min_max(rail.min, pos2(x, rail.bottom()));
            painter.rect_filled(filled, radius, theme.accent.gamma_multiply(0.75));
        }
        painter.rect_stroke(rail, radius, Stroke::new(1.0, theme.outline), StrokeKind::Inside);
        if let Some(mark) = self.mark {
            // A bar across the track with a tooth on top: seen without colour, and under the handle too.
            let x = at(mark);
            let stroke = Stroke::new(2.0, theme.channels.shunt);
            painter.vline(x, track.top() - 4.0..=track.bottom() + 4.0, stroke);
            let tooth =
                vec![pos2(x - 5.0, track.top() - 9.0), pos2(x + 5.0, track.top() - 9.0), pos2(x, track.top() - 2.0)];
            painter.add(Shape::convex_polygon(tooth, theme.channels.shunt, Stroke::NONE));
        }
        let grown = if response.hovered() || response.is_pointer_button_down_on() { 1.0 } else { 0.0 };
        let center = pos2(x, track.center().y);
        painter.circle(center, sizes.handle + grown, theme.text, Stroke::new(2.0, theme.panel));
    }

    /// Tracks one below the other, each with its letter.
    fn paint_each(&self, painter: &Painter, theme: &Theme, track: Rect) {
        let upper = Rect::from_min_size(track.min, vec2(track.width(), RAIL_OF_EACH));
        for (row, (letter, preview)) in self.tracks.iter().enumerate() {
            let rail = upper.translate(vec2(0.0, row as f32 * (RAIL_OF_EACH + RAIL_GAP)));
            let radius = CornerRadius::same(2);
            if preview.colours.len() > 1 {
                preview.paint(painter, theme, rail, rail, radius);
            } else {
                painter.rect_filled(rail, radius, theme.stroke);
            }
            painter.rect_stroke(rail, radius, Stroke::new(1.0, theme.outline), StrokeKind::Inside);
            let at = pos2(rail.left() - LETTER_ROOM / 1.5, rail.center().y);
            painter.text(at, Align2::RIGHT_CENTER, letter, theme.bold(12.0), theme.text);
        }
    }

    fn describe(&self, ui: &Ui, response: &Response, value: f64, caption: Option<&str>) {
        let spec = &self.spec;
        let shown = |value: f64| value * spec.shown_per_value;
        response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), shown(value), spec.label));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(spec.text(value));
            node.set_min_numeric_value(shown(spec.min));
            node.set_max_numeric_value(shown(spec.max));
            node.set_numeric_value_step(shown(spec.step));
            node.add_action(Action::SetValue);
            if value < spec.max {
                node.add_action(Action::Increment);
            }
            if value > spec.min {
                node.add_action(Action::Decrement);
            }
            node.set_description(caption.map_or_else(|| spec.units.prose(spec.hint), Cow::from));
        });
    }
}

/// Where the last slider that had the focus is remembered.
const FOCUSED: &str = "slider with the focus";

/// The slider that has the focus, where one has: keys that it does not want may act elsewhere.
pub(in crate::gui) fn focused(ctx: &egui::Context) -> Option<Id> {
    let last: Option<Id> = ctx.data(|data| data.get_temp(Id::unique(FOCUSED)));
    ctx.memory(|memory| memory.focused()).filter(|focused| Some(*focused) == last)
}

/// Where the first button of a pointer came down, of an event that says so.
fn pressed_at(event: &egui::Event) -> Option<egui::Pos2> {
    match event {
        egui::Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed: true, .. } => Some(*pos),
        _ => None,
    }
}

/// Whether a key is down that moves a slider.
fn is_stepping(input: &egui::InputState) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, PageDown, PageUp};
    [ArrowDown, ArrowLeft, ArrowRight, ArrowUp, PageDown, PageUp].iter().any(|key| input.key_down(*key))
}

impl SliderPreview<'_> {
    /// Paints the track, blended from position to position; `rail` is the track with its round ends.
    fn paint(&self, painter: &Painter, theme: &Theme, track: Rect, rail: Rect, radius: CornerRadius) {
        let shade = |colour: Option<Color32>| {
            colour.map(|colour| if self.faded { colour.lerp_to_gamma(theme.panel, FADED) } else { colour })
        };
        let [first, last] = [self.colours.first(), self.colours.last()].map(|end| shade(end.copied().flatten()));
        let (left, right) = rail.split_left_right_at_x(rail.center().x);
        for (half, end) in [(left, first), (right, last)] {
            painter.rect_filled(half, radius, end.unwrap_or(theme.raised));
        }
        let x = |place: f32| track.left() + track.width() * place / (self.colours.len() - 1) as f32;
        let mut mesh = Mesh::default();
        let mut blend = |from: f32, to: f32, [a, b]: [Color32; 2]| {
            let v = mesh.vertices.len() as u32;
            for (place, colour) in [(from, a), (to, b)] {
                mesh.colored_vertex(pos2(x(place), track.top()), colour);
                mesh.colored_vertex(pos2(x(place), track.bottom()), colour);
            }
            mesh.add_triangle(v, v + 1, v + 2);
            mesh.add_triangle(v + 1, v + 2, v + 3);
        };
        let mut nowhere: Vec<[f32; 2]> = Vec::new();
        for (i, [a, b]) in self.colours.array_windows().enumerate() {
            let (from, middle, to) = (i as f32, i as f32 + 0.5, i as f32 + 1.0);
            match (shade(*a), shade(*b)) {
                (Some(a), Some(b)) => blend(from, to, [a, b]),
                (a, b) => {
                    for (span, colour) in [([from, middle], a), ([middle, to], b)] {
                        match colour {
                            Some(colour) => blend(span[0], span[1], [colour; 2]),
                            None => nowhere.push(span),
                        }
                    }
                }
            }
        }
        painter.add(mesh);
        for [from, to] in nowhere {
            let ends = [(from <= 0.0, rail.left()), (to >= (self.colours.len() - 1) as f32, rail.right())];
            let [from, to] = [from, to].map(x);
            let from = if ends[0].0 { ends[0].1 } else { from };
            let to = if ends[1].0 { ends[1].1 } else { to };
            hatch(painter, theme, Rect::from_x_y_ranges(from..=to, track.y_range()));
        }
    }
}

/// Height of one of two tracks, their distance, and the room for a letter before them, points.
const RAIL_OF_EACH: f32 = 12.0;
const RAIL_GAP: f32 = 4.0;
const LETTER_ROOM: f32 = 20.0;

/// How far a stale colour goes to that of the ground.
const FADED: f32 = 0.6;

/// Slanted lines: there is nothing here.
fn hatch(painter: &Painter, theme: &Theme, rect: Rect) {
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    inside.rect_filled(rect, 0, theme.raised);
    // From a grid of the screen, so that neighbours go on in one pattern.
    let mut x = ((rect.left() - rect.height()) / HATCH).floor() * HATCH;
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        inside.line_segment(line, Stroke::new(1.0, theme.outline));
        x += HATCH;
    }
}

/// Distance of the lines of a hatching, in points.
const HATCH: f32 = 5.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::ParamId;
    use crate::text::display_units::{Concentration::PerL, Pressure};

    fn spec(id: ParamId) -> SliderSpec<'static> {
        SliderSpec::of(id.bounds(), DisplayUnits::default())
    }

    #[test]
    fn inv_every_position_and_step_stays_in_bounds() {
        for id in ParamId::ALL {
            let s = spec(*id);
            for i in 0..=1000 {
                let value = s.at_share(f64::from(i) / 1000.0);
                assert!(id.check(value).is_ok(), "{id} at {i}: {value}");
                for steps in [-10.0, -1.0, 1.0, 10.0] {
                    for fine in [false, true] {
                        let next = s.stepped(value, steps, fine);
                        assert!(id.check(next).is_ok(), "{id}: {value} by {steps}: {next}");
                        let inside = value > s.min && value < s.max;
                        assert!(!inside || (next > value) == (steps > 0.0), "{id}: {value} by {steps} gives {next}");
                    }
                }
            }
            assert!(s.at_share(0.0) <= s.min && s.at_share(1.0) >= s.max, "{id}");
            // As near as half a fine step.
            let near = 0.026f64.max(0.51 * s.fine_step / (s.max - s.min));
            assert!((s.share(s.at_share(0.37)) - 0.37).abs() < near, "{id}");
        }
    }

    #[test]
    fn inv_steps_land_on_plain_decimals() {
        let fio2 = spec(ParamId::Fio2);
        assert_eq!(fio2.stepped(0.21, 1.0, false).to_string(), "0.26");
        assert_eq!(fio2.stepped(0.21, 1.0, true).to_string(), "0.22");
        assert_eq!(fio2.stepped(0.98, 1.0, false).to_string(), "1");
        assert_eq!(spec(ParamId::Mode1Ratio).stepped(0.1, 10.0, false).to_string(), "1");
        assert_eq!(spec(ParamId::Mode1Units).stepped(50.0, 1.0, true).to_string(), "51");
    }

    #[test]
    fn inv_typed_is_what_is_shown() {
        for id in ParamId::ALL {
            let s = spec(*id);
            for value in [s.min, s.max, s.stepped(id.bounds().default, 1.0, false)] {
                let read = s.parse(&s.text(value)).expect("the slider reads its own text");
                assert!((read - value).abs() <= 0.006 * value.abs().max(s.fine_step), "{id}: {value} read as {read}");
            }
        }
        assert_eq!(spec(ParamId::Shunt).text(0.28), "28 %");
        assert_eq!(spec(ParamId::Shunt).parse("28"), Ok(0.28));
        assert_eq!(spec(ParamId::Fio2).parse("0,5"), Ok(0.5));
        assert_eq!(spec(ParamId::BaseExcess).parse("−4 mmol/L"), Ok(-4.0));
        assert_eq!(spec(ParamId::Fio2).parse("60%"), Ok(0.6));
        assert_eq!(spec(ParamId::Hb).parse("150 g/L"), Ok(15.0));
        assert!((spec(ParamId::Pb).parse("101,3kPa").expect("kPa") - 759.81).abs() < 0.01);
    }

    #[test]
    fn inv_a_value_is_written_as_the_table_has_it() {
        for id in ParamId::ALL {
            let bounds = id.bounds();
            for units in [DisplayUnits::default(), DisplayUnits { pressure: Pressure::Kpa, concentration: PerL }] {
                let spec = SliderSpec::of(bounds, units);
                assert_eq!(spec.unit, bounds.shown_unit(units), "{id}");
                for i in 0..=50 {
                    let value = spec.at_share(f64::from(i) / 50.0);
                    assert_eq!(spec.number(value), bounds.number(value, units), "{id}");
                }
            }
        }
    }

    #[test]
    fn inv_a_refusal_names_value_and_range() {
        let refused = |id, text| spec(id).parse(text).expect_err("refused").to_string();
        assert_eq!(refused(ParamId::Fio2, "50"), "FiO₂: 50 is outside 0.10 to 1.00");
        assert_eq!(refused(ParamId::Shunt, "120"), "Shunt: 120 is outside 0 to 100 %");
        assert_eq!(refused(ParamId::Peep, "high"), "PEEP: “high” is not a number (0 to 40 cmH₂O)");
        assert_eq!(refused(ParamId::Mode1Units, "7.5"), "Mode 1 units: 7.5 is not a whole number (1 to 500)");
        assert!(refused(ParamId::Hb, "NaN").contains("not a number"));
        assert!(refused(ParamId::Hb, "").contains("not a number"));
    }
}
