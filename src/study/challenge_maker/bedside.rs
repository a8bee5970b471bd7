//! The bedside: a case played in time with its levers, its instruments and its fault, and what of it
//! was unsafe.

use thiserror::Error;

use crate::sim::params::{ParamId, Params, Setting};
use crate::sim::patient;
use crate::sim::play::instruments::{Mistake, NoReading, Reported, Sample, SampleOrder, Site};
use crate::sim::play::run::{Action, ActionError, Run};
use crate::sim::reading::snapshot::Model;
use crate::sim::time::STEP_S;
use crate::study::challenge_maker::kinds::{Fault, Place, steps_of_s};
use crate::study::challenge_maker::maker::{Case, oxygen_with};
use crate::study::challenge_maker::patient::Setup;
use crate::study::challenge_maker::rule::TestGas;

/// How long a case can be played, s.
pub const LONGEST_S: f64 = 3.0 * 3600.0;
/// Saturation below which it is unsafe to leave a patient on the worse gas.
pub const LOW_SO2_FRAC: f64 = 0.85;
/// For how long, s.
pub const LOW_SO2_S: f64 = 180.0;
/// From the beginning this is not counted, s.
pub const SPARED_S: f64 = 120.0;
/// By how much a gas at hand has to be better.
const BETTER_FRAC: f64 = 0.01;
/// How long pure oxygen is breathed at most, s.
pub const OXYGEN_S: f64 = 3600.0;
/// Rise of PaCO2 that asks for a gas, mmHg.
pub const PCO2_RISE_MMHG: f64 = 15.0;
/// pH that asks for a gas.
pub const LOW_PH: f64 = 7.15;
/// How old the last gas may be then, s.
pub const GAS_AGE_S: f64 = 900.0;
/// How far SO2 of a sample and SpO2 may part.
pub const SO2_PART_FRAC: f64 = 0.08;
/// In the laboratory a sample on oxygen is too early with more end-tidal N2 than this.
pub const MOST_N2_FRAC: f64 = 0.025;
/// From sample to result beside the bed, s.
const RESULT_S: f64 = 300.0;
/// How often acid-base is looked at for safety.
const LOOK_STEPS: u64 = 20;

/// Something that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lever {
    /// The gas before the test to breathe.
    Before,
    /// Pure oxygen to breathe.
    Oxygen,
    /// Check the seal of the mouthpiece, or the FiO2 that the ventilator gives.
    CheckSeal,
    /// Draw an arterial sample.
    Puncture,
    /// Draw mixed venous blood, where a catheter lies.
    Venous,
    /// PEEP 5 more, on a ventilator.
    PeepUp,
    /// PEEP 5 less.
    PeepDown,
}

/// A step of PEEP, and its range, cmH2O.
const PEEP_STEP_CMH2O: f64 = 5.0;
const PEEP_CMH2O: [f64; 2] = [0.0, 20.0];

/// What was unsafe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unsafe {
    /// A low saturation while a better gas was at hand.
    LowSaturation,
    /// Pure oxygen for too long.
    LongOxygen,
    /// A falling pH, or a rising PaCO2, and no gas drawn.
    Unwatched,
    /// An answer on a sample that does not agree with the oximeter.
    WrongBlood,
    /// A next step that costs saturation or delivery.
    HarmfulStep,
}

impl Unsafe {
    /// Name in files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Unsafe::LowSaturation => "low_saturation",
            Unsafe::LongOxygen => "long_oxygen",
            Unsafe::Unwatched => "unwatched",
            Unsafe::WrongBlood => "wrong_blood",
            Unsafe::HarmfulStep => "harmful_step",
        }
    }

    /// In a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Unsafe::LowSaturation => "SaO₂ below 85 % for more than 3 min with a better gas at hand",
            Unsafe::LongOxygen => "pure oxygen for more than 60 min",
            Unsafe::Unwatched => "PaCO₂ up by 15 mmHg or pH below 7.15, and no gas drawn for 15 min",
            Unsafe::WrongBlood => "an answer on a sample whose SO₂ and SpO₂ part by 8 points",
            Unsafe::HarmfulStep => "a next step that costs 5 points of SaO₂ or 15 % of O₂ delivery",
        }
    }
}

