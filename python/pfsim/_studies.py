"""What studies come to: the document of the command of the same name, its text, and data frames of what people look at most."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _frames
from ._charts import Chart, charts_of, text_html
from ._pfsim import Studied, Table

if TYPE_CHECKING:
    from ._deal import Deal


def _estimate(of: dict[str, Any] | None, name: str = "value") -> dict[str, float | None]:
    """A number and its standard error as two cells."""
    of = of or {}
    return {name: of.get("value"), f"{name}_se": of.get("standard_error")}


class Study:
    """The findings of a study. ``str()`` of it is what the command prints."""

    def __init__(self, studied: Studied) -> None:
        self._studied = studied

    @property
    def json(self) -> str:
        """The JSON document, the same bytes as the command prints with ``--json``."""
        return self._studied.json

    @cached_property
    def data(self) -> dict[str, Any]:
        """The same as Python's own dictionaries and lists; the book's page on JSON says what stands where."""
        made: dict[str, Any] = json.loads(self._studied.json)
        return made

    def files(self) -> dict[str, bytes]:
        """The files that the command writes with ``--out``: names and contents; none where it writes none."""
        return self._studied.files()

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts of the study; a notebook shows them as they are. Empty where the study has none."""
        return charts_of(self.files())

    def __str__(self) -> str:
        return self._studied.text

    def __repr__(self) -> str:
        return self._studied.text

    def _repr_html_(self) -> str:
        return text_html(self._studied.text) + "".join(chart.as_image() for chart in self.charts)


@dataclass(frozen=True)
class Lint:
    """Something that is valid but worth a second look: ``code`` is stable and the name of its page in the book, ``at`` the term."""

    code: str
    at: str
    message: str
    remedy: str
    page: str


class Check(Study):
    """A valid scenario read back, and what is worth a second look in it."""

    @cached_property
    def lints(self) -> list[Lint]:
        """What is worth a second look; empty where nothing is."""
        return [Lint(**lint) for lint in self.data["scenarios"][0]["lints"]]

    @property
    def findings(self) -> Any:
        """The same as a data frame: ``code``, ``at``, ``message``, ``remedy``."""
        names = ["code", "at", "message", "remedy"]
        return _frames.of_rows(names, self.data["scenarios"][0]["lints"])


class Comparison(Study):
    """Two deals on the same trials."""

    @property
    def figures(self) -> Any:
        """A row for each figure: under the first deal, under the second, and the difference with its 95% interval."""
        names = ["of", "name", "figure", "label", "metric", "unit", "first", "second"]
        rows = [
            {**{name: row[name] for name in names}, "difference": row["difference"]["value"], "low": row["difference"]["low"],
             "high": row["difference"]["high"]}
            for row in self.data["figures"]
        ]  # fmt: skip
        return _frames.of_rows([*names, "difference", "low", "high"], rows)

    @property
    def moves(self) -> Any:
        """A row for each clause (clauses that cannot be told apart stand together) and party that any clause moves money to or from: how much
        it moves to the party, on average, in major units, with its standard error; and the paths, and the value before and after.

        ``of`` is ``payor``, ``tranche``, ``provider``, ``guarantor``, ``work`` (what is spent on it) or ``kept`` (recycled for later work).
        """
        rows = []
        for block in self.data["clauses"]:
            parts = block["clauses"]
            said = {name: "; ".join(str(part[name]) for part in parts) for name in ("path", "from", "to")}
            shown = self._parties(block["moves"])
            rows += [{"clause": said["path"], "from": said["from"], "to": said["to"], **party} for party in shown]
        return _frames.of_rows(["clause", "from", "to", "of", "party", "amount", "amount_se"], rows)

    @property
    def total(self) -> Any:
        """A row for each party: what all clauses together move to it."""
        return _frames.of_rows(["of", "party", "amount", "amount_se"], self._parties(self.data["total"]))

    def _parties(self, moves: dict[str, Any]) -> list[dict[str, Any]]:
        moved = {party for block in self.data["clauses"] for party, amount in block["moves"].items() if amount["value"]}
        parts = [(party.partition("."), amount) for party, amount in moves.items() if party in moved]
        return [{"of": kind, "party": name, **_estimate(amount, "amount")} for (kind, _, name), amount in parts]


