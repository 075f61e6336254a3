"""What the type of a value says about what may be done with it."""

from __future__ import annotations

from symdiff.ir.types import (
    NONE,
    AnyType,
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    dtype_of,
)


def signed(type: Type) -> bool:
    """Whether taking away is adding the negative, for numbers and for lists of them."""
    if isinstance(type, List):
        return isinstance(type.item, Scalar) and signed(type.item)
    dtype = dtype_of(type)
    return dtype is not None and dtype[0] in "ifc"


def adds_up(whole: Type, index: Type) -> bool:
    """Whether `x[i] += v` adds numbers, and does not join lists."""
    one = isinstance(whole, List) and isinstance(index, Scalar)
    if isinstance(whole, Table):
        number = isinstance(whole.value, Scalar | Array)
        return number or (whole.empty and whole.factory in ("float", "int"))
    return not isinstance(whole, List) or (
        one and isinstance(whole.item, Scalar | Array)
    )


def never_none(type: Type) -> bool:
    """Whether the value is surely not `None`."""
    return type != NONE and not isinstance(type, AnyType)


def basic_index(index: Type) -> bool | None:
    """Whether an index makes a view of an array (basic); None if it cannot be known."""
    match index:
        case Scalar(dtype=dtype):
            return dtype[0] in "iu"
        case Array() | List() | Opaque(kind="range"):
            return False
        case Opaque(kind=kind):
            return kind in {"slice", "none", "ellipsis"}
        case Tuple(items=items):
            found = [basic_index(item) for item in items]
            if False in found:
                return False
            return None if None in found else True
    return None
