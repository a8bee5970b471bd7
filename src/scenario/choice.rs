//! The options of a question, as decks and the bank have them: words, a range of answers, and who would choose it. Which
//! is right stands in no file: it is the one whose range holds what the model computes.

use super::beliefs::{self, Belief};
use super::fault::Fault;
use super::fields::Told;
use super::span::{Span, ends};
use super::tree::{Node, Report, Step};
use crate::text::shown;

/// An option.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its words.
    pub text: Told,
    /// Which answers it means: its upper end is left out, but for the highest of all.
    pub span: Span,
    /// Who would choose it; none where it is right.
    pub believed: Option<Believed>,
}

/// Who would choose a wrong option.
#[derive(Debug, Clone, PartialEq)]
pub enum Believed {
    /// Who holds this belief.
    Belief(&'static Belief),
    /// Somebody else.
    Other {
        /// Why.
        why: String,
    },
}

/// How a question has lost its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// No option's range holds the answer.
    None,
    /// More than one does.
    Several,
}

/// The option whose range holds an answer, by its index.
///
/// # Errors
/// [`NoKey`] where it is not exactly one.
pub fn right(options: &[Choice], answer: f64) -> Result<usize, NoKey> {
    let top = options.iter().map(|option| option.span.high).fold(f64::NEG_INFINITY, f64::max);
    let holds = |span: &Span| answer >= span.low && (answer < span.high || (span.high >= top && answer <= top));
    let mut holding = options.iter().enumerate().filter(|(_, option)| holds(&option.span));
    match (holding.next(), holding.next()) {
        (Some((index, _)), None) => Ok(index),
        (None, _) => Err(NoKey::None),
        (Some(_), Some(_)) => Err(NoKey::Several),
    }
}

/// Reads an option whose words `text` reads.
pub(super) fn choice<'t>(
    r: &mut Report<'t>,
    node: &Node<'t>,
    text: impl FnOnce(&mut Report<'t>, &Node<'t>) -> Option<Told>,
) -> Option<Choice> {
    let object = r.object_of(node, &["text", "low", "high", "belief", "why"])?;
    let text = r.at(object, "text", text);
    let span = ends(r, object);
    let believed = match object.get("belief") {
        Node::Text(word) if word == "none" => {
            let why = r.at(object, "why", |r, node| r.prose(node, false));
            why.map(|why| Some(Believed::Other { why }))
        }
        node => {
            if *object.get("why") != Node::Absent {
                r.unknown_key("why", Vec::new);
            }
            match node {
                Node::Absent => Some(None),
                node => r
                    .within(Step::Key("belief".into()), |r| belief(r, node, "the name of a belief, or `none`"))
                    .map(|b| Some(Believed::Belief(b))),
            }
        }
    };
    Some(Choice { text: text?, span: span?, believed: believed? })
}

/// Names options whose ranges share more than an end: an answer could be in both.
pub(super) fn apart(r: &mut Report<'_>, options: &[Choice]) -> Option<()> {
    let mut sound = Some(());
    for (index, option) in options.iter().enumerate() {
        if let Some(first) = options[..index].iter().position(|other| other.span.overlaps(&option.span)) {
            let reason = format!("overlaps options[{first}]: an answer could be in both");
            r.within(Step::Index(index), |r| r.fault(|path| Fault::NotPossible { path, reason }));
            sound = None;
        }
    }
    sound
}

/// Reads the name of a belief, where `expected` belongs.
pub(super) fn belief(r: &mut Report<'_>, node: &Node<'_>, expected: &str) -> Option<&'static Belief> {
    let name = r.prose(node, false)?;
    match beliefs::find(&name) {
        Ok(belief) => Some(belief),
        Err(near) => {
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
            let expected = format!("{expected}{hint}");
            r.fault(|path| Fault::WrongText { path, found: shown(&name), expected });
            None
        }
    }
}
