"""Does `pfsim run` give each case's plan? Reads the same scenario the same way: z of every mean and chance that run knows.

    python check.py PFSIM [case ...]
"""
import json, math, pathlib, subprocess, sys, tomllib

here = pathlib.Path(__file__).parent
pfsim, names = sys.argv[1], sys.argv[2:] or sorted(p.parent.name for p in here.glob("*/deal.toml"))
for name in names:
    done = subprocess.run([pfsim, "run", str(here / name / "deal.toml"), "--trials", "100000", "--no-files", "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode:
        print(name, "REFUSED", done.stderr)
        continue
    metrics = json.loads(done.stdout)["metrics"]
    zs = []
    for r in tomllib.loads((here / name / "expected.toml").read_text())["expected"]:
        if r["figure"] == "chance" and r["of"].endswith(".due"):
            r["of"] = r["of"].replace(".due", ".pays")
            if metrics[r["of"]]["mean"]["value"] < r["plan"] - 0.01: print("    pays less often than it is due")
        if r["of"] in metrics and r["figure"] in ("mean", "chance"):
            v = metrics[r["of"]]["mean"]["value"]
            z = (v - r["plan"]) / (r["plan_spread"] / math.sqrt(1e5)) if r["plan_spread"] else (v - r["plan"])
            zs.append(z)
            if abs(z) > 3: print("   ", r["of"], v, r["plan"], round(z, 1))
        elif r["of"] in metrics and r["figure"] == "sd" and "sd" in metrics[r["of"]]:
            v = metrics[r["of"]]["sd"]
            z = (v - r["plan"]) / (r["plan_spread"] / math.sqrt(1e5))
            zs.append(z)
            if abs(z) > 3: print("   ", r["of"], "sd", v, r["plan"], round(z, 1))
        elif not r["of"].startswith("input"): print("    not in run:", r["of"])
    print(name, len(zs), "compared, largest |z|", round(max(map(abs, zs), default=0), 2))
