"""pfsim: what Pay for Success contracts may cost, what may be lost, and why.

>>> import pfsim
>>> deal = pfsim.parse(pfsim.STARTER)            # or pfsim.read("my-deal.toml")
>>> run = deal.run(trials=2_000)
>>> run["payors.total"].p95 > 0
True

Money is in major units of the deal's currency, rates and chances are 0.05 for 5%, and an estimate comes with its Monte Carlo standard error.
The same deal, seed, number of trials and build of pfsim give the same bytes as the command line, whatever the number of threads.
"""

from __future__ import annotations

from ._charts import Chart
from ._deal import Deal, compare, parse, read
from ._errors import Error, FileError, ForecastError, Problem, ScenarioError, Stopped, UnknownFigure, UsageError
from ._frames import use
from ._pfsim import STARTER, Table, schema
from ._pfsim import VERSION as __version__
from ._run import Figure, Metric, Run
from ._studies import Lint, Study
from ._sweep import Axis, Span, Sweep

__all__ = [
    "STARTER",
    "Axis",
    "Chart",
    "Deal",
    "Error",
    "Figure",
    "FileError",
    "ForecastError",
    "Lint",
    "Metric",
    "Problem",
    "Run",
    "ScenarioError",
    "Span",
    "Stopped",
    "Study",
    "Sweep",
    "Table",
    "UnknownFigure",
    "UsageError",
    "__version__",
    "compare",
    "parse",
    "read",
    "schema",
    "use",
]
