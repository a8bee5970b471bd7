//! What a change of parameters, and a change of its own gas, does to a patient between steps.

use nalgebra::Vector3;

use super::live::Live;
use super::setup::Setup;
use super::state::stray;
use super::unit::{Mode, Rate, Stage, Surroundings, Unit, UnitSetting};
use crate::numerics::normal;
use crate::physiology::blood::{Chemistry, Coordinates};
use crate::physiology::lung_unit::{Basis, Contents, GasSupply};
use crate::sim::circuit::Circuit;
use crate::sim::params::ParamId;
use crate::sim::steady::mixed_blood;

/// Share of its resting volume at which a shrinking unit collapses.
const COLLAPSE_FRAC: f64 = 0.10;
/// Volume over that before from which on the inspired gas that fills a unit may be far from its blood.
const GREW_FAR: f64 = 1.05;
/// Golden ratio less one: its multiples fall evenly on the unit interval.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

impl Live {
    /// Where the airway of the whole lung is no longer shut: what shrank behind it fills again at once, by the recoil
    /// of the chest, not by what one breath after the other leaves in it.
    pub(super) fn reopen(&mut self) {
        let setup = &self.setup;
        if setup.shut {
            return;
        }
        for (i, unit) in self.state.units.iter_mut().enumerate() {
            if unit.mode == Mode::Shrinking && !setup.plugged(i) {
                unit.mode = Mode::Open;
            }
        }
    }

    /// Lets every unit do what its gas and its airway now make it do: shrink, collapse, open. `stages` are those of the
    /// step just made, if one was.
    pub(super) fn change_modes(&mut self, stages: &[[Stage; 2]]) {
        let setup = &self.setup;
        let k = setup.supply.k_mmhg_l_per_ml;
        let get = |id| self.params.get(id);
        let absorption = self.params.absorption();
        let breathing = setup.ventilation.alveolar_l_per_min > 0.0;
        let dry = setup.supply.dry_mmhg;
        let [low, top] = setup.airway_cmh2o(&self.params);
        let below = |pressure: f64, mean, sd| normal::cumulative((pressure - get(mean)) / get(sd));
        let held = below(low, ParamId::ClosingPressure, ParamId::ClosingPressureSd);
        let opened = below(top, ParamId::OpeningPressure, ParamId::OpeningPressureSd);
        let gas = setup.inspired_gas();
        let inflow = self.pulmonary_contents();
        let around = setup.around();
        let collapsed_before = self.state.units.iter().filter(|unit| unit.mode == Mode::Collapsed).count();
        let mut drawn = Vector3::zeros();
        let mut blown = Vector3::zeros();
        for (i, (unit, setting)) in self.state.units.iter_mut().zip(&setup.units).enumerate() {
            let volume_l = unit.volume_l(dry);
            let plugged = setup.plugged(i);
            let mut restore = false;
            if plugged || setup.shut {
                unit.mode = match unit.mode {
                    Mode::Collapsed => Mode::Collapsed,
                    _ if volume_l <= 0.0 => Mode::Collapsed,
                    _ if plugged && absorption => match volume_l <= COLLAPSE_FRAC * setting.rest_l {
                        true => Mode::Collapsed,
                        false => Mode::Shrinking,
                    },
                    // Rounding of a lung at rest must not count as more than that.
                    _ if volume_l <= setting.floor_l * (1.0 + 1e-9) => Mode::Rigid,
                    _ => Mode::Shrinking,
                };
            } else {
                // Each unit has its own closing and opening pressure, spread evenly through the lung.
                let quantile = ((i as f64 + 0.5) * GOLDEN).fract();
                let absorbs = absorption && breathing && setup.patient.basis == Basis::Inspired && held <= quantile;
                match unit.mode {
                    Mode::Collapsed if !absorption || opened > quantile => restore = true,
                    Mode::Collapsed => {}
                    Mode::Rigid => restore = true,
                    Mode::Shrinking if !absorbs || volume_l >= setting.rest_l => restore = true,
                    Mode::Shrinking if volume_l <= COLLAPSE_FRAC * setting.rest_l => unit.mode = Mode::Collapsed,
                    Mode::Shrinking => {}
                    Mode::Open if absorbs && starves(unit, stages.get(i), &around, setting, &inflow) => {
                        unit.mode = Mode::Shrinking;
                    }
                    // Rounding moves the volume by less than this in a lifetime.
                    Mode::Open => restore = (volume_l - setting.rest_l).abs() > 1e-6 * setting.rest_l,
                }
            }
            if restore {
                let was_caught = unit.mode != Mode::Open && unit.mode != Mode::Shrinking;
                unit.mode = Mode::Open;
                let moved = restore_volume(unit, setting.rest_l, volume_l, &gas);
                if moved.sum() > 0.0 {
                    drawn += moved
                } else {
                    blown -= moved
                }
                let grew_far = setting.rest_l > GREW_FAR * volume_l;
                if was_caught || grew_far && stray(setup, i, unit).is_some() {
                    unit.find_blood(&around, setting, &inflow);
                }
            }
        }
        self.state.ledger.inspired_ml += drawn / k;
        self.state.ledger.expired_ml += blown / k;
        if self.state.units.iter().filter(|unit| unit.mode == Mode::Collapsed).count() != collapsed_before {
            self.distribute();
        }
    }

