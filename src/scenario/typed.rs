//! The tree as the values that serde derives: strict where serde is lenient.
//!
//! An object has each key of its type and no other, whatever the type says of defaults and unknown keys; a sequence
//! never stands for an object, null never for a number, a number with a fraction never for a count; numbers are read
//! from their digits, so that every bit of an f64 and of a whole number up to 128 bits comes back. A refusal knows
//! where it happened.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::fault::Fault;
use super::tree::{Node, Object, Report, Step};
use super::walk::found;
use crate::text::{nearest, shown, shown_to};

/// Most characters of a reason that a type gives.
const REASON_CHARS: usize = 300;

impl<'t> Report<'t> {
    /// Reads a value of any type that derives `Deserialize`; its first fault is noted.
    pub(super) fn typed<'n, T: Deserialize<'n>>(&mut self, node: &'n Node<'t>) -> Option<T> {
        match T::deserialize(Reader(node)) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refused(refusal.steps, refusal.fault);
                None
            }
        }
    }

    /// Notes a fault below where the reader stands; `steps` innermost first.
    pub(super) fn refused(&mut self, mut steps: Vec<Step<'static>>, fault: Box<dyn FnOnce(String) -> Fault>) {
        match steps.pop() {
            Some(step) => self.within(step, |r| r.refused(steps, fault)),
            None => self.fault(fault),
        }
    }
}

/// Why a value was refused, and the way to it from where it was begun, innermost step first.
struct Refusal {
    steps: Vec<Step<'static>>,
    fault: Box<dyn FnOnce(String) -> Fault>,
}

impl Refusal {
    fn new(fault: impl FnOnce(String) -> Fault + 'static) -> Refusal {
        Refusal { steps: Vec::new(), fault: Box::new(fault) }
    }

    fn wrong(node: &Node<'_>, expected: impl Into<String>) -> Refusal {
        let (found, expected) = (found(node), expected.into());
        match found {
            Some(found) => Refusal::new(|path| Fault::WrongType { path, found, expected }),
            None => Refusal::new(|path| Fault::Missing { path, expected }),
        }
    }

    fn below(mut self, step: Step<'static>) -> Refusal {
        self.steps.push(step);
        self
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("steps", &self.steps).finish_non_exhaustive()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is refused")
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        let reason = shown_to(&reason.to_string(), REASON_CHARS);
        Refusal::new(|path| Fault::Unfit { path, reason })
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = (shown(&unexpected.to_string()), expected.to_string());
        Refusal::new(|path| Fault::WrongType { path, found, expected })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let found = shown(variant);
        let expected = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        Refusal::new(|path| Fault::WrongText { path, found, expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Refusal::new(|path| Fault::Missing { path, expected: "a value".to_owned() }).below(Step::Key(field.into()))
    }
}

/// A node as serde reads it.
struct Reader<'n, 't>(&'n Node<'t>);

impl<'n, 't> Reader<'n, 't> {
    fn list(&self, expected: impl Into<String>) -> Result<&'n [Node<'t>], Refusal> {
        match self.0 {
            Node::List(nodes) => Ok(nodes),
            node => Err(Refusal::wrong(node, expected)),
        }
    }

    fn object(&self) -> Result<&'n Object<'t>, Refusal> {
        match self.0 {
            Node::Object(object) => Ok(object),
            node => Err(Refusal::wrong(node, "an object")),
        }
    }

    fn text(&self) -> Result<&'n str, Refusal> {
        match self.0 {
            Node::Text(text) => Ok(text),
            node => Err(Refusal::wrong(node, "a text")),
        }
    }

