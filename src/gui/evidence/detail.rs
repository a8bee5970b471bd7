//! The chosen claim: what the source says, what the model gives, of whom, and the doors to him.

use eframe::egui::{
    Button, CornerRadius, Frame, Margin, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::marks::{filled_panel, inside_colour, mark, outside_colour, range_bar};
use crate::{
    app::{
        Page,
        page::evidence::{self, Doors, EvidencePage, Scale, Standing},
    },
    draw::plot,
    figure::Figure,
    gui::{
        explore::{PanelState, within},
        scene,
        theme::Theme,
    },
    scenario::{
        claims::{Basis, Claim, Evidence},
        sought::Sought,
    },
    text::{subscripted, words},
};

/// Room for the doors at the bottom, at scale 1.
const DOORS: f32 = 40.0;
/// Least height of the plot, and most, at scale 1.
const PLOT: f32 = 210.0;
const MOST_PLOT: f32 = 320.0;
/// Width that the doors with whole names need, at scale 1.
const ROOM_FOR_DOORS: f32 = 400.0;

pub(super) fn detail(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage, panel: &mut PanelState) {
    let (index, claim) = page.chosen();
    filled_panel(ui, theme, |ui| {
        let whole = ui.max_rect();
        let (upper, lower) = whole.split_top_bottom_at_y(whole.bottom() - theme.size(DOORS));
        within(ui, upper, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                told(ui, theme, claim, page.standing(index), page.doors(), panel);
                plotted(ui, theme, page.plot(panel.choices.settings.units));
            });
        });
        within(ui, Rect::from_min_max(pos2(lower.left(), lower.top() + 6.0), lower.max), |ui| {
            leads_to(ui, theme, page.doors(), panel);
        });
    });
}

fn told(ui: &mut Ui, theme: &Theme, claim: &Claim, standing: &Standing, doors: &Doors, panel: &PanelState) {
    let units = panel.choices.settings.units;
    let scale = Scale::of(claim, units);
    let prose = |text: &str| subscripted(&units.prose(text));
    let text = |ui: &mut Ui, words: String| {
        ui.label(RichText::new(words).font(theme.font(13.0)).color(theme.text));
    };
    let caption = |ui: &mut Ui, words: &str| {
        ui.add_space(theme.size(4.0));
        ui.label(RichText::new(words).font(theme.font(12.0)).color(theme.weak));
    };
    ui.spacing_mut().item_spacing.y = 3.0;
    ui.label(RichText::new(prose(&claim.claim)).font(theme.bold(15.0)).color(theme.text));
    text(ui, prose(&claim.published.words));
    caption(ui, words::evidence::published());
    text(ui, format!("{} ({})", scale.range(claim), claim.published.how.label()));
    caption(ui, words::evidence::model_now());
    model_now(ui, theme, &scale, standing);
    let (bar, _) =
        ui.allocate_exact_size(vec2(ui.available_width().min(theme.size(320.0)), theme.size(22.0)), Sense::hover());
    range_bar(ui, theme, bar, claim, standing);
    if let (Standing::Outside(_), Some(reason)) = (standing, &claim.outside) {
        text(ui, prose(&words::evidence::outside_because(reason)));
    }
    if let Standing::NoNumber(reason) = standing {
        text(ui, prose(&reason.to_string()));
    }
    caption(ui, words::evidence::basis());
    let basis = match claim.basis {
        Basis::Predicted => words::evidence::predicted_basis(),
        Basis::Tuned => words::evidence::tuned_basis(),
    };
    text(ui, basis.to_owned());
    caption(ui, words::evidence::source());
    text(ui, evidence::known(claim));
    match &claim.sought {
        Sought::Patient(asked) => {
            caption(ui, words::evidence::patient());
            text(ui, prose(&asked.patient.title));
        }
        Sought::Formula(computed) => {
            caption(ui, words::evidence::formula());
            text(ui, prose(computed.formula.title));
            ui.label(RichText::new(computed.formula.equation).font(theme.font(12.0)).color(theme.weak));
        }
    }
    chips(ui, theme, &doors.settings);
    caption(ui, words::evidence::fails());
    text(ui, prose(&claim.fails_when));
    if claim.evidence == Evidence::Recalled {
        caption(ui, words::evidence::hollow());
    }
}

