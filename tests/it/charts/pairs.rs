//! Two versions of one chart, and the charts of differences and of laws; usual ones, and the ones that break charts.

use pfsim::chart::{Fan, LawChart, LawShape, Liability, Moves, MovesRow, PaidEffective, Returns, SourcesUses};

use super::samples::{LONG, fans, growing, liabilities, returns, sheets, summarised, tables, totals};

/// What is drawn, and what was: each named case beside others of its kind, and beside itself.
fn pairs<T: Clone>(all: Vec<(&'static str, T)>, beside: &[(&str, &str)]) -> Vec<(String, T, T)> {
    let case = |name: &str| all.iter().find(|(case, _)| *case == name).unwrap_or_else(|| panic!("no case {name}")).1.clone();
    let own = all.iter().map(|(name, one)| (format!("{name}-itself"), one.clone(), one.clone()));
    own.chain(beside.iter().map(|(new, old)| (format!("{new}-after-{old}"), case(new), case(old)))).collect()
}

pub fn liability_pairs() -> Vec<(String, Liability, Liability)> {
    let beside = [
        ("usual", "p95-near-cap"),
        ("usual", "zero-and-cap"),
        ("zero-and-cap", "usual"),
        ("mostly-capped", "usual"),
        ("tight", "two-way"),
        ("cap-far-away", "usual"),
        ("all-zero", "usual"),
        ("usual", "all-zero"),
        ("all-equal", "all-at-cap"),
        ("one-trial", "two-trials"),
        ("tiers", "lump-or-nothing"),
        ("no-cap", "three-dollars"),
        ("three-dollars", "no-cap"),
        ("usual", "no-trials"),
        ("no-trials", "usual"),
    ];
    let mut all = pairs(liabilities(), &beside);
    let agency = "State workforce agency";
    let before = summarised(agency, totals(1, 10_000, 1.15e6, 2.6e5, 0.0, 1.45e6), Some(1.45e6));
    all.push(("higher-cap".into(), summarised(agency, totals(1, 10_000, 1.25e6, 2.9e5, 0.0, 1.75e6), Some(1.75e6)), before));
    all
}

pub fn fan_pairs() -> Vec<(String, Fan, Fan)> {
    let beside = [
        ("usual", "cap-far-away"),
        ("cap-far-away", "usual"),
        ("usual", "sixty-months"),
        ("one-period", "no-periods"),
        ("negative", "certain"),
        ("all-zero", "certain"),
    ];
    let mut all = pairs(fans(), &beside);
    let (_, usual) = fans().swap_remove(0);
    let before = growing("State workforce agency", usual.labels.clone(), 1.05e6, Some(1.2e6));
    all.push(("lower".into(), usual, before));
    all
}

pub fn return_pairs() -> Vec<(String, Returns, Returns)> {
    let mut all = pairs(returns(), &[("one", "usual"), ("usual", "one"), ("points", "wild"), ("no-rows", "usual"), ("empty-row", "usual")]);
    let (_, usual) = returns().swap_remove(0);
    let mut before = usual.clone();
    for row in &mut before.rows {
        row.irr.iter_mut().for_each(|irr| *irr = if *irr > -0.9 { *irr + 0.013 } else { *irr });
        row.median = row.median.map(|median| median + 0.013);
    }
    before.hurdle = Some(0.04);
    all.push(("better-before".into(), usual, before));
    all
}

pub fn sheet_pairs() -> Vec<(String, SourcesUses, SourcesUses)> {
    let beside = [("usual", "one-each"), ("one-each", "usual"), ("usual", "nothing"), ("negative", "usual"), ("nothing", "usual")];
    let mut all = pairs(sheets(), &beside);
    let (_, usual) = sheets().swap_remove(0);
    let mut before = usual.clone();
    before.sources[0].mean *= 0.8;
    before.sources[2].mean *= 2.0;
    before.uses.swap(1, 2);
    before.uses[0].mean *= 0.9;
    all.push(("other-order".into(), usual, before));
    all
}

pub fn table_pairs() -> Vec<(String, Vec<PaidEffective>, Vec<PaidEffective>)> {
    let mut all = pairs(tables(), &[("one", "usual"), ("usual", "one"), ("certain", "no-trials")]);
    let (_, usual) = tables().swap_remove(0);
    let mut before = usual.clone();
    for (at, name) in usual.iter().map(|table| table.payment.clone()).rev().enumerate() {
        before[at].payment = name;
    }
    all.push(("moved".into(), usual, before));
    all
}

fn row(name: &str, is_payor: bool, parts: &[f64], se: f64) -> MovesRow {
    MovesRow { name: name.to_owned(), is_payor, parts: parts.to_vec(), total: parts.iter().sum(), se }
}

pub fn moved() -> Vec<(&'static str, Moves)> {
    let of = |clauses: &[&str], rows: Vec<MovesRow>| Moves {
        currency: "USD".to_owned(),
        clauses: clauses.iter().map(|clause| (*clause).to_owned()).collect(),
        has_others: false,
        of: rows.len(),
        rows,
        trials: 10_000,
    };
    let usual = of(
        &["cap of State workforce agency", "price of additional thriving jobs", "interest of Senior loan"],
        vec![
            row("State workforce agency", true, &[1.2e5, -3e4, 0.0], 1_400.0),
            row("Senior loan", false, &[-4e4, 1e4, 2.5e4], 900.0),
            row("Foundation first-loss grant", false, &[-6e4, 1.2e4, -1e4], 800.0),
            row("Per Scholas", false, &[-2e4, 8e3, -1.5e4], 600.0),
        ],
    );
    let nine: Vec<String> = (0..8).map(|at| format!("{LONG} {at}")).chain(["other clauses".to_owned()]).collect();
    let nine: Vec<&str> = nine.iter().map(String::as_str).collect();
    let parts = |at: usize| {
        (0..9).map(|clause| if (clause + at).is_multiple_of(3) { -1e5 } else { 7e4 / (1.0 + clause as f64) }).collect::<Vec<_>>()
    };
    let many = (0..12).map(|at| row(&format!("{LONG} {at}"), at < 2, &parts(at), 1e3)).collect();
    vec![
        ("usual", usual.clone()),
        ("one-clause", of(&["cap of City"], vec![row("City", true, &[9e4], 0.0), row("Loan", false, &[-9e4], 0.0)])),
        ("both-help", of(&["cap", "price"], vec![row("City", true, &[9e4, 1e4], 500.0), row("Loan", false, &[-9e4, -1e4], 500.0)])),
        ("no-payor", of(&["residual share"], vec![row("Loan", false, &[-3.0], 0.0), row("Provider", false, &[3.0], 0.0)])),
        ("noise", of(&["default"], vec![row("City", true, &[9e3], 8e3), row("Loan", false, &[-9e3], 8e3)])),
        ("cancels", of(&["a", "b"], vec![row("City", true, &[5.0, -5.0], 0.0), row("Loan", false, &[-5.0, 5.0], 0.0)])),
        ("many", Moves { has_others: true, of: 40, ..of(&nine, many) }),
        ("nothing-moves", of(&["cap"], vec![row("City", true, &[0.0], 0.0)])),
        ("no-parties", of(&[], Vec::new())),
    ]
}

fn hill(from: f64, to: f64) -> LawShape {
    let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
    let part = |x: f64| (x - middle) / half;
    let height = |x: f64| (1.0 - part(x) * part(x)).max(0.0) / (to - from);
    let density = (0..=60).map(|at| from + (to - from) * f64::from(at) / 60.0).map(|x| [x, height(x)]).collect();
    LawShape { density, masses: Vec::new(), mean: middle }
}

fn single(masses: &[[f64; 2]]) -> LawShape {
    LawShape { density: Vec::new(), masses: masses.to_vec(), mean: masses.iter().map(|[value, chance]| value * chance).sum() }
}

pub fn laws() -> Vec<(&'static str, LawChart)> {
    let of = |shape: LawShape, before: Option<LawShape>, ticks: [(f64, &str); 3]| LawChart {
        name: "completion rate".to_owned(),
        title: "completion rate: 75% in the middle, 60% to 90% in 90 of 100 trials".to_owned(),
        description: "Mean 75%.".to_owned(),
        shape,
        before,
        ticks: ticks.map(|(value, text)| (value, text.to_owned())),
    };
    let usual = [(0.6, "60%"), (0.75, "75%"), (0.9, "90%")];
    let mixed = LawShape { masses: vec![[0.0, 0.3]], mean: 0.05, ..hill(0.0, 0.2) };
    vec![
        ("usual", of(hill(0.55, 0.95), None, usual)),
        ("moved", of(hill(0.55, 0.95), Some(hill(0.4, 0.9)), usual)),
        ("itself", of(hill(0.55, 0.95), Some(hill(0.55, 0.95)), usual)),
        ("constant", of(single(&[[0.75, 1.0]]), None, [(0.75, "75%"), (0.75, "75%"), (0.75, "75%")])),
        ("certain-now", of(single(&[[0.75, 1.0]]), Some(hill(0.55, 0.95)), [(0.75, "75%"), (0.75, "75%"), (0.75, "75%")])),
        ("discrete", of(single(&[[0.0, 0.2], [1.0, 0.5], [4.0, 0.3]]), None, [(0.0, "0"), (1.0, "1"), (4.0, "4")])),
        ("part-nothing", of(mixed.clone(), Some(mixed), [(0.0, "no effect"), (0.05, "5 points"), (0.18, "18 points")])),
        ("wordy", of(hill(0.0, 1.0), None, [(0.05, "$1,000,000,000.00"), (0.5, "$5,000,000,000.00"), (0.95, LONG)])),
        ("near", of(hill(0.0, 1.0), None, [(0.49, "49%"), (0.5, "50%"), (0.51, "51%")])),
    ]
}
