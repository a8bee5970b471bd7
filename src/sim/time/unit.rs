//! The gas of one unit in time: a lung unit, lung behind a plug, or the membrane lung.

use nalgebra::{Matrix3, Vector2, Vector3};
use serde::{Deserialize, Serialize};

use super::per_gas::PerGas;
use crate::numerics::float;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{self, Balance, Basis, Contents, GasSupply};
use crate::sim::capillary::{self, LimitedPoint, Transit};
use crate::units::N2_SOLUBILITY_ML_PER_DL_MMHG;

/// Newton iterations of one stage before the best state is taken as it is (gas is conserved all the same).
pub(super) const STAGE_ITERATIONS: u32 = 30;
/// Iterations after which a unit with a diffusion limit is traced anew.
const RETRACE_EVERY: u32 = 8;
/// Relative length of a Newton step that need not be checked again: what is left is about its square.
pub(super) const SETTLED: f64 = 1e-4;
/// Alveolar PO2 that a step of W may still move: near balance of blood and gas any W will do, mmHg.
const W_SETTLED_MMHG: f64 = 1e-7;
/// Share of its gas below which a shrinking unit is not followed inside one step.
const LEAST_VOLUME_FRAC: f64 = 0.25;

/// What may happen to the gas of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// Holds its volume: what it takes up beyond its supply it draws in.
    Open,
    /// Expires nothing and changes its volume: its supply is less than it takes up, or there is none.
    Shrinking,
    /// Shut and at its least volume: its pressure falls.
    Rigid,
    /// Without gas exchange; the rest of its gas is caught.
    Collapsed,
}

/// State of one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    /// O2, CO2 and N2: pressure times volume, mmHg·L.
    pub(super) gas: PerGas,
    /// End-capillary blood.
    pub(super) at: Coordinates,
    /// How it moves, per minute: where the next step starts to search.
    pub(super) rate: Rate,
    /// Of a unit with a diffusion limit.
    pub(super) transit: Passage,
    pub(super) mode: Mode,
}

/// How blood moves, per minute; a file has virtual PO2 before bicarbonate.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub(super) struct Rate {
    pub(super) virtual_po2_mmhg: f64,
    pub(super) bicarbonate_mmol_per_l: f64,
}

impl Rate {
    /// From one blood to another in some minutes.
    pub(super) fn between(from: Coordinates, to: Coordinates, minutes: f64) -> Rate {
        Rate {
            virtual_po2_mmhg: (to.virtual_po2_mmhg - from.virtual_po2_mmhg) / minutes,
            bicarbonate_mmol_per_l: (to.bicarbonate_mmol_per_l - from.bicarbonate_mmol_per_l) / minutes,
        }
    }

    /// How far in some minutes.
    pub(super) fn over(self, minutes: f64) -> [f64; 2] {
        [self.virtual_po2_mmhg * minutes, self.bicarbonate_mmol_per_l * minutes]
    }
}

impl From<[f64; 2]> for Rate {
    fn from([virtual_po2_mmhg, bicarbonate_mmol_per_l]: [f64; 2]) -> Self {
        Rate { virtual_po2_mmhg, bicarbonate_mmol_per_l }
    }
}

impl From<Rate> for [f64; 2] {
    fn from(rate: Rate) -> Self {
        [rate.virtual_po2_mmhg, rate.bicarbonate_mmol_per_l]
    }
}

/// Blood on its way through a capillary whose diffusion limits; a file has the numbers in this order.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f64; 3]", into = "[f64; 3]")]
pub(super) struct Passage {
    /// ln W: of the equilibrations that it passes.
    pub(super) ln_w: f64,
    pub(super) ln_w_per_min: f64,
    /// Virtual PO2 of the blood that enters, mmHg.
    pub(super) virtual_po2_in_mmhg: f64,
}

impl From<[f64; 3]> for Passage {
    fn from([ln_w, ln_w_per_min, virtual_po2_in_mmhg]: [f64; 3]) -> Self {
        Passage { ln_w, ln_w_per_min, virtual_po2_in_mmhg }
    }
}

