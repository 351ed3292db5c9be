"""Three cohorts of 100; rate ~ Beta(5, 5); people of one cohort share luck, with a correlation of 0.02. 66 and 51 have it; a third is to come.

Given the rate p, the chance of each cohort is Beta(49·p, 49·(1 − p)), as (1 − 0.02)/0.02 = 49: mean p, variance 0.02·p·(1 − p). So counts
are beta-binomial. Gauss–Jacobi quadrature over p (300 points). Second way: the posterior by 20,001 points of the trapezoidal rule.
Payor total = min(370,000, 2,000·(all three) + 40,000·[third >= 60]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import beta, betabinom

from oracle import row, share, write

N, SEEN, CAP, AT, RHO = 100, (66, 51), 370_000, 60, 0.02
A = (1 - RHO) / RHO
x = np.arange(N + 1)
z, w = roots_jacobi(300, 4, 4)
p, w = (1 + z) / 2, w / w.sum()
pmf = betabinom.pmf(x, N, A * p[:, None], A * (1 - p[:, None]))
post = w * pmf[:, SEEN[0]] * pmf[:, SEEN[1]]
post /= post.sum()
fine = np.linspace(0, 1, 20_003)[1:-1]
second = beta.pdf(fine, 5, 5) * betabinom.pmf(SEEN[0], N, A * fine, A * (1 - fine)) * betabinom.pmf(SEEN[1], N, A * fine, A * (1 - fine))
assert abs(second @ fine / second.sum() - post @ p) < 1e-7
two = np.array([np.convolve(a, a) for a in pmf])
plan = np.einsum("k,ki,kj->ij", w, two, pmf)
known = np.zeros_like(plan)
known[sum(SEEN)] = post @ pmf
i, j = np.meshgrid(np.arange(2 * N + 1), x, indexing="ij")
due = 2_000 * (i + j) + 40_000 * (j >= AT)
rows = []
for figure in ("mean", "sd"):
    rows.append(row('input."placed.rate"', figure, (w, p), (post, p)))
for figure in ("mean", "sd"):
    rows.append(row('measure."last placements".units', figure, (plan, j), (known, j)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (plan, (j >= AT) & (2_000 * i < CAP)), (known, j >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan, np.minimum(CAP, due)), (known, np.minimum(CAP, due))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan, due > CAP), (known, due > CAP)))
write(__file__, __doc__, rows, share(w, post))
