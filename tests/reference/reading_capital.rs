//! From the text of a scenario to its investors.

use toml::{Table, Value};

use super::number::ZERO;
use super::reading::{cents, get_day, get_expression, get_number, list, number, size, sub, text, words};
use super::text::{Amount, Bonus, Capital, Coupon, Cover, Guarantee, Tranche};

pub fn capital(root: &Table) -> Capital {
    let own = sub(root, "capital");
    Capital {
        recycle_until: own.and_then(|table| get_day(table, "recycle_until")),
        extension: own
            .and_then(|table| sub(table, "extension"))
            .map(|table| (get_expression(table, "when").unwrap(), size(&table["periods"]))),
        tranches: list(root, "tranche").map(tranche).collect(),
        guarantees: list(root, "guarantee").map(guarantee).collect(),
        bonuses: list(root, "bonus").map(bonus).collect(),
    }
}

fn tranche(table: &Table) -> Tranche {
    Tranche {
        name: text(table, "name").unwrap(),
        kind: text(table, "kind").unwrap_or_else(|| "loan".into()),
        amount: cents(&table["amount"]),
        coupon: match table.get("coupon") {
            None => Coupon::Rate(0.0),
            Some(Value::Table(formula)) => Coupon::Formula(get_expression(formula, "formula").unwrap()),
            Some(rate) => Coupon::Rate(number(rate).float()),
        },
        cash_interest: text(table, "interest").is_some_and(|word| word == "cash"),
        matures: text(table, "repaid").filter(|word| word == "bullet").and_then(|_| get_day(table, "matures")),
        rank: table.get("rank").map(size),
        draw_order: table.get("draw_order").map(|n| n.as_integer().unwrap()),
        draws: list(table, "draws")
            .map(|row| (get_day(row, "date").unwrap(), cents(&row["amount"]), get_expression(row, "when")))
            .collect(),
        residual: get_number(table, "residual_share", ZERO),
        return_cap: table.get("return_cap").map(|rate| number(rate).float()),
        tied_to: table.get("tied_to").map(words),
        recycled_elsewhere: table.contains_key("recycled_to"),
    }
}

fn guarantee(table: &Table) -> Guarantee {
    Guarantee {
        name: text(table, "name").unwrap(),
        of: words(&table["of"]),
        cover: if let Some(percent) = table.get("percent") {
            Cover::Percent(number(percent))
        } else if let Some(amount) = table.get("amount") {
            Cover::Amount(cents(amount))
        } else if let Some(floor) = table.get("floor") {
            Cover::Floor(number(floor))
        } else {
            Cover::Schedule(list(table, "schedule").map(|row| (cents(&row["drawn"]), cents(&row["pays"]))).collect())
        },
    }
}

fn bonus(table: &Table) -> Bonus {
    Bonus {
        name: text(table, "name").unwrap(),
        amount: if let Some(amount) = table.get("amount") {
            Amount::Fixed(cents(amount))
        } else if let Some(share) = table.get("share_of_receipts") {
            Amount::Receipts(number(share))
        } else {
            Amount::Formula(get_expression(table, "formula").unwrap())
        },
        date: get_day(table, "date"),
        after_rank: table.get("after_rank").map(size),
        when: get_expression(table, "when"),
    }
}
