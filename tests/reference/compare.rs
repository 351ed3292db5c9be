//! The second reader beside the engine, to the cent.

use std::path::Path;

use super::future::books;
use super::given::Engine;
use super::reading::read;

/// The first difference in the first trials of a scenario; nothing where there is none.
pub fn first_difference(path: &Path, text: &str, seed: u64, trials: usize) -> Result<Option<String>, String> {
    let engine = Engine::run(path, text, seed, trials)?;
    let contract = read(&text.parse().expect("TOML"));
    for trial in 0..trials {
        let given = engine.given(&contract, trial);
        let (ours, theirs) = (books(&contract, &given), engine.books(&contract, trial));
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
            for (one, other) in ours.iter().zip(&theirs).filter(|(one, other)| one.1 != 0 || other.1 != 0) {
                eprintln!("{} {:40} {:16} {:16}", if one.1 == other.1 { " " } else { "*" }, one.0, one.1, other.1);
            }
        }
        if ours.len() != theirs.len() || !differ.is_empty() {
            return Ok(Some(format!("trial {trial}: {}", differ.iter().take(4).cloned().collect::<Vec<_>>().join("; "))));
        }
    }
    Ok(None)
}
