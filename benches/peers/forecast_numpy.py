"""The forecast of the flagship two years in, in vectorised NumPy: importance sampling as a good analyst would write it today.

Therefore the peer of `pfsim forecast scenarios/programs/per-scholas-alumni-upskilling.toml --results R`: the same deal, the same results
file, the same figures. Also an independent check: it was written from the scenario and the pages on the format, not from the program.

    python forecast_numpy.py RESULTS.toml [futures] [seed] [--as-of YYYY-MM-DD] [--effective N]      prints one JSON object

Without a RESULTS file (`-`) it is the plan. `--effective` is how many effective draws the weights must be worth (default: a tenth of the
futures, as in the issue: 2,000 for 20,000); it draws ever more of the plan until they are. `seconds` is everything after the file is read.

THE DEAL (quarters 0..19, cohort k = 0..7 enrols in quarter k; one value for each future unless it says per cohort or per quarter)
  Enrolment   floor(min(120 R, 150) + 1/2), R lognormal(-0.07, 0.20). What was reported takes its place; a cohort not yet reported is as far
              from its plan as those reported are together, where there are any.
  Economy     u[t] AR(1), 0.8 a year, sd 1.5 points.
  Rates       completes c ~ Beta(0.80, 0.05); thriving without b ~ Beta(0.22, 0.04); effect e = 0 with chance 0.30, else N(0.13, 0.06);
              kept r ~ Beta(0.75, 0.05); match m ~ triangular(0.90, 0.93, 0.96).
              b[k] = hold(b - 0.015 u[k+4]), p[k] = hold(b + e - 0.015 u[k+4]) for those who complete; held between 0 and 1.
              q[k] = c p[k] + (1 - c) b[k].
  Found       x[k] ~ Bin(n[k], m q[k]), out in k+5; kept z[k] ~ Bin(x[k], r), out in k+9; compared y[year] = sum of Bin(60, m b[k]) over its
              four cohorts, out with the last. (One match per person: who is found kept was found thriving.)
  Weights     of each future: the product of these binomial chances of what is out. Then systematic resampling; the economy after the last
              quarter that was seen, and all luck to come, are drawn anew for each future.
  Payments    State: 17,000 a job more than in the comparison group (n times the difference of rates) of a year's cohorts where the difference
              is at least 0.03, in the quarter after the report; 850,000 a fiscal year, 1,600,000 in all. City: 1,200 for each found thriving
              where at least 10 are, in k+6, 350,000 in all; 900 for each found kept, in k+10, 150,000 a fiscal year; the city 250,000 a
              fiscal year, 500,000 in all, a cut being shared in proportion. What a limit cuts lapses. Fiscal years begin in July.
  Costs       1,600 for each person enrolled and 30,000 a quarter in quarters 0..15, times one factor lognormal(0, 0.10); if the results
              file says what lines have cost so far, the factor is known; a line of which the total is known cost that, by people.
  Capital     as in numpy_deal.py: cash, grant 800,000, junior 500,000 at 7%, senior 800,000 at 5%; cash stays until quarter 15; from 16 on
              senior, junior, then half to the junior loan and half to the provider.
"""
import argparse, datetime, json, sys, time, tomllib

import numpy as np

from numpy_deal import beta

Q, K, PLAN, COMPARED = 20, 8, 120, 60
PHI, SD = 0.8**0.25, 1.5
STATE, CITY = "State workforce agency", "City of Dallas"
FISCAL = (np.arange(Q) + 2) // 4  # 0 is FY2025


