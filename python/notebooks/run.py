"""Execute the notebooks of this folder as a reader would, each in a kernel of its own.

    python python/notebooks/run.py                     # all of them
    python python/notebooks/run.py tutorial            # one
    python python/notebooks/run.py --render rendered   # and write each with its results as HTML

Fails where a cell raises, where a traceback is printed, where a notebook takes longer than a minute a cell, where it leaves a file behind, and
where one was saved with its outputs. The notebooks need pfsim and what stands in requirements.txt. Nothing here is changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    asked = argparse.ArgumentParser(description="Execute the notebooks of this folder.")
    asked.add_argument("names", nargs="*", metavar="NAME", help="a notebook, without .ipynb; all of them if none is named")
    asked.add_argument("--render", metavar="DIR", type=Path, help="write each notebook with its results as HTML")
    asked.add_argument("--timeout", type=int, default=60, metavar="SECONDS", help="that a cell may take (60)")
    how = asked.parse_args()

    there = {path.stem: path for path in sorted(HERE.glob("*.ipynb"))}
    unknown = [name for name in how.names if name not in there]
    if unknown:
        print(f"there is no notebook called {', '.join(unknown)}; there are: {', '.join(there)}", file=sys.stderr)
        return 2

    with tempfile.TemporaryDirectory(prefix="pfsim-notebooks-") as folder:
        # Settings and caches of the reader play no part, and what a notebook writes for the time being lies in here.
        for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "TMPDIR"):
            made = Path(folder) / name.lower()
            made.mkdir()
            os.environ[name] = str(made)
        os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the debugger of the kernel has nothing to say here
        tempfile.tempdir = os.environ["TMPDIR"]
        failed = [name for name in how.names or there if not good(there[name], how.timeout, how.render)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def good(path: Path, timeout: int, render: Path | None) -> bool:
    """Execute one notebook, and say how it went."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    problems = []
    if any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells):
        problems.append("it was saved with outputs: clear them (jupyter nbconvert --clear-output --inplace)")
    before = set(HERE.rglob("*"))
    start = time.monotonic()
    try:
        kernel = {"kernel_name": "python3", "extra_arguments": ["--log-level=ERROR"], "coalesce_streams": True}
        NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": str(HERE)}}, **kernel).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        problems.append(str(error))
    seconds = time.monotonic() - start
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" and "Traceback" in output.text:
                problems.append(f"cell {number} printed a traceback:\n{output.text}")
    left = sorted(str(of.relative_to(HERE)) for of in set(HERE.rglob("*")) - before)
    if left:
        problems.append(f"it left behind: {', '.join(left)}")
    if render is not None:
        write(notebook, render, path.stem)
    print(f"{path.name}: {'failed' if problems else 'ran'} in {seconds:.1f} s", flush=True)
    for problem in problems:
        print(problem, file=sys.stderr, flush=True)
    return not problems


def write(notebook: object, folder: Path, name: str) -> None:
    """Write the notebook as a page."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / f".{name}.html.part"
    whole.write_text(page, encoding="utf-8")
    whole.replace(folder / f"{name}.html")


if __name__ == "__main__":
    sys.exit(main())
