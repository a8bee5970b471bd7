//! Page Lecture.

use crate::text::message::words;

words! {
    "lecture":

    black = "Black screen";
    white = "White screen";
    votes_as_csv = "Votes as CSV";
    votes_as_csv_hint = "One row a question, in your home folder";
    early(time) = ", {time} early";
    late(time) = ", {time} late";
    back = "back";
    next = "next";
    second_vote_key = "second vote";
    draw = "draw";
    reveal = "reveal";
    play_course = "play";
    stand = "stand";
    as_revealed = "as revealed";
    notes = "notes";
    blank = "blank";
    go_to = "go to";
    clock = "clock";
    leave = "leave";
    right_option_with_votes(number, text, votes) = "{number} {text}: right, {votes}";
    right_option(number, text) = "{number} {text}: right";
    option_with_votes(number, text, votes) = "{number} {text}: {votes}";
    go_to_step(digits) = "Go to step {digits}…";
    line_of_the_hall(pressure, points) = "The hall’s line ({pressure}): {points}";
    lever_now(what, value) = "Now {what} {value}";
    second_vote = "Second vote";
    second_vote_in(votes) = "Second vote: {votes} in";
    votes_in_then_talk(votes) = "{votes} in. Talk to your neighbour, then vote again (V).";
    votes_in(votes) = "{votes} in";
    class_lines = "Lines of a class";
    class_case(code, answers) = "Case {code}: {answers} answers";
    class_truth(mechanism, size, percent, holding, ranges) =
        "{mechanism}. {size} {percent:.0} %: {holding} of {ranges} ranges hold it.";
    class_case_growing = "The case is worked out.";
    class_answers = "What each of you said, as a range. Enter shows the truth.";
    no_truth(why) = "No truth can be shown: {why}.";
    class_keys = "Enter the truth · Esc back";
    class_left_out(lines, keys) = "{lines} lines of another case, of none, or too many, are left out · {keys}";
    decks = "Decks for a hall";
    decks_hint =
        "A deck fills the window, in the theme for projectors. Every number in it is computed when it is opened; no \
         file says which answer is right.";
    deck_with_talk(minutes, questions, talks) = "{minutes} min, {questions} questions, {talks} of them with talk";
    go_on = "Go on";
    go_on_with(deck) = "Go on with {deck}";
    left_at(step, steps, votes) = "left at step {step} of {steps}, {votes}";
    votes_of_as_csv(deck) = "Votes of {deck} as CSV";
    play = "Play";
    play_deck(deck) = "Play {deck}";
    own = "Your own decks and patients";
    own_hint =
        "The folder is kept in the settings: what it holds stands here at every start. A file may also be dropped \
         here.";
    folder = "Folder";
    list = "List";
    list_folder = "List folder";
    deck_file = "Deck file";
    open_deck_file = "Open deck file";
    no_file = "No file that ends in .json";
    more_files(more, most_files) = "{more} more: the first {most_files} by name are listed";
    deck_size(minutes, questions) = "{minutes} min, {questions} questions";
    explore_file(name) = "Explore {name}";
    patient = "patient";
    of_a_class = "A class that has solved a case";
    of_a_class_hint =
        "Page Challenge copies a line without a name. Paste the lines of all here, or drop a file of them: their \
         ranges are drawn over the truth.";
    paste = "Paste class lines";
    stands = " (stands)";
    of_minutes(minutes, stands, pace) = "of {minutes} min{stands}{pace}";
    votes(count) = "1 vote" or "{count} votes";

    class_told(code, said, told) = "Case {code}: {said}.{told}";
    class_told_no_truth(why) = " No truth can be shown: {why}.";
    class_told_truth(mechanism, size, percent, holding, ranges) =
        " The truth: {mechanism}, {size} {percent:.0} %; {holding} of {ranges} ranges hold it.";
    so_many_said(count, mechanism) = "{count} said {mechanism}";
    advice_explain = "few are right: explain, give a hint, then vote again";
    advice_talk = "talk to your neighbour, then vote again";
    advice_tell = "most are right: reveal";
    advice_for_all(tell, talk) =
        "After the first vote: above {tell} % right, reveal; {talk} to {tell} %, talk and vote again (V); below, a \
         hint first.";
    hall_drew_from_to(text, from_po2, from_fio2, to_po2, to_fio2) =
        "{text} The hall drew from {from_po2} at FiO2 {from_fio2:.2} to {to_po2} at FiO2 {to_fio2:.2}.";
    empty_axes = "Axes of FiO2 and PaO2.";
    comes_with_the_reveal(title) = "{title}: comes with the reveal";
    hall_drew = "the hall drew this";
    two_points = "two points at two FiO₂";
    no_notes = "No notes for this step.";
    question_not_asked(key, answer) = "The question of this step is not asked: the model answers {key} = {answer:.4}.";
    first_vote(right, total) = "First vote: {right} of {total} right.";
    votes_written(path) = "Votes written to {path}";
    deck_goes_on(reason) = "The deck goes on as it was: {reason}";
    no_class_line(most_lines, sort) = "No class line is in it: up to {most_lines} lines such as {sort}";
    questions_lost(lost) =
        "{lost} of its questions will not be asked: what the model answers fits no option, or more than one";
    out_of_range(what, low, high, unit) = "{what} is {low} to {high}{unit}";
    no_deck(name) = "no deck is called `{name}`";
}
