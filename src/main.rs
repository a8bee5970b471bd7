//! Arguments to the window or to a command; the only exit code.

use std::process::ExitCode;

use isoshunt::cli::{self, Exit, Request};

fn main() -> ExitCode {
    let exit = match cli::parse(std::env::args_os()) {
        Ok(Request::Verb(verb)) => cli::run(&verb),
        Ok(Request::Window { measure }) => window(measure),
        Err(exit) => exit,
    };
    ExitCode::from(exit.code())
}

fn window(_measure: bool) -> Exit {
    cli::complain(
        &"this build has no window: build it with `cargo build --release` (feature `gui`); `isoshunt --help` shows what works without",
    );
    Exit::NoWindow
}
