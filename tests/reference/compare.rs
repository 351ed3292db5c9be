//! The second reader beside the engine, to the cent.

use std::path::Path;

use super::figures::Figures;
use super::future::books;
use super::given::Engine;
use super::reading::read;

/// The first of the numbers that people quote that is another one in the engine. A name with “?” is one that a deal may do without.
fn differing_figure(engine: &Engine, numbers: &Figures, trial: usize) -> Option<String> {
    if std::env::var_os("PFSIM_REFERENCE_UNKNOWN").is_some() && trial == 0 {
        let ours = |name: &str| numbers.iter().any(|(other, _)| other.trim_end_matches('?') == name);
        engine.figures().filter(|name| !ours(name)).for_each(|name| eprintln!("unknown: {name}"));
    }
    for (name, ours) in numbers {
        let Some(theirs) = engine.figure(name.trim_end_matches('?'), trial) else {
            if name.ends_with('?') {
                continue;
            }
            return Some(format!("{name}: {ours:?}, no such number in the engine"));
        };
        let same = ours.map_or(theirs.is_nan(), |ours| (ours - theirs).abs() <= 1e-9 * ours.abs().max(1.0));
        if !same {
            return Some(format!("{name}: by the documents {ours:?}, by the engine {theirs}"));
        }
    }
    None
}

/// The first difference in the first trials of a scenario; nothing where there is none.
pub fn first_difference(path: &Path, text: &str, seed: u64, trials: usize) -> Result<Option<String>, String> {
    let engine = Engine::run(path, text, seed, trials)?;
    let contract = read(&text.parse().expect("TOML"));
    for trial in 0..trials {
        let given = engine.given(&contract, trial);
        let ((ours, numbers), theirs) = (books(&contract, &given), engine.books(&contract, trial));
        let differ: Vec<String> = ours
            .iter()
            .zip(&theirs)
            .filter(|(one, other)| one != other)
            .map(|(one, other)| {
                let money = |cents: i128| format!("{:.2}", cents as f64 / 100.0);
                format!("{}: by the documents {}, by the engine {} ({})", one.0, money(one.1), money(other.1), other.0)
            })
            .collect();
        if std::env::var("PFSIM_REFERENCE_TRIAL").is_ok_and(|wanted| wanted == trial.to_string()) {
            eprintln!("late {}, enrolled {:?}", given.late, given.enrolled);
            for (measure, (cells, stated)) in contract.measures.iter().zip(given.cells.iter().zip(&given.stated)) {
                eprintln!("{}: {cells:?} {stated:?}", measure.name);
            }
            eprintln!("costs {:?}, possible {:?}", given.costs, given.possible);
            for (one, other) in ours.iter().zip(&theirs).filter(|(one, other)| one.1 != 0 || other.1 != 0) {
                eprintln!("{} {:40} {:16} {:16}", if one.1 == other.1 { " " } else { "*" }, one.0, one.1, other.1);
            }
        }
        if ours.len() != theirs.len() || !differ.is_empty() {
            return Ok(Some(format!("trial {trial}: {}", differ.iter().take(4).cloned().collect::<Vec<_>>().join("; "))));
        }
        if let Some(difference) = differing_figure(&engine, &numbers, trial) {
            return Ok(Some(format!("trial {trial}: {difference}")));
        }
    }
    Ok(None)
}
