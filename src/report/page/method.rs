//! How the numbers were made, how to read them, and how to make them again.

use super::parts::{Block, Section, Term};
use crate::deal::Deal;
use crate::report::check::drawings;
use crate::report::figures::one_future;
use crate::report::memo::largest_error;
use crate::study::Run;
use crate::words::count::{counted, grouped};

/// Method, standard errors, the command that makes the same numbers again, and the words.
pub fn section(deal: &Deal, run: &Run, hash: &str) -> Section {
    let mut blocks = vec![
        Block::text(format!(
            "This deal was simulated in {}. In each, the uncertain numbers of the scenario are drawn first, then what happens to every \
             person or cohort, what the evaluator finds, what each payor owes by the terms above, and who receives the money, to the cent. All \
             figures are taken over these trials; the same scenario and seed give the same figures on every computer.",
            counted(run.trials, "trial")
        )),
        Block::Terms { items: made(run, hash) },
    ];
    let drawn = drawings(deal);
    if let Some(lines) = Block::lines(drawn.trim_start().strip_prefix("How people are drawn").unwrap_or(&drawn)) {
        blocks.push(Block::heading("How people are drawn"));
        blocks.push(lines);
    }
    blocks.push(Block::heading("What ± means"));
    blocks.push(Block::text(format!(
        "± is one Monte Carlo standard error: with another seed, a figure would differ by more than twice that in about 1 of 20 cases. Four \
         times as many trials halve it. The reserves' own standard error is at most {}. It says nothing about whether \
         the scenario's assumptions are right: that uncertainty is in the spread between trials, as far as the scenario states it. “Under” or “over” a percentage is an exact 95% bound, where something was seen in no trial or in all of them.",
        largest_error(deal, run)
    )));
    blocks.push(Block::heading("How to check it"));
    blocks.push(Block::text("The folder of this page holds the scenario, every table and a summary. These commands, run in that folder, make the same numbers again:"));
    let mut commands = format!(
        "sha256sum scenario.toml    # {hash}\npfsim run scenario.toml --trials {} --seed {} --out again --audit\ncmp summary.json again/summary.json",
        run.trials, run.seed
    );
    if let Some(trial) = one_future::shown(run) {
        commands += &format!(
            "\npfsim explain scenario.toml --trial {trial} --seed {}    # the ledger of the trial charted above, line by line",
            run.seed
        );
    }
    blocks.push(Block::Command { text: commands });
    blocks.push(Block::heading("Words"));
    let words = [
        ("Trial", "One simulated course of the deal, from the first enrolment to the last payment; on charts, a future."),
        ("Reserve", "The 95th percentile of what a payor pays: in 19 of 20 trials it pays no more."),
        ("Median, middle case", "Half of all trials have less, half have more."),
        ("Effect", "What the program truly adds: the outcome with it less the outcome that would have been without it."),
        ("Chance of loss", "How often an investor receives less than was drawn."),
        ("Return (IRR)", "The yearly rate at which what is received is worth what was drawn; −100% where nothing is received."),
        ("Tranche", "One investor's commitment, with its rank in the waterfall."),
    ];
    let word = |(name, text): (&str, &str)| Term { name: name.into(), text: text.into(), missing: Vec::new() };
    blocks.push(Block::Terms { items: words.into_iter().map(word).collect() });
    Section { id: "method", short: "Method", title: "How to read and to check these numbers".into(), blocks }
}

fn made(run: &Run, hash: &str) -> Vec<Term> {
    let all = [
        ("Trials", grouped(run.trials)),
        ("Seed", run.seed.to_string()),
        ("Engine", format!("pfsim {}", env!("CARGO_PKG_VERSION"))),
        ("Scenario, SHA-256", hash.to_owned()),
    ];
    all.into_iter().map(|(name, text)| Term { name: name.into(), text, missing: Vec::new() }).collect()
}
