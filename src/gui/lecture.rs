//! Page Lecture: the decks to choose from, and the step of the one that plays over the whole window.

mod board;
mod list;

use std::sync::Arc;

use eframe::egui::{
    Align2, Button, Color32, Context, Event, FontId, Galley, Key, Rect, RichText, Role as NodeRole, Sense, Stroke,
    StrokeKind, Ui, ViewportCommand, WidgetInfo, pos2, vec2,
};

pub use board::board_ui;
pub use list::{ListState, list_ui};

use super::{
    explore::within,
    link::Link,
    lung_picture, scene,
    theme::{GRID, Theme},
    widgets::prose,
};
use crate::{
    app::{
        lesson_pictures::{Picture, Who},
        page::lecture::{
            Lecture,
            ask::{Ask, Blank, Source},
            playing::{Pace, Playing, Typed},
        },
    },
    draw::{lung, palette::Rgb, plot, trend},
    figure::Figure,
    scenario::deck::{Body, LungView, Scene},
    sim::reading::{observable::Observable, quantity::Quantity},
    store::name_of,
    text::{
        display_units::{DisplayUnits, unbroken},
        quoted, words,
    },
};

/// Window that the sizes below are made for, points.
const MADE_FOR: [f32; 2] = [1440.0, 810.0];
/// Least type that a hall reads, pixels.
const LEAST: f32 = 24.0;
/// Between tiles, and within one beside its words, pixels.
const TILE_GAP: f32 = 10.0;
const TILE_PAD: f32 = 14.0;
/// Colour of what is right.
const RIGHT: Color32 = Color32::from_rgb(0x09, 0x4E, 0x26);
/// Ground of what is right.
const RIGHT_GROUND: Color32 = Color32::from_rgb(0xE2, 0xF2, 0xE8);

/// What was pasted or dropped on the page: a deck, or the lines of a class. It is used up.
pub fn given(ui: &Ui, asks: &mut Vec<Ask>) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let dropped = ui.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Paste(text) = event else { return true };
            asks.push(Ask::Class(text.clone()));
            false
        });
        std::mem::take(&mut input.raw.dropped_files)
    });
    for file in dropped {
        let path = name_of(file.path());
        let is_deck = path.rsplit_once('.').is_some_and(|(_, ending)| ending == "json");
        asks.push(if is_deck { Ask::Open(Source::File(path)) } else { Ask::ClassOf(path) });
    }
}

/// Reads the keys of a board of class lines; what they ask for is added to `asks`. They are used up.
pub fn board_keys(ui: &Ui, asks: &mut Vec<Ask>) {
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, repeat: false, modifiers, .. } = event else { return true };
            if modifiers.command || modifiers.alt {
                return true;
            }
            asks.push(match key {
                Key::Enter | Key::Space | Key::PageDown | Key::ArrowRight => Ask::Reveal,
                Key::Escape | Key::PageUp | Key::ArrowLeft => Ask::Close,
                _ => return true,
            });
            false
        });
    });
}

/// Whether a board of class lines is shown over what is there.
#[must_use]
pub fn shows_board(page: &Lecture) -> bool {
    page.board().is_some()
}

