//! The four signals of readiness.

use schemars::JsonSchema;
use serde::Serialize;

use super::number::Number;
use super::{Body, Kind};
use crate::report::readiness as words;
use crate::study;

/// What a deal has of each signal of readiness, and what its weakness costs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Readiness {
    /// The four signals.
    pub signals: Vec<Signal>,
    /// The weakest of those that could be stronger; null where none could.
    pub weakest: Option<&'static str>,
    /// Share of the cost per participant that partners would bear, 0 to 1, to see what partnerships are worth.
    pub partners: f64,
}

impl Body for Readiness {
    const KIND: Kind = Kind::Readiness;
}

/// A signal of readiness.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Signal {
    /// Its name: a committed payor, data, partnerships or evidence.
    pub name: &'static str,
    /// How strong it is, 0 to 1; null where no outcome has an effect to know.
    pub strength: Option<f64>,
    /// What would change if it were as strong as can be; null where it is already.
    pub gain_if_mended: Option<Gain>,
}

/// Differences of means over paired trials.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gain {
    /// Of what all payors pay.
    pub payors: Number,
    /// Of what all investors gain; null where there are none.
    pub investors: Option<Number>,
    /// Of the chance that investors lose; null where there are none.
    pub chance_of_loss: Option<f64>,
    /// Of the chance that something is paid for nothing, in the payment where it is greatest; null where no payment looks at an effect.
    pub paid_for_nothing: Option<f64>,
}

impl Readiness {
    /// What [`study::readiness`] found.
    #[must_use]
    pub fn new(found: &study::Readiness) -> Self {
        let one = |finding: &study::Finding| Signal {
            name: words::name(finding.signal),
            strength: finding.strength,
            gain_if_mended: finding.gain.map(|gain| Gain {
                payors: gain.payors.into(),
                investors: gain.investors.map(Number::from),
                chance_of_loss: gain.loss,
                paid_for_nothing: gain.for_nothing,
            }),
        };
        let weakest = words::weakest(&found.findings).map(|finding| words::name(finding.signal));
        Self { signals: found.findings.iter().map(one).collect(), weakest, partners: found.partners }
    }
}
