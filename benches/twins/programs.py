"""Two programs simulated with NumPy, written from docs/format.md and docs/model.md and the scenarios' stated numbers.

Run: python3 benches/twins/programs.py. Needs NumPy. Writes means, chances and quantiles with their standard errors.
"""

import tomllib

import numpy as np

from table import FOLDER, write

ROOT = FOLDER.parents[1]
TRIALS = 200_000


def scenario(name):
    return tomllib.loads((ROOT / "scenarios" / "programs" / f"{name}.toml").read_text())


def beta(draw, law, n):
    mean, sd = law["mean"], law["sd"]
    size = mean * (1 - mean) / sd**2 - 1
    return draw.beta(mean * size, (1 - mean) * size, n)


def irr(flows):
    """Effective annual rate of quarterly flows (trial, period), by bisection; -1 where nothing comes back."""
    low, high = np.full(len(flows), -0.9999), np.full(len(flows), 4.0)
    periods = np.arange(flows.shape[1])
    for _ in range(60):
        middle = (low + high) / 2
        worth = np.zeros(len(flows))
        for period in periods:
            worth += flows[:, period] * (1 + middle) ** -period
        low, high = np.where(worth > 0, middle, low), np.where(worth > 0, high, middle)
    return np.where(np.clip(flows, 0, None).sum(1) == 0, -1.0, (1 + (low + high) / 2) ** 4 - 1)


def mean(x):
    return float(np.mean(x)), float(np.std(x, ddof=1) / np.sqrt(len(x)))


def quantile(x, p):
    """The order statistic, and half the distance of its neighbours a standard deviation of ranks away (Woodruff)."""
    x, n = np.sort(x), len(x)
    at, off = int(np.ceil(n * p)) - 1, int(np.sqrt(n * p * (1 - p)))
    return float(x[at]), float((x[min(n - 1, at + off)] - x[max(0, at - off)]) / 2)


def finish(name, payor, paid, due, cap, drawn, received, rate, more):
    rate = rate[drawn > 0]  # nothing drawn: no return
    rows = [["payors.total", "mean", *mean(paid)], ["payors.total", "p5", *quantile(paid, 0.05)], ["payors.total", "p25", *quantile(paid, 0.25)],
            ["payors.total", "p50", *quantile(paid, 0.5)], [f"payor.{payor}.due", "mean", *mean(due)],
            [f"payor.{payor}.cap_binds", "share", *mean(due > cap)], ["investors.drawn", "mean", *mean(drawn)],
            ["investors.received", "mean", *mean(received)], ["investors.loss", "share", *mean(received < drawn)],
            ["investors.irr", "mean", *mean(rate)], ["investors.irr", "p5", *quantile(rate, 0.05)], ["investors.irr", "p50", *quantile(rate, 0.5)]]
    write(name, "programs.py", ["metric", "what", "value", "se"], rows + more)


def coursera():
    deal, draw, n = scenario("ut-coursera"), np.random.default_rng(11), TRIALS
    completes, holds = deal["outcome"]
    people, cohorts = deal["program"]["cohorts"]["size"], deal["program"]["cohorts"]["count"]
    rate = beta(draw, completes["rate"]["beta"], n)
    law = holds["rate"]["gamma"]
    shape = (law["mean"] / law["sd"]) ** 2
    each = draw.gamma(shape, law["mean"] / shape, n)
    pay, units = np.zeros((n, 10)), np.zeros(n)
    for cohort in range(cohorts):
        done = draw.binomial(people, rate)
        held = np.maximum(0, np.round(done * each + np.sqrt(done) * holds["sd"] * draw.standard_normal(n)))
        pay[:, cohort + 3] += held * deal["payment"][0]["price"]["per_unit"]
        units += held
    due, cap = pay.sum(1), deal["payor"][0]["cap"]
    pay = np.diff(np.minimum(np.cumsum(pay, axis=1), cap), axis=1, prepend=0)
    loan, gift = deal["tranche"]
    quarterly = (1 + loan["coupon"]) ** 0.25 - 1
    cash, owed, left, given = np.zeros(n), np.zeros(n), np.full(n, float(loan["amount"])), np.full(n, float(gift["amount"]))
    flows = np.zeros((n, 10))
    for period in range(10):
        owed += owed * quarterly
        cash += pay[:, period]
        need = np.full(n, float(deal["program"]["cost"][0]["per_period"]) if period < 8 else 0.0)
        for purse in (cash, given):
            part = np.minimum(purse, need)
            purse -= part
            need -= part
        part = np.minimum(left, need)
        left, owed, flows[:, period] = left - part, owed + part, -part
        if period >= 8:
            back = np.minimum(owed, cash)
            owed, extra = owed - back, (cash - back) * loan["residual_share"]
            flows[:, period] += back + extra
            cash = np.zeros(n)
    drawn, received = -np.minimum(flows, 0).sum(1), np.maximum(flows, 0).sum(1)
    finish("ut-coursera", "Workforce funder", pay.sum(1), due, cap, drawn, received, irr(flows), [["measure.credentials issued.units", "mean", *mean(units)]])


