//! First steps for who has never seen the page, all keys, and what this program is.

use eframe::egui::{
    Align, Button, Grid, Id, Layout, Modal, RichText, ScrollArea, Ui, containers::menu::MenuButton, vec2,
};

use super::{Overlay, PanelState, fill, strip};
use crate::{
    app::{Command, Page},
    gui::{
        keys::{Act, BINDINGS, OF_A_DECK, OF_COMPARE, OF_CONTROLS, binding, pressed},
        theme::Theme,
    },
    sim::params::ParamId,
    text::{
        display_units::DisplayUnits,
        words::{self, Word},
    },
};

/// The pair: the same blood gas on air, by a shunt and without one.
const SHUNTED: &str = "pure-shunt-30";
const UNEVEN: &str = "pure-vq-mismatch";

const SENTENCES: [Word; 3] = [words::help::first_see, words::help::first_drag, words::help::first_point];

/// A thing to try: what the button says, what to look for, what it does.
struct Try {
    button: Word,
    look: Word,
    commands: fn() -> Vec<Command>,
}

const TRIES: [Try; 3] = [
    Try {
        button: words::help::try_shunt,
        look: words::help::try_shunt_look,
        commands: || [vec![Command::LetGo], on(SHUNTED, AIR)].concat(),
    },
    Try {
        button: words::help::try_uneven,
        look: words::help::try_uneven_look,
        commands: || [on(SHUNTED, AIR), vec![Command::HoldBeside], on(UNEVEN, AIR)].concat(),
    },
    Try {
        button: words::help::try_oxygen,
        look: words::help::try_oxygen_look,
        commands: || [on(SHUNTED, 1.0), vec![Command::HoldBeside], on(UNEVEN, 1.0)].concat(),
    },
];

/// Oxygen in air.
const AIR: f64 = 0.21;

/// A patient of the pair on an inspired oxygen.
fn on(id: &str, fio2_frac: f64) -> Vec<Command> {
    vec![Command::LoadBuiltin(id.to_owned()), Command::Set(ParamId::Fio2, fio2_frac)]
}

/// Shows the keys when theirs is pressed.
pub(in crate::gui) fn shortcuts(ui: &Ui, panel: &mut PanelState) {
    if pressed(ui, Act::Help, panel.choices.single_keys) {
        panel.page.overlay = if panel.page.overlay == Some(Overlay::Keys) { None } else { Some(Overlay::Keys) };
    }
}

/// The menu of help.
pub(super) fn menu(ui: &mut Ui, theme: &Theme, panel: &mut PanelState) {
    let button = Button::new(RichText::new("?").font(theme.bold(13.0)));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(theme.size(180.0));
        let keys = words::help::keys_shown(binding(Act::Help).text(ui.ctx()));
        if ui.button(keys).accessible_name(words::help::keys()).clicked() {
            panel.page.overlay = Some(Overlay::Keys);
            ui.close();
        }
        if ui.button(words::help::first_steps()).clicked() {
            panel.choices.welcome = true;
            ui.close();
        }
        if ui.button(words::help::glossary()).clicked() {
            panel.page.overlay = Some(Overlay::Glossary);
            ui.close();
        }
        if ui.button(words::help::about()).clicked() {
            panel.page.overlay = Some(Overlay::About);
            ui.close();
        }
    });
    response.on_hover_text(words::help::help_hint()).accessible_name(words::help::help());
}

/// Shows what lies over the page, until it is closed.
pub(in crate::gui) fn overlay(ui: &Ui, theme: &Theme, panel: &mut PanelState) {
    let Some(overlay) = panel.page.overlay else { return };
    let modal = Modal::new(Id::unique("overlay")).frame(theme.panel_frame().inner_margin(20)).show(ui.ctx(), |ui| {
        match overlay {
            Overlay::Keys => keys(ui, theme, panel.told.page),
            Overlay::About => about(ui, theme),
            Overlay::Glossary => glossary(ui, theme, panel.choices.settings.units),
        }
        ui.add_space(8.0);
        ui.button(words::common::close()).clicked()
    });
    if modal.inner || modal.should_close() {
        panel.page.overlay = None;
    }
}

