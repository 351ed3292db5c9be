"""Denver supportive housing (2016-2020), written from its published terms alone: what is paid for measured results?

Published terms (facts of closed deals, number 1):
  housing  15.12 dollars a day in stable housing, less any day in jail, at most 5,290,000 dollars over the whole contract
  jail     reduction of jail days against the control group, in percent:
           below 20 nothing; 20 to below 30, 160,000 a percentage point; 30 to below 65, 30 points at 160,000 and 38,000
           for each point above 30; 65 and more, 6,130,000
Everything is worked in whole cents with fractions, never in floating point.
"""

from fractions import Fraction

from table import write

CENTS_A_DAY = 1_512
HOUSING_CAP = 529_000_000
JAIL_CAP = 613_000_000


def housing(days):
    """Cents for all the days so far."""
    return min(days * CENTS_A_DAY, HOUSING_CAP)


def jail(percent):
    """Cents for a reduction of `percent` per cent (a Fraction)."""
    if percent < 20:
        return Fraction(0)
    if percent < 30:
        return percent * 16_000_000
    if percent < 65:
        return 30 * 16_000_000 + (percent - 30) * 3_800_000
    return Fraction(JAIL_CAP)


def pay(early, late, in_jail, percent):
    """Cents for housing and for jail days: `early` days (payments one to four), `late` days (payment five), less `in_jail` of these."""
    return housing(early) + min(housing(max(late - in_jail, 0)), HOUSING_CAP - housing(early)), jail(percent)


def rows():
    """Results on both sides of every step and cap."""
    cap_days = HOUSING_CAP // CENTS_A_DAY
    days = [0, 1, 41_070, 258_858, 299_928, cap_days - 41_070, cap_days - 1, cap_days, cap_days + 1, 400_000]
    late = [(0, 0), (1, 0), (1, 2), (2, 1), (41_070, 0), (41_070, 1), (41_071, 0), (90_000, 4_000)]
    points = [Fraction(n, 2) for n in range(-20, 161)]
    for edge in (20, 30, 65):
        points += [edge + Fraction(sign, 1_000) for sign in (-1, 1)]
    for number, percent in enumerate(sorted(points)):
        yield days[number % len(days)], *late[number // 3 % len(late)], percent
    for early in days:
        for last in late:
            yield early, *last, Fraction(38)


def main():
    out = []
    for early, late, in_jail, percent in rows():
        first, second = pay(early, late, in_jail, percent)
        assert Fraction(second).denominator == 1, percent
        out.append([early, late, in_jail, float(percent / 100), first, int(second)])
    columns = ["stable_days_4", "stable_days_5", "jail_days_5", "reduction", "housing", "jail"]
    write("denver-supportive-housing", "denver.py", columns, out)


if __name__ == "__main__":
    # The payments that were published.
    assert pay(258_858, 0, 0, Fraction(38)) == (391_393_296, 510_400_000)
    assert pay(258_858, 41_070, 0, Fraction(38)) == (391_393_296 + 62_097_840, 510_400_000)
    main()
