//! `params`: the table of parameters as it is.

use std::io::{self, Write};

use super::print::{Align, Json, LINE, Object, columns, wrapped};
use crate::sim::params::{Bounds, Group, ParamId, Scale, SwitchId};
use crate::text::{number, spaced};

/// Prints every parameter and switch for people.
pub(super) fn print(out: &mut dyn Write) -> io::Result<()> {
    for (i, group) in Group::ALL.into_iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", group.label())?;
        let mut rows = Vec::new();
        let mut meanings = Vec::new();
        for id in SwitchId::ALL.iter().copied().filter(|id| id.group() == group) {
            let options = id.options();
            rows.push(vec![
                id.key().to_owned(),
                options[0].to_owned(),
                options.join(" or "),
                String::new(),
                id.label().to_owned(),
            ]);
            meanings.push(id.source());
        }
        for b in ParamId::ALL.iter().map(|id| id.bounds()).filter(|b| b.group == group) {
            let range = format!("{} to {}{}", number(b.min), number(b.max), spaced(b.unit));
            rows.push(vec![
                b.key.to_owned(),
                default(b),
                range,
                format!("step {}", number(b.step)),
                b.label.to_owned(),
            ]);
            meanings.push(b.source);
        }
        let mut table = Vec::new();
        columns(&mut table, 2, &[Align::Left, Align::Right, Align::Left, Align::Left, Align::Left], &rows)?;
        for (line, meaning) in String::from_utf8_lossy(&table).lines().zip(meanings) {
            writeln!(out, "{line}")?;
            wrapped(out, 6, LINE, meaning)?;
        }
    }
    writeln!(out, "\nThe second column is the default. Fractions are fractions: FiO2 of 50 % is 0.5.")
}

/// The default as people write it: a third as 0.333.
fn default(bounds: &Bounds) -> String {
    let shortest = number(bounds.default);
    if shortest.len() > 8 { format!("{:.*}", bounds.decimals.max(3), bounds.default) } else { shortest }
}

/// Prints the same for programs.
pub(super) fn print_json(out: &mut dyn Write) -> io::Result<()> {
    let parameters: Json = ParamId::ALL
        .iter()
        .map(|id| {
            let b = id.bounds();
            Object::default()
                .with("key", b.key)
                .with("label", b.label)
                .with("unit", b.unit)
                .with("group", b.group.label())
                .with("min", b.min)
                .with("max", b.max)
                .with("default", b.default)
                .with("step", b.step)
                .with("fine_step", b.fine_step)
                .with("whole", b.scale == Scale::Whole)
                .with("source", b.source)
        })
        .collect();
    let switches: Json = SwitchId::ALL
        .iter()
        .map(|id| {
            Object::default()
                .with("key", id.key())
                .with("label", id.label())
                .with("group", id.group().label())
                .with("options", id.options().to_vec())
                .with("default", id.options()[0])
                .with("source", id.source())
        })
        .collect();
    Object::default().with("parameters", parameters).with("switches", switches).print(out)
}
