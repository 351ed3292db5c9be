//! The page for the board: everything in it, once, escaped, well-formed, by itself; and a browser opens it without a complaint.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use pfsim::deal::Deal;
use pfsim::question::Question;
use pfsim::report::figures::Figures;
use pfsim::report::page::{Studies, html};
use pfsim::scenario;
use pfsim::sentence::sentence;
use pfsim::stats::Index;
use pfsim::study::{self, Options};
use roxmltree::{Document, Node, ParsingOptions};

const FLAGSHIP: &str = "scenarios/programs/per-scholas-alumni-upskilling.toml";
const SVG: &str = "http://www.w3.org/2000/svg";

fn text_of(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a scenario")
}

/// The pictures and the page of a deal.
fn made(deal: &Deal, trials: u64) -> (Figures, String) {
    let options = Options::default().trials(trials).seed(deal.seed);
    let run = study::run(deal, &options).expect("a run");
    let few = options.clone().trials(300);
    let power = study::power(deal, None, &few).expect("power");
    let layers = study::layers(deal, &few).expect("layers");
    let readiness = study::readiness(deal, 0.25, &few).expect("readiness");
    let figures = Figures::draw(deal, &run, &power).expect("pictures");
    let assumed = [(Question::new("payors.total"), Index { value: 0.625, error: 0.01 })];
    let lints = study::lints(deal, &run, &options).expect("lints");
    let studies = Studies { power: &power, layers: &layers, readiness: Some(&readiness), lints: &lints, trials: 300, assumed: &assumed };
    let page = html(deal, &run, &figures, &studies, "0123456789abcdef").expect("a page");
    (figures, page)
}

struct Sample {
    deal: Deal,
    figures: Figures,
    page: String,
}

/// The flagship, made once for all tests.
static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let deal = scenario::parse(FLAGSHIP, &text_of(FLAGSHIP)).expect("the flagship");
    let (figures, page) = made(&deal, 2_000);
    Sample { deal, figures, page }
});

fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("not well-formed: {error}"))
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn named<'a>(document: &'a Document<'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

#[test]
fn every_payment_is_said_and_every_assumption_shown() {
    let Sample { deal, page, .. } = &*SAMPLE;
    let document = parsed(page);
    let said: Vec<String> = named(&document, "dd").map(text).collect();
    assert!(deal.payments.len() == 3 && deal.assumptions.len() > 10);
    for payment in deal.payments.ids() {
        let sentence = sentence(deal, payment);
        assert_eq!(said.iter().filter(|said| **said == sentence).count(), 1, "{sentence}");
    }
    let cells: Vec<String> = named(&document, "td").chain(named(&document, "th")).map(text).collect();
    for assumption in &deal.assumptions {
        assert!(cells.contains(&assumption.path) && cells.contains(&assumption.value), "{}", assumption.path);
        assert!(assumption.source.as_ref().is_none_or(|source| cells.contains(source)), "{}", assumption.path);
    }
    assert!(cells.iter().any(|cell| cell.starts_with("62.") && cell.contains("% ± ")), "the share that rests on assumed inputs");
    for word in ["0123456789abcdef", "--trials 2000 --seed 20250101", "2,000 trials (simulated futures)", env!("CARGO_PKG_VERSION")] {
        assert!(page.contains(word), "the page does not say {word}");
    }
}

#[test]
fn every_chart_is_there_once_with_title_and_description() {
    let Sample { figures, page, .. } = &*SAMPLE;
    let document = parsed(page);
    let drawn: Vec<Node<'_, '_>> = document.descendants().filter(|node| node.has_tag_name((SVG, "svg"))).collect();
    let pictures: Vec<_> = figures.all().collect();
    assert!(pictures.len() >= 11, "only {} pictures", pictures.len());
    assert_eq!(drawn.len(), pictures.len());
    for kind in ["payor-liability", "payor-exceedance", "payments", "tranche-returns", "one-future", "paid-effective", "power"] {
        assert!(pictures.iter().any(|picture| picture.name.starts_with(kind)), "no {kind}");
    }
    for picture in pictures {
        let child = |svg: &Node<'_, '_>, name: &str| svg.children().find(|node| node.has_tag_name((SVG, name))).map(text);
        let same: Vec<_> = drawn.iter().filter(|svg| child(svg, "title").as_ref() == Some(&picture.title)).collect();
        assert_eq!(same.len(), 1, "{}", picture.title);
        assert_eq!(child(same[0], "desc").as_ref(), Some(&picture.description));
        assert_eq!(same[0].attribute("role"), Some("img"));
        for (attribute, part) in [("aria-labelledby", "title"), ("aria-describedby", "desc")] {
            let id = same[0].attribute(attribute).expect(attribute);
            let part = same[0].children().find(|node| node.has_tag_name((SVG, part))).expect(part);
            assert_eq!(part.attribute("id"), Some(id));
        }
    }
}

