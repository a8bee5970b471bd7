//! Repeats one subject a given number of times, for counting its instructions: `scripts/instructions`.
//!
//! Instructions do not depend on what else the machine does, so a change of a few in a hundred shows on a noisy one.

mod subjects;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (Some(name), Some(count)) = (arguments.next(), arguments.next().and_then(|count| count.parse::<u32>().ok()))
    else {
        // Run by `cargo bench` without a name: nothing to count.
        return;
    };
    let (_, make) = subjects::all().into_iter().find(|(known, _)| *known == name).expect("a subject by that name");
    let mut subject = make();
    for _ in 0..count {
        subject();
    }
}
