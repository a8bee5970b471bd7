//! What both benchmarks run.

use isoshunt::app;
use isoshunt::figure::iso_shunt;
use isoshunt::sim::params::{ParamId, Params, SwitchId};
use isoshunt::sim::patient::Patient;
use isoshunt::sim::snapshot::Model;
use isoshunt::sim::steady::Solver;

/// A log-normal lung with shunt, as the figures of the README name it.
pub fn lung(units: f64, diffusion_limited: bool) -> Params {
    let mut params = Params::default();
    params
        .set_all(&[(ParamId::Mode1LogSd, 1.0), (ParamId::Mode1Units, units), (ParamId::Shunt, 0.1)])
        .expect("within bounds");
    params.set_switch(SwitchId::DiffusionLimit, if diffusion_limited { "on" } else { "off" }).expect("an option");
    params
}

/// A thing to be measured: does it once a call.
pub type Subject = Box<dyn FnMut()>;

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
fn frame() -> Subject {
    let here = lung(50.0, false);
    let there = here.with(ParamId::Shunt, 0.11).expect("within bounds");
    let patients = [here, there];
    let (mut model, mut charts) = (Model::new(), Model::new());
    let mut turn = 0;
    Box::new(move || {
        turn = 1 - turn;
        let now = model.snapshot(&patients[turn]).expect("a steady state");
        std::hint::black_box(app::all(&mut charts, &now, None));
    })
}

/// The diagram that costs most of a frame.
fn diagram() -> Subject {
    let mut model = Model::new();
    let now = model.snapshot(&lung(50.0, false)).expect("a steady state");
    Box::new(move || {
        std::hint::black_box(iso_shunt::figure(&mut model, &now, None));
    })
}

/// Every subject by its name.
pub fn all() -> Vec<(&'static str, fn() -> Subject)> {
    vec![
        ("cold 50", || cold(50.0, false)),
        ("warm 50", || warm(50.0, false)),
        ("cold 10", || cold(10.0, false)),
        ("cold 500", || cold(500.0, false)),
        ("cold 50 DLO2", || cold(50.0, true)),
        ("warm 50 DLO2", || warm(50.0, true)),
        ("iso-shunt", diagram),
        ("frame", frame),
    ]
}
