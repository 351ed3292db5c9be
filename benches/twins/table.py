"""How is a twin's table written? One CSV beside the tests, saying at its head which script made it."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "twins"


def write(name, script, columns, rows):
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.csv"
    head = f"# Made by benches/twins/{script}: python3 benches/twins/{script}\n"
    lines = [",".join(columns)] + [",".join(str(value) if isinstance(value, int) else (value if isinstance(value, str) else repr(value)) for value in row) for row in rows]
    path.write_text(head + "\n".join(lines) + "\n")
    print(f"{path.name}: {len(lines) - 1} rows")
