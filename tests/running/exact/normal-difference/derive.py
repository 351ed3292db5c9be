"""Base ~ N(10,000; 800²), effect ~ N(600; 1,000²), persons' sd 6,000; 100 in the program, 80 compared, in each of two cohorts.

Reported for cohort 1: a difference of 1,450 and neither mean. All is normal and linear: base, effect and four sampling errors, conditioned by matrices; the
posterior of (base, effect) is worked out a second time by adding precisions. Cohort 2's difference is normal; what the city owes,
min(190,000, 50·max(0, first) + 50·max(0, next) + 40,000·[next >= 1,000]), is integrated over it with 400,001 points.
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.stats import norm

from gauss import given
from oracle import row, write

N, K, S, CAP, AT = 100, 80, 6_000.0, 190_000, 1_000
BASE, BASE_SD, EFFECT, EFFECT_SD = 10_000.0, 800.0, 600.0, 1_000.0
# base, effect, errors of: first treated, first compared, next treated, next compared
MEAN = np.array([BASE, EFFECT, 0, 0, 0, 0])
COV = np.diag([BASE_SD**2, EFFECT_SD**2, S**2 / N, S**2 / K, S**2 / N, S**2 / K])
TREATED, COMPARED = np.array([1.0, 1, 1, 0, 0, 0]), np.array([1.0, 0, 0, 1, 0, 0])
NEXT = np.array([0.0, 1, 0, 0, 1, -1])
ONLY_DIFFERENCE = "difference" in pathlib.Path(__file__).parent.name
if ONLY_DIFFERENCE:
    mean, cov = given(MEAN, COV, [TREATED - COMPARED], [1_450.0])
    error = S**2 / N + S**2 / K
    precision = 1 / EFFECT_SD**2 + 1 / error
    assert abs(mean[1] - (EFFECT / EFFECT_SD**2 + 1_450 / error) / precision) < 1e-6 and abs(cov[1, 1] - 1 / precision) < 1e-3
    assert abs(mean[0] - BASE) < 1e-6 and abs(cov[0, 0] - BASE_SD**2) < 1e-3
else:
    mean, cov = given(MEAN, COV, [TREATED, COMPARED], [11_350.0, 9_900.0])
    # Precisions of (base, effect): the treated mean sees base + effect, the compared one base.
    ones = np.array([[1.0, 1], [1, 1]])
    precision = np.diag([1 / BASE_SD**2, 1 / EFFECT_SD**2]) + ones * N / S**2 + np.diag([K / S**2, 0])
    second = np.linalg.solve(precision, np.array([BASE / BASE_SD**2 + 11_350 * N / S**2 + 9_900 * K / S**2, EFFECT / EFFECT_SD**2 + 11_350 * N / S**2]))
    assert np.allclose(mean[:2], second, rtol=1e-9) and np.allclose(cov[:2, :2], np.linalg.inv(precision), rtol=1e-6)

z = np.linspace(-8, 8, 400_001)
w = norm.pdf(z)
w /= w.sum()


def of(direction, m, c):
    """The law of a linear sum."""
    direction = np.asarray(direction, float)
    return w, direction @ m + np.sqrt(max(direction @ c @ direction, 0.0)) * z


def owed(first, after):
    return np.minimum(CAP, 50 * np.maximum(0, first) + 50 * np.maximum(0, after) + 40_000 * (after >= AT))


def planned(points=2_501):
    """Both differences under the plan: a normal law of two, on a lattice."""
    u = np.linspace(-6, 6, points)
    both = np.array([TREATED - COMPARED, NEXT])
    l = np.linalg.cholesky(both @ COV @ both.T)
    a, b = np.meshgrid(u, u, indexing="ij")
    first, after = (both @ MEAN)[0] + l[0, 0] * a, (both @ MEAN)[1] + l[1, 0] * a + l[1, 1] * b
    return norm.pdf(a) * norm.pdf(b), first, after


weights, first, after = planned()
rows = []
for name, at in (("without", 0), ("effect", 1)):
    for figure in ("mean", "sd"):
        rows.append(row(f'input."earnings.{name}"', figure, of(np.eye(6)[at], MEAN, COV), of(np.eye(6)[at], mean, cov)))
rows.append(row('outcome."earnings".true_effect', "mean", of(np.eye(6)[1], MEAN, COV), of(np.eye(6)[1], mean, cov)))
r = cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
rows.append(dict(of='input."earnings.without"', beside='input."earnings.effect"', figure="correlation", value=float(r), spread=float(1 - r**2), plan=0.0, plan_spread=1.0))
for figure in ("mean", "sd"):
    rows.append(row('measure."next gain".found_effect', figure, of(NEXT, MEAN, COV), of(NEXT, mean, cov)))
people = N * np.array([2.0, 2, 1, 0, 1, 0])
for figure in ("mean", "sd"):
    rows.append(row('outcome."earnings".count', figure, of(people, MEAN, COV), of(people, mean, cov)))
later = of(NEXT, mean, cov)
rows.append(row('payment."bonus".pays', "chance", (weights, (after >= AT) & (50 * first < CAP)), (w, later[1] >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (weights, owed(first, after)), (w, owed(1_450, later[1]))))
write(__file__, __doc__, rows)
