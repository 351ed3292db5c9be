"""A deal that is running: what is known of it, where it stands, what is to come."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import pfsim

from .conftest import Command

STARTER = "scenarios/starter.toml"
FLAGSHIP = "scenarios/programs/per-scholas-alumni-upskilling.toml"
YEAR_TWO = "tests/running/flagship-year-two.toml"
STOPS = "tests/it/status/deal.toml"
STOPS_SO_FAR = "tests/it/status/results.toml"
KNOWN = [(FLAGSHIP, YEAR_TWO), (STOPS, STOPS_SO_FAR)]

SO_FAR = """
as_of = 2027-12-31
enrolled = [
  { cohort = 1, people = 96 }, { cohort = 2, people = 91 }, { cohort = 3, people = 99 },
  { cohort = 4, people = 88 }, { cohort = 5, people = 94 }, { cohort = 6, people = 90 },
]
result = [
  { measure = "placements", cohort = 1, units = 44 }, { measure = "placements", cohort = 2, units = 39 },
  { measure = "placements", cohort = 3, units = 46 }, { measure = "placements", cohort = 4, units = 37 },
]
"""


@pytest.fixture
def so_far(tmp_path: Path) -> str:
    """The results so far of the starter deal, in a file."""
    path = tmp_path / "so-far.toml"
    path.write_text(SO_FAR, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("deal", "results"), KNOWN)
def test_the_documents_are_those_of_the_commands(deal: str, results: str, command: Command, tmp_path: Path) -> None:
    read = pfsim.read(deal)
    day = ["--as-of", str(read.given(results).as_of)]
    status = read.status(results, as_of=day[1])
    status_page, page = tmp_path / "status.html", tmp_path / "forecast.html"
    assert status.json == command("settle", deal, "--results", results, *day, "--json", "--html", str(status_page)).stdout.decode()
    assert status.page == status_page.read_text(encoding="utf-8")
    assert str(status) == command("settle", deal, "--results", results, *day).stdout.decode()
    forecast = read.forecast(results, trials=400)
    assert forecast.json == command("forecast", deal, "--results", results, "--trials", "400", "--json").stdout.decode()
    assert str(forecast) == command("forecast", deal, "--results", results, *day, "--trials", "400", "--html", str(page)).stdout.decode()
    assert forecast.page == page.read_text(encoding="utf-8")
    assert {chart.name for chart in forecast.charts} >= {"payments-" + name.lower() for name in forecast.payors["name"] if " " not in name}
    assert read.forecast(Path(results).read_text(encoding="utf-8"), trials=400, threads=1).json == forecast.json
    assert read.given(results).forecast(trials=400).json == forecast.json


STUDIES: dict[str, tuple[Callable[[pfsim.Deal], pfsim.Study], list[str]]] = {
    "power": (lambda deal: deal.power(trials=300), []),
    "stress": (lambda deal: deal.stress(["payors.total.p95"], trials=300), ["--of", "payors.total.p95"]),
}


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_of_the_rest(study: str, command: Command, so_far: str) -> None:
    make, flags = STUDIES[study]
    deal = pfsim.read(STARTER)
    found = make(deal.given(so_far))
    told = ["--results", so_far, "--trials", "300", *flags]
    assert found.json == command(study, STARTER, *told, "--json").stdout.decode() != make(deal).json
    assert str(found) == command(study, STARTER, *told).stdout.decode()


def test_other_terms_from_here_on(command: Command, so_far: str) -> None:
    deal = pfsim.read(STARTER).given(so_far)
    amended = {("payment", "placements", "amendment"): [{"from": datetime.date(2028, 4, 1), "price": {"per_unit": 5_000}}]}
    other = deal.set(amended)
    assert other.as_of == deal.as_of == datetime.date(2027, 12, 31)
    found = deal.compare(other, trials=300)
    change = 'payment.placements.amendment=[{ from = 2028-04-01, price = { per_unit = 5_000 } }]'
    flags = ["compare", STARTER, STARTER, "--set", change, "--results", so_far, "--trials", "300"]
    assert found.data["total"] == pfsim_json(command(*flags, "--json").stdout)["total"]
    story = deal.explain(at="p10")
    assert story.json == command("explain", STARTER, "--results", so_far, "--at", "p10", "--json").stdout.decode()
    # A second way: 44, 39, 46 and 37 placements at the old price are paid in every future, whatever the new price.
    assert all(each.run(trials=300)['payment."placements".paid'].min >= 4_500 * 166 for each in (deal, other))


def test_a_search_for_terms_from_here_on(so_far: str) -> None:
    price = ("payment", "placements", "price", "per_unit")
    deal = pfsim.read(STARTER).given(so_far)
    levers = {price: pfsim.Span(3_000, 9_000, step=500)}
    found = deal.solve(levers, minimise=price, such_that=["payors.total.mean >= 900_000"], trials=300)
    assert found.met and found.deal.as_of == deal.as_of
    figure = found.deal.run(trials=300)["payors.total"].mean
    assert figure == pytest.approx(found.requirements["value"][0], rel=1e-12) and figure >= 900_000


def test_with_no_results_a_forecast_is_the_run(starter: pfsim.Deal) -> None:
    forecast = starter.forecast("as_of = 2026-12-31\n", trials=700)
    run = starter.run(trials=700)
    for each in (forecast.run, forecast.reported, forecast.plan):
        assert each.data["metrics"] == run.data["metrics"]
    assert forecast.effective is None and forecast.weighed is None and not forecast.in_doubt
    assert (forecast.figures["luck"].dropna() == 0).all() and (forecast.figures["learnt"].dropna() == 0).all()


def test_with_all_results_a_forecast_is_the_settlement(in_root: Path) -> None:
    deal = pfsim.read(STOPS)
    results = """
