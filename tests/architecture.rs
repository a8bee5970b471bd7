//! The rules that keep the rooms of the crate apart, read from the source text itself.
//!
//! A module uses only what stands above it in [`LAYERS`]. Only `gui` names the toolkit, only `store` names files, and
//! nothing that also has to run in a browser names threads, a clock or the environment. Comments and text in quotes do
//! not count; `use` trees and paths in expressions do, `super` chains included.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate, each using only what stands above it.
const LAYERS: [&str; 13] = [
    "units",
    "text",
    "numerics",
    "physiology",
    "sim",
    "study",
    "scenario",
    "store",
    "figure",
    "draw",
    "app",
    "cli",
    "gui",
];

/// Paths of the standard library, and the modules that may name them; `main` is the program itself.
const RESERVED: [(&[&str], &[&str]); 10] = [
    (&["std", "fs"], &["store"]),
    (&["std", "os"], &["store"]),
    (&["std", "env"], &["cli", "gui", "main"]),
    (&["std", "process", "exit"], &[]),
    (&["std", "process", "Command"], &[]),
    (&["std", "process", "ExitCode"], &["main"]),
    (&["std", "thread"], &["store"]),
    (&["std", "net"], &[]),
    (&["std", "time", "Instant"], &["gui", "main"]),
    (&["std", "time", "SystemTime"], &["store"]),
];

/// Whether an identifier belongs to the window toolkit.
fn is_toolkit(word: &str) -> bool {
    matches!(word, "egui" | "eframe" | "epaint" | "emath" | "ecolor" | "winit" | "glow" | "wgpu")
        || word.starts_with("egui_")
}

/// A word or one mark of Rust source.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Mark(char),
}

impl Token {
    fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            Token::Mark(_) => None,
        }
    }
}

/// Source without comments, text, characters and numbers.
fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let at = |i: usize| text.get(i).copied().unwrap_or('\0');
    let word_char = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let c = text[i];
        if c == '/' && at(i + 1) == '/' {
            while i < text.len() && text[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= text.len() {
                    break;
                }
            }
        } else if c == '"' {
            i += 1;
            while i < text.len() && text[i] != '"' {
                i += if text[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' {
            // A character is closed by a quote, a lifetime is not.
            if at(i + 1) == '\\' {
                i += 3;
                while i < text.len() && text[i] != '\'' {
                    i += 1;
                }
                i += 1;
            } else {
                i += if at(i + 2) == '\'' { 3 } else { 1 };
            }
        } else if word_char(c) {
            let begin = i;
            while word_char(at(i)) {
                i += 1;
            }
            let word: String = text[begin..i].iter().collect();
            let hashes = (0..).take_while(|n| at(i + n) == '#').count();
            if matches!(word.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                i += hashes + 1;
                while i < text.len() && !(text[i] == '"' && (1..=hashes).all(|n| at(i + n) == '#')) {
                    i += 1;
                }
                i += hashes + 1;
            } else if word == "r" && hashes == 1 {
                i += 1;
            } else if !c.is_ascii_digit() {
                out.push(Token::Word(word));
            }
        } else {
            if !c.is_whitespace() {
                out.push(Token::Mark(c));
            }
            i += 1;
        }
    }
    out
}

/// Source without the modules that are compiled for tests only.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let attribute: Vec<Token> = "# [ cfg ( test ) ] mod"
        .split(' ')
        .map(|t| if t.len() == 1 { Token::Mark(t.chars().next().unwrap_or(' ')) } else { Token::Word(t.to_owned()) })
        .collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if !tokens[i..].starts_with(&attribute) {
            out.push(tokens[i].clone());
            i += 1;
            continue;
        }
        let mut depth = 0;
        while i < tokens.len() {
            match tokens[i] {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => {}
            }
            let ended = depth == 0 && matches!(tokens[i], Token::Mark('}' | ';'));
            i += 1;
            if ended {
                break;
            }
        }
    }
    out
}

/// Whether `::` stands at `i`.
fn joins(tokens: &[Token], i: usize) -> bool {
    tokens.get(i) == Some(&Token::Mark(':')) && tokens.get(i + 1) == Some(&Token::Mark(':'))
}

/// Every path that the tree from `i` on spells out, behind `prefix`; and where it ends.
fn spell(tokens: &[Token], mut i: usize, mut prefix: Vec<String>, out: &mut Vec<Vec<String>>) -> usize {
    loop {
        match tokens.get(i) {
            Some(Token::Word(word)) => {
                prefix.push(word.clone());
                i += 1;
            }
            Some(Token::Mark('*')) => {
                prefix.push("*".to_owned());
                i += 1;
            }
            Some(Token::Mark('{')) => {
                i += 1;
                while !matches!(tokens.get(i), None | Some(Token::Mark('}'))) {
                    let next = spell(tokens, i, prefix.clone(), out);
                    // Beyond a branch stand `as name` and the comma.
                    i = next.max(i + usize::from(next == i));
                    while !matches!(tokens.get(i), None | Some(Token::Mark('}' | ','))) {
                        i += 1;
                    }
                    i += usize::from(tokens.get(i) == Some(&Token::Mark(',')));
                }
                return i + 1;
            }
            _ => break,
        }
        if !joins(tokens, i) {
            break;
        }
        i += 2;
    }
    out.push(prefix);
    i
}

