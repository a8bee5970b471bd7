//! All patients in time on one clock: the same steps for each, whatever they cost.

use super::{Compare, Done, Letter};
use crate::app::clock::SPEEDS;
use crate::app::command::{Command, Mode};

/// How far apart points of the traces are, s, and how many are kept.
const TRACE_S: f64 = 5.0;
const TRACE_POINTS: usize = 2_000;
/// Settings of one control within this time of the patients are one mark, s, and how many marks there are at most.
const SAME_HAND_S: f64 = 30.0;
const MOST_MARKS: usize = 50;

/// What is asked of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeAsk {
    /// Time runs; it begins for all where it has not.
    Run,
    /// Time stands.
    Pause,
    /// All in their steady states.
    Steady,
    /// How fast: one of [`SPEEDS`].
    Speed(u32),
}

impl Compare {
    /// Patient time of all, s; none where they are looked at in their steady states.
    #[must_use]
    pub fn time_s(&self) -> Option<f64> {
        let first = self.times().next().flatten();
        first.filter(|_| self.times().all(|time_s| time_s == first))
    }

    fn times(&self) -> impl Iterator<Item = Option<f64>> {
        self.desks.iter().map(|desk| desk.session().in_time().map(|run_view| run_view.time_s()))
    }

    /// Whether all are looked at in time.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        self.time_s().is_some()
    }

    /// Whether time runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.desks.iter().all(|desk| desk.session().is_running())
    }

    /// Patient time over the reader's own.
    #[must_use]
    pub fn speed(&self) -> u32 {
        self.desk(Letter::A).session().run_view().map_or(SPEEDS[0], |run_view| run_view.clock().speed())
    }

    /// Elapsed time until the next step is due, s; none while time stands.
    #[must_use]
    pub fn next_step_in_s(&self) -> Option<f64> {
        self.desk(Letter::A).session().in_time().and_then(|run_view| run_view.clock().next_step_in_s())
    }

    /// Time stands: no run goes on behind another page.
    pub fn pause(&mut self) {
        if self.desks.iter().any(|desk| desk.session().is_running()) {
            self.all(&Command::Pause);
        }
    }

    pub(super) fn keep_time(&mut self, ask: TimeAsk) {
        match ask {
            // A covered pair would be told apart by who is slow.
            TimeAsk::Run if !self.is_covered() => {
                let begins = !self.is_in_time();
                if begins {
                    self.begin();
                }
                self.all(&Command::Run);
                if begins {
                    self.tell_beginnings();
                }
            }
            TimeAsk::Run => {}
            TimeAsk::Pause => self.pause(),
            TimeAsk::Steady => self.stop_time(),
            TimeAsk::Speed(_) if self.is_covered() => {}
            TimeAsk::Speed(speed) => {
                if !self.is_in_time() {
                    self.begin();
                    self.all(&Command::Look(Mode::InTime));
                    self.tell_beginnings();
                }
                self.all(&Command::Speed(speed));
            }
        }
    }

    /// All at the beginning of a run, from the steady state of what is set.
    fn begin(&mut self) {
        self.traces = vec![Vec::new(); self.desks.len()];
        self.done.clear();
        for desk in &mut self.desks {
            let session = desk.session_mut();
            // What was said before is not of the beginning.
            let _ = session.apply(Command::DismissNotice);
            if session.run_view().is_some() {
                // A run of one of them would be of another time.
                let now = session.scenario().as_set(session.now().params.clone());
                session.load(now);
            }
        }
    }

    /// Tells what the beginning of a run had to say: that there is no steady state to begin from.
    fn tell_beginnings(&mut self) {
        let told = self.letters().iter().filter_map(|of| {
            let notice = self.desks[*of as usize].session().notice()?;
            Some(format!("{}: {notice}", of.name()))
        });
        let told: Vec<String> = told.collect();
        if !told.is_empty() {
            self.notice = Some(told.join("\n"));
            self.notice_is_good = false;
        }
    }

    /// All are looked at in their steady states.
    pub(super) fn stop_time(&mut self) {
        if self.times().any(|time_s| time_s.is_some()) {
            self.pause();
            self.all(&Command::Look(Mode::Steady));
        }
    }

    /// Lets time pass for all: the others take as many steps as the first had time for. Returns how many.
    pub fn advance(&mut self, elapsed_s: f64, goes_on: impl FnMut() -> bool) -> u64 {
        if !self.is_running() {
            return 0;
        }
        if !self.is_in_time() {
            // Undo has brought one of them to another time.
            self.stop_time();
            return 0;
        }
        let taken = self.desks[0].session_mut().advance(elapsed_s, goes_on);
        for desk in &mut self.desks[1..] {
            let mut left = taken;
            desk.session_mut().advance(elapsed_s, || {
                left = left.saturating_sub(1);
                left > 0
            });
        }
        if taken > 0 {
            self.trace();
        }
        taken
    }

    /// Marks once what was set for all, or for one alone; a hand that goes on within some seconds makes one mark.
    pub(super) fn note_done(&mut self, done: Done) {
        let Some(time_s) = self.time_s() else { return };
        let goes_on = |(last_s, last): &&mut (f64, Done)| {
            (last.id, last.alone) == (done.id, done.alone) && time_s - *last_s < SAME_HAND_S
        };
        if let Some((_, last)) = self.done.last_mut().filter(goes_on) {
            *last = done;
        } else if self.done.len() < MOST_MARKS {
            self.done.push((time_s, done));
        }
    }

    fn trace(&mut self) {
        let Some(time_s) = self.time_s() else { return };
        for of in self.letters().iter().copied() {
            let Some(po2) = self.snapshot(of).map(|now| now.bedside_arterial().po2_mmhg) else { continue };
            let trace = &mut self.traces[of as usize];
            if trace.last().is_none_or(|[last_s, _]| time_s - last_s >= TRACE_S) {
                if trace.len() == TRACE_POINTS {
                    trace.remove(0);
                }
                trace.push([time_s, po2]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ask, PAIR};
    use super::*;
    use crate::scenario;
    use crate::sim::params::ParamId;
    use crate::sim::play::run::{Action, Run};

    fn pair() -> Compare {
        Compare::of(PAIR.map(|id| scenario::find(id).expect("built in").clone()))
    }

    fn po2(page: &Compare) -> [f64; 2] {
        Letter::PAIR.map(|of| page.snapshot(of).expect("a gas").state.arterial.gas.po2_mmhg)
    }

    #[test]
    fn inv_both_take_the_same_steps_on_one_clock_whatever_a_frame_has_time_for() {
        let mut page = pair();
        page.obey(Ask::Time(TimeAsk::Speed(240)));
        page.obey(Ask::Time(TimeAsk::Run));
        assert!(page.is_running() && page.time_s() == Some(0.0));
        page.obey(Ask::Set(ParamId::Fio2, 1.0));
        let mut steps = 0;
        for frame in 0..120 {
            // Now and then there is no time for all that is due.
            let mut room = if frame % 7 == 0 { 2 } else { 100 };
            steps += page.advance(1.0 / 60.0, || {
                room -= 1;
                room > 0
            });
            let times: Vec<Option<f64>> = page.times().collect();
            assert!(times[0].is_some() && times.iter().all(|time_s| *time_s == times[0]), "{times:?}");
        }
        assert!(steps > 600, "{steps}");
        let figure = page.figure(Default::default()).expect("a diagram");
        assert!(figure.id == crate::figure::side_by_side::IN_TIME_ID && figure.series[0].points.len() > 50);
        assert_eq!(
            figure.marks.iter().map(|mark| mark.label.as_str()).collect::<Vec<_>>(),
            ["FiO₂ 1.00"],
            "once for both"
        );
        // Each is as he would be alone.
        for of in Letter::PAIR {
            let mut run = Run::new(&scenario::find(PAIR[of as usize]).expect("built in").params, 1);
            run.act(Action::Set(vec![crate::sim::params::Setting::Param(ParamId::Fio2, 1.0)])).expect("allowed");
            run.advance(steps);
            let alone = run.live().arterial().gas.po2_mmhg;
            assert!((po2(&page)[of as usize] - alone).abs() < 0.5, "{of:?}: {} and {alone}", po2(&page)[of as usize]);
        }
    }

    #[test]
    fn inv_time_ends_where_another_patient_comes_and_is_not_there_while_they_are_covered() {
        let mut page = pair();
        page.obey(Ask::Time(TimeAsk::Run));
        page.advance(0.9, || true);
        assert!(page.is_in_time());
        page.obey(Ask::Patient(Letter::B, Box::new(scenario::find("copd").expect("built in").clone())));
        assert!(!page.is_in_time() && !page.is_running());
        page.obey(Ask::Time(TimeAsk::Run));
        assert_eq!(page.time_s(), Some(0.0), "both begin together");
        page.pause();
        assert!(!page.is_running() && page.advance(1.0, || true) == 0);
        page.obey(Ask::Time(TimeAsk::Steady));
        assert!(!page.is_in_time());
        page.obey(Ask::Cover(1));
        page.obey(Ask::Time(TimeAsk::Run));
        page.obey(Ask::Time(TimeAsk::Speed(60)));
        assert!(!page.is_running() && !page.is_in_time());
    }
}
