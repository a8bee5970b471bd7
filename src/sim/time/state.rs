//! What has to be kept of a patient in time so that the run goes on as if nothing had happened.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::drift::Drift;
use super::ledger::Ledger;
use super::line::Line;
use super::per_gas::PerGas;
use super::setup::Setup;
use super::tissue::Tissue;
use super::unit::{Mode, Rate, Unit};
use crate::physiology::blood::Coordinates;
use crate::physiology::breathing_control::ControlState;
use crate::physiology::lung_load::LungLoad;
use crate::sim::circulation::vessels::FlowState;
use crate::sim::mechanics::LungMemory;
use crate::sim::params::{MAX_UNITS, ParamError};

/// The state of a [`super::Live`]: with its parameters, everything that the next step depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveState {
    /// Steps since the run began.
    pub(super) steps: u64,
    /// Lung units in the order of the patient's, then lung behind a plug where there is any.
    pub(super) units: Vec<Unit>,
    pub(super) membrane: Option<Unit>,
    /// Contents of the pools, mL/dL.
    pub(super) arterial: PerGas,
    pub(super) venous: PerGas,
    /// Blood of the pools.
    pub(super) arterial_at: Coordinates,
    pub(super) venous_at: Coordinates,
    /// Gas that leaves the lung now, mmHg·L/min.
    pub(super) expired: PerGas,
    /// What hypoxia makes of the flows.
    pub(super) flows: FlowState,
    /// How far the cells of a lung in layers are open.
    pub(super) lung: Option<LungMemory>,
    /// By how much the superior and the inferior vein and the coronary sinus depart from mixed venous blood, where a pump
    /// returns into the aorta: O2, CO2, N2, mL/dL.
    pub(super) veins: Option<[PerGas; 3]>,
    /// What the chemoreceptors feel, where breathing is controlled.
    pub(super) drive: Option<ControlState>,
    /// What has moved by itself, where anything does.
    pub(super) drift: Option<Drift>,
    pub(super) arterial_line: Line,
    pub(super) venous_line: Line,
    /// Fast and slow.
    pub(super) tissues: [Tissue; 2],
    /// N2 in lean tissue and fat, mL.
    pub(super) n2_ml: [f64; 2],
    pub(super) ledger: Ledger,
    /// What the ventilator's breaths have done to the lung.
    pub(super) load: LungLoad,
}

/// Why a saved state is none.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StateError {
    /// A number that no patient has.
    #[error("{what} = {value} is not {allowed}")]
    Number {
        /// Which one, as a path inside the state.
        what: String,
        /// The refused value.
        value: f64,
        /// What it must be.
        allowed: &'static str,
    },
    /// What has moved by itself stands outside the bounds of its parameters.
    #[error("drift: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Drift(Vec<ParamError>),
    /// A list that does not fit the parameters.
    #[error("{what} has {count} entries where these parameters make {expected}")]
    Count {
        /// Which list.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there must be.
        expected: usize,
    },
    /// Two numbers that follow from one another, and do not.
    #[error("{what} is {found} where the rest of the state makes it {expected}")]
    Differs {
        /// Which one, as a path inside the state.
        what: String,
        /// What it is.
        found: f64,
        /// What it must be.
        expected: f64,
    },
    /// A line that does not hold as much blood as the parameters say.
    #[error("{what} holds {volume_l} L where these parameters say {expected_l} L")]
    Volume {
        /// Which line.
        what: &'static str,
        /// What it holds.
        volume_l: f64,
        /// What it must hold.
        expected_l: f64,
    },
}

/// Most steps a run may have: 100 days.
pub const MAX_STEPS: u64 = 100 * 86_400 * 2;
/// Most gas any one place holds, in mL or mmHg·L.
const MOST: f64 = 1e9;
/// Most gas that may ever have been turned over, mL.
const MOST_EVER: f64 = 1e14;

