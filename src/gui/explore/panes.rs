//! F6: the focus goes from pane to pane, to the first control of each.

use eframe::egui::{FocusDirection, Id, Rect, Sense, Ui, Vec2};

use super::{PANES, PanelState};
use crate::gui::keys::{Act, pressed};

/// Sends the focus to the next pane, or the one before, when their keys are pressed.
pub(super) fn shortcuts(ui: &Ui, panel: &mut PanelState) {
    let back = pressed(ui, Act::PaneBefore, true);
    if !back && !pressed(ui, Act::NextPane, true) {
        return;
    }
    let focused = ui.ctx().memory(|memory| memory.focused());
    let at = focused.and_then(|id| ui.ctx().read_response(id)).map(|response| response.rect.center());
    let here = at.and_then(|at| panel.frame.panes.iter().position(|pane| pane.is_some_and(|pane| pane.contains(at))));
    let there: Vec<usize> = (0..PANES).filter(|pane| panel.frame.panes[*pane].is_some()).collect();
    let place = here.and_then(|here| there.iter().position(|pane| *pane == here));
    let next = match (place, back) {
        (None, false) => 0,
        (None, true) => there.len().saturating_sub(1),
        (Some(place), false) => (place + 1) % there.len(),
        (Some(place), true) => (place + there.len() - 1) % there.len(),
    };
    panel.frame.going_to = there.get(next).map(|pane| (*pane, 0));
}

/// A pane begins: where the focus goes to it, its first control gets it. An anchor before all its controls takes the
/// focus in one frame and hands it on in the next, as the Tab key does.
pub(super) fn begin(ui: &Ui, panel: &mut PanelState, pane: usize) {
    let rect = ui.max_rect();
    panel.frame.panes[pane] = rect.is_positive().then_some(rect);
    let Some((_, frames)) = panel.frame.going_to.filter(|(to, _)| *to == pane) else { return };
    if frames > 0 {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::Next));
        panel.frame.going_to = None;
    }
    let place = Rect::from_min_size(rect.min, Vec2::ZERO);
    let anchor = ui.interact(place, Id::unique(("pane", pane)), Sense::focusable_noninteractive());
    if frames == 0 {
        anchor.request_focus();
        panel.frame.going_to = Some((pane, 1));
        ui.ctx().request_repaint();
    }
}
