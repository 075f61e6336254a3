"""IR → text: one statement a line, with its origin and the rest in a comment."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symdiff.ir.core import ARITY
from symdiff.ir.nodes import (
    NOWHERE,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Origin,
    Phi,
    Program,
    Return,
    Stmt,
    Target,
    Var,
    While,
    bound,
    targets,
    walk,
)
from symdiff.ir.notation import show_const, show_type, show_value
from symdiff.ir.types import ANY

_COLUMN = 44
_VERSION = re.compile(r"(?<=.)_\d+$")


def default_base(name: str, temp: bool) -> str:
    """The base that a comment need not mention."""
    return "" if temp else _VERSION.sub("", name)


def show_program(program: Program, remarks: Mapping[int, Sequence[str]]) -> str:
    """Print a program; `remarks` are shown below the node whose `id` is the key."""
    names = dict(program.constants)
    rows = [f"{name} = {show_value(value)}" for name, value in program.constants]
    rows += [f"# error: {text}" for text in remarks.get(id(program), ())]
    parts = ["\n".join(rows)] if rows else []
    parts += [show_function(f, names, remarks) for f in program.functions]
    return "\n\n\n".join(parts)


def show_function(
    function: Function, names: Mapping[str, Any], remarks: Mapping[int, Sequence[str]]
) -> str:
    """Print one function; `names` are the constants of its program."""
    variables = [*function.params]
    for stmt in walk(function.body):
        variables += bound(stmt)
    taken = frozenset(v.name for v in variables)
    printer = _Printer(names, taken, remarks)
    return "\n".join(_code(printer.function(function)))


@dataclass(frozen=True, slots=True)
class _Row:
    depth: int
    code: str
    comment: str = ""


def _code(rows: Iterator[_Row]) -> Iterator[str]:
    for row in rows:
        code = "    " * row.depth + row.code
        yield f"{code:<{_COLUMN}} # {row.comment}" if row.comment else code


@dataclass(frozen=True, slots=True)
class _Printer:
    names: Mapping[str, Any]
    taken: frozenset[str]
    remarks: Mapping[int, Sequence[str]]

    def function(self, f: Function) -> Iterator[_Row]:
        header, comment = self._header(f)
        yield _Row(0, header, comment)
        yield from self._remarks(f, 1)
        if f.doc:
            yield _Row(1, repr(f.doc))
        yield from self.block(f.body, 1)

    def _header(self, f: Function) -> tuple[str, str]:
        defaults = dict(f.defaults)
        order = [p.name for p in f.params if p.name in defaults]
        plain = [p.name for p in f.params if p.name not in f.captured]
        # Only defaults that Python would accept stand in the header.
        inline = order == plain[len(plain) - len(order) :] and order == list(defaults)
        parts, notes = [], []
        for p in f.params:
            if f.captured and p.name == f.captured[0]:
                parts.append("*")
            text = p.name if p.type == ANY else f"{p.name}: {show_type(p.type)}"
            note = _marks(p)
            if p.name in defaults:
                value = show_const(defaults[p.name], self.names, frozenset())
                if inline:
                    text += f"={value}" if p.type == ANY else f" = {value}"
                else:
                    note = f"{note} = {value}".strip()
            parts.append(text)
            if note:
                notes.append(f"{p.name}: {note}")
        return f"def {f.name}({', '.join(parts)}):", "; ".join(notes)

    def block(self, block: Block, depth: int) -> Iterator[_Row]:
        if not block:
            yield _Row(depth, "pass")
        for stmt in block:
            yield from self.stmt(stmt, depth)

    def stmt(self, stmt: Stmt, depth: int) -> Iterator[_Row]:
        match stmt:
            case Apply() | Call():
                yield from self._binding(stmt, depth)
            case Return(value=value, origin=origin):
                yield _Row(depth, f"return {self.atom(value)}", _where(origin))
            case If():
                yield _Row(depth, f"if {self.atom(stmt.test)}:", _where(stmt.origin))
                yield from self._remarks(stmt, depth + 1)
                yield from self.block(stmt.then, depth + 1)
                if stmt.orelse:
                    yield _Row(depth, "else:")
                    yield from self.block(stmt.orelse, depth + 1)
                yield from self._phis(stmt.phis, depth)
                return
            case For(target=target):
                header = f"for {_show_target(target)} in {self.atom(stmt.iterable)}:"
                yield _Row(depth, header, _comment(stmt.origin, *targets(target)))
                yield from self._remarks(stmt, depth + 1)
                yield from self._phis(stmt.phis, depth + 1)
                if stmt.body or not stmt.phis:
                    yield from self.block(stmt.body, depth + 1)
                yield from self._stop(stmt.stop, depth + 1)
                return
            case While():
                yield _Row(depth, "while True:", _where(stmt.origin))
                yield from self._remarks(stmt, depth + 1)
                yield from self._phis(stmt.phis, depth + 1)
                if stmt.head:
                    yield from self.block(stmt.head, depth + 1)
                yield _Row(depth + 1, f"if not {self.atom(stmt.test)}: break")
                if stmt.body:
                    yield from self.block(stmt.body, depth + 1)
                yield from self._stop(stmt.stop, depth + 1)
                return
        yield from self._remarks(stmt, depth + 1)

    def _stop(self, stop: Atom | None, depth: int) -> Iterator[_Row]:
        if stop is not None:
            yield _Row(depth, f"if {self.atom(stop)}: break")

    def _binding(self, stmt: Apply | Call, depth: int) -> Iterator[_Row]:
        value = self._operation(stmt)
        if len(stmt.outs) == 1:
            left, mark = _declare(stmt.outs[0])
            comment = _join(mark, _where(stmt.origin), _as(stmt.outs[0]))
            yield _Row(depth, f"{left} = {value}", comment)
        elif stmt.outs:
            left = ", ".join(v.name for v in stmt.outs)
            comment = _comment(stmt.origin, *stmt.outs)
            yield _Row(depth, f"{left} = {value}", comment)
        else:
            yield _Row(depth, value, _where(stmt.origin))

    def _operation(self, stmt: Apply | Call) -> str:
        args = [self.atom(a) for a in stmt.args]
        if isinstance(stmt, Call):
            plain = stmt.function.isidentifier() and stmt.function not in ARITY
            return _spell("call", stmt.function, plain, args)
        args += [f"{k}={self.atom(v)}" for k, v in stmt.kwargs]
        name = stmt.op
        if name in ("assert", "raise"):
            bare = not stmt.outs and not stmt.kwargs and bool(args)
            return (
                f"{name}({', '.join(args)})"
                if bare
                else _spell("op", name, False, args)
            )
        plain = name in ARITY or ("." in name and _dotted(name))
        return _spell("op", name, plain, args)

    def _phis(self, phis: tuple[Phi, ...], depth: int) -> Iterator[_Row]:
        for phi in phis:
            left, mark = _declare(phi.out)
            value = f"phi({self.atom(phi.first)}, {self.atom(phi.second)})"
            yield _Row(depth, f"{left} = {value}", _join(mark, _as(phi.out)))
            yield from self._remarks(phi, depth + 1)

    def _remarks(self, node: object, depth: int) -> Iterator[_Row]:
        for text in self.remarks.get(id(node), ()):
            yield _Row(depth, f"# error: {text}")

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Const):
            return show_const(atom, self.names, self.taken)
        return atom.name


def _spell(kind: str, name: str, plain: bool, args: list[str]) -> str:
    if plain:
        return f"{name}({', '.join(args)})"
    return f"{kind}({', '.join([repr(name), *args])})"


def _dotted(name: str) -> bool:
    parts = name.split(".")
    return all(p.isidentifier() and not keyword.iskeyword(p) for p in parts)


def _show_target(target: Target) -> str:
    if isinstance(target, Var):
        return target.name
    inner = ", ".join(_show_target(t) for t in target)
    return f"({inner},)" if len(target) == 1 else f"({inner})"


def _declare(var: Var) -> tuple[str, str]:
    left = var.name if var.type == ANY else f"{var.name}: {show_type(var.type)}"
    return left, "~" if var.temp else ""


def _as(var: Var) -> str:
    return (
        "" if var.base == default_base(var.name, var.temp) else f"as {var.base or '-'}"
    )


def _marks(var: Var) -> str:
    return _join("~" if var.temp else "", _as(var))


def _where(origin: Origin) -> str:
    if origin == NOWHERE:
        return ""
    return _join(", ".join(map(str, origin.spans)), origin.sweep)


def _join(*parts: str) -> str:
    return " ".join(p for p in parts if p)


def _comment(origin: Origin, *variables: Var) -> str:
    """The origin, then what the code cannot say of variables bound without `: type`."""
    notes = []
    for var in variables:
        shown = "" if var.type == ANY else show_type(var.type)
        marks = _join("~" if var.temp else "", shown, _as(var))
        if marks:
            notes.append(f"{var.name}: {marks}")
    return "; ".join([_where(origin), *notes]) if notes else _where(origin)
