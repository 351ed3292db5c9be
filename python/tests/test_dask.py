"""Sweeps and runs on a cluster: worker processes of their own, over TCP, some of which are killed, come late or have another build."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pfsim

pytest.importorskip("distributed", reason="dask.distributed is not installed")

from distributed import Client

import pfsim.dask

cloudpickle: Any = pytest.importorskip("cloudpickle")
psutil: Any = pytest.importorskip("psutil")

# What tests ask of workers and the scheduler goes there with its code: they do not have this file.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

PRICE = ("payment", "placements", "price", "per_unit")
CAP = ("payor", "City", "cap")
METRICS = ["payors.total.mean", "payors.total.p95", "investors.loss.mean"]

#: Seconds after which something that is waited for will not come any more.
LATEST = 40.0


def until(what: Callable[[], Any]) -> Any:
    """What ``what`` comes to, once that is something."""
    end = time.monotonic() + LATEST
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


class Machines:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.special: list[str] = []
        where = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(where))
        until(where.exists)
        self.client = Client(scheduler_file=str(where), set_as_default=False, timeout=5)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdout=log, stderr=log, cwd=self.folder)
        self.started.append(started)
        return started

    def start(self, *arguments: str, preload: str | None = None) -> str:
        """Start a worker; its name."""
        name = f"worker-{len(self.started)}"
        more = list(arguments) or ["--no-nanny"]
        if more != ["--no-nanny"] or preload is not None:
            self.special.append(name)
        if preload is not None:
            file = self.folder / f"{name}.py"
            file.write_text(preload)
            more += ["--preload", str(file)]
        address = self.client.scheduler.address
        self.workers[name] = self._start("worker", address, "--name", name, "--no-dashboard", "--nthreads", "1", *more)
        return name

    def stop(self, name: str) -> None:
        """Stop a worker, so that the scheduler knows."""
        worker = self.workers.pop(name)
        self.special = [special for special in self.special if special != name]
        worker.terminate()
        worker.wait(LATEST)
        until(lambda: name not in self.addresses())

    def only(self, count: int) -> list[str]:
        """So many usual workers, and no others: their names."""
        for name in [*self.special, *[name for name in self.workers if name not in self.special][count:]]:
            self.stop(name)
        for _ in range(count - len(self.workers)):
            self.start()
        until(lambda: set(self.addresses()) == set(self.workers))
        return list(self.workers)

    def addresses(self) -> dict[str, str]:
        """Names of the workers and their addresses."""
        known = self.client.run_on_scheduler(lambda dask_scheduler: {of.name: at for at, of in dask_scheduler.workers.items()})
        return {str(name): address for name, address in known.items()}

    def tasks(self) -> list[str]:
        """What the scheduler has to do, or keeps."""
        return [str(key) for key in self.client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))]

    def done_by(self, address: str) -> int:
        """How many tasks a worker has finished."""
        return int(self.client.run(_finished, workers=[address])[address])

    def close(self) -> None:
        self.client.close()
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            process.wait(LATEST)


def _finished(dask_worker: Any) -> int:
    """Tasks of sweeps that a worker has finished."""
    return sum(1 for entry in dask_worker.state.log if str(entry[0]).startswith("pfsim-sweep") and "memory" in entry[1:4])


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    made = Machines(tmp_path_factory.mktemp("machines"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of a tenth of a second, so that a sweep of seconds has as many as one of minutes."""
    monkeypatch.setattr(pfsim.dask, "ABOUT", 0.1)
    monkeypatch.setattr(pfsim.dask, "LONG", 0.1)
    monkeypatch.setattr(pfsim.dask, "LEAST", 0.05)


@pytest.fixture(scope="module")
def deal() -> pfsim.Deal:
    return pfsim.parse(pfsim.STARTER)


@pytest.fixture(scope="module")
def drawn() -> pfsim.Deal:
    """A deal whose effect is drawn from 20,000 posterior draws, too many to go with each task."""
    chance = random.Random(1)
    table = "effect\n" + "".join(f"{chance.gauss(0.1, 0.05)!r}\n" for _ in range(20_000))
    normal = "effect = { normal = { mean = 0.10, sd = 0.05 } }"
    assert normal in pfsim.STARTER
    text = pfsim.STARTER.replace(normal, 'effect = { draws = { file = "draws.csv", column = "effect" } }')
    made = pfsim.parse(text, files={"draws.csv": table})
    assert len(pfsim.dask._Work(made, None).contents) > 10 * pfsim.dask.SENT
    return made


def design(deal: pfsim.Deal, prices: int = 20, trials: int = 5_000) -> pfsim.Sweep:
    """A sweep of some hundred scenarios."""
    return deal.design({PRICE: pfsim.Span(3_000, 6_000, steps=prices), CAP: pfsim.Span(5e5, 3e6, steps=20)}, METRICS, trials=trials)


