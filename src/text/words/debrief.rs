//! Page Challenge: what came of the test.

use crate::text::message::words;

words! {
    "debrief":

    estimates = "What each estimate would have said";
    why = "Why";
    scored = "How it was scored";
    next_steps = "What comes next, run for 30 min";
    truth(mechanism, share, shunt, admixture) =
        "{mechanism}: {share:.0} % of the fall in PaO₂. On oxygen true shunt is {shunt:.1} %, admixture \
         {admixture:.1} %.";
    no_fault = "Nothing was wrong with the test itself.";
    shunt = "shunt";
    admixture = "admixture";
    you_said(low, high) = "you said {low:.0} to {high:.0} %";
    true_size(what, truth) = "true {what} {truth:.1} %";
    nothing_to_reckon = "There is no sample on oxygen to reckon with.";
    errors_taken_away = "Your sum, with one error after the other taken away";
    axis(top) = "0 to {top:.0} %";
    estimate(name, percent, why) = "{name}: {percent:.1} %, {why}";
    beliefs = "What the answers show";
    belief(words) = "“{words}” The model says otherwise.";
    fio2_not_checked = "given FiO₂ not checked";
    seal_not_checked = "seal not checked";
    too_early = "sample too early";
    wrong_sample = "not the right sample";
    not_taken_down = "oxygen not taken down";
    sum_is_another = "the sum is another";
    procedure = "Procedure";
    nothing_missing = "nothing missing";
    mechanism = "Mechanism";
    size = "Size";
    size_said(low, high, truth) = "said {low:.0} to {high:.0}, true {truth:.1} %";
    next_step = "Next step";
    grounds = "Grounds";
    right_grounds(grounds) = "right were {grounds}";
    unsafe_points(points) = "Unsafe: −{points:.0}. You would have been stopped.";
    wanted(low, high) = "From the gas before the test; SaO₂ wanted {low:.0} to {high:.0} %.";
    best = "best";
    good = "good";
    harmful = "harmful";
    saturation(so2) = "SaO₂ {so2:.0} %";
    fio2_and(fio2, saturation) = "FiO₂ {fio2:.2}, {saturation}";
    yours(why) = "yours · {why}";
    points_of(points, most) = "{points} of {most:.0}";
    explore = "Open this lung in Explore";
    explore_hint = "The patient on air, all of him; undo there brings the other one back";
    twin = "Beside its twin in Compare";
    twin_hint = "Beside a patient of another cause with the same gas before the test, each on his own gas";
    again_hint = "The record then says that it was seen";
    copy = "Copy class line";
    copy_hint = "Code, mechanism, range, step and score, without a name";
    print = "Print the case";
    print_hint = "Questions on one page, the answer on the next, beside the record";
}
