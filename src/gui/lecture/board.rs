//! What a class said of a case: thirty ranges, and the truth laid over them when it is asked for.

use eframe::egui::{
    Align2, CornerRadius, FontId, Pos2, Rect, Role as NodeRole, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::{
    app::class_lines::ClassBoard,
    gui::theme::{GRID, Theme},
    text::{capitalised, words},
};

/// Window that the sizes below are made for, points.
const MADE_FOR: [f32; 2] = [1440.0, 810.0];
/// Least type that a hall reads, and least of an axis, pixels.
const LEAST: f32 = 24.0;
const LEAST_OF_AXES: f32 = 20.0;
/// Least end of the axis, percent, and the step of its ticks.
const LEAST_END: f64 = 40.0;
const TICK: usize = 10;

/// Shows the board over the whole of `ui`.
pub fn board_ui(ui: &mut Ui, theme: &Theme, board: &ClassBoard) {
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole.expand(GRID), 0.0, theme.background);
    let scale = (whole.width() / MADE_FOR[0]).min(whole.height() / MADE_FOR[1]).max(0.4);
    let page = Page { theme, board, scale };
    page.show(ui, whole.shrink2(vec2(40.0 * scale, 22.0 * scale)));
    let response = ui.interact(whole, ui.scope_id().with("class board"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(NodeRole::Figure, true, words::lecture::class_lines()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(board.words()));
}

struct Page<'p> {
    theme: &'p Theme,
    board: &'p ClassBoard,
    scale: f32,
}

impl Page<'_> {
    fn size(&self, pixels: f32, least: f32) -> f32 {
        (pixels * self.scale).max(least) / self.theme.type_scale
    }

    fn font(&self, pixels: f32) -> FontId {
        self.theme.font(self.size(pixels, LEAST))
    }

    fn bold(&self, pixels: f32) -> FontId {
        self.theme.bold(self.size(pixels, LEAST))
    }

    fn line(&self, ui: &Ui, at: Pos2, align: Align2, text: &str, font: FontId) -> Rect {
        ui.painter().text(at, align, text, font, self.theme.text)
    }

    fn show(&self, ui: &Ui, rect: Rect) {
        let (board, scale) = (self.board, self.scale);
        let title = words::lecture::class_case(board.code(), board.lines().len());
        let head = self.line(ui, rect.min, Align2::LEFT_TOP, &title, self.bold(38.0));
        let told = match (board.truth(), board.holding()) {
            (Some(truth), Some(holding)) => words::lecture::class_truth(
                truth.mechanism.label(),
                capitalised(truth.size_of.label()),
                truth.percent,
                holding,
                board.lines().len(),
            ),
            _ if board.is_growing() => words::lecture::class_case_growing().to_owned(),
            _ => board.no_truth().map_or(words::lecture::class_answers().to_owned(), words::lecture::no_truth),
        };
        let below = pos2(rect.left(), head.bottom() + 6.0 * scale);
        let said = self.line(ui, below, Align2::LEFT_TOP, &told, self.font(LEAST));
        let mut body = Rect::from_min_max(pos2(rect.left(), said.bottom() + 18.0 * scale), rect.max);
        let hint = FontId { size: 16.0_f32.max(15.0 * scale), ..self.theme.font(12.0) };
        let mut keys = words::lecture::class_keys().to_owned();
        if board.left_out() > 0 {
            keys = words::lecture::class_left_out(board.left_out(), keys);
        }
        ui.painter().text(rect.right_bottom(), Align2::RIGHT_BOTTOM, keys, hint, self.theme.weak);
        body.max.y -= 34.0 * scale;
        let (left, right) = body.split_left_right_at_x(body.left() + 0.64 * body.width());
        self.ranges(ui, left.with_max_x(left.right() - 30.0 * scale));
        self.mechanisms(ui, right);
    }

    fn ranges(&self, ui: &Ui, rect: Rect) {
        let (theme, scale) = (self.theme, self.scale);
        let lines = self.board.lines();
        let truth = self.board.truth();
        let said = lines.iter().map(|line| line.high_percent).fold(LEAST_END, f64::max);
        let end = (truth.map_or(said, |truth| truth.percent.max(said)) / TICK as f64).ceil() * TICK as f64;
        let axis = self.theme.font(self.size(20.0, LEAST_OF_AXES));
        let bottom = rect.bottom() - 1.8 * axis.size;
        let x = |percent: f64| rect.left() + 10.0 + (percent / end) as f32 * (rect.width() - 40.0 * scale);
        let top = rect.top() + 8.0;
        for percent in (0..=end as usize).step_by(TICK) {
            let at = x(percent as f64);
            let pen = Stroke::new(1.0, theme.grid);
            ui.painter().line_segment([pos2(at, top), pos2(at, bottom)], pen);
            let text = format!("{percent}{}", if percent as f64 >= end { " %" } else { "" });
            ui.painter().text(pos2(at, bottom + 4.0), Align2::CENTER_TOP, text, axis.clone(), theme.text);
        }
        let pitch = ((bottom - top) / lines.len().max(1) as f32).min(26.0 * scale);
        for (i, line) in lines.iter().enumerate() {
            let y = top + (i as f32 + 0.5) * pitch;
            let thick = (0.6 * pitch).max(2.0);
            let bar = Rect::from_min_max(
                pos2(x(line.low_percent), y - thick / 2.0),
                pos2(x(line.high_percent).max(x(line.low_percent) + 3.0), y + thick / 2.0),
            );
            let holds = truth.is_some_and(|truth| (line.low_percent..=line.high_percent).contains(&truth.percent));
            let fill = match (truth.is_some(), holds) {
                (true, false) => theme.outline,
                _ => theme.accent,
            };
            ui.painter().rect_filled(bar, CornerRadius::same(2), fill);
        }
        if let Some(truth) = truth {
            let at = x(truth.percent);
            let pen = Stroke::new(4.0 * scale, theme.channels.shunt);
            ui.painter().line_segment([pos2(at, top - 8.0), pos2(at, bottom)], pen);
        }
    }

    fn mechanisms(&self, ui: &Ui, rect: Rect) {
        let (theme, scale) = (self.theme, self.scale);
        let votes = self.board.mechanisms();
        let right = self.board.truth().map(|truth| truth.mechanism);
        let most = votes.counts().iter().copied().max().unwrap_or(0).max(1);
        let mut top = rect.top();
        for (mechanism, count) in self.board.offered().iter().zip(votes.counts()) {
            let is_right = right == Some(*mechanism);
            let font = if is_right { self.bold(LEAST) } else { self.font(LEAST) };
            let words = format!("{}{}: {count}", if is_right { "✓ " } else { "" }, mechanism.label());
            let galley = ui.painter().layout(words, font, theme.text, rect.width());
            let high = galley.size().y;
            ui.painter().galley(pos2(rect.left(), top), galley, theme.text);
            top += high + 4.0 * scale;
            let wide = rect.width() * *count as f32 / most as f32;
            let bar = Rect::from_min_size(pos2(rect.left(), top), vec2(wide.max(1.0), 18.0 * scale));
            let fill = if right.is_none() || is_right { theme.accent } else { theme.outline };
            ui.painter().rect_filled(bar, CornerRadius::same(2), fill);
            top += 44.0 * scale;
        }
    }
}
