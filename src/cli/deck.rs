//! `deck`: lectures, checked, played and printed without a window.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use thiserror::Error;

use super::args::{Deck as Options, DeckCheck, DeckHandout, DeckPlay, DeckVerb};
use super::error::{CliError, Exit};
use super::outputs;
use super::print::{Json, LINE, Object, wrapped};
use crate::app::handout;
use crate::app::lesson::{self, Key, Lesson, said};
use crate::app::lesson_check::check;
use crate::app::lesson_pictures::{Picture, Shown, Who};
use crate::app::page::lecture::ask::Source;
use crate::app::votes::{Advice, Vote};
use crate::app::votes_csv;
use crate::scenario::choice::{Choice, NoKey};
use crate::scenario::deck::{Ask, Body, Deck, FILES, Scene};
use crate::scenario::fields::Told;
use crate::scenario::is_id;
use crate::sim::reading::observable::Observable;
use crate::sim::reading::quantity::Quantity;
use crate::store::{name_of, native};
use crate::text::display_units::DisplayUnits;
use crate::text::{number, shown};

/// Why a deck was not checked, played or printed.
#[derive(Debug, Error)]
pub enum DeckError {
    /// No deck in the program has the name.
    #[error(
        "no deck is called `{name}`; there are {}, and a file's name contains / or .json",
        FILES.map(|(id, _)| id).join(", "),
        name = shown(.name)
    )]
    UnknownName {
        /// The name as given.
        name: String,
    },
    /// A step that the deck has not.
    #[error("{deck} has no step `{step}`", step = shown(.step))]
    NoStep {
        /// The deck.
        deck: String,
        /// The step as given.
        step: String,
    },
    /// A vote that is none.
    #[error("`{text}` is no vote: write STEP=COUNT,COUNT,..., a count for each option of that step", text = shown(.text))]
    Vote {
        /// The text as given.
        text: String,
    },
    /// A third vote.
    #[error("step `{step}` is voted on three times: a first vote and a second are counted", step = shown(.step))]
    ThirdVote {
        /// Which step.
        step: String,
    },
}

/// A deck that the window opens with.
#[derive(Debug)]
pub struct DeckOpening {
    /// The deck.
    pub deck: Deck,
    /// Where it is from.
    pub source: Source,
    /// Number, from 1, or name of the step that it opens on.
    pub step: Option<String>,
}

/// Does what is asked for.
///
/// # Errors
/// [`CliError`]: a deck that is unknown or refused, a vote that is none, a file that cannot be written.
pub(super) fn execute(out: &mut dyn Write, options: &Options) -> Result<Exit, CliError> {
    match &options.verb {
        DeckVerb::Check(DeckCheck { deck }) => checked(out, deck),
        DeckVerb::Play(play) => played(out, play),
        DeckVerb::Handout(DeckHandout { deck, out: path }) => {
            outputs::apart(&[("the deck", file(deck)), ("--out", Some(path.as_path()))])?;
            let lesson = Lesson::open(load(deck)?);
            native::write_atomic(path, handout::html(&lesson, DisplayUnits::default()).as_bytes())?;
            Ok(Exit::Done)
        }
        DeckVerb::List => {
            for (id, _) in FILES {
                let deck = load(Path::new(id))?;
                writeln!(out, "{id}  {} ({} min, {} steps)", deck.title, number(deck.minutes), deck.steps.len())?;
            }
            Ok(Exit::Done)
        }
    }
}

/// Reads what `--deck` names: a deck, and after a colon a step of it.
///
/// # Errors
/// [`CliError`]: a deck that is unknown or refused, a step that it has not.
pub(super) fn opening(named: &OsStr) -> Result<DeckOpening, CliError> {
    let named = &name_of(Path::new(named));
    let parts = named.rsplit_once(':').filter(|(deck, step)| !deck.is_empty() && is_id(step));
    let (name, step) = parts.map_or((named.as_str(), None), |(deck, step)| (deck, Some(step)));
    let path = native::path_of(name);
    let deck = load(&path)?;
    if let Some(step) = step {
        let by_number = step.parse::<usize>().is_ok_and(|number| (1..=deck.steps.len()).contains(&number));
        if !by_number && !deck.steps.iter().any(|of| of.id == step) {
            return Err(DeckError::NoStep { deck: deck.id, step: step.to_owned() }.into());
        }
    }
    // What has no deck of the program behind it was read from here.
    let is_built_in = built_in(&path).is_some_and(|id| lesson::builtin(id).is_ok());
    let source = if is_built_in { Source::Program(name.to_owned()) } else { Source::File(name.to_owned()) };
    Ok(DeckOpening { deck, source, step: step.map(str::to_owned) })
}

