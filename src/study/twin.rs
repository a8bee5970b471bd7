//! The same blood gas from another cause: a lung that has one thing wrong with it and gives a patient's PaO2 and PaCO2
//! on the patient's gas.
//!
//! The twin is a plain lung with the patient's gas, blood, metabolism and output in force: no layers, no
//! vasoconstriction, no control of breathing. What is sought is one parameter of it and its alveolar ventilation.
//!
//! Newton's method on both finds nearly every twin in a few solves. Where it does not, PaO2 at the patient's PaCO2 is
//! followed from the healthy end, where it falls with the parameter, and closed in on. What is not found then is not
//! there, and the nearest end says how near it came.

use thiserror::Error;

use crate::numerics::float;
use crate::numerics::illinois::Illinois;
use crate::numerics::newton::{Axis, Newton};
use crate::physiology::distribution::log_moments;
use crate::sim::params::{ParamError, ParamId, Params, SwitchId};
use crate::sim::patient::Patient;
use crate::sim::reading::snapshot::Model;
use crate::sim::steady::NoSteadyState;
use crate::study::{Study, cost, cost_of_failure};
use crate::units::btps_stpd_mmhg_l_per_ml;

/// How near both gases of a twin come, mmHg.
pub const CLOSE_MMHG: f64 = 0.05;
/// Solves after which Newton's method is given up.
pub const NEWTON_SOLVES: u32 = 30;
/// Solves after which the search is.
pub const MAX_SOLVES: u32 = 70;

/// Log SD of V/Q of a healthy lung: within 0.3 to 0.6 (West JB, Respir Physiol 1969;7:88-110; Wagner PD et al., J Clin
/// Invest 1974;54:54-68).
const HEALTHY_LOG_SD: f64 = 0.35;
/// Shunt and alveolar dead space of a healthy lung, as shares.
const HEALTHY_FRAC: f64 = 0.02;
/// Units of the twin.
const UNITS: f64 = 50.0;
/// Largest step of a parameter in a round, as a share of its range.
const LONGEST_SHARE: f64 = 0.35;
/// Largest step of ln ventilation in a round.
const LONGEST_LN: f64 = 1.0;
/// How far apart slopes are taken, as a share of a range.
const APART: f64 = 1e-4;
/// Stride from the healthy end, and the shortest where lungs on the way have no steady state.
const STRIDE: f64 = 1.0 / 8.0;
const SHORTEST_STRIDE: f64 = 1.0 / 64.0;
/// Rounds in which ventilation has to bring PaCO2 to where it is wanted.
const VENTILATION_ROUNDS: u32 = 10;
/// Lowest alveolar ventilation of a twin, L/min.
const LEAST_VENTILATION_L_PER_MIN: f64 = 0.05;
/// PaCO2 between which hypoventilation is sought, mmHg; the highest is beyond any that has a steady state.
const HYPOVENTILATION_PCO2_MMHG: [f64; 2] = [12.0, 650.0];

/// What is wrong with the twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// Units of unequal V/Q.
    Spread,
    /// Blood that meets no gas.
    Shunt,
    /// O2 transfer limited by diffusion.
    Diffusion,
    /// Barometric pressure below the patient's.
    LowInspired,
    /// Too little ventilation: PaO2 alone can be met.
    Hypoventilation,
}

impl By {
    /// Every way, in the order in which they are offered.
    pub const ALL: [By; 5] = [By::Spread, By::Shunt, By::Diffusion, By::LowInspired, By::Hypoventilation];

