//! Simulates a deal in three shards, as three machines would, carries them as bytes, and puts them together: the run of one machine.

use pfsim::{Memory, Options, STARTER, Scenario, Shard, shard_ranges};

/// Runs the example.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::parse(STARTER, Memory::default())?;
    let (trials, options) = (3_000, Options::default().seed(7));

    // On each machine: some of the trials.
    let mut carried: Vec<Vec<u8>> = Vec::new();
    for range in shard_ranges(trials, 3) {
        let shard = Shard::simulate(&scenario.deal, range.clone(), &options)?;
        carried.push(shard.to_bytes());
        println!("trials {} to {}: {} bytes", range.start + 1, range.end, shard.to_bytes().len());
    }

    // On one of them: in whatever order they came.
    carried.reverse();
    let shards = carried.iter().map(|bytes| Shard::from_bytes(bytes, &scenario.deal)).collect::<Result<_, _>>()?;
    let run = Shard::merge(shards, &scenario.deal)?;

    let alone = scenario.run(&options.trials(trials))?;
    let [merged, one] = [&run, &alone].map(|run| run.ask("payors.total.p95").map(|answer| answer.value));
    assert_eq!(merged, one);
    println!("95th percentile of what payors pay: {:.0}", merged.unwrap_or(f64::NAN));
    Ok(())
}
