//! Generated contracts with every kind of price, gate, limit, schedule and payor, as texts of scenarios.

use proptest::prelude::*;
use std::fmt::Write;

use pfsim::deal::Deal;

/// A payment: what it is paid on, its price, its gate, and bits for everything else that a payment can say.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub on: usize,
    pub price: usize,
    pub amount: u32,
    pub gate: usize,
    pub says: u32,
    pub limit: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Contract {
    pub cohorts: u32,
    pub size: u32,
    pub promises: Vec<Promise>,
    pub payors: [u32; 2],
    pub limit: u32,
    pub deal_cap: bool,
    pub stop: usize,
    pub capital: u32,
}

const ON: [&str; 6] = ["jobs", "gain", "keeps", "days", "earned", "all jobs"];
/// Gates of payments for one cohort, for all cohorts together, and for what is known too early for either.
const GATES: [[&str; 5]; 3] = [
    ["", "jobs.rate >= 40%", "gain.p_value <= 0.3 or date >= 2027-01-01", "cohort <= 2", "not (jobs.units < 10)"],
    ["", "score >= 0.3", "not ('all jobs'.units < 60)", "'all jobs'.rate * 2 > score", "date < 2027-01-01 or score > 0.2"],
    ["", "date >= 2025-09-01", "year <= 3 or date > 2028-01-01", "", ""],
];
const STOPS: [&str; 3] =
    ["", "at = 2026-01-01\nwhen = \"'first jobs'.rate < 50%\"\n", "when = \"drawn('loan') > 150_000\"\npayments_end = true\n"];

pub(crate) fn contract() -> impl Strategy<Value = Contract> {
    let promise = (0usize..6, 0usize..8, 0u32..20_000, 0usize..5, any::<u32>(), 0u32..400_000)
        .prop_map(|(on, price, amount, gate, says, limit)| Promise { on, price, amount, gate, says, limit });
    let deal = (1u32..6, 1u32..120, [any::<u32>(), any::<u32>()], 0u32..900_000, any::<bool>(), 0usize..3, any::<u32>());
    (deal, proptest::collection::vec(promise, 1..6)).prop_map(|((cohorts, size, payors, limit, deal_cap, stop, capital), promises)| {
        Contract { cohorts, size, promises, payors, limit, deal_cap, stop, capital }
    })
}

pub(crate) fn bit(bits: u32, at: u32) -> bool {
    bits >> at & 1 == 1
}

impl Promise {
    fn text(&self, index: usize, cohorts: u32) -> String {
        let (amount, on) = (self.amount, ON[self.on]);
        let units = on != "gain" && on != "earned";
        let by = if units { "rate" } else { "difference" };
        let (low, high, slope) = if on == "earned" { (100, 900, "per_unit") } else { (0, 1, "per_unit") };
        let slope = format!("{slope} = {}", if on == "earned" { amount / 100 } else { amount });
        let (dated, card) = (self.price == 6, self.price == 5);
        // What is known of all cohorts together, or on a date, says nothing of one of them.
        let pooled = !dated && !card && matches!(on, "earned" | "all jobs");
        let early = dated || card || on == "days";
        let price = match self.price {
            0 if units => format!("{{ per_unit = {amount}.37 }}"),
            0 => format!("{{ per_additional = {amount} }}"),
            1 if units => format!("{{ tiers = [{{ from = 0, pay = {amount} }}, {{ from = 25, pay = {} }}] }}", amount / 3),
            1 | 2 => format!("{{ lump_sum = {amount} }}"),
            3 => format!(
                "{{ by = \"{by}\", steps = [{{ from = {low}.1, pay = {amount} }}, {{ from = {high}.3, pay = {} }}], otherwise = {} }}",
                amount + 7,
                if bit(self.says, 0) { -f64::from(amount) } else { 0.0 }
            ),
            4 => format!("{{ by = \"{by}\", pieces = [{{ from = {low}.05, pay = {}, {slope} }}, {{ from = {high}.9 }}] }}", amount / 2),
            5 => format!(
                "{{ rate_card = [{{ on = \"jobs\", price = {amount} }}, {{ on = \"keeps\", price = 17.5 }}, \
                 {{ on = \"days\", uplift_of = \"jobs\", by = 0.25 }}] }}"
            ),
            6 => format!("{{ formula = \"{amount} - drawn('loan') / 100\" }}"),
            _ if on == "jobs" && bit(self.says, 1) => format!("{{ per_unit = {amount}, less = \"drops\" }}"),
            _ if pooled => format!("{{ formula = \"{amount} * score - 500 / ('all jobs'.rate - 0.5)\" }}"),
            _ if early => format!("{{ formula = \"{amount} + 1000 / (days.units - 30)\" }}"),
            _ => format!("{{ formula = \"{amount} * jobs.rate - 500 / (jobs.rate - 0.5)\" }}"),
        };
        let two_way = self.price == 3 && bit(self.says, 0) || dated && bit(self.says, 1);
        let mut text = format!("[[payment]]\nname = \"promise {index}\"\nprice = {price}\npaid_after = {}\n", self.says >> 2 & 1);
        let mut say = |wanted: bool, line: &str| {
            if wanted {
                let _ = writeln!(text, "{line}");
            }
        };
        say(!card && !dated, &format!("on = \"{on}\""));
        say(dated, if bit(self.says, 3) { "dates = \"every_year\"" } else { "dates = [2025-07-01, 2026-02-03, 2027-05-06]" });
        say(!bit(self.says, 4), "payor = \"one\"");
        say(bit(self.says, 4), "payors = { one = 0.35, two = 0.65 }");
        let gate = GATES[if early { 2 } else { usize::from(pooled) }][self.gate];
        say(!gate.is_empty(), &format!("when = \"{gate}\""));
        say(two_way, "two_way = true");
        say(bit(self.says, 5), &format!("cap = {}", self.limit));
        say(bit(self.says, 6), &format!("cap_per_period = {}", self.limit / 3));
        say(bit(self.says, 7), &format!("cap_per_fiscal_year = {}", self.limit / 2));
        say(bit(self.says, 8), &format!("cap_per_cohort = {}", self.limit / 2));
        say(bit(self.says, 9) && !dated, &format!("cap_per_enrolled = {}.25", self.limit / 100));
        say(bit(self.says, 10), "discount = 0.07");
        say(bit(self.says, 11), "escalator = { per_year = 0.03 }");
        say(bit(self.says, 12) && self.price != 1 && !dated, "instalments = [{ share = 0.3 }, { share = 0.7, after = 3 }]");
        say(bit(self.says, 13) && bit(self.says, 14), "at_most_share = 0.4");
        say(bit(self.says, 15) && cohorts > 1 && !pooled && !dated, "cohorts = [1, 2]");
        say(bit(self.says, 16), "from = 2025-04-01\nuntil = 2028-06-30");
        say(
            bit(self.says, 17) && bit(self.says, 18) && !card,
            &format!("[[payment.amendment]]\nfrom = 2026-07-01\nprice = {{ lump_sum = {} }}", amount / 4),
        );
        text
    }
}

