//! The old shape behind the new one, what a second version moves between the parties, and the small pictures of laws.

use std::path::Path;

use pfsim::chart::{
    ChartError, LawChart, LawShape, Moves, MovesRow, Picture, exceedance, exceedance_against, largest_paid_effective_against, law,
    liability, liability_against, moves, paid_effective, payments_fan, payments_fan_against, sources_and_uses, sources_and_uses_against,
    tranche_returns, tranche_returns_against,
};
use pfsim::deal::Deal;
use pfsim::experiment::clauses::parts;
use pfsim::report::compare::Compared;
use pfsim::report::figures::{self, Figures};
use pfsim::sampling::{Distribution, Law};
use pfsim::scenario::{Scenario, Sources, overrides};
use pfsim::study::{self, Options, Run, compare};
use pfsim::words::number;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use super::pairs::{fan_pairs, laws, liability_pairs, moved, return_pairs, sheet_pairs, table_pairs};
use super::samples::{fans, liabilities, returns, sheets, tables};
use super::written;

/// Every picture with another behind it, of differences and of laws.
pub fn pictures() -> Vec<(String, Picture)> {
    fn all<T>(kind: &str, cases: Vec<(String, T, T)>, draw: impl Fn(&T, &T) -> Result<Picture, ChartError>) -> Vec<(String, Picture)> {
        let draw = |(case, new, old): (String, T, T)| {
            let name = format!("{kind}-before-{case}");
            let picture = draw(&new, &old).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, picture)
        };
        cases.into_iter().map(draw).collect()
    }
    let mut pictures = all("liability", liability_pairs(), |new, old| liability_against(new, Some(old)));
    pictures.extend(all("exceedance", liability_pairs(), |new, old| exceedance_against(new, Some(old))));
    pictures.extend(all("fan", fan_pairs(), |new, old| payments_fan_against(new, Some(old))));
    pictures.extend(all("returns", return_pairs(), |new, old| tranche_returns_against(new, Some(old))));
    pictures.extend(all("sheet", sheet_pairs(), |new, old| sources_and_uses_against(new, Some(old))));
    pictures.extend(all("table", table_pairs(), |new, old| largest_paid_effective_against(new, new.len(), old)));
    pictures.extend(moved().into_iter().map(|(case, chart)| (format!("moves-{case}"), moves(&chart).expect("drawn"))));
    pictures.extend(laws().into_iter().map(|(case, chart)| (format!("law-{case}"), law(&chart).expect("drawn"))));
    pictures
}

/// The colour of old shapes.
const OLD: &str = "#8D96A1";

/// A line between two places, in CSS pixels.
type Edge = [(f64, f64); 2];

/// The points of old lines below `from`, and the edges of everything else.
fn shapes(svg: &str) -> (Vec<(f64, f64)>, Vec<Edge>) {
    let document = roxmltree::Document::parse(svg).expect("well-formed XML");
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for node in document.descendants() {
        let number = |name: &str| node.attribute(name).expect(name).parse::<f64>().expect(name) / 8.0;
        let points: Vec<(f64, f64)> = match node.tag_name().name() {
            "polyline" | "polygon" => {
                let pair = |pair: &str| {
                    let (x, y) = pair.split_once(',').expect("a pair");
                    (x.parse::<f64>().expect("x") / 8.0, y.parse::<f64>().expect("y") / 8.0)
                };
                node.attribute("points").expect("points").split_whitespace().map(pair).collect()
            }
            "rect" => {
                let (x, y, width, height) = (number("x"), number("y"), number("width"), number("height"));
                vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            }
            _ => continue,
        };
        if node.attribute("stroke") == Some(OLD) {
            old.extend(points);
        } else if node.attribute("fill") != Some(OLD) {
            new.extend(points.windows(2).map(|pair| [pair[0], pair[1]]));
            // polygons are closed
            new.extend(points.first().zip(points.last()).map(|(first, last)| [*last, *first]));
        }
    }
    (old, new)
}

fn distance((x, y): (f64, f64), [(x0, y0), (x1, y1)]: Edge) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - x0) * dx + (y - y0) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (across, down) = (x - x0 - along * dx, y - y0 - along * dy);
    (across * across + down * down).sqrt()
}