/// A sample, and how it was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Where from.
    pub site: Site,
    /// Where the test is done.
    pub place: Place,
    /// FiO2 as it is noted.
    pub fio2_frac: f64,
    /// How long that had been breathed, s.
    pub breathed_s: f64,
    /// End-tidal N2 then, where a breath was seen.
    pub n2_end_tidal_frac: Option<f64>,
    /// SpO2 then.
    pub spo2_frac: Result<f64, NoReading>,
    /// Whether a leak or a ventilator thinned the oxygen: hidden until commitment.
    pub diluted: bool,
    /// What went wrong with it: hidden until commitment.
    pub mistake: Mistake,
    /// Minutes from the syringe to the analyser, as its slip says.
    pub analysed_after_min: f64,
}

impl Drawn {
    /// Whether it is arterial, as far as its slip says, and one of pure oxygen.
    #[must_use]
    pub fn is_on_oxygen(&self) -> bool {
        self.site == Site::Arterial && self.fio2_frac > 0.99
    }

    /// Whether it is arterial, as far as its slip says, and from before oxygen.
    #[must_use]
    pub fn is_before(&self) -> bool {
        self.site == Site::Arterial && self.fio2_frac <= 0.99
    }

    /// Whether it was drawn too early: in the laboratory nitrogen is seen to go.
    #[must_use]
    pub fn is_early(&self) -> bool {
        let washed = || self.n2_end_tidal_frac.is_some_and(|n2| n2 <= MOST_N2_FRAC);
        self.is_on_oxygen()
            && (self.breathed_s < self.place.earliest_s() || (self.place == Place::Laboratory && !washed()))
    }
}

