//! Which lungs fit a blood gas: shunt and V/Q spread that one or two arterial gases leave possible.
//!
//! The lung is log-normal in V/Q with a shunt beside it. One gas leaves a ridge: for every spread there is a shunt that
//! explains it, and a strip says what a second sample on another FiO2 would tell. Two gases leave a spot, with the
//! covariance that the error of the analyser gives it. Beside both stand the sums that a bedside reader would make.
//!
//! Gases are taken as they are in the patient, at body temperature.

use nalgebra::SMatrix;
use thiserror::Error;

use crate::numerics::float;
use crate::numerics::least_squares::{Bound, Ellipse, LeastSquares, outer};
use crate::numerics::newton::{Axis, Newton};
use crate::physiology::acid_base;
use crate::physiology::blood::{Blood, Chemistry};
use crate::physiology::distribution::Mode;
use crate::physiology::indices::{self, NoEstimate};
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::sim::params::{ParamId, Params};
use crate::sim::patient::{LungFlows, Patient, Structure};
use crate::sim::play::instruments::{PCO2_CV, SO2_SD_FRAC, po2_sd_mmhg};
use crate::sim::steady::{Solver, SteadyState};
use crate::study::{Study, WITHOUT_STEADY_STATE};
use crate::units::{O2_SOLUBILITY_ML_PER_DL_MMHG, PH2O_MMHG, btps_stpd_mmhg_l_per_ml};

/// Most gases that are fitted together.
pub const MAX_GASES: usize = 2;
/// Output where none is known, L/min, and how far it may be off: SD of its natural logarithm.
pub const ASSUMED_OUTPUT_L_PER_MIN: f64 = 5.0;
const OUTPUT_LOG_SD: f64 = 0.2;
/// Log SD below which a lung is called even.
pub const EVEN_LOG_SD: f64 = 0.3;
/// Differences of arterial and mixed venous O2 content that are assumed at the bedside, mL/dL: the usual one, and that
/// of the critically ill (Harrison RA et al., Anesth Analg 1975;54:198-204: 3.5).
pub const ASSUMED_AV_ML_PER_DL: [f64; 2] = [5.0, 3.5];
/// A-a gradient over shunt by the rule of thumb of 20 mmHg for a percent, made for pure oxygen, mmHg.
pub const AA_RULE_MMHG: f64 = 2000.0;
/// Blood of the iso-shunt chart: the middle of the ranges for which it was drawn, haemoglobin 10 to 14 g/dL and PaCO2
/// 25 to 40 mmHg (Benatar SR, Hewlett AM, Nunn JF, Br J Anaesth 1973;45:711-718).
const CHART_HB_G_PER_DL: f64 = 12.0;
const CHART_PCO2_MMHG: f64 = 32.5;

/// Log SD of the ridge: 0 to 2.5 by 0.1.
const RIDGE_STEP: f64 = 0.1;
const RIDGE_POINTS: usize = 26;
/// Solves for one point of it.
const RIDGE_SOLVES: u32 = 30;
/// Shunt and log SD at which the search for two gases may begin.
const START_SHUNT_FRAC: [f64; 6] = [0.02, 0.08, 0.15, 0.25, 0.35, 0.5];
const START_LOG_SD: [f64; 5] = [0.3, 0.6, 1.0, 1.5, 2.0];
/// Highest shunt and log SD of a fit.
const MAX_SHUNT_FRAC: f64 = 0.95;
const MAX_LOG_SD: f64 = 2.5;
/// How far apart slopes are taken: shunt, log SD, ln ventilation, ln output.
const APART: [f64; 4] = [1e-4, 1e-3, 1e-4, 1e-4];
/// The same where two gases are fitted, the spread by its square: at none it would have no slope. And longest steps.
const SQUARES_APART: [f64; 4] = [1e-4, 1e-3, 1e-4, 1e-4];
const LONGEST: [f64; 4] = [0.15, 0.8, 0.4, 0.2];
/// Variance of a shunt and a log SD of which nothing but their ranges is known.
const UNKNOWN: [f64; 2] = [MAX_SHUNT_FRAC * MAX_SHUNT_FRAC / 12.0, MAX_LOG_SD * MAX_LOG_SD / 12.0];
/// Units of the lung.
const UNITS: usize = 50;
/// Points of the ridge for which a further sample is weighed.
const WEIGHED: usize = 5;
/// Distance in SD that a gas may lie above what a lung can give.
const LIMIT_SD: f64 = 2.0;

/// The patient apart from his gases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// Haemoglobin, g/dL.
    pub hb_g_per_dl: f64,
    /// Barometric pressure, mmHg.
    pub pb_mmhg: f64,
    /// Temperature, °C.
    pub temperature_c: f64,
    /// O2 consumption, mL/min.
    pub vo2_ml_per_min: f64,
    /// Respiratory quotient.
    pub rq_ratio: f64,
    /// Cardiac output, L/min; where none is known it is about 5.
    pub cardiac_output_l_per_min: Option<f64>,
}

