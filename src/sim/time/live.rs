//! One patient, step by step: what is asked of it and what is read off it.

use nalgebra::Vector3;

use super::ledger::Ledger;
use super::per_gas::PerGas;
use super::setup::Setup;
use super::start::{start, state_of};
use super::state::{LiveState, StateError};
use super::unit::{Mode, Stage, Unit, UnitSetting};
use crate::numerics::float;
use crate::physiology::aorta::{self, Branch};
use crate::physiology::blood::Coordinates;
use crate::physiology::breathing_control::ControlState;
use crate::physiology::lung_load::BreathLoad;
use crate::physiology::lung_unit::{self, Contents, mix};
use crate::sim::circuit::{MembraneFlow, VenousBlood};
use crate::sim::circulation::vessels::{FlowState, VesselGases};
use crate::sim::mechanics::bed::LayeredLung;
use crate::sim::mechanics::{AirwayPattern, LungMemory};
use crate::sim::params::{ParamId, Params, Position};
use crate::sim::patient::Ventilation;
use crate::sim::reading::snapshot::{KeptHistory, Model, Snapshot, moment};
use crate::sim::reading::steadiness::{Moment, WATCHED_S, Watch};
use crate::sim::steady::{
    AroundHeart, EcmoState, MixedBlood, NoSteadyState, SteadyState, UnitState, Work, mixed_blood,
};
use crate::sim::ventilator_load::breath_load;
use crate::units::{DL_PER_L, MIN_PER_S, N2_SOLUBILITY_ML_PER_DL_MMHG};

/// Length of a step, s. With 0.5 s arterial PO2 stays within 0.02 mmHg of the limit of short steps (table in README).
pub const STEP_S: f64 = 0.5;

/// End-tidal gas: what leaves the alveoli, alveolar dead space included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndTidal {
    /// PO2, mmHg.
    pub po2_mmhg: f64,
    /// PCO2, mmHg.
    pub pco2_mmhg: f64,
    /// PN2, mmHg.
    pub pn2_mmhg: f64,
}

/// What the steps so far have cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeWork {
    /// Steps made, halves counted as steps.
    pub steps: u64,
    /// Steps thrown away because their error was too large.
    pub rejected: u64,
    /// Newton iterations of lung units.
    pub iterations: u64,
    /// Content evaluations of transits with a diffusion limit.
    pub evaluations: u64,
    /// Stages whose search did not end as it should.
    pub unsettled: u64,
}

/// A patient in time.
///
/// ```
/// use isoshunt::sim::{params::{ParamId, Params}, time::Live};
/// let params = Params::default();
/// let mut live = Live::new(&params);
/// live.set_params(&params.with(ParamId::Fio2, 1.0).unwrap());
/// (0..120).for_each(|_| live.step());
/// assert!(live.time_s() == 60.0 && live.end_tidal().unwrap().pn2_mmhg < 250.0); // nitrogen washes out
/// ```
#[derive(Debug, Clone)]
pub struct Live {
    pub(super) params: Params,
    pub(super) setup: Setup,
    pub(super) state: LiveState,
    pub(super) scratch: Vec<[Stage; 2]>,
    pub(super) work: TimeWork,
    /// Indices of the last while; not saved: a run that is opened again has to be watched anew.
    watch: Watch,
}

/// Turnovers of a pool of blood that one step may make: beyond 1/(1 − 2γ), 2.41, the method swings to the other side, and
/// what is left of a gas would be less than nothing.
const MOST_TURNOVER: f64 = 2.4;

/// Moments over which an index is watched.
const WATCHED_STEPS: usize = (WATCHED_S / STEP_S) as usize;