impl From<Passage> for [f64; 3] {
    fn from(passage: Passage) -> Self {
        [passage.ln_w, passage.ln_w_per_min, passage.virtual_po2_in_mmhg]
    }
}

/// What is fixed about a unit during a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnitSetting {
    /// K·10·Q̇, mmHg·L/min per mL/dL.
    pub(super) kappa: f64,
    /// Ventilation over that, mL/dL/mmHg.
    pub(super) ratio: f64,
    /// Resting volume, L.
    pub(super) rest_l: f64,
    /// Least volume of a shut unit, L: below, its pressure falls instead.
    pub(super) floor_l: f64,
    /// Share of its own outflow in its inflow (a membrane's recirculation).
    pub(super) feedback: f64,
    /// Diffusing capacity per flow over that of ordinary capillaries.
    pub(super) diffusing_ratio: f64,
}

/// What all units of a lung share during a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) chemistry: &'a Chemistry,
    pub(super) basis: Basis,
    pub(super) supply: GasSupply,
    /// D/(10 Q̇) of ordinary capillaries, mL/dL/mmHg, where diffusion limits.
    pub(super) conductance: Option<f64>,
    /// K·10·Q̇ up to which a unit counts as not perfused.
    pub(super) least_kappa: f64,
}

impl Surroundings<'_> {
    /// D/(10 Q̇) of a unit, mL/dL/mmHg, where diffusion limits.
    fn conductance_of(&self, setting: &UnitSetting) -> Option<f64> {
        self.conductance.map(|conductance| conductance * setting.diffusing_ratio)
    }
}

/// One stage of one unit, solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stage {
    pub(super) at: Coordinates,
    /// See [`Passage`].
    pub(super) ln_w: f64,
    pub(super) virtual_po2_in_mmhg: f64,
    /// Contents of the blood that leaves.
    pub(super) out: Contents,
    /// Gas gained, mmHg·L/min.
    pub(super) gain: Vector3<f64>,
    /// Gas breathed in and out, mmHg·L/min.
    pub(super) inspired: Vector3<f64>,
    pub(super) expired: Vector3<f64>,
    /// Newton iterations spent.
    pub(super) iterations: u32,
    pub(super) evaluations: u32,
    /// Whether the search ended as it should.
    pub(super) settled: bool,
}

/// A stage's question: gas before it, its length and the blood that flows in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// mmHg·L.
    pub(super) base: Vector3<f64>,
    /// hγ, min.
    pub(super) tau_min: f64,
    /// Contents of the blood that makes up the inflow beside what is fed back.
    pub(super) rest: &'a Contents,
    /// Where to start.
    pub(super) start: Coordinates,
    pub(super) start_ln_w: f64,
    pub(super) virtual_po2_in_mmhg: f64,
}

impl Stage {
    /// Before anything is solved.
    pub(super) const NONE: Stage = Stage {
        at: Coordinates { virtual_po2_mmhg: 0.0, bicarbonate_mmol_per_l: 0.0 },
        ln_w: 0.0,
        virtual_po2_in_mmhg: 0.0,
        out: Contents::new(0.0, 0.0, 0.0),
        gain: Vector3::new(0.0, 0.0, 0.0),
        inspired: Vector3::new(0.0, 0.0, 0.0),
        expired: Vector3::new(0.0, 0.0, 0.0),
        iterations: 0,
        evaluations: 0,
        settled: true,
    };
}

impl Unit {
    /// A unit without gas whose blood is not yet known.
    pub(super) fn nowhere() -> Unit {
        Unit {
            gas: PerGas::default(),
            at: Coordinates { virtual_po2_mmhg: 40.0, bicarbonate_mmol_per_l: 24.0 },
            rate: Rate::default(),
            transit: Passage::default(),
            mode: Mode::Open,
        }
    }

