"""What does a cluster cost? A sweep in one process and by workers over TCP, in seconds and in processor time; memory; single tasks.

Run it on a quiet machine: ``python python/bench/dask_overhead.py``. It prints the tables of docs/cluster.md. Both ways take turns, because a
machine is not equally fast all the time; processor time depends less on what else it does.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client, as_completed

import pfsim
import pfsim.dask

PRICE = ("payment", "placements", "price", "per_unit")
CAP = ("payor", "City", "cap")
METRICS = ["payors.total.mean", "payors.total.p95", "investors.loss.mean"]

#: Scenarios of the starter, of 20,000 trials, that a core makes in a second, about.
RATE = 250


@contextmanager
def cluster(workers: int, threads: int) -> Iterator[Client]:
    """A client of a scheduler and workers that are processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        where, log = Path(folder) / "scheduler.json", (Path(folder) / "log").open("wb")

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdout=log, stderr=log, cwd=folder)

        started = [start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(where))]
        try:
            while not where.exists():
                time.sleep(0.05)
            one = ("--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--scheduler-file", str(where))
            started += [start("worker", *one) for _ in range(workers)]
            with Client(scheduler_file=str(where)) as client:
                client.wait_for_workers(workers)
                client.run(__import__, "pfsim.dask")
                yield client
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()
            log.close()


