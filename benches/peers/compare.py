"""pfsim and the same deal in vectorised NumPy, in Numba and in C, run in turn on this machine: do they agree, and how do they compare in
speed? Numba and C are the peers to beat; each is left out where it cannot be had (pip install numba; gcc).

    python3 benches/peers/compare.py [--rounds 5] [--trials 200000] [--memory-trials 10000000]

Needs NumPy and a built pfsim (cargo build --release; it is built if cargo is there). Prints one JSON line:

    worst_z            largest |difference| / standard error over all shared means and probabilities, every round with its own seeds
    worst_metric       where
    ratio_1_thread     trials per second, pfsim on one thread over NumPy, medians of the rounds
    ratio_all_threads  the same with all threads
    compiled           for each compiled peer: its worst_z and where, and both ratios (its own all threads against pfsim's)
    peak_mb_10m        peak memory of pfsim at --memory-trials, in MB (10^6 bytes)

and, for the curious, the trials per second themselves and the time of the large run against linear growth.
"""
import argparse, importlib.util, json, math, os, pathlib, shutil, statistics, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios/bench/workforce-12x150.toml"
PEERS = ROOT / "benches/peers"
MEANS = {
    "total": "payors.total",
    "placed": 'measure."placements".units',
    "retained": 'measure."retentions".units',
    "provider": "program.residual",
    "shortfall": "program.shortfall",
}
SHARES = {
    "p_due_exceeds_cap": 'payor."State".due_exceeds_cap',
    "p_senior_drawn": 'tranche."senior".is_drawn',
    "p_senior_loss": 'tranche."senior".loss_given_drawn',
    "p_junior_loss": 'tranche."junior".loss_given_drawn',
}


def pfsim(binary, trials, seed, threads):
    """Summary and seconds of one run; the clock starts when the scenario is read and stops when every trial has its numbers."""
    command = [binary, "run", str(SCENARIO), "--trials", str(trials), "--seed", str(seed), "--json", "--timing", "--no-files", "--quiet"]
    command += ["--threads", str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["metrics"], json.loads(done.stderr.strip().splitlines()[-1])


def python(file, trials, seed, threads):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    command = [sys.executable, str(PEERS / file), str(trials), str(seed), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)


def c(folder, trials, seed, threads):
    import numpy as np
    from figures import COLUMNS, figures
    columns = folder / "columns"
    done = subprocess.run([str(folder / "deal"), str(trials), str(seed), str(threads), str(columns)], capture_output=True, text=True, check=True)
    return figures(dict(zip(COLUMNS, np.fromfile(columns).reshape(len(COLUMNS), trials))), float(done.stdout))


def compiled(folder):
    """The compiled peers that this machine can have, by name: each takes trials, seed and threads."""
    peers = {}
    if importlib.util.find_spec("numba"):
        peers["numba"] = lambda trials, seed, threads: python("numba_deal.py", trials, seed, threads)
    if shutil.which("gcc"):
        build = ["gcc", "-O3", "-march=native", "-o", str(folder / "deal"), str(PEERS / "deal.c"), "-lm", "-lpthread"]
        subprocess.run(build, check=True)
        peers["c"] = lambda trials, seed, threads: c(folder, trials, seed, threads)
    return peers


def distances(ours, theirs, trials):
    """(z, name) of every shared mean and probability."""
    for name, metric in MEANS.items():
        mean = ours[metric]["mean"]
        spread = math.hypot(mean["standard_error"], theirs[name]["se"])
        yield (abs(mean["value"] - theirs[name]["mean"]) / spread if spread else 0.0), name
    for name, metric in SHARES.items():
        p, q = ours[metric]["mean"]["value"], theirs[name]
        of = trials * (theirs["p_senior_drawn"] if name == "p_senior_loss" else 1.0)
        pooled = 0.5 * (p + q)
        spread = math.sqrt(2 * pooled * (1 - pooled) / of)
        yield (abs(p - q) / spread if spread else 0.0), name
    for tranche in ("senior", "junior"):
        for quantile, value in theirs[f"{tranche}_irr"].items():
            metric = ours[f'tranche."{tranche}".irr'][quantile]
            spread = math.sqrt(2) * metric["standard_error"]
            # A loan that is repaid in full earns its coupon in both programs, but for the rounding to cents.
            gap = max(0.0, abs(metric["value"] - value) - 2e-6)
            yield (gap / spread if spread > 1e-7 else (0.0 if gap < 1e-5 else math.inf)), f"{tranche}_irr {quantile}"


def peak(binary, trials):
    """Peak memory in MB, and trials per second, of one large run in a process of its own."""
    program = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=True)\n"
        "print(json.dumps([resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stderr.strip().splitlines()[-1]]))\n"
    )
    command = [binary, "run", str(SCENARIO), "--trials", str(trials), "--json", "--timing", "--no-files", "--quiet"]
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=True)
    kilobytes, timing = json.loads(done.stdout)
    return kilobytes * 1024 / 1e6, json.loads(timing)["trials_per_second"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--trials", type=int, default=200_000)
    arguments.add_argument("--memory-trials", type=int, default=10_000_000)
    arguments = arguments.parse_args()
    try:
        import numpy as _  # noqa: F401
    except ImportError:
        sys.exit("compare.py needs NumPy: python3 -m pip install numpy")
    if shutil.which("cargo"):
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binary = str(target / "release" / "pfsim")
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        others = compiled(pathlib.Path(folder))
        names = ["numpy", *others]
        speeds = {name: [] for name in ["one", "all", *names, *(f"{name}_all" for name in others)]}
        worst = {name: (0.0, "") for name in names}
        for round_ in range(1, arguments.rounds + 1):
            ours, timing = pfsim(binary, arguments.trials, round_, 1)
            speeds["one"].append(timing["trials_per_second"])
            for name in names:
                peer = others.get(name, lambda trials, seed, _: python("numpy_deal.py", trials, seed, 1))
                theirs = peer(arguments.trials, 1_000 + round_, 1)
                speeds[name].append(theirs["trials_per_second"])
                worst[name] = max(worst[name], *distances(ours, theirs, arguments.trials))
                if name in others:
                    speeds[f"{name}_all"].append(peer(arguments.trials, 2_000 + round_, cores)["trials_per_second"])
            _, timing = pfsim(binary, arguments.trials, round_, cores)
            speeds["all"].append(timing["trials_per_second"])
    megabytes, large = peak(binary, arguments.memory_trials)
    median = {name: statistics.median(values) for name, values in speeds.items()}
    print(json.dumps({
        "worst_z": round(worst["numpy"][0], 3),
        "worst_metric": worst["numpy"][1],
        "ratio_1_thread": round(median["one"] / median["numpy"], 2),
        "ratio_all_threads": round(median["all"] / median["numpy"], 2),
        "compiled": {
            name: {
                "worst_z": round(worst[name][0], 3),
                "worst_metric": worst[name][1],
                "ratio_1_thread": round(median["one"] / median[name], 2),
                "ratio_all_threads": round(median["all"] / median[f"{name}_all"], 2),
            }
            for name in others
        },
        "peak_mb_10m": round(megabytes, 1),
        "trials_per_second": {name: round(value) for name, value in median.items()},
        "large_run_trials_per_second": round(large),
        "cores": cores,
        "trials": arguments.trials,
        "rounds": arguments.rounds,
    }))


if __name__ == "__main__":
    main()
