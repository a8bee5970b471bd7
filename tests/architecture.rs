//! The rules that keep the rooms of the crate apart, read from the source text itself.
//!
//! A module uses only what stands above it in [`LAYERS`]. Only `gui` names the toolkit, only `store::native` names files
//! and threads, and nothing that also has to run in a browser names a clock or the environment. The window and what it
//! shows know no path and no folder: they name keys, and a store knows where they stand. No files use each other in a
//! circle. Comments and text in quotes do not count; `use` trees and paths in expressions do, `super` chains included.
//! What the window says to people stands in the lists of `text::words`, not in its source.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate, each using only what stands above it.
const LAYERS: [&str; 14] = [
    "units",
    "numerics",
    "text",
    "physiology",
    "sim",
    "study",
    "evidence",
    "scenario",
    "store",
    "figure",
    "draw",
    "app",
    "cli",
    "gui",
];

/// Paths of the standard library and of the desktop's own store, and the rooms or files that may name them; `main` is the
/// program itself. The command line waits for its files and takes paths; of the window, `start` opens it on a desktop and
/// `measure` asks how much memory it has taken there.
const RESERVED: [(&[&str], &[&str]); 13] = [
    (&["std", "fs"], &["store/native"]),
    (&["std", "os"], &["store/native"]),
    (&["std", "path"], &["store", "cli"]),
    (&["crate", "store", "native"], &["store", "cli", "gui/start", "gui/measure"]),
    (&["std", "env"], &["cli", "gui/start", "main"]),
    (&["std", "process", "exit"], &[]),
    (&["std", "process", "id"], &["store/native"]),
    (&["std", "process", "Command"], &[]),
    (&["std", "process", "ExitCode"], &["main"]),
    (&["std", "thread"], &["store/native"]),
    (&["std", "net"], &[]),
    (&["std", "time", "Instant"], &[]),
    (&["std", "time", "SystemTime"], &["store"]),
];

/// Names outside the standard library, and the modules that may use them: the clocks that a browser has too.
const RESERVED_WORDS: [(&str, &[&str]); 1] = [("web_time", &["store", "gui", "main"])];

/// Methods of a path that ask the disk: no path of the standard library is spelt where they are called.
const OF_THE_DISK: [&str; 8] =
    ["exists", "try_exists", "is_file", "is_dir", "symlink_metadata", "canonicalize", "read_dir", "read_link"];

/// Words behind which a number may be made otherwise on another processor, unseen by clippy, and the room that may use
/// them: functions of the C library by a trait, and sums over a length known only at run time.
const OTHER_BITS: [(&str, &str); 10] = [
    ("ComplexField", ""),
    ("RealField", ""),
    ("num_traits", ""),
    ("simba", ""),
    ("DMatrix", ""),
    ("DVector", ""),
    ("Dyn", ""),
    ("libm", "numerics"),
    ("f64x2", "numerics"),
    ("f64x4", "numerics"),
];

/// Whether an identifier belongs to the window toolkit.
fn is_toolkit(word: &str) -> bool {
    matches!(word, "egui" | "eframe" | "epaint" | "emath" | "ecolor" | "winit" | "glow" | "wgpu")
        || word.starts_with("egui_")
}

/// A word, one mark or a text in quotes of Rust source.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Mark(char),
    Quoted(String),
}

impl Token {
    fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            Token::Mark(_) | Token::Quoted(_) => None,
        }
    }
}

/// Source without comments, characters and numbers.
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
            let begin = i + 1;
            i = begin;
            while i < text.len() && text[i] != '"' {
                i += if text[i] == '\\' { 2 } else { 1 };
            }
            out.push(Token::Quoted(text[begin..i.min(text.len())].iter().collect()));
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
                let begin = i + hashes + 1;
                i = begin;
                while i < text.len() && !(text[i] == '"' && (1..=hashes).all(|n| at(i + n) == '#')) {
                    i += 1;
                }
                out.push(Token::Quoted(text[begin..i.min(text.len())].iter().collect()));
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

