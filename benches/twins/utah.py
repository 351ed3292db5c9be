"""Utah High Quality Preschool (2013-), written from its published terms alone: how are the savings shared, and who gets them?

Published terms (facts of closed deals, number 5): of the savings the investors get 95 per cent until principal and 5 per cent interest
are repaid, then 40 per cent. A senior lender puts in up to 4.6 million, a subordinate one up to 2.4 million, drawn by cohort. The first
result, savings of about 281,000, gave a payment of about 267,000: 95 per cent is 266,950.

Not published, and so taken from the scenario's statement: 5 yearly cohorts cost 1,020,000 each in years 0 to 4, drawn from both lenders
in proportion to their amounts; what is left once both are repaid goes to them as 65.7 and 34.3 per cent. In which order a year goes is
said in docs/design.md: interest accrues, rounded half up, on what was owed; the payment is settled on that; the year's cohort is drawn;
the receipts are given out, the senior lender first; the odd cent of a sharing goes to the second by name. What part of a dollar saved
stands on the debt is the plain reading of the published words: 95 cents of each dollar until the debt is nothing, 40 cents of each
beyond, over all reports of the year together. Where the reports of one year straddle the end of the debt, the column `straddles` is 1.
Random amounts come from Python's own generator.
"""

import random
from fractions import Fraction
from math import floor

from table import write

YEARS = 12
COST = 102_000_000
SENIOR, JUNIOR = 460_000_000, 240_000_000


def half_up(amount):
    return floor(amount + Fraction(1, 2))


def claim(saved, owed):
    """Cents for one report of savings (cents) while `owed` stands; exact, rounded half up."""
    for_debt = min(Fraction(saved), Fraction(owed) * 100 / 95)
    return half_up(for_debt * 95 / 100 + (saved - for_debt) * 40 / 100)


def settle(savings, costs_first=False):
    """Total paid, what both lenders get, and whether a year's reports straddle the end of the debt.

    `savings`: year -> amounts in cents. Every payment goes to the lenders and each cohort is drawn whole;
    with `costs_first` receipts pay the year's costs first, and the lenders are drawn for the rest.
    """
    senior = junior = got_senior = got_junior = paid = straddles = 0
    left_senior, left_junior = SENIOR, JUNIOR
    for year in range(YEARS + 1):
        senior += half_up(Fraction(senior * 5, 100))
        junior += half_up(Fraction(junior * 5, 100))
        owed, cash = senior + junior, 0
        reports = [saved for saved in savings.get(year, []) if saved > 0]
        for saved in reports:
            due = claim(saved, owed)
            owed -= min(owed, due)
            cash += due
        together = Fraction(95, 100) * sum(reports) > senior + junior > 0
        straddles |= int(together and len(reports) > 1)
        paid += cash
        if year < 5:
            from_receipts = min(cash, COST) if costs_first else 0
            need, cash = COST - from_receipts, cash - from_receipts
            part = need * left_senior // (left_senior + left_junior)
            senior, junior = senior + part, junior + need - part
            left_senior, left_junior = left_senior - part, left_junior - (need - part)
        first = min(cash, senior)
        second = min(cash - first, junior)
        left = cash - first - second
        extra = left * 657 // 1000
        senior, junior = senior - first, junior - second
        got_senior += first + extra
        got_junior += second + left - extra
    return paid, got_senior, got_junior, straddles


# Two reports are used for most years: one of the newest cohort in school, one of the first cohort.
NEWEST = {year: (min(year, 5), year - min(year, 5) + 1) for year in range(1, 12)}
FIRST = {year: (1, year) for year in range(2, 8)}


def rows():
    draw = random.Random(2013)
    yield {1: 281_000}, {}
    # One report, on both sides of what is owed in its year: 95 per cent of it repays everything.
    for year, owed in ((1, 1_071_000), (2, 2_195_550), (3, 3_376_327.50), (6, 6_217_850)):
        for step in (-2_000, -20, -1, 0, 1, 20, 2_000, 50_000, 500_000, 5_000_000):
            yield {year: max(0, round(owed / 0.95) + step)}, {}
    for _ in range(220):
        size = draw.choice([100_000, 400_000, 900_000, 2_000_000])
        newest = {year: draw.randrange(size) for year in NEWEST if draw.random() < 0.8}
        first = {year: draw.randrange(size) for year in FIRST if draw.random() < 0.5}
        yield newest, first


def main():
    out = []
    for newest, first in rows():
        savings = {year: [first[year] * 100] if year in first else [] for year in range(1, YEARS)}
        for year, amount in newest.items():
            savings[year].append(amount * 100)
        inputs = [newest.get(year, 0) for year in NEWEST] + [first.get(year, 0) for year in FIRST]
        out.append(inputs + list(settle(savings)))
    columns = [f"savings_{c}_{r}" for c, r in NEWEST.values()] + [f"savings_{c}_{r}" for c, r in FIRST.values()]
    write("utah-preschool", "utah.py", columns + ["paid", "senior", "junior", "straddles"], out)


if __name__ == "__main__":
    # The published payment; where it goes to the lenders, as published, the senior one gets it.
    assert settle({1: [28_100_000]}, costs_first=True)[0] == 26_695_000
    assert settle({1: [28_100_000]})[:3] == (26_695_000, 26_695_000, 0)
    main()
