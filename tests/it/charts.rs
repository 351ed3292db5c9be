//! Charts: readable on real results and on degenerate ones, by people who see them and people who do not.

mod before;
mod pairs;
mod running;
mod samples;

use std::sync::LazyLock;

use pfsim::chart::font::{self, Weight};
use pfsim::chart::label::spread;
use pfsim::chart::{
    ChartError, Fan, Future, Liability, PaidEffective, Picture, PowerCurve, Returns, Share, SourcesUses, Strand, TrancheRow, exceedance,
    future, liability, paid_effective, payments_fan, power_curve, sources_and_uses, tranche_returns,
};
use proptest::prelude::*;
use samples::{LONG, fans, futures, liabilities, powers, returns, sheets, tables};

/// A text as it stands on the page, in CSS pixels.
#[derive(Debug)]
struct Written {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// All samples, drawn once for all tests.
static PICTURES: LazyLock<Vec<(String, Picture)>> = LazyLock::new(every_picture);

fn every_picture() -> Vec<(String, Picture)> {
    fn all<T>(kind: &str, cases: Vec<(&str, T)>, draw: impl Fn(&T) -> Result<Picture, ChartError>) -> Vec<(String, Picture)> {
        let draw = |(case, data): (&str, T)| {
            let name = format!("{kind}-{case}");
            let picture = draw(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, picture)
        };
        cases.into_iter().map(draw).collect()
    }
    let mut pictures = all("liability", liabilities(), liability);
    pictures.extend(all("exceedance", liabilities(), exceedance));
    pictures.extend(all("future", futures(), future));
    pictures.extend(all("power", powers(), power_curve));
    pictures.extend(all("fan", fans(), payments_fan));
    pictures.extend(all("returns", returns(), tranche_returns));
    pictures.extend(all("sheet", sheets(), sources_and_uses));
    pictures.extend(all("table", tables(), |payments| paid_effective(payments)));
    pictures.extend(before::pictures());
    pictures.extend(running::pictures());
    pictures
}

/// The size of the page and where each text stands on it, read back from the SVG.
fn written(svg: &str) -> ((f64, f64), Vec<Written>) {
    let document = roxmltree::Document::parse(svg).expect("well-formed XML");
    let root = document.root_element();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> f64 { node.attribute(name).expect(name).parse().expect(name) };
    let page = (number(root, "width"), number(root, "height"));
    let view: Vec<f64> = root.attribute("viewBox").expect("viewBox").split(' ').map(|part| part.parse().expect("viewBox")).collect();
    let fineness = view[2] / page.0;
    assert_eq!(view, [0.0, 0.0, page.0 * fineness, page.1 * fineness]);
    let texts = document.descendants().filter(|node| node.has_tag_name("text")).map(|node| {
        assert_eq!(node.attribute("font-family"), Some(font::FAMILY));
        assert_eq!(node.attribute("dy"), Some("0.76em"));
        let text = node.text().expect("a text says something").trim().to_owned();
        let (x, y, size) = (number(node, "x") / fineness, number(node, "y") / fineness, number(node, "font-size") / fineness);
        let weight = if node.attribute("font-weight") == Some("bold") { Weight::Bold } else { Weight::Regular };
        let width = font::width(&text, size, weight);
        let stated = node.attribute("textLength").map(|length| length.parse::<f64>().expect("a length") / fineness);
        assert_eq!(stated.is_some(), font::covers(&text, weight), "{text}");
        assert!(stated.is_none_or(|stated| (stated - width).abs() < 0.1), "{text} is stated to be {stated:?} wide, but is {width}");
        let start = match node.attribute("text-anchor") {
            Some("start") => 0.0,
            Some("middle") => -width / 2.0,
            _ => -width,
        };
        if node.attribute("transform").is_some() {
            return Written { text, left: x, right: x + size, top: y - start - width, bottom: y - start };
        }
        Written { text, left: x + start, right: x + start + width, top: y, bottom: y + size }
    });
    (page, texts.collect())
}

/// The pictures are left in the target folder for eyes: no test replaces looking at them.
#[test]
fn every_text_is_on_the_page_and_none_touches_another() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let mut faults = Vec::new();
    for (name, picture) in PICTURES.iter() {
        std::fs::write(folder.join(format!("{name}.svg")), &picture.svg).expect("written");
        if let Some(png) = &picture.png {
            std::fs::write(folder.join(format!("{name}.png")), png).expect("written");
        }
        let (page, texts) = written(&picture.svg);
        assert!(texts.len() >= if name.starts_with("law") { 1 } else { 2 }, "{name} says nothing");
        for (at, one) in texts.iter().enumerate() {
            if one.left < 0.0 || one.top < 0.0 || one.right > page.0 || one.bottom > page.1 {
                faults.push(format!("{name}: outside the page: {one:?}"));
            }
            for other in &texts[..at] {
                if one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom {
                    faults.push(format!("{name}: {:?} touches {:?}", one.text, other.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_blind_reader_gets_the_finding_and_the_numbers() {
    for (name, picture) in PICTURES.iter() {
        let document = roxmltree::Document::parse(&picture.svg).expect("well-formed XML");
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        let child =
            |tag: &str| root.children().find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", tag))).and_then(|node| node.text());
        assert_eq!(child("title"), Some(picture.title.as_str()), "{name}");
        assert_eq!(child("desc"), Some(picture.description.as_str()), "{name}");
        assert!(picture.description.contains(&picture.title), "{name}");
        let outside = document.descendants().flat_map(|node| node.attributes()).find(|attribute| attribute.value().contains("://"));
        assert_eq!(outside.map(|attribute| attribute.value()), None, "{name} refers to something outside");
    }
    let usual = liability(&liabilities()[0].1).expect("drawn");
    for number in ["$1.15M", "$1.45M", "13% of trials"] {
        assert!(usual.description.contains(number), "{number} is missing in: {}", usual.description);
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    assert_eq!(liability(&liabilities()[0].1), liability(&liabilities()[0].1));
    assert_eq!(tranche_returns(&returns()[0].1), tranche_returns(&returns()[0].1));
}

#[cfg(feature = "png")]
#[test]
fn a_png_is_twice_the_nominal_size_and_shows_the_same_shapes() {
    let picture = payments_fan(&fans()[0].1).expect("drawn");
    let (page, _) = written(&picture.svg);
    let png = picture.png.expect("the png feature is on");
    let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    assert_eq!((f64::from(frame.width), f64::from(frame.height)), (2.0 * page.0, 2.0 * page.1));
    let inked = pixels.chunks_exact(3).filter(|pixel| pixel.iter().all(|&channel| channel < 0x60)).count();
    assert!((2_000..200_000).contains(&inked), "{inked} dark pixels: text is missing, or the page is dark");
    assert_eq!(pixels[..3], [0xff; 3], "the corner is paper");
}

#[test]
fn a_point_mass_is_named_with_its_share() {
    let both = liability(&liabilities().into_iter().find(|(case, _)| *case == "zero-and-cap").expect("a case").1).expect("drawn");
    let (_, texts) = written(&both.svg);
    let says = |start: &str| texts.iter().any(|written| written.text.starts_with(start));
    assert!(says("Nothing paid") && says("Cap $1M"));
    let share = |value: f64| {
        let totals = &liabilities().into_iter().find(|(case, _)| *case == "zero-and-cap").expect("a case").1.totals;
        totals.iter().filter(|&&total| total == value).count() as f64 / totals.len() as f64
    };
    assert!(says(&format!("{:.0}% of trials", 100.0 * share(0.0))));
    assert!(says(&format!("{:.1}% at the cap", 100.0 * share(1e6))) || says(&format!("{:.0}% at the cap", 100.0 * share(1e6))));
}

#[test]
fn the_chance_of_an_amount_or_more_is_counted() {
    let case = liabilities().into_iter().find(|(case, _)| *case == "zero-and-cap").expect("a case").1;
    let share = |least: f64| case.totals.iter().filter(|&&total| total >= least).count() as f64 / case.totals.len() as f64;
    let title = exceedance(&case).expect("drawn").title;
    let (half, all) = ((100.0 * share(5e5)).round(), (100.0 * share(1e6)).round());
    let expected = format!("will pay at least half of the cap of $1M in {half} of 100 futures, and all of it in {all} of 100 futures");
    assert!(title.ends_with(&expected), "{title}");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let short =
        Future { labels: vec!["2025".into()], strands: vec![Strand { name: "spent".into(), totals: vec![1.0, 2.0] }], ..Future::default() };
    assert_eq!(future(&short), Err(ChartError::LabelCount { labels: 1, bands: 2 }));
    let (_, usual) = powers().swap_remove(0);
    let wrong = PowerCurve { points: vec![[0.0, 1.5, 0.0]], ..usual };
    assert!(matches!(power_curve(&wrong), Err(ChartError::NotAShare { .. })));
}

#[test]
fn amounts_read_as_a_board_reads_them() {
    let said = |currency: &str, amount: f64| {
        let only = Liability { currency: currency.to_owned(), ..samples::summarised("Payor", vec![amount], None) };
        let title = liability(&only).expect("drawn").title;
        title.trim_start_matches("Payor will pay ").trim_end_matches(" in the only trial").to_owned()
    };
    let dollars = [
        (3.0, "$3"),
        (3.25, "$3.25"),
        (340.0, "$340"),
        (999.6, "$1k"),
        (999_949.0, "$1M"),
        (1_240_000.0, "$1.24M"),
        (12_400_000.0, "$12.4M"),
        (3e10, "$30B"),
        (-1.2e6, "−$1.2M"),
        (0.0, "nothing"),
    ];
    for (amount, expected) in dollars {
        assert_eq!(said("USD", amount), expected);
    }
    assert_eq!(said("EUR", 2e6), "€2M");
    assert_eq!(said("GBP", 2e6), "£2M");
    assert_eq!(said("CHF", 2e6), "CHF\u{a0}2M");
}

#[test]
fn undefined_returns_are_said_and_never_drawn_as_numbers() {
    let usual = tranche_returns(&returns()[0].1).expect("drawn");
    let (_, texts) = written(&usual.svg);
    for expected in ["no trials with a return", "Never drawn: 100%", "Never drawn: 3.4%", "No IRR exists: 0.2%", "Total loss", "Hurdle"] {
        assert!(texts.iter().any(|written| written.text == expected), "{expected}");
    }
    let lost = returns()[0].1.rows[2].irr.iter().filter(|&&irr| irr == -1.0).count();
    let lost = format!("{:.0}%", lost as f64 / 100.0);
    assert!(texts.iter().any(|written| written.text == lost), "the share of total loss, {lost}, stands above its bar");
}

#[test]
fn our_font_has_every_sign_that_charts_write_and_common_names_need() {
    for weight in [Weight::Regular, Weight::Bold] {
        let lacking: Vec<char> = "$£€%±−–—…·“”‘’<>&,.\u{a0}ÅÇÉÑÖØÜßáàâãäåçéèêëíîïñóôõöøúûü"
            .chars()
            .filter(|letter| !font::covers(&letter.to_string(), weight))
            .collect();
        assert!(lacking.is_empty(), "{weight:?} lacks {lacking:?}");
    }
    assert!(!font::covers("厚", Weight::Regular));
}

#[test]
fn shares_in_titles_are_rounded_to_whole_futures() {
    let title = |nothing: u64| {
        let [paid_effective, unpaid_effective] = [1_000 - nothing, 0].map(|count| Share::of(count, 1_000));
        let paid_not_effective = Share::of(nothing, 1_000);
        let only =
            PaidEffective { payment: "Bonus".to_owned(), paid_effective, paid_not_effective, unpaid_effective, ..PaidEffective::default() };
        paid_effective_title(&only)
    };
    for (nothing, expected) in [
        (0, "none of the trials"),
        (4, "fewer than 1 of 100 futures"),
        (5, "1 of 100 futures"),
        (25, "3 of 100 futures"),
        (996, "more than 99 of 100 futures"),
        (1_000, "every trial"),
    ] {
        assert_eq!(title(nothing), format!("“Bonus” pays for nothing in {expected} and leaves a true effect unpaid in none of the trials"));
    }
}

fn paid_effective_title(payment: &PaidEffective) -> String {
    paid_effective(core::slice::from_ref(payment)).expect("drawn").title
}

#[test]
fn file_names_are_plain() {
    let name = |payor: &str| liability(&Liability { payor: payor.to_owned(), ..Liability::default() }).expect("drawn").name;
    assert_eq!(name("State workforce agency"), "payor-liability-state-workforce-agency");
    assert_eq!(name(" A/B  & c\\..<é>"), "payor-liability-a-b-c");
}

#[test]
fn numbers_that_are_none_are_refused() {
    let nan = f64::NAN;
    let usual = liabilities().remove(0).1;
    assert!(matches!(liability(&Liability { totals: vec![1.0, nan], ..usual.clone() }), Err(ChartError::NotFinite { .. })));
    assert!(matches!(liability(&Liability { cap: Some(f64::INFINITY), ..usual.clone() }), Err(ChartError::NotFinite { .. })));
    assert!(matches!(liability(&Liability { p95: nan, ..usual }), Err(ChartError::NotFinite { .. })));
    let fan = fans().remove(0).1;
    assert!(matches!(payments_fan(&Fan { bands: vec![[nan; 5]; 24], ..fan.clone() }), Err(ChartError::NotFinite { .. })));
    assert!(matches!(payments_fan(&Fan { bands: Vec::new(), ..fan.clone() }), Err(ChartError::LabelCount { labels: 24, bands: 0 })));
    let crossed = Fan { bands: vec![[2.0, 1.0, 3.0, 4.0, 5.0]; 24], ..fan };
    assert!(matches!(payments_fan(&crossed), Err(ChartError::NotAscending { period: 1, .. })));
    let row = TrancheRow { irr: vec![nan], ..TrancheRow::default() };
    assert!(matches!(tranche_returns(&Returns { rows: vec![row], ..Returns::default() }), Err(ChartError::NotFinite { .. })));
    let row = TrancheRow { p_loss: 1.2, ..TrancheRow::default() };
    assert!(matches!(tranche_returns(&Returns { rows: vec![row], ..Returns::default() }), Err(ChartError::NotAShare { .. })));
    let mut sheet = sheets().remove(0).1;
    sheet.uses[0].se = nan;
    assert!(matches!(sources_and_uses(&sheet), Err(ChartError::NotFinite { .. })));
    let half = PaidEffective { paid_effective: Share { value: 0.5, se: 0.0 }, ..PaidEffective::default() };
    assert!(matches!(paid_effective(&[half]), Err(ChartError::NotAWhole { .. })));
}

#[test]
fn accounts_that_do_not_close_say_so() {
    let sheet = |name: &str| -> SourcesUses { sheets().into_iter().find(|(case, _)| *case == name).expect("a case").1 };
    assert_eq!(sources_and_uses(&sheet("does-not-close")).expect("drawn").title, "The accounts do not close: sources exceed uses by $200k");
    assert!(!sources_and_uses(&sheet("usual")).expect("drawn").title.contains("do not close"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn labels_part_keep_their_order_and_stay_inside(
        labels in proptest::collection::vec((0.0..500.0_f64, 1.0..40.0_f64), 0..12),
        gap in 0.0..5.0_f64,
        high in 0.0..600.0_f64,
    ) {
        let (wanted, sizes): (Vec<f64>, Vec<f64>) = labels.into_iter().unzip();
        let needed = sizes.iter().sum::<f64>() + gap * sizes.len().saturating_sub(1) as f64;
        let centres = spread(&wanted, &sizes, gap, 0.0, high);
        prop_assert_eq!(centres.is_some(), needed <= high);
        let Some(centres) = centres else { return Ok(()) };
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
        for pair in order.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            prop_assert!(centres[after] - sizes[after] / 2.0 >= centres[before] + sizes[before] / 2.0 + gap - 1e-6);
        }
        for (centre, size) in centres.iter().zip(&sizes) {
            prop_assert!(centre - size / 2.0 >= -1e-6 && centre + size / 2.0 <= high + 1e-6);
        }
        // no other arrangement moves the labels less: pushing any label a little either way, where allowed, costs more
        let cost = |centres: &[f64]| centres.iter().zip(&wanted).map(|(is, want)| (is - want) * (is - want)).sum::<f64>();
        let allowed = |centres: &[f64]| {
            let inside = centres.iter().zip(&sizes).all(|(centre, size)| centre - size / 2.0 >= 0.0 && centre + size / 2.0 <= high);
            let apart = |pair: &[usize]| centres[pair[1]] - centres[pair[0]] >= gap + (sizes[pair[0]] + sizes[pair[1]]) / 2.0;
            inside && order.windows(2).all(apart)
        };
        for start in 0..order.len() {
            for end in start + 1..=order.len() {
                for push in [-0.01, 0.01] {
                    let mut pushed = centres.clone();
                    order[start..end].iter().for_each(|&index| pushed[index] += push);
                    prop_assert!(!allowed(&pushed) || cost(&pushed) >= cost(&centres) - 1e-6);
                }
            }
        }
    }

    #[test]
    fn wrapped_text_fits_and_short_text_is_whole(words in proptest::collection::vec("[a-zA-Z&<é]{1,14}", 0..12), room in 40.0..300.0_f64, most in 1..4_usize) {
        let text = words.join(" ");
        let lines = font::wrap(&text, 13.0, Weight::Bold, room, most);
        prop_assert!(lines.len() <= most);
        prop_assert!(lines.iter().all(|line| font::width(line, 13.0, Weight::Bold) <= room));
        let whole = lines.concat().replace(' ', "") == text.replace(' ', "");
        prop_assert!(whole || lines.last().is_some_and(|line| line.ends_with('…')));
    }

    #[test]
    fn any_totals_are_drawn_with_every_text_on_the_page(
        totals in proptest::collection::vec(-1e9..1e10_f64, 0..40),
        zeros in 0..5_usize,
        cap in proptest::option::of(0.0..1e10_f64),
    ) {
        let totals = totals.into_iter().chain(vec![0.0; zeros]).collect();
        let picture = liability(&samples::summarised(LONG, totals, cap)).expect("drawn");
        let (page, texts) = written(&picture.svg);
        for text in texts {
            prop_assert!(text.left >= 0.0 && text.top >= 0.0 && text.right <= page.0 && text.bottom <= page.1, "{text:?}");
        }
    }
}
