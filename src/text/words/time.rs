//! Time: run, step, samples, trend.

use crate::text::message::words;

words! {
    "time":

    view = "View";
    steady_state = "Steady state";
    in_time = "In time";
    run = "Run";
    pause_hint = "Let time stand (space)";
    run_hint = "Let time run (space)";
    step = "Step";
    step_hint = "Half a second of patient time (full stop)";
    run_plays(length) = "Run plays this patient's timeline of {length}.";
    run_lets_time_pass_long = "Run lets time pass: oxygen washes in, stores fill and empty.";
    run_lets_time_pass = "Run lets time pass.";
    mark = "Mark";
    checkpoint = "Set checkpoint";
    checkpoint_hint = "Remember this moment, to return to it";
    jump_to_steady = "Jump to steady";
    jump_to_steady_tight = "Steady";
    jump_to_steady_short = "To steady";
    jump_to_steady_hint = "Puts the patient into the steady state of these settings at once";
    stop_making_run_hint = "The run stands where it has come; its file is as it was";
    trend = "Trend";
    stop_making_trend_hint = "The run goes on without the trend of its past";
    made_again(what, done, whole) = "{what} made again: {done} of {whole}";
    stop = "Stop";
    stop_making_again = "Stop making again";
    too_costly = "This patient is too costly to be computed so fast: time runs as fast as it can";
    speed_hint = "Patient time over your own";
    patient_time = "Patient time";
    mistake_hint = "What goes wrong with the next sample";
    mistake = "Mistake";
    venous = "Venous";
    draw_venous = "Draw mixed venous";
    right_arm = "Right arm";
    draw_right_arm = "Draw right arm";
    leg = "Leg";
    draw_leg = "Draw leg";
    arterial = "Arterial";
    draw_arterial = "Draw arterial";
    draw_hint = "Draws a sample of blood now; its result comes later";
    trend_length = "Length of the trend";
    lanes = "Lanes";
    lanes_hint = "Which lanes are shown, from the top, where there is room; the trend as a file";
    foreseen(what, time) = "{what}, if nothing more is done: looked ahead at {time} of patient time.";
    is_steady = "✓ steady";
    no_steady_state_to_come(reason, ahead) = "There is no steady state to come to: {reason}{ahead}";
    would_rest(gaps) = "The lung as it is now would come to rest at:\n{gaps}";
    not_yet_steady(gaps) = "not yet steady: {gaps}";
    moving(gap) = "moving: {gap}";
    steadiness = "Steadiness";

    sample_told(name, values) = "sample, {name}: {values}";

    and_more(first, more) = "{first} and {more} more";
    sample_of(site) = "{site} sample";
    checkpoint_after(event) = "after {event}";
    checkpoint_number(number) = "Checkpoint {number}";
    timeline_goes_on(refused) = "The timeline goes on without what this patient refuses, {refused}";
    run_ends(number, refused) = "The run ends with action {number}, which this program refuses, {refused}";
    run_made_again_to(at, end) = "The run was made again up to {at} of {end}; its file is as it was";
    run_is_made_again(why) = "The run is being made again from what was done: {why}";
    start = "Start";
    pvn2 = "Pv̄N₂";
    pvco2 = "Pv̄CO₂";
    timeline_will_go_on(refused) = "This patient's timeline will go on without what he refuses, {refused}";
    begins_in_quiet_breathing(reason) = "There is no steady state ({reason}): the run begins as in quiet breathing";
    at_time(time) = "at {time}";
}
