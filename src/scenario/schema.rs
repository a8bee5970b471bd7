//! The scenario file, version 1: what it holds, how it is read and how it is written.

use serde::Serialize;

use super::fault::{Fault, ScenarioError};
use super::settings::{Kind, MAX_ENTRIES, band, joined, settings};
use super::timeline::{self, MomentFile, TimedExpectationFile, Timeline};
use super::tree::{self, Limits, Node, Object, Report, Step};
use super::walk::Range;
use crate::sim::params::setting::as_object;
use crate::sim::params::{MAX_UNITS, ParamId, Params, Setting, SwitchId, UnitShare, apply};
use crate::sim::play::player::Player;
use crate::sim::reading::quantity::{QUANTITIES, Quantity};
use crate::sim::reading::reference::with_reference;
use crate::text::{nearest, shown};

/// The version of the file that is read and written.
pub const SCHEMA_VERSION: u32 = 1;

/// Most characters of an id: it names a file.
const MAX_ID_CHARS: usize = 64;

/// A patient with the reason to look at him.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name on the command line: lower-case words with hyphens; of a built-in one also its file's name.
    pub id: String,
    /// Name on the screen.
    pub title: String,
    /// The teaching line: one sentence.
    pub teaches: String,
    /// The patient in a short paragraph.
    pub text: String,
    /// Where the patient's numbers come from, each reference in full; what could not be checked in it is "recalled".
    pub sources: Vec<String>,
    /// The patient.
    pub params: Params,
    /// Where the patient's numbers have to lie for the scenario to be what it says.
    pub expected: Vec<Expectation>,
    /// What happens to the patient in time; none where he only stands in his steady state.
    pub timeline: Option<Timeline>,
}

impl Scenario {
    /// What its timeline does, ready to be played; nothing where it has none.
    #[must_use]
    pub fn player(&self) -> Player {
        self.timeline.as_ref().map_or_else(Player::default, Timeline::player)
    }

    /// The patient as he is set now and nothing else of his: what is played with him, and what is expected of him as he
    /// was loaded, stay behind.
    #[must_use]
    pub fn as_set(&self, params: Params) -> Scenario {
        Scenario { params, timeline: None, expected: Vec::new(), ..self.clone() }
    }
}

/// A band for one number of the patient, as he is or with some settings changed: published, or by judgement where the
/// source says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Which number, for example `po2_art_mmhg`.
    pub quantity: &'static Quantity,
    /// What is changed about the patient first, sorted by key; see [`apply`].
    pub with: Vec<Setting>,
    /// Lowest value in the quantity's own unit; none where only a highest is known.
    pub low: Option<f64>,
    /// Highest value in the quantity's own unit; none where only a lowest is known.
    pub high: Option<f64>,
    /// Author and year of one of [`Scenario::sources`] and what it states, or that the band is a clinical range.
    pub source: String,
}

impl Expectation {
    /// Whether a value, in the quantity's own unit, lies in the band, its bounds included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

/// Reads a scenario from the bytes of a file; `origin` is the name that messages give it.
///
/// # Errors
/// [`ScenarioError::Refused`] with every fault of the file: it is taken whole or not at all.
pub fn parse(bytes: impl AsRef<[u8]>, origin: &str) -> Result<Scenario, ScenarioError> {
    let mut report = Report::default();
    let scenario = tree::parse(bytes.as_ref(), Limits::FILE, &mut report)
        .and_then(|root| scenario(&mut report, &root, Judged::Whole));
    report.finish(scenario, origin)
}

/// How much of a scenario is held against its patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// All of it.
    Whole,
    /// Not what is expected of it and what is done in time: that was written for a patient who was changed since.
    PatientAlone,
}

