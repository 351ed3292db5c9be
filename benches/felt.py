#!/usr/bin/env python3
"""How long does a person wait? Runs every command on every shipped scenario, prints a table and the longest waits.

python3 benches/felt.py [--before PATH] [--after PATH] [--rounds 1] [--processor] [--only run,check] [--scenario quest] [--csv FILE]

With two programs they take turns. Of several rounds the fastest counts. `--processor` counts seconds of the processor instead, for a
machine that others use too. Needs nothing but Python 3.
"""

import argparse
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
# `run` makes what `verify` reads
COMMANDS = ["run", "check", "sensitivity", "power", "layers", "readiness", "stress", "cliffs", "compare", "verify", "settle"]


def scenarios():
    """Every shipped scenario; no sweep and no question."""
    found = [ROOT / "scenarios/starter.toml", ROOT / "docs/examples/base.toml"]
    for folder in ("closed", "programs", "examples", "bench"):
        found += sorted((ROOT / "scenarios" / folder).glob("*.toml"))
    return found


def results(scenario):
    """What was published for this scenario, where it is kept."""
    places = [ROOT / "tests/worked" / scenario.stem / "results.toml"]
    if scenario.stem == "base":
        places.append(ROOT / "docs/examples/results.toml")
    return next((place for place in places if place.exists()), None)


def words(command, scenario, out):
    """The arguments of `command`, or nothing where it has none for this scenario."""
    if command == "run":
        return ["run", scenario, "--out", out]
    if command == "compare":
        return ["compare", scenario, scenario]
    if command == "verify":
        return ["verify", out]
    if command == "settle":
        published = results(scenario)
        return ["settle", scenario, "--results", published] if published else None
    return [command, scenario]


def waited(program, given, folder, clock):
    """Seconds, and the exit code."""
    start = clock()
    ended = subprocess.run([program, *given, "--quiet"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return clock() - start, ended.returncode


def processor():
    """Seconds that programs which ended kept a processor busy."""
    spent = os.times()
    return spent.children_user + spent.children_system


def share(rows, at, seconds):
    return sum(row[at] <= seconds for row in rows) / len(rows)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--before", type=pathlib.Path)
    arguments.add_argument("--after", type=pathlib.Path, default=ROOT / "target/release/pfsim")
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--processor", action="store_true")
    arguments.add_argument("--only", default=",".join(COMMANDS))
    arguments.add_argument("--scenario", default="", help="part of a name")
    arguments.add_argument("--worst", type=int, default=15)
    arguments.add_argument("--csv", type=pathlib.Path, help="all waits, not only the longest")
    given = arguments.parse_args()
    programs = [program.resolve() for program in (given.before, given.after) if program]
    names = ["before", "after"][-len(programs):]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pfsim-felt-"))
    clock = processor if given.processor else time.perf_counter
    rows, failed = [], []
    for scenario in (one for one in scenarios() if given.scenario in one.stem):
        for command in (one for one in COMMANDS if one in given.only.split(",")):
            best = [float("inf")] * len(programs)
            for _ in range(given.rounds):
                for at, program in enumerate(programs):
                    asked = words(command, scenario, folder / f"{scenario.stem}-{names[at]}")
                    if asked is None:
                        continue
                    seconds, code = waited(program, asked, folder, clock)
                    if code:
                        failed.append(f"{names[at]}: pfsim {' '.join(map(str, asked))}: exit code {code}")
                    best[at] = min(best[at], seconds)
            if best[0] < float("inf"):
                rows.append([scenario.stem, command, *best])
        print(f"{scenario.stem} …", file=sys.stderr, flush=True)
    if not rows:
        raise SystemExit("nothing was asked")
    rows.sort(key=lambda row: -row[-1] if len(programs) == 1 else -max(row[2:]))
    print(f"| scenario | command | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}")
    for row in rows[: given.worst]:
        print(f"| {row[0]} | `{row[1]}` | {' | '.join(f'{seconds:.2f}' for seconds in row[2:])} |")
    print()
    for at, name in enumerate(names, 2):
        waits = ", ".join(f"{share(rows, at, seconds):.1%} within {seconds} s" for seconds in (1, 2))
        print(f"{name}: {len(rows)} waits, {sum(row[at] for row in rows):.1f} s in all; {waits}")
    if given.csv:
        with given.csv.open("w", newline="") as file:
            csv.writer(file).writerows([["scenario", "command", *names], *rows])
    for fault in dict.fromkeys(failed):
        print(fault, file=sys.stderr)
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
