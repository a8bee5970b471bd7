//! What holds for any course of a run: the fuzz target looks for what breaks it, the ordinary tests go through what it has
//! seen.

use isoshunt::scenario;
use isoshunt::scenario::session::{Session, parse, to_json};
use isoshunt::sim::params::{ParamId, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Run};

/// Most steps of a course: what is looked for comes of what is done, not of waiting.
const MOST_STEPS: u64 = 120;
/// What else can be done.
const DONE: [&str; 6] =
    ["arterial", "mixed_venous", "arterial:air_bubble", "arterial:bench_delay", "prone", "sustained_inflation:40:30"];

/// Bytes as a course of a built-in patient: the first says who, every three after it what is done or how long nothing is.
/// It is saved, loaded, saved again, and made once more from its events: the file is the same to the bit each time.
pub(crate) fn a_course_is_saved_loaded_and_replayed_to_the_bit(bytes: &[u8]) {
    let Some((who, course)) = bytes.split_first() else { return };
    let patients = scenario::builtin();
    let patient = &patients[usize::from(*who) % patients.len()];
    let mut run = Run::new(&patient.params, u64::from(*who));
    for piece in course.chunks_exact(3).take(60) {
        let [what, which, how] = [piece[0], piece[1], piece[2]].map(usize::from);
        let param = ParamId::ALL[which % ParamId::COUNT];
        let switch = SwitchId::ALL[which % SwitchId::COUNT];
        let action = match what % 8 {
            0..=2 => {
                run.advance((which as u64 % 40).min(MOST_STEPS.saturating_sub(run.steps())));
                continue;
            }
            3 | 4 => Action::Set(vec![Setting::Param(param, param.bounds().at_share(how as f64 / 255.0))]),
            5 => Action::Set(vec![Setting::Switch(switch, switch.options()[how % switch.options().len()])]),
            6 => match DONE[which % 4].parse() {
                Ok(order) => Action::Sample(order),
                Err(_) => continue,
            },
            _ => match DONE[4 + which % 2].parse() {
                Ok(planned) => Action::Move(planned),
                Err(_) => Action::JumpToSteady,
            },
        };
        // What a patient refuses leaves him as he was.
        let _ = run.act(action);
    }
    let saved = |run: &Run| to_json(&Session::new(patient, run, None)).unwrap_or_else(|error| panic!("{error}"));
    let first = saved(&run);
    let loaded = parse(&first, "course.json").unwrap_or_else(|error| panic!("{error}"));
    assert!(to_json(&loaded).is_ok_and(|second| second == first), "loaded and saved again it is another");
    let mut again = Run::new(&patient.params, run.seed());
    for event in run.events() {
        again.advance(event.step - again.steps());
        again.act(event.action.clone()).unwrap_or_else(|error| panic!("{error}"));
    }
    again.advance(run.steps() - again.steps());
    assert!(saved(&again) == first, "made again from its events it is another");
}
