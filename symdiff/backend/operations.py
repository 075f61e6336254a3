"""What the printer must know of an operation: effects, in-place forms, views, cost."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import (
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    dtype_of,
)
from symdiff.rules.registry import find

AUGMENTED = {
    "iadd": "+",
    "isub": "-",
    "imul": "*",
    "itruediv": "/",
    "ifloordiv": "//",
    "imod": "%",
    "ipow": "**",
    "imatmul": "@",
}
STORES = frozenset({"setitem", "additem"})
FREE = frozenset({"ndarray.shape", "ndarray.size", "ndarray.ndim", "ndarray.dtype"})
_EFFECTS = frozenset(
    {"assert", "raise", "defined"}
    | {f"builtins.{name}" for name in ("print", "next", "input", "open", "setattr")}
)
_PURE = frozenset({"numpy", "math", "scipy", "builtins", "ndarray"})
_PURE |= {"dataclasses", "types"}
MAKERS = frozenset({"new", "like", "dataclasses.replace", "builtins.tuple._replace"})
MAKERS |= {"instance", "types.SimpleNamespace"}
"""Operations that make an object: of a class, or like another one."""


def is_update(op: str) -> bool:
    """Whether an operation is a store as a value: it consumes its first operand."""
    return (
        op in AUGMENTED
        or op in STORES
        or op in ("append", "pop", "insert")
        or (op.startswith("numpy.") and op.endswith(".at"))
    )


def has_effect(op: str) -> bool:
    """Whether the order of an operation among others matters; an unknown one's may."""
    if op in _EFFECTS:
        return True
    rule = find(op)
    if rule is not None:
        return rule.effect
    root = op.partition(".")[0]
    return "." in op and (root not in _PURE or op.startswith("numpy.random."))


def is_free(stmt: Apply) -> bool:
    """Whether an operation only looks at what its operand is, so it may be repeated."""
    return stmt.op in FREE or (
        stmt.op == "numpy.transpose" and len(stmt.args) == 1 and not stmt.kwargs
    )


def is_display(op: str) -> bool:
    """Whether an operation writes a container or an object out, item by item."""
    return op in ("tuple", "list", "dict") or op in MAKERS


def shown_items(stmt: Apply) -> tuple[Atom, ...]:
    """The items of what is written out, without keys and classes."""
    if stmt.op == "dict":
        return stmt.args[1::2]
    return tuple(a for _, a in stmt.kwargs) if stmt.op in MAKERS else stmt.args


def is_part(stmt: Apply) -> bool:
    """Whether an operation takes a part out of a container that is a parameter."""
    return (
        stmt.op in ("getitem", "attribute")
        and isinstance(stmt.args[0].type, Opaque)
        and stmt.args[0].type.kind == "record"
    )


def is_short_view(stmt: Apply) -> bool:
    """Whether an operation is `x[1:-1]`: constant bounds, at least one slice."""
    parts = _constant_places(stmt)
    return isinstance(stmt.outs[0].type, Array) and any(
        isinstance(p, slice) for p in parts
    )


def is_short_item(stmt: Apply) -> bool:
    """Whether an operation is `x[0, 1]`: an item or row at a constant place."""
    parts = _constant_places(stmt)
    return bool(parts) and all(type(p) is int for p in parts)


def _constant_places(stmt: Apply) -> tuple[object, ...]:
    """The parts of a constant index into an array."""
    if stmt.op != "getitem" or not isinstance(stmt.args[1], Const):
        return ()
    index = stmt.args[1].value
    if not isinstance(stmt.args[0].type, Array):
        return ()
    return index if isinstance(index, tuple) else (index,)


def is_step(stmt: Apply) -> bool:
    """Whether an operation is `i - 1` or `top + rows`, of whole numbers."""
    if stmt.op not in ("add", "sub") or not all(map(is_whole, stmt.args)):
        return False
    named = [a for a in stmt.args if isinstance(a, Var) and not a.temp]
    constant = [a for a in stmt.args if isinstance(a, Const)]
    return bool(named or constant)


def is_whole(atom: Atom) -> bool:
    """Whether a value is a whole number."""
    return isinstance(atom.type, Scalar) and atom.type.dtype[0] == "i"


def has_storage(kind: Type) -> bool:
    """Whether a value of a type can be written to through another name."""
    match kind:
        case Scalar():
            return False
        case Opaque(kind=name):
            return name not in ("str", "none", "slice", "range", "module")
        case Tuple(items=items):
            return any(map(has_storage, items))
    return True


def is_container(kind: Type) -> bool:
    """Whether a value of a type may hold other values that have storage."""
    match kind:
        case Array() | Scalar():
            return False
        case List(item=item) | Table(value=item):
            return has_storage(item)
        case Tuple(items=items):
            return any(map(has_storage, items))
    return True


def keeps_type(x: Var | Const, e: Atom) -> bool:
    """Whether `x + e` certainly has the dtype of `x`, as `x += e` would leave it."""
    if not isinstance(x.type, Array):
        # A number, a list, or unknown: then `x.copy()` may not exist.
        return True
    own, other = dtype_of(x.type), dtype_of(e.type)
    if own is None or other is None:
        return False
    weak = isinstance(e.type, Scalar) and e.type.python
    return own == other or (weak and own[0] == "f" and other[0] in "fib")
