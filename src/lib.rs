//! Isoshunt: a simulator of pulmonary gas exchange that teaches why oxygen sometimes does not work.
//!
//! The modules below stand in the order of their layers: each uses only what stands above it, and
//! `tests/architecture.rs` holds them to it. Only `gui` names the window toolkit. Only `store::native` touches files and
//! threads: it is the store of a desktop, and what is kept is asked for by keys through the trait [`store::Store`], which
//! another host answers as it can. Nothing below `store` knows a clock either, so that it also runs in a browser.
#![warn(missing_docs)]
// A test may ask for a number exactly.
#![cfg_attr(test, allow(clippy::float_cmp))]

pub mod units;
pub mod numerics;
pub mod text;
pub mod physiology;
pub mod sim;
pub mod study;
pub mod evidence;
pub mod scenario;
pub mod store;
pub mod figure;
pub mod draw;
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "gui")]
pub mod gui;