/// Every path of a file that begins at a crate: `crate`, `std`, or `super` as far as the root, which becomes `crate`.
///
/// `module` is where the file stands, for example `["sim", "params"]`.
fn paths(tokens: &[Token], module: &[String]) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    // Brace depths at which a `mod name {` within the file was opened.
    let mut inner = Vec::new();
    let mut depth = 0;
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            Token::Mark('{') => {
                let is_module = i >= 2 && tokens[i - 2].word() == Some("mod") && tokens[i - 1].word().is_some();
                depth += 1;
                if is_module {
                    inner.push(depth);
                }
            }
            Token::Mark('}') => {
                if inner.last() == Some(&depth) {
                    inner.pop();
                }
                depth -= 1;
            }
            Token::Word(word) if joins(tokens, i + 1) && (i < 2 || !continues(tokens, i)) => match word.as_str() {
                "crate" | "std" | "core" | "alloc" => {
                    let root = if word == "crate" { "crate" } else { "std" };
                    spell(tokens, i + 3, vec![root.to_owned()], &mut out);
                }
                "super" => {
                    let mut supers = 1;
                    let mut next = i + 3;
                    while tokens.get(next).and_then(Token::word) == Some("super") && joins(tokens, next + 1) {
                        supers += 1;
                        next += 3;
                    }
                    if supers >= module.len() + inner.len() {
                        spell(tokens, next, vec!["crate".to_owned()], &mut out);
                    }
                }
                _ => {}
            },
            _ => {}
        }
        i += 1;
    }
    out
}

/// Whether the word at `i` goes on with a path that began before it; a leading `::` begins one.
fn continues(tokens: &[Token], i: usize) -> bool {
    joins(tokens, i - 2) && i >= 3 && tokens[i - 3].word().is_some_and(|w| !matches!(w, "use" | "return" | "in" | "as"))
}

