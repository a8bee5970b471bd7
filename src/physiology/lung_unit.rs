//! One gas-exchanging unit: the balance of O2, CO2 and N2 between its gas and the blood that passes it.

use nalgebra::{Matrix2, Matrix2x3, Matrix3x2, Vector2, Vector3};

use crate::numerics::float::Real;
use crate::physiology::blood::{BloodGas, Evaluation, Slopes};
use crate::physiology::water_vapour::water_vapour_mmhg;
use crate::units::{DL_PER_L, N2_SOLUBILITY_ML_PER_DL_MMHG, btps_stpd_mmhg_l_per_ml};

/// What the ventilation of a unit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Basis {
    /// What a breath delivers to it.
    #[default]
    Inspired,
    /// What leaves it, as in the tables of West and Wagner.
    Expired,
}

/// Contents of blood: O2, CO2, N2, mL(STPD)/dL.
pub type Contents = Vector3<f64>;

/// Gas that reaches a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GasSupply {
    /// Sum of the dry gas pressures, PB − PH2O, mmHg.
    pub dry_mmhg: f64,
    /// Inspired PO2, mmHg.
    pub pio2_mmhg: f64,
    /// PO2 of the gas that the unit draws in beyond its ventilation when uptake exceeds it, mmHg: for a lung unit the
    /// inspired gas, for a membrane lung room air.
    pub drawn_po2_mmhg: f64,
    /// K at its temperature, [`crate::units::btps_stpd_mmhg_l_per_ml`].
    pub k_mmhg_l_per_ml: f64,
}

impl GasSupply {
    /// Gas of an O2 fraction at a barometric pressure, moist and at body temperature.
    #[must_use]
    pub fn at_body_temperature(pb_mmhg: f64, temperature_c: f64, fio2_frac: f64) -> GasSupply {
        let dry_mmhg = pb_mmhg - water_vapour_mmhg(temperature_c);
        let pio2_mmhg = fio2_frac * dry_mmhg;
        let k_mmhg_l_per_ml = btps_stpd_mmhg_l_per_ml(temperature_c);
        GasSupply { dry_mmhg, pio2_mmhg, drawn_po2_mmhg: pio2_mmhg, k_mmhg_l_per_ml }
    }
}

/// Ventilation over perfusion in the balance, mL/dL per mmHg.
///
/// ```text
/// ρ = V̇/(K·10·Q̇)
/// ```
#[inline]
#[must_use]
pub fn conductance_ratio(k_mmhg_l_per_ml: f64, ventilation_l_per_min: f64, perfusion_l_per_min: f64) -> f64 {
    ventilation_l_per_min / (k_mmhg_l_per_ml * DL_PER_L * perfusion_l_per_min)
}

/// What is wrong with the balance of a unit, and how that changes.
///
/// The balances of O2 and CO2 are divided by K·10·Q̇, so they read in mL/dL:
/// ```text
/// V̇I·PI_x − V̇E·P_x = K·U_x,   U_x = 10·Q̇·(Cc'_x − C_in,x),   V̇I − V̇E = K·ΣU/(PB − PH2O)
/// ```
/// With basis *inspired* V̇I is given; where uptake would make V̇E negative the unit is held open and draws gas in:
/// V̇E = 0, V̇I = K·ΣU/(PB − PH2O), which is apnoeic oxygenation. With basis *expired* V̇E is given; where CO2 release
/// would make V̇I negative, V̇I = 0.
///
/// # Source
/// West JB, Respir Physiol 1969;7:88-110; Wagner PD, Saltzman HA, West JB, J Appl Physiol 1974;36:588-599.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    /// O2 and CO2 that are not accounted for, mL/dL.
    pub residual: Vector2<f64>,
    /// Derivative by alveolar PO2.
    pub by_po2: Vector2<f64>,
    /// Derivative by alveolar PCO2.
    pub by_pco2: Vector2<f64>,
    /// Derivative by the end-capillary contents; by the contents that flow in it is the negative.
    pub by_contents: Matrix2x3<f64>,
    /// Inspired and expired ventilation over K·10·Q̇, mL/dL/mmHg.
    pub inspired: f64,
    /// See `inspired`.
    pub expired: f64,
}