impl Default for Body {
    fn default() -> Self {
        let default = |id: ParamId| id.bounds().default;
        Body {
            hb_g_per_dl: default(ParamId::Hb),
            pb_mmhg: default(ParamId::Pb),
            temperature_c: default(ParamId::Temperature),
            vo2_ml_per_min: default(ParamId::Vo2),
            rq_ratio: default(ParamId::Rq),
            cardiac_output_l_per_min: None,
        }
    }
}

/// Mixed venous blood as it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Venous {
    /// Its PO2, mmHg.
    Po2(f64),
    /// Its saturation, a fraction.
    So2(f64),
}

/// An arterial blood gas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gas {
    /// Inspired O2 fraction.
    pub fio2_frac: f64,
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_art_mmhg: f64,
    /// Arterial pH.
    pub ph_art: Option<f64>,
    /// Arterial saturation, a fraction.
    pub so2_art_frac: Option<f64>,
    /// Mixed venous blood drawn with it.
    pub venous: Option<Venous>,
}

/// Gases, and whose they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    /// The patient apart from his gases.
    pub body: Body,
    /// One gas or two.
    pub gases: Vec<Gas>,
}

impl Question {
    /// Whether a lung could give each of these gases.
    ///
    /// # Errors
    /// [`NoFit`] with the gas and the value that is wrong.
    pub fn check(&self) -> Result<(), NoFit> {
        let count = self.gases.len();
        if count == 0 || count > MAX_GASES {
            return Err(NoFit::Count { count });
        }
        self.gases.iter().enumerate().try_for_each(|(index, gas)| check(index, &self.body, gas))
    }
}

/// Why no lung is fitted.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoFit {
    /// None, or more than are fitted together.
    #[error("{count} gases: 1 to {MAX_GASES} are fitted")]
    Count {
        /// How many.
        count: usize,
    },
    /// Oxygen that no lung gives.
    #[error(
        "gases[{index}]: PaO2 {po2_art_mmhg} mmHg is more than any lung gives on FiO2 {fio2_frac} at PaCO2 {pco2_art_mmhg} mmHg: at most {highest_mmhg:.0}, with the error of the analyser {allowed_mmhg:.0}"
    )]
    NotOfALung {
        /// Which gas, from 0.
        index: usize,
        /// Its FiO2.
        fio2_frac: f64,
        /// Its PO2, mmHg.
        po2_art_mmhg: f64,
        /// Its PCO2, mmHg.
        pco2_art_mmhg: f64,
        /// Alveolar PO2, mmHg.
        highest_mmhg: f64,
        /// And two SD more, mmHg.
        allowed_mmhg: f64,
    },
    /// The gases are each possible, but no lung of the kind gives them.
    #[error("no log-normal lung with a shunt gives these gases: the nearest is off by {sd:.1} SD of the analyser")]
    NoneNear {
        /// Root mean square of the residuals of the nearest.
        sd: f64,
    },
    /// No lung tried has a steady state with these gases.
    #[error("no lung with this metabolism and output has a steady state near these gases")]
    NoLung,
}

/// A point of the ridge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RidgePoint {
    /// Spread in natural log V/Q.
    pub log_sd: f64,
    /// The shunt that explains the gas with it.
    pub shunt_frac: f64,
    /// SD of that shunt by the error of the analyser.
    pub shunt_sd_frac: f64,
    /// Alveolar ventilation of that lung, L/min.
    pub ventilation_l_per_min: f64,
}

/// What a further sample on an FiO2 would tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextSample {
    /// Its FiO2.
    pub fio2_frac: f64,
    /// SD of the shunt that both samples together would leave; a root mean square over the ridge.
    pub shunt_sd_frac: f64,
    /// Arterial saturation on that FiO2, over the ridge: lowest and highest.
    pub so2_art_frac: [f64; 2],
}

/// What one gas leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// By rising spread, as far as a shunt explains the gas.
    pub points: Vec<RidgePoint>,
    /// What a second sample would add, by rising FiO2.
    pub next: Vec<NextSample>,
}

/// What two gases leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Shunt.
    pub shunt_frac: f64,
    /// Spread in natural log V/Q.
    pub log_sd: f64,
    /// Alveolar ventilation, L/min.
    pub ventilation_l_per_min: f64,
    /// Cardiac output, L/min.
    pub output_l_per_min: f64,
    /// SD of the shunt.
    pub shunt_sd_frac: f64,
    /// SD of the spread.
    pub log_sd_sd: f64,
    /// Where both lie 95 times in a hundred, in the plane of shunt and log SD; it may reach beyond what exists.
    pub ellipse: Ellipse,
    /// Root mean square of the residuals, in SD of the analyser.
    pub off_sd: f64,
}

impl Spot {
    /// Whether the lung is as good as even.
    #[must_use]
    pub fn is_even(&self) -> bool {
        self.log_sd < EVEN_LOG_SD
    }

