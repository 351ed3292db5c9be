"""Placed ~ Beta(6, 4), kept of those placed ~ Beta(7, 3), matched in the records ~ Beta(27, 3): one match for each person, whatever is measured.
100 people in each of two cohorts; found in cohort 1: 48 placed, 35 of them kept. Cohort 2 is to come.

Found placed is Bin(100, m·p), found kept Bin(found placed, r), so the rate of keeping has the posterior Beta(7 + 35, 3 + 13); p and m hang
together through their product (Gauss–Jacobi, 80 × 80 points, exact for polynomials). True count given what was found: of those not found a
share p(1 − m)/(1 − p·m) was placed all the same, and r of them kept it. Second way: the chance of the report by a sum over the true
count. Payor total = min(230,000, 1,000·(found placed) + 1,500·(found kept) + 20,000·[kept of 2 >= 34]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import binom

from oracle import row, share, write

N, PLACED, KEPT, CAP, AT = 100, 48, 35, 230_000, 34
x = np.arange(N + 1)


def law(a, b, points=80):
    z, w = roots_jacobi(points, b - 1, a - 1)
    return (1 + z) / 2, w / w.sum()


(p1, pw), (m1, mw) = law(6, 4), law(27, 3)
p, m = (v.ravel() for v in np.meshgrid(p1, m1, indexing="ij"))
w = np.outer(pw, mw).ravel()
likelihood = binom.pmf(PLACED, N, p * m)
some = slice(None, None, 97)
assert np.allclose((binom.pmf(x, N, p[some, None]) * binom.pmf(PLACED, x, m[some, None])).sum(1), likelihood[some])
post = w * likelihood
post /= post.sum()
(r, rw), (after, aw) = law(7, 3), law(7 + KEPT, 3 + PLACED - KEPT)
second = rw * binom.pmf(KEPT, PLACED, r)
second /= second.sum()
assert abs(second @ r - aw @ after) < 1e-12 and abs(second @ r**2 - aw @ after**2) < 1e-12


def found(weights):
    """P(found placed) of one cohort."""
    return np.array([weights @ binom.pmf(v, N, p * m) for v in x])


inside = lambda rates, weights: np.array([[weights @ binom.pmf(k, v, rates) if k <= v else 0.0 for k in x] for v in x])  # [placed, kept]
known = found(post)[:, None] * inside(after, aw)
i, j = np.meshgrid(x, x, indexing="ij")
total = lambda one, two, i, j: np.minimum(CAP, 1_000 * (one + i) + 1_500 * (two + j) + 20_000 * (j >= AT))
# The plan: both cohorts hang together through the product of rates and through r. Their sums are all that the total asks for, beside kept of 2.
both = np.einsum("k,ki,kj->ij", w, binom.pmf(x, N, (p * m)[:, None]), binom.pmf(x, N, (p * m)[:, None]))  # found placed of 1, of 2
mean, square, over, lump = 0.0, 0.0, 0.0, 0.0
fourth = third = 0.0
for rate, weight in zip(*law(7, 3, 24)):
    kept = binom.pmf(x[None, :], x[:, None], rate)  # [placed, kept]
    # [placed of 1 + kept of 1 weighed, placed of 2, kept of 2]: money of cohort 1 in steps of 500.
    money = np.zeros((N + 1, 2 * N + 3 * N + 1))
    for a in x:
        np.add.at(money[a], 2 * a + 3 * x[: a + 1], kept[a, : a + 1])
    first = both.T @ money  # [placed of 2, money of 1]
    due = 500 * np.arange(5 * N + 1)[None, None, :] + (1_000 * x[:, None] + 1_500 * x[None, :] + 20_000 * (x[None, :] >= AT))[:, :, None]
    chance = kept[:, :, None] * first[:, None, :]
    paid = np.minimum(CAP, due)
    mean += weight * (chance * paid).sum()
    square += weight * (chance * paid**2.0).sum()
    third += weight * (chance * paid**3.0).sum()
    fourth += weight * (chance * paid**4.0).sum()
    over += weight * (chance * (due > CAP)).sum()
    # Nothing is paid where earlier payments have used up the cap.
    left = 500 * np.arange(5 * N + 1)[None, None, :] + 1_000 * x[:, None, None] < CAP
    lump += weight * (chance[:, AT:] * left).sum()

rows = []
for name, prior, later in (("placed.rate", (w, p), (post, p)), ("kept.rate", (rw, r), (aw, after)), ("wage records.match_rate", (w, m), (post, m))):
    for figure in ("mean", "sd"):
        rows.append(row(f'input."{name}"', figure, prior, later))
rows.append(row('input."placed.rate"', "correlation", (w, p, m), (post, p, m), beside='input."wage records.match_rate"'))
# True people placed and kept in both cohorts: each is drawn once for each point, by convolution.
truth = lambda rates: binom.pmf(x, N, rates[:, None])
unseen = binom.pmf(np.arange(N - PLACED + 1), N - PLACED, (p * (1 - m) / (1 - p * m))[:, None])
placed_plan, placed_known = np.zeros(2 * N + 1), np.zeros(2 * N + 1)
for weight, later, one, hidden in zip(w, post, truth(p), unseen):
    if weight > 1e-16:
        placed_plan += weight * np.convolve(one, one)
    if later > 1e-16:
        placed_known[PLACED:] += later * np.convolve(hidden, one)
two = np.arange(2 * N + 1)
for figure in ("mean", "sd"):
    rows.append(row('outcome."placed".count', figure, (placed_plan, two), (placed_known, two)))
# Kept: of cohort 1's unseen and of cohort 2 (both Bin of placed); r is independent of the rest given what was found.
more = placed_known[PLACED:]
kept_known = KEPT + np.arange(len(more))
kept_law = np.array([[weight * v for v in binom.pmf(np.arange(len(more))[None, :], np.arange(len(more))[:, None], rate).T @ more] for rate, weight in zip(after, aw)]).sum(0)
kept_plan = np.array([weight * (binom.pmf(two[None, :], two[:, None], rate).T @ placed_plan) for rate, weight in zip(r, rw)]).sum(0)
for figure in ("mean", "sd"):
    rows.append(row('outcome."kept".count', figure, (kept_plan, two), (kept_law, kept_known)))
rows.append(row('payment."bonus".pays', "chance", ([1 - lump, lump], [0, 1]), (known, j >= AT)))
now = (known, total(PLACED, KEPT, i, j))
variance = square - mean**2
central = fourth - 4 * mean * third + 6 * mean**2 * square - 3 * mean**4
for figure, plan, spread in (("mean", mean, variance**0.5), ("sd", variance**0.5, (central - variance**2) ** 0.5 / variance**0.5 / 2)):
    rows.append(row('payor."City".total', figure, now, now) | dict(plan=float(plan), plan_spread=float(spread)))
due = 1_000 * (PLACED + i) + 1_500 * (KEPT + j) + 20_000 * (j >= AT)
rows.append(row('payor."City".due_exceeds_cap', "chance", ([1 - over, over], [0, 1]), (known, due > CAP)))
write(__file__, __doc__, rows, share(w, post) * share(rw, second))
