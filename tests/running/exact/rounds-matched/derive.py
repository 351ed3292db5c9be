"""90 people, in work or not in each of three years, rate ~ Beta(mean 0.5, sd 0.07). Of those in work 8 in 10 are in the next year; of the others
so many begin that the rate stays. Nine in ten are matched, in every year; the others are found in none. Found: 39, then 43; the third
is to come.

The counts found are no Markov chain: who was found once is matched, who was never found perhaps not. Persons are alike, so those found in
both years, the first only, the second only and neither are multinomial; the number found in both is summed over (0 to 39). Each of the four
kinds has its own chance in the third year. Gauss–Jacobi over the rate (60 points); second way: 40 points, and the sum of the chances of
every third count. Payor total = min(264,000, 2,000·(all three) + 20,000·[third >= 44]).
"""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import numpy as np
from scipy.special import gammaln, roots_jacobi
from scipy.stats import binom

from oracle import row, share, write

N, SEEN, CAP, AT, M, KEEPS = 90, (39, 43), 264_000, 44, 0.9, 0.8
x = np.arange(N + 1)


def law(points):
    k = 0.5 * 0.5 / 0.07**2 - 1
    z, w = roots_jacobi(points, 0.5 * k - 1, 0.5 * k - 1)
    return (1 + z) / 2, w / w.sum()


def kinds(p):
    """Chances of being found in both of the first years, the first, the second, neither; and of each kind in the third."""
    s = max(KEEPS, (2 * p - 1) / p)  # more keep it where not enough others are left to begin
    e = min(p * (1 - s) / (1 - p), 1.0)
    first = M * p * s, M * p * (1 - s), M * (1 - p) * e
    neither = 1 - sum(first)
    return (*first, neither), (s, e, s, M * (1 - p) * (1 - e) * e / neither)


def joint(p, one, two):
    """P(one, two, third), for each third count."""
    chances, later = kinds(p)
    out = np.zeros(N + 1)
    for both in range(max(0, one + two - N), min(one, two) + 1):
        n = np.array([both, one - both, two - both, N - one - two + both])
        weight = np.exp(gammaln(N + 1) - gammaln(n + 1).sum() + (n * np.log(chances)).sum())
        third = np.ones(1)
        for people, chance in zip(n, later):
            third = np.convolve(third, binom.pmf(np.arange(people + 1), people, chance))
        out += weight * third
    return out


def known(points):
    p, w = law(points)
    each = np.array([joint(v, *SEEN) for v in p])
    return p, w, each


p, w, each = known(60)
post = w * each.sum(1)
post /= post.sum()
third = w @ each
third /= third.sum()
other = known(40)
gap = (other[1] @ other[2]) @ x / (other[1] @ other[2]).sum() - third @ x
assert abs(gap) < 1e-5, gap
# The plan: everybody's three years at once, as kinds of 8 patterns, convolved person by person into (first + second, third).
plan = np.zeros((2 * N + 1, N + 1))
for rate, weight in zip(*law(24)):
    (both, first, second, none), (a, b, c, d) = kinds(rate)
    single = np.zeros((2 * N + 1, N + 1))
    for count, chance, then in ((2, both, a), (1, first, b), (1, second, c), (0, none, d)):
        single[count, 1] += chance * then
        single[count, 0] += chance * (1 - then)
    plan += weight * np.fft.irfft2(np.fft.rfft2(single) ** N, single.shape)
plan = np.maximum(plan, 0)
i, j = np.meshgrid(np.arange(2 * N + 1), x, indexing="ij")
now = np.zeros_like(plan)
now[sum(SEEN)] = third
due = 2_000 * (i + j) + 20_000 * (j >= AT)
rows = []
for figure in ("mean", "sd"):
    rows.append(row('input."in work.rate"', figure, (w, p), (post, p)))
for figure in ("mean", "sd"):
    rows.append(row('measure."people in work".units', figure, (plan, i + j), (now, i + j)))
# Nothing is paid where earlier payments have used up the cap.
rows.append(row('payment."bonus".pays', "chance", (plan, (j >= AT) & (2_000 * i < CAP)), (now, j >= AT)))
for figure in ("mean", "sd"):
    rows.append(row('payor."City".total', figure, (plan, np.minimum(CAP, due)), (now, np.minimum(CAP, due))))
rows.append(row('payor."City".due_exceeds_cap', "chance", (plan, due > CAP), (now, due > CAP)))
write(__file__, __doc__, rows, share(w, post))