    /// Points about the spot where both values lie 95 times in a hundred, shunt and log SD, cut off at 0.
    #[must_use]
    pub fn outline(&self, points: usize) -> Vec<[f64; 2]> {
        let angle = |i: usize| std::f64::consts::TAU * i as f64 / points as f64;
        (0..points).map(|i| self.ellipse.rim(angle(i)).map(|x| x.max(0.0))).collect()
    }
}

/// What the gases leave possible.
#[derive(Debug, Clone, PartialEq)]
pub enum Fit {
    /// Of one gas.
    Ridge(Ridge),
    /// Of two.
    Spot(Spot),
}

/// The sums that are made at the bedside of one gas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// PO2 by the alveolar gas equation, mmHg.
    pub po2_alv_mmhg: f64,
    /// A-a gradient, mmHg.
    pub aa_gradient_mmhg: f64,
    /// P/F, mmHg.
    pub pf_ratio_mmhg: f64,
    /// Arterial O2 content, mL/dL.
    pub o2_art_ml_per_dl: f64,
    /// Shunt by contents with venous blood as measured; none where none was.
    pub shunt_measured: Option<Result<f64, NoEstimate>>,
    /// The same with each of [`ASSUMED_AV_ML_PER_DL`].
    pub shunt_assumed: [Result<f64, NoEstimate>; 2],
    /// Shunt by the rule of one percent for each 20 mmHg of A-a gradient, made for pure oxygen.
    pub shunt_by_rule_frac: f64,
    /// Shunt as an iso-shunt chart has it: contents of its blood, a-v difference 5.
    pub shunt_by_chart: Result<f64, NoEstimate>,
}

impl Sums {
    /// Makes them.
    #[must_use]
    pub fn new(body: &Body, gas: &Gas) -> Self {
        let po2_alv_mmhg = indices::alveolar_po2_mmhg(
            gas.fio2_frac,
            body.pb_mmhg,
            water_vapour_mmhg(body.temperature_c),
            gas.pco2_art_mmhg,
            body.rq_ratio,
        );
        let chemistry = Chemistry::new(&blood(body, &[*gas]));
        let content = |po2: f64, pco2: f64| chemistry.gas_at_tensions(po2, pco2).o2_ml_per_dl;
        let arterial = match gas.so2_art_frac {
            // Bound O2 by the saturation that was measured.
            Some(so2) => {
                let at = chemistry.gas_at_tensions(gas.po2_art_mmhg, gas.pco2_art_mmhg);
                at.o2_ml_per_dl + (so2 - at.saturation_frac) * chemistry.o2_capacity_ml_per_dl()
            }
            None => content(gas.po2_art_mmhg, gas.pco2_art_mmhg),
        };
        let capillary = if po2_alv_mmhg > 0.0 {
            Ok(content(po2_alv_mmhg, gas.pco2_art_mmhg))
        } else {
            Err(NoEstimate::AlveolarPo2NotPositive { po2_alv_mmhg })
        };
        let shunt = |venous: f64| indices::venous_admixture_frac(capillary?, arterial, venous);
        let dissolved = |po2_mmhg: f64| O2_SOLUBILITY_ML_PER_DL_MMHG * po2_mmhg;
        let venous = gas.venous.map(|venous| match venous {
            Venous::Po2(po2_mmhg) => content(po2_mmhg, VENOUS_PCO2_RATIO * gas.pco2_art_mmhg),
            Venous::So2(so2_frac) => so2_frac * chemistry.o2_capacity_ml_per_dl() + dissolved(VENOUS_PO2_MMHG),
        });
        let chart = Chemistry::new(&Blood { hb_g_per_dl: CHART_HB_G_PER_DL, ..Blood::default() });
        let chart_po2 = indices::alveolar_po2_mmhg(
            gas.fio2_frac,
            body.pb_mmhg,
            PH2O_MMHG,
            CHART_PCO2_MMHG,
            ParamId::Rq.bounds().default,
        );
        let on_chart = |po2: f64| chart.gas_at_tensions(po2, CHART_PCO2_MMHG).o2_ml_per_dl;
        let shunt_by_chart = if chart_po2 > 0.0 {
            let arterial = on_chart(gas.po2_art_mmhg);
            indices::venous_admixture_frac(on_chart(chart_po2), arterial, arterial - ASSUMED_AV_ML_PER_DL[0])
        } else {
            Err(NoEstimate::AlveolarPo2NotPositive { po2_alv_mmhg: chart_po2 })
        };
        let aa_gradient_mmhg = po2_alv_mmhg - gas.po2_art_mmhg;
        Sums {
            po2_alv_mmhg,
            aa_gradient_mmhg,
            pf_ratio_mmhg: gas.po2_art_mmhg / gas.fio2_frac,
            o2_art_ml_per_dl: arterial,
            shunt_measured: venous.map(shunt),
            shunt_assumed: ASSUMED_AV_ML_PER_DL.map(|av| shunt(arterial - av)),
            shunt_by_rule_frac: aa_gradient_mmhg / AA_RULE_MMHG,
            shunt_by_chart,
        }
    }
}

