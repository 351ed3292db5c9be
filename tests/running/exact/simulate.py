"""Does brute force agree? Plays the people of a case many times and keeps the futures whose reports are exactly those that were published.

    python simulate.py [millions] [case ...]        one line for each case: the largest z of what it can tell, from the futures kept

No formula of the derivations is used: no likelihood, no posterior. Amounts cannot match exactly and are left out (`normal-*`).
"""
import pathlib, sys, tomllib

import numpy as np

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(22)
MILLIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 4


def beta(mean, sd, size):
    k = mean * (1 - mean) / sd**2 - 1
    return rng.beta(mean * k, (1 - mean) * k, size)


def beta_binomial(size):
    p = rng.beta(3, 3, size)
    p = p[rng.binomial(80, p) == 52]
    x = rng.binomial(80, p)
    return {'input."placed.rate"': p, 'measure."next placements".units': x, 'payment."bonus".pays': x >= 52, 'payor."City".total': np.minimum(252_000, 2_000 * (52 + x) + 40_000 * (x >= 52))}


def nested(case, size):
    p = rng.choice([0.3, 0.4, 0.5, 0.6, 0.7], size, p=[0.1, 0.2, 0.4, 0.2, 0.1])
    r = rng.choice([0.5, 0.7, 0.9], size, p=[0.3, 0.4, 0.3])
    a = rng.binomial(60, p)
    k = rng.binomial(a, r)
    keep = ((a == 35) if case != "inner" else True) & ((k == 22) if case != "outer" else True)
    p, r, a, k = p[keep], r[keep], a[keep], k[keep]
    b = rng.binomial(60, p)
    j = rng.binomial(b, r)
    return {'input."placed.rate"': p, 'input."kept.rate"': r, 'outcome."placed".count': a + b, 'outcome."kept".count': k + j, 'measure."next kept".units': j, 'payment."bonus".pays': j >= 26, 'payor."City".total': np.minimum(122_000, 2_000 * (k + j) + 30_000 * (j >= 26))}


def reported(true):
    """Person by person in effect: those with it are matched and not missed, those without it are matched and mistaken."""
    matched, others = rng.binomial(true, 0.9), rng.binomial(150 - true, 0.9)
    return rng.binomial(matched, 0.95) + rng.binomial(others, 0.02)


def misreported(size):
    p = rng.beta(4, 4, size)
    t = rng.binomial(150, p)
    keep = reported(t) == 76
    p, t = p[keep], t[keep]
    u = rng.binomial(150, p)
    y = reported(u)
    return {'input."placed.rate"': p, 'true count of "placed" in cohort 1': t, 'outcome."placed".count': t + u, 'measure."next placements".units': y, 'payment."bonus".pays': y >= 80, 'payor."City".total': np.minimum(330_000, 2_000 * (76 + y) + 40_000 * (y >= 80))}


def economy(size):
    p, u = beta(0.5, 0.06, size), 1.5 * rng.standard_normal(size)
    for seen in (48, 36):
        keep = rng.binomial(100, np.clip(p - 0.04 * u, 0, 1)) == seen
        p, u = p[keep], u[keep]
        u = 0.7 * u + 1.5 * np.sqrt(1 - 0.49) * rng.standard_normal(len(u))
    x = rng.binomial(100, np.clip(p - 0.04 * u, 0, 1))
    return {'input."placed.rate"': p, "points of unemployment above normal when cohort 3 is placed": u, 'measure."last placements".units': x, 'payment."bonus".pays': x >= 45, 'payor."City".total': np.minimum(300_000, 2_000 * (84 + x) + 40_000 * (x >= 45))}


def shared_luck(size):
    p = rng.beta(5, 5, size)
    count = lambda p: rng.binomial(100, rng.beta(49 * p, 49 * (1 - p)))
    for seen in (66, 51):
        p = p[count(p) == seen]
    x = count(p)
    return {'input."placed.rate"': p, 'measure."last placements".units': x, 'payment."bonus".pays': x >= 60, 'payor."City".total': np.minimum(370_000, 2_000 * (117 + x) + 40_000 * (x >= 60))}


