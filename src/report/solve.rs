//! What a search found: the terms, what each requirement came to, which one binds, or why nothing does it.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::question::{head, label, required, show, with_error};
use crate::experiment::solve::{Goal, Lever, Solve};
use crate::study::{Answer, Tried, frontier};
use crate::words::count::{counted, grouped};
use crate::words::csv;
use crate::words::number;
use crate::words::share;

/// `price = 18,450 and cap = 1,200,000`.
pub(super) fn terms(solve: &Solve, tried: &Tried) -> String {
    let of = |(lever, steps): (&Lever, &u32)| format!("{} = {}", lever.name, number::plain(lever.value(*steps)));
    solve.levers.iter().zip(&tried.steps).map(of).collect::<Vec<_>>().join(" and ")
}

fn sure(confidence: Option<f64>) -> String {
    match confidence {
        None => "unknown".into(),
        Some(sure) if sure > 0.9995 => "over 99.9%".into(),
        Some(sure) if sure < 0.0005 => "under 0.1%".into(),
        Some(sure) => share::percent(sure),
    }
}

/// The answer in sentences and tables.
#[must_use]
pub fn text(solve: &Solve, answer: &Answer) -> String {
    let mut out = format!("{}\n", solve.name);
    if let Some(question) = &solve.question {
        let _ = writeln!(out, "{question}");
    }
    let best = answer.best();
    let _ = writeln!(out, "\n{}", sentence(solve, answer));
    let mut rows = table(["requirement", "comes to", "sure", ""].map(String::from).to_vec(), 1);
    for (at, requirement) in solve.such_that.iter().enumerate() {
        let note = match (best.holds[at], answer.binding.contains(&at)) {
            (false, _) => "not met",
            (true, true) => "binds",
            (true, false) => "",
        };
        let value = answer.value(best, &requirement.question);
        rows.add_row(vec![
            required(&solve.deal, requirement),
            with_error(&solve.deal, &requirement.question, value),
            sure(best.confidence[at]),
            note.into(),
        ]);
    }
    let _ = writeln!(out, "\n{}", lines(&rows));
    if best.meets() {
        out.push_str(&binding(solve, answer));
        let set: Vec<String> = solve.set(&best.steps).iter().map(|set| format!("--set '{set}'")).collect();
        let _ = writeln!(out, "\nTo see it whole: pfsim run {} {}", solve.scenario_file(), set.join(" "));
    } else {
        out.push_str(&why(solve, answer));
    }
    if let Some(found) = front(solve, answer) {
        let _ = writeln!(out, "\n{}", found);
    }
    let impossible = match answer.impossible {
        0 => String::new(),
        count => format!(" {count} contradict themselves and were left out."),
    };
    let _ = writeln!(
        out,
        "\n{} of {} tried, {} each on the same draws, seed {}.{impossible} Sure: how sure the requirement holds, given Monte\n\
         Carlo error. ± is one standard error.",
        grouped(answer.tried.len() as u64),
        counted(answer.lattice, "combination"),
        counted(solve.trials, "trial"),
        solve.seed
    );
    out
}

/// The answer in one sentence.
#[must_use]
pub fn sentence(solve: &Solve, answer: &Answer) -> String {
    let best = answer.best();
    let terms = terms(solve, best);
    let of_tried = match tried(answer) {
        Some(tried) => format!(" of the {tried} combinations tried"),
        None => String::new(),
    };
    if !best.meets() {
        return match tried(answer) {
            Some(tried) => format!("None of the {tried} combinations tried meets every requirement; the closest is {terms}."),
            None => format!("No terms meet every requirement; the closest are {terms}."),
        };
    }
    let word = if solve.small { "lowest" } else { "highest" };
    match &solve.goal {
        Goal::Lever(lever) => format!("The {word} {}{of_tried} that meets every requirement: {terms}.", solve.levers[*lever].name),
        Goal::Figure(question) => {
            let value = with_error(&solve.deal, question, answer.value(best, question));
            let all = if of_tried.is_empty() { " of all" } else { &of_tried };
            format!("With {terms} this is {word}{all} that meet every requirement: {}, {value}.", label(&solve.deal, question))
        }
    }
}

/// `330 (of 9,639)`, where a search did not try every combination that there is.
fn tried(answer: &Answer) -> Option<String> {
    let tried = (answer.tried.len() + answer.impossible) as u64;
    (tried < answer.lattice).then(|| format!("{} (of {})", grouped(tried), grouped(answer.lattice)))
}

fn named(solve: &Solve, which: &[usize]) -> String {
    which.iter().map(|&at| format!("“{}”", required(&solve.deal, &solve.such_that[at]))).collect::<Vec<_>>().join(" and ")
}

