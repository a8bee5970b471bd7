//! Each plot as data: axes, series by role, marks, a text equivalent, CSV. No toolkit.
//!
//! The window paints a [`Figure`] and adds hover; the command line writes the same value to a file. Every number in a
//! figure was computed by the model.

pub mod attribution;
pub mod blood_scale;
pub mod ecmo_loop;
pub mod index_explorer;
pub mod fit_lungs;
pub mod iso_shunt;
pub mod lung_map;
pub mod lung_picture;
pub mod o2_co2;
pub mod o2_dissociation;
pub mod oxygen_cascade;
pub mod pressure_volume;
mod shown;
mod shunt_lines;
pub mod side_by_side;
pub mod spo2_pio2;
mod trend_channels;
pub mod trends;
pub mod vq_distribution;
mod waterfall;

use std::ops::Range;

use thiserror::Error;

use crate::numerics::float;
use crate::physiology::indices::NoEstimate;
use crate::sim::reading::snapshot::Snapshot;
use crate::sim::steady::NoSteadyState;
use crate::study::attribution::NoAttribution;

/// Every plot of a patient that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plot {
    /// [`o2_dissociation`].
    O2Dissociation,
    /// [`iso_shunt`].
    IsoShunt,
    /// [`vq_distribution`].
    VqDistribution,
    /// [`o2_co2`].
    O2Co2,
    /// [`index_explorer`].
    IndexExplorer,
    /// [`spo2_pio2`].
    Spo2Pio2,
    /// [`oxygen_cascade`].
    OxygenCascade,
    /// [`attribution::fall`].
    Attribution,
    /// [`attribution::gradient`].
    AttributionAa,
    /// [`ecmo_loop`].
    EcmoLoop,
    /// [`pressure_volume`].
    PressureVolume,
    /// [`lung_map`].
    LungMap,
}

impl Plot {
    /// Every plot, in menu order.
    pub const ALL: [Plot; 12] = [
        Plot::O2Dissociation,
        Plot::IsoShunt,
        Plot::VqDistribution,
        Plot::O2Co2,
        Plot::IndexExplorer,
        Plot::Spo2Pio2,
        Plot::OxygenCascade,
        Plot::Attribution,
        Plot::AttributionAa,
        Plot::EcmoLoop,
        Plot::PressureVolume,
        Plot::LungMap,
    ];