impl LiveState {
    /// Checks everything that does not depend on parameters.
    pub(super) fn check(&self) -> Result<(), StateError> {
        if self.steps > MAX_STEPS {
            return Err(StateError::Number {
                what: "steps".into(),
                value: self.steps as f64,
                allowed: "at most 17,280,000",
            });
        }
        // Each may be two where capillaries are dilated, and there may be a plug.
        if self.units.len() > 2 * MAX_UNITS + 1 {
            return Err(StateError::Count { what: "units", count: self.units.len(), expected: 2 * MAX_UNITS });
        }
        for (i, unit) in self.units.iter().enumerate() {
            check_unit(&format!("units[{i}]"), unit)?;
        }
        if let Some(unit) = &self.membrane {
            check_unit("membrane", unit)?;
        }
        for (what, contents) in [("arterial", &self.arterial), ("venous", &self.venous)] {
            check_contents(what, contents)?;
        }
        for (what, at) in [("arterial_at", &self.arterial_at), ("venous_at", &self.venous_at)] {
            check_point(what, at)?;
        }
        for (what, line) in [("arterial_line", &self.arterial_line), ("venous_line", &self.venous_line)] {
            for (i, parcel) in line.parcels.iter().enumerate() {
                let what = format!("{what}[{i}]");
                range(&what, parcel.volume_l, 0.0, MOST, "a volume above 0")?;
                check_contents(&what, &parcel.contents.into())?;
            }
        }
        for (i, tissue) in self.tissues.iter().enumerate() {
            let what = format!("tissues[{i}]");
            tissue.stored.iter().try_for_each(|v| range(&what, *v, 0.0, MOST, "an amount of 0 or more"))?;
            check_point(&what, &tissue.at)?;
            check_rate(&what, &tissue.rate)?;
        }
        if self.lung.as_ref().is_some_and(|lung| !lung.is_sound()) {
            let allowed = "200 open shares of 0 to 1 and two pressures";
            return Err(StateError::Number { what: "lung".into(), value: f64::NAN, allowed });
        }
        let factors = self.flows.units.iter().chain([&self.flows.shunt, &self.flows.resistance]);
        factors.into_iter().try_for_each(|v| range("flows", *v, 0.0, 1e6, "a factor above 0"))?;
        if let Some(drive) = &self.drive {
            for value in [drive.central_pco2_mmhg, drive.peripheral_pco2_mmhg] {
                range("drive", value, -1e-9, 3000.0, "a tension of 0 to 3000 mmHg")?;
            }
            range("drive", drive.desaturation_percent, -1e-9, 100.0, "0 to 100 %")?;
            range("drive", drive.slow_acid_mmhg, -1e3, 1e3, "a shift of at most 1,000 mmHg")?;
        }
        if let Some(drift) = &self.drift {
            range("drift", drift.plasma_hb_mg_per_dl, -1e-9, 1e5, "at most 100,000 mg/dL")?;
        }
        let mut departures = self.veins.iter().flatten().flat_map(|vein| vein.to_array());
        departures.try_for_each(|v| range("veins", v, -1e4, 1e4, "a departure of at most 10,000 mL/dL"))?;
        self.expired.to_array().iter().try_for_each(|v| range("expired", *v, -1e-6, MOST, "a flow of 0 or more"))?;
        self.n2_ml.iter().try_for_each(|v| range("n2_ml", *v, -1.0, MOST, "an amount of 0 or more"))?;
        for value in self.load.numbers() {
            range("load", value, -1e-9, MOST_EVER, "a sum of 0 or more")?;
        }
        let ledger = &self.ledger;
        let columns = [
            ledger.start_ml,
            ledger.inspired_ml,
            ledger.expired_ml,
            ledger.metabolised_ml,
            ledger.adjusted_ml,
            ledger.stored_ml,
        ];
        let mut amounts = columns.iter().flat_map(|column| column.to_array());
        amounts.try_for_each(|v| range("ledger", v, -MOST_EVER, MOST_EVER, "an amount of gas"))
    }
}