/// What the monitor shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Monitor {
    /// Pulse oximeter.
    pub spo2_frac: Result<f64, NoReading>,
    /// Breaths per minute.
    pub rate_per_min: f64,
    /// End-tidal PCO2, mmHg.
    pub pco2_end_tidal_mmhg: Option<f64>,
    /// End-tidal O2, of dry gas.
    pub o2_end_tidal_frac: Option<f64>,
    /// End-tidal N2, of dry gas.
    pub n2_end_tidal_frac: Option<f64>,
    /// Plateau pressure and PEEP of a ventilator, cmH2O.
    pub pressures_cmh2o: Option<[f64; 2]>,
}

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NotDone {
    /// The case has been played long enough.
    #[error("the case ends after 3 hours")]
    TooLong,
    /// The engine refuses.
    #[error(transparent)]
    Refused(#[from] ActionError),
}

/// A case that is played.
#[derive(Debug, Clone)]
pub struct Bedside {
    setup: Setup,
    fault: Option<Fault>,
    run: Run,
    /// FiO2 as it is set and noted.
    set_fio2_frac: f64,
    /// Step since which the gas of now is breathed.
    since_step: u64,
    sealed: bool,
    checked: bool,
    found_leak: bool,
    /// Whether the first sample on oxygen has been drawn, which a fault may spoil.
    spoilt: bool,
    drawn: Vec<Drawn>,
    watch: Watch,
}

/// What safety looks at.
#[derive(Debug, Clone)]
struct Watch {
    oxygen_is_better: bool,
    before_is_better: bool,
    low_steps: u64,
    oxygen_steps: u64,
    pco2_mmhg: f64,
    last_gas_step: u64,
    found: Vec<Unsafe>,
}

impl Bedside {
    /// The patient of a case, on the gas before the test.
    #[must_use]
    pub fn new(case: &Case) -> Bedside {
        let run = Run::new(&case.params, case.code.bits());
        Bedside {
            setup: case.setup,
            fault: case.fault,
            set_fio2_frac: case.setup.fio2_frac,
            watch: Watch::new(&run, case.setup.fio2_frac),
            run,
            since_step: 0,
            sealed: false,
            checked: false,
            found_leak: false,
            spoilt: false,
            drawn: Vec::new(),
        }
    }

    /// Does something.
    ///
    /// # Errors
    /// [`NotDone`]; then nothing has changed.
    pub fn pull(&mut self, lever: Lever) -> Result<(), NotDone> {
        match lever {
            Lever::Before => self.breathe(self.setup.fio2_frac)?,
            Lever::Oxygen => self.breathe(1.0)?,
            Lever::CheckSeal => {
                if self.is_diluted() {
                    self.run.act(Action::Set(oxygen_with(None)))?;
                    self.found_leak = true;
                }
                (self.sealed, self.checked) = (true, true);
            }
            Lever::Puncture => self.puncture()?,
            Lever::Venous if self.setup.catheter => self.draw(Site::MixedVenous, Mistake::None)?,
            Lever::PeepUp if self.is_ventilated() => self.press(PEEP_STEP_CMH2O)?,
            Lever::PeepDown if self.is_ventilated() => self.press(-PEEP_STEP_CMH2O)?,
            // What the place does not have changes nothing.
            Lever::Venous | Lever::PeepUp | Lever::PeepDown => {}
        }
        Ok(())
    }

    /// Whether the patient is on a ventilator.
    #[must_use]
    pub fn is_ventilated(&self) -> bool {
        self.setup.place == Place::IntensiveCare
    }

    /// Where, and with what.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Whether what is breathed is thinner than what is set: hidden until commitment.
    fn is_diluted(&self) -> bool {
        let params = self.run.live().params();
        params.get(ParamId::MaskLeak) > 0.0 || (self.set_fio2_frac - params.get(ParamId::Fio2)).abs() > 1e-9
    }

    fn press(&mut self, by_cmh2o: f64) -> Result<(), NotDone> {
        let [low, high] = PEEP_CMH2O;
        let peep = (self.run.live().params().get(ParamId::Peep) + by_cmh2o).clamp(low, high);
        Ok(self.run.act(Action::Set(vec![Setting::Param(ParamId::Peep, peep)]))?)
    }

    fn breathe(&mut self, fio2_frac: f64) -> Result<(), NotDone> {
        if (self.set_fio2_frac - fio2_frac).abs() < 1e-9 {
            return Ok(());
        }
        let settings = match fio2_frac > 0.99 {
            true => oxygen_with(self.fault.filter(|_| !self.sealed)),
            // On the gas before nothing is thinned.
            false => vec![Setting::Param(ParamId::Fio2, fio2_frac), Setting::Param(ParamId::MaskLeak, 0.0)],
        };
        self.run.act(Action::Set(settings))?;
        self.set_fio2_frac = fio2_frac;
        self.since_step = self.run.steps();
        Ok(())
    }

    fn puncture(&mut self) -> Result<(), NotDone> {
        let mistake = match self.fault {
            Some(fault) if self.is_on_oxygen() && !self.spoilt => fault.mistake(),
            _ => Mistake::None,
        };
        self.draw(Site::Arterial, mistake)?;
        self.spoilt |= self.is_on_oxygen();
        self.watch.last_gas_step = self.run.steps();
        Ok(())
    }

    fn draw(&mut self, site: Site, mistake: Mistake) -> Result<(), NotDone> {
        let params = self.run.live().params();
        let bench_min = if mistake == Mistake::BenchDelay { params.get(ParamId::SampleBench) } else { 0.0 };
        let delay_s = RESULT_S + bench_min * 60.0;
        if (params.get(ParamId::SampleDelay) - delay_s).abs() > 1e-9 {
            self.run.act(Action::Set(vec![Setting::Param(ParamId::SampleDelay, delay_s)]))?;
        }
        // Only a venous sample has a mistake that it cannot have.
        if let Ok(order) = SampleOrder::new(site, mistake) {
            self.run.act(Action::Sample(order))?;
            self.drawn.push(Drawn {
                site,
                place: self.setup.place,
                fio2_frac: self.set_fio2_frac,
                breathed_s: (self.run.steps() - self.since_step) as f64 * STEP_S,
                n2_end_tidal_frac: self.monitor().n2_end_tidal_frac,
                spo2_frac: self.run.readings().spo2_frac,
                diluted: self.is_diluted(),
                mistake,
                analysed_after_min: RESULT_S / 60.0 + bench_min,
            });
        }
        Ok(())
    }

    /// Goes on for a time, by whole steps.
    ///
    /// # Errors
    /// [`NotDone::TooLong`]: a case has an end.
    pub fn wait(&mut self, time_s: f64) -> Result<(), NotDone> {
        if self.run.time_s() + time_s > LONGEST_S {
            return Err(NotDone::TooLong);
        }
        for _ in 0..steps_of_s(time_s) {
            self.run.step();
            let waits = self.waits_for_baseline();
            self.watch.step(&self.run, self.set_fio2_frac > 0.99, waits);
        }
        Ok(())
    }

    /// Whether the first arterial sample of the case, drawn before oxygen, is on its way.
    fn waits_for_baseline(&self) -> bool {
        let mut arterial = self.samples().filter(|(_, drawn)| drawn.site == Site::Arterial);
        match (arterial.next(), arterial.next()) {
            (Some((only, drawn)), None) => drawn.is_before() && !only.is_known_at(self.run.steps()),
            _ => false,
        }
    }

    /// Patient time, s.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.run.time_s()
    }

    /// What the monitor shows.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        let readings = self.run.readings();
        let params = self.run.live().params();
        let dry_mmhg = params.get(ParamId::Pb) - patient::ph2o_mmhg(params);
        let end_tidal = readings.end_tidal.ok();
        Monitor {
            spo2_frac: readings.spo2_frac,
            rate_per_min: params.get(match self.is_ventilated() {
                true => ParamId::VentilatorRate,
                false => ParamId::SpontaneousRate,
            }),
            pco2_end_tidal_mmhg: end_tidal.map(|gas| gas.pco2_mmhg),
            o2_end_tidal_frac: end_tidal.map(|gas| gas.po2_mmhg / dry_mmhg),
            // Of the same breath: the rest of the dry gas.
            n2_end_tidal_frac: end_tidal.map(|gas| ((dry_mmhg - gas.po2_mmhg - gas.pco2_mmhg) / dry_mmhg).max(0.0)),
            pressures_cmh2o: self
                .is_ventilated()
                .then(|| [self.run.live().snapshot().plateau_cmh2o(), params.get(ParamId::Peep)]),
        }
    }

    /// Whether oxygen is breathed.
    #[must_use]
    pub fn is_on_oxygen(&self) -> bool {
        self.set_fio2_frac > 0.99
    }

    /// For how long the gas of now has been breathed, s.
    #[must_use]
    pub fn breathed_s(&self) -> f64 {
        (self.run.steps() - self.since_step) as f64 * STEP_S
    }

    /// Whether the seal was checked, and whether it leaked then.
    #[must_use]
    pub fn seal(&self) -> Option<bool> {
        self.checked.then_some(self.found_leak)
    }

    /// The samples in the order in which they were drawn.
    pub fn samples(&self) -> impl Iterator<Item = (&Sample, &Drawn)> {
        self.run.samples().iter().zip(&self.drawn)
    }

    /// What the analyser printed of a sample, once it has.
    #[must_use]
    pub fn result(&self, number: usize) -> Option<(&Drawn, &Reported)> {
        let sample = self.run.samples().get(number)?;
        let drawn = self.drawn.get(number)?;
        sample.is_known_at(self.run.steps()).then_some((drawn, &sample.reported))
    }

    /// How long until the result of a sample, s; 0 where it is there.
    #[must_use]
    pub fn result_in_s(&self, number: usize) -> Option<f64> {
        let sample = self.run.samples().get(number)?;
        Some(sample.arrives_step.saturating_sub(self.run.steps()) as f64 * STEP_S)
    }

    /// The sample on which an answer rests: the last on oxygen whose result is there.
    #[must_use]
    pub fn rests_on(&self) -> Option<usize> {
        (0..self.drawn.len()).rev().find(|number| self.result(*number).is_some_and(|(drawn, _)| drawn.is_on_oxygen()))
    }

    /// The sample before oxygen whose result is there.
    #[must_use]
    pub fn baseline(&self) -> Option<usize> {
        (0..self.drawn.len()).find(|number| self.result(*number).is_some_and(|(drawn, _)| drawn.is_before()))
    }

    /// A printed gas as the sums take it.
    #[must_use]
    pub fn gas(&self, number: usize) -> Option<TestGas> {
        let (drawn, reported) = self.result(number)?;
        // The last venous blood of the same gas goes with it.
        let venous = (0..self.drawn.len())
            .rev()
            .filter_map(|number| self.result(number))
            .find(|(other, _)| other.site == Site::MixedVenous && (other.fio2_frac - drawn.fio2_frac).abs() < 1e-9);
        Some(TestGas {
            po2_mmhg: reported.po2_mmhg,
            pco2_mmhg: reported.pco2_mmhg,
            so2_ven_frac: venous.map(|(_, reported)| reported.saturation_frac),
        })
    }

    /// What was unsafe so far, each once: hidden until commitment.
    #[must_use]
    pub fn was_unsafe(&self) -> Vec<Unsafe> {
        let mut found = self.watch.found.clone();
        let parts = self.rests_on().and_then(|number| self.result(number)).is_some_and(|(drawn, reported)| {
            drawn.spo2_frac.is_ok_and(|spo2| (spo2 - reported.saturation_frac).abs() >= SO2_PART_FRAC)
        });
        if parts {
            found.push(Unsafe::WrongBlood);
        }
        found
    }

    /// The run: hidden until commitment.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }
}