    /// Its stable name, the [`Figure::id`].
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Plot::O2Dissociation => "o2_dissociation",
            Plot::IsoShunt => "iso_shunt",
            Plot::VqDistribution => "vq_distribution",
            Plot::O2Co2 => "o2_co2",
            Plot::IndexExplorer => "index_explorer",
            Plot::Spo2Pio2 => "spo2_pio2",
            Plot::OxygenCascade => "oxygen_cascade",
            Plot::Attribution => "attribution",
            Plot::AttributionAa => "attribution_aa",
            Plot::EcmoLoop => "ecmo_loop",
            Plot::PressureVolume => "pressure_volume",
            Plot::LungMap => "lung_map",
        }
    }

    /// Its name in a menu.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Plot::O2Dissociation => "O₂ dissociation",
            Plot::IsoShunt => "Iso-shunt, this patient",
            Plot::VqDistribution => "V/Q distribution",
            Plot::O2Co2 => "O₂-CO₂ diagram",
            Plot::IndexExplorer => "Indices over FiO₂",
            Plot::Spo2Pio2 => "SpO₂ over inspired PO₂",
            Plot::OxygenCascade => "Oxygen cascade",
            Plot::Attribution => "What lowers PaO₂",
            Plot::AttributionAa => "What widens A-a",
            Plot::EcmoLoop => "ECMO loop",
            Plot::PressureVolume => "Pressure and volume",
            Plot::LungMap => "Lung map",
        }
    }

    /// Keys of the numbers that it tells by a mark, a bar or a word: who covers one of them covers the plot.
    #[must_use]
    pub const fn tells(self) -> &'static [&'static str] {
        match self {
            Plot::O2Dissociation => &[
                "po2_art_mmhg",
                "so2_art_frac",
                "o2_art_ml_per_dl",
                "pco2_art_mmhg",
                "ph_art",
                "po2_ven_mmhg",
                "so2_ven_frac",
                "o2_ven_ml_per_dl",
                "po2_pulm_art_mmhg",
                "so2_pulm_art_frac",
                "o2_pulm_art_ml_per_dl",
                "o2_cap_ideal_ml_per_dl",
                "po2_alv_ideal_mmhg",
            ],
            Plot::IsoShunt => {
                &["po2_art_mmhg", "pco2_art_mmhg", "venous_admixture_frac", "shunt_true_frac", "output_now_l_per_min"]
            }
            Plot::VqDistribution => &["shunt_true_frac", "alveolar_dead_space_true_frac", "dead_space_true_frac"],
            Plot::O2Co2 => &[
                "pio2_mmhg",
                "po2_art_mmhg",
                "pco2_art_mmhg",
                "po2_ven_mmhg",
                "pco2_ven_mmhg",
                "po2_alv_ideal_mmhg",
                "po2_alv_mixed_mmhg",
                "pco2_alv_mixed_mmhg",
                "aa_gradient_mmhg",
            ],
            Plot::IndexExplorer => &[
                "po2_art_mmhg",
                "pf_ratio_mmhg",
                "aa_gradient_mmhg",
                "arterial_alveolar_ratio",
                "venous_admixture_frac",
                "shunt_true_frac",
            ],
            Plot::Spo2Pio2 => &["pio2_mmhg", "spo2_frac"],
            Plot::OxygenCascade => &[
                "pio2_mmhg",
                "po2_alv_ideal_mmhg",
                "pco2_art_mmhg",
                "po2_art_mmhg",
                "aa_gradient_mmhg",
                "po2_ven_mmhg",
                "po2_pulm_art_mmhg",
            ],
            Plot::Attribution => &["po2_art_mmhg"],
            Plot::AttributionAa => &["aa_gradient_mmhg"],
            Plot::EcmoLoop => &[
                "so2_art_frac",
                "so2_ven_frac",
                "so2_drained_frac",
                "so2_returned_frac",
                "so2_pulm_art_frac",
                "effective_flow_l_per_min",
                "effective_flow_frac",
                "recirculation_true_frac",
                "membrane_o2_transfer_ml_per_min",
                "output_now_l_per_min",
            ],
            Plot::PressureVolume => &[
                "peep_now_cmh2o",
                "end_expiratory_volume_l",
                "plateau_cmh2o",
                "driving_pressure_cmh2o",
                "mechanical_power_j_per_min",
                "compliance_now_ml_per_cmh2o",
                "tidal_volume_now_ml",
            ],
            Plot::LungMap => &[
                "open_tissue_frac",
                "collapsed_tissue_frac",
                "tidal_recruitment_frac",
                "overdistended_frac",
                "shunt_true_frac",
            ],
        }
    }

    /// Whether it shows what the patient would be at other FiO2: how he answers oxygen.
    #[must_use]
    pub const fn foretells(self) -> bool {
        matches!(self, Plot::IsoShunt | Plot::IndexExplorer | Plot::Spo2Pio2)
    }

    /// Finds a plot by its name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Plot> {
        Self::ALL.into_iter().find(|plot| plot.id() == id)
    }
}

/// Why a patient has not got a plot.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NoFigure {
    /// What it shows does not exist.
    #[error(transparent)]
    NoEstimate(#[from] NoEstimate),
    /// PaO2 is not shared out among causes.
    #[error(transparent)]
    NoAttribution(#[from] NoAttribution),
    /// The patient has no steady state.
    #[error(transparent)]
    NoSteadyState(#[from] NoSteadyState),
    /// A run keeps its past without what this takes.
    #[error("not kept of moments past")]
    NotKept,
}

pub use shown::round_step;

/// What a series or mark stands for; the theme gives it its colour and dash, never the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Arterial blood.
    Arterial,
    /// Mixed venous blood.
    Venous,
    /// Blood that enters the lung when a membrane lung precedes it.
    PulmonaryArterial,
    /// End-capillary blood.
    Capillary,
    /// Ideal alveolar gas.
    Alveolar,
    /// The dissociation curve or another curve of the model itself.
    Curve,
    /// A reference line such as an iso-shunt line.
    Reference,
    /// Ventilation.
    Ventilation,
    /// Perfusion.
    Perfusion,
    /// Shunted blood.
    Shunt,
    /// Alveolar dead space.
    DeadSpace,
    /// One unit of the lung.
    Unit,
    /// This patient's path.
    Patient,
    /// A state before the last action.
    Ghost,
    /// What the pulse oximeter reads.
    Oximeter,
    /// The alveolar-arterial difference.
    Gradient,
    /// CO2.
    Co2,
    /// pH.
    Ph,
    /// O2 delivery.
    Delivery,
    /// Open lung tissue.
    Open,
    /// Open lung tissue that is stretched too far.
    Overdistended,
    /// Lung tissue that opens and closes with each breath.
    Tidal,
    /// Lung tissue that no pressure opens.
    Consolidated,
    /// The first of several patients.
    One,
    /// The second.
    Other,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 27] = [
        Role::Arterial,
        Role::Venous,
        Role::PulmonaryArterial,
        Role::Capillary,
        Role::Alveolar,
        Role::Curve,
        Role::Reference,
        Role::Ventilation,
        Role::Perfusion,
        Role::Shunt,
        Role::DeadSpace,
        Role::Unit,
        Role::Patient,
        Role::Ghost,
        Role::Oximeter,
        Role::Gradient,
        Role::Co2,
        Role::Ph,
        Role::Delivery,
        Role::Open,
        Role::Overdistended,
        Role::Tidal,
        Role::Consolidated,
        Role::One,
        Role::Other,
        Role::Third,
        Role::Fourth,
    ];
}

