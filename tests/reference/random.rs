//! Contracts by chance: each seed is one text, the same everywhere.

use std::fmt::Write;

/// Steele, Lea and Flood's SplitMix64.
pub struct Chance(u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn up_to(&mut self, most: u64) -> u64 {
        self.next() % (most + 1)
    }

    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.up_to(to - from)
    }

    /// Once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.up_to(n - 1) == 0
    }

    pub fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[usize::try_from(self.up_to(all.len() as u64 - 1)).unwrap()]
    }
}

pub struct Author {
    pub chance: Chance,
    pub text: String,
    /// How much is written beyond the plainest contract.
    pub rich: bool,
    pub periods: u64,
    pub quarterly: bool,
    /// Measures with one group, and those by cohort.
    pub single: Vec<&'static str>,
    pub by_cohort: Vec<&'static str>,
    pub payors: Vec<&'static str>,
    pub payments: Vec<String>,
    pub tranches: Vec<&'static str>,
    pub stops: bool,
}

/// A scenario that may or may not be valid: what is refused is no contract.
pub fn scenario(seed: u64) -> String {
    let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let quarterly = !chance.once_in(3);
    let mut author = Author {
        rich: !chance.once_in(3),
        periods: if quarterly { chance.between(18, 24) } else { chance.between(11, 14) },
        chance,
        text: String::new(),
        quarterly,
        single: vec![],
        by_cohort: vec![],
        payors: vec![],
        payments: vec![],
        tranches: vec![],
        stops: false,
    };
    author.deal();
    author.people();
    author.stops = author.maybe(6);
    author.payors();
    for _ in 0..author.chance.between(1, 4) {
        author.payment();
    }
    if author.stops {
        author.stop();
    }
    author.capital();
    author.text
}

impl Author {
    pub fn line(&mut self, text: impl AsRef<str>) {
        writeln!(self.text, "{}", text.as_ref()).unwrap();
    }

    /// A key that is there once in `n` times in a rich contract.
    pub fn maybe(&mut self, n: u64) -> bool {
        self.chance.once_in(n) && self.rich
    }

    pub fn money(&mut self, from: u64, to: u64) -> String {
        let whole = self.chance.between(from, to);
        if self.chance.once_in(4) { format!("{whole}.{:02}", self.chance.up_to(99)) } else { whole.to_string() }
    }

    pub fn day(&mut self) -> String {
        let (month, day) = (self.chance.between(1, 12), *self.chance.of(&[&1, &1, &15, &28]));
        let years = if self.quarterly { self.periods / 4 } else { self.periods } - 1;
        let year = 2025 + self.chance.up_to(years);
        if year == 2025 && month < 5 { "2025-05-01".into() } else { format!("{year}-{month:02}-{day:02}") }
    }

    pub fn deal(&mut self) {
        let fiscal = self.chance.of(&["January", "July", "October"]);
        let (start, period) = (self.chance.of(&["2025-01-01", "2025-04-01"]), if self.quarterly { "quarter" } else { "year" });
        let start = if self.quarterly { start } else { "2025-01-01" };
        let periods = self.periods;
        self.line("schema = 1\n[deal]\nname = \"By chance\"\ncurrency = \"USD\"");
        self.line(format!("start = {start}\nperiod = \"{period}\"\nperiods = {periods}\nfiscal_year_starts = \"{fiscal}\""));
        if self.maybe(4) {
            self.line("discount_rate = 0.05\ninvestor_hurdle = 0.06");
        }
        if self.maybe(4) {
            let cap = self.money(50_000, 600_000);
            self.line(format!("cap = {cap}"));
        }
    }

    pub fn people(&mut self) {
        let (count, every, size) = (self.chance.between(1, 4), self.chance.between(1, 2), self.chance.between(2, 60));
        let planned = format!("cohorts = {{ count = {count}, every = {every}, size = {size} }}");
        let sites = self.maybe(4);
        self.line("[program]\nprovider = \"Provider\"");
        if !sites {
            self.line(&planned);
        }
        if self.maybe(2) {
            self.line(
                "referral_ratio = { discrete = [{ value = 0, weight = 1 }, { value = 0.5, weight = 1 }, { value = 1, weight = 2 }] }",
            );
        }
        if self.maybe(4) {
            self.line("delay = [0.5, 0.3, 0.2]");
        }
        if sites {
            let size = self.chance.between(2, 30);
            self.line(format!("[[program.site]]\nname = \"North\"\n{planned}"));
            self.line(format!("[[program.site]]\nname = \"South\"\ncohorts = {{ count = 2, every = 2, size = {size} }}"));
        }
        let each = self.money(500, 4_000);
        self.line(format!("[[program.cost]]\nname = \"work\"\nper_participant = {each}"));
        if self.chance.once_in(2) {
            let (amount, until) = (self.money(100, 5_000), self.day());
            self.line(format!("[[program.cost]]\nname = \"office\"\nper_period = {amount}\nuntil = {until}"));
            if self.maybe(3) {
                self.line("after_stop = true");
            }
        }
        self.line("[[outcome]]\nname = \"placed\"\nwithout = 0.4\neffect = 0.2\nafter = 1");
        self.line("[[outcome]]\nname = \"kept\"\ngiven = \"placed\"\nwithout = 0.5\neffect = 0.1\nafter = 2");
        self.line("[[outcome]]\nname = \"arrested\"\nbetter = \"fewer\"\nwithout = 0.5\neffect = -0.2\nafter = 1");
        self.line("[[outcome]]\nname = \"visits\"\nkind = \"count\"\nrate = 3\nrounds = { count = 2, every = 1 }\nafter = 1");
        self.line("[[outcome]]\nname = \"savings\"\nkind = \"amount\"\nwithout = 500\neffect = 400\nsd = 900\nafter = 2");
        let stays = self.chance.of(&["keeps = 0.9", "keeps = \"independent\"", "leaves = 0.1"]);
        self.line(format!("[[outcome]]\nname = \"at work\"\nrate = 0.7\nrounds = {{ count = 2, every = 1 }}\n{stays}\nafter = 1"));
        self.measures();
    }

