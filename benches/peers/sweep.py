"""Many term sheets on one world against as many separate runs: what does one more term sheet cost?

    python3 benches/peers/sweep.py [--sheets 10000] [--rounds 3]

Needs a built pfsim (cargo build --release). Two workloads of 10,000 trials on one thread: the reference deal under different prices, and 976
people simulated one by one under different lump sums (2,000 trials). A sweep is timed as a whole, reading and checking every changed file
included; a separate run by its engine alone (--timing). Prints one JSON line: seconds of each, and the ratio of a term sheet in a sweep to a
run of its own (aims: at most 0.25, and 0.02 where people are simulated one by one).
"""
import argparse, json, pathlib, shutil, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKLOADS = {
    "reference_deal": ("scenarios/bench/workforce-12x150.toml", 10_000, "payment[1].price.per_unit", 200, 10_200),
    "one_by_one": ("scenarios/bench/persons-976.toml", 2_000, "payment[0].price.lump_sum", 1, 10_001),
}


def own_run(binary, scenario, trials):
    command = [binary, "run", scenario, "--trials", str(trials), "--threads", "1", "--no-files", "--timing", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stderr.strip().splitlines()[-1])["seconds"]


def sweep(binary, scenario, trials, lever, low, high, sheets):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "sweep.toml"
        file.write_text(
            f'[sweep]\nname = "bench"\nscenarios = ["{scenario}"]\nmetrics = ["payors.total.mean", "payors.total.p95"]\ntrials = {trials}\n'
            f"[[axis]]\nname = \"lever\"\nlevers = ['{lever}']\nrange = {{ from = {low}, to = {high}, steps = {sheets}, round = 0.01 }}\n"
        )
        start = time.perf_counter()
        subprocess.run([binary, "sweep", file, "--out", f"{folder}/out", "--threads", "1", "--quiet"], check=True, capture_output=True)
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    binary = shutil.which("pfsim", path=str(ROOT / "target/release"))
    if binary is None:
        sys.exit("build pfsim first: cargo build --release")
    found = {}
    for name, (scenario, trials, lever, low, high) in WORKLOADS.items():
        scenario = str(ROOT / scenario)
        own = [own_run(binary, scenario, trials) for _ in range(5 * arguments.rounds)]
        swept = [sweep(binary, scenario, trials, lever, low, high, arguments.sheets) for _ in range(arguments.rounds)]
        each = statistics.median(swept) / arguments.sheets
        found[name] = {
            "own_run_ms": round(1e3 * statistics.median(own), 3),
            "term_sheet_ms": round(1e3 * each, 4),
            "ratio": round(each / statistics.median(own), 4),
        }
    print(json.dumps({"sheets": arguments.sheets, **found}))


main()