/// PO2 of mixed venous blood of which only the saturation is known, mmHg: enough for its dissolved O2.
const VENOUS_PO2_MMHG: f64 = 40.0;
/// PCO2 of mixed venous over arterial blood at rest: enough for the shift of its curve.
const VENOUS_PCO2_RATIO: f64 = 1.15;

/// How the search stands.
#[derive(Debug, Clone)]
enum Stage {
    /// One gas: the shunt of each spread.
    Ridge {
        index: usize,
        search: Newton,
        solves: u32,
    },
    /// One gas: what a second one would tell.
    Next(Weighing),
    /// Two gases: where to begin.
    Grid {
        index: usize,
        corrected: Option<[f64; 4]>,
        best: Option<([f64; 4], f64)>,
    },
    /// Two gases: from there on.
    Squares(LeastSquares<4>),
    Done,
}

/// Slopes of a second sample, point by point of the ridge and FiO2 by FiO2.
#[derive(Debug, Clone)]
struct Weighing {
    /// Shunt, log SD, ln ventilation, ln output of the points.
    points: Vec<[f64; 4]>,
    /// 0 is the gas at hand, then the FiO2s of the strip.
    sample: usize,
    point: usize,
    /// What the gas at hand tells at each point.
    known: Vec<SMatrix<f64, 4, 4>>,
    /// Readings at the point, then with each unknown moved.
    readings: Vec<[f64; 2]>,
    /// Sum of variances, lowest and highest saturation, and of how many points, of this FiO2.
    sum: (f64, [f64; 2], u32),
}

/// The search for lungs that fit, some solves at a time.
///
/// ```
/// use isoshunt::study::{Study, fit::{Fit, Fitting, Gas, Question}};
/// let gas = |fio2_frac, po2_art_mmhg| Gas {
///     fio2_frac, po2_art_mmhg, pco2_art_mmhg: 40.0, ph_art: None, so2_art_frac: None, venous: None,
/// };
/// // A shunt of three tenths: oxygen hardly helps.
/// let gases = vec![gas(0.21, 54.0), gas(1.0, 105.0)];
/// let mut search = Fitting::new(&Question { gases, ..Question::default() });
/// search.advance(u32::MAX);
/// let Some(Ok(Fit::Spot(spot))) = search.outcome() else { panic!("two gases leave a spot") };
/// assert!(spot.shunt_frac > 0.25 && spot.shunt_frac < 0.35 && spot.log_sd < 0.6, "{spot:?}");
/// ```
#[derive(Debug, Clone)]
pub struct Fitting {
    body: Body,
    gases: Vec<Gas>,
    /// The lung of each gas but for its units.
    patients: Vec<Patient>,
    solvers: Vec<Solver>,
    stage: Stage,
    points: Vec<RidgePoint>,
    next: Vec<NextSample>,
    solves: u32,
    outcome: Option<Result<Fit, NoFit>>,
}

impl Fitting {
    /// A beginning; it has ended already where no lung could give these gases.
    #[must_use]
    pub fn new(of: &Question) -> Self {
        let Question { body, gases } = of;
        let blood = blood(body, gases);
        let patients = gases.iter().map(|gas| lung_of(body, &blood, gas.fio2_frac)).collect();
        let mut fitting = Fitting {
            body: *body,
            gases: gases.clone(),
            patients,
            solvers: vec![Solver::new(); gases.len()],
            stage: Stage::Grid { index: 0, corrected: None, best: None },
            points: Vec::new(),
            next: Vec::new(),
            solves: 0,
            outcome: of.check().err().map(Err),
        };
        if gases.len() == 1 {
            let search = fitting.ridge_search([0.1, float::ln(fitting.first_ventilation())]);
            fitting.stage = Stage::Ridge { index: 0, search, solves: 0 };
        }
        fitting
    }

    /// As [`Fitting::new`] of two gases, from a given shunt and log SD instead of the best of the grid.
    #[must_use]
    pub fn starting_at(of: &Question, shunt_frac: f64, log_sd: f64) -> Self {
        let mut fitting = Fitting::new(of);
        if of.gases.len() == 2 {
            let [ventilation, output] = [fitting.first_ventilation(), fitting.output()].map(float::ln);
            let start = [shunt_frac, log_sd * log_sd, ventilation, output];
            fitting.stage = Stage::Squares(LeastSquares::new(start, fitting.bounds()));
        }
        fitting
    }

    /// Every start of the grid: shunt and log SD.
    pub fn starts() -> impl Iterator<Item = [f64; 2]> {
        START_SHUNT_FRAC.into_iter().flat_map(|shunt| START_LOG_SD.map(|log_sd| [shunt, log_sd]))
    }