    /// Name on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            By::Spread => "vq",
            By::Shunt => "shunt",
            By::Diffusion => "diffusion",
            By::LowInspired => "pio2",
            By::Hypoventilation => "hypoventilation",
        }
    }

    /// The way of a name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.key() == key)
    }

    /// Name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            By::Spread => "V/Q spread",
            By::Shunt => "shunt",
            By::Diffusion => "diffusion limit",
            By::LowInspired => "low inspired PO2",
            By::Hypoventilation => "hypoventilation",
        }
    }

    /// The parameter that makes it.
    #[must_use]
    pub fn param(self) -> ParamId {
        match self {
            By::Spread => ParamId::Mode1LogSd,
            By::Shunt => ParamId::Shunt,
            By::Diffusion => ParamId::Dlo2,
            By::LowInspired => ParamId::Pb,
            By::Hypoventilation => ParamId::AlveolarVentilation,
        }
    }

    /// Healthy end and far end of the parameter.
    #[must_use]
    pub fn range(self) -> [f64; 2] {
        match self {
            By::Spread => [0.0, 2.5],
            By::Shunt => [0.0, 0.9],
            By::Diffusion => [100.0, 1.0],
            By::LowInspired => [790.0, 230.0],
            By::Hypoventilation => {
                let bounds = ParamId::AlveolarVentilation.bounds();
                [bounds.max, LEAST_VENTILATION_L_PER_MIN]
            }
        }
    }

    /// Where Newton's method begins.
    fn start(self) -> f64 {
        match self {
            By::Spread => 0.9,
            By::Shunt => 0.2,
            By::Diffusion => 8.0,
            By::LowInspired => 600.0,
            By::Hypoventilation => 4.0,
        }
    }

    /// Whether even ratios of the parameter make even differences.
    fn by_ratio(self) -> bool {
        matches!(self, By::Diffusion | By::LowInspired | By::Hypoventilation)
    }

    /// The parameter at a place between its ends, 0 the healthy one.
    fn at(self, place: f64) -> f64 {
        let [healthy, far] = self.range();
        let value = if self.by_ratio() {
            healthy * float::pow(far / healthy, place)
        } else {
            healthy + place * (far - healthy)
        };
        value.clamp(healthy.min(far), healthy.max(far))
    }

    fn place_of(self, value: f64) -> f64 {
        let [healthy, far] = self.range();
        if self.by_ratio() {
            float::ln(value / healthy) / float::ln(far / healthy)
        } else {
            (value - healthy) / (far - healthy)
        }
    }

    /// The end that came nearest, in words: `log SD 2.5`.
    #[must_use]
    pub fn told(self, value: f64) -> String {
        match self {
            By::Spread => format!("log SD {value:.2}"),
            By::Shunt => format!("shunt {:.0} %", crate::units::percent_from_frac(value)),
            By::Diffusion => format!("DLO2 {value:.1} mL/min/mmHg"),
            By::LowInspired => format!("PB {value:.0} mmHg"),
            By::Hypoventilation => format!("alveolar ventilation {value:.2} L/min"),
        }
    }
}

/// Why a patient has no twin.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NoTwin {
    /// The patient has no steady state to be met.
    #[error(transparent)]
    NoSteadyState(#[from] NoSteadyState),
    /// A membrane lung takes part.
    #[error("a membrane lung runs: this blood gas is not the work of this lung alone")]
    MembraneLung,
    /// The patient's metabolism or output in force is outside what a patient can be set to.
    #[error("no plain lung can be set like this patient: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotPlain(Vec<ParamError>),
    /// The healthy end of the parameter is worse than the patient already.
    #[error("on FiO2 {fio2_frac} even {} gives no more than PaO2 {po2_mmhg:.1} mmHg, below the patient's {wanted_mmhg:.1}", .by.told(*value))]
    TooLow {
        /// What was tried.
        by: By,
        /// The patient's FiO2.
        fio2_frac: f64,
        /// The parameter there.
        value: f64,
        /// PaO2 there at the patient's PaCO2, mmHg.
        po2_mmhg: f64,
        /// The patient's PaO2, mmHg.
        wanted_mmhg: f64,
    },
    /// The last lung with a steady state at this PaCO2 is still better than the patient.
    #[error("on FiO2 {fio2_frac} even {} leaves PaO2 at {po2_mmhg:.1} mmHg, above the patient's {wanted_mmhg:.1}", .by.told(*value))]
    TooHigh {
        /// What was tried.
        by: By,
        /// The patient's FiO2.
        fio2_frac: f64,
        /// The parameter there.
        value: f64,
        /// PaO2 there at the patient's PaCO2, mmHg.
        po2_mmhg: f64,
        /// The patient's PaO2, mmHg.
        wanted_mmhg: f64,
    },
    /// No lung of the range has a steady state at the patient's PaCO2.
    #[error("no lung with {} has a steady state at PaCO2 {pco2_mmhg:.1} mmHg on this gas", .by.name())]
    NoLung {
        /// What was tried.
        by: By,
        /// The patient's PaCO2, mmHg.
        pco2_mmhg: f64,
    },
    /// The search did not end: a defect, told with its numbers.
    #[error("the search for a lung with {} did not end within {solves} solves", .by.name())]
    Unfinished {
        /// What was tried.
        by: By,
        /// Solves made.
        solves: u32,
    },
}

