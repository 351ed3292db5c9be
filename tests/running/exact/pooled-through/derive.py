"""Four cohorts of 60. Completion ~ Beta(mean 0.7, sd 0.1), measured by nobody; placed without ~ Beta(mean 0.35, sd 0.08); effect
~ N(0.15, 0.1²), for those who complete. Cohorts 1 to 3, pooled: 92 of 180 placed, 42 of 120 compared; cohort 4 is to come.

A person is placed with chance q = c·hold(b + e) + (1 − c)·b, hold keeping it between 0 and 1, so the pooled count is Bin(180, q), and that of
the comparison group Bin(120, b). Quadrature over c (Gauss–Jacobi, 40), b (Gauss–Jacobi, 50) and e (lattice of ±7 sd, 561 points). Second way:
20 × 30 × 281 points, to 1e-4 of an sd.
Payor total = min(150,000, 3,000·max(0, 180·difference) + 1,000·fourth + 20,000·[fourth >= 30]); 180·difference = placed − 1.5·compared.
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import binom, norm

from oracle import row, share, write

N, K, LAST, SEEN, COMPARED, CAP, AT = 180, 120, 60, 92, 42, 150_000, 30


def law(mean, sd, points):
    k = mean * (1 - mean) / sd**2 - 1
    z, w = roots_jacobi(points, (1 - mean) * k - 1, mean * k - 1)
    return (1 + z) / 2, w / w.sum()


def grid(cs, bs, es):
    (c, cw), (b, bw) = law(0.7, 0.1, cs), law(0.35, 0.08, bs)
    e = np.linspace(0.15 - 0.7, 0.15 + 0.7, es)
    ew = norm.pdf(e, 0.15, 0.1)
    c, b, e = (a.ravel() for a in np.meshgrid(c, b, e, indexing="ij"))
    w = (cw[:, None, None] * bw[None, :, None] * ew).ravel()
    q = c * np.clip(b + e, 0, 1) + (1 - c) * b
    w = w / w.sum()
    post = w * binom.pmf(SEEN, N, q) * binom.pmf(COMPARED, K, b)
    return c, b, e, q, w, post / post.sum()


c, b, e, q, w, post = grid(40, 50, 561)
rough = grid(20, 30, 281)
for here, there in zip((c, b, e, q), rough[:4]):
    sd = np.sqrt(post @ here**2 - (post @ here) ** 2)
    assert abs(post @ here - rough[5] @ there) < 1e-4 * sd, (post @ here, rough[5] @ there, sd)
y = np.arange(LAST + 1)
known = np.array([post @ binom.pmf(v, LAST, q) for v in y])
# The plan needs pooled, compared and last together: given (q, b) they are independent. A histogram of q for each b keeps this exact enough:
# q is put on 2,001 points by linear weights, which keep its mean and shift its variance by less than 1e-7.
bs = np.unique(b)
points = np.linspace(0, 1, 2_001)
treated = np.arange(N + 1)
pooled_pmf, last_pmf = binom.pmf(treated, N, points[:, None]), binom.pmf(y, LAST, points[:, None])
compared = np.arange(K + 1)
gain = np.maximum(0, treated[:, None] - 1.5 * compared[None, :])
values, weights = np.unique(gain), np.zeros((len(np.unique(gain)), LAST + 1))
where = np.searchsorted(values, gain)
for v in bs:
    mine = b == v
    at = np.minimum((q[mine] * 2_000).astype(int), 1_999)
    right = q[mine] * 2_000 - at
    mass = np.bincount(at, w[mine] * (1 - right), 2_001) + np.bincount(at + 1, w[mine] * right, 2_001)
    both = pooled_pmf.T @ (mass[:, None] * last_pmf)  # [placed, last]
    compare = binom.pmf(compared, K, v)
    for z in np.flatnonzero(compare > 1e-14):
        np.add.at(weights, where[:, z], both * compare[z])
assert abs(weights.sum() - 1) < 1e-9
i, j = np.meshgrid(values, y, indexing="ij")
due = lambda gain, last: 3_000 * gain + 1_000 * last + 20_000 * (last >= AT)
rows = []
for name, x in (("completes.rate", c), ("placed.without", b), ("placed.effect", e)):
    for figure in ("mean", "sd"):
        rows.append(row(f'input."{name}"', figure, (w, x), (post, x)))
for a, x, d, z in (("completes.rate", c, "placed.effect", e), ("placed.without", b, "placed.effect", e)):
    rows.append(row(f'input."{a}"', "correlation", (w, x, z), (post, x, z), beside=f'input."{d}"'))
for figure in ("mean", "sd"):
    rows.append(row('outcome."placed".true_effect', figure, (w, q - b), (post, q - b)))
for figure in ("mean", "sd"):
    rows.append(row('measure."late placements".units', figure, (weights, j), (known, y)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (weights, (j >= AT) & (3_000 * i < CAP)), (known, y >= AT)))
seen = SEEN - 1.5 * COMPARED
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (weights, np.minimum(CAP, due(i, j))), (known, np.minimum(CAP, due(seen, y)))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (weights, due(i, j) > CAP), (known, due(seen, y) > CAP)))
write(__file__, __doc__, rows, share(w, post))
