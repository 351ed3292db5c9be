"""Sweeps: every kind of axis, the rows of the command, folders that go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pfsim

from .conftest import Command, same_as_on_disk

pytest.importorskip("pandas")

PRICE = ("payment", "placements", "price", "per_unit")
CAP = ("payor", "City", "cap")
FIGURES = ["payors.total.p95", "investors.loss"]


def test_a_row_is_the_run_of_its_deal(starter: pfsim.Deal) -> None:
    rows = starter.sweep({PRICE: [4_000, 5_000], CAP: [1_500_000, 2_500_000]}, FIGURES, trials=400, seed=7)
    assert len(rows) == 4 and list(rows.columns)[:3] == ["scenario", "payment.placements.price.per_unit", "payor.City.cap"]
    for row in rows.to_dict("records"):
        deal = starter.set({PRICE: row["payment.placements.price.per_unit"], CAP: row["payor.City.cap"]})
        run = deal.run(trials=400, seed=7)
        for figure in FIGURES:
            asked = run["investors.loss"].mean if figure == "investors.loss" else run[figure]
            assert row[figure] == asked and row[f"{figure}.se"] == asked.se


def test_the_table_is_that_of_the_command(starter: pfsim.Deal, command: Command, tmp_path: Path) -> None:
    made = starter.design({"price": pfsim.Axis([PRICE], pfsim.Span(4_000, 5_000, steps=5)), CAP: [2_000_000]}, FIGURES, trials=300,
                          such_that=["investors.loss <= 0.3"], minimise="payors.total.p95", name="prices")  # fmt: skip
    (tmp_path / "sweep.toml").write_text(made.text, encoding="utf-8")
    (tmp_path / starter.file).write_text(starter.text, encoding="utf-8")
    said = command("sweep", str(tmp_path / "sweep.toml"), "--out", str(tmp_path / "out")).stdout.decode()
    rows = made.run()
    same_as_on_disk(rows.drop(columns="meets"), tmp_path / "out" / "sweep.csv", frozenset({"file"}))
    assert list(rows["meets"]) == list(rows["investors.loss"] <= 0.3)
    assert made.answer() == said
    made.run(folder=tmp_path / "folder")
    for path in (tmp_path / "out").iterdir():
        assert path.read_bytes() == (tmp_path / "folder" / path.name).read_bytes(), path.name


def test_every_kind_of_axis(starter: pfsim.Deal) -> None:
    named = {"as it is": {CAP: 2_500_000}, "lower cap, dearer": {CAP: 2_000_000, PRICE: 5_000}}
    rows = starter.sweep({"term sheet": named}, FIGURES, trials=200)
    assert list(rows["term sheet"]) == list(named)
    log = starter.sweep({CAP: pfsim.Span(1_000_000, 4_000_000, steps=3, log=True, step=1_000)}, FIGURES, trials=100)
    assert list(log["payor.City.cap"]) == [1_000_000, 2_000_000, 4_000_000]
    spread = starter.sweep({CAP: pfsim.Span(1_000_000, 4_000_000, step=1_000)}, FIGURES, trials=100, design="sobol", points=16)
    assert len(spread) == 16 and spread["payor.City.cap"].between(1_000_000, 4_000_000).all()
    numpy = pytest.importorskip("numpy")
    assert len(starter.sweep({CAP: numpy.linspace(1e6, 2e6, 3)}, FIGURES, trials=100)) == 3


def test_what_makes_no_sense_is_refused_at_its_place(starter: pfsim.Deal) -> None:
    with pytest.raises(pfsim.ScenarioError, match="no metric|no figure|did you mean"):
        starter.sweep({CAP: [1_000_000]}, ["payors.totl"], trials=100)
    with pytest.raises(pfsim.ScenarioError, match="unknown key `capp`"):
        starter.sweep({"payor.City.capp": [1]}, FIGURES, trials=100)
    with pytest.raises(pfsim.UsageError, match="list of values"):
        starter.sweep({CAP: "2_000_000"}, FIGURES, trials=100)
    with pytest.raises(pfsim.UsageError, match="large=True"):
        starter.sweep({CAP: pfsim.Span(1_000_000, 2_000_000, steps=200_000)}, FIGURES, trials=10)
    with pytest.raises(pfsim.UsageError, match=r"Span\(start, stop, step="):
        starter.solve({CAP: pfsim.Span(1, 2)}, minimise=CAP, such_that=["investors.loss <= 1"])


def test_batches_come_as_they_are_made_and_a_folder_goes_on(starter: pfsim.Deal, tmp_path: Path, command: Command) -> None:
    made = starter.design({PRICE: pfsim.Span(3_000, 6_000, steps=700)}, FIGURES, trials=1_000)
    folder = tmp_path / "sweep"
    batches = made.batches(folder=folder)
    first = next(batches)
    assert 0 < len(first) < 700
    batches.close()
    assert not (folder / "sweep.csv").exists()
    seen: list[tuple[int, int]] = []
    rows = made.run(folder=folder, progress=lambda phase, done, total: seen.append((done, total)))
    assert len(rows) == 700 and (folder / "sweep.csv").exists()
    assert seen[-1][0] == seen[-1][1] == (700 - len(first)) * 1_000
    whole = made.run()
    assert rows.equals(whole) and sorted(whole["scenario"]) == list(range(1, 701))
    assert made.run(folder=folder).equals(whole)
    other = starter.design({PRICE: pfsim.Span(3_000, 6_000, steps=3)}, FIGURES, trials=1_000)
    with pytest.raises(pfsim.FileError):
        other.run(folder=folder)


def test_two_processes_do_not_write_one_folder(starter: pfsim.Deal, tmp_path: Path) -> None:
    made = starter.design({PRICE: pfsim.Span(3_000, 6_000, steps=700)}, FIGURES, trials=1_000)
    batches: Any = made.batches(folder=tmp_path / "sweep")
    next(batches)
    with pytest.raises(pfsim.FileError, match="another pfsim is writing"):
        made.run(folder=tmp_path / "sweep")
    batches.close()


def test_an_error_that_somebody_holds_holds_no_folder(starter: pfsim.Deal, tmp_path: Path) -> None:
    made = starter.design({PRICE: pfsim.Span(3_000, 6_000, steps=700)}, FIGURES, trials=1_000)

    def stop(phase: str, done: int, total: int) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as held:
        made.run(folder=tmp_path / "sweep", progress=stop)
    assert held.value.__traceback__ is not None
    assert len(made.run(folder=tmp_path / "sweep")) == 700


def test_no_trials_and_names_that_are_taken_are_refused(starter: pfsim.Deal) -> None:
    with pytest.raises(pfsim.ScenarioError, match="at least one trial"):
        starter.sweep({PRICE: [4_500]}, FIGURES, trials=0)
    with pytest.raises(pfsim.UsageError, match="meets"):
        starter.sweep({"meets": pfsim.Axis([PRICE], [4_500])}, FIGURES, such_that="investors.loss <= 1", trials=10)
    assert len(starter.sweep({PRICE: [4_500]}, "payors.total.mean", such_that="investors.loss <= 1", trials=10)) == 1