    /// Lets units that hold their volume take one that has changed: lung that opens draws in inspired gas.
    pub(super) fn fit_volumes(&mut self) {
        let setup = &self.setup;
        let GasSupply { dry_mmhg: dry, k_mmhg_l_per_ml: k, .. } = setup.supply;
        let gas = setup.inspired_gas();
        let (mut drawn, mut blown) = (Vector3::zeros(), Vector3::zeros());
        let mut may_stray = false;
        for (i, (unit, setting)) in self.state.units.iter_mut().zip(&setup.units).enumerate() {
            if unit.mode == Mode::Open && !setup.plugged(i) {
                let volume_l = unit.volume_l(dry);
                let moved = restore_volume(unit, setting.rest_l, volume_l, &gas);
                if moved.sum() > 0.0 {
                    drawn += moved
                } else {
                    blown -= moved
                }
                may_stray |= setting.rest_l > GREW_FAR * volume_l;
            }
            // Its floor may be another one, and so its pressure.
            may_stray |= unit.mode == Mode::Rigid;
        }
        self.state.ledger.inspired_ml += drawn / k;
        self.state.ledger.expired_ml += blown / k;
        self.state.ledger.stored_ml = self.stored_ml();
        if may_stray {
            self.find_strayed();
        }
    }

    /// Has units whose gas a change has moved further than a step would search for their blood anew.
    pub(super) fn find_strayed(&mut self) {
        let setup = &self.setup;
        let inflow = self.pulmonary_contents();
        let around = setup.around();
        for (i, (unit, setting)) in self.state.units.iter_mut().zip(&setup.units).enumerate() {
            if stray(setup, i, unit).is_some() {
                unit.find_blood(&around, setting, &inflow);
            }
        }
    }

    /// Blood of another kind at the same tensions.
    pub(super) fn exchange_blood(&mut self, old: &Chemistry) {
        let new = &self.setup.chemistry;
        let convert = |contents: Contents, start: Coordinates| {
            let gas = mixed_blood(old, &contents, start).0.gas;
            let at = new.into_domain(new.at_tensions(gas.po2_mmhg.max(0.0), gas.pco2_mmhg));
            let gas = new.evaluate(at).0;
            (Contents::new(gas.o2_ml_per_dl, gas.co2_ml_per_dl, contents.z), at)
        };
        let state = &mut self.state;
        let (arterial_at, venous_at) = (state.arterial_at, state.venous_at);
        state.arterial_line.convert(|contents| convert(contents, arterial_at).0);
        state.venous_line.convert(|contents| convert(contents, venous_at).0);
        for (pool, at) in [(&mut state.arterial, &mut state.arterial_at), (&mut state.venous, &mut state.venous_at)] {
            let (contents, here) = convert(Contents::from(*pool), *at);
            (*pool, *at) = (contents.into(), here);
        }
        for tissue in &mut state.tissues {
            let gas = old.evaluate(old.into_domain(tissue.at)).0;
            tissue.at = new.into_domain(new.at_tensions(gas.po2_mmhg.max(0.0), gas.pco2_mmhg));
            tissue.rate = Rate::default();
        }
    }

