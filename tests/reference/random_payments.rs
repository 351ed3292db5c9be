//! The payments and stops of contracts by chance.

use super::random::Author;

impl Author {
    pub fn gate(&mut self, on: &str, number: usize) -> String {
        let bound = self.chance.of(&["5%", "10%", "0.2", "0%", "-5%"]);
        let other = if self.by_cohort.contains(&on) { on } else { "first gain" };
        let simple = match self.chance.up_to(13) {
            10 => format!("first gain.relative_change > {bound} or {other}.rate >= 70%"),
            11 => format!("if(first gain > {bound}, {other}.rate, first gain.rate * 1.2) >= 40%"),
            12 if self.text.contains("\"known\"") => format!("known > 350 or known.rate * 2 < {other}.enrolled * 100"),
            12 => format!("max(first gain, 'both') - min(0, {other}.rate) <= 60% and not (date < 2025-06-01)"),
            13 => format!("first gain.relative_change > {bound} or round(100 * {other}.rate) / 100 = 0.5"),
            0 => format!("first gain >= {bound}"),
            1 => format!("'first gain'.p_value <= 30% or first gain.rate > {bound}"),
            2 => format!("not ({other}.rate < {bound})"),
            3 => format!("{other}.units >= 3"),
            4 => format!("both > {bound} or date >= 2026-07-01"),
            5 if number > 0 => format!("due('{}') > 5_000", self.payments[0]),
            6 if number > 0 => format!("paid('{}') < 30_000", self.payments[0]),
            7 if number > 0 => format!("achieved('{}')", self.payments[0]),
            8 if number > 0 => "all_others_achieved".into(),
            _ => format!("year >= 2 and {other}.rate >= {bound}"),
        };
        if self.chance.once_in(4) { format!("{simple} or first gain.additional > 2 and not (year = 2)") } else { simple }
    }

    pub fn payment(&mut self) {
        let number = self.payments.len();
        let name = format!("payment {}", number + 1);
        self.line(format!("[[payment]]\nname = \"{name}\""));
        if self.payors.len() > 2 && self.maybe(3) {
            self.line("payors = { State = 0.33, City = 0.5, County = 0.17 }");
        } else if self.payors.len() > 1 && self.maybe(3) {
            self.line("payors = { State = 0.625, City = 0.375 }");
        } else {
            let payor = self.chance.of(&self.payors.clone());
            self.line(format!("payor = \"{payor}\""));
        }
        let compared = self.chance.once_in(2);
        let mut on =
            if compared { self.chance.of(&["gain", "arrests less", "first gain"]) } else { self.chance.of(&["placements", "keeping"]) };
        let mut is_dated = false;
        let price = match self.chance.up_to(if self.rich { 13 } else { 4 }) {
            0 | 1 if on == "arrests less" => format!("{{ per_avoided = {} }}", self.money(1_000, 9_000)),
            0 | 1 if compared => format!("{{ per_additional = {} }}", self.money(1_000, 9_000)),
            0 | 1 => format!("{{ per_unit = {} }}", self.money(500, 4_000)),
            2 => format!("{{ lump_sum = {} }}", self.money(5_000, 80_000)),
            3 if compared => {
                format!("{{ steps = [{{ from = 0.05, pay = {} }}, {{ from = 0.2, pay = 60_000 }}] }}", self.money(5_000, 50_000))
            }
            3 => "{ steps = [{ from = 0.3, pay = 7_000 }, { from = 0.5, pay = 20_000.5 }], by = \"rate\", bounds = \"more than\" }".into(),
            4 if compared => "{ pieces = [{ from = 0.02, pay = 2_000, per_point = 500 }, { from = 0.10, per_point = 300 }, { from = 0.3 }] }".into(),
            4 => "{ pieces = [{ from = 0.2, pay = 2_000, per_point = 500 }, { from = 0.6 }], by = \"rate\", whole_points = true }".into(),
            5 if !compared => "{ tiers = [{ from = 0, pay = 300 }, { from = 10, pay = 500.5 }, { from = 25, pay = 800 }] }".into(),
            6 if self.chance.once_in(3) => {
                format!("{{ by = \"both\", pieces = [{{ from = 0.1, pay = {}, per_unit = 30_000.5 }}, {{ from = 0.4 }}], otherwise = 150 }}", self.money(500, 9_000))
            }
            6 => format!("{{ formula = \"max(0, {} * both)\" }}", self.money(10_000, 90_000)),
            7 => {
                is_dated = true;
                format!("{{ lump_sum = {} }}", self.money(500, 9_000))
            }
            8 => "{ rate_card = [{ on = \"placements\", price = 400 }, { on = \"keeping\", price = 650.25 }, { on = \"visits\", uplift_of = \"placements\", by = 0.1 }] }".into(),
            9 if !compared => format!("{{ per_unit = {}, less = \"kept\" }}", self.money(500, 4_000)),
            11 if !compared => {
                on = "savings";
                let of = self.chance.of(&["", "of = \"savings\", "]);
                let then = self.chance.of(&["", ", then = 0.2", ", then = 0.2, once_repaid = [\"bank\"]"]);
                format!("{{ share = {{ {of}share = 0.4{then} }} }}")
            }
            12 if !compared => {
                on = "at work";
                format!("{{ per_unit = {} }}", self.money(200, 2_000))
            }
            10 => "{ by = \"rate\", steps = [{ from = 0.3, pay = 0 }, { from = 0.6, pay = 20_000 }], otherwise = -8_000 }".into(),
            _ => format!("{{ lump_sum = {} }}", self.money(5_000, 80_000)),
        };
        let is_card = price.contains("rate_card");
        let less = price.contains("less");
        let on = if less { "placed" } else { on };
        let two_way = price.contains("otherwise");
        if is_dated {
            let dates = match self.chance.up_to(2) {
                0 => "\"every_period\"".into(),
                1 => "\"every_year\"".into(),
                _ => format!("[{}, {}]", self.day(), self.day()),
            };
            self.line(format!("dates = {dates}"));
        } else if !is_card {
            self.line(format!("on = \"{on}\""));
        }
        self.line(format!("price = {price}"));
        if two_way {
            self.line("two_way = true");
            if self.maybe(4) {
                self.line("refunded_by = \"provider\"");
            }
        }
        let mut late = price.contains("both");
        if self.chance.once_in(2) && !is_card && !is_dated {
            let gate = self.gate(on, number);
            late = gate.contains("first gain") || gate.contains("both");
            self.line(format!("when = \"{gate}\""));
        }
        let by_person = price.starts_with("{ per_unit") && !less && on != "at work";
        let waits = less || late && !self.chance.once_in(4);
        self.payment_limits(is_dated, two_way, by_person, waits);
        self.payments.push(name);
    }

