//! The last numbers of three runs, to the bit: no processor, build or system may move them.
//!
//! What changes them on purpose writes them anew here.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Setting};
use isoshunt::sim::play::run::{Action, Run};

/// Steps of each run: five minutes.
const STEPS: u64 = 600;

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

/// Arterial PO2 and PCO2, mixed venous PO2, and the pH.
fn last(run: &Run) -> [u64; 4] {
    let now = run.live().snapshot();
    let (arterial, venous) = (now.state.arterial.gas, now.state.venous.gas);
    [arterial.po2_mmhg, arterial.pco2_mmhg, venous.po2_mmhg, arterial.ph].map(f64::to_bits)
}

fn fio2(to: f64) -> Action {
    Action::Set(vec![Setting::Param(ParamId::Fio2, to)])
}

#[test]
fn regress_a_lung_in_layers_has_the_same_bits_everywhere() {
    let run = played("ards-recruitable", &[(20, fio2(1.0)), (60, Action::Move("prone".parse().expect("a move")))]);
    assert_eq!(
        last(&run),
        [0x4057_2413_35ad_12d2, 0x4045_5c94_e2a8_33b0, 0x4042_75ec_5aea_0e9a, 0x401d_8573_13e1_12e9],
        "{:x?}",
        last(&run)
    );
}

#[test]
fn regress_a_diffusion_limit_has_the_same_bits_everywhere() {
    let run = played("pulmonary-fibrosis-exercise", &[(20, fio2(0.5))]);
    assert_eq!(
        last(&run),
        [0x406a_dc63_b694_08df, 0x4042_c413_327d_d56e, 0x403c_23af_6fb3_4f68, 0x401d_ac63_f25d_a71f],
        "{:x?}",
        last(&run)
    );
}

#[test]
fn regress_samples_have_the_same_bits_everywhere() {
    let draw = Action::Sample("arterial:air_bubble".parse().expect("an order"));
    let run = played("copd", &[(20, fio2(1.0)), (120, draw)]);
    let reported = run.samples()[0].reported;
    let printed = [reported.po2_mmhg, reported.pco2_mmhg, reported.ph].map(f64::to_bits);
    assert_eq!(
        (last(&run), printed),
        (
            [0x407c_7487_b2e7_e150, 0x4048_3359_bcba_b82c, 0x4047_b962_db4b_b437, 0x401d_a806_ef3b_3bc6],
            [0x405c_007b_642a_e7ab, 0x4048_09d7_5a82_87de, 0x401d_a45b_822d_625d]
        ),
        "{:x?} {printed:x?}",
        last(&run)
    );
}