#[test]
fn names_are_unique_links_lead_somewhere_and_headings_are_in_order() {
    let document = parsed(&SAMPLE.page);
    let mut ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let number = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(number > 20 && ids.len() == number, "an id is there twice");
    let links: Vec<&str> = named(&document, "a").filter_map(|link| link.attribute("href")).collect();
    assert!(links.len() > 15);
    for link in links {
        assert!(link.strip_prefix('#').is_some_and(|to| ids.binary_search(&to).is_ok()), "{link} leads nowhere");
    }
    let heading = |node: Node<'_, '_>| node.tag_name().name().strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
    let levels: Vec<u8> = document.descendants().filter(Node::is_element).filter_map(heading).collect();
    assert_eq!(levels.first(), Some(&1));
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.len() > 15 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert_eq!(document.root_element().attribute("lang"), Some("en"));
    assert_eq!((named(&document, "nav").count(), named(&document, "main").count()), (1, 1));
    for table in named(&document, "table") {
        assert!(table.children().any(|child| child.has_tag_name(("http://www.w3.org/1999/xhtml", "caption")) && !text(child).is_empty()));
        let columns = table.descendants().find(|node| node.tag_name().name() == "tr").expect("a row").children().filter(Node::is_element);
        let columns = columns.count();
        for row in table.descendants().filter(|node| node.tag_name().name() == "tr") {
            assert_eq!(row.children().filter(Node::is_element).count(), columns, "{}", text(row));
        }
        let headers = table.descendants().filter(|node| node.tag_name().name() == "th");
        assert!(headers.clone().count() > 1 && headers.clone().all(|header| header.has_attribute("scope")));
    }
}

/// What must not be in a page that works by itself.
fn outside(page: &str) -> Vec<String> {
    let document = parsed(page);
    let mut found = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        if ["script", "link", "iframe", "object", "embed", "base", "img", "image", "use"].contains(&name) {
            found.push(format!("<{name}>"));
        }
        for attribute in node.attributes() {
            let refers = ["src", "href", "srcset", "action", "data", "poster"].contains(&attribute.name());
            if (refers && !attribute.value().starts_with('#')) || attribute.name().starts_with("on") {
                found.push(format!("{}={}", attribute.name(), attribute.value()));
            }
        }
    }
    let styles = named(&document, "style").map(text).collect::<String>();
    found.extend(["url(", "@import", "http"].into_iter().filter(|word| styles.contains(word)).map(String::from));
    found
}

#[test]
fn nothing_is_taken_from_outside() {
    assert_eq!(outside(&SAMPLE.page), Vec::<String>::new());
    assert!(SAMPLE.page.len() < 1_000_000, "{} bytes", SAMPLE.page.len());
}

#[test]
fn hostile_names_are_only_text() {
    let hostile = "<script>alert(1)</script>&lt; ' onload=x ";
    let worse = format!("{hostile}\\\"></p> ");
    let changed = text_of(FLAGSHIP)
        .replace("Per Scholas alumni upskilling", &format!("{hostile}deal"))
        .replace("State workforce agency", &format!("{hostile}payor"))
        .replace("thriving placements", "</svg><b>placements</b>")
        .replace("senior loan", "]]><!-- loan")
        .replace("A state agency and a city pay", &format!("{worse}about"))
        .replace("Work Shift 2023", &format!("{worse}source"));
    let deal = scenario::parse("hostile.toml", &changed).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let (_, page) = made(&deal, 300);
    assert_eq!(outside(&page), Vec::<String>::new());
    let document = parsed(&page);
    assert_eq!(named(&document, "b").count(), 0);
    let all = text(document.root_element());
    for part in ["deal", "payor", "\"></p> about", "\"></p> source"] {
        assert!(all.contains(&format!("{hostile}{part}")), "{part} is not shown as it is");
    }
    assert!(!page.contains("<script"), "a script");
    assert_eq!(document.descendants().filter(|node| node.has_tag_name((SVG, "svg"))).count(), named(&document, "figure").count());
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let (_, again) = made(&SAMPLE.deal, 2_000);
    assert!(again == SAMPLE.page);
}

#[test]
fn deals_of_other_kinds_have_a_page_too() {
    for name in [
        "scenarios/starter.toml",
        "scenarios/closed/dc-water.toml",
        "scenarios/examples/capital.toml",
        "scenarios/programs/ut-coursera.toml",
    ] {
        let deal = scenario::parse(name, &text_of(name)).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let (figures, page) = made(&deal, 300);
        let document = parsed(&page);
        assert_eq!(named(&document, "figure").count(), figures.all().count(), "{name}");
        assert!(!page.contains("NaN") && !page.contains(">inf"), "{name} shows a number that is none");
        assert_eq!(outside(&page), Vec::<String>::new(), "{name}");
    }
}

/// The program `chromium` or one like it, if there is one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|file| file.is_file())
}

#[test]
fn a_browser_opens_it_without_a_complaint() {
    let Some(browser) = browser() else {
        eprintln!("no browser here: the page was not opened in one");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("report.html");
    fs::write(&file, &SAMPLE.page).expect("written");
    let run = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    assert!(run.status.success());
    let dom = String::from_utf8_lossy(&run.stdout);
    assert!(dom.contains("For outcome payors") && dom.contains("</svg>"), "the browser shows something else");
    let complaints: Vec<String> =
        String::from_utf8_lossy(&run.stderr).lines().filter(|line| line.contains("CONSOLE")).map(String::from).collect();
    assert_eq!(complaints, Vec::<String>::new());
}
