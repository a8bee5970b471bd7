//! Colours, sizes and fonts of the window, by role; nothing else in the window names a colour.
//!
//! Three themes: dark (the look of a monitor), light, and projector (white, larger type, thicker lines). Every pair of
//! text and ground that is used has a contrast of at least 4.5:1, every mark or control border at least 3:1
//! (WCAG 2.1, 1.4.3 and 1.4.11); the tests compute it.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle,
    Vec2,
    style::{WidgetVisuals, Widgets},
};

use crate::figure::Role;

/// Distance unit of the layout, in points.
pub const GRID: f32 = 8.0;
/// Corner radius of panels and tiles, in points.
pub const RADIUS: u8 = 8;

/// Which theme is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// Dark ground, as a patient monitor.
    #[default]
    Dark,
    /// Light ground.
    Light,
    /// For a hall: white ground, larger type, thicker lines.
    Projector,
}

impl ThemeName {
    /// Every theme, in menu order.
    pub const ALL: [ThemeName; 3] = [ThemeName::Dark, ThemeName::Light, ThemeName::Projector];

    /// Name in the menu.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ThemeName::Dark => "Dark",
            ThemeName::Light => "Light",
            ThemeName::Projector => "Projector",
        }
    }

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

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

static DARK: Theme = Theme {
    name: ThemeName::Dark,
    background: rgb(0x0E_12_17),
    panel: rgb(0x15_1B_23),
    raised: rgb(0x1C_24_2F),
    stroke: rgb(0x2A_34_41),
    grid: rgb(0x2A_34_41),
    outline: rgb(0x6B_7A_8E),
    text: rgb(0xE8_ED_F3),
    weak: rgb(0x93_A1_B3),
    accent: rgb(0x4C_C2_FF),
    danger: rgb(0xFF_6B_60),
    channels: Channels {
        spo2: rgb(0x3F_D0_E6),
        arterial: rgb(0xFF_62_59),
        venous: rgb(0x6B_98_FF),
        shunt: rgb(0xFF_A6_40),
        co2: rgb(0xF0_D2_5A),
        ph: rgb(0xC6_A2_FF),
        aa: rgb(0xFF_86_C8),
        delivery: rgb(0x63_D9_8E),
        ventilation: rgb(0x58_A6_FF),
    },
    type_scale: 1.0,
    line_width: 2.0,
};

static LIGHT: Theme = Theme {
    name: ThemeName::Light,
    background: rgb(0xEA_EE_F3),
    panel: rgb(0xFF_FF_FF),
    raised: rgb(0xF1_F4_F8),
    stroke: rgb(0xCF_D7_E1),
    grid: rgb(0xDD_E3_EA),
    outline: rgb(0x7C_8A_9B),
    text: rgb(0x14_1C_26),
    weak: rgb(0x50_5E_70),
    accent: rgb(0x00_66_B3),
    danger: rgb(0xB8_1D_13),
    channels: LIGHT_CHANNELS,
    type_scale: 1.0,
    line_width: 2.0,
};

static PROJECTOR: Theme = Theme {
    name: ThemeName::Projector,
    background: rgb(0xFF_FF_FF),
    panel: rgb(0xFF_FF_FF),
    raised: rgb(0xF1_F4_F8),
    stroke: rgb(0x9A_A6_B4),
    grid: rgb(0xD5_DC_E4),
    outline: rgb(0x50_5E_70),
    text: rgb(0x00_00_00),
    weak: rgb(0x38_44_52),
    accent: rgb(0x00_55_99),
    danger: rgb(0xB0_10_08),
    channels: LIGHT_CHANNELS,
    type_scale: 1.2,
    line_width: 3.5,
};

const LIGHT_CHANNELS: Channels = Channels {
    spo2: rgb(0x00_70_86),
    arterial: rgb(0xC4_22_1A),
    venous: rgb(0x22_4B_C4),
    shunt: rgb(0x9C_4E_00),
    co2: rgb(0x76_60_00),
    ph: rgb(0x6A_3C_BE),
    aa: rgb(0xAC_22_76),
    delivery: rgb(0x17_74_38),
    ventilation: rgb(0x14_5F_AC),
};

