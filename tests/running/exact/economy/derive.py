"""Three cohorts of 100, a year apart; rate ~ Beta(mean 0.5, sd 0.06); each point of unemployment takes 4 points off it. Unemployment's
deviation is AR(1): N(0, 1.5²) at first, persistence 0.7 a year. 48 of cohort 1 and 36 of cohort 2 have it; cohort 3 is to come.

Numerical integration: the rate by Gauss–Jacobi (80 points), the deviation in three years on a lattice of ±7.5 sd (241 points; sums over a
lattice are exact for normal laws to all digits that matter), chances held between 0 and 1. Second way: the same on 50 and 161 points, to
1e-6. Only differences in time matter, because the AR(1) process starts in its stationary law.
Payor total = min(300,000, 2,000·(all three) + 40,000·[third >= 45]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import roots_jacobi
from scipy.stats import binom, norm

from oracle import row, write

N, SEEN, CAP, AT, SD, PHI, SLOPE = 100, (48, 36), 300_000, 45, 1.5, 0.7, -0.04
MEAN, SPREAD = 0.5, 0.06
x = np.arange(N + 1)


def laws(rates, points, known):
    """P(rate), the rates, E and E of squares of the deviation in the third year, and P(first + second, third)."""
    k = MEAN * (1 - MEAN) / SPREAD**2 - 1
    z, w = roots_jacobi(rates, (1 - MEAN) * k - 1, MEAN * k - 1)
    p, w = (1 + z) / 2, w / w.sum()
    u = np.linspace(-7.5 * SD, 7.5 * SD, points)
    start = norm.pdf(u, 0, SD)
    start /= start.sum()
    step = norm.pdf(u[:, None], PHI * u[None, :], SD * np.sqrt(1 - PHI**2)) * (u[1] - u[0])  # [now, before]
    weight, joint, first_u = np.zeros(rates), np.zeros((2 * N + 1, N + 1)), np.zeros(points)
    for i in range(rates):
        pmf = binom.pmf(x, N, np.clip(p[i] + SLOPE * u, 0, 1)[:, None])  # [u, x]
        first = start[:, None] * pmf
        if known:
            first = first[:, SEEN[0], None] * (x == SEEN[0])
        first = step @ first  # deviation of the second year, count of the first
        if known:
            two = np.zeros((points, 2 * N + 1))
            two[:, SEEN[0] + SEEN[1]] = first[:, SEEN[0]] * pmf[:, SEEN[1]]
        else:
            size = 2 * N + 1
            two = np.fft.irfft(np.fft.rfft(first, size) * np.fft.rfft(pmf, size), size)
        two = step @ two
        weight[i] = w[i] * two.sum()
        first_u += w[i] * two.sum(1)
        joint += w[i] * two.T @ pmf
    return weight / weight.sum(), p, (first_u / first_u.sum(), u), joint / joint.sum()


plan, known = laws(80, 241, False), laws(80, 241, True)
coarse = laws(50, 161, True)
assert abs(coarse[0] @ coarse[1] - known[0] @ known[1]) < 1e-6 and np.abs(coarse[3] - known[3]).max() < 1e-6
i, j = np.meshgrid(np.arange(2 * N + 1), x, indexing="ij")
due = 2_000 * (i + j) + 40_000 * (j >= AT)
rows = []
for figure in ("mean", "sd"):
    rows.append(row('input."placed.rate"', figure, plan[:2], known[:2]))
for figure in ("mean", "sd"):
    rows.append(row("points of unemployment above normal when cohort 3 is placed", figure, plan[2], known[2]))
for figure in ("mean", "sd"):
    rows.append(row('measure."last placements".units', figure, (plan[3], j), (known[3], j)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (plan[3], (j >= AT) & (2_000 * i < CAP)), (known[3], j >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan[3], np.minimum(CAP, due)), (known[3], np.minimum(CAP, due))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan[3], due > CAP), (known[3], due > CAP)))
write(__file__, __doc__, rows)
