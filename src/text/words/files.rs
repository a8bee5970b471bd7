//! Files of runs and patients, and where pictures go.

use crate::text::message::words;

words! {
    "files":

    open_a_file = "Open a file";
    folder_above_shown = "↑ Folder above";
    folder_above = "Folder above";
    folder_of(name) = "Folder {name}";
    none_ends_in(ending) = "No file here ends in .{ending}.";
    more_files(more) = "{more} more are not listed: type the name.";
    where_to = "Where do pictures and data go?";
    where_to_hint = "Asked once: from now on all of them go there. The File menu changes it.";
    save_there = "Save there";
    cancel = "Cancel";
    file = "File";
    browse_hint = "The files of a folder: the patient or the run that is chosen is opened";
    browse_shown = "Open a file…";
    browse = "Browse";
    exports_go_to = "Pictures and data go to";
    picture = "Picture of the window";
    picture_hint = "Writes what is seen as PNG";
    file_hint = "Save or open a run or a patient";
    export_folder = "Folder of pictures and data";
    run = "This run, as a session file";
    session_file = "Session file";
    replace = "Replace";
    save = "Save";
    replace_hint = "The file is there: this run takes its place";
    save_hint = "Writes this run to the file";
    save_session = "Save session";
    trend_as_csv = "Trend as CSV";
    trend_as_csv_hint = "Writes one row a second beside the session file";
    open_hint = "Goes on with the run of the file, or shows its patient; undo brings this one back";
    open_session = "Open session";
    patient = "This patient, as a file of your own";
    patient_name = "Name of the patient";
    patient_teaches_hint = "What he teaches, in a sentence or more";
    patient_teaches = "What he teaches";
    patient_file = "Patient file";
    replace_patient = "Replace patient";
    replace_patient_hint(path) = "{path} is there: the patient, as he is set now, takes its place";
    save_patient = "Save patient";
    save_patient_hint(path) = "Writes the patient, as he is set now, to {path}";
    open_patient = "Open patient";
    open_patient_hint(path) = "Shows the patient of {path}";
    used_last = "Used last";
    gone(name) = "{name} (gone)";

    not_saved(title, time, when, older) = "A run was not saved: {title}, at {time} of patient time{when}{older}";
    later_not_opened = "; what was saved after that cannot be opened";
    saved_at(at) = ", saved {at}";
    saved_ago(at, ago) = ", saved {at} ({ago})";
    autosave_not_opened(faults) = "An autosave cannot be opened:\n{faults}";
    kept_as(path) = "kept as {path}";
    unknown_patient(id) = "there is no built-in patient `{id}`";
    still_made_again = "the saved run is still being made again: wait, or stop it";
    no_run_yet = "there is no run to save yet: let time run first";
    no_such_checkpoint(index) = "there is no checkpoint {index}";
    neither_patient_nor_run(name, what) =
        "{name} is {what}: a patient (scenario) or a run (session) is wanted here";

    opened(name) = "Opened {name}";
    patient_saved(path) = "Patient saved to {path}";
    trend_written(path) = "Trend written to {path}";
    saved_to(place, left_out) = "Saved to {place}{left_out}";
    without_state(why) = ", without its state, so that it is made again when it is opened: {why}";
    sources_of(from, id) = "Made from {from} ({id})";
    and = "and ";
    other_units = "other lung units";
    and_more(last, more) = "{last}{more} more";
    kind_foreign_json = "JSON of another program";
    kind_no_json = "text that is no JSON";
    kind_no_text = "a file of no text";
    kind_list = "a list in JSON";
    kind_empty = "empty";
    kind_other = "a file of another kind";
    kind_questions = "a bank of questions";
    kind_beliefs = "a table of beliefs";
    kind_claims = "a table of claims";
    kind_record = "a record of challenges";
    kind_gases = "a file of blood gases";
    kind_deck = "a deck of a lecture";
}