#[test]
fn nothing_behind_is_the_chart_as_it_was() {
    for (case, data) in liabilities() {
        assert_eq!(liability(&data), liability_against(&data, None), "{case}");
        assert_eq!(exceedance(&data), exceedance_against(&data, None), "{case}");
    }
    assert!(fans().iter().all(|(_, data)| payments_fan(data) == payments_fan_against(data, None)));
    assert!(returns().iter().all(|(_, data)| tranche_returns(data) == tranche_returns_against(data, None)));
    assert!(sheets().iter().all(|(_, data)| sources_and_uses(data) == sources_and_uses_against(data, None)));
    assert!(tables().iter().all(|(_, data)| paid_effective(data) == largest_paid_effective_against(data, data.len(), &[])));
    let plain = [
        liability(&liabilities()[0].1),
        exceedance(&liabilities()[0].1),
        payments_fan(&fans()[0].1),
        tranche_returns(&returns()[0].1),
        sources_and_uses(&sheets()[0].1),
        paid_effective(&tables()[0].1),
    ];
    for picture in plain {
        let picture = picture.expect("drawn");
        assert!(!picture.svg.contains(OLD) && !picture.svg.contains("as signed"), "{}", picture.title);
    }
}

#[test]
fn behind_itself_the_old_shape_lies_under_the_new_one() {
    let mut looked_at = 0;
    for (name, picture) in super::PICTURES.iter().filter(|(name, _)| name.ends_with("itself")) {
        let (_, texts) = written(&picture.svg);
        let legend = texts.iter().filter(|text| text.text.ends_with("as signed")).map(|text| text.bottom + 8.0).fold(0.0, f64::max);
        let (old, new) = shapes(&picture.svg);
        let is_beside = name.starts_with("sheet");
        for point in old.into_iter().filter(|(_, y)| *y > legend) {
            looked_at += 1;
            // bars of neighbours leave a gap of a pixel; old parts of sources and uses stand out at one side; old borders of payments do so above and below
            let near = |edge: &Edge| {
                let level = edge[0].1 == edge[1].1 && (edge[0].1 - point.1).abs() < 1.01;
                let upright = edge[0].0 == edge[1].0 && (edge[0].0 - point.0).abs() < 1.01;
                distance(point, *edge) < 1.5 || is_beside && level || name.starts_with("table") && upright
            };
            assert!(new.iter().any(near), "{name}: {point:?} is not under the new shape");
        }
    }
    assert!(looked_at > 2_000, "only {looked_at} points");
}

#[test]
fn the_axes_hold_both_shapes() {
    for (name, picture) in super::PICTURES.iter().filter(|(name, _)| name.contains("before") || name.starts_with("law")) {
        let (page, texts) = written(&picture.svg);
        let (old, _) = shapes(&picture.svg);
        for (x, y) in &old {
            assert!(*x >= 0.0 && *y >= 0.0 && *x <= page.0 && *y <= page.1, "{name}: an old point at {x}, {y}");
        }
        let named = texts.iter().any(|text| text.text == "as signed");
        assert!(old.is_empty() || named || name.starts_with("law"), "{name} does not say what is pale");
        assert!(old.is_empty() || name.starts_with("law") || picture.description.to_lowercase().contains("as signed"), "{name}");
    }
    let picture = |wanted: &str| &super::PICTURES.iter().find(|(name, _)| name == wanted).expect("a picture").1;
    let description = &picture("liability-before-higher-cap").description;
    assert!(description.ends_with("As signed: half of the trials pay $1.15M or less, 95 of 100 pay $1.45M or less, the cap is $1.45M."));
}

