//! The forecast of a run: as the run itself goes when nothing more is done, cheap enough for a frame's slices, and with
//! the turn that absorption makes.

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Setting};
use isoshunt::sim::play::run::{Action, Run};
use isoshunt::sim::time::STEP_S;
use isoshunt::study::Study;
use isoshunt::study::forecast::{AHEAD_S, Forecast};

/// A built-in patient who has just been given pure oxygen in his steady state.
fn on_oxygen(id: &str) -> Run {
    let mut run = Run::new(&scenario::find(id).expect("built in").params, 1);
    run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, 1.0)])).expect("within bounds");
    run
}

fn whole(run: &Run) -> Forecast {
    let mut forecast = Forecast::new(run);
    forecast.advance(u32::MAX);
    assert!(forecast.is_whole() && forecast.looked_s() >= AHEAD_S);
    forecast
}

/// Runs on for as long as the forecast of a run looks, and says where the two part: at the end, at the extreme on the way
/// by more than 2 mmHg, and there by more than a minute.
fn run_as_foretold(mut run: Run, who: &str) {
    let outlook = whole(&run).outlook();
    let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut course = Vec::new();
    let arm = run.live().params().bypasses_heart();
    let po2 = |run: &Run| match arm {
        true => run.live().snapshot().bedside_arterial().po2_mmhg,
        false => run.live().arterial().gas.po2_mmhg,
    };
    for _ in 0..7200 {
        run.step();
        (highest, lowest) = (highest.max(po2(&run)), lowest.min(po2(&run)));
        course.push(po2(&run));
    }
    assert!((outlook.last.po2_art_mmhg - po2(&run)).abs() < 2.0, "{who}: {outlook:?}, the run {}", po2(&run));
    if let Some(extreme) = outlook.extreme {
        let nearest = [highest, lowest].map(|end| (end - extreme.po2_art_mmhg).abs());
        assert!(nearest[0].min(nearest[1]) < 2.0, "{who}: {extreme:?}, the run {lowest} to {highest}");
        // A minute before or after its time the run is there as well.
        let end = if nearest[0] < nearest[1] { highest } else { lowest };
        let at = (extreme.after_s / STEP_S) as usize;
        let about = &course[at.saturating_sub(120)..(at + 120).min(course.len())];
        let off = about.iter().map(|po2| (po2 - end).abs()).fold(f64::INFINITY, f64::min);
        assert!(off < 0.5, "{who}: {extreme:?}, the run is {off} mmHg from its own extreme then");
    } else {
        let ends = [outlook.now, outlook.last].map(|moment| moment.po2_art_mmhg);
        assert!(highest < ends[0].max(ends[1]) + 2.0 && lowest > ends[0].min(ends[1]) - 2.0, "{who}: {outlook:?}");
    }
}

#[test]
fn inv_the_forecast_of_oxygen_is_what_the_run_does() {
    let long = std::env::var_os("ISOSHUNT_LONG").is_some_and(|value| value == "1");
    for scenario in scenario::builtin().iter().step_by(if long { 1 } else { 9 }) {
        run_as_foretold(on_oxygen(&scenario.id), &scenario.id);
    }
}

#[test]
fn inv_lobar_pneumonia_on_oxygen_turns_because_units_collapse() {
    let outlook = whole(&on_oxygen("lobar-pneumonia")).outlook();
    let extreme = outlook.extreme.expect("a turn");
    assert!(extreme.po2_art_mmhg > outlook.now.po2_art_mmhg + 100.0, "{outlook:?}");
    assert!(outlook.last.po2_art_mmhg < extreme.po2_art_mmhg - 5.0 && outlook.last.collapsed_units > 0, "{outlook:?}");
}

#[test]
fn inv_slices_make_the_same_forecast_and_leave_the_run_alone() {
    let run = on_oxygen("copd");
    let before = run.state();
    let outlook = whole(&run).outlook();
    let mut sliced = Forecast::new(&run);
    let mut calls = 0;
    while !sliced.is_whole() {
        sliced.advance(1500);
        calls += 1;
    }
    assert!(calls > 100, "{calls}");
    assert_eq!(sliced.outlook(), outlook);
    assert_eq!(run.state(), before);
}