def pooled_through(size):
    c, b, e = beta(0.7, 0.1, size), beta(0.35, 0.08, size), rng.normal(0.15, 0.1, size)
    placed, compared = np.zeros(size, int), np.zeros(size, int)
    for _ in range(3):
        done = rng.binomial(60, c)
        placed += rng.binomial(done, np.clip(b + e, 0, 1)) + rng.binomial(60 - done, b)
        compared += rng.binomial(40, b)
    keep = (placed == 92) & (compared == 42)
    c, b, e = c[keep], b[keep], e[keep]
    done = rng.binomial(60, c)
    x = rng.binomial(done, np.clip(b + e, 0, 1)) + rng.binomial(60 - done, b)
    return {'input."completes.rate"': c, 'input."placed.without"': b, 'input."placed.effect"': e, 'measure."late placements".units': x, 'payment."bonus".pays': x >= 30, 'payor."City".total': np.minimum(150_000, 87_000 + 1_000 * x + 20_000 * (x >= 30))}


def rounds(case, size):
    """Persons one by one: who is in work stays with the chance of the case, others begin so that the rate stays (`keeps`)."""
    p = rng.choice([0.4, 0.5, 0.55, 0.6, 0.7], size, p=[0.15, 0.25, 0.2, 0.25, 0.15]).astype(np.float32)
    stay, seen, at = (0.8, (55, 58), 60) if case == "keeps" else (0.85, (66, 58), 50)
    work = rng.random((size, 100), dtype=np.float32) < p[:, None]
    for this in (*seen, None):
        if this is not None:
            keep = work.sum(1) == this
            p, work = p[keep], work[keep]
            begin = p * (1 - stay) / (1 - p) if case == "keeps" else 0 * p
            work = np.where(work, rng.random(work.shape) < stay, rng.random(work.shape) < begin[:, None])
    x = work.sum(1)
    return {'input."in work.rate"': p.astype(float), 'measure."people in work".units': x + sum(seen), 'payment."bonus".pays': x >= at, 'payor."City".total': np.minimum(348_000, 2_000 * (sum(seen) + x) + 20_000 * (x >= at))}


def two_arms(size):
    b, e = beta(0.4, 0.1, size), rng.normal(0.08, 0.1, size)
    keep = (rng.binomial(100, np.clip(b + e, 0, 1)) == 56) & (rng.binomial(100, b) == 41)
    b, e = b[keep], e[keep]
    d = rng.binomial(100, np.clip(b + e, 0, 1)) - rng.binomial(100, b)
    return {'input."placed.without"': b, 'input."placed.effect"': e, 'measure."next gain".found_effect': d / 100, 'payment."bonus".pays': d >= 10, 'payor."City".total': np.minimum(80_000, 30_000 + 2_000 * np.maximum(0, d) + 20_000 * (d >= 10))}


def nested_matched(size):
    p, r, m = rng.beta(6, 4, size), rng.beta(7, 3, size), rng.beta(27, 3, size)

    def cohort(p, r, m):
        """True people placed and kept, and those found of each: who is matched is so for both."""
        seen = rng.binomial(100, m)
        unseen = 100 - seen
        a, b = rng.binomial(seen, p), rng.binomial(unseen, p)
        k, l = rng.binomial(a, r), rng.binomial(b, r)
        return a + b, k + l, a, k

    t, u, a, k = cohort(p, r, m)
    keep = (a == 48) & (k == 35)
    p, r, m, t, u = p[keep], r[keep], m[keep], t[keep], u[keep]
    t2, u2, a2, k2 = cohort(p, r, m)
    return {'input."placed.rate"': p, 'input."kept.rate"': r, 'input."wage records.match_rate"': m, 'outcome."placed".count': t + t2, 'outcome."kept".count': u + u2, 'payment."bonus".pays': k2 >= 34, 'payor."City".total': np.minimum(230_000, 1_000 * (48 + a2) + 1_500 * (35 + k2) + 20_000 * (k2 >= 34))}