/// A lung that gives the same blood gas.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// What is wrong with it.
    pub by: By,
    /// The twin, a patient like any other.
    pub params: Params,
    /// Its parameter, [`By::param`], in the unit of the table.
    pub value: f64,
    /// Its alveolar ventilation, L/min.
    pub ventilation_l_per_min: f64,
    /// Its gas.
    pub gas: Target,
}

/// What is to be met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// Arterial PCO2, mmHg.
    pub pco2_art_mmhg: f64,
}

/// How the search stands.
#[derive(Debug, Clone)]
enum Stage {
    /// Both unknowns at once.
    Newton(Newton),
    /// From the healthy end outwards.
    March(March),
    /// Within a bracket.
    Closing(Illinois),
    Done,
}

/// The way from the healthy end.
#[derive(Debug, Clone, Copy)]
struct March {
    /// Where PaO2 is wanted now.
    place: f64,
    stride: f64,
    /// Stride below which lungs without a steady state end the march.
    shortest: f64,
    /// Where the range ends.
    far: f64,
    /// The farthest lung yet that has a steady state: place and ln of PaO2 over the one wanted.
    last: Option<[f64; 2]>,
}

impl March {
    /// From a place to the far one.
    fn new(place: f64, far: f64) -> Self {
        let range = far - place;
        March { place, stride: STRIDE * range, shortest: SHORTEST_STRIDE * range, far, last: None }
    }
}

/// The search for the ventilation that brings PaCO2 to where it is wanted, at one place.
#[derive(Debug, Clone, Copy)]
struct Venting {
    /// ln of the ventilation that is tried.
    ln: f64,
    /// The try before: ln of ventilation, ln of PaCO2 over the one wanted.
    last: Option<[f64; 2]>,
    /// Slope of ln PaCO2 by ln ventilation, kept from place to place.
    slope: f64,
    rounds: u32,
}

/// The search for a twin, some solves at a time.
///
/// ```
/// use isoshunt::sim::{params::{ParamId, Params}, reading::snapshot::Model};
/// use isoshunt::study::{Study, twin::{By, TwinSearch, Wanted}};
/// let params = Params::default().with(ParamId::Mode1LogSd, 1.2).unwrap();
/// let mut search = TwinSearch::new(&mut Model::new(), &Wanted { params, by: By::Shunt });
/// search.advance(u32::MAX);
/// let twin = search.outcome().unwrap().as_ref().unwrap();
/// assert!((twin.gas.po2_art_mmhg - search.target().unwrap().po2_art_mmhg).abs() < 0.1);
/// assert!(twin.params.get(ParamId::Shunt) > 0.1);
/// ```
#[derive(Debug, Clone)]
pub struct TwinSearch {
    of: Wanted,
    /// None where there is nothing to be met.
    work: Option<Work>,
    outcome: Option<Result<Twin, NoTwin>>,
}

/// Whose twin is wanted, and what is to be wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The patient.
    pub params: Params,
    /// What is wrong with the twin.
    pub by: By,
}

impl TwinSearch {
    /// A beginning, with the patient solved.
    #[must_use]
    pub fn new(model: &mut Model, of: &Wanted) -> Self {
        let (work, outcome) = match Work::new(model, of) {
            Ok(work) => (Some(work), None),
            Err(reason) => (None, Some(Err(reason))),
        };
        TwinSearch { of: of.clone(), work, outcome }
    }

    /// The twin, or why there is none; nothing as long as the search goes on.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<Twin, NoTwin>> {
        self.outcome.as_ref()
    }

    /// What is to be met; none where the patient has no gas of his own.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        self.work.as_ref().map(|work| work.target)
    }

    /// Solves made, and how many of them by Newton's method.
    #[must_use]
    pub fn solves(&self) -> [u32; 2] {
        self.work.as_ref().map_or([0; 2], |work| [work.solves, work.newton_solves])
    }
}

impl Study for TwinSearch {
    type Of = Wanted;

