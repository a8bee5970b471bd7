//! The window on a desktop, with the files of a person. What it needs before it can open is looked for beforehand: the
//! toolkit opens its libraries at run time and ends the program without a word of help where one is missing.

use std::{env, sync::Arc};

use eframe::egui::ViewportBuilder;
use thiserror::Error;

use super::{
    measure::Measurement,
    window::{Measured, Options, Window},
};
use crate::store::{
    AnyStore,
    native::{files::Files, system},
};

/// Why there is no window.
#[derive(Debug, Error)]
pub enum GuiError {
    /// No display server to talk to.
    #[error(
        "no display: neither DISPLAY nor WAYLAND_DISPLAY is set; `isoshunt --help` shows the commands that need no window"
    )]
    NoDisplay,
    /// Shared libraries are missing.
    #[error("the window needs {}; on Debian or Ubuntu: apt-get install {}", .libraries.join(", "), .packages.join(" "))]
    MissingLibraries {
        /// The libraries.
        libraries: Vec<&'static str>,
        /// The Debian packages that hold them.
        packages: Vec<&'static str>,
    },
    /// The window system refused.
    #[error("the window could not be opened: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
}

/// Opens the window and stays until it is closed; returns what was measured, where that was asked for.
///
/// # Errors
/// [`GuiError`] where no window can be opened.
pub fn run(options: Options) -> Result<Option<Measurement>, GuiError> {
    probe()?;
    let viewport = ViewportBuilder::default()
        .with_app_id("isoshunt")
        .with_inner_size(options.size)
        .with_min_inner_size([960.0, 600.0]);
    let native = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let result = Measured::default();
    let for_window = Arc::clone(&result);
    let open = move |context: &eframe::CreationContext<'_>| {
        let waker = context.egui_ctx.clone();
        let variable = |name: &str| env::var_os(name);
        // Without a thread files are read where they are asked for.
        let files = Files::start(variable, move || waker.request_repaint()).unwrap_or_else(|_| Files::here(variable));
        let window = Window::open(&context.egui_ctx, options, AnyStore::new(files), for_window);
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::run_native("isoshunt", native, Box::new(open)).map_err(|error| refused(&error.to_string()))?;
    let measured = result.lock().take();
    Ok(measured)
}

/// A library opened at run time and the Debian package that holds it.
type Library = (&'static str, &'static str);

const ON_X11: &[Library] = &[
    ("libX11.so.6", "libx11-6"),
    ("libxcb.so.1", "libxcb1"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libGL.so.1", "libgl1"),
];

const ON_WAYLAND: &[Library] = &[
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwayland-egl.so.1", "libwayland-egl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libEGL.so.1", "libegl1"),
];

/// Checks that there is a display and what is needed to draw on it.
///
/// # Errors
/// [`GuiError`] where there is none, or a library is missing.
fn probe() -> Result<(), GuiError> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    // The order in which the window library decides.
    let needed = if is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET") {
        ON_WAYLAND
    } else if is_set("DISPLAY") {
        ON_X11
    } else {
        return Err(GuiError::NoDisplay);
    };
    let folders: Vec<_> = env::var_os("LD_LIBRARY_PATH").iter().flat_map(env::split_paths).collect();
    let names: Vec<_> = needed.iter().map(|(library, _)| *library).collect();
    missing(needed, &system::missing_libraries(&names, &folders))
}

fn missing(needed: &[Library], libraries: &[&'static str]) -> Result<(), GuiError> {
    if libraries.is_empty() {
        return Ok(());
    }
    let packages = needed.iter().filter(|(library, _)| libraries.contains(library)).map(|(_, package)| *package);
    Err(GuiError::MissingLibraries { libraries: libraries.to_vec(), packages: packages.collect() })
}

/// What the window system said, without the place in its source.
fn refused(said: &str) -> GuiError {
    let without_place = said.split_once("os error at ").and_then(|(_, rest)| rest.split_once(": "));
    GuiError::Refused { reason: without_place.map_or(said, |(_, reason)| reason).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_refusal_is_told_without_paths() {
        let said = "winit EventLoopError: os error at /a/b/mod.rs:788: Failed to open connection to X server";
        let expected = "the window could not be opened: Failed to open connection to X server";
        assert_eq!(refused(said).to_string(), expected);
        assert_eq!(refused("no GL").to_string(), "the window could not be opened: no GL");
    }

    #[test]
    fn inv_a_missing_library_is_named_with_its_package() {
        let error = missing(ON_X11, &["libXi.so.6", "libGL.so.1"]).expect_err("missing");
        assert_eq!(
            error.to_string(),
            "the window needs libXi.so.6, libGL.so.1; on Debian or Ubuntu: apt-get install libxi6 libgl1"
        );
        assert!(missing(ON_WAYLAND, &[]).is_ok());
    }
}
