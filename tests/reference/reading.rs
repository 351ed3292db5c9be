//! From the text of a scenario to its nouns.
use std::collections::BTreeMap;

use toml::{Table, Value};

use super::calendar::{Calendar, Day, day};
use super::expression::{Expr, parse};
use super::number::{Num, ONE, ZERO};
use super::reading_capital::capital;
use super::text::{Cohort, Contract, Formula, Measure, Method, Outcome, Payment, Payor, Price, Row, Stop, Tabled, Terms, When};

/// A number as it is written, exactly.
pub fn number(value: &Value) -> Num {
    match value {
        Value::Integer(n) => Num::whole(i128::from(*n)),
        Value::Float(x) => Num::decimal(*x),
        other => panic!("a number, not {other}"),
    }
}

pub fn cents(value: &Value) -> i128 {
    number(value).times(Num::whole(100)).nearest()
}

pub fn size(value: &Value) -> usize {
    usize::try_from(value.as_integer().expect("a whole number")).expect("0 or more")
}

pub fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        many => many.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
    }
}

pub fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).map(|value| value.as_str().unwrap().to_owned())
}

pub fn list<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().map(|row| row.as_table().unwrap())
}

pub fn sub<'a>(table: &'a Table, key: &str) -> Option<&'a Table> {
    table.get(key).and_then(Value::as_table)
}

fn get_size(table: &Table, key: &str, absent: usize) -> usize {
    table.get(key).map_or(absent, size)
}

pub fn get_day(table: &Table, key: &str) -> Option<Day> {
    Some(day(table.get(key)?.as_datetime().unwrap()))
}

pub fn get_cents(table: &Table, key: &str) -> Option<i128> {
    table.get(key).map(cents)
}
pub fn get_number(table: &Table, key: &str, absent: Num) -> Num {
    table.get(key).map_or(absent, number)
}

fn get_flag(table: &Table, key: &str) -> bool {
    table.get(key) == Some(&Value::Boolean(true))
}

pub fn get_expression(table: &Table, key: &str) -> Option<Expr> {
    text(table, key).map(|text| parse(&text))
}

/// Reads a valid scenario.
pub fn read(root: &Table) -> Contract {
    let deal = sub(root, "deal").unwrap();
    let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let fiscal = text(deal, "fiscal_year_starts").map_or(1, |name| months.iter().position(|&month| month == name).unwrap() as u32 + 1);
    let calendar = Calendar {
        start: get_day(deal, "start").unwrap(),
        months: match deal["period"].as_str().unwrap() {
            "month" => 1,
            "quarter" => 3,
            _ => 12,
        },
        periods: size(&deal["periods"]),
        fiscal,
    };
    let discount_rate = get_number(deal, "discount_rate", Num::ratio(3, 100)).float();
    let program = sub(root, "program").unwrap();
    let cohorts = cohorts(program);
    let outcomes = outcomes(root);
    let mut measures: Vec<Measure> = list(root, "measure").map(|table| measure(table, &cohorts)).collect();
    // an outcome that is named like a measure is counted
    for (name, _) in outcomes.iter().chain([(&"enrolled".to_owned(), &outcomes["enrolled"])]) {
        if !measures.iter().any(|measure| &measure.name == name) {
            let all = (0..cohorts.len()).collect();
            measures.push(Measure {
                name: name.clone(),
                of: name.clone(),
                method: Method::Count,
                observed_after: 0,
                pool: "cohort".into(),
                cohorts: all,
                minimum: 0,
                treated: ONE,
            });
        }
    }
    Contract {
        payments: list(root, "payment").map(|table| payment(table, &calendar)).collect(),
        payors: list(root, "payor").map(|table| payor(table, discount_rate)).collect(),
        formulas: list(root, "formula").map(|table| (text(table, "name").unwrap(), formula(table))).collect(),
        stops: list(root, "stop").map(stop).collect(),
        deal_cap: get_cents(deal, "cap"),
        discount_rate,
        hurdle: get_number(deal, "investor_hurdle", Num::ratio(6, 100)).float(),
        capital: capital(root),
        calendar,
        cohorts,
        outcomes,
        measures,
    }
}

fn planned(table: &Table) -> Vec<usize> {
    if let Some(periods) = table.get("periods") {
        return periods.as_array().unwrap().iter().map(size).collect();
    }
    let count = table.get("count").map_or_else(|| table["sizes"].as_array().unwrap().len(), size);
    let (first, every) = (get_size(table, "first", 0), get_size(table, "every", 1));
    (0..count).map(|index| first + every * index).collect()
}

fn cohorts(program: &Table) -> Vec<Cohort> {
    let mut found: Vec<Cohort> =
        sub(program, "cohorts").into_iter().flat_map(planned).map(|enrols| Cohort { enrols, site: None }).collect();
    for site in list(program, "site") {
        let name = text(site, "name");
        found.extend(planned(sub(site, "cohorts").unwrap()).into_iter().map(|enrols| Cohort { enrols, site: name.clone() }));
    }
    // all sites stand in one list in the order of enrolment
    found.sort_by_key(|cohort| cohort.enrols);
    found
}

