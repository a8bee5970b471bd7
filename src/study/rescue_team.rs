//! What a rescue team finds in a patient as he is set: the mechanism by what can be measured, with the truth on demand, and
//! the PEEP of the ARDS Network's table beside the one of best compliance.
//!
//! It grows in slices; what it works on is a copy.

use crate::physiology::ladder::table_peep_cmh2o;
use crate::physiology::mechanism::{Delivery, Measured, Saying};
use crate::sim::mechanics::maneuvers::{TrialInTheMaking, TrialPlan};
use crate::sim::params::{Breathing, ParamId, Params};
use crate::sim::reading::quantity::Quantity;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::forecast::cost_of_step;
use crate::study::mechanism::{Bedside, NoMechanism, Truth};
use crate::study::{Study, cost};

/// What the measurements, and what the truth, are taken to cost, in evaluations of blood contents.
const MEASURING: u32 = 3_000;

/// One PEEP and what the patient is at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtPeep {
    /// By what it is chosen.
    pub name: &'static str,
    /// cmH2O.
    pub peep_cmh2o: f64,
    /// Arterial PO2, mmHg.
    pub po2_art_mmhg: f64,
    /// O2 delivery, mL/min.
    pub o2_delivery_ml_per_min: f64,
    /// What afterload leaves of the right ventricle's output, 0 to 1.
    pub right_ventricle_frac: Option<f64>,
    /// Driving pressure, cmH2O.
    pub driving_cmh2o: f64,
}

impl AtPeep {
    fn read(name: &'static str, peep_cmh2o: f64, now: &Snapshot) -> AtPeep {
        AtPeep {
            name,
            peep_cmh2o,
            po2_art_mmhg: now.bedside_arterial().po2_mmhg,
            o2_delivery_ml_per_min: now.estimates.gas.o2_delivery_ml_per_min,
            right_ventricle_frac: Quantity::from_key("right_ventricle_frac")
                .and_then(|quantity| quantity.read(now).ok()),
            driving_cmh2o: now.ventilation.driving_cmh2o,
        }
    }
}

/// The PEEP as it is, that of the table and that of best compliance in a decremental trial. Each is taken the same way:
/// after the inflation of the trial, for as long as a step of it lasts.
///
/// Nothing but an end where the lung has no layers or no ventilator.
#[derive(Debug, Clone)]
pub struct PeepComparison {
    params: Params,
    /// What is being tried, and by what it is chosen; the trial that looks for the best has no name yet.
    trying: Option<(Option<&'static str>, Box<TrialInTheMaking>)>,
    /// What is still to be tried, the next last.
    waiting: Vec<(&'static str, f64)>,
    found: Vec<AtPeep>,
}

impl PeepComparison {
    /// Of a patient, with nothing tried yet.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let mut new = PeepComparison { params: params.clone(), trying: None, waiting: Vec::new(), found: Vec::new() };
        if params.mechanics() && params.breathing() == Breathing::Ventilated {
            let [table_cmh2o, _] = table_peep_cmh2o(params.get(ParamId::Fio2));
            new.waiting = vec![("ARDS Network table", table_cmh2o), ("as it is", params.get(ParamId::Peep))];
            new.trying = TrialInTheMaking::new(params, &TrialPlan::default()).ok().map(|trial| (None, Box::new(trial)));
            new.turn();
        }
        new
    }

    /// What was found: as it is, by the table, of best compliance; all of it once it is whole.
    #[must_use]
    pub fn found(&self) -> &[AtPeep] {
        &self.found
    }

    /// Begins the next.
    fn turn(&mut self) {
        while self.trying.is_none() {
            let Some((name, peep)) = self.waiting.pop() else { break };
            let alone = TrialPlan { from_cmh2o: peep, to_cmh2o: peep, ..TrialPlan::default() };
            let trial = TrialInTheMaking::new(&self.params, &alone).ok();
            self.trying = trial.map(|trial| (Some(name), Box::new(trial)));
        }
    }
}

impl Study for PeepComparison {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.params == *params
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        while let Some((name, trial)) = &mut self.trying {
            let a_step = cost_of_step(trial.live()).max(1);
            let steps = ((evaluations.saturating_sub(spent)) / a_step).max(1);
            let before = trial.steps();
            let ended = trial.advance(steps);
            spent = spent.saturating_add(a_step.saturating_mul(trial.steps() - before));
            if let Some(trial) = ended {
                match name {
                    Some(name) => {
                        let step = trial.steps.first();
                        self.found.extend(step.map(|step| AtPeep::read(name, step.peep_cmh2o, &step.snapshot)));
                    }
                    None => {
                        let best = trial.steps.get(trial.best[0]);
                        self.waiting.splice(0..0, best.map(|step| ("best compliance", step.peep_cmh2o)));
                    }
                }
                self.trying = None;
                self.turn();
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.trying.is_none()
    }
}

/// What the team measured and says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// What was measured.
    pub measured: Measured,
    /// What they say it is.
    pub said: Saying,
    /// Delivery and demand.
    pub delivery: Delivery,
}

impl Finding {
    /// Measures a patient, and says.
    ///
    /// # Errors
    /// [`NoMechanism`] as [`Bedside::measure`] has it.
    pub fn of(params: &Params) -> Result<Finding, NoMechanism> {
        let bedside = Bedside::measure(params)?;
        let measured = bedside.measured()?;
        Ok(Finding { measured, said: measured.say(), delivery: bedside.delivery()? })
    }
}

/// All of it, of one patient.
#[derive(Debug, Clone)]
pub struct RescueTeam {
    params: Params,
    finding: Option<Result<Finding, NoMechanism>>,
    truth: Option<Result<Truth, NoMechanism>>,
    wants_truth: bool,
    peeps: PeepComparison,
}

impl RescueTeam {
    /// The order in which things are looked for: what they say first.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        RescueTeam {
            params: params.clone(),
            finding: None,
            truth: None,
            wants_truth: false,
            peeps: PeepComparison::new(params),
        }
    }

    /// Asks for the truth too.
    pub fn want_truth(&mut self) {
        self.wants_truth = true;
    }

    /// What they say, or why nothing; none while it is measured.
    #[must_use]
    pub fn finding(&self) -> Option<&Result<Finding, NoMechanism>> {
        self.finding.as_ref()
    }

    /// The truth, once it was asked for.
    #[must_use]
    pub fn truth(&self) -> Option<&Result<Truth, NoMechanism>> {
        self.truth.as_ref()
    }

    /// PEEP by the table beside the others.
    #[must_use]
    pub fn peeps(&self) -> &PeepComparison {
        &self.peeps
    }
}