/// Most gas that one shut unit may hold, however small its lung has become meanwhile, L: twice the largest lung.
const MOST_CAUGHT_L: f64 = 20.0;
/// Largest share by which the gas of a unit may differ from the pressure times its volume.
const VOLUME_SHARE: f64 = 1e-5;
/// The same for a tension and the blood that has it: the last step of a search is a straight line.
const TENSION_SHARE: f64 = 1e-3;
/// Share, and mmHg, by which the blood that a search last began from may be off the gas: a step moves the gas on.
const START_SHARE: f64 = 0.5;
const START_MMHG: f64 = 50.0;
/// Largest share of what was turned over that may be missing.
const LOST_SHARE: f64 = 1e-6;
/// Trace of a tension or content that no share is taken of.
const TRACE: f64 = 0.05;

impl LiveState {
    /// Checks what follows from something else: the gas of a unit fills it at the pressure there is, blood has the
    /// tensions and contents of its place, and all gas is accounted for. `stored_ml` is what the places hold together.
    pub(super) fn check_against(&self, setup: &Setup, stored_ml: PerGas) -> Result<(), StateError> {
        let chemistry = &setup.chemistry;
        let gas_at = |at: Coordinates| chemistry.evaluate(chemistry.into_domain(at)).0;
        let dry = setup.supply.dry_mmhg;
        for (i, (unit, setting)) in self.units.iter().zip(&setup.units).enumerate() {
            // What is not perfused stands still, whatever its volume is asked to be.
            let still = setting.kappa <= setup.around().least_kappa;
            if unit.mode == Mode::Collapsed || setting.rest_l <= 0.0 || still {
                continue;
            }
            let what = |part: &str| format!("units[{i}].{part}");
            let volume_l = unit.volume_l(dry);
            match unit.mode {
                Mode::Open if !setup.plugged(i) => {
                    same(|| what("gas over its pressure"), volume_l, setting.rest_l, VOLUME_SHARE, 0.0)?;
                }
                // A lung that grows smaller while it is shut lets go of nothing.
                _ if volume_l > (1e3 * setting.rest_l).max(MOST_CAUGHT_L) => {
                    return Err(StateError::Differs {
                        what: what("gas over its pressure"),
                        found: volume_l,
                        expected: setting.rest_l,
                    });
                }
                _ => {}
            }
            if let Some(stray) = stray(setup, i, unit) {
                return Err(StateError::Differs {
                    what: what(stray.what),
                    found: stray.blood_mmhg,
                    expected: stray.gas_mmhg,
                });
            }
        }
        let pools = [("arterial_at", self.arterial, self.arterial_at), ("venous_at", self.venous, self.venous_at)];
        for (what, PerGas { o2, co2, .. }, at) in pools {
            let blood = gas_at(at);
            same(|| format!("{what}, its O2 content"), blood.o2_ml_per_dl, o2, TENSION_SHARE, TRACE)?;
            same(|| format!("{what}, its CO2 content"), blood.co2_ml_per_dl, co2, TENSION_SHARE, TRACE)?;
        }
        for (i, (tissue, setting)) in self.tissues.iter().zip(&setup.tissues).enumerate() {
            let (blood, [po2, pco2]) = (gas_at(tissue.at), tissue.tensions_mmhg(setting));
            same(|| format!("tissues[{i}].at, its PO2"), blood.po2_mmhg, po2, START_SHARE, START_MMHG)?;
            same(|| format!("tissues[{i}].at, its PCO2"), blood.pco2_mmhg, pco2, START_SHARE, START_MMHG)?;
        }
        let [lost, turned_over] = [self.ledger.lost_ml(), self.ledger.turnover_ml()].map(PerGas::to_array);
        let (kept, stored_ml) = (self.ledger.stored_ml.to_array(), stored_ml.to_array());
        for x in 0..3 {
            same(|| format!("ledger.stored_ml[{x}]"), kept[x], stored_ml[x], LOST_SHARE, TRACE)?;
            let most = LOST_SHARE * (turned_over[x] + stored_ml[x].abs()) + TRACE;
            if lost[x].abs() > most {
                return Err(StateError::Differs {
                    what: format!("ledger, lost of gas {x}"),
                    found: lost[x],
                    expected: 0.0,
                });
            }
        }
        Ok(())
    }
}

/// A tension of end-capillary blood that its unit's gas has not.
pub(super) struct Stray {
    what: &'static str,
    blood_mmhg: f64,
    gas_mmhg: f64,
}

