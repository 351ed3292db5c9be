//! From text to a deal: every rule of the format that serde cannot know.

mod capital;
mod continuity;
mod correlations;
mod costs;
mod countable;
mod elsewhere;
mod expressions;
mod guarantees;
mod limits;
mod measures;
mod mentions;
mod naming;
mod outcomes;
mod payments;
mod payors;
mod people;
mod prices;
mod sections;
mod spreads;
mod template;

use crate::numeric::each::{Each, Id};
use std::collections::HashMap;

use jiff::civil::Date;
use toml::de::DeTable;
use toml::value::Datetime;

use self::sections::{Names, Texts, lists_are_lists};
pub(super) use self::template::Template;
use super::controls;
use super::law;
use super::name_list::NameList;
use super::problem::{MOST_SHOWN, Problem, suggestion};
use super::sources::Sources;
use super::text::{DealText, MonthText, PeriodText};
use super::text_grade::GradeText;
use super::tree::Places;
use super::uncertain::Uncertain;
use crate::deal::{Assumption, Deal, Grade, MeasureId};
use crate::quantity::{Currency, LARGEST_AMOUNT, Money, PeriodLength, Timeline};
use crate::sampling::Distribution;
use crate::words::money;
use crate::words::share;
use crate::words::typed;

/// Most cohorts, payments and tranches, each, that a scenario may have.
pub const MOST_PARTS: usize = 20_000;

/// Makes a deal of a parsed file.
///
/// # Errors
/// Every [`Problem`] of the file.
pub(super) fn check(root: &DeTable<'_>, sources: &Sources) -> Result<Deal, Vec<Problem>> {
    let mut problems = Vec::new();
    let texts = Texts::read(root, &mut problems);
    if !lists_are_lists(root) {
        controls::refuse(root, &mut problems);
        return Err(problems);
    }
    sources.prepare(root);
    let mut checker = Checker::new(Places::of(root), sources, problems, Names::of(root));
    let deal = checker.deal(&texts);
    controls::refuse(root, &mut checker.problems);
    checker.found(deal)
}

/// Says where numbers stand by name, as `--set` takes it: `outcome[1].without` becomes `outcome."placed".without`.
fn name_assumptions(deal: &mut Deal) {
    let quoted = |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("{name:?}")).collect::<Vec<String>>();
    let sections = [
        ("outcome", quoted(&mut deal.outcomes.iter().map(|part| &part.name))),
        ("records", quoted(&mut deal.records.iter().map(|part| &part.name))),
        ("measure", quoted(&mut deal.measures.iter().map(|part| &part.name))),
        ("program.cost", quoted(&mut deal.program.costs.iter().map(|part| &part.name))),
    ];
    for assumption in &mut deal.assumptions {
        for (section, names) in &sections {
            let place = assumption.path.strip_prefix(section).and_then(|rest| rest.strip_prefix('[')).and_then(|rest| rest.split_once(']'));
            let named = place.and_then(|(index, rest)| Some((names.get(index.parse::<usize>().ok()?)?, rest)));
            if let Some((name, rest)) = named {
                assumption.path = format!("{section}.{name}{rest}");
                break;
            }
        }
    }
}

fn problem(span: Option<core::ops::Range<usize>>, code: &'static str, message: String, label: &str, help: String) -> Problem {
    Problem { span, code, message, label: label.into(), help: (!help.is_empty()).then_some(help) }
}

/// Collects problems and assumptions while the parts are made.
struct Checker {
    /// What the scenario names.
    sources: Sources,
    places: Places,
    problems: Vec<Problem>,
    currency: Option<Currency>,
    /// Periods in a year.
    per_year: f64,
    assumptions: Vec<Assumption>,
    names: Names,
    /// Where each measure that could be read stands, written or implied; of two of a name the first.
    measure_places: HashMap<String, MeasureId>,
    /// Whether the fewer units each measure finds, the better.
    fewer_is_better: Each<MeasureId, bool>,
    /// Whether that is every measure.
    every_measure_read: bool,
}

impl Checker {
    fn new(places: Places, sources: &Sources, problems: Vec<Problem>, names: Names) -> Self {
        Self {
            places,
            sources: sources.clone(),
            problems,
            currency: None,
            per_year: 4.0,
            assumptions: Vec::new(),
            names,
            measure_places: HashMap::new(),
            fewer_is_better: Each::default(),
            every_measure_read: false,
        }
    }

    /// The deal, or what is wrong with it.
    fn found(self, deal: Option<Deal>) -> Result<Deal, Vec<Problem>> {
        match deal {
            Some(mut deal) if self.problems.is_empty() => {
                name_assumptions(&mut deal);
                Ok(deal)
            }
            _ => Err(self.problems),
        }
    }

    /// A problem with the value at `path`.
    fn refuse(&mut self, path: &str, code: &'static str, message: impl Into<String>, label: &str, help: impl Into<String>) {
        self.problems.push(problem(self.places.value(path), code, message.into(), label, help.into()));
    }

