#!/usr/bin/env python3
"""How do time and memory grow with the size of what is asked? Makes large scenarios and sweeps, runs pfsim on each, prints a table.

python3 benches/load/measure.py [--pfsim target/release/pfsim] [case ...]

Cases: trials cohorts payments tranches file sweep; `trials100m` only where it is named. Needs nothing but Python 3 on Linux.
"""

import argparse
import os
import pathlib
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "scenarios/bench/workforce-12x150.toml"
STARTER = (ROOT / "scenarios/starter.toml").read_text()


def cohorts(count):
    return re.sub(r"cohorts = \{[^}]*\}", f"cohorts = {{ count = {count}, size = 100, every = 0 }}", STARTER)


def payments(count):
    one = '\n[[payment]]\nname = "more {0}"\npayor = "City"\non = "placements"\nprice = {{ per_unit = 10 }}\npaid_after = 1\n'
    return STARTER + "".join(one.format(at) for at in range(count))


def tranches(count):
    one = '\n[[tranche]]\nname = "more {0}"\namount = 1_000\ncoupon = 0.05\nrank = {1}\n'
    return STARTER + "".join(one.format(at, 2 + at % 50) for at in range(count))


def megabytes(count):
    words = "where this number comes from, at length. " * 24
    one = '\n[[program.cost]]\nname = "more {0}"\nper_participant = 1\nsource = "{1}"\n'
    text = one.format(0, words)
    more = "".join(one.format(at, words) for at in range(count * 1_000_000 // len(text)))
    place = STARTER.index("[[outcome]]")
    return STARTER[:place] + more + STARTER[place:]


def sweep(count):
    return (
        '[sweep]\nname = "load"\nscenarios = ["deal.toml"]\nmetrics = ["payors.total.mean"]\ntrials = 512\n'
        "design = \"sobol\"\n"
        f"points = {count}\n[[axis]]\nname = \"cap\"\nlevers = ['payor.\"City\".cap']\n"
        "range = { from = 1_000_000, to = 3_000_000, round = 1 }\n"
    )


def spent(command, folder):
    """Seconds, processor seconds and peak megabytes of a command; its exit code, and what it said on stderr."""
    start = time.time()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    figures = time.time() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return figures, child.returncode, error


def measured(command, folder):
    """Seconds, processor seconds and peak megabytes of a command that must succeed."""
    figures, code, error = spent(command, folder)
    if code:
        raise SystemExit(f"{command}: {code}\n{error}")
    return figures


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pfsim", default=str(ROOT / "target/release/pfsim"))
    arguments.add_argument("case", nargs="*")
    given = arguments.parse_args()
    cases = given.case or ["trials", "cohorts", "payments", "tranches", "file", "sweep"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pfsim-load-"))
    print("| what | size | seconds | processor seconds | peak MB |\n|---|---|---|---|---|", flush=True)

    def row(what, size, command):
        seconds, processor, peak = measured([given.pfsim, *command, "--quiet"], folder)
        print(f"| {what} | {size:,} | {seconds:.1f} | {processor:.1f} | {peak:.0f} |", flush=True)

    def scenarios(what, sizes, make, command):
        for size in sizes:
            (folder / "deal.toml").write_text(make(size))
            row(what, size, command)

    run = ["run", "deal.toml", "--no-files", "--trials"]
    if "trials" in cases:
        for size in (1_000_000, 10_000_000):
            row("trials", size, ["run", str(REFERENCE), "--no-files", "--trials", str(size)])
    if "trials100m" in cases:
        row("trials", 100_000_000, ["run", str(REFERENCE), "--no-files", "--trials", "100_000_000"])
    if "cohorts" in cases:
        scenarios("cohorts, 1,024 trials", (100, 1_000, 10_000), cohorts, [*run, "1_024"])
    if "payments" in cases:
        scenarios("payments, 1,024 trials", (10, 100, 1_000), payments, [*run, "1_024"])
    if "tranches" in cases:
        scenarios("tranches, 1,024 trials", (5, 50, 500), tranches, [*run, "1_024"])
    if "file" in cases:
        scenarios("MB of scenario, read", (1, 3, 10), megabytes, ["check", "deal.toml", "--no-simulation"])
    if "sweep" in cases:
        (folder / "deal.toml").write_text(STARTER)
        for size in (1_000, 10_000, 100_000):
            (folder / "sweep.toml").write_text(sweep(size))
            row("sweep points, 512 trials each", size, ["sweep", "sweep.toml", "--large", "--out", f"out/{size}"])


if __name__ == "__main__":
    main()
