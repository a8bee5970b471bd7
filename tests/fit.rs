//! Which lungs fit: exact gases give the lung back, noisy ones scatter as the covariance says, the ridge passes through
//! the truth, and what no lung gives is named.

use isoshunt::numerics::float;
use isoshunt::scenario::{ScenarioError, gases};
use isoshunt::sim::params::{ParamId, Params};
use isoshunt::sim::play::instruments::{PCO2_CV, po2_sd_mmhg};
use isoshunt::sim::reading::snapshot::Model;
use isoshunt::study::Study;
use isoshunt::study::fit::{Body, Fit, Fitting, Gas, NoFit, Question, Ridge, Spot, Sums, Venous};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Evaluations of blood contents that 100 ms have room for: a cold solve of 50 units takes 33 µs and about 500.
const EVALUATIONS_OF_100_MS: u32 = 1_500_000;

/// Pairs drawn, starts tried; all with `ISOSHUNT_LONG=1`, else a tenth.
fn long() -> bool {
    std::env::var_os("ISOSHUNT_LONG").is_some_and(|value| value == "1")
}

/// A log-normal lung with a shunt, output 5.
fn lung(shunt_frac: f64, log_sd: f64, ventilation_l_per_min: f64) -> Params {
    let mut params = Params::default();
    params
        .set_all(&[
            (ParamId::Shunt, shunt_frac),
            (ParamId::Mode1LogSd, log_sd),
            (ParamId::AlveolarDeadSpace, 0.0),
            (ParamId::AlveolarVentilation, ventilation_l_per_min),
        ])
        .expect("within bounds");
    params
}

fn gas_of(lung: &Params, fio2_frac: f64) -> Gas {
    let lung = lung.with(ParamId::Fio2, fio2_frac).expect("within bounds");
    let gas = Model::new().steady(&lung).expect("a steady state").arterial.gas;
    Gas {
        fio2_frac,
        po2_art_mmhg: gas.po2_mmhg,
        pco2_art_mmhg: gas.pco2_mmhg,
        ph_art: None,
        so2_art_frac: None,
        venous: None,
    }
}

fn question(body: &Body, gases: &[Gas]) -> Question {
    Question { body: *body, gases: gases.to_vec() }
}

fn fitting(body: &Body, gases: &[Gas]) -> Fitting {
    Fitting::new(&question(body, gases))
}

fn ended(mut search: Fitting) -> (Result<Fit, NoFit>, u32) {
    let spent = search.advance(u32::MAX);
    (search.outcome().expect("ended").clone(), spent)
}

fn spot(search: Fitting) -> (Spot, u32) {
    match ended(search) {
        (Ok(Fit::Spot(spot)), spent) => (spot, spent),
        other => panic!("no spot: {other:?}"),
    }
}

fn ridge(body: &Body, gas: Gas) -> (Ridge, u32) {
    match ended(fitting(body, &[gas])) {
        (Ok(Fit::Ridge(ridge)), spent) => (ridge, spent),
        other => panic!("no ridge: {other:?}"),
    }
}

const TRUTHS: [(f64, f64, f64); 5] =
    [(0.05, 0.6, 4.4), (0.30, 0.5, 5.0), (0.15, 1.0, 6.0), (0.02, 1.4, 8.0), (0.20, 1.3, 8.0)];

