//! Do the engine's futures and those of an independent small generator come from the same law?
//!
//! Simulation-based calibration: a truth is drawn from the scenario's own prior and a deal's results from it, with another generator and
//! other arithmetic; `settle` turns them into money. Their places among the simulated futures must be uniform (Talts and others 2018;
//! ties broken by chance). Chi-square over twenty cells, a false alarm of one in a million each, fixed seeds.

use pfsim::engine::settle;
use pfsim::metrics::{Catalogue, Observed, observe};
use pfsim::study::{Options, run};
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, Normal};

const FUTURES: usize = 800;
const CELLS: usize = 20;

/// The independent generator.
struct Luck(Xoshiro256PlusPlus);

impl Luck {
    fn uniform(&mut self) -> f64 {
        self.0.random_range(1e-12..1.0)
    }
    fn normal(&mut self, mean: f64, sd: f64) -> f64 {
        Normal::new(mean, sd).expect("valid").inverse_cdf(self.uniform())
    }
    /// A share with this mean and, of its greatest variance mean × (1 − mean), this part.
    fn share(&mut self, mean: f64, part: f64) -> f64 {
        let size = (1.0 - part) / part;
        Beta::new(mean * size, (1.0 - mean) * size).expect("valid").inverse_cdf(self.uniform())
    }
    fn beta(&mut self, mean: f64, sd: f64) -> f64 {
        self.share(mean, sd * sd / (mean * (1.0 - mean)))
    }
    fn people(&mut self, of: u32, chance: f64) -> u32 {
        (0..of).filter(|_| self.uniform() < chance).count() as u32
    }
}

/// Another payor pays one dollar for each success, so that successes can be read from what is settled.
const HEAD: &str = "schema = 1\n[deal]\nname = \"calibration\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 5\n\
    [program]\nprovider = \"p\"\n[[program.cost]]\nname = \"work\"\nper_participant = 500\n[[payor]]\nname = \"City\"\ncap = 160_000\n\
    [[payor]]\nname = \"Counter\"\n[[payment]]\nname = \"tally\"\npayor = \"Counter\"\non = \"found\"\nprice = { per_unit = 1 }\n\
    [[tranche]]\nname = \"loan\"\nkind = \"senior\"\namount = 90_000\nresidual_share = 0.25\n";

/// The cells that the places of independent futures fall into, for each metric; `truth` writes the results of one future.
fn places(program: &str, names: &[&str], truth: impl Fn(&mut Luck) -> String) -> Vec<[f64; CELLS]> {
    let text = HEAD.replace("provider = \"p\"\n", &format!("provider = \"p\"\n{}\n", program.lines().next().unwrap_or_default()));
    let text = format!("{text}{}", program.split_once('\n').map_or("", |(_, rest)| rest));
    let deal = crate::support::deal(&text);
    let options = Options::default().trials(20_000).seed(61).audit(true);
    let simulated = run(&deal, &options).expect("a run");
    let of = |name: &str| simulated.metrics.iter().position(|metric| metric.name == name).unwrap_or_else(|| panic!("no {name}"));
    let mut samples: Vec<Vec<f64>> = names.iter().map(|name| simulated.sample.values[of(name)].clone()).collect();
    samples.iter_mut().for_each(|sample| sample.sort_by(f64::total_cmp));
    let mut luck = Luck(Xoshiro256PlusPlus::seed_from_u64(62));
    let mut cells = vec![[0.0; CELLS]; names.len()];
    for _ in 0..FUTURES {
        let results = pfsim::results::parse("results.toml", &truth(&mut luck), &deal).unwrap_or_else(|problems| panic!("{problems}"));
        let settled = settle(&deal, &results);
        let catalogue = Catalogue::new(&settled.deal);
        let actual = observe(&settled.deal, &catalogue, &settled.block, Observed::default());
        for ((name, sample), cells) in names.iter().zip(&samples).zip(&mut cells) {
            let index = catalogue.values.iter().position(|(known, _)| known == name).expect("the same metrics");
            let value = actual.values.row(index)[0];
            assert!(value.is_finite(), "{name} is {value}");
            let below = sample.partition_point(|other| *other < value - 1e-6) as f64;
            let same = sample.partition_point(|other| *other <= value + 1e-6) as f64 - below;
            let place = (below + same * luck.uniform()) / sample.len() as f64;
            cells[((place * CELLS as f64) as usize).min(CELLS - 1)] += 1.0;
        }
    }
    cells
}

fn p_value(cells: &[f64; CELLS]) -> f64 {
    let expected = FUTURES as f64 / CELLS as f64;
    let statistic: f64 = cells.iter().map(|seen| (seen - expected) * (seen - expected) / expected).sum();
    ChiSquared::new(CELLS as f64 - 1.0).expect("valid").sf(statistic)
}

fn uniform(program: &str, names: &[&str], truth: impl Fn(&mut Luck) -> String) {
    for (name, cells) in names.iter().zip(places(program, names, truth)) {
        assert!(p_value(&cells) > 1e-6, "{name}: {cells:?}");
    }
}