    /// Gas warmed or cooled to another body temperature: none is lost, its volume goes with the absolute temperature.
    pub(super) fn warm_gas(&mut self, before: &Setup) {
        let warmed = self.setup.supply.k_mmhg_l_per_ml / before.supply.k_mmhg_l_per_ml;
        for unit in self.state.units.iter_mut().chain(&mut self.state.membrane) {
            unit.gas = unit.gas.map(|gas| gas * warmed);
        }
    }

    /// Stores of other size at the same tensions; vessels of other size with the same blood.
    pub(super) fn resize_stores(&mut self, before: &Setup) {
        let state = &mut self.state;
        let lines = [(&mut state.arterial_line, ParamId::ArterialLine), (&mut state.venous_line, ParamId::VenousLine)];
        for (line, id) in lines {
            let volume_l = self.params.get(id);
            if (line.volume_l() - volume_l).abs() > 1e-6 * volume_l {
                line.resize(volume_l);
            }
        }
        for ((tissue, old), new) in state.tissues.iter_mut().zip(&before.tissues).zip(&self.setup.tissues) {
            if old != new {
                let tensions = tissue.tensions_mmhg(old);
                tissue.stored = [0, 1].map(|x| tensions[x] * new.capacity[x]);
            }
        }
        for (n2_ml, (old, new)) in state.n2_ml.iter_mut().zip(before.n2.iter().zip(&self.setup.n2)) {
            *n2_ml *= new.capacity_ml_per_mmhg / old.capacity_ml_per_mmhg;
        }
    }

    /// Moves the gas of the lung into the units there now are.
    pub(super) fn reshape_lung(&mut self, before: &Setup, plugged_before: f64) {
        let setup = &self.setup;
        let k = setup.supply.k_mmhg_l_per_ml;
        let inflow = self.pulmonary_contents();
        let around = setup.around();
        let plugged_now = if setup.plugged_l_per_min > 0.0 { self.params.get(ParamId::PluggedShare) } else { 0.0 };
        let plugged_before = if before.plugged_l_per_min > 0.0 { plugged_before } else { 0.0 };
        let state = &mut self.state;
        let mut plug = if plugged_before > 0.0 { state.units.pop() } else { None };
        let old_rests: Vec<f64> = before.units[..state.units.len()].iter().map(|setting| setting.rest_l).collect();
        let new_rests: Vec<f64> =
            setup.units[..setup.units.len() - usize::from(plugged_now > 0.0)].iter().map(|s| s.rest_l).collect();
        if old_rests.len() != new_rests.len() {
            let lost = regroup(&mut state.units, &old_rests, &new_rests, setup, &inflow);
            state.ledger.expired_ml += lost / k;
        }
        if plugged_now > plugged_before {
            // What the plug catches is the gas that was there.
            let share = (plugged_now - plugged_before) / (1.0 - plugged_before);
            let mut caught = Vector3::zeros();
            for unit in &mut state.units {
                let part = Vector3::from(unit.gas) * share;
                unit.gas += -part;
                caught += part;
            }
            let unit = plug.get_or_insert_with(|| Unit { mode: Mode::Shrinking, ..Unit::nowhere() });
            unit.gas += caught;
            unit.mode = Mode::Shrinking;
            unit.find_blood(&around, &setup.units[setup.units.len() - 1], &inflow);
        } else if plugged_now < plugged_before
            && let Some(unit) = &mut plug
        {
            // Lung that is freed brings what gas it has; the rest it draws in.
            let part = Vector3::from(unit.gas) * ((plugged_before - plugged_now) / plugged_before);
            unit.gas += -part;
            let whole: f64 = new_rests.iter().sum();
            if state.units.is_empty() {
                state.ledger.expired_ml += part / k;
            }
            for (unit, rest_l) in state.units.iter_mut().zip(&new_rests) {
                unit.gas += part * (rest_l / whole);
            }
        }
        if plugged_now > 0.0 {
            state.units.extend(plug);
        }
        // Where the blood or its transit is another one, the search starts anew.
        if before.chemistry != setup.chemistry || before.conductance.is_some() != setup.conductance.is_some() {
            for (unit, setting) in state.units.iter_mut().zip(&setup.units) {
                unit.find_blood(&around, setting, &inflow);
            }
        }
    }

