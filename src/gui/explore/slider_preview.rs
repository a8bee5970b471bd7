//! Coloured tracks: what each position of a slider would make of the patient, and what the colours mean.

use eframe::egui::{
    Align, Color32, CornerRadius, Layout, Mesh, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::numerics::float;
use crate::{
    app::slider_preview::{Previewed, SliderPreviews},
    figure::blood_scale,
    gui::{
        theme::Theme,
        widgets::{
            controls::segmented,
            slider::{self, SliderSpec},
        },
    },
    sim::params::ParamId,
    text::{display_units::DisplayUnits, words},
};

/// Steps in which the legend blends its colours.
const STEPS: usize = 40;

/// What a column of sliders needs to colour their tracks.
#[derive(Clone, Copy)]
pub(in crate::gui) struct TrackPreview<'a> {
    pub(in crate::gui) previews: &'a SliderPreviews,
    pub(in crate::gui) previewed: Previewed,
    pub(in crate::gui) units: DisplayUnits,
    /// Whether positions are where the run goes, not what the patient is.
    pub(in crate::gui) in_time: bool,
    /// The slider that takes the focus.
    pub(in crate::gui) wanted: Option<ParamId>,
}

/// Colours of a track, and whether they are of a patient who has changed since.
pub(in crate::gui) struct Colours {
    pub(in crate::gui) colours: Vec<Option<Color32>>,
    pub(in crate::gui) faded: bool,
}

impl Colours {
    pub(in crate::gui) fn preview(&self) -> slider::SliderPreview<'_> {
        slider::SliderPreview { colours: &self.colours, faded: self.faded }
    }
}

