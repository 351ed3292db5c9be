"""Data frames: whichever library, the same numbers, floats as floats, nothing copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import pfsim

from .conftest import same_as_on_disk

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    yield
    pfsim.use(None)


def frames_of(make: Any) -> list[Any]:
    made = []
    for kind in ("pandas", "polars", "arrow"):
        pfsim.use(kind)
        made.append(make())
    return made


def test_every_library_sees_the_same_trials(starter: pfsim.Deal) -> None:
    one, two, three = frames_of(lambda: starter.run(trials=700).trials)
    assert isinstance(one, pandas.DataFrame) and isinstance(two, polars.DataFrame) and isinstance(three, pyarrow.Table)
    assert list(one.columns) == two.columns == three.column_names and len(one) == len(two) == len(three) == 700
    for name in one.columns:
        assert numpy.array_equal(one[name].to_numpy(), two[name].to_numpy(), equal_nan=True), name
        assert numpy.array_equal(one[name].to_numpy(), three[name].to_numpy(zero_copy_only=False).astype(one[name].dtype), equal_nan=True)
        kinds = (str(one[name].dtype), str(two[name].dtype), str(three[name].type))
        assert kinds == (("int64", "Int64", "int64") if name == "trial" else ("float64", "Float64", "double")), name


def test_the_trials_are_those_that_the_run_sums_up(starter: pfsim.Deal) -> None:
    run = starter.run(trials=5_000)
    for name, metric in ((name, run[name]) for name in run if "p50" in run.data["metrics"][name]):
        column = run.trials[name].to_numpy()
        known = column[~numpy.isnan(column)]
        if len(known) == 0:
            assert numpy.isnan(metric.mean)
            continue
        # A second way to each figure: NumPy's own sums and order.
        assert metric.mean == pytest.approx(known.mean(), rel=1e-12, abs=1e-9)
        assert metric.mean.se == pytest.approx(known.std(ddof=1) / len(known) ** 0.5, rel=1e-9, abs=1e-12)
        assert metric.min == known.min() and metric.max == known.max()
        assert known.min() <= metric.p5 <= metric.p50 <= metric.p95 <= known.max()
        assert (known < metric.p95).mean() <= 0.95 + 1e-9 and (known <= metric.p95).mean() >= 0.95 - 1e-9
        assert metric.undefined == pytest.approx(numpy.isnan(column).mean())


def test_chances_are_shares_of_trials(starter: pfsim.Deal) -> None:
    run = starter.run(trials=4_000)
    lost = (run.trials["investors.gain"] < 0).mean()
    assert run["investors.loss"].mean == pytest.approx(lost, abs=1e-12)
    chances = run.chances.set_index("chance")
    assert chances.loc["investors.loss", "holds"] == round(lost * 4_000) and chances["holds"].dtype == "int64"


def test_undefined_is_null_to_arrow_and_nan_to_numpy(starter: pfsim.Deal) -> None:
    run = starter.run(trials=3_000)
    lacking = {name: int(run.trials[name].isna().sum()) for name in run.trials.columns}
    # Where nothing is paid for success, there is no effect given that it was paid.
    unpaid = round(3_000 * run['payment."success".true_effect_given_paid'].undefined)
    assert lacking['payment."success".true_effect_given_paid'] == unpaid > 0 and lacking["payors.total"] == 0
    pfsim.use("arrow")
    assert {name: run.trials[name].null_count for name in run.trials.column_names} == lacking


def test_numbers_are_not_copied(starter: pfsim.Deal) -> None:
    table = starter.run(trials=1_000).table()
    column = table.column("payors.total")
    assert not isinstance(column, list)
    view = numpy.asarray(column)
    address = column.__array_interface__["data"][0]
    assert view.__array_interface__["data"][0] == address and not view.flags.writeable
    arrow = pyarrow.table(table)["payors.total"].chunk(0)
    assert arrow.buffers()[1].address == address
    series = polars.DataFrame(table)["payors.total"]
    assert series.to_arrow().buffers()[1].address == address
    del table, column
    assert view.sum() == arrow.to_numpy().sum() == series.sum()


def test_whole_numbers_in_a_column_of_fractions_are_fractions(starter: pfsim.Deal) -> None:
    run = starter.run(trials=50)
    enrolled = run.trials["program.enrolled"]
    assert (enrolled == enrolled.round()).all()
    assert {str(field.type) for field in pyarrow.table(run.table()).schema if field.name != "trial"} == {"double"}


def test_duckdb_reads_a_table(starter: pfsim.Deal) -> None:
    duckdb = pytest.importorskip("duckdb")
    run = starter.run(trials=1_000)
    table_of_trials = run.table()
    assert len(table_of_trials) == 1_000
    [(mean, count)] = duckdb.sql('select avg("payors.total"), count(*) from table_of_trials').fetchall()
    assert mean == pytest.approx(run["payors.total"].mean, rel=1e-12) and count == 1_000


def test_a_large_run_keeps_its_trials_when_asked(starter: pfsim.Deal) -> None:
    few = starter.run(trials=30_000, every=False)
    assert few.n_trials == 30_000 and len(few.first_trials) == 20_000
    with pytest.raises(pfsim.UsageError, match="every=True"):
        _ = few.trials
    all_of_them = starter.run(trials=30_000, every=True)
    assert len(all_of_them.trials) == 30_000
    assert all_of_them.trials[:20_000].equals(few.first_trials) and all_of_them.json == few.json


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(pfsim.UsageError, match="there are: pandas"):
        pfsim.use("dataframe")  # type: ignore[arg-type]


def test_metrics_are_those_of_the_table_on_disk(starter: pfsim.Deal, tmp_path: Any) -> None:
    run = starter.run(trials=900)
    run.report(tmp_path / "out")
    for name, frame in (("metrics", run.metrics), ("chances", run.chances)):
        same_as_on_disk(frame, tmp_path / "out" / f"{name}.csv")


def test_a_frame_is_the_callers_own(starter: pfsim.Deal) -> None:
    run = starter.run(trials=100)
    frame = run.trials
    frame.loc[0, "payors.total"] = -1.0
    assert run.trials.loc[0, "payors.total"] >= 0
    pfsim.use("polars")
    assert isinstance(run.trials, polars.DataFrame) and isinstance(run.metrics, polars.DataFrame)
