//! What a run is worth: saved as it goes, and offered again after a crash.

use crate::app::run_view::RunView;
use crate::app::session::Session;
use crate::app::session_files::{Progress, progress, run_view, saved_run};
use crate::figure::trends::clock;
use crate::scenario::session::{self, Summary, UtcTime};
use crate::store::{AnyStore, Found, Left, Mailbox, SAVE_EVERY_S, Saves, StoreError};
use crate::text::words;

/// What has been answered.
#[derive(Debug)]
enum Heard {
    /// What earlier programs left.
    Found(Found),
    /// What was declined, or why it could not be put aside.
    Discarded(Result<(), StoreError>),
}

/// Saves of the running program, and what earlier ones left.
#[derive(Debug, Default)]
pub struct Autosaves {
    saves: Option<Box<dyn Saves>>,
    mailbox: Mailbox<Heard>,
    /// What is offered, the newest first.
    offers: Vec<Left>,
    /// The run that was restored, by its number: what it came from is put aside by its own saves alone.
    restored: Option<u64>,
    /// The state that was last handed to be saved.
    handed: Option<Progress>,
    /// How many had come to the disk then, and for how long something has not been handed over, s.
    before: u64,
    waits_s: Option<f64>,
    /// What was already told of failing.
    told: Option<String>,
    /// Why there is no autosave at all.
    refused: Option<String>,
    /// What has to be told once: what could not be opened of earlier programs, or not be put aside.
    damaged: Vec<String>,
}

impl Autosaves {
    /// Keeps nothing: for tests and measurements.
    #[must_use]
    pub fn none() -> Self {
        Autosaves::default()
    }

    /// Saves where the store does, and asks what is left there of programs that live no more.
    #[must_use]
    pub fn open(store: &AnyStore) -> Self {
        match store.saves() {
            Ok(saves) => Autosaves::with(saves),
            Err(error) => Autosaves { refused: Some(error.to_string()), ..Autosaves::default() },
        }
    }

    /// As [`Autosaves::open`], with what a host gives for it.
    #[must_use]
    pub fn with(saves: Box<dyn Saves>) -> Self {
        let mut autosaves = Autosaves::default();
        saves.find(autosaves.mailbox.expect(Heard::Found));
        autosaves.saves = Some(saves);
        autosaves.hear();
        autosaves
    }

    /// Whether something was asked and not answered.
    #[must_use]
    pub fn is_looking(&self) -> bool {
        self.mailbox.waiting() > 0
    }

    /// Takes what has been answered; whether there was anything. A save that does not open is told once.
    pub fn hear(&mut self) -> bool {
        let mut heard = false;
        while let Some(answer) = self.mailbox.fetch() {
            heard = true;
            match answer {
                Heard::Found(found) => {
                    let mut damaged: Vec<String> = Vec::new();
                    damaged.extend(found.left.iter().flat_map(|left| left.passed_over.clone()));
                    for lost in found.damaged {
                        damaged.extend(lost.why);
                        damaged.extend(lost.kept.iter().map(words::files::kept_as));
                    }
                    if !damaged.is_empty() {
                        self.damaged.push(words::files::autosave_not_opened(damaged.join("\n")));
                    }
                    self.offers.extend(found.left);
                }
                Heard::Discarded(Ok(())) => {}
                Heard::Discarded(Err(error)) => self.damaged.push(error.to_string()),
            }
        }
        heard
    }

    /// Writes what waits, and one line to standard error, where the program panics.
    pub fn install_panic_hook(&self) {
        if let Some(saves) = &self.saves {
            saves.install_panic_hook();
        }
    }

    /// What is offered to be restored, in words: patient, patient time, date. `now` is the moment.
    #[must_use]
    pub fn offer(&self, now: Option<UtcTime>) -> Option<String> {
        let Summary { title, patient_time_s, saved_at } = self.offers.first()?.saved.summary();
        let when = match (saved_at, now) {
            (Some(at), Some(now)) => words::files::saved_ago(at.words(), at.ago(now)),
            (Some(at), None) => words::files::saved_at(at.words()),
            (None, _) => String::new(),
        };
        let older = if self.offers[0].passed_over.is_empty() { "" } else { words::files::later_not_opened() };
        Some(words::files::not_saved(title, clock(patient_time_s), when, older))
    }

    /// Takes the run that is offered, if any; it is put aside once this program's own first save is on the disk.
    pub fn restore(&mut self) -> Option<RunView> {
        if self.offers.is_empty() {
            return None;
        }
        let Left { id, saved, .. } = self.offers.remove(0);
        if let Some(saves) = &self.saves {
            if self.restored.take().is_some() {
                saves.let_restored_go();
            }
            saves.restored(id);
        }
        self.handed = None;
        let run_view = run_view(saved);
        self.restored = Some(run_view.line());
        Some(run_view)
    }

