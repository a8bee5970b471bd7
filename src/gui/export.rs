//! Out of the window: a picture as PNG or SVG, the data behind it as CSV or onto the clipboard, the window as PNG.
//!
//! Menus only say what is wanted; [`Exporter::work`] does it between frames.

use std::sync::Arc;

use eframe::egui::{
    Button, ColorImage, Context, Pos2, Rect, ScreenshotCallback, Ui, ViewportCommand, ViewportId, mutex::Mutex,
};

use crate::{
    draw::{
        lung,
        palette::ThemeName,
        png::{HAS_PNG, drawn, pack, png},
        svg::svg,
        trend,
    },
    figure::{Figure, lung_picture::LungPicture, trends::Trends},
    store::{AnyStore, Key, Mailbox, StoreError},
    text::words,
};

/// Size of an exported plot, pixels.
const PLOT_PIXELS: [u32; 2] = [1200, 800];

/// What is wanted out of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A plot, by its name, as a file.
    Plot(String, Format),
    /// The data of a plot, by its name, on the clipboard.
    Copy(String),
    /// The picture of the lung as SVG.
    Lung(String),
    /// The trend as it is shown, as a file.
    Trend(Box<Trends>, Format),
    /// The data of the trend on the clipboard.
    CopyTrend(Box<Trends>),
    /// What the window shows within a rectangle, or all of it, as PNG; with the name of the file.
    Screen(Option<Rect>, String),
}

impl Wanted {
    /// Whether it is written to a file.
    #[must_use]
    pub fn is_written(&self) -> bool {
        !matches!(self, Wanted::Copy(_) | Wanted::CopyTrend(_))
    }
}

/// How a plot is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    Png,
    /// Shapes and text.
    Svg,
    /// The data.
    Csv,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Svg => "svg",
            Format::Csv => "csv",
        }
    }
}

/// Those of the entries of a menu that this program can do.
fn had<'a, T>(entries: &'a [(&'static str, T)]) -> impl Iterator<Item = &'a (&'static str, T)> {
    entries.iter().filter(|(text, _)| HAS_PNG || *text != words::exports::as_png())
}

/// The entries of a menu for a plot; a picture that is none can be had as it stands on the screen, in `rect`.
pub fn entries(ui: &mut Ui, name: &str, is_plot: bool, rect: Rect, wanted: &mut Option<Wanted>) {
    let plot = |format| Wanted::Plot(name.to_owned(), format);
    let screen = || Wanted::Screen(Some(rect), name.to_owned());
    let all: &[(&str, Wanted)] = &[
        (words::exports::as_png(), plot(Format::Png)),
        (words::exports::as_svg(), plot(Format::Svg)),
        (words::exports::as_csv(), plot(Format::Csv)),
        (words::exports::copy_csv(), Wanted::Copy(name.to_owned())),
    ];
    let lung: &[(&str, Wanted)] =
        &[(words::exports::as_png(), screen()), (words::exports::as_svg(), Wanted::Lung(name.to_owned()))];
    for (text, what) in had(if is_plot { all } else { lung }) {
        if ui.add(Button::new(*text)).clicked() {
            *wanted = Some(what.clone());
            ui.close();
        }
    }
}

/// What can be had of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfTrend {
    /// As a file.
    File(Format),
    /// Its data on the clipboard.
    Copy,
}

impl OfTrend {
    /// Of the trend as it is shown.
    #[must_use]
    pub fn wanted(self, trends: Trends) -> Wanted {
        match self {
            OfTrend::File(format) => Wanted::Trend(Box::new(trends), format),
            OfTrend::Copy => Wanted::CopyTrend(Box::new(trends)),
        }
    }
}

/// The entries of a menu for the trend; returns the one asked for.
pub fn trend_entries(ui: &mut Ui) -> Option<OfTrend> {
    let all = [
        (words::exports::as_png(), OfTrend::File(Format::Png)),
        (words::exports::as_svg(), OfTrend::File(Format::Svg)),
        (words::exports::as_csv(), OfTrend::File(Format::Csv)),
        (words::exports::copy_csv(), OfTrend::Copy),
    ];
    let mut asked = None;
    for (text, what) in had(&all) {
        if ui.add(Button::new(*text)).clicked() {
            asked = Some(*what);
            ui.close();
        }
    }
    asked
}

/// A screenshot on its way.
type Shot = Arc<Mutex<Option<Arc<ColorImage>>>>;

/// What has come of something that was wanted, in words.
type Outcome = Result<String, String>;

/// Does what is wanted.
#[derive(Default)]
pub struct Exporter {
    store: AnyStore,
    written: Mailbox<Outcome>,
    /// A screenshot that waits until the menu it was asked for in is gone.
    next: Option<(Option<Rect>, Key)>,
    shot: Option<(Option<Rect>, Key, Shot)>,
}

/// What a picture is of, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The plots in sight.
    pub figures: &'a [Figure],
    /// The lung; none where there is no steady state.
    pub lung: Option<&'a LungPicture>,
    /// Theme of the window.
    pub theme: ThemeName,
    /// Name of the patient, with which file names begin.
    pub patient: &'a str,
    /// The folder into which it goes.
    pub folder: &'a str,
}