#[test]
fn numbers_of_the_old_shape_are_looked_at_too() {
    let nan = f64::NAN;
    let (_, usual) = liabilities().swap_remove(0);
    let wrong = pfsim::chart::Liability { totals: vec![nan], ..usual.clone() };
    assert!(matches!(liability_against(&usual, Some(&wrong)), Err(ChartError::NotFinite { .. })));
    assert!(matches!(exceedance_against(&usual, Some(&wrong)), Err(ChartError::NotFinite { .. })));
    let (_, fan) = fans().swap_remove(0);
    let short = pfsim::chart::Fan { labels: Vec::new(), ..fan.clone() };
    assert!(matches!(payments_fan_against(&fan, Some(&short)), Err(ChartError::LabelCount { .. })));
    let (_, sheet) = sheets().swap_remove(0);
    let mut wrong = sheet.clone();
    wrong.uses[0].mean = nan;
    assert!(matches!(sources_and_uses_against(&sheet, Some(&wrong)), Err(ChartError::NotFinite { .. })));
}

#[test]
fn who_wins_or_loses_most_is_said_with_the_clause() {
    let title = |wanted: &str| {
        let (_, chart) = moved().into_iter().find(|(case, _)| *case == wanted).expect("a case");
        moves(&chart).expect("drawn").title
    };
    assert_eq!(title("one-clause"), "City will pay $90k less, all of it by “cap of City”");
    assert_eq!(title("both-help"), "City will pay $100k less, $90k of it by “cap”");
    assert!(title("usual").starts_with("State workforce agency will pay $90k less: “cap of State workforce agency” accounts for $120k"));
    // of two that move as much the first is named
    assert_eq!(title("no-payor"), "Loan will have $3 less, all of it by “residual share”");
    assert!(title("noise").contains("may be chance"));
    assert_eq!(title("cancels"), "What the clauses move between the parties cancels out");
    assert_eq!(title("nothing-moves"), "No money moves between the parties");
    let (_, usual) = moved().swap_remove(0);
    let description = moves(&usual).expect("drawn").description;
    assert!(description.contains("Senior loan: −$5k ± $900 (−$40k by cap of State workforce agency, +$10k by"), "{description}");

    let short = MovesRow { parts: vec![1.0], ..usual.rows[0].clone() };
    assert_eq!(moves(&Moves { rows: vec![short], ..usual.clone() }), Err(ChartError::LabelCount { labels: 3, bands: 1 }));
    let wrong = MovesRow { parts: vec![f64::NAN; 3], ..usual.rows[0].clone() };
    assert!(matches!(moves(&Moves { rows: vec![wrong], ..usual }), Err(ChartError::NotFinite { .. })));
}

#[test]
fn a_law_is_small() {
    for (case, chart) in laws() {
        let picture = law(&chart).expect("drawn");
        assert!(picture.svg.len() < 6_000, "{case}: {} bytes", picture.svg.len());
        assert_eq!(written(&picture.svg).0, (220.0, 64.0));
    }
    let (_, usual) = laws().swap_remove(0);
    let shape =
        |density: Vec<[f64; 2]>, masses: Vec<[f64; 2]>| LawChart { shape: LawShape { density, masses, mean: 0.0 }, ..usual.clone() };
    assert!(matches!(law(&shape(vec![[0.0, f64::NAN]], Vec::new())), Err(ChartError::NotFinite { .. })));
    assert!(matches!(law(&shape(Vec::new(), vec![[0.0, 1.2]])), Err(ChartError::NotAShare { .. })));
}

