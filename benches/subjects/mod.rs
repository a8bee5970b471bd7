//! What both benchmarks run.

#[path = "../patients/mod.rs"]
mod patients;

use isoshunt::app::{Charts, Command, EVALUATIONS_A_FRAME, Session};
use isoshunt::figure::iso_shunt;
use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::patient::Patient;
use isoshunt::sim::play::run::Run;
use isoshunt::sim::reading::snapshot::Model;
use isoshunt::sim::steady::Solver;
use isoshunt::sim::time::Live;
use isoshunt::study::{Budget, Study, fio2_path::Fio2Path};
use isoshunt::text::display_units::DisplayUnits;
use patients::lung;

/// A thing to be measured: does it once a call.
pub(crate) type Subject = Box<dyn FnMut()>;

fn cold(units: f64, diffusion_limited: bool) -> Subject {
    let patient = Patient::new(&lung(units, diffusion_limited));
    let mut solver = Solver::new();
    Box::new(move || {
        solver.forget();
        std::hint::black_box(solver.solve(&patient).expect("a steady state"));
    })
}

/// A slider that moves to and fro by a hundredth of FiO2.
fn warm(units: f64, diffusion_limited: bool) -> Subject {
    let here = lung(units, diffusion_limited);
    let there = here.with(ParamId::Fio2, here.get(ParamId::Fio2) + 0.01).expect("within bounds");
    let patients = [Patient::new(&here), Patient::new(&there)];
    let mut solver = Solver::new();
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        std::hint::black_box(solver.solve(&patients[turn]).expect("a steady state"));
    })
}

/// All model work of a frame while a slider moves: state, iso-shunt lines and path, dissociation curve, distribution.
fn frame(diffusion_limited: bool) -> Subject {
    let mut patient = scenario::builtin()[0].clone();
    patient.params = lung(50.0, diffusion_limited);
    let mut session = Session::new(patient);
    let mut charts = Charts::new();
    let mut budget = Budget::new(EVALUATIONS_A_FRAME);
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        let shunt = [0.10, 0.11][turn];
        session.apply(Command::Set(ParamId::Shunt, shunt)).expect("within bounds");
        budget.begin_frame();
        std::hint::black_box(charts.update(&session, DisplayUnits::default(), &mut budget));
    })
}

/// The diagram that costs most of a frame.
fn diagram() -> Subject {
    let mut model = Model::new();
    let now = model.snapshot(&lung(50.0, false)).expect("a steady state");
    Box::new(move || {
        let mut path = Fio2Path::new(model.clone(), &now.params, iso_shunt::FIO2_FRAC);
        path.advance(u32::MAX);
        std::hint::black_box(iso_shunt::figure(&now, None, &path, DisplayUnits::default()));
    })
}

/// A minute of patient time, with FiO2 going up and down each minute: 120 steps.
fn minute(units: f64, diffusion_limited: bool) -> Subject {
    let here = lung(units, diffusion_limited);
    let there = here.with(ParamId::Fio2, 0.5).expect("within bounds");
    let mut live = Live::new(&here);
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        live.set_params(if turn == 1 { &there } else { &here });
        (0..120).for_each(|_| live.step());
        std::hint::black_box(live.saturation_art_frac());
    })
}

/// One step of time in ten minutes of oxygen, then ten of less, and so on.
fn step(here: Params, other_fio2_frac: f64) -> Subject {
    let there = here.with(ParamId::Fio2, other_fio2_frac).expect("within bounds");
    let mut live = Live::new(&here);
    let mut steps = 0;
    Box::new(move || {
        if steps % 1200 == 0 {
            live.set_params(if steps % 2400 == 0 { &there } else { &here });
        }
        steps += 1;
        live.step();
    })
}

/// The same as a run that is watched: instruments, and a snapshot each second.
fn minute_of_a_run() -> Subject {
    let mut run = Run::new(&lung(50.0, false), 1);
    Box::new(move || {
        for step in 0..120 {
            run.step();
            if step % 2 == 0 {
                std::hint::black_box(run.live().snapshot());
            }
        }
    })
}

/// The patient of the layered subjects: 60 units, with collapse, vasoconstriction and heart as the names say.
fn layered(vessels_and_heart: bool) -> Params {
    let mut params = isoshunt::scenario::find("ards-recruitable").expect("built in").params.clone();
    if !vessels_and_heart {
        for (id, option) in [(SwitchId::Hpv, "off"), (SwitchId::RightHeart, "off")] {
            params.set_switch(id, option).expect("an option");
        }
    }
    params
}

/// A cold solve of a lung in layers.
fn cold_layers(vessels_and_heart: bool) -> Subject {
    let params = layered(vessels_and_heart);
    Box::new(move || {
        std::hint::black_box(Model::new().steady(&params).expect("a steady state"));
    })
}

/// A minute of a lung in layers, with FiO2 going up and down each minute.
fn minute_of_layers() -> Subject {
    let here = layered(true);
    let there = here.with(ParamId::Fio2, 0.8).expect("within bounds");
    let mut live = Live::new(&here);
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        live.set_params(if turn == 1 { &there } else { &here });
        (0..120).for_each(|_| live.step());
        std::hint::black_box(live.saturation_art_frac());
    })
}

/// A lung in layers whose heart works against a pump that returns into the aorta.
fn into_aorta() -> Params {
    scenario::find("va-ecmo").expect("built in").params.clone()
}

/// A cold solve of it.
fn cold_into_aorta() -> Subject {
    let params = into_aorta();
    Box::new(move || {
        std::hint::black_box(Model::new().steady(&params).expect("a steady state"));
    })
}

/// A minute of it, with FiO2 going up and down each minute.
fn minute_into_aorta() -> Subject {
    let here = into_aorta();
    let there = here.with(ParamId::Fio2, 0.8).expect("within bounds");
    let mut live = Live::new(&here);
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        live.set_params(if turn == 1 { &there } else { &here });
        (0..120).for_each(|_| live.step());
        std::hint::black_box(live.saturation_art_frac());
    })
}

/// Makes a subject ready to run.
pub(crate) type Make = fn() -> Subject;

/// Every subject by its name.
pub(crate) fn all() -> Vec<(&'static str, Make)> {
    vec![
        ("minute 50", || minute(50.0, false)),
        ("minute 50 diffusion", || minute(50.0, true)),
        ("minute 50 run", || minute_of_a_run()),
        ("minute layers", || minute_of_layers()),
        ("minute VA layers", || minute_into_aorta()),
        ("cold VA layers", || cold_into_aorta()),
        ("step 50", || step(lung(50.0, false), 0.5)),
        ("step layers", || step(layered(true), 0.8)),
        ("step 50 DLO2", || step(lung(50.0, true), 0.5)),
        ("cold layers", || cold_layers(false)),
        ("cold layers HPV heart", || cold_layers(true)),
        ("cold 50", || cold(50.0, false)),
        ("warm 50", || warm(50.0, false)),
        ("cold 10", || cold(10.0, false)),
        ("cold 500", || cold(500.0, false)),
        ("cold 50 DLO2", || cold(50.0, true)),
        ("warm 50 DLO2", || warm(50.0, true)),
        ("iso-shunt", diagram),
        ("frame", || frame(false)),
        ("frame DLO2", || frame(true)),
    ]
}