pub(super) fn scenario<'t>(r: &mut Report<'t>, root: &Node<'t>, judged: Judged) -> Option<Scenario> {
    const KEYS: [&str; 13] = [
        "schema_version",
        "id",
        "title",
        "teaches",
        "text",
        "sources",
        "switches",
        "parameters",
        "units",
        "expected",
        "duration_s",
        "timeline",
        "expected_in_time",
    ];
    // Another version has other keys: nothing else in the file is judged.
    let file = r.object(root)?;
    r.at(file, "schema_version", |r, node| version(r, node, SCHEMA_VERSION))?;
    r.only(file, &KEYS);
    let id = r.at(file, "id", id);
    let title = r.at(file, "title", |r, node| r.prose(node, false));
    let teaches = r.at(file, "teaches", |r, node| r.prose(node, false));
    let text = r.at(file, "text", |r, node| r.prose(node, true));
    let sources =
        r.at(file, "sources", |r, node| r.each(node, (0, MAX_ENTRIES), "texts", |r, node| r.prose(node, false)));
    let params = params(r, file);
    let held_against = params.as_ref().filter(|_| judged == Judged::Whole);
    let expected = r.maybe(file, "expected", |r, node| {
        r.each(node, (0, MAX_ENTRIES), "objects", |r, node| expectation(r, node, held_against))
    });
    let timeline = timeline::timeline(r, file, held_against);
    Some(Scenario {
        id: id?,
        title: title?,
        teaches: teaches?,
        text: text?,
        sources: sources?,
        params: params?,
        expected: expected.unwrap_or_else(|| Some(Vec::new()))?,
        timeline: timeline?,
    })
}

/// Whether a text may be the id of a scenario: lower-case words of letters and digits with hyphens between them.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= MAX_ID_CHARS && text.split('-').all(word)
}

/// The version of a format, of which only one is read.
pub(super) fn version(r: &mut Report<'_>, node: &Node<'_>, version: u32) -> Option<()> {
    let wanted = f64::from(version);
    match node {
        Node::Number(value, _) if (wanted..=wanted).contains(value) => return Some(()),
        Node::Number(_, text) => {
            let found = shown(text);
            r.fault(|path| Fault::Version { path, found, version });
        }
        _ => r.wrong(node, &format!("the number {version}")),
    }
    None
}

pub(super) fn id(r: &mut Report<'_>, node: &Node<'_>) -> Option<String> {
    let text = r.prose(node, false)?;
    if is_id(&text) {
        return Some(text);
    }
    let expected = format!("lower-case words with hyphens (at most {MAX_ID_CHARS} characters)");
    r.fault(|path| Fault::WrongText { path, found: shown(&text), expected });
    None
}

fn params<'t>(r: &mut Report<'t>, file: &Object<'t>) -> Option<Params> {
    let before = r.count();
    let switches = r.maybe(file, "switches", |r, node| settings(r, node, &[Kind::Switches])).unwrap_or_default();
    let values = r.at(file, "parameters", |r, node| settings(r, node, &[Kind::Parameters]));
    let units = r.maybe(file, "units", units).flatten();
    // The rules that join values are judged where each value is sound: otherwise they blame the wrong one.
    if r.count() > before {
        return None;
    }
    let given = values.iter().any(|setting| setting.key() == ParamId::Co2SetPoint.key());
    let mut params = r.within(Step::Key("parameters".into()), |r| {
        joined(r, apply(&[switches, values].concat(), &Params::default()))
    })?;
    if let Some(units) = units {
        let set = params.set_units(Some(&units)).map_err(|error| vec![error]);
        r.within(Step::Key("units".into()), |r| joined(r, set))?;
    }
    Some(with_reference(params, given))
}

fn units<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<Vec<UnitShare>> {
    r.each(node, (1, MAX_UNITS), "objects", unit)
}

/// A unit of an explicit lung.
pub(super) fn unit<'t>(r: &mut Report<'t>, node: &Node<'t>) -> Option<UnitShare> {
    let object = r.object_of(node, &["ventilation", "perfusion"])?;
    let ventilation = r.at(object, "ventilation", |r, node| r.number(node, Range::NOT_NEGATIVE));
    let perfusion = r.at(object, "perfusion", |r, node| r.number(node, Range::NOT_NEGATIVE));
    Some(UnitShare { ventilation: ventilation?, perfusion: perfusion? })
}

