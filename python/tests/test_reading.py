"""Reading, changing, and what is wrong, with its place."""

from __future__ import annotations

import datetime
import pickle
from pathlib import Path

import pytest

import pfsim
from pfsim import _toml

from .conftest import ROOT, Command


def test_a_deal_is_what_the_file_says(in_root: Path) -> None:
    deal = pfsim.read("scenarios/starter.toml")
    assert deal.text == pfsim.STARTER == Path("scenarios/starter.toml").read_text(encoding="utf-8")
    assert (deal.name, deal.currency, deal.n_trials, deal.seed, deal.file) == ("My first deal", "USD", 20_000, 1, "scenarios/starter.toml")
    assert deal.changes == []
    assert deal["payor", "City", "cap"] == deal['payor."City".cap'] == "2_600_000"
    assert deal["payor", "City", "no such key"] is None
    assert deal == pfsim.parse(pfsim.STARTER) and hash(deal) == hash(pfsim.parse(pfsim.STARTER))
    assert deal.sentences in str(deal) and "City" in deal._repr_html_() and "My first deal" in repr(deal)


def test_problems_come_all_at_once_with_their_places_and_the_text_of_the_command(command: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(pfsim.STARTER.replace('"City"', '"Citty"', 1).replace("periods", "perriods", 1), encoding="utf-8")
    with pytest.raises(pfsim.ScenarioError) as caught:
        pfsim.read(wrong)
    problems = caught.value.problems
    assert len(problems) > 1 and problems[0].file == str(wrong)
    said = command("check", str(wrong), code=3).stderr.decode()
    for line in str(caught.value).splitlines()[1:]:
        assert line in said
    for problem in problems:
        if problem.line is not None and problem.span is not None and problem.column is not None:
            text = wrong.read_bytes()
            assert text[: problem.span[0]].count(b"\n") + 1 == problem.line
            line = text.decode().splitlines()[problem.line - 1]
            assert line[problem.column - 1 :].encode().startswith(text[problem.span[0] : problem.span[1]])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.problems == problems


def test_a_file_that_is_not_there_or_no_text_is_said() -> None:
    with pytest.raises(FileNotFoundError) as missing:
        pfsim.read("no/such/deal.toml")
    assert missing.value.filename == "no/such/deal.toml"
    with pytest.raises(OSError, match="folder"):
        pfsim.read(ROOT)
    with pytest.raises(pfsim.ScenarioError, match="empty"):
        pfsim.parse("")


def test_changes_are_typed_and_leave_the_first_deal_alone(starter: pfsim.Deal) -> None:
    dearer = starter.set({("payment", "placements", "price", "per_unit"): 5_000.0, 'payor."City".cap': 2_000_000})
    assert dearer["payment", "placements", "price", "per_unit"] == "5_000" and starter["payment", "placements", "price", "per_unit"] == "4_500"
    assert dearer.changes == ["payment.placements.price.per_unit=5_000", 'payor."City".cap=2_000_000']
    assert starter.set(dearer.changes) == dearer
    assert starter.set({"deal.start": datetime.date(2027, 1, 1)})["deal.start"] == "2027-01-01"
    with pytest.raises(pfsim.ScenarioError, match="did you mean `cap`"):
        starter.set({"payor.City.capp": 1})
    with pytest.raises(pfsim.UsageError):
        starter.set(["no value"])
    for nonsense in (float("nan"), float("inf"), None, object()):
        with pytest.raises(pfsim.UsageError):
            starter.set({"payor.City.cap": nonsense})
    with pytest.raises(pfsim.UsageError, match="tuple"):
        starter.set({3: 1})


def test_names_of_any_letters_need_no_quotes_in_a_tuple() -> None:
    name = "Städt. Jobcenter Nord=1, 'Kasse' #2"
    deal = pfsim.parse(pfsim.STARTER.replace('"City"', _toml.text(name)))
    capped = deal.set({("payor", name, "cap"): 1_234_567})
    assert capped["payor", name, "cap"] == "1_234_567"
    run = capped.run(trials=200)
    assert any(name in metric.label for metric in (run[of] for of in run))


def test_values_are_written_as_toml_reads_them() -> None:
    tomllib = pytest.importorskip("tomllib")
    values = [True, 3, -0.05, 1e-7, 1e22, "a\"b\\c\n\té\u2028\x00", datetime.date(2026, 1, 2), [1, 2.5, "x"], {"a b": {"c": [False]}}]
    for value in values:
        assert tomllib.loads(f"x = {_toml.value(value)}")["x"] == value
    numpy = pytest.importorskip("numpy")
    assert _toml.value(numpy.float64(0.5)) == "0.5" and _toml.value(numpy.arange(3)) == "[0, 1, 2]" and _toml.value(numpy.int64(7000)) == "7_000"


def test_tables_of_draws_are_files_or_bytes(tmp_path: Path) -> None:
    draws = [0.05 + 0.01 * (at % 11) for at in range(500)]
    table = "effect\n" + "\n".join(str(draw) for draw in draws) + "\n"
    effect = {"draws": {"file": "posterior.csv", "column": "effect"}}
    law = pfsim.parse(pfsim.STARTER)["outcome", "placed", "effect"]
    assert law is not None
    text = pfsim.STARTER.replace(f"effect = {law}", f"effect = {_toml.value(effect)}")
    parsed = pfsim.parse(text, files={"posterior.csv": table})
    (tmp_path / "deal.toml").write_text(text, encoding="utf-8")
    (tmp_path / "posterior.csv").write_text(table, encoding="utf-8")
    read = pfsim.read(tmp_path / "deal.toml")
    run = parsed.run(trials=3_000)
    assert run.data["metrics"] == read.run(trials=3_000).data["metrics"]
    carried = pickle.loads(pickle.dumps(read))
    assert carried == read and carried.run(trials=300).data["metrics"] == read.run(trials=300).data["metrics"]
    price = ("payment", "placements", "price", "per_unit")
    assert len(parsed.sweep({price: [4_000, 5_000]}, ["payors.total.mean"], trials=100)) == 2
    with pytest.raises(pfsim.ScenarioError, match="no such file"):
        pfsim.parse(text)
    # A second way: additional placements are proportional to the effect, so their mean follows the mean of the draws.
    half = pfsim.parse(text, files={"posterior.csv": "effect\n" + "\n".join(str(draw / 2) for draw in draws) + "\n"}).run(trials=3_000)
    whole, less = (of['outcome."placed".additional'].mean for of in (run, half))
    assert whole.se is not None and less.se is not None and abs(whole - 2 * less) < 4.8916 * (whole.se + 2 * less.se)


def test_what_is_unwise_is_data(starter: pfsim.Deal, command: Command) -> None:
    assert starter.check().lints == [] or all(lint.code and lint.remedy for lint in starter.check().lints)
    reckless = starter.set({("payor", "City", "cap"): 100_000})
    lints = reckless.check().lints
    assert "cap-binds-often" in {lint.code for lint in lints} and all(lint.at for lint in lints)
    assert {lint.code for lint in reckless.check(simulate=False).lints} < {lint.code for lint in lints}


def test_schemas_are_those_of_the_command(command: Command) -> None:
    for kind in ("scenario", "sweep", "solve", "results", "run", "compare"):
        assert pfsim.schema(kind) + "\n" == command("schema", "--of", kind).stdout.decode()
    with pytest.raises(pfsim.UsageError, match="there are: scenario"):
        pfsim.schema("nothing")
