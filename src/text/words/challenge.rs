//! Page Challenge: what its exercises share.

use crate::text::message::words;

words! {
    "challenge":

    next_question_hint = "Another question; one that was not asked before, as long as there is one";
    next_question = "Next question";
    level_of(level) = "Level {level}";
    level = "Level";
    code_hint = "The case: the same code is the same case on every machine";
    leave = "Leave";
    leave_hint = "The case is left unfinished and not scored; the next case opens";
    next_case = "Next case";
    next_case_hint = "Another patient of this level";
    drill = "Drill";
    code_field_hint = "code of a case";
    code_field = "Code of a case";
    open_code = "Open the case of this code";
    patient_is_drawn = "A patient is being drawn.";
    oxygen_test(place) = "The 100 % O₂ test, {place}.";
    steps_on_ventilator = "A gas as he is, oxygen for at least 5 min, a gas on oxygen; then commit.";
    steps_on_air = "A gas on air, oxygen until nitrogen is out, a gas on oxygen; then commit.";
    clock_stands = "The clock stands. An answer that is locked is not changed; the truth follows the last one.";
    the_truth = "The truth";
    score(points) = "{points:.0} of 100";
    certainty(certainty) = "Certainty {certainty} of 3 stands beside and is not added.";
    case_seen = "You had seen this case before.";
    commit = "Commit";
    right = "Right.";
    not_so = "Not so.";
    lock_last = "Lock, and see the truth";
    lock = "Lock this answer";
    when_to_commit =
        "When you have the gases you need, commit: the clock stands, and one question after the other is asked. \
         Nothing is told before the last one.";
    result_needed = "A result of a sample on oxygen is needed first.";
    worked_example = "Worked example: another patient";
    certainty_is_left = "How sure to be is left to you.";
    rest_is_left = "Next step, grounds and how sure to be are left to you.";
    example_is_made = "A worked example is being made.";
    how_much(number, what) = "{number} How much: {what}";
    steps_are_run = "The next steps are being run.";
    it_gives = "It gives";
    from = "From";
    to = "to";
    range_hint = "At most 20 wide. Narrow and right scores most; each point off costs 5.";
    same_case = "Same case again";
    explore = "Open this patient in Explore";

    example_and = " and ";
    example_step(step, so2) = "4 {step}: SaO₂ {so2:.0} % after 30 min.";
    example_size(low, high) = "3 The sum is one of an assumed a-v difference: {low:.0} to {high:.0} %.";
    example_mechanism(pco2, aa, mechanism) = "2 PaCO₂ {pco2:.0}, A-a on air {aa:.0} mmHg, so: {mechanism}.";
    example_estimate(po2, on_oxygen, percent) =
        "1 PaO₂ {po2:.0} on air, {on_oxygen:.0} mmHg after 20 min on O₂: content with a-v 5 gives {percent:.0} %.";
    way_sample(number, po2) = "sample {number}: {po2}";
    way = "The way across this patient's iso-shunt lines";
    no_catheter = "Central venous blood would be that of the superior vena cava, not pulmonary artery.";
    catheter_lies = "A pulmonary artery catheter lies: its blood costs nothing.";
    in_intensive_care(fio2_frac, peep_cmh2o, cue, venous) =
        "Ventilated, FiO₂ {fio2_frac:.2}, PEEP {peep_cmh2o:.0} cmH₂O, an arterial line. {cue} {venous}";
    in_the_laboratory(cue) = "Breathes air at the mouthpiece, a clip on the nose. No venous blood is to be had. {cue}";
    finished_truth(truth) = "true {truth}";
    case_and_level(case, level) = "{case}, level {level}";
    finished_option(said, truth) = "said option {said}, true {truth}";
    finished_question = "question";
    finished_size(low, high, size) = "said {low:.0}–{high:.0}, true {size:.0} %";
    is_not_recorded = "Not recorded. For teaching; not for clinical use.";
    is_recorded = "Recorded on this computer alone. For teaching; not for clinical use.";
    made_from(of, how) = "Made from {of}: {how}.";
    twin_teaches(of, by) = "The gas of {of} before the test, from another cause: {by}.";
    twin_by(by) = "Its twin by {by}";
    record_erased = "The record is erased.";
    record_written(path) = "The record is written to {path}.";
    for_printing(path) = "For printing: {path}.";
    not_recorded(error) = "This is not recorded: {error}";
    asked_again(error) = "Asked again: {error}.";
    no_result_yet = "There is no result of a sample on oxygen yet: nothing could be answered.";
    left_unfinished = "The case was left unfinished; this is the next one.";
    next_is_drawn(error) = "{error}; the next one is drawn";
    not_recorded_cases(error) = "Cases are not recorded: {error}";
    record_is_read = "The record is being read.";
    record_does_not_answer(place) =
        "{place} does not answer: cases that you have had may come again, and what you do now may not be recorded.";
    line_kept_aside(path) = "A broken line of the record was kept aside in {path}.";
    of_three(certainty) = "{certainty} of 3";
    step_with_fio2(step, fio2) = "{step}, FiO₂ {fio2:.2}";
    how_sure = "How sure I am";
    on_these_grounds = "On these two grounds";
    what_i_do_next = "What I do next";
    how_much_is_it = "How much";
    what_causes = "What causes the hypoxaemia";
    how_i_estimate = "How I estimate the shunt";
    questions = "Questions";
    name_mechanism = "Name the mechanism";
    bad_sample = "The bad sample";
    oxygen_test_name = "The 100 % O₂ test";
    example_grounds(grounds) = "5 {grounds}.";
}
