//! People and findings as the file writes them: outcomes, records, measures.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::text_grade::GradeText;
use super::uncertain::Uncertain;

/// Something that may happen to a participant. Either `rate` (a step of the program, which nobody takes outside it) or `without` and
/// `effect` (what would have happened anyway, and what the program adds).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeText {
    /// Name of the outcome.
    pub name: String,
    /// Whether people have it or not ("yes_no", if absent), how often ("count"), or how much of it ("amount").
    #[serde(default)]
    pub kind: OutcomeKindText,
    /// Of a count or an amount: standard deviation between persons. A count that lacks it has the square root of its mean.
    pub sd: Option<f64>,
    /// Of an amount, instead of `sd`: the whole law between persons.
    pub spread: Option<SpreadText>,
    /// Of an amount with a spread and rounds: correlation of one person's amounts a year apart.
    pub correlation_per_year: Option<f64>,
    /// The outcome is having more than an amount of another one, which has a `spread`: a wage above a line.
    pub above: Option<AboveText>,
    /// The outcome is the median of another one, which has a `spread`, over the people of a cohort.
    pub median_of: Option<String>,
    /// Of a yes-or-no outcome: correlation of the people of one cohort; 0 if absent.
    #[serde(default)]
    pub intraclass_correlation: f64,
    /// Of a yes-or-no outcome: correlation of the people of one site, over all its cohorts; 0 if absent.
    #[serde(default)]
    pub site_correlation: f64,
    /// Standard deviation of the effect between sites; 0 if absent.
    #[serde(default)]
    pub site_effect_sd: f64,
    /// It happens again: each round is reported and paid by itself. Once if absent.
    pub rounds: Option<RoundsText>,
    /// Of a yes-or-no outcome with rounds, this or `leaves`: the chance that who has it in one round has it in the next, or "independent".
    pub keeps: Option<KeepsText>,
    /// Of a yes-or-no outcome with rounds, instead of `keeps`: the share of those who have it that leaves from one round to the next and
    /// never comes back.
    pub leaves: Option<f64>,
    /// Probability of a step of the program; mean per person of a count or amount.
    pub rate: Option<Uncertain>,
    /// Probability without the program: the counterfactual.
    pub without: Option<Uncertain>,
    /// True effect of the program, added to `without`.
    pub effect: Option<Uncertain>,
    /// The same as a share of `without`.
    pub relative_effect: Option<Uncertain>,
    /// Sites at which it is otherwise: other places, or other people.
    #[serde(default)]
    pub at: Vec<AtText>,
    /// How an outcome with rounds changes from one to the next.
    pub profile: Option<ProfileText>,
    /// Only people with this outcome can have the present one, in or outside the program.
    pub given: Option<String>,
    /// Only participants with this outcome get the effect.
    pub effect_through: Option<String>,
    /// Whether "more" (if absent) or "fewer" of it is better: "fewer" of arrests or days in jail. A difference above zero is then a
    /// decrease. What looks at another outcome (`above`, `median_of`) has the same as that one.
    pub better: Option<BetterText>,
    /// Periods from enrolment to the outcome; 0 if absent.
    #[serde(default)]
    pub after: u32,
    /// Change of the probability for each percentage point of unemployment above normal; 0 if absent.
    #[serde(default)]
    pub per_point_of_unemployment: f64,
    /// Change of the effect for each percentage point of unemployment above normal; 0 if absent.
    #[serde(default)]
    pub effect_per_point_of_unemployment: f64,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// What having an outcome in one round says of the next: a chance, or nothing.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a chance from 0 to 1, or \"independent\"")]
pub enum KeepsText {
    /// The chance to have it again.
    Chance(f64),
    /// Everybody is drawn anew.
    Word(IndependentText),
}

/// The word for rounds that know nothing of each other.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndependentText {
    /// Everybody is drawn anew.
    Independent,
}

/// What an outcome is at some sites; what is absent is as everywhere.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtText {
    /// Those sites.
    pub sites: Vec<String>,
    /// Instead of `rate`.
    pub rate: Option<Uncertain>,
    /// Instead of `without`.
    pub without: Option<Uncertain>,
    /// Instead of `effect`.
    pub effect: Option<Uncertain>,
    /// Instead of `relative_effect`.
    pub relative_effect: Option<Uncertain>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// Whether people have an outcome or not, how often, or how much of it.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKindText {
    /// Or not.
    #[default]
    YesNo,
    /// A whole number of times.
    Count,
    /// Money or any other quantity.
    Amount,
}

/// The law between persons: a share with nothing, and exactly one of `gamma`, `lognormal`, `weibull` and `values` for the others. Its mean
/// is that of the outcome.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpreadText {
    /// Share of people with nothing; 0 if absent.
    #[serde(default)]
    pub zeros: f64,
    /// Shape of a gamma law.
    pub gamma: Option<f64>,
    /// Standard deviation of the logarithm of a lognormal law.
    pub lognormal: Option<f64>,
    /// Shape of a Weibull law.
    pub weibull: Option<f64>,
    /// Amounts of observed persons, in any unit: only their proportions count.
    pub values: Option<Vec<f64>>,
}

/// More than an amount of an outcome.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AboveText {
    /// The outcome, which has a `spread`.
    pub of: String,
    /// The amount.
    pub amount: f64,
}

