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


def unicode(value: str) -> str:
    """The same text, which is Unicode: halves of letters are not."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{value!r} is no Unicode text") from None
    return value


def names(of: str | Sequence[str]) -> list[str]:
    """Names as a list: one by itself is a list of one."""
    return [unicode(of)] if isinstance(of, str) else [unicode(name) for name in of]


def text(value: str) -> str:
    """A TOML basic string."""
    unicode(value)
    letters = (_SHORT.get(letter) or (letter if ord(letter) >= 32 and ord(letter) != 127 else f"\\u{ord(letter):04X}") for letter in value)
    return '"' + "".join(letters) + '"'


def key(part: str) -> str:
    """One part of a path, quoted where TOML asks for it."""
    return part if _BARE.fullmatch(part) else text(part)


def path(place: Path) -> str:
    """A path as ``--set`` takes it: a string is one already, a tuple has a part for each step."""
    if isinstance(place, str):
        return unicode(place)
    if isinstance(place, tuple) and place and all(isinstance(part, (str, int)) for part in place):
        return ".".join(key(str(part)) for part in place)
    raise UsageError(f'a path is a text such as \'payor."City".cap\' or a tuple such as ("payor", "City", "cap"), not {place!r}')


def value(of: Any) -> str:
    """A value on one line."""
    if getattr(of, "ndim", None) == 0 and hasattr(of, "item"):
        of = of.item()  # a number, a truth or a date of NumPy
    if isinstance(of, (bytes, bytearray, memoryview)):
        raise UsageError(f"{of!r} cannot stand in a scenario: write a text")
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


def day(of: Any) -> str:
    """A day as ISO 8601 writes it: a text, a date, a moment of NumPy or pandas."""
    if getattr(of, "ndim", None) == 0 and hasattr(of, "item"):
        of = of.item()  # a date of NumPy
    if isinstance(of, datetime.datetime):
        return of.date().isoformat()
    if isinstance(of, datetime.date):
        return of.isoformat()
    if isinstance(of, str):
        return unicode(of)
    raise UsageError(f'`as_of` is a day such as "2027-06-30" or a date, not {of!r}')


def number(of: Any) -> str:
    """A number; those of NumPy and ``decimal`` too."""
    of = of.item() if hasattr(of, "item") else of
    if isinstance(of, int) and not isinstance(of, bool):
        if not -(2**63) <= of < 2**63:
            raise UsageError(f"{of} is larger than TOML has whole numbers")
        return f"{of:_}"
    try:
        plain = float(of)
    except (TypeError, ValueError):
        raise UsageError(f"{of!r} cannot stand in a scenario: write a number, a text, a date, a list or a table") from None
    if not math.isfinite(plain):
        raise UsageError(f"{plain} cannot stand in a scenario: write a finite number")
    # Money is exact in decimals; a whole number is the same without its point.
    return f"{int(plain):_}" if plain.is_integer() and abs(plain) < 1e15 else repr(plain)


def paths(of: Changes) -> dict[str, Any]:
    """Changes by their paths as ``--set`` takes them, each said once."""
    if not isinstance(of, Mapping):
        raise UsageError(f"changes are a mapping of paths to values, not {of!r}")
    made: dict[str, Any] = {}
    for place, to in of.items():
        said = path(place)
        if any(said.replace('"', "") == known.replace('"', "") for known in made):
            raise UsageError(f"{said} is set twice")
        made[said] = to
    return made


def changes(of: Changes) -> list[str]:
    """Changes as ``--set`` takes them."""
    return [f"{place}={value(to)}" for place, to in paths(of).items()]
