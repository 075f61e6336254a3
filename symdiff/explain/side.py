"""A function beside what is made of it: what belongs together has one letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest

from symdiff.explain.summary import Json

_SPAN = re.compile(r"(\d+):\d+-")
Column = list[tuple[str, int, str]]
"""Lines with their letter, if they have one, and their number."""


def side_by_side(document: Json, stage: str = "", width: int | None = None) -> str:
    """The user's functions and the generated source, or a `stage` of it, in columns.

    A letter stands at every line of the user's that something belongs to, and at all
    that does. What is wider than `width` is put one below the other.
    """
    sources = {source["id"]: source for source in document["sources"]}
    user = [s for name, s in sources.items() if name not in ("adjoint", "ssa")]
    letters = _letters(document)
    left: Column = []
    for source in user:
        left += [("", 0, "")] if left else []
        left += _numbered(source, letters)
    if stage:
        right = _stage(stage, letters)
    else:
        made = {("adjoint", n): letter for n, letter in _made(document, letters)}
        right = _numbered(sources["adjoint"], made)
    titles = document["function"]["name"], (stage and "stage") or "gradient"
    one, other = _column(left), _column(right)
    edge = max(map(len, one))
    total = edge + 3 + max(map(len, other))
    if width is not None and total > width:
        rows = [f"-- {titles[0]}", *one, "", f"-- {titles[1]}", *other]
    else:
        pairs = zip_longest(one, other, fillvalue="")
        rows = [f"{a.ljust(edge)} | {b}" for a, b in pairs]
    return "\n".join(row.rstrip() for row in rows)


Letters = Mapping[tuple[str, int], str]


def _letters(document: Json) -> dict[tuple[str, int], str]:
    """A letter for every line that a value is made in: a to z, then aa to zz."""
    places = {
        (node["source"], node["primal"][0]["line"])
        for node in document["nodes"]
        if node["primal"]
    }
    return {place: _letter(n) for n, place in enumerate(sorted(places))}


def _letter(number: int) -> str:
    last = chr(ord("a") + number % 26)
    return last if number < 26 else _letter(number // 26 - 1) + last


def _made(document: Json, letters: Letters) -> list[tuple[int, str]]:
    """The generated lines with their letters, the first one where there are several."""
    found: dict[int, str] = {}
    for node in document["nodes"]:
        if node["primal"]:
            letter = letters[node["source"], node["primal"][0]["line"]]
            for span in node["adjoint"]:
                for line in range(span["line"], span["end_line"] + 1):
                    found.setdefault(line, letter)
    return list(found.items())


def _numbered(source: Json, letters: Letters) -> Column:
    return [
        (letters.get((source["id"], number), ""), number, text)
        for number, text in enumerate(source["text"].splitlines(), source["first_line"])
    ]


def _stage(text: str, letters: Letters) -> Column:
    """An intermediate form, whose comments name the user's lines.

    A line that is in two sources has no letter: which of them is meant is not said.
    """
    known: dict[int, str] = {}
    for (_, line), letter in letters.items():
        known[line] = "" if line in known else letter
    rows: Column = []
    for number, row in enumerate(text.splitlines(), 1):
        found = _SPAN.search(row[row.rfind("#") + 1 :])
        rows.append((known.get(int(found[1]), "") if found else "", number, row))
    return rows


def _column(rows: Column) -> list[str]:
    mark = max((len(letter) for letter, _, _ in rows), default=0)
    digits = max((len(str(number)) for _, number, _ in rows), default=0)
    return [
        f"{letter.rjust(mark)} {str(number or '').rjust(digits)}  {text}".rstrip()
        for letter, number, text in rows
    ]
