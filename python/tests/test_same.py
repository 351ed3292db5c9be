"""The same bytes as the command: each study of several deals, and the run of every scenario."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pfsim

from .conftest import ROOT, Command

STARTER = "scenarios/starter.toml"
DEALS = [STARTER, "scenarios/programs/per-scholas-alumni-upskilling.toml", "scenarios/examples/capital.toml"]
ALL = sorted(str(path.relative_to(ROOT)) for part in ("programs", "closed", "examples") for path in (ROOT / "scenarios" / part).glob("*.toml"))


def is_scenario(name: str) -> bool:
    return "[program]" in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in ALL if is_scenario(name)])
def test_a_run_of_every_scenario(name: str, command: Command) -> None:
    run = pfsim.read(name).run(trials=600)
    assert run.json == command("run", name, "--trials", "600", "--no-files", "--json").stdout.decode()


STUDIES: dict[str, tuple[Callable[[pfsim.Deal], pfsim.Study], list[str]]] = {
    "layers": (lambda deal: deal.layers(trials=300), []),
    "power": (lambda deal: deal.power(trials=300, promised=0.1), ["--promised", "0.1"]),
    "readiness": (lambda deal: deal.readiness(trials=300, partners=0.5), ["--partners", "0.5"]),
    "stress": (lambda deal: deal.stress(["payors.total.p95"], trials=300), ["--of", "payors.total.p95"]),
    "sensitivity": (lambda deal: deal.sensitivity(["payors.total.p95"], paths=4, trials=300), ["--of", "payors.total.p95", "--paths", "4"]),
    "cliffs": (lambda deal: deal.cliffs(trials=300, times=2), ["--times", "2"]),
}


@pytest.mark.parametrize("name", DEALS)
@pytest.mark.parametrize("study", STUDIES)
def test_a_study(study: str, name: str, command: Command) -> None:
    make, flags = STUDIES[study]
    found = make(pfsim.read(name))
    assert found.json == command(study, name, "--trials", "300", *flags, "--json").stdout.decode()
    assert str(found) == command(study, name, "--trials", "300", *flags).stdout.decode()


def test_information(command: Command) -> None:
    deal = pfsim.read(STARTER)
    cap = {"lower cap": {("payor", "City", "cap"): 2_000_000}}
    found = deal.information(choices=cap, pilots={"placed.effect": 0.04}, trials=500)
    flags = ["--option", "lower cap: payor.City.cap=2_000_000", "--pilot", "placed.effect=0.04", "--trials", "500"]
    assert found.json == command("information", STARTER, *flags, "--json").stdout.decode()
    with pytest.raises(pfsim.UsageError, match="there are: "):
        deal.information(pilots={"no such input": 0.04}, trials=100)


def test_a_comparison(command: Command) -> None:
    deal = pfsim.read(STARTER)
    change = {("payment", "placements", "price", "per_unit"): 5_000}
    found = pfsim.compare(deal, deal.set(change), trials=500)
    flags = ["compare", STARTER, STARTER, "--set", "payment.placements.price.per_unit=5_000", "--trials", "500"]
    assert found.json == command(*flags, "--json").stdout.decode()
    assert str(found) == command(*flags).stdout.decode()
    moves = found.moves
    assert set(moves["of"]) <= {"payor", "tranche", "provider"} and {"City", "impact fund"} <= set(moves["party"])
    # What the City pays more, the others have: a zero sum, to the cent.
    assert abs(moves["amount"].sum()) < 0.005 and moves.loc[moves["party"] == "City", "amount"].item() < 0
    assert found.total["amount"].round(2).tolist() == moves["amount"].round(2).tolist()
    assert "nothing moves" in str(deal.compare(deal, trials=100))
    euros = deal.set({"deal.currency": "EUR"})
    with pytest.raises(pfsim.UsageError, match="currenc"):
        deal.compare(euros, trials=100)


def test_one_trial(command: Command) -> None:
    deal = pfsim.read(STARTER)
    found = deal.explain(at="p10", by="investors.gain")
    assert found.json == command("explain", STARTER, "--at", "p10", "--by", "investors.gain", "--json").stdout.decode()
    assert str(deal.explain(found.trial)) == str(found)
    assert deal.explain(17).json == command("explain", STARTER, "--trial", "17", "--json").stdout.decode()
    for wrong in ("p101", "ten"):
        with pytest.raises(pfsim.UsageError):
            deal.explain(at=wrong)


def test_published_results_are_settled_to_the_published_payout(command: Command) -> None:
    deal = pfsim.read("scenarios/closed/massachusetts-roca.toml")
    results = "tests/worked/massachusetts-roca/results.toml"
    found = deal.settle(results, backtest=True)
    flags = ["settle", "scenarios/closed/massachusetts-roca.toml", "--results", results, "--backtest"]
    assert found.json == command(*flags, "--json").stdout.decode()
    assert str(found) == command(*flags).stdout.decode()
    assert deal.settle(Path(results).read_text(encoding="utf-8")).total == found.total
    with pytest.raises(pfsim.ScenarioError) as caught:
        deal.settle("[[result]]\nmeasure = 3\n")
    assert caught.value.problems[0].file == "results.toml" and caught.value.problems[0].line == 2


def test_a_search(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = pfsim.read(STARTER)
    price = ("payment", "placements", "price", "per_unit")
    found = deal.solve({price: pfsim.Span(3_000, 9_000, step=500)}, minimise=price, such_that=["investors.loss <= 0.2"], trials=400)
    assert found.met and found.deal[price] == found.changes[0].split("=")[1]
    from pfsim._sweep import solve_text

    head = {"name": "search", "scenario": "starter.toml", "minimise": "payment.placements.price.per_unit", "trials": 400}
    text = solve_text({price: pfsim.Span(3_000, 9_000, step=500)}, {**head, "such_that": ["investors.loss <= 0.2"]})
    (tmp_path / "search.toml").write_text(text, encoding="utf-8")
    (tmp_path / "starter.toml").write_text(deal.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert found.json == command("solve", str(tmp_path / "search.toml"), "--json").stdout.decode()
    pandas = pytest.importorskip("pandas")
    assert isinstance(found.candidates, pandas.DataFrame) and found.candidates["meets"].any() and found.frontier is None
    assert found.requirements["holds"].all()
    both = ("payors.total.mean", "investors.loss")
    front = deal.solve({price: pfsim.Span(3_000, 9_000, step=500)}, minimise=price, frontier=both, such_that=["investors.loss <= 1"], trials=400).frontier
    ordered = front.sort_values(both[0])
    assert ordered[both[1]].is_monotonic_decreasing and len(front) > 1
    hopeless = deal.solve({price: pfsim.Span(100, 300, step=100)}, minimise=price, such_that=["investors.loss <= 0.01"], trials=200)
    assert not hopeless.met


def test_indigo(command: Command) -> None:
    assert pfsim.read(STARTER).indigo() == command("indigo", STARTER).stdout.decode()


def test_the_command_that_comes_with_the_module(wheel: Command, command: Command) -> None:
    assert wheel("--version").stdout == command("--version").stdout == f"pfsim {pfsim.__version__}\n".encode()
    assert b"Usage" in wheel("--help").stdout
    assert b"cannot read no-such.toml" in wheel("run", "no-such.toml", code=1).stderr
    wheel("run", STARTER, "--trials", "nonsense", code=2)
    wheel("check", "Cargo.toml", code=3)
