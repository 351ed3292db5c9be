"""How far is it? A bar of tqdm in a terminal or a notebook, a line of text without it, or the caller's own function."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = bool | Callable[[str, int, int], object]
Told = Callable[[str, int, int], object] | None


class _Bar:
    """A bar of tqdm, a new one for each phase."""

    def __init__(self) -> None:
        self.phase: str | None = None
        self.bar: Any = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        from tqdm.auto import tqdm

        if phase != self.phase:
            self.close()
            self.phase, self.bar = phase, tqdm(total=total, desc=phase, unit=" trials", unit_scale=True)
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


class _Line:
    """A line on standard error that is written over."""

    def __init__(self) -> None:
        self.shown = ""

    def __call__(self, phase: str, done: int, total: int) -> None:
        text = f"{phase}: {done / max(total, 1):.0%}"
        if text != self.shown:
            print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)
            self.shown = text

    def close(self) -> None:
        if self.shown:
            print(file=sys.stderr)


@contextmanager
def heard(progress: Progress) -> Iterator[Told]:
    """What hears of the progress."""
    if callable(progress):
        yield progress
    elif not progress:
        yield None
    else:
        shown = _Bar() if importlib.util.find_spec("tqdm") else _Line()
        try:
            yield shown
        finally:
            shown.close()
