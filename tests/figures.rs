//! Pictures outside the window: every plot of several patients as SVG and PNG in every theme.
#![cfg(feature = "pictures")]

use isoshunt::app;
use isoshunt::draw::ink;
use isoshunt::draw::palette::{Rgb, ThemeName, Vision, contrast};
use isoshunt::draw::png::png;
use isoshunt::draw::svg::svg;
use isoshunt::figure::{Figure, NoFigure, Plot, Role, Series, Stroke};
use isoshunt::physiology::indices::NoEstimate;
use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::reading::snapshot::Model;
use resvg::{tiny_skia, usvg};

/// Least distance at which two colours of one kind of mark are told apart without a second carrier.
const APART: f64 = 8.0;

fn patients() -> Vec<(&'static str, Params)> {
    let of = |id: &'static str| (id, scenario::find(id).expect("built in").params.clone());
    let mut on_oxygen = of("copd");
    on_oxygen.1.set(ParamId::Fio2, 1.0).expect("within bounds");
    let mut on_ecmo = of("severe-ards-non-recruitable");
    on_ecmo.1.set_switch(SwitchId::Ecmo, "on").expect("an option");
    vec![
        of("healthy-young-adult"),
        of("pure-shunt-30"),
        of("pulmonary-embolism"),
        of("high-altitude"),
        of("ards-moderate"),
        on_oxygen,
        on_ecmo,
    ]
}

/// Every plot that each patient has.
fn figures() -> Vec<(&'static str, Figure)> {
    let mut out = Vec::new();
    for (id, params) in patients() {
        let mut model = Model::new();
        let now = model.snapshot(&params).expect("a steady state");
        let before = model.snapshot(&params.with(ParamId::CardiacOutput, 4.0).expect("within bounds")).ok();
        for plot in Plot::ALL {
            match app::figure(plot, &mut model, &now, before.as_ref(), Default::default()) {
                Ok(figure) => out.push((id, figure)),
                Err(reason) => {
                    let ecmo = params.ecmo();
                    let expected = match plot {
                        Plot::EcmoLoop => !ecmo && reason == NoFigure::NoEstimate(NoEstimate::NoMembraneLung),
                        Plot::Attribution | Plot::AttributionAa => ecmo,
                        Plot::PressureVolume | Plot::LungMap => {
                            !params.mechanics() && reason == NoFigure::NoEstimate(NoEstimate::NoMechanics)
                        }
                        _ => false,
                    };
                    assert!(expected, "{id} {plot:?}: {reason}");
                }
            }
        }
    }
    assert!(out.len() > 50, "{}", out.len());
    out
}

fn tree(svg: &str) -> usvg::Tree {
    let mut options = usvg::Options { font_family: ink::FAMILY.to_owned(), ..usvg::Options::default() };
    for face in [ink::PLAIN, ink::BOLD] {
        options.fontdb_mut().load_font_data(face.to_vec());
    }
    usvg::Tree::from_str(svg, &options).expect("a picture")
}

fn texts(group: &usvg::Group, out: &mut Vec<(String, tiny_skia::Rect)>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => texts(inner, out),
            usvg::Node::Text(text) => {
                let words = text.chunks().iter().map(|chunk| chunk.text()).collect();
                out.push((words, text.abs_bounding_box()));
            }
            _ => {}
        }
    }
}

#[test]
fn inv_no_text_leaves_the_picture_and_each_says_something() {
    for (id, figure) in figures() {
        for size in [[960, 640], [360, 300], [1920, 700]] {
            let drawn = svg(&figure, ThemeName::Projector, size);
            let mut found = Vec::new();
            texts(tree(&drawn).root(), &mut found);
            assert!(found.len() > 8, "{id} {} {size:?}: {} texts", figure.id, found.len());
            for (text, at) in found {
                let inside = at.left() >= 0.0
                    && at.top() >= 0.0
                    && at.right() <= size[0] as f32
                    && at.bottom() <= size[1] as f32;
                assert!(inside, "{id} {} {size:?}: `{text}` at {at:?}", figure.id);
            }
            let document = usvg::roxmltree::Document::parse(&drawn).expect("XML");
            let text_of =
                |name: &str| document.descendants().find(|node| node.has_tag_name(name)).and_then(|n| n.text());
            assert_eq!(text_of("title"), Some(figure.title.as_str()));
            assert_eq!(text_of("desc"), Some(figure.text.as_str()));
            let mut words = drawn.split(|c: char| !c.is_alphanumeric());
            assert!(words.all(|word| !["NaN", "inf"].contains(&word)), "{id} {}", figure.id);
        }
    }
}

#[test]
fn inv_a_picture_is_not_blank() {
    for (id, figure) in figures().into_iter().step_by(3) {
        for theme in ThemeName::ALL {
            let bytes = png(&figure, theme, [480, 320]).expect("a picture");
            let picture = tiny_skia::Pixmap::decode_png(&bytes).expect("a PNG");
            assert_eq!((picture.width(), picture.height()), (480, 320));
            let Rgb(r, g, b) = theme.palette().panel;
            let inked = picture.pixels().iter().filter(|p| [p.red(), p.green(), p.blue()] != [r, g, b]).count();
            assert!(inked > 3000, "{id} {} {theme:?}: {inked} pixels", figure.id);
        }
    }
}