    /// What fits, or why nothing does; nothing as long as the search goes on.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<Fit, NoFit>> {
        self.outcome.as_ref()
    }

    /// The ridge as far as it has come.
    #[must_use]
    pub fn ridge_so_far(&self) -> &[RidgePoint] {
        &self.points
    }

    /// Solves made.
    #[must_use]
    pub fn solves(&self) -> u32 {
        self.solves
    }

    fn output(&self) -> f64 {
        self.body.cardiac_output_l_per_min.unwrap_or(ASSUMED_OUTPUT_L_PER_MIN)
    }

    /// Ventilation of an even lung of the PaCO2 of the gases.
    fn first_ventilation(&self) -> f64 {
        let pco2_mmhg = self.gases.iter().map(|gas| gas.pco2_art_mmhg).sum::<f64>() / self.gases.len() as f64;
        let vco2 = btps_stpd_mmhg_l_per_ml(self.body.temperature_c) * self.body.rq_ratio * self.body.vo2_ml_per_min;
        let range = ventilation_range();
        (vco2 / pco2_mmhg).clamp(range[0], range[1])
    }

    /// Of shunt, squared log SD, ln ventilation, ln output.
    fn bounds(&self) -> [Bound; 4] {
        let [least, most] = ventilation_range().map(float::ln);
        let output = ParamId::CardiacOutput.bounds();
        let known = self.body.cardiac_output_l_per_min.is_some();
        let ranges = [
            [0.0, MAX_SHUNT_FRAC],
            [0.0, MAX_LOG_SD * MAX_LOG_SD],
            [least, most],
            [float::ln(output.min), float::ln(output.max)],
        ];
        [0, 1, 2, 3].map(|i| {
            let [low, high] = ranges[i];
            Bound { low, high, apart: SQUARES_APART[i], longest: LONGEST[i], known: known && i == 3 }
        })
    }

    fn ridge_search(&self, start: [f64; 2]) -> Newton {
        let [least, most] = ventilation_range().map(float::ln);
        let shunt = Axis { low: 0.0, high: MAX_SHUNT_FRAC, longest: 0.3, apart: APART[0] };
        let ventilation = Axis { low: least, high: most, longest: 1.0, apart: APART[2] };
        // A thousandth of what the analyser tells apart.
        Newton::new(start, [shunt, ventilation], [1e-3; 2])
    }

    /// Solves the lung of one gas.
    fn solve(
        &mut self,
        of: usize,
        [shunt_frac, log_sd, ventilation, output]: [f64; 4],
        spent: &mut u32,
    ) -> Option<SteadyState> {
        self.solves += 1;
        let mode = Mode { share: 1.0, ratio: 1.0, log_sd, units: UNITS };
        let flows = LungFlows {
            alveolar_ventilation_l_per_min: float::exp(ventilation),
            alveolar_dead_space_frac: 0.0,
            cardiac_output_l_per_min: float::exp(output),
            shunt_frac,
            structure: Structure::Modes(&[mode]),
        };
        flows.fill(&mut self.patients[of]);
        let state = self.solvers[of].solve(&self.patients[of]).ok();
        let evaluations = state.as_ref().map_or(WITHOUT_STEADY_STATE, |state| state.work.content_evaluations);
        *spent = spent.saturating_add(evaluations);
        state
    }

    /// One solve towards the shunt of one spread.
    fn ridge(&mut self, index: usize, mut search: Newton, solves: u32, spent: &mut u32) {
        let log_sd = RIDGE_STEP * index as f64;
        let output = float::ln(self.output());
        let asked = search.ask().filter(|_| solves < RIDGE_SOLVES);
        if let Some([shunt, ventilation]) = asked {
            let state = self.solve(0, [shunt, log_sd, ventilation, output], spent);
            search.tell(state.map(|state| off(&self.gases[0], &state)));
            self.stage = Stage::Ridge { index, search, solves: solves + 1 };
            return;
        }
        let Some([shunt_frac, ventilation]) = search.found() else { return self.ridge_ended() };
        // Of ln ventilation and shunt by both measured tensions, each in its SD.
        let [[a, b], [c, d]] = search.slopes();
        let shunt_sd_frac = float::hypot(b, d) / (a * d - b * c).abs();
        let ventilation_l_per_min = float::exp(ventilation);
        self.points.push(RidgePoint { log_sd, shunt_frac, shunt_sd_frac, ventilation_l_per_min });
        if index + 1 == RIDGE_POINTS {
            return self.ridge_ended();
        }
        let search = self.ridge_search([shunt_frac, ventilation]);
        self.stage = Stage::Ridge { index: index + 1, search, solves: 0 };
    }

    /// The ridge is whole: what would a second sample tell?
    fn ridge_ended(&mut self) {
        let (count, output) = (self.points.len(), float::ln(self.output()));
        if count == 0 {
            // As good as it gets: an even lung without shunt, within the error.
            let ridge = Ridge { points: Vec::new(), next: Vec::new() };
            self.outcome = Some(Ok(Fit::Ridge(ridge)));
            return;
        }
        let weighed = WEIGHED.min(count);
        let pick = |i: usize| self.points[if weighed == 1 { 0 } else { i * (count - 1) / (weighed - 1) }];
        let unknowns =
            |point: RidgePoint| [point.shunt_frac, point.log_sd, float::ln(point.ventilation_l_per_min), output];
        let points = (0..weighed).map(|i| unknowns(pick(i))).collect();
        self.stage = Stage::Next(Weighing {
            points,
            sample: 0,
            point: 0,
            known: Vec::new(),
            readings: Vec::new(),
            sum: (0.0, [1.0, 0.0], 0),
        });
    }

    /// One solve towards what a second sample would tell.
    fn weigh(&mut self, mut weighing: Weighing, spent: &mut u32) {
        let fio2_frac = match weighing.sample {
            0 => self.gases[0].fio2_frac,
            sample => next_fio2_frac(sample - 1),
        };
        self.patients[0].fio2_frac = fio2_frac;
        self.patients[0].fio2_set_frac = fio2_frac;
        let moved = weighing.readings.len();
        let mut at = weighing.points[weighing.point];
        let mut high = self.bounds().map(|bound| bound.high);
        high[1] = MAX_LOG_SD;
        let apart = |i: usize| if at[i] + APART[i] > high[i] { -APART[i] } else { APART[i] };
        let aparts = [0, 1, 2, 3].map(apart);
        if moved > 0 {
            at[moved - 1] += aparts[moved - 1];
        }
        let state = self.solve(0, at, spent);
        if let Some(state) = state {
            let gas = state.arterial.gas;
            weighing.readings.push([gas.po2_mmhg, gas.pco2_mmhg]);
            if moved == 0 && weighing.sample > 0 {
                let [low, high] = weighing.sum.1;
                weighing.sum.1 = [low.min(gas.saturation_frac), high.max(gas.saturation_frac)];
            }
        }
        let ended = state.is_none() || weighing.readings.len() == 5;
        if !ended {
            self.stage = Stage::Next(weighing);
            return;
        }
        let readings = std::mem::take(&mut weighing.readings);
        let told = (readings.len() == 5).then(|| {
            let [po2_mmhg, pco2_mmhg] = readings[0];
            let sd = [po2_sd_mmhg(po2_mmhg), PCO2_CV * pco2_mmhg];
            (0..2).fold(SMatrix::<f64, 4, 4>::zeros(), |sum, k| {
                let slopes = [0, 1, 2, 3].map(|i| (readings[i + 1][k] - readings[0][k]) / aparts[i] / sd[k]);
                sum + outer(&slopes)
            })
        });
        if weighing.sample == 0 {
            weighing.known.push(told.unwrap_or_else(SMatrix::zeros));
        } else if let Some(told) = told {
            let covariance = self.covariance(weighing.known[weighing.point] + told);
            weighing.sum.0 += covariance[(0, 0)];
            weighing.sum.2 += 1;
        }
        weighing.point += 1;
        if weighing.point == weighing.points.len() {
            let (variances, so2_art_frac, count) = std::mem::replace(&mut weighing.sum, (0.0, [1.0, 0.0], 0));
            if count > 0 {
                let shunt_sd_frac = (variances / f64::from(count)).sqrt();
                self.next.push(NextSample { fio2_frac, shunt_sd_frac, so2_art_frac });
            }
            (weighing.point, weighing.sample) = (0, weighing.sample + 1);
            if weighing.sample > NEXT_SAMPLES {
                let ridge = Ridge { points: std::mem::take(&mut self.points), next: std::mem::take(&mut self.next) };
                self.outcome = Some(Ok(Fit::Ridge(ridge)));
                return;
            }
        }
        self.stage = Stage::Next(weighing);
    }

    /// Covariance of shunt, log SD, ln ventilation, ln output, of what samples tell and what is known without them.
    fn covariance(&self, told: SMatrix<f64, 4, 4>) -> SMatrix<f64, 4, 4> {
        let mut information = told;
        for (i, variance) in UNKNOWN.into_iter().enumerate() {
            information[(i, i)] += 1.0 / variance;
        }
        if self.body.cardiac_output_l_per_min.is_some() {
            information.row_mut(3).fill(0.0);
            information.column_mut(3).fill(0.0);
            information[(3, 3)] = 1.0;
        } else {
            information[(3, 3)] += 1.0 / (OUTPUT_LOG_SD * OUTPUT_LOG_SD);
        }
        information.try_inverse().unwrap_or_else(|| SMatrix::from_diagonal_element(f64::NAN))
    }

    /// One start of the grid: first as it comes, then with the ventilation that its PaCO2 asks for.
    fn grid(&mut self, index: usize, corrected: Option<[f64; 4]>, best: Option<([f64; 4], f64)>, spent: &mut u32) {
        let Some([shunt, log_sd]) = Fitting::starts().nth(index) else {
            match best {
                Some(([shunt, log_sd, ventilation, output], _)) => {
                    let start = [shunt, log_sd * log_sd, ventilation, output];
                    self.stage = Stage::Squares(LeastSquares::new(start, self.bounds()));
                }
                None => self.outcome = Some(Err(NoFit::NoLung)),
            }
            return;
        };
        let at = corrected.unwrap_or([shunt, log_sd, float::ln(self.first_ventilation()), float::ln(self.output())]);
        let states: Option<Vec<SteadyState>> = (0..self.gases.len()).map(|of| self.solve(of, at, spent)).collect();
        let Some(states) = states else {
            self.stage = Stage::Grid { index: index + 1, corrected: None, best };
            return;
        };
        if corrected.is_none() {
            let over: f64 = states
                .iter()
                .zip(&self.gases)
                .map(|(s, gas)| float::ln(s.arterial.gas.pco2_mmhg / gas.pco2_art_mmhg))
                .sum();
            let [least, most] = ventilation_range().map(float::ln);
            let ventilation = (at[2] + over / states.len() as f64).clamp(least, most);
            self.stage = Stage::Grid { index, corrected: Some([at[0], at[1], ventilation, at[3]]), best };
            return;
        }
        let squares: f64 = self.residuals(at, &states).iter().map(|r| r * r).sum();
        let best = Some((at, squares)).filter(|_| best.is_none_or(|(_, least)| squares < least)).or(best);
        self.stage = Stage::Grid { index: index + 1, corrected: None, best };
    }

    /// Everything measured, and what is known of the output, each in its SD.
    fn residuals(&self, at: [f64; 4], states: &[SteadyState]) -> Vec<f64> {
        let mut all = Vec::with_capacity(8);
        for (gas, state) in self.gases.iter().zip(states) {
            all.extend(off(gas, state));
            all.extend(gas.so2_art_frac.map(|so2| (state.arterial.gas.saturation_frac - so2) / SO2_SD_FRAC));
            all.extend(gas.venous.map(|venous| match venous {
                Venous::Po2(po2) => (state.venous.gas.po2_mmhg - po2) / po2_sd_mmhg(po2),
                Venous::So2(so2) => (state.venous.gas.saturation_frac - so2) / SO2_SD_FRAC,
            }));
        }
        if self.body.cardiac_output_l_per_min.is_none() {
            all.push((at[3] - float::ln(ASSUMED_OUTPUT_L_PER_MIN)) / OUTPUT_LOG_SD);
        }
        all
    }

    /// One point of the search for two gases.
    fn squares(&mut self, mut search: LeastSquares<4>, spent: &mut u32) {
        if let Some(at) = search.ask() {
            let states: Option<Vec<SteadyState>> =
                (0..self.gases.len()).map(|of| self.solve(of, unsquared(at), spent)).collect();
            let residuals = states.map(|states| self.residuals(at, &states));
            search.tell(residuals.as_deref());
            self.stage = Stage::Squares(search);
            return;
        }
        let [shunt_frac, log_sd, ventilation, output] = unsquared(search.at());
        let count = self.residuals_count();
        let off_sd = (search.sum_of_squares() / count as f64).sqrt();
        self.outcome = Some(if !off_sd.is_finite() {
            Err(NoFit::NoLung)
        } else if off_sd > FARTHEST_SD {
            Err(NoFit::NoneNear { sd: off_sd })
        } else {
            // What is told of the square, told of the spread. At none the square has no slope by the spread: there it is
            // taken over what the square is uncertain by, so that two SD reach where the square's two SD do.
            let mut told = search.information();
            let square_sd = self.covariance(told)[(1, 1)].sqrt();
            let slope = 2.0 * log_sd.max((0.5 * square_sd).sqrt());
            told.row_mut(1).scale_mut(slope);
            told.column_mut(1).scale_mut(slope);
            if self.body.cardiac_output_l_per_min.is_none() {
                // It stands among the residuals already.
                told[(3, 3)] -= 1.0 / (OUTPUT_LOG_SD * OUTPUT_LOG_SD);
            }
            let covariance = self.covariance(told);
            let plane = [[covariance[(0, 0)], covariance[(0, 1)]], [covariance[(1, 0)], covariance[(1, 1)]]];
            Ok(Fit::Spot(Spot {
                shunt_frac,
                log_sd,
                ventilation_l_per_min: float::exp(ventilation),
                output_l_per_min: float::exp(output),
                shunt_sd_frac: plane[0][0].sqrt(),
                log_sd_sd: plane[1][1].sqrt(),
                ellipse: Ellipse::of_95([shunt_frac, log_sd], plane),
                off_sd,
            }))
        });
    }

    fn residuals_count(&self) -> usize {
        let of = |gas: &Gas| 2 + usize::from(gas.so2_art_frac.is_some()) + usize::from(gas.venous.is_some());
        self.gases.iter().map(of).sum::<usize>() + usize::from(self.body.cardiac_output_l_per_min.is_none())
    }
}

