//! What a move at the bedside has changed, by the model's own numbers before and after it, and at what price.

use crate::physiology::distribution::log_moments;
use crate::sim::play::moves::Move;
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
use crate::text::display_units::DisplayUnits;
use crate::text::words;
use crate::units::percent_from_frac;

/// Numbers that a move is judged by, in the order in which they are told.
const JUDGED: [&str; 15] = [
    "shunt_true_frac",
    "venous_admixture_frac",
    "dead_space_true_frac",
    LOG_SD,
    "po2_art_mmhg",
    "output_now_l_per_min",
    "arterial_pressure_mmhg",
    "o2_delivery_ml_per_min",
    "plateau_cmh2o",
    "driving_pressure_cmh2o",
    "mechanical_power_j_per_min",
    "strain_ratio",
    "end_expiratory_volume_l",
    "open_tissue_frac",
    "overdistended_frac",
];
/// The spread of perfusion over V/Q, which is read off the units.
const LOG_SD: &str = "log_sd_q";
/// Mean arterial pressure below which organs are at risk (Evans L et al., Intensive Care Med 2021;47:1181-1247), mmHg.
const LEAST_ARTERIAL_MMHG: f64 = 65.0;
/// Plateau that is not to be passed (ARDS Network, N Engl J Med 2000;342:1301-1308), cmH2O.
const MOST_PLATEAU_CMH2O: f64 = 30.0;
/// Transpulmonary pressure of a strain of 2 (Chiumello D et al., Am J Respir Crit Care Med 2008;178:346-355), cmH2O.
const MOST_TRANSPULMONARY_CMH2O: f64 = 27.0;
/// Change of shares of tissue that is worth a word.
const WORTH_A_WORD_FRAC: f64 = 0.02;
/// Fall of the output that is worth a word, as a share of it.
const OUTPUT_FALL_FRAC: f64 = 0.1;

/// The worst that there was while a move went on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst {
    /// Lowest output, L/min.
    pub output_l_per_min: f64,
    /// Lowest mean arterial pressure, mmHg; none without a circulation of its own.
    pub arterial_mmhg: Option<f64>,
    /// Highest transpulmonary pressure, cmH2O.
    pub transpulmonary_cmh2o: Option<f64>,
    /// Whether the heart stood still.
    pub arrest: bool,
}

impl Worst {
    /// Of one moment.
    #[must_use]
    pub fn of(now: &Snapshot) -> Worst {
        let mechanics = now.mechanics.as_ref();
        Worst {
            output_l_per_min: now.output_l_per_min(),
            arterial_mmhg: mechanics.map(|reading| reading.arterial_pressure_mmhg),
            transpulmonary_cmh2o: mechanics.map(|reading| reading.breath.inspired.transpulmonary_cmh2o),
            arrest: mechanics.is_some_and(|reading| reading.circulation.arrest),
        }
    }

    /// Of two stretches of time.
    #[must_use]
    pub fn or(self, other: Worst) -> Worst {
        let either = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (a, b) => a.or(b),
        };
        Worst {
            output_l_per_min: self.output_l_per_min.min(other.output_l_per_min),
            arterial_mmhg: either(self.arterial_mmhg, other.arterial_mmhg, f64::min),
            transpulmonary_cmh2o: either(self.transpulmonary_cmh2o, other.transpulmonary_cmh2o, f64::max),
            arrest: self.arrest || other.arrest,
        }
    }
}

/// A move with what has come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What was done.
    pub made: Move,
    /// When, s of the run; none of a patient in its steady state.
    pub begun_s: Option<f64>,
    before: Snapshot,
    /// The patient at the next action; none as long as there was none.
    after: Option<Snapshot>,
    /// While it went on.
    worst: Option<Worst>,
}

/// A number by which a move is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    /// One of [`crate::sim::reading::quantity::QUANTITIES`].
    Quantity(&'static Quantity),
    /// Spread of perfusion over V/Q ([`log_moments`]).
    LogSd,
}

impl Judged {
    fn from_key(key: &str) -> Option<Judged> {
        if key == LOG_SD { Some(Judged::LogSd) } else { Quantity::from_key(key).map(Judged::Quantity) }
    }