#[test]
fn inv_two_exact_gases_give_the_lung_back_from_every_start() {
    let mut most = 0;
    for (shunt, log_sd, ventilation) in TRUTHS {
        let lung = lung(shunt, log_sd, ventilation);
        for second in [1.0, 0.5] {
            let pair = [gas_of(&lung, 0.21), gas_of(&lung, second)];
            let check = |spot: &Spot, start: &str| {
                assert!((spot.shunt_frac - shunt).abs() < 0.002, "{shunt} {log_sd} {second} {start}: {spot:?}");
                assert!((spot.log_sd - log_sd).abs() < 0.02, "{shunt} {log_sd} {second} {start}: {spot:?}");
            };
            let (best, spent) = spot(fitting(&Body::default(), &pair));
            check(&best, "the best of the grid");
            most = spent.max(most);
            let every = if long() { 1 } else { 10 };
            for [from_shunt, from_log_sd] in Fitting::starts().step_by(every) {
                let search = Fitting::starting_at(&question(&Body::default(), &pair), from_shunt, from_log_sd);
                check(&spot(search).0, &format!("from {from_shunt} {from_log_sd}"));
            }
        }
    }
    assert!(most < EVALUATIONS_OF_100_MS, "{most}");
}

/// A number of a normal distribution of SD 1.
fn normal(rng: &mut StdRng) -> f64 {
    let [u, v]: [f64; 2] = [rng.random_range(1e-12..1.0), rng.random_range(0.0..1.0)];
    (-2.0 * float::ln(u)).sqrt() * float::cos(std::f64::consts::TAU * v)
}

fn noisy(gas: Gas, rng: &mut StdRng) -> Gas {
    Gas {
        po2_art_mmhg: gas.po2_art_mmhg + po2_sd_mmhg(gas.po2_art_mmhg) * normal(rng),
        pco2_art_mmhg: gas.pco2_art_mmhg * (1.0 + PCO2_CV * normal(rng)),
        ..gas
    }
}

#[test]
fn inv_noisy_pairs_scatter_as_the_covariance_says() {
    // Far from both bounds, where a normal distribution can be one; the output is known.
    let lung = lung(0.2, 1.0, 6.0);
    let body = Body { cardiac_output_l_per_min: Some(5.0), ..Body::default() };
    let pair = [gas_of(&lung, 0.21), gas_of(&lung, 1.0)];
    let told = spot(fitting(&body, &pair)).0;
    let rng = &mut StdRng::seed_from_u64(1);
    let found: Vec<Spot> = (0..200).map(|_| spot(fitting(&body, &pair.map(|gas| noisy(gas, rng)))).0).collect();
    let scatter = |read: fn(&Spot) -> f64| {
        let mean = found.iter().map(read).sum::<f64>() / 200.0;
        (found.iter().map(|spot| float::powi(read(spot) - mean, 2)).sum::<f64>() / 199.0).sqrt()
    };
    let [shunt, log_sd] = [scatter(|spot| spot.shunt_frac), scatter(|spot| spot.log_sd)];
    assert!((shunt / told.shunt_sd_frac - 1.0).abs() < 0.25, "{shunt} {told:?}");
    assert!((log_sd / told.log_sd_sd - 1.0).abs() < 0.25, "{log_sd} {told:?}");
    // The ellipse holds nineteen of twenty.
    let [[a, b], [c, d]] = told.ellipse.axes;
    let (long, short) = (float::hypot(a, b), float::hypot(c, d));
    let inside = found.iter().filter(|spot| {
        let [x, y] = [spot.shunt_frac - told.shunt_frac, spot.log_sd - told.log_sd];
        float::hypot((x * a + y * b) / (long * long), (x * c + y * d) / (short * short)) <= 1.0
    });
    let inside = inside.count();
    assert!((176..=200).contains(&inside), "{inside} of 200");
}

#[test]
fn inv_the_ridge_passes_through_the_truth() {
    for (shunt, log_sd, ventilation) in TRUTHS {
        let (ridge, spent) = ridge(&Body::default(), gas_of(&lung(shunt, log_sd, ventilation), 0.21));
        let beside = ridge.points.windows(2).find(|pair| log_sd >= pair[0].log_sd && log_sd <= pair[1].log_sd);
        let Some([below, above]) = beside else { panic!("{shunt} {log_sd}: {ridge:?}") };
        let part = (log_sd - below.log_sd) / (above.log_sd - below.log_sd);
        let there = below.shunt_frac + part * (above.shunt_frac - below.shunt_frac);
        assert!((there - shunt).abs() < 0.002, "{shunt} {log_sd}: {there}");
        // More spread, less shunt, all the way.
        assert!(ridge.points.windows(2).all(|pair| pair[1].shunt_frac < pair[0].shunt_frac));
        assert!(spent < EVALUATIONS_OF_100_MS, "{spent}");
    }
}