fn keys(ui: &mut Ui, theme: &Theme, page: Page) {
    ui.set_width(theme.size(560.0).min(ui.ctx().content_rect().width() - 80.0));
    ui.label(RichText::new(words::help::keys()).font(theme.bold(18.0)).color(theme.text));
    let height = ui.ctx().content_rect().height() - theme.size(170.0);
    let listed =
        |keys: &'static [(Word, Word)]| keys.iter().map(|(keys, what)| (keys().to_owned(), what())).collect::<Vec<_>>();
    let bound = |is_there: &dyn Fn(&[Page]) -> bool| {
        let there = BINDINGS.iter().filter(|binding| is_there(binding.pages));
        there.map(|binding| (binding.text(ui.ctx()), (binding.what)())).collect::<Vec<_>>()
    };
    let on = |page: Page| bound(&|pages| pages.contains(&page));
    let everywhere = [bound(&|pages| pages.is_empty()), listed(&OF_CONTROLS)].concat();
    let mut groups = vec![
        (words::help::keys_everywhere(), None, everywhere),
        (words::help::keys_of_explore(), Some(Page::Explore), on(Page::Explore)),
        (words::help::keys_of_compare(), Some(Page::Compare), [on(Page::Compare), listed(&OF_COMPARE)].concat()),
        (words::help::keys_of_decks(), Some(Page::Lecture), listed(&OF_A_DECK)),
    ];
    // Those of the page that is shown first.
    groups.sort_by_key(|(_, of, _)| *of != Some(page));
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for (heading, _, rows) in groups {
            ui.add_space(4.0);
            ui.label(RichText::new(heading).font(theme.bold(15.0)).color(theme.accent));
            Grid::new(heading).num_columns(2).spacing(vec2(theme.size(24.0), 5.0)).show(ui, |ui| {
                for (keys, what) in rows {
                    ui.label(RichText::new(keys).font(theme.bold(13.0)).color(theme.text));
                    ui.label(RichText::new(what).font(theme.font(13.0)).color(theme.weak));
                    ui.end_row();
                }
            });
        }
        let note = words::help::keys_note();
        ui.add_space(6.0);
        ui.label(RichText::new(note).font(theme.font(12.0)).color(theme.weak));
    });
}

/// Words and letters of the page that are no number of the strip.
const WORDS: [(Word, Word); 17] = [
    (words::common::fio2, words::help::glossary_fio2),
    (words::common::peep, words::help::glossary_peep),
    (words::help::vq, words::help::glossary_vq),
    (words::help::mixed_venous, words::help::glossary_mixed_venous),
    (words::help::arterial, words::help::glossary_arterial),
    (words::help::end_capillary, words::help::glossary_end_capillary),
    (words::help::inspired, words::help::glossary_inspired),
    (words::help::ideal, words::help::glossary_ideal),
    (words::help::alveolar, words::help::glossary_alveolar),
    (words::common::pao2_ideal, words::help::glossary_po2_alv),
    (words::help::p50, words::help::glossary_p50),
    (words::help::true_shunt, words::help::glossary_true_shunt),
    (words::help::venous_admixture, words::help::glossary_venous_admixture),
    (words::help::iso_shunt_line, words::help::glossary_iso_shunt_line),
    (words::help::dead_space, words::help::glossary_dead_space),
    (words::help::alveolar_dead_space, words::help::glossary_alveolar_dead_space),
    (words::help::not_steady, words::help::glossary_not_steady),
];

/// What the names on the page mean.
fn glossary(ui: &mut Ui, theme: &Theme, units: DisplayUnits) {
    ui.set_width(theme.size(680.0).min(ui.ctx().content_rect().width() - 80.0));
    ui.label(RichText::new(words::help::glossary()).font(theme.bold(18.0)).color(theme.text));
    let height = ui.ctx().content_rect().height() - theme.size(150.0);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = theme.size(7.0);
        let name = theme.size(190.0);
        let vitals = strip::VITALS.iter().chain(&strip::OF_LAYERS).map(|vital| (vital.label, vital.hint));
        for (word, meaning) in WORDS.into_iter().chain(vitals).map(|(word, meaning)| (word(), meaning())) {
            // A meaning of two lines begins where its word stands.
            ui.horizontal_top(|ui| {
                ui.spacing_mut().interact_size.y = 0.0;
                let from = ui.cursor().left();
                ui.label(RichText::new(word).font(theme.bold(13.0)).color(theme.text));
                ui.add_space(from + name - ui.cursor().left());
                let text = RichText::new(units.prose(meaning).into_owned()).font(theme.font(13.0)).color(theme.weak);
                ui.add(eframe::egui::Label::new(text).wrap());
            });
        }
    });
}

