//! The JSON Schema of each kind of document.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use super::{Body, Head, Kind};

/// The JSON Schema of a kind of document.
#[must_use]
pub fn schema(of: Kind) -> String {
    let schema = match of {
        Kind::Run => whole::<super::Run<'static>>(),
        Kind::Check => whole::<super::Check<'static>>(),
        Kind::Problems => whole::<super::Problems<'static>>(),
        Kind::Settle => whole::<super::Settle>(),
        Kind::Status => whole::<super::Status>(),
        Kind::Forecast => whole::<super::Forecast>(),
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
        Kind::ShardPlan => whole::<super::ShardPlan<'static>>(),
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
