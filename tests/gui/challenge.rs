//! Page Challenge through the keyboard and what a screen reader is told: a resident solves a case, nothing of the truth is
//! told before the last answer, and what is told then was computed.
#![allow(clippy::float_cmp, clippy::print_stdout, reason = "points are exact, and the keys of the journey are told")]

use crate::{painted, part};
use eframe::egui::{Event, Key, Modifiers, Role, Vec2, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use isoshunt::app::Page;
use isoshunt::app::page::challenge::exercise::Exercise;
use isoshunt::app::page::challenge::{Ask, ChallengePage, Question, Stage};
use isoshunt::app::page::compare::Letter;
use isoshunt::gui::{
    Window,
    theme::{self, ThemeName},
};
use isoshunt::scenario::{self, record};
use isoshunt::sim::play::instruments::Mistake;
use isoshunt::store::{self, AnyStore, memory::Memory};
use isoshunt::study::challenge_maker::bad_sample::{self, BadSample};
use isoshunt::study::challenge_maker::code::{CaseCode, Drill};
use isoshunt::study::challenge_maker::kinds::{Class, Mechanism, SizeOf};
use isoshunt::study::challenge_maker::maker::{Case, Making};
use isoshunt::study::challenge_maker::name_mechanism::{self, CAUSES, NameMechanism};
use isoshunt::text::display_units::DisplayUnits;

/// A shunt that the range of the journey, 18 to 26 %, holds.
fn case() -> Case {
    let code = |seed| CaseCode::new(1, seed).expect("a code");
    let shunts = (1..).filter(|seed| Making::new(code(*seed)).class() == Class::Shunt);
    let is_meant = |case: &Case| case.truth.size_of == SizeOf::Shunt && (0.18..=0.26).contains(&case.truth.shunt_frac);
    shunts.map(|seed| Making::whole(code(seed)).expect("a case")).find(is_meant).expect("one of many")
}

fn drill_with(case: BadSample) -> Resident {
    Resident::at(|window| window.put_bad_sample(case))
}

#[test]
fn a_resident_finds_the_bad_sample_with_six_keys_and_is_told_only_then() {
    let code = CaseCode::of(Drill::BadSample, 1, 3).expect("a code");
    let case = bad_sample::Making::whole(code).expect("a case");
    // The same gases, another one of them called wrong.
    let mut other = case.clone();
    other.wrong = (case.wrong + 1) % 4;
    other.mistake = if case.mistake == Mistake::AirBubble { Mistake::BenchDelay } else { Mistake::AirBubble };
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
    let how = bad_sample::MISTAKES.iter().position(|mistake| *mistake == case.mistake).expect("one of three");
    let keys = [digits[case.wrong], Key::Enter, digits[how], Key::Enter, Key::Num2];
    let looks = |case: &BadSample| {
        let mut resident = drill_with(case.clone());
        let mut looks = vec![resident.tree()];
        for key in keys {
            resident.press(key);
            looks.push(resident.tree());
        }
        (resident, looks)
    };
    let ((mut resident, one), (_, other)) = (looks(&case), looks(&other));
    assert_eq!(one, other, "what is hidden changes nothing");
    assert!(one[0].iter().any(|told| told.contains("Gas C")) && !one[0].iter().any(|told| told.contains("wrong\"")));
    resident.press(Key::Enter);
    assert_eq!(resident.keys, 6);
    assert!(resident.page.query_by_label_contains("100 of 100").is_some());
    let (_, told) = resident.page.state().challenge_page().bad_sample().told().expect("told");
    assert_eq!((told.points, told.said), (100.0, (case.wrong, case.mistake, 2)));
    resident.press(Key::X);
    assert_eq!(resident.page.state().page(), Page::Explore);
    assert_eq!(resident.page.state().session().now().params, case.beds[case.wrong].params);
}

#[test]
fn a_resident_names_a_mechanism_by_what_is_tried_and_is_told_only_then() {
    let code = CaseCode::of(Drill::NameMechanism, 1, 3).expect("a code");
    let case = name_mechanism::Making::whole(code).expect("a case");
    // The same gases, another cause.
    let mut other = case.clone();
    other.cause = CAUSES.into_iter().find(|cause| *cause != case.cause).expect("another");
    other.share = 0.99;
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    let cause = CAUSES.iter().position(|cause| *cause == case.cause).expect("one of five");
    // The move that is made twice counts once; a move after the answer is none.
    let keys = [Key::O, Key::O, Key::F, digits[cause], Key::Enter, Key::P, Key::Num2];
    let looks = |case: &NameMechanism| {
        let mut resident = Resident::at(|window| window.put_mechanism(case.clone()));
        let mut looks = vec![resident.tree()];
        for key in keys {
            resident.press(key);
            looks.push(resident.tree());
        }
        (resident, looks)
    };
    let ((mut resident, one), (_, other)) = (looks(&case), looks(&other));
    assert_eq!(one, other, "what is hidden changes nothing");
    assert!(one[3].iter().any(|told| told.contains("2 of 5 made")), "{:?}", one[3]);
    resident.press(Key::Enter);
    assert!(resident.page.query_by_label_contains("80 of 100").is_some());
    let (_, told) = resident.page.state().challenge_page().mechanism().told().expect("told");
    assert_eq!((told.points, told.said), (80.0, (case.cause, 2)));
    resident.press(Key::X);
    assert_eq!(resident.page.state().page(), Page::Explore);
    assert_eq!(resident.page.state().session().now().params, case.params);
}

#[test]
fn inv_in_intensive_care_the_ventilator_is_at_hand_and_what_is_hidden_changes_nothing() {
    let code = |seed| CaseCode::new(3, seed).expect("a code");
    let with_catheter = |seed: &u64| Making::new(code(*seed)).setup().catheter;
    let one = Making::whole(code((0..).find(with_catheter).expect("one of three"))).expect("a case");
    let mut other = one.clone();
    other.truth.mechanism = if one.truth.mechanism == Mechanism::Both { Mechanism::Shunt } else { Mechanism::Both };
    other.truth.class = Class::Both;
    other.truth.shunt_frac = 0.01;
    other.truth.admixture_frac = 0.02;
    other.truth.grounds = one.truth.grounds.map(|right| !right);
    other.truth.twin = None;
    let looks = |case: Case| {
        let mut resident = Resident::with(case);
        let mut looks = vec![resident.tree()];
        for key in
            [Key::B, Key::A, Key::V, Key::U, Key::D, Key::K, Key::O, Key::Num0, Key::A, Key::V, Key::Num5, Key::C]
        {
            resident.press(key);
            looks.push(resident.tree());
        }
        looks
    };
    let (one, other) = (looks(one), looks(other));
    for (number, (one, other)) in one.iter().zip(&other).enumerate() {
        assert_eq!(one, other, "after key {number}");
    }
    assert!(one[1].iter().any(|told| told.contains("Mixed venous sample")));
    assert!(one[3].iter().any(|told| told.contains("PEEP")) && one[3] != one[4]);
    assert!(one[12].iter().any(|told| told.contains("venous blood measured")), "the catheter's way is offered");
}

struct Resident {
    page: Harness<'static, Window>,
    keys: u32,
}

impl Resident {
    fn with(case: Case) -> Resident {
        Resident::at(|window| window.put_case(case))
    }

    fn at(put: impl FnOnce(&mut Window)) -> Resident {
        Resident::before(ThemeName::default(), vec2(1440.0, 900.0), put)
    }

    /// In a window of a theme and a size.
    fn before(name: ThemeName, size: Vec2, put: impl FnOnce(&mut Window)) -> Resident {
        let mut window = Window::new(scenario::builtin()[0].clone(), name);
        window.take_time();
        window.open_page(Page::Challenge);
        put(&mut window);
        let mut page = Harness::builder()
            .with_size(size)
            .with_context_setup(move |ctx| theme::install(ctx, name))
            .build_ui_state(|ui, window: &mut Window| window.show(ui), window);
        page.run_steps(3);
        Resident { page, keys: 0 }
    }

    fn press(&mut self, key: Key) {
        self.page.key_press_modifiers(Modifiers::NONE, key);
        self.page.run_steps(3);
        self.keys += 1;
    }

    fn write(&mut self, text: &str) {
        self.page.event(Event::Text(text.to_owned()));
        self.page.run_steps(2);
        self.keys += text.chars().count() as u32;
    }

    fn stage(&self) -> Stage {
        self.page.state().challenge_page().stage()
    }

    /// Every word of the accessibility tree: role, name, value, description.
    fn tree(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut left = vec![self.page.root()];
        while let Some(node) = left.pop() {
            let told = node.accesskit_node();
            out.push(format!("{:?} {:?} {:?} {:?}", told.role(), told.label(), told.value(), told.description()));
            left.extend(node.children());
        }
        out
    }
}

/// What the keys of the test are; after each of them `each` may look.
fn solve(resident: &mut Resident, mut each: impl FnMut(&Resident)) {
    let mut press = |resident: &mut Resident, key| {
        resident.press(key);
        each(resident);
    };
    press(resident, Key::B);
    press(resident, Key::A);
    press(resident, Key::O);
    press(resident, Key::Num0);
    press(resident, Key::Num0);
    press(resident, Key::A);
    press(resident, Key::Num5);
    press(resident, Key::R);
    press(resident, Key::C);
    assert_eq!(resident.stage(), Stage::Committing(Question::Estimate));
    press(resident, Key::Num1);
    resident.write("23");
    press(resident, Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Mechanism));
    press(resident, Key::Num1);
    press(resident, Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Size));
    resident.write("18");
    press(resident, Key::Tab);
    resident.write("26");
    press(resident, Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Step));
    press(resident, Key::Num2);
    resident.write("60");
    press(resident, Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Grounds));
    press(resident, Key::Num1);
    press(resident, Key::Num3);
    press(resident, Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Certainty));
    press(resident, Key::Num2);
    // The last look before the truth is told.
}

