//! What is done with each kind of file that a fuzzer makes up: only what everybody can call. `tests/it/fuzz.rs` does the same with the kept
//! files of `corpus`, and simulates every deal among them.

#[path = "../../tests/it/fuzz/mutate.rs"]
pub mod mutate;
#[path = "../../tests/it/fuzz/folder.rs"]
mod results_folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzzer_mutate};
use pfsim::deal::Deal;
use pfsim::engine;
use pfsim::export::data::{self, About};
use pfsim::metrics::Catalogue;
use pfsim::question::Question;
use pfsim::report::{check, settlement, settlement_text, status, status_text};
use pfsim::scenario::{self, LoadError};
use pfsim::study::{self, Options};

const STARTER: &str = include_str!("../../scenarios/starter.toml");

macro_rules! closed {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../../scenarios/closed/", $name, ".toml")))),*] };
}

/// The deals that results are settled under, by name; the first one if none is named.
static CLOSED: LazyLock<Vec<(&str, Deal)>> = LazyLock::new(|| {
    let all = closed![
        "denver-supportive-housing",
        "cambodia-sanitation",
        "ceo-new-york",
        "chicago-child-parent",
        "dc-water",
        "dwp-innovation-fund",
        "greater-manchester-rough-sleeping",
        "jump-augsburg",
        "jvs-boston-pathways",
        "koto-sib",
        "massachusetts-roca",
        "newpin",
        "nyc-able-rikers",
        "oklahoma-women-in-recovery",
        "peterborough-one",
        "reboot-west",
        "twin-cities-rise",
        "utah-preschool",
        "wildlife-conservation-bond",
    ];
    all.into_iter().map(|(name, text)| (name, scenario::parse(name, text).expect("a deal"))).collect()
});

/// A folder of this process, with the scenarios that sweeps name.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("pfsim-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let upskilling = include_str!("../../scenarios/programs/per-scholas-alumni-upskilling.toml");
    let coursera = include_str!("../../scenarios/programs/ut-coursera.toml");
    for (name, text) in [("starter.toml", STARTER), ("upskilling.toml", upskilling), ("coursera.toml", coursera)] {
        fs::write(folder.join(name), text).expect("written");
    }
    folder
});

/// Hands a text on; what is none is not worth keeping.
pub fn take(bytes: &[u8], to: fn(&str)) -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    to(text);
    Corpus::Keep
}

/// Half of the changes are libFuzzer's, to bytes; the others hit values, keys, lines and sections, as those of the test do.
pub fn change(data: &mut [u8], size: usize, most: usize, seed: u32, other: fn(&mut mutate::Dice) -> String) -> usize {
    let mut dice = mutate::Dice(u64::from(seed));
    match std::str::from_utf8(&data[..size]) {
        Ok(text) if dice.chance(50) => {
            let mut changed = mutate::mutated(text, &other(&mut dice), &mut dice).into_bytes();
            changed.truncate(most.min(data.len()));
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}

/// A deal, for what changes take from another file.
pub fn another_deal(dice: &mut mutate::Dice) -> String {
    static ALL: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let people = [
            include_str!("../../scenarios/programs/project-quest.toml"),
            include_str!("../../scenarios/programs/naf-future-ready-labs.toml"),
            include_str!("../../tests/it/lints/low-power-fails.toml"),
        ];
        let closed = [include_str!("../../scenarios/closed/nyc-able-rikers.toml"), include_str!("../../scenarios/closed/reboot-west.toml")];
        [STARTER].into_iter().chain(people).chain(closed).collect()
    });
    let all: &[&str] = &ALL;
    (*dice.one_of(all)).into()
}

/// Words of gates and formulas.
pub fn another_expression(dice: &mut mutate::Dice) -> String {
    let mut all = mutate::expression(dice);
    all.push('\n');
    all + &mutate::expression(dice)
}

/// A column of numbers.
pub fn another_table(_: &mut mutate::Dice) -> String {
    "x, y\n1, 2\n0.5, 0.1\n-1e3, \"4\"\n,\n".into()
}

/// Axes and levers.
pub fn another_sweep(_: &mut mutate::Dice) -> String {
    include_str!("../../scenarios/sweep-cap-and-tier.toml").into()
}

/// Results of every kind.
pub fn another_result(dice: &mut mutate::Dice) -> String {
    let all = [
        include_str!("../../tests/worked/denver-supportive-housing/results.toml"),
        include_str!("../../tests/worked/nyc-able-rikers/results.toml"),
        include_str!("../../tests/worked/oklahoma-women-in-recovery/results.toml"),
    ];
    (*dice.one_of(&all)).into()
}