/// Every path of a file that begins at a crate, `std` or our own; `super` and `self` are spelt out from the root, which
/// is called `crate`. Paths that stay within the file are left out.
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
                "super" | "self" => {
                    let mut supers = usize::from(word == "super");
                    let mut next = i + 3;
                    while tokens.get(next).and_then(Token::word) == Some("super") && joins(tokens, next + 1) {
                        supers += 1;
                        next += 3;
                    }
                    let left = (module.len() + inner.len()).saturating_sub(supers);
                    if left <= module.len() {
                        let root = std::iter::once("crate").chain(module[..left].iter().map(String::as_str));
                        spell(tokens, next, root.map(str::to_owned).collect(), &mut out);
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

/// Whether a file is one of those named, or stands in one of the rooms named.
fn is_among(module: &[String], named: &[&str]) -> bool {
    named.iter().any(|named| named.split('/').eq(module.iter().map(String::as_str).take(named.split('/').count())))
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
            // Of our own rooms only the reserved part is, and not all that stands above it.
            let is_glob = path.last().is_some_and(|last| last == "*");
            let whole = path[0] == "std" || is_glob || named.clone().count() >= reserved.len();
            if agree && path[0] == reserved[0] && whole && !is_among(module, rooms) {
                out.push(format!("`{room}` names `{}`, which is for {rooms:?}", path.join("::")));
            }
        }
    }
    // What was brought in as `store` is not spelt from the root.
    for (i, token) in shipped.iter().enumerate().skip(3) {
        let of_store = joins(&shipped, i - 2) && shipped[i - 3].word() == Some("store");
        if token.word() == Some("native") && of_store && !continues(&shipped, i - 3) {
            let allowed = RESERVED.iter().find(|(reserved, _)| reserved.last() == Some(&"native"));
            if allowed.is_some_and(|(_, rooms)| !is_among(module, rooms)) {
                out.push(format!("`{room}` names `store::native`, which only a desktop has"));
            }
        }
    }
    for (reserved, rooms) in RESERVED_WORDS {
        if !rooms.contains(&room) && shipped.iter().any(|token| token.word() == Some(reserved)) {
            out.push(format!("`{room}` names `{reserved}`, which is for {rooms:?}"));
        }
    }
    if !is_among(module, &["store/native"]) {
        for (i, token) in shipped.iter().enumerate() {
            let Some(method) = token.word().filter(|word| OF_THE_DISK.contains(word)) else { continue };
            let of_path = i > 2 && joins(&shipped, i - 2) && shipped[i - 3].word() == Some("Path");
            if of_path || (i > 0 && shipped[i - 1] == Token::Mark('.')) {
                out.push(format!("`{room}` calls `{method}`, which asks the disk and is for `store::native`"));
            }
        }
    }
    for word in shipped.iter().filter_map(Token::word) {
        if OTHER_BITS.iter().any(|(named, of)| *named == word && *of != room) {
            out.push(format!("`{room}` names `{word}`, which may give other bits elsewhere"));
        }
    }
    if room != "gui" {
        for word in shipped.iter().filter_map(Token::word).filter(|word| is_toolkit(word)) {
            out.push(format!("`{room}` names `{word}`, which only `gui` may"));
        }
    }
    out
}

/// The files of the crate by module path, and for each what it offers on from elsewhere: `pub use`, by name.
struct Files<'a> {
    offered: BTreeMap<&'a [String], BTreeMap<String, Vec<String>>>,
}

impl<'a> Files<'a> {
    fn new(files: &'a [(Vec<String>, Vec<Token>)]) -> Self {
        let mut all: BTreeMap<&[String], BTreeMap<String, Vec<String>>> =
            files.iter().map(|(module, _)| (module.as_slice(), BTreeMap::new())).collect();
        for (module, tokens) in files {
            for i in 1..tokens.len() {
                let is_offer = tokens[i].word() == Some("use")
                    && (tokens[i - 1].word() == Some("pub") || tokens[i - 1] == Token::Mark(')'));
                if !is_offer {
                    continue;
                }
                let mut spelt = Vec::new();
                spell(tokens, i + 1, Vec::new(), &mut spelt);
                for path in spelt {
                    let supers = path.iter().take_while(|word| *word == "super").count();
                    let above = &module[..module.len().saturating_sub(supers)];
                    let whole: Vec<String> = match path[0].as_str() {
                        "crate" => path[1..].to_vec(),
                        "self" => module.iter().chain(&path[1..]).cloned().collect(),
                        // What begins with a name is below, or of another crate and then found nowhere.
                        _ => above.iter().chain(&path[supers..]).cloned().collect(),
                    };
                    if let (Some(name), Some(offers)) = (path.last(), all.get_mut(module.as_slice())) {
                        offers.insert(name.clone(), whole);
                    }
                }
            }
        }
        Files { offered: all }
    }

