"""Every block of Python in the README and in the book runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import ROOT, Command

PAGES = ["README.md", *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n?<!-- printed by Python -->\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


WITH_BLOCKS = [page for page in PAGES if blocks(page)]


def test_pages_have_blocks() -> None:
    assert {"README.md", "docs/python.md", "docs/cluster.md"} <= set(WITH_BLOCKS)
    printed = sum((ROOT / page).read_text(encoding="utf-8").count("printed by Python") for page in PAGES if page.startswith("docs/"))
    assert printed == sum(1 for page in PAGES for _, output in blocks(page) if output) > 1


@pytest.mark.parametrize("page", WITH_BLOCKS)
def test_the_blocks_of_a_page(
    page: str, wheel: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("scenarios", "tests"):
        (tmp_path / folder).symlink_to(ROOT / folder, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    if page == "docs/data.md":
        wheel("run", "scenarios/starter.toml", "--trials", "1000", "--out", "out/my-deal", "--parquet")
    names: dict[str, object] = {"__name__": "__main__"}
    for block, output in blocks(page):
        capsys.readouterr()
        exec(compile(block, page, "exec"), names)
        if output:
            assert capsys.readouterr().out == output