#[test]
fn inv_a_far_second_sample_tells_most() {
    let (ridge, _) = ridge(&Body::default(), gas_of(&lung(0.15, 0.9, 5.5), 0.21));
    let sd = |fio2: f64| {
        let there = ridge.next.iter().find(|next| (next.fio2_frac - fio2).abs() < 1e-9).expect("on the strip");
        there.shunt_sd_frac
    };
    assert_eq!(ridge.next.len(), 17);
    assert!(sd(0.25) > 1.4 * sd(0.4) && sd(0.4) > sd(0.6) && sd(0.6) < 0.05, "{} {} {}", sd(0.25), sd(0.4), sd(0.6));
    // What less oxygen costs is said.
    assert!(ridge.next[0].so2_art_frac[1] < ridge.next[16].so2_art_frac[0]);
}

#[test]
fn inv_pieces_make_the_same_fit() {
    let lung = lung(0.1, 0.8, 5.0);
    let pair = [gas_of(&lung, 0.21), gas_of(&lung, 0.6)];
    for gases in [&pair[..1], &pair[..]] {
        let whole = ended(fitting(&Body::default(), gases)).0;
        let mut search = fitting(&Body::default(), gases);
        let mut calls = 0;
        while !search.is_whole() {
            assert!(search.outcome().is_none());
            search.advance(1);
            calls += 1;
        }
        assert!(calls > 50, "{calls}");
        assert_eq!(search.outcome(), Some(&whole));
        assert!(search.is_of(&question(&Body::default(), gases)));
    }
}

#[test]
fn inv_nothing_gets_stuck() {
    // The cold cases: no spread at all, and a second FiO2 beside the first.
    for (shunt, log_sd, second) in
        [(0.25, 0.0, 1.0), (0.0, 0.0, 0.6), (0.1, 1.0, 0.24), (0.1, 1.0, 0.21), (0.3, 2.2, 1.0)]
    {
        let lung = lung(shunt, log_sd, 6.0);
        let pair = [gas_of(&lung, 0.21), gas_of(&lung, second)];
        let rng = &mut StdRng::seed_from_u64(3);
        let draws = if long() { 50 } else { 5 };
        let mut named = 0;
        for _ in 0..draws {
            let search = fitting(&Body::default(), &pair.map(|gas| noisy(gas, rng)));
            if matches!(search.outcome(), Some(Err(NoFit::NotOfALung { .. }))) {
                // By chance beyond what the best of lungs gives, by two SD: one in forty gases of an ideal lung.
                named += 1;
                continue;
            }
            let (spot, spent) = spot(search);
            assert!(spot.off_sd < 3.0 && spot.shunt_sd_frac.is_finite(), "{shunt} {log_sd} {second}: {spot:?}");
            assert!(spent < 2 * EVALUATIONS_OF_100_MS, "{shunt} {log_sd} {second}: {spent}");
        }
        assert!(named * 10 <= draws, "{shunt} {log_sd} {second}: {named} of {draws} are of no lung");
    }
    // Beside the first, the pair says that it tells nothing.
    let lung = lung(0.1, 1.0, 6.0);
    let near = spot(fitting(&Body::default(), &[gas_of(&lung, 0.21), gas_of(&lung, 0.22)])).0;
    assert!(near.shunt_sd_frac > 0.06, "{near:?}");
}

