"""A running deal: where it stands, and what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _frames, _pfsim
from ._run import Run
from ._studies import Study

if TYPE_CHECKING:
    from ._deal import Deal

_SPREAD = ("mean", "sd", "p5", "p50", "p95")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The cells of a row that are numbers and texts."""
    return {name: cell for name, cell in row.items() if not isinstance(cell, (dict, list))}


def _spread(of: dict[str, Any] | None, before: str = "") -> dict[str, Any]:
    """How a number is spread over futures, as cells whose names begin with ``before``."""
    return {f"{before}{name}": None if of is None else of[name] for name in _SPREAD}


def _known(of: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: of["value"], f"{name}_se": of["se"]}


def _names(*of: str, spreads: tuple[str, ...] = ()) -> list[str]:
    return [*of, *(f"{before}{name}" for before in spreads for name in _SPREAD)]


class Status(Study):
    """Where a running deal stands. Money is in major units, exact to the minor unit; dates are first days of periods."""

    @property
    def total(self) -> float:
        """What all payors have paid."""
        return float(self.data["total"])

    @property
    def page(self) -> str:
        """The same as a page of HTML, two sides of paper: what ``pfsim settle --html`` writes."""
        return self.files()["status.html"].decode()

    @property
    def payors(self) -> Any:
        """A row for each payor: what it has paid."""
        return _frames.of_rows(["name", "amount"], self.data["payors"])

    @property
    def payments(self) -> Any:
        """A row for each payment: due before any limit, paid, waiting for later."""
        names = ["name", "due", "paid", "deferred"]
        return _frames.of_rows(names, self.data["payments"])

    @property
    def waiting(self) -> Any:
        """A row for each claim that waits on reports: late ones first, then the next of each payment. ``waits_on`` names the measures and their
        groups; ``amount`` is what the claim comes to before limits, where everything that decides it is known."""
        rows = [{**_plain(claim), "waits_on": "; ".join(_report(report) for report in claim["waits_on"])} for claim in self.data["waiting"]]
        return _frames.of_rows(["payment", "of", "date", "overdue", "amount", "waits_on"], rows)

    @property
    def late(self) -> Any:
        """A row for each report that was due and is not there."""
        rows = [{**_plain(report), "numbers": ", ".join(report["numbers"])} for report in self.data["late"]]
        return _frames.of_rows(["measure", "group", "numbers", "due"], rows)

    @property
    def limits(self) -> Any:
        """A row for each limit: what it allows, what is used, left, cut for good, and waiting behind it."""
        return _frames.of_rows(["of", "limit", "span", "total", "used", "left", "cut", "deferred"], self.data["limits"])

    @property
    def tranches(self) -> Any:
        """A row for each tranche: what its investor has put in and has back, what it is owed and what is set aside for it."""
        names = ["name", "drawn", "undrawn", "owed", "principal", "set_aside", "received"]
        return _frames.of_rows(names, self.data["tranches"])

    @property
    def lines(self) -> Any:
        """A row for each claim, limit and payment so far, in order."""
        rows = [_plain(row) for row in self.data["lines"]]
        return _frames.of_rows(list(rows[0]) if rows else [], rows)


def _report(of: dict[str, Any]) -> str:
    return f"{of['measure']}, {of['group']}" if of["group"] else str(of["measure"])


