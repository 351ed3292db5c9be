"""A deal: read, read back, changed, and asked."""

from __future__ import annotations

import datetime
import errno
import os
from collections.abc import Mapping, Sequence
from typing import Any

from . import _frames, _pfsim, _studies, _toml
from ._charts import sentences_html
from ._errors import FileError, UsageError
from ._progress import Progress, heard
from ._run import Run
from ._running import Forecast, Status
from ._sweep import Axis, Span, Sweep, Values, file_of, solve_text, sweep_text
from ._toml import Changes, Path


#: A day: a date, or a text such as ``"2027-06-30"``.
Day = str | datetime.date


def _options(**how: Any) -> _pfsim.Options:
    """How a study is made."""
    try:
        return _pfsim.Options(**how)
    except OverflowError:
        raise UsageError("`trials`, `seed` and `threads` are whole numbers, none of them below 0 or above 2**64 - 1") from None


class Deal:
    """A valid scenario. It never changes: :meth:`set` makes another one.

    >>> import pfsim
    >>> deal = pfsim.parse(pfsim.STARTER)
    >>> deal.name, deal.currency
    ('My first deal', 'USD')
    >>> deal.set({"payor.\\"City\\".cap": 2_000_000}).changes
    ['payor."City".cap=2_000_000']
    """

    def __init__(self, scenario: _pfsim.Scenario) -> None:
        self._scenario = scenario

    @property
    def name(self) -> str:
        """Name of the deal."""
        return self._scenario.name

    @property
    def currency(self) -> str:
        """ISO 4217 code of its money, which is in major units everywhere: dollars, not cents."""
        return self._scenario.currency

    @property
    def n_trials(self) -> int:
        """Its own number of trials, which studies use where none is said."""
        return self._scenario.trials

    @property
    def seed(self) -> int:
        """Its own seed."""
        return self._scenario.seed

    @property
    def text(self) -> str:
        """The scenario file, with every change made."""
        return self._scenario.text

    @property
    def file(self) -> str:
        """The file as it was named."""
        return self._scenario.file

    @property
    def changes(self) -> list[str]:
        """What was changed in the file, each as ``--set`` takes it."""
        return self._scenario.changes

    @property
    def sha256(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return self._scenario.sha256

    @property
    def sentences(self) -> str:
        """The deal in sentences: what ``pfsim check`` prints."""
        return self._scenario.terms

    @property
    def quantities(self) -> Any:
        """A data frame of every number and chance that a run has: ``name``, ``label``, ``unit``, ``over`` (which trials), ``definition``."""
        return _frames.frame(self._scenario.quantities)

    @property
    def as_of(self) -> datetime.date | None:
        """The day as of which results are known (see :meth:`given`); ``None`` where none are."""
        known = self._scenario.known
        return None if known is None else datetime.date.fromisoformat(known[2])

    def __getitem__(self, path: Path) -> str | None:
        """What the file says at a path, as it is written there; ``None`` where it says nothing.

        >>> import pfsim
        >>> pfsim.parse(pfsim.STARTER)["payment", "placements", "price", "per_unit"]
        '4_500'
        """
        return self._scenario.written_at(_toml.path(path))

    def set(self, changes: Changes | Sequence[str]) -> Deal:
        """The deal with changes, checked as if a person had written it.

        A key is a path (``'payor."City".cap'``) or a tuple of its parts (``("payor", "City", "cap")``), which need no quotes; a value is a
        number, a text, a date, a list or a table. Changes written as ``--set`` takes them are taken too.

        Raises:
            UsageError: a change cannot be made.
            ScenarioError: the changed deal has problems.
        """
        made = _toml.changes(changes) if isinstance(changes, Mapping) else _toml.names(changes)
        return Deal(self._scenario.set(made))

    def check(self, *, simulate: bool = True, threads: int | None = None) -> _studies.Check:
        """What is valid but unwise in the terms: ``check().lints``. It is simulated, in 2,000 trials at most, to see, unless ``simulate`` is
        false. (What is wrong is raised when a deal is read, as :class:`pfsim.ScenarioError`.)

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER).set({("payor", "City", "cap"): 100_000})
        >>> "cap-binds-often" in [lint.code for lint in deal.check().lints]
        True
        """
        return _studies.Check(self._scenario.check(_options(threads=threads), simulate))

    def run(
        self,
        trials: int | None = None,
        seed: int | None = None,
        *,
        every: bool | None = None,
        audit: bool = False,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
        client: Any = None,
    ) -> Run:
        """Simulate the deal.

        Args:
            trials: Number of trials; the deal's own if absent.
            seed: Seed of every random draw; the deal's own if absent. The same seed gives the same bytes, whatever the threads.
            every: Whether each number of every trial is kept for :attr:`Run.trials`; if absent, where that takes 256 MB at most.
            audit: Check every trial's books: not a cent lost, no limit exceeded.
            threads: Worker threads; those of ``PFSIM_THREADS`` if absent, otherwise one for each processor.
            progress: ``True`` for a bar, or a function of the phase, the trials done and all trials.
            large: Also do what takes more than 2 GB of memory.
            client: A client of ``dask.distributed``: its workers simulate the trials.

        >>> import pfsim
        >>> run = pfsim.parse(pfsim.STARTER).run(trials=1_000)
        >>> run["payors.total"].p95 > run["payors.total"].mean > 0
        True
        >>> 0 <= run["investors.loss"].mean <= 1
        True
        """
        if client is not None:
            if every:
                raise UsageError("a run on a cluster keeps its first trials only: leave `every` out")
            from . import dask

            with heard(progress) as told:
                return Run(dask.run(self, client, trials=trials, seed=seed, audit=audit, told=told), self)
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, audit=audit, threads=threads, large=large, progress=told)
            return Run(_pfsim.run(self._scenario, options, every), self)

    def compare(
        self,
        other: Deal,
        *,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
    ) -> _studies.Comparison:
        """Compare this deal with another on the same trials: who gains and loses, and by which clause.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> dearer = deal.set({("payment", "placements", "price", "per_unit"): 5_000})
        >>> str(deal.compare(dearer, trials=500)).splitlines()[0]
        'A  scenario.toml'
        """
        if not isinstance(other, Deal):
            raise TypeError(f"a deal is compared with another deal, not with {other!r}")
        names = (_named(self), _named(other))
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, progress=told)
            return _studies.Comparison(_pfsim.compare(self._scenario, options, other._scenario, names))

    def sensitivity(
        self,
        of: str | Sequence[str] = (),
        *,
        move: Mapping[Any, tuple[float, float]] | None = None,
        paths: int | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> _studies.Sensitivity:
        """Which input matters for the figures ``of``? Each input low and high, its share of the variance, its effect step by step.

        ``move`` adds terms: a path and the two numbers between which it moves. ``paths`` is the number of ways through all inputs that are
        walked step by step.

        >>> import pfsim
        >>> found = pfsim.parse(pfsim.STARTER).sensitivity(["payors.total.mean"], trials=100)
        >>> len(found.swings) > 0
        True
        """
        if paths is not None and not 0 <= paths < 2**32:
            raise UsageError("`paths` is a whole number from 2 to 10,000")
        also = [(_toml.path(place), _toml.number(low), _toml.number(high)) for place, (low, high) in (move or {}).items()]
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, large=large, progress=told)
            return _studies.Sensitivity(_pfsim.sensitivity(self._scenario, options, _toml.names(of), also, paths))

    def stress(
        self,
        of: str | Sequence[str] = (),
        *,
        chances: str | Sequence[str] = (),
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> _studies.Stress:
        """What becomes of the figures ``of`` if it goes badly, one misfortune at a time, and what has to happen for each of ``chances``.

        >>> import pfsim
        >>> test = pfsim.parse(pfsim.STARTER).stress(["payors.total.mean"], trials=200)
        >>> "no effect" in set(test.figures["stress"])
        True
        """
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, large=large, progress=told)
            return _studies.Stress(_pfsim.stress(self._scenario, options, _toml.names(of), _toml.names(chances)))

    def power(
        self,
        *,
        promised: float | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
    ) -> _studies.Power:
        """What the evaluation can tell: false positives, false negatives, and the power between them.

        ``promised`` is the true effect that was promised (0.1 is 10 points); what the scenario expects if absent.

        >>> import pfsim
        >>> "pays" in pfsim.parse(pfsim.STARTER).power(trials=200).points
        True
        """
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, progress=told)
            return _studies.Power(_pfsim.power(self._scenario, options, promised))

    def layers(
        self, *, trials: int | None = None, seed: int | None = None, threads: int | None = None, progress: Progress = False
    ) -> _studies.Layers:
        """Where does the risk come from: knowledge, economy, operation, people, measurement, counterparties?"""
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, progress=told)
            return _studies.Layers(_pfsim.layers(self._scenario, options))

    def readiness(
        self,
        *,
        partners: float | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
    ) -> _studies.Readiness:
        """Payor, data, partnerships, evidence: what is weak, and what that costs. ``partners`` is the share of partners that may be lost."""
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, progress=told)
            return _studies.Readiness(_pfsim.readiness(self._scenario, options, partners))

    def cliffs(
        self,
        *,
        times: float | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
    ) -> _studies.Cliffs:
        """Where one more success pays far too much, or nothing. A cliff pays ``times`` the average of a success (3 if absent)."""
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, progress=told)
            return _studies.Cliffs(_pfsim.cliffs(self._scenario, options, times))

    def information(
        self,
        of: str | None = None,
        *,
        choices: Mapping[str, Changes] | None = None,
        pilots: Mapping[str, float] | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> _studies.Information:
        """What it is worth to know more before choosing between signing, not signing, and other ``choices`` (a name and its changes).

        ``of`` is the number that the choice is made for. ``pilots`` are studies that could be made first: an uncertain input and the standard
        error with which it would be known.

        >>> import pfsim
        >>> found = pfsim.parse(pfsim.STARTER).information(pilots={"placed.effect": 0.04}, trials=500)
        >>> found.best in {"sign it", "sign nothing"}
        True
        """
        made = [(name, _toml.changes(change)) for name, change in (choices or {}).items()]
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, large=large, progress=told)
            found = _pfsim.information(self._scenario, options, of, made, list((pilots or {}).items()))
            return _studies.Information(found)

    def explain(
        self,
        trial: int | None = None,
        *,
        at: str | float = "p50",
        by: str | tuple[str, ...] = "payors.total",
        seed: int | None = None,
        threads: int | None = None,
    ) -> _studies.Explanation:
        """Follow the money through one trial: that with the number ``trial``, or that which is ``at`` a percentile of all by ``by``.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> deal.explain(at="p10").trial == deal.explain(at=0.10).trial
        True
        """
        if trial is not None and not 0 <= trial < 2**64:
            raise UsageError("`trial` is the number of a trial, from 0")
        by = by if isinstance(by, str) else ".".join(by)
        known = [name for name in self._scenario.quantities.column("name") if name.replace('"', "") == by.replace('"', "")]  # type: ignore[union-attr]
        by = str(known[0]) if len(known) == 1 else by
        options = _options(seed=seed, threads=threads)
        return _studies.Explanation(_pfsim.explain(self._scenario, options, trial, _percentile(at), by))

    def settle(
        self, results: str | os.PathLike[str], *, backtest: bool = False, threads: int | None = None, progress: Progress = False
    ) -> _studies.Settlement:
        """Settle the deal on published results: a path, or the text of a results file (it has a line end).

        With ``backtest`` the deal is simulated too, to say where the results lie among the trials. A deal that goes on has no settlement
        yet: see :meth:`status`.
        """
        name, text = _results(results)
        with heard(progress) as told:
            options = _options(threads=threads, progress=told)
            return _studies.Settlement(_pfsim.settle(self._scenario, options, name, text, backtest))

    def given(self, results: str | os.PathLike[str], as_of: Day | None = None) -> Deal:
        """The deal of which so much is known: a path, or the text of a results file, which may lack what is reported after the day ``as_of``.

        What is asked of it speaks of the rest of the deal, in futures that fit what was reported: run, compare, stress, power, explain, solve,
        status and forecast. :meth:`set` keeps what is known, so that two deals can differ by what is changed from here on. Checks, settlements
        and INDIGO data are of the terms as they were signed. Sensitivity, layers, information, readiness, cliffs and sweeps are of the plan,
        and refused.

        Args:
            results: What was reported so far.
            as_of: The day as of which it is known, a date or a text such as ``"2027-06-30"``; if absent, what the file says, otherwise the first
                day on which all of it was known.

        Raises:
            ScenarioError: the results have problems, or are from after the day.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> so_far = "result = [{ measure = 'placements', cohort = 1, units = 44 }]\\n"
        >>> running = deal.given(so_far, as_of="2027-04-30")
        >>> running
        <Deal 'My first deal' (USD, known as of 2027-04-30)>
        >>> running.run(trials=500)["payors.total"].min >= 44 * 4_500
        True
        """
        name, text = _results(results)
        return Deal(self._scenario.given(name, text, None if as_of is None else _toml.day(as_of)))

    def status(self, results: str | os.PathLike[str] | None = None, as_of: Day | None = None) -> Status:
        """Where a running deal stands, to the cent: what was paid, what waits on which report, what limits leave, where investors are.

        ``results`` and ``as_of`` are those of :meth:`given`, and not needed where they were given.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> status = deal.status("result = [{ measure = 'placements', cohort = 1, units = 44 }]\\n", as_of="2027-04-30")
        >>> status.total == 44 * 4_500
        True
        """
        return Status(_pfsim.status(self._known(results, as_of)._scenario))

    def forecast(
        self,
        results: str | os.PathLike[str] | None = None,
        as_of: Day | None = None,
        *,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> Forecast:
        """What is to come of a running deal, in futures that fit what was reported; beside it the plan, and what was learnt.

        ``results`` and ``as_of`` are those of :meth:`given`, and not needed where they were given.

        Raises:
            ForecastError: the plan hardly ever makes what was reported: too few of its trials fit.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> so_far = "result = [{ measure = 'placements', cohort = 1, units = 44 }]\\n"
        >>> forecast = deal.forecast(so_far, as_of="2027-04-30", trials=500)
        >>> forecast["payors.total"].min >= 44 * 4_500
        True
        >>> forecast.effective > 2_000
        True
        """
        deal = self._known(results, as_of)
        with heard(progress) as told:
            options = _options(trials=trials, seed=seed, threads=threads, large=large, progress=told)
            return Forecast(_pfsim.forecast(deal._scenario, options), deal)

    def _known(self, results: str | os.PathLike[str] | None, as_of: Day | None) -> Deal:
        """The deal with what is known of it, now or already."""
        if results is not None:
            return self.given(results, as_of)
        known = self._scenario.known
        if known is not None and as_of is not None:
            return Deal(self._scenario.given(known[0], known[1], _toml.day(as_of)))
        return self

    def design(
        self,
        axes: Mapping[Any, Values],
        metrics: str | Sequence[str],
        *,
        such_that: str | Sequence[str] = (),
        minimise: str | None = None,
        maximise: str | None = None,
        design: str = "grid",
        points: int | None = None,
        trials: int | None = None,
        seed: int | None = None,
        name: str = "sweep",
        question: str | None = None,
    ) -> Sweep:
        """The scenarios of a sweep, not made yet: see :meth:`sweep`."""
        head = {
            "name": name,
            "question": question,
            "scenarios": [file_of(self.file)],
            "metrics": _toml.names(metrics),
            "design": design,
            "points": points,
            "trials": trials,
            "seed": seed,
            "minimise": minimise,
            "maximise": maximise,
            "such_that": _toml.names(such_that),
        }
        return Sweep(self, sweep_text(axes, head))

    def sweep(
        self,
        axes: Mapping[Any, Values],
        metrics: str | Sequence[str],
        *,
        such_that: str | Sequence[str] = (),
        minimise: str | None = None,
        maximise: str | None = None,
        design: str = "grid",
        points: int | None = None,
        trials: int | None = None,
        seed: int | None = None,
        name: str = "sweep",
        question: str | None = None,
        folder: str | os.PathLike[str] | None = None,
        client: Any = None,
        threads: int | None = None,
        progress: Progress = False,
        large: bool = False,
    ) -> Any:
        """Run many scenarios: a data frame with a row for each.

        Args:
            axes: What changes. A key is a path and its value a list of values or a :class:`pfsim.Span`; or a key is a name of your own and its
                value a :class:`pfsim.Axis` (several paths that move together) or a mapping of named choices to their changes.
            metrics: Figures to keep, such as ``"payors.total.p95"``; each has a column, and its standard error another (``.se``).
            such_that: What must hold, such as ``"investors.loss <= 0.10"``; each figure has a column.
            design: ``"grid"``, ``"list"``, ``"latin_hypercube"`` or ``"sobol"``; the last two need ``points``.
            trials: Trials of each scenario; the deal's own if absent. All scenarios have the same seed, so they differ by their terms only.
            folder: Keep rows there as they come, with the table and the charts at the end; the same call goes on after a stop.
            client: A client of ``dask.distributed`` whose workers make the rows.

        >>> import pfsim
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> rows = deal.sweep({("payment", "placements", "price", "per_unit"): [4_000, 5_000]}, ["payors.total.mean"], trials=200)
        >>> len(rows)
        2
        """
        made = self.design(axes, metrics, such_that=such_that, minimise=minimise, maximise=maximise, design=design, points=points,
                           trials=trials, seed=seed, name=name, question=question)  # fmt: skip
        return made.run(folder=folder, client=client, threads=threads, progress=progress, large=large)

    def solve(
        self,
        levers: Mapping[Any, Span | Axis],
        *,
        such_that: str | Sequence[str],
        minimise: Path | None = None,
        maximise: Path | None = None,
        frontier: tuple[str, str] | None = None,
        confidence: float | None = None,
        trials: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        progress: Progress = False,
    ) -> _studies.Answer:
        """The best terms that meet every requirement: the lowest price, the highest cap.

        Args:
            levers: What may be chosen: a path and ``pfsim.Span(start, stop, step=…)``.
            such_that: What must hold, such as ``"investors.loss <= 0.10"``.
            minimise: The lever (its key) or the figure that should be small; ``maximise`` the one that should be large.
            frontier: Two figures that should both be small, as well: the terms that no others beat in both.
            confidence: How sure each requirement must be, 0.5 to below 1.

        >>> import pfsim
        >>> price = ("payment", "placements", "price", "per_unit")
        >>> deal = pfsim.parse(pfsim.STARTER)
        >>> found = deal.solve({price: pfsim.Span(3_000, 9_000, step=500)}, minimise=price,
        ...                    such_that=["payors.total.mean >= 300_000"], trials=200)
        >>> found.met, found.deal[price]
        (True, '3000')
        """
        head = {
            "name": "search",
            "scenario": file_of(self.file),
            "minimise": None if minimise is None else _toml.path(minimise),
            "maximise": None if maximise is None else _toml.path(maximise),
            "frontier": None if frontier is None else list(frontier),
            "confidence": confidence,
            "trials": trials,
            "seed": seed,
        }
        search = _pfsim.Search(solve_text(levers, {**head, "such_that": _toml.names(such_that)}), self._scenario, file_of(self.file))
        with heard(progress) as told:
            return _studies.Answer(*search.run(_options(threads=threads, progress=told)), self)

    def indigo(self) -> str:
        """The deal as INDIGO data, for a register of impact bonds."""
        return self._scenario.indigo()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.file, self.text, self._scenario.tables, self._scenario.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deal) and self._parts() == other._parts()

    def _parts(self) -> tuple[Any, ...]:
        return self.text, self._scenario.tables, self._scenario.known

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.sentences

    def __repr__(self) -> str:
        changed = f", {len(self.changes)} changed" if self.changes else ""
        known = f", known as of {self.as_of}" if self.as_of else ""
        return f"<Deal {self.name!r} ({self.currency}{changed}{known})>"

    def _repr_html_(self) -> str:
        return sentences_html(self.sentences)


