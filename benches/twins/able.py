"""NYC ABLE, Rikers Island (2012-2015), written from its published terms alone: what does the city pay, and the guarantor?

Published terms (facts of closed deals, number 2). The reduction of bed-days, in percent, stands on the highest step it reaches:
  below 8.5 nothing, 8.5 4.8 million, 10 9.6, 11 10.08, 12 10.176, 12.5 10.272, 13 10.368, 16 10.944, 20 11.712
The levels, 9.6 and 11.712 are published; the others are recalled, but agree with the published returns on a loan of four years.
Of the loan of 9.6 million, 7.2 was drawn when the lender stopped after the first-year result; with nothing paid by the city the
guarantee paid 6.0 of it and the lender lost 1.2. Without a stop all 9.6 is drawn and the guarantee is good for 7.2 million.
A guarantee bears a loss: it never pays more than the lender lacks (the plain meaning; the documents say no more).
"""

from fractions import Fraction

from table import write

STEPS = [("8.5", 4_800_000), ("10", 9_600_000), ("11", 10_080_000), ("12", 10_176_000), ("12.5", 10_272_000), ("13", 10_368_000),
         ("16", 10_944_000), ("20", 11_712_000)]


def pay(percent):
    """Cents the city pays for a reduction of `percent` per cent (a Fraction)."""
    paid = 0
    for level, dollars in STEPS:
        if percent >= Fraction(level):
            paid = dollars * 100
    return paid


def guaranteed(city, stopped):
    """Cents the guarantor pays when the city has paid `city`, after a stop in year 3 or without one."""
    drawn, limit = (720_000_000, 600_000_000) if stopped else (960_000_000, 720_000_000)
    return max(0, min(drawn - city, limit))


def rows():
    points = {Fraction(n, 10) for n in range(-50, 301)}
    for level, _ in STEPS:
        points |= {Fraction(level) + Fraction(sign, 10_000) for sign in (-1, 1)}
    return sorted(points)


def main():
    out = []
    for percent in rows():
        for stopped in (0, 1):
            city = pay(percent)
            # What a guarantee does that is called before the city pays is not published: left empty, not settled.
            said = not (stopped and city > 0)
            out.append([float(percent / 100), stopped, city, guaranteed(city, stopped) if said else ""])
    write("nyc-able-rikers", "able.py", ["reduction", "stopped", "city", "guarantee"], out)


if __name__ == "__main__":
    # The published returns over four years, from the amounts: (paid / 9.6 million) ^ (1/4) - 1.
    for level, published in ((10, 0.0), (11, 1.2), (12, 1.5), (13, 1.9), (16, 3.3), (20, 5.1)):
        assert abs(((pay(Fraction(level)) / 960_000_000) ** 0.25 - 1) * 100 - published) < 0.06, level
    # The published end: nothing from the city, 6.0 million from the guarantor, a loss of 1.2.
    assert (pay(Fraction(0)), guaranteed(0, 1)) == (0, 600_000_000)
    main()
