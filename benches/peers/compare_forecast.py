"""`pfsim forecast` of the flagship and the same in NumPy, in turn on this machine: do they agree, and how do they compare in speed?

    python3 benches/peers/compare_forecast.py [RESULTS.toml] [--rounds 5] [--futures 20000]

Needs NumPy and a built pfsim (target/release). Prints one JSON line:

    worst_z        largest |difference| / standard error over all shared means and chances, every round with its own seeds
    worst_figure   where
    ratio          median seconds of NumPy (without starting Python and reading) over median seconds of the whole command on one thread,
                   which makes three runs, studies and tables beside
    effective      median effective number of NumPy's weighted draws
"""
import argparse, json, math, os, pathlib, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCENARIO = ROOT / "scenarios/programs/per-scholas-alumni-upskilling.toml"
RESULTS = ROOT / "tests/running/flagship-year-two.toml"


def pfsim(binary, results, futures, seed):
    """Figures by name and seconds of one forecast on one thread."""
    command = [binary, "forecast", str(SCENARIO), "--results", results, "--trials", str(futures), "--seed", str(seed), "--json", "--quiet"]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ, PFSIM_THREADS="1"))
    seconds = time.perf_counter() - begun
    return {figure["name"]: figure["forecast"] for figure in json.loads(done.stdout)["figures"]}, seconds


def numpy(results, futures, seed):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    command = [sys.executable, str(HERE / "forecast_numpy.py"), results, str(futures), str(seed)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


def distances(ours, theirs):
    """(z, name) of every shared mean and chance. Where neither has any spread the figures must be the same to half a cent."""
    for name, there in {**theirs["metrics"], **theirs["chances"]}.items():
        here = ours.get(f"{name}.mean", ours.get(name))
        if here is None or here["value"] is None:
            continue
        gap, spread = abs(here["value"] - there["mean"]), math.hypot(here["se"] or 0, there["se"])
        if name in theirs["chances"]:  # a chance near 0 or 1 tells little of its own error
            p = min(max(0.5 * (here["value"] + there["mean"]), 1 / theirs["futures"]), 1 - 1 / theirs["futures"])
            spread = max(spread, math.sqrt(2 * p * (1 - p) / theirs["effective"]))
        yield (gap / spread if spread > 1e-6 else 0.0 if gap <= 0.005 else math.inf), name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="?", default=str(RESULTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--futures", type=int, default=20_000)
    arguments = parser.parse_args()
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binary = os.environ.get("PFSIM", str(target / "release" / "pfsim"))
    worst, shared, here, there, effective = (0.0, ""), 0, [], [], []
    for round_ in range(1, arguments.rounds + 1):
        ours, seconds = pfsim(binary, arguments.results, arguments.futures, round_)
        here.append(seconds)
        theirs = numpy(arguments.results, arguments.futures, 1_000 + round_)
        there.append(theirs["seconds"])
        effective.append(theirs["effective"])
        found = list(distances(ours, theirs))
        shared, worst = len(found), max(worst, *found)
    print(json.dumps({
        "worst_z": round(worst[0], 3), "worst_figure": worst[1], "shared": shared,
        "ratio": round(statistics.median(there) / statistics.median(here), 2),
        "numpy_seconds": statistics.median(there), "pfsim_seconds": round(statistics.median(here), 3),
        "effective": statistics.median(effective), "futures": arguments.futures, "rounds": arguments.rounds,
    }))


if __name__ == "__main__":
    main()