fn outcomes(root: &Table) -> BTreeMap<String, Outcome> {
    let mut found = BTreeMap::new();
    found.insert("enrolled".to_owned(), Outcome { after: 0, rounds: 1, every: 1, fewer: false, quantity: false });
    for table in list(root, "outcome") {
        let of = sub(table, "above").map(|above| text(above, "of").unwrap()).or_else(|| text(table, "median_of"));
        let parent: Option<&Outcome> = of.as_ref().map(|of| &found[of]);
        let rounds = sub(table, "rounds");
        let outcome = Outcome {
            after: table.get("after").map_or(parent.map_or(0, |parent| parent.after), size),
            rounds: rounds.map_or(parent.map_or(1, |parent| parent.rounds), |rounds| size(&rounds["count"])),
            every: rounds.map_or(parent.map_or(1, |parent| parent.every), |rounds| get_size(rounds, "every", 1)),
            fewer: text(table, "better").is_some_and(|word| word == "fewer"),
            quantity: text(table, "kind").is_some_and(|word| word != "yes_no") || table.contains_key("median_of"),
        };
        found.insert(text(table, "name").unwrap(), outcome);
    }
    found
}

fn measure(table: &Table, cohorts: &[Cohort]) -> Measure {
    let only = table.get("cohorts").map(|list| list.as_array().unwrap().iter().map(|n| size(n) - 1).collect::<Vec<_>>());
    let sites = table.get("sites").map(words);
    let method = match table.get("method") {
        Some(Value::Table(method)) if method.contains_key("blend") => {
            Method::Blend(sub(method, "blend").unwrap().iter().map(|(name, weight)| (name.clone(), number(weight))).collect())
        }
        None => Method::Count,
        Some(Value::String(word)) if word == "count" => Method::Count,
        Some(Value::String(_)) => Method::Exact,
        Some(_) => Method::Compared,
    };
    Measure {
        name: text(table, "name").unwrap(),
        of: text(table, "of").unwrap(),
        method,
        observed_after: get_size(table, "observed_after", 0),
        pool: text(table, "pool").unwrap_or_else(|| "cohort".into()),
        cohorts: (0..cohorts.len())
            .filter(|index| only.as_ref().is_none_or(|only| only.contains(index)))
            .filter(|&index| sites.as_ref().is_none_or(|sites| cohorts[index].site.as_ref().is_some_and(|site| sites.contains(site))))
            .collect(),
        minimum: table.get("minimum_sample").map_or(0, |n| i128::from(n.as_integer().unwrap())),
        treated: get_number(table, "treated_share", ONE),
    }
}

fn rows(table: &Table, key: &str) -> Vec<Row> {
    let row = |row: &Table| {
        let per_unit = get_number(row, "per_unit", get_number(row, "slope", ZERO));
        Row {
            from: number(&row["from"]),
            pay: row.get("pay").or_else(|| row.get("value")).map(number),
            slope: per_unit.plus(get_number(row, "per_point", ZERO).times(Num::whole(100))),
        }
    };
    list(table, key).map(row).collect()
}

fn tabled(table: &Table) -> Tabled {
    let steps = table.contains_key("steps");
    let points = list(table, "pieces").any(|row| row.contains_key("per_point"));
    let whole = match (get_flag(table, "whole_points"), points) {
        (false, _) => ZERO,
        (true, true) => Num::ratio(1, 100),
        (true, false) => ONE,
    };
    Tabled {
        by: get_expression(table, "by"),
        rows: rows(table, if steps { "steps" } else { "pieces" }),
        more_than: text(table, "bounds").is_some_and(|word| word == "more than"),
        otherwise: get_number(table, "otherwise", ZERO),
        whole,
    }
}

fn formula(table: &Table) -> Formula {
    get_expression(table, "is").map_or_else(|| Formula::Table(tabled(table)), Formula::Is)
}

fn price(table: &Table) -> Price {
    if let Some(price) = table.get("per_unit") {
        return Price::PerUnit { price: number(price), less: text(table, "less") };
    }
    if let Some(price) = table.get("per_additional").or_else(|| table.get("per_avoided")) {
        return Price::PerAdditional(number(price));
    }
    if let Some(amount) = table.get("lump_sum") {
        return Price::Lump(number(amount));
    }
    if let Some(share) = sub(table, "share") {
        let first = number(&share["share"]);
        return Price::Share {
            of: text(share, "of"),
            share: first,
            then: get_number(share, "then", first),
            once_repaid: share.get("once_repaid").map(words),
        };
    }
    if let Some(formula) = get_expression(table, "formula") {
        return Price::Formula(formula);
    }
    if table.contains_key("tiers") {
        return Price::Tiers(list(table, "tiers").map(|row| (number(&row["from"]), number(&row["pay"]))).collect());
    }
    if table.contains_key("rate_card") {
        let plain: BTreeMap<String, Num> =
            list(table, "rate_card").filter_map(|row| Some((text(row, "on")?, number(row.get("price")?)))).collect();
        let line = |row: &Table| {
            let on = text(row, "on").unwrap();
            let price = row.get("price").map_or_else(|| plain[&text(row, "uplift_of").unwrap()].times(number(&row["by"])), number);
            (on, price)
        };
        return Price::Card(list(table, "rate_card").map(line).collect());
    }
    Price::Table(tabled(table))
}

