//! What there is to choose for the panels beside the trend and under the pictures.

use crate::text::words;

/// What the panel beside the trend shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Samples of blood.
    #[default]
    Samples,
    /// Moments to return to.
    Checkpoints,
    /// Every number.
    Numbers,
    /// The equations.
    Equations,
    /// What can be done at the bedside.
    Moves,
    /// What the last action did, whole.
    Happened,
}

impl Tab {
    /// Every choice, in menu order.
    pub const ALL: [Tab; 6] = [Tab::Samples, Tab::Checkpoints, Tab::Numbers, Tab::Equations, Tab::Moves, Tab::Happened];

    /// Name on the page and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Tab::Samples => words::common::blood_gases(),
            Tab::Checkpoints => words::explore::checkpoints(),
            Tab::Numbers => words::explore::numbers(),
            Tab::Equations => words::explore::equations(),
            Tab::Moves => words::explore::moves(),
            Tab::Happened => words::explore::what_happened(),
        }
    }
}

/// What stands under the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BottomTab {
    /// Every number.
    #[default]
    Numbers,
    /// The equations.
    Equations,
    /// What can be done at the bedside.
    Moves,
}

impl BottomTab {
    /// Every choice, from the left.
    pub const ALL: [BottomTab; 3] = [BottomTab::Numbers, BottomTab::Equations, BottomTab::Moves];

    /// Name on the page and in files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            BottomTab::Numbers => words::explore::all_numbers(),
            BottomTab::Equations => words::explore::equations(),
            BottomTab::Moves => words::explore::moves(),
        }
    }
}