/// Reads the keys of a deck that plays; what they ask for is added to `asks`. They are used up.
pub fn keys(ui: &Ui, playing: &Playing, single_keys: bool, asks: &mut Vec<Ask>) {
    let ctx = ui.ctx();
    // What has the keyboard answers its own keys; a clicker's always act.
    let focused = ctx.memory(|memory| memory.focused().is_some());
    let typing = playing.typed().is_some();
    let mut screen = None;
    ui.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key { key, physical_key, pressed: true, repeat, modifiers } = event else { return true };
            if modifiers.command || modifiers.alt {
                return true;
            }
            // With Shift the key of a digit names another sign.
            let key = if modifiers.shift { physical_key.unwrap_or(*key) } else { *key };
            let ask = match key {
                Key::PageDown => Some(Ask::Next),
                Key::PageUp => Some(Ask::Back),
                Key::F9 => Some(Ask::Reload),
                Key::F5 => {
                    screen = Some(true);
                    (!modifiers.shift).then_some(Ask::End { last: false })
                }
                Key::Escape if focused => return true,
                Key::Escape if typing => Some(Ask::Forget),
                Key::Escape if input.raw.viewport().fullscreen == Some(true) => {
                    screen = Some(false);
                    None
                }
                Key::Escape => Some(Ask::Close),
                _ if focused => return true,
                Key::ArrowRight => Some(Ask::Next),
                Key::ArrowLeft => Some(Ask::Back),
                Key::Enter if typing => Some(Ask::Enter),
                Key::Enter => Some(Ask::Reveal),
                Key::ArrowUp => Some(Ask::Lever(1)),
                Key::ArrowDown => Some(Ask::Lever(-1)),
                Key::Backspace => Some(Ask::LeverBack),
                Key::Home => Some(Ask::End { last: false }),
                Key::End => Some(Ask::End { last: true }),
                _ if !single_keys => return true,
                Key::Space => Some(Ask::Next),
                Key::Period => Some(Ask::Point),
                Key::Comma if typing => Some(Ask::Point),
                Key::B => Some(Ask::Blank(Blank::Black)),
                Key::P => Some(Ask::Course),
                Key::D => Some(Ask::Line),
                Key::W => Some(Ask::Blank(Blank::White)),
                Key::V => Some(Ask::Second),
                Key::N => Some(Ask::Notes),
                Key::G => Some(Ask::GoTo),
                Key::T => Some(Ask::Timer),
                Key::E => Some(Ask::Leave),
                Key::Equals => Some(Ask::Count),
                key => match digit(key) {
                    Some(digit) if modifiers.shift => Some(Ask::Take(usize::from(digit).wrapping_sub(1))),
                    Some(digit) => Some(Ask::Digit(digit)),
                    None => return true,
                },
            };
            if !*repeat {
                asks.extend(ask);
            }
            false
        });
        // The letters of these keys are typed nowhere.
        if !focused {
            input.events.retain(|event| !matches!(event, Event::Text(_)));
        }
    });
    if let Some(full) = screen {
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(full));
    }
}

