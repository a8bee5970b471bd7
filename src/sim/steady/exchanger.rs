//! One gas exchanger inside the whole: a lung unit, with or without a diffusion limit, or the membrane.

use nalgebra::{Matrix2x3, Matrix3, Matrix3x2, Vector2, Vector3};

use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply, mix};
use crate::physiology::unit_state::{self, Trial, UnitProblem};
use crate::sim::capillary::{self, EVALUATIONS_OF_A_GAS, LimitedPoint, Transit};
use crate::units::{N2_SOLUBILITY_ML_PER_DL_MMHG, O2_SOLUBILITY_ML_PER_DL_MMHG};

/// What is fixed about an exchanger during a solve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) chemistry: &'a Chemistry,
    pub(super) basis: Basis,
    pub(super) supply: GasSupply,
}

/// The unknowns of one exchanger and its last linearisation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exchanger {
    /// [`lung_unit::conductance_ratio`].
    pub(super) ratio: f64,
    /// Share of the flow that leaves all exchangers of the lung.
    pub(super) weight: f64,
    /// State of the end-capillary blood.
    pub(super) at: Coordinates,
    /// Gases there, of the last evaluation.
    pub(super) gas: BloodGas,
    /// Contents there.
    pub(super) out: Contents,
    /// Largest residual as a share of turnover.
    pub(super) residual: f64,
    step: Vector2<f64>,
    step_by_inflow: Matrix2x3<f64>,
}

/// The extra unknown of a unit whose O2 transfer diffusion limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capillary {
    /// W, and the blood that enters.
    pub(super) transit: Transit,
    /// Alveolar PO2 of the last evaluation.
    pub(super) po2_alv_mmhg: f64,
    step: f64,
    step_by_inflow: Vector3<f64>,
}

/// Change of an exchanger's outflow: `constant + by_inflow·δinflow`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Response {
    pub(super) constant: Contents,
    pub(super) by_inflow: Matrix3<f64>,
}

impl Capillary {
    pub(super) fn new(equilibrations: f64, virtual_po2_in_mmhg: f64) -> Self {
        Capillary {
            transit: Transit { equilibrations, virtual_po2_in_mmhg },
            po2_alv_mmhg: 0.0,
            step: 0.0,
            step_by_inflow: Vector3::zeros(),
        }
    }
}

impl Exchanger {
    pub(super) fn new(ratio: f64, weight: f64, at: Coordinates) -> Self {
        Exchanger {
            ratio,
            weight,
            at,
            gas: BloodGas {
                po2_mmhg: 0.0,
                pco2_mmhg: 0.0,
                ph: 0.0,
                saturation_frac: 0.0,
                o2_ml_per_dl: 0.0,
                co2_ml_per_dl: 0.0,
            },
            out: Contents::zeros(),
            residual: f64::INFINITY,
            step: Vector2::zeros(),
            step_by_inflow: Matrix2x3::zeros(),
        }
    }

    /// Evaluates the balance at the present state and eliminates the exchanger: how its outflow answers its inflow.
    ///
    /// `feedback` is the share of the exchanger's own outflow in its inflow (recirculation), 0 for a lung unit; `rest`
    /// is the blood that makes up the rest, and the response is to that.
    #[inline]
    pub(super) fn linearise(&mut self, setting: &Setting<'_>, rest: &Contents, feedback: f64) -> Response {
        let supply = &setting.supply;
        let (gas, slopes) = setting.chemistry.evaluate(self.at);
        let out = lung_unit::equilibrium_contents(&gas, supply.dry_mmhg);
        let inflow = if feedback > 0.0 { mix(feedback, &out, rest) } else { *rest };
        let balance = lung_unit::balance(setting.basis, self.ratio, supply, gas.po2_mmhg, gas.pco2_mmhg, &out, &inflow);
        let content_slopes: Matrix3x2<f64> = lung_unit::equilibrium_slopes(&slopes);
        let mut jacobian = lung_unit::equilibrium_jacobian(&balance, &slopes, &content_slopes);
        if feedback > 0.0 {
            jacobian -= balance.by_contents * content_slopes * feedback;
        }
        let by_inflow = balance.by_contents * (feedback - 1.0);
        let determinant = 1.0 / (jacobian.m11 * jacobian.m22 - jacobian.m12 * jacobian.m21);
        let inverse = nalgebra::Matrix2::new(jacobian.m22, -jacobian.m12, -jacobian.m21, jacobian.m11) * -determinant;
        self.step = inverse * balance.residual;
        self.step_by_inflow = inverse * by_inflow;
        self.set_state(setting, gas, out, &balance.residual);
        Response { constant: content_slopes * self.step, by_inflow: content_slopes * self.step_by_inflow }
    }