fn said(error: &LoadError) {
    assert!(!error.to_string().is_empty());
}

fn read(file: &str, text: &str) -> Option<Deal> {
    read_with(file, text, &scenario::Sources::default())
}

fn read_with(file: &str, text: &str, sources: &scenario::Sources) -> Option<Deal> {
    let deal = scenario::parse_with(file, text, sources);
    deal.inspect_err(|problems| assert!(!problems.problems.is_empty() && !problems.to_string().is_empty())).ok()
}

fn say(deal: &Deal) {
    assert!(!check::text(deal).is_empty());
    let _ = pfsim::analysis::lints(deal);
}

/// A file in the folder of this process.
fn written(name: &str, text: &str) -> PathBuf {
    let path = FOLDER.join(name);
    fs::write(&path, text).expect("written");
    path
}

/// Reads a scenario, and says it back.
pub fn scenario(text: &str) {
    if let Some(deal) = read("fuzz.toml", text) {
        say(&deal);
    }
}

/// Reads a gate and a formula, which a line break parts, and simulates a few trials under them.
pub fn expression(text: &str) {
    let (gate, formula) = text.split_once('\n').unwrap_or((text, "1"));
    if text.contains("'''") || text.contains('\r') {
        return;
    }
    let lines = format!("when = '''{gate}'''\nprice = {{ formula = '''{formula}''' }}\npaid_after");
    let starter = STARTER.replacen("price = { per_unit = 4_500 }", "", 1).replacen("paid_after", &lines, 1);
    if let Some(deal) = read("fuzz.toml", &starter) {
        say(&deal);
        let options = Options::default().trials(3).seed(1).audit(true);
        let _ = study::run(&deal, &options).unwrap_or_else(|breach| panic!("{breach}"));
    }
}

/// Reads results for the deal that the comment of the first line names, and settles them.
pub fn results(text: &str) {
    let named = text.lines().next().and_then(|line| line.strip_prefix("# "));
    let (_, deal) = CLOSED.iter().find(|(name, _)| Some(*name) == named).unwrap_or(&CLOSED[0]);
    match pfsim::results::parse("results.toml", text, deal) {
        Ok(results) => {
            let settled = engine::settle(deal, &results);
            let table = settlement::settlement(&settled);
            assert!(!settlement_text::text(&settled, &table).is_empty() && data::text(&About::nothing(), &table).len() > 2);
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
    match pfsim::results::so_far("results.toml", text, deal, None) {
        Ok(known) => {
            let stands = status::status(deal, &study::status::status(deal, &known));
            assert!(!status_text::text(deal, &stands).is_empty() && data::text(&About::nothing(), &stands).len() > 2);
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
}

/// Reads a sweep, or a search for terms, and some of the deals that it speaks of.
pub fn sweep(text: &str) {
    let knows = |deal: &Deal, question: &Question| Catalogue::new(deal).asked(question).map(|_| ()).ok_or_else(String::new);
    let path: &Path = &written("question.toml", text);
    if text.contains("[solve") {
        if let Ok(solve) = pfsim::experiment::solve::load(path, &knows).inspect_err(said) {
            let ends: Vec<u32> = solve.levers.iter().map(|lever| lever.steps).collect();
            let _ = solve.deal(&ends).inspect_err(said);
        }
    } else if let Ok(sweep) = pfsim::experiment::sweep::load(path, &knows).inspect_err(said) {
        let count = sweep.count();
        for index in [0, count / 2, count.saturating_sub(1)] {
            let _ = sweep.deal(&sweep.point(index)).inspect_err(said);
        }
    }
}

/// A folder, its manifest, and what a sweep leaves.
pub fn another_folder(_: &mut mutate::Dice) -> String {
    include_str!("../corpus/folder/whole").into()
}

/// Puts a folder of results in place, reads it and writes another one over it.
pub fn folder(text: &str) {
    results_folder::folder(&FOLDER, text);
}

/// Reads a table of draws, from which enrolment and an effect are drawn.
pub fn table(text: &str) {
    let sources = scenario::Sources::new(scenario::Memory::default().with("draws.csv", text));
    let law = |column: &str| format!("{{ draws = {{ file = \"draws.csv\", column = \"{column}\" }} }}\n#");
    let starter = STARTER.replacen("enrolment_ratio =", &format!("enrolment_ratio = {}", law("x")), 1);
    let starter = starter.replacen("effect =", &format!("effect = {}", law("y")), 1);
    if let Some(deal) = read_with("draws.toml", &starter, &sources) {
        say(&deal);
    }
}