def _again(file: str, text: str, tables: Sequence[tuple[str, bytes]], known: tuple[str, str, str] | None = None) -> Deal:
    deal = parse(text, files=dict(tables), name=file)
    return deal if known is None else Deal(deal._scenario.given(*known))


def _results(results: str | os.PathLike[str]) -> tuple[str, str]:
    """The name and the text of a results file: a path, or the text itself, which has a line end."""
    if isinstance(results, str) and "\n" in results:
        return "results.toml", _toml.unicode(results)
    name = os.fspath(results)
    with open(name, "rb") as file:
        contents = file.read()
    try:
        return name, contents.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{name} is no text in UTF-8: {error}") from None


def _named(deal: Deal) -> str:
    sets = " ".join(f"--set '{change}'" for change in deal.changes)
    return f"{deal.file} {sets}".rstrip()


def _percentile(at: str | float) -> float:
    try:
        return float(at[1:]) / 100 if isinstance(at, str) and at[:1] in "pP" else float(at)
    except (TypeError, ValueError):
        raise UsageError('`at` is a percentile such as "p10", or a share such as 0.10') from None


def read(path: str | os.PathLike[str], *, outside: bool = False) -> Deal:
    """Read a scenario file. The tables that it draws from stand in its folder or below; with ``outside`` anywhere: only if you trust who
    wrote it.

    Raises:
        ScenarioError: the file has problems: all of them, each with its place and its remedy.
        FileNotFoundError: there is no such file.
        FileError: it cannot be read.
    """
    name = os.fspath(path)
    if not os.path.exists(name):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return Deal(_pfsim.Scenario.read(name, outside))


def parse(text: str, *, files: Mapping[str, str | bytes] | None = None, name: str = "scenario.toml") -> Deal:
    """Make a deal of the text of a scenario; ``files`` are the tables that it names. Problems are reported as those of ``name``.

    >>> import pfsim
    >>> pfsim.parse(pfsim.STARTER).name
    'My first deal'
    >>> try:
    ...     pfsim.parse("schema = 1")
    ... except pfsim.ScenarioError as error:
    ...     print(*(problem.message for problem in error.problems), sep="; ")
    the file lacks the section [deal]; the file lacks the section [program]

    Raises:
        ScenarioError: the text has problems.
    """
    held = []
    for file, of in (files or {}).items():
        if not isinstance(of, (str, bytes, bytearray, memoryview)):
            raise UsageError(f"the file {file} is a text or bytes, not {of!r}")
        held.append((_toml.unicode(file), _toml.unicode(of).encode() if isinstance(of, str) else bytes(of)))
    return Deal(_pfsim.Scenario.parse(_toml.unicode(name), _toml.unicode(text), held))


def compare(first: Deal, second: Deal, **how: Any) -> _studies.Comparison:
    """Compare two deals on the same trials; as :meth:`Deal.compare`."""
    return first.compare(second, **how)
