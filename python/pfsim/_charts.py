"""Charts, which notebooks show as they are."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, repr=False)
class Chart:
    """A chart: ``name`` is the stem of its file, ``svg`` a whole document that refers to nothing outside itself."""

    name: str
    svg: str

    def save(self, path: str | Path) -> None:
        """Write the SVG to ``path``."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def as_image(self) -> str:
        """An HTML image that holds the whole chart: nothing of it can mix with the page around it."""
        held = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{self.name}" style="max-width:100%" src="data:image/svg+xml;base64,{held}">'

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Chart {self.name}>"


#: How a notebook shows what the command prints. Notebooks give <pre> a font of their own, in which tables stand askew.
_TABLES = "font-family:monospace;font-size:12px;line-height:1.3;white-space:pre;overflow-x:auto;word-break:normal"

#: How it shows sentences.
_SENTENCES = "font-family:inherit;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;max-width:60em"


def text_html(text: str) -> str:
    """Text with tables in it, as HTML."""
    return f'<pre style="{_TABLES}">{html.escape(text)}</pre>'


def sentences_html(text: str) -> str:
    """Sentences, as HTML."""
    return f'<pre style="{_SENTENCES}">{html.escape(text)}</pre>'


def charts_of(files: Mapping[str, bytes]) -> list[Chart]:
    """The charts among files."""
    return [Chart(name.removesuffix(".svg"), contents.decode()) for name, contents in files.items() if name.endswith(".svg")]
