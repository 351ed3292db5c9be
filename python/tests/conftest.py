"""What the tests of the Python module share."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pfsim

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def in_root(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of the repository, as the current folder: documents say the file as it was named."""
    monkeypatch.chdir(ROOT)
    return ROOT


@pytest.fixture
def starter() -> pfsim.Deal:
    """The commented deal to start from."""
    return pfsim.parse(pfsim.STARTER)


Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


def _runs(program: list[str]) -> Command:
    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run([*program, "--quiet", *arguments], capture_output=True, check=False, timeout=300)
        assert done.returncode == code, done.stderr.decode()
        return done

    return run


@pytest.fixture
def wheel(in_root: Path) -> Command:
    """The command that came with the module."""
    return _runs([sys.executable, "-m", "pfsim"])


@pytest.fixture
def command(in_root: Path) -> Command:
    """The command that PFSIM names, which cargo built; otherwise that of the module."""
    return _runs([os.environ["PFSIM"]] if "PFSIM" in os.environ else [sys.executable, "-m", "pfsim"])


def same_as_on_disk(frame: Any, path: Path, left_out: frozenset[str] = frozenset()) -> None:
    """That a data frame of pandas holds what a CSV file does, to the last bit of every number, but for the columns `left_out`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(frame) and [name for name in rows[0] if name not in left_out] == list(frame.columns)
    for name in frame.columns:
        for row, cell in zip(rows, frame[name].tolist(), strict=True):
            text = row[name]
            if isinstance(cell, str):
                assert cell == text
            else:
                assert (text == "" and math.isnan(cell)) or float(text.replace("_", "")) == cell, (name, text, cell)
