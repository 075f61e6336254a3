"""Constants as Python spells them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symdiff.backend.syntax import binary, call, listing, slicing
from symdiff.backend.tree import Display, Expr, Text, Unary
from symdiff.errors import InternalError


def literal(value: Any, numpy: str = "np") -> Expr:
    """A constant without a name; raises `InternalError` if it has no spelling."""
    match value:
        case None | bool():
            return Text(repr(value))
        case np.generic():
            return call(f"{numpy}.{value.dtype.name}", literal(value.item(), numpy))
        case int() | float() | complex():
            return _number(value, numpy)
        case str():
            return Text(quote(value))
        case slice():
            parts = (value.start, value.stop, value.step)
            return call("slice", *_trimmed([literal(p, numpy) for p in parts]))
        case tuple():
            return Display(tuple(literal(v, numpy) for v in value), "(", ")")
        case list():
            return listing(*(literal(v, numpy) for v in value))
    if value is Ellipsis:
        return Text("...")
    raise InternalError(f"no literal is known for {value!r}")


def is_numpy(value: Any) -> bool:
    """Whether the literal of a value names NumPy."""
    match value:
        case float():
            return isinstance(value, np.generic) or not math.isfinite(value)
        case complex():
            return not (math.isfinite(value.real) and math.isfinite(value.imag))
        case tuple() | list():
            return any(map(is_numpy, value))
    return isinstance(value, np.generic)


def _number(value: complex, numpy: str) -> Expr:
    match value:
        case int():
            return Text(repr(value))
        case float():
            return _float(value, numpy)
    return _complex(value, numpy)


def _float(value: float, numpy: str) -> Expr:
    if math.isnan(value):
        return Text(f"{numpy}.nan")
    if math.isinf(value):
        infinite = Text(f"{numpy}.inf")
        return infinite if value > 0 else Unary("-", infinite)
    return Text(repr(value))


def _complex(value: complex, numpy: str) -> Expr:
    if not math.isfinite(value.imag):
        parts = _float(value.real, numpy), _float(value.imag, numpy)
        return call("complex", *parts)
    imaginary = Text(repr(complex(0.0, value.imag)).strip("()").replace("0-", "-"))
    if value.real == 0 and math.copysign(1, value.real) > 0:
        return imaginary
    return binary("+", _float(value.real, numpy), imaginary)


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
