#!/usr/bin/env python3
"""What do the largest deals that a file may hold cost? Makes them, runs pfsim on each, prints a table of seconds and peak megabytes.

python3 benches/load/largest.py [--pfsim target/release/pfsim] [--trials 100] [--folder DIR] [deal ...]

Deals: payments payors tranches cohorts periods all, each at the limits of the format (20,000 tables of a kind, 20,000 cohorts, 1,200 periods);
`months` is 50 payments over 1,200 months, `p900` and `p5000` are that many payments. Each goes through `check`, `run` with all its files,
`run` with the workbook, `settle` and a `sweep` of four scenarios. Needs nothing but Python 3 on Linux.
"""

import argparse
import pathlib
import tempfile

from measure import ROOT, spent

MOST, PERIODS = 20_000, 1_200

DEAL = """schema = 1
[deal]
name = "The largest deal: {name}"
currency = "USD"
start = 2026-01-01
period = "month"
periods = {periods}
[simulation]
trials = {trials}
[program]
provider = "Our provider"
cohorts = {{ count = {cohorts}, size = 5, every = {every} }}
[[program.cost]]
name = "training"
per_participant = 3_000
[[outcome]]
name = "placed"
without = {{ beta = {{ mean = 0.45, sd = 0.05 }} }}
effect = {{ normal = {{ mean = 0.10, sd = 0.05 }} }}
after = 2
[[measure]]
name = "placement gain"
of = "placed"
method = {{ randomized = {{ comparison = 5 }} }}
pool = "all"
"""

PAYOR = '[[payor]]\nname = "Payor {0}"\ncap = 1_000_000\n'
PAYMENT = '[[payment]]\nname = "payment {0}"\npayor = "Payor {1}"\non = "placement gain"\n{2}price = {{ per_additional = {3} }}\npaid_after = 1\n'
TRANCHE = '[[tranche]]\nname = "tranche {0}"\namount = 1_000\ncoupon = 0.05\nrank = {1}\n'

# payments, payors, tranches, cohorts, periods between cohorts, periods
SIZES = {
    "p900": (900, 1, 2, 4, 1, 40),
    "p5000": (5_000, 1, 2, 4, 1, 40),
    "months": (50, 2, 2, 12, 1, PERIODS),
    "payments": (MOST, 1, 2, 4, 1, 40),
    "payors": (MOST, MOST, 2, 4, 1, 40),
    "tranches": (10, 1, MOST, 4, 1, 40),
    "cohorts": (10, 1, 2, MOST, 0, 40),
    "periods": (10, 1, 2, 12, 90, PERIODS),
    "all": (MOST, 100, MOST, MOST, 0, PERIODS),
}


def deal(name, trials):
    payments, payors, tranches, cohorts, every, periods = SIZES[name]
    text = DEAL.format(name=name, periods=periods, trials=trials, cohorts=cohorts, every=every)
    text += "".join(PAYOR.format(at) for at in range(payors))
    gate = lambda at: 'when = "placement gain >= 5%"\n' if at % 2 else ""
    text += "".join(PAYMENT.format(at, at % payors, gate(at), 10 + at % 90) for at in range(payments))
    return text + "".join(TRANCHE.format(at, 1 + at % 50) for at in range(tranches))


RESULT = 'source = "made up"\n{}[[result]]\nmeasure = "placement gain"\nunits = {}\ndifference = 0.1\n'
ENROLLED = "[[enrolled]]\ncohort = {0}\npeople = 5\n"

SWEEP = """[sweep]
name = "largest"
scenarios = ["deal.toml"]
metrics = ["payors.total.mean"]
trials = {0}
[[axis]]
name = "cap"
levers = ['payor."Payor 0".cap']
values = [100_000, 200_000, 300_000, 400_000]
"""


def measured(command, folder):
    """Seconds, processor seconds and peak megabytes of a command as cells, and what it says where it refuses."""
    (seconds, processor, most), code, error = spent(command, folder)
    said = f"{seconds:.1f} | {processor:.1f} | {most:.0f} |"
    return f"{said} exit {code}: {error.strip()[:300]!r}" if code else said


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pfsim", default=str(ROOT / "target/release/pfsim"))
    arguments.add_argument("--trials", default="100")
    arguments.add_argument("--folder")
    arguments.add_argument("--only", default="check run xlsx settle sweep", help="commands, with blanks between them")
    arguments.add_argument("deal", nargs="*")
    given = arguments.parse_args()
    folder = pathlib.Path(given.folder or tempfile.mkdtemp(prefix="pfsim-largest-"))
    folder.mkdir(parents=True, exist_ok=True)
    pfsim, trials = str(pathlib.Path(given.pfsim).resolve()), given.trials
    print("| deal | command | seconds | processor seconds | peak MB |\n|---|---|---|---|---|", flush=True)
    for name in given.deal or [name for name in SIZES if not name.startswith("p9") and not name.startswith("p5")]:
        (folder / "deal.toml").write_text(deal(name, trials))
        cohorts = SIZES[name][3]
        enrolled = "".join(ENROLLED.format(at + 1) for at in range(cohorts))
        (folder / "results.toml").write_text(RESULT.format(enrolled, 3 * cohorts))
        (folder / "sweep.toml").write_text(SWEEP.format(trials))
        commands = {
            "check": ["check", "deal.toml"],
            "run": ["run", "deal.toml", "--out", f"out/{name}"],
            "xlsx": ["run", "deal.toml", "--out", f"out/{name}-xlsx", "--xlsx"],
            "settle": ["settle", "deal.toml", "--results", "results.toml"],
            "sweep": ["sweep", "sweep.toml", "--out", f"out/{name}-sweep"],
        }
        for what in given.only.split():
            print(f"| {name} | {what} | {measured([pfsim, *commands[what], '--quiet'], folder)}", flush=True)


if __name__ == "__main__":
    main()
