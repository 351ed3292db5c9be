//! The README shows what the program really prints, and its scenario is one.
//!
//! After a change of output: `UPDATE_README=1 cargo test --test it -- readme`, and read the diff.

use std::fs;
use std::path::Path;

use pfsim::engine;
use pfsim::report::{figures, memo, settlement, settlement_text};
use pfsim::scenario;
use pfsim::study::{Options, Run, run};

const BEGIN: &str = "<!-- the flagship's memo: begin -->\n```text\n";
const END: &str = "```\n<!-- the flagship's memo: end -->";
const CHART: &str = "payor-liability-state-workforce-agency";

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn flagship() -> (pfsim::deal::Deal, Run) {
    let deal = scenario::load(&path("scenarios/programs/per-scholas-alumni-upskilling.toml"), &[]).expect("the flagship").deal;
    let options = Options::default().trials(deal.trials).seed(deal.seed).audit(true);
    let run = run(&deal, &options).expect("a run");
    (deal, run)
}

#[test]
fn the_readme_shows_the_real_memo_and_chart() {
    let (deal, run) = flagship();
    let memo = memo::text(&deal, &run);
    let svg = figures::pictures(&deal, &run).expect("pictures").into_iter().find(|picture| picture.name == CHART).expect("the chart").svg;
    let readme = fs::read_to_string(path("README.md")).expect("the README");
    let (head, rest) = readme.split_once(BEGIN).expect("the memo's beginning");
    let (shown, tail) = rest.split_once(END).expect("the memo's end");
    let image = path("docs/images").join(format!("{CHART}.svg"));
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(path("README.md"), format!("{head}{BEGIN}{memo}{END}{tail}")).expect("written");
        fs::write(&image, &svg).expect("written");
        return;
    }
    assert_eq!(shown, memo, "the README's memo is not what `pfsim run` prints");
    assert!(fs::read_to_string(&image).expect("the chart") == svg, "docs/images holds another chart than `pfsim run` draws");
}

#[test]
fn the_readme_shows_how_denver_settled() {
    const BEGIN: &str = "<!-- Denver settled: begin -->\n";
    const END: &str = "<!-- Denver settled: end -->";
    let deal = scenario::load(&path("scenarios/closed/denver-supportive-housing.toml"), &[]).expect("Denver").deal;
    let results = path("tests/worked/denver-supportive-housing/results.toml");
    let settled = engine::settle(&deal, &pfsim::results::load(&results, &deal).expect("its results"));
    let text = settlement_text::text(&settled, &settlement::settlement(&settled));
    let shown = format!("```text\n{}\n```\n", text.split("\n\n  Cash flows").next().expect("the first tables"));
    let readme = fs::read_to_string(path("README.md")).expect("the README");
    let (head, rest) = readme.split_once(BEGIN).expect("its beginning");
    let (found, tail) = rest.split_once(END).expect("its end");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(path("README.md"), format!("{head}{BEGIN}{shown}{END}{tail}")).expect("written");
        return;
    }
    assert_eq!(found, shown, "the README shows something else than `pfsim settle` prints");
    assert!(shown.contains("9,638,911.36"));
}

#[test]
fn the_readme_s_scenario_runs() {
    let readme = fs::read_to_string(path("README.md")).expect("the README");
    let text = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a scenario");
    let deal = crate::support::deal(text);
    let options = Options::default().trials(2_000).seed(1).audit(true);
    assert_eq!(run(&deal, &options).expect("a run").trials, 2_000);
    // The error the README shows is the one the program gives.
    let broken = text.replace("price = {", "pirce = {");
    let shown = readme.split("```text\nerror[").nth(1).and_then(|rest| rest.split("```").next()).expect("an error").trim_end().to_string();
    let problems = scenario::parse("deal.toml", &broken).expect_err("a typo");
    let rendered = problems.render(false);
    assert!(rendered.contains(&format!("error[{shown}")), "the README shows\nerror[{shown}\nbut the program says\n{rendered}");
}
