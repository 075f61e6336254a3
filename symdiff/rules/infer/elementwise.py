"""The types of elementwise operations: broadcasting and promotion of dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    BOOL,
    FLOAT,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Tuple,
    Type,
    combine,
    join,
    product,
    quotient,
)
from symdiff.rules.infer.common import (
    Kwargs,
    array_of,
    broadcast,
    constant_of,
    integer,
    promote,
    result,
    shape_in,
    ufunc_dtype,
    weak,
    widest,
)
from symdiff.rules.registry import Infer

UFUNCS: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "neg": np.negative,
    "pos": np.positive,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and_": np.bitwise_and,
    "or_": np.bitwise_or,
    "xor": np.bitwise_xor,
    "invert": np.invert,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
    "builtins.abs": np.absolute,
}
ARITHMETIC = frozenset(
    [np.add, np.subtract, np.multiply, np.true_divide, np.power, np.negative]
)
COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


def ufunc_infer(op: str) -> Infer:
    """Inference for a function that behaves as a ufunc; floats for `math`."""
    text = op.partition("(")[0]
    if text.startswith("math."):
        return lambda args, kwargs: FLOAT
    name = text.removeprefix("numpy.")
    found = UFUNCS.get(text, getattr(np, name, None))
    if isinstance(found, np.ufunc) and found.nin in (1, 2):
        return lambda args, kwargs: _ufunc(found, args)
    return lambda args, kwargs: _floating(args)


def _ufunc(ufunc: np.ufunc, args: tuple[Atom, ...]) -> Type:
    types = [a.type for a in args]
    shape = broadcast(map(shape_in, types))
    seen = tuple(map(weak, types))
    unknown = any(s is None for s in seen)  # `dtype == None` is true
    dtype = None if unknown or len(seen) != ufunc.nin else ufunc_dtype(ufunc, seen)
    if unknown and ufunc in ARITHMETIC:
        dtype = widest(types)
    return typed(dtype, shape, types)


def _floating(args: tuple[Atom, ...]) -> Type:
    """A function of NumPy or SciPy whose result is floating point."""
    types = [a.type for a in args]
    dtype = promote([*types, Scalar("f4")]) if len(types) else None
    if dtype in ("f4", "f2") and any(_integral(t) for t in types):
        dtype = "f8"
    if all(isinstance(t, Scalar) and t.python for t in types):
        dtype = "f8"
    return typed(dtype, broadcast(map(shape_in, types)), types)


def _integral(t: Type) -> bool:
    found = array_of(t)
    strong = not (isinstance(found, Scalar) and found.python)
    return found is not None and strong and (found.dtype or "f")[0] in "iub"


def typed(dtype: str | None, shape: Any, types: list[Type]) -> Type:
    """The result type of an elementwise function; one array makes it an array."""
    if shape is None and any(isinstance(t, Array | List | Tuple) for t in types):
        return Array(dtype, None)
    return result(dtype, shape)


def operator_infer(op: str) -> Infer:
    """Inference for an operator: Python's rules for numbers and lists, else NumPy's."""
    ufunc = UFUNCS[op]

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        types = [a.type for a in args]
        if all(isinstance(t, Scalar) and t.python for t in types):
            return _python(op, args)
        if any(isinstance(t, List | Tuple | Opaque) for t in types):
            listed = _sequence(op, args)
            if listed is not None:
                return listed
        return _ufunc(ufunc, args)

    return infer


def _python(op: str, args: tuple[Atom, ...]) -> Type:
    """The number that an operator makes of Python numbers."""
    kinds = [a.type.dtype for a in args if isinstance(a.type, Scalar)]
    if op in COMPARISONS:
        return BOOL
    if "c16" in kinds:
        return FLOAT if op == "builtins.abs" else Scalar("c16", python=True)
    if op in ("and_", "or_", "xor") and set(kinds) == {"b1"}:
        return BOOL
    if "f8" in kinds or op == "truediv":
        return FLOAT
    if op == "pow":
        power = constant_of(args[1])
        if isinstance(power, int) and power < 0:
            return FLOAT
    return Scalar("i8", python=True, value=arithmetic(op, args))


def arithmetic(op: str, args: tuple[Atom, ...]) -> Length | None:
    """The length that integer arithmetic gives: `2 * n - 1`, `n // 2`."""
    values = [integer(a) for a in args]
    match op, values:
        case ("neg", [int() as a]):
            return -a
        case ("pos", [a]):
            return a
        case (_, [None, _] | [_, None]):
            return None
        case ("add", [a, b]):
            return combine(a, b) if a is not None and b is not None else None
        case ("sub", [a, b]):
            return combine(a, b, -1) if a is not None and b is not None else None
        case ("mul", [a, b]):
            return product(a, b) if a is not None and b is not None else None
        case ("floordiv", [a, b]) if b != 0:
            return quotient(a, b) if a is not None and b is not None else None
        case ("mod", [int() as a, int() as b]) if b:
            return a % b
        case ("pow", [int() as a, int() as b]) if 0 <= b < 64:
            return int(a**b)
    return None


def _sequence(op: str, args: tuple[Atom, ...]) -> Type | None:
    """`list + list`, `list * n`, comparisons of containers; None if it is not such."""
    types = [a.type for a in args]
    if any(isinstance(t, Array) for t in types):
        return None
    match op, types:
        case ("add", [Tuple() as a, Tuple() as b]):
            return Tuple((*a.items, *b.items))
        case ("add", [List() as a, List() as b]):
            return a if a == b and a.length is None else List(_either(a, b))
        case ("mul", [List() as a, _] | [_, List() as a]):
            count = next(
                (integer(x) for x in args if not isinstance(x.type, List)), None
            )
            known = a.length is not None and count is not None
            return List(a.item, product(a.length, count) if known else None)  # type: ignore[arg-type]
    return BOOL if op in COMPARISONS else ANY


def _either(a: List, b: List) -> Type:
    if a.length == 0:
        return b.item
    return a.item if b.length == 0 else join(a.item, b.item)


def inplace_infer(op: str) -> Infer:
    """Inference for `x += e`: an array keeps its type, a number is rebound."""
    plain = operator_infer(op)

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        first = args[0].type
        if isinstance(first, Array):
            return first
        found = plain(args, kwargs)
        return found if isinstance(found, Type) else ANY

    return infer


def doubled(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A function of SciPy's distributions, of double precision operands."""
    types = [a.type for a in (*args, *kwargs.values())]
    dtype = "f8" if promote(types) in ("f8", "i8") else None
    return typed(dtype, broadcast(map(shape_in, types)), types)


def widened(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of double precision, also of rank 0 (`polygamma`)."""
    return Array("f8", broadcast([shape_in(a.type) for a in args]))


def like_first(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The type of the first argument."""
    return args[0].type


def numbers(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The promoted and broadcast type of all arguments that are not None."""
    kept = [a for a in args if not (isinstance(a, Const) and a.value is None)]
    types = [a.type for a in kept]
    return typed(promote(types), broadcast(map(shape_in, types)), types)


def where(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.where(c, a, b)`: always an array, also of rank 0."""
    types = [a.type for a in args]
    return Array(promote(types[1:]), broadcast(map(shape_in, types)))


def truth(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A bool for each element."""
    types = [a.type for a in args]
    return typed("b1", broadcast(map(shape_in, types)), types)