    /// A list of exactly `length` entries.
    fn tuple<'d, V: Visitor<'d>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        let nodes = self.list(format!("an array of {length}"))?;
        if nodes.len() != length {
            let count = nodes.len();
            return Err(Refusal::new(move |path| Fault::ListLength { path, count, min: length, max: length }));
        }
        sequence(nodes, visitor)
    }

    /// An object with each of `fields` and no other key.
    fn fields<'d, V: Visitor<'d>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        let object = self.object()?;
        if let Some((key, _)) = object.iter().find(|(key, _)| !fields.contains(key)) {
            let (key, known) = (key.to_owned(), fields.iter().copied());
            let candidates = move |key: &str| nearest(key, known).into_iter().map(str::to_owned).collect();
            let step = Step::Key(key.clone().into());
            let refusal = Refusal::new(move |path| Fault::UnknownKey { path, candidates: candidates(&key) });
            return Err(refusal.below(step));
        }
        if let Some(missing) = fields.iter().find(|field| matches!(object.get(field), Node::Absent)) {
            return Err(de::Error::missing_field(missing));
        }
        entries(object, visitor)
    }
}

fn sequence<'d, V: Visitor<'d>>(nodes: &[Node<'_>], visitor: V) -> Result<V::Value, Refusal> {
    visitor.visit_seq(Sequence { nodes, next: 0 })
}

fn entries<'d, V: Visitor<'d>>(object: &Object<'_>, visitor: V) -> Result<V::Value, Refusal> {
    visitor.visit_map(Entries { entries: object.iter(), open: None })
}

/// A whole number from its digits.
macro_rules! whole {
    ($($method:ident: $type:ident by $visit:ident,)*) => { $(
        fn $method<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
            match self.0 {
                Node::Number(_, text) if *text != "-0" => match text.parse::<$type>() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(Refusal::wrong(self.0, format!("a whole number from {} to {}", $type::MIN, $type::MAX))),
                },
                node => Err(Refusal::wrong(node, "a whole number")),
            }
        }
    )* };
}

impl<'d> Deserializer<'d> for Reader<'_, '_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            Node::Absent | Node::Damaged => Err(Refusal::wrong(self.0, "a value")),
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Number(_, text) if text.parse::<u64>().is_ok() => self.deserialize_u64(visitor),
            Node::Number(_, text) if *text != "-0" && text.parse::<i64>().is_ok() => self.deserialize_i64(visitor),
            Node::Number(..) => self.deserialize_f64(visitor),
            Node::Text(text) => visitor.visit_str(text),
            Node::List(nodes) => sequence(nodes, visitor),
            Node::Object(object) => entries(object, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            Node::Bool(value) => visitor.visit_bool(*value),
            node => Err(Refusal::wrong(node, "true or false")),
        }
    }

    fn deserialize_f64<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            Node::Number(value, _) if value.is_finite() => visitor.visit_f64(*value),
            Node::Number(..) => Err(Refusal::wrong(self.0, "a finite number")),
            node => Err(Refusal::wrong(node, "a number")),
        }
    }

    fn deserialize_f32<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_f64(visitor)
    }

    whole! {
        deserialize_u8: u8 by visit_u8,
        deserialize_u16: u16 by visit_u16,
        deserialize_u32: u32 by visit_u32,
        deserialize_u64: u64 by visit_u64,
        deserialize_u128: u128 by visit_u128,
        deserialize_i8: i8 by visit_i8,
        deserialize_i16: i16 by visit_i16,
        deserialize_i32: i32 by visit_i32,
        deserialize_i64: i64 by visit_i64,
        deserialize_i128: i128 by visit_i128,
    }

    fn deserialize_char<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_str<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if *self.0 == Node::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if *self.0 == Node::Null { visitor.visit_unit() } else { Err(Refusal::wrong(self.0, "null")) }
    }

    fn deserialize_unit_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        sequence(self.list("an array")?, visitor)
    }

    fn deserialize_tuple<V: Visitor<'d>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        entries(self.object()?, visitor)
    }

    fn deserialize_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.fields(fields, visitor)
    }

    /// A name alone, or an object of one entry: the name and what goes with it.
    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let (name, content) = match self.0 {
            Node::Text(name) => (name.as_ref(), None),
            Node::Object(object) => {
                let mut entries = object.iter();
                match (entries.next(), entries.next()) {
                    (Some((name, content)), None) => (name, Some(content)),
                    _ => return Err(Refusal::wrong(self.0, one_of(variants))),
                }
            }
            node => return Err(Refusal::wrong(node, one_of(variants))),
        };
        visitor.visit_enum(Variant { name, content })
    }

    fn deserialize_ignored_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }
}

