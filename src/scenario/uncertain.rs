//! A number that the world decides: plain, or a distribution, with its evidence.

use core::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::text_grade::GradeText;

/// A number: written plain (`0.8`), or as a table with exactly one law and, if wanted, its source and grade.
#[derive(Debug)]
pub enum Uncertain {
    /// A plain number.
    Plain(f64),
    /// A law with its evidence.
    Law(Box<LawText>),
}

/// A law with its evidence: exactly one of `value`, `uniform`, `triangular`, `normal`, `lognormal`, `beta`, `gamma`, `discrete`,
/// `mixture`, `between`, `evidence` and `draws`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LawText {
    /// A certain number, to give it a source.
    pub value: Option<f64>,
    /// Any value from `low` to `high`, equally likely.
    pub uniform: Option<UniformText>,
    /// From `low` to `high`, most likely at `mode`.
    pub triangular: Option<TriangularText>,
    /// The normal law.
    pub normal: Option<NormalText>,
    /// The lognormal law: `mu` and `sigma` are the mean and standard deviation of the logarithm.
    pub lognormal: Option<LogNormalText>,
    /// The beta law on 0..1, by `mean` and `sd` or by `alpha` and `beta`.
    pub beta: Option<BetaText>,
    /// The gamma law, by `mean` and `sd` or by `shape` and `scale`.
    pub gamma: Option<GammaText>,
    /// One of several values.
    pub discrete: Option<Vec<WeightedValueText>>,
    /// One of several laws, each with its weight; `value` makes a point mass.
    pub mixture: Option<Vec<PartText>>,
    /// "90% between 500 and 900".
    pub between: Option<BetweenText>,
    /// What is known of an effect: a program's own estimate shrunk toward its field, a new site, a chance that there is none.
    pub evidence: Option<EvidenceText>,
    /// A column of a CSV or Parquet file, each row as likely as another: draws from a posterior made elsewhere. Columns of one file are drawn together.
    pub draws: Option<DrawsText>,
    /// Values below never happen: the law given that it lies above.
    pub truncate_below: Option<f64>,
    /// Values above never happen: the law given that it lies below.
    pub truncate_above: Option<f64>,
    /// Smaller values count as this one.
    pub clip_below: Option<f64>,
    /// Larger values count as this one.
    pub clip_above: Option<f64>,
    /// Where the number comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

macro_rules! law_table {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the parameters are explained at the law")]
        pub struct $name { $($(#[$field_meta])* pub $field: $kind),* }
    };
}

law_table!(/// Bounds.
    UniformText { low: f64, high: f64 });
law_table!(/// Bounds and peak.
    TriangularText { low: f64, mode: f64, high: f64 });
law_table!(/// Mean and standard deviation.
    NormalText { mean: f64, sd: f64 });
law_table!(/// Mean and standard deviation of the logarithm.
    LogNormalText { mu: f64, sigma: f64 });
law_table!(/// Mean and standard deviation, or both shapes.
    BetaText { mean: Option<f64>, sd: Option<f64>, alpha: Option<f64>, beta: Option<f64> });
law_table!(/// Mean and standard deviation, or shape and scale.
    GammaText { mean: Option<f64>, sd: Option<f64>, shape: Option<f64>, scale: Option<f64> });
law_table!(/// A value and its weight.
    WeightedValueText { value: f64, weight: f64 });
law_table!(/// A central interval: `probability` of the mass lies from `low` to `high`, as much below as above.
    BetweenText { low: f64, high: f64, probability: f64, family: FamilyText });

/// An effect by its evidence, in the units of the estimate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceText {
    /// The program's own estimate.
    pub estimate: Option<f64>,
    /// Standard error of the estimate.
    pub se: Option<f64>,
    /// Mean effect of programs like this one.
    pub field_mean: f64,
    /// Standard deviation of the true effect between programs.
    pub field_sd: f64,
    /// Standard deviation between sites of one program, for a site that was not in the trial.
    pub new_site_sd: Option<f64>,
    /// Chance that there is no effect at all, before the estimate is known.
    pub no_effect: Option<f64>,
    /// What turns the units of the estimate into those of the outcome: a mean without the program, where effects are shares of it.
    pub times: Option<f64>,
}

/// A column of a CSV file with a header, or of a Parquet file (in builds with the feature `parquet`).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawsText {
    /// The file, beside the scenario.
    pub file: String,
    /// The column.
    pub column: String,
}

/// A part of a mixture: its weight and exactly one law.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartText {
    /// Weight, relative to the other parts.
    pub weight: f64,
    /// A certain number.
    pub value: Option<f64>,
    /// Any value from `low` to `high`, equally likely.
    pub uniform: Option<UniformText>,
    /// From `low` to `high`, most likely at `mode`.
    pub triangular: Option<TriangularText>,
    /// The normal law.
    pub normal: Option<NormalText>,
    /// The lognormal law.
    pub lognormal: Option<LogNormalText>,
    /// The beta law.
    pub beta: Option<BetaText>,
    /// The gamma law.
    pub gamma: Option<GammaText>,
}

/// Shape of a law given by an interval.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum FamilyText {
    Normal,
    #[serde(rename = "lognormal")]
    LogNormal,
    Beta,
}

impl<'de> Deserialize<'de> for Uncertain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrLaw;

        impl<'de> Visitor<'de> for NumberOrLaw {
            type Value = Uncertain;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number or a distribution")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Uncertain, E> {
                Ok(Uncertain::Plain(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Uncertain, E> {
                Ok(Uncertain::Plain(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Uncertain, E> {
                Ok(Uncertain::Plain(value as f64))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Uncertain, A::Error> {
                LawText::deserialize(MapAccessDeserializer::new(map)).map(|law| Uncertain::Law(Box::new(law)))
            }
        }

        deserializer.deserialize_any(NumberOrLaw)
    }
}

impl JsonSchema for Uncertain {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Uncertain".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let law = generator.subschema_for::<LawText>();
        schemars::json_schema!({
            "description": "A number, or a distribution with its source and grade.",
            "anyOf": [{ "type": "number" }, law]
        })
    }
}
