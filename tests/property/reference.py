"""The derivative that a program should have: dual numbers run through the program.

A `Dual` carries a value and its derivatives with respect to every input number. The
program is executed as it is, by Python, with arrays of objects in place of arrays of
floats, so that views, aliases and stores are NumPy's own. Nothing of symdiff is used.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from programs import Program, function

Vector = Any


class Dual:
    """A number and its gradient."""

    __slots__ = ("dx", "x")

    def __init__(self, x: float, dx: Vector) -> None:
        self.x = x
        self.dx = dx

    def chain(self, x: float, slope: float) -> Dual:
        return Dual(x, slope * self.dx)

    def _pair(self, other: Any) -> tuple[float, Any] | None:
        if isinstance(other, Dual):
            return other.x, other.dx
        if isinstance(other, int | float | np.generic):
            return float(other), 0.0
        if isinstance(other, np.ndarray) and other.ndim == 0 and other.dtype != object:
            return float(other), 0.0
        return None

    def __add__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        return Dual(self.x + pair[0], self.dx + pair[1])

    def __mul__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        return Dual(self.x * pair[0], self.dx * pair[0] + self.x * pair[1])

    def __neg__(self) -> Dual:
        return Dual(-self.x, -self.dx)

    def __pos__(self) -> Dual:
        return self

    def __sub__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        return Dual(self.x - pair[0], self.dx - pair[1])

    def __rsub__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        return Dual(pair[0] - self.x, pair[1] - self.dx)

    def __truediv__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        y, dy = pair
        return Dual(self.x / y, self.dx / y - (self.x / y / y) * dy)

    def __rtruediv__(self, other: Any) -> Any:
        if (pair := self._pair(other)) is None:
            return NotImplemented
        return Dual(*pair) / self

    def __pow__(self, other: Any) -> Any:
        if isinstance(other, int | np.integer):
            return self.chain(self.x**other, other * self.x ** (other - 1))
        if (pair := self._pair(other)) is None:
            return NotImplemented
        y, dy = pair
        out = self.x**y
        return Dual(out, y * self.x ** (y - 1) * self.dx + out * math.log(self.x) * dy)

    __radd__ = __add__
    __rmul__ = __mul__

    def __abs__(self) -> Dual:
        return self.chain(abs(self.x), float(np.sign(self.x)))

    def _other(self, other: Any) -> float:
        pair = self._pair(other)
        return pair[0] if pair is not None else float("nan")

    def __lt__(self, other: Any) -> Any:
        return self.x < self._other(other)

    def __le__(self, other: Any) -> Any:
        return self.x <= self._other(other)

    def __gt__(self, other: Any) -> Any:
        return self.x > self._other(other)

    def __ge__(self, other: Any) -> Any:
        return self.x >= self._other(other)

    def __eq__(self, other: object) -> bool:
        return self.x == self._other(other)

    def __hash__(self) -> int:
        return hash(self.x)

    def __bool__(self) -> bool:
        return bool(self.x)

    # NumPy calls these on the items of an array of objects.

    def sin(self) -> Dual:
        return self.chain(math.sin(self.x), math.cos(self.x))

    def cos(self) -> Dual:
        return self.chain(math.cos(self.x), -math.sin(self.x))

    def tanh(self) -> Dual:
        y = math.tanh(self.x)
        return self.chain(y, 1.0 - y * y)

    def exp(self) -> Dual:
        y = math.exp(self.x)
        return self.chain(y, y)

    def log(self) -> Dual:
        return self.chain(math.log(self.x), 1.0 / self.x)

    def sqrt(self) -> Dual:
        y = math.sqrt(self.x)
        return self.chain(y, 0.5 / y)

    def arctan(self) -> Dual:
        return self.chain(math.atan(self.x), 1.0 / (1.0 + self.x**2))


def _mathematical(name: str, method: str) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            x = x.item()
        return getattr(x, method)() if isinstance(x, Dual) else getattr(math, name)(x)

    return call


_SHARED = ("sin", "cos", "tanh", "exp", "log", "sqrt")
MATH = SimpleNamespace(
    **{name: _mathematical(name, name) for name in _SHARED},
    atan=_mathematical("atan", "arctan"),
    pi=math.pi,
)


def _as_objects(made: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return np.array(made(*args, **kwargs), dtype=object)

    return call


def _array(items: Any) -> Any:
    if all(isinstance(i, int) for i in items):
        return np.array(items)
    return np.array(items, dtype=object)


def _full(shape: Any, value: Any) -> Any:
    out = np.empty(shape, dtype=object)
    out[...] = value
    return out


def _like(value: float) -> Callable[[Any], Any]:
    return lambda x: _full(np.shape(x), value)


def _elementwise(name: str) -> Callable[[Any], Any]:
    """The ufunc, also on objects that are plain floats: they have no `sin`."""

    def one(x: Any) -> Any:
        return (
            getattr(x, name)() if isinstance(x, Dual) else getattr(np, name)(float(x))
        )

    def call(x: Any) -> Any:
        x = _array(x) if isinstance(x, list | tuple) else x
        if isinstance(x, np.ndarray) and x.ndim:
            out = np.empty(x.shape, dtype=object)
            for i in np.ndindex(x.shape):
                out[i] = one(x[i])
            return out
        return one(x.item() if isinstance(x, np.ndarray) else x)

    return call


class Numpy:
    """NumPy with the few functions replaced that would insist on floats."""

    zeros = staticmethod(_as_objects(np.zeros))
    ones = staticmethod(_as_objects(np.ones))
    array = staticmethod(_array)
    full = staticmethod(_full)
    zeros_like = staticmethod(_like(0.0))
    ones_like = staticmethod(_like(1.0))
    arctan = staticmethod(_elementwise("arctan"))
    sin, cos, tanh, exp, log, sqrt = (
        staticmethod(_elementwise(name)) for name in _SHARED
    )

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def gradient(program: Program) -> tuple[float, tuple[Any, ...]]:
    """The value of a program and its gradients, in the structure of its arguments."""
    sizes = [int(np.size(program.args[i])) for i in program.argnums]
    eye = np.eye(sum(sizes))
    args = list(program.args)
    at = 0
    for i, size in zip(program.argnums, sizes, strict=True):
        args[i] = _seed(program.args[i], eye[at : at + size])
        at += size
    shims = {
        "np": Numpy(),
        "math": MATH,
        "float": lambda x: x,
        "__builtins__": builtins,
    }
    out = function(program.source, shims)(*args)
    if isinstance(out, np.ndarray):
        out = out.item()
    dx = out.dx if isinstance(out, Dual) else np.zeros(len(eye))
    value = out.x if isinstance(out, Dual) else float(out)
    parts = np.split(dx, np.cumsum(sizes)[:-1])
    return value, tuple(
        part.reshape(np.shape(program.args[i])) if np.ndim(program.args[i]) else part[0]
        for i, part in zip(program.argnums, parts, strict=True)
    )


def _seed(value: Any, rows: Vector) -> Any:
    if np.ndim(value) == 0:
        return Dual(float(value), rows[0])
    out = np.empty(np.shape(value), dtype=object)
    for index, row in zip(np.ndindex(out.shape), rows, strict=True):
        out[index] = Dual(float(value[index]), row)
    return out


def slope(program: Program, directions: tuple[Any, ...]) -> tuple[float, float]:
    """A directional derivative by differences, and how far it can be trusted.

    Central differences with steps that shrink by two, extrapolated by Richardson's
    rule; the second number is the disagreement of the last two estimates. Near a jump
    or a kink it is large.
    """
    f = function(program.source)

    def along(t: float) -> float:
        args = list(program.copies())
        for i, d in zip(program.argnums, directions, strict=True):
            args[i] = args[i] + t * d
        return float(f(*args))

    steps = [2e-3 / 2**k for k in range(4)]
    rows = [[(along(h) - along(-h)) / (2 * h)] for h in steps]
    for k, row in enumerate(rows):
        for j in range(k):
            row.append(row[j] + (row[j] - rows[k - 1][j]) / (4 ** (j + 1) - 1))
    return rows[-1][-1], abs(rows[-1][-1] - rows[-2][-1])


def directions(program: Program, seed: int) -> tuple[Any, ...]:
    """A random direction in the space of the arguments."""
    rng = np.random.default_rng(seed)
    return tuple(
        rng.uniform(-1.0, 1.0, np.shape(program.args[i]))
        if np.ndim(program.args[i])
        else float(rng.uniform(-1.0, 1.0))
        for i in program.argnums
    )


def dot(a: tuple[Any, ...], b: tuple[Any, ...]) -> float:
    """The inner product of two tuples of numbers and arrays."""
    return float(sum(np.sum(np.multiply(x, y)) for x, y in zip(a, b, strict=True)))