class Sensitivity(Study):
    """Which input matters."""

    @property
    def swings(self) -> Any:
        """A row for each figure and input: the input low and high, and what the figure comes to then."""
        rows = []
        for figure, found in self.data["figures"].items():
            for swing in found["swings"]:
                low, high = ({"value": None}, {"value": None}) if swing["figures"] is None else swing["figures"]
                rows.append({"figure": figure, "input": swing["input"], "input_low": swing["values"][0], "input_high": swing["values"][1],
                             **_estimate(low, "low"), **_estimate(high, "high")})  # fmt: skip
        return _frames.of_rows(["figure", "input", "input_low", "input_high", "low", "low_se", "high", "high_se"], rows)

    @property
    def variance(self) -> Any:
        """A row for each figure and group of inputs: the share of the variance that it explains alone and together with others."""
        rows = [
            {"figure": figure, "inputs": ", ".join(part["inputs"]), **_estimate(part["alone"], "alone"),
             **_estimate(part["with_others"], "with_others")}
            for figure, found in self.data["figures"].items() if found["variance"]
            for part in found["variance"]["inputs"]
        ]  # fmt: skip
        return _frames.of_rows(["figure", "inputs", "alone", "alone_se", "with_others", "with_others_se"], rows)


class Stress(Study):
    """What if it goes badly, and what has to happen for it."""

    @property
    def figures(self) -> Any:
        """A row for each misfortune and figure; the deal as it is comes first. A misfortune that this deal cannot have has no rows
        (``data`` says why)."""
        asked: dict[str, dict[str, Any]] = self.data["as_it_is"]
        rows = [{"stress": "as it is", "figure": name, "label": of["label"], "unit": of["unit"], **_estimate(of)} for name, of in asked.items()]
        for stress in self.data["stresses"]:
            for name, of in (stress["figures"] or {}).items():
                rows.append({"stress": stress["name"], "figure": name, "label": asked[name]["label"], "unit": asked[name]["unit"], **_estimate(of)})
        return _frames.of_rows(["stress", "figure", "label", "unit", "value", "value_se"], rows)

    @property
    def reverse(self) -> dict[str, Any]:
        """For each misfortune by name: how often it happens, and the corners of the inputs where it does."""
        made: dict[str, Any] = self.data["reverse"]
        return made


class Power(Study):
    """What the evaluation can tell: how often it pays, by the true effect."""

    @property
    def points(self) -> Any:
        """A row for each payment and true effect: the chance that it pays, and what it pays on average."""
        rows = [
            {"payment": payment, "effect": point["effect"], **_estimate(point["pays"], "pays"), **_estimate(point["paid"], "paid")}
            for payment, found in self.data["payments"].items()
            for point in found["points"]
        ]
        return _frames.of_rows(["payment", "effect", "pays", "pays_se", "paid", "paid_se"], rows)


class Layers(Study):
    """Where the risk comes from."""

    @property
    def shares(self) -> Any:
        """A row for each number and layer of chance: the share of the variance that it explains alone."""
        rows = [
            {"figure": figure, "label": found["label"], "mean": found["mean"], "sd": found["sd"], "layer": layer, **_estimate(share, "share")}
            for figure, found in self.data["figures"].items()
            for layer, share in found["layers"].items()
        ]
        return _frames.of_rows(["figure", "label", "mean", "sd", "layer", "share", "share_se"], rows)


class Readiness(Study):
    """The four signals of readiness."""

    @property
    def signals(self) -> Any:
        """A row for each signal: its strength, 0 to 1, and what mending it would gain."""
        rows = [{"signal": signal["name"], "strength": signal["strength"]} for signal in self.data["signals"]]
        return _frames.of_rows(["signal", "strength"], rows)