fn digit(key: Key) -> Option<u8> {
    const DIGITS: [Key; 10] =
        [Key::Num0, Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    DIGITS.iter().position(|digit| *digit == key).and_then(|digit| u8::try_from(digit).ok())
}

/// Shows the step of a deck over the whole of `ui`.
pub fn step_ui(
    ui: &mut Ui,
    theme: &Theme,
    playing: &Playing,
    told: Option<&str>,
    units: DisplayUnits,
    asks: &mut Vec<Ask>,
) {
    let whole = ui.max_rect();
    if let Some(blank) = playing.blank() {
        let (ground, name) = match blank {
            Blank::Black => (Color32::BLACK, words::lecture::black()),
            Blank::White => (Color32::WHITE, words::lecture::white()),
        };
        ui.painter().rect_filled(whole.expand(GRID), 0.0, ground);
        let response = ui.interact(whole, ui.scope_id().with("blank"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(NodeRole::Label, true, name));
        return;
    }
    ui.painter().rect_filled(whole.expand(GRID), 0.0, theme.background);
    let scale = (whole.width() / MADE_FOR[0]).min(whole.height() / MADE_FOR[1]).max(0.4);
    let page = Page { theme, playing, units, scale };
    page.show(ui, whole.shrink2(vec2(40.0 * scale, 22.0 * scale)), told, asks);
}

struct Page<'p> {
    theme: &'p Theme,
    playing: &'p Playing,
    units: DisplayUnits,
    scale: f32,
}

impl Page<'_> {
    /// Plain type of a size on the window that it is made for; never less than a hall reads.
    fn font(&self, pixels: f32) -> FontId {
        self.theme.font((pixels * self.scale).max(LEAST) / self.theme.type_scale)
    }

    fn bold(&self, pixels: f32) -> FontId {
        self.theme.bold((pixels * self.scale).max(LEAST) / self.theme.type_scale)
    }

    /// Type of what the hall need not read: keys and clock.
    fn hint(&self, pixels: f32) -> FontId {
        self.theme.font((pixels * self.scale).max(13.0) / self.theme.type_scale)
    }

    fn height(&self, ui: &Ui, text: &str, font: &FontId, width: f32) -> f32 {
        ui.painter().layout(unbroken(text), font.clone(), self.theme.text, width).size().y
    }

    fn text(&self, ui: &mut Ui, rect: Rect, text: &str, font: FontId, colour: Color32) {
        within(ui, rect, |ui| prose(ui, text, font, colour));
    }

    fn show(&self, ui: &mut Ui, rect: Rect, told: Option<&str>, asks: &mut Vec<Ask>) {
        let scale = self.scale;
        let index = self.playing.step();
        let step = &self.playing.lesson().deck().steps[index];
        let tells = self.playing.tells();
        let title = format!("{}  {}", index + 1, self.playing.lesson().filled(index, &step.title, tells, self.units));
        let clock = Rect::from_min_max(pos2(rect.right() - 230.0 * scale, rect.top()), rect.max);
        self.clock(ui, clock);
        let head = Rect::from_min_max(rect.min, pos2(clock.left() - 10.0 * scale, rect.top() + 50.0 * scale));
        self.text(ui, head, &title, self.bold(38.0), self.theme.text);
        let (rest, foot) = rect.split_top_bottom_at_y(rect.bottom() - 34.0 * scale);
        self.foot(ui, foot, asks);
        let body = Rect::from_min_max(pos2(rest.left(), rest.top() + 66.0 * scale), rest.max);
        let free = match &step.body {
            Body::Scene(scene) => self.scene(ui, body, scene, asks),
            Body::TakeHome(sentences) => {
                let mut top = body.top() + 30.0 * scale;
                for (i, sentence) in sentences.iter().enumerate() {
                    let text = self.playing.lesson().filled(index, sentence, true, self.units);
                    let (font, indent) = (self.font(32.0), 52.0 * scale);
                    let height = self.height(ui, &text, &font, body.width() - indent);
                    let place = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), height + 6.0));
                    let (number, words) = place.split_left_right_at_x(place.left() + indent);
                    self.text(ui, number, &(i + 1).to_string(), self.bold(32.0), self.theme.accent);
                    self.text(ui, words, &text, font, self.theme.text);
                    top += height + 34.0 * scale;
                }
                let voted = (0..index).any(|step| self.playing.votes_of(step).iter().any(|vote| vote.total() > 0));
                if voted {
                    let place = Rect::from_min_max(pos2(body.left(), top), body.max);
                    within(ui, place, |ui| {
                        let button = Button::new(RichText::new(words::lecture::votes_as_csv()).font(self.font(LEAST)));
                        if ui.add(button).on_hover_text(words::lecture::votes_as_csv_hint()).clicked() {
                            asks.push(Ask::Tally);
                        }
                    });
                }
                body
            }
        };
        let notes = self.playing.shows_notes().then(|| self.playing.notes(self.units));
        let over = [notes, told.map(quoted)].into_iter().flatten().collect::<Vec<_>>();
        if !over.is_empty() {
            self.over(ui, free, &over.join("\n"));
        }
    }

    /// A box over the pictures, for a moment: numbers, question and options stay.
    fn over(&self, ui: &mut Ui, rest: Rect, text: &str) {
        let pad = 14.0 * self.scale;
        let font = self.font(LEAST);
        let height = self.height(ui, text, &font, rest.width() - 2.0 * pad) + 2.0 * pad;
        let place = Rect::from_min_max(pos2(rest.left(), rest.bottom() - height), rest.max);
        ui.painter().rect(place, self.theme.radius(), self.theme.raised, self.theme.focus_stroke(), StrokeKind::Inside);
        self.text(ui, place.shrink(pad), text, font, self.theme.text);
    }

    fn clock(&self, ui: &mut Ui, rect: Rect) {
        let seconds = self.playing.elapsed_s().max(0.0) as u64;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        let stands = if self.playing.stands() { words::lecture::stands() } else { "" };
        let pace = match self.playing.pace() {
            Pace::InTime => String::new(),
            Pace::Early(minutes) => words::lecture::early(whole_minutes(minutes)),
            Pace::Late(minutes) => words::lecture::late(whole_minutes(minutes)),
        };
        let below = words::lecture::of_minutes(self.playing.lesson().deck().minutes, stands, pace);
        let mut top = rect.top();
        for (text, font, colour) in
            [(time, self.bold(30.0), self.theme.text), (below, self.hint(16.0), self.theme.weak)]
        {
            let galley = ui.painter().layout_no_wrap(text.clone(), font, colour);
            let size = galley.size();
            let place = Rect::from_min_size(pos2(rect.right() - size.x, top), size);
            ui.painter().galley(place.min, galley, colour);
            self.named(ui, place, &text);
            top += size.y;
        }
    }

    /// Gives what is painted its words.
    fn named(&self, ui: &Ui, rect: Rect, text: &str) {
        let id = ui.scope_id().with(("words", rect.min.x as i32, rect.min.y as i32));
        ui.interact(rect, id, Sense::hover()).widget_info(|| WidgetInfo::labeled(NodeRole::Label, true, text));
    }

    fn foot(&self, ui: &mut Ui, rect: Rect, asks: &mut Vec<Ask>) {
        let count = self.playing.lesson().deck().steps.len();
        let (wide, high, gap) = (26.0 * self.scale, 12.0 * self.scale, 7.0 * self.scale);
        let wide = wide.min(0.22 * rect.width() / count as f32 - gap).max(2.0);
        for i in 0..count {
            let at = Rect::from_min_size(
                pos2(rect.left() + i as f32 * (wide + gap), rect.bottom() - high - 4.0),
                vec2(wide, high),
            );
            let fill = match i.cmp(&self.playing.step()) {
                std::cmp::Ordering::Less => self.theme.weak,
                std::cmp::Ordering::Equal => self.theme.accent,
                std::cmp::Ordering::Greater => self.theme.background,
            };
            ui.painter().rect(at, 3.0, fill, Stroke::new(1.5, self.theme.outline), StrokeKind::Inside);
        }
        let mut right = rect.right();
        for (key, what, ask) in self.hints().into_iter().rev() {
            let words = format!("{key} {what}");
            let galley = ui.painter().layout_no_wrap(words.clone(), self.hint(15.0), self.theme.weak);
            let place = Align2::RIGHT_BOTTOM.anchor_size(pos2(right, rect.bottom()), galley.size());
            right = place.left() - 16.0 * self.scale;
            // For the mouse: a key does the same wherever the focus is.
            let response = ui.interact(place.expand(4.0), ui.scope_id().with(("hint", key)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(NodeRole::Button, true, &words));
            if response.has_focus() {
                ui.painter().rect_stroke(place.expand(4.0), 3.0, self.theme.focus_stroke(), StrokeKind::Inside);
            }
            let ink = if response.hovered() { self.theme.accent } else { self.theme.weak };
            ui.painter().galley_with_override_text_color(place.min, galley, ink);
            if response.clicked() {
                asks.push(ask);
                // The keys are the deck's again.
                response.surrender_focus();
            }
        }
    }

    /// The keys that do something now.
    fn hints(&self) -> Vec<(&'static str, String, Ask)> {
        let mut keys = vec![
            (words::keys::page_up(), words::lecture::back().to_owned(), Ask::Back),
            (words::keys::page_down(), words::lecture::next().to_owned(), Ask::Next),
        ];
        if let Some(scene) = self.playing.scene() {
            let waits = self.playing.asks() && !self.playing.tells();
            if waits {
                if scene.talk && self.playing.votes_of(self.playing.step()).len() == 1 {
                    keys.push(("V", words::lecture::second_vote_key().to_owned(), Ask::Second));
                }
                if self.playing.takes_a_line() {
                    keys.push(("D", words::lecture::draw().to_owned(), Ask::Line));
                }
                keys.push((words::keys::enter(), words::lecture::reveal().to_owned(), Ask::Reveal));
            }
            if scene.course.is_some() {
                let stands = self.playing.course().is_none_or(|(_, runs)| !runs);
                keys.push((
                    "P",
                    if stands { words::lecture::play_course() } else { words::lecture::stand() }.to_owned(),
                    Ask::Course,
                ));
            } else if !waits {
                keys.push(("↑", scene.lever.bounds().label.to_owned(), Ask::Lever(1)));
                keys.push(("↓", String::new(), Ask::Lever(-1)));
                if self.playing.lever().is_some() {
                    keys.push((words::keys::backspace(), words::lecture::as_revealed().to_owned(), Ask::LeverBack));
                }
            }
            keys.push(("E", words::pages::explore().to_owned(), Ask::Leave));
        }
        let always = [
            ("N", words::lecture::notes(), Ask::Notes),
            ("B", words::lecture::blank(), Ask::Blank(Blank::Black)),
            ("G", words::lecture::go_to(), Ask::GoTo),
            ("T", words::lecture::clock(), Ask::Timer),
            (words::keys::escape_short(), words::lecture::leave(), Ask::Close),
        ];
        keys.extend(always.map(|(key, what, ask)| (key, what.to_owned(), ask)));
        keys
    }

    /// Shows a step with its patient; where its pictures are.
    fn scene(&self, ui: &mut Ui, rect: Rect, scene: &Scene, asks: &mut Vec<Ask>) -> Rect {
        let (index, scale) = (self.playing.step(), self.scale);
        let tells = self.playing.tells();
        let reveal = scene.reveal.as_ref().filter(|_| tells && self.playing.asks());
        let said = self.playing.lesson().filled(index, reveal.unwrap_or(&scene.say), tells, self.units);
        let font = self.font(LEAST);
        let height = self.height(ui, &said, &font, rect.width() - 24.0 * scale);
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), height + 8.0));
        if reveal.is_some() {
            ui.painter().rect_filled(head.expand2(vec2(0.0, 4.0)), self.theme.radius(), RIGHT_GROUND);
            self.text(ui, head.shrink2(vec2(12.0 * scale, 0.0)), &said, font, self.theme.text);
        } else {
            self.text(ui, head, &said, font, self.theme.text);
        }
        let rest = Rect::from_min_max(pos2(rect.left(), head.bottom() + 14.0 * scale), rect.max);
        let (rest, tiles) = rest.split_top_bottom_at_y(rest.bottom() - self.tiles_height(ui, rect.width(), scene));
        self.tiles(ui, tiles, scene);
        let rest = Rect::from_min_max(rest.min, pos2(rest.right(), rest.bottom() - 12.0 * scale));
        if self.playing.asks() {
            let (left, right) = rest.split_left_right_at_x(rest.left() + self.pictures_share(scene) * rest.width());
            let left = left.with_max_x(left.right() - 16.0 * scale);
            self.pictures(ui, left, scene);
            self.question(ui, right, scene, asks);
            left
        } else {
            self.pictures(ui, rest, scene);
            rest
        }
    }

    fn question(&self, ui: &mut Ui, rect: Rect, scene: &Scene, asks: &mut Vec<Ask>) {
        let Some(ask) = &scene.ask else { return };
        let (index, scale) = (self.playing.step(), self.scale);
        let lesson = self.playing.lesson();
        let revealed = self.playing.tells();
        let text = lesson.filled(index, &ask.text, revealed, self.units);
        let font = self.bold(26.0);
        let height = self.height(ui, &text, &font, rect.width());
        self.text(ui, Rect::from_min_size(rect.min, vec2(rect.width(), height + 6.0)), &text, font, self.theme.text);
        let mut top = rect.top() + height + 12.0 * scale;
        let votes = self.playing.votes_of(index);
        let right = lesson.right(index).filter(|_| revealed);
        let vote = votes.last().filter(|vote| revealed && vote.total() > 0);
        let most = vote.map_or(0, |vote| vote.counts().iter().copied().max().unwrap_or(0)).max(1);
        for (i, option) in ask.options.iter().enumerate() {
            let text = lesson.filled(index, &option.text, revealed, self.units);
            let is_right = right == Some(i);
            let font = if is_right { self.bold(LEAST) } else { self.font(LEAST) };
            let inner = rect.width() - 130.0 * scale;
            let height = self.height(ui, &text, &font, inner) + 26.0 * scale;
            let place = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height));
            let id = ui.scope_id().with(("option", i));
            let sense = if revealed { Sense::focusable_noninteractive() } else { Sense::click() };
            let response = ui.interact(place, id, sense);
            if response.clicked() {
                asks.push(Ask::Add(i));
                // The keys are the deck's again.
                response.surrender_focus();
            }
            let count = vote.map(|vote| vote.counts()[i]);
            let name = match (is_right, count) {
                (true, Some(count)) => words::lecture::right_option_with_votes(i + 1, &text, votes_in_words(count)),
                (true, None) => words::lecture::right_option(i + 1, &text),
                (false, Some(count)) => words::lecture::option_with_votes(i + 1, &text, votes_in_words(count)),
                (false, None) => format!("{} {text}", i + 1),
            };
            response.widget_info(|| WidgetInfo::labeled(NodeRole::Button, !revealed, &name));
            let border = match (response.has_focus(), is_right) {
                (true, _) => self.theme.focus_stroke(),
                (false, true) => Stroke::new(3.0, RIGHT),
                (false, false) => Stroke::new(1.5, self.theme.outline),
            };
            let ground = if is_right { RIGHT_GROUND } else { self.theme.background };
            let painter = ui.painter();
            painter.rect(place, self.theme.radius(), ground, border, StrokeKind::Inside);
            let baseline = place.top() + 10.0 * scale;
            let number = painter.layout_no_wrap((i + 1).to_string(), self.bold(LEAST), self.theme.weak);
            painter.galley(pos2(place.left() + 18.0 * scale, baseline), number, self.theme.weak);
            let words = painter.layout(unbroken(&text), font, self.theme.text, inner);
            painter.galley(pos2(place.left() + 56.0 * scale, baseline), words, self.theme.text);
            let mark = match (is_right, count) {
                (true, Some(count)) => format!("✓  {count}"),
                (true, None) => "✓".to_owned(),
                (false, Some(count)) => count.to_string(),
                (false, None) => String::new(),
            };
            let ink = if is_right { RIGHT } else { self.theme.text };
            let mark = painter.layout_no_wrap(mark, self.bold(LEAST), ink);
            painter.galley(pos2(place.right() - 16.0 * scale - mark.size().x, baseline), mark, ink);
            if let Some(count) = count {
                let wide = (place.width() - 12.0) * count as f32 / most as f32;
                let bar = Rect::from_min_size(pos2(place.left() + 6.0, place.bottom() - 11.0), vec2(wide, 6.0));
                painter.rect_filled(bar, 2.0, if is_right { RIGHT } else { self.theme.accent });
            }
            top += height + 8.0 * scale;
        }
        let status = self.status(scene);
        if !status.is_empty() {
            let place = Rect::from_min_max(pos2(rect.left(), top + 4.0 * scale), rect.max);
            self.text(ui, place, &status, self.font(LEAST), self.theme.weak);
        }
    }

    /// What is typed, how many have voted, what the lever stands at.
    fn status(&self, scene: &Scene) -> String {
        match self.playing.typed() {
            Some(Typed::Step(digits)) => return words::lecture::go_to_step(digits),
            Some(Typed::Count { option, digits }) => return format!("{} = {digits}…", option + 1),
            Some(Typed::Line { numbers, digits, refused }) => {
                if let Some(refused) = refused {
                    return format!("{refused}: {digits}…");
                }
                let pressure = self.units.of("mmHg").unit;
                let names =
                    [words::common::fio2(), words::common::pao2(), words::common::fio2(), words::common::pao2()];
                let typed = numbers.iter().map(f64::to_string).chain([format!("{digits}…")]);
                let said: Vec<String> =
                    names.iter().zip(typed).map(|(name, digits)| format!("{name} {digits}")).collect();
                return words::lecture::line_of_the_hall(pressure, said.join(", "));
            }
            None => {}
        }
        if let Some((time_s, _)) = self.playing.course() {
            return words::common::whole_minutes((time_s / 60.0).floor());
        }
        if self.playing.is_revealed() {
            let Some(value) = self.playing.lever() else { return String::new() };
            let what = Observable::Param(scene.lever);
            return words::lecture::lever_now(what.label(), crate::app::lesson::said(what, value, self.units));
        }
        let votes = self.playing.votes_of(self.playing.step());
        let in_all = votes.last().map_or(0, |vote| vote.total());
        match (scene.talk, votes.len(), in_all) {
            (true, 2, 0) => words::lecture::second_vote().to_owned(),
            (true, 2, count) => words::lecture::second_vote_in(votes_in_words(count)),
            (_, _, 0) => String::new(),
            (true, _, count) => words::lecture::votes_in_then_talk(votes_in_words(count)),
            (false, _, count) => words::lecture::votes_in(votes_in_words(count)),
        }
    }

    /// How much of the width pictures have: two lungs need more.
    fn pictures_share(&self, scene: &Scene) -> f32 {
        let lungs = self.playing.pictures(Who::Here).iter().any(|picture| matches!(picture, Picture::Lung(_)));
        if scene.other.is_some() && lungs { 0.66 } else { 0.6 }
    }

    fn sides(&self, scene: &Scene) -> Vec<(Who, String)> {
        let mut out = vec![(Who::Here, scene.patient.scenario.title.clone())];
        if let Some(other) = &scene.other {
            out.push((Who::Other, other.scenario.title.clone()));
        }
        out
    }

    fn pictures(&self, ui: &mut Ui, rect: Rect, scene: &Scene) {
        let sides = self.sides(scene);
        let rows = self.playing.pictures(Who::Here).len().max(1);
        let gap = 10.0 * self.scale;
        let each = (rect.width() - gap * (sides.len() - 1) as f32) / sides.len() as f32;
        let named = |who: Who, name: &str| format!("{}  {name}", if who == Who::Here { "A" } else { "B" });
        let headings = sides.iter().map(|(who, name)| self.height(ui, &named(*who, name), &self.bold(LEAST), each));
        let heading = if sides.len() > 1 { headings.fold(0.0, f32::max) + 6.0 * self.scale } else { 0.0 };
        for (column, (who, name)) in sides.iter().enumerate() {
            let wide = each;
            let left = rect.left() + column as f32 * (wide + gap);
            if sides.len() > 1 {
                let place = Rect::from_min_size(pos2(left, rect.top()), vec2(wide, heading));
                self.text(ui, place, &named(*who, name), self.bold(LEAST), self.theme.text);
            }
            let top = rect.top() + heading;
            let high = (rect.bottom() - top - gap * (rows - 1) as f32) / rows as f32;
            for (row, picture) in self.playing.pictures(*who).iter().enumerate() {
                let at = pos2(left, top + row as f32 * (high + gap));
                self.picture(ui, Rect::from_min_size(at, vec2(wide, high)), picture, scene);
            }
        }
    }

    fn picture(&self, ui: &mut Ui, rect: Rect, picture: &Picture, scene: &Scene) {
        let (theme, palette) = (self.theme, self.theme.name.palette());
        // The smallest type of a picture is read from the last row too.
        let scale = (1.3 * self.scale).max(LEAST / (plot::TICK * theme.type_scale));
        let size = [rect.width(), rect.height()];
        let id = ui.scope_id().with(("picture", rect.min.x as i32, rect.min.y as i32));
        ui.painter().rect(rect, theme.radius(), theme.panel, Stroke::new(1.0, theme.stroke), StrokeKind::Inside);
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let title = match picture {
            Picture::Plot(figure) => {
                // Two axes have not the room beside each other where two patients stand.
                let figure = if scene.other.is_some() { &one_axis(figure) } else { figure.as_ref() };
                let drawn = plot::scene(figure, palette, size, scale).scene.with_clear_words(palette.text, CONTRAST);
                scene::paint(&painter, theme, &drawn, rect.min);
                figure.title.clone()
            }
            Picture::Lung(picture) if scene.lung_view == LungView::Cells => {
                let theme = &Theme { type_scale: theme.type_scale * scale, ..*theme };
                within(ui, rect, |ui| {
                    let mut view =
                        lung_picture::View { cells: &mut true, moving: false, fixed: true, link: &mut Link::default() };
                    lung_picture::show(ui, theme, picture, rect.size(), &mut view);
                });
                return;
            }
            Picture::Lung(picture) => {
                let drawn = lung::scene_for_a_hall(picture, palette, size, LEAST.max(20.0 * self.scale));
                scene::paint(&painter, theme, &drawn.scene, rect.min);
                lung::NAME.to_owned()
            }
            Picture::Trends(trends) => {
                let scale = scale * plot::TICK / trend::UNIT;
                let drawn = trend::scene(trends, palette, size, scale).scene.with_clear_words(palette.text, CONTRAST);
                scene::paint(&painter, theme, &drawn, rect.min);
                trends.title.clone()
            }
            Picture::Covered { .. } | Picture::Absent { .. } => {
                let (text, size) = match picture {
                    Picture::Covered { .. } => ("?".to_owned(), 90.0),
                    picture => (picture.words(), LEAST),
                };
                let galley = painter.layout(text, self.bold(size), theme.weak, rect.width() - 20.0);
                let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
                painter.galley(place.min, galley, theme.weak);
                picture.words()
            }
        };
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, true, &title));
        ui.ctx().accesskit_node_builder(id, |node| node.set_description(picture.words()));
        if response.has_focus() {
            ui.painter().rect_stroke(rect, theme.radius(), theme.focus_stroke(), StrokeKind::Inside);
        }
    }

    /// Width of a tile in a row of this width.
    fn tile_width(&self, width: f32, scene: &Scene) -> f32 {
        let count = scene.tiles.len() as f32;
        ((width - TILE_GAP * self.scale * (count - 1.0)) / count).min(width / 3.0)
    }

    /// The name of a tile, in as many rows as it needs.
    fn tile_label(&self, ui: &Ui, tile: &Quantity, wide: f32) -> Arc<Galley> {
        let within = wide - 2.0 * TILE_PAD * self.scale;
        ui.painter().layout(tile.label.to_owned(), self.font(LEAST), self.theme.weak, within)
    }

    fn tiles_height(&self, ui: &Ui, width: f32, scene: &Scene) -> f32 {
        let wide = self.tile_width(width, scene);
        let labels = scene.tiles.iter().map(|tile| self.tile_label(ui, tile, wide).size().y);
        let Some(label) = labels.reduce(f32::max) else { return 0.0 };
        let rows = if scene.other.is_some() { 2.0 } else { 1.0 };
        (44.0 * rows + 16.0) * self.scale + label
    }

    fn tiles(&self, ui: &mut Ui, rect: Rect, scene: &Scene) {
        let gap = TILE_GAP * self.scale;
        let wide = self.tile_width(rect.width(), scene);
        let names = scene.tiles.iter().map(|tile| self.tile_label(ui, tile, wide).size().y).fold(0.0, f32::max);
        let revealed = self.playing.is_revealed();
        for (i, tile) in scene.tiles.iter().enumerate() {
            let place =
                Rect::from_min_size(pos2(rect.left() + i as f32 * (wide + gap), rect.top()), vec2(wide, rect.height()));
            ui.painter().rect(
                place,
                self.theme.radius(),
                self.theme.panel,
                Stroke::new(1.5, self.theme.outline),
                StrokeKind::Inside,
            );
            let pad = TILE_PAD * self.scale;
            let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
            let label = self.tile_label(ui, tile, wide);
            let mut top = place.top() + 6.0 * self.scale;
            painter.galley(pos2(place.left() + pad, top), label, self.theme.weak);
            // Numbers stand in one row, however long a name is.
            top += names + 2.0 * self.scale;
            let mut words = tile.label.to_owned();
            for (who, _) in self.sides(scene) {
                let Some(outcome) = self.playing.outcome(who) else { continue };
                let value = self.playing.lesson().tile(self.playing.step(), tile, outcome, revealed, self.units);
                let letter = match (&scene.other, who) {
                    (None, _) => "",
                    (Some(_), Who::Here) => "A  ",
                    (Some(_), Who::Other) => "B  ",
                };
                let text = format!("{letter}{value}");
                let galley = painter.layout_no_wrap(text.clone(), self.bold(30.0), self.colour(tile));
                let high = galley.size().y;
                painter.galley(pos2(place.left() + pad, top), galley, self.theme.text);
                top += high;
                words.push_str(&format!(" {text}"));
            }
            self.named(ui, place, &words);
        }
    }

    /// The colour that a number has everywhere, as dark as the last row needs it.
    fn colour(&self, tile: &Quantity) -> Color32 {
        let channels = &self.theme.channels;
        let colour = match tile.key {
            "spo2_frac" | "so2_art_frac" => channels.spo2,
            "po2_art_mmhg" | "o2_art_ml_per_dl" | "pf_ratio_mmhg" => channels.arterial,
            "pco2_art_mmhg" => channels.co2,
            "aa_gradient_mmhg" => channels.aa,
            "shunt_true_frac" | "venous_admixture_frac" => channels.shunt,
            "so2_ven_frac" | "po2_ven_mmhg" => channels.venous,
            "o2_delivery_ml_per_min" | "output_now_l_per_min" => channels.delivery,
            _ => self.theme.text,
        };
        clear(colour, self.theme.panel, self.theme.text)
    }
}

