//! Texts of a window as a frame paints them: which lie on one another, and which are cut at their side.

use eframe::egui::{Rect, Shape};
use egui_kittest::Harness;
use isoshunt::gui::Window;

/// How far two texts may reach into one another, points.
const TOUCH: f32 = 1.0;

/// A text with the place that its letters take, as far as it is seen.
pub(crate) struct Painted {
    pub(crate) text: String,
    pub(crate) rect: Rect,
}

/// Every text among shapes.
pub(crate) fn texts(shape: &Shape, clip: Rect, out: &mut Vec<Painted>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, clip, out)),
        Shape::Text(text) => {
            let rect = text.galley.mesh_bounds.translate(text.pos.to_vec2()).intersect(clip);
            let words = text.galley.text();
            if rect.is_positive() && !words.trim().is_empty() {
                out.push(Painted { text: words.to_owned(), rect });
            }
        }
        _ => {}
    }
}

/// Pairs of texts that lie on one another.
pub(crate) fn overlaps(painted: &[Painted]) -> Vec<String> {
    let mut out = Vec::new();
    for (i, one) in painted.iter().enumerate() {
        for other in &painted[..i] {
            let both = one.rect.intersect(other.rect);
            // The same word painted twice at one place is one text.
            let twice = one.text == other.text && (one.rect.center() - other.rect.center()).length() < 0.5;
            if both.width() > TOUCH && both.height() > TOUCH && !twice {
                out.push(format!("“{}” and “{}” at {both}", other.text, one.text));
            }
        }
    }
    out
}

/// Texts that are seen in part: cut at the left or the right of what they stand in. What lies above or below is scrolled to.
pub(crate) fn cut(shape: &Shape, clip: Rect, out: &mut Vec<String>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| cut(shape, clip, out)),
        Shape::Text(text) => {
            let whole = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            let seen = whole.intersect(clip);
            let words = text.galley.text();
            if seen.is_positive() && !words.trim().is_empty() && whole.width() > seen.width() + TOUCH {
                out.push(format!("“{words}” is cut at {seen}, it needs {whole}"));
            }
        }
        _ => {}
    }
}

/// What is wrong with the texts of a page: pairs that lie on one another, and what is cut.
pub(crate) fn faults(page: &Harness<'_, Window>) -> Vec<String> {
    let mut out = overlaps(&painted(page));
    page.output().shapes.iter().for_each(|clipped| cut(&clipped.shape, clipped.clip_rect, &mut out));
    out
}

pub(crate) fn painted(page: &Harness<'_, Window>) -> Vec<Painted> {
    let mut out = Vec::new();
    page.output().shapes.iter().for_each(|clipped| texts(&clipped.shape, clipped.clip_rect, &mut out));
    out
}
