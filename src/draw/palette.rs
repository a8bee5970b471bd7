//! Colours and sizes of figures and of the window, by theme: what things look like, without a toolkit.
//!
//! Three themes: dark (the look of a monitor), light, and projector (white, larger type, thicker lines). Every pair of
//! text and ground that is used has a contrast of at least 4.5:1, every mark or control border at least 3:1
//! (WCAG 2.1, 1.4.3 and 1.4.11); the tests compute it, and what is left of the colours to people who are colour-blind.

use std::sync::LazyLock;

use crate::figure::Role;
use crate::numerics::float;

/// An opaque colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// As CSS and SVG write it: `#4cc2ff`.
    ///
    /// ```
    /// assert_eq!(isoshunt::draw::palette::Rgb(76, 194, 255).hex(), "#4cc2ff");
    /// ```
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Red, green and blue in proportion to light, 0 to 1.
    ///
    /// # Source
    /// IEC 61966-2-1 (sRGB).
    #[must_use]
    pub fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|byte| LIGHT_OF_BYTE[usize::from(byte)])
    }
}

/// Light of each byte of a colour: pictures ask thousands of times a frame which colour stands out.
static LIGHT_OF_BYTE: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let x = byte as f64 / 255.0;
        if x <= 0.04045 { x / 12.92 } else { float::pow((x + 0.055) / 1.055, 2.4) }
    })
});

const fn rgb(hex: u32) -> Rgb {
    Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

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

    /// Finds a theme by its name, in capitals or not.
    #[must_use]
    pub fn from_name(name: &str) -> Option<ThemeName> {
        Self::ALL.into_iter().find(|theme| theme.label().eq_ignore_ascii_case(name))
    }

    /// Its colours and sizes.
    #[must_use]
    pub fn palette(self) -> &'static Palette {
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
    pub spo2: Rgb,
    /// Arterial blood.
    pub arterial: Rgb,
    /// Mixed venous blood.
    pub venous: Rgb,
    /// End-capillary blood and shunt.
    pub shunt: Rgb,
    /// CO2.
    pub co2: Rgb,
    /// pH.
    pub ph: Rgb,
    /// A-a gradient.
    pub aa: Rgb,
    /// O2 delivery.
    pub delivery: Rgb,
    /// Ventilation.
    pub ventilation: Rgb,
}

impl Channels {
    /// Every channel.
    #[must_use]
    pub fn all(&self) -> [Rgb; 9] {
        let c = self;
        [c.spo2, c.arterial, c.venous, c.shunt, c.co2, c.ph, c.aa, c.delivery, c.ventilation]
    }
}

/// The tokens of a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Ground of the window.
    pub background: Rgb,
    /// Ground of panels, tiles and plots.
    pub panel: Rgb,
    /// Ground of what lies on a panel: group headers, buttons.
    pub raised: Rgb,
    /// Hairlines that part things but carry no meaning.
    pub stroke: Rgb,
    /// Grid of a plot.
    pub grid: Rgb,
    /// Borders that show where a control is.
    pub outline: Rgb,
    /// Text.
    pub text: Rgb,
    /// Text of second rank.
    pub weak: Rgb,
    /// Focus, selection, links.
    pub accent: Rgb,
    /// Not survivable, refused.
    pub danger: Rgb,
    /// Colours of the measured quantities.
    pub channels: Channels,
    /// Factor on every size of type.
    pub type_scale: f32,
    /// Width of a curve, in points.
    pub line_width: f32,
}

impl Palette {
    /// Colour of what a series or mark of a figure stands for.
    #[must_use]
    pub fn role(&self, role: Role) -> Rgb {
        let c = &self.channels;
        match role {
            Role::Arterial | Role::Patient | Role::Perfusion => c.arterial,
            Role::Venous | Role::PulmonaryArterial => c.venous,
            Role::Capillary | Role::Shunt => c.shunt,
            Role::Alveolar | Role::DeadSpace | Role::Overdistended => c.ph,
            Role::Curve | Role::Other => self.text,
            Role::One => self.accent,
            Role::Reference | Role::Ghost | Role::Consolidated | Role::Third => self.weak,
            Role::Ventilation | Role::Unit => c.ventilation,
            Role::Oximeter => c.spo2,
            Role::Gradient => c.aa,
            Role::Co2 | Role::Tidal => c.co2,
            Role::Ph => c.ph,
            Role::Delivery | Role::Open | Role::Fourth => c.delivery,
        }
    }
}