fn expectation<'t>(r: &mut Report<'t>, node: &Node<'t>, params: Option<&Params>) -> Option<Expectation> {
    let before = r.count();
    let object = r.object_of(node, &["quantity", "with", "low", "high", "source"])?;
    let quantity = r.at(object, "quantity", find_quantity);
    let with = r.maybe(object, "with", |r, node| {
        let with = settings(r, node, &[Kind::Parameters, Kind::Switches]);
        if let Some(params) = params.filter(|_| r.count() == before) {
            joined(r, apply(&with, params));
        }
        with
    });
    let (low, high, source) = band(r, object);
    Some(Expectation { quantity: quantity?, with: with.unwrap_or_default(), low, high, source: source? })
}

/// The key of a number of the model.
pub(super) fn find_quantity(r: &mut Report<'_>, node: &Node<'_>) -> Option<&'static Quantity> {
    let key = r.prose(node, false)?;
    let quantity = Quantity::from_key(&key);
    if quantity.is_none() {
        let near = nearest(&key, QUANTITIES.iter().map(|quantity| quantity.key));
        let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        let expected = format!("the key of a result{hint}");
        r.fault(|path| Fault::WrongText { path, found: shown(&key), expected });
    }
    quantity
}

/// Writes a scenario as a file that [`parse`] reads back the same, every number bit for bit. All parameters and
/// switches stand in it, so that the patient stays who he is when a default changes.
#[must_use]
pub fn to_json(scenario: &Scenario) -> String {
    let file = ScenarioFile::from(scenario);
    // Text keys and finite numbers: there is nothing that JSON could not hold.
    let mut json = serde_json::to_string_pretty(&file).unwrap_or_else(|error| unreachable!("{error}"));
    json.push('\n');
    json
}

#[derive(Serialize)]
pub(super) struct ScenarioFile<'s> {
    schema_version: u32,
    id: &'s str,
    title: &'s str,
    teaches: &'s str,
    text: &'s str,
    sources: &'s [String],
    #[serde(serialize_with = "as_object")]
    switches: Vec<Setting>,
    #[serde(serialize_with = "as_object")]
    parameters: Vec<Setting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<Vec<UnitFile>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected: Vec<ExpectationFile<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<MomentFile<'s>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected_in_time: Vec<TimedExpectationFile<'s>>,
}

impl<'s> From<&'s Scenario> for ScenarioFile<'s> {
    fn from(scenario: &'s Scenario) -> Self {
        let Scenario { id, title, teaches, text, sources, params, expected, timeline } = scenario;
        let moments = timeline.iter().flat_map(|timeline| &timeline.moments);
        let expected_in_time = timeline.iter().flat_map(|timeline| &timeline.expected);
        ScenarioFile {
            schema_version: SCHEMA_VERSION,
            id,
            title,
            teaches,
            text,
            sources,
            switches: SwitchId::ALL.iter().map(|id| Setting::Switch(*id, params.option(*id))).collect(),
            parameters: ParamId::ALL.iter().map(|id| Setting::Param(*id, params.get(*id))).collect(),
            units: params.units().map(|units| units.iter().map(UnitFile::from).collect()),
            expected: expected.iter().map(ExpectationFile::from).collect(),
            duration_s: timeline.as_ref().map(Timeline::duration_s),
            timeline: moments.map(MomentFile::from).collect(),
            expected_in_time: expected_in_time.map(TimedExpectationFile::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct UnitFile {
    ventilation: f64,
    perfusion: f64,
}

impl From<&UnitShare> for UnitFile {
    fn from(&UnitShare { ventilation, perfusion }: &UnitShare) -> Self {
        UnitFile { ventilation, perfusion }
    }
}

#[derive(Serialize)]
struct ExpectationFile<'s> {
    quantity: &'s str,
    #[serde(serialize_with = "as_object", skip_serializing_if = "<[Setting]>::is_empty")]
    with: &'s [Setting],
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    source: &'s str,
}

impl<'s> From<&'s Expectation> for ExpectationFile<'s> {
    fn from(Expectation { quantity, with, low, high, source }: &'s Expectation) -> Self {
        ExpectationFile { quantity: quantity.key, with, low: *low, high: *high, source }
    }
}
