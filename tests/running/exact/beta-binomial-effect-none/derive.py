"""As `beta-binomial`, with the beta law on what happens anyway and an effect of nothing: the same numbers, but for the name of the input.

Second way: Gauss–Jacobi quadrature over the rate, exact here because every integrand is a polynomial; must agree with the fractions of
`beta-binomial` to 1e-9.
"""
import pathlib, sys, tomllib

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import binom

from oracle import row, share, write

N, A, B, SEEN, CAP, AT = 80, 3, 3, 52, 252_000, 52
z, w = roots_jacobi(120, B - 1, A - 1)
p, w = (1 + z) / 2, w / w.sum()
x = np.arange(N + 1)
pmf = binom.pmf(x, N, p[:, None])
post = w * pmf[:, SEEN]
post /= post.sum()
both = np.einsum("k,ki,kj->ij", w, pmf, pmf)
first, second = np.meshgrid(x, x, indexing="ij")
due = lambda i, j: 2_000 * (i + j) + 40_000 * (j >= AT)
rows = []
for figure in ("mean", "sd"):
    rows.append(row('input."placed.without"', figure, (w, p), (post, p)))
for figure in ("mean", "sd"):
    rows.append(row('measure."next placements".units', figure, (both.sum(0), x), (post @ pmf, x)))
rows.append(row('payment."bonus".pays', "chance", (both, second >= AT), (post @ pmf, x >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (both, np.minimum(CAP, due(first, second))), (post @ pmf, np.minimum(CAP, due(SEEN, x)))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (both, due(first, second) > CAP), (post @ pmf, due(SEEN, x) > CAP)))
rows.append(row('outcome."placed".true_effect', "mean", ([1.0], [0.0]), ([1.0], [0.0])))
other = tomllib.loads((pathlib.Path(__file__).parents[1] / "beta-binomial" / "expected.toml").read_text())["expected"]
for mine, theirs in zip(rows, other):
    for key in ("value", "spread", "plan", "plan_spread"):
        assert abs(mine[key] - theirs[key]) <= 1e-9 * max(1, abs(theirs[key])), (mine, theirs)
write(__file__, __doc__, rows, share(w, post))
