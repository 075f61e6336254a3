"""Sources → lists of numbered lines, coloured, with what belongs together marked.

A line of a source has the id `l-SOURCE-NUMBER`, where SOURCE is the place of the
source in the document's list.
"""

from __future__ import annotations

import io
import keyword
import token
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass

from symdiff.explain.summary import Json
from symdiff.page.markup import element, escaped, wrapped

COLOURS = 6
_REVERSE = "# reverse of:"
_KINDS = {
    token.STRING: "s",
    token.NUMBER: "d",
    tokenize.COMMENT: "c",
}


@dataclass(frozen=True, slots=True)
class Lines:
    """Which lines belong to which node, and the colour of each line that has one.

    `of` has the line ids of every node; `colours` a number for every line of the
    user's that something belongs to, and for the generated lines of it.
    """

    of: Mapping[str, tuple[str, ...]]
    colours: Mapping[str, int]


def lines(document: Json) -> Lines:
    """The lines of every node of a document."""
    place = {source["id"]: n for n, source in enumerate(document["sources"])}
    of: dict[str, tuple[str, ...]] = {}
    colours: dict[str, int] = {}
    made: dict[str, int] = {}
    for node in document["nodes"]:
        home = place.get(node["source"], 0)
        user = [f"l-{home}-{n}" for span in node["primal"] for n in _numbers(span)]
        adjoint = place["adjoint"]
        own = [f"l-{adjoint}-{n}" for span in node["adjoint"] for n in _numbers(span)]
        of[node["id"]] = tuple(dict.fromkeys([*user, *own]))
        for id_ in user[:1]:
            colour = colours.setdefault(id_, len(colours) % COLOURS)
            for line in own:
                made.setdefault(line, colour)
            for line in user:
                made.setdefault(line, colour)
    return Lines(of, {**made, **colours})


def _numbers(span: Json) -> range:
    return range(span["line"], span["end_line"] + 1)


def pane(source: Json, number: int, title: str, links: Lines) -> str:
    """One source as a list of lines under a heading."""
    shown = coloured(source["text"])
    first = source["first_line"]
    back = _backward(source["text"]) if source["id"] == "adjoint" else set()
    heading = f"pane-{number}"
    rows: list[str] = []
    inside = False
    for at, html in enumerate(shown):
        id_ = f"l-{number}-{first + at}"
        colour = links.colours.get(id_)
        classes = [] if colour is None else [f"k{colour}"]
        if at in back:
            classes.append("back")
            if not inside:
                classes.append("begin")
        inside = at in back
        mark = element("span", first + at, class_="n", aria_hidden="true")
        rows.append(
            wrapped(
                "li",
                f"{mark}<code>{html or ' '}</code>",
                id=id_,
                class_=" ".join(classes) or None,
            )
        )
    listed = wrapped("ol", "".join(rows), class_="code", aria_labelledby=heading)
    box = wrapped(
        "div",
        listed,
        class_="scroll",
        tabindex=0,
        role="region",
        aria_labelledby=heading,
    )
    return wrapped("div", element("h3", title, id=heading) + box, class_="pane")


def _backward(text: str) -> set[int]:
    """The lines of the way back, counted from 0: from the first one that says so."""
    found: set[int] = set()
    inside = False
    for at, line in enumerate(text.splitlines()):
        if line.startswith("def "):
            inside = False
        inside = inside or line.strip().startswith(_REVERSE)
        if inside:
            found.add(at)
    return found


def coloured(text: str) -> list[str]:
    """The lines of a Python source as HTML; what does not tokenize stays plain."""
    rows = text.splitlines()
    marks: list[tuple[int, int, int, str]] = []
    try:
        for tok in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = _KINDS.get(tok.type, "")
            if tok.type == token.NAME and keyword.iskeyword(tok.string):
                kind = "w"
            if kind:
                marks += _pieces(tok, rows, kind)
    except (tokenize.TokenError, SyntaxError):
        return [escaped(row) for row in rows]
    return [
        _marked(row, [m[1:] for m in marks if m[0] == at])
        for at, row in enumerate(rows)
    ]


def _pieces(
    tok: tokenize.TokenInfo, rows: list[str], kind: str
) -> list[tuple[int, int, int, str]]:
    """A token line by line: line, first and last column, class."""
    (top, left), (bottom, right) = tok.start, tok.end
    return [
        (
            row - 1,
            left if row == top else 0,
            right if row == bottom else len(rows[row - 1]),
            kind,
        )
        for row in range(top, bottom + 1)
    ]


def _marked(row: str, marks: list[tuple[int, int, str]]) -> str:
    out, at = "", 0
    for left, right, kind in marks:
        out += escaped(row[at:left]) + element("span", row[left:right], class_=kind)
        at = right
    return out + escaped(row[at:])