@pytest.fixture(scope="module")
def here(deal: pfsim.Deal) -> Any:
    """What one process makes of the sweep."""
    return bits(design(deal).run())


def bits(frame: Any) -> list[tuple[str, bytes]]:
    """A frame to the bit, whatever it is made of: text of numbers that reads back to the same number."""
    columns = list(frame.columns)
    assert len(columns) > len(METRICS)
    return [(str(name), repr([value for value in frame[name]]).encode()) for name in columns]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_bytes_of_one_process(machines: Machines, deal: pfsim.Deal, here: Any, count: int) -> None:
    machines.only(count)
    assert bits(design(deal).run(client=machines.client)) == here
    there = deal.run(trials=200_001, seed=7, client=machines.client)
    assert there.json == deal.run(trials=200_001, seed=7).json
    assert there.n_trials == 200_001
    assert deal.run(trials=1, client=machines.client, audit=True).json == deal.run(trials=1, audit=True).json


def test_a_large_table_is_not_sent_with_each_task(machines: Machines, drawn: pfsim.Deal) -> None:
    machines.only(2)
    assert drawn.run(trials=100_000, client=machines.client).json == drawn.run(trials=100_000).json
    asked: list[int] = []

    def told(*_: Any) -> None:
        asked.append(max(machines.client.run_on_scheduler(_largest)))

    assert bits(design(drawn, 3).run(client=machines.client, progress=told)) == bits(design(drawn, 3).run())
    assert max(asked) < 2 * pfsim.dask.SENT


def test_workers_know_what_is_known_of_a_running_deal(machines: Machines, deal: pfsim.Deal) -> None:
    machines.only(2)
    running = deal.given("result = [{ measure = 'placements', cohort = 1, units = 44 }]\n")
    here = running.run(trials=20_001)
    assert running.run(trials=20_001, client=machines.client).json == here.json != deal.run(trials=20_001).json


def _largest(dask_scheduler: Any) -> list[int]:
    """Bytes of each task of a sweep that the scheduler has, as it goes to a worker."""
    from distributed.protocol import serialize_bytes

    tasks = [of for key, of in dask_scheduler.tasks.items() if str(key).startswith("pfsim-sweep")]
    return [len(serialize_bytes(of.run_spec)) for of in tasks if of.run_spec is not None] or [0]


def test_a_worker_is_killed(machines: Machines, deal: pfsim.Deal, here: Any) -> None:
    for work, same in (
        (lambda told: bits(design(deal).run(client=machines.client, progress=told)), here),
        (lambda told: deal.run(trials=600_000, client=machines.client, progress=told).json, deal.run(trials=600_000).json),
    ):
        machines.only(2)
        lost: list[tuple[str, str]] = []

        def told(phase: str, done: int, total: int) -> None:
            if lost:
                return
            for name, address in machines.addresses().items():
                worker = machines.workers[name]
                # While it is stopped it finishes nothing.
                worker.send_signal(signal.SIGSTOP)
                if machines.client.nthreads() and machines.client.processing()[address]:
                    worker.send_signal(signal.SIGKILL)
                    worker.wait()
                    del machines.workers[name]
                    lost.append((name, address))
                    until(lambda: name not in machines.addresses())
                    return
                worker.send_signal(signal.SIGCONT)

        assert work(told) == same
        [(_, address)] = lost
        [gone] = [event for _, event in machines.client.get_events(address) if event["action"] == "remove-worker"]
        assert gone["processing-tasks"], "it was killed while it worked"


def test_the_only_worker_is_killed_and_its_nanny_starts_another(machines: Machines, drawn: pfsim.Deal) -> None:
    machines.only(0)
    name = machines.start("--nanny")
    killed: list[int] = []

    def told(phase: str, done: int, total: int) -> None:
        if not killed and done < total and any(machines.client.processing().values()):
            [process] = machines.client.run(os.getpid).values()
            os.kill(process, signal.SIGKILL)
            killed.append(process)

    until(lambda: name in machines.addresses())
    assert bits(design(drawn, 5).run(client=machines.client, progress=told)) == bits(design(drawn, 5).run())
    assert killed and list(machines.client.run(os.getpid).values()) != killed
    machines.stop(name)


def test_a_worker_comes_late(machines: Machines, deal: pfsim.Deal, here: Any) -> None:
    machines.only(1)
    came: list[str] = []

    def told(phase: str, done: int, total: int) -> None:
        if not came:
            name = machines.start()
            came.append(until(lambda: machines.addresses().get(name)))

    assert bits(design(deal).run(client=machines.client, progress=told)) == here
    assert machines.done_by(came[0]) > 0
    assert len(machines.addresses()) == 2