#[test]
fn inv_measured_venous_blood_corrects_the_assumed_difference() {
    // Low output: the usual difference of 5 mL/dL overstates the shunt, venous blood as it is does not.
    let lung = lung(0.25, 0.0, 4.6).with(ParamId::CardiacOutput, 3.5).expect("within bounds");
    let mut gas = gas_of(&lung, 1.0);
    let on_oxygen = lung.with(ParamId::Fio2, 1.0).expect("within bounds");
    let venous = Model::new().steady(&on_oxygen).expect("a steady state").venous.gas;
    gas.venous = Some(Venous::So2(venous.saturation_frac));
    let sums = Sums::new(&Body::default(), &gas);
    let measured = sums.shunt_measured.expect("measured").expect("a shunt");
    assert!((measured - 0.25).abs() < 0.005, "{sums:?}");
    let [five, three] = sums.shunt_assumed.map(|shunt| shunt.expect("a shunt"));
    assert!(five > measured + 0.03 && three > five, "{sums:?}");
}

#[test]
fn inv_a_gas_that_no_lung_gives_is_named() {
    let mut gas = gas_of(&lung(0.0, 0.0, 4.4), 0.21);
    question(&Body::default(), &[gas]).check().expect("the best of lungs");
    gas.po2_art_mmhg = 135.0;
    let message = ended(fitting(&Body::default(), &[gas])).0.expect_err("too good").to_string();
    assert!(message.starts_with("gases[0]: PaO2 135 mmHg is more than any lung gives on FiO2 0.21"), "{message}");
    assert_eq!(ended(fitting(&Body::default(), &[])).0, Err(NoFit::Count { count: 0 }));
}

const FILE: &str = r#"{"kind": "isoshunt-gases", "schema_version": 1, "body": {"hb_g_per_dl": 12},
    "gases": [{"fio2_frac": 0.21, "po2_art_mmhg": 55, "pco2_art_mmhg": 38, "po2_ven_mmhg": 36}]}"#;

fn faults(text: &str) -> Vec<String> {
    match gases::parse(text, "g.json") {
        Err(ScenarioError::Refused { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn inv_a_file_of_gases_is_read_and_says_what_it_leaves_out() {
    let read = gases::parse(FILE, "g.json").expect("sound");
    assert_eq!(read.question.body, Body { hb_g_per_dl: 12.0, ..Body::default() });
    let keys: Vec<_> = read.assumed.iter().map(|assumed| assumed.key).collect();
    assert_eq!(keys, ["pb_mmhg", "temperature_c", "vo2_ml_per_min", "rq_ratio", "cardiac_output_l_per_min"]);
}

#[test]
fn inv_a_faulty_file_of_gases_is_refused_with_every_path() {
    for (from, to, message) in [
        (
            "\"po2_ven_mmhg\"",
            "\"so2_ven_frac\": 0.7, \"po2_ven_mmhg\"",
            "gases[0] has both of `po2_ven_mmhg` and `so2_ven_frac`: exactly one is needed",
        ),
        ("0.21", "21", "gases[0].fio2_frac = 21 is outside 0.1 to 1"),
        ("\"po2_art_mmhg\": 55, ", "", "gases[0].po2_art_mmhg is missing: a number from 5 to 800 mmHg belongs there"),
        ("38", "\"38\"", "gases[0].pco2_art_mmhg is the text `38`, not a number from 5 to 250 mmHg"),
        ("hb_g_per_dl", "hb_g_per_d", "body.hb_g_per_d is not a known key; did you mean hb_g_per_dl?"),
        ("isoshunt-gases", "isoshunt-deck", "kind = `isoshunt-deck` is not `isoshunt-gases`"),
    ] {
        assert!(FILE.contains(from));
        assert_eq!(faults(&FILE.replacen(from, to, 1)), [message], "{from} to {to}");
    }
    let three = FILE.replace("0.21", "21").replace("38", "null").replace("12}", "-1}");
    assert_eq!(faults(&three).len(), 3);
    for text in ["", "{", "[]", "{\"kind\": 1}", &"[".repeat(9999)] {
        assert_eq!(faults(text).len(), 1);
    }
}
