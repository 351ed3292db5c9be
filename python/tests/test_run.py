"""What a run says: figures with errors, the memo, charts, the folder that `pfsim verify` accepts."""

from __future__ import annotations

import math
import pickle
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import pfsim

from .conftest import Command


def test_figures_are_numbers_that_know_their_error(starter: pfsim.Deal) -> None:
    run = starter.run(trials=2_000)
    paid = run["payors.total"]
    assert isinstance(paid, pfsim.Metric) and isinstance(paid.p95, pfsim.Figure) and issubclass(pfsim.Figure, float)
    assert paid.p95.value == paid.p95 and paid.p95.unit == "USD" and "payors" in paid.p95.label
    assert paid.p95 == run["payors.total.p95"] and paid.p95.se == run["payors.total.p95"].se
    assert paid.mean.se is not None and 0 < paid.mean.se < paid.mean
    assert paid.max.se is None and paid.mean + 1 > paid.mean
    loss = run["investors.loss"]
    assert loss.mean.unit == "share" and loss.of == 1 and 0 <= loss.mean <= 1
    assert run["investors.gain"].es5 <= run["investors.gain"].p5
    assert pickle.loads(pickle.dumps(paid.p95)).se == paid.p95.se
    assert "USD" in repr(paid.p95) and "mean" in repr(paid) and "p95" in dir(paid)


def test_names_that_are_not_there(starter: pfsim.Deal) -> None:
    run = starter.run(trials=100)
    with pytest.raises(KeyError, match="did you mean"):
        run["payors.totl"]
    with pytest.raises(pfsim.UsageError):
        run["payors.totl"]
    with pytest.raises(AttributeError, match="it has: mean"):
        _ = run["payors.total"].p42
    assert "payors.total" in run and "payors.totl" not in run and "payors.total" in list(run)


def test_what_no_trial_has_is_nan(starter: pfsim.Deal) -> None:
    # A program that costs nothing draws no money: there is nothing that a rate of return could be of.
    free = {("program", "cost", "training", "per_participant"): 0, ("program", "cost", "management", "per_period"): 0}
    run = starter.set(free).run(trials=200)
    rate = run["investors.irr"]
    assert rate.undefined == 1 and math.isnan(rate.mean) and rate.mean.se is None and math.isnan(rate.p95)
    assert run.trials["investors.irr"].isna().all() and run["tranche", "bank loan", "drawn"].max == 0
    assert run["payors.total"].undefined == 0 and run["payors.total"].mean > 0


def test_the_folder_of_a_report_is_verified(starter: pfsim.Deal, tmp_path: Path, command: Command) -> None:
    run = starter.set({("payor", "City", "cap"): 2_000_000}).run(trials=1_000, audit=True)
    run.report(tmp_path / "out")
    command("verify", str(tmp_path / "out"))
    assert (tmp_path / "out" / "summary.json").read_text() == run.json
    assert (tmp_path / "out" / "memo.txt").read_text() == run.memo == str(run)
    assert set(run.files()) | {"manifest.sha256"} == {path.name for path in (tmp_path / "out").iterdir()}
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    with pytest.raises(pfsim.FileError):
        run.report(other)
    assert [path.name for path in other.iterdir()] == ["mine.txt"]


def test_a_folder_is_what_the_command_writes(tmp_path: Path, command: Command) -> None:
    command("run", "scenarios/starter.toml", "--trials", "700", "--out", str(tmp_path / "one"))
    pfsim.read("scenarios/starter.toml").run(trials=700).report(tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_charts_are_whole_documents(starter: pfsim.Deal, tmp_path: Path) -> None:
    run = starter.run(trials=500)
    assert len(run.charts) > 3
    for chart in run.charts:
        root = ElementTree.fromstring(chart.svg)
        assert root.tag.endswith("svg") and chart._repr_svg_() == chart.svg
    run.charts[0].save(tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8") == run.charts[0].svg
    page = run._repr_html_()
    assert page.count("<img") == 3 < len(run.charts) and f"{len(run.charts) - 3} more" in page and "<script" not in page


def test_what_others_wrote_is_no_markup() -> None:
    deal = pfsim.parse(pfsim.STARTER.replace('"My first deal"', '"<script>alert(1)</script>"'))
    run = deal.run(trials=100)
    assert "<script" not in deal._repr_html_() + run._repr_html_() + deal.layers(trials=100)._repr_html_()


def test_the_audit_and_the_limits_are_passed_on(starter: pfsim.Deal) -> None:
    assert starter.run(trials=300, audit=True).data["metrics"] == starter.run(trials=300).data["metrics"]
    for wrong in (0, -1, 10**13):
        with pytest.raises((pfsim.UsageError, OverflowError)):
            starter.run(trials=wrong)
    with pytest.raises(pfsim.UsageError, match="GB of memory"):
        starter.run(trials=100_000_000, every=True)


def test_quantities_say_what_they_mean(starter: pfsim.Deal) -> None:
    known = starter.quantities
    assert list(known.columns) == ["name", "label", "unit", "over", "definition"]
    assert set(known["name"]) == set(starter.run(trials=10))
    assert (known["definition"].str.len() > 10).all()


def test_names_within_a_name_need_no_quotes(starter: pfsim.Deal) -> None:
    run = starter.run(trials=500)
    whole = run['payor."City".total']
    for name in ("payor.City.total", ("payor", "City", "total")):
        assert run[name].name == whole.name and name in run
    assert run["payor.City.total.p95"] == run["payor", "City", "total", "p95"] == whole.p95
    with pytest.raises(KeyError):
        run["payor", "Village", "total"]


def test_any_quantile_is_the_order_statistic(starter: pfsim.Deal) -> None:
    numpy = pytest.importorskip("numpy")
    run = starter.run(trials=3_001)
    for share in (0.01, 0.2, 0.5, 0.8, 0.95, 0.99):
        found = run.quantile("payors.total", share)
        # inf{x : F(x) >= p}, by another program's inverted distribution function
        assert found == numpy.quantile(run.trials["payors.total"].dropna(), share, method="inverted_cdf")
        assert found.se is not None and found.se >= 0 and found.unit == "USD"
    assert run.quantile("payors.total", 0.95).se == run["payors.total"].p95.se
    for wrong in (0, 1, -0.1, float("nan")):
        with pytest.raises(pfsim.UsageError):
            run.quantile("payors.total", wrong)
    with pytest.raises(pfsim.UsageError, match="every=True"):
        starter.run(trials=30_000, every=False).quantile("payors.total", 0.5)