fn one_of(variants: &[&str]) -> String {
    let names = variants.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    format!("{names}, or an object of one of them")
}

struct Sequence<'n, 't> {
    nodes: &'n [Node<'t>],
    next: usize,
}

impl<'d> SeqAccess<'d> for Sequence<'_, '_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.nodes.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(Reader(node)).map(Some).map_err(|refusal| refusal.below(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len() - self.next)
    }
}

struct Entries<'n, I, N> {
    entries: I,
    open: Option<(&'n str, N)>,
}

impl<'n, 't: 'n, 'd, I: Iterator<Item = (&'n str, &'n Node<'t>)>> MapAccess<'d> for Entries<'n, I, &'n Node<'t>> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        self.open = self.entries.next();
        let Some((key, _)) = self.open else { return Ok(None) };
        let name: StrDeserializer<'_, Refusal> = key.into_deserializer();
        seed.deserialize(name).map(Some).map_err(|refusal| refusal.below(Step::Key(key.to_owned().into())))
    }

    fn next_value_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let Some((key, node)) = self.open.take() else { return Err(Refusal::wrong(&Node::Absent, "a value")) };
        seed.deserialize(Reader(node)).map_err(|refusal| refusal.below(Step::Key(key.to_owned().into())))
    }
}

struct Variant<'n, 't> {
    name: &'n str,
    content: Option<&'n Node<'t>>,
}

impl<'n, 't> Variant<'n, 't> {
    /// What goes with the name, read by `read`.
    fn content<R>(self, read: impl FnOnce(Reader<'n, 't>) -> Result<R, Refusal>) -> Result<R, Refusal> {
        let node = self.content.unwrap_or(&Node::Absent);
        read(Reader(node)).map_err(|refusal| refusal.below(Step::Key(self.name.to_owned().into())))
    }
}

