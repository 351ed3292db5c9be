"""A run: figures by name, data frames, charts, the memo, the report."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _frames, _pfsim
from ._charts import Chart, text_html
from ._errors import UnknownFigure, UsageError
from ._progress import Progress, heard

if TYPE_CHECKING:
    from ._deal import Deal

_FIGURES = ("mean", "sd", "p5", "p25", "p50", "p75", "p95", "min", "max", "es5")

#: Charts that a notebook shows of a run by itself.
_SHOWN = 3


class Figure(float):
    """A number that trials estimate: a ``float`` that knows how far off it may be.

    ``se`` is one Monte Carlo standard error in the same unit, ``None`` where there is none (the greatest value has none). ``unit`` is the
    code of the currency, ``share``, ``difference of shares``, ``people``, ``count``, ``amount``, ``multiple`` or ``rate a year``; ``label`` is
    what a reader calls it. What is undefined is NaN.
    """

    se: float | None
    unit: str
    label: str

    def __new__(cls, value: float | None, se: float | None, unit: str, label: str) -> Figure:
        made = super().__new__(cls, math.nan if value is None else value)
        made.se, made.unit, made.label = se, unit, label
        return made

    @property
    def value(self) -> float:
        """The plain number."""
        return float(self)

    def __repr__(self) -> str:
        error = "" if self.se is None else f" ± {_plain(self.se, 4)}"
        # A share is what it is without a word; 0.05 of a rate or of points needs one.
        unit = "" if self.unit == "share" else f" {self.unit}"
        return f"{_plain(float(self), 10)}{error}{unit}"

    def __reduce__(self) -> tuple[Any, ...]:
        return Figure, (float(self), self.se, self.unit, self.label)


def _plain(value: float, digits: int) -> str:
    """A number with so many digits that mean something, and separators."""
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:,.{digits}g}"


class Metric:
    """A number of a run, or a chance: its figures are attributes.

    A number has ``mean``, ``sd``, ``p5``, ``p25``, ``p50``, ``p75``, ``p95``, ``min`` and ``max``; a gain has ``es5`` too, the mean of its
    worst 1 in 20. A chance has its ``mean`` and ``of``, the share of the trials that it is asked of.
    """

    def __init__(self, name: str, found: dict[str, Any]) -> None:
        self.name = name
        self.label: str = found["label"]
        self.unit: str = found["unit"]
        self.over: str = found["over"]
        self._found = found

    def __getattr__(self, name: str) -> Figure:
        found = self.__dict__.get("_found", {})
        if name not in (*_FIGURES, "of", "undefined") or name not in found:
            has = ", ".join(figure for figure in (*_FIGURES, "of", "undefined") if figure in found)
            raise AttributeError(f"{self.__dict__.get('name', 'it')} has no figure {name!r}; it has: {has}")
        figure = found[name]
        if isinstance(figure, dict):
            return Figure(figure["value"], figure["standard_error"], self.unit, self.label)
        return Figure(figure, None, "share" if name in ("of", "undefined") else self.unit, self.label)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in (*_FIGURES, "of", "undefined") if name in self._found)]

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {getattr(self, name)!r}" for name in ("mean", "p5", "p50", "p95") if name in self._found)
        return f"<{self.label}: {figures}>"


class Run:
    """What a deal came to over many trials. ``run["payors.total"].p95`` is a figure, ``run.trials`` a data frame of the trials."""

    def __init__(self, run: _pfsim.Run, deal: Deal) -> None:
        self._run = run
        self.deal = deal

    def __getitem__(self, name: str | tuple[str, ...]) -> Any:
        """The metric called ``name`` (``payors.total``), or a figure of it (``payors.total.p95``).

        A name of the deal within it stands in quotes (``payor."City".total``), or without them where that can mean one thing only, or the
        whole is a tuple of its parts (``"payor", "City", "total"``).

        Raises:
            UnknownFigure: the deal has none of this name; it is a ``KeyError`` and says which names are near.
        """
        name = self._full(name)
        found = self.data["metrics"].get(name)
        if found is not None:
            return Metric(name, found)
        try:
            asked = self._run.ask(name)
        except UsageError as error:
            raise UnknownFigure(str(error)) from None
        value, se, label, unit = asked if asked is not None else (None, None, name, "")
        return Figure(value, se, unit, label)

    @cached_property
    def _bare(self) -> dict[str, list[str]]:
        """The names of all metrics by what they are without quotes."""
        made: dict[str, list[str]] = {}
        for name in self.data["metrics"]:
            made.setdefault(name.replace('"', ""), []).append(name)
        return made

    def _full(self, name: str | tuple[str, ...]) -> str:
        """The name with its quotes, where it is one without."""
        plain = name if isinstance(name, str) else ".".join(name)
        if plain in self.data["metrics"]:
            return plain
        metric, _, figure = plain.rpartition(".")
        for bare, rest in ((plain, ""), (metric, f".{figure}")):
            known = self._bare.get(bare.replace('"', ""), [])
            if len(known) == 1 and (rest == "" or figure in (*_FIGURES, "undefined")):
                return known[0] + rest
        return plain

    def quantile(self, name: str | tuple[str, ...], share: float) -> Figure:
        """The value of a number that a ``share`` of all trials (between 0 and 1) does not exceed, with its standard error. All trials are
        kept for it, as for :attr:`trials`.

        >>> import pfsim
        >>> run = pfsim.parse(pfsim.STARTER).run(trials=1_000)
        >>> run.quantile("payors.total", 0.80) <= run.quantile("payors.total", 0.95) == run["payors.total"].p95
        True
        """
        full = self._full(name)
        metric = self[full]
        if not isinstance(metric, Metric):
            raise UsageError(f"{full} is a figure already: name the number that it is of")
        value, se = self._run.quantile(full, share)
        return Figure(value, None if math.isnan(se) else se, metric.unit, metric.label)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data["metrics"])

    def __contains__(self, name: str | tuple[str, ...]) -> bool:
        return self._full(name) in self.data["metrics"]

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return self._run.trials

    @property
    def seed(self) -> int:
        """Seed of every random draw."""
        return self._run.seed

    @cached_property
    def json(self) -> str:
        """``summary.json``: the same bytes as ``pfsim run --json`` prints."""
        return self._run.json

    @cached_property
    def data(self) -> dict[str, Any]:
        """The same as Python's own dictionaries and lists."""
        made: dict[str, Any] = json.loads(self.json)
        return made

    @cached_property
    def memo(self) -> str:
        """One screen that a board member can read: what ``pfsim run`` prints."""
        return self._run.memo

    @property
    def metrics(self) -> Any:
        """A data frame with a row for each number: ``metric``, ``mean``, ``se`` and so on, as in ``metrics.csv``."""
        return _frames.frame(self._run.metrics())

    @property
    def chances(self) -> Any:
        """A data frame with a row for each chance, as in ``chances.csv``."""
        return _frames.frame(self._run.chances())

    @property
    def trials(self) -> Any:
        """A data frame with a row for each trial and a column for each number; what is undefined is missing.

        Raises:
            UsageError: the run was too large for all its trials to be kept without being asked.
        """
        return _frames.frame(self.table())

    def table(self) -> _pfsim.Table:
        """The trials by Arrow's C stream interface, which polars, DuckDB and pyarrow read without a copy.

        >>> import pfsim
        >>> table = pfsim.parse(pfsim.STARTER).run(trials=100).table()
        >>> len(table), table.names[0]
        (100, 'trial')
        """
        if not self._run.every:
            kept = f"{self._run.kept:,} of {self.n_trials:,}"
            raise UsageError(f"only the first {kept} trials were kept: say every=True to keep all, or ask run.first_trials for these")
        return self._run.table()

    @property
    def first_trials(self) -> Any:
        """A data frame of the first trials, 20,000 of a usual deal at most."""
        return _frames.frame(self._run.table())

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts of the run; a notebook shows them as they are."""
        return [Chart(name, svg) for name, svg in self._run.charts()]

    def report(self, folder: str | os.PathLike[str], *, threads: int | None = None, progress: Progress = False) -> None:
        """Write the folder that ``pfsim run`` writes: report.html, the memo, tables, charts, and what is needed to make it again.

        ``pfsim verify`` accepts it. A folder that holds anything else is not touched.

        Raises:
            FileError: something else is there, or it cannot be written; nothing is written then.
        """
        with heard(progress) as told:
            left_out = self._run.save(_pfsim.Options(threads=threads, progress=told), os.fspath(folder))
        if left_out:
            import warnings

            warnings.warn(f"left out of {os.fspath(folder)}: " + "; ".join(left_out), stacklevel=2)

    def files(self, *, threads: int | None = None) -> dict[str, bytes]:
        """Every file of that folder but the manifest: names and contents."""
        return self._run.files(_pfsim.Options(threads=threads))

    def __str__(self) -> str:
        return self.memo

    def __repr__(self) -> str:
        return f"<Run of {self.deal.name!r}: {self.n_trials:,} trials, seed {self.seed}>"

    def _repr_html_(self) -> str:
        shown, more = self.charts[:_SHOWN], len(self.charts) - _SHOWN
        rest = f"<p>{more} more in <code>run.charts</code></p>" if more > 0 else ""
        return text_html(self.memo) + "".join(chart.as_image() for chart in shown) + rest
