"""100 people, in work or not in each of three years; the rate of the first year has five values. 15 in 100 of those in work leave from one
year to the next and never come back; nobody begins later. 66 and 58 in the first two years; the third is to come.

By enumeration: Bin(100, p), then Bin(count, 0.85) each year. The second count says nothing about p once the first is known, and the third
depends on the second alone: Bin(58, 0.85). Payor total = min(348,000, 2,000·(all three) + 20,000·[third >= 50]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.stats import binom

from oracle import row, share, write

N, SEEN, CAP, AT, S = 100, (66, 58), 348_000, 50, 0.85
P, PW = np.array([0.4, 0.5, 0.55, 0.6, 0.7]), np.array([0.15, 0.25, 0.2, 0.25, 0.15])
x = np.arange(N + 1)
first, move = binom.pmf(x, N, P[:, None]), binom.pmf(x[None, :], x[:, None], S)
post = PW * first[:, SEEN[0]]
post /= post.sum()
third = binom.pmf(x, SEEN[1], S)
plan = np.zeros((2 * N + 1, N + 1))  # first + second, third
for one in x:
    plan[one : one + N + 1] += (PW @ first[:, one]) * move[one][:, None] * move
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
