//! Page Evidence.

use crate::text::message::words;

words! {
    "evidence":

    title = "Evidence";
    computed_here(done, all) = "computed now, on this computer: {done} of {all} claims";
    computed(done, all) = "{done} of {all} computed";
    search_hint = "Search: author, quantity, patient";
    groups = "Groups";
    predicted = "Predicted";
    tuned_to = "Tuned to";
    predicted_hint = "A prediction counts. What the model was built to shows only that it still fits.";
    bands = "Patients’ bands";
    bands_hint = "run by the tests, not here";
    read_as = "Read as";
    inside = "inside the range";
    outside = "outside: explained";
    recalled = "recalled, not read";
    range_hint =
        "A range is what the source prints, or what was judged from it; the row says which. A model inside every \
         range is still a model. Not for clinical use.";
    inside_of(inside, all) = "{inside} of {all}";
    all_groups = "All";
    open_to_run = "open to run";
    group(name, value) = "Group: {name}, {value}";
    none_found = "No claim holds these words.";
    claim = "Claim";
    range = "Range";
    now = "Now";
    source = "Source";
    row(claim, value, standing, range) = "{claim}: {value}{standing}, range {range}";
    published = "Published";
    model_now = "Model now";
    outside_because(reason) = "Outside because {reason}.";
    basis = "Basis";
    predicted_basis = "Predicted: nothing in the model was built to this number.";
    tuned_basis = "Tuned: the patient, or a constant, was built to this source; it shows that it still fits.";
    patient = "Patient";
    formula = "Formula";
    fails = "Where it may fail";
    hollow = "Hollow mark: the source is recalled, not read.";
    plot_grows = "The plot is worked out with its claim.";
    plot = "The claim as a plot";
    open_in_explore = "Open in Explore";
    open_in_explore_hint = "Loads this patient there; undo brings the one that is there back";
    open_in_compare_hint = "Puts him beside himself before the change, or beside whom he is compared with";
    open_in_compare = "Open in Compare";
    copy_command = "Copy command";
    command = "Command";
    nothing_found = "Nothing here holds these words.";

    at_time(seconds, action) = "at {seconds} s: {action}";
    as_he_is = "as he is";
    against(settings) = "against {settings}";
    recalled_not_read = "Recalled, not read.";
    read = "Read.";
    standing_no_number = "no number";
    standing_outside = "outside";
    standing_inside = "inside";
    standing_open = "not computed yet";
    plot_title = "As a plot";
    plot_published_reached(value, from, to) = " Published: {value} reached at {from} to {to}.";
    plot_published_at(at, low, high) = " Published at {at}: {low} to {high}.";
    plot_told(y_label, over, from, to) = "{y_label} over {over}, from {from} to {to}.";
    plot_mark(label, value, at) = "{label}: {value} at {at}";
    plot_now = "now";
    plot_before = "before";
    plot_model = "model";
    plot_published = "published";
    plot_time = "time";
    number_told(key, min, max, unit, default) = "{key}: {min} to {max}{unit}, default {default}";
    switch_or = " or ";
    switch_told(key, options, default) = "{key}: {options}, default {default}";
    formulas = "Formulas, one at a time";
    laws = "Laws";
    right_of_all(right, all) = "{right} of {all} right";
    in_truth(mechanism) = "In truth {mechanism}";
    said_first(said) = "Said first: {said}.";
    trial_patients(patients) = "{patients} patients";
    trial_told(not_shown, try_here, source, known) = "Does not show: {not_shown}. Here: {try_here}. {source}. {known}";
    not_modelled_heading = "Not modelled, and why";
    counted_heading =
        "Mechanism by the rescue team against the truth: 500 random lungs in layers, with the noise of instruments";
    trials_heading = "Trials of rescue, as their papers give them: no outcome of a patient follows from them";
    not_modelled = "Not modelled";
    trials = "Trials";
    parameters = "Parameters";
    equations = "Equations";
    claims = "Claims";
}
