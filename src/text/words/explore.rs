//! Page Explore: its bar, its message, what stands under and beside the pictures.

use crate::text::message::words;

words! {
    "explore":

    height_of_pictures = "Height of the pictures";
    not_saved = "⚠ not saved";
    reset_hint = "Back to the patient as loaded";
    settings = "Settings";
    single_keys = "Single keys: space, full stop, letters";
    settings_hint = "Look, units, size of type, motion, keys";
    page = "Page";
    pressure = "Pressure";
    haemoglobin = "Haemoglobin";
    motion = "Motion of blood";
    hold = "Hold";
    hold_beside = "Hold beside";
    hold_anew_hint(held) = "Now held: {held}. Press to hold what is shown in its place";
    hold_beside_hint = "Keeps this patient and moment beside what comes: numbers, curves and paths are counted from it";
    size(percent) = "Size {percent} %";
    smaller = "Smaller";
    larger = "Larger";
    discard = "Discard";
    discard_hint = "Puts it aside; it is removed at the next start";
    restore = "Restore";
    restore_hint = "Goes on with that run";
    stop_timeline = "Stop timeline";
    stop_timeline_hint = "From here on nothing is done by itself; undo brings this moment back";
    timeline_next(time) = "Timeline: next at {time}";
    moment(time) = "The pictures show {time} of patient time, where the trend is pointed at.";
    not_steady(reason) = "No steady state: {reason}";
    arrest(arrest) = "{arrest}. What flows now is what compressions of the chest give.";
    alarm(alarms) = "Alarm: {alarms}";
    not_survivable(reasons) = "Not survivable: {reasons}";
    not_for_clinical_use = "Not for clinical use";
    glossary_hint = "What the names and letters on this page mean";
    undo_arrest_shown = "↶ Undo";
    undo_arrest_hint = "Takes the last action back";
    undo_arrest = "Undo the arrest";
    dismiss = "Dismiss";
    let_go_hint = "Changes are counted from before the last action again";
    let_go = "Let go";
    compare_both_hint = "Both patients on page Compare, where one slider gives both the same gas";
    compare_both = "Compare both";
    held_beside = "Held beside:";
    held_beside_hint(held) = "{held}. Changes, dashed curves and hollow points are counted from it.";
    dash_no_steady_state = "– no steady state";
    while_time_runs = "While time runs";
    always = "Always";
    never = "Never";
    checkpoints = "Checkpoints";
    numbers = "Numbers";
    equations = "Equations";
    moves = "Moves";
    what_happened = "What happened";
    all_numbers = "All numbers";
    under_the_pictures = "Under the pictures";
    move_a_slider = "Move a slider: what it does to the blood is told here, cause first.";
    to_the_slider(name, slider) = "{name}: to the slider {slider}";
    term_of_slider(name, number, slider) = "{name} {number}, slider {slider}";
    doubtful(number) = "not steady {number}";
}
