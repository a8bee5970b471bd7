//! The window, by the labels that are read aloud and by what it paints: one program, because each that holds the window is
//! long to build. The words in another language (`gui_words`) are a program of their own: what was said once stays said.
#![cfg(feature = "gui")]

#[path = "../part/mod.rs"]
mod part;

mod challenge;
mod compare;
mod evidence;
mod explore;
mod journeys;
mod keys;
mod lecture;
mod mechanics;
mod painted;
#[cfg(feature = "pictures")]
mod pictures;
#[cfg(feature = "snapshots")]
mod snapshots;
mod store;
mod texts;
mod time;
mod units;
mod why;
mod widgets;
