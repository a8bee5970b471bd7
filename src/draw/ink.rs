//! The bundled fonts, and how much room their letters take: the one measure by which pictures are lettered, in the
//! window and outside.

use crate::draw::advances::{self, Run};

/// DejaVu Sans, cut to the characters in use.
pub const PLAIN: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
/// DejaVu Sans Bold, cut likewise.
pub const BOLD: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf");
/// The family name of both.
pub const FAMILY: &str = "DejaVu Sans";

/// How far a line of text reaches above its baseline, over the size of type.
pub const ASCENT: f32 = 0.928;
/// How far it reaches below.
pub const DESCENT: f32 = 0.236;

/// Units of the tables over the size of type.
const PER_EM: f32 = 2048.0;
/// Width of a character that the fonts lack, over the size of type.
const UNKNOWN: f32 = 0.6;

/// Width of a text in one line, in the unit of its size of type; combining marks stand over the letter before them.
///
/// ```
/// use isoshunt::draw::ink::width;
/// assert!(width("PaO₂", 12.0, true) > width("PaO₂", 12.0, false));
/// assert!((width("v\u{304}", 12.0, false) - width("v", 12.0, false)).abs() < 1e-6);
/// ```
#[must_use]
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let table = if bold { advances::BOLD } else { advances::PLAIN };
    let one = |c: char| match c {
        '\u{300}'..='\u{36f}' => 0.0,
        c => advance(table, c).map_or(UNKNOWN, |advance| f32::from(advance) / PER_EM),
    };
    size * text.chars().map(one).sum::<f32>()
}

fn advance(table: &[Run], c: char) -> Option<u16> {
    let c = u32::from(c);
    let (first, run) = table[..table.partition_point(|(first, _)| *first <= c)].last()?;
    run.get((c - first) as usize).copied()
}

#[cfg(test)]
mod tests {
    use skrifa::instance::{LocationRef, Size};
    use skrifa::{FontRef, MetadataProvider};

    use super::*;

    #[test]
    fn inv_the_tables_are_those_of_the_fonts() {
        for (font, table) in [(PLAIN, advances::PLAIN), (BOLD, advances::BOLD)] {
            let font = FontRef::new(font).expect("a font");
            let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
            let mut letters = 0;
            for (c, glyph) in font.charmap().mappings() {
                let c = char::from_u32(c).expect("a character");
                let wide = metrics.advance_width(glyph).expect("an advance");
                assert_eq!(advance(table, c).map(f32::from), Some(wide), "{c} ({:04X})", u32::from(c));
                letters += 1;
            }
            assert_eq!(letters, table.iter().map(|(_, run)| run.len()).sum::<usize>(), "none but those");
            let line = font.metrics(Size::new(1.0), LocationRef::default());
            assert!((line.ascent - ASCENT).abs() < 1e-3 && (line.descent + DESCENT).abs() < 1e-3, "{line:?}");
        }
        assert_eq!(advance(advances::PLAIN, '\u{fffd}'), None);
    }
}
