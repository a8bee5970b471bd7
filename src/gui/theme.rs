//! Colours, sizes and fonts of the window, by role; nothing else in the window names a colour.
//!
//! The colours are those of [`crate::draw::palette`], which figures outside the window share.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Ui,
    Vec2,
    style::{WidgetVisuals, Widgets},
};

use crate::draw::palette::{self, Palette, Rgb};
use crate::figure::Role;

pub use crate::draw::palette::ThemeName;

/// Distance unit of the layout, in points.
pub const GRID: f32 = 8.0;
/// Corner radius of panels and tiles, in points.
pub const RADIUS: u8 = 8;

impl ThemeName {
    /// The theme itself.
    #[must_use]
    pub fn theme(self) -> &'static Theme {
        match self {
            ThemeName::Dark => &DARK,
            ThemeName::Light => &LIGHT,
            ThemeName::Projector => &PROJECTOR,
        }
    }
}

/// One colour for each measured quantity, the same wherever it appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// SpO2.
    pub spo2: Color32,
    /// Arterial blood.
    pub arterial: Color32,
    /// Mixed venous blood.
    pub venous: Color32,
    /// End-capillary blood and shunt.
    pub shunt: Color32,
    /// CO2.
    pub co2: Color32,
    /// pH.
    pub ph: Color32,
    /// A-a gradient.
    pub aa: Color32,
    /// O2 delivery.
    pub delivery: Color32,
    /// Ventilation.
    pub ventilation: Color32,
}

/// The tokens of a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    /// Which one it is.
    pub name: ThemeName,
    /// Ground of the window.
    pub background: Color32,
    /// Ground of panels, tiles and plots.
    pub panel: Color32,
    /// Ground of what lies on a panel: group headers, buttons.
    pub raised: Color32,
    /// Hairlines that part things but carry no meaning.
    pub stroke: Color32,
    /// Grid of a plot.
    pub grid: Color32,
    /// Borders that show where a control is.
    pub outline: Color32,
    /// Text.
    pub text: Color32,
    /// Text of second rank.
    pub weak: Color32,
    /// Focus, selection, links.
    pub accent: Color32,
    /// Not survivable, refused.
    pub danger: Color32,
    /// Colours of the measured quantities.
    pub channels: Channels,
    /// Factor on every size of type.
    pub type_scale: f32,
    /// Width of a curve, in points.
    pub line_width: f32,
}

const fn colour(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.0, rgb.1, rgb.2)
}

impl Theme {
    const fn new(name: ThemeName, palette: &Palette) -> Theme {
        let c = &palette.channels;
        Theme {
            name,
            background: colour(palette.background),
            panel: colour(palette.panel),
            raised: colour(palette.raised),
            stroke: colour(palette.stroke),
            grid: colour(palette.grid),
            outline: colour(palette.outline),
            text: colour(palette.text),
            weak: colour(palette.weak),
            accent: colour(palette.accent),
            danger: colour(palette.danger),
            channels: Channels {
                spo2: colour(c.spo2),
                arterial: colour(c.arterial),
                venous: colour(c.venous),
                shunt: colour(c.shunt),
                co2: colour(c.co2),
                ph: colour(c.ph),
                aa: colour(c.aa),
                delivery: colour(c.delivery),
                ventilation: colour(c.ventilation),
            },
            type_scale: palette.type_scale,
            line_width: palette.line_width,
        }
    }
}

static DARK: Theme = Theme::new(ThemeName::Dark, &palette::DARK);
static LIGHT: Theme = Theme::new(ThemeName::Light, &palette::LIGHT);
static PROJECTOR: Theme = Theme::new(ThemeName::Projector, &palette::PROJECTOR);

/// Text style of a large number.
#[must_use]
pub fn number_style() -> TextStyle {
    TextStyle::Name("number".into())
}

/// Window that sizes of type are made for, points, and how much larger a page makes them where there is room.
const USUAL: Vec2 = Vec2::new(1440.0, 900.0);
const MOST_GROWN: f32 = 1.6;

/// Text style of a title: bold.
#[must_use]
pub fn title_style() -> TextStyle {
    TextStyle::Heading
}