    /// Solves this exchanger alone for a fixed inflow; returns the evaluations spent.
    ///
    /// Newton's method from the present state, then from that of a neighbour, and where neither does the nested halving
    /// of [`unit_state::solve`].
    pub(super) fn settle(
        &mut self,
        setting: &Setting<'_>,
        rest: &Contents,
        feedback: f64,
        neighbour: Option<Coordinates>,
    ) -> u32 {
        let mut spent = 0;
        for start in [Some(self.at), neighbour].into_iter().flatten() {
            self.at = start;
            for _ in 0..SETTLE_ITERATIONS {
                self.linearise(setting, rest, feedback);
                spent += 1;
                if self.residual <= SETTLED {
                    return spent;
                }
                if !self.advance(setting.chemistry, &Contents::zeros()) {
                    break;
                }
            }
        }
        // A membrane's own blood in its inflow is left to the next iterations.
        let inflow = if feedback > 0.0 { mix(feedback, &self.out, rest) } else { *rest };
        let alone = UnitProblem { basis: setting.basis, ratio: self.ratio, supply: setting.supply, inflow };
        let (at, tried) =
            unit_state::solve_counted(setting.chemistry, &alone, [self.gas.po2_mmhg, self.gas.pco2_mmhg], CLOSE_FRAC);
        self.at = setting.chemistry.into_domain(at);
        self.linearise(setting, rest, feedback);
        spent + 1 + EVALUATIONS_OF_A_GAS * tried
    }

    fn set_state(&mut self, setting: &Setting<'_>, gas: BloodGas, out: Contents, residual: &Vector2<f64>) {
        self.gas = gas;
        self.out = out;
        // Turnover: what the gas brings and what the blood brings.
        let turnover = self.ratio * setting.supply.dry_mmhg + TURNOVER_FLOOR;
        self.residual = residual.amax() / turnover;
        if self.residual.is_nan() {
            self.residual = f64::INFINITY;
        }
    }

    /// Moves by the last linearisation, given how the inflow moves; false where the step is not finite.
    #[inline]
    pub(super) fn advance(&mut self, chemistry: &Chemistry, inflow_step: &Contents) -> bool {
        let step = self.step + self.step_by_inflow * inflow_step;
        match chemistry.limited_step(self.at, [step.x, step.y]) {
            Some(next) => {
                self.at = next;
                true
            }
            None => false,
        }
    }