/// Contrast of words before a hall.
const CONTRAST: f64 = 7.0;

/// A colour on a ground, drawn towards that of text until it is clear.
fn clear(colour: Color32, ground: Color32, text: Color32) -> Color32 {
    let [colour, ground, text] = [colour, ground, text].map(|colour| Rgb(colour.r(), colour.g(), colour.b()));
    let Rgb(red, green, blue) = crate::draw::scene::clear(colour, ground, text, CONTRAST);
    Color32::from_rgb(red, green, blue)
}

/// A plot without the axis on its right, where nothing is read off that.
fn one_axis(figure: &Figure) -> Figure {
    let on_right = figure.series.iter().any(|series| series.on_right);
    let right = figure.right.clone().filter(|_| on_right);
    Figure { right, ..figure.clone() }
}

fn votes_in_words(count: u32) -> String {
    words::lecture::votes(count as usize)
}

fn whole_minutes(minutes: f64) -> String {
    words::common::minutes(minutes.ceil().max(1.0))
}

/// Whether the key was pressed that leads back from Explore to the step that was left; it is used up.
pub fn returns(ctx: &Context, single_keys: bool) -> bool {
    let free = ctx.memory(|memory| memory.focused().is_none());
    single_keys && free && ctx.input_mut(|input| input.consume_key(eframe::egui::Modifiers::NONE, Key::E))
}