impl Study for RescueTeam {
    type Of = Params;

    fn is_of(&self, params: &Params) -> bool {
        self.params == *params
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let measuring = cost(&self.params, MEASURING);
        if self.finding.is_none() {
            self.finding = Some(Finding::of(&self.params));
            return measuring;
        }
        if self.wants_truth && self.truth.is_none() {
            let allowed = matches!(self.finding, Some(Ok(_)));
            self.truth = allowed.then(|| Truth::of(&self.params));
            self.wants_truth = allowed;
            return measuring;
        }
        self.peeps.advance(evaluations)
    }

    fn is_whole(&self) -> bool {
        self.finding.is_some() && (!self.wants_truth || self.truth.is_some()) && self.peeps.is_whole()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::SwitchId;

    /// A ventilated lung in layers, a quarter of which collapses.
    fn layered() -> Params {
        let mut params = Params::default();
        params.set_switch(SwitchId::Mechanics, "on").expect("an option");
        params.set_switch(SwitchId::Breathing, "ventilated").expect("an option");
        let set =
            [(ParamId::Collapsible, 0.25), (ParamId::Consolidated, 0.1), (ParamId::Fio2, 0.6), (ParamId::Peep, 8.0)];
        params.set_all(&set).expect("in range");
        params
    }

    #[test]
    fn inv_what_is_found_in_slices_is_what_is_found_at_once() {
        let params = &layered();
        let mut whole = RescueTeam::new(params);
        while !whole.is_whole() {
            whole.advance(u32::MAX);
        }
        let mut slices = RescueTeam::new(params);
        slices.want_truth();
        let mut count = 0;
        while !slices.is_whole() {
            assert!(slices.advance(5_000) > 0);
            count += 1;
        }
        assert!(count > 20, "{count} slices: nothing was parted");
        assert_eq!(whole.peeps().found(), slices.peeps().found());
        assert_eq!(whole.finding(), slices.finding());
        assert!(whole.truth().is_none() && slices.truth().is_some_and(Result::is_ok));
        let names: Vec<_> = whole.peeps().found().iter().map(|at| at.name).collect();
        assert_eq!(names, ["as it is", "ARDS Network table", "best compliance"]);
        assert!(slices.is_of(params) && !slices.is_of(&Params::default()));
    }

    #[test]
    fn inv_nothing_is_tried_in_one_without_a_ventilator() {
        let mut team = RescueTeam::new(&Params::default());
        while !team.is_whole() {
            team.advance(u32::MAX);
        }
        assert!(team.peeps().found().is_empty());
        assert_eq!(team.finding(), Some(&Err(NoMechanism::NoLayers)));
    }
}