#[test]
fn a_density_is_that_of_the_law() {
    let normal = Law::normal(0.1, 0.05).expect("a law");
    let independent = Normal::new(0.1, 0.05).expect("a law");
    let shape = figures::law::shape(&normal.clone().into());
    assert!(shape.masses.is_empty() && (shape.mean - 0.1).abs() < 1e-9);
    for [value, height] in &shape.density[1..shape.density.len() - 1] {
        assert!((height / independent.pdf(*value) - 1.0).abs() < 0.01, "{height} at {value}");
    }
    let clipped = Distribution::new(normal, (f64::NEG_INFINITY, f64::INFINITY), (0.05, 0.2)).expect("a law");
    let shape = figures::law::shape(&clipped);
    let expected = [[0.05, independent.cdf(0.05)], [0.2, 1.0 - independent.cdf(0.2)]];
    assert_eq!(shape.masses.len(), 2);
    for (found, expected) in shape.masses.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
    }
    let width = 0.15 / 60.0;
    let inside: f64 = shape.density[1..61].iter().map(|[_, height]| height * width).sum();
    assert!((inside + expected[0][1] + expected[1][1] - 1.0).abs() < 1e-6);
    let discrete = Law::discrete(&[3.0, 0.0, 1.0], &[0.25, 0.5, 0.25]).expect("a law");
    assert_eq!(figures::law::shape(&discrete.into()).masses, [[0.0, 0.5], [1.0, 0.25], [3.0, 0.25]]);
    // 0.1 + 0.05 · 1.6449 is 0.1822
    let certain = Distribution::constant(0.3);
    let picture = figures::law::picture("match rate", &certain, Some(&clipped), &number::plain).expect("drawn");
    assert_eq!(picture.title, "match rate: 0.3");
    assert!(
        picture.description.ends_with("Mean 0.3. As signed: 0.1 in the middle, 0.05 to 0.1822 in 90 of 100 trials."),
        "{}",
        picture.description
    );
}

const FLAGSHIP: &str = "scenarios/programs/per-scholas-alumni-upskilling.toml";

fn flagship(changes: &[&str]) -> Scenario {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FLAGSHIP)).expect("the flagship");
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let text = overrides::apply(&text, &changes).expect("set");
    Scenario::new(FLAGSHIP, text, Sources::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn run(deal: &Deal) -> Run {
    study::run(deal, &Options::default().trials(1_000).seed(5)).expect("a run")
}

#[test]
fn the_pictures_of_a_deal_have_the_deal_as_signed_behind_them() {
    let (signed, changed) = (flagship(&[]), flagship(&["payor.\"State workforce agency\".cap=1_200_000"]));
    let (old, new) = (run(&signed.deal), run(&changed.deal));
    let all = |figures: Figures| figures.all().cloned().collect::<Vec<_>>();
    let alone = all(Figures::draw(&changed.deal, &new, &[]).expect("drawn"));
    assert_eq!(alone, all(Figures::draw_against(&changed.deal, &new, &[], None).expect("drawn")));
    let both = all(Figures::draw_against(&changed.deal, &new, &[], Some((&signed.deal, &old))).expect("drawn"));
    assert_eq!(both.len(), alone.len());
    for (both, alone) in both.iter().zip(&alone) {
        assert_eq!((&both.name, &both.title), (&alone.name, &alone.title));
        assert_eq!(both.svg.contains("as signed"), both.name != "one-future", "{}", both.name);
    }
    // a payor of another name is another payor
    let mut renamed = signed.deal.clone();
    let first = renamed.payors.ids().next().expect("a payor");
    renamed.payors[first].name = "Another".into();
    let other = Figures::draw_against(&changed.deal, &new, &[], Some((&renamed, &old))).expect("drawn");
    assert!(other.payors[first].iter().all(|picture| !picture.svg.contains("as signed")));
    assert_eq!(other.payors.iter().flatten().filter(|picture| picture.svg.contains("as signed")).count(), 3);
}

#[test]
fn what_a_cap_moves_is_drawn_from_a_comparison() {
    let (first, second) = (flagship(&[]), flagship(&["payor.\"State workforce agency\".cap=1_200_000"]));
    let parts = parts(&first, &second, 5);
    let found = compare(&parts, &Options::default().trials(1_000).seed(5)).expect("a comparison");
    let compared = Compared { deals: [&first.deal, &second.deal], names: ["A", "B"], parts: &parts, found: &found };
    let chart = figures::moves::of(&compared);
    assert_eq!(chart.clauses, ["cap of State workforce agency"]);
    assert!(chart.rows.iter().all(|row| (row.parts.iter().sum::<f64>() - row.total).abs() < 0.01));
    assert!(chart.rows.iter().map(|row| row.total).sum::<f64>().abs() < 0.01, "what some have less others have more");
    let title = figures::moves::picture(&compared).expect("drawn").title;
    assert!(
        title.starts_with("State workforce agency will pay ") && title.ends_with(" less, all of it by “cap of State workforce agency”"),
        "{title}"
    );
}
