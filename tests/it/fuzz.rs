//! Files that nobody meant: whatever is in them, the reader says what is wrong or makes a deal, soon; and every deal that it makes can be
//! read back, simulated with balanced books, and reported.
//!
//! On every run: the kept files of `fuzz/corpus`, which a fuzzer guided by coverage made, and a few thousand cases from a fixed seed.
//! `PFSIM_FUZZ_SECONDS=600 cargo test --test it -- fuzz` goes on for ten minutes from a seed of its own (`PFSIM_FUZZ_SEED`). A case that
//! fails is kept in `target/tmp`, and named.

mod folder;
mod kept;
mod mutate;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pfsim::deal::Deal;
use pfsim::engine;
use pfsim::export::data::{self, About, Engine};
use pfsim::export::origin::Origin;
use pfsim::metrics::Catalogue;
use pfsim::question::Question;
use pfsim::report::{check, memo, settlement, settlement_text, status, status_text};
use pfsim::scenario::{self, LoadError};
use pfsim::study::{self, Options};

use self::kept::kept;
use self::mutate::{Dice, expression, mutated};

/// Longest that the reader may take for one file of usual size, three times in a row.
const SOON: Duration = Duration::from_secs(2);

/// After this the case is taken to hang, and everything ends.
const NEVER: Duration = Duration::from_secs(60);

/// Most people of a deal that is simulated here.
const MOST_PEOPLE: f64 = 50_000.0;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every TOML file below `folder`, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// The text without comments, so that changes hit what is read.
fn bare(text: &str) -> String {
    let plain = |line: &str| line.find(" #").filter(|&at| !line[..at].contains('"')).map_or(line, |at| &line[..at]).trim_end().to_string();
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| plain(line) + "\n").collect()
}

/// The deal of a scenario that draws from the table `table`.
fn drawing(scenario: &str, table: &str) -> Option<Deal> {
    let sources = scenario::Sources::new(scenario::Memory::default().with("draws.csv", table));
    scenario::parse_with("draws.toml", scenario, &sources).ok()
}

/// Whatever can be done with a deal is done with it, unless it is very large.
fn use_all(deal: &Deal) {
    let _ = check::text(deal);
    let _ = pfsim::analysis::lints(deal);
    let people: f64 = deal.program.cohorts.ids().map(|cohort| deal.most_enrolled(cohort)).sum();
    if people > MOST_PEOPLE || deal.program.cohorts.len() > 300 || deal.outcomes.len() > 60 {
        return;
    }
    let options = Options::default().trials(10).seed(deal.seed).audit(true);
    let run = study::run(deal, &options).unwrap_or_else(|breach| panic!("{breach}"));
    let _ = study::lints(deal, &run, &options);
    assert!(!memo::text(deal, &run).is_empty());
    let (seed, trials) = (run.seed, run.trials);
    let origin =
        Origin { engine: Engine::here(), scenario: "00".into(), changes: Vec::new(), seed, trials, audited: true, tables: Vec::new() };
    let summary = origin.summary(deal, &run);
    assert_eq!(Origin::read(summary.as_bytes()), Ok(origin));
}

/// What is tried, one kind of file after the other.
struct Tries {
    scenarios: Vec<String>,
    /// A deal, and a text of results for it.
    results: Vec<(Deal, String)>,
    sweeps: Vec<String>,
    searches: Vec<String>,
    /// Files that a guided fuzzer made.
    kept: Vec<Case>,
    folder: PathBuf,
}

