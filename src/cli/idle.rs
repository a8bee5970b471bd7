//! Settings that do nothing for a patient, told in one line: a slip of the keyboard would otherwise look like a result.

use super::complain;
use crate::sim::params::{Acts, Params, Setting, View};
use crate::sim::play::run::{Run, Schedule};

/// Most settings that are named.
const MOST_NAMED: usize = 5;

/// Says on standard error which of the settings change nothing about any of the patients, and what would make them.
pub(super) fn tell(settings: &[Setting], patients: &[Params], view: View) {
    let idle = |setting: &Setting| {
        let mut needs = None;
        for patient in patients {
            match setting.acts(patient, view) {
                Acts::No(need) => needs = needs.or(Some(need)),
                Acts::Yes | Acts::Perhaps => return None,
            }
        }
        Some(format!("{} (needs {})", setting.key(), needs?))
    };
    let idle: Vec<String> = settings.iter().filter_map(idle).collect();
    if idle.is_empty() {
        return;
    }
    let named = idle[..idle.len().min(MOST_NAMED)].join(", ");
    let more = match idle.len() - idle.len().min(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    complain(&format!("set, but without effect here: {named}{more}"));
}

/// The patients that a run has been: the one it began with, and after each action.
pub(super) fn patients_of(run: &Run) -> Vec<Params> {
    let mut schedule = Schedule::new(run.initial());
    let mut patients = vec![run.initial().clone()];
    for event in run.events() {
        schedule.go_to(event.step);
        // What was done can be done.
        if schedule.act(&event.action, event.step).is_ok() {
            patients.push(schedule.params().clone());
        }
    }
    patients
}