/// From the briefing over every question to the debrief, in all themes and sizes of screens; a part of them in `./check`.
#[test]
fn no_text_of_a_case_lies_on_another_or_is_cut() {
    let case = case();
    let sizes =
        [vec2(1024.0, 768.0), vec2(1280.0, 720.0), vec2(1440.0, 900.0), vec2(1920.0, 1080.0), vec2(2560.0, 1440.0)];
    let mut found = Vec::new();
    for size in sizes.into_iter().take(part::of(5, 2) as usize) {
        for name in [ThemeName::Projector, ThemeName::Dark, ThemeName::Light].into_iter().take(part::of(3, 2) as usize)
        {
            let mut resident = Resident::before(name, size, |window| window.put_case(case.clone()));
            let mut looked = |resident: &Resident| {
                let of = format!("{size} {name:?} {:?}", resident.stage());
                found.extend(painted::faults(&resident.page).into_iter().map(|fault| format!("{of}: {fault}")));
            };
            looked(&resident);
            solve(&mut resident, &mut looked);
            resident.press(Key::Enter);
            assert_eq!(resident.stage(), Stage::Debrief);
            looked(&resident);
        }
    }
    found.dedup();
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_resident_solves_a_case_with_at_most_thirty_keys() {
    let case = case();
    let mut resident = Resident::with(case.clone());
    solve(&mut resident, |_| {});
    resident.press(Key::Enter);
    assert_eq!(resident.stage(), Stage::Debrief);
    println!("keys from start to debrief: {}", resident.keys);
    assert!(resident.keys <= 30, "{} keys", resident.keys);
    let (_, debrief, steps) = resident.page.state().challenge_page().debrief().expect("explained");
    // Shunt, 18 to 26 and right: all of the mechanism, 18 of the size; the seal was not checked.
    assert_eq!(debrief.score.mechanism_points, 20.0);
    assert_eq!(debrief.score.size_points, 18.0);
    assert!(!debrief.score.procedure.sealed && debrief.score.procedure.in_time);
    assert!(steps.outcomes().is_some_and(|outcomes| outcomes.len() == 8));
    let total = format!("{:.0} of 100", debrief.score.total());
    assert!(resident.page.query_by_label_contains(&total).is_some(), "{total}");
    let truth = format!("On oxygen true shunt is {:.1} %", 100.0 * case.truth.shunt_frac);
    assert!(resident.page.query_by_label_contains(&truth).is_some(), "{truth}");
    for door in ["Open this lung in Explore", "Same case again", "Next case", "Copy class line"] {
        assert!(resident.page.query_all_by_label(door).next().is_some(), "{door}");
    }
    // Beside its twin each breathes his own gas, and the gas is the same.
    if let Some((twin, _)) = &case.truth.twin {
        assert!(resident.page.query_all_by_label("Beside its twin in Compare").next().is_some());
        resident.press(Key::T);
        assert_eq!(resident.page.state().page(), Page::Compare);
        let compared = resident.page.state().compared();
        let of = |letter| compared.scenario(letter).map(|scenario| scenario.params.clone());
        assert_eq!((of(Letter::A), of(Letter::B)), (Some(case.params.clone()), Some(twin.params.clone())));
        resident.page.key_press_modifiers(Modifiers::COMMAND, Key::Num3);
        resident.page.run_steps(3);
    }
    // The door leads to this patient.
    resident.press(Key::X);
    assert_eq!(resident.page.state().page(), Page::Explore);
    assert_eq!(resident.page.state().session().now().params, case.params);
}

#[test]
fn inv_what_is_hidden_changes_nothing_that_is_told_before_the_last_answer() {
    let one = case();
    // The same readings, another truth.
    let mut other = one.clone();
    other.truth.mechanism = Mechanism::Mismatch;
    other.truth.class = Class::LowMode;
    other.truth.size_of = SizeOf::Shunt;
    other.truth.shunt_frac = 0.03;
    other.truth.admixture_frac = 0.05;
    other.truth.twin = None;
    other.truth.early = other.truth.before;
    other.truth.grounds = [false, true, false, true, false, true];
    let looks = |case: Case| {
        let mut resident = Resident::with(case);
        let mut looks = vec![resident.tree()];
        solve(&mut resident, |resident| looks.push(resident.tree()));
        looks
    };
    let (one, other) = (looks(one), looks(other));
    assert_eq!(one.len(), other.len());
    for (number, (one, other)) in one.iter().zip(&other).enumerate() {
        assert_eq!(one, other, "after key {number}");
        assert!(one.len() > 40, "there is something to be told");
        for hidden in ["true shunt", "The truth", "best", "fault"] {
            assert!(!one.iter().any(|told| told.contains(hidden)), "{hidden} after key {number}");
        }
    }
}

#[test]
fn inv_an_answer_that_cannot_be_scored_is_asked_again_and_time_stands_while_answers_are_given() {
    let mut resident = Resident::with(case());
    for key in [Key::B, Key::A, Key::O, Key::Num0, Key::A, Key::Num5, Key::C] {
        resident.press(key);
    }
    let time_s = resident.page.state().challenge_page().bedside().expect("a bedside").time_s();
    resident.press(Key::Num1);
    resident.write("230");
    resident.press(Key::Enter);
    assert_eq!(resident.stage(), Stage::Committing(Question::Estimate));
    assert!(resident.page.query_by_label_contains("Asked again").is_some());
    assert_eq!(resident.page.state().challenge_page().bedside().expect("a bedside").time_s(), time_s);
    // Without a result on oxygen nothing can be answered.
    let mut early = Resident::with(case());
    for key in [Key::B, Key::O, Key::A, Key::C] {
        early.press(key);
    }
    assert_eq!(early.stage(), Stage::Bedside);
    assert!(early.page.query_by_label_contains("no result of a sample on oxygen").is_some());
}

/// Which of the drills is open, by its list.
fn open_drill(resident: &mut Resident, name: &str) {
    resident.page.get_by_label("Drill").click();
    resident.page.run();
    resident.page.get_by_role_and_label(Role::Button, name).click();
    resident.page.run();
}

#[test]
fn inv_questions_are_asked_one_at_a_time_and_told_only_after_the_certainty() {
    let mut resident = Resident::with(case());
    open_drill(&mut resident, "Questions");
    let page = |resident: &Resident| resident.page.state().challenge_page().bank().place().0;
    assert_eq!(page(&resident), 0);
    let question = resident.page.state().challenge_page().bank().question();
    let value = question.answer.answer().expect("a number");
    let right = question.right(value).expect("a key");
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];
    let wrong = (0..question.options.len()).find(|index| *index != right).expect("a wrong one");
    for key in [keys[wrong], Key::Enter, Key::Num3] {
        resident.press(key);
        assert!(!resident.tree().iter().any(|told| told.contains("The model gives")), "nothing is told yet");
    }
    resident.press(Key::Enter);
    resident.page.run_steps(6);
    let tree = resident.tree();
    assert!(tree.iter().any(|told| told.contains("Not so. The model gives")), "{tree:?}");
    assert!(tree.iter().any(|told| told.contains("believes:")), "{tree:?}");
    for door in ["Next question", "Same question again", "Open this patient in Explore"] {
        assert!(resident.page.query_all_by_label(door).next().is_some(), "{door}");
    }
    resident.press(Key::N);
    assert_eq!(page(&resident), 1);
    assert!(resident.page.state().challenge_page().bank().locked().is_empty());
    resident.press(Key::Num1);
    resident.press(Key::Enter);
    resident.press(Key::Num1);
    resident.press(Key::Enter);
    resident.page.run_steps(6);
    // Without a file nothing is recorded, and that is said.
    assert!(resident.tree().iter().any(|told| told.contains("Not recorded.")));
    // Both are among what was finished, the latest first, though no case of the test was.
    open_drill(&mut resident, "The 100 % O₂ test");
    let finished: Vec<String> = resident.page.state().challenge_page().finished().map(|done| done.case).collect();
    assert_eq!(finished.len(), 2);
    for case in finished {
        assert!(resident.page.query_all_by_label(&case).next().is_some(), "{case}");
    }
    assert!(resident.page.query_by_label_contains("Nothing has been finished").is_none());
    open_drill(&mut resident, "Questions");
    resident.press(Key::X);
    assert_eq!(resident.page.state().page(), Page::Explore);
    let session = resident.page.state().session();
    assert!(session.scenario().teaches.starts_with("The patient of a question"), "{}", session.scenario().teaches);
}