fn about(ui: &mut Ui, theme: &Theme) {
    ui.set_width(theme.size(460.0));
    let title = words::help::about_title(env!("CARGO_PKG_VERSION"));
    ui.label(RichText::new(title).font(theme.bold(18.0)).color(theme.text));
    ui.label(RichText::new(env!("CARGO_PKG_DESCRIPTION")).font(theme.font(13.0)).color(theme.text));
    let warning = words::help::about_warning();
    ui.label(RichText::new(warning).font(theme.bold(13.0)).color(theme.danger));
    let licence = words::help::about_licence(env!("CARGO_PKG_LICENSE"));
    ui.label(RichText::new(licence).font(theme.font(13.0)).color(theme.weak));
}

/// First steps: what is seen here, and three things to try.
pub(super) fn welcome(ui: &mut Ui, theme: &Theme, panel: &mut PanelState, commands: &mut Vec<Command>) {
    let rect = ui.max_rect();
    theme.panel_frame().show(ui, |ui| {
        fill(ui, rect);
        ui.horizontal(|ui| {
            ui.label(RichText::new(words::help::first_steps()).font(theme.bold(15.0)).color(theme.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button(words::help::close_first_steps()).clicked() {
                    panel.choices.welcome = false;
                }
            });
        });
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| steps(ui, theme, panel, commands));
    });
}

/// What is seen on the left and what to try on the right, so that no button waits below the edge of a low window; in a
/// narrow one below one another.
fn steps(ui: &mut Ui, theme: &Theme, panel: &mut PanelState, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 5.0;
    let width = ui.available_width();
    if width < theme.size(700.0) {
        sentences(ui, theme);
        ui.add_space(2.0);
        tries(ui, theme, panel, commands);
        return;
    }
    ui.horizontal_top(|ui| {
        let left = (0.38 * width).round();
        ui.vertical(|ui| {
            ui.set_width(left);
            sentences(ui, theme);
        });
        ui.add_space(8.0);
        ui.vertical(|ui| {
            ui.set_width(width - left - 24.0);
            tries(ui, theme, panel, commands);
        });
    });
}

fn sentences(ui: &mut Ui, theme: &Theme) {
    for sentence in SENTENCES {
        ui.label(RichText::new(sentence()).font(theme.font(13.0)).color(theme.text));
    }
}

fn tries(ui: &mut Ui, theme: &Theme, panel: &mut PanelState, commands: &mut Vec<Command>) {
    // Page Compare as it opens.
    if try_line(ui, theme, 1, words::help::try_riddle(), words::help::try_riddle_look()) {
        panel.sent.page = Some(Page::Compare);
    }
    for (index, one) in TRIES.iter().enumerate() {
        if try_line(ui, theme, index + 2, (one.button)(), (one.look)()) {
            commands.extend((one.commands)());
        }
    }
}

/// A thing to try; whether it was taken.
fn try_line(ui: &mut Ui, theme: &Theme, number: usize, button: &str, look: &str) -> bool {
    let shown = ui.horizontal(|ui| {
        let text = RichText::new(format!("{number}  {button}")).font(theme.bold(13.0));
        let entry = Button::new(text).min_size(vec2(theme.size(334.0), 0.0));
        let taken = ui.add(entry).on_hover_text(look).accessible_name(button).clicked();
        // In two lines, or on hover alone.
        if ui.available_width() > theme.size(210.0) {
            let look = RichText::new(words::help::look_at(look)).font(theme.font(12.0)).color(theme.weak);
            ui.add(eframe::egui::Label::new(look).wrap());
        }
        taken
    });
    shown.inner
}
