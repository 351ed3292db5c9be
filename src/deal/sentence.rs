//! A payment as one sentence: who pays, how much, for what, compared with what, confirmed by whom, when, up to how much.

use super::{Bounds, Deal, Leaf, Line, Measure, Method, OutcomeRef, Payment, Pool, Price, Statistic, Table, Term, Terms};
use crate::quantity::{Money, trimmed};

/// The sentence of one payment (index) of `deal`; amendments follow as sentences of their own.
#[must_use]
pub fn sentence(deal: &Deal, payment: usize) -> String {
    let payment = &deal.payments[payment];
    let measure = payment.measures().first().map(|&measure| &deal.measures[measure]);
    let first = &payment.terms[0];
    let mut text = format!("{} {}", who(deal, payment), price(deal, &first.price, measure));
    match measure {
        Some(_) if matches!(first.price, Price::RateCard(_)) => text.push_str(&evaluation_of_card(deal, payment)),
        Some(measure) => text.push_str(&evaluation(deal, measure)),
        None => text.push_str(", whatever is found"),
    }
    if let Some(gate) = &first.when {
        text.push_str(&format!(", if {}", gate.text.trim()));
    }
    text.push_str(&schedule(deal, payment, measure));
    if let Some(limits) = limits(deal, payment, first) {
        text.push_str(&limits);
    }
    text.push('.');
    for terms in &payment.terms[1..] {
        text.push_str(&amendment(deal, payment, terms, measure));
    }
    text
}

/// What a payment's sentence does not say: the questions that a reader of the contract would ask.
#[must_use]
pub fn missing(deal: &Deal, payment: usize) -> Vec<&'static str> {
    let terms = &deal.payments[payment];
    let mut missing = Vec::new();
    let measures: Vec<&Measure> = terms.measures().into_iter().map(|measure| &deal.measures[measure]).collect();
    if is_unconditional(deal, payment) {
        missing.push("it is paid whatever happens: no measure, no condition");
    }
    if measures.iter().any(|measure| measure.records.is_none() && !matches!(measure.method, Method::Exact)) {
        missing.push("confirmed by whom? no records are named");
    }
    let capped = |&(payor, _): &(usize, f64)| {
        let payor = &deal.payors[payor];
        payor.cap.is_some() || deal.cap.is_some()
    };
    let bounded = |terms: &Terms| match &terms.price {
        Price::LumpSum(_) => true,
        Price::Table(table) => table.rows.last().is_some_and(|row| row.slope <= 0.0),
        _ => false,
    };
    if !terms.payors.iter().all(capped) && !terms.terms.iter().all(|terms| terms.cap.is_some() || bounded(terms)) {
        missing.push("up to how much? neither the payment, the payor nor the deal has a cap");
    }
    if terms.terms.iter().any(|terms| rewards_less_of_the_better(deal, terms)) {
        missing
            .push("which way is better? it pays for a decrease, but the outcome is not said to be better the fewer (`better = \"fewer\"`)");
    }
    missing
}

fn rewards_less_of_the_better(deal: &Deal, terms: &Terms) -> bool {
    let mut found = false;
    deal.visit_terms(terms, |leaf| {
        if let Leaf::Term(Term::Reported { measure, statistic: Statistic::Decrease | Statistic::Reduction }) = leaf
            && let OutcomeRef::Outcome(outcome) = deal.measures[*measure].of
        {
            found |= !deal.outcomes[outcome].fewer_is_better;
        }
    });
    found
}

/// Whether a payment (index) is paid whatever is found: on no measure, under no condition, at a price that looks at none.
#[must_use]
pub fn is_unconditional(deal: &Deal, payment: usize) -> bool {
    let payment = &deal.payments[payment];
    payment.measures().is_empty() && payment.terms.iter().all(|terms| terms.when.is_none() && !looks_at_measures(deal, &terms.price))
}