pub(crate) const DARK: Palette = Palette {
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

pub(crate) const LIGHT: Palette = Palette {
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

pub(crate) const PROJECTOR: Palette = Palette {
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

/// Contrast of two opaque colours, 1 to 21.
///
/// ```text
/// (lighter + 0.05) / (darker + 0.05), each the relative luminance
/// ```
///
/// # Source
/// WCAG 2.1, definitions of contrast ratio and relative luminance, <https://www.w3.org/TR/WCAG21/>.
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |colour: Rgb| {
        let [red, green, blue] = colour.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// How somebody sees colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vision {
    /// With three kinds of cones.
    Normal,
    /// Without those for long waves.
    Protanopia,
    /// Without those for middle waves.
    Deuteranopia,
    /// Without those for short waves.
    Tritanopia,
}

impl Vision {
    /// Every vision.
    pub const ALL: [Vision; 4] = [Vision::Normal, Vision::Protanopia, Vision::Deuteranopia, Vision::Tritanopia];

    /// What is left of a colour, as linear red, green and blue of a normal eye.
    ///
    /// # Source
    /// Machado GM, Oliveira MM, Fernandes LAF, IEEE Trans Vis Comput Graph 2009;15:1291-1298,
    /// doi:10.1109/TVCG.2009.113, severity 1.0; its tritanopia is the authors' approximation.
    #[must_use]
    pub fn sees(self, colour: Rgb) -> [f64; 3] {
        let matrix = match self {
            Vision::Normal => return colour.linear(),
            Vision::Protanopia => {
                [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
            }
            Vision::Deuteranopia => {
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
            }
            Vision::Tritanopia => {
                [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
            }
        };
        let linear = colour.linear();
        matrix.map(|row| row.iter().zip(linear).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
    }

    /// How far apart two colours look: 0 alike, 100 black and white, about 2 just to be told apart side by side.
    ///
    /// # Source
    /// Euclidean distance in Oklab times 100, Ottosson B 2020, <https://bottosson.github.io/posts/oklab/>.
    #[must_use]
    pub fn distance(self, a: Rgb, b: Rgb) -> f64 {
        let [a, b] = [a, b].map(|colour| oklab(self.sees(colour)));
        100.0 * a.iter().zip(b).map(|(a, b)| float::powi(a - b, 2)).sum::<f64>().sqrt()
    }
}

/// Lightness and two axes of hue from linear red, green and blue.
fn oklab([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let l = float::cbrt(0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue);
    let m = float::cbrt(0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue);
    let s = float::cbrt(0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue);
    [
        0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_wcag_contrast_of_known_pairs() {
        assert!((contrast(rgb(0), rgb(0xFF_FF_FF)) - 21.0).abs() < 1e-3);
        assert!((contrast(rgb(0x76_76_76), rgb(0xFF_FF_FF)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn val_ottosson_oklab_of_white_and_red() {
        assert!((Vision::Normal.distance(rgb(0), rgb(0xFF_FF_FF)) - 100.0).abs() < 0.01);
        let red = oklab(rgb(0xFF_00_00).linear());
        assert!((red[0] - 0.628).abs() < 1e-3 && (red[1] - 0.225).abs() < 1e-3 && (red[2] - 0.126).abs() < 1e-3);
    }

    #[test]
    fn val_machado_red_and_green_merge_without_red_or_green_cones() {
        let (red, green) = (rgb(0xD0_30_20), rgb(0x58_78_20));
        let apart = |vision: Vision| vision.distance(red, green);
        assert!(apart(Vision::Deuteranopia) < 0.5 * apart(Vision::Normal), "{}", apart(Vision::Deuteranopia));
        // Grey stays grey to every eye.
        for vision in Vision::ALL {
            let [r, g, b] = vision.sees(rgb(0x80_80_80));
            assert!((r - g).abs() < 1e-5 && (g - b).abs() < 1e-5);
        }
    }

    #[test]
    fn inv_every_text_is_readable_on_its_ground() {
        for name in ThemeName::ALL {
            let p = name.palette();
            let texts = [p.text, p.weak, p.accent, p.danger].into_iter().chain(p.channels.all());
            for (i, colour) in texts.enumerate() {
                for ground in [p.background, p.panel, p.raised] {
                    let ratio = contrast(colour, ground);
                    assert!(ratio >= 4.5, "{name:?}: text {i} {colour:?} on {ground:?} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn inv_a_chosen_option_is_readable() {
        for name in ThemeName::ALL {
            let p = name.palette();
            assert!(contrast(p.background, p.accent) >= 4.5, "{name:?}");
        }
    }

    #[test]
    fn inv_every_control_border_is_visible() {
        for name in ThemeName::ALL {
            let p = name.palette();
            for ground in [p.background, p.panel, p.raised] {
                let ratio = contrast(p.outline, ground);
                assert!(ratio >= 3.0, "{name:?}: outline on {ground:?} is {ratio:.2}");
            }
        }
    }
}