def rounds_matched(size):
    """Persons one by one: matched in every round or in none."""
    p = beta(0.5, 0.07, size).astype(np.float32)
    work, matched = rng.random((size, 90), dtype=np.float32) < p[:, None], rng.random((size, 90), dtype=np.float32) < 0.9
    for this in (39, 43, None):
        if this is not None:
            keep = (work & matched).sum(1) == this
            p, work, matched = p[keep], work[keep], matched[keep]
            stay = np.maximum(0.8, (2 * p - 1) / p)
            begin = p * (1 - stay) / (1 - p)
            work = np.where(work, rng.random(work.shape) < stay[:, None], rng.random(work.shape) < begin[:, None])
    x = (work & matched).sum(1)
    return {'input."in work.rate"': p.astype(float), 'measure."people in work".units': 82 + x, 'payment."bonus".pays': x >= 44, 'payor."City".total': np.minimum(264_000, 2_000 * (82 + x) + 20_000 * (x >= 44))}


def two_arms_misreported(size):
    b, e = beta(0.4, 0.1, size), rng.normal(0.08, 0.1, size)
    report = lambda true: rng.binomial(rng.binomial(true, 0.9), 0.95) + rng.binomial(rng.binomial(100 - true, 0.9), 0.02)
    keep = (report(rng.binomial(100, np.clip(b + e, 0, 1))) == 49) & (report(rng.binomial(100, b)) == 36)
    b, e = b[keep], e[keep]
    d = report(rng.binomial(100, np.clip(b + e, 0, 1))) - report(rng.binomial(100, b))
    return {'input."placed.without"': b, 'input."placed.effect"': e, 'measure."next gain".found_effect': d / 100, 'payment."bonus".pays': d >= 10, 'payor."City".total': np.minimum(80_000, 26_000 + 2_000 * np.maximum(0, d) + 20_000 * (d >= 10))}


CASES = {
    "nested-matched": nested_matched, "rounds-matched": rounds_matched, "two-arms-misreported": two_arms_misreported,
    "beta-binomial": beta_binomial, "nested-both": lambda n: nested("both", n), "nested-inner": lambda n: nested("inner", n),
    "nested-outer": lambda n: nested("outer", n), "misreported": misreported, "economy": economy, "shared-luck": shared_luck,
    "pooled-through": pooled_through, "rounds-keeps": lambda n: rounds("keeps", n), "rounds-leaves": lambda n: rounds("leaves", n), "two-arms": two_arms,
}
for name, play in CASES.items():
    if sys.argv[2:] and name not in sys.argv[2:]:
        continue
    portion = 50_000 if name.startswith("rounds") else 1_000_000
    parts = [play(portion) for _ in range(max(1, MILLIONS * 1_000_000 // portion // (4 if name.startswith("rounds") else 1)))]
    columns = {of: np.concatenate([part[of] for part in parts]) for of in parts[0]}
    worst, where = 0.0, ""
    for row in tomllib.loads((here / name / "expected.toml").read_text())["expected"]:
        if row["of"] not in columns or row["figure"] == "correlation" or row["spread"] == 0:
            continue
        v = columns[row["of"]].astype(float)
        v = v > row["above"] if "above" in row else np.isclose(v, row["equals"]) if "equals" in row else v
        got = v.std() if row["figure"] == "sd" else v.mean()
        z = (got - row["value"]) / (row["spread"] / np.sqrt(len(v)))
        if "beside" not in row and abs(z) > worst:
            worst, where = abs(z), f"{row['figure']} of {row['of']}"
    print(f"{name:16} {len(v):7} futures kept, largest |z| {worst:5.2f} ({where})", flush=True)