    fn is_of(&self, of: &Wanted) -> bool {
        self.of == *of
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while self.outcome.is_none()
            && let Some(work) = &mut self.work
        {
            work.round(&mut spent);
            self.outcome = work.outcome.take();
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

/// The search itself.
#[derive(Debug, Clone)]
struct Work {
    by: By,
    target: Target,
    fio2_frac: f64,
    /// The twin without what is wrong with it.
    plain: Params,
    model: Model,
    stage: Stage,
    venting: Venting,
    solves: u32,
    newton_solves: u32,
    outcome: Option<Result<Twin, NoTwin>>,
}

impl Work {
    fn new(model: &mut Model, &Wanted { ref params, by }: &Wanted) -> Result<Self, NoTwin> {
        let (whole, state) = model.patient_in_force(params)?;
        if state.ecmo.is_some() || whole.bypass.is_some() {
            return Err(NoTwin::MembraneLung);
        }
        let gas = state.arterial.gas;
        let target = Target { po2_art_mmhg: gas.po2_mmhg, pco2_art_mmhg: gas.pco2_mmhg };
        let plain = plain_lung(params, &whole, by).map_err(NoTwin::NotPlain)?;
        let vco2 = btps_stpd_mmhg_l_per_ml(whole.blood.temperature_c) * whole.vco2_ml_per_min();
        let ln = ventilation_axis().clamped(float::ln(vco2 / target.pco2_art_mmhg));
        let stage = if by == By::Hypoventilation {
            // From as much breath as anybody breathes to less than anybody lives with.
            let [least, most] = HYPOVENTILATION_PCO2_MMHG;
            let [highest, lowest] = by.range();
            let place = by.place_of((vco2 / least).min(highest));
            let far = by.place_of((vco2 / most).max(lowest));
            Stage::March(March::new(place, far))
        } else {
            let axis = Axis { low: 0.0, high: 1.0, longest: LONGEST_SHARE, apart: APART };
            let close = [CLOSE_MMHG / target.po2_art_mmhg, CLOSE_MMHG / target.pco2_art_mmhg];
            Stage::Newton(Newton::new([by.place_of(by.start()), ln], [axis, ventilation_axis()], close))
        };
        Ok(Work {
            by,
            target,
            fio2_frac: whole.fio2_frac,
            plain,
            model: Model::new(),
            stage,
            venting: Venting { ln, last: None, slope: -1.0, rounds: 0 },
            solves: 0,
            newton_solves: 0,
            outcome: None,
        })
    }

    /// One solve, and what it leads to.
    fn round(&mut self, spent: &mut u32) {
        if self.solves >= MAX_SOLVES {
            self.outcome = Some(Err(NoTwin::Unfinished { by: self.by, solves: self.solves }));
            return;
        }
        match self.stage.clone() {
            Stage::Newton(mut search) => {
                match search.ask() {
                    Some([place, ln]) if self.newton_solves < NEWTON_SOLVES => {
                        self.newton_solves += 1;
                        let gas = self.solve(place, ln, spent);
                        search.tell(gas.map(|gas| self.residual(gas)));
                        if let (Some([place, ln]), Some(gas)) = (search.found(), gas) {
                            self.found(place, ln, gas);
                        }
                        self.stage = Stage::Newton(search);
                    }
                    _ => {
                        self.model = Model::new();
                        self.stage = Stage::March(March::new(0.0, 1.0));
                    }
                };
            }
            Stage::March(march) => {
                if let Some(reached) = self.at_place(march.place, spent) {
                    self.march_on(march, reached);
                }
            }
            Stage::Closing(mut search) => match self.at_place(search.ask(), spent) {
                None => {}
                Some(Some(value)) => {
                    search.tell(value);
                    self.stage = Stage::Closing(search);
                }
                Some(None) => self.outcome = Some(Err(NoTwin::Unfinished { by: self.by, solves: self.solves })),
            },
            Stage::Done => {}
        }
    }

    /// ln of both gases over those wanted.
    fn residual(&self, gas: Target) -> [f64; 2] {
        [
            float::ln(gas.po2_art_mmhg / self.target.po2_art_mmhg),
            float::ln(gas.pco2_art_mmhg / self.target.pco2_art_mmhg),
        ]
    }

    /// The twin with its parameter at a place.
    fn candidate(&self, place: f64, ln_ventilation: f64) -> Option<Params> {
        let value = self.by.at(place);
        let ventilation = (ParamId::AlveolarVentilation, float::exp(ln_ventilation));
        let mut params = self.plain.clone();
        let set = match self.by {
            By::Hypoventilation => params.set_all(&[(ParamId::AlveolarVentilation, value)]),
            by => params.set_all(&[(by.param(), value), ventilation]),
        };
        set.ok().map(|()| params)
    }

    fn solve(&mut self, place: f64, ln_ventilation: f64, spent: &mut u32) -> Option<Target> {
        self.solves += 1;
        let state = self.candidate(place, ln_ventilation).and_then(|params| self.model.steady(&params).ok());
        let solved = state.as_ref().map(|state| cost(&self.plain, state.work.content_evaluations));
        *spent = spent.saturating_add(solved.unwrap_or_else(|| cost_of_failure(&self.plain)));
        let gas = state?.arterial.gas;
        Some(Target { po2_art_mmhg: gas.po2_mmhg, pco2_art_mmhg: gas.pco2_mmhg })
    }

    /// Goes on towards PaO2 at a place, at the PaCO2 wanted; ln of PaO2 over the one wanted once it is there, or that
    /// there is none.
    fn at_place(&mut self, place: f64, spent: &mut u32) -> Option<Option<f64>> {
        let gas = self.solve(place, self.venting.ln, spent);
        if self.by == By::Hypoventilation {
            return Some(gas.map(|gas| self.reached(place, gas)));
        }
        let venting = &mut self.venting;
        venting.rounds += 1;
        let axis = ventilation_axis();
        let ln = match gas {
            // Too little ventilation to be survived: more.
            None => {
                venting.last = None;
                venting.ln + LONGEST_LN
            }
            Some(gas) => {
                let excess = float::ln(gas.pco2_art_mmhg / self.target.pco2_art_mmhg);
                if (gas.pco2_art_mmhg - self.target.pco2_art_mmhg).abs() <= CLOSE_MMHG {
                    *venting = Venting { last: None, rounds: 0, ..*venting };
                    return Some(Some(self.reached(place, gas)));
                }
                if let Some([before, excess_before]) = venting.last {
                    let slope = (excess - excess_before) / (venting.ln - before);
                    venting.slope = if slope < 0.0 { slope } else { -1.0 };
                }
                venting.last = Some([venting.ln, excess]);
                venting.ln + (-excess / venting.slope).clamp(-LONGEST_LN, LONGEST_LN)
            }
        };
        let next = axis.clamped(ln);
        let stands = (next - venting.ln).abs() <= 0.0;
        let stuck = stands || venting.rounds >= VENTILATION_ROUNDS || (gas.is_none() && venting.rounds > 3);
        if stuck {
            *venting = Venting { last: None, rounds: 0, slope: -1.0, ..*venting };
            return Some(None);
        }
        venting.ln = next;
        None
    }

    /// Notes what was reached at a place; the search has ended where it is near enough.
    fn reached(&mut self, place: f64, gas: Target) -> f64 {
        if (gas.po2_art_mmhg - self.target.po2_art_mmhg).abs() <= CLOSE_MMHG {
            self.found(place, self.venting.ln, gas);
        }
        self.residual(gas)[0]
    }

    /// The next step of the march, after PaO2 at its place is known or known not to be.
    fn march_on(&mut self, march: March, reached: Option<f64>) {
        if self.outcome.is_some() {
            return;
        }
        match (reached, march.last) {
            (Some(value), Some(last)) if value < 0.0 => {
                self.stage = Stage::Closing(Illinois::new(last, [march.place, value]));
            }
            (Some(value), None) if value < 0.0 => self.end(march.place, value, true),
            (Some(value), _) => {
                let last = [march.place, value];
                if march.place >= march.far {
                    return self.end(march.place, value, false);
                }
                let place = (march.place + march.stride).min(march.far);
                self.stage = Stage::March(March { place, last: Some(last), ..march });
            }
            (None, Some([place, value])) => {
                let stride = 0.5 * march.stride;
                if stride < march.shortest {
                    return self.end(place, value, false);
                }
                self.stage = Stage::March(March { place: place + stride, stride, ..march });
            }
            // Healthy lungs may be too good for a gas that only a bad one survives on: one more try farther out.
            (None, None) if march.place + march.stride <= march.far => {
                self.stage = Stage::March(March { place: march.place + march.stride, ..march });
            }
            (None, None) => {
                let pco2_mmhg = self.target.pco2_art_mmhg;
                self.outcome = Some(Err(NoTwin::NoLung { by: self.by, pco2_mmhg }));
            }
        }
    }

    /// No twin: the nearest end.
    fn end(&mut self, place: f64, ln_excess: f64, low: bool) {
        let (by, fio2_frac, value) = (self.by, self.fio2_frac, self.by.at(place));
        let wanted_mmhg = self.target.po2_art_mmhg;
        let po2_mmhg = wanted_mmhg * float::exp(ln_excess);
        let reason = if low {
            NoTwin::TooLow { by, fio2_frac, value, po2_mmhg, wanted_mmhg }
        } else {
            NoTwin::TooHigh { by, fio2_frac, value, po2_mmhg, wanted_mmhg }
        };
        self.outcome = Some(Err(reason));
        self.stage = Stage::Done;
    }

    fn found(&mut self, place: f64, ln_ventilation: f64, gas: Target) {
        let Some(params) = self.candidate(place, ln_ventilation) else { return };
        let ventilation_l_per_min = params.get(ParamId::AlveolarVentilation);
        let value = self.by.at(place);
        self.outcome = Some(Ok(Twin { by: self.by, params, value, ventilation_l_per_min, gas }));
        self.stage = Stage::Done;
    }
}

/// ln of the alveolar ventilation of a twin.
fn ventilation_axis() -> Axis {
    let most = ParamId::AlveolarVentilation.bounds().max;
    Axis { low: float::ln(LEAST_VENTILATION_L_PER_MIN), high: float::ln(most), longest: LONGEST_LN, apart: APART }
}

/// A plain lung with the gas, blood, metabolism and output that a patient has in force; what is not wrong with it is
/// healthy, or as good as the patient's own, and ideal where the patient has no more than one thing wrong.
fn plain_lung(params: &Params, whole: &Patient, by: By) -> Result<Params, Vec<ParamError>> {
    let mut plain = params.clone();
    plain.set_units(None).map_err(|error| vec![error])?;
    for (switch, option) in [
        (SwitchId::Breathing, "spontaneous"),
        (SwitchId::BreathingControl, "off"),
        (SwitchId::AirwayHold, "off"),
        (SwitchId::Hpv, "off"),
        (SwitchId::Mechanics, "off"),
        (SwitchId::Paralysis, "off"),
        (SwitchId::Svo2Feedback, "follows"),
        (SwitchId::Ecmo, "off"),
        (SwitchId::DiffusionLimit, if by == By::Diffusion { "on" } else { "off" }),
    ] {
        plain.set_switch(switch, option).map_err(|error| vec![error])?;
    }
    let ideal = is_ideal_but_for_one(whole);
    let healthy = |value: f64, own: f64| if ideal { 0.0 } else { own.clamp(0.0, value) };
    let perfused = whole.units.iter().map(|unit| unit.perfusion_l_per_min);
    let vq = whole.units.iter().map(|unit| unit.ventilation_l_per_min / unit.perfusion_l_per_min);
    let spread = log_moments(vq.zip(perfused).map(|(vq, perfusion)| [vq, perfusion]).filter(|[vq, _]| *vq > 0.0));
    let ventilation: f64 = whole.units.iter().map(|unit| unit.ventilation_l_per_min).sum();
    let shunt_frac = healthy(HEALTHY_FRAC, whole.shunt_l_per_min / whole.cardiac_output_l_per_min);
    let dead = whole.dead_space_l_per_min / (whole.dead_space_l_per_min + ventilation);
    let dead_space_frac = healthy(HEALTHY_FRAC, if dead.is_finite() { dead } else { 0.0 });
    let log_sd = healthy(HEALTHY_LOG_SD, spread.map_or(0.0, |[_, log_sd]| log_sd));
    plain.set_all(&[
        (ParamId::Fio2, whole.fio2_frac),
        (ParamId::MaskLeak, 0.0),
        (ParamId::Vo2, whole.vo2_ml_per_min),
        (ParamId::Rq, whole.rq_ratio),
        (ParamId::CardiacOutput, whole.cardiac_output_l_per_min),
        (ParamId::Shunt, shunt_frac),
        (ParamId::RecruitableShare, 0.0),
        (ParamId::PluggedShare, 0.0),
        (ParamId::AlveolarDeadSpace, dead_space_frac),
        (ParamId::Mode1Share, 1.0),
        (ParamId::Mode1Ratio, 1.0),
        (ParamId::Mode1LogSd, log_sd),
        (ParamId::Mode1Units, UNITS),
        (ParamId::Mode2Share, 0.0),
        (ParamId::Mode3Share, 0.0),
    ])?;
    Ok(plain)
}

/// Whether at most one of shunt, unequal V/Q, dead space and a diffusion limit is there at all.
fn is_ideal_but_for_one(whole: &Patient) -> bool {
    let vq = |i: usize| whole.units[i].ventilation_l_per_min / whole.units[i].perfusion_l_per_min;
    let spread = (1..whole.units.len()).any(|i| (vq(i) / vq(0) - 1.0).abs() > 1e-9);
    let wrong =
        [whole.shunt_l_per_min > 0.0, whole.dead_space_l_per_min > 0.0, spread, whole.dlo2_ml_per_min_mmhg.is_some()];
    wrong.into_iter().filter(|wrong| *wrong).count() <= 1
}
