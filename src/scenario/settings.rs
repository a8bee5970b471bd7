//! What a scenario and its timeline have in common: settings, bands, and how many of each.

use super::fault::Fault;
use super::tree::{Node, Object, Report, Step};
use super::walk::Range;
use crate::sim::params::{KeyTarget, ParamError, ParamId, Setting, SwitchId, resolve_key};

/// Most sources, and most expectations, of one scenario.
pub const MAX_ENTRIES: usize = 200;

/// Notes the rules that settings break together.
pub(super) fn joined<T>(r: &mut Report<'_>, result: Result<T, Vec<ParamError>>) -> Option<T> {
    result.map_err(|errors| errors.into_iter().for_each(|error| r.joint(error))).ok()
}

/// Share of output through vessels that only a bubble study saw. Every run of the program of then has it, nearly all of them
/// at 0, and these are as they were; what else it was is now one of [`IN_ITS_PLACE`], and gas exchange sees it.
const RETIRED: &str = "wide_vessels_frac";
const IN_ITS_PLACE: [&str; 2] = ["wide_shunt_frac", "dilated_share_frac"];

/// What an object of settings may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Parameters,
    Switches,
}

/// Reads every setting of an object; faulty ones are noted and left out.
pub(super) fn settings<'t>(r: &mut Report<'t>, node: &Node<'t>, kinds: &[Kind]) -> Vec<Setting> {
    let Some(object) = r.object(node) else { return Vec::new() };
    let setting = |(key, node): (&str, &Node<'t>)| {
        let param = ParamId::from_key(key).filter(|_| kinds.contains(&Kind::Parameters));
        let switch = SwitchId::from_key(key).filter(|_| kinds.contains(&Kind::Switches));
        if param.is_none() && switch.is_none() {
            if key == RETIRED && matches!(node, Node::Number(value, _) if *value == 0.0) {
                return None;
            }
            r.unknown_key(key, || setting_candidates(key, kinds));
            return None;
        }
        r.within(Step::Key(key.to_owned().into()), |r| match switch {
            Some(id) => r.option(node, id.options()).map(|index| Setting::Switch(id, id.options()[index])),
            None => param.and_then(|id| r.parameter(node, id).map(|value| Setting::Param(id, value))),
        })
    };
    object.iter().filter_map(setting).collect()
}

/// What an unknown key among settings may have meant; a setting of the other kind with the object it belongs into.
fn setting_candidates(key: &str, kinds: &[Kind]) -> Vec<String> {
    let near = match resolve_key(key) {
        Err(_) if key == RETIRED => IN_ITS_PLACE.to_vec(),
        Ok(KeyTarget::Param(id)) => vec![id.key()],
        Ok(KeyTarget::Switch(id)) => vec![id.key()],
        Err(ParamError::UnknownKey { candidates, .. } | ParamError::AmbiguousKey { candidates, .. }) => candidates,
        Err(_) => Vec::new(),
    };
    let named = |key: &'static str| match (ParamId::from_key(key), kinds) {
        (Some(_), [Kind::Switches]) => format!("parameters.{key}"),
        (None, [Kind::Parameters]) => format!("switches.{key}"),
        _ => key.to_owned(),
    };
    near.into_iter().take(3).map(named).collect()
}

/// The ends of a band, of which there is at least one, and its source.
pub(super) fn band<'t>(r: &mut Report<'t>, object: &Object<'t>) -> (Option<f64>, Option<f64>, Option<String>) {
    let before = r.count();
    let low = r.maybe(object, "low", bound).flatten();
    let high = r.maybe(object, "high", bound).flatten();
    match (low, high) {
        (Some(low), Some(high)) if low > high => r.fault(|path| Fault::EmptyBand { path, low, high }),
        (None, None) if r.count() == before => r.fault(|path| Fault::NoBound { path }),
        _ => {}
    }
    (low, high, r.at(object, "source", |r, node| r.prose(node, false)))
}

/// One end of a band; null stands for none.
fn bound(r: &mut Report<'_>, node: &Node<'_>) -> Option<f64> {
    if *node == Node::Null { None } else { r.number(node, Range::ANY) }
}
