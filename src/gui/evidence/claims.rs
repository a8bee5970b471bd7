//! The claims: groups, rows with their range and the model's number in it.

use eframe::egui::{
    Color32, CornerRadius, Pos2, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{
    detail,
    marks::{filled_panel, mark, outside_colour, range_bar},
};
use crate::{
    app::page::evidence::{self, EvidencePage, Scale, Standing},
    gui::{
        explore::{PanelState, within},
        theme::{GRID, Theme},
        widgets::{keep_in_sight, paint_line},
    },
    scenario::claims::{Claim, Count, Evidence, Group},
    text::{display_units::DisplayUnits, subscripted, words},
};

/// Height of a row, at scale 1.
const ROW: f32 = 23.0;

/// Groups left, rows in the middle, the chosen claim right.
pub(super) fn claims(ui: &mut Ui, theme: &Theme, body: Rect, page: &mut EvidencePage, panel: &mut PanelState) {
    let groups_width = (body.width() * 0.155).clamp(theme.size(205.0), theme.size(240.0));
    let detail_width = (body.width() * 0.31).clamp(theme.size(290.0), theme.size(470.0));
    let (left, rest) = body.split_left_right_at_x(body.left() + groups_width);
    let (middle, right) = rest.split_left_right_at_x(rest.right() - detail_width);
    let units = panel.choices.settings.units;
    within(ui, left, |ui| groups(ui, theme, page));
    within(ui, middle.shrink2(vec2(GRID, 0.0)), |ui| rows(ui, theme, page, units));
    within(ui, right, |ui| detail::detail(ui, theme, page, panel));
}

fn groups(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage) {
    filled_panel(ui, theme, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.label(RichText::new(words::evidence::groups()).font(theme.bold(15.0)).color(theme.text));
            let all = std::iter::once(None).chain(Group::ALL.iter().copied().map(Some));
            for group in all {
                if group_row(ui, theme, group, page.count(group), page.group == group) {
                    page.show_group(group);
                }
            }
            ui.add_space(6.0);
            ui.separator();
            let tally = page.tally();
            pair(ui, theme, words::evidence::predicted(), &inside_of(tally.predicted));
            pair(ui, theme, words::evidence::tuned_to(), &inside_of(tally.tuned));
            note(ui, theme, words::evidence::predicted_hint());
            ui.separator();
            pair(ui, theme, words::evidence::bands(), &evidence::bands_of_patients().to_string());
            note(ui, theme, words::evidence::bands_hint());
            ui.separator();
            ui.label(RichText::new(words::evidence::read_as()).font(theme.bold(13.0)).color(theme.text));
            legend(ui, theme, words::evidence::inside(), |ui, at| mark(ui, theme, at, &Standing::Inside(0.0), true));
            legend(ui, theme, words::evidence::outside(), |ui, at| mark(ui, theme, at, &Standing::Outside(0.0), true));
            legend(ui, theme, words::evidence::recalled(), |ui, at| mark(ui, theme, at, &Standing::Inside(0.0), false));
            ui.add_space(4.0);
            note(ui, theme, words::evidence::range_hint());
        });
    });
}

fn inside_of(count: Count) -> String {
    words::evidence::inside_of(count.inside, count.all)
}

fn note(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).font(theme.font(12.0)).color(theme.weak));
}

/// A name on the left, a number on the right.
fn pair(ui: &mut Ui, theme: &Theme, name: &str, value: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(20.0)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
    let baseline = rect.top() + theme.size(14.0);
    let name = ui.painter().layout_no_wrap(name.to_owned(), theme.font(12.0), theme.text);
    let value = ui.painter().layout_no_wrap(value.to_owned(), theme.font(12.0), theme.text);
    let right = rect.right() - value.size().x;
    paint_line(ui.painter(), pos2(rect.left(), baseline), name);
    paint_line(ui.painter(), pos2(right, baseline), value);
}

fn legend(ui: &mut Ui, theme: &Theme, text: &str, paint: impl FnOnce(&Ui, Pos2)) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(20.0)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint(ui, pos2(rect.left() + theme.size(7.0), rect.center().y));
    let text = ui.painter().layout_no_wrap(text.to_owned(), theme.font(12.0), theme.text);
    paint_line(ui.painter(), pos2(rect.left() + theme.size(20.0), rect.top() + theme.size(14.0)), text);
}

/// A group as something to press; whether it was.
fn group_row(ui: &mut Ui, theme: &Theme, group: Option<Group>, count: Count, on: bool) -> bool {
    let name = group.map_or(words::evidence::all_groups(), Group::label);
    let value = if count.all == 0 { words::evidence::open_to_run().to_owned() } else { inside_of(count) };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(26.0)), Sense::click());
    keep_in_sight(ui, &response, rect);
    response.widget_info(|| {
        WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, words::evidence::group(name, &value))
    });
    let fill = if on {
        theme.selection()
    } else if response.hovered() {
        theme.raised
    } else {
        Color32::TRANSPARENT
    };
    let ring = if response.has_focus() { theme.focus_stroke() } else { Stroke::NONE };
    ui.painter().rect(rect, CornerRadius::same(6), fill, ring, StrokeKind::Inside);
    let baseline = rect.top() + theme.size(17.0);
    let font = if on { theme.bold(13.0) } else { theme.font(13.0) };
    let name = ui.painter().layout_no_wrap(name.to_owned(), font, theme.text);
    let colour = if count.inside < count.all { outside_colour(theme) } else { theme.weak };
    let value = ui.painter().layout_no_wrap(value, theme.font(12.0), colour);
    let right = rect.right() - value.size().x - theme.size(8.0);
    paint_line(ui.painter(), pos2(rect.left() + theme.size(8.0), baseline), name);
    paint_line(ui.painter(), pos2(right, baseline), value);
    response.clicked()
}