fn bold_family() -> FontFamily {
    FontFamily::Name("bold".into())
}

impl Theme {
    /// Colour of what a series or mark of a figure stands for.
    #[must_use]
    pub fn role_colour(&self, role: Role) -> Color32 {
        colour(self.name.palette().role(role))
    }

    /// A size of type in points, by its size at scale 1.
    #[must_use]
    pub fn size(&self, points: f32) -> f32 {
        points * self.type_scale
    }

    /// Font of plain text.
    #[must_use]
    pub fn font(&self, points: f32) -> FontId {
        FontId::new(self.size(points), FontFamily::Proportional)
    }

    /// Font of titles and numbers.
    #[must_use]
    pub fn bold(&self, points: f32) -> FontId {
        FontId::new(self.size(points), bold_family())
    }

    /// Ring around what has the keyboard focus.
    #[must_use]
    pub fn focus_stroke(&self) -> Stroke {
        Stroke::new(2.0, self.accent)
    }

    /// Corners of panels and tiles.
    #[must_use]
    pub fn radius(&self) -> CornerRadius {
        CornerRadius::same(RADIUS)
    }

    /// Whether only what a hall can read is shown.
    #[must_use]
    pub fn few_numbers(&self) -> bool {
        self.name == ThemeName::Projector
    }

    /// Frame of a panel on the background.
    pub fn panel_frame(&self) -> egui::Frame {
        egui::Frame::new()
            .fill(self.panel)
            .stroke(Stroke::new(1.0, self.stroke))
            .corner_radius(RADIUS)
            .inner_margin(Margin::symmetric(12, 8))
    }

    /// Ground of what is selected: a breath of the accent.
    #[must_use]
    pub fn selection(&self) -> Color32 {
        self.panel.lerp_to_gamma(self.accent, 0.14)
    }

    /// The theme for a page that fills a large window: type grows with it, and the widgets of `ui` with the type. One for
    /// a hall grows as a whole already.
    #[must_use]
    pub fn to_fill(&self, ui: &mut Ui) -> Theme {
        let share = (ui.ctx().content_rect().size() / USUAL).min_elem();
        // In steps, so that a window that is drawn to size does not flicker.
        let share = ((share * 20.0).floor() / 20.0).clamp(1.0, MOST_GROWN);
        if self.few_numbers() || share <= 1.0 {
            return *self;
        }
        let style = ui.style_mut();
        style.text_styles.values_mut().for_each(|font| font.size *= share);
        style.spacing.button_padding *= share;
        style.spacing.interact_size *= share;
        Theme { type_scale: self.type_scale * share, ..*self }
    }

    /// Makes every widget of the toolkit follow the tokens.
    pub fn apply(&self, ctx: &egui::Context) {
        let dark = self.name == ThemeName::Dark;
        ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
        let style = self.style(dark);
        ctx.all_styles_mut(|s| *s = style.clone());
    }

