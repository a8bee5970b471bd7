//! A text for people with its key, and the list in which such texts stand.
//!
//! `words!` makes of every line of a list a function of that name: a text that is not there does not compile, one that
//! nobody says is dead code, and its values are named. [`super::words`] says how a line is written.

use std::{
    fmt::{Display, Write},
    sync::OnceLock,
};

/// A text with its key and the places where values stand in it.
#[derive(Debug)]
pub struct Text {
    key: &'static str,
    places: &'static [&'static str],
    english: Forms<&'static str>,
    translated: OnceLock<Forms<String>>,
}

/// How a text is said of one thing, where that differs, and of any other number of them.
#[derive(Debug, Clone)]
pub(super) struct Forms<T> {
    pub(super) one: Option<T>,
    pub(super) other: T,
}

/// What is wrong with the places of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// A brace is not closed, or what stands behind the name is not `:.` and a digit.
    Malformed,
    /// A place that has no value.
    NoValue,
    /// A value that has no place: which of the values.
    NoPlace(usize),
}

impl Text {
    /// A text of the list; where a place has no value or a value no place, it does not compile.
    pub(super) const fn new(
        key: &'static str,
        places: &'static [&'static str],
        one: Option<&'static str>,
        other: &'static str,
    ) -> Self {
        assert!(misplaced(other, places, false).is_none(), "the places of a text are not its values");
        if let Some(one) = one {
            assert!(misplaced(one, places, true).is_none(), "the places of a text are not its values");
        }
        Text { key, places, english: Forms { one, other }, translated: OnceLock::new() }
    }

    /// The key: name of the list, a full stop, name of the text.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// Names of the values that stand in it.
    #[must_use]
    pub fn places(&self) -> &'static [&'static str] {
        self.places
    }

    pub(super) fn english(&self) -> &Forms<&'static str> {
        &self.english
    }

    /// Says it in another language from now on; what was said first stays.
    pub(super) fn translate(&self, forms: Forms<String>) {
        self.translated.get_or_init(|| forms);
    }

    /// The text in the language of the window.
    pub(super) fn said(&'static self) -> &'static str {
        self.translated.get().map_or(self.english.other, |forms| &forms.other)
    }

    /// The text with its values, in the order of [`Text::places`].
    pub(super) fn with(&self, values: &[&dyn Display]) -> String {
        filled(self.translated.get().map_or(self.english.other, |forms| &forms.other), self.places, values)
    }

    /// The text of so many, its first value.
    pub(super) fn counted(&self, count: usize, values: &[&dyn Display]) -> String {
        let one = match self.translated.get() {
            Some(forms) => forms.one.as_deref(),
            None => self.english.one,
        };
        one.filter(|_| count == 1).map_or_else(|| self.with(values), |one| filled(one, self.places, values))
    }
}