    fn deal(&mut self, texts: &Texts) -> Option<Deal> {
        let currency = texts.deal.as_ref().and_then(|deal| self.currency(deal));
        let timeline = texts.deal.as_ref().and_then(|deal| self.timeline(deal));
        self.currency = currency;
        self.per_year = timeline.as_ref().map_or(4.0, |timeline| f64::from(timeline.length.per_year()));
        let simulation = texts.simulation.as_ref();
        if simulation.is_some_and(|simulation| simulation.trials == 0) {
            self.refuse("simulation.trials", "out-of-range", "at least one trial is needed", "is 0", "20_000 is a good start");
        }
        let program = texts.program.as_ref().and_then(|program| self.program(program, timeline.as_ref()));
        let economy = texts.economy.as_ref().and_then(|economy| self.economy(economy));
        let outcomes = self.outcomes(&texts.outcome, program.as_ref(), timeline.as_ref(), texts.economy.is_some());
        let records = self.records(&texts.records);
        let measures = self.measures(texts, program.as_ref());
        self.place_measures(&measures, &texts.outcome);
        let payors = {
            let rate = texts.deal.as_ref().and_then(|deal| deal.discount_rate).filter(|rate| (0.0..=1.0).contains(rate));
            self.payors(&texts.payor, &texts.outcome, program.as_ref(), timeline.as_ref(), rate.unwrap_or(0.03))
        };
        let formulas = self.formulas(&texts.formula, &measures);
        self.looks_across();
        let payments = self.payments(&texts.payment, &measures, program.as_ref(), timeline.as_ref());
        let stops = self.stops(&texts.stop, &measures, timeline.as_ref());
        let capital = self.capital(texts, timeline.as_ref(), &measures);
        let text = texts.deal.as_ref()?;
        let cap = text.cap.map(|cap| self.amount("deal.cap", cap));
        let hurdle = self.annual_rate("deal.investor_hurdle", text.investor_hurdle.unwrap_or(0.06));
        let discount_rate = self.annual_rate("deal.discount_rate", text.discount_rate.unwrap_or(0.03));
        self.name("deal", &text.name);
        let order = self.parents_first(&texts.outcome)?;
        self.parents_earlier(&texts.outcome);
        let mut deal = Deal {
            name: text.name.clone(),
            about: text.about.clone(),
            currency: currency?,
            timeline: timeline?,
            cap: cap.flatten(),
            hurdle: hurdle?,
            hurdle_stated: text.investor_hurdle.is_some(),
            discount_rate: discount_rate?,
            trials: simulation?.trials,
            seed: simulation?.seed,
            one_by_one: simulation?.one_by_one,
            correlated: Vec::new(),
            program: program?,
            economy,
            outcomes: outcomes?,
            records: records?,
            measures: measures.into_iter().collect::<Option<_>>()?,
            payors: payors?,
            formulas: formulas?,
            payments: payments?,
            stops: stops?,
            capital: capital?,
            assumptions: core::mem::take(&mut self.assumptions),
            so_far: None,
        };
        outcomes::reorder_outcomes(&mut deal, &order);
        deal.correlated = self.correlations(&texts.correlation, &deal);
        // What the correlations noted comes after the rest.
        deal.assumptions.append(&mut self.assumptions);
        self.blends(&deal);
        self.schedule(&deal);
        self.countable(&deal);
        Some(deal)
    }

    fn currency(&mut self, text: &DealText) -> Option<Currency> {
        let currency = Currency::from_code(&text.currency);
        if currency.is_none() {
            let message = format!("`{}` is not a currency", text.currency);
            self.refuse(
                "deal.currency",
                "unknown-currency",
                message,
                "no such code",
                "use an ISO 4217 code such as \"USD\", \"GBP\" or \"EUR\"",
            );
        }
        currency
    }

    fn timeline(&mut self, text: &DealText) -> Option<Timeline> {
        let length = match text.period {
            PeriodText::Month => PeriodLength::Month,
            PeriodText::Quarter => PeriodLength::Quarter,
            PeriodText::Year => PeriodLength::Year,
        };
        if !(1..=1200).contains(&text.periods) {
            let message = format!("a deal has 1 to 1200 periods, not {}", text.periods);
            self.refuse("deal.periods", "out-of-range", message, "here", "use longer periods for a longer deal");
            return None;
        }
        let start = self.date("deal.start", &text.start)?;
        let fiscal_year_starts = text.fiscal_year_starts.unwrap_or(MonthText::January) as i8 + 1;
        let timeline = Timeline { start, length, periods: text.periods, fiscal_year_starts };
        if timeline.date(text.periods) == Date::MAX {
            self.refuse("deal.periods", "out-of-range", "the deal ends beyond the year 9999", "here", "use fewer periods");
            return None;
        }
        Some(timeline)
    }

    /// A TOML date without a time of day.
    fn date(&mut self, path: &str, value: &Datetime) -> Option<Date> {
        let date = value.date.filter(|_| value.time.is_none() && value.offset.is_none());
        let date = date.and_then(|date| Date::new(date.year as i16, date.month as i8, date.day as i8).ok());
        if date.is_none() {
            self.refuse(
                path,
                "wrong-type",
                "a date without a time is needed",
                "not a plain date",
                "write it as 2025-01-31, without quotes",
            );
        }
        date
    }