    /// The file that a path from the root leads to, through what files offer on.
    fn of(&self, path: &[String]) -> Option<&'a [String]> {
        let mut path = path.to_vec();
        // As many offers in a row as nobody writes.
        for _ in 0..8 {
            let (file, offers) = (1..=path.len()).rev().find_map(|n| self.offered.get_key_value(&path[..n]))?;
            match path.get(file.len()).and_then(|name| offers.get(name)).filter(|to| !path.starts_with(to)) {
                Some(to) => path = to.iter().chain(&path[file.len() + 1..]).cloned().collect(),
                None => return Some(file),
            }
        }
        None
    }
}

/// The one file that names all those that use it: the error of the command line sums up those of its commands, which
/// return it.
const SUMS_UP: &str = "cli/error";

/// Circles of files: each uses the next and the last one the first. The file of a folder and those in it speak for each
/// other, so that going up or down between them is no use.
fn circles(sources: &[(Vec<String>, String)]) -> Vec<String> {
    let files: Vec<(Vec<String>, Vec<Token>)> =
        sources.iter().map(|(module, source)| (module.clone(), without_tests(&tokens(source)))).collect();
    let known = Files::new(&files);
    let uses: BTreeMap<&[String], BTreeSet<&[String]>> = files
        .iter()
        .map(|(module, tokens)| {
            let sums_up = module.join("/") == SUMS_UP;
            let all = paths(tokens, module).into_iter().filter(|path| path[0] == "crate" && !sums_up);
            let used = all.filter_map(|path| known.of(&path[1..]));
            let apart = used.filter(|used| !used.starts_with(module) && !module.starts_with(used));
            (module.as_slice(), apart.collect())
        })
        .collect();
    let mut found = BTreeMap::new();
    for begin in uses.keys() {
        // The shortest way back to where it began.
        let mut from: BTreeMap<&[String], &[String]> = BTreeMap::new();
        let mut next = VecDeque::from([*begin]);
        while let Some(file) = next.pop_front().filter(|_| !from.contains_key(begin)) {
            for used in &uses[file] {
                if !from.contains_key(used) {
                    from.insert(used, file);
                    next.push_back(used);
                }
            }
        }
        let mut circle = Vec::new();
        let mut at = *begin;
        while let Some(before) = from.get(at).filter(|_| from.contains_key(begin)) {
            circle.push(at.join("/"));
            at = before;
            if at == *begin {
                let members: BTreeSet<String> = circle.iter().cloned().collect();
                circle.push(at.join("/"));
                circle.reverse();
                found.entry(members).or_insert_with(|| circle.join(" uses "));
                break;
            }
        }
    }
    found.into_values().collect()
}

/// Files of the window that say nothing in it: what the terminal is told, and keys of a file.
const NOT_IN_THE_WINDOW: [&str; 3] = ["gui/start", "gui/measure", "gui/kept"];

/// What takes a text that nobody reads: ids, reasons of a frame, names of files, units.
const TAKES_NO_PROSE: [&str; 14] = [
    "with",
    "unique",
    "from_id_salt",
    "id_salt",
    "push_id",
    "id",
    "Grid",
    "Id",
    "request_discard",
    "var_os",
    "env",
    "include_bytes",
    "extension",
    "of",
];

/// Units, and words that are keys: options of switches, ids handed on, files.
const KEYS: [&str; 36] = [
    "mmHg",
    "cmH₂O",
    "kPa",
    "mL",
    "mL/dL",
    "mL/L",
    "mL/min",
    "L/min",
    "g/dL",
    "/min",
    "min",
    "cmH",
    "on",
    "follows",
    "json",
    "csv",
    "png",
    "svg",
    "body",
    "moves",
    "effects",
    "trend",
    "window",
    "figure",
    "plot",
    "slider",
    "splitter",
    "kept in sight",
    "here",
    "number",
    "bold",
    "isoshunt",
    "DejaVu Sans",
    "DejaVu Sans Bold",
    "speed of both",
    "slider with the focus",
];

