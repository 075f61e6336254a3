"""Generated source without its comments."""

from __future__ import annotations

import io
import tokenize


def without_comments(source: str) -> str:
    """Drop every comment, and the line of one that stands alone; docstrings stay."""
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            before = lines[row - 1][:column].rstrip()
            lines[row - 1] = f"{before}\n" if before else ""
    return "".join(lines)
