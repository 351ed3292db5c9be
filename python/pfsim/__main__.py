"""The command ``pfsim``, the same as the one that cargo builds."""

from __future__ import annotations

import sys

from . import _pfsim


def main() -> int:
    """Carry the command line out; its exit code."""
    return _pfsim.main(["pfsim", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
