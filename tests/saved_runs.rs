//! Saved runs as the window opens them: whole at once where their state is good, else made again in slices from what was
//! done, with the trend of their past either way.

use std::fs;
use std::path::Path;

use isoshunt::app::autosaves::Autosaves;
use isoshunt::app::run_view::{Again, Remade};
use isoshunt::app::{Command, CommandError, Request, Session};
use isoshunt::scenario::session::{self, Session as Saved};
use isoshunt::scenario::{self, MAX_FILE_BYTES};
use isoshunt::sim::params::{ParamId, SwitchId};
use isoshunt::store::native::autosave::Autosave;

/// A session with a run of so many minutes, in which something is done.
fn session_of(id: &str, minutes: u32) -> Session {
    let mut session = Session::new(scenario::find(id).expect("built in").clone());
    let act = |session: &mut Session, command| session.apply(command).expect("allowed");
    for minute in 0..minutes {
        for _ in 0..120 {
            act(&mut session, Command::Step);
        }
        match minute {
            0 => act(&mut session, Command::Set(ParamId::Fio2, 0.6)),
            1 => act(&mut session, Command::Draw("arterial".parse().expect("a sample"))),
            2 => act(&mut session, Command::Set(ParamId::CardiacOutput, 4.0)),
            _ => {}
        }
    }
    session
}

fn opened(path: &Path) -> Session {
    let mut session = Session::new(scenario::builtin()[0].clone());
    let read = (path.to_string_lossy().into_owned(), fs::read(path).expect("the file"));
    session.apply(Command::Read { outcome: Ok(read) }).expect("it opens");
    session
}

/// What is saved in a folder, once it was looked into.
fn autosaves_in(folder: &Path) -> Autosaves {
    let saves = Autosave::open(folder).expect("a thread");
    let mut autosaves = Autosaves::with(Box::new(saves));
    while autosaves.is_looking() {
        std::thread::yield_now();
        autosaves.hear();
    }
    autosaves
}

/// Saves a run as a host does that has no trouble.
fn save(session: &mut Session, path: &Path) {
    session.apply(Command::Save).expect("asked for");
    for request in session.take_requests() {
        let Request::Put { kind, bytes, .. } = request else { panic!("{request:?}") };
        fs::write(path, bytes).expect("written");
        let outcome = Ok(path.to_string_lossy().into_owned());
        session.apply(Command::Written { kind, outcome }).expect("heard");
    }
}

/// Lets frames pass until all is there; how many steps a frame has time for.
fn wait(session: &mut Session, steps: u32) -> u32 {
    let mut frames = 0;
    while session.again().is_some() {
        let mut left = steps;
        session.advance(0.02, || {
            left -= 1;
            left > 0
        });
        frames += 1;
    }
    frames
}

fn trend(session: &Session) -> String {
    session.run_view().expect("a run").history().to_csv()
}

/// The same without whether indices are steady: who has opened a run has not watched it yet.
fn numbers(session: &Session) -> Vec<String> {
    let without = |row: &str| {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells.remove(cells.len() - 2);
        cells.join(",")
    };
    trend(session).lines().map(without).collect()
}

fn without_state(json: &str) -> String {
    let at = json.find(",\"state\":").expect("a state");
    format!("{}}}\n", &json[..at])
}