/// A case: what kind of file, and what is in it.
type Case = (&'static str, String);

const KINDS: [&str; 7] = ["scenario", "gate", "results", "set", "sweep", "solve", "draws"];

impl Tries {
    /// What is tried, with a folder called `name` to write to.
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let copied = [
            ("starter", "starter"),
            ("upskilling", "programs/per-scholas-alumni-upskilling"),
            ("per-scholas-alumni-upskilling", "programs/per-scholas-alumni-upskilling"),
            ("coursera", "programs/ut-coursera"),
            ("ut-coursera", "programs/ut-coursera"),
        ];
        for (name, scenario) in copied {
            fs::copy(root().join(format!("scenarios/{scenario}.toml")), folder.join(format!("{name}.toml"))).expect("copied");
        }
        let asks = |path: &PathBuf, section: &str| read(path).lines().any(|line| line == section);
        let is_deal = |path: &PathBuf| !asks(path, "[sweep]") && !asks(path, "[solve]");
        let all = files("scenarios").into_iter().chain(files("tests/oracles")).filter(is_deal);
        let beside = |section: &str| -> Vec<String> {
            let asking = files("scenarios").into_iter().filter(|path| asks(path, section));
            let all: Vec<String> = asking.map(|path| bare(&read(&path)).replace("\"programs/", "\"")).collect();
            assert!(!all.is_empty(), "{section}");
            all
        };
        let closed = |path: &PathBuf| {
            let name = path.parent().and_then(Path::file_name).expect("a deal").to_string_lossy().into_owned();
            root().join(format!("scenarios/closed/{name}.toml"))
        };
        let results = files("tests/worked").into_iter().filter(|path| path.file_name().is_some_and(|name| name == "results.toml"));
        Self {
            scenarios: all.map(|path| bare(&read(&path))).collect(),
            results: results
                .map(|path| (scenario::load(&closed(&path), &[]).unwrap_or_else(|error| panic!("{error}")).deal, bare(&read(&path))))
                .collect(),
            sweeps: beside("[sweep]"),
            searches: beside("[solve]"),
            kept: kept(),
            folder,
        }
    }

    fn of(&self, kind: &str) -> Vec<&String> {
        match kind {
            "results" => self.results.iter().map(|(_, text)| text).collect(),
            "sweep" => self.sweeps.iter().collect(),
            "solve" => self.searches.iter().collect(),
            _ => self.scenarios.iter().collect(),
        }
    }

    fn case(&self, dice: &mut Dice) -> Case {
        // Scenarios are half of the cases.
        let kind = if dice.chance(50) { "scenario" } else { *dice.one_of(&KINDS) };
        let all = self.of(kind);
        let kept: Vec<&String> = self.kept.iter().filter(|(of, _)| *of == kind).map(|(_, text)| text).collect();
        let from = if !kept.is_empty() && dice.chance(10) { &kept } else { &all };
        let (text, other) = (*dice.one_of(from), *dice.one_of(&all));
        let text = match kind {
            "gate" => {
                let starter = &read(&root().join("scenarios/starter.toml"));
                let gate = expression(dice);
                let line = if dice.chance(50) { format!("when = '''{gate}'''") } else { format!("price = {{ formula = '''{gate}''' }}") };
                starter.replacen("paid_after", &format!("{line}\npaid_after"), 1)
            }
            "set" => {
                let keys: Vec<&str> = text.split(['\n', ' ', '"', '=']).filter(|word| !word.is_empty()).collect();
                let path: Vec<&str> = (0..1 + dice.below(4)).map(|_| *dice.one_of(&keys)).collect();
                let joints = [".", "[", "].", "\".\"", "[0]."];
                let joint = *dice.one_of(&joints);
                let value = mutated("deal.periods = 3\n", other, dice);
                format!("{}={}\u{1}{text}", path.join(joint), value.replacen("deal.periods =", "", 1))
            }
            "draws" => mutated("x, y\n1, 2\n0.5, 3\n-1e3, 4\n", other, dice),
            _ => mutated(text, other, dice),
        };
        (kind, text)
    }

    /// Reads a case, and returns what it came to: a deal, or nothing.
    fn read(&self, (kind, text): &Case) -> Option<Deal> {
        let knows = |deal: &Deal, question: &Question| Catalogue::new(deal).asked(question).map(|_| ()).ok_or_else(String::new);
        let said = |error: &LoadError| assert!(!error.to_string().is_empty());
        let write = |name: &str, text: &str| {
            let path = self.folder.join(name);
            fs::write(&path, text).expect("written");
            path
        };
        match *kind {
            "results" => {
                for (deal, original) in &self.results {
                    // A text belongs to the deal that it was made for; with another one it is only read.
                    match pfsim::results::parse("results.toml", text, deal) {
                        Ok(results) => {
                            let settled = engine::settle(deal, &results);
                            let table = settlement::settlement(&settled);
                            assert!(!settlement_text::text(&settled, &table).is_empty() && data::text(&About::nothing(), &table).len() > 2);
                        }
                        Err(problems) => assert!(!problems.to_string().is_empty() || original.is_empty()),
                    }
                    // What is known so far lacks nothing: on the middle day of the deal, or on the day that it says.
                    let middle = deal.timeline.date(deal.timeline.periods / 2);
                    for day in [Some(middle), None] {
                        match pfsim::results::so_far("results.toml", text, deal, day) {
                            Ok(known) => {
                                let stands = status::status(deal, &study::status::status(deal, &known));
                                assert!(!status_text::text(deal, &stands).is_empty() && data::text(&About::nothing(), &stands).len() > 2);
                            }
                            Err(problems) => assert!(!problems.to_string().is_empty()),
                        }
                    }
                }
                None
            }
            "sweep" => {
                let sweep = pfsim::experiment::sweep::load(&write("sweep.toml", text), &knows).inspect_err(said).ok()?;
                let count = sweep.count();
                for index in [0, count / 2, count.saturating_sub(1)] {
                    let _ = sweep.deal(&sweep.point(index)).inspect_err(said);
                }
                None
            }
            "solve" => {
                let solve = pfsim::experiment::solve::load(&write("solve.toml", text), &knows).inspect_err(said).ok()?;
                let ends: Vec<u32> = solve.levers.iter().map(|lever| lever.steps).collect();
                let _ = solve.deal(&ends).inspect_err(said);
                None
            }
            "folder" => {
                folder::folder(&self.folder, text);
                None
            }
            "set" => {
                let (set, text) = text.split_once('\u{1}')?;
                let changed = scenario::overrides::apply(text, &[set.to_string()]).ok()?;
                scenario::parse("set.toml", &changed).ok()
            }
            "draws" => {
                let starter = read(&root().join("scenarios/starter.toml"));
                let law = "enrolment_ratio = { draws = { file = \"draws.csv\", column = \"x\" } }\n#";
                drawing(&starter.replacen("enrolment_ratio", law, 1), text)
            }
            "table" => {
                let law = |column: &str| format!("= {{ draws = {{ file = \"draws.csv\", column = \"{column}\" }} }}\n#");
                let starter =
                    read(&root().join("scenarios/starter.toml")).replacen("enrolment_ratio =", &format!("enrolment_ratio {}", law("x")), 1);
                let starter = starter.replacen("effect =", &format!("effect {}", law("y")), 1);
                drawing(&starter, text)
            }
            _ => match scenario::parse("fuzz.toml", text) {
                Ok(deal) => Some(deal),
                Err(problems) => {
                    assert!(!problems.problems.is_empty() && !problems.to_string().is_empty());
                    None
                }
            },
        }
    }
}

