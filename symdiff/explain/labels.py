"""What a reader sees of a value and of a derivative: the user's own words."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from symdiff.errors import Span
from symdiff.ir.nodes import Apply, Atom, Call, Const, Function, Line, Var, bound, walk
from symdiff.ir.notation import show_value
from symdiff.rules import registry
from symdiff.rules.cases import NoCase, environment, select

LONGEST = 40
"""A piece of the user's text that is longer is no label."""

UPSTREAM = "upstream"


_OPERATORS = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "truediv": "a / b",
    "pow": "a ** b",
    "matmul": "a @ b",
    "neg": "-a",
    "getitem": "a[b]",
}


@dataclass(slots=True)
class Labels:
    """The labels of one function's values; `known` are those of its parameters.

    A value has the user's name for it; one without a name is the piece of text that
    makes it. Where a call was written out, its text stands for the result, and what
    comes before is written with the operation: `m.w * x`.
    """

    function: Function
    known: Mapping[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Label everything that is bound."""
        source = self.function.source
        rows = source.text.splitlines() if source else []
        self.texts.update(self.known)
        made = list(walk(self.function.body))
        last = {stmt.origin.spans: stmt for stmt in made}
        for stmt in made:
            for var in bound(stmt):
                text = ""
                if var.temp and isinstance(stmt, Apply | Call):
                    spans = stmt.origin.spans
                    own = bool(spans) and last[spans] is stmt
                    text = piece(rows, spans[0]) if own else ""
                    text = text or self._written(stmt)
                self.texts[var.name] = text or shown_name(var)

    def _written(self, stmt: Apply | Call) -> str:
        """An operation on the labels of its arguments, if that is short."""
        name = stmt.op if isinstance(stmt, Apply) else stmt.function
        words = [self.of(atom) for atom in stmt.args]
        short = re.sub(r"^numpy\.", "np.", name).removeprefix("builtins.")
        text = f"{short}({', '.join(words)})"
        if name in _OPERATORS and len(words) <= 2:
            pair = dict(zip("ab", words, strict=False))
            text = reworded(_OPERATORS[name], pair) or text
        return text if len(text) <= LONGEST else f"{short}(...)"

    def of(self, atom: Atom) -> str:
        """The label of a value, or a constant as it is written."""
        if isinstance(atom, Var):
            return self.texts.get(atom.name, shown_name(atom))
        return constant(atom)

    def derivative(self, stmt: Apply, at: int) -> str:
        """What argument `at` is given, in terms of `upstream`: `x.T @ upstream`.

        Empty where it is no single expression, or not written down by a rule.
        """
        entry = registry.find(stmt.op)
        if entry is None or len(stmt.outs) != 1:
            return ""
        every = (*stmt.args, *(a for _, a in stmt.kwargs))
        names = environment(entry, stmt.args, stmt.kwargs)
        wanted = next((n for n, a in names.items() if a is every[at]), "")
        try:
            template = select(entry, stmt.args, stmt.kwargs).adjoint.get(wanted, "")
        except NoCase:
            return ""
        if "\n" in template.strip() or f"{wanted}_bar" in template:
            return ""
        words = {name: self.of(atom) for name, atom in names.items()}
        words |= {"out": self.of(stmt.out), "out_bar": UPSTREAM}
        return reworded(template, words)


def shown_name(var: Var) -> str:
    """The name that a reader should see."""
    return var.base or re.sub(r"_\d+$", "", var.name) or var.name


def constant(atom: Const) -> str:
    """A constant as the user would write it."""
    if atom.name:
        short = re.sub(r"^numpy\.", "np.", atom.name)
        return short.removeprefix("builtins.")
    return show_value(atom.value)


def piece(rows: list[str], span: Span) -> str:
    """A piece of the user's text, if it is on one line and short."""
    if span.line != span.end_line or not 1 <= span.line <= len(rows):
        return ""
    found = rows[span.line - 1][span.column - 1 : span.end_column - 1].strip()
    return found if len(found) <= LONGEST else ""


def reworded(template: str, words: dict[str, str]) -> str:
    """An expression with other expressions for its names."""
    try:
        tree = ast.parse(template.strip(), mode="eval")
        made = _Rewording(words).visit(tree)
        return ast.unparse(made)
    except SyntaxError:
        return ""


class _Rewording(ast.NodeTransformer):
    """Puts what a name stands for in its place."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace one name; raises `SyntaxError` for words that are no expression."""
        text = self.words.get(node.id)
        return node if text is None else ast.parse(text, mode="eval").body


def line_of(lines: tuple[Line, ...], span: Span) -> Line | None:
    """The user's statement that a span lies in."""
    found = None
    for line in sorted(lines, key=lambda n: n.span):
        if (line.span.line, line.span.column) <= (span.line, span.column):
            found = line
    return found
