//! The decks to choose from: those of the program, those of a folder of one's own, a file, the lines of a class.

use std::sync::LazyLock;

use eframe::egui::{Button, Label, Response, RichText, ScrollArea, Stroke, TextEdit, Ui, ViewportCommand, vec2};

use crate::{
    app::{
        folder::{Folder, Found, Listed, MOST_FILES},
        page::lecture::{
            Lecture,
            ask::{Ask, Source},
            listed,
            playing::Playing,
        },
    },
    gui::{
        explore::{PanelState, bar::page_bar, help, within},
        theme::{GRID, Theme},
        widgets::keep_in_sight,
    },
    scenario::deck::Deck,
    text::{display_units::DisplayUnits, number, quoted, subscripted, words},
};

use super::votes_in_words;

/// Narrowest card of a deck, at scale 1: from twice this on there are two beside each other.
const CARD: f32 = 560.0;

/// Width of the name of a field, at scale 1.
const LABEL: f32 = 66.0;

/// What the page remembers of its list.
#[derive(Debug, Clone, Default)]
pub struct ListState {
    /// The file that was typed.
    path: String,
    /// The folder that was looked into last, whether it could be or not.
    looked: String,
}

/// Shows the decks; what is asked for is added to `asks`.
pub fn list_ui(ui: &mut Ui, panel: &mut PanelState, state: &mut ListState, page: &Lecture, asks: &mut Vec<Ask>) {
    let theme = panel.choices.theme.theme();
    help::shortcuts(ui, panel);
    let whole = ui.max_rect();
    let (top, rest) = whole.split_top_bottom_at_y(whole.top() + theme.size(46.0));
    within(ui, top.shrink2(vec2(GRID, 0.0)), |ui| page_bar(ui, theme, panel, |_, _| (), |_, _| ()));
    within(ui, rest.shrink2(vec2(2.0 * GRID, GRID)), |ui| {
        let theme = &theme.to_fill(ui);
        ui.label(RichText::new(words::lecture::decks()).font(theme.bold(20.0)).color(theme.text));
        let words = words::lecture::decks_hint();
        ui.label(RichText::new(words).font(theme.font(13.0)).color(theme.weak));
        if let Some(told) = page.told() {
            ui.label(RichText::new(quoted(told)).font(theme.font(13.0)).color(theme.danger));
        }
        ui.add_space(theme.size(4.0));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            page.left().iter().enumerate().for_each(|(place, left)| of_a_left(ui, theme, place, left, asks));
            let columns = if ui.available_width() >= theme.size(2.0 * CARD) { 2 } else { 1 };
            for pair in CARDS.chunks(columns) {
                ui.columns(columns, |uis| {
                    for (ui, of) in uis.iter_mut().zip(pair) {
                        card(ui, theme, of, asks);
                    }
                });
            }
            ui.add_space(theme.size(8.0));
            of_ones_own(ui, theme, &mut panel.choices.folder, state, page, asks);
            ui.add_space(theme.size(8.0));
            of_a_class(ui, theme);
        });
    });
    help::overlay(ui, theme, panel);
}

fn heading(ui: &mut Ui, theme: &Theme, words: &str, below: &str) {
    ui.label(RichText::new(words).font(theme.bold(15.0)).color(theme.text));
    ui.label(RichText::new(below).font(theme.font(13.0)).color(theme.weak));
}

/// A deck of the program, in words.
struct Card {
    id: &'static str,
    title: &'static str,
    size: String,
    steps: String,
}

static CARDS: LazyLock<Vec<Card>> = LazyLock::new(|| {
    let card = |(id, deck): &'static (&'static str, Deck)| {
        let scenes = || deck.steps.iter().filter_map(|step| step.scene());
        let questions = scenes().filter(|scene| scene.ask.is_some()).count();
        let talks = scenes().filter(|scene| scene.talk).count();
        let titles: Vec<String> =
            deck.steps.iter().map(|step| subscripted(&step.title.typed(DisplayUnits::default()))).collect();
        Card {
            id,
            title: &deck.title,
            size: words::lecture::deck_with_talk(number(deck.minutes), questions, talks),
            steps: titles.join("  ·  "),
        }
    };
    listed().iter().map(card).collect()
});

/// A deck that was left: it goes on where it stood, with its votes.
fn of_a_left(ui: &mut Ui, theme: &Theme, place: usize, left: &Playing, asks: &mut Vec<Ask>) {
    let deck = left.lesson().deck();
    ui.horizontal(|ui| {
        let go_on = Button::new(RichText::new(words::lecture::go_on()).font(theme.bold(13.0)).color(theme.background));
        let go_on = ui.add(go_on.fill(theme.accent)).accessible_name(words::lecture::go_on_with(&deck.title));
        if seen(go_on, ui).clicked() {
            asks.push(Ask::Resume(place));
        }
        ui.label(RichText::new(&deck.title).font(theme.bold(13.0)).color(theme.text));
        let votes = left.votes_in();
        let stood = words::lecture::left_at(left.step() + 1, deck.steps.len(), votes_in_words(votes));
        ui.label(RichText::new(stood).font(theme.font(13.0)).color(theme.weak));
        if votes > 0 {
            let button =
                ui.button(words::lecture::votes_as_csv()).accessible_name(words::lecture::votes_of_as_csv(&deck.title));
            if seen(button, ui).on_hover_text(words::lecture::votes_as_csv_hint()).clicked() {
                asks.push(Ask::TallyOf(place));
            }
        }
    });
    ui.add_space(theme.size(4.0));
}

