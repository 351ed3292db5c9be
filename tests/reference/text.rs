//! A contract's nouns, as the format page has them.

use std::collections::BTreeMap;

use super::calendar::{Calendar, Day};
use super::expression::Expr;
use super::number::Num;

#[derive(Clone, Debug)]
pub struct Contract {
    pub calendar: Calendar,
    pub cohorts: Vec<Cohort>,
    pub outcomes: BTreeMap<String, Outcome>,
    pub measures: Vec<Measure>,
    pub formulas: BTreeMap<String, Formula>,
    pub payors: Vec<Payor>,
    pub payments: Vec<Payment>,
    pub stops: Vec<Stop>,
    pub deal_cap: Option<i128>,
    pub discount_rate: f64,
    pub hurdle: f64,
    pub capital: Capital,
}

#[derive(Clone, Debug)]
pub struct Cohort {
    pub enrols: usize,
    pub site: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Outcome {
    pub after: usize,
    pub rounds: usize,
    pub every: usize,
    pub fewer: bool,
    /// A count or an amount, not something that people have or not.
    pub quantity: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    Count,
    /// An evaluator without any error.
    Exact,
    Compared,
    Blend(Vec<(String, Num)>),
}

#[derive(Clone, Debug)]
pub struct Measure {
    pub name: String,
    pub of: String,
    pub method: Method,
    pub observed_after: usize,
    pub pool: String,
    pub cohorts: Vec<usize>,
    pub minimum: i128,
    pub treated: Num,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub from: Num,
    pub pay: Option<Num>,
    pub slope: Num,
}

#[derive(Clone, Debug)]
pub struct Tabled {
    pub by: Option<Expr>,
    pub rows: Vec<Row>,
    pub more_than: bool,
    pub otherwise: Num,
    /// Units of the last digit that counts: 0 where all do.
    pub whole: Num,
}

#[derive(Clone, Debug)]
pub enum Formula {
    Is(Expr),
    Table(Tabled),
}

#[derive(Clone, Debug)]
pub enum Price {
    PerUnit { price: Num, less: Option<String> },
    PerAdditional(Num),
    Lump(Num),
    Table(Tabled),
    Tiers(Vec<(Num, Num)>),
    Card(Vec<(String, Num)>),
    Share { of: Option<String>, share: Num, then: Num, once_repaid: Option<Vec<String>> },
    Formula(Expr),
}

#[derive(Clone, Debug)]
pub struct Payor {
    pub name: String,
    pub cap: Option<i128>,
    pub yearly: Option<i128>,
    pub appropriations: BTreeMap<i32, i128>,
    pub carry: bool,
    pub escrow: i128,
    pub delay: usize,
    /// What one more of an outcome (or one less, where fewer are better) is worth on the day it happens; nothing where no plain number says.
    pub values: Vec<(String, Option<f64>)>,
    /// Where it is worth that.
    pub sites: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub enum When {
    On,
    Dates(Vec<Day>),
    EveryPeriod,
    EveryYear,
}

#[derive(Clone, Debug)]
pub struct Terms {
    pub from: Option<Day>,
    pub price: Price,
    pub gate: Option<Expr>,
    pub cap: Option<i128>,
}

#[derive(Clone, Debug)]
pub struct Payment {
    pub name: String,
    pub payors: Vec<(String, Num)>,
    pub on: Option<String>,
    pub when: When,
    /// As signed, then each amendment.
    pub terms: Vec<Terms>,
    pub discount: Num,
    pub escalator: Option<(Num, Day)>,
    pub cap_cohort: Option<i128>,
    pub cap_person: Option<i128>,
    pub cap_enrolled: Option<i128>,
    pub cap_period: Option<i128>,
    pub cap_year: Option<i128>,
    pub floor: Option<i128>,
    pub at_most: Option<Num>,
    pub paid_after: usize,
    pub instalments: Vec<(Num, usize)>,
    pub cohorts: Option<Vec<usize>>,
    pub sites: Option<Vec<String>>,
    pub from: Option<Day>,
    pub until: Option<Day>,
    pub two_way: bool,
    pub provider_refunds: bool,
}

#[derive(Clone, Debug)]
pub struct Stop {
    pub name: String,
    pub at: Option<Day>,
    pub when: Expr,
    pub payments_end: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Capital {
    pub recycle_until: Option<Day>,
    pub extension: Option<(Expr, usize)>,
    pub tranches: Vec<Tranche>,
    pub guarantees: Vec<Guarantee>,
    pub bonuses: Vec<Bonus>,
}

#[derive(Clone, Debug)]
pub enum Coupon {
    Rate(f64),
    Formula(Expr),
}

#[derive(Clone, Debug)]
pub struct Tranche {
    pub name: String,
    pub kind: String,
    pub amount: i128,
    pub coupon: Coupon,
    pub cash_interest: bool,
    pub matures: Option<Day>,
    pub rank: Option<usize>,
    pub draw_order: Option<i64>,
    pub draws: Vec<(Day, i128, Option<Expr>)>,
    pub residual: Num,
    pub return_cap: Option<f64>,
    pub tied_to: Option<Vec<String>>,
    pub recycled_elsewhere: bool,
}

#[derive(Clone, Debug)]
pub enum Cover {
    Percent(Num),
    Amount(i128),
    Floor(Num),
    Schedule(Vec<(i128, i128)>),
}

#[derive(Clone, Debug)]
pub struct Guarantee {
    pub name: String,
    pub of: Vec<String>,
    pub cover: Cover,
}

#[derive(Clone, Debug)]
pub enum Amount {
    Fixed(i128),
    Receipts(Num),
    Formula(Expr),
}

#[derive(Clone, Debug)]
pub struct Bonus {
    pub name: String,
    pub amount: Amount,
    pub date: Option<Day>,
    pub after_rank: Option<usize>,
    pub when: Option<Expr>,
}