impl Live {
    /// A patient in its steady state. Where there is none, the run begins with a lung and tissues as in quiet
    /// breathing, and what the parameters ask for takes its course.
    #[must_use]
    pub fn new(params: &Params) -> Live {
        let mut setup = Setup::new(params, None);
        let state = start(params, &mut setup);
        let mut live = Live {
            params: params.clone(),
            setup,
            state,
            scratch: Vec::new(),
            work: TimeWork::default(),
            watch: Watch::default(),
        };
        let stored = live.stored_ml();
        live.state.ledger.start_ml = stored;
        live.state.ledger.stored_ml = stored;
        live.change_modes(&[]);
        live.distribute();
        live.state.expired = live.expired_now().map(|flow| flow.max(0.0)).into();
        live.keep_drift();
        live.watch = Watch::settled(live.moment(), WATCHED_STEPS);
        live
    }

    /// A patient as saved.
    ///
    /// # Errors
    /// [`StateError`] where the state is not one of a patient of these parameters.
    pub fn from_state(params: &Params, state: LiveState) -> Result<Live, StateError> {
        state.check()?;
        let drifted = state.drift.map(|drift| drift.applied(params)).transpose().map_err(StateError::Drift)?;
        let params = drifted.as_ref().unwrap_or(params);
        let (count, expected) = (usize::from(state.lung.is_some()), usize::from(params.mechanics()));
        if count != expected {
            return Err(StateError::Count { what: "lung", count, expected });
        }
        let setup = Setup::new(params, state.lung.as_ref());
        let (count, expected) = (state.units.len(), setup.units.len());
        if count != expected {
            return Err(StateError::Count { what: "units", count, expected });
        }
        let (count, expected) = (usize::from(state.membrane.is_some()), usize::from(setup.circuit.membrane.is_some()));
        if count != expected {
            return Err(StateError::Count { what: "membrane", count, expected });
        }
        let (count, expected) = (state.flows.units.len(), setup.base.units.len());
        if count != expected {
            return Err(StateError::Count { what: "flows.units", count, expected });
        }
        let (count, expected) = (usize::from(state.drive.is_some()), usize::from(setup.controller.is_some()));
        if count != expected {
            return Err(StateError::Count { what: "drive", count, expected });
        }
        let lines = [
            ("arterial_line", &state.arterial_line, ParamId::ArterialLine),
            ("venous_line", &state.venous_line, ParamId::VenousLine),
        ];
        for (what, line, id) in lines {
            let (volume_l, expected_l) = (line.volume_l(), params.get(id));
            // Rounding of millions of parcels.
            if (volume_l - expected_l).abs() > 1e-6 * expected_l {
                return Err(StateError::Volume { what, volume_l, expected_l });
            }
        }
        let mut live = Live {
            params: params.clone(),
            setup,
            state,
            scratch: Vec::new(),
            work: TimeWork::default(),
            watch: Watch::default(),
        };
        if let (Some(controller), Some(drive)) = (live.setup.controller, &live.state.drive) {
            let pattern = controller.pattern(controller.minute_l_per_min(drive));
            live.setup.breathe(&live.params, Ventilation::of_pattern(&pattern));
        }
        live.distribute();
        live.check()?;
        Ok(live)
    }

    /// Whether this is a patient whom a step could have left: no amount is below zero, the gas of each unit fills it at
    /// the pressure there is, blood is that of its place, and all gas is accounted for.
    ///
    /// # Errors
    /// [`StateError`] of the first thing that cannot be.
    pub fn check(&self) -> Result<(), StateError> {
        self.state.check()?;
        self.state.check_against(&self.setup, self.stored_ml())
    }

    /// Everything that, with the parameters, the next step depends on.
    #[must_use]
    pub fn state(&self) -> &LiveState {
        &self.state
    }