/// How an axis spreads its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisScale {
    /// Linear.
    Linear,
    /// Decimal logarithm; points hold the value itself, not its logarithm.
    Log10,
}

/// One axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Name, for example `PO₂`.
    pub label: String,
    /// Unit as printed; empty for a fraction.
    pub unit: String,
    /// Smallest value shown.
    pub min: f64,
    /// Largest value shown.
    pub max: f64,
    /// Linear or logarithmic.
    pub scale: AxisScale,
    /// Values with a tick and a label.
    pub ticks: Vec<f64>,
    /// Digits after the point of a tick label.
    pub decimals: usize,
    /// What stands at the ticks where the axis lists things instead of numbers; empty for numbers.
    pub names: Vec<String>,
    /// Where what is listed are parts of the lung: the units of each, as indices into
    /// [`crate::sim::reading::snapshot::Snapshot::units`].
    pub units: Vec<Range<usize>>,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// A full line.
    Solid,
    /// A dashed line.
    Dashed,
    /// A dotted line.
    Dotted,
    /// A line of dashes and dots.
    DashDot,
    /// Dots; where there are [`Series::extents`], each as large in area as its own.
    Dots,
    /// Vertical stems from zero with a dot on top.
    Stems,
    /// Horizontal bars, one a point: from its [`Series::extents`] to its x, around its y. Those of a ghost are hollow.
    Bars,
}

impl Stroke {
    /// Whether it is a line from point to point.
    #[must_use]
    pub const fn is_line(self) -> bool {
        matches!(self, Stroke::Solid | Stroke::Dashed | Stroke::Dotted | Stroke::DashDot)
    }
}

/// Points of one role.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it stands for.
    pub role: Role,
    /// Name in the legend, the text equivalent and the CSV.
    pub name: String,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Points in axis values.
    pub points: Vec<[f64; 2]>,
    /// A label at the last point, where it has one (for example `30 %`).
    pub end_label: Option<String>,
    /// Whether its y values are those of the right axis.
    pub on_right: bool,
    /// Text beside each point; empty where there is none.
    pub labels: Vec<String>,
    /// One more number of each point: of bars where they begin on x, of dots the blood flow that their area shows,
    /// L/min; empty where bars begin at 0 and dots are alike.
    pub extents: Vec<f64>,
}

impl Series {
    /// Points of one role, without labels.
    #[must_use]
    pub fn new(role: Role, name: impl Into<String>, stroke: Stroke, points: Vec<[f64; 2]>) -> Self {
        let name = name.into();
        Series { role, name, stroke, points, end_label: None, on_right: false, labels: Vec::new(), extents: Vec::new() }
    }
}

/// One named point.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it stands for.
    pub role: Role,
    /// Short label drawn beside it, for example `a`.
    pub label: String,
    /// Whole name for hover and the text equivalent, with its numbers.
    pub name: String,
    /// Position in axis values; outside the axes it is drawn as an arrow at the edge.
    pub at: [f64; 2],
    /// Drawn hollow: a ghost, or an ideal point.
    pub hollow: bool,
}

/// A second vertical axis on the right, a linear map of the first.
#[derive(Debug, Clone, PartialEq)]
pub struct RightAxis {
    /// Name.
    pub label: String,
    /// Unit as printed.
    pub unit: String,
    /// Right value = scale times left value.
    pub per_left: f64,
    /// Right values with a tick.
    pub ticks: Vec<f64>,
    /// Digits after the point of a tick label.
    pub decimals: usize,
}