fn binding(solve: &Solve, answer: &Answer) -> String {
    match answer.binding.as_slice() {
        [] => "No requirement binds: the answer lies at the end of a lever's range, or no step from it would be better.\n".into(),
        which => format!("One step further breaks {}.\n", named(solve, which)),
    }
}

/// Why nothing meets every requirement.
fn why(solve: &Solve, answer: &Answer) -> String {
    let mut out = String::new();
    let hopeless = answer.hopeless(&solve.such_that);
    let among = if tried(answer).is_some() { " of what was tried" } else { "" };
    for &at in &hopeless {
        let requirement = &solve.such_that[at];
        let value = |tried: &Tried| answer.value(tried, &requirement.question)[0];
        let defined = answer.tried.iter().filter(|tried| value(tried).is_finite());
        let Some(closest) = defined.max_by(|one, other| requirement.margin(value(one)).total_cmp(&requirement.margin(value(other)))) else {
            let _ = writeln!(out, "“{}”: no candidate has such a figure.", required(&solve.deal, requirement));
            continue;
        };
        let reached = show(&solve.deal, &requirement.question, value(closest));
        let _ = writeln!(
            out,
            "“{}” alone is out of reach{among}: at best {reached}, with {}.",
            required(&solve.deal, requirement),
            terms(solve, closest)
        );
    }
    if hopeless.is_empty() {
        let missed: Vec<usize> = (0..solve.such_that.len()).filter(|&at| !answer.best().holds[at]).collect();
        let others: Vec<usize> = (0..solve.such_that.len()).filter(|at| !missed.contains(at)).collect();
        let _ =
            writeln!(out, "Each can be met by itself, but {} not together with {}{among}.", named(solve, &missed), named(solve, &others));
    }
    out
}

/// Candidates that no others beat in both figures of the frontier.
#[must_use]
pub fn on_front<'a>(solve: &Solve, answer: &'a Answer) -> Option<Vec<&'a Tried>> {
    let [one, other] = solve.frontier.as_ref()?;
    let points: Vec<[f64; 2]> = answer.tried.iter().map(|tried| [answer.value(tried, one)[0], answer.value(tried, other)[0]]).collect();
    Some(frontier(&points).into_iter().map(|at| &answer.tried[at]).collect())
}

/// The frontier as a table, thinned where it is long.
fn front(solve: &Solve, answer: &Answer) -> Option<String> {
    const SHOWN: usize = 15;
    let questions = solve.frontier.as_ref()?;
    let all = on_front(solve, answer)?;
    let mut header: Vec<String> = questions.iter().map(|question| head(&label(&solve.deal, question))).collect();
    header.extend(solve.levers.iter().map(|lever| lever.name.clone()));
    header.push("meets everything".into());
    let mut rows = table(header, 0);
    let stride = all.len().div_ceil(SHOWN).max(1);
    let shown = all.iter().enumerate().filter(|(at, _)| at % stride == 0 || at + 1 == all.len());
    for (_, tried) in shown {
        let mut row: Vec<String> =
            questions.iter().map(|question| with_error(&solve.deal, question, answer.value(tried, question))).collect();
        row.extend(solve.levers.iter().zip(&tried.steps).map(|(lever, steps)| number::plain(lever.value(*steps))));
        row.push(if tried.meets() { "yes" } else { "no" }.into());
        rows.add_row(row);
    }
    let thinned = if stride > 1 {
        format!(" ({} of {})", all.len().div_ceil(stride) + usize::from((all.len() - 1) % stride != 0), all.len())
    } else {
        String::new()
    };
    let [one, other] = questions.each_ref().map(|question| label(&solve.deal, question));
    Some(format!("Terms that no others beat in both: {one}; {other}{thinned}\n{}", lines(&rows)))
}

/// Every candidate as CSV: levers, figures with their standard errors, whether it meets everything.
///
/// # Errors
/// What the CSV writer says; it writes to memory, so this does not happen in practice.
pub fn csv(solve: &Solve, answer: &Answer) -> Result<Vec<u8>, ::csv::Error> {
    let mut header: Vec<String> = solve.levers.iter().map(|lever| lever.name.clone()).collect();
    header.extend(answer.questions.iter().flat_map(|question| [question.name.clone(), format!("{}.se", question.name)]));
    header.push("meets".into());
    let word = |lever: &Lever| if lever.from.fract() == 0.0 && lever.step.fract() == 0.0 { csv::whole } else { csv::number };
    let rows = answer.tried.iter().map(|tried| {
        let mut record: Vec<String> =
            solve.levers.iter().zip(&tried.steps).map(|(lever, &steps)| word(lever)(lever.value(steps))).collect();
        record.extend(tried.values.iter().flatten().map(|value| csv::number(*value)));
        record.push(tried.meets().to_string());
        record
    });
    csv::bytes(core::iter::once(header).chain(rows))
}