    /// Steps since the run began.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.state.steps
    }

    /// Patient time since the run began, s.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.state.steps as f64 * STEP_S
    }

    /// The parameters in force.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// What was inspired, expired, used and stored.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.state.ledger
    }

    /// What the steps have cost since this value was made.
    #[must_use]
    pub fn work(&self) -> TimeWork {
        self.work
    }

    /// Changes the patient; acts from the next step on.
    ///
    /// Gas and stores stay where they are as far as the new patient has room for them: lung that grows draws in
    /// inspired gas, other blood comes with the tensions of the old, and what that brings stands in the ledger.
    pub fn set_params(&mut self, params: &Params) {
        if *params == self.params {
            return;
        }
        let memory = self.remembered(params);
        let before = std::mem::replace(&mut self.setup, Setup::new(params, memory.as_ref()));
        let plugged_before = self.params.get(ParamId::PluggedShare);
        self.params = params.clone();
        let stored_before = self.stored_by(&before);
        if before.patient.blood != self.setup.patient.blood {
            self.exchange_blood(&before.chemistry);
        }
        self.warm_gas(&before);
        self.remember();
        self.resize_stores(&before);
        let moved = self.stored_by_new_stores() - stored_before;
        self.state.ledger.adjusted_ml += moved;
        self.resume_feedback();
        self.reshape_lung(&before, plugged_before);
        self.reshape_membrane(&before);
        if before.shut {
            self.reopen();
        }
        self.change_modes(&[]);
        self.distribute();
        self.find_strayed();
        self.state.expired = self.expired_now().map(|flow| flow.max(0.0)).into();
        self.state.ledger.stored_ml = self.stored_ml();
        self.keep_drift();
    }

    /// What the lung remembers, for other parameters: breathing in another way, it takes the pressures of that at once.
    fn remembered(&self, params: &Params) -> Option<LungMemory> {
        let lung = self.setup.lung.as_ref().filter(|_| params.mechanics())?;
        let asked = if params.breathing_controlled() { self.setup.asked() } else { Ventilation::new(params) };
        let next = LayeredLung::recalled(params, &lung.memory());
        if next.mechanics == lung.mechanics && AirwayPattern::new(params, &asked) == lung.breath.pattern {
            return Some(lung.memory());
        }
        let mut open = lung.aeration.clone();
        let sideways = |position| matches!(position, Position::SickSideDown | Position::SickSideUp);
        let (before, after) = (self.params.position(), params.position());
        if before != after && (sideways(before) || sideways(after)) {
            open = open.turned(&lung.mechanics.collapsible_weights());
        }
        Some(LayeredLung::now(params, &asked, open).memory())
    }

    /// Keeps what the lung remembers with the state.
    fn remember(&mut self) {
        self.state.lung = self.setup.lung.as_ref().map(LayeredLung::memory);
    }

    /// Puts the patient into the steady state of its parameters; time stands still.
    ///
    /// Lung that has collapsed stays collapsed; what lies behind a plug is absorbed, where absorption is on.
    ///
    /// # Errors
    /// [`NoSteadyState`]; the patient stays as it is.
    pub fn jump_to_steady(&mut self) -> Result<(), NoSteadyState> {
        let mut model = Model::new();
        let target = self.steady(&mut model)?;
        if let Some(lung) = model.lung() {
            self.setup.take_lung(&self.params, lung.clone(), self.setup.asked());
        }
        let before = self.state.units.clone();
        // Nothing else ends lung behind a plug.
        let absorbed = |i: usize| self.setup.plugged(i) && self.params.absorption();
        let collapsed: Vec<bool> =
            before.iter().enumerate().map(|(i, unit)| unit.mode == Mode::Collapsed || absorbed(i)).collect();
        let (ledger, load) = (self.state.ledger, self.state.load);
        let (steps, drift) = (self.state.steps, self.state.drift);
        self.state = state_of(&self.params, &mut self.setup, &target, &collapsed, 1.0);
        for (unit, before) in self.state.units.iter_mut().zip(&before) {
            if before.mode == Mode::Collapsed {
                unit.gas = before.gas;
            }
        }
        self.state.ledger = ledger;
        self.state.load = load;
        self.state.steps = steps;
        self.state.drift = drift;
        self.state.ledger.adjusted_ml += Vector3::from(self.stored_ml()) - Vector3::from(ledger.stored_ml);
        self.change_modes(&[]);
        self.state.ledger.stored_ml = self.stored_ml();
        self.distribute();
        self.state.expired = self.expired_now().map(|flow| flow.max(0.0)).into();
        self.watch = Watch::settled(self.moment(), WATCHED_STEPS);
        Ok(())
    }

    /// The steady state that the run goes to: that of the parameters, with the lung that has collapsed as shunt.
    ///
    /// # Errors
    /// [`NoSteadyState`].
    pub fn steady(&self, model: &mut Model) -> Result<Snapshot, NoSteadyState> {
        model.snapshot_from(&self.params, self.lung_history().borrowed())
    }

    /// What the lung has become: units that have collapsed, and how far the cells of a lung in layers are open.
    #[must_use]
    pub fn lung_history(&self) -> KeptHistory {
        KeptHistory {
            collapsed: self.state.units.iter().map(|unit| unit.mode == Mode::Collapsed).collect(),
            aeration: self.setup.lung.as_ref().map(|lung| lung.aeration.clone()),
        }
    }

    /// Share of the output that flows through collapsed units.
    #[must_use]
    pub fn collapsed_frac(&self) -> f64 {
        self.collapsed_l_per_min() / self.setup.patient.cardiac_output_l_per_min
    }

    /// One step of [`STEP_S`].
    pub fn step(&mut self) {
        self.go(1);
        let moment = self.moment();
        self.watch.look(moment, WATCHED_STEPS);
    }

    /// Goes so many steps, 1 or more, in one, for whoever looks ahead: nearly where they lead one by one, at the cost of one
    /// where nothing moves fast (what does is gone in parts of it). Nobody watches whether indices are steady meanwhile.
    pub fn leap(&mut self, steps: u32) {
        self.go(steps);
    }

    fn go(&mut self, steps: u32) {
        let before = self.state.steps;
        let length_s = STEP_S * f64::from(steps);
        // No step moves more blood than lies between lung and tissue.
        let least_l = self.state.arterial_line.volume_l().min(self.state.venous_line.volume_l());
        let through = self.output_l_per_min() * length_s * MIN_PER_S / (0.9 * least_l);
        let turnover =
            self.setup.pool_rates.iter().fold(0.0, |most, rate| f64::max(most, *rate)) * length_s * MIN_PER_S;
        let parts = through.max(turnover / MOST_TURNOVER).ceil().max(1.0);
        for _ in 0..parts as usize {
            self.advance(length_s * MIN_PER_S / parts, 0);
        }
        self.state.steps += u64::from(steps);
        let chemistry = &self.setup.chemistry;
        let [arterial, venous] = [self.state.arterial, self.state.venous].map(Contents::from);
        self.state.arterial_at = mixed_blood(chemistry, &arterial, self.state.arterial_at).1;
        self.state.venous_at = mixed_blood(chemistry, &venous, self.state.venous_at).1;
        self.state.ledger.stored_ml = self.stored_ml();
        self.part_veins(length_s * MIN_PER_S);
        if let Some(breath) = self.breath_load() {
            self.state.load.add(&breath, length_s);
        }
        self.answer(length_s);
        self.drift_since(before);
    }

    /// What a breath of the ventilator does to the lung now; none without one.
    fn breath_load(&self) -> Option<BreathLoad> {
        let lung = self.setup.lung.as_ref().map(|lung| (&lung.breath, lung.mechanics.layers()));
        breath_load(&self.params, &self.setup.ventilation, lung)
    }

    /// The indices as they now are.
    fn moment(&self) -> Moment {
        let setup = &self.setup;
        let mixed = |contents: PerGas, at: Coordinates| MixedBlood {
            gas: setup.chemistry.evaluate(setup.chemistry.into_domain(at)).0,
            pn2_mmhg: contents.n2 / N2_SOLUBILITY_ML_PER_DL_MMHG,
        };
        let arterial = mixed(self.state.arterial, self.state.arterial_at);
        let venous = mixed(self.state.venous, self.state.venous_at);
        let state = SteadyState {
            arterial,
            venous,
            pulmonary_arterial: venous,
            vo2_ml_per_min: 0.0,
            vco2_ml_per_min: 0.0,
            supply_limited: false,
            ecmo: None,
            around_heart: None,
            work: Work::default(),
        };
        moment(&setup.patient, &state, &setup.ventilation, self.state.expired.co2)
    }

    /// Lets vessels and breathing answer the gases as they now are.
    pub(super) fn answer(&mut self, dt_s: f64) {
        let mut moved = false;
        if self.setup.lung.is_some() {
            let was_shut = self.setup.shut;
            self.setup.open_lung(&self.params, dt_s);
            self.remember();
            if was_shut {
                self.reopen();
            }
            self.fit_volumes();
            moved = true;
        }
        if self.setup.tone.is_some() {
            let target = self.flow_target();
            self.state.flows.advance(&target, dt_s, self.params.get(ParamId::HpvTime));
            moved = true;
        }
        if let (Some(controller), Some(drive)) = (&self.setup.controller, &mut self.state.drive) {
            let at = self.state.arterial_at;
            let gas = self.setup.chemistry.evaluate(at).0;
            drive.advance(dt_s, gas.pco2_mmhg, gas.po2_mmhg, controller);
            let pattern = controller.pattern(controller.minute_l_per_min(drive));
            let was_shut = self.setup.shut;
            self.setup.breathe(&self.params, Ventilation::of_pattern(&pattern));
            if was_shut {
                self.reopen();
                self.fit_volumes();
            }
            moved = true;
        }
        if moved {
            self.distribute();
        }
    }

    /// Flows that the gases as they are call for.
    pub(super) fn flow_target(&self) -> FlowState {
        let mut target = FlowState::default();
        let Some((tone, vessels)) = &self.setup.tone else { return target };
        let chemistry = &self.setup.chemistry;
        let pulmonary = self.pulmonary_contents();
        let start = self.state.venous_at;
        let circuit = &self.setup.circuit;
        let po2_ven = match circuit.membrane.is_some() || circuit.drained.is_some() {
            true => mixed_blood(chemistry, &pulmonary, start).0.gas.po2_mmhg,
            false => chemistry.evaluate(start).0.po2_mmhg,
        };
        let dry = self.setup.supply.dry_mmhg;
        let po2_alv = self.state.units.iter().zip(&self.setup.units).map(|(unit, setting)| match unit.mode {
            Mode::Collapsed => po2_ven,
            _ => unit.tensions_mmhg(dry, setting).o2,
        });
        let ph_art = chemistry.evaluate(self.state.arterial_at).0.ph;
        target.targets(tone, vessels, VesselGases { po2_ven_mmhg: po2_ven, ph_art }, po2_alv);
        target
    }

    /// After a change of parameters: vessels and chemoreceptors go on from where they were as far as they can.
    pub(super) fn resume_feedback(&mut self) {
        let units = self.setup.base.units.len();
        if self.setup.tone.is_none() || self.state.flows.units.len() != units {
            self.state.flows = FlowState::baseline(units);
        }
        match &self.setup.controller {
            None => self.state.drive = None,
            Some(controller) => {
                let gas = self.setup.chemistry.evaluate(self.state.arterial_at).0;
                let settled = || ControlState::settled(gas.pco2_mmhg, gas.po2_mmhg, controller);
                let drive = self.state.drive.get_or_insert_with(settled);
                let pattern = controller.pattern(controller.minute_l_per_min(drive));
                self.setup.breathe(&self.params, Ventilation::of_pattern(&pattern));
            }
        }
        self.setup.distribute(&self.state.flows, &[]);
    }

    pub(super) fn distribute(&mut self) {
        self.setup.distribute(&self.state.flows, &self.state.units);
    }

    /// Gas in the patient, mL.
    pub(super) fn stored_ml(&self) -> PerGas {
        let gas: Vector3<f64> =
            self.state.units.iter().chain(&self.state.membrane).map(|unit| Vector3::from(unit.gas)).sum();
        (gas / self.setup.supply.k_mmhg_l_per_ml + self.stored_by_new_stores()).into()
    }

    /// Gas in blood and tissue, mL.
    pub(super) fn stored_by_new_stores(&self) -> Vector3<f64> {
        self.stored_by(&self.setup)
    }

    pub(super) fn stored_by(&self, setup: &Setup) -> Vector3<f64> {
        let state = &self.state;
        let output = setup.circuit.output_l_per_min;
        let pool =
            |which: usize, contents: PerGas| Contents::from(contents) * (DL_PER_L * output / setup.pool_rates[which]);
        let mut sum = pool(0, state.arterial) + pool(1, state.venous);
        sum += state.arterial_line.stored_ml() + state.venous_line.stored_ml();
        for tissue in &state.tissues {
            sum += Vector3::new(tissue.stored[0], tissue.stored[1], 0.0);
        }
        sum.z += state.n2_ml.iter().sum::<f64>();
        sum
    }

    /// Contents of the blood that reaches the lung.
    pub(super) fn pulmonary_contents(&self) -> Contents {
        let circuit = &self.setup.circuit;
        circuit.pulmonary_arterial(self.unit_out().as_ref(), &self.venous_blood())
    }

    /// Contents of the blood that leaves the membrane's unit, where one works.
    fn unit_out(&self) -> Option<Contents> {
        let unit = self.setup.circuit.membrane.as_ref().zip(self.state.membrane.as_ref());
        unit.map(|(of, unit)| self.membrane_out(of, unit))
    }

    /// Venous blood as a circuit meets it.
    pub(super) fn venous_blood(&self) -> VenousBlood {
        self.setup.venous_blood(Contents::from(self.state.venous), self.state.veins.as_ref())
    }

    /// Contents of what is drained, but for what recirculates.
    pub(super) fn drained_contents(&self) -> Contents {
        let circuit = &self.setup.circuit;
        let native = if circuit.vents() { self.native_contents() } else { Contents::zeros() };
        circuit.drained(&self.venous_blood(), &native)
    }

    /// Lets the veins follow what their regions are given and use, with the blood that lies between.
    fn part_veins(&mut self, dt_min: f64) {
        let circuit = &self.setup.circuit;
        if circuit.drained.is_none() {
            self.state.veins = None;
            return;
        }
        let returned = circuit.returned(self.unit_out().as_ref(), &self.drained_contents());
        let held = self.setup.held_svo2_frac.and_then(|_| self.setup.held_ml_per_dl(&self.venous().gas));
        let used = self.setup.used(self.state.arterial.o2, held);
        let balanced = circuit.departures(&self.native_contents(), &returned, &used).unwrap_or_default();
        let kept = float::exp(-dt_min / self.setup.delay_min());
        let veins = self.state.veins.get_or_insert_default();
        for (vein, balanced) in veins.iter_mut().zip(balanced) {
            *vein = (balanced + (Contents::from(*vein) - balanced) * kept).into();
        }
    }

    /// Contents of the blood that leaves the membrane's unit.
    pub(super) fn membrane_out(&self, of: &MembraneFlow, unit: &Unit) -> Contents {
        let gas = self.setup.chemistry.evaluate(self.setup.chemistry.into_domain(unit.at)).0;
        let pn2 = unit.tensions_mmhg(of.gas.dry_mmhg, &self.setup.membrane_unit).n2;
        lung_unit::contents(&gas, pn2)
    }

    pub(super) fn collapsed_l_per_min(&self) -> f64 {
        let flow = |setting: &UnitSetting| setting.kappa / self.setup.kappa(1.0);
        self.state
            .units
            .iter()
            .zip(&self.setup.units)
            .filter(|(unit, _)| unit.mode == Mode::Collapsed)
            .map(|(_, setting)| flow(setting))
            // An empty sum is -0.
            .fold(0.0, |sum, flow| sum + flow)
    }

    /// Every unit that holds gas, as it now exchanges it.
    pub fn units(&self) -> impl Iterator<Item = UnitState> + '_ {
        let setup = &self.setup;
        let around = setup.around();
        let inflow = self.pulmonary_contents();
        let flow = setup.kappa(1.0);
        let lung = self.state.units.iter().zip(&setup.units).enumerate();
        lung.filter(|(i, (unit, _))| setup.exchanges(*i, unit)).map(move |(_, (unit, setting))| {
            let PerGas { o2: po2, n2: pn2, .. } = unit.tensions_mmhg(setup.supply.dry_mmhg, setting);
            let capillary = setup.chemistry.evaluate(setup.chemistry.into_domain(unit.at)).0;
            let flows = unit.flows(&around, setting, &capillary, pn2, &inflow);
            UnitState {
                po2_alv_mmhg: po2,
                pn2_alv_mmhg: pn2,
                capillary,
                given_l_per_min: setting.ratio * setting.kappa,
                inspired_l_per_min: flows[0],
                expired_l_per_min: flows[1],
                perfusion_l_per_min: setting.kappa / flow,
            }
        })
    }

    /// End-tidal gas; none where nobody breathes.
    #[must_use]
    pub fn end_tidal(&self) -> Option<EndTidal> {
        let setup = &self.setup;
        let dead_l_per_min = setup.patient.dead_space_l_per_min;
        let expired = Vector3::from(self.state.expired);
        let flow = expired.sum() / setup.supply.dry_mmhg + dead_l_per_min;
        if setup.ventilation.minute_l_per_min <= 0.0 || flow <= 0.0 {
            return None;
        }
        let mean = (expired + setup.inspired_gas() * dead_l_per_min) / flow;
        Some(EndTidal { po2_mmhg: mean.x, pco2_mmhg: mean.y, pn2_mmhg: mean.z })
    }

    /// What the body gets, L/min.
    #[must_use]
    pub fn output_l_per_min(&self) -> f64 {
        self.setup.circuit.output_l_per_min
    }

    /// Saturation at the right hand, of the Hb that can bind O2.
    #[must_use]
    pub fn saturation_at_hand_frac(&self) -> f64 {
        let circuit = &self.setup.circuit;
        if !circuit.bypasses() {
            return self.saturation_art_frac();
        }
        let returned = circuit.returned(self.unit_out().as_ref(), &self.drained_contents());
        let native_frac = aorta::native_fracs(circuit.native_frac)[Branch::RightArm as usize];
        let arm = mix(native_frac, &self.native_contents(), &returned);
        let start = self.setup.chemistry.into_domain(self.state.arterial_at);
        let at = self.setup.chemistry.at_contents(arm.x, arm.y, start);
        self.setup.chemistry.saturation(at.virtual_po2_mmhg).0
    }

    /// Contents of the blood that leaves the left heart.
    fn native_contents(&self) -> Contents {
        let setup = &self.setup;
        let whole = setup.kappa(setup.circuit.lung_l_per_min);
        let (mut sum, mut past) = (Contents::zeros(), whole);
        for (i, (unit, setting)) in self.state.units.iter().zip(&setup.units).enumerate() {
            if setup.exchanges(i, unit) {
                let gas = setup.chemistry.evaluate(setup.chemistry.into_domain(unit.at)).0;
                let pn2_mmhg = unit.tensions_mmhg(setup.supply.dry_mmhg, setting).n2;
                sum += lung_unit::contents(&gas, pn2_mmhg) * setting.kappa;
                past -= setting.kappa;
            }
        }
        (sum + self.pulmonary_contents() * past) / whole
    }

    /// Saturation of arterial blood, of the Hb that can bind O2.
    #[must_use]
    pub fn saturation_art_frac(&self) -> f64 {
        self.setup.chemistry.saturation(self.state.arterial_at.virtual_po2_mmhg).0
    }

    /// Gas that leaves the units as they are, mmHg·L/min.
    pub(super) fn expired_now(&self) -> Vector3<f64> {
        let of = |unit: UnitState| {
            Vector3::new(unit.po2_alv_mmhg, unit.capillary.pco2_mmhg, unit.pn2_alv_mmhg) * unit.expired_l_per_min
        };
        self.units().map(of).sum()
    }

    /// Arterial blood: that of the arterial pool.
    #[must_use]
    pub fn arterial(&self) -> MixedBlood {
        let contents = Contents::from(self.state.arterial);
        mixed_blood(&self.setup.chemistry, &contents, self.state.arterial_at).0
    }

    /// Mixed venous blood: that of the venous pool.
    #[must_use]
    pub fn venous(&self) -> MixedBlood {
        let contents = Contents::from(self.state.venous);
        mixed_blood(&self.setup.chemistry, &contents, self.state.venous_at).0
    }

    /// Everything that can be read off the patient now, as off a steady state.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let setup = &self.setup;
        let (arterial, venous) = (self.arterial(), self.venous());
        let start = self.state.venous_at;
        let mut ecmo = None;
        let mut pulmonary_arterial = venous;
        if let (Some(of), Some(unit)) = (&setup.circuit.membrane, &self.state.membrane) {
            let mixed = |contents: &Contents| mixed_blood(&setup.chemistry, contents, start).0;
            let out = self.membrane_out(of, unit);
            let gas_po2_mmhg = unit.tensions_mmhg(of.gas.dry_mmhg, &setup.membrane_unit).o2;
            ecmo = Some(EcmoState::read(of, &out, gas_po2_mmhg, &self.drained_contents(), mixed));
        }
        if ecmo.is_some() || setup.circuit.drained.is_some() {
            pulmonary_arterial = mixed_blood(&setup.chemistry, &self.pulmonary_contents(), start).0;
        }
        let held = setup.held_ml_per_dl(&venous.gas);
        let used = setup.metabolism(arterial.gas.o2_ml_per_dl, held);
        let vo2_ml_per_min = -used.x;
        let mut patient = setup.patient.clone();
        let lung = self.state.units.iter().zip(&setup.units).enumerate();
        let past = lung.filter(|(i, (unit, _))| !setup.exchanges(*i, unit)).map(|(_, (_, setting))| setting.kappa);
        patient.shunt_l_per_min = setup.shunt_l_per_min + past.fold(0.0, |sum, flow| sum + flow) / setup.kappa(1.0);
        let state = SteadyState {
            arterial,
            venous,
            pulmonary_arterial,
            vo2_ml_per_min,
            vco2_ml_per_min: used.y,
            supply_limited: setup.is_supply_limited(arterial.gas.o2_ml_per_dl, held),
            ecmo,
            around_heart: self.state.veins.map(|veins| AroundHeart {
                veins: veins.map(Contents::from),
                returned: setup.circuit.returned(self.unit_out().as_ref(), &self.drained_contents()),
            }),
            work: Work::default(),
        };
        let alveolar = setup.ventilation.alveolar_l_per_min;
        let mechanics = setup.lung.as_ref().map(|lung| lung.reading(alveolar, &self.state.flows));
        let units = self.units().collect();
        Snapshot {
            steadiness: self.watch.read(&self.moment(), WATCHED_STEPS),
            plasma_hb_mg_per_dl: self.plasma_hb_mg_per_dl(),
            load: Some(self.state.load),
            ..Snapshot::read(self.params.clone(), &patient, setup.ventilation, state, units, mechanics)
        }
    }
}
