"""Constants as Python spells them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symdiff.backend.syntax import binary, call, listing, slicing
from symdiff.backend.tree import Display, Expr, Text, Unary
from symdiff.errors import InternalError


def literal(value: Any) -> Expr:
    """A constant without a name; raises `InternalError` if it has no spelling."""
    match value:
        case None | bool():
            return Text(repr(value))
        case np.generic():
            return call(f"np.{value.dtype.name}", literal(value.item()))
        case int() | float() | complex():
            return _number(value)
        case str():
            return Text(quote(value))
        case slice():
            parts = (value.start, value.stop, value.step)
            return call("slice", *_trimmed(list(map(literal, parts))))
        case tuple():
            return Display(tuple(map(literal, value)), "(", ")")
        case list():
            return listing(*map(literal, value))
    if value is Ellipsis:
        return Text("...")
    raise InternalError(f"no literal is known for {value!r}")


def _number(value: complex) -> Expr:
    match value:
        case int():
            return Text(repr(value))
        case float():
            return _float(value)
    return _complex(value)


def _float(value: float) -> Expr:
    if math.isnan(value):
        return Text("np.nan")
    if math.isinf(value):
        return Text("np.inf") if value > 0 else Unary("-", Text("np.inf"))
    return Text(repr(value))


def _complex(value: complex) -> Expr:
    imaginary = Text(repr(complex(0.0, value.imag)).strip("()").replace("0-", "-"))
    if value.real == 0 and math.copysign(1, value.real) > 0:
        return imaginary
    return binary("+", _float(value.real), imaginary)


def _trimmed(parts: list[Expr]) -> list[Expr]:
    """`slice` arguments without what Python fills in."""
    if parts[2] == Text("None"):
        parts = parts[:2]
    return parts[1:] if len(parts) == 2 and parts[0] == Text("None") else parts


def index_slice(value: slice) -> Expr:
    """A constant slice inside brackets."""
    parts = (value.start, value.stop, value.step)
    return slicing(*(None if p is None else literal(p) for p in parts))


def quote(text: str) -> str:
    """A string in double quotes, unless single ones save escapes."""
    shown = repr(text)
    if shown.startswith('"') or '"' in text:
        return shown
    body = shown[1:-1].replace("\\'", "'")
    return f'"{body}"'