/// Texts for people that stand in a source of the window, where the lists of `text::words` should be asked.
fn prose(module: &[String], source: &str) -> Vec<String> {
    if module.first().is_none_or(|room| room != "gui") || NOT_IN_THE_WINDOW.contains(&module.join("/").as_str()) {
        return Vec::new();
    }
    let shipped = without_tests(&tokens(source));
    let mut out = Vec::new();
    let mut in_attribute = 0;
    for (i, token) in shipped.iter().enumerate() {
        match token {
            // The text of an error is said.
            Token::Mark('#') if shipped.get(i + 2).and_then(Token::word) != Some("error") => in_attribute = 1,
            Token::Mark(']') => in_attribute = 0,
            Token::Quoted(text) if in_attribute == 0 && is_prose(text) && !is_taken(&shipped, i) => {
                out.push(format!("`{}` says “{text}”: the lists of `text::words` are the place", module.join("/")));
            }
            _ => {}
        }
    }
    out
}

/// Whether a text holds a word; places, escapes, keys and units are none.
fn is_prose(text: &str) -> bool {
    let is_key = text.contains(['_', '.', '-'])
        && !text.contains(' ')
        && text.starts_with(|c: char| c.is_lowercase() || c == '{');
    if is_key || KEYS.contains(&text) {
        return false;
    }
    let mut letters = 0;
    let mut place = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '{' => place += 1,
            '}' => place -= 1,
            '\\' => drop(chars.next()),
            c if c.is_alphabetic() && place == 0 => letters += 1,
            _ => letters = 0,
        }
        if letters == 2 {
            return true;
        }
    }
    false
}

/// Whether the text at `i` is handed to what takes no prose: `salt("x")`, `salt(("x", n))`, `Grid::new("x")`.
fn is_taken(tokens: &[Token], i: usize) -> bool {
    let before = |i: usize| tokens[..i].iter().rposition(|token| !matches!(token, Token::Mark('(' | '!')));
    let opened = i > 0 && tokens[i - 1] == Token::Mark('(');
    let Some(at) = before(i).filter(|_| opened) else { return false };
    let taker = match tokens[at].word() {
        Some("new") if at >= 3 && joins(tokens, at - 2) => tokens[at - 3].word(),
        word => word,
    };
    taker.is_some_and(|taker| TAKES_NO_PROSE.contains(&taker))
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

/// The list that README gives of them is that.
#[test]
fn inv_readme_lists_the_modules_in_their_order() {
    let readme = include_str!("../README.md");
    let table = readme.split_once("| in `src/` | is |").expect("the list").1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let named: Vec<&str> = rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(named, LAYERS);
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
        ("store/memory", "use std::fs;"),
        ("store", "use std::thread;"),
        ("app", "use std::path::PathBuf;"),
        ("gui/window", "fn f(path: &std::path::Path) {}"),
        ("gui/window", "use std::env;"),
        ("gui/window", "use crate::store::{AnyStore, native::files::Files};"),
        ("app", "use crate::store::native;"),
        ("app", "use crate::store; fn f() { store::native::read_bounded(\"x\") }"),
        ("app", "use crate::store::*;"),
        ("app", "fn f() -> u32 { std::process::id() }"),
        ("gui", "use std::time::Instant;"),
        ("app", "use web_time::Instant;"),
        ("gui", "fn f(path: &Path) -> bool { path.exists() }"),
        ("app", "fn f(paths: &[PathBuf]) -> bool { paths.iter().any(|path| path.is_file()) }"),
        ("cli", "const ASKS: fn(&Path) -> bool = Path::exists;"),
        ("attic", "fn f() {}"),
        ("sim", "use nalgebra::ComplexField;"),
        ("sim", "fn f(x: f64) -> f64 { num_traits::Float::exp(x) }"),
        ("gui", "fn f(x: nalgebra::DMatrix<f64>) {}"),
        ("sim", "use wide::f64x4 as X;"),
        ("physiology", "fn f(x: f64) -> f64 { libm::exp(x) }"),
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
        ("store/native", "use std::fs::File;"),
        ("store/native/files", "use std::{path::Path, thread};"),
        ("store/memory", "use std::path::Path;"),
        ("cli/deck", "use std::path::Path; use crate::store::native;"),
        ("gui/start", "use crate::store::native::files::Files; use std::env;"),
        ("app", "use crate::store::{self, AnyStore, clock}; fn f() { store::clock::now() }"),
        ("gui", "use web_time::Instant; use egui::Ui;"),
        ("store/clock", "use web_time::SystemTime;"),
        ("store/native", "fn f(path: &Path) -> bool { path.exists() }"),
        ("sim", "fn exists(read_dir: f64) -> f64 { read_dir }"),
        ("app", "use std::time::Duration;"),
        ("main", "use std::process::ExitCode;"),
        ("store/native/autosave", "fn f() -> u32 { std::process::id() }"),
        ("numerics", "use std::f64::consts::PI;"),
        ("numerics", "use wide::f64x4; fn f(x: f64) -> f64 { libm::expm1(x) }"),
        ("main", "use isoshunt::gui;"),
    ] {
        assert!(!broken(module, source), "{module}: {source} should be allowed");
    }
}