    /// As [`Exchanger::linearise`] for a unit with a diffusion limit: D/(10 Q̇) is `conductance`, mL/dL/mmHg.
    ///
    /// Third unknown ln W, third equation `∫C' dw = D/(10 Q̇)`. Returns the evaluations spent besides.
    /// `feedback` and `rest` as there.
    pub(super) fn linearise_limited(
        &mut self,
        setting: &Setting<'_>,
        capillary: &mut Capillary,
        conductance: f64,
        rest: &Contents,
        feedback: f64,
    ) -> (Response, u32) {
        let supply = &setting.supply;
        let point =
            LimitedPoint::recirculated(setting.chemistry, self.at, capillary.transit, conductance, rest.x, feedback);
        let LimitedPoint { gas, po2_alv_mmhg: po2_alv, alv, alv_by_o2_in, content, .. } = point;
        capillary.transit.virtual_po2_in_mmhg = point.virtual_po2_in_mmhg;
        capillary.po2_alv_mmhg = po2_alv;
        let out = lung_unit::contents(&gas, supply.dry_mmhg - po2_alv - gas.pco2_mmhg);
        let inflow = if feedback > 0.0 { mix(feedback, &out, rest) } else { *rest };
        let balance = lung_unit::balance(setting.basis, self.ratio, supply, po2_alv, gas.pco2_mmhg, &out, &inflow);
        let mut gas_rows = balance.by_contents * content * (1.0 - feedback);
        gas_rows += balance.by_po2 * alv.transpose() + balance.by_pco2 * point.pco2.transpose();
        let mut jacobian = Matrix3::zeros();
        jacobian.fixed_rows_mut::<2>(0).copy_from(&gas_rows);
        jacobian.fixed_rows_mut::<1>(2).copy_from(&point.row.transpose());
        let residual = Vector3::new(balance.residual.x, balance.residual.y, point.residual);
        let mut by_inflow = Matrix3::zeros();
        // By the blood that is not its own.
        let others = 1.0 - feedback;
        by_inflow.fixed_rows_mut::<2>(0).copy_from(&(balance.by_contents * -others));
        let n2 = -N2_SOLUBILITY_ML_PER_DL_MMHG;
        let alv_effect = (balance.by_po2 + balance.by_contents.column(2) * (n2 * others)) * (alv_by_o2_in * others);
        by_inflow[(0, 0)] += alv_effect.x;
        by_inflow[(1, 0)] += alv_effect.y;
        by_inflow[(2, 0)] = point.row_by_o2_in * others;

        let inverse = jacobian.try_inverse().unwrap_or_else(|| Matrix3::from_element(f64::NAN));
        let step = -(inverse * residual);
        let step_by_inflow = -(inverse * by_inflow);
        self.step = step.xy();
        self.step_by_inflow = step_by_inflow.fixed_rows::<2>(0).into_owned();
        capillary.step = step.z;
        capillary.step_by_inflow = step_by_inflow.row(2).transpose();
        self.set_state(setting, gas, out, &balance.residual);
        self.residual = self.residual.max(point.residual.abs());
        if point.residual.is_nan() {
            self.residual = f64::INFINITY;
        }
        let mut response = Response { constant: content * step, by_inflow: content * step_by_inflow };
        response.by_inflow[(2, 0)] += n2 * alv_by_o2_in * others;
        (response, point.evaluations)
    }

    /// Makes blood and transit consistent with the alveolar gas of the last evaluation: the transit equation alone,
    /// whose integral rises with W, solved by bracketing. Breaks cycles in which blood and W chase each other. Returns the
    /// evaluations spent.
    pub(super) fn retrace(
        &mut self,
        setting: &Setting<'_>,
        capillary: &mut Capillary,
        conductance: f64,
        inflow: &Contents,
    ) -> u32 {
        let po2_alv = capillary.po2_alv_mmhg.clamp(0.0, setting.supply.dry_mmhg);
        let evaluations;
        (self.at, capillary.transit, evaluations) = capillary::trace(
            setting.chemistry,
            po2_alv,
            self.gas.pco2_mmhg,
            conductance,
            inflow.x,
            capillary.transit,
            self.gas.ph,
        );
        evaluations
    }

    /// As [`Exchanger::settle`] for a unit with a diffusion limit, whose neighbour stands at a blood with its transit. After
    /// the nested searches all but blood and transit is that of before until the next linearisation.
    pub(super) fn settle_limited(
        &mut self,
        setting: &Setting<'_>,
        capillary: &mut Capillary,
        conductance: f64,
        inflow: &Contents,
        neighbour: Option<(Coordinates, Transit)>,
    ) -> u32 {
        let chemistry = setting.chemistry;
        let mut evaluations = 0;
        for start in [Some((self.at, capillary.transit)), neighbour].into_iter().flatten() {
            (self.at, capillary.transit) = start;
            for _ in 0..SETTLE_ITERATIONS {
                evaluations += 1 + self.linearise_limited(setting, capillary, conductance, inflow, 0.0).1;
                if self.residual <= SETTLED {
                    return evaluations;
                }
                if !self.advance_limited(chemistry, capillary, &Contents::zeros()) {
                    break;
                }
            }
        }
        let dry = setting.supply.dry_mmhg;
        let alone = UnitProblem { basis: setting.basis, ratio: self.ratio, supply: setting.supply, inflow: *inflow };
        let full = chemistry.o2_capacity_ml_per_dl() + O2_SOLUBILITY_ML_PER_DL_MMHG * dry;
        let mut ph = self.gas.ph;
        let start = [capillary.po2_alv_mmhg, self.gas.pco2_mmhg];
        let end = unit_state::search(&alone, full, start, CLOSE_FRAC, |po2_alv, pco2| {
            let (at, transit, spent) =
                capillary::trace(chemistry, po2_alv, pco2, conductance, inflow.x, capillary.transit, ph);
            capillary.transit = transit;
            let point = LimitedPoint::new(chemistry, at, transit, conductance, inflow.x);
            evaluations += spent + point.evaluations + 1;
            ph = point.gas.ph;
            // Along the transit equation, which holds.
            let held = Matrix3::from_rows(&[point.alv.transpose(), point.pco2.transpose(), point.row.transpose()]);
            let by = held.try_inverse().unwrap_or_else(|| Matrix3::from_element(f64::NAN));
            Trial {
                at,
                tensions: Vector2::new(po2_alv, pco2),
                out: lung_unit::contents(&point.gas, dry - po2_alv - pco2),
                by_tensions: (point.content * by).fixed_columns::<2>(0).into_owned(),
            }
        });
        self.at = end.at;
        evaluations
    }

