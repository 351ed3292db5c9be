"""What the peers print of the reference deal: one JSON object, the same for each of them."""
import json

import numpy as np

COLUMNS = ("total", "cap_lifetime", "placed", "retained", "provider", "shortfall", "senior_irr", "junior_irr", "senior_moic", "junior_moic")


def figures(o, seconds):
    """Means with standard errors, chances and quantiles of the columns `o` (by name, a value for each trial), simulated in `seconds`."""
    trials = len(o["total"])
    se = lambda x: float(np.std(x, ddof=1) / np.sqrt(len(x)))
    drawn = ~np.isnan(o["senior_irr"])
    out = {"trials": trials, "seconds": round(seconds, 4), "trials_per_second": round(trials / seconds)}
    for name in ("total", "placed", "retained", "provider", "shortfall"):
        out[name] = {"mean": float(o[name].mean()), "se": se(o[name])}
    out["total"].update({f"p{p}": float(np.quantile(o["total"], p / 100, method="inverted_cdf")) for p in (5, 50, 95)})
    out["p_due_exceeds_cap"] = float(o["cap_lifetime"].mean())
    out["p_senior_drawn"] = float(drawn.mean())
    out["p_senior_loss"] = float((o["senior_moic"][drawn] < 1 - 1e-9).mean())
    drawn = ~np.isnan(o["junior_irr"])
    out["p_junior_loss"] = float((o["junior_moic"][drawn] < 1 - 1e-9).mean())
    for x in ("senior", "junior"):
        v = o[f"{x}_irr"][~np.isnan(o[f"{x}_irr"])]
        out[f"{x}_irr"] = {f"p{p}": float(np.quantile(v, p / 100, method="inverted_cdf")) for p in (5, 25, 50, 75, 95)}
    return out


def show(o, seconds):
    """Prints them."""
    print(json.dumps(figures(o, seconds), indent=1))