/// The name of a deck in the program, where this is none of a file.
fn built_in(name: &Path) -> Option<&str> {
    name.to_str().filter(|name| !name.contains('/') && !name.contains(".json"))
}

fn file(name: &Path) -> Option<&Path> {
    Some(name).filter(|name| built_in(name).is_none())
}

/// Reads a deck: a name with a `/` or `.json` in it is a file, any other a deck in the program, or, where none is called
/// so, what lies here under that name.
fn load(name: &Path) -> Result<Deck, CliError> {
    let unknown = match built_in(name).map(|id| (id, lesson::builtin(id))) {
        Some((_, Ok(deck))) => return Ok(deck),
        Some((id, Err(_))) => Some(DeckError::UnknownName { name: id.to_owned() }),
        None => None,
    };
    match (native::read_bounded(name), unknown) {
        (Err(reason), Some(unknown)) if reason.is_missing() => Err(unknown.into()),
        (read, _) => Ok(lesson::read(read?, &name.to_string_lossy())?),
    }
}

fn checked(out: &mut dyn Write, name: &Path) -> Result<Exit, CliError> {
    let lesson = Lesson::open(load(name)?);
    let deck = lesson.deck();
    let questions = deck.steps.iter().filter_map(|step| step.scene()?.ask.as_ref()).count();
    writeln!(
        out,
        "{} ({}): {} steps, {questions} questions, {} min",
        deck.title,
        deck.id,
        deck.steps.len(),
        number(deck.minutes)
    )?;
    for (index, step) in deck.steps.iter().enumerate() {
        let Some(ask) = step.scene().and_then(|scene| scene.ask.as_ref()) else { continue };
        let key = match lesson.key(index) {
            Some(Key::Right(right)) => format!("{}", right + 1),
            _ => "none".to_owned(),
        };
        let answer = lesson.worked(index).and_then(|worked| worked.answer.clone());
        let answer = match answer {
            Some(Ok(value)) => told(ask, value),
            Some(Err(reason)) => reason.to_string(),
            None => String::new(),
        };
        writeln!(out, "{:3}  {}: {answer}, option {key} of {}", index + 1, step.id, ask.options.len())?;
    }
    let remarks = check(&lesson);
    for remark in &remarks {
        writeln!(out, "{}: {}", remark.path, remark.what)?;
    }
    writeln!(out, "{}", if remarks.is_empty() { "sound".to_owned() } else { format!("{} to mend", remarks.len()) })?;
    Ok(if remarks.is_empty() { Exit::Done } else { Exit::Difference })
}

/// An answer as it is told: a change as such, a share of a change in percent.
fn told(ask: &Ask, value: f64) -> String {
    let relative = ask.answer.is_relative();
    let seconds = ask.answer.unit() == "s" && ask.answer.is_in_time();
    match Observable::from_key(ask.answer.key()) {
        _ if relative => format!("{} changes by {:.1} %", ask.answer.key(), 100.0 * value),
        _ if seconds => format!("{} after {value:.1} s", ask.answer.key()),
        Some(what) => format!("{} {}", ask.answer.key(), said(what, value, DisplayUnits::default())),
        None => number(value),
    }
}

/// A first vote, and a second where there is one, of a step.
struct Voted {
    step: usize,
    votes: Vec<Vote>,
}