/// The blood of unit `i`, where it is further from the gas than a step moves it. Membranes of limited diffusion hold O2
/// apart; a trace in next to no volume has no tension to speak of.
pub(super) fn stray(setup: &Setup, i: usize, unit: &Unit) -> Option<Stray> {
    if !setup.exchanges(i, unit) {
        return None;
    }
    let chemistry = &setup.chemistry;
    let blood = chemistry.evaluate(chemistry.into_domain(unit.at)).0;
    let gas = unit.tensions_mmhg(setup.supply.dry_mmhg, &setup.units[i]);
    let far = |what, amount: f64, blood_mmhg: f64, gas_mmhg: f64| {
        let is_far = amount > LEAST_GAS_MMHG_L && !is_same(blood_mmhg, gas_mmhg, START_SHARE, START_MMHG);
        is_far.then_some(Stray { what, blood_mmhg, gas_mmhg })
    };
    let of_co2 = far("at, its PCO2", unit.gas.co2, blood.pco2_mmhg, gas.co2);
    of_co2.or_else(|| far("at, its PO2", unit.gas.o2, blood.po2_mmhg, gas.o2).filter(|_| setup.conductance.is_none()))
}

/// Whether a number is that one but for a share of it and a trace. Written so that what is no number differs.
fn is_same(found: f64, expected: f64, share: f64, trace: f64) -> bool {
    (found - expected).abs() <= share * expected.abs() + trace
}

fn same(what: impl Fn() -> String, found: f64, expected: f64, share: f64, trace: f64) -> Result<(), StateError> {
    if is_same(found, expected, share, trace) {
        Ok(())
    } else {
        Err(StateError::Differs { what: what(), found, expected })
    }
}

/// What a search may leave of a gas below nothing, mmHg·L: a ten-thousandth of a millilitre.
pub(super) const LEAST_GAS_MMHG_L: f64 = 1e-4;

fn check_unit(what: &str, unit: &Unit) -> Result<(), StateError> {
    for gas in unit.gas.to_array() {
        // Rounding may leave a trace below nothing.
        range(&format!("{what}.gas"), gas, -LEAST_GAS_MMHG_L, MOST, "an amount of 0 or more")?;
    }
    if unit.mode != Mode::Collapsed && unit.gas.sum() <= 0.0 {
        return Err(StateError::Number { what: format!("{what}.gas"), value: 0.0, allowed: "gas in an open unit" });
    }
    check_point(&format!("{what}.at"), &unit.at)?;
    check_rate(&format!("{what}.rate"), &unit.rate)?;
    <[f64; 3]>::from(unit.transit)
        .iter()
        .try_for_each(|v| range(&format!("{what}.transit"), *v, -MOST, MOST, "a finite number"))
}

fn check_point(what: &str, at: &Coordinates) -> Result<(), StateError> {
    <[f64; 2]>::from(*at).iter().try_for_each(|v| range(what, *v, 0.0, MOST, "a number above 0"))
}

fn check_rate(what: &str, rate: &Rate) -> Result<(), StateError> {
    <[f64; 2]>::from(*rate).iter().try_for_each(|v| range(what, *v, -1e15, 1e15, "a finite number"))
}

fn check_contents(what: &str, contents: &PerGas) -> Result<(), StateError> {
    range(what, contents.o2, 0.0, 1e4, "an O2 content of 0 to 10,000 mL/dL")?;
    range(what, contents.co2, 0.0, 1e4, "a CO2 content of 0 to 10,000 mL/dL")?;
    range(what, contents.n2, -1e-6, 10.0, "an N2 content of 0 to 10 mL/dL")
}

fn range(what: &str, value: f64, low: f64, high: f64, allowed: &'static str) -> Result<(), StateError> {
    // Points, volumes and contents of exactly 0 are no blood.
    let inside = value.is_finite() && value <= high && if low == 0.0 { value > 0.0 } else { value >= low };
    if inside { Ok(()) } else { Err(StateError::Number { what: what.to_owned(), value, allowed }) }
}
