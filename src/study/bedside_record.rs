//! What the bedside knew of a run, every five minutes from its beginning: what criteria of severe respiratory failure and
//! the ladder of rescue are judged by.
//!
//! The run is made again from its beginning, in slices, and then followed: so the record is the same however the run was
//! come by, played, opened from a file or gone back in.

use crate::physiology::ladder::Standing;
use crate::sim::play::bedside::{Gases, standing};
use crate::sim::play::player::Player;
use crate::sim::play::run::Run;
use crate::sim::time::STEP_S;
use crate::study::Study;
use crate::study::forecast::cost_of_step;

/// Steps between two rows: 5 min.
pub const EVERY_STEPS: u64 = (300.0 / STEP_S) as u64;

/// The rows of a run, some steps at a time.
///
/// ```
/// use isoshunt::sim::{params::Params, play::bedside::Gases, play::run::Run};
/// use isoshunt::study::{Study, bedside_record::BedsideRecord};
/// let mut run = Run::new(&Params::default(), 1);
/// run.advance(1500);
/// let mut record = BedsideRecord::new(&run, Gases::Truth);
/// record.advance(u32::MAX);
/// assert_eq!(record.rows().iter().map(|row| row.row.time_s).collect::<Vec<_>>(), [0.0, 300.0, 600.0]);
/// ```
#[derive(Debug, Clone)]
pub struct BedsideRecord {
    run: Run,
    player: Player,
    /// Steps of the run that is followed.
    until: u64,
    gases: Gases,
    rows: Vec<Standing>,
    /// What was refused where the run itself did not refuse it: the record ends there.
    stopped: bool,
}

impl BedsideRecord {
    /// A record of a run of which nothing has been looked at but the beginning.
    #[must_use]
    pub fn new(run: &Run, gases: Gases) -> Self {
        let again = Run::new(run.initial(), run.seed());
        BedsideRecord {
            rows: vec![standing(&again, gases)],
            player: Player::new(run.events().iter().cloned()),
            run: again,
            until: run.steps(),
            gases,
            stopped: false,
        }
    }

    /// Goes on with the run where it is the same one gone on, and begins anew where it is not.
    pub fn follow(&mut self, run: &Run, gases: Gases) {
        if self.gases != gases || !self.is_of(run) {
            *self = BedsideRecord::new(run, gases);
            return;
        }
        if run.steps() != self.until || run.events().len() != self.run.events().len() + self.player.to_come().len() {
            self.until = run.steps();
            self.player = Player::new(run.events()[self.run.events().len()..].iter().cloned());
        }
    }

    /// Every five minutes, the beginning first, as far as it has come.
    #[must_use]
    pub fn rows(&self) -> &[Standing] {
        &self.rows
    }

    /// Where its blood gases come from.
    #[must_use]
    pub fn gases(&self) -> Gases {
        self.gases
    }

    /// How far it has come, s of patient time.
    #[must_use]
    pub fn looked_s(&self) -> f64 {
        self.run.time_s()
    }

    /// Whether it lacks no row but that of the present: in a run that goes on it is always some steps behind.
    #[must_use]
    pub fn has_come_to(&self, run: &Run) -> bool {
        self.stopped || self.rows.len() as u64 >= run.steps() / EVERY_STEPS
    }

    /// Whether the run could not be made again to its end.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.stopped
    }
}

impl Study for BedsideRecord {
    type Of = Run;

    /// Whether the run is the same one, gone on.
    fn is_of(&self, run: &Run) -> bool {
        let done = self.run.events();
        self.run.steps() <= run.steps()
            && self.run.seed() == run.seed()
            && done.len() <= run.events().len()
            && *done == run.events()[..done.len()]
            && run.events().get(done.len()).is_none_or(|next| next.step >= self.run.steps())
            && self.run.initial() == run.initial()
    }

    fn advance(&mut self, evaluations: u32) -> u32 {
        let mut spent: u32 = 0;
        let Self { run, player, rows, gases, until, stopped } = self;
        while run.steps() < *until && !*stopped {
            *stopped = player.play(run.steps(), |action| run.act(action.clone())).is_err();
            spent = spent.saturating_add(cost_of_step(run.live()));
            run.step();
            if run.steps().is_multiple_of(EVERY_STEPS) {
                rows.push(standing(run, *gases));
            }
            if spent >= evaluations {
                break;
            }
        }
        spent
    }

    fn is_whole(&self) -> bool {
        self.stopped || self.run.steps() >= self.until
    }
}
