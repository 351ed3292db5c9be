//! Every limit has one name, its chance and what it cuts, and counts nothing but that limit. Amounts are dollars, worked out by hand.

use pfsim::deal::{OutcomeId, PayorId};
use pfsim::engine::{Block, Plan, audit};
use pfsim::metrics::{Catalogue, Observed, observe};
use pfsim::scenario;

/// The metrics of the first trial, chances as 0 and 1.
fn seen(text: &str, trials: usize) -> impl Fn(&str) -> f64 + use<> {
    let deal = crate::support::deal(text);
    let plan = Plan::new(&deal, 3);
    let mut block = Block::new(&plan, trials);
    block.run(&plan, 0);
    assert_eq!(audit(&deal, &block), Ok(()));
    let catalogue = Catalogue::new(&deal);
    let observed = observe(&deal, &catalogue, &block, Observed::default());
    move |name: &str| {
        let value = catalogue.values.iter().position(|(known, _)| known == name);
        let chance = catalogue.chances.iter().position(|(known, _)| known == name);
        match (value, chance) {
            (Some(row), _) => observed.values.row(row)[0],
            (_, Some(row)) => observed.chances[row][0] as f64 / trials as f64,
            _ => panic!("no {name}"),
        }
    }
}

/// Four cohorts of 80 in the quarters of each year given, 1,000 for each person: 80,000 fall due in each of its quarters.
fn quarters(cohorts: u32, payor: &str, payment: &str) -> String {
    format!(
        "schema = 1\n[deal]\nname = \"case\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"quarter\"\nperiods = 16\n[program]\n\
         provider = \"P\"\ncohorts = {{ count = {cohorts}, size = 80 }}\n[[outcome]]\nname = \"placed\"\nrate = 1.0\n[[payor]]\nname = \"State\"\n\
         {payor}\n[[payment]]\nname = \"jobs\"\npayor = \"State\"\non = \"placed\"\nprice = {{ per_unit = 1_000 }}\n{payment}\n"
    )
}

const LATER: &str = "appropriations = { 2026 = 0, 2027 = 1_000_000, 2028 = 1_000_000 }\ncarry_over = true";

fn years(of: &impl Fn(&str) -> f64) -> [f64; 3] {
    [2026, 2027, 2028].map(|year| of(&format!("payor.\"State\".fy{year}")))
}

/// 320,000 fall due in 2026 and 100,000 of them pass the yearly cap; they are paid a year later, and count in 2026.
#[test]
fn a_yearly_cap_holds_for_what_falls_due_in_the_year() {
    let of = seen(&quarters(4, LATER, "cap_per_fiscal_year = 100_000"), 1);
    assert_eq!((years(&of), of("payors.total")), ([0.0, 100_000.0, 0.0], 100_000.0));
    assert_eq!((of("payment.\"jobs\".cap_per_fiscal_year_cuts"), of("payor.\"State\".yearly_limit_cuts")), (220_000.0, 0.0));
    assert_eq!((of("payment.\"jobs\".cap_per_fiscal_year_binds"), of("payor.\"State\".yearly_limit_binds")), (1.0, 0.0));
}

/// As much again falls due in 2027: 100,000 of each year pass. What was carried counts in 2026, so 2027 pays for both.
#[test]
fn what_is_carried_over_counts_once() {
    let of = seen(&quarters(8, LATER, "cap_per_fiscal_year = 100_000"), 1);
    assert_eq!((years(&of), of("payment.\"jobs\".cap_per_fiscal_year_cuts")), ([0.0, 200_000.0, 0.0], 440_000.0));
    // The payor's own limit counts what it pays in the year: 120,000 of the 200,000 now, 80,000 a year later.
    let of = seen(&quarters(8, &LATER.replace("2027 = 1_000_000", "2027 = 120_000"), "cap_per_fiscal_year = 100_000"), 1);
    assert_eq!((years(&of), of("payor.\"State\".yearly_limit_cuts")), ([0.0, 120_000.0, 80_000.0], 0.0));
    // 50,000 of each quarter's 80,000 pass; the four of 2026 are paid at once.
    let of = seen(&quarters(4, LATER, "cap_per_period = 50_000"), 1);
    assert_eq!((years(&of), of("payment.\"jobs\".cap_per_period_cuts")), ([0.0, 200_000.0, 0.0], 120_000.0));
}

/// What still waits in the end is cut, by the limit that it waited for: 30,000 of 100,000 are appropriated.
#[test]
fn what_waits_is_cut_when_it_lapses() {
    let payor = "appropriations = { 2027 = 30_000 }\ncarry_over = true";
    let of = seen(&quarters(4, payor, "cap_per_fiscal_year = 100_000"), 1);
    assert_eq!((of("payors.total"), of("payor.\"State\".yearly_limit_cuts")), (30_000.0, 70_000.0));
    assert_eq!((of("payor.\"State\".yearly_limit_binds"), of("payment.\"jobs\".cap_per_fiscal_year_cuts")), (1.0, 220_000.0));
    // Without carrying over, each quarter's 80,000 lapse at once.
    let of = seen(&quarters(4, "appropriations = { 2027 = 30_000 }", ""), 1);
    assert_eq!((of("payors.total"), of("payor.\"State\".yearly_limit_cuts")), (0.0, 320_000.0));
}

