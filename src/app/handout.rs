//! A deck on paper: questions first, answers at the end, in one file that needs no other.

use crate::app::lesson::{Key, Lesson};
use crate::app::lesson_pictures::{Picture, Shown, Who};
use crate::draw::palette::ThemeName;
use crate::draw::{lung, svg, trend};
use crate::scenario::choice::Believed;
use crate::scenario::deck::{Body, Scene, Step};
use crate::text::display_units::DisplayUnits;
use crate::text::{shown_to, subscripted};

/// Size of a picture, in pixels of its own.
const PICTURE: [u32; 2] = [760, 500];
/// Most characters of a text that comes from a file.
const CHARS: usize = 4000;

const STYLE: &str = "\
@page { margin: 16mm; }
body { font: 11pt/1.45 'DejaVu Sans', Verdana, sans-serif; color: #14181f; max-width: 178mm; margin: 0 auto; padding: 8mm; }
h1 { font-size: 20pt; margin: 0 0 2mm; } h2 { font-size: 15pt; margin: 8mm 0 2mm; } h3 { font-size: 12pt; margin: 0 0 1mm; }
.step { break-inside: avoid; margin: 0 0 7mm; } .answers { break-before: page; }
ol { margin: 1mm 0 2mm; padding-left: 8mm; } li { margin: .6mm 0; }
figure { margin: 2mm 0; } figure img { width: 100%; max-width: 120mm; height: auto; }
.pair { display: flex; gap: 4mm; } .pair figure { flex: 1; } figcaption, .small { font-size: 9pt; color: #3c4554; }
table { border-collapse: collapse; font-size: 10pt; margin: 1mm 0; } td, th { border: 1px solid #8a94a3; padding: .6mm 2mm; text-align: left; }
.right { font-weight: bold; } .note { background: #eef1f5; padding: 2mm 3mm; }
@media print { body { padding: 0; max-width: none; } }
";

/// The handout as an HTML document. It prints on A4 and on Letter.
#[must_use]
pub fn html(lesson: &Lesson, units: DisplayUnits) -> String {
    let deck = lesson.deck();
    let mut page = Page { lesson, units, out: String::new() };
    let head = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n",
        escaped(&deck.language),
        escaped(&deck.title)
    );
    page.out.push_str(&head);
    page.add("h1", "", &deck.title);
    page.add(
        "p",
        "small",
        &format!("{} min · every number computed by isoshunt {}", deck.minutes, env!("CARGO_PKG_VERSION")),
    );
    page.add("h2", "", "Questions");
    for (index, step) in deck.steps.iter().enumerate() {
        page.question(index, step);
    }
    page.out.push_str("<div class=\"answers\">\n");
    page.add("h2", "", "Answers");
    for (index, step) in deck.steps.iter().enumerate() {
        page.answer(index, step);
    }
    page.out.push_str("</div>\n<div class=\"answers\">\n");
    page.lesson_notes();
    page.out.push_str("</div>\n</body>\n</html>\n");
    page.out
}

struct Page<'l> {
    lesson: &'l Lesson,
    units: DisplayUnits,
    out: String,
}

impl Page<'_> {
    fn add(&mut self, tag: &str, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.out.push_str(&format!("<{tag}{class}>{}</{tag}>\n", escaped(&subscripted(text))));
    }

    fn title(&self, index: usize, step: &Step, revealed: bool) -> String {
        format!("{}  {}", index + 1, self.lesson.filled(index, &step.title, revealed, self.units))
    }

    fn question(&mut self, index: usize, step: &Step) {
        let Body::Scene(scene) = &step.body else { return };
        self.out.push_str("<section class=\"step\">\n");
        self.add("h3", "", &self.title(index, step, false));
        self.add("p", "", &self.lesson.filled(index, &scene.say, false, self.units));
        self.pictures(index, scene, false);
        self.tiles(index, scene, false);
        if let Some(ask) = scene.ask.as_ref().filter(|_| self.lesson.right(index).is_some()) {
            self.add("p", "right", &format!("{} …", self.lesson.filled(index, &ask.text, false, self.units)));
            self.out.push_str("<ol>\n");
            for option in &ask.options {
                self.add("li", "", &format!("☐ {}", self.lesson.filled(index, &option.text, false, self.units)));
            }
            self.out.push_str("</ol>\n");
        }
        self.out.push_str("</section>\n");
    }

    fn answer(&mut self, index: usize, step: &Step) {
        self.out.push_str("<section class=\"step\">\n");
        self.add("h3", "", &self.title(index, step, true));
        match &step.body {
            Body::TakeHome(sentences) => {
                self.out.push_str("<ol>\n");
                for sentence in sentences {
                    self.add("li", "", &self.lesson.filled(index, sentence, true, self.units));
                }
                self.out.push_str("</ol>\n");
            }
            Body::Scene(scene) => {
                if let (Some(ask), Some(right)) = (&scene.ask, self.lesson.right(index)) {
                    let text = self.lesson.filled(index, &ask.options[right].text, true, self.units);
                    self.add("p", "right", &format!("{}. {text}", right + 1));
                }
                if let Some(reveal) = &scene.reveal {
                    self.add("p", "", &self.lesson.filled(index, reveal, true, self.units));
                }
                self.pictures(index, scene, true);
                self.tiles(index, scene, true);
            }
        }
        self.out.push_str("</section>\n");
    }

    fn pictures(&mut self, index: usize, scene: &Scene, revealed: bool) {
        let rows: Vec<Vec<(String, Picture)>> =
            [Some((Who::Here, &scene.patient)), scene.other.as_ref().map(|o| (Who::Other, o))]
                .into_iter()
                .flatten()
                .map(|(who, subject)| {
                    let name = if scene.other.is_some() { subject.scenario.title.clone() } else { String::new() };
                    let pictures = self.lesson.pictures(index, who, Shown { revealed, ..Shown::default() }, self.units);
                    pictures.into_iter().map(|picture| (name.clone(), picture)).collect()
                })
                .collect();
        let count = rows.first().map_or(0, Vec::len);
        for i in 0..count {
            self.out.push_str("<div class=\"pair\">\n");
            for (name, picture) in rows.iter().filter_map(|row| row.get(i)) {
                let Some(drawn) = drawn(picture) else { continue };
                self.out.push_str("<figure>");
                self.out.push_str(&format!(
                    "<img alt=\"{}\" src=\"data:image/svg+xml,{}\">",
                    escaped(&picture.words()),
                    percent(&drawn)
                ));
                if !name.is_empty() {
                    self.add("figcaption", "", name);
                }
                self.out.push_str("</figure>\n");
            }
            self.out.push_str("</div>\n");
        }
    }

    fn tiles(&mut self, index: usize, scene: &Scene, revealed: bool) {
        let Some(worked) = self.lesson.worked(index) else { return };
        if scene.tiles.is_empty() {
            return;
        }
        self.out.push_str("<table><tr>");
        if scene.other.is_some() {
            self.add("th", "", "");
        }
        for tile in &scene.tiles {
            self.add("th", "", tile.label);
        }
        self.out.push_str("</tr>\n");
        let sides = [Some((&worked.here, &scene.patient)), worked.other.as_ref().zip(scene.other.as_ref())];
        for (sides, subject) in sides.into_iter().flatten() {
            self.out.push_str("<tr>");
            if scene.other.is_some() {
                self.add("th", "", &subject.scenario.title);
            }
            let outcome = if revealed { &sides.after } else { &sides.before };
            for tile in &scene.tiles {
                self.add("td", "", &self.lesson.tile(index, tile, outcome, revealed, self.units));
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</table>\n");
    }

    /// For who teaches it: aim and time, what the hall usually believes, what to ask next.
    fn lesson_notes(&mut self) {
        let deck = self.lesson.deck();
        self.add("h2", "", "Lesson notes");
        let last = deck.steps.len() - 1;
        if let Some(Body::TakeHome(sentences)) = deck.steps.last().map(|step| &step.body) {
            self.add("p", "", "Aim: that all leave with these sentences.");
            self.out.push_str("<ul>\n");
            for sentence in sentences {
                self.add("li", "", &self.lesson.filled(last, sentence, true, self.units));
            }
            self.out.push_str("</ul>\n");
        }
        self.out.push_str("<table><tr><th>Step</th><th>Min</th><th>Vote</th><th>What the hall often believes</th><th>Ask next</th></tr>\n");
        for (index, step) in deck.steps.iter().enumerate() {
            let Body::Scene(scene) = &step.body else { continue };
            let believed: Vec<String> = scene
                .ask
                .iter()
                .flat_map(|ask| &ask.options)
                .filter_map(|option| match option.believed.as_ref()? {
                    Believed::Belief(belief) => Some(belief.words.clone()),
                    Believed::Other { .. } => None,
                })
                .collect();
            let mut said: Vec<String> = Vec::new();
            for words in believed {
                if !said.contains(&words) {
                    said.push(words);
                }
            }
            let lost = matches!(self.lesson.key(index), Some(Key::Lost { .. } | Key::NoAnswer(_)));
            let notes = scene.notes.as_ref().map(|notes| self.lesson.filled(index, notes, true, self.units));
            let vote = match (&scene.ask, lost) {
                (None, _) => "–",
                (Some(_), true) => "not asked: no option, or more than one, holds what the model answers",
                (Some(_), false) if scene.talk => "first vote, talk, second vote",
                (Some(_), false) => "one vote",
            };
            self.out.push_str("<tr>");
            let title = self.title(index, step, true);
            let minutes = step.minutes.to_string();
            for cell in [&title, &minutes, vote, &said.join(" "), notes.as_deref().unwrap_or("")] {
                self.add("td", "", cell);
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</table>\n");
        if !deck.sources.is_empty() {
            self.add("h3", "", "Sources");
            self.out.push_str("<ul>\n");
            for source in &deck.sources {
                self.add("li", "small", source);
            }
            self.out.push_str("</ul>\n");
        }
        self.add("p", "small", "For teaching; not for clinical use.");
    }
}

/// A picture as SVG; none where there is nothing to see.
fn drawn(picture: &Picture) -> Option<String> {
    Some(match picture {
        Picture::Plot(figure) => svg::svg(figure, ThemeName::Light, PICTURE),
        Picture::Lung(picture) => lung::svg(picture, ThemeName::Light, PICTURE),
        Picture::Trends(trends) => trend::svg(trends, ThemeName::Light, PICTURE),
        Picture::Covered { .. } | Picture::Absent { .. } => return None,
    })
}

fn escaped(text: &str) -> String {
    let text = shown_to(text, CHARS);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text within an address.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'=' | b';' | b',' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
