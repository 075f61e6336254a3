"""The section comments of a gradient, and the user's own comments in their places.

    # reverse of: y_hat = k0 + k1 * x
    k0_bar = np.sum(y_hat_bar)

A group of consecutive statements of the reverse sweep that come from the same
statements of the user has one comment; a reversed loop has its header.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from symdiff.backend.rows import Comment, Printed, Region, Row
from symdiff.ir.nodes import Line, Origin, Source

Key = tuple[int, ...]
_PREFIX = "# reverse of: "


def comment(body: list[Printed], source: Source | None) -> list[Printed]:
    """Insert all comments into the printed statements of a function."""
    lines = tuple(sorted(source.lines, key=lambda n: n.span)) if source else ()
    commenter = _Commenter(lines)
    commenter.trail(body)
    sweeps = {s for p in _rows(body) for s in (p.origin.sweep,)}
    return commenter.block(
        body, (), top=True, sections=sweeps >= {"forward", "reverse"}
    )


def _rows(body: list[Printed]) -> Iterator[Row | Region]:
    todo = list(reversed(body))
    while todo:
        head = todo.pop()
        if isinstance(head, Comment):
            continue
        yield head
        if isinstance(head, Region):
            todo += [*reversed(head.orelse), *reversed(head.body)]


def _is_return(row: Printed) -> bool:
    return isinstance(row, Row) and row.keyword == "return"


class _Commenter:
    """The lines of the user's text, and which of their comments are already printed."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.starts = [(n.span.line, n.span.column) for n in lines]
        self.shown: set[int] = set()

    def key(self, origin: Origin) -> Key:
        """The user's statements that an origin lies in, by number."""
        found = set()
        for span in origin.spans:
            at = bisect_right(self.starts, (span.line, span.column)) - 1
            if at >= 0:
                found.add(at)
        return tuple(sorted(found))

    def trail(self, body: list[Printed]) -> None:
        """Put trailing comments on the last forward statement of their line."""
        last: dict[int, Row | Region] = {}
        for row in _rows(body):
            key = self.key(row.origin)
            if key and row.origin.sweep != "reverse":
                if isinstance(last.get(key[0]), Region):
                    continue
                last[key[0]] = row
        for at, row in last.items():
            row.comment = _hash(self.lines[at].trailing)

    def block(
        self, body: list[Printed], around: Key, top: bool, sections: bool
    ) -> list[Printed]:
        """Comment one block; `around` are the statements of the region it is in."""
        out: list[Printed] = []
        current: Key | None = around
        forward = False
        for i, row in enumerate(body):
            assert not isinstance(row, Comment)
            if row.origin.sweep == "reverse" and not _is_return(row):
                key = self._group(body, i, current)
                if key and key != current:
                    out.append(Comment(self._header(key), gap=top and bool(out)))
                current = key or current
            else:
                if top and sections and not forward and not _is_return(row):
                    out.append(Comment(("# forward",), gap=bool(out)))
                    forward = True
                out += self._above(row)
            if isinstance(row, Region):
                inner = self.key(row.origin)
                row.body = self.block(row.body, inner, top=False, sections=sections)
                row.orelse = self.block(row.orelse, inner, top=False, sections=sections)
            out.append(row)
        return out

    def _above(self, row: Row | Region) -> list[Printed]:
        key = self.key(row.origin)
        if not key or key[0] in self.shown:
            return []
        self.shown.add(key[0])
        found = tuple(_hash(text) for text in self.lines[key[0]].above)
        return [Comment(found)] if found else []

    def _group(self, body: list[Printed], i: int, current: Key | None) -> Key:
        """The statements that a row of the reverse sweep is the reverse of.

        What is set up for a loop belongs to the loop: rows before it that come from
        inside it, or from nowhere.
        """
        row = body[i]
        assert not isinstance(row, Comment)
        key = self.key(row.origin)
        if isinstance(row, Region):
            return key
        if key and current and set(key) <= set(current):
            return current
        between: set[int] = set()
        for later in body[i:]:
            assert not isinstance(later, Comment)
            if later.origin.sweep != "reverse" or _is_return(later):
                return key
            if isinstance(later, Region):
                found = {n for r in _rows([later]) for n in self.key(r.origin)}
                return self.key(later.origin) if between <= found else key
            if not _is_start(later):
                return key
            between.update(self.key(later.origin))
        return key

    def _header(self, key: Key) -> tuple[str, ...]:
        texts = [self.lines[at].text.strip().rstrip(":") for at in key]
        indent = "#" + " " * (len(_PREFIX) - 1)
        return (_PREFIX + texts[0], *(indent + text for text in texts[1:]))


def _is_start(row: Printed) -> bool:
    """Whether a row may set up a loop's variable: a plain assignment."""
    return isinstance(row, Row) and row.target is not None and row.op == "="


def _hash(text: str) -> str:
    """A comment as the formatter writes it: `# text`."""
    body = text.strip().lstrip("#").strip()
    return f"# {body}" if body else ""
