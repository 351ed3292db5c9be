"""Sweeps and runs on a cluster, with ``dask.distributed``: give :meth:`pfsim.Deal.sweep` or :meth:`pfsim.Deal.run` a ``client``.

>>> from distributed import Client, LocalCluster                                # doctest: +SKIP
>>> client = Client(LocalCluster())                                             # doctest: +SKIP
>>> deal.sweep(axes, metrics, client=client, progress=True)                     # doctest: +SKIP

A task is so many scenarios, or so many trials, as take about a second, with everything that makes them: the text, the tables, the seed.
Workers need pfsim of the same build and nothing else: no disk in common, no file. Each task uses one thread, so that a worker with four
threads uses four cores. A task whose worker is lost is made again elsewhere; workers that come late take part. Results are the same bytes
as those of one process.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
import uuid
import warnings
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from typing import TYPE_CHECKING, Any

from . import _pfsim
from ._errors import Error, Stopped, UsageError
from ._progress import Told

if TYPE_CHECKING:
    from ._deal import Deal
    from ._sweep import Sweep

#: Seconds that a task should take.
ABOUT = 1.0

#: Seconds that a task should take at least, the first ones apart.
LEAST = 0.25

#: Seconds that a task may take where that saves work: scenarios on the same people are settled together.
LONG = 10.0

#: Seconds that the scheduler and the client have for each task: more threads than its inverse have longer tasks.
EACH = 0.005

#: Tasks for each thread of the cluster that are under way or wait for it.
AHEAD = 3

#: Tasks of a sweep or a run at most, about: they are longer where a second would make more of them.
MOST = 5_000

#: The same for each thread, where that is more: with fewer, threads would end at different times.
MOST_EACH = 20

#: Times that a task is made again that failed by no fault of the deal: no memory, no disk. Lost workers are not counted here.
RETRIES = 3

#: Seconds after which the threads of the cluster are counted anew.
RECOUNT = 2.0

#: Bytes of a deal that are sent with each task; more of them are sent to each worker once.
SENT = 16 << 10

#: Trials of a shard are a multiple of this, so that blocks of trials are whole.
BLOCK = 512

#: What a task came to: bytes, the seconds that they took, and the error, or what is wrong with the worker, if there was one instead.
Made = tuple[bytes, float, Error | str | None]

#: What a task is told of its piece, by its begin and end.
Arguments = Callable[[int, int], tuple[Any, ...]]


class _Prepared:
    """What a worker has read of the last few deals and sweeps, by their digest."""

    kept: OrderedDict[str, Any] = OrderedDict()
    lock = threading.Lock()

    @classmethod
    def get(cls, digest: str, make: Callable[[], Any]) -> Any:
        # Threads that come for the same wait for the one that makes it.
        with cls.lock:
            found = cls.kept[digest] if digest in cls.kept else make()
            cls.kept[digest] = found
            cls.kept.move_to_end(digest)
            while len(cls.kept) > 4:
                cls.kept.popitem(last=False)
            return found


class _Work:
    """A deal, and perhaps a sweep of it, as it goes to workers."""

    def __init__(self, deal: Deal, sweep: str | None) -> None:
        scenario = deal._scenario
        self.contents = pickle.dumps((_pfsim.build(), scenario.file, scenario.text, scenario.tables, scenario.known, sweep))
        self.digest = hashlib.sha256(self.contents).hexdigest()


def _read(digest: str, contents: bytes) -> Any:
    """The scenario, or the sweep, that the contents of a :class:`_Work` hold."""

    def make() -> Any:
        build, file, text, tables, known, sweep = pickle.loads(contents)
        from distributed import get_worker

        _same_build(build, _pfsim.build(), get_worker().address)
        scenario = _pfsim.Scenario.parse(file, text, tables)
        scenario = scenario if known is None else scenario.given(*known)
        if sweep is None:
            return scenario
        from ._sweep import file_of

        return _pfsim.Sweep(sweep, scenario, file_of(file))

    return _Prepared.get(digest, make)


def _same_build(ours: str, theirs: str, worker: str) -> None:
    if ours != theirs:
        builds = f"{theirs.split()[0]}, the client {ours.split()[0]}"
        raise UsageError(f"the worker {worker} has another build of pfsim than the client ({builds}): install the same on all")


def _timed(work: Callable[[], bytes]) -> Made:
    start = time.perf_counter()
    try:
        part, error = work(), None
    except Error as raised:
        # It would be the same another time: the client hears of it as a result, and nobody tries again.
        part, error = b"", raised.with_traceback(None)
    return part, time.perf_counter() - start, error


def _make_rows(digest: str, contents: bytes, indices: Sequence[int]) -> Made:
    return _timed(lambda: _read(digest, contents).run(_pfsim.Options(threads=1), indices))


def _make_shard(digest: str, contents: bytes, how: dict[str, Any], first: int, end: int) -> Made:
    return _timed(lambda: _pfsim.shard(_read(digest, contents), _pfsim.Options(threads=1, **how), first, end))


def _build() -> Made:
    return _pfsim.build().encode(), 0.0, None


def _on_worker(task: str, *arguments: Any) -> Any:
    """What the function ``task`` of this file makes: all that a worker is given to do."""
    import importlib

    try:
        made = getattr(importlib.import_module("pfsim.dask"), task)
    except (ImportError, AttributeError) as error:
        from distributed import get_worker

        return b"", 0.0, f"the worker {get_worker().address} cannot load pfsim ({error}): install the same as the client has"
    return made(*arguments)


# It goes with its code, because a worker without pfsim should say so; one that does not know what it is given is lost without a word.
_on_worker.__module__ = "__main__"


def _result(made: Made) -> tuple[bytes, float]:
    """The bytes of a task, and the seconds that they took."""
    part, seconds, error = made
    if error is not None:
        raise UsageError(error) if isinstance(error, str) else error
    return part, seconds


class Pieces:
    """A range of ``count`` in pieces that take about a second: what the first ones took tells how large the others are.

    Pieces are a multiple of ``whole`` where they are larger than that, and may take longer to reach it. The first pieces are small, to
    learn soon, and so are the last ones, so that all threads end at about the same time.
    """

    def __init__(self, count: int, *, first: int, whole: int, multiple: int = 1) -> None:
        self.count, self.first, self.whole, self.multiple = count, first, whole, multiple
        self.begun = 0
        self.size = first
        self.learning = True
        self.known = (0.0, 0.0)

    def next(self, threads: int) -> tuple[int, int] | None:
        """Begin and end of the next piece, on a cluster of so many threads; none where all are begun."""
        if self.begun >= self.count:
            return None
        fair = -(-(self.count - self.begun) // (2 * threads))
        if not self.learning:
            fair = max(fair, int(LEAST / self.each))
        start = self.begun
        size = max(min(self.size, fair), -(-self.count // max(MOST, MOST_EACH * threads)))
        self.begun = min(self.count, start - (-size // self.multiple) * self.multiple)
        return start, self.begun

    @property
    def each(self) -> float:
        """Seconds for each of the range, by the last pieces, the large ones above all."""
        return max(self.known[1], 1e-6) / max(self.known[0], 1)

    def took(self, size: int, seconds: float, aim: float) -> None:
        """Take note that a piece of ``size`` took so long; the next ones should take ``aim`` seconds."""
        self.known = (0.7 * self.known[0] + size, 0.7 * self.known[1] + seconds)
        fit = int(aim / self.each)
        if fit >= self.whole:
            fit = fit // self.whole * self.whole
        else:
            fit = min(self.whole, int(max(aim, LONG) / self.each))
        # At most eight times as large as the last one: one lucky measurement is no rule.
        most = 8 * max(size, self.first)
        self.learning = self.learning and fit > most
        self.size = max(self.first, min(fit, most) // self.multiple * self.multiple)


class _Cluster:
    """The workers of a client: pieces of work go out, a few ahead of what they can do."""

    def __init__(self, client: Any, name: str, work: _Work) -> None:
        _check_client(client)
        self.client, self.digest = client, work.digest
        # Two calls never share a task: they may differ by what a name does not tell, and one may have given up what the other asks for.
        self.name = f"{name}-{uuid.uuid4().hex}"
        self.counted = float("-inf")
        self.threads = 1
        self.busy = 0.0
        self.contents: Any = work.contents
        self._check_builds()
        if len(work.contents) > SENT:
            # A task of its own, so that it is made again if all who had it are gone; workers hand it on to each other.
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
                self.contents = client.submit(bytes, work.contents, key=f"pfsim-deal-{uuid.uuid4().hex}")

    def _check_builds(self) -> None:
        builds = self.client.run(_on_worker, "_build", on_error="return")
        for worker, made in builds.items():
            # One that is just lost says nothing, and does nothing.
            if not isinstance(made, BaseException):
                _same_build(_pfsim.build(), _result(made)[0].decode(), worker)
        if not builds:
            warnings.warn("the cluster has no worker yet: waiting for the first", stacklevel=2)

    def aim(self) -> float:
        """Seconds that a task should take: more on a large cluster, so that neither the scheduler nor the client is behind."""
        return max(ABOUT, self.threads * EACH, min(2 * self.threads * self.busy, 6 * LONG))

    def was_busy(self, seconds: float) -> None:
        """Take note of the time that the client had with a result."""
        self.busy = 0.8 * self.busy + 0.2 * seconds

    def room(self, learning: bool) -> int:
        """How many tasks may be under way: of the first ones, which are too small, one for each thread."""
        now = time.monotonic()
        if now - self.counted > RECOUNT:
            self.counted, self.threads = now, max(sum(self.client.nthreads().values()), 1)
        return self.threads if learning else AHEAD * self.threads

    def submit(self, task: str, start: int, end: int, arguments: tuple[Any, ...]) -> Any:
        """A task under way."""
        key = f"{self.name}-{start}-{end}"
        return self.client.submit(_on_worker, task, self.digest, self.contents, *arguments, key=key, retries=RETRIES, pure=False)

    def leave(self, under_way: list[Any]) -> None:
        """Nothing is under way any more."""
        if under_way and self.client.status == "running":
            self.client.cancel(under_way)
        self.contents = None


def _check_client(client: Any) -> None:
    from distributed import Client

    if not isinstance(client, Client):
        raise UsageError(f"`client` is a distributed.Client, not {client!r}: make one with distributed.Client(…)")
    if client.asynchronous:
        raise UsageError("`client` is an asynchronous one: make it without asynchronous=True")
    if client.status != "running":
        raise UsageError(f"`client` is {client.status}: make another one")


def _results(
    cluster: _Cluster, pieces: Pieces, task: str, arguments: Arguments, *, in_order: bool
) -> Generator[tuple[int, bytes], None, None]:
    """Size of each piece, and what it came to, as they are made; or in order, and what is made early waits with the worker that made it."""
    from distributed import as_completed

    under_way: dict[Any, int] = {}
    made = as_completed(loop=cluster.client.loop)
    try:
        while True:
            while len(under_way) < cluster.room(pieces.learning) and (piece := pieces.next(cluster.threads)) is not None:
                future = cluster.submit(task, *piece, arguments(*piece))
                under_way[future] = piece[1] - piece[0]
                if not in_order:
                    made.add(future)
            if not under_way:
                return
            if in_order:
                made.add(next(iter(under_way)))
            future = next(made)
            began = time.perf_counter()
            part, seconds = _result(future.result())
            size = under_way.pop(future)
            del future
            pieces.took(size, seconds, cluster.aim())
            yield size, part
            cluster.was_busy(time.perf_counter() - began)
    except Exception as error:
        if isinstance(error, CancelledError) or (cluster.client.status != "running" and not isinstance(error, Error)):
            said = "the cluster gave the work up: the client or the scheduler is gone, or somebody cancelled the tasks"
            raise Stopped(said) from error
        raise
    finally:
        cluster.leave(list(under_way))


def rows(sweep: Sweep, indices: Sequence[int], client: Any, told: Told) -> Generator[bytes, None, None]:
    """The rows of the scenarios ``indices`` as bytes, in the order of their making."""
    _check_client(client)
    if not indices:
        return
    cluster = _Cluster(client, "pfsim-sweep", _Work(sweep.deal, sweep.text))
    pieces = Pieces(len(indices), first=1, whole=sweep._sweep.together)
    trials, done = sweep._sweep.trials, 0
    with closing(_results(cluster, pieces, "_make_rows", lambda start, end: (indices[start:end],), in_order=False)) as made:
        for size, part in made:
            done += size
            if told is not None:
                told("sweeping", done * trials, len(indices) * trials)
            yield part


def run(deal: Deal, client: Any, *, trials: int | None, seed: int | None, audit: bool, told: Told) -> _pfsim.Run:
    """A run of ``deal`` whose trials the workers of ``client`` simulate."""
    trials = deal.n_trials if trials is None else trials
    how: dict[str, Any] = {"trials": trials, "seed": deal.seed if seed is None else seed, "audit": audit}
    options = _pfsim.Options(**how)  # refuses what makes no sense, before anybody is asked to work
    cluster = _Cluster(client, "pfsim-run", _Work(deal, None))
    pieces = Pieces(trials, first=4 * BLOCK, whole=BLOCK, multiple=BLOCK)

    def parts() -> Generator[bytes, None, None]:
        done = 0
        with closing(_results(cluster, pieces, "_make_shard", lambda start, end: (how, start, end), in_order=True)) as made:
            for size, part in made:
                done += size
                if told is not None:
                    told("simulating", done, trials)
                yield part

    with closing(parts()) as shards:
        return _pfsim.merge(deal._scenario, options, shards)