impl TrackPreview<'_> {
    /// Colours of a slider's track; empty where nothing is known of it yet.
    pub(in crate::gui) fn colours(&self, theme: &Theme, id: ParamId) -> Colours {
        let Some(preview) = self.previews.track(id) else { return Colours { colours: Vec::new(), faded: false } };
        let number = |position: &[Option<f64>; Previewed::ALL.len()]| position[self.previewed as usize];
        let colours = preview.positions.iter().map(|position| Some(colour(theme, self.previewed, number(position)?)));
        Colours { colours: colours.collect(), faded: !preview.is_current }
    }

    /// What the position under the pointer gives: the nearest that was solved.
    pub(in crate::gui) fn told(&self, id: ParamId, share: f64) -> Option<String> {
        let preview = self.previews.track(id).filter(|preview| preview.is_current)?;
        let index = (share * (preview.positions.len() - 1) as f64).round();
        let place = id.bounds().at_share(index / (preview.positions.len() - 1) as f64);
        let place = SliderSpec::of(id.bounds(), self.units).text(place);
        let quantity = self.previewed.quantity()?;
        Some(match preview.positions[index as usize][self.previewed as usize] {
            Some(value) if self.in_time => {
                words::sliders::track_leads_to(place, quantity.label, quantity.text(value, self.units))
            }
            Some(value) => words::sliders::track_gives_so(place, quantity.label, quantity.text(value, self.units)),
            None => words::sliders::track_has_no(place, quantity.label),
        })
    }

    /// The choice of the number and the scale of its colours.
    pub(super) fn legend(&self, ui: &mut Ui, theme: &Theme) -> Option<Previewed> {
        let mut asked = None;
        let hint =
            if self.in_time { words::sliders::track_leads_to_hint() } else { words::sliders::track_gives_hint() };
        let row = vec2(ui.available_width(), theme.size(24.0));
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
            let name = if self.in_time { words::sliders::track_steady_at() } else { words::sliders::track_gives() };
            ui.label(RichText::new(name).font(theme.font(12.0)).color(theme.weak)).on_hover_text(hint);
            let now = self.previewed as usize;
            asked = segmented(ui, theme, words::sliders::track_colour(), &Previewed::ALL.map(Previewed::label), now);
        });
        self.scale(ui, theme, hint);
        asked.map(|index| Previewed::ALL[index])
    }

    fn scale(&self, ui: &mut Ui, theme: &Theme, hint: &str) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.size(24.0)), Sense::hover());
        let bar = Rect::from_min_max(rect.min + vec2(8.0, 1.0), pos2(rect.right() - 8.0, rect.top() + 9.0));
        let ticks = self.previewed.ticks(self.units);
        let Some(quantity) = self.previewed.quantity() else { return };
        let painter = ui.painter();
        let mut mesh = Mesh::default();
        // From tick to tick: the scale of saturation has a colour of its own at each.
        let span = [self.previewed.share(ticks[0]), self.previewed.share(ticks[ticks.len() - 1])];
        for (i, pair) in ticks.array_windows::<2>().enumerate() {
            let steps = STEPS / (ticks.len() - 1);
            for step in 0..=steps {
                let part = step as f64 / steps as f64;
                let value = self.between(pair, part);
                let place = (self.previewed.share(value) - span[0]) / (span[1] - span[0]);
                let x = bar.left() + bar.width() * place as f32;
                let shade = colour(theme, self.previewed, value);
                let v = mesh.vertices.len() as u32;
                mesh.colored_vertex(pos2(x, bar.top()), shade);
                mesh.colored_vertex(pos2(x, bar.bottom()), shade);
                if i + step > 0 {
                    mesh.add_triangle(v - 2, v - 1, v);
                    mesh.add_triangle(v - 1, v, v + 1);
                }
            }
        }
        painter.add(mesh);
        painter.rect_stroke(bar, CornerRadius::ZERO, Stroke::new(1.0, theme.outline), StrokeKind::Outside);
        let mut texts: Vec<String> = ticks.iter().map(|tick| self.tick(*tick)).collect();
        let unit = if self.previewed == Previewed::So2Art { "%" } else { self.units.of(quantity.unit).unit };
        let spoken = words::sliders::scale_told(
            quantity.label,
            texts.first().map_or("", String::as_str),
            texts.last().map_or("", String::as_str),
            unit,
            hint,
        );
        if let Some(last) = texts.last_mut() {
            last.push(' ');
            last.push_str(unit);
        }
        for (tick, text) in ticks.iter().zip(texts) {
            let place = (self.previewed.share(*tick) - span[0]) / (span[1] - span[0]);
            let galley = painter.layout_no_wrap(text, theme.font(11.0), theme.weak);
            let centre = bar.left() + bar.width() * place as f32 - galley.size().x / 2.0;
            let left = centre.clamp(rect.left(), rect.right() - galley.size().x);
            painter.galley(pos2(left, bar.bottom() + 1.0), galley, theme.weak);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words::sliders::scale()));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(spoken));
        response.on_hover_text(hint);
    }

    /// A value between two ticks, as the scale goes.
    fn between(&self, [low, high]: &[f64; 2], part: f64) -> f64 {
        if self.previewed == Previewed::Po2Art { low * float::pow(high / low, part) } else { low + part * (high - low) }
    }

    fn tick(&self, value: f64) -> String {
        let shown = match self.previewed {
            Previewed::So2Art => 100.0 * value,
            Previewed::Delivery => value,
            Previewed::Po2Art | Previewed::AaGradient => self.units.of("mmHg").value(value),
        };
        format!("{shown:.0}")
    }
}

/// Colour of a value: of blood for its saturation, else from a breath to the whole of the number's own colour.
fn colour(theme: &Theme, previewed: Previewed, value: f64) -> Color32 {
    let whole = match previewed {
        Previewed::So2Art => {
            let [r, g, b] = blood_scale::colour(value);
            return Color32::from_rgb(r, g, b);
        }
        Previewed::Po2Art => theme.channels.arterial,
        Previewed::Delivery => theme.channels.delivery,
        Previewed::AaGradient => theme.channels.aa,
    };
    theme.panel.lerp_to_gamma(whole, 0.08 + 0.92 * previewed.share(value) as f32)
}
