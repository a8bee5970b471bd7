//! A figure as PNG: its SVG drawn with the bundled font, without a display and without the system's fonts.

#[cfg(feature = "pictures")]
use std::sync::Arc;

#[cfg(feature = "pictures")]
use resvg::{tiny_skia, usvg};
use thiserror::Error;

#[cfg(feature = "pictures")]
use crate::draw::ink;
use crate::draw::palette::ThemeName;
use crate::draw::svg::svg;
use crate::figure::Figure;

/// Whether this program can make a PNG: feature `pictures`.
pub const HAS_PNG: bool = cfg!(feature = "pictures");

/// Why a picture was not drawn: a program without pictures, or a defect, told with its numbers.
#[derive(Debug, Error)]
pub enum PngError {
    /// Nothing here draws pixels.
    #[cfg(not(feature = "pictures"))]
    #[error("this build makes no PNG of {figure}: build it with feature `pictures`, or take SVG")]
    Absent {
        /// The figure.
        figure: &'static str,
    },
    /// The SVG of the figure is none.
    #[cfg(feature = "pictures")]
    #[error("the SVG of {figure} cannot be read: {source}")]
    Svg {
        /// The figure.
        figure: &'static str,
        /// What is wrong with it.
        source: usvg::Error,
    },
    /// A picture without pixels, or more than memory holds.
    #[cfg(feature = "pictures")]
    #[error("a picture of {width} x {height} pixels cannot be made")]
    Size {
        /// Width asked for.
        width: u32,
        /// Height asked for.
        height: u32,
    },
    /// The picture cannot be packed.
    #[cfg(feature = "pictures")]
    #[error("the PNG of {figure} cannot be written: {reason}")]
    Encoding {
        /// The figure.
        figure: &'static str,
        /// The encoder's reason.
        reason: String,
    },
}

/// A figure as a PNG file of a size in pixels.
///
/// # Errors
/// [`PngError`].
pub fn png(figure: &Figure, theme: ThemeName, [width, height]: [u32; 2]) -> Result<Vec<u8>, PngError> {
    drawn(figure.id, &svg(figure, theme, [width, height]), [width, height])
}

/// An SVG of a size in pixels as a PNG file; `figure` is the name that messages give it.
///
/// # Errors
/// [`PngError`].
#[cfg(feature = "pictures")]
pub fn drawn(figure: &'static str, svg: &str, [width, height]: [u32; 2]) -> Result<Vec<u8>, PngError> {
    let tree = tree(svg).map_err(|source| PngError::Svg { figure, source })?;
    let mut picture = tiny_skia::Pixmap::new(width, height).ok_or(PngError::Size { width, height })?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut picture.as_mut());
    picture.encode_png().map_err(|error| PngError::Encoding { figure, reason: error.to_string() })
}

/// Rows of pixels, three bytes each, as a PNG file.
///
/// # Errors
/// [`PngError::Size`] where there are not as many bytes as the size asks for, [`PngError::Encoding`].
#[cfg(feature = "pictures")]
pub fn pack(rgb: &[u8], [width, height]: [u32; 2]) -> Result<Vec<u8>, PngError> {
    let refused = || PngError::Size { width, height };
    let mut picture = tiny_skia::Pixmap::new(width, height).ok_or_else(refused)?;
    if rgb.len() != 3 * picture.pixels().len() {
        return Err(refused());
    }
    for (pixel, bytes) in picture.pixels_mut().iter_mut().zip(rgb.chunks_exact(3)) {
        *pixel = tiny_skia::ColorU8::from_rgba(bytes[0], bytes[1], bytes[2], u8::MAX).premultiply();
    }
    picture.encode_png().map_err(|error| PngError::Encoding { figure: "the window", reason: error.to_string() })
}

/// An SVG as a PNG file, were there pictures in this program.
///
/// # Errors
/// [`PngError::Absent`].
#[cfg(not(feature = "pictures"))]
pub fn drawn(figure: &'static str, _svg: &str, _size: [u32; 2]) -> Result<Vec<u8>, PngError> {
    Err(PngError::Absent { figure })
}

/// Rows of pixels as a PNG file, were there pictures in this program.
///
/// # Errors
/// [`PngError::Absent`].
#[cfg(not(feature = "pictures"))]
pub fn pack(_rgb: &[u8], _size: [u32; 2]) -> Result<Vec<u8>, PngError> {
    Err(PngError::Absent { figure: "the window" })
}

/// An SVG as shapes, its text set in the bundled font.
#[cfg(feature = "pictures")]
fn tree(svg: &str) -> Result<usvg::Tree, usvg::Error> {
    let mut options = usvg::Options { font_family: ink::FAMILY.to_owned(), ..usvg::Options::default() };
    let mut fonts = usvg::fontdb::Database::new();
    for face in [ink::PLAIN, ink::BOLD] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(face)));
    }
    options.fontdb = Arc::new(fonts);
    usvg::Tree::from_str(svg, &options)
}