impl Watch {
    fn new(run: &Run, before_fio2_frac: f64) -> Watch {
        let params = run.live().params();
        let so2 = |fio2_frac: f64| {
            let there: Option<Params> = params.with(ParamId::Fio2, fio2_frac).ok();
            there.and_then(|there| Model::new().steady(&there).ok()).map(|state| state.arterial.gas.saturation_frac)
        };
        let (before, oxygen) = (so2(before_fio2_frac), so2(1.0));
        let better =
            |one: Option<f64>, other: Option<f64>| one.zip(other).is_some_and(|(one, other)| one > other + BETTER_FRAC);
        Watch {
            oxygen_is_better: better(oxygen, before),
            before_is_better: better(before, oxygen),
            low_steps: 0,
            oxygen_steps: 0,
            pco2_mmhg: run.live().arterial().gas.pco2_mmhg,
            last_gas_step: 0,
            found: Vec::new(),
        }
    }

    fn step(&mut self, run: &Run, on_oxygen: bool, waits_for_baseline: bool) {
        let better = if on_oxygen { self.before_is_better } else { self.oxygen_is_better };
        let low = run.live().saturation_art_frac() < LOW_SO2_FRAC && better && run.time_s() > SPARED_S;
        self.low_steps = if low && !waits_for_baseline { self.low_steps + 1 } else { 0 };
        self.tell(self.low_steps > steps_of_s(LOW_SO2_S), Unsafe::LowSaturation);
        self.oxygen_steps = if on_oxygen { self.oxygen_steps + 1 } else { 0 };
        self.tell(self.oxygen_steps > steps_of_s(OXYGEN_S), Unsafe::LongOxygen);
        let old = run.steps() - self.last_gas_step > steps_of_s(GAS_AGE_S);
        if old && run.steps().is_multiple_of(LOOK_STEPS) {
            let gas = run.live().arterial().gas;
            self.tell(gas.pco2_mmhg - self.pco2_mmhg >= PCO2_RISE_MMHG || gas.ph < LOW_PH, Unsafe::Unwatched);
        }
    }

    fn tell(&mut self, fires: bool, what: Unsafe) {
        if fires && !self.found.contains(&what) {
            self.found.push(what);
        }
    }
}