#[test]
fn inv_the_trend_of_a_saved_run_comes_back_whatever_its_state_is() {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, minutes) in [("copd", 2), ("copd", 40), ("oxygen-in-copd", 25), ("ards-recruitable", 12)] {
        let mut session = session_of(id, minutes);
        let path = folder.path().join("run.json");
        save(&mut session, &path);
        let (rows, state) = (trend(&session), session.run_view().expect("a run").run().state());
        assert!(rows.lines().count() > 60 * minutes as usize);

        let mut whole = opened(&path);
        let there = |session: &Session| session.run_view().expect("a run").run().state() == state;
        assert!(there(&whole), "{id}: it stands whole at once");
        if minutes > 10 {
            assert_eq!(whole.again().map(|again| again.of), Some(Remade::Trend), "{id}");
        }
        wait(&mut whole, 200);
        assert_eq!(trend(&whole), rows, "{id}");

        fs::write(&path, without_state(&fs::read_to_string(&path).expect("the file"))).expect("written");
        let mut again = opened(&path);
        wait(&mut again, 200);
        assert!(there(&again), "{id}: it comes to the same run");
        assert_eq!(trend(&again), rows, "{id}");
        assert!(!again.has_unsaved_run(), "{id}: it is what its file says");
        for session in [&mut whole, &mut again, &mut session] {
            for _ in 0..5 {
                session.apply(Command::Step).expect("it goes on");
            }
        }
        assert_eq!(numbers(&whole), numbers(&session), "{id}");
        assert_eq!(trend(&again), trend(&session), "{id}");
    }
}

#[test]
fn inv_a_run_goes_on_while_its_trend_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.json");
    let mut session = session_of("copd", 30);
    save(&mut session, &path);
    let mut other = opened(&path);
    for run in [&mut session, &mut other] {
        for _ in 0..50 {
            run.apply(Command::Step).expect("allowed");
        }
        run.apply(Command::Set(ParamId::Fio2, 0.3)).expect("allowed");
        for _ in 0..50 {
            run.apply(Command::Step).expect("allowed");
        }
    }
    assert!(other.again().is_some(), "nothing but steps have been made");
    wait(&mut other, 1000);
    assert_eq!(numbers(&other), numbers(&session));
}

/// A frame takes no more steps than it has time for, and until the run is there nothing can be done but to stop.
#[test]
fn inv_a_run_is_made_again_in_slices_and_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.json");
    let mut session = session_of("copd", 30);
    save(&mut session, &path);
    let text = without_state(&fs::read_to_string(&path).expect("the file"));
    fs::write(&path, &text).expect("written");
    let mut again = opened(&path);
    assert!(again.notice().is_some_and(|notice| notice.contains("made again") && notice.contains("no state")));
    let Some(Again { of: Remade::Run, done_s: before_s, whole_s }) = again.again() else { panic!("it is made again") };
    assert!(whole_s > 1799.0 && before_s < 600.0, "{before_s} of {whole_s}");
    again.advance(0.02, || false);
    let after_s = again.again().expect("much is left").done_s;
    assert!((after_s - before_s - 0.5).abs() < 1e-9, "{before_s} to {after_s}");
    for command in [
        Command::Set(ParamId::Fio2, 0.5),
        Command::Switch(SwitchId::Hpv, "on"),
        Command::Run,
        Command::Undo,
        Command::Save,
        Command::Open,
    ] {
        assert_eq!(again.apply(command), Err(CommandError::MadeAgain));
    }
    assert!(!again.has_unsaved_run());
    again.apply(Command::StopMakingAgain).expect("that can be done");
    assert!(again.again().is_none() && again.has_unsaved_run());
    assert!(again.notice().is_some_and(|notice| notice.contains("its file is as it was")), "{:?}", again.notice());
    again.apply(Command::Step).expect("it goes on from there");
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
}

/// An action that this program refuses ends the run at its moment, and is told.
#[test]
fn inv_a_refused_action_ends_the_run_at_its_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.json");
    let mut session = session_of("copd", 4);
    save(&mut session, &path);
    let text = without_state(&fs::read_to_string(&path).expect("the file"));
    let refused = text.replacen("{\"set\":{\"cardiac_output_l_per_min\":4.0}}", "{\"move\":\"prone\"}", 1);
    assert_ne!(text, refused);
    fs::write(&path, &refused).expect("written");
    let mut again = opened(&path);
    wait(&mut again, 1000);
    let notice = again.notice().expect("it is told");
    assert!(notice.contains("action 3") && notice.contains("at 3min") && notice.contains("(move prone)"), "{notice}");
    let run_view = again.run_view().expect("a run");
    assert!((run_view.time_s() - 180.0).abs() < 1e-9 && run_view.is_cut_short());
}