/// A payor that fails binds no cap, however large: under one of 100,000,000 nothing acts but the hazard.
#[test]
fn a_failure_is_no_cap() {
    let text = quarters(8, "cap = 100_000_000\nhazard = { per_year = 0.05, lasting = true }", "");
    let of = seen(&text, 2_000);
    assert_eq!((of("payor.\"State\".cap_binds"), of("payor.\"State\".cap_cuts")), (0.0, 0.0));
    assert!(of("payor.\"State\".fails") > 0.03);
}

/// 320,000 in four claims of 80,000, cut by one limit after the other: 900 a person leave 72,000, a cap of a cohort 70,000, of a period
/// 60,000. Of the third and fourth 60,000 the year leaves 30,000, the payment 20,000, the payor 10,000 and the deal nothing.
#[test]
fn each_limit_cuts_its_own() {
    let limits = "cap_per_person = 900\ncap_per_cohort = 70_000\ncap_per_period = 60_000\ncap_per_fiscal_year = 150_000\ncap = 140_000";
    let text = quarters(4, "cap = 130_000", limits).replacen("periods = 16", "periods = 16\ncap = 120_000", 1);
    let of = seen(&text, 1);
    let cuts = ["cap_per_person", "cap_per_cohort", "cap_per_period", "cap_per_fiscal_year", "cap"]
        .map(|key| of(&format!("payment.\"jobs\".{key}_cuts")));
    // Of the third quarter's 60,000 the payor has 10,000 left and the deal nothing; of the fourth's the payment's caps leave less.
    assert_eq!(cuts, [32_000.0, 8_000.0, 40_000.0, 60_000.0, 20_000.0]);
    assert_eq!([of("payor.\"State\".cap_cuts"), of("deal.cap_cuts"), of("payors.total")], [20_000.0, 20_000.0, 120_000.0]);
    assert_eq!((of("deal.cap_binds"), of("payor.\"State\".cap_binds"), of("payment.\"jobs\".cap_per_person_binds")), (1.0, 1.0, 1.0));
}

/// A floor lifts what is due: nothing where a gate never opens or nobody is placed, 50,000 where one person is.
#[test]
fn a_floor_lifts_only_what_is_due() {
    let floor = "floor = 50_000";
    let never = seen(&quarters(2, "", &format!("{floor}\nwhen = \"placed.rate < 50%\"")), 1);
    assert_eq!((never("payors.total"), never("payment.\"jobs\".floor_binds")), (0.0, 0.0));
    let nobody = seen(&quarters(2, "", floor).replace("rate = 1.0", "rate = 0.0"), 1);
    assert_eq!(nobody("payors.total"), 0.0);
    let some = seen(&quarters(2, "", floor).replace("size = 80", "size = 1"), 1);
    assert_eq!(
        (some("payors.total"), some("payment.\"jobs\".floor_adds"), some("payment.\"jobs\".floor_binds")),
        (50_000.0, 48_000.0, 1.0)
    );
}

/// The least of one and of none, and between them: of 30 people with a chance of one in twenty each, 2,000 a job, 5,000 at least where
/// anything is due and 9,000 at most.
#[test]
fn a_floor_and_a_cap_clamp_what_is_due() {
    let text = quarters(3, "", "cap = 9_000\nfloor = 5_000")
        .replace("rate = 1.0", "rate = 0.05")
        .replace("size = 80", "size = 10")
        .replace("1_000 }", "2_000 }");
    let deal = scenario::parse("case.toml", &text).expect("a deal");
    let plan = Plan::new(&deal, 11);
    let mut block = Block::new(&plan, 20_000);
    block.run(&plan, 0);
    let jobs = &block.world.outcomes[OutcomeId(0)].count;
    for (lane, &paid) in block.owed.payor_paid.row(PayorId(0)).iter().enumerate() {
        let jobs: i64 = jobs.lane(lane).map(i64::from).sum();
        let expected = if jobs == 0 { 0 } else { (200_000 * jobs).clamp(500_000, 900_000) };
        assert_eq!(paid, expected, "{jobs} jobs");
    }
}

/// Half of all, and the other payment never grows: 750 of 900 wait in the end, and are cut then.
#[test]
fn a_largest_share_cuts_what_waits_in_the_end() {
    let other = "[[payment]]\nname = \"other\"\npayor = \"State\"\ndates = [2026-01-01]\nprice = { lump_sum = 150 }";
    let text = quarters(1, "", &format!("at_most_share = 0.5\n{other}")).replace("1_000 }", "10 }").replace("size = 80", "size = 90");
    let of = seen(&text, 1);
    assert_eq!((of("payment.\"jobs\".paid"), of("payment.\"jobs\".at_most_share_cuts")), (150.0, 750.0));
}