    fn style(&self, dark: bool) -> egui::Style {
        let mut style = egui::Style {
            visuals: if dark { egui::Visuals::dark() } else { egui::Visuals::light() },
            animation_time: 0.0,
            ..Default::default()
        };
        style.text_styles = [
            (TextStyle::Small, self.font(12.0)),
            (TextStyle::Body, self.font(13.0)),
            (TextStyle::Button, self.font(13.0)),
            (TextStyle::Monospace, self.font(13.0)),
            (title_style(), self.bold(15.0)),
            (number_style(), self.bold(32.0)),
        ]
        .into();
        let s = &mut style.spacing;
        s.item_spacing = Vec2::splat(GRID);
        // Menus are as long as their list and the window allow.
        s.default_area_size.y = 4000.0;
        s.button_padding = Vec2::new(10.0, 4.0);
        s.window_margin = Margin::same(12);
        s.menu_margin = Margin::same(8);
        s.interact_size = Vec2::new(40.0, 28.0);
        s.combo_height = 420.0;
        s.scroll = egui::style::ScrollStyle::thin();
        style.interaction.selectable_labels = false;

        let v = &mut style.visuals;
        v.widgets = self.widgets();
        v.override_text_color = None;
        v.weak_text_color = Some(self.weak);
        v.hyperlink_color = self.accent;
        v.warn_fg_color = self.channels.shunt;
        v.error_fg_color = self.danger;
        v.panel_fill = self.background;
        v.window_fill = self.panel;
        v.faint_bg_color = self.raised;
        v.extreme_bg_color = self.background;
        v.code_bg_color = self.raised;
        v.window_stroke = Stroke::new(1.0, self.outline);
        v.window_corner_radius = CornerRadius::same(RADIUS);
        v.menu_corner_radius = CornerRadius::same(RADIUS);
        v.window_shadow = Shadow::NONE;
        v.popup_shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: Color32::from_black_alpha(80) };
        v.selection.bg_fill = self.selection();
        v.selection.stroke = Stroke::new(2.0, self.accent);
        v.text_cursor.stroke = Stroke::new(2.0, self.accent);
        // A blinking cursor repaints the window for as long as a number is typed.
        v.text_cursor.blink = false;
        style
    }

    fn widgets(&self) -> Widgets {
        let base = WidgetVisuals {
            bg_fill: self.raised,
            weak_bg_fill: self.raised,
            bg_stroke: Stroke::new(1.0, self.stroke),
            corner_radius: CornerRadius::same(RADIUS - 2),
            fg_stroke: Stroke::new(1.0, self.text),
            expansion: 0.0,
        };
        Widgets {
            noninteractive: WidgetVisuals { bg_fill: self.panel, weak_bg_fill: self.panel, ..base },
            inactive: base,
            hovered: WidgetVisuals { bg_stroke: Stroke::new(1.0, self.outline), ..base },
            // The toolkit draws what is pressed and what has the focus alike: this is the focus ring of its widgets.
            active: WidgetVisuals { bg_stroke: self.focus_stroke(), ..base },
            open: WidgetVisuals { bg_stroke: Stroke::new(1.0, self.accent), ..base },
        }
    }
}

/// Gives a window its fonts and its theme.
pub fn install(ctx: &egui::Context, name: ThemeName) {
    ctx.set_fonts(fonts());
    name.theme().apply(ctx);
}

/// The bundled fonts, and none but them: the toolkit's own are not in the program.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let faces: [(&str, &'static [u8]); 2] = [
        ("DejaVu Sans", include_bytes!("../../assets/fonts/DejaVuSans.ttf")),
        ("DejaVu Sans Bold", include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let [plain, bold] = faces.map(|(name, _)| name.to_owned());
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec![plain.clone()]);
    }
    fonts.families.insert(bold_family(), vec![bold, plain]);
    fonts
}

#[cfg(test)]
mod tests {
    use eframe::egui::epaint::{TextOptions, text::Fonts};

    use super::*;

    #[test]
    fn inv_what_is_selected_is_readable() {
        for name in ThemeName::ALL {
            let t = name.theme();
            let [r, g, b, _] = t.selection().to_array();
            for text in [name.palette().text, name.palette().weak] {
                let ratio = palette::contrast(text, Rgb(r, g, b));
                assert!(ratio >= 4.5, "{name:?}: {text:?} on what is selected is {ratio:.2}");
            }
        }
    }

    #[test]
    fn inv_bundled_fonts_have_every_sign_in_use() {
        let mut fonts = Fonts::new(TextOptions::default(), fonts());
        let mut fonts = fonts.with_pixels_per_point(1.0);
        let signs = "V̇ Q̇ v̄ c̄ Pc′ ₀₁₂₃₄ ⁺⁻₊₋ ▲▼=◀▶▸▾ →←↑↓⇌↔ ↶↷⟲⟳ ±−×·≤≥≈°µαβλΔ ✓✔✗⚠ – — … “” ‘’ é ö ø";
        for font in [DARK.font(13.0), DARK.bold(32.0)] {
            for c in signs.chars() {
                assert!(fonts.has_glyph(&font, c), "{c} ({:04X}) in {:?}", c as u32, font.family);
            }
        }
    }
}
