//! What a person has chosen about the window and would choose again: kept from one start to the next.

use crate::app::slider_preview::Previewed;
use crate::text::display_units::DisplayUnits;

/// The choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// Units in which numbers are shown.
    pub units: DisplayUnits,
    /// Number by which the tracks of sliders are coloured.
    pub previewed: Previewed,
}