    /// Short name with the field's symbols.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Judged::Quantity(quantity) => quantity.label,
            Judged::LogSd => words::moves::log_sd(),
        }
    }

    fn read(self, now: &Snapshot) -> Option<f64> {
        match self {
            Judged::Quantity(quantity) => quantity.read(now).ok(),
            Judged::LogSd => {
                let units = now.units.iter().map(|unit| [now.unit_vq(unit), unit.perfusion_l_per_min]);
                log_moments(units.filter(|[vq, perfusion]| *vq > 0.0 && *perfusion > 0.0)).map(|[_, sd]| sd)
            }
        }
    }

    /// A value with its unit.
    #[must_use]
    pub fn text(self, value: f64, units: DisplayUnits) -> String {
        match self {
            Judged::Quantity(quantity) => quantity.text(value, units),
            Judged::LogSd => format!("{value:.2}"),
        }
    }
}

/// A number before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// Which.
    pub judged: Judged,
    /// Before the move.
    pub before: f64,
    /// After it.
    pub after: f64,
}

impl Changed {
    /// For example `31.2 % → 18.0 %`.
    #[must_use]
    pub fn text(&self, units: DisplayUnits) -> String {
        let [before, after] = [self.before, self.after].map(|value| self.judged.text(value, units));
        format!("{before} → {after}")
    }
}

impl Effect {
    /// Of a move that is made now.
    #[must_use]
    pub fn new(made: Move, begun_s: Option<f64>, before: Snapshot) -> Effect {
        Effect { made, begun_s, before, after: None, worst: None }
    }

    /// Ends at the next action: what comes then is not of this move alone.
    pub fn end(&mut self, now: Option<&Snapshot>, worst: Option<Worst>) {
        if self.after.is_none() {
            self.after = now.cloned();
            self.worst = worst;
        }
    }

    /// Whether it was made on a patient as read off `before`, and nothing was done since.
    #[must_use]
    pub fn is_last_since(&self, before: &Snapshot) -> bool {
        self.goes_on() && self.before == *before
    }

    /// Whether the patient still changes by it.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.after.is_none()
    }

    /// The numbers by which it is judged, as far as they exist both before and after it.
    #[must_use]
    pub fn changes(&self, now: &Snapshot) -> Vec<Changed> {
        let after = self.after.as_ref().unwrap_or(now);
        let read = |key: &&str| {
            let judged = Judged::from_key(key)?;
            Some(Changed { judged, before: judged.read(&self.before)?, after: judged.read(after)? })
        };
        JUDGED.iter().filter_map(read).collect()
    }

    /// Its price in words; empty where none was paid. `worst` is that of the move that goes on.
    #[must_use]
    pub fn prices(&self, now: &Snapshot, worst: Option<Worst>) -> Vec<String> {
        let after = self.after.as_ref().unwrap_or(now);
        let worst = if self.goes_on() { worst } else { self.worst };
        let [was, is] = [&self.before, after].map(Worst::of);
        let worst = worst.map_or(is, |worst| worst.or(is));
        let mut out = Vec::new();
        if worst.arrest {
            out.push(words::moves::arrest().to_owned());
        }
        let lost = 1.0 - worst.output_l_per_min / was.output_l_per_min;
        if lost > OUTPUT_FALL_FRAC {
            out.push(words::moves::output_down(percent_from_frac(lost)));
        }
        if let Some(mmhg) = worst.arterial_mmhg.filter(|mmhg| *mmhg < LEAST_ARTERIAL_MMHG) {
            out.push(words::moves::hypotension(mmhg));
        }
        if let Some(cmh2o) = worst.transpulmonary_cmh2o.filter(|cmh2o| *cmh2o > MOST_TRANSPULMONARY_CMH2O) {
            out.push(words::moves::strain(cmh2o));
        }
        let plateau = after.plateau_cmh2o();
        if after.ventilation.mean_airway_cmh2o.is_some() && plateau > MOST_PLATEAU_CMH2O {
            out.push(words::moves::plateau(plateau));
        }
        if let (Some(before), Some(after)) = (&self.before.mechanics, &after.mechanics) {
            let open = [before, after].map(|reading| reading.tissue_shares().open_frac);
            if open[0] - open[1] > WORTH_A_WORD_FRAC {
                let [was, is] = open.map(percent_from_frac);
                out.push(words::moves::derecruitment(was, is));
            }
            let over = [before, after].map(|reading| reading.breath.overdistended_frac(&reading.layers));
            if over[1] - over[0] > WORTH_A_WORD_FRAC {
                out.push(words::moves::overdistension(percent_from_frac(over[1])));
            }
        }
        out
    }
}