    pub fn payment_limits(&mut self, is_dated: bool, two_way: bool, by_person: bool, waits: bool) {
        if self.maybe(5) {
            self.line("discount = 0.07");
        }
        if self.maybe(5) {
            let from = self.chance.of(&["", ", from = 2025-07-01", ", from = 2026-03-15"]);
            self.line(format!("escalator = {{ per_year = 0.03{from} }}"));
        }
        for (key, most, n) in
            [("cap_per_cohort", 40_000, 5), ("cap_per_enrolled", 1_500, 6), ("cap_per_person", 2_000, 3), ("cap_per_period", 40_000, 6)]
        {
            let fits = key != "cap_per_person" || by_person;
            if self.maybe(n) && !(is_dated && key != "cap_per_period") && !two_way && fits {
                let cap = self.money(most / 20, most);
                self.line(format!("{key} = {cap}"));
            }
        }
        if self.maybe(6) && !two_way {
            let cap = self.money(2_000, 60_000);
            self.line(format!("cap_per_fiscal_year = {cap}"));
        }
        if self.maybe(4) && !two_way {
            let cap = self.money(2_000, 120_000);
            self.line(format!("cap = {cap}"));
        } else if self.maybe(6) && !two_way {
            let floor = self.money(1_000, 30_000);
            self.line(format!("floor = {floor}"));
        }
        if self.maybe(6) && !two_way && self.payors.len() == 1 && !self.text.contains("at_most_share") {
            self.line("at_most_share = 0.5");
        }
        if (self.maybe(3) || waits) && !is_dated {
            let after = if waits { 3 } else { self.chance.between(1, 2) };
            self.line(format!("paid_after = {after}"));
        }
        if self.maybe(5) {
            let after = self.chance.between(1, 3);
            self.line(format!("instalments = [{{ share = 0.3 }}, {{ share = 0.3, after = 1 }}, {{ share = 0.4, after = {after} }}]"));
        }
        if self.text.contains("program.site") && !is_dated && self.chance.once_in(4) {
            let site = self.chance.of(&["North", "South"]);
            self.line(format!("sites = [\"{site}\"]"));
        }
        if self.maybe(8) {
            let from = self.chance.of(&["2025-07-01", "2025-11-15", "2026-02-01"]);
            self.line(format!("from = {from}"));
        }
        if self.maybe(8) {
            let until = self.chance.of(&["2027-12-31", "2028-06-30", "2029-07-15"]);
            self.line(format!("until = {until}"));
        }
        if self.maybe(8) {
            let from = self.day();
            let pay = self.money(1_000, 30_000);
            self.line(format!("[[payment.amendment]]\nfrom = {from}\nprice = {{ lump_sum = {pay} }}"));
        }
    }

    pub fn stop(&mut self) {
        let first = self.payments[0].clone();
        let when = match self.chance.up_to(6) {
            0 => "first gain < 10%".into(),
            4 => "gain < 0 or first gain.rate < 50% or 'arrests less'.rate > 60%".into(),
            5 => "placements.rate < 45% and first gain < 15% or keeping.units >= 10".into(),
            6 => format!("not (first gain >= 5%) or due('{first}') > 30_000"),
            1 => "first gain.rate < 60% or first gain.p_value > 0.5".into(),
            2 => format!("paid('{first}') < 20_000"),
            _ => "year >= 2 and first gain.units < 20".to_owned(),
        };
        self.line(format!("[[stop]]\nname = \"option\"\nwhen = \"{when}\""));
        if !self.chance.once_in(3) {
            let at = self.day();
            self.line(format!("at = {at}"));
        }
        if self.chance.once_in(3) {
            self.line("payments_end = true");
        }
        if self.maybe(3) {
            let at = self.day();
            self.line(format!("[[stop]]\nname = \"other option\"\nwhen = \"keeping.rate < 30% or due('{first}') < 9_000\"\nat = {at}"));
        }
    }
}
