//! Figures as pictures: a scene of lines and words, palette, SVG and PNG. No toolkit.

mod advances;
pub mod ink;
pub mod lung;
pub mod palette;
pub mod plot;
pub mod png;
pub mod scene;
pub mod svg;
pub mod trend;
