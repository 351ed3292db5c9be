//! What would the scenario say if an uncertain input were certain, larger, or less certain?
//!
//! Comes in: a scenario and one of its inputs. Goes out: the change, as `--set` takes it. Must never know: trials, results.

use toml_edit::{InlineTable, Value};

use crate::analysis::Input;
use crate::numeric::math::ln;
use crate::sampling::Distribution;
use crate::scenario::Scenario;
use crate::scenario::path::value_at;
use crate::words::typed;

/// Values of a law that is stated value by value.
const VALUES: usize = 100;

/// Letters of the law that was that are said of a moved one.
const LONGEST: usize = 120;

/// How an input is moved from what the scenario says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// It is certain and this.
    pub fix: Option<f64>,
    /// What is added to it.
    pub shift: f64,
    /// By what its distance from the mean is multiplied, above 0.
    pub widen: f64,
}

impl Moved {
    /// As it is.
    pub const NOT: Self = Self { fix: None, shift: 0.0, widen: 1.0 };
}

impl Scenario {
    /// The change that moves `input`, which is one of this scenario's, as `--set` takes it. Families that the scenario file states by mean
    /// and standard deviation stay what they are; a lognormal law keeps its family with the moved mean and standard deviation; any other
    /// becomes a hundred values, each as likely as another, held within `bounds`. What cannot be is refused when the change is made. `None` where there is nothing to move.
    #[must_use]
    pub fn moving(&self, input: &Input, moved: Moved, bounds: (f64, f64)) -> Option<String> {
        let law = self.deal.law(input)?;
        let mut table = match moved.fix {
            Some(value) => one("value", value),
            None => self.law_moved(input, law, moved, bounds),
        };
        // A law of many values is not said whole.
        let said: String = law.to_string().chars().take(LONGEST).collect();
        let rest = if law.to_string().chars().count() > LONGEST { "…" } else { "" };
        table.insert("source", format!("moved at the desk; it was {said}{rest}").into());
        table.insert("grade", "A".into());
        Some(format!("{}={}", input.path, Value::from(table)))
    }

    fn law_moved(&self, input: &Input, law: &Distribution, moved: Moved, bounds: (f64, f64)) -> InlineTable {
        let (mean, sd) = law.moments();
        let (to, spread) = (mean + moved.shift, sd * moved.widen);
        let text = value_at(&self.text, &input.path);
        let family = text.as_ref().and_then(|text| plain_family(text));
        let affine = |value: f64| to + (value - mean) * moved.widen;
        match family {
            Some(("normal", _)) => named("normal", &[("mean", to), ("sd", spread)]),
            Some((family @ ("uniform" | "triangular"), of)) => {
                let value = |key: &str| of.get(key).and_then(number).map(affine);
                let all = ["low", "mode", "high"].into_iter().filter_map(|key| Some((key, value(key)?)));
                named(family, &all.collect::<Vec<_>>())
            }
            // A beta law with this mean has no larger standard deviation than that of a coin.
            Some(("beta", _)) if to > 0.0 && to < 1.0 && spread * spread < 0.95 * to * (1.0 - to) => {
                named("beta", &[("mean", to), ("sd", spread)])
            }
            Some(("gamma", _)) if to > 0.0 => named("gamma", &[("mean", to), ("sd", spread)]),
            Some(("lognormal", _)) if to > 0.0 => {
                let variance = ln(1.0 + (spread / to) * (spread / to));
                named("lognormal", &[("mu", ln(to) - variance / 2.0), ("sigma", variance.sqrt())])
            }
            _ => {
                let quantile = |at: usize| law.quantile((at as f64 + 0.5) / VALUES as f64);
                let values = (0..VALUES).map(|at| round(affine(quantile(at)).clamp(bounds.0, bounds.1)));
                let row = |value: f64| Value::from(pairs(&[("value", value), ("weight", 1.0)]));
                let mut table = InlineTable::new();
                table.insert("discrete", Value::from_iter(values.map(row)));
                table
            }
        }
    }
}

/// The family that a law is stated by, with its parameters, where it is cut nowhere.
fn plain_family(text: &Value) -> Option<(&str, &InlineTable)> {
    let table = text.as_inline_table()?;
    let remarks = ["source", "grade"];
    let mut keys = table.iter().filter(|(key, _)| !remarks.contains(key));
    let (family, of) = keys.next()?;
    if keys.next().is_some() { None } else { Some((family, of.as_inline_table()?)) }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

/// Nine digits, which nobody tells from more.
fn round(value: f64) -> f64 {
    typed::digits(value, 9).parse().unwrap_or(value)
}

fn pairs(entries: &[(&str, f64)]) -> InlineTable {
    entries.iter().map(|(key, value)| ((*key).to_string(), Value::from(round(*value)))).collect()
}

fn named(family: &str, parameters: &[(&str, f64)]) -> InlineTable {
    let mut table = InlineTable::new();
    table.insert(family, Value::from(pairs(parameters)));
    table
}

fn one(key: &str, value: f64) -> InlineTable {
    pairs(&[(key, value)])
}