    /// As [`Exchanger::advance`], the capillary included.
    pub(super) fn advance_limited(
        &mut self,
        chemistry: &Chemistry,
        capillary: &mut Capillary,
        inflow_step: &Contents,
    ) -> bool {
        let ln_step = capillary.step + capillary.step_by_inflow.dot(inflow_step);
        let step = self.step + self.step_by_inflow * inflow_step;
        let step = Vector3::new(step.x, step.y, ln_step);
        match capillary::advance(chemistry, self.at, capillary.transit.equilibrations, step) {
            Some((at, equilibrations)) => {
                self.at = at;
                capillary.transit.equilibrations = equilibrations;
                true
            }
            None => false,
        }
    }
}

/// Iterations in which an exchanger alone settles, nearly always.
const SETTLE_ITERATIONS: u32 = 12;
/// Residual at which it has.
pub(super) const SETTLED: f64 = 1e-9;
/// Share of PB - PH2O to which pressures are sought for that: far closer, since on pure O2 what blood takes up of a gas moves
/// hundreds of times as much as the volume by which it is found.
const CLOSE_FRAC: f64 = 1e-13;

/// Turnover that a balance is at least measured against, mL/dL: what one gram-tenth of haemoglobin carries.
pub(super) const TURNOVER_FLOOR: f64 = 1.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::float;
    use crate::physiology::blood::Blood;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    /// From a state that is not its own: little of the haemoglobin binds, little O2 is there.
    #[test]
    fn inv_a_unit_with_a_diffusion_limit_settles_alone_from_anywhere() {
        let mut rng = StdRng::seed_from_u64(29);
        let mut draw = |range: std::ops::Range<f64>| rng.random_range(range);
        for _ in 0..100 {
            let blood = Blood {
                hb_g_per_dl: draw(5.0..20.0),
                cohb_frac: draw(0.0..0.6),
                methb_frac: draw(0.0..0.3),
                base_excess_mmol_per_l: draw(-20.0..20.0),
                ..Blood::default()
            };
            let chemistry = Chemistry::new(&blood);
            let dry_mmhg = draw(183.0..753.0);
            let pio2_mmhg = dry_mmhg * draw(0.1..1.0);
            let supply = GasSupply { dry_mmhg, pio2_mmhg, drawn_po2_mmhg: pio2_mmhg, k_mmhg_l_per_ml: 0.863 };
            let venous = chemistry.gas_at_tensions(float::pow(10f64, draw(-0.5..1.6)), draw(5.0..80.0));
            let inflow = lung_unit::contents(&venous, draw(0.0..200.0));
            let conductance = float::pow(10f64, draw(-2.5..1.0));
            for basis in [Basis::Inspired, Basis::Expired] {
                let setting = Setting { chemistry: &chemistry, basis, supply };
                let at = chemistry.into_domain(chemistry.at_tensions(draw(1.0..150.0), draw(5.0..80.0)));
                let mut unit = Exchanger::new(float::pow(10f64, draw(-3.0..0.5)), 1.0, at);
                let mut capillary = Capillary::new(float::pow(10f64, draw(-2.0..1.5)), 40.0);
                unit.linearise_limited(&setting, &mut capillary, conductance, &inflow, 0.0);
                unit.settle_limited(&setting, &mut capillary, conductance, &inflow, None);
                unit.linearise_limited(&setting, &mut capillary, conductance, &inflow, 0.0);
                assert!(unit.residual < 1e-6, "{blood:?} {setting:?} {inflow:?} {unit:?} {capillary:?}");
            }
        }
    }
}
