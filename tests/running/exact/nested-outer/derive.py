"""Placed: a rate of five values; kept, of those placed: a rate of three. 60 people in each of two cohorts; 35 placed and 22 of them kept.

Which of it is reported is the name of the case: both, the inner one (22 kept, nothing of who was placed) or the outer one (35 placed, who
keeps it is to come). By enumeration of both rates (15 pairs) and all counts. Second way: where only the inner one is known, the number
kept is binomial with the product of the rates.
Payor total = min(122,000, 2,000·(kept of 1 + kept of 2) + 30,000·[kept of 2 >= 26]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.stats import binom

from oracle import row, share, write

CASE = pathlib.Path(__file__).parent.name.split("-")[1]
N, PLACED, KEPT, CAP, AT = 60, 35, 22, 122_000, 26
P, PW = np.array([0.3, 0.4, 0.5, 0.6, 0.7]), np.array([0.1, 0.2, 0.4, 0.2, 0.1])
R, RW = np.array([0.5, 0.7, 0.9]), np.array([0.3, 0.4, 0.3])
x = np.arange(N + 1)
inside = binom.pmf(x[None, None, :], x[None, :, None], R[:, None, None])  # [r, placed, kept]
cohort = np.einsum("pa,rab->prab", binom.pmf(x, N, P[:, None]), inside)  # P(placed, kept | p, r)
prior = PW[:, None] * RW[None, :]

seen = np.zeros((N + 1, N + 1))
if CASE == "both":
    seen[PLACED, KEPT] = 1
elif CASE == "inner":
    seen[:, KEPT] = 1
else:
    seen[PLACED, :] = 1
first = prior[:, :, None, None] * cohort * seen  # joint of the rates and cohort 1, given the results
first /= first.sum()
post = first.sum((2, 3))
kept = cohort.sum(2)  # P(kept | p, r) of any cohort
assert np.allclose(kept, binom.pmf(x, N, (P[:, None] * R[None, :])[:, :, None]))
if CASE == "inner":
    second = prior * binom.pmf(KEPT, N, P[:, None] * R[None, :])
    assert np.allclose(post, second / second.sum())


def law(first, rates):
    """Joint laws of both cohorts: kept 1 by kept 2, and the total of people placed, kept."""
    one = first.sum(2)  # p, r, kept 1
    both = np.einsum("pri,pr,prj->ij", one, 1 / rates, rates[:, :, None] * kept)
    placed = np.zeros(2 * N + 1)
    a = first.sum(3)
    for p in range(5):
        for r in range(3):
            placed += np.convolve(a[p, r], cohort[p, r].sum(1))
    return both, placed


plan, known = law(prior[:, :, None, None] * cohort, prior), law(first, post)
i, j = np.meshgrid(x, x, indexing="ij")
due = 2_000 * (i + j) + 30_000 * (j >= AT)
rows = []
grid = lambda m, v: (m, np.broadcast_to(v, m.shape))
for name, value in (("placed", P[:, None]), ("kept", R[None, :])):
    for figure in ("mean", "sd"):
        rows.append(row(f'input."{name}.rate"', figure, grid(prior, value), grid(post, value)))
rows.append(row('input."placed.rate"', "correlation", (prior, grid(prior, P[:, None])[1], grid(prior, R[None, :])[1]), (post, grid(post, P[:, None])[1], grid(post, R[None, :])[1]), beside='input."kept.rate"'))
for at, v in enumerate(P):
    rows.append(row('input."placed.rate"', "chance", grid(prior, P[:, None] == v), grid(post, P[:, None] == v), equals=float(v)))
both = np.arange(2 * N + 1)
for figure in ("mean", "sd"):
    rows.append(row('outcome."placed".count', figure, (plan[1], both), (known[1], both)))
    rows.append(row('outcome."kept".count', figure, (plan[0], i + j), (known[0], i + j)))
    rows.append(row('measure."next kept".units', figure, (plan[0], j), (known[0], j)))
rows.append(row('payment."bonus".pays', "chance", (plan[0], j >= AT), (known[0], j >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan[0], np.minimum(CAP, due)), (known[0], np.minimum(CAP, due))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan[0], due > CAP), (known[0], due > CAP)))
write(__file__, __doc__, rows, share(prior, post))