fn votes(deck: &Deck, texts: &[String]) -> Result<Vec<Voted>, CliError> {
    let mut out: Vec<Voted> = Vec::new();
    for text in texts {
        let wrong = || DeckError::Vote { text: text.clone() };
        let (step, counts) = text.split_once('=').ok_or_else(wrong)?;
        let by_number = step.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_name = deck.steps.iter().position(|of| of.id == step);
        let index = by_name.or(by_number).ok_or_else(wrong)?;
        let ask = deck.steps.get(index).and_then(|step| step.scene()?.ask.as_ref()).ok_or_else(wrong)?;
        let counts: Vec<u32> = counts.split(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
        if counts.len() != ask.options.len() {
            return Err(wrong().into());
        }
        let mut vote = Vote::new(counts.len());
        counts.iter().enumerate().for_each(|(option, count)| {
            vote.set(option, *count);
        });
        match out.iter_mut().find(|voted| voted.step == index) {
            Some(voted) if voted.votes.len() > 1 => return Err(DeckError::ThirdVote { step: step.to_owned() }.into()),
            Some(voted) => voted.votes.push(vote),
            None => out.push(Voted { step: index, votes: vec![vote] }),
        }
    }
    Ok(out)
}

fn played(out: &mut dyn Write, options: &DeckPlay) -> Result<Exit, CliError> {
    outputs::apart(&[("the deck", file(&options.deck)), ("--tally", options.tally.as_deref())])?;
    let deck = load(&options.deck)?;
    let voted = votes(&deck, &options.votes)?;
    let lesson = Lesson::open(deck);
    let units = DisplayUnits::default();
    let deck = lesson.deck();
    if options.json {
        let step = |index| stepped(&lesson, index, &voted, options.covered);
        let steps: Json = (0..deck.steps.len()).map(step).collect();
        let head = Object::default().with("id", deck.id.as_str()).with("title", deck.title.as_str());
        head.with("minutes", deck.minutes).with("steps", steps).print(out)?;
        return tallied(out, options, &lesson, &voted);
    }
    writeln!(out, "{}\n", deck.title)?;
    for (index, step) in deck.steps.iter().enumerate() {
        writeln!(out, "{}  {}", index + 1, lesson.filled(index, &step.title, true, units))?;
        let scene = match &step.body {
            Body::Scene(scene) => scene,
            Body::TakeHome(sentences) => {
                for sentence in sentences {
                    wrapped(out, 3, LINE, &lesson.filled(index, sentence, true, units))?;
                }
                continue;
            }
        };
        wrapped(out, 3, LINE, &lesson.filled(index, &scene.say, false, units))?;
        if let (Some(ask), Some(key)) = (&scene.ask, lesson.key(index)) {
            match key {
                Key::Right(right) => {
                    let of = voted.iter().find(|voted| voted.step == index);
                    asked(out, &lesson, (index, ask), right, of.map_or(&[], |voted| &voted.votes))?;
                }
                Key::Lost { how, answer } => {
                    let held = if how == NoKey::None { "no option" } else { "more than one option" };
                    wrapped(
                        out,
                        3,
                        LINE,
                        &format!("Not asked: the model answers {}, and {held} holds it.", number(answer)),
                    )?;
                }
                Key::NoAnswer(reason) => wrapped(out, 3, LINE, &format!("Not asked: {reason}."))?,
            }
        }
        if let Some(reveal) = &scene.reveal {
            wrapped(out, 3, LINE, &lesson.filled(index, reveal, true, units))?;
        }
        if let Some(notes) = &scene.notes {
            wrapped(out, 3, LINE, &format!("Notes: {}", lesson.filled(index, notes, true, units)))?;
        }
        writeln!(out)?;
    }
    tallied(out, options, &lesson, &voted)
}

/// Writes the votes, where that is asked for.
fn tallied(out: &mut dyn Write, options: &DeckPlay, lesson: &Lesson, voted: &[Voted]) -> Result<Exit, CliError> {
    if let Some(path) = &options.tally {
        let of = |step| voted.iter().find(|voted| voted.step == step).map_or(&[][..], |voted| &voted.votes);
        let rows = votes_csv::csv(lesson, of, |_| !options.covered);
        outputs::write(out, Some(path), |out| Ok(out.write_all(rows.as_bytes())?))?;
    }
    Ok(Exit::Done)
}

/// A step as JSON: what is seen of it before the reveal, and after.
fn stepped(lesson: &Lesson, index: usize, voted: &[Voted], covered: bool) -> Object {
    let units = DisplayUnits::default();
    let step = &lesson.deck().steps[index];
    let out = Object::default().with("id", step.id.as_str()).with("minutes", step.minutes);
    let Body::Scene(scene) = &step.body else {
        let Body::TakeHome(sentences) = &step.body else { return out };
        let sentence = |told| Object::default().with("says", lesson.filled(index, told, true, units));
        // Its numbers are those of all reveals.
        return if covered { out } else { out.with("take_home", sentences.iter().map(sentence).collect::<Json>()) };
    };
    let votes = voted.iter().find(|voted| voted.step == index).map_or(&[][..], |voted| &voted.votes);
    let counted = |vote: &Vote| Object::default().with("counts", vote.counts().to_vec());
    let out = out.with("votes", votes.iter().map(counted).collect::<Json>());
    let out = out.with("before", seen(lesson, index, scene, false));
    if covered {
        return out;
    }
    let right = lesson.right(index).map(|right| right + 1);
    out.with("after", seen(lesson, index, scene, true)).with("right", right)
}

/// What is seen of a step with a patient.
fn seen(lesson: &Lesson, index: usize, scene: &Scene, revealed: bool) -> Object {
    let units = DisplayUnits::default();
    let filled = |told: &Told| lesson.filled(index, told, revealed, units);
    let mut out = Object::default().with("title", filled(&lesson.deck().steps[index].title));
    out = out.with("says", filled(scene.reveal.as_ref().filter(|_| revealed).unwrap_or(&scene.say)));
    if let Some(ask) = scene.ask.as_ref().filter(|_| lesson.right(index).is_some()) {
        let option = |option: &Choice| Object::default().with("text", filled(&option.text));
        out = out.with("asks", filled(&ask.text)).with("options", ask.options.iter().map(option).collect::<Json>());
    }
    let shown = Shown { revealed, ..Shown::default() };
    let mut patients = Vec::new();
    for (who, subject) in [(Who::Here, Some(&scene.patient)), (Who::Other, scene.other.as_ref())] {
        let Some(subject) = subject else { continue };
        let sides = lesson.worked(index).and_then(|worked| match who {
            Who::Here => Some(&worked.here),
            Who::Other => worked.other.as_ref(),
        });
        let Some(sides) = sides else { continue };
        let outcome = if revealed { &sides.after } else { &sides.before };
        let tile = |tile: &&'static Quantity| {
            Object::default().with("key", tile.key).with("shows", lesson.tile(index, tile, outcome, revealed, units))
        };
        let picture = |picture: &Picture| Object::default().with("shows", picture.words());
        patients.push(
            Object::default()
                .with("patient", subject.scenario.id.as_str())
                .with("tiles", scene.tiles.iter().map(tile).collect::<Json>())
                .with("pictures", lesson.pictures(index, who, shown, units).iter().map(picture).collect::<Json>()),
        );
    }
    out.with("patients", patients.into_iter().collect::<Json>())
}

