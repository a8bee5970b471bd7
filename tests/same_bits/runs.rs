//! Three runs and the bits of their last numbers, for all who play them: the tests here and a browser
//! (`tests/browser`).
//!
//! What changes the numbers on purpose writes the bits anew here.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Setting};
use isoshunt::sim::play::run::{Action, Run};

/// Steps of each run: five minutes.
const STEPS: u64 = 600;

/// A run whose last numbers no processor, build or system may move.
pub(crate) struct Pinned {
    /// Plays it: arterial PO2 and PCO2, mixed venous PO2, arterial pH, and what a sample printed.
    pub(crate) play: fn() -> Vec<u64>,
    /// What must come.
    pub(crate) bits: &'static [u64],
}

/// Layers and their moves, the capillary, the instruments.
pub(crate) const PINNED: [Pinned; 3] = [
    // A lung in layers and its moves.
    Pinned {
        play: || {
            last(&played("ards-recruitable", &[(20, fio2(1.0)), (60, Action::Move("prone".parse().expect("a move")))]))
        },
        bits: &[0x4057_2413_35ad_12be, 0x4045_5c94_e2a8_339c, 0x4042_75ec_5aea_0ea3, 0x401d_8573_13e1_12ea],
    },
    // A diffusion limit.
    Pinned {
        play: || last(&played("pulmonary-fibrosis-exercise", &[(20, fio2(0.5))])),
        bits: &[0x406a_dc63_b694_527b, 0x4042_c413_327d_c866, 0x403c_23af_6fb3_51be, 0x401d_ac63_f25d_a7e9],
    },
    // Samples with their errors.
    Pinned {
        play: || {
            let draw = Action::Sample("arterial:air_bubble".parse().expect("an order"));
            let run = played("copd", &[(20, fio2(1.0)), (120, draw)]);
            let reported = run.samples()[0].reported;
            let mut numbers = last(&run);
            numbers.extend([reported.po2_mmhg, reported.pco2_mmhg, reported.ph].map(f64::to_bits));
            numbers
        },
        bits: &[
            0x407c_7487_b2e7_e14e,
            0x4048_3359_bcba_b853,
            0x4047_b962_db4b_b43e,
            0x401d_a806_ef3b_3bc4,
            0x405c_007b_642a_e7be,
            0x4048_09d7_5a82_87df,
            0x401d_a45b_822d_625d,
        ],
    },
];

fn played(id: &str, events: &[(u64, Action)]) -> Run {
    let patient = scenario::find(id).expect("a built-in scenario");
    let mut run = Run::new(&patient.params, 7);
    while run.steps() < STEPS {
        let now = run.steps();
        for (_, action) in events.iter().filter(|(step, _)| *step == now) {
            run.act(action.clone()).expect("it can be done");
        }
        run.step();
    }
    run
}

fn last(run: &Run) -> Vec<u64> {
    let now = run.live().snapshot();
    let (arterial, venous) = (now.state.arterial.gas, now.state.venous.gas);
    [arterial.po2_mmhg, arterial.pco2_mmhg, venous.po2_mmhg, arterial.ph].map(f64::to_bits).to_vec()
}

fn fio2(to: f64) -> Action {
    Action::Set(vec![Setting::Param(ParamId::Fio2, to)])
}