/// Balances a unit of known ventilation at a trial state.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `ratio` | [`conductance_ratio`], mL/dL/mmHg | 0 or more |
/// | `po2_alv_mmhg`, `pco2_alv_mmhg` | mmHg | |
/// | `out`, `inflow` | end-capillary and inflowing contents, mL/dL | |
#[inline]
#[must_use]
pub fn balance(
    basis: Basis,
    ratio: f64,
    supply: &GasSupply,
    po2_alv_mmhg: f64,
    pco2_alv_mmhg: f64,
    out: &Contents,
    inflow: &Contents,
) -> Balance {
    let dry_inverse = 1.0 / supply.dry_mmhg;
    let gain = out - inflow;
    // Volume that uptake removes, over K·10·Q̇.
    let shrink = (gain.x + gain.y + gain.z) * dry_inverse;
    // Where a breath's gas goes: `fixed` mmHg of it with the given ventilation, `carried` mmHg with the shrinkage.
    let mixed = Vector2::new(po2_alv_mmhg, pco2_alv_mmhg);
    let inspired_gas = Vector2::new(supply.pio2_mmhg, 0.0);
    let (fixed, carried, of_fixed, of_carried, inspired, expired) = match basis {
        Basis::Inspired if ratio > shrink => (inspired_gas - mixed, mixed, -1.0, 1.0, ratio, ratio - shrink),
        Basis::Inspired => {
            let drawn = Vector2::new(supply.drawn_po2_mmhg, 0.0);
            (inspired_gas - drawn, drawn, 0.0, 0.0, shrink, 0.0)
        }
        Basis::Expired if ratio + shrink >= 0.0 => {
            (inspired_gas - mixed, inspired_gas, -1.0, 0.0, ratio + shrink, ratio)
        }
        Basis::Expired => (Vector2::zeros(), mixed, 0.0, 1.0, 0.0, -shrink),
    };
    let by_tension = ratio * of_fixed + shrink * of_carried;
    let share = carried * dry_inverse;
    Balance {
        residual: ratio * fixed + shrink * carried - gain.xy(),
        by_po2: Vector2::new(by_tension, 0.0),
        by_pco2: Vector2::new(0.0, by_tension),
        by_contents: Matrix2x3::new(share.x - 1.0, share.x, share.x, share.y, share.y - 1.0, share.y),
        inspired,
        expired,
    }
}

/// The balance of a unit, or of several, as its Newton step needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GasBalance<N> {
    /// O2 and CO2 that are not accounted for, mL/dL.
    pub(crate) residual: [N; 2],
    /// Derivative of each by the tension of the same gas.
    pub(crate) by_tension: N,
    /// Derivative of each by every end-capillary content; by that of the same gas it is 1 less.
    pub(crate) by_contents: [N; 2],
}

/// As [`balance`], of one unit or several whose blood gains `gain`, mL/dL.
#[inline]
pub(crate) fn gas_balance<N: Real>(
    basis: Basis,
    ratio: N,
    supply: &GasSupply,
    [po2, pco2]: [N; 2],
    gain: [N; 3],
) -> GasBalance<N> {
    let nothing = N::of(0.0);
    let shrink = (gain[0] + gain[1] + gain[2]) * (1.0 / supply.dry_mmhg);
    let pio2 = N::of(supply.pio2_mmhg);
    let (fixed, carried, by_tension) = match basis {
        // As nearly always: every unit expires.
        Basis::Inspired if (shrink - ratio).all_below(0.0) => ([pio2 - po2, -pco2], [po2, pco2], shrink - ratio),
        Basis::Inspired => {
            let drawn = N::of(supply.drawn_po2_mmhg);
            let pick = |yes: N, no: N| shrink.if_below(ratio, yes, no);
            (
                [pio2 - pick(po2, drawn), pick(-pco2, nothing)],
                [pick(po2, drawn), pick(pco2, nothing)],
                pick(shrink - ratio, nothing),
            )
        }
        Basis::Expired => {
            let pick = |yes: N, no: N| (ratio + shrink).if_below(nothing, no, yes);
            (
                [pick(pio2 - po2, nothing), pick(-pco2, nothing)],
                [pick(pio2, po2), pick(nothing, pco2)],
                pick(-ratio, shrink),
            )
        }
    };
    GasBalance {
        residual: [0, 1].map(|x| ratio * fixed[x] + shrink * carried[x] - gain[x]),
        by_tension,
        by_contents: carried.map(|carried| carried * (1.0 / supply.dry_mmhg)),
    }
}

