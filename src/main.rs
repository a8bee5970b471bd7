//! Arguments to the window or to a command; the only exit code.

use std::process::ExitCode;

use isoshunt::cli::{self, Exit, Opening, Request};
use web_time::Instant;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the window measures how long it takes to open")]
    let started = Instant::now();
    let exit = match cli::parse(std::env::args_os()) {
        Ok(Request::Verb(verb)) => cli::run(&verb),
        Ok(Request::Window(opening)) => window(*opening, started),
        Err(exit) => exit,
    };
    ExitCode::from(exit.code())
}

#[cfg(feature = "gui")]
fn window(opening: Opening, started: Instant) -> Exit {
    use isoshunt::{cli::DeckOpening, gui};
    let Opening { measure, size, theme, scenario, against, session, page, case, deck } = opening;
    let deck = deck.map(|DeckOpening { deck, source, step }| gui::DeckToPlay { deck, source, step });
    match gui::run(gui::Options { size, theme, scenario, against, session, page, case, deck, started, measure }) {
        Ok(Some(measured)) => cli::say(&measured),
        Ok(None) => Exit::Done,
        Err(error) => {
            cli::complain(&error);
            Exit::NoWindow
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_opening: Opening, _started: Instant) -> Exit {
    cli::complain(
        &"this build has no window: build it with `cargo build --release` (feature `gui`); `isoshunt --help` shows what works without",
    );
    Exit::NoWindow
}