impl Exporter {
    /// Into the files of a store.
    pub(super) fn into_store(store: AnyStore) -> Exporter {
        Exporter { store, ..Exporter::default() }
    }

    /// Does what is wanted and goes on with what is on its way; in words what came of it, if anything has.
    pub fn work(&mut self, ctx: &Context, wanted: Option<Wanted>, source: &Source<'_>) -> Option<Outcome> {
        if let Some((rect, key)) = self.next.take() {
            let shot: Shot = Arc::default();
            let (taken, context) = (Arc::clone(&shot), ctx.clone());
            let callback = ScreenshotCallback::new(move |image| {
                *taken.lock() = Some(image);
                context.request_repaint();
            });
            ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Screenshot(callback));
            self.shot = Some((rect, key, shot));
        }
        let done = match wanted {
            Some(what) => self.begin(ctx, what, source),
            None => self.take_shot(ctx),
        };
        done.or_else(|| self.written.fetch())
    }

    /// Whether something is being written.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.written.waiting() > 0
    }

    /// Has the screenshot written that was taken; why it cannot be.
    fn take_shot(&mut self, ctx: &Context) -> Option<Outcome> {
        let (rect, key, shot) = self.shot.take()?;
        let Some(image) = shot.lock().take() else {
            self.shot = Some((rect, key, shot));
            return None;
        };
        self.write(key, packed(&image, rect, ctx.pixels_per_point()))
    }

    /// Has something written; why there is nothing to be written.
    fn write(&mut self, key: Key, bytes: Result<Vec<u8>, String>) -> Option<Outcome> {
        match bytes {
            Ok(bytes) => {
                let done = self.written.expect(|outcome: Result<String, StoreError>| {
                    outcome.map(words::exports::written).map_err(|error| error.to_string())
                });
                self.store.write(key, bytes, done);
                None
            }
            Err(problem) => Some(Err(problem)),
        }
    }

    fn begin(&mut self, ctx: &Context, what: Wanted, source: &Source<'_>) -> Option<Outcome> {
        let figure = |name: &str| source.figures.iter().find(|figure| figure.id == name);
        match what {
            Wanted::Plot(name, format) => {
                let bytes = plot_bytes(figure(&name)?, format, source.theme);
                self.write(new_file(source, &name, format), bytes)
            }
            Wanted::Copy(name) => {
                let figure = figure(&name)?;
                ctx.copy_text(figure.to_csv());
                Some(Ok(words::exports::plot_copied(&figure.title)))
            }
            Wanted::Lung(name) => {
                let drawn = lung::svg(source.lung?, source.theme, PLOT_PIXELS);
                self.write(new_file(source, &name, Format::Svg), Ok(drawn.into_bytes()))
            }
            Wanted::Trend(trends, format) => {
                let bytes = trend_bytes(&trends, format, source.theme);
                self.write(new_file(source, "trend", format), bytes)
            }
            Wanted::CopyTrend(trends) => {
                ctx.copy_text(trends.to_csv());
                Some(Ok(words::exports::trend_copied().to_owned()))
            }
            Wanted::Screen(rect, name) => {
                self.next = Some((rect, new_file(source, &name, Format::Png)));
                ctx.request_repaint();
                None
            }
        }
    }
}

/// A file of that name beside those that exist.
fn new_file(source: &Source<'_>, name: &str, format: Format) -> Key {
    let stem = format!("{}-{name}", source.patient);
    Key::New { folder: source.folder.to_owned(), stem, ending: format.extension() }
}

fn plot_bytes(figure: &Figure, format: Format, theme: ThemeName) -> Result<Vec<u8>, String> {
    Ok(match format {
        Format::Png => png(figure, theme, PLOT_PIXELS).map_err(|error| error.to_string())?,
        Format::Svg => svg(figure, theme, PLOT_PIXELS).into_bytes(),
        Format::Csv => figure.to_csv().into_bytes(),
    })
}

fn trend_bytes(trends: &Trends, format: Format, theme: ThemeName) -> Result<Vec<u8>, String> {
    let picture = || trend::svg(trends, theme, PLOT_PIXELS);
    Ok(match format {
        Format::Png => {
            drawn(words::exports::the_trend(), &picture(), PLOT_PIXELS).map_err(|error| error.to_string())?
        }
        Format::Svg => picture().into_bytes(),
        Format::Csv => trends.to_csv().into_bytes(),
    })
}

/// What the screen shows within a rectangle of points, as PNG.
fn packed(image: &ColorImage, rect: Option<Rect>, scale: f32) -> Result<Vec<u8>, String> {
    let [width, height] = image.size;
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(width as f32, height as f32));
    let part = rect.map_or(whole, |rect| (rect * scale).round().intersect(whole));
    let (left, top) = (part.left() as usize, part.top() as usize);
    let (wide, high) = (part.width() as usize, part.height() as usize);
    let rows = (top..top + high).flat_map(|y| &image.pixels[y * width + left..y * width + left + wide]);
    let bytes: Vec<u8> = rows.flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    pack(&bytes, [wide as u32, high as u32]).map_err(|error| error.to_string())
}