impl RightAxis {
    /// Name and unit, as a heading has them.
    #[must_use]
    pub fn heading(&self) -> String {
        heading(&self.label, &self.unit)
    }
}

fn heading(label: &str, unit: &str) -> String {
    if unit.is_empty() { label.to_owned() } else { format!("{label}, {unit}") }
}

/// A plot, complete: what is drawn, what it says in words, and its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Stable name, for example `o2_dissociation`: file names and tests use it.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Right axis, where there is one.
    pub right: Option<RightAxis>,
    /// What the labels at the ends of its lines count, with its unit: written over them.
    pub ends: Option<&'static str>,
    /// Lines, dots and stems, painted in this order.
    pub series: Vec<Series>,
    /// Named points, painted last.
    pub marks: Vec<Mark>,
    /// What the plot shows, in words with numbers: the accessible description.
    pub text: String,
}

impl Axis {
    /// A linear axis with even ticks.
    #[must_use]
    pub fn linear(label: &str, unit: &str, range: [f64; 2], tick: f64, decimals: usize) -> Self {
        let count = ((range[1] - range[0]) / tick + 1e-9).floor() as usize;
        Axis {
            label: label.to_owned(),
            unit: unit.to_owned(),
            min: range[0],
            max: range[1],
            scale: AxisScale::Linear,
            ticks: (0..=count).map(|i| range[0] + tick * i as f64).collect(),
            decimals,
            names: Vec::new(),
            units: Vec::new(),
        }
    }

    /// A linear axis around a range, from tick to tick, with at most so many steps between them.
    #[must_use]
    pub fn nice(label: &str, unit: &str, [low, high]: [f64; 2], steps: usize) -> Self {
        let raw = ((high - low) / steps as f64).max(1e-9);
        let decade = float::pow(10f64, float::log10(raw).floor());
        let (factor, digit) = [(1.0, 0), (2.0, 0), (2.5, 1), (5.0, 0)]
            .into_iter()
            .find(|(factor, _)| factor * decade >= raw)
            .unwrap_or((10.0, 0));
        let tick = factor * decade;
        let [from, to] = [(low / tick + 1e-9).floor() * tick, (high / tick - 1e-9).ceil() * tick];
        let digits = (-float::log10(tick).floor()).max(0.0) as usize + if tick < 10.0 { digit } else { 0 };
        Axis::linear(label, unit, [from, to.max(from + tick)], tick, digits)
    }

    /// An axis that lists things, the first at the top.
    #[must_use]
    pub fn list(names: Vec<String>) -> Self {
        let count = names.len();
        Axis {
            ticks: (0..count).map(|i| (count - 1 - i) as f64).collect(),
            names,
            ..Axis::linear("", "", [-0.5, count as f64 - 0.5], 1.0, 0)
        }
    }

    /// Name and unit, as a heading has them.
    #[must_use]
    pub fn heading(&self) -> String {
        heading(&self.label, &self.unit)
    }

    /// What is printed at a tick.
    #[must_use]
    pub fn tick_text(&self, index: usize) -> String {
        let Some(value) = self.ticks.get(index) else { return String::new() };
        match self.names.get(index) {
            Some(name) => name.clone(),
            None => format!("{value:.*}", self.decimals_at(*value)).replace('-', "−"),
        }
    }

    /// Digits after the point at a value: a logarithmic axis prints 0.01 and 10 with those that each needs.
    #[must_use]
    pub fn decimals_at(&self, value: f64) -> usize {
        match self.scale {
            AxisScale::Linear => self.decimals,
            AxisScale::Log10 => (-float::log10(value).floor()).max(0.0) as usize,
        }
    }

    /// Where a value stands between the ends of the axis: 0 at the smallest, 1 at the largest.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let [min, max, at] = [self.min, self.max, value].map(|value| match self.scale {
            AxisScale::Linear => value,
            AxisScale::Log10 => float::log10(value.max(f64::MIN_POSITIVE)),
        });
        (at - min) / (max - min)
    }
}

/// Most characters of a name beside a point.
const MOST_LABEL_CHARS: usize = 24;