fn looks_at_measures(deal: &Deal, price: &Price) -> bool {
    match price {
        Price::Table(table) => !deal.measures_asked(|visit| table.by.visit(visit)).is_empty(),
        Price::Formula(term, _) => !deal.measures_asked(|visit| term.visit(visit)).is_empty(),
        _ => false,
    }
}

fn who(deal: &Deal, payment: &Payment) -> String {
    match payment.payors.as_slice() {
        [(payor, _)] => format!("{} pays", deal.payors[*payor].name),
        many => {
            let listed: Vec<String> =
                many.iter().map(|(payor, share)| format!("{} ({}%)", deal.payors[*payor].name, trimmed(share * 100.0))).collect();
            format!("{} pay", listed.join(" and "))
        }
    }
}

fn money(deal: &Deal, amount: Money) -> String {
    let text = deal.currency.display(Money(amount.0.abs()));
    let sign = if amount.0 < 0 { "−" } else { "" };
    format!("{sign}{}{}", deal.currency.symbol(), text.strip_suffix(".00").unwrap_or(&text))
}

/// The name of what is measured.
#[must_use]
pub fn outcome_name(deal: &Deal, of: OutcomeRef) -> &str {
    match of {
        OutcomeRef::Enrolled => "enrolled",
        OutcomeRef::Outcome(outcome) => &deal.outcomes[outcome].name,
    }
}

fn price(deal: &Deal, price: &Price, measure: Option<&Measure>) -> String {
    let outcome = measure.map_or("", |measure| outcome_name(deal, measure.of));
    match price {
        Price::PerUnit { each, less } => {
            let less = less.map_or(String::new(), |less| format!(", less those of “{}”", deal.measures[less].name));
            match measure.is_none_or(|measure| measure.counts_people(deal)) {
                true => format!("{} for each participant found with “{outcome}”{less}", money(deal, *each)),
                false => format!("{} for each unit of “{outcome}”{less}", money(deal, *each)),
            }
        }
        Price::PerAdditional(amount) => format!("{} for each additional “{outcome}” found", money(deal, *amount)),
        Price::LumpSum(amount) => format!("{} {}", money(deal, *amount), measure.map_or("each time", |measure| group(measure.pool))),
        Price::Table(table) => {
            let times = measure.map_or("each time", |measure| group(measure.pool));
            format!("{times} {}", table_words(deal, table))
        }
        Price::Tiers(tiers) => {
            let rows: Vec<String> = tiers.iter().map(|tier| format!("{} after the first {}", money(deal, tier.each), tier.from)).collect();
            format!("for each unit of “{outcome}” over the whole deal {}", rows.join(", "))
        }
        Price::RateCard(lines) => rate_card(deal, lines),
        Price::Savings { share, then, .. } if share == then => format!("{}% of the savings “{outcome}”", trimmed(share * 100.0)),
        Price::Savings { share, then, once_repaid } => {
            let names: Vec<&str> = once_repaid.iter().map(|&tranche| deal.capital.tranches[tranche].name.as_str()).collect();
            let who = if names.is_empty() { "every loan is".into() } else { format!("{} are", names.join(" and ")) };
            format!("{}% of the savings “{outcome}” until {who} repaid and {}% afterwards", trimmed(share * 100.0), trimmed(then * 100.0))
        }
        Price::Formula(_, text) => format!("what comes of “{text}”"),
    }
}

fn rate_card(deal: &Deal, lines: &[Line]) -> String {
    let word = |line: &Line| format!("{} for “{}”", money(deal, line.each), deal.measures[line.on].name);
    match lines {
        [only] => word(only),
        few if few.len() <= 8 => few.iter().map(word).collect::<Vec<_>>().join(", "),
        many => {
            let dearest = many.iter().map(|line| line.each).max().unwrap_or_default();
            format!("by a card of {} outcomes, from {} to {}", many.len(), word(&many[0]), money(deal, dearest))
        }
    }
}