/// A text with its values at their places.
fn filled(text: &str, places: &[&str], values: &[&dyn Display]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
    {
        out.push_str(before);
        let (name, digits) = place.split_once(":.").unwrap_or((place, ""));
        if let Some((_, value)) = places.iter().zip(values).find(|(place, _)| **place == name) {
            // A String takes all that is written to it.
            let _ = match digits.parse::<usize>() {
                Ok(digits) => write!(out, "{value:.digits$}"),
                Err(_) => write!(out, "{value}"),
            };
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether every place of a text has a value and every value a place; of one thing the count may go unsaid.
pub(super) const fn misplaced(text: &str, places: &[&str], of_one: bool) -> Option<Misplaced> {
    let text = text.as_bytes();
    let mut placed = [false; MOST_PLACES];
    let mut i = 0;
    while i < text.len() {
        if text[i] == b'}' {
            return Some(Misplaced::Malformed);
        }
        if text[i] == b'{' {
            let begin = i + 1;
            let mut end = begin;
            while end < text.len() && (text[end].is_ascii_alphanumeric() || text[end] == b'_') {
                end += 1;
            }
            let mut closed = end;
            if end + 2 < text.len() && text[end] == b':' && text[end + 1] == b'.' && text[end + 2].is_ascii_digit() {
                closed = end + 3;
            }
            if closed == text.len() || text[closed] != b'}' {
                return Some(Misplaced::Malformed);
            }
            let mut known = false;
            let mut p = 0;
            while p < places.len() {
                if is_at(text, begin, end, places[p].as_bytes()) {
                    (known, placed[p]) = (true, true);
                }
                p += 1;
            }
            if !known {
                return Some(Misplaced::NoValue);
            }
            i = closed;
        }
        i += 1;
    }
    let mut p = if of_one { 1 } else { 0 };
    while p < places.len() {
        if !placed[p] {
            return Some(Misplaced::NoPlace(p));
        }
        p += 1;
    }
    None
}

/// Most values of a text.
const MOST_PLACES: usize = 8;

const fn is_at(text: &[u8], begin: usize, end: usize, name: &[u8]) -> bool {
    if end - begin != name.len() {
        return false;
    }
    let mut i = 0;
    while i < name.len() {
        if text[begin + i] != name[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// A list of texts: each line becomes a function that says it.
macro_rules! words {
    ($list:literal: $($name:ident $(($($place:ident),+))? = $text:literal $(or $many:literal)?;)+) => {
        #[allow(non_camel_case_types, reason = "named as the functions are")]
        enum At { $($name),+ }

        pub(super) static TEXTS: [$crate::text::message::Text; [$(stringify!($name)),+].len()] = [$(
            words!(@text concat!($list, ".", stringify!($name)), &[$($(stringify!($place)),+)?], $text $(, $many)?)
        ),+];

        $(words!(@say $name $(($($place),+))? = $text $(or $many)?);)+
    };
    (@text $key:expr, $places:expr, $text:literal) => {
        $crate::text::message::Text::new($key, $places, None, $text)
    };
    (@text $key:expr, $places:expr, $one:literal, $many:literal) => {
        $crate::text::message::Text::new($key, $places, Some($one), $many)
    };
    (@say $name:ident = $text:literal) => {
        #[doc = $text]
        pub(crate) fn $name() -> &'static str {
            TEXTS[At::$name as usize].said()
        }
    };
    (@say $name:ident($($place:ident),+) = $text:literal) => {
        #[doc = $text]
        #[allow(clippy::too_many_arguments, reason = "as many as there are places")]
        pub(crate) fn $name($($place: impl std::fmt::Display),+) -> String {
            TEXTS[At::$name as usize].with(&[$(&$place),+])
        }
    };
    (@say $name:ident($count:ident $(, $place:ident)*) = $one:literal or $many:literal) => {
        #[doc = $many]
        pub(crate) fn $name($count: usize $(, $place: impl std::fmt::Display)*) -> String {
            TEXTS[At::$name as usize].counted($count, &[&$count $(, &$place)*])
        }
    };
}
pub(super) use words;

#[cfg(test)]
mod tests {
    use super::*;

    static SHARE: Text = Text::new("list.share", &["what", "percent"], None, "{what}: {percent:.1} % of all");
    static VOTES: Text =
        Text::new("list.votes", &["count", "whose"], Some("1 vote of {whose}"), "{count} votes of {whose}");

    #[test]
    fn inv_values_stand_at_their_places() {
        assert_eq!(SHARE.with(&[&"Shunt", &30.26]), "Shunt: 30.3 % of all");
        assert_eq!([0, 1, 2].map(|n| VOTES.counted(n, &[&n, &"A"])), ["0 votes of A", "1 vote of A", "2 votes of A"]);
        let german = Forms { one: None, other: "Von allen {percent:.2} %: {what}".to_owned() };
        SHARE.translate(german);
        assert_eq!(SHARE.with(&[&"Shunt", &30.26]), "Von allen 30.26 %: Shunt");
        SHARE.translate(Forms { one: None, other: "later".to_owned() });
        assert_eq!(SHARE.said(), "Von allen {percent:.2} %: {what}", "the language does not change while it is spoken");
    }

    #[test]
    fn inv_places_and_values_are_the_same() {
        let of = |text, of_one| misplaced(text, &["count", "what"], of_one);
        assert_eq!(of("{count:.0} of {what}, {what}", false), None);
        assert_eq!(of("one of {what}", true), None);
        assert_eq!(of("one of {what}", false), Some(Misplaced::NoPlace(0)));
        assert_eq!(of("{count} of all", false), Some(Misplaced::NoPlace(1)));
        assert_eq!(of("{count}{what} {wha}", false), Some(Misplaced::NoValue));
        for text in
            ["{count", "{count} {what} }", "{count:1} {what}", "{count:.x} {what}", "{} {what}", "{{count} {what}"]
        {
            let fault = of(text, false);
            assert!(matches!(fault, Some(Misplaced::Malformed | Misplaced::NoValue)), "{text}: {fault:?}");
        }
    }
}
