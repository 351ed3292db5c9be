"""Single persons in pfsim and in vectorised NumPy, run in turn on this machine: do they agree, and how do they compare in speed?

    python3 benches/peers/persons.py [--rounds 5] [--trials 20000]

Needs NumPy and SciPy and a built pfsim (cargo build --release). Two workloads of 976 people with earnings of a gamma law (shape 1.88), 18.7%
of them with none: one year, its mean and how many pass 30,000; and six years of the same people, correlated 0.64 a year by a normal score.
Prints one JSON line: nanoseconds per person and year, their ratios on one thread and on all, the largest |z| of the means, and how the time
grows with ten times the people.
"""
import argparse, json, math, os, pathlib, shutil, statistics, subprocess, sys, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios/bench/persons-976.toml"
PEOPLE, ZEROS, SHAPE, MEAN, LINE, RHO = 976, 0.187, 1.88, 17_525.0, 30_000.0, 0.64
SCALE = MEAN / (1 - ZEROS) / SHAPE


def pfsim(binary, trials, seed, threads, years, people=PEOPLE):
    command = [binary, "run", str(SCENARIO), "--trials", str(trials), "--seed", str(seed), "--json", "--timing", "--no-files", "--quiet"]
    command += ["--threads", str(threads), "--set", f"program.cohorts.size={people}"]
    if years > 1:
        command += ["--set", f'outcome."earnings".rounds.count={years}', "--set", f'outcome."earnings".correlation_per_year={RHO}']
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    metrics = json.loads(done.stdout)["metrics"]
    seconds = json.loads(done.stderr.strip().splitlines()[-1])["seconds"]
    return metrics, seconds * 1e9 / (trials * people * years)


def numpy_year(rng, trials):
    """Totals and people above the line, block by block so that it stays in memory."""
    totals, above = [], []
    for start in range(0, trials, 500):
        block = min(500, trials - start)
        earnings = rng.gamma(SHAPE, SCALE, (block, PEOPLE))
        earnings[rng.random((block, PEOPLE)) < ZEROS] = 0.0
        totals.append(earnings.sum(1))
        above.append((earnings > LINE).sum(1))
    return totals, above


def numpy_years(rng, trials, years):
    from scipy.special import gammaincinv, ndtr

    totals, above = [], []
    for start in range(0, trials, 200):
        block = min(200, trials - start)
        score = rng.standard_normal((block, PEOPLE))
        sum_, count = 0.0, 0.0
        for year in range(years):
            if year:
                score = RHO * score + math.sqrt(1 - RHO * RHO) * rng.standard_normal((block, PEOPLE))
            share = (ndtr(score) - ZEROS) / (1 - ZEROS)
            earnings = SCALE * gammaincinv(SHAPE, share.clip(0.0))
            sum_ = sum_ + earnings.sum(1)
            count = count + (earnings > LINE).sum(1)
        totals.append(sum_)
        above.append(count)
    return totals, above


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=20_000)
    options = parser.parse_args()
    import numpy as np

    binary = os.environ.get("PFSIM") or shutil.which("pfsim") or str(ROOT / "target/release/pfsim")
    if not pathlib.Path(binary).exists():
        sys.exit("build pfsim first: cargo build --release")
    cores = os.cpu_count() or 1
    result = {"cores": cores, "people": PEOPLE, "trials": options.trials}
    worst = 0.0
    for name, years, trials in [("one_year", 1, options.trials), ("six_years", 6, max(200, options.trials // 20))]:
        times = {"numpy": [], "one": [], "all": []}
        for round_ in range(options.rounds):
            rng = np.random.default_rng(round_)
            begin = time.perf_counter()
            totals, above = numpy_year(rng, trials) if years == 1 else numpy_years(rng, trials, years)
            times["numpy"].append((time.perf_counter() - begin) * 1e9 / (trials * PEOPLE * years))
            totals, above = np.concatenate(totals), np.concatenate(above)
            # Long enough that reading the file and preparing the table do not count.
            many = options.trials * (4 if years == 1 else 1)
            for threads, key in [(1, "one"), (cores, "all")]:
                metrics, nanoseconds = pfsim(binary, many, round_ + 1, threads, years)
                times[key].append(nanoseconds)
            for peer, metric in [(totals, 'outcome."earnings".count'), (above, 'outcome."above 30,000".count')]:
                ours = metrics[metric]["mean"]
                error = math.hypot(ours["standard_error"], peer.std() / math.sqrt(len(peer)))
                worst = max(worst, abs(ours["value"] - peer.mean()) / error)
        ns = {key: statistics.median(values) for key, values in times.items()}
        result[name] = {
            "ns_numpy": round(ns["numpy"], 1),
            "ns_1_thread": round(ns["one"], 2),
            "ratio_1_thread": round(ns["numpy"] / ns["one"], 2),
            "ratio_all_threads": round(ns["numpy"] / ns["all"], 2),
        }
    small, large = (pfsim(binary, options.trials, 1, 1, 1, people)[1] for people in (PEOPLE, 10 * PEOPLE))
    result["ns_ten_times_the_people_over_one"] = round(large / small, 3)
    result["worst_z"] = round(worst, 2)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
