//! The pages of the window, without a toolkit: which there are, whose patients they show, and how one is left.

pub mod challenge;
pub mod compare;
pub mod evidence;
mod evidence_plot;
pub mod evidence_tables;
pub mod lecture;

use std::ops::Range;

use crate::app::command::Command;
use crate::app::desk::Desk;
use crate::text::words;

/// A page of the window. Each keeps its state while another is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// One patient, all of it.
    #[default]
    Explore,
    /// Two patients who get the same gas.
    Compare,
    /// A case to be solved, and then explained.
    Challenge,
    /// A deck before a hall.
    Lecture,
    /// What the literature says, beside what the model gives.
    Evidence,
}

impl Page {
    /// Every page, in the order of its tab.
    pub const ALL: [Page; 5] = [Page::Explore, Page::Compare, Page::Challenge, Page::Lecture, Page::Evidence];

    /// Name on the tab.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Page::Explore => words::pages::explore(),
            Page::Compare => words::pages::compare(),
            Page::Challenge => words::pages::challenge(),
            Page::Lecture => words::pages::lecture(),
            Page::Evidence => words::pages::evidence(),
        }
    }

    /// Name on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Page::Explore => "explore",
            Page::Compare => "compare",
            Page::Challenge => "challenge",
            Page::Lecture => "lecture",
            Page::Evidence => "evidence",
        }
    }

    /// The page of a name on the command line.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.key() == key)
    }

    /// The desk of the patient whose run is saved and goes on while the page is shown: its first, or that of Explore
    /// where it has none.
    #[must_use]
    pub fn first_desk(self) -> usize {
        if self.desks().is_empty() { Page::Explore.desks().start } else { self.desks().start }
    }

    /// The desks whose patients it shows; none where it shows no patient that lives on.
    #[must_use]
    pub fn desks(self) -> Range<usize> {
        match self {
            Page::Explore => 0..1,
            // It has two of its own, which are never saved: a covered pair must not be found in a file.
            Page::Compare | Page::Challenge | Page::Lecture => 1..1,
            Page::Evidence => 0..0,
        }
    }

    /// Leaves it: no run goes on behind another page.
    pub fn leave(self, desks: &mut [Desk]) {
        for desk in desks.get_mut(self.desks()).unwrap_or_default() {
            if desk.session().is_running() {
                // A run that is there can stand.
                let _ = desk.session_mut().apply(Command::Pause);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn inv_a_run_stands_when_its_page_is_left() {
        let mut desks = [Desk::new(scenario::builtin()[0].clone())];
        desks[0].session_mut().apply(Command::Run).expect("a run");
        assert!(desks[0].session().is_running());
        Page::Explore.leave(&mut desks);
        assert!(!desks[0].session().is_running() && desks[0].session().in_time().is_some());
    }

    #[test]
    fn inv_no_two_pages_share_a_desk() {
        let desks: Vec<usize> = Page::ALL.into_iter().flat_map(Page::desks).collect();
        assert!(desks.iter().enumerate().all(|(i, desk)| i == *desk), "{desks:?}");
    }
}
