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
}