/// A deck of the program.
fn card(ui: &mut Ui, theme: &Theme, card: &Card, asks: &mut Vec<Ask>) {
    theme.panel_frame().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(theme.size(112.0));
        ui.horizontal(|ui| {
            let play =
                Button::new(RichText::new(words::lecture::play()).font(theme.bold(13.0)).color(theme.background));
            let play = ui.add(play.fill(theme.accent)).accessible_name(words::lecture::play_deck(card.title));
            if seen(play, ui).clicked() {
                asks.push(Ask::Open(Source::Program(card.id.to_owned())));
            }
            ui.add(Label::new(RichText::new(card.title).font(theme.bold(15.0)).color(theme.text)).wrap());
        });
        ui.label(RichText::new(&card.size).font(theme.font(13.0)).color(theme.text));
        ui.add(Label::new(RichText::new(&card.steps).font(theme.font(13.0)).color(theme.weak)).wrap());
    });
}

/// What has the keyboard is scrolled to.
fn seen(control: Response, ui: &Ui) -> Response {
    keep_in_sight(ui, &control, control.rect);
    control
}

fn field(ui: &mut Ui, theme: &Theme, text: &mut String, name: &str) -> bool {
    // The fields stand below one another.
    let label = ui.scope(|ui| {
        ui.set_min_width(theme.size(LABEL));
        ui.label(RichText::new(name).font(theme.font(13.0)).color(theme.weak))
    });
    let label = label.inner;
    let field = TextEdit::singleline(text)
        .desired_width(theme.size(420.0).min(0.6 * ui.available_width()))
        .font(theme.font(13.0))
        .margin(vec2(8.0, 5.0));
    ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, theme.outline);
    let response = seen(ui.add(field).labelled_by(label.id).accessible_name(name), ui);
    response.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter))
}

/// The folder that is kept in the settings, what it holds, and a file.
fn of_ones_own(
    ui: &mut Ui,
    theme: &Theme,
    folder: &mut String,
    state: &mut ListState,
    page: &Lecture,
    asks: &mut Vec<Ask>,
) {
    heading(ui, theme, words::lecture::own(), words::lecture::own_hint());
    ui.horizontal(|ui| {
        let entered = field(ui, theme, folder, words::lecture::folder());
        let there_is_one = !folder.trim().is_empty();
        let button = ui
            .add_enabled(there_is_one, Button::new(words::lecture::list()))
            .accessible_name(words::lecture::list_folder());
        let pressed = seen(button, ui).clicked();
        let fresh = there_is_one && state.looked.is_empty();
        if (there_is_one && (entered || pressed)) || fresh {
            state.looked = folder.trim().to_owned();
            asks.push(Ask::Look(folder.trim().to_owned()));
        }
    });
    if let Some(found) = page.folder() {
        holds(ui, theme, found, asks);
    }
    ui.horizontal(|ui| {
        let entered = field(ui, theme, &mut state.path, words::lecture::deck_file());
        let there_is_one = !state.path.trim().is_empty();
        let button = ui
            .add_enabled(there_is_one, Button::new(words::common::open()))
            .accessible_name(words::lecture::open_deck_file());
        let pressed = seen(button, ui).clicked();
        if there_is_one && (entered || pressed) {
            asks.push(Ask::Open(Source::File(state.path.trim().to_owned())));
        }
    });
}

fn holds(ui: &mut Ui, theme: &Theme, folder: &Folder, asks: &mut Vec<Ask>) {
    if folder.files.is_empty() {
        ui.label(RichText::new(words::lecture::no_file()).font(theme.font(13.0)).color(theme.weak));
    }
    for file in &folder.files {
        ui.horizontal(|ui| row(ui, theme, file, asks));
    }
    if folder.more > 0 {
        let more = words::lecture::more_files(folder.more, MOST_FILES);
        ui.label(RichText::new(more).font(theme.font(13.0)).color(theme.weak));
    }
}

fn row(ui: &mut Ui, theme: &Theme, file: &Listed, asks: &mut Vec<Ask>) {
    let name = &file.file.name;
    let (title, about, colour) = match &file.what {
        Found::Deck { title, minutes, questions } => {
            let play = ui.button(words::lecture::play()).accessible_name(words::lecture::play_deck(name));
            if seen(play, ui).clicked() {
                asks.push(Ask::Open(Source::File(file.file.path.clone())));
            }
            (title.as_str(), words::lecture::deck_size(number(*minutes), questions), theme.weak)
        }
        Found::Patient(patient) => {
            let explore = ui.button(words::pages::explore()).accessible_name(words::lecture::explore_file(name));
            if seen(explore, ui).clicked() {
                asks.push(Ask::Show(patient.clone()));
            }
            (patient.title.as_str(), words::lecture::patient().to_owned(), theme.weak)
        }
        Found::Refused(reason) => (name.as_str(), quoted(reason), theme.danger),
    };
    ui.label(RichText::new(title).font(theme.bold(13.0)).color(theme.text));
    ui.add(Label::new(RichText::new(about).font(theme.font(13.0)).color(colour)).truncate());
}

/// What a class said of a case of page Challenge.
fn of_a_class(ui: &mut Ui, theme: &Theme) {
    heading(ui, theme, words::lecture::of_a_class(), words::lecture::of_a_class_hint());
    let paste = ui.button(words::lecture::paste());
    if seen(paste, ui).clicked() {
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
    }
}
