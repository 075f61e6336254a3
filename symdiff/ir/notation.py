"""How types and constants are spelled in the IR's text, and read back."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from symdiff.ir.nodes import UNDEF, Const
from symdiff.ir.types import (
    ANY,
    AnyType,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    combine,
    product,
    quotient,
    symbol,
)

IMPORTABLE = ("numpy", "math", "builtins", "scipy")
_PYTHON = {"float": "f8", "int": "i8", "bool": "b1", "complex": "c16"}
_DTYPE = re.compile(r"[fiubcSUV]\d+|O")
_RESERVED = {"any", "scalar", "opaque", "list", "tuple", "dict", *_PYTHON}
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_AXIS = re.compile(r"(?<=\w)\.(\d+)\b")
_LENGTHS: dict[type[ast.operator], Callable[[Length, Length], Length]] = {
    ast.Add: combine,
    ast.Sub: lambda a, b: combine(a, b, -1),
    ast.Mult: product,
    ast.FloorDiv: quotient,
}


def resolve(dotted: str) -> Any:
    """The object that a dotted name stands for; raises `ValueError` if there is none.

    NumPy, SciPy, math and the builtins are imported on demand, nothing else is.
    """
    root, *path = dotted.split(".")
    if root in IMPORTABLE:
        found: Any = importlib.import_module(root)
    elif root in sys.modules:
        found = sys.modules[root]
    else:
        raise ValueError(f"{dotted!r} is not a name that the IR can resolve")
    module = root
    for part in path:
        module = f"{module}.{part}"
        if not hasattr(found, part) and root == "scipy":
            importlib.import_module(module)
        if not hasattr(found, part):
            raise ValueError(f"{dotted!r} does not exist")
        found = getattr(found, part)
    return found


# ---- types


def show_type(t: Type) -> str:
    """Spell a type as a Python expression: `f8[n, 3]`, `int(n)`, `list[float]`."""
    match t:
        case AnyType():
            return "any"
        case Scalar(dtype=dtype, python=python, value=value):
            head = str(t) if python or _DTYPE.fullmatch(dtype) else f"scalar[{dtype!r}]"
            return head if value is None else f"{head}({_show_length(value)})"
        case Array(dtype=dtype, shape=shape):
            head = "any" if dtype is None else dtype
            head = head if dtype is None or _DTYPE.fullmatch(head) else repr(head)
            return f"{head}[{_show_shape(shape)}]"
        case Tuple(items=items):
            return f"tuple[{', '.join(map(show_type, items)) or '()'}]"
        case List(item=item, length=length):
            tail = "" if length is None else f", {_show_length(length)}"
            return f"list[{show_type(item)}{tail}]"
        case Table(key, value, factory, empty):
            notes = [repr(factory)] * bool(factory) + ["()"] * empty
            return f"dict[{', '.join([show_type(key), show_type(value), *notes])}]"
        case Opaque(kind=kind, parts=parts):
            plain = kind.isidentifier() and not _DTYPE.fullmatch(kind)
            inner = list(map(show_type, parts))
            if plain and kind not in _RESERVED:
                return f"{kind}[{', '.join(inner)}]" if parts else kind
            return f"opaque[{', '.join([repr(kind), *inner])}]"


def _show_shape(shape: tuple[Length, ...] | None) -> str:
    if shape is None:
        return "..."
    return ", ".join(map(_show_length, shape)) or "()"


def _show_length(length: Length) -> str:
    if isinstance(length, int):
        return str(length)
    parts = []
    for name, factor in length.terms:
        shown = _show_symbol(name)
        parts.append(shown if factor == 1 else f"{factor}*{shown}")
    if length.const or not parts:
        parts.append(str(length.const))
    return "+".join(parts).replace("+-", "-")


@lru_cache(maxsize=4096)
def _show_symbol(name: str) -> str:
    """A symbol as an expression, `w[0]` for `w.0`; in quotes where that is no name."""
    shown = _AXIS.sub(r"[\1]", name)
    if not name.isidentifier() and not _AXIS.search(name):
        shown = f"({shown})"
    try:
        if read_length(ast.parse(shown, mode="eval").body) == symbol(name):
            return shown
    except (SyntaxError, ValueError):
        pass
    return repr(name)


def read_type(text: str | ast.expr) -> Type:
    """Read what `show_type` writes; `w.0` is taken for `w[0]`."""
    if isinstance(text, str):
        text = ast.parse(_bracketed(text.strip()), mode="eval").body
    match text:
        case ast.Name(id="any"):
            return ANY
        case ast.Name(id=name) if name in _PYTHON:
            return Scalar(_PYTHON[name], python=True)
        case ast.Name(id=name):
            return Scalar(name) if _DTYPE.fullmatch(name) else Opaque(name)
        case ast.Call(func=head, args=[value]):
            scalar = read_type(head)
            if isinstance(scalar, Scalar):
                return Scalar(scalar.dtype, scalar.python, read_length(value))
        case ast.Subscript(value=head, slice=index):
            items = index.elts if isinstance(index, ast.Tuple) else [index]
            return _read_subscript(head, items)
    raise ValueError(f"not a type: {ast.unparse(text)}")


def _bracketed(text: str) -> str:
    """`w[0]` for `w.0`, outside of quotes."""
    parts = _QUOTED.split(text)
    parts[::2] = [_AXIS.sub(r"[\1]", part) for part in parts[::2]]
    return "".join(parts)


def _read_subscript(head: ast.expr, items: list[ast.expr]) -> Type:
    match head, items:
        case ast.Name(id="opaque"), [ast.Constant(value=str(kind)), *parts]:
            return Opaque(kind, tuple(map(read_type, parts)))
        case ast.Name(id="scalar"), [ast.Constant(value=dtype)]:
            return Scalar(str(dtype))
        case ast.Name(id="tuple"), _:
            return Tuple(tuple(map(read_type, items)))
        case ast.Name(id="list"), [item]:
            return List(read_type(item))
        case ast.Name(id="list"), [item, length]:
            return List(read_type(item), read_length(length))
        case ast.Name(id="dict"), [key, value, *notes]:
            words = [n.value for n in notes if isinstance(n, ast.Constant)]
            factory = "".join(map(str, words))
            empty = len(notes) > len(words)
            return Table(read_type(key), read_type(value), factory, empty)
        case ast.Name(id=name), _ if name != "any" and not _DTYPE.fullmatch(name):
            return Opaque(name, tuple(map(read_type, items)))
        case ((ast.Name(id=str(dtype)) | ast.Constant(value=str(dtype))), _):
            return Array(None if dtype == "any" else dtype, _read_shape(items))
    raise ValueError(f"not a type: {ast.unparse(head)}[...]")


def _read_shape(items: list[ast.expr]) -> tuple[Length, ...] | None:
    match items:
        case [ast.Constant(value=value)] if value is ...:
            return None
    return tuple(map(read_length, items))


def read_length(node: ast.expr) -> Length:
    """Read a length: an integer or an expression in symbols."""
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Constant(value=str(name)):
            return symbol(name)
        case ast.Name(id=name):
            return symbol(name)
        case ast.Subscript(value=owner, slice=ast.Constant(value=int(axis))):
            return symbol(f"{read_length(owner)}.{axis}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return combine(0, read_length(operand), -1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _LENGTHS:
            return _LENGTHS[type(op)](read_length(left), read_length(right))
    raise ValueError(f"not a length: {ast.unparse(node)}")


# ---- constants


def show_const(const: Const, names: Mapping[str, Any], taken: frozenset[str]) -> str:
    """Spell a constant: by its name where that resolves to it, else by its value.

    `names` are the constants of the program, `taken` the variables of the function.
    """
    if not const.name:
        return show_value(const.value)
    name = const.name
    if const == UNDEF and name not in taken:
        return name
    if name in names and name not in taken and Const(names[name], name) == const:
        return name
    if "." in name and name.split(".")[0] in IMPORTABLE:
        return name
    try:
        return f"named({name!r}, {show_value(const.value)})"
    except ValueError:
        return f"named({name!r})"


def show_value(value: Any) -> str:
    """Spell a literal so that `read_value` gives the same value of the same type."""
    match value:
        case None | bool() | str():
            return repr(value)
        case np.generic():
            return f"numpy.{type(value).__name__}({show_value(value.item())})"
        case int():
            return repr(value)
        case float():
            plain = value - value == 0
            return repr(value) if plain else f"float({str(value)!r})"
        case complex():
            return f"complex({show_value(value.real)}, {show_value(value.imag)})"
        case slice():
            parts = [value.start, value.stop, value.step]
            return f"slice({', '.join(map(show_value, parts))})"
        case tuple():
            inner = ", ".join(map(show_value, value))
            return f"({inner},)" if len(value) == 1 else f"({inner})"
    if value is ...:
        return "..."
    raise ValueError(f"{value!r} has no spelling in the IR's text")


def read_value(node: ast.expr) -> Any:
    """Read what `show_value` writes."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(
            op=ast.USub(), operand=ast.Constant(value=int() | float() as v)
        ):
            return -v
        case ast.Tuple(elts=items):
            return tuple(map(read_value, items))
        case ast.Call(
            func=ast.Name(id="float" | "complex" | "slice" as kind), args=args
        ):
            return getattr(builtins, kind)(*map(read_value, args))
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="numpy"), attr=kind), args=[value]
        ):
            return getattr(np, kind)(read_value(value))
    raise ValueError(f"not a constant: {ast.unparse(node)}")
