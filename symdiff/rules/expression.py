"""The expressions of a template: one operation a node, in canonical form."""

from __future__ import annotations

import ast
import math
import re
from typing import Any

import numpy as np

from symdiff.errors import InternalError
from symdiff.ir.nodes import Atom, Const, Var
from symdiff.ir.types import Array, List, Scalar, Tuple, shape_of
from symdiff.rules import registry
from symdiff.rules.build import Build, Names
from symdiff.rules.fold import fold
from symdiff.rules.reads import MODULES, SHAPE_ATTRIBUTES

OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "invert",
    ast.Not: "not_",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Is: "is_",
    ast.IsNot: "is_not",
    ast.And: "logical_and",
    ast.Or: "logical_or",
}


COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
ARITHMETIC = COMPARISONS | {
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg")
}
SEQUENCE = frozenset({"add", "mul"})
RESULT = re.compile(r"out(\d+)(_bar|)")


class Expression:
    """The expressions of one template: each node becomes one operation."""

    def __init__(self, names: Names, build: Build, text: str) -> None:
        self.names = names
        self.build = build
        self.text = text

    def emit(self, node: ast.expr) -> Atom:
        """Emit one expression; templates are shallow, so this recurses."""
        match node:
            case ast.Constant(value=value):
                return Const(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute():
                return self.attribute(node)
            case ast.BinOp(left=left, op=op, right=right):
                return self.apply(
                    OPERATORS[type(op)], self.emit(left), self.emit(right)
                )
            case ast.UnaryOp(op=op, operand=operand):
                return self.apply(OPERATORS[type(op)], self.emit(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.apply(
                    OPERATORS[type(op)], self.emit(left), self.emit(right)
                )
            case ast.Subscript(value=value, slice=index):
                return self.apply("getitem", self.emit(value), self.emit(index))
            case ast.Call():
                name, args, kwargs = self.call(node)
                return self.bind(name, args, kwargs)
        return self.display(node)

    def display(self, node: ast.expr) -> Atom:
        """Emit a display, a slice, or an expression with Python's own control flow."""
        match node:
            case ast.BoolOp(op=op, values=values):
                out = self.emit(values[0])
                for value in values[1:]:
                    out = self.apply(OPERATORS[type(op)], out, self.emit(value))
                return out
            case ast.Tuple(elts=elts):
                return self.apply("tuple", *map(self.emit, elts))
            case ast.List(elts=elts):
                return self.apply("list", *map(self.emit, elts))
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [
                    self.emit(e) if e else Const(None) for e in (lower, upper, step)
                ]
                return self.apply("slice", *bounds)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.apply("ifelse", *map(self.emit, (test, body, orelse)))
        raise InternalError(f"{ast.unparse(node)!r} in the template {self.text!r}")

    def name(self, name: str) -> Atom:
        """The value of a name."""
        if name not in self.names:
            whole = RESULT.fullmatch(name)
            if whole and f"out{whole[2]}" in self.names:  # the results are one tuple
                both = self.names[f"out{whole[2]}"]
                return self.apply("getitem", both, Const(int(whole[1])))
            raise InternalError(f"no value for {name!r} in the template {self.text!r}")
        return self.names[name]

    def attribute(self, node: ast.Attribute) -> Atom:
        """Emit `x.shape`, `x.T`, or a constant of a module such as `np.pi`."""
        if isinstance(node.value, ast.Name) and node.value.id in MODULES:
            return module_constant(node.value.id, node.attr)
        owner = self.emit(node.value)
        if node.attr == "T":
            return self.apply("numpy.transpose", owner)
        if node.attr in SHAPE_ATTRIBUTES:
            return self.shape(node.attr, owner)
        raise InternalError(f"{ast.unparse(node)!r} in the template {self.text!r}")

    def shape(self, kind: str, owner: Atom) -> Atom:
        """Emit `x.shape`, or `np.shape(x)` where `x` may not be an array."""
        plain = isinstance(owner.type, Scalar) and owner.type.python
        if plain and kind in ("shape", "ndim", "size"):
            return Const({"shape": (), "ndim": 0, "size": 1}[kind])
        known = isinstance(owner.type, Array | Scalar) and not plain
        return self.apply(f"ndarray.{kind}" if known else f"numpy.{kind}", owner)

    def call(self, node: ast.Call) -> tuple[str, tuple[Atom, ...], dict[str, Atom]]:
        """The operation of a call, and its arguments."""
        args = tuple(map(self.emit, node.args))
        kwargs = {k.arg: self.emit(k.value) for k in node.keywords if k.arg}
        path = ast.unparse(node.func)
        root, _, rest = path.partition(".")
        if root in MODULES:
            return f"{MODULES[root]}.{rest}", args, kwargs
        if rest and path in registry.RULES:
            return path, args, kwargs
        if isinstance(node.func, ast.Attribute):
            owner = self.emit(node.func.value)
            return f"ndarray.{node.func.attr}", (owner, *args), kwargs
        builtin = f"builtins.{path}"
        return builtin if builtin in registry.RULES else path, args, kwargs

    def unpack(self, node: ast.expr, n: int) -> tuple[Atom, ...]:
        """Emit an expression that gives `n` values."""
        if isinstance(node, ast.Call):
            op, args, kwargs = self.call(node)
            entry = self.entry(op)
            if entry.outs == n:
                args, pairs = registry.bind(entry, args, kwargs)
                return self.build.many(n, entry.op, args, dict(pairs))
        if isinstance(node, ast.Tuple):
            return tuple(map(self.emit, node.elts))
        return self.build.many(n, "unpack", (self.emit(node),), {})

    def entry(self, op: str) -> registry.Rule:
        """The record of an operation that a template names."""
        entry = registry.find(op)
        if entry is None:
            raise InternalError(f"{op!r} is unknown in the template {self.text!r}")
        return entry

    def apply(self, op: str, *args: Atom) -> Atom:
        """Emit one operation by position; arithmetic sees a list as an array."""
        listed = op in ARITHMETIC and any(
            isinstance(a.type, List | Tuple) for a in args
        )
        if listed and (op not in SEQUENCE or any(map(_not_integer, args))):
            args = tuple(map(self.as_array, args))
        return self.bind(op, args, {})

    def as_array(self, atom: Atom) -> Atom:
        """A list or tuple as the array that NumPy makes of it."""
        if not isinstance(atom.type, List | Tuple):
            return atom
        return self.build("numpy.asarray", (atom,), {})

    def bind(self, op: str, args: tuple[Atom, ...], kwargs: dict[str, Atom]) -> Atom:
        """Emit one operation in its canonical form, folding what is constant."""
        kind = op.removeprefix("numpy.")
        if op.startswith("numpy.") and kind in ("shape", "size", "ndim"):
            (owner,) = args
            if isinstance(owner.type, Array | Scalar):
                op = f"ndarray.{kind}"
                if isinstance(owner, Var) and not (
                    isinstance(owner.type, Scalar) and owner.type.python
                ):
                    return self.build(op, args, {})
                return self.shape(kind, owner)
        if op == "unbroadcast":
            return self.unbroadcast(*args)
        folded = fold(op, args) if not kwargs else None
        if folded is not None:
            return folded
        entry = self.entry(op)
        bound, pairs = registry.bind(entry, args, kwargs)
        return self.build(entry.op, bound, dict(pairs))

    def unbroadcast(self, value: Atom, like: Atom) -> Atom:
        """Sum to the shape of an operand; nothing where it is known to have it."""
        have, want = shape_of(value.type), shape_of(like.type)
        if have is not None and have == want:
            return value
        if want == ():
            return self.apply("numpy.sum", value)
        return self.build("unbroadcast", (value, like), {})


def _not_integer(atom: Atom) -> bool:
    """Whether an operand cannot be meant for `list * n` or `list + list`."""
    t = atom.type
    return isinstance(t, Array) or (isinstance(t, Scalar) and t.dtype[0] not in "iu")


def module_constant(root: str, attribute: str) -> Const:
    """`np.pi`, `math.inf`; `np.newaxis` is plain None."""
    value: Any = getattr({"np": np, "math": math}[root], attribute)
    if value is None:
        return Const(None)
    return Const(value, f"{MODULES[root]}.{attribute}")