def _peak() -> float:
    """Megabytes that this process has had at most."""
    status = Path("/proc/self/status")
    if status.exists():
        # What the system counts for a process begins with what its parent had; this does not.
        return next(float(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def of_all(client: Client, what: Callable[[], float]) -> list[float]:
    """A number of the client, of the scheduler, and of each worker."""
    return [what(), client.run_on_scheduler(what), *client.run(what).values()]


def design(deal: pfsim.Deal, scenarios: int, trials: int) -> pfsim.Sweep:
    """A sweep of about so many scenarios on one world."""
    prices = max(round(scenarios**0.5), 2)
    axes = {PRICE: pfsim.Span(3_000, 6_000, steps=prices), CAP: pfsim.Span(5e5, 3e6, steps=-(-scenarios // prices))}
    return deal.design(axes, METRICS, trials=trials)


def cells(frame: Any) -> list[list[Any]]:
    """What a frame of either library holds."""
    return [list(frame[name]) for name in frame.columns]


def timed(work: Callable[[], Any], processor: Callable[[], list[float]]) -> tuple[float, list[float], Any]:
    """Seconds, processor seconds of each process, and what was made."""
    before, start = processor(), time.perf_counter()
    made = work()
    seconds = time.perf_counter() - start
    return seconds, [after - first for after, first in zip(processor(), before, strict=True)], made


def overhead(name: str, here: Callable[[], Any], there: Callable[[Client], Any], pairs: int) -> None:
    """Prints what a cluster of as many threads as one process takes in proportion to it."""
    print(f"\n{name}\n\n| two threads of … | s, each time | processor s | of which client, scheduler | more s | more processor s |")
    print("|---|---|---|---|---|---|")
    ways = {(2, 1): "two workers with a thread each", (1, 2): "one worker with two threads"}
    alone: list[tuple[float, float]] = []
    made: dict[tuple[int, int], list[tuple[float, list[float], float, float]]] = {way: [] for way in ways}
    for _ in range(pairs):
        for way in ways:
            seconds, own, known = timed(here, lambda: [time.process_time()])
            alone.append((seconds, own[0]))
            with cluster(*way) as client:
                took, each, found = timed(partial(there, client), partial(of_all, client, time.process_time))
            assert found == known, "the bytes differ"
            print(f"{ways[way]}: {took:.1f} s, one process {seconds:.1f} s", file=sys.stderr)
            made[way].append((took, each, took / seconds - 1, sum(each) / own[0] - 1))
    times = ", ".join(f"{seconds:.1f}" for seconds, _ in alone)
    print(f"| one process | {times} | {statistics.median(used for _, used in alone):.1f} | | | |")
    for way, called in ways.items():
        every = made[way]
        times = ", ".join(f"{took:.1f}" for took, *_ in every)
        parts = ", ".join(f"{statistics.median(each[at] for _, each, *_ in every):.1f}" for at in (0, 1))
        total = statistics.median(sum(each) for _, each, *_ in every)
        more, used = (statistics.median(one[at] for one in ((more, used) for *_, more, used in every)) for at in (0, 1))
        print(f"| {called} | {times} | {total:.1f} | {parts} | {more:+.1%} | {used:+.1%} |")


def memory(deal: pfsim.Deal, scenarios: int, trials: int) -> None:
    """Prints what a sweep of very many scenarios takes of memory, and how many tasks it is made of."""
    with cluster(2, 1) as client:
        before = of_all(client, _peak)
        sweep = design(deal, scenarios, trials)
        tasks: list[int] = []
        submit = pfsim.dask._Cluster.submit

        def counted(self: Any, task: str, start: int, end: int, arguments: tuple[Any, ...]) -> Any:
            tasks.append(end - start)
            return submit(self, task, start, end, arguments)

        pfsim.dask._Cluster.submit = counted  # type: ignore[method-assign]
        try:
            seconds, _, rows = timed(lambda: len(sweep.run(client=client, large=True)), lambda: [])
        finally:
            pfsim.dask._Cluster.submit = submit  # type: ignore[method-assign]
        after = of_all(client, _peak)
    print(f"\n{rows:,} scenarios of {trials:,} trials: {seconds:.1f} s, {len(tasks):,} tasks")
    print("\n| process | MB at first | MB at most |\n|---|---|---|")
    for name, first, most in zip(["client", "scheduler", "worker", "worker"], before, after, strict=True):
        print(f"| {name} | {first:.0f} | {most:.0f} |")


def single(deal: pfsim.Deal, count: int) -> None:
    """Prints what a task costs that does nearly nothing, and how large the messages are."""
    sweep = design(deal, 400, 20_000)
    work = pfsim.dask._Work(deal, sweep.text)
    with cluster(2, 1) as client:
        cluster_of = pfsim.dask._Cluster(client, "pfsim-bench", work)

        def all_tasks() -> None:
            made = as_completed(with_results=True)
            begun = 0
            for begun in range(16):
                made.add(cluster_of.submit("_build_only", begun, begun + 1, ()))
            for _ in made:
                if begun + 1 < count:
                    begun += 1
                    made.add(cluster_of.submit("_build_only", begun, begun + 1, ()))

        client.run(_patch)
        seconds, each, _ = timed(all_tasks, lambda: of_all(client, time.process_time))
        names = ("client", "scheduler", "workers")
        parts = (each[0], each[1], sum(each[2:]))
        print(f"\n{count:,} tasks that do nothing: {seconds / count * 1e3:.2f} ms each; processor time of a task: ", end="")
        print(", ".join(f"{name} {part / count * 1e3:.2f} ms" for name, part in zip(names, parts, strict=True)))
        options = pfsim._pfsim.Options(threads=1)
        rows = sweep._sweep.run(options, list(range(250)))
        print(f"a task of the sweep: {len(work.contents):,} bytes of a deal, and its scenarios; the rows of 250: {len(rows):,} bytes")
        for begin, end in ((0, 400_000), (400_384, 800_256)):
            started = time.perf_counter()
            shard = pfsim._pfsim.shard(deal._scenario, options, begin, end)
            took = time.perf_counter() - started
            print(f"trials {begin:,} to {end:,}: {took:.2f} s, {len(shard) / 1e6:.1f} MB")


def _patch() -> None:
    import pfsim.dask

    pfsim.dask._build_only = lambda *_: pfsim.dask._build()  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="about so long is a sweep on two cores")
    parser.add_argument("--pairs", type=int, default=2, help="how often both ways take turns")
    parser.add_argument("--points", type=int, default=100_000, help="scenarios of the sweep whose memory is measured")
    parser.add_argument("--trials", type=int, default=500, help="trials of each of them")
    parser.add_argument("--only", choices=["overhead", "run", "memory", "single"], help="one of the measurements")
    chosen = parser.parse_args()
    deal = pfsim.parse(pfsim.STARTER)
    print(f"pfsim {pfsim.__version__}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if chosen.only in (None, "single"):
        single(deal, 3_000)
    if chosen.only in (None, "memory"):
        memory(deal, chosen.points, chosen.trials)
    if chosen.only in (None, "overhead"):
        sweep = design(deal, round(2 * RATE * chosen.seconds), 20_000)
        overhead(
            f"{len(sweep):,} scenarios of 20,000 trials",
            lambda: cells(sweep.run(threads=2)),
            lambda client: cells(sweep.run(client=client)),
            chosen.pairs,
        )
    if chosen.only in (None, "run"):
        people = deal.set({"simulation.one_by_one": True})
        trials = 1_000
        start = time.perf_counter()
        people.run(trials, threads=2)
        trials = round(trials * chosen.seconds / (time.perf_counter() - start))
        overhead(
            f"One run of {trials:,} trials, people one by one",
            lambda: people.run(trials, threads=2).json,
            lambda client: people.run(trials, client=client).json,
            chosen.pairs,
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
