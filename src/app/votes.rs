//! Votes of a hall: counted by hand, hidden until they may be seen, and what to do after the first.

use std::fmt;

use crate::text::words;
use crate::units::percent_from_frac;

/// Most votes for an option: more than any hall holds.
pub const MOST: u32 = 99_999;
/// Share of right votes from which the answer is told at once.
const TELL_FRAC: f64 = 0.70;
/// Share of right votes from which neighbours can convince each other.
const TALK_FRAC: f64 = 0.35;

/// A vote: how many chose each option.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vote {
    counts: Vec<u32>,
}

impl Vote {
    /// Nobody has voted on so many options yet.
    #[must_use]
    pub fn new(options: usize) -> Vote {
        Vote { counts: vec![0; options] }
    }

    /// Counts by option.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// How many voted.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// One more for an option; whether there is such an option.
    pub fn add(&mut self, option: usize) -> bool {
        self.change(option, |count| count.saturating_add(1))
    }

    /// One less for an option; whether there is such an option.
    pub fn take(&mut self, option: usize) -> bool {
        self.change(option, |count| count.saturating_sub(1))
    }

    /// So many for an option; whether there is such an option.
    pub fn set(&mut self, option: usize, count: u32) -> bool {
        self.change(option, |_| count)
    }

    fn change(&mut self, option: usize, to: impl FnOnce(u32) -> u32) -> bool {
        let Some(count) = self.counts.get_mut(option) else { return false };
        *count = to(*count).min(MOST);
        true
    }

    /// Share of the votes for an option; none where nobody voted.
    #[must_use]
    pub fn share_frac(&self, option: usize) -> Option<f64> {
        let total = self.total();
        let count = *self.counts.get(option)?;
        (total > 0).then(|| f64::from(count) / f64::from(total))
    }
}

/// What a first vote asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Most are right: tell.
    Tell,
    /// Enough are right to convince the others: talk, then vote again.
    Talk,
    /// Few are right: explain, then vote again.
    Explain,
}

impl Advice {
    /// What to do after a vote; none where nobody voted.
    #[must_use]
    pub fn of(vote: &Vote, right: usize) -> Option<Advice> {
        let share_frac = vote.share_frac(right)?;
        Some(match share_frac {
            share if share > TELL_FRAC => Advice::Tell,
            share if share >= TALK_FRAC => Advice::Talk,
            _ => Advice::Explain,
        })
    }
}

/// What first votes ask for, whichever option is right: it can be read by who has not answered yet.
#[must_use]
pub fn advice_for_all() -> String {
    let percent = |share_frac: f64| format!("{:.0}", percent_from_frac(share_frac));
    let [talk, tell] = [TALK_FRAC, TELL_FRAC].map(percent);
    words::lecture::advice_for_all(tell, talk)
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Advice::Tell => words::lecture::advice_tell(),
            Advice::Talk => words::lecture::advice_talk(),
            Advice::Explain => words::lecture::advice_explain(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_vote_counts_and_advises() {
        let mut vote = Vote::new(3);
        assert_eq!((vote.total(), Advice::of(&vote, 0)), (0, None));
        assert!(vote.add(1) && vote.add(1) && !vote.add(3));
        assert!(vote.take(1) && vote.take(0));
        assert_eq!(vote.counts(), [0, 1, 0]);
        for (counts, advice) in [
            ([71, 29, 0], Advice::Tell),
            ([70, 30, 0], Advice::Talk),
            ([35, 65, 0], Advice::Talk),
            ([34, 0, 66], Advice::Explain),
        ] {
            counts.iter().enumerate().for_each(|(option, count)| assert!(vote.set(option, *count)));
            assert_eq!(Advice::of(&vote, 0), Some(advice), "{counts:?}");
        }
        assert!(vote.set(0, u32::MAX) && vote.counts()[0] == MOST);
    }
}
