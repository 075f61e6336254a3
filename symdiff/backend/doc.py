"""Documents and their printer: groups that are on one line if they fit, else broken.

The algorithm is Wadler's, with the two extensions that Python's formatters need: text
that depends on whether another group is broken, and `Expandable`, which lets a group
count as fitting because a bracket inside it can be opened over several lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LIMIT = 88
STEP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """`flat` where the enclosing group is on one line, else a line break."""

    flat: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Content that is on one line if it fits.

    With `when` it is a group only where the group of that number is broken.
    """

    parts: tuple[Doc, ...]
    number: int = 0
    when: int = 0


@dataclass(frozen=True, slots=True)
class IfBroken:
    """One content where a group is broken, another where it is not."""

    broken: tuple[Doc, ...]
    flat: tuple[Doc, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Indent:
    """Content one step further in; with `number`, only where that group is broken."""

    parts: tuple[Doc, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Expandable:
    """Content that may open over several lines without breaking group `number`."""

    parts: tuple[Doc, ...]
    number: int


Doc = str | Line | Group | IfBroken | Indent | Expandable


@dataclass(frozen=True, slots=True)
class _Mode:
    """Whether content is broken, whether every line must fit, and the indentation."""

    broken: bool
    every: bool
    indent: int


_Item = tuple[_Mode, Doc]


def show(parts: tuple[Doc, ...], indent: int) -> list[str]:
    """The lines of a document that starts at a column."""
    return _Printer(indent).run(parts)


class _Printer:
    """The state of one printing: the lines so far, and which groups are broken."""

    def __init__(self, indent: int) -> None:
        self.indent = indent
        self.lines = [" " * indent]
        self.broken: dict[int, bool] = {}
        self.measured = False
        self.stack: list[_Item] = []

    def run(self, parts: tuple[Doc, ...]) -> list[str]:
        """Print everything."""
        self._push(_Mode(True, False, self.indent), parts)
        while self.stack:
            mode, doc = self.stack.pop()
            self._print(mode, doc)
        return [line.rstrip() for line in self.lines]

    def _push(self, mode: _Mode, parts: tuple[Doc, ...]) -> None:
        self.stack.extend((mode, part) for part in reversed(parts))

    def _print(self, mode: _Mode, doc: Doc) -> None:
        match doc:
            case str():
                self.lines[-1] += doc
            case Line(flat=flat):
                if mode.broken:
                    self.lines.append(" " * mode.indent)
                    self.measured = False
                else:
                    self.lines[-1] += flat
            case Group():
                self._group(mode, doc)
            case Expandable(parts=parts, number=number):
                if not self.broken[number]:
                    self.measured = False
                self._push(mode, parts)
            case IfBroken() | Indent():
                self._push(*_resolve(mode, doc, self.broken))

    def _group(self, mode: _Mode, group: Group) -> None:
        if group.when and not self.broken[group.when]:
            self._push(mode, group.parts)
            return
        broken = False
        if mode.broken or not self.measured:
            flat = _Mode(False, mode.every, mode.indent)
            broken = not self._fits(group, flat)
            self.measured = not broken
        if group.number:
            self.broken[group.number] = broken
        self._push(_Mode(broken, mode.every, mode.indent), group.parts)

    def _fits(self, group: Group, flat: _Mode) -> bool:
        """Whether the group on one line, and what follows it on that line, fits."""
        column = len(self.lines[-1])
        broken = dict(self.broken)
        if group.number:
            broken[group.number] = False
        queue = [(flat, part) for part in reversed(group.parts)]
        rest = reversed(self.stack)
        while True:
            item = queue.pop() if queue else next(rest, None)
            if item is None:
                return True
            mode, doc = item
            match doc:
                case str():
                    column += len(doc)
                    if column > LIMIT:
                        return False
                case Line(flat=text):
                    if not mode.broken:
                        column += len(text)
                    elif mode.every:
                        column = mode.indent
                    else:
                        return True
                case _:
                    queue.extend(_measured(mode, doc, broken))


def _measured(
    mode: _Mode,
    doc: Group | IfBroken | Indent | Expandable,
    broken: dict[int, bool],
) -> Iterator[_Item]:
    """What is measured for a composite, last first."""
    parts = doc.parts if not isinstance(doc, IfBroken) else ()
    match doc:
        case Group(number=number):
            if number:
                broken[number] = mode.broken
        case Expandable(number=number):
            if not broken[number]:
                mode = _Mode(True, True, mode.indent)
        case IfBroken() | Indent():
            mode, parts = _resolve(mode, doc, broken)
    return ((mode, part) for part in reversed(parts))


def _resolve(
    mode: _Mode, doc: IfBroken | Indent, broken: dict[int, bool]
) -> tuple[_Mode, tuple[Doc, ...]]:
    """What conditional text or indentation is, given which groups are broken."""
    is_broken = broken[doc.number] if doc.number else mode.broken
    match doc:
        case IfBroken():
            return mode, doc.broken if is_broken else doc.flat
        case Indent(parts=parts, number=number):
            if number and not is_broken:
                return mode, parts
            return _Mode(mode.broken, mode.every, mode.indent + STEP), parts
