//! Patient time against elapsed time: how many fixed steps are due, however the frames fall.
//!
//! What happens to the patient is counted in steps alone; the clock only says how many of them to take now. So the
//! same actions at the same steps give the same bits at any speed, frame rate or pattern of pauses.

/// Speeds that can be chosen: patient time over elapsed time.
pub const SPEEDS: [u32; 8] = [1, 2, 5, 10, 30, 60, 120, 240];

/// Elapsed time that counts at once, s: what is longer was a stall or a sleep, and is not caught up on.
const MOST_ELAPSED_S: f64 = 1.0;

/// Whether time runs, how fast, and the part of a step that is owed.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    step_s: f64,
    running: bool,
    speed: u32,
    /// Patient time due and not yet stepped, s.
    owed_s: f64,
    /// Whether the last call could not do all that was due.
    behind: bool,
}

impl Clock {
    /// A clock that stands, at real time, for steps of `step_s` seconds (positive).
    #[must_use]
    pub fn new(step_s: f64) -> Self {
        Clock { step_s, running: false, speed: SPEEDS[0], owed_s: 0.0, behind: false }
    }

    /// Whether time runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Patient time over elapsed time; one of [`SPEEDS`].
    #[must_use]
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// Whether the patient could not be stepped as fast as asked for.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.running && self.behind
    }

    /// Lets time run or stand. The part of a step that is owed is kept.
    pub fn set_running(&mut self, running: bool) {
        self.running = running;
        self.behind = false;
    }

    /// Sets the speed; what is not one of [`SPEEDS`] becomes the nearest of them.
    pub fn set_speed(&mut self, speed: u32) {
        self.speed = SPEEDS.into_iter().min_by_key(|known| known.abs_diff(speed)).unwrap_or(SPEEDS[0]);
        self.behind = false;
    }

    /// Takes the steps that `elapsed_s` seconds have made due, one call of `step` for each; returns their number.
    ///
    /// `step` says whether there is time for another. Where there is not, the rest is dropped, not owed: a patient too
    /// costly for the speed runs slower and never makes the window wait. Time that stands, and elapsed time that is no
    /// number or negative, count nothing.
    pub fn advance(&mut self, elapsed_s: f64, mut step: impl FnMut() -> bool) -> u64 {
        if !self.running || elapsed_s.is_nan() || elapsed_s <= 0.0 {
            return 0;
        }
        self.owed_s += elapsed_s.min(MOST_ELAPSED_S) * f64::from(self.speed);
        let mut taken = 0;
        let mut goes_on = true;
        while goes_on && self.owed_s >= self.step_s {
            self.owed_s -= self.step_s;
            taken += 1;
            goes_on = step();
        }
        self.behind = self.owed_s >= self.step_s;
        if self.behind {
            self.owed_s = 0.0;
        }
        taken
    }

    /// Elapsed time until the next step is due, s; none while time stands.
    #[must_use]
    pub fn next_step_in_s(&self) -> Option<f64> {
        self.running.then(|| ((self.step_s - self.owed_s) / f64::from(self.speed)).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(speed: u32) -> Clock {
        let mut clock = Clock::new(0.5);
        clock.set_speed(speed);
        clock.set_running(true);
        clock
    }

    #[test]
    fn inv_steps_follow_elapsed_time_and_not_frames() {
        for speed in SPEEDS {
            // 12 s in frames of many lengths, none the same as a step.
            for frame_s in [1.0 / 240.0, 1.0 / 60.0, 1.0 / 7.0, 0.75, 1.0] {
                let mut clock = running(speed);
                let frames = (12.0 / frame_s) as u32;
                let steps: u64 = (0..frames).map(|_| clock.advance(frame_s, || true)).sum();
                let due = f64::from(frames) * frame_s * f64::from(speed) / 0.5;
                assert!((steps as f64 - due).abs() <= 1.0, "{speed}x by {frame_s} s: {steps} of {due}");
                assert!(!clock.is_behind());
            }
        }
    }

    #[test]
    fn inv_a_second_pass_of_a_frame_counts_nothing() {
        let mut clock = running(240);
        assert_eq!(clock.advance(1.0 / 60.0, || true), 8);
        assert_eq!(clock.advance(0.0, || true), 0);
    }

    #[test]
    fn inv_standing_time_counts_nothing_and_is_not_caught_up_on() {
        let mut clock = running(10);
        assert_eq!(clock.advance(0.04, || true), 0);
        clock.set_running(false);
        assert_eq!(clock.advance(1000.0, || true), 0);
        assert_eq!(clock.next_step_in_s(), None);
        clock.set_running(true);
        assert!((clock.next_step_in_s().expect("runs") - 0.01).abs() < 1e-12);
        assert_eq!(clock.advance(0.0101, || true), 1);
        // A stall of an hour is one second.
        assert_eq!(clock.advance(3600.0, || true), 20);
        for nonsense in [f64::NAN, -1.0] {
            assert_eq!(clock.advance(nonsense, || true), 0);
        }
    }

    #[test]
    fn inv_a_patient_too_costly_runs_slower_and_owes_nothing() {
        let mut clock = running(240);
        for _ in 0..100 {
            let mut left = 3;
            let taken = clock.advance(1.0 / 60.0, || {
                left -= 1;
                left > 0
            });
            assert_eq!(taken, 3);
            assert!(clock.is_behind());
        }
        assert_eq!(clock.advance(1.0 / 60.0, || true), 8, "nothing of what was dropped comes back");
        assert!(!clock.is_behind());
    }
}
