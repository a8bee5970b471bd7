//! The patient in time: what the lung holds, what the blood carries and what the tissues store.
//!
//! ```text
//!            ┌── shunt, collapsed units ──┐
//! venous ────┼── units, membrane lung ────┼──> line ──> arterial ──> fast, slow tissue ──> line ──> venous
//! pool       └── gas in and out           ┘    delay     pool        O2, CO2; N2 lean, fat  delay     pool
//! ```
//! The circulation is cut where blood takes at least one step from one place to the next, so within a step every unit,
//! every tissue and every pool is solved on its own: [`crate::numerics::sdirk`], order 2, L-stable. Gas is counted by
//! the flows of the stages, so O2, CO2 and N2 are conserved to rounding whatever the searches left over. A step whose
//! error estimate is too large is made again in two halves. The steady state of [`crate::sim::steady`] is the fixed
//! point.

mod drift;
mod per_gas;
mod ledger;
mod line;
mod tissue;
mod unit;
mod open;
mod state;
mod setup;
mod start;
mod change;
mod step;
mod minutes;
mod live;
mod periodic;

pub use drift::Drift;
pub use ledger::Ledger;
pub use live::{EndTidal, Live, STEP_S, TimeWork};
pub use per_gas::PerGas;
pub use periodic::{PeriodicBreathing, periodic_breathing};
pub use state::{LiveState, MAX_STEPS, StateError};