result = [
  { measure = "placements", cohort = 1, units = 40 }, { measure = "placements", cohort = 2, units = 30 },
  { measure = "retentions", cohort = 1, units = 30 }, { measure = "retentions", cohort = 2, units = 10 },
]
cost = [{ name = "bonus for staff", total = 700 }]
"""
    settled, status, forecast = deal.settle(results), deal.status(results), deal.forecast(results, trials=200)
    # 2,000 for each placement, below the limits; 1,000 for each retention, and 20,000 at most for those of a cohort.
    assert settled.total == status.total == 2_000 * 70 + 20_000 + 10_000
    assert len(status.late) == len(status.waiting) == 0
    assert forecast["payors.total"].min == forecast["payors.total"].max == settled.total
    assert deal.given(results).settle(results).json == settled.json


def test_a_forecast_as_data_frames(command: Command, so_far: str) -> None:
    pandas = pytest.importorskip("pandas")
    forecast = pfsim.read(STARTER).forecast(so_far, trials=600)
    frames = ("figures", "payors", "years", "tranches", "needs", "choices", "inputs", "surprises")
    assert all(isinstance(getattr(forecast, name), pandas.DataFrame) for name in frames)
    total = forecast["payors.total"]
    row = forecast.figures.set_index("name").loc["payors.total.mean"]
    assert (row["forecast"], row["forecast_se"]) == (total.mean, total.mean.se)
    assert row["plan"] == forecast.plan["payors.total.mean"] and row["reported"] == forecast.reported["payors.total.mean"]
    assert row["luck"] + row["learnt"] == pytest.approx(row["forecast"] - row["plan"], abs=1e-6)
    # What was paid and what is to come are the whole, in every future; a year's payments add up to all of them on average.
    payors, years = forecast.payors, forecast.years
    assert (payors["paid"] + payors["mean"]).sum() == pytest.approx(total.mean, rel=1e-9)
    assert years.groupby("name")["mean"].sum().loc["City"] == pytest.approx(payors.set_index("name").loc["City", "mean"], rel=1e-9)
    assert payors["paid"].sum() == 4_500 * (44 + 39 + 46)
    assert forecast.surprises["value"].tolist()[:4] == pytest.approx([44 / 96, 39 / 91, 46 / 99, 37 / 88])
    assert ((forecast.surprises["low"] <= forecast.surprises["mean"]) & (forecast.surprises["mean"] <= forecast.surprises["high"])).all()
    assert forecast.effective is not None and forecast.effective >= 2_000 and "payors.total" in forecast
    assert (forecast.tranches["received_p5"] <= forecast.tranches["received_p95"]).all()


def test_what_stopping_would_mean(in_root: Path) -> None:
    # The clause can end the program with the first quarter of 2027, and as of October 2026 that is the next one.
    so_far = "as_of = 2026-10-15\nresult = [{ measure = 'placements', cohort = 1, units = 60 }]\n"
    forecast = pfsim.read(STOPS).forecast(so_far, trials=300)
    choices = forecast.choices
    signed, goes_on, stops = choices["as_signed"], ~choices["as_signed"] & choices["stop"].isna(), choices["stop"].notna()
    assert signed.sum() == goes_on.sum() == stops.sum() == len(choices) / 3 > 0
    assert set(choices.loc[stops, "stop"]) == {"early end"} and set(choices.loc[stops, "last_period"]) == {"2027-01-01"}
    # Nobody is placed for less than nothing: as it was signed the program goes on.
    values = [choices.loc[of].set_index("name")["value"] for of in (signed, goes_on, stops)]
    assert forecast.stops == 0 and (values[0] == values[1]).all() and set(values[0].index) == set(values[2].index)


def test_where_it_stands_as_data_frames(in_root: Path) -> None:
    status = pfsim.read(STOPS).status(STOPS_SO_FAR)
    assert status.total == status.payors["amount"].sum() == status.payments["paid"].sum()
    assert len(status.limits) == len(status.data["limits"]) and (status.limits["left"] >= 0).all()
    assert len(status.waiting) == len(status.data["waiting"]) and status.waiting["waits_on"].str.len().max() > 0
    assert len(status.lines) == len(status.data["lines"]) > 0 and len(status.tranches) == len(status.data["tranches"])
    assert len(status.late) == len(status.data["late"])


def test_what_is_known_goes_with_the_deal(starter: pfsim.Deal, so_far: str) -> None:
    running = starter.given(SO_FAR)
    again = pickle.loads(pickle.dumps(running))
    assert again == running != starter and again.as_of == running.as_of
    assert again.run(trials=300).data["metrics"] == running.run(trials=300).data["metrics"] != starter.run(trials=300).data["metrics"]
    assert running == starter.given(so_far) or running.forecast(trials=100).json == starter.forecast(so_far, trials=100).json
    earlier = running.status(as_of="2027-12-01")
    assert earlier.data["as_of"] == "2027-12-01" and running.check().json == starter.check().json
    days: list[datetime.date | str] = [datetime.date(2027, 12, 31), datetime.datetime(2027, 12, 31, 12), "2027-12-31"]
    assert {starter.given(SO_FAR, day).as_of for day in days} == {datetime.date(2027, 12, 31)}


REFUSED: dict[str, Callable[[pfsim.Deal], object]] = {
    "no results": lambda deal: deal.forecast(trials=10),
    "no results to stand by": lambda deal: deal.status(as_of="2027-12-31"),
    "a day that is none": lambda deal: deal.status(SO_FAR, as_of="last summer"),
    "a number as a day": lambda deal: deal.status(SO_FAR, as_of=2027),  # type: ignore[arg-type]
    "a sweep": lambda deal: deal.given(SO_FAR).sweep({("payor", "City", "cap"): [2_000_000]}, "payors.total.mean", trials=10),
    "cliffs": lambda deal: deal.given(SO_FAR).cliffs(trials=10),
    "layers": lambda deal: deal.given(SO_FAR).layers(trials=10),
    "sensitivity": lambda deal: deal.given(SO_FAR).sensitivity(trials=10),
    "information": lambda deal: deal.given(SO_FAR).information(trials=10),
    "readiness": lambda deal: deal.given(SO_FAR).readiness(trials=10),
    "a folder": lambda deal: deal.given(SO_FAR).run(trials=10).files(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(what: str, starter: pfsim.Deal) -> None:
    with pytest.raises(pfsim.UsageError) as caught:
        REFUSED[what](starter)
    assert len(str(caught.value)) > 30


def test_results_from_after_the_day_are_refused_at_their_place(starter: pfsim.Deal, tmp_path: Path) -> None:
    with pytest.raises(pfsim.ScenarioError) as caught:
        starter.status(SO_FAR, as_of="2027-06-30")
    assert all(problem.file == "results.toml" and problem.line for problem in caught.value.problems)
    with pytest.raises(FileNotFoundError):
        starter.forecast(tmp_path / "nothing.toml")


def test_what_the_plan_never_makes_is_said_with_numbers(command: Command) -> None:
    deal, results = "scenarios/closed/denver-supportive-housing.toml", "tests/worked/denver-supportive-housing/so-far-2017.toml"
    with pytest.raises(pfsim.ForecastError) as caught:
        pfsim.read(deal).forecast(results, trials=200)
    error = caught.value
    assert error.effective < error.least == 2_000 < error.weighed
    assert str(error) in command("forecast", deal, "--results", results, "--trials", "200", code=4).stderr.decode()
    carried = pickle.loads(pickle.dumps(error))
    assert (str(carried), carried.effective) == (str(error), error.effective) and isinstance(error, pfsim.Error)


def pfsim_json(contents: bytes) -> dict[str, object]:
    import json

    made: dict[str, object] = json.loads(contents)
    return made
