"""Python values as TOML, and the paths of a scenario's values, as ``--set`` takes them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ._errors import UsageError

Path = str | tuple[str, ...]

#: Paths and their new values. (Not ``Mapping[Path, Any]``: to a type checker, a dictionary whose keys are all tuples is none of these.)
Changes = Mapping[Any, Any]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def text(value: str) -> str:
    """A TOML basic string."""
    letters = (_SHORT.get(letter) or (letter if ord(letter) >= 32 and ord(letter) != 127 else f"\\u{ord(letter):04X}") for letter in value)
    return '"' + "".join(letters) + '"'


def key(part: str) -> str:
    """One part of a path, quoted where TOML asks for it."""
    return part if _BARE.fullmatch(part) else text(part)


def path(place: Path) -> str:
    """A path as ``--set`` takes it: a string is one already, a tuple has a part for each step."""
    if isinstance(place, str):
        return place
    if isinstance(place, tuple) and place and all(isinstance(part, (str, int)) for part in place):
        return ".".join(key(str(part)) for part in place)
    raise UsageError(f'a path is a text such as \'payor."City".cap\' or a tuple such as ("payor", "City", "cap"), not {place!r}')


def value(of: Any) -> str:
    """A value on one line."""
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, str):
        return text(of)
    if isinstance(of, (datetime.date, datetime.datetime)):
        return of.isoformat()
    if isinstance(of, Mapping):
        return "{ " + ", ".join(f"{key(str(name))} = {value(part)}" for name, part in of.items()) + " }"
    if getattr(of, "ndim", 0) > 0:
        of = of.tolist()
    if isinstance(of, Sequence):
        return "[" + ", ".join(value(part) for part in of) + "]"
    return number(of)


def number(of: Any) -> str:
    """A number; those of NumPy and ``decimal`` too."""
    of = of.item() if hasattr(of, "item") else of
    if isinstance(of, int) and not isinstance(of, bool):
        return f"{of:_}"
    try:
        plain = float(of)
    except (TypeError, ValueError):
        raise UsageError(f"{of!r} cannot stand in a scenario: write a number, a text, a date, a list or a table") from None
    if not math.isfinite(plain):
        raise UsageError(f"{plain} cannot stand in a scenario: write a finite number")
    # Money is exact in decimals; a whole number is the same without its point.
    return f"{int(plain):_}" if plain.is_integer() and abs(plain) < 1e15 else repr(plain)


def changes(of: Changes) -> list[str]:
    """Changes as ``--set`` takes them."""
    return [f"{path(place)}={value(to)}" for place, to in of.items()]