#[test]
fn inv_the_window_says_what_the_lists_of_words_hold() {
    let found: Vec<String> = sources().iter().flat_map(|(module, source)| prose(module, source)).collect();
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}

#[test]
fn inv_the_checker_finds_prose() {
    let says = |module: &str, source: &str| {
        let module: Vec<String> = module.split('/').map(str::to_owned).collect();
        !prose(&module, source).is_empty()
    };
    for source in [
        "fn f(ui: &mut Ui) { ui.button(\"Save\"); }",
        "const NAME: &str = \"two words\";",
        "fn f(n: u32) -> String { format!(\"{n} votes\") }",
        "fn f() -> Button { Button::new(\"no\") }",
        "#[error(\"{n} is too many\")] struct E { n: u32 }",
        "fn f() -> &'static str { r#\"He said \"no\"\"# }",
        "fn f(o: bool) -> (&str, &str) { (\"mmHg\", if o { \"\\nopen\" } else { \"\" }) }",
        "fn f(id: Id) -> Id { id.with(format!(\"shut {}\", 1)) }",
    ] {
        assert!(says("gui/explore/bar", source), "{source}");
        assert!(!says("sim/params", source) && !says("gui/measure", source), "{source}");
    }
    for source in [
        "// Save\nfn f(ui: &mut Ui) { ui.button(words::files::save()); }",
        "fn f(id: Id) -> Id { id.with((\"lung in sight\", 1)).with(\"small path\") }",
        "fn f(ui: &mut Ui) { Grid::new(\"four gases\"); ComboBox::from_id_salt(\"one more\"); Id::unique(\"board\"); }",
        "fn f(units: DisplayUnits) -> String { format!(\"{} {:.1} %, {unit}\", units.of(\"g/dL\"), 1.0) }",
        "#[serde(alias = \"scent of it\")] struct S;",
        "#[cfg(target_arch = \"wasm32\")] fn f() -> &'static str { \"po2_art_mmhg\" }",
        "fn f() -> &'static str { \"A\\u{a0}\\n↷ {name:.0} ✗ \" }",
        "#[cfg(test)] mod tests { const NAME: &str = \"two words\"; }",
    ] {
        assert!(!says("gui/explore/bar", source), "{source}");
    }
}

#[test]
fn inv_no_files_use_each_other_in_a_circle() {
    let found = circles(&sources());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn inv_the_checker_finds_circles() {
    let found = |files: &[(&str, &str)]| {
        let split = |module: &str| module.split('/').map(str::to_owned).collect();
        circles(&files.iter().map(|(module, source)| (split(module), (*source).to_owned())).collect::<Vec<_>>())
    };
    let two = [("sim/a", "use super::b::B;"), ("sim/b", "fn f() -> crate::sim::a::A {}")];
    assert_eq!(found(&two), ["sim/a uses sim/b uses sim/a"]);
    let three = [("a", "use crate::b::X;"), ("b", "use crate::{c::{Y, Z}, d};"), ("c", "use crate::a;"), ("d", "")];
    assert_eq!(found(&three), ["a uses b uses c uses a"]);
    let offered = [
        ("sim", "mod a; mod b; pub use a::A; pub(crate) use b::{B, deep::C};"),
        ("sim/a", "use crate::sim::C;"),
        ("sim/b", "use super::A;"),
        ("sim/b/deep", "use self::own::X; mod own {} "),
    ];
    assert_eq!(found(&offered), Vec::<String>::new(), "a folder speaks for its files, not for one another");
    let through = [("sim", "pub use self::{a::A, b::B};"), ("sim/a", "use super::B;"), ("sim/b", "use super::A;")];
    assert_eq!(found(&through), ["sim/a uses sim/b uses sim/a"]);
    let fine = [
        ("sim", "use a::A; fn f() {}"),
        ("sim/a", "use super::f; use crate::units::K; #[cfg(test)] mod tests { use crate::sim::b::B; }"),
        ("sim/b", "// use crate::sim::a\nuse super::a::A;"),
        ("units", "use std::a; use core::sim;"),
    ];
    assert_eq!(found(&fine), Vec::<String>::new());
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
