"""Findings as text in rustc's anatomy, and as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from symdiff.cli.color import Paint
from symdiff.errors import Diagnostic, Label, Span


def render(finding: Diagnostic, paint: Paint) -> str:
    """Show one finding: code, place, marked source lines, notes and a way out."""
    span = finding.span
    code = f"[{finding.code}]" if finding.code else ""
    rows = [paint("error", f"error{code}") + paint("bold", f": {finding.message}")]
    gutter = _gutter(finding)
    pad = " " * gutter
    place = finding.filename
    if span is not None:
        place += f":{span.line}:{span.column}"
    inside = f" in `{finding.function}`" if finding.function else ""
    rows.append(f"{pad}{paint('note', '-->')} {place}{inside}")
    rows += _window(finding, gutter, paint)
    bar = paint("note", "=")
    rows += [f"{pad} {bar} note: {note}" for note in finding.notes]
    if finding.help:
        rows.append(f"{paint('help', 'help')}: {finding.help}")
    if finding.code:
        rows.append(f"{pad} {bar} more: symdiff explain {finding.code}")
    return "\n".join(rows)


def render_all(findings: Sequence[Diagnostic], paint: Paint) -> str:
    """Show every finding, and their number if there are several."""
    blocks = [render(finding, paint) for finding in findings]
    if len(findings) > 1:
        blocks.append(paint("error", f"{len(findings)} errors"))
    return "\n\n".join(blocks)


def as_json(finding: Diagnostic) -> dict[str, Any]:
    """Return a finding as the `error` object of the JSON documents."""
    return {
        "code": finding.code,
        "message": finding.message,
        "file": finding.filename,
        "function": finding.function,
        "span": _span(finding.span),
        "label": finding.label,
        "secondary": [
            {"span": _span(label.span), "text": label.text}
            for label in finding.secondary
        ],
        "notes": list(finding.notes),
        "help": finding.help,
    }


def _span(span: Span | None) -> dict[str, int] | None:
    if span is None:
        return None
    return {
        "line": span.line,
        "col": span.column,
        "end_line": span.end_line,
        "end_col": span.end_column,
    }


def _gutter(finding: Diagnostic) -> int:
    spans = [label.span for label in finding.secondary]
    spans += [finding.span] if finding.span else []
    return max([2, *(len(str(span.line)) for span in spans)])


def _window(finding: Diagnostic, gutter: int, paint: Paint) -> list[str]:
    if finding.span is None or not finding.lines:
        return []
    marks = [(label, "-") for label in finding.secondary]
    marks.append((Label(finding.span, finding.label), "^"))
    marks.sort(key=lambda mark: (mark[0].span, mark[1]))
    bar = paint("note", "|")
    rows = [f"{' ' * gutter} {bar}"]
    shown = 0
    for label, mark in marks:
        if not 1 <= label.span.line <= len(finding.lines):
            continue
        line = finding.lines[label.span.line - 1].rstrip("\r\n").replace("\t", " ")
        if label.span.line != shown:
            number = paint("note", f"{label.span.line:>{gutter}}")
            rows.append(f"{number} {bar} {line}".rstrip())
            shown = label.span.line
        under = paint("error" if mark == "^" else "note", _under(line, label, mark))
        rows.append(f"{' ' * gutter} {bar} {under}".rstrip())
    return rows


def _under(line: str, label: Label, mark: str) -> str:
    """Return the marks under a span; wide characters take two columns."""
    span = label.span
    stop = span.end_column if span.end_line == span.line else len(line) + 1
    before = _width(line[: span.column - 1])
    marked = max(1, _width(line[span.column - 1 : stop - 1]))
    return f"{' ' * before}{mark * marked} {label.text}".rstrip()


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
