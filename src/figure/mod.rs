//! Each plot as data: axes, series by role, marks, a text equivalent, CSV. No toolkit.
//!
//! The window paints a [`Figure`] and adds hover; the command line writes the same value to a file. Every number in a
//! figure was computed by the model.

pub mod blood_scale;
pub mod iso_shunt;
pub mod lung_picture;
pub mod o2_dissociation;
mod trend_channels;
pub mod trends;
pub mod vq_distribution;

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
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// A full line.
    Solid,
    /// A dashed line.
    Dashed,
    /// Dots only.
    Dots,
    /// Vertical stems from zero with a dot on top.
    Stems,
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
        }
    }
}

impl Figure {
    /// The data behind the plot, one row a point: `series,x,y` with the units in the header.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let head = |axis: &Axis| {
            if axis.unit.is_empty() { axis.label.clone() } else { format!("{} ({})", axis.label, axis.unit) }
        };
        let mut out = format!("series,{},{}\n", field(&head(&self.x)), field(&head(&self.y)));
        let rows = self.series.iter().flat_map(|s| s.points.iter().map(|p| (s.name.as_str(), *p)));
        for (name, [x, y]) in rows.chain(self.marks.iter().map(|m| (m.name.as_str(), m.at))) {
            out.push_str(&format!("{},{x},{y}\n", field(name)));
        }
        out
    }
}

/// Quotes a CSV field where it needs it.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