    pub fn measures(&mut self) {
        for (name, of, compared) in [
            ("placements", "placed", false),
            ("keeping", "kept", false),
            ("gain", "placed", true),
            ("arrests less", "arrested", true),
            ("first gain", "placed", true),
        ] {
            let pool = if name == "first gain" {
                "all"
            } else {
                self.chance.of(&["cohort", "cohort", "all", if self.text.contains("program.site") { "site" } else { "year" }])
            };
            self.line(format!("[[measure]]\nname = \"{name}\"\nof = \"{of}\"\npool = \"{pool}\""));
            if compared {
                let (people, kind) = (self.chance.between(5, 60), self.chance.of(&["randomized", "randomized", "matched"]));
                let bias = if kind == "matched" { ", bias = 0.02" } else { "" };
                self.line(format!("method = {{ {kind} = {{ comparison = {people}{bias} }} }}"));
                if self.maybe(5) {
                    self.line("treated_share = 0.8");
                }
            }
            if name == "first gain" {
                self.line("cohorts = [1]");
            }
            if self.maybe(5) {
                self.line("false_negative = 0.1");
            }
            if self.maybe(6) {
                let people = self.chance.between(5, 40);
                self.line(format!("minimum_sample = {people}"));
            }
            if self.chance.once_in(3) {
                let after = self.chance.between(1, 2);
                self.line(format!("observed_after = {after}"));
            }
            match pool {
                "all" => self.single.push(name),
                "cohort" => self.by_cohort.push(name),
                _ => {}
            }
        }
        if self.maybe(3) {
            self.line("[[measure]]\nname = \"known\"\nof = \"savings\"\nmethod = \"exact\"\npool = \"all\"\nobserved_after = 1");
        }
        self.line("[[formula]]\nname = \"both\"\nis = \"0.5 * first gain + 0.25 * 'first gain'.rate\"");
        self.line("[[formula]]\nname = \"bonus rate\"\nby = \"first gain\"");
        self.line("pieces = [{ from = 0.05, value = 0.01 }, { from = 0.10, value = 0.02, slope = 0.2 }, { from = 0.20 }]");
    }

    pub fn payors(&mut self) {
        self.payors = ["State", "City", "County"][..usize::try_from(self.chance.between(1, 3)).unwrap()].to_vec();
        for name in self.payors.clone() {
            self.line(format!("[[payor]]\nname = \"{name}\""));
            if self.maybe(3) {
                let cap = self.money(10_000, 300_000);
                self.line(format!("cap = {cap}"));
            }
            let mut yearly = false;
            if self.maybe(3) {
                let cap = self.money(5_000, 100_000);
                self.line(format!("cap_per_fiscal_year = {cap}"));
                yearly = true;
            }
            if self.maybe(5) {
                let (a, b, c) = (self.money(0, 80_000), self.money(0, 80_000), self.money(0, 80_000));
                self.line(format!("appropriations = {{ 2026 = {a}, 2027 = {b}, 2029 = {c} }}"));
                yearly = true;
            }
            if yearly && self.chance.once_in(2) {
                self.line("carry_over = true");
            }
            if self.maybe(4) {
                let lasting = self.chance.once_in(2);
                self.line(format!("hazard = {{ per_year = 0.15, lasting = {lasting} }}"));
                if self.chance.once_in(2) {
                    let escrow = self.money(1_000, 50_000);
                    self.line(format!("escrow = {escrow}"));
                }
            }
            if self.maybe(5) {
                self.line("delay = 1");
            }
            if self.chance.once_in(2) {
                let stream = self.chance.of(&[
                    "900",
                    "{ per_year = 300, years = 4, from_year = 0, fade = 0.1, share = 0.4 }",
                    "{ per_year = 50, years = 3 }",
                ]);
                if self.text.contains("program.site") && self.chance.once_in(3) {
                    self.line("sites = [\"North\"]");
                }
                self.line(format!("value_per_outcome = {{ placed = 3_000, arrested = {stream} }}"));
            }
        }
    }

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
