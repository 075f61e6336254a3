"""The page of one error code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """What an error code means; `example` raises it, `instead` compiles.

    Both are bodies of a module whose last function is differentiated by its first
    parameter; `import numpy as np` goes without saying. Where nothing else can be
    written, `instead` is empty.
    """

    code: str
    title: str
    why: str
    example: str
    instead: str = ""

    def __str__(self) -> str:
        """The page as text, its code indented."""
        parts = [self.title, self.why, "For example:", _indented(self.example)]
        if self.instead:
            parts += ["Instead:", _indented(self.instead)]
        return "\n\n".join(parts)


def _indented(code: str) -> str:
    rows = code.strip("\n").splitlines()
    return "\n".join(f"    {row}".rstrip() for row in rows)