def read(path, as_of):
    """What is out: people enrolled, found, kept (by cohort), compared (by year), the quarter up to which all is known, and costs so far."""
    seen = {"n": {}, "x": {}, "z": {}, "y": {}, "spent": {}, "total": {}, "through": -1}
    if path == "-":
        return seen
    with open(path, "rb") as file:
        results = tomllib.load(file)
    day = as_of or results["as_of"]
    seen["through"] = min(Q - 1, (day.year - 2025) * 4 + (day.month - 1) // 3)
    for row in results.get("enrolled", []):
        seen["n"][row["cohort"] - 1] = row["people"]
    enrolled = lambda cohort: seen["n"].get(cohort, PLAN)
    reported = {}
    for row in results.get("result", []):  # of two reports of the same, the later one
        key = (row["measure"], row.get("cohort"), row.get("year"))
        if key not in reported or row.get("reported", datetime.date.min) >= reported[key].get("reported", datetime.date.min):
            reported[key] = row
    for (measure, cohort, year), row in reported.items():
        if measure == "thriving jobs" and cohort - 1 + 5 <= seen["through"]:
            seen["x"][cohort - 1] = row["units"] if "units" in row else round(row["rate"] * enrolled(cohort - 1))
        elif measure == "year kept" and cohort - 1 + 9 <= seen["through"]:
            seen["z"][cohort - 1] = row["units"]
        elif measure == "thriving gain" and 4 * (year - 2025) + 8 <= seen["through"]:
            cohorts = range(4 * (year - 2025), 4 * (year - 2025) + 4)
            rate = row["comparison_rate"] if "comparison_rate" in row else None
            if rate is None:
                people = sum(map(enrolled, cohorts))
                own = row["rate"] if "rate" in row else row.get("units", sum(reported["thriving jobs", k + 1, None]["units"] for k in cohorts)) / people
                rate = own - (row["difference"] if "difference" in row else row["additional"] / people)
            seen["y"][year - 2025] = round(rate * 4 * COMPARED)
    for row in results.get("cost", []):
        for key in ("spent", "total"):
            if key in row:
                seen[key][row["name"]] = row[key]
    return seen


def economy(rng, u, begin):
    """Goes on from u[:, begin - 1], or begins."""
    for t in range(begin, u.shape[1]):
        noise = rng.standard_normal(len(u))
        u[:, t] = SD * noise if t == 0 else PHI * u[:, t - 1] + SD * np.sqrt(1 - PHI**2) * noise
    return u


def plan(rng, size, quarters):
    """Inputs and the economy of `quarters` quarters, as the scenario has them."""
    worlds = {
        "program.enrolment_ratio": rng.lognormal(-0.07, 0.20, size),
        "program.overrun": rng.lognormal(0, 0.10, size),
        "completes.rate": beta(rng, 0.80, 0.05, size),
        "thriving job.without": beta(rng, 0.22, 0.04, size),
        "thriving job.effect": np.where(rng.random(size) < 0.30, 0.0, rng.normal(0.13, 0.06, size)),
        "keeps it a year.rate": beta(rng, 0.75, 0.05, size),
        "state wage records.match_rate": rng.triangular(0.90, 0.93, 0.96, size),
    }
    return worlds, economy(rng, np.empty((size, quarters)), 0)


def rates(worlds, u):
    """b and q of the cohorts that are placed in the quarters of u (one column a cohort)."""
    shock = -0.015 * u
    b, e, c = (worlds[name][:, None] for name in ("thriving job.without", "thriving job.effect", "completes.rate"))
    without = np.clip(b + shock, 0, 1)
    return without, c * np.clip(b + e + shock, 0, 1) + (1 - c) * without


def binomial(x, n, p):
    """Logarithm of the chance of x of n, but for what does not depend on p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((p > 0) | (x == 0), x * np.log(np.maximum(p, 1e-300)), -np.inf) + (n - x) * np.log1p(-np.minimum(p, 1 - 1e-16))


def weigh(worlds, u, seen):
    """Logarithm of the chance of all that is out."""
    log = np.zeros(len(u))
    years = [k for y in seen["y"] for k in range(4 * y, 4 * y + 4)]
    cohorts = sorted(set(seen["x"]) | set(years))
    if cohorts:
        without, q = rates(worlds, u[:, [k + 4 for k in cohorts]])
        m = worlds["state wage records.match_rate"]
        for at, k in enumerate(cohorts):
            if k in seen["x"]:
                log += binomial(seen["x"][k], seen["n"].get(k, PLAN), m * q[:, at])
        for y, x in seen["y"].items():
            log += pooled(x, m[:, None] * without[:, [cohorts.index(k) for k in range(4 * y, 4 * y + 4)]])
    for k, x in seen["z"].items():
        log += binomial(x, seen["x"][k], worlds["keeps it a year.rate"])
    return log


def pooled(x, p):
    """x of four comparison groups of 60, each with a chance of its own: the binomial law at their mean chance, and the first term of what the
    chances' spread takes off, from the generating function: s/2 · (z − 1)² · (1 + p(z − 1))^(n − 2), s = 60 · Σ (chance − mean)²."""
    n, mean = 4 * COMPARED, p.mean(1)
    s = COMPARED * ((p - mean[:, None]) ** 2).sum(1)
    p = np.clip(mean, 1e-9, 1 - 1e-9)
    curve = (n - x) * (n - x - 1) / (1 - p) ** 2 - 2 * x * (n - x) / (p * (1 - p)) + x * (x - 1) / p**2
    return binomial(x, n, mean) + np.log(np.maximum(1 - s / 2 * curve / (n * (n - 1)), 1e-300))


def condition(rng, futures, effective, seen):
    """`futures` worlds given what is out, with a path of the economy up to the last quarter seen; and what the weights are worth."""
    last = max([k + 4 for k in seen["x"]] + [4 * y + 7 for y in seen["y"]], default=-1) + 1
    if not (seen["x"] or seen["y"] or seen["z"]):
        worlds, u = plan(rng, futures, last)
        return worlds, u, futures, futures
    parts, draws = [], 0
    while True:
        worlds, u = plan(rng, 4 * futures, last)
        parts.append((worlds, u, weigh(worlds, u, seen)))
        draws += 4 * futures
        log = np.concatenate([part[2] for part in parts])
        w = np.exp(log - log.max())
        worth = w.sum() ** 2 / (w**2).sum()
        if worth >= effective or draws >= 1_000 * futures:
            break
    points = (np.arange(futures) + rng.random()) / futures
    chosen = np.minimum(np.searchsorted(np.cumsum(w) / w.sum(), points), draws - 1)
    worlds = {name: np.concatenate([part[0][name] for part in parts])[chosen] for name in parts[0][0]}
    return worlds, np.concatenate([part[1] for part in parts])[chosen], worth, draws


def irr(flows):
    """Effective annual rate for each row; NaN where nothing was drawn, -1 on total loss. Bisection on the discount factor of a quarter, by
    Horner's rule: several times faster here than powers with Newton's steps."""
    some = (flows.min(1) < 0) & (flows.max(1) > 0)
    columns = np.ascontiguousarray(flows[some].T)
    lo, hi = np.full(some.sum(), 0.5), np.full(some.sum(), 10.0)
    for _ in range(40):
        v = 0.5 * (lo + hi)
        worth = columns[-1].copy()
        for column in columns[-2::-1]:
            worth *= v
            worth += column
        lo, hi = np.where(worth < 0, v, lo), np.where(worth < 0, hi, v)
    out = np.where(flows.min(1) < 0, -1.0, np.nan)
    out[some] = (0.5 * (lo + hi)) ** -4 - 1
    return out


def forecast(futures, seed, seen, effective):
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    worlds, path, worth, draws = condition(rng, futures, effective, seen)
    u = np.empty((futures, Q))
    u[:, : path.shape[1]] = path
    u = economy(rng, u, path.shape[1])
    without, q = rates(worlds, u[:, 4 : 4 + K])
    m, r = worlds["state wage records.match_rate"], worlds["keeps it a year.rate"]
    if seen["n"]:
        known = sum(seen["n"].values()) / (PLAN * len(seen["n"]))
        worlds["program.enrolment_ratio"][:] = known
    size = np.floor(np.minimum(PLAN * worlds["program.enrolment_ratio"], 150) + 0.5).astype(np.int64)
    n = np.repeat(size[:, None], K, 1)
    x, z, true = (np.empty((futures, K), np.int64) for _ in range(3))
    for k in range(K):
        if k in seen["n"]:
            n[:, k] = seen["n"][k]
        elif k in seen["x"]:
            n[:, k] = PLAN
        x[:, k] = seen["x"][k] if k in seen["x"] else rng.binomial(n[:, k], m * q[:, k])
        z[:, k] = seen["z"][k] if k in seen["z"] else rng.binomial(x[:, k], r)
        true[:, k] = x[:, k] + rng.binomial(n[:, k] - x[:, k], q[:, k] * (1 - m) / (1 - q[:, k] * m))

    # Settlement.
    gain_due, jobs_due, kept_due = (np.zeros((futures, Q)) for _ in range(3))
    for y in range(2):
        s = slice(4 * y, 4 * y + 4)
        compared = seen["y"][y] if y in seen["y"] else rng.binomial(COMPARED, m[:, None] * without[:, s]).sum(1)
        people = n[:, s].sum(1)
        gain = x[:, s].sum(1) / np.maximum(people, 1) - compared / (4 * COMPARED)
        gain_due[:, 4 * y + 9] = np.where(gain >= 0.03 - 1e-12, np.floor(17_000_00 * gain * people + 0.5) / 100, 0.0)
    for k in range(K):
        jobs_due[:, k + 6] = np.where(x[:, k] >= 10, 1_200.0 * x[:, k], 0.0)
        kept_due[:, k + 10] = 900.0 * z[:, k]
    paid, city_paid = np.zeros((futures, Q)), np.zeros((futures, Q))
    totals = {name: np.zeros(futures) for name in ("state", "city", "jobs", "kept")}
    due_city = np.zeros(futures)
    for t in range(Q):
        if t == 0 or FISCAL[t] != FISCAL[t - 1]:
            year = {name: np.zeros(futures) for name in ("state", "city", "kept")}
        jobs = np.minimum(jobs_due[:, t], 350e3 - totals["jobs"])
        kept = np.minimum(kept_due[:, t], 150e3 - year["kept"])
        due_city += jobs + kept
        city = np.minimum(jobs + kept, np.minimum(250e3 - year["city"], 500e3 - totals["city"]))
        share = city / np.maximum(jobs + kept, 1e-9)
        state = np.minimum(gain_due[:, t], np.minimum(850e3 - year["state"], 1.6e6 - totals["state"]))
        for name, amount in (("jobs", jobs * share), ("city", city), ("state", state)):
            totals[name] += amount
        totals["kept"] += kept * share
        year["kept"] += kept * share
        year["city"] += city
        year["state"] += state
        paid[:, t], city_paid[:, t] = state + city, city

    # Costs and capital.
    planned = np.where(np.arange(Q) <= 15, 30e3, 0.0) + 1_600.0 * np.concatenate([n, np.zeros((futures, Q - K))], 1)
    costs = planned * worlds["program.overrun"][:, None]
    if seen["spent"]:
        begun = seen["through"] + 1
        lines = {"training and career support": 1_600.0 * n[0, : min(begun, K)].sum(), "evaluation, data and intermediary": 30e3 * min(begun, 16)}
        worlds["program.overrun"][:] = sum(seen["spent"].values()) / sum(lines[name] for name in seen["spent"])
        costs = planned * worlds["program.overrun"][:, None]
    if "training and career support" in seen["total"]:
        trained = np.concatenate([n, np.zeros((futures, Q - K))], 1)
        rest = costs - 1_600.0 * trained * worlds["program.overrun"][:, None]
        costs = rest + seen["total"]["training and career support"] * trained / trained.sum(1, keepdims=True)
    cash, shortfall, provider = np.zeros(futures), np.zeros(futures), np.zeros(futures)
    left = {"grant": np.full(futures, 800e3), "junior": np.full(futures, 500e3), "senior": np.full(futures, 800e3)}
    owed = {"junior": np.zeros(futures), "senior": np.zeros(futures)}
    rate = {"junior": 1.07**0.25 - 1, "senior": 1.05**0.25 - 1}
    flow = {"junior": np.zeros((futures, Q)), "senior": np.zeros((futures, Q))}
    for t in range(Q):
        cash += paid[:, t]
        for name in owed:
            owed[name] *= 1 + rate[name]
        cost = costs[:, t].copy()
        use = np.minimum(cash, cost)
        cash -= use
        cost -= use
        for name in ("grant", "junior", "senior"):
            draw = np.minimum(left[name], cost)
            left[name] -= draw
            cost -= draw
            if name != "grant":
                owed[name] += draw
                flow[name][:, t] -= draw
        shortfall += cost
        if t >= 16:
            for name in ("senior", "junior"):
                back = np.minimum(cash, owed[name])
                owed[name] -= back
                cash -= back
                flow[name][:, t] += back
            flow["junior"][:, t] += 0.5 * cash
            provider += 0.5 * cash
            cash[:] = 0.0
    drawn = {name: -flow[name].clip(max=0).sum(1) for name in flow}
    back = {name: flow[name].clip(0).sum(1) for name in flow}
    sums = {
        "payors.total": totals["state"] + totals["city"],
        f'payor."{STATE}".total': totals["state"],
        f'payor."{CITY}".total': totals["city"],
        **{f'payor."{STATE}".fy{2025 + y}': (paid - city_paid)[:, FISCAL == y].sum(1) for y in range(6)},
        **{f'payor."{CITY}".fy{2025 + y}': city_paid[:, FISCAL == y].sum(1) for y in range(6)},
        'payment."additional thriving jobs".paid': totals["state"],
        'payment."thriving placements".paid': totals["jobs"],
        'payment."jobs kept a year".paid': totals["kept"],
        'measure."thriving jobs".units': x.sum(1),
        'measure."year kept".units': z.sum(1),
        'outcome."thriving job".count': true.sum(1),
        "program.enrolled": n.sum(1),
        "program.cost": costs.sum(1),
        "program.shortfall": shortfall,
        "program.residual": provider,
        'tranche."senior loan".drawn': drawn["senior"],
        'tranche."senior loan".received': back["senior"],
        'tranche."senior loan".gain': back["senior"] - drawn["senior"],
        'tranche."junior loan".drawn': drawn["junior"],
        'tranche."junior loan".received': back["junior"],
        'tranche."junior loan".gain': back["junior"] - drawn["junior"],
    }
    chances = {
        'payment."additional thriving jobs".pays': totals["state"] > 0,
        f'payor."{STATE}".nothing_paid': totals["state"] == 0,
        f'payor."{STATE}".due_exceeds_cap': gain_due.sum(1) > 1.6e6,
        f'payor."{CITY}".due_exceeds_cap': due_city > 500e3,
        'tranche."senior loan".is_drawn': drawn["senior"] > 0,
        'tranche."senior loan".loss': back["senior"] < drawn["senior"] - 0.005,
        'tranche."junior loan".loss': back["junior"] < drawn["junior"] - 0.005,
        'tranche."junior loan".total_loss': (drawn["junior"] > 0) & (back["junior"] == 0),
        "program.shortfall_chance": shortfall > 0,
    }
    returns = {f'tranche."{name} loan".irr': irr(flow[name]) for name in flow}
    return dict(sums=sums, chances=chances, returns=returns, inputs=worlds, worth=float(worth), draws=draws)


def figures(o, futures, seconds, through):
    """Means with standard errors (from the effective number of draws), sd and p95; chances; quantiles of returns; inputs."""
    few = min(o["worth"], futures)
    at = lambda v, p: float(np.quantile(v, p / 100, method="inverted_cdf"))
    mean = lambda v: {"mean": float(v.mean()), "sd": float(v.std(ddof=1)), "se": float(v.std(ddof=1) / np.sqrt(few))}
    return {
        "futures": futures, "draws": o["draws"], "effective": round(o["worth"], 1), "through": through,
        "seconds": round(seconds, 4), "futures_per_second": round(futures / seconds),
        "metrics": {name: {**mean(v), "p5": at(v, 5), "p50": at(v, 50), "p95": at(v, 95)} for name, v in o["sums"].items()},
        "chances": {name: {"mean": float(v.mean()), "se": float(np.sqrt(v.mean() * (1 - v.mean()) / few))} for name, v in o["chances"].items()},
        "returns": {name: {f"p{p}": at(v[~np.isnan(v)], p) for p in (5, 25, 50, 75, 95)} for name, v in o["returns"].items()},
        "inputs": {name: mean(v) for name, v in o["inputs"].items()} | {"chance of no effect": {"mean": float((o["inputs"]["thriving job.effect"] == 0).mean())}},
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("results")
    arguments.add_argument("futures", nargs="?", type=lambda text: int(float(text)), default=20_000)
    arguments.add_argument("seed", nargs="?", type=int, default=1)
    arguments.add_argument("--as-of", type=datetime.date.fromisoformat)
    arguments.add_argument("--effective", type=float)
    arguments = arguments.parse_args()
    seen = read(arguments.results, arguments.as_of)
    start = time.perf_counter()
    o = forecast(arguments.futures, arguments.seed, seen, arguments.effective or arguments.futures / 10)
    print(json.dumps(figures(o, arguments.futures, time.perf_counter() - start, seen["through"]), indent=1))


if __name__ == "__main__":
    main()
