//! The kinds of documents, and the JSON Schema of each.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{Body, Head};

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `pfsim run`, and `summary.json` in its folder.
    Run,
    /// `pfsim check`.
    Check,
    /// Any other command, where a file has problems.
    Problems,
    /// `pfsim settle`.
    Settle,
    /// `pfsim explain`.
    Explain,
    /// `pfsim layers`.
    Layers,
    /// `pfsim power`.
    Power,
    /// `pfsim readiness`.
    Readiness,
    /// `pfsim compare`.
    Compare,
    /// `pfsim cliffs`.
    Cliffs,
    /// `pfsim sweep` and `pfsim merge`; without its rows, `sweep.json` in their folder.
    SweepAnswer,
    /// `pfsim solve`.
    SolveAnswer,
    /// `pfsim sensitivity`.
    Sensitivity,
    /// `pfsim stress`.
    Stress,
    /// `pfsim information`.
    Information,
    /// `pfsim verify`.
    Verify,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Run,
        Self::Check,
        Self::Problems,
        Self::Settle,
        Self::Explain,
        Self::Layers,
        Self::Power,
        Self::Readiness,
        Self::Compare,
        Self::Cliffs,
        Self::SweepAnswer,
        Self::SolveAnswer,
        Self::Sensitivity,
        Self::Stress,
        Self::Information,
        Self::Verify,
    ];

    /// Its word, as it stands in a document and after `pfsim schema --of`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Problems => "problems",
            Self::Settle => "settle",
            Self::Explain => "explain",
            Self::Layers => "layers",
            Self::Power => "power",
            Self::Readiness => "readiness",
            Self::Compare => "compare",
            Self::Cliffs => "cliffs",
            Self::SweepAnswer => "sweep-answer",
            Self::SolveAnswer => "solve-answer",
            Self::Sensitivity => "sensitivity",
            Self::Stress => "stress",
            Self::Information => "information",
            Self::Verify => "verify",
        }
    }
}

/// The JSON Schema of a kind of document.
#[must_use]
pub fn schema(of: Kind) -> String {
    let schema = match of {
        Kind::Run => whole::<super::Run<'static>>(),
        Kind::Check => whole::<super::Check<'static>>(),
        Kind::Problems => whole::<super::Problems<'static>>(),
        Kind::Settle => whole::<super::Settle>(),
        Kind::Explain => whole::<super::Explain<'static>>(),
        Kind::Layers => whole::<super::Layers<'static>>(),
        Kind::Power => whole::<super::Power<'static>>(),
        Kind::Readiness => whole::<super::Readiness>(),
        Kind::Compare => whole::<super::Compare<'static>>(),
        Kind::Cliffs => whole::<super::Cliffs<'static>>(),
        Kind::SweepAnswer => whole::<super::Sweep<'static>>(),
        Kind::SolveAnswer => whole::<super::Solve<'static>>(),
        Kind::Sensitivity => whole::<super::Sensitivity<'static>>(),
        Kind::Stress => whole::<super::Stress<'static>>(),
        Kind::Information => whole::<super::Information<'static>>(),
        Kind::Verify => whole::<super::Verify<'static>>(),
    };
    format!("{schema:#}")
}

/// The head and the body in one table that has no other keys.
fn whole<B: Body>() -> Json {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let (mut head, body) = (table::<Head<'static>>(&mut generator), table::<B>(&mut generator));
    if let Some(kind) = head.get_mut("properties").and_then(|keys| keys.get_mut("kind")) {
        *kind = json!({ "const": B::KIND.word(), "description": "Which document it is." });
    }
    let kind = B::KIND.word();
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!(format!("pfsim {kind}")));
    schema.insert("description".into(), body.get("description").cloned().unwrap_or_default());
    schema.insert("type".into(), json!("object"));
    let both = |key: &str| [&head, &body].map(|part| part.get(key).cloned().unwrap_or_default());
    let keys = both("properties").into_iter().filter_map(|keys| keys.as_object().cloned()).flatten();
    schema.insert("properties".into(), Json::Object(keys.collect()));
    let required = both("required").into_iter().filter_map(|keys| keys.as_array().cloned()).flatten();
    schema.insert("required".into(), required.collect());
    schema.insert("additionalProperties".into(), json!(false));
    schema.insert("$defs".into(), Json::Object(generator.take_definitions(true)));
    Json::Object(schema)
}

fn table<T: JsonSchema>(generator: &mut SchemaGenerator) -> Map<String, Json> {
    T::json_schema(generator).to_value().as_object().cloned().unwrap_or_default()
}
