//! The debrief: what every estimate would have said of the sample, and one error after the other taken away from it.

use super::bedside::Bedside;
use super::kinds::Fault;
use super::maker::{Case, measured};
use super::rule::{self, Formula, TestGas};
use crate::physiology::indices::NoEstimate;
use crate::sim::params::{ParamId, Setting};
use crate::sim::play::instruments::Mistake;
use crate::sim::play::run::{Action, Run};
use crate::sim::reading::snapshot::{Model, Snapshot};

/// What an estimate says.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Its name.
    pub label: String,
    /// The shunt that it gives.
    pub shunt_frac: f64,
    /// What is said of it.
    pub why: String,
    /// Whether it is the learner's own formula on the learner's own sample.
    pub own: bool,
}

/// What a sample on oxygen would have said.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// Every formula of the sample as printed.
    pub formulas: Vec<Estimate>,
    /// The learner's formula, with one error after the other taken away, down to venous blood measured.
    pub without: Vec<Estimate>,
}

impl Estimates {
    /// Of the sample on which an answer rests; none where there is none.
    #[must_use]
    pub fn new(case: &Case, bedside: &Bedside, formula: Formula) -> Option<Estimates> {
        let number = bedside.rests_on()?;
        let (drawn, _) = bedside.result(number)?;
        let printed = bedside.gas(number)?;
        let body = rule::body(&case.params);
        let of = |gas: TestGas, formula: Formula| formula.shunt_frac(&rule::sums(&body, 1.0, gas));
        let truth = case.truth.size_frac();
        let formulas = Formula::offered(printed.so2_ven_frac.is_some())
            .iter()
            .filter_map(|other| {
                let shunt_frac = of(printed, *other).ok()?;
                Some(Estimate {
                    label: other.label().to_owned(),
                    shunt_frac,
                    why: missed(shunt_frac, truth),
                    own: *other == formula,
                })
            })
            .collect();
        let mut without = Vec::new();
        let mut last = of(printed, formula).ok();
        let mut push = |label: &str, found: Result<f64, NoEstimate>, cause: &str| {
            let Ok(shunt_frac) = found else { return };
            let why = last.map_or_else(String::new, |last| changed(cause, shunt_frac - last));
            last = Some(shunt_frac);
            without.push(Estimate { label: label.to_owned(), shunt_frac, why, own: false });
        };
        let (there, sealed) = replayed(case, bedside, number);
        let measured = |now: &Snapshot| measured(now, case.setup.catheter);
        let own_blood = measured(&there);
        push(
            match drawn.mistake {
                Mistake::None => "The same blood without the analyser's error",
                Mistake::AirBubble => "The same blood without the air bubble",
                Mistake::BenchDelay => "The same blood, analysed at once",
                Mistake::VenousByAccident => "Arterial blood",
            },
            of(own_blood, formula),
            match drawn.mistake {
                Mistake::None => "the analyser's error",
                Mistake::AirBubble => "the bubble",
                Mistake::BenchDelay => "the time on the bench",
                Mistake::VenousByAccident => "venous blood",
            },
        );
        let whole = || measured(&sealed.live().snapshot());
        match case.fault.filter(|_| drawn.diluted) {
            Some(Fault::Leak(_)) => push("With the mouthpiece sealed", of(whole(), formula), "the leak"),
            Some(Fault::WrongFio2(_)) => push("On the FiO₂ of the note", of(whole(), formula), "the FiO₂ given"),
            _ => {}
        }
        let waited = sealed.live().steady(&mut Model::new()).ok();
        if let Some(waited) = &waited {
            push("After waiting for a steady state", of(measured(waited), formula), "too little time");
            let (label, cause) = match formula {
                Formula::ContentVenous => ("With all contents exact", "what the samples do not hold"),
                _ => ("With venous blood measured", "the a-v difference that was assumed"),
            };
            push(label, waited.estimates.gas.venous_admixture_frac, cause);
        }
        Some(Estimates { formulas, without })
    }
}

/// The patient when a sample was drawn, as he was, and with pure oxygen from the beginning.
fn replayed(case: &Case, bedside: &Bedside, number: usize) -> (Snapshot, Run) {
    let run = bedside.run();
    let until = run.samples().get(number).map_or(run.steps(), |sample| sample.drawn_step);
    (again(run, until, None).live().snapshot(), again(run, until, case.fault))
}

/// The run again up to a step, without what a fault did to what was breathed.
fn again(run: &Run, until: u64, without: Option<Fault>) -> Run {
    let diluted = without.map_or_else(Vec::new, Fault::breathed);
    let mended = |setting: &Setting| match setting {
        Setting::Param(ParamId::MaskLeak, _) if diluted.contains(setting) => Setting::Param(ParamId::MaskLeak, 0.0),
        Setting::Param(ParamId::Fio2, _) if diluted.contains(setting) => Setting::Param(ParamId::Fio2, 1.0),
        other => *other,
    };
    let mut again = Run::new(run.initial(), run.seed());
    for event in run.events().iter().filter(|event| event.step <= until) {
        again.advance(event.step - again.steps());
        let Action::Set(settings) = &event.action else { continue };
        // It could be done the first time.
        let _ = again.act(Action::Set(settings.iter().map(mended).collect()));
    }
    again.advance(until - again.steps());
    again
}

/// How far an estimate is from the truth, in words.
fn missed(shunt_frac: f64, truth_frac: f64) -> String {
    let points = (100.0 * (shunt_frac - truth_frac)).round();
    match points {
        p if p > 0.0 => format!("too high by {p:.0}"),
        p if p < 0.0 => format!("too low by {:.0}", -p),
        _ => "right to the point".to_owned(),
    }
}

fn changed(cause: &str, by_frac: f64) -> String {
    let points = 100.0 * by_frac;
    if points.abs() < 0.05 {
        format!("{cause} made no difference")
    } else if points > 0.0 {
        format!("{cause} had taken {points:.1} points")
    } else {
        format!("{cause} had added {:.1} points", -points)
    }
}