impl Contract {
    pub fn text(&self) -> String {
        let mut text = format!(
            "schema = 1\n[deal]\nname = \"generated\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"quarter\"\nperiods = 20\n\
             fiscal_year_starts = \"July\"\n{}[program]\nprovider = \"p\"\ncohorts = {{ count = {}, every = 2, size = {} }}\n\
             enrolment_ratio = {{ lognormal = {{ mu = 0.0, sigma = 0.4 }} }}\n[[program.cost]]\nname = \"each\"\nper_participant = 1_234.56\n\
             [[outcome]]\nname = \"job\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.1 }} }}\neffect = 0.1\nintraclass_correlation = 0.05\nafter = 2\n\
             [[outcome]]\nname = \"kept\"\ngiven = \"job\"\nrate = 0.6\nafter = 3\n\
             [[outcome]]\nname = \"drops\"\ngiven = \"job\"\nrate = 0.2\nafter = 2\n\
             [[outcome]]\nname = \"days\"\nkind = \"count\"\nrate = 2\nrounds = {{ count = 2, every = 2 }}\n\
             [[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = 9_000\neffect = {{ normal = {{ mean = 500, sd = 800 }} }}\nsd = 4_000\nafter = 4\n\
             [[records]]\nname = \"r\"\nmatch_rate = 0.9\n[[measure]]\nname = \"jobs\"\nof = \"job\"\nrecords = \"r\"\n\
             [[measure]]\nname = \"gain\"\nof = \"job\"\nmethod = {{ randomized = {{ comparison = 40 }} }}\nminimum_sample = 10\n\
             [[measure]]\nname = \"keeps\"\nof = \"kept\"\nrecords = \"r\"\n\
             [[measure]]\nname = \"earned\"\nof = \"pay\"\npool = \"all\"\nmethod = {{ historical = {{ estimated_from = 90 }} }}\n\
             [[measure]]\nname = \"first jobs\"\nof = \"job\"\npool = \"all\"\ncohorts = [1]\n\
             [[measure]]\nname = \"all jobs\"\nof = \"job\"\npool = \"all\"\n[[formula]]\nname = \"score\"\nis = \"0.5 * 'all jobs'.rate + 0.1\"\n",
            if self.deal_cap { format!("cap = {}\n", self.limit) } else { String::new() },
            self.cohorts,
            self.size,
        );
        for (name, says) in ["one", "two"].into_iter().zip(self.payors) {
            let _ = writeln!(text, "[[payor]]\nname = \"{name}\"");
            let mut say = |wanted: bool, line: String| {
                if wanted {
                    let _ = writeln!(text, "{line}");
                }
            };
            say(bit(says, 0), format!("cap = {}", self.limit / 2));
            say(bit(says, 1), format!("cap_per_fiscal_year = {}", self.limit / 3));
            say(bit(says, 2), format!("appropriations = {{ 2025 = {0}, 2026 = {0}, 2027 = {1} }}", self.limit / 4, self.limit / 9));
            say(bit(says, 3) && (bit(says, 1) || bit(says, 2)), "carry_over = true".into());
            say(bit(says, 4), format!("hazard = {{ per_year = 0.1, lasting = {} }}", bit(says, 5)));
            say(bit(says, 4) && bit(says, 6), "escrow = 20_000".into());
            say(bit(says, 7), "delay = 1".into());
        }
        for (index, promise) in self.promises.iter().enumerate() {
            text.push_str(&promise.text(index, self.cohorts));
        }
        if self.stop > 0 {
            let _ = write!(text, "[[stop]]\nname = \"end\"\n{}", STOPS[self.stop]);
        }
        let bits = self.capital;
        let _ = write!(
            text,
            "[[tranche]]\nname = \"gift\"\nkind = \"grant\"\namount = 30_000\n[[tranche]]\nname = \"loan\"\nrank = 1\namount = 250_000\ncoupon = 0.05\n{}\
             [[tranche]]\nname = \"junior\"\nrank = 2\namount = 100_000\nresidual_share = 0.5\n{}\
             [[guarantee]]\nname = \"cover\"\nguarantor = \"F\"\nof = \"loan\"\npercent = 0.5\n",
            if bit(bits, 0) { "interest = \"cash\"\n" } else { "" },
            if bit(bits, 1) { "return_cap = 0.1\n" } else { "" },
        );
        text
    }

    pub fn deal(&self) -> Deal {
        let text = self.text();
        crate::support::deal(&text)
    }
}