#[test]
fn inv_the_text_of_a_plot_is_as_wide_as_it_is_measured() {
    for text in ["PaO₂, mmHg", "V̇/Q̇ spread  −26", "hypoventilation", "0.21"] {
        let drawn = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"60\"><text x=\"10\" y=\"40\" font-family=\"{}\" font-size=\"20\" xml:space=\"preserve\">{text}</text></svg>",
            ink::FAMILY
        );
        let mut found = Vec::new();
        texts(tree(&drawn).root(), &mut found);
        let wide = found[0].1.width();
        let measured = ink::width(text, 20.0, false);
        assert!((wide - measured).abs() < 0.04 * measured + 1.0, "{text}: {wide} drawn, {measured} measured");
    }
}

#[test]
fn inv_every_text_and_every_mark_stands_out_from_its_ground() {
    for theme in ThemeName::ALL {
        let palette = theme.palette();
        for role in Role::ALL {
            let ratio = contrast(palette.role(role), palette.panel);
            assert!(ratio >= 4.5, "{theme:?} {role:?}: {ratio:.2}");
        }
    }
    // And in the pictures themselves: nothing else is painted.
    for (id, figure) in figures().into_iter().step_by(5) {
        for theme in ThemeName::ALL {
            let panel = theme.palette().panel;
            let grid = theme.palette().grid.hex();
            let drawn = svg(&figure, theme, [960, 640]);
            let document = usvg::roxmltree::Document::parse(&drawn).expect("XML");
            for node in document.descendants().filter(|node| node.is_element()) {
                let least = if node.has_tag_name("text") { 4.5 } else { 3.0 };
                let painted = ["fill", "stroke"].iter().filter_map(|name| node.attribute(*name));
                let colours: Vec<&str> = painted.filter(|colour| *colour != "none").collect();
                let visible = colours.iter().filter_map(|hex| colour(hex)).any(|c| contrast(c, panel) >= least);
                // The ground itself, and hairlines that carry no meaning.
                let plain = colours.is_empty() || colours == [panel.hex()] || colours == [grid.as_str()];
                assert!(visible || plain, "{id} {} {theme:?}: {:?}", figure.id, node.tag_name());
            }
        }
    }
}

fn colour(hex: &str) -> Option<Rgb> {
    let value = u32::from_str_radix(hex.strip_prefix('#')?, 16).ok()?;
    Some(Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8))
}

/// Whether words beside a series say what it is.
fn is_named(series: &Series) -> bool {
    let at_its_peak = matches!(series.role, Role::Perfusion | Role::Ventilation);
    // Bars have their names beside them, what stems stand for is named by a mark or at its peak.
    let beside = matches!(series.stroke, Stroke::Bars | Stroke::Stems);
    series.end_label.is_some() || !series.labels.is_empty() || at_its_peak || beside
}

#[test]
fn inv_no_two_things_are_told_apart_by_a_colour_that_some_do_not_see() {
    for (id, figure) in figures() {
        for (i, a) in figure.series.iter().enumerate() {
            for b in figure.series[i + 1..].iter().filter(|b| b.role != a.role && b.stroke == a.stroke) {
                if is_named(a) || is_named(b) {
                    continue;
                }
                for theme in ThemeName::ALL {
                    let [one, other] = [a, b].map(|series| theme.palette().role(series.role));
                    for vision in Vision::ALL {
                        let distance = vision.distance(one, other);
                        assert!(
                            distance >= APART,
                            "{id} {} {theme:?} {vision:?}: {} and {} are {distance:.1}",
                            figure.id,
                            a.name,
                            b.name
                        );
                    }
                }
            }
        }
        // Points are named, and no two alike by one name.
        for mark in &figure.marks {
            assert!(!mark.label.is_empty() && mark.name.contains(char::is_numeric), "{id} {}: {mark:?}", figure.id);
        }
    }
}

#[test]
fn inv_blood_before_and_behind_the_lung_differ_to_every_eye() {
    for theme in ThemeName::ALL {
        let channels = &theme.palette().channels;
        for (name, a, b) in [
            ("arterial and venous", channels.arterial, channels.venous),
            ("perfusion and ventilation", channels.arterial, channels.ventilation),
            ("shunt and ventilation", channels.shunt, channels.ventilation),
        ] {
            for vision in Vision::ALL {
                let distance = vision.distance(a, b);
                assert!(distance >= APART, "{theme:?} {vision:?}: {name} are {distance:.1} apart");
            }
        }
    }
}

#[test]
fn inv_the_words_of_a_plot_hold_its_numbers() {
    for (id, figure) in figures() {
        assert!(
            figure.text.contains(char::is_numeric) && figure.text.len() > 60,
            "{id} {}: {}",
            figure.id,
            figure.text
        );
        for mark in figure.marks.iter().filter(|mark| mark.role == Role::Arterial && !mark.hollow) {
            let value = format!("{:.0}", mark.at[usize::from(figure.id == "iso_shunt")]);
            assert!(figure.text.contains(&value), "{id} {}: {value} in {}", figure.id, figure.text);
        }
        let rows = figure.to_csv().lines().count();
        let points: usize = figure.series.iter().map(|series| series.points.len()).sum();
        assert_eq!(rows, 1 + points + figure.marks.len(), "{id} {}", figure.id);
        let columns = figure.to_csv().lines().next().map_or(0, |head| head.split(',').count());
        assert!(columns >= 3, "{id} {}", figure.id);
    }
}