/// A moment of a timeline that the patient refuses is told before the run begins, and when it comes.
#[test]
fn inv_a_refused_moment_of_a_timeline_is_told() {
    let mut session = Session::new(scenario::find("ards-severe").expect("built in").clone());
    session.apply(Command::Switch(SwitchId::Position, "prone")).expect("allowed");
    session.apply(Command::Run).expect("allowed");
    let told = session.notice().expect("it is told").to_owned();
    assert!(told.contains("at 10min") && told.contains("prone"), "{told}");
    session.apply(Command::DismissNotice).expect("allowed");
    for _ in 0..1201 {
        session.apply(Command::Step).expect("allowed");
    }
    let told = session.notice().expect("it is told again");
    assert!(told.contains("goes on without") && told.contains("at 10min"), "{told}");
}

/// A run may begin where there is no steady state, and says so.
#[test]
fn inv_a_run_without_a_steady_state_says_how_it_begins() {
    let mut session = Session::new(scenario::builtin()[0].clone());
    session.apply(Command::Switch(SwitchId::Breathing, "apnoea")).expect("allowed");
    session.apply(Command::Run).expect("allowed");
    assert!(
        session.notice().is_some_and(|told| told.contains("begins as in quiet breathing")),
        "{:?}",
        session.notice()
    );
}

/// Until a run that was left behind is there again, all that is known of it is what was left.
#[test]
fn inv_nothing_takes_the_place_of_an_autosave_that_is_being_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let leave = || {
        let session = session_of("copd", 30);
        let run = session.run_view().expect("a run");
        let json = session::to_json(&Saved::new(run.initial(), run.run(), None)).expect("a file");
        fs::write(folder.path().join("1-1-0.lock"), "").expect("written");
        fs::write(folder.path().join("1-1-0.3.json"), without_state(&json)).expect("written");
    };
    let files = || {
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
        names.sort();
        names
    };
    leave();
    let before = files();
    // Closed while it is made again, and stopped: the leftover is offered again.
    for stops in [false, true] {
        let mut autosaves = autosaves_in(folder.path());
        let mut session = Session::new(scenario::builtin()[0].clone());
        session.enter(autosaves.restore().expect("it is offered"));
        for _ in 0..20 {
            session.advance(0.02, || false);
            autosaves.tick(10.0, &session, || None);
            autosaves.save_now(&session, None);
        }
        if stops {
            session.apply(Command::StopMakingAgain).expect("allowed");
            autosaves.tick(0.1, &session, || None);
            session.apply(Command::Step).expect("allowed");
        }
        autosaves.finish(&session, None);
        if stops {
            assert!(before.iter().all(|name| files().contains(name)), "{:?}", files());
        } else {
            assert_eq!(files(), before);
        }
    }
}

/// Nor does the run that went on before, whose save was due, or the patient who is looked at next: what is made again is
/// saved when it is whole, or offered again.
#[test]
fn inv_what_another_run_does_puts_no_autosave_aside() {
    for looks_away in [true, false] {
        let folder = tempfile::tempdir().expect("a folder");
        let left = session_of("copd", 30);
        let run = left.run_view().expect("a run");
        let json = session::to_json(&Saved::new(run.initial(), run.run(), None)).expect("a file");
        fs::write(folder.path().join("1-1-0.lock"), "").expect("written");
        fs::write(folder.path().join("1-1-0.3.json"), without_state(&json)).expect("written");
        let mut autosaves = autosaves_in(folder.path());
        let mut session = session_of("healthy-young-adult", 1);
        autosaves.tick(0.1, &session, || None);
        session.enter(autosaves.restore().expect("it is offered"));
        session.advance(0.02, || false);
        assert!(session.again().is_some(), "it takes more than a frame");
        // The window may lose sight before the next look, while a save of the run before is due.
        autosaves.save_now(&session, None);
        autosaves.tick(0.1, &session, || None);
        autosaves.save_now(&session, None);
        if !looks_away {
            session.load(scenario::builtin()[1].clone());
            session.apply(Command::Step).expect("allowed");
            for _ in 0..5 {
                autosaves.tick(10.0, &session, || None);
            }
        }
        autosaves.finish(&session, None);
        assert!(folder.path().join("1-1-0.3.json").exists(), "{looks_away}");
    }
}