    /// Puts aside what is offered: it stays until the next start. Where that cannot be done it is told as
    /// [`Autosaves::news`], and offered again at the next start.
    pub fn discard(&mut self) {
        if self.offers.is_empty() {
            return;
        }
        let left = self.offers.remove(0);
        if let Some(saves) = &self.saves {
            saves.discard(left.id, self.mailbox.expect(Heard::Discarded));
        }
    }

    /// Lets `elapsed_s` of the wall clock pass: saves a run that has changed, every few seconds and off this thread.
    pub fn tick(&mut self, elapsed_s: f64, session: &Session, moment: impl FnOnce() -> Option<UtcTime>) {
        self.let_go(session);
        let (Some(saves), Some(run_view)) = (&self.saves, session.run_view()) else { return };
        // Until it is there again, all that is known of it is its file.
        if run_view.is_made_again() {
            self.waits_s = None;
            return;
        }
        if run_view.is_cut_short() {
            saves.let_restored_go();
        }
        let now = progress(run_view);
        // A run that nothing has happened to is no loss.
        let is_kept = self.handed == Some(now) && saves.status().error.is_none();
        if !now.is_begun() || is_kept {
            self.waits_s = None;
            return;
        }
        let waits_s = self.waits_s.map_or(0.0, |waits_s| waits_s + elapsed_s);
        self.waits_s = Some(waits_s);
        if waits_s >= SAVE_EVERY_S {
            self.waits_s = Some(0.0);
            self.hand_over(run_view, moment());
        }
    }

    /// Saves at once what has changed: the window is out of sight, and nobody knows whether it will come back.
    pub fn save_now(&mut self, session: &Session, saved_at: Option<UtcTime>) {
        self.let_go(session);
        let is_whole = |run_view: &&RunView| self.waits_s.is_some() && !run_view.is_made_again();
        if let Some(run_view) = session.run_view().filter(is_whole) {
            self.waits_s = Some(0.0);
            self.hand_over(run_view, saved_at);
        }
    }

    /// Lets go of what a run was restored from that another has taken the place of: the next start offers it again.
    fn let_go(&mut self, session: &Session) {
        let here = session.run_view().map(RunView::line);
        if let (Some(_), Some(saves)) = (self.restored.take_if(|line| here != Some(*line)), &self.saves) {
            saves.let_restored_go();
        }
    }

    fn hand_over(&mut self, run_view: &RunView, saved_at: Option<UtcTime>) {
        let Some(saves) = &self.saves else { return };
        self.handed = Some(progress(run_view));
        self.before = saves.status().saves;
        let saved = saved_run(run_view, saved_at);
        saves.save(Box::new(move || session::to_json(&saved).map(String::into_bytes)));
    }

    /// In how many seconds of the wall clock something is to be done though nothing moves; none where nothing is.
    #[must_use]
    pub fn due_in_s(&self) -> Option<f64> {
        let saves = self.saves.as_ref()?;
        let status = saves.status();
        // What comes after another that is still being written may take its place.
        let writing = self.handed.is_some() && status.saves <= self.before && status.error.is_none();
        let waits = self.waits_s.map(|waits_s| (SAVE_EVERY_S - waits_s).max(0.05));
        if writing { Some(waits.unwrap_or(0.2).min(0.2)) } else { waits }
    }

    /// Why the run is not being saved; none where it is, or where there is nothing to save.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let status = self.saves.as_ref().map(|saves| saves.status());
        self.refused.clone().or_else(|| status?.error.map(|error| error.to_string()))
    }

    /// A problem that was not told yet.
    pub fn news(&mut self) -> Option<String> {
        if let Some(damaged) = self.damaged.pop() {
            return Some(damaged);
        }
        let problem = self.problem();
        let fresh = problem.is_some() && self.told != problem;
        self.told.clone_from(&problem);
        problem.filter(|_| fresh)
    }

    /// Ends saving: a last time where the run is not in a file, else without a trace.
    pub fn finish(&mut self, session: &Session, saved_at: Option<UtcTime>) {
        self.let_go(session);
        let unsaved = session.has_unsaved_run();
        if let Some(run_view) = session.run_view().filter(|_| unsaved) {
            self.hand_over(run_view, saved_at);
        }
        if let Some(saves) = self.saves.take() {
            let is_made_again = session.run_view().is_some_and(RunView::is_made_again);
            saves.finish(unsaved || is_made_again);
        }
    }
}
