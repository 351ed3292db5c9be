"""Many scenarios from one: prices, caps, tiers, effects."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _frames, _pfsim, _toml
from ._errors import UsageError
from ._progress import Progress, Told, heard
from ._toml import Path

if TYPE_CHECKING:
    from ._deal import Deal

def file_of(name: str) -> str:
    """What a scenario is called in the text of a sweep or a search that stands beside it."""
    return re.split(r"[\\/]", name)[-1].strip("-") or "deal.toml"


#: Scenarios beyond which a sweep is only made when it is asked for, as on the command line.
LARGE = 100_000


@dataclass(frozen=True)
class Span:
    """Numbers from ``start`` to ``stop``, both included.

    On an axis of a sweep: ``steps`` of them (11 if not said), evenly spaced or, with ``log``, in even proportion, rounded to multiples of
    ``step`` where that is said. As a lever of a search: every multiple of ``step`` between.
    """

    start: float
    stop: float
    steps: int | None = None
    step: float | None = None
    log: bool = False

    def as_axis(self) -> str:
        """The span as an axis has it."""
        parts = [f"from = {_toml.number(self.start)}", f"to = {_toml.number(self.stop)}"]
        parts += [] if self.steps is None else [f"steps = {_toml.number(self.steps)}"]
        parts += [] if self.step is None else [f"round = {_toml.number(self.step)}"]
        return f"{'log_range' if self.log else 'range'} = {{ {', '.join(parts)} }}"


@dataclass(frozen=True)
class Axis:
    """Several paths that move together, under the name that the axis has in the mapping: ``Axis([path, path], [1, 2, 3])``."""

    levers: Sequence[Path]
    values: Sequence[Any] | Span


Values = Sequence[Any] | Span | Axis | Mapping[str, Any]


def _levers(place: Path, of: Any) -> tuple[list[str], Any]:
    if isinstance(of, Axis):
        return [_toml.path(lever) for lever in of.levers], of.values
    return [_toml.path(place)], of


def _axis(place: Path, of: Values) -> str:
    lines = ["[[axis]]", f"name = {_toml.text(_toml.path(place))}"]
    if isinstance(of, Mapping):
        options = [{"name": str(name), "set": _toml.paths(change)} for name, change in of.items()]
        return "\n".join([*lines, f"options = {_toml.value(options)}"])
    levers, values = _levers(place, of)
    lines.append(f"levers = {_toml.value(levers)}")
    if isinstance(values, (str, bytes, bytearray, memoryview)) or not (isinstance(values, (Span, Sequence)) or hasattr(values, "tolist")):
        raise UsageError(f"{_toml.path(place)} takes a list of values or a pfsim.Span, not {values!r}")
    lines.append(values.as_axis() if isinstance(values, Span) else f"values = {_toml.value(values)}")
    return "\n".join(lines)


def _head(kind: str, entries: Mapping[str, Any]) -> str:
    said = [f"{name} = {_toml.value(of)}" for name, of in entries.items() if of is not None and of != []]
    return "\n".join([f"[{kind}]", *said])


def sweep_text(axes: Mapping[Any, Values], head: Mapping[str, Any]) -> str:
    """The text of a sweep file."""
    if head.get("such_that") and any(_toml.path(place) == "meets" for place in axes):
        raise UsageError("an axis cannot be called meets: that is the column which says whether a scenario meets what must hold")
    return "\n\n".join([_head("sweep", head), *(_axis(place, of) for place, of in axes.items())]) + "\n"


def solve_text(levers: Mapping[Any, Span | Axis], head: Mapping[str, Any]) -> str:
    """The text of a search."""
    parts = [_head("solve", head)]
    for place, of in levers.items():
        paths, span = _levers(place, of)
        if not isinstance(span, Span) or span.step is None or span.log or span.steps is not None:
            raise UsageError(f"the lever {_toml.path(place)} takes pfsim.Span(start, stop, step=…)")
        numbers = [f"{name} = {_toml.number(number)}" for name, number in (("from", span.start), ("to", span.stop), ("step", span.step))]
        parts.append("\n".join(["[[lever]]", f"name = {_toml.text(_toml.path(place))}", f"levers = {_toml.value(paths)}", *numbers]))
    return "\n\n".join(parts) + "\n"


class Sweep:
    """The scenarios of a sweep, before they are made: ``deal.design(…)`` makes one.

    ``len()`` of it is their number, ``text`` the sweep file that ``pfsim sweep`` takes, with the scenario file beside it.
    """

    def __init__(self, deal: Deal, text: str) -> None:
        self.deal = deal
        self.text = text
        self._sweep = _pfsim.Sweep(text, deal._scenario, file_of(deal.file))

    def __len__(self) -> int:
        return len(self._sweep)

    def __repr__(self) -> str:
        return f"<Sweep of {self.deal.name!r}: {len(self):,} scenarios of {self._sweep.trials:,} trials>"

    @property
    def figures(self) -> list[str]:
        """The figures that each row has."""
        return self._sweep.figures

    def run(
        self,
        *,
        folder: str | os.PathLike[str] | None = None,
        client: Any = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> Any:
        """Make every scenario; a data frame with a row for each, the columns of ``sweep.csv``.

        With ``folder``, rows are kept there as they come, and the same call goes on after a stop, on the command line too. With ``client``,
        a client of ``dask.distributed``, its workers make the rows. More than 100,000 scenarios need ``large``.
        """
        parts = list(self._made(folder, client, threads, progress, large))
        return _frames.frame(self._sweep.table(parts))

    def batches(
        self,
        *,
        folder: str | os.PathLike[str] | None = None,
        client: Any = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> Generator[Any, None, None]:
        """The same, a data frame for each batch as soon as it is made: some hundred rows at a time, in the order of their making."""
        for part in self._made(folder, client, threads, progress, large):
            yield _frames.frame(self._sweep.table([part]))

    def answer(self, *, threads: int | None = None) -> str:
        """Make every scenario, and say in sentences which is best: what ``pfsim sweep`` prints."""
        return self._sweep.answer(list(self._made(None, None, threads, False, False)))

    def _made(
        self, folder: str | os.PathLike[str] | None, client: Any, threads: int | None, progress: Progress, large: bool
    ) -> Iterator[bytes]:
        count = len(self)
        if count > LARGE and not large:
            raise UsageError(f"{count:,} scenarios of {self._sweep.trials:,} trials take long; say large=True to make them all")
        self._sweep.room(_pfsim.Options(large=large))
        kept = None if folder is None else _pfsim.SweepFolder(self._sweep, os.fspath(folder))
        try:
            yield from self._rows(kept, client, threads, progress)
        finally:
            # An error that somebody holds, as a notebook does, would hold the folder too.
            if kept is not None:
                kept.close()

    def _rows(self, kept: _pfsim.SweepFolder | None, client: Any, threads: int | None, progress: Progress) -> Iterator[bytes]:
        known = set() if kept is None else set(kept.known())
        if kept is not None and known:
            yield kept.rows()
        open_ = self._sweep.order([index for index in range(len(self)) if index not in known])
        with heard(progress) as told:
            if client is None:
                made = self._here(open_, threads, told)
            else:
                from . import dask

                made = dask.rows(self, open_, client, told)
            # Closed at once where a row cannot be kept: an error that somebody holds would keep the work of a cluster going.
            with closing(made):
                for part in made:
                    if kept is not None:
                        kept.append(self._sweep, part)
                    yield part
        if kept is not None:
            kept.finish(self._sweep)

    def _here(self, indices: Sequence[int], threads: int | None, told: Told) -> Generator[bytes, None, None]:
        each = self._sweep.together
        total = len(indices) * self._sweep.trials
        for start in range(0, len(indices), each):
            before = start * self._sweep.trials

            def told_of_all(phase: str, done: int, _: int, before: int = before) -> None:
                if told is not None:
                    told(phase, before + done, total)

            options = _pfsim.Options(threads=threads, progress=None if told is None else told_of_all)
            yield self._sweep.run(options, indices[start : start + each])
