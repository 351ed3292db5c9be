"""Two cohorts of 80, rate ~ Beta(3, 3); 52 of the first 80 have it. What of the second, and what does the city owe?

Closed form, in fractions: the posterior is Beta(3 + 52, 3 + 28); the second count is beta-binomial. The plan sums over both counts.
Payor total = min(252,000, 2,000·(first + second) + 40,000·[second >= 52]).
"""
import math, pathlib, sys
from fractions import Fraction as F

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np

from oracle import row, write

N, A, B, SEEN, CAP, AT = 80, 3, 3, 52, 252_000, 52


def beta(a, b):
    return F(math.factorial(a - 1) * math.factorial(b - 1), math.factorial(a + b - 1))


def counts(a, b):
    """P(x of N) where the rate is Beta(a, b)."""
    return [math.comb(N, x) * beta(a + x, b + N - x) / beta(a, b) for x in range(N + 1)]


def moments(a, b):
    """Mean and sd of Beta(a, b), and the spread of each, from its raw moments."""
    raw = [beta(a + k, b) / beta(a, b) for k in range(5)]
    m = raw[1]
    v, m4 = raw[2] - m**2, raw[4] - 4 * m * raw[3] + 6 * m**2 * raw[2] - 3 * m**4
    return (float(m), float(v) ** 0.5), (float(v) ** 0.5, (float(m4 - v**2) / float(v)) ** 0.5 / 2)


def totals(first, second):
    return np.minimum(CAP, 2_000 * (first + second) + 40_000 * (second >= AT))


x = np.arange(N + 1)
known = np.array([float(p) for p in counts(A + SEEN, B + N - SEEN)])
both = np.array([[float(math.comb(N, i) * math.comb(N, j) * beta(A + i + j, B + 2 * N - i - j) / beta(A, B)) for j in x] for i in x])
plan = both.sum(0)
first, second = np.meshgrid(x, x, indexing="ij")
rows = []
for i, figure in enumerate(("mean", "sd")):
    (value, spread), (before, before_spread) = moments(A + SEEN, B + N - SEEN)[i], moments(A, B)[i]
    rows.append(dict(of='input."placed.rate"', figure=figure, value=value, spread=spread, plan=before, plan_spread=before_spread))
for figure in ("mean", "sd"):
    rows.append(row('measure."next placements".units', figure, (plan, x), (known, x)))
rows.append(row('payment."bonus".pays', "chance", (both, second >= AT), (known, x >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (both, totals(first, second)), (known, totals(SEEN, x))))
due = lambda i, j: 2_000 * (i + j) + 40_000 * (j >= AT) > CAP
rows.append(row('payor."City".due_exceeds_cap', "chance", (both, due(first, second)), (known, due(SEEN, x))))
write(__file__, __doc__, rows)
