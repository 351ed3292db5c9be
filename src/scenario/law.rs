//! From the text of an uncertain number to its distribution.

use super::uncertain::{BetaText, EvidenceText, FamilyText, GammaText, LawText, PartText, Uncertain, WeightedValueText};
use crate::numeric::math::exp;
use crate::sampling::{Distribution, Family, Law, LawError};

/// What is wrong with a distribution, and where in its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Key inside the table; empty for the table itself.
    pub at: String,
    /// The rule.
    pub message: String,
    /// The remedy.
    pub help: String,
}

impl Fault {
    fn new(message: &str, help: &str) -> Self {
        Self { at: String::new(), message: message.into(), help: help.into() }
    }
}

impl From<LawError> for Fault {
    fn from(error: LawError) -> Self {
        Self { at: String::new(), message: error.rule(), help: error.remedy() }
    }
}

/// The distribution that `text` describes.
///
/// # Errors
/// A [`Fault`] with the key it is about.
pub fn distribution(text: &Uncertain) -> Result<Distribution, Fault> {
    let text = match text {
        Uncertain::Plain(value) => return Ok(Law::constant(*value)?.into()),
        Uncertain::Law(text) => text,
    };
    let law = only(candidates(text))?;
    let interval = |low: Option<f64>, high: Option<f64>| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
    let truncated = interval(text.truncate_below, text.truncate_above);
    let clipped = interval(text.clip_below, text.clip_above);
    Ok(Distribution::new(law, truncated, clipped)?)
}

/// Whether `text` names a law of its own.
#[must_use]
pub fn has_law(text: &LawText) -> bool {
    candidates(text).iter().any(|(_, law)| law.is_some())
}

