//! The number of the state's format, tied to the fields of a state and to the pinned bits.

use std::collections::BTreeSet;

use isoshunt::scenario;
use isoshunt::sim::params::{ParamId, Setting, SwitchId};
use isoshunt::sim::play::run::{Action, Run, STATE_FORMAT};
use serde_json::Value;

use crate::runs::PINNED;

/// What the number of the format stands for: the number, a fingerprint of the fields of a state, and one of the bits that
/// runs are pinned to. Whoever changes either raises [`STATE_FORMAT`] and adds a line here; no line is ever changed.
const FORMATS: [(u32, u64, u64); 9] = [
    (1, 0x971b_3092_2289_ab6f, 0xee17_901d_f772_7cc4),
    (2, 0x971b_3092_2289_ab6f, 0x9714_5f43_4ce7_324e),
    (3, 0x971b_3092_2289_ab6f, 0xf643_93a0_0cb6_31e0),
    (4, 0x971b_3092_2289_ab6f, 0xa667_b935_ce62_43cc),
    (5, 0xc87d_20c6_393b_35d1, 0xa667_b935_ce62_43cc),
    (6, 0x86b6_40be_547d_4ce4, 0xa667_b935_ce62_43cc),
    (7, 0x1b50_0fa9_217a_2eb4, 0xa667_b935_ce62_43cc),
    // The loss of a pump's tubes by roots instead of a power: the last bits of circuits that live.
    (8, 0x1b50_0fa9_217a_2eb4, 0xa667_b935_ce62_43cc),
    // No answer of the solver rests on a straight line that was not measured: the last bits of the state in which a run begins.
    (9, 0x1b50_0fa9_217a_2eb4, 0x7b97_390c_6426_4eca),
];

/// FNV-1a.
fn fingerprint<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let bytes = words.flat_map(|word| word.bytes().chain([b'\n']));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Every path of a value with what stands at its end: a kind of number, a word, or nothing.
fn fields(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| fields(value, &format!("{path}.{key}"), into)),
        Value::Array(values) => values.iter().for_each(|value| fields(value, &format!("{path}[]"), into)),
        Value::Number(number) if number.is_f64() => drop(into.insert(format!("{path}: number"))),
        Value::Number(_) => drop(into.insert(format!("{path}: count"))),
        Value::String(word) => drop(into.insert(format!("{path}: {word}"))),
        Value::Bool(_) => drop(into.insert(format!("{path}: flag"))),
        Value::Null => drop(into.insert(format!("{path}: nothing"))),
    }
}

/// The fields of states in which everything is there that may be: layers, membrane, control, samples, a lost signal.
fn fields_of_states() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let on = |id, option| Setting::Switch(id, option);
    let draw = || Action::Sample("arterial:bench_delay".parse().expect("an order"));
    let spontaneous = [
        on(SwitchId::Breathing, "spontaneous"),
        on(SwitchId::BreathingControl, "on"),
        on(SwitchId::Ecmo, "on"),
        Setting::Param(ParamId::PluggedShare, 0.2),
    ];
    let shut = [on(SwitchId::Breathing, "apnoea"), on(SwitchId::Airway, "closed")];
    let pressure = [on(SwitchId::Breathing, "ventilated"), on(SwitchId::VentilatorMode, "pressure_controlled")];
    let pale = [
        Setting::Param(ParamId::FingerPerfusion, 0.01),
        Setting::Param(ParamId::CardiacOutput, 1.0),
        on(SwitchId::CarbonMonoxide, "leaves"),
    ];
    let plots: [(&str, &[Setting]); 6] = [
        ("va-ecmo", &[]),
        ("ards-recruitable", &[]),
        ("ards-recruitable", &spontaneous),
        ("ards-recruitable", &pressure),
        ("pulmonary-fibrosis-exercise", &shut),
        ("healthy-young-adult", &pale),
    ];
    for (id, settings) in plots {
        let patient = scenario::find(id).expect("a built-in scenario");
        let mut run = Run::new(&patient.params, 7);
        run.act(Action::Set(settings.to_vec())).expect("it can be done");
        run.advance(40);
        run.act(draw()).expect("it can be done");
        run.advance(40);
        fields(&serde_json::to_value(run.state()).expect("finite numbers"), "state", &mut all);
    }
    all
}

/// A state of another program is made again and not misread: its number changes with its fields, and with every bit
/// that runs are pinned to, for the same state then leads to another end.
#[test]
fn regress_the_number_of_the_format_stands_for_fields_and_bits() {
    let bits: Vec<String> = PINNED.iter().flat_map(|run| run.bits).map(|bits| format!("{bits:016x}")).collect();
    let now = fields_of_states();
    for expected in [
        "state.live.membrane.gas[]: number",
        "state.live.lung.open[]: number",
        "state.live.drive.slow_acid_mmhg: number",
        "state.live.veins[][]: number",
        "state.live.drift.cohb_frac: number",
    ] {
        assert!(now.contains(expected), "{expected} is in none of {now:#?}");
    }
    let found =
        (STATE_FORMAT, fingerprint(now.iter().map(String::as_str)), fingerprint(bits.iter().map(String::as_str)));
    assert!(FORMATS.windows(2).all(|pair| pair[0].0 < pair[1].0), "numbers rise");
    assert_eq!(
        FORMATS.last(),
        Some(&found),
        "fields of a state or the last bits of a run have changed: raise STATE_FORMAT and add its line"
    );
}
