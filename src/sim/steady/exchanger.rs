//! One gas exchanger inside the whole: a lung unit, with or without a diffusion limit, or the membrane.

use nalgebra::{Matrix2x3, Matrix3, Matrix3x2, Vector2, Vector3};

use super::mix;
use crate::numerics::roots;
use crate::physiology::blood::{BloodGas, Chemistry, Coordinates};
use crate::physiology::diffusion;
use crate::physiology::iso_pco2::IsoPco2;
use crate::physiology::lung_unit::{self, Basis, Contents, GasSupply};
use crate::physiology::unit_state::{self, UnitProblem};
use crate::units::N2_SOLUBILITY_ML_PER_DL_MMHG;

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
    /// W of [`diffusion::Transit`].
    pub(super) equilibrations: f64,
    /// Where its inversion of the inflowing content ended.
    pub(super) virtual_po2_in_mmhg: f64,
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
            equilibrations,
            virtual_po2_in_mmhg,
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
    /// Newton's method from the present state, and where that does not settle the nested halving of
    /// [`unit_state::solve`].
    pub(super) fn settle(&mut self, setting: &Setting<'_>, rest: &Contents, feedback: f64) -> u32 {
        for iteration in 1..=SETTLE_ITERATIONS {
            self.linearise(setting, rest, feedback);
            if self.residual <= SETTLED {
                return iteration;
            }
            if !self.advance(setting.chemistry, &Contents::zeros()) {
                break;
            }
        }
        // A membrane's own blood in its inflow is left to the next iterations.
        let inflow = if feedback > 0.0 { mix(feedback, &self.out, rest) } else { *rest };
        let alone = UnitProblem { basis: setting.basis, ratio: self.ratio, supply: setting.supply, inflow };
        self.at = setting.chemistry.into_domain(unit_state::solve(setting.chemistry, &alone));
        SETTLE_ITERATIONS
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
    pub(super) fn linearise_limited(
        &mut self,
        setting: &Setting<'_>,
        capillary: &mut Capillary,
        conductance: f64,
        inflow: &Contents,
    ) -> (Response, u32) {
        let chemistry = setting.chemistry;
        let supply = &setting.supply;
        let (gas, slopes) = chemistry.evaluate(self.at);
        let w = capillary.equilibrations;
        let transit =
            diffusion::transit(chemistry, self.at.virtual_po2_mmhg, &gas, w, inflow.x, capillary.virtual_po2_in_mmhg);
        capillary.virtual_po2_in_mmhg = transit.virtual_po2_in_mmhg;
        capillary.po2_alv_mmhg = transit.po2_alv_mmhg;
        let po2_alv = transit.po2_alv_mmhg;
        let pn2 = supply.dry_mmhg - po2_alv - gas.pco2_mmhg;
        let out = lung_unit::contents(&gas, pn2);
        let balance = lung_unit::balance(setting.basis, self.ratio, supply, po2_alv, gas.pco2_mmhg, &out, inflow);

        // Alveolar PO2 and the integral by (virtual PO2, pH, ln W) and by the O2 that flows in.
        let [by_end, by_start, by_w] = diffusion::alveolar_slopes(gas.po2_mmhg, transit.po2_in_mmhg, w);
        let [in_by_o2, in_by_pco2] = transit.po2_in_slopes;
        let [integral_gas, integral_start, integral_pco2] = transit.integral_slopes.into();
        let alv = Vector3::new(
            by_end * slopes.po2[0] + by_start * in_by_pco2 * slopes.pco2[0],
            by_end * slopes.po2[1] + by_start * in_by_pco2 * slopes.pco2[1],
            by_w * w,
        );
        let alv_by_o2_in = by_start * in_by_o2;
        let integral_by = |pco2_slope: f64, alv_slope: f64| {
            integral_gas * alv_slope + (integral_start * in_by_pco2 + integral_pco2) * pco2_slope
        };
        let integral = transit.integral.max(f64::MIN_POSITIVE);
        // ln of the integral is nearly a line in ln W. Beyond the last W blood and gas are one, whatever is left over.
        let unlimited = w >= MAX_EQUILIBRATIONS && conductance >= integral;
        let transit_residual = if unlimited { 0.0 } else { (conductance / integral).ln() };
        let n2 = -N2_SOLUBILITY_ML_PER_DL_MMHG;
        let content = Matrix3::new(
            slopes.o2[0],
            slopes.o2[1],
            0.0,
            slopes.co2[0],
            slopes.co2[1],
            0.0,
            n2 * (alv.x + slopes.pco2[0]),
            n2 * (alv.y + slopes.pco2[1]),
            n2 * alv.z,
        );
        let pco2_by = Vector3::new(slopes.pco2[0], slopes.pco2[1], 0.0);
        let mut gas_rows = balance.by_contents * content;
        gas_rows += balance.by_po2 * alv.transpose() + balance.by_pco2 * pco2_by.transpose();
        let transit_row = if unlimited {
            Vector3::z()
        } else {
            Vector3::new(
                -integral_by(slopes.pco2[0], alv.x) / integral,
                -integral_by(slopes.pco2[1], alv.y) / integral,
                -(integral_by(0.0, alv.z) + transit.end_slope * w) / integral,
            )
        };
        let mut jacobian = Matrix3::zeros();
        jacobian.fixed_rows_mut::<2>(0).copy_from(&gas_rows);
        jacobian.fixed_rows_mut::<1>(2).copy_from(&transit_row.transpose());
        let residual = Vector3::new(balance.residual.x, balance.residual.y, transit_residual);
        let mut by_inflow = Matrix3::zeros();
        by_inflow.fixed_rows_mut::<2>(0).copy_from(&-balance.by_contents);
        let alv_effect = (balance.by_po2 + balance.by_contents.column(2) * n2) * alv_by_o2_in;
        by_inflow[(0, 0)] += alv_effect.x;
        by_inflow[(1, 0)] += alv_effect.y;
        if !unlimited {
            by_inflow[(2, 0)] = -(integral_gas * alv_by_o2_in + integral_start * in_by_o2) / integral;
        }

        let inverse = jacobian.try_inverse().unwrap_or_else(|| Matrix3::from_element(f64::NAN));
        let step = -(inverse * residual);
        let step_by_inflow = -(inverse * by_inflow);
        self.step = step.xy();
        self.step_by_inflow = step_by_inflow.fixed_rows::<2>(0).into_owned();
        capillary.step = step.z;
        capillary.step_by_inflow = step_by_inflow.row(2).transpose();
        self.set_state(setting, gas, out, &balance.residual);
        self.residual = self.residual.max(transit_residual.abs());
        if transit_residual.is_nan() {
            self.residual = f64::INFINITY;
        }
        let mut response = Response { constant: content * step, by_inflow: content * step_by_inflow };
        response.by_inflow[(2, 0)] += n2 * alv_by_o2_in;
        (response, transit.evaluations)
    }

    /// Makes blood and transit consistent with the alveolar gas of the last evaluation: the transit equation alone,
    /// whose integral rises with W, solved by bracketing. Breaks cycles in which blood and W chase each other.
    pub(super) fn retrace(
        &mut self,
        setting: &Setting<'_>,
        capillary: &mut Capillary,
        conductance: f64,
        inflow: &Contents,
    ) {
        let chemistry = setting.chemistry;
        let pco2 = self.gas.pco2_mmhg;
        let line = IsoPco2::new(chemistry, pco2);
        let (start, _) = line.at_o2_content(inflow.x, capillary.virtual_po2_in_mmhg, self.gas.ph);
        let po2_alv = capillary.po2_alv_mmhg.clamp(0.0, setting.supply.dry_mmhg);
        let end_at = |w: f64| chemistry.at_tensions(po2_alv - (po2_alv - start.po2_mmhg) * (-w).exp(), pco2);
        let ln_w = roots::increasing(MIN_EQUILIBRATIONS.ln(), MAX_EQUILIBRATIONS.ln(), 0.0, |ln_w| {
            let end = end_at(ln_w.exp());
            let gas = chemistry.evaluate(end).0;
            let v = (end.virtual_po2_mmhg, start.virtual_po2_mmhg);
            let transit = diffusion::transit(chemistry, v.0, &gas, ln_w.exp(), inflow.x, v.1);
            (transit.integral - conductance, transit.end_slope * ln_w.exp())
        });
        capillary.equilibrations = ln_w.exp();
        self.at = chemistry.into_domain(end_at(capillary.equilibrations));
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
        if !(ln_step.is_finite() && step.x.is_finite() && step.y.is_finite()) {
            return false;
        }
        // The three unknowns pull against each other: a step too long is shortened as a whole. W moves by a factor of e
        // at most.
        let above = self.at.virtual_po2_mmhg - chemistry.lowest_virtual_po2_mmhg();
        let longest =
            |step: f64, down: f64, up: f64| if step < 0.0 { down / -step } else { up / step.max(f64::MIN_POSITIVE) };
        let share = longest(ln_step, 1.0, 1.0).min(longest(step.x, 0.75 * above, 3.0 * above + 1.0)).min(1.0);
        let Some(next) = chemistry.limited_step(self.at, [share * step.x, share * step.y]) else { return false };
        // Where the blood was stopped at the kink of its CO2 content, W stops with it.
        let moved = next.virtual_po2_mmhg - self.at.virtual_po2_mmhg;
        let share = if step.x == 0.0 { share } else { (moved / step.x).clamp(0.0, share) };
        capillary.equilibrations =
            (capillary.equilibrations * (share * ln_step).exp()).clamp(MIN_EQUILIBRATIONS, MAX_EQUILIBRATIONS);
        self.at = next;
        true
    }
}

/// Iterations in which an exchanger alone settles, nearly always.
const SETTLE_ITERATIONS: u32 = 40;
/// Residual at which it has.
const SETTLED: f64 = 1e-9;

/// Turnover that a balance is at least measured against, mL/dL: what one gram-tenth of haemoglobin carries.
const TURNOVER_FLOOR: f64 = 1.0;

/// Least W: D/(10 Q̇) is at least 0.004 mL/dL/mmHg and C' at most about 7.
const MIN_EQUILIBRATIONS: f64 = 1e-4;
/// W from which blood and gas are one to rounding: e^-40 is 4e-18.
const MAX_EQUILIBRATIONS: f64 = 40.0;