/// A table in words: `by the difference …: $0 below 20%, $3,200,000 from 20% and $160,000 more for each point …`.
fn table_words(deal: &Deal, table: &Table) -> String {
    // A mean and a difference of means are no shares.
    let (statistic, in_points) = match &table.by {
        Term::Reported {
            measure,
            statistic: Statistic::Rate | Statistic::ComparisonRate | Statistic::Difference | Statistic::Decrease,
        } if !deal.measures[*measure].counts_people(deal) => (None, false),
        Term::Reported { statistic, .. } => (Some(*statistic), statistic.is_share()),
        _ => (None, true),
    };
    let by = match &table.by {
        Term::Reported { measure, statistic } => {
            format!("the {} in “{}”", statistic.word().replace('_', " "), deal.measures[*measure].name)
        }
        Term::Formula(formula) => format!("“{}”", deal.formulas[*formula].name),
        _ => "what the table is looked up by".into(),
    };
    let word = match table.bounds {
        Bounds::AtLeast => "from",
        Bounds::MoreThan => "above",
    };
    let mut rows: Vec<String> = Vec::new();
    if table.otherwise != 0.0 {
        rows.push(format!("{} below that", money(deal, Money(table.otherwise as i64))));
    }
    rows.extend(table.rows.iter().map(|row| {
        let amount = money(deal, Money(row.value as i64));
        let slope = match (row.slope, in_points) {
            (0.0, _) => String::new(),
            (slope, true) => format!(" and {} for each point more", money(deal, Money((slope / 100.0).round() as i64))),
            (slope, false) => format!(" and {} for each unit more", money(deal, Money(slope.round() as i64))),
        };
        format!("{amount} {word} {}{slope}", number(statistic, row.from))
    }));
    format!("by {by}: {}", rows.join(", "))
}

fn number(statistic: Option<Statistic>, value: f64) -> String {
    match statistic {
        Some(Statistic::Difference) => format!("{} points", trimmed(value * 100.0)),
        Some(statistic) if statistic.is_share() => format!("{}%", trimmed(value * 100.0)),
        _ => trimmed(value),
    }
}

fn group(pool: Pool) -> &'static str {
    match pool {
        Pool::Cohort => "for each cohort",
        Pool::Site => "for each site",
        Pool::Year => "for each year's cohorts",
        Pool::All => "once for all cohorts",
    }
}

fn evaluation(deal: &Deal, measure: &Measure) -> String {
    let compared = match &measure.method {
        Method::Count => "compared with nothing".into(),
        Method::Randomized(people) => format!("compared with {} people per cohort whom a lottery left out", people.per_cohort),
        Method::Matched { comparators, .. } => format!("compared with {} matched people per cohort", comparators.per_cohort),
        Method::Historical(history) => match (history.baseline, history.estimated_from) {
            (Some(baseline), None) => format!("compared with a known {}", trimmed(baseline)),
            (_, Some(people)) => format!("compared with {people} earlier people"),
            (None, None) => "compared with what was known before".into(),
        },
        Method::FixedThenLive { baseline, cohorts, comparators } => format!(
            "compared with a fixed {} for the first {cohorts} cohorts, then with {} people per cohort whom a lottery left out",
            trimmed(*baseline),
            comparators.per_cohort
        ),
        Method::Blend(parts) => {
            let words: Vec<String> =
                parts.iter().map(|(part, weight)| format!("{}% “{}”", trimmed(weight * 100.0), deal.measures[*part].name)).collect();
            format!("compared by {}", words.join(" and "))
        }
        Method::Exact => "compared with what would truly have happened".into(),
    };
    match measure.records {
        Some(records) => format!(", {compared}, confirmed by {}", deal.records[records].name),
        None => format!(", {compared}, confirmed for everybody"),
    }
}

fn evaluation_of_card(deal: &Deal, payment: &Payment) -> String {
    let mut sources: Vec<&str> = Vec::new();
    for measure in payment.measures() {
        let name = deal.measures[measure].records.map_or("for everybody", |records| deal.records[records].name.as_str());
        if !sources.contains(&name) {
            sources.push(name);
        }
    }
    format!(", compared with nothing, confirmed by {}", sources.join(" and ")).replace("by for everybody", "for everybody")
}