    /// A unit of known volume and gas.
    pub(super) fn of_gas(
        around: &Surroundings<'_>,
        setting: &UnitSetting,
        volume_l: f64,
        po2_mmhg: f64,
        pco2_mmhg: f64,
        inflow: &Contents,
    ) -> Unit {
        let dry = around.supply.dry_mmhg;
        // Where there is no N2, what a search has left over may fill more than the pressure there is.
        let fit = (dry / (po2_mmhg + pco2_mmhg)).min(1.0);
        let (po2_mmhg, pco2_mmhg) = (po2_mmhg * fit, pco2_mmhg * fit);
        let gas = [po2_mmhg, pco2_mmhg, (dry - po2_mmhg - pco2_mmhg).max(0.0)].map(|p| p * volume_l);
        let mut unit = Unit { gas: gas.into(), ..Unit::nowhere() };
        unit.begin_at(around, setting, [gas[0] / volume_l, gas[1] / volume_l], inflow);
        unit
    }

    /// Sum of its gases over the pressure of dry gas, L: its volume, save where it is rigid.
    pub(super) fn volume_l(&self, dry_mmhg: f64) -> f64 {
        self.gas.sum() / dry_mmhg
    }

    /// Its gas tensions, mmHg.
    pub(super) fn tensions_mmhg(&self, dry_mmhg: f64, setting: &UnitSetting) -> PerGas {
        let volume_l = if self.mode == Mode::Rigid { setting.floor_l } else { self.volume_l(dry_mmhg) };
        // What a search leaves below nothing is nothing.
        self.gas.map(|amount| amount.max(0.0) / volume_l.max(f64::MIN_POSITIVE))
    }

    /// Starts the search anew from the gas there is: after a jump of blood, flow or gas.
    pub(super) fn find_blood(&mut self, around: &Surroundings<'_>, setting: &UnitSetting, inflow: &Contents) {
        let gas = self.tensions_mmhg(around.supply.dry_mmhg, setting);
        self.begin_at(around, setting, [gas.o2, gas.co2], inflow);
    }

    /// Starts the search at blood of these tensions.
    fn begin_at(&mut self, around: &Surroundings<'_>, setting: &UnitSetting, tensions: [f64; 2], inflow: &Contents) {
        let [po2, pco2] = tensions.map(|tension| tension.max(1e-3));
        let chemistry = around.chemistry;
        let mut at = chemistry.into_domain(chemistry.at_tensions(po2, pco2));
        self.transit = Passage::default();
        if let Some(conductance) = around.conductance_of(setting)
            && inflow.x > 0.0
        {
            let (end, transit, _) =
                capillary::trace(chemistry, po2, pco2, conductance, inflow.x, Transit::usual(40.0), 7.4);
            at = end;
            self.transit = Passage {
                ln_w: float::ln(transit.equilibrations),
                ln_w_per_min: 0.0,
                virtual_po2_in_mmhg: transit.virtual_po2_in_mmhg,
            };
        }
        self.at = at;
        self.rate = Rate::default();
    }

    /// Solves one implicit stage: `gas(state) = base + hγ·gain(state)`.
    pub(super) fn stage(&self, around: &Surroundings<'_>, setting: &UnitSetting, question: &Question<'_>) -> Stage {
        if self.mode == Mode::Collapsed || setting.kappa <= around.least_kappa {
            return Stage { settled: true, ..self.still(question) };
        }
        match around.conductance_of(setting) {
            Some(conductance) => self.limited_stage(around, setting, question, conductance),
            None => self.plain_stage(around, setting, question),
        }
    }

    /// A stage in which nothing is exchanged.
    fn still(&self, question: &Question<'_>) -> Stage {
        Stage {
            at: self.at,
            ln_w: self.transit.ln_w,
            virtual_po2_in_mmhg: self.transit.virtual_po2_in_mmhg,
            out: *question.rest,
            settled: false,
            ..Stage::NONE
        }
    }

