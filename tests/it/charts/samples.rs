//! Deals' results as a board would see them, and the ones that break charts.

use pfsim::chart::{Fan, Future, Liability, PaidEffective, PowerCurve, Returns, Share, Slice, SourcesUses, Strand, TrancheRow};

/// A small generator of its own: the charts must not depend on how trials are drawn.
pub struct Draws(u64);

impl Draws {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal, mean 0 and standard deviation 1.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

pub const LONG: &str = "Department of Workforce & Labor <Region 7>";

pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    sorted[((p * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

/// The summary that belongs to these totals.
pub fn summarised(payor: &str, totals: Vec<f64>, cap: Option<f64>) -> Liability {
    let mut sorted = totals.clone();
    sorted.sort_by(f64::total_cmp);
    let number = totals.len().max(1) as f64;
    let mean = totals.iter().sum::<f64>() / number;
    let mean_se = (totals.iter().map(|total| (total - mean) * (total - mean)).sum::<f64>() / number / number).sqrt();
    let at = |p: f64| if sorted.is_empty() { 0.0 } else { quantile(&sorted, p) };
    let (p50, p95, trials) = (at(0.5), at(0.95), totals.len() as u64);
    Liability { payor: payor.to_owned(), currency: "USD".to_owned(), totals, cap, mean, mean_se, p50, p95, trials }
}

pub fn totals(seed: u64, number: usize, mean: f64, sd: f64, low: f64, high: f64) -> Vec<f64> {
    let mut draws = Draws::new(seed);
    (0..number).map(|_| ((mean + sd * draws.normal()) * 100.0).round() / 100.0).map(|total| total.clamp(low, high)).collect()
}

pub fn liabilities() -> Vec<(&'static str, Liability)> {
    let agency = "State workforce agency";
    let in_yen = Liability { currency: "JPY".to_owned(), ..summarised("厚生労働省", totals(9, 2_000, 3e8, 1e8, 0.0, 5e8), Some(5e8)) };
    let sampled = Liability { trials: 1_000_000, ..summarised(agency, totals(1, 5_000, 1.15e6, 2.6e5, 0.0, 1.45e6), Some(1.45e6)) };
    vec![
        ("usual", summarised(agency, totals(1, 10_000, 1.15e6, 2.6e5, 0.0, 1.45e6), Some(1.45e6))),
        ("p95-near-cap", summarised(agency, totals(2, 10_000, 4e6, 1.3e6, 0.0, 6.3e6), Some(6.3e6))),
        ("mostly-capped", summarised(agency, totals(3, 10_000, 1.6e6, 2.6e5, 0.0, 1.45e6), Some(1.45e6))),
        ("zero-and-cap", summarised(agency, totals(4, 10_000, 4e5, 4.5e5, 0.0, 1e6), Some(1e6))),
        ("tight", summarised(agency, totals(5, 10_000, 1.2e6, 3e4, 0.0, 9e9), Some(1.45e6))),
        ("cap-far-away", summarised(agency, totals(5, 10_000, 1.2e5, 3e4, 0.0, 9e9), Some(1.45e6))),
        ("no-cap", summarised(agency, totals(6, 10_000, 3e10, 8e9, 0.0, 9e19), None)),
        ("three-dollars", summarised(agency, totals(7, 1_000, 3.0, 0.8, 0.0, 9e9), Some(4.5))),
        ("two-way", summarised(agency, totals(8, 4_000, 2e5, 4e5, -1e6, 1e6), Some(1e6))),
        ("all-zero", summarised(agency, vec![0.0; 10_000], Some(1.45e6))),
        ("all-equal", summarised(agency, vec![1.2e6; 10_000], Some(1.45e6))),
        ("all-at-cap", summarised(agency, vec![1.45e6; 10_000], Some(1.45e6))),
        ("all-equal-no-cap", summarised(agency, vec![815_000.0; 500], None)),
        ("one-trial", summarised(agency, vec![815_000.0], Some(1.45e6))),
        ("two-trials", summarised(agency, vec![815_000.0, 915_000.0], Some(1.45e6))),
        ("lump-or-nothing", summarised(agency, (0..1_000).map(|i| if i % 3 == 0 { 0.0 } else { 5e5 }).collect(), None)),
        (
            "tiers",
            summarised(
                agency,
                (0..1_000).map(|i| [0.0, 2e5, 2e5, 5e5, 5e5, 5e5, 8e5, 1.1e6, 1.1e6, 1.45e6][i % 10]).collect(),
                Some(1.45e6),
            ),
        ),
        ("no-trials", summarised(agency, Vec::new(), Some(1.45e6))),
        ("long-name", summarised(LONG, totals(1, 10_000, 1.15e6, 2.6e5, 0.0, 1.45e6), Some(1.45e6))),
        ("yen", in_yen),
        ("sampled", sampled),
    ]
}

pub fn growing(payor: &str, labels: Vec<String>, end: f64, cap: Option<f64>) -> Fan {
    let periods = labels.len() as f64;
    let band = |at: usize| {
        let part = (at as f64 + 1.0) / periods;
        [-1.645_f64, -0.674, 0.0, 0.674, 1.645].map(|z| {
            let paid = end * part * part * (1.0 + 0.25 * z);
            cap.map_or(paid, |cap| paid.min(cap))
        })
    };
    let bands = (0..labels.len()).map(band).collect();
    Fan { payor: payor.to_owned(), currency: "USD".to_owned(), labels, bands, cap, trials: 10_000 }
}

pub fn fans() -> Vec<(&'static str, Fan)> {
    let agency = "State workforce agency";
    let quarters = |number: usize| (0..number).map(|at| format!("{} Q{}", 2025 + at / 4, at % 4 + 1)).collect::<Vec<_>>();
    let months = |number: usize| (0..number).map(|at| format!("{}-{:02}", 2025 + at / 12, at % 12 + 1)).collect::<Vec<_>>();
    let falling = Fan {
        bands: (0..8).map(|at| [-3e5, -2e5, -1e5, 0.0, 2e5].map(|v: f64| v * f64::from(at) / 7.0)).collect(),
        ..growing(agency, quarters(8), 0.0, None)
    };
    let nothing = Fan { bands: vec![[0.0; 5]; 8], ..growing(agency, quarters(8), 0.0, Some(1e6)) };
    let certain = Fan { bands: (1..=8).map(|at| [1e5 * f64::from(at); 5]).collect(), ..growing(agency, quarters(8), 0.0, None) };
    vec![
        ("usual", growing(agency, quarters(24), 1.2e6, Some(1.45e6))),
        ("one-period", growing(agency, quarters(1), 1.2e6, Some(1.45e6))),
        ("two-periods-no-cap", growing(agency, quarters(2), 3.0, None)),
        ("sixty-months", growing(LONG, months(60), 3e10, Some(3.2e10))),
        ("wordy-periods", growing(agency, (0..7).map(|at| format!("Fiscal year ending June {}", 2025 + at)).collect(), 1.2e6, None)),
        ("cap-far-away", growing(agency, quarters(12), 1.2e5, Some(1.45e6))),
        ("all-zero", nothing),
        ("certain", certain),
        ("negative", falling),
        ("no-periods", growing(agency, Vec::new(), 0.0, None)),
    ]
}

pub fn tranche(name: &str, seed: u64, mean: f64, sd: f64, most: f64, lost: f64) -> TrancheRow {
    let mut draws = Draws::new(seed);
    let mut irr: Vec<f64> =
        (0..10_000).map(|_| if draws.uniform() < lost { -1.0 } else { (mean + sd * draws.normal()).clamp(-0.95, most) }).collect();
    irr.sort_by(f64::total_cmp);
    let p_loss = irr.partition_point(|&irr| irr < 0.0) as f64 / 10_000.0;
    let p_loss_se = Share::of((p_loss * 10_000.0) as u64, 10_000).se;
    let median = Some(quantile(&irr, 0.5));
    TrancheRow { name: name.to_owned(), irr, not_drawn: 0.0, no_root: 0.0, p_loss, p_loss_se, median, multiple: None }
}

pub fn returns() -> Vec<(&'static str, Returns)> {
    let grant = TrancheRow { not_drawn: 0.034, no_root: 0.002, ..tranche("Foundation first-loss grant", 3, -0.30, 0.20, 0.0, 0.38) };
    let senior = tranche("Senior", 1, 0.08, 0.04, 0.05, 0.0);
    let junior = tranche("Junior", 2, 0.06, 0.07, 0.12, 0.04);
    let none = TrancheRow { name: "Standby loan".to_owned(), not_drawn: 1.0, ..TrancheRow::default() };
    let sure = TrancheRow { name: "Sure".to_owned(), irr: vec![0.05; 10], median: Some(0.05), ..TrancheRow::default() };
    let gone = TrancheRow { name: "Gone".to_owned(), irr: vec![-1.0; 10], median: Some(-1.0), p_loss: 1.0, ..TrancheRow::default() };
    let wild = tranche("Wild", 6, 4.0, 30.0, 500.0, 0.1);
    let of = |rows: Vec<TrancheRow>, hurdle| Returns { of: rows.len(), rows, hurdle, trials: 10_000 };
    let many = (0..12).map(|at| tranche(&format!("{LONG} {at}"), at, 0.01 * at as f64, 0.01 + 0.005 * at as f64, 0.15, 0.02)).collect();
    vec![
        ("usual", of(vec![senior.clone(), junior, grant, none.clone()], Some(0.06))),
        ("one", of(vec![senior], None)),
        ("twelve", of(many, Some(0.15))),
        ("empty-row", of(vec![none], Some(0.06))),
        ("no-rows", of(Vec::new(), None)),
        ("points", of(vec![sure, gone], Some(-0.01))),
        ("wild", of(vec![wild], None)),
        ("one-trial", Returns { trials: 1, ..of(vec![TrancheRow { irr: vec![0.031], ..TrancheRow::default() }], None) }),
    ]
}

fn slice(name: &str, mean: f64, se: f64) -> Slice {
    Slice { name: name.to_owned(), mean, se, several: false }
}

pub fn sheets() -> Vec<(&'static str, SourcesUses)> {
    let of = |sources: Vec<Slice>, uses: Vec<Slice>| SourcesUses { currency: "USD".to_owned(), sources, uses, trials: 10_000 };
    let usual = of(
        vec![
            slice("State workforce agency", 1.152e6, 2_100.0),
            slice("Senior loan", 8e5, 0.0),
            slice("Foundation first-loss grant", 1.5e5, 0.0),
        ],
        vec![
            slice("Training and career support", 1.21e6, 1_450.0),
            slice("Senior: repayment and interest", 7.46e5, 1_900.0),
            slice("Evaluation", 6e4, 0.0),
            slice("Intermediary", 5.5e4, 0.0),
            slice("Legal", 1.2e4, 0.0),
            slice("Held at the end", 1.9e4, 310.0),
        ],
    );
    let parts = |number: usize, each: f64| (0..number).map(|at| slice(&format!("{LONG} {at}"), each, each / 100.0)).collect::<Vec<_>>();
    let one_giant = |number: usize| {
        let mut slices = parts(number, 1.0);
        slices[0].mean = 3e10 - (number as f64 - 1.0);
        slices
    };
    vec![
        ("usual", usual),
        ("twelve-each", of(parts(12, 1e6), parts(12, 1e6))),
        ("one-giant", of(one_giant(12), one_giant(9))),
        ("one-each", of(vec![slice("Grant", 3.0, 0.0)], vec![slice("Stamps", 3.0, 0.0)])),
        ("negative", of(vec![slice("Payor", 1e6, 1e3), slice("Investor pays back", -2e5, 1e3)], vec![slice("Costs", 8e5, 0.0)])),
        ("does-not-close", of(vec![slice("Payor", 1e6, 1e3)], vec![slice("Costs", 8e5, 0.0)])),
        ("all-zero", of(vec![slice("Payor", 0.0, 0.0)], vec![slice("Costs", 0.0, 0.0)])),
        ("nothing", of(Vec::new(), Vec::new())),
    ]
}

fn table(name: &str, counts: [u64; 4]) -> PaidEffective {
    let trials = counts.iter().sum();
    let [paid_effective, paid_not_effective, unpaid_effective, unpaid_not_effective] = counts.map(|count| Share::of(count, trials));
    PaidEffective { payment: name.to_owned(), paid_effective, paid_not_effective, unpaid_effective, unpaid_not_effective, trials }
}

pub fn tables() -> Vec<(&'static str, Vec<PaidEffective>)> {
    vec![
        (
            "usual",
            vec![
                table("thriving placements", [8_120, 312, 1_190, 378]),
                table("completions", [9_400, 0, 600, 0]),
                table("earnings gain after two years", [4_210, 960, 2_730, 2_100]),
            ],
        ),
        ("one", vec![table("thriving placements", [8_120, 312, 1_190, 378])]),
        (
            "slivers",
            vec![
                table("slivers at the left", [2, 3, 4, 9_991]),
                table("at the right", [9_991, 4, 3, 2]),
                table("in the middle", [5_000, 3, 2, 4_995]),
            ],
        ),
        ("certain", vec![table("always", [500, 0, 0, 0]), table("never", [0, 0, 0, 500])]),
        ("one-trial", vec![table("single", [0, 1, 0, 0])]),
        ("no-trials", vec![table("empty", [0, 0, 0, 0])]),
        ("no-payments", Vec::new()),
        ("twelve", (0..12).map(|at| table(&format!("{LONG} {at}"), [800 - 50 * at, 10 * at, 100 + 20 * at, 100 + 20 * at])).collect()),
    ]
}

pub fn futures() -> Vec<(&'static str, Future)> {
    let labels = |periods: u32| (0..periods).map(|period| format!("{} Q{}", 2025 + period / 4, period % 4 + 1)).collect::<Vec<_>>();
    let strand = |name: &str, totals: Vec<f64>| Strand { name: name.to_owned(), totals };
    let rising = |periods: u32, each: f64, from: u32| (0..periods).map(|period| f64::from(period.saturating_sub(from)) * each).collect();
    let of = |strands: Vec<Strand>, periods: u32| Future {
        title: "One future, followed to the end: the program spends $1.54M and payors pay $1.36M".to_owned(),
        subtitle: "Trial 17, in which payors pay as much as in the middle of all futures.".to_owned(),
        currency: "USD".to_owned(),
        labels: labels(periods),
        strands,
    };
    let four = vec![
        strand("spent on the program", rising(20, 8e4, 0)),
        strand("drawn from those who fund it", rising(20, 6e4, 0)),
        strand("paid by payors", rising(20, 1.2e5, 6)),
        strand("given back to those who fund it", rising(20, 9e4, 8)),
    ];
    let alike = vec![strand("spent", vec![1e6; 12]), strand("drawn", vec![1e6; 12]), strand("paid", vec![0.0; 12])];
    vec![
        ("usual", of(four, 20)),
        ("alike", of(alike, 12)),
        ("below-zero", of(vec![strand("paid by payors", rising(8, -2e5, 2)), strand("spent", rising(8, 1e5, 0))], 8)),
        ("nothing-moves", of(vec![strand("spent", vec![0.0; 4])], 4)),
        ("one-period", of(vec![strand("spent", vec![3.0])], 1)),
        ("no-periods", of(Vec::new(), 0)),
    ]
}

pub fn powers() -> Vec<(&'static str, PowerCurve<'static>)> {
    fn points(effect: f64) -> String {
        format!("{:+.1} points", effect * 100.0)
    }
    let of = |points_of: Vec<[f64; 3]>, promised: f64| PowerCurve {
        payment: "additional thriving jobs".to_owned(),
        outcome: "thriving job".to_owned(),
        points: points_of,
        promised,
        write: &points,
        trials: 4_000,
    };
    let curve = |promised: f64| {
        let shares = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0];
        shares.map(|share: f64| [share * promised, (0.05 + 0.6 * share).min(1.0), 0.007]).to_vec()
    };
    vec![
        ("usual", of(curve(0.09), 0.09)),
        ("fewer-is-better", of(curve(-0.2), -0.2)),
        ("always", of(curve(0.09).into_iter().map(|[effect, ..]| [effect, 1.0, 0.0]).collect(), 0.09)),
        ("no-promise", of(vec![[0.0, 0.3, 0.01]; 9], 0.0)),
        ("no-points", of(Vec::new(), 0.1)),
        ("long-name", PowerCurve { payment: LONG.to_owned(), outcome: LONG.to_owned(), ..of(curve(0.01), 0.01) }),
    ]
}
