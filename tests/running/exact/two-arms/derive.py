"""100 in the program and 100 compared, in each of two cohorts. Placed without ~ Beta(mean 0.4, sd 0.1), effect ~ N(0.08, 0.1²), independent.
56 and 41 placed in cohort 1; cohort 2 is to come.

Given both inputs the counts are Bin(100, hold(b + e)) and Bin(100, b), hold keeping it between 0 and 1. Quadrature over b (Gauss–Jacobi, 80
points) and e (lattice of ±7 sd, 561 points). Second way: another grid (Gauss–Jacobi 50, lattice 281), to 1e-4 of an sd.
Payor total = min(80,000, 2,000·max(0, first) + 2,000·max(0, next) + 20,000·[next >= 10]), in persons more than among 100 compared.
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import binom, norm

from oracle import row, share, write

N, SEEN, COMPARED, CAP, AT = 100, 56, 41, 80_000, 10
x = np.arange(N + 1)


def grid(bs, es):
    k = 0.4 * 0.6 / 0.1**2 - 1
    z, bw = roots_jacobi(bs, 0.6 * k - 1, 0.4 * k - 1)
    e = np.linspace(0.08 - 0.7, 0.08 + 0.7, es)
    b, e = (a.ravel() for a in np.meshgrid((1 + z) / 2, e, indexing="ij"))
    w = (bw[:, None] * norm.pdf(np.linspace(-7, 7, es))).ravel()
    w /= w.sum()
    q = np.clip(b + e, 0, 1)
    post = w * binom.pmf(SEEN, N, q) * binom.pmf(COMPARED, N, b)
    return b, e, q, w, post / post.sum()


b, e, q, w, post = grid(80, 561)
rough = grid(50, 281)
for here, there in zip((b, e, q, b * e), (*rough[:3], rough[0] * rough[1])):
    sd = np.sqrt(post @ here**2 - (post @ here) ** 2)
    assert abs(post @ here - rough[4] @ there) < 1e-4 * sd
top, base = binom.pmf(x[:, None], N, q), binom.pmf(x[:, None], N, b)  # [count, point]
diff = np.arange(-N, N + 1)


def difference(weights):
    """P(treated − compared), each difference of −100 to 100."""
    both = (top * weights) @ base.T
    return np.array([np.trace(both, -d) for d in diff])


known = difference(post)
# Under the plan both cohorts' differences hang together through (b, e): their joint law, point by point.
each = np.array([np.convolve(a, c[::-1]) for a, c in zip(top.T, base.T)])
plan = (each * w[:, None]).T @ each
assert np.allclose(known, post @ each)
i, j = np.meshgrid(diff, diff, indexing="ij")
due = lambda i, j: 2_000 * np.maximum(0, i) + 2_000 * np.maximum(0, j) + 20_000 * (j >= AT)
rows = []
for name, v in (("placed.without", b), ("placed.effect", e)):
    for figure in ("mean", "sd"):
        rows.append(row(f'input."{name}"', figure, (w, v), (post, v)))
rows.append(row('input."placed.without"', "correlation", (w, b, e), (post, b, e), beside='input."placed.effect"'))
for figure in ("mean", "sd"):
    rows.append(row('outcome."placed".true_effect', figure, (w, q - b), (post, q - b)))
rows.append(row('input."placed.effect"', "chance", (w, e > 0), (post, e > 0), above=0.0))
for figure in ("mean", "sd"):
    rows.append(row('measure."next gain".found_effect', figure, (plan, j / N), (known, diff / N)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (plan, (j >= AT) & (2_000 * i < CAP)), (known, diff >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan, np.minimum(CAP, due(i, j))), (known, np.minimum(CAP, due(SEEN - COMPARED, diff)))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan, due(i, j) > CAP), (known, due(SEEN - COMPARED, diff) > CAP)))
write(__file__, __doc__, rows, share(w, post))