const PAID: &str = "payor.\"City\".total";
const GAIN: &str = "tranche.\"loan\".gain";
const SUCCESSES: &str = "payment.\"tally\".paid";

const PER_UNIT: &str = "cohorts = { count = 2, every = 1, size = 120 }\n[economy]\npersistence_per_year = 0.7\nsd = 1.5\n\
    [[outcome]]\nname = \"job\"\nrate = { beta = { mean = 0.5, sd = 0.08 } }\nper_point_of_unemployment = -0.02\n\
    intraclass_correlation = 0.03\nafter = 1\n[[measure]]\nname = \"found\"\nof = \"job\"\npool = \"all\"\n\
    [[payment]]\nname = \"jobs\"\npayor = \"City\"\non = \"found\"\nprice = { per_unit = 1_200 }\n";

/// Two years' cohorts, each with its own luck, in an economy that remembers `persistence`; rates have the spread `sd`.
fn per_unit(luck: &mut Luck, persistence: f64, sd: f64) -> String {
    let rate = luck.beta(0.5, sd);
    let first = luck.normal(0.0, 1.5);
    let second = persistence * first + luck.normal(0.0, 1.5 * (1.0 - persistence * persistence).sqrt());
    let jobs: u32 = [first, second]
        .into_iter()
        .map(|points| {
            let mean = (rate - 0.02 * points).clamp(0.001, 0.999);
            let own = luck.share(mean, 0.03);
            luck.people(120, own)
        })
        .sum();
    format!("[[result]]\nmeasure = \"found\"\nunits = {jobs}\n")
}

#[test]
fn a_price_per_unit_under_a_cap() {
    uniform(PER_UNIT, &[PAID, GAIN, SUCCESSES], |luck| per_unit(luck, 0.7, 0.08));
}

/// What the test can see: people whose rates spread a quarter as much as the scenario says.
#[test]
fn another_law_is_found_out() {
    let cells = places(PER_UNIT, &[SUCCESSES], |luck| per_unit(luck, 0.7, 0.02));
    assert!(p_value(&cells[0]) < 1e-6, "{cells:?}");
}

#[test]
fn steps_on_a_randomized_evaluation() {
    let program = "cohorts = { count = 2, every = 1, size = 100 }\n[[outcome]]\nname = \"job\"\n\
        without = { beta = { mean = 0.4, sd = 0.05 } }\neffect = { normal = { mean = 0.1, sd = 0.05 } }\n\
        [[measure]]\nname = \"found\"\nof = \"job\"\npool = \"all\"\nmethod = { randomized = { comparison = 80 } }\n\
        [[payment]]\nname = \"steps\"\npayor = \"City\"\non = \"found\"\n\
        price = { steps = [{ from = 0.05, pay = 60_000 }, { from = 0.1, pay = 110_000 }, { from = 0.15, pay = 190_000 }] }\n";
    uniform(program, &[PAID, GAIN, SUCCESSES], |luck| {
        let (without, effect) = (luck.beta(0.4, 0.05), luck.normal(0.1, 0.05));
        let (jobs, others) = (luck.people(200, (without + effect).clamp(0.0, 1.0)), luck.people(160, without));
        format!("[[result]]\nmeasure = \"found\"\nunits = {jobs}\ncomparison_rate = {:?}\n", f64::from(others) / 160.0)
    });
}

#[test]
fn a_chain_of_outcomes() {
    let program = "cohorts = { count = 1, size = 180 }\n[[outcome]]\nname = \"completes\"\nrate = { beta = { mean = 0.7, sd = 0.05 } }\n\
        [[outcome]]\nname = \"placed\"\ngiven = \"completes\"\nrate = { uniform = { low = 0.3, high = 0.8 } }\n\
        [[outcome]]\nname = \"kept\"\ngiven = \"placed\"\nrate = 0.6\nafter = 1\n\
        [[measure]]\nname = \"jobs\"\nof = \"placed\"\npool = \"all\"\n[[measure]]\nname = \"found\"\nof = \"kept\"\npool = \"all\"\n\
        [[payment]]\nname = \"placed\"\npayor = \"City\"\non = \"jobs\"\nprice = { per_unit = 900 }\n\
        [[payment]]\nname = \"kept\"\npayor = \"City\"\non = \"found\"\nprice = { per_unit = 1_500 }\n";
    uniform(program, &[PAID, GAIN, SUCCESSES], |luck| {
        let (rate, chance) = (luck.beta(0.7, 0.05), 0.3 + 0.5 * luck.uniform());
        let completes = luck.people(180, rate);
        let placed = luck.people(completes, chance);
        let kept = luck.people(placed, 0.6);
        format!("[[result]]\nmeasure = \"jobs\"\nunits = {placed}\n[[result]]\nmeasure = \"found\"\nunits = {kept}\n")
    });
}