def test_no_worker_has_come_yet(machines: Machines, deal: pfsim.Deal, here: Any) -> None:
    machines.only(0)
    with pytest.warns(UserWarning, match="no worker yet"):
        made = design(deal).batches(client=machines.client)
        machines.start()
        first = next(made)
    with closing(made):
        assert len(first) >= 1
        assert sum(len(batch) for batch in made) + len(first) == len(design(deal))


OTHER_BUILD = "import pfsim._pfsim\npfsim._pfsim.build = lambda: '0123 4567'\n"
NO_PFSIM = "import sys\nsys.modules['pfsim'] = None\n"


@pytest.mark.parametrize(("preload", "says"), [(OTHER_BUILD, "another build of pfsim"), (NO_PFSIM, "cannot load pfsim")])
def test_other_builds_are_refused(machines: Machines, deal: pfsim.Deal, preload: str, says: str) -> None:
    machines.only(1)
    told_of: list[str] = []

    def told(phase: str, done: int, total: int) -> None:
        if not told_of:
            told_of.append(machines.start(preload=preload))
            until(lambda: told_of[0] in machines.addresses())

    # It comes late.
    began = time.monotonic()
    with pytest.raises(pfsim.UsageError, match=says) as late:
        design(deal, 200).run(client=machines.client, progress=told)
    assert time.monotonic() - began < LATEST
    # It was there before.
    with pytest.raises(pfsim.UsageError, match=says) as before:
        deal.run(client=machines.client)
    assert machines.addresses()[told_of[0]] in str(before.value)
    if preload is OTHER_BUILD:
        assert str(late.value) == str(before.value)
    until(lambda: not machines.tasks())
    machines.stop(told_of[0])


def test_an_error_is_that_of_one_process(machines: Machines, deal: pfsim.Deal) -> None:
    machines.only(2)
    cohorts, periods = ("program", "cohorts"), ("deal", "periods")
    axes: dict[Any, Any] = {cohorts: [{"count": 6, "size": 100}, {"count": 9, "size": 100}], periods: [16, 12]}
    made = deal.design(axes, METRICS, design="list", trials=500)
    with pytest.raises(pfsim.ScenarioError, match="falls due in period 13") as alone:
        made.run()
    with pytest.raises(pfsim.ScenarioError) as there:
        made.run(client=machines.client)
    assert str(there.value) == str(alone.value)
    assert there.value.problems == alone.value.problems
    until(lambda: not machines.tasks())
    with pytest.raises(pfsim.UsageError, match="trials"):
        deal.run(trials=0, client=machines.client)
    with pytest.raises(pfsim.UsageError, match=r"distributed\.Client"):
        deal.run(client="tcp://127.0.0.1:8786")