/// What a file breaks, in words. `module` is its path in the crate; `main.rs` is `["main"]`.
fn violations(module: &[String], source: &str) -> Vec<String> {
    let room = module.first().map_or("", String::as_str);
    let all = tokens(source);
    let mut out = Vec::new();
    let own = LAYERS.iter().position(|layer| *layer == room);
    if own.is_none() && room != "main" {
        out.push(format!("`{room}` has no place in the order of layers"));
    }
    for path in paths(&all, module).iter().filter(|path| path[0] == "crate") {
        let Some(target) = path.get(1) else { continue };
        let layer = LAYERS.iter().position(|layer| layer == target);
        let upward = match (own, layer) {
            (Some(own), Some(layer)) => layer > own || (room == "gui" && target == "cli"),
            // A glob at the root names every module at once.
            (Some(_), None) => target == "*",
            (None, _) => false,
        };
        if upward {
            out.push(format!("`{room}` names `{}`", path.join("::")));
        }
    }
    let shipped = without_tests(&all);
    for path in paths(&shipped, module) {
        for (reserved, rooms) in RESERVED {
            let named = path.iter().take_while(|segment| *segment != "*" && *segment != "self");
            let agree = named.clone().zip(reserved).all(|(a, b)| a == b);
            if agree && path[0] == "std" && !rooms.contains(&room) {
                out.push(format!("`{room}` names `{}`, which is for {rooms:?}", path.join("::")));
            }
        }
    }
    if room != "gui" {
        for word in shipped.iter().filter_map(Token::word).filter(|word| is_toolkit(word)) {
            out.push(format!("`{room}` names `{word}`, which only `gui` may"));
        }
    }
    out
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the library and the program with its module path.
fn sources() -> Vec<(Vec<String>, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files
        .into_iter()
        .filter(|file| *file != src.join("lib.rs"))
        .map(|file| {
            let inner = file.strip_prefix(&src).expect("below src").with_extension("");
            let mut module: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            (module, fs::read_to_string(&file).expect("UTF-8 source"))
        })
        .collect()
}

#[test]
fn inv_every_module_keeps_to_its_layer() {
    let files = sources();
    assert!(files.len() > 5, "the walk found no sources");
    let broken: Vec<String> = files
        .iter()
        .flat_map(|(module, source)| {
            let name = module.join("/");
            violations(module, source).into_iter().map(move |v| format!("{name}: {v}"))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn inv_the_checker_finds_what_is_forbidden() {
    let broken = |module: &str, source: &str| {
        let module: Vec<String> = module.split('/').map(str::to_owned).collect();
        !violations(&module, source).is_empty()
    };
    for (module, source) in [
        ("sim", "use crate::gui;"),
        ("sim", "use crate::{units, app::Session};"),
        ("sim/steady", "use crate::{\n    units,\n    scenario::{self, Scenario},\n};"),
        ("units", "fn f() -> f64 { crate::physiology::blood::P50 }"),
        ("units", "use super::sim;"),
        ("sim/steady", "use super::super::app::Session;"),
        ("sim/steady", "mod inner { fn f() { super::super::super::gui::paint() } }"),
        ("numerics", "pub(in crate::app) fn f() {}"),
        ("numerics", "use crate::*;"),
        ("gui", "use crate::cli::run;"),
        ("sim", "#[cfg(test)] mod tests { use crate::app; }"),
        ("sim", "use std::fs;"),
        ("scenario", "use std::{io, fs::File};"),
        ("scenario", "fn f() { let _ = ::std::fs::read(\"x\"); }"),
        ("cli", "use std::fs::File;"),
        ("main", "use std::fs::File;"),
        ("app", "use std::time::{Duration, Instant};"),
        ("app", "use std::time;"),
        ("app", "use std::time::*;"),
        ("app", "fn f() { std::thread::spawn(|| ()); }"),
        ("sim", "use std::time::SystemTime;"),
        ("sim", "fn f() -> bool { std::env::var(\"X\").is_ok() }"),
        ("figure", "use egui::Color32;"),
        ("app", "fn f(plot: &egui_plot::Plot) {}"),
        ("main", "fn main() { eframe::run() }"),
        ("cli", "use std::process::ExitCode;"),
        ("store", "fn f() { std::process::exit(1) }"),
        ("attic", "fn f() {}"),
        ("sim", "fn f<'a>(x: &'a str) -> char { 'a' } use crate::gui;"),
        ("sim", "const Q: char = '\"'; use crate::gui; const R: char = '\"';"),
        ("sim", "const Q: &str = r#\"\"quoted\"\"#; use crate::gui;"),
        ("sim", "/* outer /* inner */ */ use crate::gui;"),
    ] {
        assert!(broken(module, source), "{module}: {source} should be refused");
    }
    for (module, source) in [
        ("sim", "use crate::{units::K, physiology::blood::{self, Blood}};"),
        ("sim", "use crate::sim::params::Params;"),
        ("sim", "// use crate::gui;\n/// [`crate::gui`]\nfn f() {}"),
        ("sim", "/* crate::gui::x /* egui */ std::fs */ fn f() {}"),
        ("sim", "const HELP: &str = \"crate::gui::paint and std::fs\\\" egui\";"),
        ("sim", "const HELP: &str = r#\"a \"crate::gui\" b\"#;"),
        ("sim/steady", "use super::params::Params;"),
        ("sim", "mod inner { use super::params::Params; }"),
        ("sim", "#[cfg(test)] mod tests { use std::time::Instant; use std::fs; }"),
        ("store", "use std::fs::File;"),
        ("gui", "use std::time::Instant; use egui::Ui;"),
        ("app", "use std::time::Duration;"),
        ("main", "use std::process::ExitCode;"),
        ("store", "fn f() -> u32 { std::process::id() }"),
        ("numerics", "use std::f64::consts::PI;"),
        ("main", "use isoshunt::gui;"),
    ] {
        assert!(!broken(module, source), "{module}: {source} should be allowed");
    }
}

#[test]
fn inv_the_modules_stand_in_layer_order() {
    let lib = tokens(&fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs"));
    let declared: Vec<usize> = lib
        .windows(2)
        .filter(|pair| pair[0].word() == Some("mod"))
        .filter_map(|pair| pair[1].word())
        .map(|name| LAYERS.iter().position(|l| *l == name).unwrap_or_else(|| panic!("{name} is in no layer")))
        .collect();
    assert!(!declared.is_empty());
    assert!(declared.is_sorted(), "lib.rs declares its modules out of order: {declared:?}");
}

#[test]
fn inv_readme_begins_with_the_two_commands() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in readme.lines() {
        match (&mut open, line.starts_with("```")) {
            (None, true) => open = Some(Vec::new()),
            (Some(_), true) => blocks.extend(open.take()),
            (Some(block), false) => block.push(line),
            (None, false) => {}
        }
    }
    assert_eq!(blocks[..2], [vec!["./start"], vec!["./check"]]);
    assert!(open.is_none(), "a fence is left open");
}

#[test]
fn inv_the_changelog_knows_this_version() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).expect("CHANGELOG.md");
    let mut headings = changelog.lines().filter_map(|line| line.strip_prefix("## ["));
    assert!(headings.next().is_some_and(|first| first.starts_with("Unreleased]")), "what is new has no place");
    if let Some(released) = headings.next() {
        let version = released.split(']').next().unwrap_or_default();
        assert_eq!(version, env!("CARGO_PKG_VERSION"), "the last release of the changelog is not Cargo.toml's version");
    }
}

#[test]
fn inv_one_toolkit_is_built_once() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    for name in ["egui", "eframe", "emath", "epaint", "egui_plot", "nalgebra", "winit"] {
        let versions = lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
        assert_eq!(versions, 1, "{name} is in Cargo.lock {versions} times");
    }
}
