"""Tables as the data frames that the caller uses."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._errors import UsageError
from ._pfsim import Table

Kind = Literal["pandas", "polars", "arrow"]
_MODULE: dict[str, str] = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}
_chosen: Kind | None = None


def use(kind: Kind | None) -> None:
    """Say which data frames pfsim makes: ``"pandas"``, ``"polars"``, ``"arrow"`` (tables of pyarrow), or ``None`` for the first of these
    that is installed.

    >>> import pfsim
    >>> pfsim.use("polars")
    >>> pfsim.use(None)
    """
    global _chosen
    if kind is not None:
        if kind not in _MODULE:
            raise UsageError(f"there are no data frames called {kind!r}; there are: {', '.join(_MODULE)}")
        if importlib.util.find_spec(_MODULE[kind]) is None:
            raise UsageError(f"{_MODULE[kind]} is not installed: pip install {_MODULE[kind]}")
    _chosen = kind


def chosen() -> Kind | None:
    """The kind of data frames that is made; ``None`` where none of them is installed."""
    if _chosen is not None:
        return _chosen
    kinds: tuple[Kind, ...] = ("pandas", "polars", "arrow")
    return next((kind for kind in kinds if importlib.util.find_spec(_MODULE[kind])), None)


def frame(table: Table) -> Any:
    """A data frame of ``table``; the table itself where no library of data frames is installed.

    Numbers are not copied but for pandas, whose frames are changed in place.
    """
    kind = chosen()
    if kind == "pandas":
        import numpy
        import pandas

        def column(name: str) -> Any:
            cells = table.column(name)
            return cells if isinstance(cells, list) else numpy.asarray(cells)

        return pandas.DataFrame({name: column(name) for name in table.names}, copy=True)
    if kind == "polars":
        import polars

        return polars.DataFrame(table)
    if kind == "arrow":
        import pyarrow

        return pyarrow.table(table)
    return table


def of_rows(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Any:
    """A data frame of rows that all have the keys ``names``; the rows themselves where no library of data frames is installed."""
    kind = chosen()
    columns = {name: [row[name] for row in rows] for name in names}
    if kind == "pandas":
        import pandas

        return pandas.DataFrame(columns)
    if kind == "polars":
        import polars

        return polars.DataFrame(columns, strict=False)
    if kind == "arrow":
        import pyarrow

        return pyarrow.table(columns)
    return [dict(row) for row in rows]