fn rows(ui: &mut Ui, theme: &Theme, page: &mut EvidencePage, units: DisplayUnits) {
    filled_panel(ui, theme, |ui| {
        let columns = Columns::of(ui.max_rect(), theme);
        head(ui, theme, &columns);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let mut last = None;
            let mut chosen = None;
            let shown: Vec<_> = page.shown().collect();
            if shown.is_empty() {
                ui.label(RichText::new(words::evidence::none_found()).font(theme.font(13.0)).color(theme.weak));
            }
            for (index, claim) in shown {
                if last.replace(claim.group) != Some(claim.group) {
                    ui.add_space(theme.size(4.0));
                    ui.label(RichText::new(claim.group.label()).font(theme.bold(13.0)).color(theme.accent));
                }
                if row(ui, theme, &columns, claim, page.standing(index), index == page.chosen().0, units) {
                    chosen = Some(index);
                }
            }
            if let Some(index) = chosen {
                page.choose(index);
            }
        });
    });
}

/// Where the columns of the rows stand, from the left edge.
struct Columns {
    /// Ends of the name, of the bar, of the number, of its unit.
    name: f32,
    bar: f32,
    number: f32,
    unit: f32,
}

impl Columns {
    fn of(rect: Rect, theme: &Theme) -> Columns {
        // A bar of scrolling stands at the right.
        let width = rect.width() - theme.size(12.0);
        Columns { name: width * 0.39, bar: width * 0.505, number: width * 0.61, unit: width * 0.73 }
    }
}

fn head(ui: &mut Ui, theme: &Theme, columns: &Columns) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(20.0)), Sense::hover());
    let baseline = rect.top() + theme.size(14.0);
    let words = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), theme.font(12.0), theme.weak);
    let at = |x: f32| pos2(rect.left() + x, baseline);
    paint_line(ui.painter(), at(theme.size(4.0)), words(words::evidence::claim()));
    let (range, now) = (words(words::evidence::range()), words(words::evidence::now()));
    let [range_left, left] = [columns.name + theme.size(8.0), columns.number - now.size().x];
    if range_left + range.size().x + theme.size(6.0) < left {
        paint_line(ui.painter(), at(range_left), range);
    }
    paint_line(ui.painter(), at(left), now);
    let source = words(words::evidence::source());
    let left = rect.width() - theme.size(12.0) - source.size().x;
    paint_line(ui.painter(), at(left), source);
}

/// A claim as something to press; whether it was.
fn row(
    ui: &mut Ui,
    theme: &Theme,
    columns: &Columns,
    claim: &Claim,
    standing: &Standing,
    on: bool,
    units: DisplayUnits,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(ROW)), Sense::click());
    keep_in_sight(ui, &response, rect);
    let scale = Scale::of(claim, units);
    let shown = standing.value().map(|value| scale.text(value));
    response.widget_info(|| {
        let value = shown.as_deref().map_or_else(String::new, |value| format!("{value}, "));
        let told = words::evidence::row(&claim.claim, value, standing.word(), scale.range(claim));
        WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), on, told)
    });
    let clicked = response.clicked();
    if !ui.is_rect_visible(rect) {
        return clicked;
    }
    let fill = if on {
        theme.selection()
    } else if response.hovered() {
        theme.raised
    } else {
        Color32::TRANSPARENT
    };
    let ring = match (response.has_focus(), on) {
        (true, _) => theme.focus_stroke(),
        (false, true) => Stroke::new(1.0, theme.accent),
        (false, false) => Stroke::NONE,
    };
    ui.painter().rect(rect, CornerRadius::same(5), fill, ring, StrokeKind::Inside);
    let baseline = rect.top() + theme.size(16.0);
    let at = |x: f32| pos2(rect.left() + x, baseline);
    let truncated = |text: String, colour: Color32, points: f32, width: f32| {
        let mut job = LayoutJob::simple_singleline(text, theme.font(points), colour);
        job.wrap = TextWrapping::truncate_at_width(width.max(10.0));
        ui.painter().layout_job(job)
    };
    mark(ui, theme, pos2(rect.left() + theme.size(10.0), rect.center().y), standing, claim.evidence == Evidence::Read);
    let name_left = theme.size(24.0);
    let name = truncated(subscripted(&units.prose(&claim.claim)), theme.text, 13.0, columns.name - name_left);
    paint_line(ui.painter(), at(name_left), name);
    let bar = Rect::from_min_max(
        pos2(rect.left() + columns.name + theme.size(8.0), rect.top()),
        pos2(rect.left() + columns.bar, rect.bottom()),
    );
    range_bar(ui, theme, bar, claim, standing);
    let number = standing.value().map_or_else(|| "–".to_owned(), |value| scale.number(value));
    let number = ui.painter().layout_no_wrap(number, theme.bold(13.0), theme.text);
    let left = columns.number - number.size().x;
    paint_line(ui.painter(), at(left), number);
    let unit = truncated(scale.unit().to_owned(), theme.weak, 12.0, columns.unit - columns.number - 8.0);
    paint_line(ui.painter(), at(columns.number + theme.size(5.0)), unit);
    let right = rect.width() - theme.size(12.0);
    let source = truncated(evidence::short_source(claim), theme.weak, 12.0, right - columns.unit);
    let left = right - source.size().x;
    paint_line(ui.painter(), at(left), source);
    clicked
}