#[test]
fn inv_it_is_made_anew_only_after_something_is_done() {
    let mut run = on_oxygen("copd");
    let forecast = Forecast::new(&run);
    run.advance(10);
    assert!(forecast.is_of(&run));
    run.act(Action::Sample("arterial".parse().expect("an order"))).expect("allowed");
    assert!(forecast.is_of(&run), "a sample changes nothing");
    run.act(Action::Set(vec![Setting::Param(ParamId::Peep, 10.0)])).expect("within bounds");
    assert!(!forecast.is_of(&run));
}

/// Carbon monoxide leaves: each minute moves a parameter, and nobody has done anything.
#[test]
fn inv_what_moves_by_itself_is_nobody_s_doing() {
    let mut run = on_oxygen("smoke-inhalation");
    let cohb = |run: &Run| run.live().params().get(ParamId::Cohb);
    let (forecast, before) = (Forecast::new(&run), cohb(&run));
    run.advance(600);
    assert!(cohb(&run) < before - 0.005, "{} of {before}", cohb(&run));
    assert!(forecast.is_of(&run));
    run.act(Action::Set(vec![Setting::Param(ParamId::Cohb, 0.1)])).expect("within bounds");
    assert!(!forecast.is_of(&run), "a hand has set it");
}

/// Where two bloods meet in the aorta it looks ahead of what an arterial line of the right arm draws.
#[test]
fn inv_on_a_bypass_it_is_of_the_right_arm() {
    let mut run = Run::new(&scenario::find("va-ecmo").expect("built in").params, 1);
    run.act(Action::Set(vec![Setting::Param(ParamId::Fio2, 1.0)])).expect("within bounds");
    let now = Forecast::new(&run).outlook().now;
    let (arm, mean) = (run.live().snapshot().bedside_arterial(), run.live().arterial().gas);
    assert!((now.po2_art_mmhg - arm.po2_mmhg).abs() < 1e-9, "{now:?}");
    assert!((arm.po2_mmhg - mean.po2_mmhg).abs() > 20.0, "{arm:?} {mean:?}");
    run_as_foretold(run, "va-ecmo");
}

#[test]
fn inv_what_a_timeline_still_brings_is_left_out() {
    let scenario = scenario::find("oxygen-in-copd").expect("built in");
    let run = Run::new(&scenario.params, 1);
    let outlook = whole(&run).outlook();
    assert!((outlook.last.po2_art_mmhg - outlook.now.po2_art_mmhg).abs() < 2.0, "{outlook:?}");
}

/// After each event of a timeline, with what it still brings left out.
#[test]
fn inv_the_forecast_after_an_event_is_what_the_run_does() {
    let long = std::env::var_os("ISOSHUNT_LONG").is_some_and(|value| value == "1");
    let played = || scenario::builtin().iter().filter_map(|scenario| Some((scenario, scenario.timeline.as_ref()?)));
    let events =
        played().flat_map(|(scenario, timeline)| timeline.moments.iter().map(move |moment| (scenario, moment.step)));
    let events: Vec<_> = events.collect();
    assert!(events.len() > 20, "{} events", events.len());
    for (scenario, step) in events.into_iter().step_by(if long { 1 } else { 17 }) {
        let mut run = Run::new(&scenario.params, 1);
        let mut player = scenario.player();
        while run.steps() < step {
            player.play(run.steps(), |action| run.act(action.clone())).expect("a built-in timeline is obeyed");
            run.step();
        }
        player.play(step, |action| run.act(action.clone())).expect("a built-in timeline is obeyed");
        if run.under_way().is_some() {
            // A move goes on setting what the forecast leaves alone.
            continue;
        }
        run_as_foretold(run, &format!("{} at step {step}", scenario.id));
    }
}