    fn plain_stage(&self, around: &Surroundings<'_>, setting: &UnitSetting, question: &Question<'_>) -> Stage {
        let chemistry = around.chemistry;
        let lowest = chemistry.lowest_virtual_po2_mmhg();
        let mut at = chemistry.into_domain(question.start);
        let mut iterations = 0;
        loop {
            iterations += 1;
            let (gas, slopes) = chemistry.evaluate(at);
            let tensions = Tensions { po2: gas.po2_mmhg, pco2: gas.pco2_mmhg };
            let pn2 = self.pn2_mmhg(around, setting, question, tensions);
            let out = lung_unit::contents(&gas, pn2);
            let balance = self.balance(around, setting, question, tensions, &out);
            let content_slopes = lung_unit::equilibrium_slopes(&slopes);
            let jacobian = lung_unit::equilibrium_jacobian(&balance, &slopes, &content_slopes);
            let determinant = -1.0 / (jacobian.m11 * jacobian.m22 - jacobian.m12 * jacobian.m21);
            let r = balance.residual;
            let step = Vector2::new(
                (jacobian.m22 * r.x - jacobian.m12 * r.y) * determinant,
                (jacobian.m11 * r.y - jacobian.m21 * r.x) * determinant,
            );
            let small = step.x.abs() <= SETTLED * (at.virtual_po2_mmhg - lowest)
                && step.y.abs() <= SETTLED * at.bicarbonate_mmol_per_l;
            let Some(next) = chemistry.limited_step(at, [step.x, step.y]) else {
                return self.end(around, setting, question, End { at, out, tensions, iterations, settled: false });
            };
            if small || iterations == STAGE_ITERATIONS {
                // The last step on the straight line: blood and gas move together, so no gas is lost.
                let by = |slope: [f64; 2]| slope[0] * step.x + slope[1] * step.y;
                let end = if small {
                    let rigid = self.mode == Mode::Rigid;
                    let mut moved = content_slopes * step;
                    if rigid {
                        moved.z = 0.0;
                    }
                    let tensions =
                        Tensions { po2: tensions.po2 + by(slopes.po2), pco2: tensions.pco2 + by(slopes.pco2) };
                    End { at: next, out: out + moved, tensions, iterations, settled: true }
                } else {
                    End { at, out, tensions, iterations, settled: false }
                };
                return self.end(around, setting, question, end);
            }
            at = next;
        }
    }

    fn limited_stage(
        &self,
        around: &Surroundings<'_>,
        setting: &UnitSetting,
        question: &Question<'_>,
        conductance: f64,
    ) -> Stage {
        let chemistry = around.chemistry;
        let lowest = chemistry.lowest_virtual_po2_mmhg();
        let mut at = chemistry.into_domain(question.start);
        let mut transit = Transit {
            equilibrations: float::exp(question.start_ln_w)
                .clamp(capillary::MIN_EQUILIBRATIONS, capillary::MAX_EQUILIBRATIONS),
            virtual_po2_in_mmhg: question.virtual_po2_in_mmhg.max(lowest + 0.01),
        };
        let mut evaluations = 0;
        let mut iterations = 0;
        loop {
            iterations += 1;
            let limited =
                LimitedPoint::recirculated(chemistry, at, transit, conductance, question.rest.x, setting.feedback);
            transit.virtual_po2_in_mmhg = limited.virtual_po2_in_mmhg;
            evaluations += limited.evaluations;
            let tensions = Tensions { po2: limited.po2_alv_mmhg, pco2: limited.gas.pco2_mmhg };
            let pn2 = self.pn2_mmhg(around, setting, question, tensions);
            let out = lung_unit::contents(&limited.gas, pn2);
            let balance = self.balance(around, setting, question, tensions, &out);
            let gas_rows = balance.by_contents * limited.content
                + balance.by_po2 * limited.alv.transpose()
                + balance.by_pco2 * limited.pco2.transpose();
            let mut jacobian = Matrix3::zeros();
            jacobian.fixed_rows_mut::<2>(0).copy_from(&gas_rows);
            jacobian.fixed_rows_mut::<1>(2).copy_from(&limited.row.transpose());
            let residual = Vector3::new(balance.residual.x, balance.residual.y, limited.residual);
            let step = jacobian.try_inverse().map_or_else(|| Vector3::from_element(f64::NAN), |j| -(j * residual));
            let small = step.x.abs() <= SETTLED * (at.virtual_po2_mmhg - lowest)
                && step.y.abs() <= SETTLED * at.bicarbonate_mmol_per_l
                && (step.z.abs() <= SETTLED || (step.z * limited.alv.z).abs() <= W_SETTLED_MMHG);
            let moved = capillary::advance(chemistry, at, transit.equilibrations, step);
            let end = match moved {
                Some((next, equilibrations)) if small => {
                    transit.equilibrations = equilibrations;
                    let mut change = limited.content * step;
                    if self.mode == Mode::Rigid {
                        change.z = 0.0;
                    }
                    let tensions = Tensions {
                        po2: tensions.po2 + limited.alv.dot(&step),
                        pco2: tensions.pco2 + limited.pco2.dot(&step),
                    };
                    End { at: next, out: out + change, tensions, iterations, settled: true }
                }
                Some(_) if iterations % RETRACE_EVERY == 0 && iterations < STAGE_ITERATIONS => {
                    // Blood and W chase each other: both anew from the gas.
                    let po2_alv = tensions.po2.clamp(0.0, around.supply.dry_mmhg);
                    let (pco2, v_in) = (tensions.pco2, transit.virtual_po2_in_mmhg);
                    let o2_in = self.inflow(setting, question, &out).x;
                    let start = Transit::usual(v_in);
                    let spent;
                    (at, transit, spent) =
                        capillary::trace(chemistry, po2_alv, pco2, conductance, o2_in, start, limited.gas.ph);
                    evaluations += spent;
                    continue;
                }
                Some((next, equilibrations)) if iterations < STAGE_ITERATIONS => {
                    transit.equilibrations = equilibrations;
                    at = next;
                    continue;
                }
                _ => End { at, out, tensions, iterations, settled: false },
            };
            let stage = self.end(around, setting, question, end);
            return Stage {
                ln_w: float::ln(transit.equilibrations),
                virtual_po2_in_mmhg: transit.virtual_po2_in_mmhg,
                evaluations: stage.evaluations + evaluations,
                ..stage
            };
        }
    }

