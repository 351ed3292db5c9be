//! What the parties signed: program, outcomes, measures, payments, payors and capital, valid and inert.
//!
//! Comes in: nothing but valid values (the scenario room makes them from text). Goes out: plain data that the engine prepares once.
//! Must never know: TOML, random streams, trials.

mod calendar;
mod capital;
mod continuity;
mod correlation;
mod expression;
mod id;
pub mod letters;
mod measure;
mod order;
mod outcome;
mod payment;
mod price;
mod program;
mod references;
mod results;
mod so_far;
mod spending;

use std::sync::Arc;

use crate::numeric::each::Each;
use crate::quantity::{Currency, Money, Timeline};

pub use calendar::{Due, Seen};
pub use capital::{Bonus, BonusSize, Capital, Coupon, Cover, Draw, Extension, Guarantee, Tranche, TrancheKind};
pub use continuity::Continuity;
pub use correlation::CorrelatedInput;
pub use expression::{
    Arithmetic, Bounds, Comparison, Condition, Expression, Formula, Function, Gate, Leaf, PaymentFact, Row, TIE, Table, Term, TrancheFact,
    day_number,
};
pub use id::{CohortId, FormulaId, GroupId, MeasureId, OutcomeId, PaymentId, PayorId, PeriodId, StopId, TrancheId};
pub use measure::{Comparators, History, Measure, Method, Pool, Records, Statistic};
pub use order::needed_first;
pub use outcome::{Elsewhere, NO_EFFECT, Outcome, OutcomeKind, OutcomeRef, Profile, Rounds};
pub use payment::{Claims, Escalator, Hazard, Instalment, Limits, Payment, Payor, Stop, Terms};
pub use price::{Line, Price, Tier};
pub use program::{Cohort, Cost, CostBasis, Economy, LARGEST_COHORT, LARGEST_RATIO, Program, Recession, Site};
pub use results::{Known, Reported, Results, SoFar, follows};

/// One deal: everything that the parties agreed and everything they assume about the world. References between parts are indices into
/// these vectors, and every index is in range.
#[derive(Clone, Debug)]
pub struct Deal {
    /// Name of the deal.
    pub name: String,
    /// What the scenario is about, in the author's words.
    pub about: Option<String>,
    /// The one currency of the deal.
    pub currency: Currency,
    /// Periods and fiscal years.
    pub timeline: Timeline,
    /// Most that all payors together pay over the whole deal.
    pub cap: Option<Money>,
    /// Effective annual rate an investor wants to earn; 0.06 is 6% a year.
    pub hurdle: f64,
    /// Whether the scenario states it; otherwise it is assumed.
    pub hurdle_stated: bool,
    /// Effective annual rate at which a payor discounts benefits; 0.03 is 3% a year.
    pub discount_rate: f64,
    /// Trials and seed unless the command line says otherwise.
    pub trials: u64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Uncertain inputs that move together.
    pub correlated: Vec<CorrelatedInput>,
    /// Whether every person is drawn alone, also where that is not needed: slower, the same law.
    pub one_by_one: bool,
    /// What is delivered, to how many, at what cost.
    pub program: Program,
    /// Shocks that treated and comparison people share.
    pub economy: Option<Economy>,
    /// What may happen to a participant; a parent stands before its children.
    pub outcomes: Each<OutcomeId, Outcome>,
    /// Data sources that link people to their outcomes.
    pub records: Vec<Records>,
    /// What the evaluator reports.
    pub measures: Each<MeasureId, Measure>,
    /// Who pays for outcomes.
    pub payors: Each<PayorId, Payor>,
    /// Named numbers; one that uses another stands after it.
    pub formulas: Each<FormulaId, Formula>,
    /// What is promised for which measure.
    pub payments: Each<PaymentId, Payment>,
    /// Rights and duties to end the program early.
    pub stops: Each<StopId, Stop>,
    /// Who funds the work, and who is repaid first.
    pub capital: Capital,
    /// Every number the scenario states about the world, with where it comes from.
    pub assumptions: Vec<Assumption>,
    /// What is known already of a deal that is running; nothing of one that has not begun.
    pub so_far: Option<Arc<SoFar>>,
}

/// One number (or table) of the scenario with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Dotted name of the number in the scenario.
    pub path: String,
    /// The number in words.
    pub value: String,
    /// Where it comes from, as the author wrote it.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Option<Grade>,
}

/// How well a number is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// P: a source states it.
    Published,
    /// C: computed from published microdata or tables.
    Computed,
    /// D: derived by arithmetic under a stated rule.
    Derived,
    /// I: inferred by arithmetic from published numbers.
    Inferred,
    /// R: recalled from general knowledge of a public document, not sighted.
    Recalled,
    /// A: assumed.
    Assumed,
}

impl Grade {
    /// The grade in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Computed => "computed",
            Self::Derived => "derived",
            Self::Inferred => "inferred",
            Self::Recalled => "recalled",
            Self::Assumed => "assumed",
        }
    }

    /// The grade's one letter.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Published => 'P',
            Self::Computed => 'C',
            Self::Derived => 'D',
            Self::Inferred => 'I',
            Self::Recalled => 'R',
            Self::Assumed => 'A',
        }
    }
}
