//! `pfsim desk`: the deal alive in one file, for everybody at the table.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::ValueHint;

use super::values::number;
use super::{Context, Failure, ScenarioArguments, estimate, results, stderr, stdout};
use crate::export::bundle::Bundle;
use crate::scenario::Scenario;
use crate::store::manifest::Label;
use crate::study::Options;
use crate::words::count::counted;
use crate::words::number as words;

/// The page's own name in its folder.
const NAME: &str = "desk.html";

/// Write one HTML file in which everybody can move a term and see who wins, who loses, and how sure that is
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pfsim desk my-deal.toml                     writes out/my-deal-desk/desk.html\n  \
    pfsim desk my-deal.toml --open              and opens it in the browser\n  \
    pfsim desk my-deal.toml --set deal.cap=2_000_000 --out out/higher-cap\n\n\
    The file holds the deal, its tables and the whole engine. It works without a network, from a mail or a stick, sends nothing\n\
    anywhere, and shows the same numbers as the command line.")]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Folder for the page; out/<scenario>-desk if absent
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Trials that the page keeps; those of the file if absent, 20,000 at most
    #[arg(long, value_name = "N", value_parser = number)]
    trials: Option<u64>,
    /// Open it in the browser
    #[arg(long)]
    open: bool,
}

/// Writes the page.
pub fn run(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let scenario = arguments.scenario.load(context)?;
    if arguments.trials.is_some_and(|trials| !(1..=MOST).contains(&trials)) {
        return Err(Failure::Usage(format!("a desk keeps 1 to {MOST} trials; run `pfsim run` for more")));
    }
    let trials = arguments.trials.unwrap_or(scenario.deal.trials.min(MOST));
    bearable(&scenario, trials, context)?;
    let page = scenario.desk(arguments.trials).map_err(|error| Failure::Usage(error.to_string()))?;
    let folder = arguments.out.clone().unwrap_or_else(|| {
        let stem = arguments.scenario.scenario.file_stem().filter(|stem| *stem != "-").unwrap_or("scenario".as_ref());
        let mut name = stem.to_os_string();
        name.push("-desk");
        PathBuf::from("out").join(name)
    });
    let workspace = results::begin(&folder, "desk")?;
    let target = workspace.target().join(NAME);
    let shown = Path::new(workspace.shown()).join(NAME);
    let label = Label::new("desk", &scenario.deal.name, &scenario.hash());
    let size = words::decimals(page.len() as f64 / 1e6, 1);
    results::write(workspace, &label, Bundle::of([(NAME, page)]), Vec::new(), context)?;
    stdout::write(&format!("{} is written ({size} MB). Open it in any browser, or send it: it needs nothing else.\n", shown.display()))?;
    if arguments.open { open(&target) } else { Ok(()) }
}

/// Seconds that nobody waits for at a table, and how many times as long as here it may take in a browser.
const LONGEST: f64 = 180.0;
const SLOWER: f64 = 5.0;

/// Trials by which the time of the others is told: of a few first, where these alone take long.
const PIECES: [u64; 2] = [4, 256];
const LONG: f64 = 2.0;

/// That a page can draw the deal in the time that people wait for at a table.
fn bearable(scenario: &Scenario, trials: u64, context: &Context) -> Result<(), Failure> {
    if context.large {
        return Ok(());
    }
    for piece in PIECES.map(|piece| piece.min(trials)) {
        let start = Instant::now();
        scenario.run(&Options::default().trials(piece).cancel(context.cancel.clone()))?;
        let spent = start.elapsed().as_secs_f64();
        let seconds = SLOWER * spent * trials as f64 / piece as f64;
        // What is made once counts too much in few trials.
        if seconds > LONGEST && (piece == PIECES[1].min(trials) || spent > LONG) {
            let few = ((trials as f64 * LONGEST / seconds) as u64).max(1);
            return Err(Failure::Usage(format!(
                "in a browser, {} of this deal would take about {}: ask for fewer, as with --trials {few}, or add --large",
                counted(trials, "trial"),
                estimate::time(seconds)
            )));
        }
    }
    Ok(())
}

/// Most trials that a page keeps.
const MOST: u64 = crate::study::SAMPLE as u64;

/// Opens a file with what the system opens it with.
fn open(file: &Path) -> Result<(), Failure> {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program).args(before).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match started {
        Ok(status) if status.success() => Ok(()),
        _ => {
            stderr::line(&format!("pfsim: this system has no way to open it: open {} yourself", file.display()));
            Ok(())
        }
    }
}
