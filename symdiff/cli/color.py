"""When to colour, and how: a mark always stands beside the colour."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TextIO

Paint = Callable[[str, str], str]

_CODES = {
    "error": "1;31",
    "note": "1;34",
    "help": "1;32",
    "bold": "1",
    "dim": "2",
    "-": "31",
    "+": "32",
    "@": "36",
}


def wanted(
    choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ
) -> bool:
    """Decide by the flag, NO_COLOR, FORCE_COLOR, PYTHON_COLORS, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    if environ.get("PYTHON_COLORS") in ("0", "1"):
        return environ["PYTHON_COLORS"] == "1"
    return environ.get("TERM") != "dumb" and stream.isatty()


def painter(on: bool) -> Paint:
    """Return a function `(style, text) -> text` that colours, or does nothing."""

    def paint(style: str, text: str) -> str:
        code = _CODES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if on and code and text else text

    return paint
