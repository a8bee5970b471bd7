//! The bundled fonts, and how much room their letters take: what figures outside the window are lettered with.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// DejaVu Sans, cut to the characters in use.
pub const PLAIN: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
/// DejaVu Sans Bold, cut likewise.
pub const BOLD: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf");
/// The family name of both.
pub const FAMILY: &str = "DejaVu Sans";

/// Width of a character that the fonts lack, over the size of type.
const UNKNOWN: f32 = 0.6;
/// Characters whose width is looked up once: Latin, Greek, punctuation, arrows.
const TABLE: usize = 0x2400;

/// Width of a text in one line, in the unit of its size of type; combining marks stand over the letter before them.
///
/// ```
/// use isoshunt::draw::ink::width;
/// assert!(width("PaO₂", 12.0, true) > width("PaO₂", 12.0, false));
/// assert!((width("v\u{304}", 12.0, false) - width("v", 12.0, false)).abs() < 1e-6);
/// ```
#[must_use]
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    static WIDTHS: [OnceLock<Vec<f32>>; 2] = [OnceLock::new(), OnceLock::new()];
    let widths = WIDTHS[usize::from(bold)].get_or_init(|| widths(if bold { BOLD } else { PLAIN }));
    let one = |c: char| match c {
        '\u{300}'..='\u{36f}' => 0.0,
        c => widths.get(c as usize).copied().unwrap_or(UNKNOWN),
    };
    size * text.chars().map(one).sum::<f32>()
}

fn widths(font: &[u8]) -> Vec<f32> {
    let Ok(font) = FontRef::new(font) else { return Vec::new() };
    let (letters, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
    (0..TABLE as u32)
        .map(|c| letters.map(c).and_then(|glyph| metrics.advance_width(glyph)).unwrap_or(UNKNOWN))
        .collect()
}
