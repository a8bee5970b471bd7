//! The V/Q line: what single units of every V/Q would make of the same gas and the same blood.

use super::MixedBlood;
use super::exchanger::{Exchanger, Setting};
use crate::physiology::blood::{Blood, BloodGas, Chemistry};
use crate::physiology::lung_unit::{self, Basis, GasSupply};

/// Gases of units of rising V/Q that get `supply` as their gas and `inflow` as their blood, without a diffusion limit.
///
/// | quantity | unit | range |
/// |---|---|---|
/// | `vq` | ventilation over perfusion, by the basis | above 0, rising |
///
/// Each is solved from its neighbour. On the inspired basis the line ends where uptake takes all that a unit gets: what
/// is ventilated less draws gas in besides.
///
/// # Source
/// Rahn H, Fenn WO, A Graphical Analysis of the Respiratory Gas Exchange, Am Physiol Soc 1955; West JB, Respir Physiol
/// 1969;7:88-110.
#[must_use]
pub fn vq_line(blood: &Blood, basis: Basis, supply: GasSupply, inflow: &MixedBlood, vq: &[f64]) -> Vec<BloodGas> {
    let chemistry = Chemistry::new(blood);
    let setting = Setting { chemistry: &chemistry, basis, supply };
    let inflow_contents = lung_unit::contents(&inflow.gas, inflow.pn2_mmhg);
    let start = chemistry.at_tensions(inflow.gas.po2_mmhg, inflow.gas.pco2_mmhg);
    let mut unit = Exchanger::new(0.0, 1.0, chemistry.into_domain(start));
    vq.iter()
        .map(|vq| {
            unit.ratio = lung_unit::conductance_ratio(setting.supply.k_mmhg_l_per_ml, *vq, 1.0);
            unit.settle(&setting, &inflow_contents, 0.0, None);
            chemistry.evaluate(unit.at).0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::params::{ParamId, Params, SwitchId};
    use crate::sim::reading::snapshot::Model;

    #[test]
    fn inv_the_units_of_a_lung_lie_on_its_line() {
        for (basis, fio2) in [("inspired", 0.21), ("expired", 0.21), ("inspired", 0.6), ("inspired", 1.0)] {
            let mut params = Params::default();
            params.set_all(&[(ParamId::Mode1LogSd, 1.2), (ParamId::Fio2, fio2)]).expect("within bounds");
            params.set_switch(SwitchId::Basis, basis).expect("an option");
            let now = Model::new().snapshot(&params).expect("a steady state");
            let vq: Vec<f64> = now.units.iter().map(|u| u.expired_l_per_min / u.perfusion_l_per_min).collect();
            let line = vq_line(&now.blood, Basis::Expired, now.inspired, &now.state.pulmonary_arterial, &vq);
            for (unit, gas) in now.units.iter().zip(line) {
                // A unit that draws gas in expires nothing and lies beyond the end of the line.
                if unit.expired_l_per_min > 1e-4 {
                    assert!((unit.po2_alv_mmhg - gas.po2_mmhg).abs() < 1e-4 * gas.po2_mmhg, "{basis} {fio2}");
                    assert!((unit.capillary.pco2_mmhg - gas.pco2_mmhg).abs() < 1e-4 * gas.pco2_mmhg, "{basis} {fio2}");
                }
            }
        }
    }

    #[test]
    fn inv_the_line_leads_from_venous_blood_to_inspired_gas() {
        let now = Model::new().snapshot(&Params::default()).expect("a steady state");
        let vq = [1e-3, 1.0, 1e4];
        let line = vq_line(&now.blood, Basis::Inspired, now.inspired, &now.state.pulmonary_arterial, &vq);
        let [low, one, high] = [line[0], line[1], line[2]];
        assert!((low.po2_mmhg - now.state.venous.gas.po2_mmhg).abs() < 2.0, "{low:?}");
        assert!((90.0..115.0).contains(&one.po2_mmhg) && (35.0..45.0).contains(&one.pco2_mmhg), "{one:?}");
        assert!((high.po2_mmhg - 149.7).abs() < 0.5 && high.pco2_mmhg < 0.1, "{high:?}");
    }
}