impl<'d> EnumAccess<'d> for Variant<'_, '_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Result<(T::Value, Self), Refusal> {
        let name: StrDeserializer<'_, Refusal> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'d> VariantAccess<'d> for Variant<'_, '_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match self.content {
            None => Ok(()),
            Some(node) => Err(Refusal::wrong(node, format!("nothing beside `{}`", shown(self.name)))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Result<T::Value, Refusal> {
        self.content(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'d>>(self, length: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.content(|reader| reader.tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'d>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        self.content(|reader| reader.fields(fields, visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;
    use crate::scenario::tree::{Limits, parse};

    /// Everything that a state may be made of.
    #[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
    struct State {
        numbers: Vec<f64>,
        pair: [f64; 2],
        maybe: Option<f64>,
        count: u32,
        random: [u64; 2],
        wide: u128,
        below: i16,
        letter: char,
        unit: Unit,
        named: BTreeMap<String, Wrapped>,
        ways: Vec<Way>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
    struct Unit {
        open: bool,
        #[serde(default)]
        gas_ml: f64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
    struct Wrapped(f64);

    #[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        Closed,
        Flow(f64),
        Mix(f64, f64),
        Leak { at_s: f64 },
    }

    fn state() -> State {
        State {
            numbers: vec![-0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, 0.1 + 0.2, -1.0 / 3.0, 1e22, 9007199254740994.0],
            pair: [1.5, 2.5],
            maybe: None,
            count: 7,
            random: [u64::MAX, (1 << 53) + 1],
            wide: u128::MAX,
            below: -5,
            letter: 'é',
            unit: Unit { open: true, gas_ml: 30.0 },
            named: BTreeMap::from([("a b".to_owned(), Wrapped(0.25))]),
            ways: vec![Way::Closed, Way::Flow(1.0), Way::Mix(2.0, 3.0), Way::Leak { at_s: 4.0 }],
        }
    }

    fn json(state: &State) -> String {
        serde_json::to_string(state).expect("a state")
    }

    fn read(text: &str) -> Result<State, String> {
        let mut report = Report::default();
        let limits = Limits { bytes: 1 << 16, values: 1 << 16, cache: None };
        let state = parse(text.as_bytes(), limits, &mut report).and_then(|root| report.typed(&root));
        report.finish(state, "bad.json").map_err(|error| error.to_string())
    }

    /// The state with one text exchanged is refused with this message, and no other.
    fn refused(from: &str, to: &str, message: &str) {
        let text = json(&state());
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        assert_eq!(read(&text.replacen(from, to, 1)), Err(format!("bad.json: {message}")));
    }

    #[test]
    fn inv_a_state_reads_back_bit_for_bit() {
        let back = read(&json(&state())).expect("what was written");
        assert_eq!(back, state());
        let bits = |state: &State| state.numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(&state()));
        let some = State { maybe: Some(-0.0), ..state() };
        assert_eq!(read(&json(&some)).map(|state| json(&state)), Ok(json(&some)));
    }

    #[test]
    fn inv_an_edited_state_is_refused_where_it_was_edited() {
        refused("\"count\":7", "\"count\":7.5", "count is 7.5, not a whole number from 0 to 4294967295");
        refused("\"count\":7", "\"count\":-0", "count is -0, not a whole number");
        refused("\"count\":7", "\"count\":4294967296", "count is 4294967296, not a whole number from 0 to 4294967295");
        refused("\"below\":-5", "\"below\":\"-5\"", "below is the text `-5`, not a whole number");
        refused("5e-324", "1e999", "numbers[1] is 1e999, not a finite number");
        refused("5e-324", "NaN", "numbers[1] is NaN, not a finite number");
        refused("5e-324", "null", "numbers[1] is null, not a number");
        refused("[1.5,2.5]", "[1.5]", "pair has 1 entries: 2 to 2 are allowed");
        refused("[1.5,2.5]", "[1.5,2.5,3.5]", "pair has 3 entries: 2 to 2 are allowed");
        refused("[1.5,2.5]", "{\"0\":1.5,\"1\":2.5}", "pair is an object, not an array of 2");
        refused("{\"open\":true,\"gas_ml\":30.0}", "[true,30.0]", "unit is an array, not an object");
        refused("\"open\":true", "\"open\":1", "unit.open is 1, not true or false");
        // Whatever the type says of defaults and of keys it does not know.
        refused(",\"gas_ml\":30.0", "", "unit.gas_ml is missing: a value belongs there");
        refused("\"maybe\":null,", "", "maybe is missing: a value belongs there");
        refused("\"open\":true", "\"open\":true,\"opened\":1", "unit.opened is not a known key; did you mean open?");
        refused("\"open\":true", "\"open\":true,\"open\":true", "unit.open stands more than once");
        refused("\"a b\":0.25", "\"a b\":[0.25]", "named.\"a b\" is an array, not a number");
        refused("\"é\"", "\"éé\"", "letter is string \"éé\", not a character");
        refused("\"closed\"", "\"clo\\nsed\"", "ways[0] = `clo\\nsed` is not `closed` or `flow` or `mix` or `leak`");
        refused("\"closed\"", "\"flow\"", "ways[0].flow is missing: a number belongs there");
        refused(
            "{\"flow\":1.0}",
            "{\"flow\":1.0,\"mix\":[1,2]}",
            "ways[1] is an object, not `closed` or `flow` or `mix` or `leak`, or an object of one of them",
        );
        refused("[2.0,3.0]", "[2.0]", "ways[2].mix has 1 entries: 2 to 2 are allowed");
        refused("{\"at_s\":4.0}", "{\"at_s\":4.0,\"x\":1}", "ways[3].leak.x is not a known key");
        refused("{\"at_s\":4.0}", "[4.0]", "ways[3].leak is an array, not an object");
    }

    proptest! {
        #[test]
        fn inv_any_number_reads_back_bit_for_bit(bits in prop::collection::vec(any::<u64>(), 1..50), whole in any::<u128>()) {
            let numbers: Vec<_> = bits.into_iter().map(f64::from_bits).filter(|x| x.is_finite()).collect();
            let state = State { numbers, wide: whole, random: [whole as u64, (whole >> 64) as u64], ..state() };
            let back = read(&json(&state)).expect("what was written");
            prop_assert_eq!(&back, &state);
            let bits = |state: &State| state.numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back), bits(&state));
        }
    }
}