fn schedule(deal: &Deal, payment: &Payment, measure: Option<&Measure>) -> String {
    let noun = deal.timeline.length.noun();
    let mut text = match measure {
        None => match payment.claims.periods.as_slice() {
            periods if periods.len() <= 4 => {
                let days: Vec<String> = periods.iter().map(|&period| deal.timeline.date(period).to_string()).collect();
                format!(", on {}", days.join(" and "))
            }
            periods => {
                let (first, last) = (periods.iter().min().copied().unwrap_or(0), periods.iter().max().copied().unwrap_or(0));
                format!(", {} times from {} to {}", periods.len(), deal.timeline.date(first), deal.timeline.date(last))
            }
        },
        Some(_) if payment.measures().len() > 1 => ", when each is reported".into(),
        Some(measure) => {
            let after = match measure.of {
                OutcomeRef::Enrolled => 0,
                OutcomeRef::Outcome(outcome) => deal.outcomes[outcome].after,
            };
            match after.saturating_add(measure.observed_after).saturating_add(payment.paid_after) {
                0 => format!(", in the {noun} of enrolment"),
                1 => format!(", one {noun} after enrolment"),
                n => format!(", {n} {noun}s after enrolment"),
            }
        }
    };
    if payment.instalments.len() > 1 {
        let parts: Vec<String> = payment
            .instalments
            .iter()
            .map(|part| match part.after {
                0 => format!("{}% then", trimmed(part.share * 100.0)),
                after => format!("{}% {after} {noun}s later", trimmed(part.share * 100.0)),
            })
            .collect();
        text.push_str(&format!(" ({})", parts.join(", ")));
    }
    if !payment.claims.cohorts.is_empty() {
        let numbers: Vec<String> = payment.claims.cohorts.iter().map(|cohort| (cohort + 1).to_string()).collect();
        text.push_str(&format!(", for cohorts {} only", numbers.join(", ")));
    }
    if let Some(escalator) = payment.escalator {
        text.push_str(&format!(", rising {}% a year", trimmed(escalator.per_year * 100.0)));
    }
    if payment.discount > 0.0 {
        text.push_str(&format!(", less a discount of {}%", trimmed(payment.discount * 100.0)));
    }
    text
}

fn limits(deal: &Deal, payment: &Payment, terms: &Terms) -> Option<String> {
    let limits = &payment.limits;
    let amounts = [
        (limits.per_person, "for each person"),
        (limits.per_cohort, "for each group of cohorts"),
        (limits.per_period, "in a period"),
        (limits.per_fiscal_year, "in a fiscal year"),
        (terms.cap, "in all"),
    ];
    let mut listed: Vec<String> =
        amounts.into_iter().filter_map(|(amount, what)| amount.map(|amount| format!("{} {what}", money(deal, amount)))).collect();
    listed.extend(limits.share.map(|share| format!("{}% of all that is paid", trimmed(share * 100.0))));
    let most = (!listed.is_empty()).then(|| format!(", up to {}", listed.join(" and ")));
    let least = limits.floor.map(|floor| format!(", at least {}", money(deal, floor)));
    match (most, least) {
        (None, None) => None,
        (most, least) => Some(format!("{}{}", most.unwrap_or_default(), least.unwrap_or_default())),
    }
}

fn amendment(deal: &Deal, payment: &Payment, terms: &Terms, measure: Option<&Measure>) -> String {
    let mut text = format!(" From {}: {}", deal.timeline.date(terms.first_period), price(deal, &terms.price, measure));
    if let Some(gate) = &terms.when {
        text.push_str(&format!(", if {}", gate.text.trim()));
    }
    if let Some(limits) = limits(deal, payment, terms) {
        text.push_str(&limits);
    }
    text.push('.');
    text
}