/// A key and the law it gives, if it is there.
type Candidate = (&'static str, Option<Result<Law, Fault>>);

/// The one law that is given.
fn only(candidates: Vec<Candidate>) -> Result<Law, Fault> {
    let names: Vec<&str> = candidates.iter().map(|(key, _)| *key).collect();
    let help = format!("give exactly one of {}", names.join(", "));
    let mut given = candidates.into_iter().filter_map(|(key, law)| law.map(|law| (key, law)));
    match (given.next(), given.next()) {
        (Some((key, law)), None) => law.map_err(|fault| Fault { at: key.into(), ..fault }),
        (None, _) => Err(Fault::new("a distribution names its law", &help)),
        (Some(_), Some((second, _))) => Err(Fault { at: second.into(), ..Fault::new("a distribution has one law", &help) }),
    }
}

fn candidates(text: &LawText) -> Vec<Candidate> {
    let law = |law: Result<Law, LawError>| law.map_err(Fault::from);
    vec![
        ("value", text.value.map(|value| law(Law::constant(value)))),
        ("uniform", text.uniform.as_ref().map(|of| law(Law::uniform(of.low, of.high)))),
        ("triangular", text.triangular.as_ref().map(|of| law(Law::triangular(of.low, of.mode, of.high)))),
        ("normal", text.normal.as_ref().map(|of| law(Law::normal(of.mean, of.sd)))),
        ("lognormal", text.lognormal.as_ref().map(|of| law(Law::lognormal(of.mu, of.sigma)))),
        ("beta", text.beta.as_ref().map(beta)),
        ("gamma", text.gamma.as_ref().map(gamma)),
        ("discrete", text.discrete.as_deref().map(|values| law(discrete(values)))),
        ("mixture", text.mixture.as_deref().map(mixture)),
        (
            "between",
            text.between.as_ref().map(|of| {
                let family = match of.family {
                    FamilyText::Normal => Family::Normal,
                    FamilyText::LogNormal => Family::LogNormal,
                    FamilyText::Beta => Family::Beta,
                };
                law(Law::between(of.low, of.high, of.probability, family))
            }),
        ),
        ("evidence", text.evidence.as_ref().map(evidence)),
    ]
}

fn beta(text: &BetaText) -> Result<Law, Fault> {
    match (text.mean, text.sd, text.alpha, text.beta) {
        (Some(mean), Some(sd), None, None) => Ok(Law::beta_by_mean(mean, sd)?),
        (None, None, Some(alpha), Some(beta)) => Ok(Law::beta(alpha, beta)?),
        _ => Err(Fault::new("a beta law is given by `mean` and `sd`, or by `alpha` and `beta`", "give the two that belong together")),
    }
}

fn gamma(text: &GammaText) -> Result<Law, Fault> {
    match (text.mean, text.sd, text.shape, text.scale) {
        (Some(mean), Some(sd), None, None) => Ok(Law::gamma_by_mean(mean, sd)?),
        (None, None, Some(shape), Some(scale)) => Ok(Law::gamma(shape, scale)?),
        _ => Err(Fault::new("a gamma law is given by `mean` and `sd`, or by `shape` and `scale`", "give the two that belong together")),
    }
}

/// The normal-normal model: with an estimate x of standard error s and a field N(m, τ²), the true effect is normal with precision 1/s² + 1/τ²
/// around the weighted mean; a new site adds its variance. A chance of no effect at all is weighed against the rest by how likely each makes
/// the estimate: N(x; 0, s²) against N(x; m, s² + τ²).
fn evidence(text: &EvidenceText) -> Result<Law, Fault> {
    let times = text.times.unwrap_or(1.0);
    let none = text.no_effect.unwrap_or(0.0);
    if !(0.0..1.0).contains(&none) {
        return Err(Fault::new("the chance of no effect lies from 0 up to 1", "30% is written 0.3"));
    }
    let (field, site) = (text.field_sd * text.field_sd, text.new_site_sd.map_or(0.0, |sd| sd * sd));
    let (mean, variance, odds) = match (text.estimate, text.se) {
        (None, None) => (text.field_mean, field, 1.0),
        (Some(estimate), Some(se)) if se > 0.0 && text.field_sd > 0.0 => {
            let (own, prior) = (1.0 / (se * se), 1.0 / field);
            let likely = |distance: f64, variance: f64| exp(-0.5 * distance * distance / variance) / variance.sqrt();
            let odds = likely(estimate - text.field_mean, se * se + field) / likely(estimate, se * se);
            ((estimate * own + text.field_mean * prior) / (own + prior), 1.0 / (own + prior), odds)
        }
        _ => {
            let help = "give both, above 0, or neither where the program has no trial of its own";
            return Err(Fault::new("an estimate comes with its standard error `se`, and a field with an sd", help));
        }
    };
    let effect = Law::normal(times * mean, times.abs() * (variance + site).sqrt())?;
    if none == 0.0 {
        return Ok(effect);
    }
    let weight = (1.0 - none) * odds.min(1e12);
    Ok(Law::mixture(vec![(none, Law::constant(0.0)?), (weight, effect)])?)
}

fn discrete(values: &[WeightedValueText]) -> Result<Law, LawError> {
    let (values, weights): (Vec<f64>, Vec<f64>) = values.iter().map(|part| (part.value, part.weight)).unzip();
    Law::discrete(&values, &weights)
}

fn mixture(parts: &[PartText]) -> Result<Law, Fault> {
    let part = |part: &PartText| {
        let law = |law: Result<Law, LawError>| law.map_err(Fault::from);
        let candidates: Vec<Candidate> = vec![
            ("value", part.value.map(|value| law(Law::constant(value)))),
            ("uniform", part.uniform.as_ref().map(|of| law(Law::uniform(of.low, of.high)))),
            ("triangular", part.triangular.as_ref().map(|of| law(Law::triangular(of.low, of.mode, of.high)))),
            ("normal", part.normal.as_ref().map(|of| law(Law::normal(of.mean, of.sd)))),
            ("lognormal", part.lognormal.as_ref().map(|of| law(Law::lognormal(of.mu, of.sigma)))),
            ("beta", part.beta.as_ref().map(beta)),
            ("gamma", part.gamma.as_ref().map(gamma)),
        ];
        let law = only(candidates).map_err(|fault| Fault::new(&format!("each part of a mixture: {}", fault.message), &fault.help))?;
        Ok((part.weight, law))
    };
    Ok(Law::mixture(parts.iter().map(part).collect::<Result<Vec<(f64, Law)>, Fault>>()?)?)
}
