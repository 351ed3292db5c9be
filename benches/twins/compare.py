"""Do the deals' twins and pfsim agree? Settles every row of every deal's table with a pfsim binary: python3 compare.py PFSIM"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def result(measure, value, what="units", **group):
    place = "".join(f", {key} = {number}" for key, number in group.items())
    return f'  {{ measure = "{measure}"{place}, {what} = {value} }},\n'


def denver(row):
    days = {4: row["stable_days_4"], 5: row["stable_days_5"]}
    text = "".join(result("stable days", days.get(n, 0), round=n) for n in range(1, 6))
    text += "".join(result("jail days of tenants", row["jail_days_5"] if n == 5 else 0, round=n) for n in range(1, 6))
    text += result("jail-day reduction", row["reduction"], "reduction")
    return f"result = [\n{text}]\n[[enrolled]]\ncohort = 1\npeople = 363\n"


def able(row):
    text = f'result = [\n{result("interim", row["reduction"], "reduction")}{result("reduction", row["reduction"], "reduction")}]\n'
    return text + ('[[stopped]]\nstop = "lender\'s option"\ndate = 2015-08-31\n' if row["stopped"] == "1" else "")


def utah(row):
    lines = (result("savings", row.get(f"savings_{c}_{r}", 0), cohort=c, round=r) for c in range(1, 6) for r in range(1, 8))
    return f"result = [\n{''.join(lines)}]\n"


def named(items, name, what):
    return next(round(item[what] * 100) for item in items if item["name"] == name)


def found(deal, answer):
    if deal == "denver-supportive-housing":
        return {"housing": named(answer["payments"], "housing days", "paid"), "jail": named(answer["payments"], "jail days", "paid")}
    if deal == "nyc-able-rikers":
        return {"city": named(answer["payors"], "City of New York", "amount"),
                "guarantee": named(answer["guarantees"], "Bloomberg Philanthropies", "amount")}
    return {"paid": round(answer["total"] * 100), "senior": named(answer["tranches"], "Goldman Sachs", "received"),
            "junior": named(answer["tranches"], "Pritzker", "received")}


def main(pfsim):
    wrong = 0
    for deal, results in (("denver-supportive-housing", denver), ("nyc-able-rikers", able), ("utah-preschool", utah)):
        lines = (ROOT / "tests" / "twins" / f"{deal}.csv").read_text().splitlines()[1:]
        differ = []
        for row in csv.DictReader(lines):
            with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
                file.write(f'source = "A: a twin\'s row"\n{results(row)}')
                file.flush()
                done = subprocess.run([pfsim, "settle", ROOT / "scenarios" / "closed" / f"{deal}.toml", "--results", file.name, "--json"],
                                      capture_output=True, text=True, check=False)
            if done.returncode != 0:
                sys.exit(done.stderr)
            amounts = found(deal, json.loads(done.stdout))
            # The documents leave it open which lender gets the odd cent of a sharing, and which of a year's reports is rounded first.
            odd = {"senior": 6, "junior": 6, "paid": int(row.get("straddles") == "1")}
            if any(row[name] != "" and abs(int(row[name]) - amount) > odd.get(name, 0) for name, amount in amounts.items()):
                differ.append(({name: value for name, value in row.items() if value != "0"}, amounts))
        print(f"{deal}: {len(lines) - 1} rows, {len(differ)} differ")
        for pair in differ[:4]:
            print("  ", *pair)
        wrong += len(differ)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