fn asked(
    out: &mut dyn Write,
    lesson: &Lesson,
    (index, ask): (usize, &Ask),
    right: usize,
    votes: &[Vote],
) -> Result<(), CliError> {
    let units = DisplayUnits::default();
    wrapped(out, 3, LINE, &lesson.filled(index, &ask.text, false, units))?;
    for (i, option) in ask.options.iter().enumerate() {
        let counts: Vec<String> = votes.iter().map(|vote| vote.counts()[i].to_string()).collect();
        let counted = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", then ")) };
        let mark = if i == right { "✓" } else { " " };
        let text = lesson.filled(index, &option.text, false, units);
        wrapped(out, 3, LINE, &format!("{mark} {} {text}{counted}", i + 1))?;
    }
    if let Some(advice) = votes.first().and_then(|vote| Advice::of(vote, right)) {
        wrapped(out, 3, LINE, &format!("After the first vote: {advice}."))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_before_the_reveal_json_tells_nothing_that_is_blind() {
        let mut steps = 0;
        let text = |lesson: &Lesson, index: usize, covered: bool| {
            let mut out = Vec::new();
            stepped(lesson, index, &[], covered).print(&mut out).expect("memory");
            out
        };
        for (id, _) in FILES {
            let lesson = Lesson::open(lesson::builtin(id).expect("in the program"));
            let blind =
                |index: &usize| lesson.deck().steps[*index].scene().is_some_and(|scene| !scene.blind.is_empty());
            for index in (0..lesson.deck().steps.len()).filter(blind) {
                let other = lesson.doubled(index).expect("a question with a key");
                let name = &lesson.deck().steps[index].id;
                assert!(
                    text(&lesson, index, true) == text(&other, index, true),
                    "{id}, {name}: told before the reveal"
                );
                assert!(text(&lesson, index, false) != text(&other, index, false), "{id}, {name}: the reveal tells");
                steps += 1;
            }
        }
        assert!(steps >= 8, "{steps}");
    }
}