/// Which case is next rests on the record: nothing is drawn before it was read, and what is asked meanwhile is done then.
#[test]
fn inv_a_case_begins_once_the_record_is_there() {
    let seen = |code: CaseCode| {
        let line = record::Line::Seen(record::Seen { time: None, code: code.to_string() });
        record::to_line(&line).expect("plain data")
    };
    let memory = Memory::default();
    let lines = record::head() + &seen(CaseCode::FIRST) + "{\"seen\":{\"ti";
    memory.put(&store::Key::Record, Some(lines.into_bytes()));
    memory.hold();
    let mut page = ChallengePage::default();
    page.keep_record(AnyStore::new(memory.clone()));
    page.look(DisplayUnits::default());
    assert!(page.is_waiting() && !page.is_growing() && !page.knows_finished());
    page.pass(0.9);
    assert_eq!(page.told(), None);
    page.pass(0.2);
    assert!(page.told().is_some_and(|told| told.starts_with("record.jsonl")), "{:?}", page.told());
    memory.go_on();
    assert!(page.hear() && !page.is_waiting() && page.knows_finished());
    assert_eq!(page.code(), CaseCode::FIRST.next());
    assert!(page.told().is_some_and(|told| told.contains("record.bad")), "{:?}", page.told());
    page.look(DisplayUnits::default());
    assert!(page.is_growing());
    // A case that is asked for meanwhile is the one that is opened.
    memory.hold();
    let mut page = ChallengePage::default();
    page.keep_record(AnyStore::new(memory.clone()));
    page.open(CaseCode::FIRST);
    memory.go_on();
    page.hear();
    assert_eq!(page.code(), CaseCode::FIRST);
    // A record in which there is no room says so before any case.
    let mut full = ChallengePage::default();
    full.keep_record(AnyStore::new(Memory::with_room(0)));
    assert!(full.told().is_some_and(|told| told.contains("record.jsonl")), "{:?}", full.told());
}

