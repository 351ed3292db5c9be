//! The scenario file as people write it: what may be wrong is still wrong here. These types are the file format; the JSON Schema and
//! the messages about unknown keys come from them.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::value::Datetime;

pub use super::text_capital::*;
pub use super::text_contract::*;
use super::text_grade::GradeText;
pub use super::text_people::*;
use super::uncertain::Uncertain;

/// A Pay for Success scenario: one deal, the people it is for, and what its parties assume about the world.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pfsim scenario")]
pub struct Scenario {
    /// Version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// Name, currency and calendar.
    pub deal: DealText,
    /// How many futures are simulated unless the command line says otherwise.
    #[serde(default)]
    pub simulation: SimulationText,
    /// What is delivered, to how many people, at what cost.
    pub program: ProgramText,
    /// Shocks that participants and comparison people share.
    pub economy: Option<EconomyText>,
    /// What may happen to a participant.
    #[serde(default)]
    pub outcome: Vec<OutcomeText>,
    /// Uncertain inputs that move together.
    #[serde(default)]
    pub correlation: Vec<CorrelationText>,
    /// Data sources in which people are found or not.
    #[serde(default)]
    pub records: Vec<RecordsText>,
    /// What the evaluator reports.
    #[serde(default)]
    pub measure: Vec<MeasureText>,
    /// Who pays for outcomes.
    #[serde(default)]
    pub payor: Vec<PayorText>,
    /// Named numbers for gates and prices.
    #[serde(default)]
    pub formula: Vec<FormulaText>,
    /// What is promised for which measure.
    #[serde(default)]
    pub payment: Vec<PaymentText>,
    /// Rights and duties to end the program early.
    #[serde(default)]
    pub stop: Vec<StopText>,
    /// Rules for the investors' money as a whole.
    #[serde(default)]
    pub capital: CapitalText,
    /// Who funds the work.
    #[serde(default)]
    pub tranche: Vec<TrancheText>,
    /// Who bears a lender's loss.
    #[serde(default)]
    pub guarantee: Vec<GuaranteeText>,
    /// What the provider earns or loses beside its budget.
    #[serde(default)]
    pub bonus: Vec<BonusText>,
}

/// Name, currency and calendar of the deal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealText {
    /// Name of the deal.
    pub name: String,
    /// Whose story it is and what question the scenario answers.
    pub about: Option<String>,
    /// ISO 4217 code, such as "USD".
    pub currency: String,
    /// First day of the first period: a TOML date.
    #[schemars(with = "String")]
    pub start: Datetime,
    /// Length of a period.
    pub period: PeriodText,
    /// Number of periods, 1 to 1200.
    #[schemars(range(min = 1, max = 1200))]
    pub periods: u32,
    /// Month in which the payors' fiscal year starts, in English; "January" if absent.
    pub fiscal_year_starts: Option<MonthText>,
    /// Most that all payors together pay.
    pub cap: Option<f64>,
    /// Effective annual rate an investor wants to earn (0.06 is 6%); 0.06 if absent.
    pub investor_hurdle: Option<f64>,
    /// Effective annual rate at which benefits are discounted (0.03 is 3%); 0.03 if absent.
    pub discount_rate: Option<f64>,
    /// Where the terms come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}

/// Length of a period.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum PeriodText {
    Month,
    Quarter,
    Year,
}

/// A month by its English name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words say it")]
pub enum MonthText {
    January,
    February,
    March,
    April,
    May,
    June,
    July,
    August,
    September,
    October,
    November,
    December,
}

/// How many futures are simulated.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationText {
    /// Number of trials.
    #[schemars(range(min = 1))]
    pub trials: u64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Draws every person alone, also where that is not needed: slower, the same law, to check the one by the other.
    #[serde(default)]
    pub one_by_one: bool,
}

impl Default for SimulationText {
    fn default() -> Self {
        Self { trials: 20_000, seed: 1, one_by_one: false }
    }
}