impl Drop for Tries {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Ends the process when one case takes for ever.
struct Watch {
    current: Arc<Mutex<Option<(Instant, Case)>>>,
    done: Arc<AtomicBool>,
}

fn keep((kind, text): &Case, number: usize) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-failed-{number}.{kind}"));
    fs::write(&path, text).expect("written");
    path
}

impl Watch {
    fn new() -> Self {
        let watch = Self { current: Arc::default(), done: Arc::default() };
        let (current, done) = (Arc::clone(&watch.current), Arc::clone(&watch.done));
        std::thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(200));
                if let Some((since, case)) = current.lock().expect("a lock").as_ref()
                    && since.elapsed() > NEVER
                {
                    eprintln!("fuzz: no end after {NEVER:?}: {}", keep(case, 0).display());
                    std::process::exit(101);
                }
            }
        });
        watch
    }

    fn case(&self, case: &Case) {
        *self.current.lock().expect("a lock") = Some((Instant::now(), case.clone()));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

/// What is wrong with a case, if anything.
fn wrong(tries: &Tries, case: &Case) -> Result<bool, String> {
    let mut taken = Duration::MAX;
    let mut deal = None;
    // On a busy machine one reading may wait for others: three in a row do not.
    for _ in 0..3 {
        let start = Instant::now();
        deal = catch_unwind(AssertUnwindSafe(|| tries.read(case))).map_err(|_| "the reader panicked".to_string())?;
        taken = taken.min(start.elapsed());
        if taken < SOON {
            break;
        }
    }
    if taken >= SOON {
        return Err(format!("reading took {taken:?}"));
    }
    let Some(deal) = deal else { return Ok(false) };
    catch_unwind(AssertUnwindSafe(|| use_all(&deal))).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_string()));
        format!("the deal could be read, but: {}", said.unwrap_or_default())
    })?;
    Ok(true)
}

#[test]
fn no_file_is_too_strange() {
    let seconds = std::env::var("PFSIM_FUZZ_SECONDS").ok().and_then(|text| text.parse::<u64>().ok());
    let seed = std::env::var("PFSIM_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(if seconds.is_some() { 2 } else { 1 });
    let (tries, watch, mut dice, start) = (Tries::new("fuzz"), Watch::new(), Dice(seed), Instant::now());
    let (mut cases, mut deals, mut failures) = (0_u32, 0_u32, Vec::new());
    let goes_on = |cases: u32| seconds.map_or(cases < 2_000, |seconds| start.elapsed().as_secs() < seconds);
    while goes_on(cases) && failures.len() < 20 {
        let case = tries.case(&mut dice);
        watch.case(&case);
        match wrong(&tries, &case) {
            Ok(deal) => deals += u32::from(deal),
            Err(what) => failures.push(format!("{what}: {}", keep(&case, failures.len()).display())),
        }
        cases += 1;
    }
    eprintln!("fuzz: {cases} cases, {deals} of them deals, {:?}", start.elapsed());
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(deals * 10 > cases, "too few of the cases are deals: {deals} of {cases}");
}

#[test]
fn no_kept_file_is_too_strange() {
    let (tries, watch, start) = (Tries::new("kept"), Watch::new(), Instant::now());
    let (mut deals, mut failures) = (0, Vec::new());
    for case in &tries.kept {
        watch.case(case);
        match wrong(&tries, case) {
            Ok(deal) => deals += usize::from(deal),
            Err(what) => failures.push(format!("{what}: {}", keep(case, 100 + failures.len()).display())),
        }
    }
    eprintln!("fuzz: {} kept files, {deals} of them deals, {:?}", tries.kept.len(), start.elapsed());
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(deals >= 20, "too few of the kept files are deals: {deals}");
}
