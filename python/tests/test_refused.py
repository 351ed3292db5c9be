"""Odd input: refused in words, by an error of pfsim's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pfsim

CAP = ("payor", "City", "cap")
WRONG: dict[str, Callable[[pfsim.Deal], Any]] = {
    "trials below none": lambda deal: deal.run(trials=-1),
    "a seed below none": lambda deal: deal.run(trials=10, seed=-1),
    "a seed beyond 64 bits": lambda deal: deal.run(trials=10, seed=2**64),
    "threads below none": lambda deal: deal.run(trials=10, threads=-1),
    "a trial below none": lambda deal: deal.explain(-1),
    "paths below none": lambda deal: deal.sensitivity(paths=-1, trials=10),
    "no percentile": lambda deal: deal.explain(at=None),  # type: ignore[arg-type]
    "half a letter as a value": lambda deal: deal.set({CAP: "\ud800"}),
    "half a letter as a figure": lambda deal: deal.stress(["\ud800"], trials=10),
    "half a letter as a text": lambda deal: pfsim.parse("\ud800"),
    "bytes as values": lambda deal: deal.sweep({CAP: bytearray(b"ab")}, "payors.total.mean", trials=10),
    "a number as a file": lambda deal: pfsim.parse(deal.text, files={"p.csv": 5}),  # type: ignore[dict-item]
    "a number too large for TOML": lambda deal: deal.set({CAP: 2**70}),
    "one path twice": lambda deal: deal.set({CAP: 1_000_000, 'payor."City".cap': 2_000_000}),
    "choices that are no changes": lambda deal: deal.information(choices={"a": 5}, trials=10),  # type: ignore[dict-item]
    "options that are no changes": lambda deal: deal.sweep({"a": {"x": 5}}, "payors.total.mean", trials=10),
    "a choice that is there already": lambda deal: deal.information(choices={"sign it": {CAP: 2_000_000}}, trials=10),
    "a choice without a name": lambda deal: deal.information(choices={" ": {CAP: 2_000_000}}, trials=10),
    "a chance as a number": lambda deal: deal.run(trials=10).quantile("investors.loss", 0.5),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_refused(what: str, starter: pfsim.Deal) -> None:
    with pytest.raises(pfsim.UsageError) as caught:
        WRONG[what](starter)
    assert len(str(caught.value)) > 15 and "Traceback" not in str(caught.value)


def test_truths_and_dates_of_numpy_are_what_they_are(starter: pfsim.Deal) -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.raises(pfsim.ScenarioError):
        starter.set({CAP: numpy.bool_(True)})
    assert starter.set({"deal.start": numpy.datetime64("2027-01-01")})["deal.start"] == "2027-01-01"


def test_what_is_no_text_is_said(starter: pfsim.Deal, tmp_path: Path) -> None:
    (tmp_path / "results.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(pfsim.FileError, match="UTF-8"):
        starter.settle(tmp_path / "results.toml")
    with pytest.raises(OSError):
        starter.settle(tmp_path)


def test_what_would_take_days_is_said_soon(starter: pfsim.Deal) -> None:
    with pytest.raises(pfsim.UsageError, match=r"about [0-9]+ days.*large=True"):
        starter.run(trials=10**12, every=False)


def test_far_quantiles_have_no_error_that_means_anything(starter: pfsim.Deal) -> None:
    run = starter.run(trials=500)
    assert run.quantile("investors.gain", 0.001).se is None and run.quantile("investors.gain", 0.5).se is not None
    few = starter.run(trials=10, every=False)
    assert len(few.trials) == 10 and few.quantile("payors.total", 0.5) == few["payors.total"].p50
    assert starter.explain(at="p10", by=("payor", "City", "total")).trial == starter.explain(at="p10", by='payor."City".total').trial