impl Figure {
    /// The data behind the plot, one row a point: `series,x,y` with the units in the header, and where points have
    /// them a last column of [`Series::extents`].
    #[must_use]
    pub fn to_csv(&self) -> String {
        let head = |label: &str, unit: &str| match (label, unit) {
            ("", _) => "name".to_owned(),
            (label, "") => label.to_owned(),
            (label, unit) => format!("{label} ({unit})"),
        };
        let x_head = head(&self.x.label, &self.x.unit);
        let mut y_head = head(&self.y.label, &self.y.unit);
        if let Some(right) = self.right.as_ref().filter(|_| self.series.iter().any(|series| series.on_right)) {
            y_head.push_str(&format!(" or {}", head(&right.label, &right.unit)));
        }
        let bars = self.series.iter().any(|series| series.stroke == Stroke::Bars);
        let extents = self.series.iter().any(|series| !series.extents.is_empty());
        let last = match (bars, extents) {
            (true, _) => format!(",{}", field(&format!("from {x_head}"))),
            (_, true) => ",flow (L/min)".to_owned(),
            _ => String::new(),
        };
        let mut out = format!("series,{},{}{last}\n", field(&x_head), field(&y_head));
        let mut row = |name: &str, [x, y]: [f64; 2], extent: Option<f64>| {
            let listed = self
                .y
                .ticks
                .iter()
                .position(|tick| tick.total_cmp(&y).is_eq())
                .and_then(|index| self.y.names.get(index));
            let y = listed.map_or_else(|| y.to_string(), |name| field(name));
            out.push_str(&format!("{},{x},{y}", field(name)));
            if bars || extents {
                out.push_str(&extent.map_or_else(|| ",".to_owned(), |extent| format!(",{extent}")));
            }
            out.push('\n');
        };
        for series in &self.series {
            for (i, point) in series.points.iter().enumerate() {
                let begins = (series.stroke == Stroke::Bars).then_some(0.0);
                row(&series.name, *point, series.extents.get(i).copied().or(begins));
            }
        }
        self.marks.iter().for_each(|mark| row(&mark.name, mark.at, None));
        out
    }

    /// The same with a name for the state that it is compared with, in place of `before`: where what is held beside is
    /// not the moment before.
    #[must_use]
    pub fn beside(mut self, name: &str) -> Figure {
        let said = |text: &str| match text.strip_suffix(" before") {
            Some(what) => format!("{what}, {name}"),
            None => text.replacen("before", name, 1),
        };
        for series in self.series.iter_mut().filter(|series| series.role == Role::Ghost) {
            series.name = said(&series.name);
        }
        for mark in self.marks.iter_mut().filter(|mark| mark.role == Role::Ghost) {
            let label = crate::text::shown_to(name, MOST_LABEL_CHARS);
            mark.label = if mark.label == "before" { label } else { said(&mark.label) };
            mark.name = said(&mark.name);
        }
        self.text.push_str(&format!(" Held beside: {name}."));
        self
    }

    /// The largest flow that a dot's area shows, L/min; 0 where none does.
    #[must_use]
    pub fn largest_dot(&self) -> f64 {
        let sized = self.series.iter().filter(|series| series.stroke == Stroke::Dots);
        sized.flat_map(|series| &series.extents).copied().fold(0.0, f64::max)
    }

    /// For each point of a series the unit of the lung that it stands for, as an index into
    /// [`crate::sim::reading::snapshot::Snapshot::units`], where that has `units` of them and all of them have points.
    #[must_use]
    pub fn first_unit(&self, index: usize, units: usize) -> Option<usize> {
        let series = self.series.get(index)?;
        let flows = matches!(series.role, Role::Perfusion | Role::Ventilation) && series.stroke != Stroke::Bars;
        let dots = series.role == Role::Unit && series.stroke == Stroke::Dots;
        let alike = |other: &&Series| other.role == series.role && other.stroke != Stroke::Bars;
        let points = |list: &[Series]| list.iter().filter(alike).map(|other| other.points.len()).sum::<usize>();
        ((flows || dots) && points(&self.series) == units).then(|| points(&self.series[..index]))
    }

    /// Where a point of a series stands, in values of the axes x and y.
    #[must_use]
    pub fn on_axes(&self, series: &Series, [x, y]: [f64; 2]) -> [f64; 2] {
        match &self.right {
            Some(right) if series.on_right => [x, y / right.per_left],
            _ => [x, y],
        }
    }
}

/// What arterial blood of a patient is called, `usual` where there is one: [`Snapshot::bedside_arterial`].
fn arterial_name<'a>(now: &Snapshot, usual: &'a str) -> &'a str {
    if now.bypass.is_some() { "blood of the right arm" } else { usual }
}

/// Quotes a CSV field where it needs it.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
