//! Moves at the bedside: what can be done, what is under way, what each has changed and at what price.

use eframe::egui::{Button, Rect, RichText, Role, ScrollArea, Ui, WidgetInfo, vec2};

use super::within;

use crate::{
    app::{Command, Session, effect::Effect},
    figure::trends::{clock, span},
    gui::theme::{GRID, Theme},
    sim::{
        play::moves::{Move, MoveError, MoveKind},
        play::run::time_of_step_s,
    },
    text::{
        display_units::DisplayUnits,
        words::{self, Word},
    },
};

/// Headings, in the order in which they are shown.
const HEADINGS: [Word; 6] = [
    words::moves::recruit,
    words::moves::position,
    words::moves::vessels,
    words::moves::circulation,
    words::moves::lung_and_body,
    words::moves::membrane_lung,
];

/// Under which heading a move stands.
fn heading(kind: MoveKind) -> usize {
    use MoveKind as K;
    match kind {
        K::SustainedInflation | K::Staircase | K::PeepTrial | K::Disconnect => 0,
        K::Prone | K::Supine | K::SickSideDown | K::SickSideUp | K::Upright => 1,
        K::InhaledNo
        | K::StopInhaledNo
        | K::InhaledProstacyclin
        | K::StopInhaledProstacyclin
        | K::IvVasodilator
        | K::StopIvVasodilator => 2,
        K::Transfuse | K::Leukodepletion | K::Fluid | K::Diuresis | K::Vasopressor | K::Inotrope | K::BetaBlocker => 3,
        K::Suction | K::OneLung | K::TwoLungs | K::Paralyse | K::EndParalysis | K::Sedate | K::Cool | K::Warm => 4,
        K::SweepOff | K::LungRest | K::FlowDown | K::ExchangeMembrane | K::Flush | K::Reposition => 5,
    }
}

/// Whether a move is shown only where it can be made: those that take another back, and those on a membrane lung.
fn only_where_possible(kind: MoveKind) -> bool {
    use MoveKind as K;
    matches!(
        kind,
        K::StopInhaledNo
            | K::StopInhaledProstacyclin
            | K::StopIvVasodilator
            | K::EndParalysis
            | K::TwoLungs
            | K::Supine
            | K::SweepOff
            | K::LungRest
            | K::FlowDown
            | K::ExchangeMembrane
            | K::Flush
            | K::Reposition
            | K::Leukodepletion
    )
}

/// Why a move cannot be made now.
fn refused(session: &Session, made: Move) -> Option<String> {
    let under_way = session.in_time().and_then(|run_view| run_view.run().under_way());
    if let Some((other, _)) = under_way {
        let [label, under_way] = [made, other].map(|made| made.kind.label());
        return Some(MoveError::UnderWay { label, under_way }.to_string());
    }
    made.plan(&session.now().params).err().map(|error| error.to_string())
}

/// Shows the panel's contents over the whole of what is left of `ui`: what can be done, and beside or above it what has
/// come of it, so that no button moves away from under a pointer.
pub(super) fn moves(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    under_way(ui, theme, session);
    let area = ui.available_rect_before_wrap();
    if session.effects().is_empty() || session.now().outcome.is_err() {
        within(ui, area, |ui| scrolling(ui, "moves", |ui| buttons(ui, theme, session, units, commands)));
        return;
    }
    let beside = area.width() > theme.size(540.0);
    let (told, offered) = if beside {
        let (left, right) = area.split_left_right_at_fraction(0.58);
        (right, Rect::from_min_max(left.min, left.max - vec2(GRID, 0.0)))
    } else {
        let (top, bottom) = area.split_top_bottom_at_fraction(0.45);
        (Rect::from_min_max(top.min, top.max - vec2(0.0, GRID / 2.0)), bottom)
    };
    within(ui, told, |ui| scrolling(ui, "effects", |ui| effects(ui, theme, session, units)));
    within(ui, offered, |ui| scrolling(ui, "moves", |ui| buttons(ui, theme, session, units, commands)));
}

