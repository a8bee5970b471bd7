//! Arguments to the window or to a command; the only exit code.

use std::process::ExitCode;
use std::time::Instant;

use isoshunt::cli::{self, Exit, Request};

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the window measures how long it takes to open")]
    let started = Instant::now();
    let exit = match cli::parse(std::env::args_os()) {
        Ok(Request::Verb(verb)) => cli::run(&verb),
        Ok(Request::Window { measure, size, theme }) => window(measure, size, &theme, started),
        Err(exit) => exit,
    };
    ExitCode::from(exit.code())
}

#[cfg(feature = "gui")]
fn window(measure: bool, size: [f32; 2], theme: &str, started: Instant) -> Exit {
    use isoshunt::{
        gui::{self, theme::ThemeName},
        scenario,
    };
    let theme = ThemeName::ALL.into_iter().find(|name| name.label().eq_ignore_ascii_case(theme)).unwrap_or_default();
    let scenario = scenario::builtin()[0].clone();
    match gui::run(gui::Options { size, theme, scenario, started, measure }) {
        Ok(Some(measured)) => cli::say(&measured),
        Ok(None) => Exit::Done,
        Err(error) => {
            cli::complain(&error);
            Exit::NoWindow
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_measure: bool, _size: [f32; 2], _theme: &str, _started: Instant) -> Exit {
    cli::complain(
        &"this build has no window: build it with `cargo build --release` (feature `gui`); `isoshunt --help` shows what works without",
    );
    Exit::NoWindow
}