    /// PN2 at a trial state: what O2 and CO2 leave, or what is caught in a rigid unit.
    fn pn2_mmhg(
        &self,
        around: &Surroundings<'_>,
        setting: &UnitSetting,
        question: &Question<'_>,
        tensions: Tensions,
    ) -> f64 {
        if self.mode == Mode::Rigid {
            let exchange = question.tau_min * setting.kappa;
            (question.base.z + exchange * question.rest.z) / (setting.floor_l + exchange * N2_SOLUBILITY_ML_PER_DL_MMHG)
        } else {
            around.supply.dry_mmhg - tensions.po2 - tensions.pco2
        }
    }

    fn inflow(&self, setting: &UnitSetting, question: &Question<'_>, out: &Contents) -> Contents {
        if setting.feedback > 0.0 {
            out * setting.feedback + question.rest * (1.0 - setting.feedback)
        } else {
            *question.rest
        }
    }

    /// Balance of O2 and CO2 over K·10·Q̇ with what is stored, at a trial state.
    #[inline]
    fn balance(
        &self,
        around: &Surroundings<'_>,
        setting: &UnitSetting,
        question: &Question<'_>,
        tensions: Tensions,
        out: &Contents,
    ) -> Balance {
        let inflow = self.inflow(setting, question, out);
        let supply = &around.supply;
        let per_store = 1.0 / (question.tau_min * setting.kappa);
        let mut balance = if self.mode == Mode::Open {
            lung_unit::balance(around.basis, setting.ratio, supply, tensions.po2, tensions.pco2, out, &inflow)
        } else {
            lung_unit::balance_without_expiry(
                if self.mode == Mode::Rigid { 0.0 } else { setting.ratio },
                supply,
                out,
                &inflow,
            )
        };
        let volume = match self.mode {
            // Open: constant; rounding apart it is the sum of the gases.
            Mode::Open => question.base.sum() / supply.dry_mmhg,
            Mode::Rigid => setting.floor_l,
            _ => {
                // V = V* + hγ(V̇I − K·ΣU/(PB − PH2O)) moves with the blood.
                let shrink = (out - inflow).sum() / supply.dry_mmhg;
                let volume = question.base.sum() / supply.dry_mmhg + (setting.ratio - shrink) / per_store;
                let least = LEAST_VOLUME_FRAC * question.base.sum() / supply.dry_mmhg;
                if volume > least {
                    let share = 1.0 / supply.dry_mmhg;
                    for x in 0..3 {
                        balance.by_contents[(0, x)] += share * tensions.po2;
                        balance.by_contents[(1, x)] += share * tensions.pco2;
                    }
                    volume
                } else {
                    least
                }
            }
        };
        balance.residual -= (Vector2::new(tensions.po2, tensions.pco2) * volume - question.base.xy()) * per_store;
        balance.by_po2.x -= volume * per_store;
        balance.by_pco2.y -= volume * per_store;
        if setting.feedback > 0.0 {
            balance.by_contents *= 1.0 - setting.feedback;
        }
        balance
    }