    /// An amount of money, not negative and not beyond what can be counted.
    fn amount(&mut self, path: &str, major: f64) -> Option<Money> {
        // Where the currency itself is wrong, amounts are still checked: as dollars.
        let currency = self.currency.or_else(|| Currency::from_code("USD"))?;
        let amount = currency.from_major(major);
        let largest = money::exact(currency, Money(LARGEST_AMOUNT));
        let (message, label, help) = match amount {
            Some(amount) if amount.0 >= 0 => return Some(amount),
            _ if major < 0.0 => (format!("an amount cannot be below zero: {major}"), "negative", "write 0 or more"),
            _ if major.is_finite() && major < currency.major(Money(LARGEST_AMOUNT)) => {
                (format!("{major} has a part smaller than the {} has", currency.code()), "too fine", "round it to whole minor units")
            }
            _ => (format!("an amount is at most {largest}"), "too large", "check the number of zeros"),
        };
        self.refuse(path, "amount", message, label, help);
        None
    }

    /// A plain number within bounds, both included.
    fn within(&mut self, path: &str, value: f64, low: f64, high: f64, help: &str) -> Option<f64> {
        if value >= low && value <= high {
            return Some(value);
        }
        self.refuse(path, "out-of-range", format!("must {}, but is {value}", lie(low, high)), "out of range", help);
        None
    }

    fn annual_rate(&mut self, path: &str, value: f64) -> Option<f64> {
        self.within(path, value, 0.0, 1.0, "a rate of 5% a year is written 0.05")
    }

    /// An uncertain number whose every value must lie from `low` to `high`; its evidence, or that of the table around it, is noted.
    fn law(
        &mut self,
        path: &str,
        text: &Uncertain,
        low: f64,
        high: f64,
        around: (&Option<String>, Option<GradeText>),
    ) -> Option<Distribution> {
        let drawn = match text {
            Uncertain::Law(law) => law.draws.as_ref().map(|draws| super::drawn::distribution(draws, law, &self.sources)),
            Uncertain::Plain(_) => None,
        };
        let law = match drawn.unwrap_or_else(|| law::distribution(text)) {
            Ok(law) => law,
            Err(fault) => {
                let at = if fault.at.is_empty() { path.to_string() } else { format!("{path}.{}", fault.at) };
                self.refuse(&at, "distribution", fault.message, "here", fault.help);
                return None;
            }
        };
        let (least, most) = law.support();
        if least < low || most > high {
            let (bound, side) = if least < low { (low, "below") } else { (high, "above") };
            let (message, help) = match law.is_constant() {
                None => (
                    format!("must {}, but can be {side} {bound} ({law})", lie(low, high)),
                    format!("choose a law that stays within, or cut it: `truncate_{side} = {bound}` or `clip_{side} = {bound}`"),
                ),
                Some(value) if high == 1.0 && value > 1.0 && value <= 100.0 => (
                    format!("must {}, but is {value}", lie(low, high)),
                    format!("a share of {} is written {}", share::stated(value / 100.0), typed::number(value / 100.0)),
                ),
                Some(value) => (format!("must {}, but is {value}", lie(low, high)), "check its sign and decimal point".into()),
            };
            self.refuse(path, "out-of-range", message, "out of range", help);
            return None;
        }
        let (source, grade) = match text {
            Uncertain::Law(law) => (law.source.clone().or_else(|| around.0.clone()), law.grade.or(around.1)),
            Uncertain::Plain(_) => (around.0.clone(), around.1),
        };
        self.assumptions.push(Assumption { path: path.into(), value: law.to_string(), source, grade: grade.map(grade_of) });
        Some(law)
    }

    /// Notes a table of plain numbers as one assumption.
    fn assume(&mut self, path: String, value: String, source: &Option<String>, grade: Option<GradeText>) {
        self.assumptions.push(Assumption { path, value, source: source.clone(), grade: grade.map(grade_of) });
    }

    /// The index of `name` among `names`.
    fn find<I: Id>(&mut self, path: &str, name: &str, noun: &str, names: &NameList<I>) -> Option<I> {
        let found = names.place(name);
        if found.is_none() {
            let known: Vec<&str> = names.iter().map(String::as_str).filter(|known| !known.is_empty()).collect();
            let help = if self.problems.len() < MOST_SHOWN { suggestion(name, known.iter().copied()) } else { String::new() };
            self.refuse(path, "unknown-name", format!("there is no {noun} `{name}`"), "not in this file", help);
        }
        found
    }
}

/// Where a number must lie, in words.
fn lie(low: f64, high: f64) -> String {
    if high == f64::INFINITY { format!("be {low} or more") } else { format!("lie between {low} and {high}") }
}

fn grade_of(text: GradeText) -> Grade {
    match text {
        GradeText::P => Grade::Published,
        GradeText::C => Grade::Computed,
        GradeText::D => Grade::Derived,
        GradeText::I => Grade::Inferred,
        GradeText::R => Grade::Recalled,
        GradeText::A => Grade::Assumed,
    }
}
