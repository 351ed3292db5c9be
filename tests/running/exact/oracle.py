"""What does an exact law say of a quantity, and how far may 20,000 simulated futures stray from it?

Input: a law as weights and values (arrays of one length). Output: rows of `expected.toml`. Knows nothing of any deal.

Every row has `value` and `spread`: the standard error of the same figure from n independent futures is spread / sqrt(n).
"""
import json, pathlib, sys

import numpy as np


def summary(kind, w, x, y=None):
    """Value and spread of one figure of the law (w, x): mean, sd or chance (x is then 0 or 1), or the correlation of x and y."""
    w = np.asarray(w, float).ravel()
    w = w / w.sum()
    x = np.asarray(x, float).ravel()
    m = w @ x
    v = w @ (x - m) ** 2
    if kind in ("mean", "chance"):
        return float(m), float(np.sqrt(v))
    if kind == "sd":
        return float(np.sqrt(v)), float(np.sqrt(max(w @ (x - m) ** 4 - v**2, 0) / v) / 2) if v > 0 else 0.0
    y = np.asarray(y, float).ravel()
    zx, zy = (x - m) / np.sqrt(v), y - w @ y
    zy = zy / np.sqrt(w @ zy**2)
    r = w @ (zx * zy)
    influence = zx * zy - r * (zx**2 + zy**2) / 2
    return float(r), float(np.sqrt(w @ influence**2))


def row(of, kind, plan, known, **more):
    """A row: the figure `kind` of `of`, under the plan (no results) and given what is known; each law is (w, x) or (w, x, y)."""
    value, spread = summary(kind, *known)
    before, before_spread = summary(kind, *plan)
    return dict(of=of, figure=kind, value=value, spread=spread, plan=before, plan_spread=before_spread, **more)


def share(prior, post):
    """Effective share of plain importance weights: 1 / E(weight²) with weights of mean 1; both laws on the same points."""
    prior, post = np.asarray(prior, float).ravel(), np.asarray(post, float).ravel()
    on = prior > 0
    prior, post = prior[on] / prior.sum(), post[on] / post.sum()
    return float(1 / (post**2 / prior).sum())


def text(v):
    if isinstance(v, str) and '"' in v and "'" not in v:
        return f"'{v}'"
    if isinstance(v, list):
        return "[" + ", ".join(text(i) for i in v) + "]"
    return repr(v) if isinstance(v, float) else json.dumps(v)


def write(file, method, rows, effective=None):
    """Writes expected.toml beside `file` (the derive.py of a case) and prints it in short."""
    out = [f"# {line}".rstrip() for line in method.strip().splitlines()]
    out += ["# `value`: given the results. `plan`: without any. Standard error of either from n futures: its spread / sqrt(n).", ""]
    if effective is not None:
        out += ["# Of futures drawn from the plan and weighed by the chance of the results given the inputs: their effective share.", f"effective_share = {effective!r}", ""]
    for r in rows:
        out += ["[[expected]]", *(f"{k} = {text(v)}" for k, v in r.items()), ""]
    path = pathlib.Path(file).parent / "expected.toml"
    path.write_text("\n".join(out))
    if "--quiet" not in sys.argv:
        for r in rows:
            print(f"{str(r['of']):60} {r['figure']:11} plan {r['plan']:14.6f}  value {r['value']:14.6f}  spread {r['spread']:12.6f}")
