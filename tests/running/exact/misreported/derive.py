"""150 people in each of two cohorts, rate ~ Beta(4, 4). Nine in ten are matched; of those matched who have it 1 in 20 is missed, of those
matched who have it not 1 in 50 is taken for it; who is not matched is reported without it. 76 reported of cohort 1.

A person is reported with chance q = 0.9·(0.95·p + 0.02·(1 − p)), whoever else is; so the count is Bin(150, q). Gauss–Legendre quadrature over
p (400 points; integrands are polynomials). True count of cohort 1 given the report: enumeration over the true count, those found of it and
those mistaken of the rest. Second way: a person reported has it with chance 0.9·0.95·p/q, one not reported with 0.145·p/(1 − q).
Payor total = min(330,000, 2,000·(both) + 40,000·[next >= 80]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.stats import beta, binom

from oracle import row, share, write

N, SEEN, CAP, AT, M, FN, FP = 150, 76, 330_000, 80, 0.9, 0.05, 0.02
z, w = np.polynomial.legendre.leggauss(400)
p = (1 + z) / 2
w = w * beta.pdf(p, 4, 4)
w /= w.sum()
x = np.arange(N + 1)
q = M * ((1 - FN) * p + FP * (1 - p))
pmf = binom.pmf(x, N, q[:, None])
post = w * pmf[:, SEEN]
post /= post.sum()
report = np.array([np.convolve(binom.pmf(np.arange(t + 1), t, M * (1 - FN)), binom.pmf(np.arange(N - t + 1), N - t, M * FP)) for t in x])  # [true, reported]
truth = binom.pmf(x, N, p[:, None])  # [p, true]
assert np.allclose(truth @ report, pmf)
true_first = post @ (truth * report[:, SEEN] / (truth @ report[:, SEEN])[:, None])  # P(true of cohort 1 | 76)
hit, missed = M * (1 - FN) * p / q, (1 - M * (1 - FN)) * p / (1 - q)
second = post @ np.array([np.convolve(binom.pmf(np.arange(SEEN + 1), SEEN, h), binom.pmf(np.arange(N - SEEN + 1), N - SEEN, l)) for h, l in zip(hit, missed)])
assert np.allclose(true_first, second, atol=1e-12)

both_true = lambda weights, one: sum(v * np.convolve(a, b) for v, a, b in zip(weights, one, truth))
one = truth * report[:, SEEN] / (truth @ report[:, SEEN])[:, None]
both = np.einsum("k,ki,kj->ij", w, pmf, pmf)
later = post @ pmf
i, j = np.meshgrid(x, x, indexing="ij")
due = lambda i, j: 2_000 * (i + j) + 40_000 * (j >= AT)
rows, two = [], np.arange(2 * N + 1)
for figure in ("mean", "sd"):
    rows.append(row('input."placed.rate"', figure, (w, p), (post, p)))
for figure in ("mean", "sd"):
    rows.append(row('true count of "placed" in cohort 1', figure, (w @ truth, x), (true_first, x)))
for figure in ("mean", "sd"):
    rows.append(row('outcome."placed".count', figure, (both_true(w, truth), two), (both_true(post, one), two)))
for figure in ("mean", "sd"):
    rows.append(row('measure."next placements".units', figure, (w @ pmf, x), (later, x)))
rows.append(row('payment."bonus".pays', "chance", (both, j >= AT), (later, x >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (both, np.minimum(CAP, due(i, j))), (later, np.minimum(CAP, due(SEEN, x)))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (both, due(i, j) > CAP), (later, due(SEEN, x) > CAP)))
write(__file__, __doc__, rows, share(w, post))