/// What cannot be opened is named once and kept; what was damaged last does not hide what was saved before.
#[test]
fn inv_an_autosave_that_cannot_be_opened_is_named_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    let json = session::to_json(&Saved::new(
        &scenario::builtin()[0],
        session_of("healthy-young-adult", 1).run_view().expect("a run").run(),
        None,
    ));
    put("1-1-0.lock", "");
    put("1-1-0.1.json", "{ \"kind\"");
    put("2-2-0.lock", "");
    put("2-2-0.6.json", &json.expect("a file"));
    put("2-2-0.7.json", "nothing");
    let mut autosaves = autosaves_in(folder.path());
    let offer = autosaves.offer(None).expect("the older one");
    assert!(offer.contains("saved after that cannot be opened"), "{offer}");
    let told = autosaves.news().expect("they are named");
    for name in ["1-1-0.1.json", "1-1-0.1.json.damaged", "2-2-0.7.json"] {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert_eq!(autosaves.news(), None);
    assert!(folder.path().join("1-1-0.1.json.damaged").exists() && !folder.path().join("1-1-0.lock").exists());
    drop(autosaves);
    let mut again = autosaves_in(folder.path());
    assert!(!again.news().is_some_and(|told| told.contains("1-1-0")));
}

/// Autosaves of the time before states had a number.
#[test]
fn inv_autosaves_of_the_time_before_formats_are_offered_and_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/saved/session-before-formats.json");
    let text = fs::read_to_string(fixture).expect("a file of the repository");
    let saved = text.replacen("\"saved_at\":null", "\"saved_at\":\"2026-11-26T19:00:00Z\"", 1);
    fs::write(folder.path().join("1-1-0.lock"), "").expect("written");
    fs::write(folder.path().join("1-1-0.3.json"), saved).expect("written");
    let mut autosaves = autosaves_in(folder.path());
    let offer = autosaves.offer(None).expect("it is offered");
    assert!(offer.contains("COPD") && offer.contains("12:00") && offer.contains("2026-11-26 19:00"), "{offer}");
    let mut session = Session::new(scenario::builtin()[0].clone());
    session.enter(autosaves.restore().expect("it is offered"));
    wait(&mut session, 1000);
    let run = session.run_view().expect("a run").run();
    assert_eq!((run.steps(), run.events().len(), run.samples().len()), (1440, 3, 1));
    assert!((run.live().params().get(ParamId::Fio2) - 1.0).abs() < 1e-12);
    assert!(text.len() < MAX_FILE_BYTES);
}

/// A parameter that is no more: at nothing it was in every file, and those open; what it was besides is told by what stands in
/// its place, and not guessed.
#[test]
fn inv_a_run_of_the_time_of_vessels_that_gas_exchange_did_not_see_opens() {
    let scenario = scenario::find("copd").expect("built in");
    let run = isoshunt::sim::play::run::Run::new(&scenario.params, 1);
    let now = session::to_json(&Saved::new(scenario, &run, None)).expect("a file");
    let then = |value: &str| {
        let key = "\"wide_shunt_frac\":";
        let at = now.find(key).expect("a parameter");
        format!("{}\"wide_vessels_frac\": {value},\n{}", &now[..at], &now[at..])
    };
    let [old, new] = [then("0.0"), now.clone()].map(|text| session::parse(text, "run.json").expect("a run"));
    assert_eq!((old.initial.params, old.run.is_ok()), (new.initial.params, true));
    let refused = session::parse(then("0.25"), "then.json").expect_err("it is not known which").to_string();
    assert!(refused.contains("wide_vessels_frac") && refused.contains("wide_shunt_frac"), "{refused}");
    assert!(refused.contains("dilated_share_frac"), "{refused}");
}
