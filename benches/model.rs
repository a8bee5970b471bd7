//! Times of the model on this machine: `cargo bench --bench model`.

mod subjects;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, make) in subjects::all() {
        let mut subject = make();
        criterion.bench_function(name, |bencher| bencher.iter(&mut subject));
    }
    criterion.final_summary();
}