    /// Ventilation that goes in and out of the unit as it is, L/min.
    pub(super) fn flows(
        &self,
        around: &Surroundings<'_>,
        setting: &UnitSetting,
        capillary: &BloodGas,
        pn2_mmhg: f64,
        inflow: &Contents,
    ) -> [f64; 2] {
        let out = lung_unit::contents(capillary, pn2_mmhg);
        let shrink = (out - inflow).sum() / around.supply.dry_mmhg;
        let ratio = setting.ratio;
        let [inspired, expired] = match (self.mode, around.basis) {
            (Mode::Collapsed | Mode::Rigid, _) => [0.0, 0.0],
            (Mode::Shrinking, _) => [ratio, 0.0],
            (Mode::Open, Basis::Inspired) => [ratio.max(shrink), (ratio - shrink).max(0.0)],
            (Mode::Open, Basis::Expired) => [(ratio + shrink).max(0.0), ratio.max(-shrink)],
        };
        [inspired * setting.kappa, expired * setting.kappa].map(|flow| flow.max(0.0))
    }

    /// Flows at the end of a stage. Every amount is made of the same flows, so gas is conserved however near the search
    /// came.
    fn end(&self, around: &Surroundings<'_>, setting: &UnitSetting, question: &Question<'_>, end: End) -> Stage {
        let supply = &around.supply;
        let inflow = self.inflow(setting, question, &end.out);
        let gain = end.out - inflow;
        let shrink = gain.sum() / supply.dry_mmhg;
        let given = Vector3::new(supply.pio2_mmhg, 0.0, supply.dry_mmhg - supply.pio2_mmhg);
        let drawn = Vector3::new(supply.drawn_po2_mmhg, 0.0, supply.dry_mmhg - supply.drawn_po2_mmhg);
        let gas =
            Vector3::new(end.tensions.po2, end.tensions.pco2, supply.dry_mmhg - end.tensions.po2 - end.tensions.pco2);
        let ratio = setting.ratio;
        let (inspired, expired) = match (self.mode, around.basis) {
            (Mode::Shrinking, _) => (given * ratio, Vector3::zeros()),
            (Mode::Rigid | Mode::Collapsed, _) => (Vector3::zeros(), Vector3::zeros()),
            (Mode::Open, Basis::Inspired) if ratio > shrink => (given * ratio, gas * (ratio - shrink)),
            (Mode::Open, Basis::Inspired) => (given * ratio + drawn * (shrink - ratio), Vector3::zeros()),
            (Mode::Open, Basis::Expired) if ratio + shrink >= 0.0 => (given * (ratio + shrink), gas * ratio),
            (Mode::Open, Basis::Expired) => (Vector3::zeros(), gas * -shrink),
        };
        if !end.settled {
            // No state to go to: nothing moves, and nothing is lost.
            return Stage { iterations: end.iterations, ..self.still(question) };
        }
        let (inspired, expired) = (inspired * setting.kappa, expired * setting.kappa);
        Stage {
            at: end.at,
            ln_w: 0.0,
            virtual_po2_in_mmhg: question.virtual_po2_in_mmhg,
            out: end.out,
            gain: inspired - expired - gain * setting.kappa,
            inspired,
            expired,
            iterations: end.iterations,
            evaluations: end.iterations,
            settled: end.settled,
        }
    }
}

/// Alveolar PO2 and PCO2, mmHg.
#[derive(Debug, Clone, Copy)]
struct Tensions {
    po2: f64,
    pco2: f64,
}

/// Where the search of a stage ended.
struct End {
    at: Coordinates,
    out: Contents,
    tensions: Tensions,
    iterations: u32,
    settled: bool,
}
