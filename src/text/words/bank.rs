//! Page Challenge: the bank of questions.

use crate::text::message::words;

words! {
    "bank":

    model_works = "The model works the answer out.";
    task = "One question at a time: an answer, and how sure. No file holds the key: the model gives it.";
    question(place, all) = "Question {place} of {all}";
    level(level_number, level) = "Level {level_number}, {level}.";
    what_you_said = "What you said";
    the_answer = "The answer";
    how_sure = "How sure I am";
    no_answer(reason) = "The model has no answer: {reason}. The question is not counted.";
    fits_no_option(value) = "The model gives {value}, which fits no option alone: the question is not counted.";
    model_gives(verdict, value) = "{verdict} The model gives {value}.";
    right_is(option) = "Right is: {option}.";
    who_says(option, belief) = "Who says “{option}” believes: {belief}";
    other_belief(option, why) = "“{option}”: {why}.";
    certain_and_right = "Certain, and right.";
    right_not_certain = "Right, and not certain: look why.";
    certain_and_wrong = "Certain, and wrong: this is what to look at.";
    wrong_not_certain = "Wrong, and not certain.";
    seen = "You had been asked this before.";
    same_question = "Same question again";
    for_beginners = "for a beginner";
    for_who_has_met_it = "for who has met it";
    for_who_knows_it = "for who knows the field";

    made_from(patient, changed) = "Made from {patient}. {changed}";
    patient_of_a_question(question) = "The patient of a question: {question} …";
    patient_changed(patient) = "{patient}, changed";
}