/// Text style of a large number.
#[must_use]
pub fn number_style() -> TextStyle {
    TextStyle::Name("number".into())
}

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
        let c = &self.channels;
        match role {
            Role::Arterial | Role::Patient | Role::Perfusion => c.arterial,
            Role::Venous | Role::PulmonaryArterial => c.venous,
            Role::Capillary | Role::Shunt => c.shunt,
            Role::Alveolar | Role::DeadSpace => c.ph,
            Role::Curve => self.text,
            Role::Reference | Role::Ghost => self.weak,
            Role::Ventilation | Role::Unit => c.ventilation,
            Role::Oximeter => c.spo2,
            Role::Gradient => c.aa,
            Role::Co2 => c.co2,
            Role::Ph => c.ph,
        }
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

/// The bundled fonts in front of the toolkit's own, which stay as a last resort.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 2] = [
        ("DejaVu Sans", include_bytes!("../../assets/fonts/DejaVuSans.ttf")),
        ("DejaVu Sans Bold", include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let plain = fonts.families.entry(FontFamily::Proportional).or_default();
    plain.insert(0, faces[0].0.to_owned());
    let mut bold = plain.clone();
    bold.insert(0, faces[1].0.to_owned());
    fonts.families.insert(bold_family(), bold);
    fonts
}

/// Contrast of two opaque colours, 1 to 21.
///
/// ```text
/// (lighter + 0.05) / (darker + 0.05), each the relative luminance
/// ```
///
/// # Source
/// WCAG 2.1, definitions of contrast ratio and relative luminance, <https://www.w3.org/TR/WCAG21/>.
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let linear = |byte: u8| {
            let x = f32::from(byte) / 255.0;
            if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use eframe::egui::epaint::{TextOptions, text::Fonts};

    use super::*;

    fn channels(c: &Channels) -> [Color32; 9] {
        [c.spo2, c.arterial, c.venous, c.shunt, c.co2, c.ph, c.aa, c.delivery, c.ventilation]
    }

    #[test]
    fn val_wcag_contrast_of_known_pairs() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-3);
        assert!((contrast(rgb(0x76_76_76), Color32::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn inv_every_text_is_readable_on_its_ground() {
        for name in ThemeName::ALL {
            let t = name.theme();
            let mut text = vec![t.text, t.weak, t.accent, t.danger];
            text.extend(channels(&t.channels));
            for colour in [t.text, t.weak] {
                let ratio = contrast(colour, t.selection());
                assert!(ratio >= 4.5, "{name:?}: {colour:?} on what is selected is {ratio:.2}");
            }
            for (i, colour) in text.into_iter().enumerate() {
                for ground in [t.background, t.panel, t.raised] {
                    let ratio = contrast(colour, ground);
                    assert!(ratio >= 4.5, "{name:?}: text {i} {colour:?} on {ground:?} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn inv_a_chosen_option_is_readable() {
        for name in ThemeName::ALL {
            let t = name.theme();
            assert!(contrast(t.background, t.accent) >= 4.5, "{name:?}");
        }
    }

    #[test]
    fn inv_every_control_border_is_visible() {
        for name in ThemeName::ALL {
            let t = name.theme();
            for ground in [t.background, t.panel, t.raised] {
                let ratio = contrast(t.outline, ground);
                assert!(ratio >= 3.0, "{name:?}: outline on {ground:?} is {ratio:.2}");
            }
        }
    }

    #[test]
    fn inv_bundled_fonts_have_every_sign_in_use() {
        let mut only_bundled = fonts();
        for faces in only_bundled.families.values_mut() {
            faces.retain(|name| name.starts_with("DejaVu"));
        }
        let mut fonts = Fonts::new(TextOptions::default(), only_bundled);
        let mut fonts = fonts.with_pixels_per_point(1.0);
        let signs = "V̇ Q̇ v̄ c̄ Pc′ ₀₁₂₃₄ ⁺⁻₊₋ ▲▼=◀▶▸▾ →←↑↓⇌↔ ↶↷⟲⟳ ±−×·≤≥≈°µαβλΔ ✓✔✗⚠ – — … “” ‘’ é ö ø";
        for font in [DARK.font(13.0), DARK.bold(32.0)] {
            for c in signs.chars() {
                assert!(fonts.has_glyph(&font, c), "{c} ({:04X}) in {:?}", c as u32, font.family);
            }
        }
    }
}
