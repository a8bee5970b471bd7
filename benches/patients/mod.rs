//! Who is measured.

use isoshunt::sim::params::{ParamId, Params, SwitchId};

/// A log-normal lung with shunt, as the figures of the README name it.
pub(crate) fn lung(units: f64, diffusion_limited: bool) -> Params {
    let mut params = Params::default();
    params
        .set_all(&[(ParamId::Mode1LogSd, 1.0), (ParamId::Mode1Units, units), (ParamId::Shunt, 0.1)])
        .expect("within bounds");
    params.set_switch(SwitchId::DiffusionLimit, if diffusion_limited { "on" } else { "off" }).expect("an option");
    params
}
