"""What pfsim raises."""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["Error", "FileError", "ForecastError", "Problem", "ScenarioError", "Stopped", "UnknownFigure", "UsageError"]


class Error(Exception):
    """Whatever pfsim raises of its own is one of these."""


class UsageError(Error, ValueError):
    """What was asked for makes no sense: a figure that the deal has not, a change that cannot be made, no trial at all."""


class UnknownFigure(UsageError, KeyError):
    """A run has no figure of this name."""

    def __str__(self) -> str:
        return str(self.args[0])


class FileError(Error, OSError):
    """A file or a folder cannot be read or written, or holds something else."""


class Stopped(Error):
    """The work was stopped, and nobody knows by whom."""


class ForecastError(Error):
    """The plan hardly ever makes what was reported: too few of its trials fit for a forecast.

    Of ``weighed`` trials, those that fit tell as much as ``effective`` independent ones; a forecast needs ``least``.
    """

    def __init__(self, text: str, weighed: int, effective: float, least: float) -> None:
        super().__init__(text)
        self.weighed, self.effective, self.least = weighed, effective, least

    def __reduce__(self) -> tuple[type[ForecastError], tuple[str, int, float, float]]:
        return type(self), (str(self), self.weighed, self.effective, self.least)


@dataclass(frozen=True)
class Problem:
    """One problem of a file.

    ``line`` (from 1) and ``column`` (in letters, from 1) are ``None`` for the file as a whole. ``code`` is stable: the rule that was
    broken. ``span`` are the bytes of the text that it is about, the end not included.
    """

    file: str
    line: int | None
    column: int | None
    code: str
    message: str
    label: str | None
    help: str | None
    span: tuple[int, int] | None


class ScenarioError(Error, ValueError):
    """A scenario, a sweep, a search or a results file has problems: all of them at once, each with its place and its remedy.

    The text is what the command line prints; ``problems`` are the same as data.
    """

    problems: list[Problem]

    def __init__(self, text: str, problems: list[Problem]) -> None:
        super().__init__(text)
        self.problems = problems

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[str, list[Problem]]]:
        return type(self), (str(self), self.problems)

    @classmethod
    def of(cls, text: str, problems: str) -> ScenarioError:
        """The error of problems as the JSON of ``export::data`` has them."""
        made = []
        for problem in json.loads(problems):
            span = problem.pop("span")
            made.append(Problem(**problem, span=None if span is None else (span["start"], span["end"])))
        return cls(text, made)