    pub(super) fn reshape_membrane(&mut self, before: &Setup) {
        let setup = &self.setup;
        let k = setup.supply.k_mmhg_l_per_ml;
        let state = &mut self.state;
        match (&setup.circuit.membrane, &mut state.membrane) {
            (None, gone) => {
                if let Some(unit) = gone.take() {
                    let gas = Vector3::from(unit.gas) / k;
                    state.ledger.expired_ml += gas;
                }
            }
            (Some(of), place) => {
                let around = setup.around_membrane(of);
                let inflow = Contents::from(state.venous);
                let gas_l = setup.membrane_unit.rest_l;
                let unit = place.get_or_insert_with(|| {
                    let unit = Unit::of_gas(&around, &setup.membrane_unit, gas_l, of.gas.pio2_mmhg, 0.0, &inflow);
                    state.ledger.inspired_ml += Vector3::from(unit.gas) / k;
                    unit
                });
                let missing = gas_l - unit.volume_l(of.gas.dry_mmhg);
                if missing.abs() > 1e-9 * gas_l {
                    let share = missing / unit.volume_l(of.gas.dry_mmhg);
                    let change = Vector3::from(unit.gas) * share;
                    unit.gas += change;
                    state.ledger.adjusted_ml += change / k;
                }
                let limited = |circuit: &Circuit| circuit.membrane.is_some_and(|of| of.conductance.is_some());
                if before.chemistry != setup.chemistry || limited(&before.circuit) != limited(&setup.circuit) {
                    unit.find_blood(&around, &setup.membrane_unit, &inflow);
                }
            }
        }
    }
}

/// Fills or empties a unit to its volume at rest; returns the gas it gained, mmHg·L.
fn restore_volume(unit: &mut Unit, rest_l: f64, volume_l: f64, inspired: &Vector3<f64>) -> Vector3<f64> {
    let missing = rest_l - volume_l;
    let moved = if missing >= 0.0 { inspired * missing } else { Vector3::from(unit.gas) * (missing / volume_l) };
    unit.gas += moved;
    moved
}

/// Whether a unit takes up at least as much as it is given: it expires nothing.
fn starves(
    unit: &Unit,
    stages: Option<&[Stage; 2]>,
    around: &Surroundings<'_>,
    setting: &UnitSetting,
    inflow: &Contents,
) -> bool {
    if let Some([_, last]) = stages {
        return last.expired.sum() <= 0.0;
    }
    let chemistry = around.chemistry;
    let capillary = chemistry.evaluate(chemistry.into_domain(unit.at)).0;
    let pn2 = unit.tensions_mmhg(around.supply.dry_mmhg, setting).n2;
    unit.flows(around, setting, &capillary, pn2, inflow)[1] <= 0.0
}

/// Moves gas from old units to new ones of another number, in their order: each new unit gets what lay in its part of
/// the lung. Returns what found no place.
fn regroup(units: &mut Vec<Unit>, old: &[f64], new: &[f64], setup: &Setup, inflow: &Contents) -> Vector3<f64> {
    let (old_total, new_total) = (old.iter().sum::<f64>(), new.iter().sum::<f64>());
    let around = setup.around();
    let mut left: Vec<(f64, Vector3<f64>)> =
        units.iter().zip(old).map(|(unit, rest_l)| (rest_l / old_total, Vector3::from(unit.gas))).collect();
    let mut made: Vec<Unit> = Vec::with_capacity(new.len());
    let mut from = 0;
    for (i, rest_l) in new.iter().enumerate() {
        let mut wanted = rest_l / new_total;
        let mut gas = Vector3::zeros();
        while from < left.len() {
            let (share, held) = left[from];
            if share > wanted && i + 1 < new.len() {
                let part = held * (wanted / share);
                gas += part;
                left[from] = (share - wanted, held - part);
                break;
            }
            gas += held;
            wanted -= share;
            from += 1;
        }
        if gas.sum() <= 0.0 {
            gas = Vector3::zeros();
        }
        let mut unit = Unit { gas: gas.into(), ..Unit::nowhere() };
        if gas.sum() > 0.0 {
            unit.find_blood(&around, &setup.units[i], inflow);
        }
        made.push(unit);
    }
    let lost = if new.is_empty() { left.iter().map(|(_, gas)| gas).sum() } else { Vector3::zeros() };
    *units = made;
    lost
}
