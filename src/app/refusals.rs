//! What a host refuses: its answers come when they come, and each stands until it can have been read.

use std::collections::VecDeque;

/// For how long one stands in sight at least, s, whatever is done meanwhile.
const READING_S: f64 = 6.0;
/// And where the host is asked for another thing, which nobody does who has not looked.
const GLANCE_S: f64 = 1.0;
/// Most that wait; the oldest goes.
const MOST: usize = 8;

/// Refusals in the order in which they came; the first is in sight.
#[derive(Debug, Clone, Default)]
pub struct Refusals {
    waiting: VecDeque<String>,
    /// For how long the first has been in sight, s.
    seen_s: f64,
}

impl Refusals {
    /// One has come; what waits already is not told twice.
    pub fn push(&mut self, text: String) {
        if self.waiting.contains(&text) {
            return;
        }
        if self.waiting.len() == MOST {
            self.dismiss();
        }
        self.waiting.push_back(text);
    }

    /// The one in sight.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.waiting.front().map(String::as_str)
    }

    /// Lets time pass in which they are in sight, s.
    pub fn seen(&mut self, elapsed_s: f64) {
        if !self.waiting.is_empty() {
            self.seen_s += elapsed_s;
        }
    }

    /// Something else was done: what has been in sight for long enough has been read.
    pub fn act(&mut self) {
        self.end_after(READING_S);
    }

    /// The host was asked for another thing.
    pub fn ask(&mut self) {
        self.end_after(GLANCE_S);
    }

    /// Takes the one in sight away; whether there was any.
    pub fn dismiss(&mut self) -> bool {
        self.seen_s = 0.0;
        self.waiting.pop_front().is_some()
    }

    fn end_after(&mut self, seen_s: f64) {
        if self.seen_s >= seen_s {
            self.dismiss();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_a_refusal_stands_until_it_can_have_been_read() {
        let mut refusals = Refusals::default();
        refusals.act();
        assert!(!refusals.dismiss());
        for text in ["the disk is full", "no such file", "the disk is full"] {
            refusals.push(text.to_owned());
        }
        // The second is not in sight yet, however long the first is.
        refusals.seen(READING_S - 0.1);
        refusals.act();
        assert_eq!(refusals.first(), Some("the disk is full"));
        refusals.seen(0.2);
        refusals.act();
        assert_eq!(refusals.first(), Some("no such file"));
        refusals.seen(GLANCE_S);
        refusals.act();
        assert_eq!(refusals.first(), Some("no such file"));
        refusals.ask();
        assert_eq!(refusals.first(), None);
        for i in 0..=MOST {
            refusals.push(i.to_string());
        }
        assert_eq!(refusals.first(), Some("1"), "the oldest has gone");
    }
}