fn scrolling(ui: &mut Ui, salt: &str, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(salt).auto_shrink(false).show(ui, add);
}

fn buttons(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    for (index, title) in HEADINGS.iter().enumerate() {
        let offered = |kind: &MoveKind| !only_where_possible(*kind) || refused(session, kind.usual()).is_none();
        if !MoveKind::ALL.iter().any(|kind| heading(*kind) == index && offered(kind)) {
            continue;
        }
        weak(ui, theme, title());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            ui.spacing_mut().button_padding = vec2(7.0, 2.0);
            ui.spacing_mut().interact_size.y = theme.size(24.0);
            for kind in MoveKind::ALL.iter().copied().filter(|kind| heading(*kind) == index) {
                button(ui, theme, session, kind, units, commands);
            }
        });
    }
}

fn weak(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
}

fn button(
    ui: &mut Ui,
    theme: &Theme,
    session: &Session,
    kind: MoveKind,
    units: DisplayUnits,
    commands: &mut Vec<Command>,
) {
    let made = kind.usual();
    let refused = refused(session, made);
    if refused.is_some() && only_where_possible(kind) {
        return;
    }
    let button = Button::new(RichText::new(kind.label()).font(theme.font(12.0)));
    let response = ui.add_enabled(refused.is_none(), button);
    let (text, refused) = (units.prose(kind.text()), refused.map(|why| units.prose(&why).into_owned()));
    let told = refused.as_deref().unwrap_or(&text).to_owned();
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(told));
    if response.clicked() {
        commands.push(Command::Make(made));
    }
    let response = response.on_hover_text(&*text);
    if let Some(why) = refused {
        response.on_disabled_hover_text(format!("{text}\n{why}"));
    }
}

/// The move that goes on, with the time left.
fn under_way(ui: &mut Ui, theme: &Theme, session: &Session) {
    let Some(run_view) = session.in_time() else { return };
    let Some((made, end)) = run_view.run().under_way() else { return };
    let left = span(time_of_step_s(end) - run_view.time_s());
    let text = words::moves::under_way_shown(made.kind.label(), left);
    let response = ui.label(RichText::new(&text).font(theme.bold(12.0)).color(theme.accent));
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, words::moves::under_way()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(text));
}

/// What the last moves have changed, the latest first.
fn effects(ui: &mut Ui, theme: &Theme, session: &Session, units: DisplayUnits) {
    let Ok(now) = &session.now().outcome else { return };
    for (index, effect) in session.effects().iter().rev().enumerate() {
        let name = effect.made.kind.label();
        let title = match effect.begun_s.map(clock) {
            Some(begun) if effect.goes_on() => words::moves::at_so_far(name, begun),
            Some(begun) => words::moves::at(name, begun),
            None => name.to_owned(),
        };
        // The others by their shunt alone.
        let most = if index == 0 { usize::MAX } else { 1 };
        theme.panel_frame().fill(theme.raised).inner_margin(6).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(RichText::new(title).font(theme.bold(12.0)).color(theme.text));
            price(ui, theme, session, effect, units);
            for changed in effect.changes(now).into_iter().take(most) {
                let [before, after] = [changed.before, changed.after].map(|value| changed.judged.text(value, units));
                let same = before == after;
                let colour = if same { theme.weak } else { theme.text };
                let text = format!("{}: {}", changed.judged.label(), changed.text(units));
                ui.label(RichText::new(text).font(theme.font(12.0)).color(colour));
            }
        });
    }
}

fn price(ui: &mut Ui, theme: &Theme, session: &Session, effect: &Effect, units: DisplayUnits) {
    let Ok(now) = &session.now().outcome else { return };
    for price in effect.prices(now, session.worst()) {
        let text = format!("⚠ {}", units.prose(&price));
        ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.danger));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_heading_has_moves() {
        for (index, title) in HEADINGS.iter().enumerate() {
            assert!(MoveKind::ALL.iter().any(|kind| heading(*kind) == index), "{}", title());
        }
    }
}