fn worth(value: &Value, rate: f64) -> Option<f64> {
    let Value::Table(stream) = value else { return plain(value) };
    let get = |key: &str, absent: f64| stream.get(key).map_or(Some(absent), plain);
    if !stream.contains_key("per_year") {
        return None;
    }
    let (each, share, fade) = (get("per_year", 0.0)?, get("share", 1.0)?, get("fade", 0.0)?);
    let (first, years) = (get_size(stream, "from_year", 1), get_size(stream, "years", 1));
    let of_year = |year: usize| (1.0 - fade).powi(year as i32) / (1.0 + rate).powi((first + year) as i32);
    Some(each * share * (0..years).map(of_year).sum::<f64>())
}

fn plain(value: &Value) -> Option<f64> {
    matches!(value, Value::Integer(_) | Value::Float(_)).then(|| number(value).float())
}

fn payor(table: &Table, rate: f64) -> Payor {
    Payor {
        name: text(table, "name").unwrap(),
        cap: get_cents(table, "cap"),
        yearly: get_cents(table, "cap_per_fiscal_year"),
        appropriations: sub(table, "appropriations")
            .into_iter()
            .flatten()
            .map(|(year, amount)| (year.parse().unwrap(), cents(amount)))
            .collect(),
        carry: get_flag(table, "carry_over"),
        escrow: get_cents(table, "escrow").unwrap_or(0),
        delay: get_size(table, "delay", 0),
        values: sub(table, "value_per_outcome").into_iter().flatten().map(|(of, value)| (of.clone(), worth(value, rate))).collect(),
        sites: table.get("sites").map(words),
    }
}

fn payment(table: &Table, calendar: &Calendar) -> Payment {
    let signed =
        Terms { from: None, price: price(sub(table, "price").unwrap()), gate: get_expression(table, "when"), cap: get_cents(table, "cap") };
    let mut terms = vec![signed];
    for row in list(table, "amendment") {
        let before = terms.last().unwrap().clone();
        terms.push(Terms {
            from: get_day(row, "from"),
            price: sub(row, "price").map_or(before.price, price),
            gate: get_expression(row, "when").or(before.gate),
            cap: get_cents(row, "cap").or(before.cap),
        });
    }
    Payment {
        name: text(table, "name").unwrap(),
        payors: text(table, "payor").map_or_else(
            || sub(table, "payors").unwrap().iter().map(|(name, share)| (name.clone(), number(share))).collect(),
            |one| vec![(one, ONE)],
        ),
        on: text(table, "on"),
        when: match table.get("dates") {
            None => When::On,
            Some(Value::String(word)) if word == "every_year" => When::EveryYear,
            Some(Value::String(_)) => When::EveryPeriod,
            Some(dates) => When::Dates(dates.as_array().unwrap().iter().map(|date| day(date.as_datetime().unwrap())).collect()),
        },
        terms,
        discount: get_number(table, "discount", ZERO),
        escalator: sub(table, "escalator").map(|row| (number(&row["per_year"]), get_day(row, "from").unwrap_or(calendar.start))),
        cap_cohort: get_cents(table, "cap_per_cohort"),
        cap_person: get_cents(table, "cap_per_person"),
        cap_enrolled: get_cents(table, "cap_per_enrolled"),
        cap_period: get_cents(table, "cap_per_period"),
        cap_year: get_cents(table, "cap_per_fiscal_year"),
        floor: get_cents(table, "floor"),
        at_most: table.get("at_most_share").map(number),
        paid_after: get_size(table, "paid_after", 0),
        instalments: if table.contains_key("instalments") {
            list(table, "instalments").map(|row| (number(&row["share"]), get_size(row, "after", 0))).collect()
        } else {
            vec![(ONE, 0)]
        },
        cohorts: table.get("cohorts").map(|list| list.as_array().unwrap().iter().map(|n| size(n) - 1).collect()),
        sites: table.get("sites").map(words),
        from: get_day(table, "from"),
        until: get_day(table, "until"),
        two_way: get_flag(table, "two_way"),
        provider_refunds: text(table, "refunded_by").is_some_and(|word| word == "provider"),
    }
}

fn stop(table: &Table) -> Stop {
    Stop {
        name: text(table, "name").unwrap(),
        at: get_day(table, "at"),
        when: get_expression(table, "when").unwrap(),
        payments_end: get_flag(table, "payments_end"),
    }
}
