//! Answers that come later: each is told in the words of who asked, and fetched when there is time for it.

use std::fmt;
use std::sync::mpsc::{self, Receiver, Sender};

use super::StoreError;

/// Is called with an answer.
pub type Told<A> = Box<dyn FnOnce(A) + Send>;
/// Is called with an answer, or with why there is none.
pub type Done<A> = Told<Result<A, StoreError>>;

/// Where the answers to somebody's questions are kept until they are fetched.
pub struct Mailbox<T> {
    sender: Sender<Option<T>>,
    answers: Receiver<Option<T>>,
    waiting: usize,
}

/// Says that there will be no answer where a host lets a question go.
struct Promise<T> {
    sender: Sender<Option<T>>,
    is_kept: bool,
}

impl<T> Promise<T> {
    fn keep(mut self, answer: T) {
        // Nobody may be left to hear it.
        let _ = self.sender.send(Some(answer));
        self.is_kept = true;
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = self.sender.send(None);
        }
    }
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        let (sender, answers) = mpsc::channel();
        Mailbox { sender, answers, waiting: 0 }
    }
}

impl<T> fmt::Debug for Mailbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Mailbox<T> {
    /// What brings an answer here; `read` makes of it what was to be known, where the answer is given and not where it is
    /// fetched.
    pub fn expect<A: 'static>(&mut self, read: impl FnOnce(A) -> T + Send + 'static) -> Told<A> {
        self.waiting += 1;
        let promise = Promise { sender: self.sender.clone(), is_kept: false };
        Box::new(move |answer| promise.keep(read(answer)))
    }

    /// The next answer that is there.
    pub fn fetch(&mut self) -> Option<T> {
        loop {
            let answer = self.answers.try_recv().ok()?;
            self.waiting -= 1;
            if answer.is_some() {
                return answer;
            }
        }
    }

    /// How many have been asked for, may still be answered, and were not fetched.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting
    }
}

/// Seconds after which it is said that something has not answered.
const PATIENCE_S: f64 = 1.0;

/// For how long what was asked for last has not been answered.
#[derive(Debug, Default)]
pub struct Patience {
    /// Where it stands, and for how long, s; none where that was said.
    asked: Option<(String, f64)>,
}

impl Patience {
    /// Something was asked for.
    pub fn begin(&mut self, place: String) {
        self.asked = Some((place, 0.0));
    }

    /// Lets time pass, s; where that stands which `is_waited` for, once, when it has let wait for long.
    pub fn pass(&mut self, elapsed_s: f64, is_waited: bool) -> Option<String> {
        let (_, waited_s) = self.asked.as_mut()?;
        *waited_s += elapsed_s;
        if is_waited && *waited_s <= PATIENCE_S {
            return None;
        }
        self.asked.take().map(|(place, _)| place).filter(|_| is_waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_what_lets_wait_for_long_is_named_once() {
        let mut patience = Patience::default();
        patience.begin("one".to_owned());
        assert_eq!([0.5, 0.4].map(|elapsed_s| patience.pass(elapsed_s, true)), [None, None]);
        assert_eq!([0.2, 9.0].map(|elapsed_s| patience.pass(elapsed_s, true)), [Some("one".to_owned()), None]);
        patience.begin("other".to_owned());
        assert_eq!([(0.5, false), (9.0, true)].map(|(s, is_waited)| patience.pass(s, is_waited)), [None, None]);
    }

    #[test]
    fn inv_an_answer_is_fetched_once_in_the_words_of_who_asked() {
        let mut mailbox = Mailbox::default();
        let [one, other] = ["one", "other"].map(|name| mailbox.expect(move |bytes: usize| (name, bytes)));
        assert_eq!((mailbox.fetch(), mailbox.waiting()), (None, 2));
        other(2);
        one(1);
        assert_eq!([mailbox.fetch(), mailbox.fetch(), mailbox.fetch()], [Some(("other", 2)), Some(("one", 1)), None]);
        assert_eq!(mailbox.waiting(), 0);
        // Nobody waits for what the host has let go.
        drop(mailbox.expect(|bytes: usize| ("none", bytes)));
        assert_eq!((mailbox.waiting(), mailbox.fetch(), mailbox.waiting()), (1, None, 0));
        // Who is gone hears nothing, and that is no trouble for the store.
        let late = mailbox.expect(|bytes: usize| ("late", bytes));
        drop(mailbox);
        late(3);
    }
}
