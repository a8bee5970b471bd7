//! Work on files that nobody waits for: one thread does it in the order in which it was asked, and the answers are
//! fetched later. A disk that hangs hangs here, and not where the patient breathes.

use std::fmt;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

type Errand<T> = Box<dyn FnOnce() -> T + Send>;

/// Errands, and the answers of those that are done.
pub struct Errands<T> {
    /// Where the thread waits for the next; none where each is done at once.
    asked: Option<Sender<Errand<T>>>,
    worker: Option<JoinHandle<()>>,
    answer: Sender<T>,
    answered: Receiver<T>,
    waiting: usize,
}

impl<T> fmt::Debug for Errands<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errands").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Errands<T> {
    /// Errands that are done at once, where they are asked: for a host without threads, and for tests.
    #[must_use]
    pub fn here() -> Self {
        let (answer, answered) = mpsc::channel();
        Errands { asked: None, worker: None, answer, answered, waiting: 0 }
    }

    /// Starts a thread for errands; after each it calls `wake`, so that the answer is fetched soon.
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub fn start(wake: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (asked, errands) = mpsc::channel::<Errand<T>>();
        let (answer, answered) = mpsc::channel();
        let done = answer.clone();
        let worker = thread::Builder::new().name("files".to_owned()).spawn(move || {
            for errand in errands {
                // Nobody may be left to hear it.
                let _ = done.send(errand());
                wake();
            }
        })?;
        Ok(Errands { asked: Some(asked), worker: Some(worker), answer, answered, waiting: 0 })
    }

    /// Asks for an errand.
    pub fn ask(&mut self, errand: impl FnOnce() -> T + Send + 'static) {
        self.waiting += 1;
        let undone = match &self.asked {
            None => Some(Box::new(errand) as Errand<T>),
            Some(asked) => asked.send(Box::new(errand)).err().map(|back| back.0),
        };
        if let Some(errand) = undone {
            // The receiver is this one's own.
            let _ = self.answer.send(errand());
        }
    }

    /// The next answer that is there, in the order of asking.
    pub fn answer(&mut self) -> Option<T> {
        let answer = self.answered.try_recv().ok()?;
        self.waiting -= 1;
        Some(answer)
    }

    /// How many have been asked for and not answered.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting
    }
}

impl<T> Drop for Errands<T> {
    /// Does what was asked for before it ends: a file that is being written is written.
    fn drop(&mut self) {
        self.asked = None;
        if let Some(worker) = self.worker.take() {
            // An errand that panicked has been told already.
            let _ = worker.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn inv_answers_come_in_order_and_nobody_waits_for_them() {
        let (woken, wakes) = mpsc::channel();
        let (let_go, held) = mpsc::channel::<()>();
        let mut errands = Errands::start(move || woken.send(()).expect("somebody listens")).expect("a thread");
        errands.ask(move || held.recv().map_or(0, |()| 1));
        errands.ask(|| 2);
        assert_eq!((errands.answer(), errands.waiting()), (None, 2), "the first one hangs");
        let_go.send(()).expect("it waits");
        wakes.iter().take(2).for_each(drop);
        assert_eq!([errands.answer(), errands.answer(), errands.answer()], [Some(1), Some(2), None]);
        assert_eq!(errands.waiting(), 0);
    }

    #[test]
    fn inv_what_was_asked_for_is_done_before_the_end() {
        let done = Arc::new(AtomicUsize::new(0));
        let mut errands = Errands::start(|| {}).expect("a thread");
        for _ in 0..20 {
            let done = Arc::clone(&done);
            errands.ask(move || done.fetch_add(1, Ordering::SeqCst));
        }
        drop(errands);
        assert_eq!(done.load(Ordering::SeqCst), 20);
    }

    #[test]
    fn inv_without_a_thread_the_answer_is_there_at_once() {
        let mut errands = Errands::here();
        errands.ask(|| 7);
        assert_eq!((errands.answer(), errands.waiting()), (Some(7), 0));
    }
}