/// What is delivered, to how many people, at what cost.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramText {
    /// The service provider.
    pub provider: String,
    /// What is served, in the plural, where it is not people: "villages". Sentences say it; nothing is computed from it.
    pub unit: Option<String>,
    /// Cohorts by count and size, or as lists. A program with sites has those of its sites instead.
    pub cohorts: Option<CohortsText>,
    /// Where it is delivered, each place with its own cohorts.
    #[serde(default)]
    pub site: Vec<SiteText>,
    /// Most people a cohort can take.
    pub capacity: Option<u32>,
    /// Actual over planned enrolment; one draw a trial, shared by all cohorts. 1 if absent.
    pub enrolment_ratio: Option<Uncertain>,
    /// Referred over planned people; one draw for each cohort, on top of the enrolment ratio. 1 if absent.
    pub referral_ratio: Option<Uncertain>,
    /// Chance that the program starts on time, a period late, two periods late and so on: all cohorts enrol so much later.
    pub delay: Option<Vec<f64>>,
    /// Actual over planned cost; one draw a trial, shared by all costs. 1 if absent.
    pub overrun: Option<Uncertain>,
    /// Rise of all costs in a year, from the start of the deal; 0 if absent.
    #[serde(default)]
    pub inflation_per_year: f64,
    /// The budget.
    #[serde(default)]
    pub cost: Vec<CostText>,
    /// Where the plan comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// A place where the program is delivered, or a group of people it is delivered to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteText {
    /// Its name.
    pub name: String,
    /// Who delivers it there; the program's provider if absent.
    pub provider: Option<String>,
    /// Most people a cohort can take there; the program's capacity if absent.
    pub capacity: Option<u32>,
    /// Its cohorts.
    pub cohorts: CohortsText,
    /// Where the plan comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// Cohorts: `{ count, size, every, first }`, or `{ sizes = [...], periods = [...] }`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CohortsText {
    /// Number of cohorts.
    pub count: Option<u32>,
    /// Planned people in each.
    pub size: Option<u32>,
    /// Periods from one cohort to the next; 1 if absent.
    pub every: Option<u32>,
    /// Period (from 0) in which the first cohort enrols; 0 if absent.
    pub first: Option<u32>,
    /// Share of the planned people in the first cohorts, one for each, while the program starts up.
    pub ramp: Option<Vec<f64>>,
    /// Planned people of each cohort.
    pub sizes: Option<Vec<u32>>,
    /// Period (from 0) in which each cohort enrols.
    pub periods: Option<Vec<u32>>,
}

/// One line of the budget: exactly one of `per_participant`, `per_outcome`, `per_group`, `per_period`, `share_of_costs` and
/// `once`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostText {
    /// What is bought.
    pub name: String,
    /// Amount for each person enrolled, in the period of enrolment.
    pub per_participant: Option<f64>,
    /// Amount for each participant who has the outcome `of`, in the period in which it falls.
    pub per_outcome: Option<f64>,
    /// The outcome of a cost per outcome.
    pub of: Option<String>,
    /// Amount for each group of `people` enrolled, a last one that is not full included: a class, a coach.
    pub per_group: Option<f64>,
    /// People in a full group.
    pub people: Option<u32>,
    /// Share of what the other lines cost in the same period, such shares apart: overhead, a fee, a contingency.
    pub share_of_costs: Option<f64>,
    /// Only for people of these sites, where it is paid for people.
    pub sites: Option<Vec<String>>,
    /// Amount in each period from `from` to `until`.
    pub per_period: Option<f64>,
    /// One amount, in the period of `from`.
    pub once: Option<f64>,
    /// First day of the cost; the start of the deal if absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Datetime>,
    /// Last day of the cost: periods that start after it bear none. The end of the deal if absent.
    #[schemars(with = "Option<String>")]
    pub until: Option<Datetime>,
    /// Actual over planned cost of this line, on top of the program's; 1 if absent.
    pub overrun: Option<Uncertain>,
    /// Paid by others, not from the money raised for the project; false if absent.
    #[serde(default)]
    pub outside_raise: bool,
    /// Also borne in the periods after an early stop; false if absent.
    #[serde(default)]
    pub after_stop: bool,
    /// Where the amount comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<GradeText>,
}

/// Recessions that come and go; a deal begins outside of one.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecessionText {
    /// Chance in a year that one begins.
    pub per_year: f64,
    /// Points of unemployment while it lasts.
    pub points: f64,
    /// Years that it lasts on average.
    pub years: f64,
}

/// Unemployment's deviation from its normal level, in percentage points: a stationary AR(1) process.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EconomyText {
    /// Correlation from one year to the next, 0 up to but not including 1.
    pub persistence_per_year: f64,
    /// Standard deviation in percentage points.
    pub sd: f64,
    /// What is expected of it, in points above normal, by year of the deal; the last year's holds on. Nothing if absent.
    pub path: Option<Vec<f64>>,
    /// Recessions that come and go on top of it.
    pub recession: Option<RecessionText>,
    /// Where the numbers come from.
    pub source: Option<String>,
    /// How well they are founded.
    pub grade: Option<GradeText>,
}