impl<N: Real> GasBalance<N> {
    /// Eliminates virtual PO2 and bicarbonate of units in equilibrium with their blood; `content_slopes` are those of
    /// O2, CO2 and N2 by either.
    #[inline]
    pub(crate) fn eliminate(&self, found: &Evaluation<N>, content_slopes: &[[N; 3]; 2]) -> Eliminated<N> {
        let row = |x: usize, tension_slopes: [N; 2]| {
            [0, 1].map(|k| {
                let of = &content_slopes[k];
                self.by_contents[x] * (of[0] + of[1] + of[2]) - of[x] + self.by_tension * tension_slopes[k]
            })
        };
        let (o2, co2) = (row(0, found.po2_slopes), row(1, found.pco2_slopes));
        let inverse = N::of(1.0) / (o2[0] * co2[1] - o2[1] * co2[0]);
        let minus = -inverse;
        Eliminated { by_o2: [co2[1] * inverse, co2[0] * minus], by_co2: [o2[1] * minus, o2[0] * inverse] }
    }
}

/// Both coordinates by both balances: the inverse of the balances' derivatives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eliminated<N> {
    pub(crate) by_o2: [N; 2],
    pub(crate) by_co2: [N; 2],
}

impl<N: Real> Eliminated<N> {
    /// Coordinates by which the balances change as much as this.
    #[inline]
    pub(crate) fn solve(&self, o2: N, co2: N) -> [N; 2] {
        [0, 1].map(|k| self.by_o2[k] * o2 + self.by_co2[k] * co2)
    }
}

/// As [`balance`], of a unit that gets a given ventilation and expires nothing: what it does not take up makes it
/// swell, what it takes up beyond makes it shrink.
#[inline]
#[must_use]
pub fn balance_without_expiry(ratio: f64, supply: &GasSupply, out: &Contents, inflow: &Contents) -> Balance {
    let gain = out - inflow;
    Balance {
        residual: Vector2::new(ratio * supply.pio2_mmhg, 0.0) - gain.xy(),
        by_po2: Vector2::zeros(),
        by_pco2: Vector2::zeros(),
        by_contents: Matrix2x3::new(-1.0, 0.0, 0.0, 0.0, -1.0, 0.0),
        inspired: ratio,
        expired: 0.0,
    }
}

/// Contents of blood in equilibrium with a unit's gas, whose N2 fills what O2 and CO2 leave.
#[inline]
#[must_use]
pub fn equilibrium_contents(gas: &BloodGas, dry_mmhg: f64) -> Contents {
    contents(gas, dry_mmhg - gas.po2_mmhg - gas.pco2_mmhg)
}

/// Contents of blood of known gases and PN2.
#[inline]
#[must_use]
pub fn contents(gas: &BloodGas, pn2_mmhg: f64) -> Contents {
    Contents::new(gas.o2_ml_per_dl, gas.co2_ml_per_dl, N2_SOLUBILITY_ML_PER_DL_MMHG * pn2_mmhg)
}

/// Flow-weighted mean of two bloods: `share` of `a`, the rest of `b`.
#[inline]
#[must_use]
pub fn mix(share: f64, a: &Contents, b: &Contents) -> Contents {
    a * share + b * (1.0 - share)
}

/// Slopes of [`equilibrium_contents`] by virtual PO2 and pH.
#[inline]
#[must_use]
pub fn equilibrium_slopes(slopes: &Slopes) -> Matrix3x2<f64> {
    let n2 = |k: usize| -N2_SOLUBILITY_ML_PER_DL_MMHG * (slopes.po2[k] + slopes.pco2[k]);
    Matrix3x2::new(slopes.o2[0], slopes.o2[1], slopes.co2[0], slopes.co2[1], n2(0), n2(1))
}

/// Derivative of the balance of a unit in equilibrium by virtual PO2 and pH.
#[inline]
#[must_use]
pub fn equilibrium_jacobian(balance: &Balance, slopes: &Slopes, content_slopes: &Matrix3x2<f64>) -> Matrix2<f64> {
    let mut jacobian = balance.by_contents * content_slopes;
    for k in 0..2 {
        jacobian[(0, k)] += balance.by_po2.x * slopes.po2[k];
        jacobian[(1, k)] += balance.by_pco2.y * slopes.pco2[k];
    }
    jacobian
}
