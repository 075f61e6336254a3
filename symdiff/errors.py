"""Where things are in the user's text, and what can go wrong there.

Three kinds of failure are kept apart: a limitation (`UnsupportedError`), a mistake
in the use of symdiff (`UsageError`, or a plain `TypeError`), and a bug in symdiff
itself (`InternalError`, which asks to be reported).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of the user's text: from 1 in lines and columns, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        if self.end_line == self.line:
            return f"{self.line}:{self.column}-{self.end_column}"
        return f"{self.line}:{self.column}-{self.end_line}:{self.end_column}"


@dataclass(frozen=True, slots=True)
class Label:
    """A secondary place of a diagnostic and what it has to do with it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, one self-standing sentence, a place and a way out.

    `message` says what it is and why; `label` is written under the caret; `notes`
    are facts; `help` is a change that the user can make and that works.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    filename: str = "<unknown>"
    function: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)

    def render(self) -> str:
        """Show the finding with its source lines and carets."""
        where = f"{self.filename}"
        if self.span is not None:
            where += f":{self.span.line}:{self.span.column}"
        rows = [f"{where}: {self.code} {self.message}"]
        if self.span is not None:
            rows += self._window()
        rows += [f"  note: {note}" for note in self.notes]
        if self.help:
            rows.append(f"  help: {self.help}")
        return "\n".join(rows)

    def _window(self) -> list[str]:
        assert self.span is not None
        marks = [(s.span, "-", s.text) for s in self.secondary]
        marks.append((self.span, "^", self.label))
        rows = []
        for span, mark, text in sorted(marks, key=lambda m: (m[0].line, m[0].column)):
            if not 1 <= span.line <= len(self.lines):
                continue
            line = self.lines[span.line - 1].rstrip("\n")
            stop = span.end_column if span.end_line == span.line else len(line) + 1
            under = mark * max(1, stop - span.column)
            rows.append(f"  {span.line:>4} | {line}")
            rows.append(f"       | {' ' * (span.column - 1)}{under} {text}".rstrip())
        return rows


class SymdiffError(Exception):
    """The base of every error that symdiff raises on purpose."""


class UnsupportedError(SymdiffError, NotImplementedError):
    """What cannot be differentiated: every such place of the function at once."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.render() for d in self.diagnostics))

    def __reduce__(self) -> tuple[type, tuple[tuple[Diagnostic, ...]]]:
        """Pickle by the diagnostics, not by the rendered text."""
        return type(self), (self.diagnostics,)


class SourceError(SymdiffError):
    """The function's text is missing, or is not valid Python."""


class UsageError(SymdiffError, TypeError):
    """An argument of a symdiff function, or of the function under it, does not fit."""


class InternalError(SymdiffError):
    """A bug in symdiff: an invariant of the compiler does not hold."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"{message}\nThis is a bug in symdiff: please report it with the function."
        )
