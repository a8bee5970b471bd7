//! The votes of a lesson as CSV, one row a question.

use crate::app::lesson::Lesson;
use crate::app::votes::Vote;
use crate::scenario::deck::OPTIONS;

/// The table: `deck,step,quantity,answer,right`, then the counts of the first vote and of the second by option. A
/// question that has lost its key has neither a right option nor votes; one that was not `told`, no answer yet.
#[must_use]
pub fn csv<'v>(lesson: &Lesson, votes: impl Fn(usize) -> &'v [Vote], told: impl Fn(usize) -> bool) -> String {
    let most = OPTIONS.1;
    let mut out = "deck,step,quantity,answer,right".to_owned();
    for vote in ["first", "second"] {
        (1..=most).for_each(|option| out.push_str(&format!(",{vote}_{option}")));
    }
    out.push('\n');
    for (index, step) in lesson.deck().steps.iter().enumerate() {
        let Some(ask) = step.scene().and_then(|scene| scene.ask.as_ref()) else { continue };
        let answer = lesson.worked(index).and_then(|worked| worked.answer.as_ref()?.as_ref().ok().copied());
        let answer = answer.filter(|_| told(index));
        let right = lesson.right(index).map(|right| (right + 1).to_string());
        let counted = if right.is_some() { votes(index) } else { &[] };
        let right = right.filter(|_| told(index));
        out.push_str(&format!(
            "{},{},{},{},{}",
            lesson.deck().id,
            step.id,
            ask.answer.key(),
            answer.map(|answer| answer.to_string()).unwrap_or_default(),
            right.unwrap_or_default()
        ));
        for vote in 0..2 {
            for option in 0..most {
                let count = counted.get(vote).and_then(|vote| vote.counts().get(option));
                out.push_str(&count.map_or_else(|| ",".to_owned(), |count| format!(",{count}")));
            }
        }
        out.push('\n');
    }
    out
}
