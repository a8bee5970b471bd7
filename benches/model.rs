//! Times of the model on this machine: `cargo bench --bench model`.

mod subjects;

use criterion::Criterion;
use isoshunt::study::challenge_maker::code::CaseCode;
use isoshunt::study::challenge_maker::maker::Making;

/// One case of page Challenge after the other.
fn cases(level: u8) -> impl FnMut() {
    let mut code = CaseCode::new(level, 1).expect("a code");
    move || {
        std::hint::black_box(Making::whole(code).expect("a case"));
        code = code.next();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, make) in subjects::all() {
        let mut subject = make();
        criterion.bench_function(name, |bencher| bencher.iter(&mut subject));
    }
    for level in [1, 2, 3] {
        let mut next = cases(level);
        criterion.bench_function(&format!("case {level}"), |bencher| bencher.iter(&mut next));
    }
    criterion.final_summary();
}
