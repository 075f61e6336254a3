"""Annotations, read as text: `float`, `NDArray`, `Float[np.ndarray, "n d"]` → types."""

from __future__ import annotations

import ast
import re

from symdiff.ir.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    Array,
    Length,
    List,
    Tuple,
    Type,
    symbol,
)

_PLAIN: dict[str, Type] = {
    "float": FLOAT,
    "int": INT,
    "bool": BOOL,
    "str": STR,
    "None": NONE,
}
_JAXTYPING = {
    "Float": "f8",
    "Float64": "f8",
    "Float32": "f4",
    "Int": "i8",
    "Int64": "i8",
    "Int32": "i4",
    "Bool": "b1",
    "Num": None,
    "Real": None,
    "Inexact": None,
    "Shaped": None,
}
_DTYPES = {
    "float64": "f8",
    "float32": "f4",
    "int64": "i8",
    "int32": "i4",
    "bool_": "b1",
    "float": "f8",
    "double": "f8",
}


def annotated(text: str) -> Type:
    """The type that an annotation says; nothing is known if it says anything else."""
    if not text:
        return ANY
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return ANY
    return _read(tree)


def _read(node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Constant(value=str() as text):
            return annotated(text)
        case ast.Name(id=name):
            return _PLAIN.get(name, _array(name))
        case ast.Attribute(attr=name):
            return _array(name)
        case ast.Subscript(value=owner, slice=index):
            return _subscript(_last(owner), index)
    return ANY


def _array(name: str) -> Type:
    if name in _DTYPES:
        return ANY
    return Array() if name in ("NDArray", "ndarray") else ANY


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _subscript(name: str, index: ast.expr) -> Type:
    items = index.elts if isinstance(index, ast.Tuple) else [index]
    if name in _JAXTYPING and len(items) == 2:
        match items[1]:
            case ast.Constant(value=str() as shape):
                return Array(_JAXTYPING[name], _shape(shape))
        return ANY
    if name in ("NDArray", "ndarray"):
        return Array(_DTYPES.get(_last(items[-1])))
    if name in ("list", "List", "Sequence") and len(items) == 1:
        return List(_read(items[0])) if name != "Sequence" else ANY
    if name in ("tuple", "Tuple"):
        fixed = not any(isinstance(i, ast.Constant) and i.value is ... for i in items)
        return Tuple(tuple(map(_read, items))) if fixed else ANY
    return ANY


def _shape(text: str) -> tuple[Length, ...] | None:
    """The shape of jaxtyping's notation; None if an axis is not a name or a number."""
    found: list[Length] = []
    for axis in text.split():
        if axis.isdigit():
            found.append(int(axis))
        elif re.fullmatch(r"[A-Za-z]\w*", axis):
            found.append(symbol(axis))
        else:
            return None
    return tuple(found)
