"""Text → IR: `ast.parse` reads the code, the comments give origins and marks."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdiff.errors import Span
from symdiff.ir.core import ARITY
from symdiff.ir.nodes import (
    UNDEF,
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
    Return,
    Stmt,
    Target,
    Var,
    While,
)
from symdiff.ir.notation import read_type, read_value, resolve
from symdiff.ir.printer import default_base
from symdiff.ir.types import ANY, Type

_SPAN = re.compile(r"(\d+):(\d+)-(?:(\d+):)?(\d+)")


@dataclass(frozen=True, slots=True)
class Text:
    """Code as a syntax tree and its comments by line."""

    tree: ast.Module
    comments: Mapping[int, str]


def scan(text: str) -> Text:
    """Parse the code and collect the comments; `w.0` in a type is read as `w[0]`."""
    comments = {}
    lines = text.splitlines()
    edits: list[tokenize.TokenInfo] = []
    after = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string.lstrip("# ")
        elif token.start == after and token.string.startswith("."):
            edits += [token] if token.type == tokenize.NUMBER else []
        named = token.type == tokenize.NAME or token in edits[-1:]
        after = token.end if named else None
    for token in reversed(edits):
        line, start = token.start
        row = lines[line - 1]
        rest = row[token.end[1] :]
        lines[line - 1] = f"{row[:start]}[{token.string[1:]}]{rest}"
    return Text(ast.parse("\n".join(lines) + "\n"), comments)


def read_constants(text: Text) -> tuple[tuple[str, Any], ...]:
    """The `G = 9.81` lines above the functions."""
    return tuple(
        (node.targets[0].id, read_value(node.value))
        for node in text.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    )


def read_functions(text: Text, constants: Mapping[str, Any]) -> tuple[Function, ...]:
    """Every function of the text, in order."""
    return tuple(
        _Reader(text.comments, constants).function(node)
        for node in text.tree.body
        if isinstance(node, ast.FunctionDef)
    )


@dataclass(frozen=True, slots=True)
class _Note:
    """What a comment says of one variable."""

    temp: bool = False
    type: Type = ANY
    base: str | None = None
    default: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    comments: Mapping[int, str]
    constants: Mapping[str, Any]
    variables: dict[str, Var] = field(default_factory=dict)

    def function(self, node: ast.FunctionDef) -> Function:
        notes = self._notes(node)
        args = [*node.args.args, *node.args.kwonlyargs]
        found: list[ast.expr | None] = [None] * len(node.args.args)
        found[len(found) - len(node.args.defaults) :] = node.args.defaults
        found += node.args.kw_defaults
        defaults = []
        for arg, value in zip(args, found, strict=True):
            note = notes.get(arg.arg, _Note())
            if note.default:
                value = ast.parse(note.default, mode="eval").body
            if value is not None:
                defaults.append((arg.arg, self._const(value)))
            self._declare(arg.arg, arg.annotation, note)
        self._collect(node)
        body, doc = node.body, ast.get_docstring(node, clean=False)
        return Function(
            name=node.name,
            params=tuple(self.variables[a.arg] for a in args),
            body=self.block(body if doc is None else body[1:]),
            doc=doc or "",
            defaults=tuple(defaults),
            captured=tuple(a.arg for a in node.args.kwonlyargs),
        )

    # ---- variables, before the statements: a loop's phi reads ahead

    def _collect(self, function: ast.FunctionDef) -> None:
        for node in ast.walk(function):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    self._declare(name, annotation, self._single(node))
                case ast.Assign(targets=[ast.Name(id=name)]):
                    self._declare(name, None, self._single(node))
                case ast.Assign(targets=[target]) | ast.For(target=target):
                    notes = self._notes(node)
                    for name in _names(target):
                        self._declare(name, None, notes.get(name, _Note()))

    def _declare(self, name: str, annotation: ast.expr | None, note: _Note) -> None:
        known = note.type if annotation is None else read_type(annotation)
        base = default_base(name, note.temp) if note.base is None else note.base
        self.variables.setdefault(name, Var(name, known, base, note.temp))

    def _comment(self, node: ast.stmt) -> str:
        last = node.lineno
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return):
            last = node.end_lineno or last
        rows = range(node.lineno, last + 1)
        return " ".join(self.comments[r] for r in rows if r in self.comments)

    def _single(self, node: ast.stmt) -> _Note:
        return _read_note(self._comment(node).split(";")[0], typed=False)

    def _notes(self, node: ast.stmt) -> dict[str, _Note]:
        found = {}
        for part in self._comment(node).split(";"):
            name, colon, rest = part.partition(":")
            if colon and name.strip().isidentifier():
                found[name.strip()] = _read_note(rest, typed=True)
        return found

    def _origin(self, node: ast.stmt) -> Origin:
        text = self._comment(node).split(";")[0]
        spans = tuple(
            Span(int(a), int(b), int(c or a), int(d))
            for a, b, c, d in _SPAN.findall(text)
        )
        sweep = re.search(r"\b(forward|reverse|tangent)\b", text)
        return Origin(spans, sweep.group() if sweep else "")

    # ---- statements

    def block(self, nodes: list[ast.stmt]) -> Block:
        out: list[Stmt] = []
        at = 0
        while at < len(nodes):
            node = nodes[at]
            at += 1
            match node:
                case ast.Pass():
                    continue
                case ast.If(test=test):
                    phis, at = self._phis(nodes, at)
                    then, orelse = self.block(node.body), self.block(node.orelse)
                    out.append(
                        If(self.atom(test), then, orelse, phis, self._origin(node))
                    )
                case _:
                    out.append(self.stmt(node))
        return tuple(out)

    def stmt(self, node: ast.stmt) -> Stmt:
        origin = self._origin(node)
        match node:
            case ast.Return(value=ast.expr() as value):
                return Return(self.atom(value), origin)
            case ast.For(target=target, iter=iterable):
                phis, at = self._phis(node.body, 0)
                rows, stop = self._stop(node.body[at:])
                return For(
                    self._target(target),
                    self.atom(iterable),
                    phis,
                    self.block(rows),
                    origin,
                    stop=stop,
                )
            case ast.While():
                return self._while(node)
            case ast.Assign(targets=[target], value=ast.Call() as value):
                outs = tuple(self.variables[name] for name in _names(target))
                return self._operation(outs, value, origin)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as value):
                return self._operation((self.variables[name],), value, origin)
            case ast.Expr(value=ast.Call() as value):
                return self._operation((), value, origin)
            case ast.Assert(test=value):
                return Apply((), "assert", self._listed(value), (), origin)
            case ast.Raise(exc=ast.expr() as value):
                return Apply((), "raise", self._listed(value), (), origin)
        raise ValueError(f"line {node.lineno}: not a statement of the IR")

    def _listed(self, node: ast.expr) -> tuple[Atom, ...]:
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(map(self.atom, items))

    def _while(self, node: ast.While) -> While:
        phis, at = self._phis(node.body, 0)
        rows = node.body[at:]
        for i, row in enumerate(rows):
            match row:
                case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test)):
                    rest, stop = self._stop(rows[i + 1 :])
                    return While(
                        phis,
                        self.block(rows[:i]),
                        self.atom(test),
                        self.block(rest),
                        self._origin(node),
                        stop=stop,
                    )
        raise ValueError(f"line {node.lineno}: a loop without `if not test: break`")

    def _stop(self, rows: list[ast.stmt]) -> tuple[list[ast.stmt], Atom | None]:
        match rows:
            case [*rest, ast.If(test=test, body=[ast.Break()])]:
                return rest, self.atom(test)
        return rows, None

    def _phis(self, nodes: list[ast.stmt], at: int) -> tuple[tuple[Phi, ...], int]:
        out = []
        for node in nodes[at:]:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=value)
                ) if isinstance(value, ast.Call) and _called(value) == "phi":
                    first, second = map(self.atom, value.args)
                    out.append(Phi(self.variables[name], first, second))
                case _:
                    break
        return tuple(out), at + len(out)

    def _target(self, node: ast.expr) -> Target:
        if isinstance(node, ast.Tuple):
            return tuple(map(self._target, node.elts))
        (name,) = _names(node)
        return self.variables[name]

    def _operation(
        self, outs: tuple[Var, ...], node: ast.Call, origin: Origin
    ) -> Apply | Call:
        name, rest = _called(node), node.args
        kind = name if name in ("op", "call") else ""
        if kind:
            name, rest = ast.literal_eval(rest[0]), rest[1:]
        args = tuple(map(self.atom, rest))
        kwargs = tuple((k.arg or "", self.atom(k.value)) for k in node.keywords)
        if kind == "call" or (not kind and "." not in name and name not in ARITY):
            return Call(outs, name, args, origin)
        return Apply(outs, name, args, kwargs, origin)

    # ---- atoms

    def atom(self, node: ast.expr) -> Atom:
        match node:
            case ast.Name(id=name) if name in self.variables:
                return self.variables[name]
            case ast.Name(id=name) if name not in self.constants and name != "undef":
                return Var(name)
        return self._const(node)

    def _const(self, node: ast.expr) -> Const:
        match node:
            case ast.Name(id="undef"):
                return UNDEF
            case ast.Name(id=name):
                return Const(self.constants[name], name)
            case ast.Attribute():
                dotted = ast.unparse(node)
                return Const(resolve(dotted), dotted)
            case ast.Call(
                func=ast.Name(id="named"), args=[ast.Constant(value=str(name))]
            ):
                return UNDEF if name == "undef" else Const(resolve(name), name)
            case ast.Call(
                func=ast.Name(id="named"), args=[ast.Constant(value=str(n)), value]
            ):
                return Const(read_value(value), n)
        return Const(read_value(node))


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _names(target: ast.expr) -> Iterator[str]:
    return (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def _read_note(text: str, typed: bool) -> _Note:
    text, _, default = text.partition(" = ")
    words = text.replace("~", "~ ", 1).split()
    temp = words[:1] == ["~"]
    base = None
    if words[-2:-1] == ["as"]:
        base = "" if words[-1] == "-" else words[-1]
        words = words[:-2]
    rest = " ".join(words[temp:])
    return _Note(
        temp, read_type(rest) if typed and rest else ANY, base, default.strip()
    )
