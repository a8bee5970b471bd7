//! What a shunt alone would make of this patient: lines over FiO2 for lungs without V/Q mismatch.

use crate::physiology::blood::Chemistry;
use crate::physiology::indices;
use crate::physiology::iso_pco2::{IsoPco2, IsoPco2Point};
use crate::sim::params::ParamId;
use crate::sim::patient;
use crate::sim::reading::snapshot::Snapshot;
use crate::study::fio2_path::{POINTS, fio2_at};

/// What stands over the labels at their ends, which are numbers alone.
pub(super) const HEADING: &str = "shunt, %";

/// One line for each shunt, of points that `point` makes of FiO2 and arterial blood: this patient's blood at the present
/// PaCO2 and arteriovenous O2 difference. Where a shunt would take more O2 than the blood carries there is no such patient.
///
/// # Source
/// Benatar SR, Hewlett AM, Nunn JF, Br J Anaesth 1973;45:711-718, doi:10.1093/bja/45.7.711.
pub(super) fn lines(
    now: &Snapshot,
    fio2_frac: [f64; 2],
    shunts_frac: &[f64],
    point: impl Fn(f64, &IsoPco2Point) -> [f64; 2],
) -> Vec<Vec<[f64; 2]>> {
    let (pb, rq) = (now.params.get(ParamId::Pb), now.params.get(ParamId::Rq));
    let ph2o = patient::ph2o_mmhg(&now.params);
    let chemistry = Chemistry::new(&now.blood);
    let arterial = &now.state.arterial.gas;
    let difference = arterial.o2_ml_per_dl - now.state.venous.gas.o2_ml_per_dl;
    let line = IsoPco2::new(&chemistry, arterial.pco2_mmhg);
    // End-capillary content depends on FiO2 alone: once for all lines.
    let capillary: Vec<Option<f64>> = (0..POINTS)
        .map(|i| {
            let po2_alv = indices::alveolar_po2_mmhg(fio2_at(fio2_frac, i), pb, ph2o, arterial.pco2_mmhg, rq);
            (po2_alv > 0.0).then(|| line.at_po2(po2_alv).o2_ml_per_dl)
        })
        .collect();
    let of_shunt = |shunt: &f64| {
        let mut start = (60.0, arterial.ph);
        let blood = capillary.iter().enumerate().filter_map(|(i, capillary)| {
            let content = (*capillary)? - difference * shunt / (1.0 - shunt);
            (content > difference).then(|| {
                let (found, _) = line.at_o2_content(content, start.0, start.1);
                start = (found.virtual_po2_mmhg, found.ph);
                point(fio2_at(fio2_frac, i), &found)
            })
        });
        blood.collect()
    };
    shunts_frac.iter().map(of_shunt).collect()
}