/// The claim's number over what it rests on, as soon as it is worked out.
fn plotted(ui: &mut Ui, theme: &Theme, figure: Option<&Figure>) {
    ui.add_space(theme.size(6.0));
    let room = vec2(ui.available_width(), theme.size(PLOT).max(ui.available_height().min(theme.size(MOST_PLOT))));
    let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
    let Some(figure) = figure else {
        let words = words::evidence::plot_grows();
        let galley = ui.painter().layout_no_wrap(words.to_owned(), theme.font(12.0), theme.weak);
        ui.painter().galley(rect.min, galley, theme.weak);
        return;
    };
    let palette = theme.name.palette();
    let scale = theme.type_scale / palette.type_scale;
    let drawn = plot::scene(figure, palette, [rect.width(), rect.height()], scale).scene;
    scene::paint(&ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())), theme, &drawn, rect.min);
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, words::evidence::plot()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(figure.text.as_str()));
}

fn model_now(ui: &mut Ui, theme: &Theme, scale: &Scale<'_>, standing: &Standing) {
    ui.horizontal(|ui| {
        let number = standing.value().map_or_else(|| "–".to_owned(), |value| scale.text(value));
        ui.label(RichText::new(number).font(theme.bold(20.0)).color(theme.text));
        let (rect, _) = ui.allocate_exact_size(vec2(theme.size(14.0), theme.size(20.0)), Sense::hover());
        mark(ui, theme, rect.center(), standing, true);
        let colour = match standing {
            Standing::Inside(_) => inside_colour(theme),
            Standing::Outside(_) => outside_colour(theme),
            Standing::Open | Standing::NoNumber(_) => theme.weak,
        };
        ui.label(RichText::new(standing.word()).font(theme.bold(13.0)).color(colour));
    });
}

/// What is set, each in a frame of its own.
fn chips(ui: &mut Ui, theme: &Theme, settings: &[String]) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme.size(4.0), theme.size(4.0));
        let margin = Margin::symmetric(theme.size(8.0) as i8, theme.size(2.0) as i8);
        for setting in settings {
            Frame::new()
                .fill(theme.raised)
                .stroke(Stroke::new(1.0, theme.stroke))
                .corner_radius(CornerRadius::same(6))
                .inner_margin(margin)
                .show(ui, |ui| ui.label(RichText::new(setting).font(theme.font(12.0)).color(theme.text)));
        }
    });
}

/// The way to the patient, and the command that computes it again.
fn leads_to(ui: &mut Ui, theme: &Theme, doors: &Doors, panel: &mut PanelState) {
    // A narrow panel has room for a word each.
    let short = ui.available_width() < theme.size(ROOM_FOR_DOORS);
    let named = |long: &'static str, word: &'static str| if short { word } else { long };
    ui.horizontal(|ui| {
        if let Some(patient) = &doors.patient {
            let words = RichText::new(named(words::evidence::open_in_explore(), words::pages::explore()));
            let button = Button::new(words.font(theme.bold(13.0)).color(theme.background)).fill(theme.accent);
            let hint = words::evidence::open_in_explore_hint();
            if ui.add(button).accessible_name(words::evidence::open_in_explore()).on_hover_text(hint).clicked() {
                panel.sent.patient = Some(Box::new(patient.clone()));
                panel.sent.page = Some(Page::Explore);
            }
        }
        if let Some(patients) = &doors.beside {
            let hint = words::evidence::open_in_compare_hint();
            let button = ui
                .button(named(words::evidence::open_in_compare(), words::pages::compare()))
                .accessible_name(words::evidence::open_in_compare());
            if button.on_hover_text(hint).clicked() {
                panel.sent.beside = Some(patients.clone());
                panel.sent.page = Some(Page::Compare);
            }
        }
        let button = ui
            .button(named(words::evidence::copy_command(), words::evidence::command()))
            .accessible_name(words::evidence::copy_command());
        if button.on_hover_text(doors.command_line.as_str()).clicked() {
            ui.ctx().copy_text(doors.command_line.clone());
        }
    });
}
