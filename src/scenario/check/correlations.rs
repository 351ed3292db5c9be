//! Uncertain inputs that move together, and what their correlations must be.

use super::Checker;
use crate::analysis::Input;
use crate::deal::{CorrelatedInput, Deal};
use crate::sampling::triangle;
use crate::scenario::problem::suggestion;
use crate::scenario::text::CorrelationText;

impl Checker {
    /// The inputs that correlations name, with the weights of their scores.
    pub(super) fn correlations(&mut self, texts: &[Option<CorrelationText>], deal: &Deal) -> Vec<CorrelatedInput> {
        // The effect of each site by itself, and each cohort's own luck, move with nothing.
        let inputs: Vec<Input> =
            deal.inputs().into_iter().filter(|input| !input.source.contains(".at.\"") && input.name != "program.referral_ratio").collect();
        let mut named: Vec<usize> = Vec::new();
        let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let path = format!("correlation[{index}]");
            let mut found = Vec::new();
            for (at, name) in text.between.iter().enumerate() {
                match inputs.iter().position(|input| input.name == *name) {
                    Some(input) => found.push(input),
                    None => {
                        let help = suggestion(name, inputs.iter().map(|input| input.name.as_str()));
                        let message = format!("there is no uncertain input `{name}`");
                        self.refuse(&format!("{path}.between[{at}]"), "unknown-name", message, "not uncertain here", help);
                    }
                }
            }
            let Some(rank) = self.within(&format!("{path}.rank"), text.rank, -0.999, 0.999, "a rank correlation lies between -1 and 1")
            else {
                continue;
            };
            self.assume(format!("correlation.{}", text.between.join(" ~ ")), format!("rank correlation {rank}"), &text.source, text.grade);
            let [one, other] = found.as_slice() else {
                if found.len() == text.between.len() {
                    self.refuse(&format!("{path}.between"), "one-of", "a correlation is between two inputs", "not two", "name two");
                }
                continue;
            };
            let place = |input: usize, named: &mut Vec<usize>| {
                named.iter().position(|&known| known == input).unwrap_or_else(|| {
                    named.push(input);
                    named.len() - 1
                })
            };
            let (one, other) = (place(*one, &mut named), place(*other, &mut named));
            if one == other || pairs.iter().any(|&(a, b, _)| (a, b) == (one, other) || (b, a) == (one, other)) {
                self.refuse(&path, "duplicate-name", "these two are correlated already, or are one", "again here", "keep one of them");
                continue;
            }
            // Spearman's rank correlation ρs of two normal scores with correlation 2·sin(π·ρs/6) (Pearson 1907).
            pairs.push((one, other, 2.0 * sine(core::f64::consts::PI * rank / 6.0)));
        }
        let mut matrix: Vec<Vec<f64>> =
            (0..named.len()).map(|row| (0..named.len()).map(|column| f64::from(u8::from(row == column))).collect()).collect();
        for (one, other, correlation) in pairs {
            matrix[one][other] = correlation;
            matrix[other][one] = correlation;
        }
        let Some(lower) = triangle(&matrix) else {
            let message = "no numbers are correlated like this: what moves strongly with one of two cannot move strongly against the other";
            self.refuse("correlation", "out-of-range", message, "impossible together", "weaken some of them");
            return Vec::new();
        };
        let input = |(&input, weights): (&usize, Vec<f64>)| CorrelatedInput {
            source: inputs[input].source.clone(),
            layer: inputs[input].layer,
            weights,
        };
        named.iter().zip(lower).map(input).collect()
    }
}

/// The sine of a number up to about one half, by its series.
fn sine(x: f64) -> f64 {
    let square = x * x;
    let mut term = x;
    let mut sum = x;
    for odd in 1..12 {
        let n = f64::from(2 * odd);
        term *= -square / (n * (n + 1.0));
        sum += term;
    }
    sum
}
