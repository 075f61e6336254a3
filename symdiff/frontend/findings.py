"""The findings of one compilation: every unsupported place, reported together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symdiff.errors import Diagnostic, Label, Span, UnsupportedError


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the user's text and the file and function that it is in."""

    span: Span
    filename: str = "<unknown>"
    function: str = ""
    lines: tuple[str, ...] = ()


class Findings:
    """The diagnostics so far; those of an attempt that is repeated are taken back."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def report(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        label: str = "",
        help: str = "",
        secondary: Iterable[Label] = (),
        notes: Iterable[str] = (),
    ) -> None:
        """Add one finding."""
        finding = Diagnostic(
            code,
            message,
            place.span,
            label,
            tuple(secondary),
            tuple(notes),
            help,
            place.filename,
            place.function,
            place.lines,
        )
        self.add((finding,))

    def add(self, findings: Iterable[Diagnostic]) -> None:
        """Add findings; of equal ones, one is shown in the end."""
        self._found.extend(findings)

    def trace(self, mark: int, name: str, place: Place) -> None:
        """Say by which call what was found after the mark is reached from its file."""
        reached = f"{_REACHED} `{name}` at {place.filename}:{place.span.line}"
        # Of equal ones, one is enough to go on with.
        self._found[mark:] = dict.fromkeys(self._found[mark:])
        for at in range(mark, len(self._found)):
            finding = self._found[at]
            calls = [n for n in finding.notes if n.startswith(_REACHED)]
            here = _file(calls[-1]) if calls else finding.filename
            if here != place.filename:
                notes = (*finding.notes, reached)
                self._found[at] = replace(finding, notes=notes)

    def since(self, mark: int) -> tuple[Diagnostic, ...]:
        """What was found after the mark."""
        return tuple(self._found[mark:])

    def mark(self) -> int:
        """The present moment, for `rollback`."""
        return len(self._found)

    def rollback(self, mark: int) -> None:
        """Forget what was found after the mark."""
        del self._found[mark:]

    def raise_any(self) -> None:
        """Raise `UnsupportedError` with all findings in textual order, if any."""
        if self._found:
            raise UnsupportedError(
                tuple(sorted(dict.fromkeys(self._found), key=_order))
            )


_REACHED = "reached by the call of"


def _file(note: str) -> str:
    """The file of the last call that is noted."""
    return note.rpartition(" at ")[2].rpartition(":")[0]


def _order(finding: Diagnostic) -> tuple[str, Span, str]:
    return finding.filename, finding.span or Span(0, 0, 0, 0), finding.code
