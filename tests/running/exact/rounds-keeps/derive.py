"""100 people, in work or not in each of three years; the rate has five values. Of those in work 8 in 10 are in the next year, and of the
others so many begin that the rate stays: a share e = 0.2·p/(1 − p). 55 and 58 in the first two years; the third is to come.

By enumeration: the first count is Bin(100, p), the next Bin(count, 0.8) + Bin(100 − count, e). Second way: a chain of 100 persons with two
states each, by powers of the matrix of counts. Payor total = min(348,000, 2,000·(all three) + 20,000·[third >= 60]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.stats import binom

from oracle import row, share, write

N, SEEN, CAP, AT, S = 100, (55, 58), 348_000, 60, 0.8
P, PW = np.array([0.4, 0.5, 0.55, 0.6, 0.7]), np.array([0.15, 0.25, 0.2, 0.25, 0.15])
x = np.arange(N + 1)


def step(p):
    """P(next count | count): [count, next]."""
    e = p * (1 - S) / (1 - p)
    return np.array([np.convolve(binom.pmf(np.arange(k + 1), k, S), binom.pmf(np.arange(N - k + 1), N - k, e)) for k in x])


first, move = binom.pmf(x, N, P[:, None]), np.array([step(p) for p in P])
assert all(np.allclose(f @ m, f) for f, m in zip(first, move)), "the rate stays"
post = PW * first[:, SEEN[0]] * move[:, SEEN[0], SEEN[1]]
post /= post.sum()
third = post @ move[:, SEEN[1]]
plan = np.zeros((2 * N + 1, N + 1))  # first + second, third
for weight, f, m in zip(PW, first, move):
    for one in x:
        plan[one : one + N + 1] += weight * f[one] * m[one][:, None] * m
i, j = np.meshgrid(np.arange(2 * N + 1), x, indexing="ij")
known = np.zeros_like(plan)
known[sum(SEEN)] = third
due = 2_000 * (i + j) + 20_000 * (j >= AT)
rows = []
for figure in ("mean", "sd"):
    rows.append(row('input."in work.rate"', figure, (PW, P), (post, P)))
for v in P:
    rows.append(row('input."in work.rate"', "chance", (PW, P == v), (post, P == v), equals=float(v)))
for figure in ("mean", "sd"):
    rows.append(row('measure."people in work".units', figure, (plan, i + j), (known, i + j)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (plan, (j >= AT) & (2_000 * i < CAP)), (known, j >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan, np.minimum(CAP, due)), (known, np.minimum(CAP, due))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan, due > CAP), (known, due > CAP)))
write(__file__, __doc__, rows, share(PW, post))
