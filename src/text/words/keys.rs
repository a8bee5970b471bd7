//! Keys of the keyboard, and what they do.

use crate::text::message::words;

words! {
    "keys":

    enter = "Enter";

    page_up = "PgUp";
    page_down = "PgDn";
    backspace = "Backspace";
    escape_short = "Esc";

    redo = "Do again what was undone";
    undo = "Undo the last action";
    run_or_pause = "Let time run, or stand";
    step = "Half a second of patient time";
    help = "Show all keys";
    page = "To another page, in the order of the tabs";
    full_screen = "Fill the screen, or no longer";
    patients = "All patients, by what they teach";
    board = "Criteria and ladder of rescue, with their hours";
    hold_beside = "Hold this patient and moment beside what comes";
    pane_before = "To the pane before";
    next_pane = "To the next pane";
    tab = "Tab, Shift+Tab";
    tab_does = "To the next control, the one before";
    space_enter = "Space, Enter";
    space_enter_does = "Press a button, open a menu or a group";
    escape = "Escape";
    escape_does = "Close what has opened";
    slider_arrows = "Slider: ← →, ↑ ↓";
    slider_arrows_do = "One clinical step: FiO₂ 0.05, PEEP 1";
    slider_shift = "Slider: Shift and an arrow";
    slider_shift_does = "A fine step: FiO₂ 0.01";
    slider_pages = "Slider: Page Up, Page Down";
    slider_pages_do = "Ten steps";
    slider_ends = "Slider: Home, End";
    slider_ends_do = "To the limits";
    slider_enter = "Slider: Enter";
    slider_enter_does = "Type the number";
    plot_arrows = "Plot: ← →";
    plot_arrows_do = "From one named point to the next";
    trend_arrows = "Trend: ← →";
    trend_arrows_do = "From one action or sample to the next";
    border_arrows = "Border of a picture: arrows";
    border_arrows_do = "Move it";
    lung_tab = "Lung and blood: Tab";
    lung_tab_does = "From part to part, each with its numbers";
    zoom = "Ctrl and +, −, 0";
    zoom_does = "Larger, smaller, usual size of everything";
    letters = "A to D";
    letters_do = "Look closely at this patient: what parts him from A";
    shift_letters = "Shift and A to D";
    shift_letters_do = "Control this patient alone, again for all";
    x_does = "A changes places with who is looked at closely";
    t_does_in_compare = "All twins of A, or the first two";
    deck_forward = "Page Down, →, Space";
    deck_forward_does = "The reveal, then the next step";
    deck_back = "Page Up, ←";
    deck_back_does = "The step before";
    deck_enter_does = "The reveal";
    deck_digits = "1 to 6, with Shift";
    deck_digits_do = "A vote more for an option, one less";
    deck_equals = "=, a number, Enter";
    deck_equals_does = "So many votes for the option last voted for";
    deck_v_does = "The second vote, after talk";
    deck_line = "D, four numbers, each with Enter";
    deck_line_does = "The hall's line: FiO₂ and PaO₂ of two points; D again takes it away";
    deck_p_does = "Play the course of a step in time, or let it stand";
    deck_up_down_do = "After the reveal: more or less of what can be moved";
    deck_backspace_does = "The patient of the reveal again";
    deck_n_does = "Notes, for some seconds";
    deck_go_to = "G, a number, Enter";
    deck_go_to_does = "Go to a step";
    home_end = "Home, End";
    deck_home_end_do = "The first step, the last";
    deck_blank = "B or full stop, W";
    deck_blank_does = "Black or white screen, and back";
    deck_t_does = "The clock stands, or runs";
    deck_e_does = "Into Explore with this patient; E again comes back";
    f5 = "F5, Shift+F5";
    deck_f5_does = "Full screen from the start, from here";
    deck_f9_does = "Read the file again";
    ctrl_v = "Ctrl+V";
    deck_ctrl_v_does = "The lines of a class, from page Challenge";
    deck_escape_does = "Leave full screen, then the deck";
}
