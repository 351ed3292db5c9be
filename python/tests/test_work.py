"""While it works: progress, Ctrl-C, threads, forks, other Python threads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import pfsim

MANY = 40_000_000


def test_progress_is_told_in_order_and_to_the_end(starter: pfsim.Deal) -> None:
    told: list[tuple[str, int, int]] = []
    starter.run(trials=2_000_000, every=False, progress=lambda *of: told.append(of))
    assert told and told[-1] == ("simulating", 2_000_000, 2_000_000)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_an_error_in_what_hears_of_it_stops_the_work(starter: pfsim.Deal) -> None:
    def enough(phase: str, done: int, total: int) -> None:
        raise LookupError("enough")

    start = time.monotonic()
    with pytest.raises(LookupError, match="enough"):
        starter.run(trials=MANY, every=False, progress=enough)
    assert time.monotonic() - start < 10


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_stops_a_run(starter: pfsim.Deal) -> None:
    sent: list[float] = []

    def send() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.5, send)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        starter.run(trials=MANY, every=False)
    timer.join()
    assert time.monotonic() - sent[0] < 5
    assert starter.run(trials=100).n_trials == 100


def test_other_threads_of_python_go_on(starter: pfsim.Deal) -> None:
    counted = 0
    done = threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1
            time.sleep(0.001)

    other = threading.Thread(target=count)
    other.start()
    starter.run(trials=1_000_000, every=False, threads=1)
    done.set()
    other.join()
    assert counted > 20


def test_threads_change_no_number_and_calls_may_be_at_once(starter: pfsim.Deal) -> None:
    alone = starter.run(trials=5_000, threads=1).json
    assert alone == starter.run(trials=5_000, threads=3).json == starter.run(trials=5_000).json
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda threads: starter.run(trials=5_000, threads=threads).json, [1, 1, 2, None, 1, 2]))
    assert set(made) == {alone}
    with pytest.raises(pfsim.UsageError):
        starter.run(trials=10, threads=0)


def _json(trials: int) -> str:
    return pfsim.parse(pfsim.STARTER).run(trials=trials).json


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_threads_of_its_own(starter: pfsim.Deal) -> None:
    here = starter.run(trials=5_000).json
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(_json, [5_000, 5_000]).get(timeout=60) == [here, here]


def test_a_bar_of_tqdm_or_a_line(starter: pfsim.Deal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    starter.run(trials=500_000, every=False, progress=True)
    assert "simulating" in capsys.readouterr().err
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    starter.run(trials=500_000, every=False, progress=True)
    assert "simulating: 100%" in capsys.readouterr().err
