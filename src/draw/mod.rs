//! Figures as pictures: palette, SVG and PNG. No toolkit.

pub mod ink;
pub mod lung_picture_svg;
pub mod palette;
pub mod png;
pub mod svg;
pub mod trend_svg;