/// How an outcome changes over its rounds: by rates per year from the first round on, or by a factor for each round.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileText {
    /// Growth of what happens without the program (or of the rate) a year; 0 if absent.
    #[serde(default)]
    pub without_per_year: f64,
    /// Growth of the effect a year, negative where it fades; 0 if absent.
    #[serde(default)]
    pub effect_per_year: f64,
    /// Years after enrolment before which there is no effect; 0 if absent.
    #[serde(default)]
    pub onset: f64,
    /// Years after enrolment after which there is no effect any more; never if absent.
    pub stops_after: Option<f64>,
    /// Factors of what happens without the program, one for each round, instead of `without_per_year`.
    pub without: Option<Vec<f64>>,
    /// Factors of the effect, one for each round, instead of `effect_per_year`, `onset` and `stops_after`.
    pub effect: Option<Vec<f64>>,
}

impl OutcomeText {
    /// What it is: an amount too where it has a spread or is a median.
    #[must_use]
    pub fn kind(&self) -> OutcomeKindText {
        if self.spread.is_some() || self.median_of.is_some() { OutcomeKindText::Amount } else { self.kind }
    }

    /// The outcome whose persons' amounts it looks at.
    #[must_use]
    pub fn looks_at(&self) -> Option<&str> {
        self.above.as_ref().map(|above| above.of.as_str()).or(self.median_of.as_deref())
    }
}

/// Two uncertain inputs that move together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrelationText {
    /// The two, such as "placed.effect", "placed.without", "completes.rate", "wage records.match_rate", "program.overrun".
    pub between: Vec<String>,
    /// Their rank correlation (Spearman's), from -1 to 1.
    pub rank: f64,
    /// Where it comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// Which direction of an outcome is a success.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum BetterText {
    /// Jobs, earnings.
    More,
    /// Arrests, days in jail.
    Fewer,
}

/// An outcome that happens again and again.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundsText {
    /// Number of rounds.
    pub count: u32,
    /// Periods from one round to the next; 1 if absent.
    pub every: Option<u32>,
}

/// A data source in which people are found or not. Measures that use the same records find the same people.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordsText {
    /// Name of the records.
    pub name: String,
    /// Share of people who are found in them.
    pub match_rate: Uncertain,
    /// Where the number comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// What the evaluator reports about an outcome.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureText {
    /// Name of the measure.
    pub name: String,
    /// The outcome it reports, or "enrolled".
    pub of: String,
    /// With whom participants are compared; "count" if absent: with nobody.
    #[serde(default)]
    pub method: MethodText,
    /// The data it rests on; everybody is found if absent.
    pub records: Option<String>,
    /// Share of true outcomes reported as none; 0 if absent.
    #[serde(default)]
    pub false_negative: f64,
    /// Share of people without the outcome reported as having it; 0 if absent.
    #[serde(default)]
    pub false_positive: f64,
    /// Periods from the outcome to the report; 0 if absent.
    #[serde(default)]
    pub observed_after: u32,
    /// Which cohorts are reported together; "cohort" if absent.
    #[serde(default)]
    pub pool: PoolText,
    /// Only these cohorts, counted from 1; all of them if absent.
    pub cohorts: Option<Vec<u32>>,
    /// Only the cohorts of these sites.
    pub sites: Option<Vec<String>>,
    /// With fewer people enrolled in a group nothing is reported of it; 0 if absent.
    #[serde(default)]
    pub minimum_sample: u32,
    /// Share of participants who got the treatment: the difference is divided by it (treatment on the treated); 1 if absent.
    pub treated_share: Option<f64>,
    /// Where the evaluation plan comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// Regression to the mean: by how much, or how people were chosen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number, a distribution, or { correlation, selected_below }")]
pub enum RegressionText {
    /// How people were chosen.
    Selection(SelectionText),
    /// By how much.
    Gain(Uncertain),
}

/// People chosen because they were below a threshold: with a correlation r of the same person's two measurements and a threshold c in
/// standard deviations, they gain (1 − r)·φ(c)/Φ(c) standard deviations by themselves.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectionText {
    /// Correlation of one person's measurement before and after.
    pub correlation: f64,
    /// The threshold, in standard deviations from the mean.
    pub selected_below: f64,
}

/// How the evaluator knows what would have happened anyway.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MethodText {
    /// It does not: outcomes are counted.
    #[default]
    Count,
    /// An evaluator without any error, who reports the true effect.
    Exact,
    /// Participants are compared with what was known before.
    Historical {
        /// Rate (or mean) of earlier people; what would have happened without the program if absent.
        baseline: Option<f64>,
        /// Number of earlier people it was estimated from; taken as known if absent.
        estimated_from: Option<u32>,
        /// Change of the world since then; 0 if absent.
        drift: Option<Uncertain>,
        /// How much people who were chosen in a bad moment get better by themselves, above zero also where fewer are better; 0 if absent.
        regression_to_the_mean: Option<RegressionText>,
    },
    /// The first cohorts are compared with a fixed rate, the later ones with people whom a lottery left out.
    FixedThenLive {
        /// The fixed rate (or mean).
        baseline: f64,
        /// Number of cohorts compared with it.
        cohorts: u32,
        /// Comparison people for each later cohort.
        comparison: u32,
    },
    /// The weighted difference that other measures of the same outcome find: names and weights, which add up to 1.
    Blend(BTreeMap<String, f64>),
    /// A lottery decided who got in.
    Randomized {
        /// Comparison people for each cohort.
        comparison: u32,
    },
    /// Similar people were found, with a bias that nobody can see.
    Matched {
        /// Comparison people for each cohort.
        comparison: u32,
        /// Bias of the comparison rate: above zero it puts the rate too high; one draw a trial.
        bias: Uncertain,
    },
}

/// Which cohorts one report covers.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PoolText {
    /// Each cohort by itself.
    #[default]
    Cohort,
    /// The cohorts of each site.
    Site,
    /// Cohorts that enrol in the same year of the deal.
    Year,
    /// All cohorts.
    All,
}