class Cliffs(Study):
    """What one more success pays, over the whole range of results."""

    @property
    def steps(self) -> Any:
        """A row for each payment and step of its result: what is paid, and what each party then has."""
        names = ["rate", "units", "difference", "gained", "paid", "payors", "investors", "provider"]
        rows = [{"payment": payment, **{name: step[name] for name in names}}
                for payment, found in self.data["payments"].items() for step in found["steps"]]  # fmt: skip
        return _frames.of_rows(["payment", *names], rows)

    @property
    def sentences(self) -> list[str]:
        """Each cliff in a sentence."""
        return [cliff["sentence"] for found in self.data["payments"].values() for cliff in found["cliffs"]]


class Information(Study):
    """What it is worth to know more before choosing."""

    @property
    def best(self) -> str:
        """The best choice as things stand."""
        return str(self.data["best"])

    @property
    def choices(self) -> Any:
        """A row for each choice: what it is worth on average."""
        rows = [{"choice": choice, **_estimate(worth, "worth")} for choice, worth in self.data["choices"].items()]
        return _frames.of_rows(["choice", "worth", "worth_se"], rows)

    @property
    def inputs(self) -> Any:
        """A row for each uncertain input: what it would be worth to know it before choosing, and what that is at least."""
        rows = [{"input": of["input"], **_estimate(of["worth"], "worth"), "at_least": of["worth"]["at_least"]} for of in self.data["inputs"]]
        return _frames.of_rows(["input", "worth", "worth_se", "at_least"], rows)


class Answer(Study):
    """The best terms that a search found."""

    def __init__(self, studied: Studied, candidates: Table, front: Table | None, deal: Deal) -> None:
        super().__init__(studied)
        self._candidates, self._front, self._deal = candidates, front, deal

    @property
    def requirements(self) -> Any:
        """A row for each requirement: the figure under the best terms, whether it holds, and whether it binds."""
        names = ["requirement", "label", "value", "standard_error", "confidence", "holds", "binds"]
        return _frames.of_rows(names, self.data["requirements"])

    @property
    def candidates(self) -> Any:
        """A row for all terms that were tried: the columns of ``candidates.csv``."""
        return _frames.frame(self._candidates)

    @property
    def frontier(self) -> Any:
        """A row for all terms that no others beat in both figures of the frontier; ``None`` where none was asked for."""
        return None if self._front is None else _frames.frame(self._front)

    @property
    def met(self) -> bool:
        """Whether every requirement is met; where not, the terms are the closest that were found."""
        return bool(self.data["met"])

    @property
    def changes(self) -> list[str]:
        """The terms, as ``--set`` takes them."""
        return [str(change) for change in self.data["set"]]

    @cached_property
    def deal(self) -> Deal:
        """The deal under these terms."""
        return self._deal.set(self.changes)


class Settlement(Study):
    """A deal settled on published results. Money is in major units, exact to the minor unit."""

    @property
    def total(self) -> float:
        """What all payors paid."""
        return float(self.data["total"])

    def _rows(self, of: str) -> Any:
        rows: list[dict[str, Any]] = self.data[of]
        plain = [{name: cell for name, cell in row.items() if not isinstance(cell, (dict, list))} for row in rows]
        return _frames.of_rows(list(plain[0]) if plain else [], plain)

    @property
    def payors(self) -> Any:
        """A row for each payor: what it paid."""
        return self._rows("payors")

    @property
    def payments(self) -> Any:
        """A row for each payment."""
        return self._rows("payments")

    @property
    def lines(self) -> Any:
        """A row for each claim, limit and payment, in order."""
        return self._rows("lines")

    @property
    def tranches(self) -> Any:
        """A row for each tranche: what its investor put in and got."""
        return self._rows("tranches")

    @property
    def backtest(self) -> Any:
        """A row for each number: where what happened lies among the simulated trials. Empty without ``backtest=True``."""
        return self._rows("backtest")


class Explanation(Study):
    """One trial, from people to money."""

    @property
    def trial(self) -> int:
        """Its number."""
        return int(self.data["trial"])

    @property
    def ledger(self) -> Any:
        """A row for each line of the ledger, in order."""
        rows: list[dict[str, Any]] = self.data["ledger"]
        names = list(dict.fromkeys(name for row in rows for name, cell in row.items() if not isinstance(cell, (dict, list))))
        return _frames.of_rows(names, [{name: row.get(name) for name in names} for row in rows])