def test_a_closed_generator_leaves_no_task(
    machines: Machines, deal: pfsim.Deal, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.only(2)
    batches = design(deal, 100).batches(client=machines.client)
    assert len(next(batches)) > 0
    assert machines.tasks()
    batches.close()
    until(lambda: not machines.tasks())

    def told(*_: Any) -> None:
        raise RuntimeError("the caller's own")

    for work in (design(deal).run, deal.run):
        with pytest.raises(RuntimeError, match="the caller's own") as raised:
            work(client=machines.client, progress=told)
        assert raised.tb is not None
        until(lambda: not machines.tasks())

    class Full:
        def __init__(self, *_: Any) -> None: ...

        def known(self) -> list[int]:
            return []

        def append(self, *_: Any) -> None:
            raise OSError("no space left on device")

        def close(self) -> None: ...

    monkeypatch.setattr(pfsim._pfsim, "SweepFolder", Full)
    with pytest.raises(OSError, match="no space") as held:
        design(deal, 100).run(client=machines.client, folder="anywhere")
    assert held.tb is not None
    until(lambda: not machines.tasks())
    # The same again, at once, is not confused with what was given up.
    assert bits(design(deal).run(client=machines.client)) == here


INTERRUPTED = """
import sys
import pfsim
from distributed import Client

def told(phase, done, total):
    print("works", flush=True)

client = Client(scheduler_file=sys.argv[1])
try:
    pfsim.parse(pfsim.STARTER).run(trials=1_000_000_000, client=client, progress=told)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.stdin.readline()  # the client is there still: what it has begun is not given up because it is gone
"""


def test_ctrl_c_leaves_no_task(machines: Machines) -> None:
    machines.only(2)
    arguments = [sys.executable, "-c", INTERRUPTED, str(machines.folder / "scheduler.json")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "works\n"
        until(machines.tasks)
        process.send_signal(signal.SIGINT)
        assert "interrupted\n" in iter(process.stdout.readline, "")
        until(lambda: not machines.tasks())
        process.stdin.write("\n")


def test_a_client_or_a_scheduler_that_is_gone_stops_the_work(deal: pfsim.Deal, tmp_path: Path) -> None:
    with closing(Machines(tmp_path)) as machines:
        machines.only(1)
        other = Client(machines.client.scheduler.address, set_as_default=False)
        for client, end in ((other, other.close), (machines.client, machines.started[0].kill)):
            ended: list[bool] = []

            def told(*_: Any, end: Callable[[], None] = end, ended: list[bool] = ended) -> None:
                if not ended:
                    ended.append(True)
                    end()

            with pytest.raises(pfsim.Stopped, match="gave the work up"):
                deal.run(trials=1_000_000_000, client=client, progress=told)
            assert ended
        with pytest.raises(pfsim.UsageError, match="closed"):
            deal.run(client=other)


def test_a_folder_goes_on(machines: Machines, deal: pfsim.Deal, here: Any, tmp_path: Path) -> None:
    machines.only(2)
    heard: list[tuple[int, int]] = []
    folder = tmp_path / "sweep"
    with closing(design(deal).batches(folder=folder, client=machines.client)) as batches:
        made = sum(len(next(batches)) for _ in range(5))
    assert 0 < made < len(design(deal))
    frame = design(deal).run(folder=folder, client=machines.client, progress=lambda _, done, total: heard.append((done, total)))
    assert bits(frame) == here
    # Rows that were kept are not made again.
    assert heard[-1][1] <= (len(design(deal)) - made) * 5_000
    assert {"sweep.csv", "sweep.toml"} <= {file.name for file in folder.iterdir()}
    # All is there: nobody has to work.
    assert bits(design(deal).run(folder=folder, client=machines.client, progress=lambda *_: pytest.fail("it worked"))) == here


def test_progress_goes_up_to_all(machines: Machines, deal: pfsim.Deal) -> None:
    machines.only(2)
    heard: list[tuple[str, int, int]] = []
    groups: set[str] = set()

    def told(phase: str, done: int, total: int) -> None:
        heard.append((phase, done, total))
        groups.update(machines.client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.task_prefixes)))

    for work, all_trials in ((design(deal).run, len(design(deal)) * 5_000), (lambda **how: deal.run(300_000, **how), 300_000)):
        heard.clear()
        work(client=machines.client, progress=told)
        done = [done for _, done, _ in heard]
        assert len(done) > 3 and done == sorted(set(done)) and done[-1] == all_trials
        assert {total for _, _, total in heard} == {all_trials} and len({phase for phase, _, _ in heard}) == 1
    assert {"pfsim-sweep", "pfsim-run"} <= groups


def test_each_thread_of_a_worker_has_a_task_and_none_more(machines: Machines, deal: pfsim.Deal, here: Any) -> None:
    machines.only(0)
    name = machines.start("--no-nanny", "--nthreads", "2")
    until(lambda: name in machines.addresses())
    process = psutil.Process(machines.workers[name].pid)
    before = process.num_threads()
    at_once: list[int] = []
    threads: list[int] = []

    def told(*_: Any) -> None:
        at_once.extend(machines.client.run(lambda dask_worker: dask_worker.state.executing_count).values())
        threads.append(process.num_threads())

    assert bits(design(deal).run(client=machines.client, progress=told)) == here
    assert max(at_once) == 2
    # For each of both: the one that Dask starts, the engine's one, and the one that waits for it. (Dask starts few of its own as well.)
    assert max(threads) - before <= 10
    machines.stop(name)


def test_tasks_are_few_whatever_there_is_to_do() -> None:
    for count, each, threads, whole in [
        (100_000, 1e-6, 2, 512),
        (100_000, 1e-3, 2, 512),
        (100_000, 1.0, 2, 64),
        (100_000, 60.0, 1600, 64),
        (10**7, 1e-3, 1600, 64),
        (640, 0.1, 2, 64),
        (1, 1.0, 16, 64),
    ]:
        pieces = pfsim.dask.Pieces(count, first=1, whole=whole)
        ranges: list[tuple[int, int]] = []
        while (piece := pieces.next(threads)) is not None:
            ranges.append(piece)
            pieces.took(piece[1] - piece[0], (piece[1] - piece[0]) * each, 1.0)
        assert [start for start, _ in ranges] == [0, *(end for _, end in ranges[:-1])] and ranges[-1][1] == count
        assert len(ranges) <= 1.1 * max(pfsim.dask.MOST, pfsim.dask.MOST_EACH * threads)


def test_pieces_of_a_run_are_whole_blocks() -> None:
    pieces = pfsim.dask.Pieces(1_000_001, first=2_048, whole=512, multiple=512)
    ranges: list[tuple[int, int]] = []
    while (piece := pieces.next(4)) is not None:
        ranges.append(piece)
        pieces.took(piece[1] - piece[0], 0.3, 1.0)
    assert all(start % 512 == 0 for start, _ in ranges) and ranges[-1][1] == 1_000_001