class Forecast(Study):
    """What is to come of a running deal.

    ``forecast["payors.total"]`` is a number or a chance over the futures that fit what was reported, as that of a run:
    ``forecast["payors.total"].p95`` is a ``float`` that knows its standard error. The plan's is ``forecast.plan["payors.total"].p95``.
    """

    def __init__(self, found: tuple[_pfsim.Studied, _pfsim.Run, _pfsim.Run, _pfsim.Run], deal: Deal) -> None:
        studied, run, reported, plan = found
        super().__init__(studied)
        self.deal = deal
        #: The futures that fit what was reported.
        self.run = Run(run, deal)
        #: The same trials with what was reported in its place, of which nothing is learnt.
        self.reported = Run(reported, deal)
        #: The same trials of the plan, as if nothing were known.
        self.plan = Run(plan, deal)

    def __getitem__(self, name: str | tuple[str, ...]) -> Any:
        """A number, a chance or a figure over the futures that fit: that of :attr:`run`."""
        return self.run[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.run)

    def __contains__(self, name: str | tuple[str, ...]) -> bool:
        return name in self.run

    @property
    def page(self) -> str:
        """The same as a page of HTML with charts: what ``pfsim forecast --html`` writes."""
        return self.files()["forecast.html"].decode()

    @property
    def weighed(self) -> int | None:
        """Trials of the plan that were weighed; ``None`` where nothing was reported."""
        return None if self.data["weighed"] is None else int(self.data["weighed"])

    @property
    def effective(self) -> float | None:
        """Independent futures that tell as much as those that fit; ``None`` where nothing was reported."""
        return None if self.data["effective"] is None else float(self.data["effective"])

    @property
    def in_doubt(self) -> bool:
        """Whether the plan itself is in doubt: fewer than 1 in 100 of its trials report anything as far out as this."""
        return bool(self.data["in_doubt"])

    @property
    def stops(self) -> float | None:
        """Chance that a stop clause ends the program; ``None`` in a deal without stops."""
        return None if self.data["stops"] is None else float(self.data["stops"])

    @cached_property
    def _moved(self) -> list[dict[str, Any]]:
        return [{**_plain(row), **_known(row["plan"], "plan"), **_known(row["reported"], "reported"), **_known(row["forecast"], "forecast")}
                for row in self.data["figures"]]  # fmt: skip

    @property
    def figures(self) -> Any:
        """A row for each figure of the whole deal: as planned, with what was ``reported`` and nothing learnt, and as it is now; ``luck`` is
        the second less the first, ``learnt`` the third less the second."""
        names = ["name", "label", "plan", "plan_se", "reported", "reported_se", "luck", "learnt", "forecast", "forecast_se"]
        return _frames.of_rows(names, self._moved)

    @property
    def payors(self) -> Any:
        """A row for each payor: what it has paid, how what it is to pay from now on is spread, and its next payment with the chance of it."""
        rows = []
        for row in self.data["payors"]:
            following = row["next"] or {"date": None, "chance": None, "amount": None}
            rows.append({**_plain(row), **_spread(row["to_come"]), "next_date": following["date"], "next_chance": following["chance"],
                         **_spread(following["amount"], "next_")})  # fmt: skip
        return _frames.of_rows([*_names("name", "paid", spreads=("",)), "next_date", "next_chance", *_names(spreads=("next_",))], rows)

    @property
    def years(self) -> Any:
        """A row for each payor and fiscal year: how what it is to pay in it from now on is spread; ``p95`` is what to reserve."""
        rows = [{"name": row["name"], "year": year["year"], **_spread(year["to_come"])} for row in self.data["payors"] for year in row["years"]]
        return _frames.of_rows(_names("name", "year", spreads=("",)), rows)

    @property
    def tranches(self) -> Any:
        """A row for each tranche: what is at stake, how what it still puts in (``drawn_``) and still receives (``received_``) is spread, and the
        one over the other (``multiple_``); the chance of a loss, and by when half of the futures have given back what was put in."""
        rows = [
            {**_plain(row), **_spread(row["drawn"], "drawn_"), **_spread(row["received"], "received_"), **_spread(row["multiple"], "multiple_")}
            for row in self.data["tranches"]
        ]
        return _frames.of_rows(_names("name", "at_stake", "loss", "whole_by", spreads=("drawn_", "received_", "multiple_")), rows)

    @property
    def needs(self) -> Any:
        """A row for each payment that a number decides: the ``units`` that have yet to be reported of about so many ``people`` (where fewer are
        better, at most so many), and the chance that it pays from now on."""
        names = ["payment", "measure", "fewer_is_better", "units", "people", "chance", "wrong"]
        return _frames.of_rows(names, self.data["needs"])

    @property
    def choices(self) -> Any:
        """A row for each figure of each way to go on, where a clause may end the program: as the clauses decide, to go on to the end, or to stop
        in the next period."""
        rows = [
            {**_plain(choice), **_plain(figure), **_known(figure["value"], "value")}
            for choice in self.data["choices"]
            for figure in choice["figures"]
        ]
        return _frames.of_rows(["stop", "last_period", "as_signed", "name", "label", "value", "value_se"], rows)

    @property
    def inputs(self) -> Any:
        """A row for each uncertain input: its evidence grade, how it was spread in the plan (``plan_``) and is now (``learnt_``), and by what share
        its standard deviation is narrowed."""
        rows = [{**_plain(row), **_spread(row["plan"], "plan_"), **_spread(row["learnt"], "learnt_")} for row in self.data["inputs"]]
        return _frames.of_rows(_names("name", "path", "grade", "narrowed", spreads=("plan_", "learnt_")), rows)

    @property
    def surprises(self) -> Any:
        """A row for each report: what the plan expected of it (``mean``, and ``low`` to ``high`` in 9 of 10 of its trials), and the share of the
        plan's trials that are as far out."""
        rows = [{**_plain(row), **dict(zip(("mean", "low", "high"), row["plan"], strict=True))} for row in self.data["surprises"]]
        return _frames.of_rows(["measure", "group", "number", "value", "mean", "low", "high", "chance"], rows)