impl Study for Fitting {
    type Of = Question;

    fn is_of(&self, of: &Question) -> bool {
        self.body == of.body && self.gases == of.gases
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while self.outcome.is_none() {
            match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Ridge { index, search, solves } => self.ridge(index, search, solves, &mut spent),
                Stage::Next(weighing) => self.weigh(weighing, &mut spent),
                Stage::Grid { index, corrected, best } => self.grid(index, corrected, best, &mut spent),
                Stage::Squares(search) => self.squares(search, &mut spent),
                Stage::Done => self.outcome = Some(Err(NoFit::NoLung)),
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.outcome.is_some()
    }
}

/// Root mean square of residuals, in SD, beyond which nothing fits.
const FARTHEST_SD: f64 = 5.0;
/// FiO2s for which a further sample is weighed.
const NEXT_SAMPLES: usize = 17;

/// 0.21, 0.25, 0.30 … 1.0.
fn next_fio2_frac(index: usize) -> f64 {
    if index == 0 { 0.21 } else { 0.2 + 0.05 * index as f64 }
}

/// The unknowns of a fit with the spread itself.
fn unsquared([shunt, square, ventilation, output]: [f64; 4]) -> [f64; 4] {
    [shunt, square.max(0.0).sqrt(), ventilation, output]
}

/// Ventilation between which a lung is sought, L/min.
fn ventilation_range() -> [f64; 2] {
    [0.2, ParamId::AlveolarVentilation.bounds().max]
}

/// How far the gas of a lung is off, in SD of the analyser.
fn off(gas: &Gas, state: &SteadyState) -> [f64; 2] {
    let there = &state.arterial.gas;
    [
        (there.po2_mmhg - gas.po2_art_mmhg) / po2_sd_mmhg(gas.po2_art_mmhg),
        (there.pco2_mmhg - gas.pco2_art_mmhg) / (PCO2_CV * gas.pco2_art_mmhg),
    ]
}

/// Refuses a gas that no lung gives: its A-a gradient is below zero by more than two SD.
fn check(index: usize, body: &Body, gas: &Gas) -> Result<(), NoFit> {
    let highest = indices::alveolar_po2_mmhg(
        gas.fio2_frac,
        body.pb_mmhg,
        water_vapour_mmhg(body.temperature_c),
        gas.pco2_art_mmhg,
        body.rq_ratio,
    );
    let by_pco2 = (gas.fio2_frac + (1.0 - gas.fio2_frac) / body.rq_ratio) * PCO2_CV * gas.pco2_art_mmhg;
    let allowed = highest + LIMIT_SD * float::hypot(po2_sd_mmhg(gas.po2_art_mmhg), by_pco2);
    if gas.po2_art_mmhg <= allowed {
        return Ok(());
    }
    Err(NoFit::NotOfALung {
        index,
        fio2_frac: gas.fio2_frac,
        po2_art_mmhg: gas.po2_art_mmhg,
        pco2_art_mmhg: gas.pco2_art_mmhg,
        highest_mmhg: highest,
        allowed_mmhg: allowed,
    })
}

/// The blood of a patient; base excess is that of the pHs that were measured, else 0.
fn blood(body: &Body, gases: &[Gas]) -> Blood {
    let plain = Blood { hb_g_per_dl: body.hb_g_per_dl, temperature_c: body.temperature_c, ..Blood::default() };
    let chemistry = Chemistry::new(&plain);
    let excesses: Vec<f64> = gases
        .iter()
        .filter_map(|gas| {
            let by_tensions = || chemistry.gas_at_tensions(gas.po2_art_mmhg, gas.pco2_art_mmhg).saturation_frac;
            let so2_frac = gas.so2_art_frac.unwrap_or_else(by_tensions);
            gas.ph_art.map(|ph| acid_base::base_excess_mmol_per_l(ph, gas.pco2_art_mmhg, body.hb_g_per_dl, so2_frac))
        })
        .collect();
    let base_excess_mmol_per_l =
        if excesses.is_empty() { 0.0 } else { excesses.iter().sum::<f64>() / excesses.len() as f64 };
    Blood { base_excess_mmol_per_l, ..plain }
}

/// The patient on one FiO2, his lung still empty.
fn lung_of(body: &Body, blood: &Blood, fio2_frac: f64) -> Patient {
    Patient {
        blood: *blood,
        fio2_frac,
        fio2_set_frac: fio2_frac,
        pb_mmhg: body.pb_mmhg,
        vo2_ml_per_min: body.vo2_ml_per_min,
        rq_ratio: body.rq_ratio,
        held_svo2_frac: None,
        basis: Params::default().basis(),
        ..Patient::empty()
    }
}
