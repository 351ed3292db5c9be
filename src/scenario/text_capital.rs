//! The investors' part of a contract as people write it: tranches, guarantees, bonuses.

use core::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

use super::text_grade::GradeText;

/// Rules for the investors' money as a whole.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapitalText {
    /// Receipts pay costs until this day; cash goes out in every period that starts after it. From the first period on if absent.
    #[schemars(with = "Option<String>")]
    pub recycle_until: Option<Datetime>,
    /// What moves the end of recycling and every maturity.
    pub extension: Option<ExtensionText>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// Moves the end of recycling and every maturity, once.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionText {
    /// What must hold in a period up to the first one that would be moved.
    pub when: String,
    /// By how many periods.
    pub periods: u32,
}

/// One investor's money.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrancheText {
    /// Name of the tranche.
    pub name: String,
    /// What kind of money it is; "loan" if absent.
    #[serde(default)]
    pub kind: KindText,
    /// Committed amount.
    pub amount: f64,
    /// Planned drawings, conditional or not; drawn as costs need it if absent.
    pub draws: Option<Vec<DrawText>>,
    /// Order of drawing: lower is drawn first, equal ones in proportion to what each has left. If absent, grants are drawn first, then
    /// the others from the last rank to the first.
    pub draw_order: Option<u32>,
    /// Effective annual interest on what is owed: a number (0.05 is 5%) or `{ formula = "…" }`; 0 if absent.
    pub coupon: Option<CouponText>,
    /// Whether interest adds to what is owed or is paid each period before principal; "accrued" if absent.
    pub interest: Option<InterestText>,
    /// Whether principal is repaid as cash comes in or at once when it matures; "pass_through" if absent.
    pub repaid: Option<RepaidText>,
    /// Day on which a bullet is repaid.
    #[schemars(with = "Option<String>")]
    pub matures: Option<Datetime>,
    /// Order of repayment: 1 is repaid first, equal ranks in proportion to what each is owed. If absent, a senior loan has 1, a junior
    /// loan 2; recoverable and recyclable grants and deferred fees come after the last loan.
    pub rank: Option<u32>,
    /// Effective annual return beyond which it receives nothing (0.125 is 12.5%).
    pub return_cap: Option<f64>,
    /// Share of what is left once everybody has what is owed; 0 if absent. The provider keeps what nobody has a share of.
    pub residual_share: Option<f64>,
    /// Payments whose receipts alone repay it; all if absent.
    pub tied_to: Option<Vec<String>>,
    /// Who keeps what comes back of a recyclable grant; it pays the project's later costs if absent.
    pub recycled_to: Option<String>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// What kind of money a tranche is.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum KindText {
    /// A loan repaid first.
    Senior,
    /// A loan repaid after the senior one.
    Junior,
    /// Repaid by its `rank`.
    #[default]
    Loan,
    /// A gift, never repaid.
    Grant,
    /// Repaid at its rank into a pot for more of the same work, never to the donor.
    RecyclableGrant,
    /// Principal repaid at its rank, without interest.
    RecoverableGrant,
    /// Work that the provider does before it is paid for, repaid at its rank.
    DeferredFee,
    /// Owed nothing; has a share of what is left.
    Equity,
}

/// A planned drawing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawText {
    /// Drawn in the period of this day.
    #[schemars(with = "String")]
    pub date: Datetime,
    /// How much.
    pub amount: f64,
    /// Nothing is drawn unless this holds.
    pub when: Option<String>,
}

/// When interest is paid.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum InterestText {
    /// It adds to what is owed.
    Accrued,
    /// It is paid each period, before principal; what cannot be paid adds to what is owed.
    Cash,
}

/// When principal is repaid.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RepaidText {
    /// As cash comes in.
    PassThrough,
    /// At once, when it matures.
    Bullet,
}

/// Interest: plain, or set by performance.
#[derive(Debug)]
pub enum CouponText {
    /// A plain rate.
    Plain(f64),
    /// An expression.
    Formula(RateText),
}

/// A number that an expression gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateText {
    /// The expression.
    pub formula: String,
}

/// A promise to bear a lender's loss of principal: exactly one of `percent`, `amount`, `schedule` and `floor`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeText {
    /// Name of the guarantee.
    pub name: String,
    /// Who pays.
    pub guarantor: String,
    /// The tranche, or the list of tranches, whose losses it bears.
    pub of: TranchesText,
    /// Pays up to this share of the amount drawn.
    pub percent: Option<f64>,
    /// Pays up to this amount.
    pub amount: Option<f64>,
    /// Pays up to the amount of the last row whose `drawn` is reached.
    pub schedule: Option<Vec<CoverText>>,
    /// Pays what is missing to this share of the principal drawn.
    pub floor: Option<f64>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// One row of a guarantee's schedule.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverText {
    /// From this amount drawn on.
    pub drawn: f64,
    /// It pays up to this.
    pub pays: f64,
}

/// The name of a tranche, or several.
#[derive(Debug)]
pub struct TranchesText(pub Vec<String>);

/// What the provider earns beside its budget, or loses: exactly one of `amount`, `share_of_receipts` and `formula`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BonusText {
    /// What it is for.
    pub name: String,
    /// An amount; below zero, the provider pays.
    pub amount: Option<f64>,
    /// A share of what the payors pay in the period.
    pub share_of_receipts: Option<f64>,
    /// An expression in major units.
    pub formula: Option<String>,
    /// Day on which it falls due; every period if absent.
    #[schemars(with = "Option<String>")]
    pub date: Option<Datetime>,
    /// Nothing falls due unless this holds.
    pub when: Option<String>,
    /// Paid after the tranches of this rank; before any investor if absent.
    pub after_rank: Option<u32>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

impl<'de> Deserialize<'de> for CouponText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = CouponText;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a rate such as 0.05, or { formula = \"…\" }")
            }
            fn visit_f64<E>(self, value: f64) -> Result<CouponText, E> {
                Ok(CouponText::Plain(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<CouponText, E> {
                Ok(CouponText::Plain(value as f64))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CouponText, A::Error> {
                RateText::deserialize(MapAccessDeserializer::new(map)).map(CouponText::Formula)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for CouponText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Coupon".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let formula = generator.subschema_for::<RateText>();
        schemars::json_schema!({ "anyOf": [{ "type": "number" }, formula] })
    }
}

impl<'de> Deserialize<'de> for TranchesText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = TranchesText;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a tranche, or a list of names")
            }
            fn visit_str<E>(self, name: &str) -> Result<TranchesText, E> {
                Ok(TranchesText(vec![name.into()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<TranchesText, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(names)).map(TranchesText)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for TranchesText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tranches".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
    }
}