/// What is put down while the record is being forgotten stays.
#[test]
fn inv_a_record_is_forgotten_printed_and_exported_when_the_store_says_so() {
    let memory = Memory::default();
    let mut page = ChallengePage::with_case(case());
    page.keep_record(AnyStore::new(memory.clone()));
    page.apply(Ask::Exercise(Exercise::Questions));
    let answer = |page: &mut ChallengePage| {
        page.apply(Ask::Option(0));
        page.apply(Ask::Option(0));
        for (_, study) in page.studies() {
            study.advance(u32::MAX);
        }
        page.settle();
    };
    answer(&mut page);
    memory.hold();
    page.apply(Ask::ExportCsv);
    page.apply(Ask::Erase);
    page.apply(Ask::Next);
    answer(&mut page);
    assert_eq!((page.finished().count(), page.told()), (2, None));
    memory.go_on();
    page.hear();
    assert_eq!(page.finished().count(), 1);
    let text = |key| String::from_utf8(memory.get(&key).expect("written")).expect("text");
    assert_eq!(text(store::Key::RecordTable).lines().count(), 2, "of the time when it was asked for");
    assert_eq!(text(store::Key::Record).lines().count(), 2);
}

#[test]
fn inv_what_is_in_the_record_is_said_to_be_and_nothing_else() {
    let memory = Memory::default();
    let mut page = ChallengePage::default();
    page.keep_record(AnyStore::new(memory.clone()));
    let answered = |page: &mut ChallengePage| {
        page.apply(Ask::Exercise(Exercise::Questions));
        page.apply(Ask::Option(0));
        page.apply(Ask::Option(0));
        for (_, study) in page.studies() {
            study.advance(u32::MAX);
        }
        page.settle();
        assert!(page.bank().told().is_some());
    };
    answered(&mut page);
    assert!(page.kept().starts_with("Recorded on this computer"));
    let record = || String::from_utf8(memory.get(&store::Key::Record).expect("a record")).expect("text");
    assert_eq!(record().lines().count(), 2, "its head and the question");
    // Not before it is there.
    memory.hold();
    page.apply(Ask::Next);
    answered(&mut page);
    assert!(page.kept().starts_with("Not recorded"));
    memory.go_on();
    assert!(page.hear() && page.kept().starts_with("Recorded on this computer"));
    assert_eq!(record().lines().count(), 3);
    page.apply(Ask::Exercise(Exercise::OxygenTest));
    assert!(page.kept().starts_with("Not recorded"), "another one");
    let mut without = ChallengePage::default();
    answered(&mut without);
    assert!(without.kept().starts_with("Not recorded"), "there is no file");
    assert_eq!(without.finished().count(), 1);
}