def per_scholas():
    deal, draw, n = scenario("per-scholas-core"), np.random.default_rng(12), TRIALS // 4
    program, outcome = deal["program"], deal["outcome"][0]
    ratio = np.exp(program["enrolment_ratio"]["lognormal"]["mu"] + program["enrolment_ratio"]["lognormal"]["sigma"] * draw.standard_normal(n))
    overrun = np.exp(program["overrun"]["lognormal"]["sigma"] * draw.standard_normal(n))
    effect = outcome["effect"]["normal"]["mean"] + outcome["effect"]["normal"]["sd"] * draw.standard_normal(n)
    ramp = program["cohorts"]["ramp"] + [1.0] * 5
    step = deal["economy"]["persistence_per_year"] ** 0.25
    point, shock = np.zeros((n, 8)), deal["economy"]["sd"] * draw.standard_normal(n)
    for period in range(8):
        point[:, period] = shock
        shock = step * shock + deal["economy"]["sd"] * np.sqrt(1 - step**2) * draw.standard_normal(n)
    size = np.stack([np.minimum(np.round(program["cohorts"]["size"] * ramp[c] * ratio), program["capacity"]) for c in range(8)], axis=1)
    people, compared = size.sum(1), 800
    years = np.arange(6)
    chol = np.linalg.cholesky(outcome["correlation_per_year"] ** np.abs(years[:, None] - years))
    kept = 1 - outcome["spread"]["zeros"]
    spread = np.sqrt((1 + 1 / outcome["spread"]["gamma"]) / kept - 1)
    lucks = [draw.standard_normal((n, 6)) @ chol.T for _ in range(2)]
    due = np.zeros((n, 40))
    difference = np.zeros((n, 6))
    weighted = (size * point).sum(1) / people
    plain = point.mean(1)
    for year in years:
        base, gain = outcome["without"] * outcome["profile"]["without"][year], effect * outcome["profile"]["effect"][year]
        a, b = outcome["per_point_of_unemployment"], outcome["effect_per_point_of_unemployment"]
        treated, other = base + gain + (a + b) * weighted, base + a * plain
        found = treated * (1 + spread * lucks[0][:, year] / np.sqrt(people)) - other * (1 + spread * lucks[1][:, year] / np.sqrt(compared))
        difference[:, year] = found
        due[:, 18 + 4 * year] = np.where(found > 0, 0.33 * found * people, 0)
    cap = deal["payor"][0]["cap"]
    pay = np.diff(np.minimum(np.cumsum(due, axis=1), cap), axis=1, prepend=0)
    senior, junior, gift = deal["tranche"]
    left = [np.full(n, float(t["amount"])) for t in (gift, junior, senior)]
    owed, flows = [np.zeros(n), np.zeros(n)], np.zeros((n, 40))
    for period in range(40):
        for which, tranche in enumerate((junior, senior)):
            owed[which] *= (1 + tranche["coupon"]) ** 0.25
        if period < 8:
            need = size[:, period] * program["cost"][0]["per_participant"] * (1 + program["inflation_per_year"]) ** (period / 4) * overrun
            for which, purse in enumerate(left):
                part = np.minimum(purse, need)
                purse -= part
                need -= part
                if which > 0:
                    owed[which - 1] += part
                    flows[:, period] -= part
        cash = pay[:, period].copy()
        for which in (1, 0):
            part = np.minimum(owed[which], cash)
            owed[which] -= part
            cash -= part
            flows[:, period] += part
        flows[:, period] += junior["residual_share"] * cash
    drawn, received = -flows[:, :8].sum(1), flows[:, 8:].sum(1)
    more = [["program.enrolled", "mean", *mean(people)]]
    finish("per-scholas-core", "State workforce agency", pay.sum(1), due.sum(1), cap, drawn, received, irr(flows), more)
    return difference


if __name__ == "__main__":
    coursera()
    total = per_scholas().sum(1)
    print("found effect, all years: mean and sd", total.mean(), total.std())
